"""The main window: a shell around the panes. It shows states and says what was wanted."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, Protocol, runtime_checkable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QGridLayout,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from ui.shell import Header, ShellState, Sidebar, StatusBar, Tab, key_text
from ui.widgets import Banner, NoticeState, Page, SandboxBand, Toast, ToastState, give_keyboard
from ui.widgets.offers import Command, Shortcut

if TYPE_CHECKING:
    from ui.widgets.command_palette import CommandPalette

PaneFactory = Callable[[], QWidget]

_DEFAULT_SIZE: Final = (1240, 820)
_LEAST_SIZE: Final = (960, 600)


@runtime_checkable
class TakesEscape(Protocol):
    """A page that Esc may leave. A shortcut of its own would be in the way of the window's."""

    def escape(self) -> None:
        """Leave, if nothing is lost by it."""


class MainWindow(QMainWindow):
    """Sidebar, header, tabs, body, status bar, toast and palette.

    A pane is made by its factory when its tab is first shown, so that a start pays
    only for the pane it shows.

    Signals:
        app_selected: arg is the App's key.
        tab_selected: arg is the Tab's value.
        add_app_wanted, console_wanted: the buttons of these names.
        step_wanted: an open readiness step; arg is its key.
        command_wanted: a command given to `set_commands`; arg is its key.
        toast_action_wanted: the toast's button; arg is the toast's key.
        cancel_wanted: Esc was pressed and nothing nearer took it.
        files_dropped: arg is a list of paths. text_dropped: arg is the text.
        page_closing: the open page is about to go; arg: the page.
        why_wanted: *Why?* of a notice was pressed; arg is the failure behind it.
        closing: the window is about to close.
    """

    app_selected = Signal(str)
    tab_selected = Signal(str)
    add_app_wanted = Signal()
    console_wanted = Signal()
    step_wanted = Signal(str)
    command_wanted = Signal(str)
    toast_action_wanted = Signal(str)
    cancel_wanted = Signal()
    files_dropped = Signal(list)
    text_dropped = Signal(str)
    page_closing = Signal(object)
    why_wanted = Signal(object)
    closing = Signal()

    def __init__(self, panes: Mapping[Tab, PaneFactory]) -> None:
        super().__init__()
        self._factories = dict(panes)
        self._panes: dict[Tab, QWidget] = {}
        self._page: QWidget | None = None
        self._page_hides_header = False
        self._focus_before: QWidget | None = None
        self._state = ShellState()
        self._commands: tuple[Command, ...] = ()
        self._acts_shown: dict[str, Callable[[], None]] = {}
        self._palette_layer: CommandPalette | None = None
        self.setWindowTitle("Keypane")
        self.setAcceptDrops(True)
        self.setMinimumSize(*_LEAST_SIZE)
        self.resize(*_DEFAULT_SIZE)
        self._build()
        self._connect()
        self._add_shortcuts()
        self.render_state(self._state)

    def render_state(self, state: ShellState) -> None:
        """Show everything around the panes; another App's panes begin at their top."""
        if state.current != self._state.current:
            for page in self._body.findChildren(Page):
                page.verticalScrollBar().setValue(0)
        self._state = state
        self.sidebar.apps.render_state(state.apps, state.current)
        self._render_header()
        self._band.show_text(state.sandbox_text)
        self.status_bar.render_state(state.status)

    @property
    def tab(self) -> Tab:
        """The tab that is chosen."""
        return Tab(self.header.tabs.tabData(self.header.tabs.currentIndex()))

    def pane(self, tab: Tab) -> QWidget:
        """Return this tab's pane, made now if it was never shown."""
        if tab not in self._panes:
            pane = self._factories[tab]()
            self._panes[tab] = pane
            self._body.addWidget(pane)
        return self._panes[tab]

    def forget_panes(self) -> None:
        """End every pane with all that it shows; each is made anew when it is next shown."""
        self._acts_shown = {}
        panes, self._panes = self._panes, {}
        for pane in panes.values():
            self._body.removeWidget(pane)
            pane.deleteLater()

    def show_tab(self, tab: Tab) -> None:
        """Choose a tab as if the person had. An open page closes."""
        self.close_page()
        self.header.tabs.setCurrentIndex(list(Tab).index(tab))
        self._body.setCurrentWidget(self.pane(tab))

    def show_page(self, page: QWidget, *, hides_header: bool = False) -> None:
        """Show a page in place of the pane: sign-in, Add App, welcome.

        The window owns it from now on and frees it when it closes.
        """
        self.close_page()
        self.toast.close_now()
        self._focus_before = self.focusWidget()
        self._page = page
        self._page_hides_header = hides_header
        self._body.addWidget(page)
        self._body.setCurrentWidget(page)
        self._render_header()
        give_keyboard(page)

    def close_page(self) -> None:
        """Close the page, if one is open, and show the pane again, with the keyboard as before."""
        if self._page is None:
            return
        had_keyboard = self._page_has_keyboard()
        self.drop_page()
        self._body.setCurrentWidget(self.pane(self.tab))
        self._render_header()
        if had_keyboard:
            self._give_keyboard_back()

    def drop_page(self) -> None:
        """End the page, if one is open, without showing anything in its place."""
        if self._page is None:
            return
        self.page_closing.emit(self._page)
        page, self._page = self._page, None
        self._body.removeWidget(page)
        page.deleteLater()

    @property
    def page(self) -> QWidget | None:
        """The open page, if there is one."""
        return self._page

    def show_notice(self, state: "NoticeState | None") -> None:
        """Show a notice above whatever pane is open, until it is put away; None takes it away."""
        self._notice.render_state(state)

    def show_toast(self, state: ToastState) -> None:
        """Show a passing word."""
        self.toast.show_state(state)

    def tell_why(self, failure: object) -> None:
        """Say that somebody wants to know what is behind a failure."""
        self.why_wanted.emit(failure)

    def set_commands(self, commands: tuple[Command, ...]) -> None:
        """Offer these in the palette, besides the Apps, the tabs and *Add App*."""
        self._commands = commands

    @property
    def palette_layer(self) -> "CommandPalette":
        """The palette, made when it is first asked for."""
        if self._palette_layer is None:
            from ui.widgets.command_palette import CommandPalette

            central = self.centralWidget()
            assert central is not None, "made with the window"
            self._palette_layer = CommandPalette(central)
            self._palette_layer.chosen.connect(self._run_command)
        return self._palette_layer

    def open_palette(self) -> None:
        """Open the palette over the window: Apps, tabs, commands, and what is on the screen."""
        known = (*self._own_commands(), *self._commands)
        names = {command.label for command in known}
        self._acts_shown = self._acts_on_screen()
        shown = (name for name in self._acts_shown if name not in names)
        self.palette_layer.open_with((*known, *(Command(f"do:{name}", name) for name in shown)))

    def show_shortcuts(self) -> None:
        """Open the list of keyboard shortcuts."""
        from ui.widgets.shortcut_list import ShortcutList

        # Requests listens for this one itself.
        sends = Shortcut("Ctrl+Enter", self.tr("Send the request, in Requests"), lambda: None)
        # And this one is heard by what has the keyboard.
        copies = Shortcut("Ctrl+C", self.tr("Copy the credential or line chosen"), lambda: None)
        ShortcutList((*self._shortcuts, copies, sends), self).open()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Tell before the window goes."""
        self.closing.emit()
        super().closeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcome files and text."""
        if event.mimeData().hasUrls() or event.mimeData().hasText():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Say what was dropped."""
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            self.files_dropped.emit(paths)
        elif event.mimeData().hasText():
            self.text_dropped.emit(event.mimeData().text())
        event.acceptProposedAction()

    def _build(self) -> None:
        self.sidebar = Sidebar()
        self.header = Header()
        self._band = SandboxBand()
        self._notice = Banner(square=True)
        self._notice.action_wanted.connect(self.toast_action_wanted)
        self._notice.close_wanted.connect(lambda _key: self.show_notice(None))
        self._body = QStackedWidget()
        self.status_bar = StatusBar()
        main = QVBoxLayout()
        main.setSpacing(0)
        main.addWidget(self.header)
        main.addWidget(self._band)
        main.addWidget(self._notice)
        main.addWidget(self._body, 1)
        central = QWidget()
        grid = QGridLayout(central)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        grid.addWidget(self.sidebar, 0, 0)
        grid.addLayout(main, 0, 1)
        grid.addWidget(self.status_bar, 1, 0, 1, 2)
        grid.setColumnStretch(1, 1)
        self.setCentralWidget(central)
        self.toast = Toast(central)
        # Nothing is chosen for the person: the first Tab goes to the first control.
        central.setAccessibleName("Keypane")
        central.setFocus()

    def _connect(self) -> None:
        self.sidebar.find_wanted.connect(self.open_palette)
        self.sidebar.app_selected.connect(self.app_selected)
        self.sidebar.add_app_wanted.connect(self.add_app_wanted)
        self.header.console_wanted.connect(self.console_wanted)
        self.header.step_wanted.connect(self.step_wanted)
        self.header.tabs.currentChanged.connect(self._tab_changed)
        self.header.tabs.tabBarClicked.connect(lambda _place: self.close_page())
        self.toast.action_wanted.connect(self.toast_action_wanted)

    def _add_shortcuts(self) -> None:
        self._shortcuts = (
            Shortcut("Ctrl+K", self.tr("Find an App or an action"), self.open_palette),
            Shortcut("Ctrl+N", self.tr("Add App"), self.add_app_wanted.emit),
            *(
                Shortcut(f"Ctrl+{place}", self.header.tabs.tabText(place - 1), self._opener(tab))
                for place, tab in enumerate(Tab, start=1)
            ),
            Shortcut("Esc", self.tr("Cancel what is running"), self._escape),
            Shortcut("?", self.tr("Show this list"), self.show_shortcuts),
            Shortcut("Ctrl+Q", self.tr("Quit"), self.close),
        )
        for shortcut in self._shortcuts:
            QShortcut(QKeySequence(shortcut.keys), self).activated.connect(shortcut.act)

    def _opener(self, tab: Tab) -> Callable[[], object]:
        return lambda: self._go_to(tab)

    def _go_to(self, tab: Tab) -> None:
        """Follow a shortcut; where no App is shown there is no pane to go to."""
        if self._state.header is not None:
            self.show_tab(tab)

    def _own_commands(self) -> tuple[Command, ...]:
        tabs = self.header.tabs
        has_app = self._state.header is not None
        return (
            *(Command(f"app:{app.key}", app.name, app.group) for app in self._state.apps),
            *(
                Command(f"tab:{tab}", tabs.tabText(place), key_text(f"Ctrl+{place + 1}"))
                for place, tab in enumerate(Tab)
                if has_app
            ),
            Command("add", self.tr("Add App"), key_text("Ctrl+N")),
            Command("shortcuts", self.tr("Keyboard shortcuts"), "?"),
        )

    def _acts_on_screen(self) -> dict[str, Callable[[], None]]:
        from ui.widgets.on_screen import acts_on_screen

        body = self._body.currentWidget()
        return {**acts_on_screen(self.header), **(acts_on_screen(body) if body else {})}

    def _run_command(self, key: str) -> None:
        kind, _, rest = key.partition(":")
        if kind == "app" and rest:
            self.app_selected.emit(rest)
        elif kind == "tab" and rest:
            self.show_tab(Tab(rest))
        elif kind == "do" and rest in self._acts_shown:
            self._acts_shown.pop(rest)()
        elif key == "add":
            self.add_app_wanted.emit()
        elif key == "shortcuts":
            self.show_shortcuts()
        else:
            self.command_wanted.emit(key)

    def _page_has_keyboard(self) -> bool:
        holder: QWidget | None = self.focusWidget()
        while holder is not None and holder is not self._page:
            holder = holder.parentWidget()
        return holder is not None

    def _give_keyboard_back(self) -> None:
        """Return it to what opened the page; to nothing in particular when that is gone."""
        before, self._focus_before = self._focus_before, None
        if before is not None and isValid(before) and before.isVisible() and before.isEnabled():
            before.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        central = self.centralWidget()
        assert central is not None, "made with the window"
        central.setFocus(Qt.FocusReason.OtherFocusReason)

    def _tab_changed(self, _place: int) -> None:
        self.close_page()
        self._body.setCurrentWidget(self.pane(self.tab))
        self.tab_selected.emit(str(self.tab))

    def _escape(self) -> None:
        if self._palette_layer is not None and self._palette_layer.isVisible():
            self._palette_layer.close_now()
            return
        self.cancel_wanted.emit()
        page: object = self._page
        if isinstance(page, TakesEscape):
            page.escape()

    def _render_header(self) -> None:
        hidden = self._page is not None and self._page_hides_header
        self.header.render_state(None if hidden else self._state.header)
        if self._page is None and self._state.header is not None:
            self._body.setCurrentWidget(self.pane(self.tab))
