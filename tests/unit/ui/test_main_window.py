import time
from dataclasses import replace

import pytest
from PySide6.QtCore import QItemSelectionModel, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QAccessible, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from scripts import gallery_states as samples
from tests.unit.ui.support import button, heard, names
from ui.main_window import MainWindow
from ui.shell import ReadinessStep, ShellState, Tab
from ui.views.add_app import AddAppView
from ui.views.keys_and_tokens import KeysAndTokensView
from ui.views.sign_in import SignInView
from ui.views.sign_in_pair import SignInPairView
from ui.widgets import Page, ToastState
from ui.widgets.app_list import AppEntry
from ui.widgets.command_palette import matching
from ui.widgets.offers import Command
from ui.widgets.on_screen import acts_on_screen
from ui.widgets.shortcut_list import ShortcutList


class Panes:
    """Makes a label per pane and remembers which were made."""

    def __init__(self) -> None:
        self.made: list[Tab] = []

    def make(self, tab: Tab) -> QWidget:
        self.made.append(tab)
        return QLabel(f"pane {tab}")


@pytest.fixture
def panes() -> Panes:
    return Panes()


@pytest.fixture
def window(qtbot: QtBot, panes: Panes) -> MainWindow:
    """The shell with the mockup's Apps."""
    shell = MainWindow({tab: (lambda tab=tab: panes.make(tab)) for tab in Tab})  # type: ignore[misc]
    qtbot.addWidget(shell)
    shell.render_state(samples.SHELL)
    with qtbot.waitExposed(shell):
        shell.show()
    shell.activateWindow()
    return shell


def hold_the_keyboard(window: MainWindow, qtbot: QtBot) -> None:
    """Wait until the window is the active one: only then do its shortcuts hear a key."""

    def is_active() -> bool:
        window.activateWindow()
        return window.isActiveWindow()

    qtbot.waitUntil(is_active)


def press(window: MainWindow, qtbot: QtBot, key: Qt.Key, *, ctrl: bool = False) -> None:
    modifier = Qt.KeyboardModifier.ControlModifier if ctrl else Qt.KeyboardModifier.NoModifier
    QTest.keyClick(QApplication.focusWidget() or window, key, modifier)


def test_a_pane_is_made_when_its_tab_is_first_shown(window: MainWindow, panes: Panes) -> None:
    at_start = list(panes.made)

    window.show_tab(Tab.LIMITS)
    window.show_tab(Tab.KEYS)
    window.show_tab(Tab.LIMITS)

    assert at_start == [Tab.KEYS]
    assert panes.made == [Tab.KEYS, Tab.LIMITS]


def test_control_and_a_number_open_a_tab(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.tab_selected) as selected:
        press(window, qtbot, Qt.Key.Key_2, ctrl=True)

    assert selected.args == ["requests"]
    assert window.tab is Tab.REQUESTS


def test_arrows_move_along_the_tabs(window: MainWindow, qtbot: QtBot) -> None:
    window.header.tabs.setFocus()

    QTest.keyClick(window.header.tabs, Qt.Key.Key_Right)

    assert window.tab is Tab.REQUESTS


def test_the_tabs_are_known_as_a_tab_list(window: MainWindow) -> None:
    tabs = QAccessible.queryAccessibleInterface(window.header.tabs)
    assert tabs is not None
    children = [tabs.child(place) for place in range(5)]

    assert tabs.role() == QAccessible.Role.PageTabList
    assert [child.text(QAccessible.Text.Name) for child in children] == [
        "Keys and tokens",
        "Requests",
        "Limits and usage",
        "Activity",
        "Settings",
    ]


