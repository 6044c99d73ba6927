import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from scripts import gallery_states as samples
from tests.unit.ui.support import button, heard, names
from ui.views.activity import ActivityState, ActivityView
from ui.views.add_app import SECRET_FIELDS, AddAppState, AddAppView
from ui.views.keyring_question import KeyringQuestion, KeyringQuestionState, UnlockDialog
from ui.views.keys_and_tokens import KeysAndTokensView
from ui.views.limits import LimitsView
from ui.views.limits_state import LimitsState
from ui.views.paste_value import PasteValueDialog, PasteValueState
from ui.views.settings import MOST_REDIRECT_URIS, SettingsState, SettingsView
from ui.views.welcome import WelcomeView
from ui.widgets import NoticeState, Status


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.resize(700, 500)
    widget.show()
    return widget


def line(root: QWidget, name: str) -> QLineEdit:
    return next(child for child in root.findChildren(QLineEdit) if heard(child) == name)


def shown(root: QWidget) -> str:
    labels = root.findChildren(QLabel)
    return "\n".join(label.text() for label in labels if label.isVisibleTo(root))


def rendered(view: QWidget, state: object) -> QWidget:
    view.render_state(state)  # type: ignore[attr-defined]
    return view


VIEWS: dict[str, Callable[[], QWidget]] = {
    "keys": lambda: rendered(KeysAndTokensView(), samples.KEYS),
    "keys, busy": lambda: rendered(KeysAndTokensView(), samples.BUSY_KEYS),
    "keys, empty": lambda: rendered(KeysAndTokensView(), samples.EMPTY_KEYS),
    "add app": lambda: rendered(AddAppView(), samples.ADD_APP),
    "welcome": WelcomeView,
    "activity": lambda: rendered(ActivityView(), samples.ACTIVITY),
    "settings": lambda: rendered(SettingsView(), samples.SETTINGS),
    "limits": lambda: rendered(LimitsView(), samples.LIMITS),
}


@pytest.mark.parametrize("make", VIEWS.values(), ids=list(VIEWS))
def test_everything_that_takes_the_focus_has_a_name(
    qtbot: QtBot, make: Callable[[], QWidget]
) -> None:
    view = make()
    qtbot.addWidget(view)
    view.show()
    focusable = [
        child
        for child in view.findChildren(QWidget)
        if child.focusPolicy() & Qt.FocusPolicy.TabFocus and child.isVisibleTo(view)
    ]

    assert focusable
    assert [type(child) for child in focusable if not heard(child)] == []
    assert [heard(child) for child in focusable if "…" in heard(child)] == []


def test_what_is_pasted_and_typed_is_told(qtbot: QtBot) -> None:
    view = AddAppView()
    qtbot.addWidget(view)
    view.render_state(samples.ADD_APP)

    with qtbot.waitSignal(view.pasted) as pasted:
        view._paste.setPlainText("API_KEY=abc\n")
    with qtbot.waitSignal(view.changed) as changed:
        line(view, "API Key").setText(" abc ")

    assert pasted.args == ["API_KEY=abc\n"]
    assert changed.args == ["api_key", " abc "]


def test_filling_fields_from_a_paste_is_not_typing(qtbot: QtBot) -> None:
    view = AddAppView()
    qtbot.addWidget(view)
    view.render_state(samples.ADD_APP)

    with qtbot.assertNotEmitted(view.changed), qtbot.assertNotEmitted(view.pasted):
        view.fill(samples.ADD_APP_VALUES)
        view.clear_paste()

    assert view.values()["api_secret"] == samples.ADD_APP_VALUES["api_secret"]
    assert view.values()["environment"] == "x"
    assert set(view.values()) == {
        "name",
        "environment",
        "redirect_uri",
        "api_key",
        "api_secret",
        "bearer_token",
        "client_id",
        "client_secret",
        "access_token",
        "access_token_secret",
    }


