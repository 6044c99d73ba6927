"""The pictures of `gallery.py`: one function per view and state."""

import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QLocale, QPoint, QRect, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from scripts import gallery_limits as limits
from scripts import gallery_media as media
from scripts import gallery_requests as requests
from scripts import gallery_states as samples
from scripts import gallery_tools as tools
from scripts import gallery_vault as care
from ui.main_window import MainWindow
from ui.shell import ShellState, Tab
from ui.theme import install, theme
from ui.views.activity import ActivityView
from ui.views.add_app import AddAppView
from ui.views.keyring_question import KeyringQuestion, UnlockDialog
from ui.views.keys_and_tokens import KeysAndTokensView
from ui.views.paste_value import PasteValueDialog
from ui.views.settings import SettingsView
from ui.views.welcome import WelcomeView
from ui.widgets import Button, ConfirmDialog, ToastState

Picture = Callable[[], QWidget]


def _window(pane: Picture) -> MainWindow:
    window = MainWindow(dict.fromkeys(Tab, pane))
    window.render_state(samples.SHELL)
    return window


def _keys() -> QWidget:
    view = KeysAndTokensView()
    view.render_state(samples.KEYS)
    return view


def keys() -> QWidget:
    """The pane as in the mockup."""
    return _window(_keys)


def keys_sandbox() -> QWidget:
    """The same under the sandbox's band, with a toast and the narrowest window."""
    window = _window(_keys)
    window.render_state(samples.SANDBOX_SHELL)
    window.resize(window.minimumSize())
    window.show_toast(ToastState("Copied API Key. The clipboard is cleared in {left} s.", 30))
    return window


def keys_empty() -> QWidget:
    """An App without anything."""

    def pane() -> QWidget:
        view = KeysAndTokensView()
        view.render_state(samples.EMPTY_KEYS)
        return view

    return _window(pane)


def keys_busy() -> QWidget:
    """Rows that are busy, failed, expired, uncertain and revealed."""

    def pane() -> QWidget:
        view = KeysAndTokensView()
        view.render_state(samples.BUSY_KEYS)
        return view

    window = _window(pane)
    window.show()
    view = window.pane(Tab.KEYS)
    assert isinstance(view, KeysAndTokensView)
    view.reveal("api_key_secret", "sample-secret-that-is-nobodys-" * 3)
    return window


def keys_error() -> QWidget:
    """The whole pane cannot be shown."""

    def pane() -> QWidget:
        view = KeysAndTokensView()
        view.render_state(samples.LOCKED_KEYS)
        return view

    return _window(pane)


def confirm() -> QWidget:
    """A dangerous question."""
    window = _window(_keys)
    window.show()
    dialog = ConfirmDialog(samples.CONFIRM, window)
    dialog.open()
    return dialog


def palette() -> QWidget:
    """The command palette."""
    window = _window(_keys)
    window.show()
    window.open_palette()
    return window


def shortcuts() -> QWidget:
    """The list of shortcuts."""
    from ui.widgets.shortcut_list import ShortcutList

    window = _window(_keys)
    window.show()
    window.show_shortcuts()
    return window.findChildren(ShortcutList)[0]


def _pane(view: QWidget, tab: Tab) -> MainWindow:
    window = _window(lambda: view)
    window.header.tabs.blockSignals(True)
    window.show_tab(tab)
    return window


def add_app() -> QWidget:
    """The page Add App, filled by a paste."""
    window = _window(_keys)
    view = AddAppView()
    view.render_state(samples.ADD_APP)
    view.fill(samples.ADD_APP_VALUES)
    window.show_page(view, hides_header=True)
    return window


def welcome() -> QWidget:
    """The empty vault."""
    window = _window(_keys)
    window.render_state(ShellState(status=samples.STATUS))
    window.show_page(WelcomeView(), hides_header=True)
    return window


def keyring() -> QWidget:
    """The question at the first save."""
    dialog = KeyringQuestion(samples.KEYRING, _shown())
    dialog.open()
    return dialog


def keyring_passphrase() -> QWidget:
    """Its second page."""
    dialog = KeyringQuestion(samples.KEYRING, _shown())
    dialog.open()
    button = next(b for b in dialog.findChildren(Button) if b.text() == "Passphrase")
    button.click()
    return dialog


def unlock() -> QWidget:
    """The unlock prompt after a wrong passphrase."""
    dialog = UnlockDialog(_shown())
    dialog.render_state(error="This is not the vault's passphrase. Try again.")
    dialog.open()
    return dialog


def _locked(name: str) -> QWidget:
    window = _window(_keys)
    window.render_state(ShellState(status=samples.STATUS))
    window.show_page(care.unlock_view(name), hides_header=True)
    return window


def locked_passphrase() -> QWidget:
    """A locked vault that opens with a passphrase."""
    return _locked("passphrase")


def locked_wrong() -> QWidget:
    """The same after a wrong one."""
    return _locked("wrong")


def locked_busy() -> QWidget:
    """The same while it is tried."""
    return _locked("busy")