def test_drawing_a_state_is_not_a_choice_of_the_person(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(window.app_selected):
        window.render_state(replace(samples.SHELL, current="news"))

    assert window.sidebar.apps.currentIndex().data() == "Newsdesk"


def test_choosing_an_app_says_which(window: MainWindow, qtbot: QtBot) -> None:
    window.sidebar.apps.setFocus()

    with qtbot.waitSignal(window.app_selected) as selected:
        QTest.keyClick(window.sidebar.apps, Qt.Key.Key_Down)

    assert selected.args == ["news"]


def test_the_arrow_keys_step_over_headings(window: MainWindow, qtbot: QtBot) -> None:
    window.render_state(replace(samples.SHELL, current="old"))
    window.sidebar.apps.setFocus()

    with qtbot.waitSignal(window.app_selected) as selected:
        QTest.keyClick(window.sidebar.apps, Qt.Key.Key_Down)

    assert selected.args == ["practice"]


def test_an_app_is_heard_by_its_name_with_its_state_as_description(window: MainWindow) -> None:
    apps = QAccessible.queryAccessibleInterface(window.sidebar.apps)
    assert apps is not None
    told = [
        (
            apps.child(place).text(QAccessible.Text.Name),
            apps.child(place).text(QAccessible.Text.Description),
        )
        for place in range(apps.childCount())
    ]

    assert ("Acme Bot", "works · 2 users") in told
    assert ("Newsdesk", "a user needs to sign in · sign-in") in told


def test_a_changed_note_remakes_no_line_and_moves_no_choice(window: MainWindow) -> None:
    apps = window.sidebar.apps
    resets: list[int] = []
    apps.model().modelReset.connect(lambda: resets.append(1))
    first = replace(samples.APPS[0], note="3 users")

    window.render_state(replace(samples.SHELL, apps=(first, *samples.APPS[1:])))

    assert resets == []
    assert apps.currentIndex().data() == "Acme Bot"


def test_a_thousand_apps_are_shown_and_changed_at_once(window: MainWindow, qtbot: QtBot) -> None:
    many = tuple(AppEntry(f"a{n}", f"App {n}", "Live", "ok", f"{n} users") for n in range(1000))
    started = time.thread_time()

    window.render_state(replace(samples.SHELL, apps=many, current="a500"))
    window.render_state(replace(samples.SHELL, apps=many, current="a501"))
    window.open_palette()
    window.palette_layer.search.setText("app 99")
    QApplication.processEvents()

    # Work of this thread, several times what it takes: a widget per App would take minutes.
    assert time.thread_time() - started < 6
    assert window.sidebar.apps.currentIndex().data() == "App 501"
    assert len(window.sidebar.apps.findChildren(QWidget)) < 20


@pytest.mark.parametrize("name", ["Find", "Add App", "Developer Console"])
def test_the_shell_has_its_promised_names(window: MainWindow, name: str) -> None:
    assert button(window, name).isEnabled()


def test_no_control_of_the_shell_is_nameless(window: MainWindow) -> None:
    assert [name for name in names(window) if not name or "…" in name] == []


def test_the_palette_finds_an_app_and_gives_the_focus_back(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.sidebar.add.setFocus()
    press(window, qtbot, Qt.Key.Key_K, ctrl=True)
    QTest.keyClicks(window.palette_layer.search, "newsd")

    with qtbot.waitSignal(window.app_selected) as selected:
        QTest.keyClick(window.palette_layer.search, Qt.Key.Key_Return)

    assert selected.args == ["news"]
    assert window.palette_layer.isHidden()
    assert QApplication.focusWidget() is window.sidebar.add


def test_the_palette_runs_a_command_chosen_with_the_arrows(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.set_commands((Command("check", "Check Bearer Token"), Command("x", "Check API Key")))
    window.open_palette()
    QTest.keyClicks(window.palette_layer.search, "check")
    QTest.keyClick(window.palette_layer.search, Qt.Key.Key_Down)

    with qtbot.waitSignal(window.command_wanted) as wanted:
        QTest.keyClick(window.palette_layer.search, Qt.Key.Key_Return)

    assert wanted.args == ["x"]


@pytest.mark.parametrize(
    ("typed", "signal", "args"),
    [
        ("revoke @acme", "revoke_wanted", ["user:1"]),
        ("used by api key", "used_by_wanted", ["api_key"]),
        ("curl bearer", "copy_wanted", ["bearer", "curl"]),
    ],
)
def test_the_palette_runs_what_is_on_the_screen_and_in_its_menus(
    window: MainWindow, qtbot: QtBot, typed: str, signal: str, args: list[str]
) -> None:
    pane = KeysAndTokensView()
    pane.render_state(samples.KEYS)
    window.show_page(pane)
    window.open_palette()
    QTest.keyClicks(window.palette_layer.search, typed)

    with qtbot.waitSignal(getattr(pane, signal)) as wanted:
        QTest.keyClick(window.palette_layer.search, Qt.Key.Key_Return)

    assert wanted.args == args


def test_an_act_whose_button_is_gone_does_nothing(window: MainWindow, qtbot: QtBot) -> None:
    pane = KeysAndTokensView()
    pane.render_state(samples.KEYS)
    window.show_page(pane)
    acts = acts_on_screen(pane)
    window.close_page()
    qtbot.waitUntil(lambda: not isValid(pane))

    for act in acts.values():
        act()

    assert {"Revoke @acme", "Sign in a user", "Copy as curl Bearer Token"} <= set(acts)


def test_the_best_match_comes_first() -> None:
    commands = (
        Command("1", "Recheck all"),
        Command("2", "Bearer Token: check"),
        Command("3", "Check Bearer Token"),
    )

    assert [command.key for command in matching(commands, "check")] == ["3", "2", "1"]
    assert matching(commands, "nothing of it") == []


@pytest.mark.serial  # wants the keyboard
def test_escape_closes_the_palette_first_and_then_cancels(window: MainWindow, qtbot: QtBot) -> None:
    hold_the_keyboard(window, qtbot)
    window.open_palette()
    with qtbot.assertNotEmitted(window.cancel_wanted):
        press(window, qtbot, Qt.Key.Key_Escape)

    with qtbot.waitSignal(window.cancel_wanted):
        press(window, qtbot, Qt.Key.Key_Escape)

    assert window.palette_layer.isHidden()


@pytest.mark.serial  # wants the keyboard
@pytest.mark.parametrize("page", [SignInView, SignInPairView, AddAppView])
def test_escape_leaves_a_page_on_which_nothing_is_lost(
    window: MainWindow, qtbot: QtBot, page: type[SignInView | SignInPairView | AddAppView]
) -> None:
    hold_the_keyboard(window, qtbot)
    view = page()
    window.show_page(view)

    with qtbot.waitSignal(view.cancel_wanted):
        press(window, qtbot, Qt.Key.Key_Escape)


@pytest.mark.serial  # wants the keyboard
def test_escape_leaves_what_was_typed(window: MainWindow, qtbot: QtBot) -> None:
    hold_the_keyboard(window, qtbot)
    view = AddAppView()
    window.show_page(view)
    view.fill({"name": "Acme Bot"})

    with qtbot.assertNotEmitted(view.cancel_wanted):
        press(window, qtbot, Qt.Key.Key_Escape)


@pytest.mark.serial  # wants the keyboard
def test_a_question_mark_lists_the_shortcuts(window: MainWindow, qtbot: QtBot) -> None:
    hold_the_keyboard(window, qtbot)
    press(window, qtbot, Qt.Key.Key_Question)

    qtbot.waitUntil(lambda: len(window.findChildren(ShortcutList)) == 1)
    dialog = window.findChildren(ShortcutList)[0]
    shown = [label.text() for label in dialog.findChildren(QLabel)]
    assert "Find an App or an action" in shown
    sending = shown.index("Send the request, in Requests")
    assert shown[sending + 1] == "Ctrl Enter"
    dialog.accept()
    qtbot.waitUntil(lambda: not isValid(dialog))


def test_a_question_mark_can_be_typed_into_a_field(window: MainWindow, qtbot: QtBot) -> None:
    window.open_palette()

    QTest.keyClicks(window.palette_layer.search, "?")

    assert window.palette_layer.search.text() == "?"
    assert window.findChildren(ShortcutList) == []


def test_a_page_takes_the_place_of_the_pane_and_is_freed(window: MainWindow, qtbot: QtBot) -> None:
    page = QLabel("page")
    window.show_page(page, hides_header=True)
    during = (page.isVisible(), window.header.isVisible())

    window.show_tab(Tab.ACTIVITY)

    assert during == (True, False)
    assert window.header.isVisible()
    qtbot.waitUntil(lambda: not isValid(page))


@pytest.mark.serial  # wants the keyboard
def test_a_page_that_closes_gives_the_keyboard_back(window: MainWindow, qtbot: QtBot) -> None:
    hold_the_keyboard(window, qtbot)
    window.sidebar.add.setFocus()
    first, second = QLineEdit(), QLineEdit()
    window.show_page(first)
    window.show_page(second, hides_header=True)
    during = QApplication.focusWidget()

    window.close_page()

    assert during is second
    assert QApplication.focusWidget() is window.sidebar.add


@pytest.mark.serial  # wants the keyboard
def test_a_page_whose_opener_is_gone_leaves_the_keyboard_to_the_window(
    window: MainWindow, qtbot: QtBot
) -> None:
    hold_the_keyboard(window, qtbot)
    opener = QLineEdit(window)
    opener.show()
    opener.setFocus()
    window.show_page(QLineEdit())
    opener.deleteLater()
    qtbot.waitUntil(lambda: not isValid(opener))

    window.close_page()

    assert QApplication.focusWidget() is window.centralWidget()


def test_another_apps_pane_begins_at_its_top(window: MainWindow, qtbot: QtBot) -> None:
    pane = KeysAndTokensView()
    pane.render_state(samples.KEYS)
    window.resize(window.minimumSize())
    window.show_page(pane)
    bar = pane.findChildren(Page)[0].verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    bar.setValue(bar.maximum())
    window.render_state(replace(samples.SHELL, sandbox_text="the same App"))
    stayed = bar.value()

    window.render_state(samples.SANDBOX_SHELL)

    assert stayed > 0
    assert bar.value() == 0


def test_a_long_name_gives_way_to_the_app_id(window: MainWindow, qtbot: QtBot) -> None:
    assert samples.SHELL.header is not None
    header = replace(samples.SHELL.header, name="A name without an end " * 9, app_id="1" * 19)
    window.resize(window.minimumSize())

    window.render_state(replace(samples.SHELL, header=header))

    whole = f"App ID {'1' * 19}"
    labels = [label for label in window.header.findChildren(QLabel) if label.text() == whole]
    qtbot.waitUntil(lambda: [part.width() >= part.sizeHint().width() for part in labels] == [True])


def test_the_sandbox_is_marked_by_band_and_pill(window: MainWindow) -> None:
    window.render_state(samples.SANDBOX_SHELL)

    shown = [label.text() for label in window.findChildren(QLabel) if label.isVisible()]
    assert "Sandbox" in shown
    assert samples.SANDBOX_SHELL.sandbox_text in shown
    assert "Developer Console" not in names(window)


def test_the_tabs_stay_where_they_are_between_live_and_sandbox(
    window: MainWindow, qtbot: QtBot
) -> None:
    assert samples.SANDBOX_SHELL.header is not None
    ready = replace(samples.SANDBOX_SHELL.header, steps=())
    live = window.header.tabs.y()

    window.render_state(replace(samples.SANDBOX_SHELL, header=ready))
    QApplication.processEvents()

    assert live == window.header.tabs.y() > 0


def test_an_open_readiness_step_is_one_click_from_its_fix(window: MainWindow, qtbot: QtBot) -> None:
    window.render_state(samples.SANDBOX_SHELL)

    with qtbot.waitSignal(window.step_wanted) as wanted:
        button(window.header, "Callback").click()

    assert wanted.args == ["callback"]


def test_readiness_steps_follow_the_state(window: MainWindow, qtbot: QtBot) -> None:
    header = samples.SANDBOX_SHELL.header
    assert header is not None
    window.render_state(samples.SANDBOX_SHELL)

    done = replace(header, steps=(ReadinessStep("keys", "Keys", True),))
    window.render_state(replace(samples.SANDBOX_SHELL, header=done))

    qtbot.waitUntil(lambda: "Callback" not in names(window.header))


def test_without_an_app_there_is_no_header_and_no_tab(window: MainWindow) -> None:
    window.render_state(ShellState())

    assert not window.header.isVisible()


def test_a_toast_lies_above_the_status_bar(window: MainWindow) -> None:
    window.show_toast(ToastState("Copied API Key.", 5))

    toast = window.toast.geometry()
    assert window.toast.isVisible()
    assert not toast.intersects(window.status_bar.geometry())


def test_dropped_files_are_told(window: MainWindow, qtbot: QtBot) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/nowhere/.env")])
    event = QDropEvent(
        QPointF(10, 10),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )

    with qtbot.waitSignal(window.files_dropped) as dropped:
        window.dropEvent(event)

    assert dropped.args == [["/nowhere/.env"]]


def test_the_window_says_that_it_closes(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.closing):
        window.close()


def test_the_title_names_no_app_and_no_token(window: MainWindow) -> None:
    assert window.windowTitle() == "Keypane"


def test_the_chosen_app_is_told_once_per_choice(window: MainWindow, qtbot: QtBot) -> None:
    apps = window.sidebar.apps
    told: list[str] = []
    window.app_selected.connect(told.append)
    flag = QItemSelectionModel.SelectionFlag.ClearAndSelect

    apps.selectionModel().setCurrentIndex(apps.model().index(2, 0), flag)
    window.render_state(replace(samples.SHELL, current="news"))

    assert told == ["news"]
    assert heard(window.sidebar.find_box) == "Find"