def test_a_secret_that_is_typed_is_heard_as_dots_until_shown(qtbot: QtBot) -> None:
    view = AddAppView()
    qtbot.addWidget(view)
    view.fill(dict.fromkeys(SECRET_FIELDS, "nobodys-secret"))
    lines = [view._lines[name] for name in SECRET_FIELDS]

    def told() -> str:
        interfaces = [QAccessible.queryAccessibleInterface(entry) for entry in lines]
        return " ".join(i.text(QAccessible.Text.Value) for i in interfaces)

    hidden = told()
    button(view, "Show secrets").click()

    assert "nobodys" not in hidden
    assert all(entry.echoMode() == QLineEdit.EchoMode.Normal for entry in lines)


def test_a_state_warns_below_its_field_and_keeps_what_was_typed(qtbot: QtBot) -> None:
    view = AddAppView()
    qtbot.addWidget(view)
    view.fill({"client_id": "xyz"})

    view.render_state(AddAppState(warnings={"client_id": "This looks like an API Key."}))

    assert "This looks like an API Key." in shown(view)
    assert line(view, "Client ID").accessibleDescription() == "This looks like an API Key."
    assert line(view, "Client ID").text() == "xyz"


def test_save_waits_for_the_presenter_and_a_busy_save_can_be_stopped(qtbot: QtBot) -> None:
    view = AddAppView()
    qtbot.addWidget(view)
    view.render_state(AddAppState(can_save=False))
    assert not button(view, "Save").isEnabled()

    view.render_state(AddAppState(can_save=True))
    with qtbot.waitSignal(view.save_wanted):
        button(view, "Save").click()
    view.render_state(AddAppState(can_save=True, busy="Saving…"))
    with qtbot.waitSignal(view.stop_wanted):
        button(view, "Cancel saving").click()

    assert not button(view, "Save").isEnabled()


def test_return_in_a_field_saves(qtbot: QtBot) -> None:
    view = AddAppView()
    qtbot.addWidget(view)
    view.render_state(AddAppState(can_save=True))

    with qtbot.waitSignal(view.save_wanted):
        QTest.keyClick(line(view, "Name"), Qt.Key.Key_Return)


@pytest.mark.parametrize(
    ("name", "signal"),
    [
        ("I have keys", "have_keys_wanted"),
        ("I have no App yet", "no_app_wanted"),
        ("Import", "import_wanted"),
        ("Try the sandbox", "sandbox_wanted"),
    ],
)
def test_each_door_leads_somewhere(qtbot: QtBot, name: str, signal: str) -> None:
    view = WelcomeView()
    qtbot.addWidget(view)

    with qtbot.waitSignal(getattr(view, signal)):
        button(view, name).click()

    assert "Everything stays on this computer. No account." in shown(view)


@pytest.mark.parametrize(
    ("name", "signal"), [("Yes", "keyring_chosen"), ("Forget on quit", "session_chosen")]
)
def test_the_keyring_question_takes_one_answer_and_is_freed(
    parent: QWidget, qtbot: QtBot, name: str, signal: str
) -> None:
    dialog = KeyringQuestion(samples.KEYRING, parent)
    dialog.open()

    with qtbot.waitSignal(getattr(dialog, signal)):
        button(dialog, name).click()

    qtbot.waitUntil(lambda: not isValid(dialog))


def test_a_passphrase_is_taken_when_given_twice_alike(parent: QWidget, qtbot: QtBot) -> None:
    dialog = KeyringQuestion(samples.KEYRING, parent)
    dialog.open()
    button(dialog, "Passphrase").click()
    use = button(dialog, "Use this passphrase")

    line(dialog, "Passphrase").setText("correct horse")
    line(dialog, "Passphrase again").setText("correct mule")
    unlike = (use.isEnabled(), "The two are not alike." in shown(dialog))
    line(dialog, "Passphrase again").setText("correct horse")
    with qtbot.waitSignal(dialog.passphrase_chosen) as chosen:
        use.click()

    assert unlike == (False, True)
    assert chosen.args == ["correct horse"]


def test_a_short_passphrase_is_not_taken(parent: QWidget) -> None:
    dialog = KeyringQuestion(samples.KEYRING, parent)
    dialog.open()
    button(dialog, "Passphrase").click()

    line(dialog, "Passphrase").setText("short")
    line(dialog, "Passphrase again").setText("short")

    assert not button(dialog, "Use this passphrase").isEnabled()
    assert "At least 8 characters." in shown(dialog)
    dialog.reject()