def locked_keyring() -> QWidget:
    """A locked vault that opens with the keyring."""
    return _locked("keyring")


def locked_waiting() -> QWidget:
    """The keyring takes its time."""
    return _locked("waiting")


def locked_failed() -> QWidget:
    """The keyring has lost the key."""
    return _locked("failed")


def settings_vault() -> QWidget:
    """What opens the vault, backups, and erasing everything."""
    return _pane(care.vault_part(), Tab.SETTINGS)


def settings_vault_session() -> QWidget:
    """The same for a session."""
    return _pane(care.vault_part(is_open=False), Tab.SETTINGS)


def restore() -> QWidget:
    """What a restore would do."""
    return care.restore_dialog(_shown())


def backup_passphrase() -> QWidget:
    """A passphrase for a new backup."""
    return care.passphrase_prompt(_shown())


def paste_value() -> QWidget:
    """One value to paste."""
    dialog = PasteValueDialog(samples.PASTE_VALUE, _shown())
    dialog.open()
    return dialog


def activity() -> QWidget:
    """What happened, with one entry chosen."""
    view = ActivityView()
    view.render_state(samples.ACTIVITY)
    view.list.setCurrentIndex(view.list.model().index(0, 0))
    return _pane(view, Tab.ACTIVITY)


def activity_empty() -> QWidget:
    """Nothing happened yet."""
    return _pane(ActivityView(), Tab.ACTIVITY)


def settings() -> QWidget:
    """An App's settings and the program's."""
    view = SettingsView()
    view.render_state(samples.SETTINGS)
    return _pane(view, Tab.SETTINGS)


def settings_programs() -> QWidget:
    """The programs that may ask without a question."""
    return tools.programs_card()


def import_file() -> QWidget:
    """What a store of xurl would add."""
    window = _window(_keys)
    window.show_page(tools.import_page(tools.IMPORT), hides_header=True)
    return window


def import_refused() -> QWidget:
    """A hostile file."""
    window = _window(_keys)
    window.show_page(tools.import_page(tools.REFUSED), hides_header=True)
    return window


def export_app() -> QWidget:
    """A .env file by reference."""
    window = _window(_keys)
    window.show_page(tools.export_page())
    return window


def consent() -> QWidget:
    """A program asks for a token."""
    return tools.consent(_window(_keys))


def _shown() -> MainWindow:
    window = _window(_keys)
    window.show()
    return window


PICTURES: tuple[Picture, ...] = (
    keys,
    keys_sandbox,
    keys_empty,
    keys_busy,
    keys_error,
    confirm,
    palette,
    shortcuts,
    add_app,
    welcome,
    keyring,
    keyring_passphrase,
    unlock,
    locked_passphrase,
    locked_wrong,
    locked_busy,
    locked_keyring,
    locked_waiting,
    locked_failed,
    settings_vault,
    settings_vault_session,
    restore,
    backup_passphrase,
    paste_value,
    activity,
    activity_empty,
    settings,
    settings_programs,
    import_file,
    import_refused,
    export_app,
    consent,
)
ALL: dict[str, Picture] = {
    **{picture.__name__: picture for picture in PICTURES},
    **{f"requests_{name}": scene for name, scene in requests.SCENES.items()},
    **{f"media_{name}": scene for name, scene in media.SCENES.items()},
    **{f"limits_{name}": scene for name, scene in limits.SCENES.items()},
}


def render_all(target: Path, names: tuple[str, ...], scale: str) -> None:
    """Write each wanted picture in each theme to `target`."""
    qInstallMessageHandler(_quiet)
    QLocale.setDefault(QLocale("en_GB"))
    app = QApplication(sys.argv[:1])
    for scheme in ("light", "dark", "contrast"):
        install(app, scheme)
        for name, picture in ALL.items():
            if names and not name.startswith(names):
                continue
            widget = picture()
            widget.show()
            for _ in range(8):
                app.processEvents()
            _seen(widget).save(str(target / f"{name}-{scheme}-{scale}x.png"))
            window = widget.window() if widget.parentWidget() is None else widget.parentWidget()
            assert window is not None
            window.close()
            window.deleteLater()
            app.processEvents()


def _seen(widget: QWidget) -> QPixmap:
    """Return a picture of a widget with the dialogs and menus that it has opened over it."""
    picture = widget.grab()
    painter = QPainter(picture)
    for child in widget.findChildren(QWidget):
        if child.isWindow() and child.isVisible():
            child.grab()  # lays it out
            place = QPoint(
                (widget.width() - child.width()) // 2, (widget.height() - child.height()) // 2
            )
            if not isinstance(child, QDialog):
                place = widget.mapFromGlobal(child.mapToGlobal(QPoint()))
            painter.drawPixmap(place, child.grab())
            painter.setPen(theme().colour("line"))
            painter.drawRect(QRect(place, child.size()).adjusted(-1, -1, 0, 0))
    painter.end()
    return picture


def _quiet(kind: QtMsgType, _context: object, message: str) -> None:
    if "propagateSizeHints" not in message:
        print(kind.name, message, file=sys.stderr)