def test_the_title_says_which_question_is_asked(parent: QWidget) -> None:
    dialog = KeyringQuestion(samples.KEYRING, parent)
    dialog.open()

    button(dialog, "Passphrase").click()
    asked = dialog.windowTitle()
    button(dialog, "Back").click()

    assert asked == "Choose a passphrase for the vault"
    assert dialog.windowTitle() == samples.KEYRING.title
    dialog.reject()


def test_escape_answers_nothing(parent: QWidget, qtbot: QtBot) -> None:
    dialog = KeyringQuestion(samples.KEYRING, parent)
    dialog.open()

    with (
        qtbot.assertNotEmitted(dialog.keyring_chosen),
        qtbot.assertNotEmitted(dialog.session_chosen),
        qtbot.waitSignal(dialog.rejected),
    ):
        QTest.keyClick(dialog, Qt.Key.Key_Escape)


def test_yes_is_not_offered_where_there_is_no_keyring(parent: QWidget) -> None:
    state = KeyringQuestionState("Where shall your keys be kept?", "…", can_use_keyring=False)
    dialog = KeyringQuestion(state, parent)
    dialog.open()

    assert names(dialog) == ["Forget on quit", "Passphrase"]
    dialog.reject()


def test_a_wrong_passphrase_is_said_and_can_be_given_again(parent: QWidget, qtbot: QtBot) -> None:
    dialog = UnlockDialog(parent)
    dialog.open()
    line(dialog, "Passphrase").setText("wrong")
    button(dialog, "Unlock").click()

    dialog.render_state(error="This is not the vault's passphrase. Try again.")
    line(dialog, "Passphrase").setText("right")
    with qtbot.waitSignal(dialog.unlock_wanted) as wanted:
        button(dialog, "Unlock").click()

    assert wanted.args == ["right"]
    assert "Try again." in shown(dialog)
    dialog.reject()


def test_pasted_halves_are_given_together_and_the_dialog_is_freed(
    parent: QWidget, qtbot: QtBot
) -> None:
    state = PasteValueState(
        "Paste the pair", "", (("access_token", "Access Token"), ("secret", "Secret"))
    )
    dialog = PasteValueDialog(state, parent)
    dialog.open()
    line(dialog, "Access Token").setText("a")
    half = button(dialog, "Save").isEnabled()
    line(dialog, "Secret").setText("b")

    with qtbot.waitSignal(dialog.given) as given:
        button(dialog, "Save").click()

    assert not half
    assert given.args == [{"access_token": "a", "secret": "b"}]
    qtbot.waitUntil(lambda: not isValid(dialog))


def test_an_entry_of_the_activity_is_heard_whole_and_shows_its_steps(qtbot: QtBot) -> None:
    view = ActivityView()
    qtbot.addWidget(view)
    view.render_state(samples.ACTIVITY)
    model = view.list.model()

    view.list.setCurrentIndex(model.index(0, 0))

    told = model.index(0, 0).data(int(Qt.ItemDataRole.AccessibleTextRole))
    # The sample was made when the module was loaded, perhaps a minute ago.
    assert re.fullmatch(r"Checked, Bearer Token, 200 OK, free, [2-9] min ago", str(told))
    assert re.search(r"\d{4}", model.index(0, 0).data(int(Qt.ItemDataRole.ToolTipRole)))
    assert "GET /2/usage/tweets" in shown(view)


def test_a_new_entry_moves_no_choice(qtbot: QtBot) -> None:
    view = ActivityView()
    qtbot.addWidget(view)
    view.render_state(samples.ACTIVITY)
    view.list.setCurrentIndex(view.list.model().index(1, 0))
    entries = samples.ACTIVITY.entries
    newest = replace(entries[0], key="new", at=datetime.now(UTC) - timedelta(seconds=1))

    view.render_state(ActivityState((newest, *entries)))

    assert view.list.currentIndex().row() == 2
    assert view.list.model().rowCount() == len(entries) + 1


def test_activity_has_words_for_nothing_and_for_an_error(qtbot: QtBot) -> None:
    view = ActivityView()
    qtbot.addWidget(view)
    assert "Nothing has happened yet" in shown(view)

    view.render_state(ActivityState(error=NoticeState("Locked.", "", action="Unlock…", key="u")))
    with qtbot.waitSignal(view.notice_action_wanted) as wanted:
        button(view, "Unlock").click()

    assert wanted.args == ["u"]


def test_ten_thousand_entries_are_shown_without_a_widget_each(qtbot: QtBot) -> None:
    view = ActivityView()
    qtbot.addWidget(view)
    entry = samples.ACTIVITY.entries[0]
    view.show()
    before = len(view.findChildren(QWidget))

    view.render_state(ActivityState(tuple(replace(entry, key=str(n)) for n in range(10_000))))
    QApplication.processEvents()

    assert view.list.model().rowCount() == 10_000
    assert len(view.findChildren(QWidget)) < before + 10


def test_settings_say_what_was_chosen(qtbot: QtBot) -> None:
    view = SettingsView()
    qtbot.addWidget(view)
    view.render_state(samples.SETTINGS)

    with qtbot.waitSignal(view.kind_chosen) as kind:
        button(view, "Native App").click()
    with qtbot.waitSignal(view.theme_chosen) as look:
        view._theme.setCurrentIndex(2)
        view._theme.activated.emit(2)
    with qtbot.waitSignal(view.redirect_uri_removed) as removed:
        button(view, "Remove https://mybot.example/cb").click()
    line(view, "New redirect URI").setText(" http://localhost:1/cb ")
    with qtbot.waitSignal(view.redirect_uri_added) as added:
        button(view, "Add redirect URI").click()

    assert kind.args == ["native"]
    assert look.args == ["dark"]
    assert removed.args == ["https://mybot.example/cb"]
    assert added.args == ["http://localhost:1/cb"]


def test_a_new_name_is_told_when_the_field_is_left(qtbot: QtBot) -> None:
    view = SettingsView()
    qtbot.addWidget(view)
    view.render_state(samples.SETTINGS)
    name = line(view, "Name")
    name.selectAll()
    QTest.keyClicks(name, "Acme Two")

    with qtbot.waitSignal(view.name_changed) as changed:
        QTest.keyClick(name, Qt.Key.Key_Return)

    assert changed.args == ["Acme Two"]


def test_an_eleventh_redirect_uri_cannot_be_added(qtbot: QtBot) -> None:
    view = SettingsView()
    qtbot.addWidget(view)
    app = samples.SETTINGS.app
    assert app is not None
    ten = tuple(f"https://mybot.example/{n}" for n in range(MOST_REDIRECT_URIS))

    view.render_state(SettingsState(replace(app, redirect_uris=ten)))

    assert MOST_REDIRECT_URIS == 10
    assert not button(view, "Add redirect URI").isEnabled()


def test_settings_of_the_app_are_hidden_where_there_is_none(qtbot: QtBot) -> None:
    view = SettingsView()
    qtbot.addWidget(view)

    view.render_state(SettingsState())

    assert "Redirect URIs" not in shown(view)
    assert "Keypane, for all Apps" in shown(view)


def test_limits_are_named_and_blocked_ones_said_in_words(qtbot: QtBot) -> None:
    view = LimitsView()
    qtbot.addWidget(view)

    view.render_state(samples.LIMITS)

    assert "Blocked until 12:41" in shown(view)
    assert "9</span> of 75 left" in shown(view)
    assert "whole App, from X · last 30 days" in shown(view)
    assert "from this computer only" in shown(view)


def test_usage_is_asked_for_on_request_only(qtbot: QtBot) -> None:
    view = LimitsView()
    qtbot.addWidget(view)
    view.render_state(LimitsState(usage_text="X was not asked yet."))

    with qtbot.waitSignal(view.usage_wanted):
        button(view, "Ask X for usage").click()
    view.render_state(LimitsState(usage_busy="Asking X…"))
    with qtbot.waitSignal(view.cancel_wanted):
        button(view, "Cancel usage").click()

    assert "Ask X for usage" not in names(view)


def test_a_found_line_is_shown_as_it_is_given(qtbot: QtBot) -> None:
    view = AddAppView()
    qtbot.addWidget(view)

    view.render_state(AddAppState(found=Status("Found 1: Client ID.", "warn")))

    assert "Found 1: Client ID." in shown(view)
