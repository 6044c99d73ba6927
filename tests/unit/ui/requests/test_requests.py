"""The pane: it shows what it is given, and says what was wanted, once."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.unit.ui.requests.conftest import OPERATIONS, Heard, named, ready
from ui.views.answer_state import Action, AnswerPhase, AnswerState, Problem, StatusKind
from ui.views.requests import RequestsPane
from ui.views.requests_dress import holds_focus
from ui.views.requests_state import BodyState, Openness, OperationRow, RequestsState
from ui.widgets import Button, ComboBox, ConfirmDialog, ConfirmState, LineEdit
from ui.widgets.json_editor import JsonEditor

# Qt without a display says what it cannot do with every window, menu and popup.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def test_rendering_a_state_says_nothing(pane: RequestsPane, heard: Heard) -> None:
    pane.render_state(ready())
    pane.render_state(replace(ready(), chosen="getUsage", credential="user:7", url="u"))
    pane.render_state(RequestsState())

    assert heard.calls == []


def test_choosing_an_operation_says_its_id_once(
    pane: RequestsPane, heard: Heard, qtbot: QtBot
) -> None:
    row = pane.operations.model.index(pane.operations.model.row_of("getUsage"))
    spot = pane.operations.list.visualRect(row).center()
    QTest.mouseClick(pane.operations.list.viewport(), Qt.MouseButton.LeftButton, pos=spot)

    pane.render_state(replace(ready(), chosen="getUsage"))

    assert heard.calls == [("operation_chosen", "getUsage")]


def test_arrow_keys_choose_operations_and_skip_headings(
    pane: RequestsPane, heard: Heard, qtbot: QtBot
) -> None:
    pane.operations.list.setFocus()
    QTest.keyClick(pane.operations.list, Qt.Key.Key_Down)
    QTest.keyClick(pane.operations.list, Qt.Key.Key_Down)

    assert heard.calls == [("operation_chosen", "createPosts"), ("operation_chosen", "getUsersMe")]


def test_enter_takes_what_is_called_exactly_so_before_what_only_holds_the_words(
    pane: RequestsPane, heard: Heard, qtbot: QtBot
) -> None:
    rows = (
        OperationRow("getUsersByUsernames", "Users", "GET", "Users by usernames", "/2/users/by"),
        OperationRow("getUsersByUsername", "Users", "GET", "User by username", "/2/users/by/{u}"),
    )
    pane.render_state(replace(ready(), operations=rows))
    search = named(pane, "Find an operation")
    QTest.keyClicks(search, "user by username")
    QTest.keyClick(search, Qt.Key.Key_Return)

    assert heard.calls == [("operation_chosen", "getUsersByUsername")]


def test_the_search_finds_by_path_and_enter_takes_the_first(
    pane: RequestsPane, heard: Heard, qtbot: QtBot
) -> None:
    search = named(pane, "Find an operation")
    QTest.keyClicks(search, "usage/tw")
    assert pane.operations.model.rowCount() == 2  # a heading and a row
    assert heard.calls == []

    QTest.keyClick(search, Qt.Key.Key_Return)

    assert heard.calls == [("operation_chosen", "getUsage")]


def test_a_row_speaks_its_method_title_and_mark_and_shows_the_reason(pane: RequestsPane) -> None:
    model = pane.operations.model
    row = model.index(model.row_of("createPosts"))

    assert row.data(Qt.ItemDataRole.AccessibleTextRole) == "POST Create Post, needs something"
    assert "A user has to sign in first." in row.data(Qt.ItemDataRole.ToolTipRole)


def test_marks_change_in_place_and_the_choice_stays(pane: RequestsPane, heard: Heard) -> None:
    closed = tuple(replace(row, openness=Openness.NOT_OPEN) for row in OPERATIONS)

    pane.render_state(replace(ready(), operations=closed))

    model = pane.operations.model
    chosen = pane.operations.list.currentIndex()
    assert chosen.data(Qt.ItemDataRole.AccessibleTextRole) == "GET Posts by IDs, not open to you"
    assert chosen == model.index(model.row_of("getPostsByIds"))
    assert heard.calls == []


def test_a_credential_that_cannot_be_used_cannot_be_picked(
    pane: RequestsPane, heard: Heard, qtbot: QtBot
) -> None:
    chooser = named(pane, "Credential")
    assert isinstance(chooser, ComboBox)
    chooser.setFocus()
    QTest.keyClick(chooser, Qt.Key.Key_Down)
    QTest.keyClick(chooser, Qt.Key.Key_Down)

    assert heard.calls == [("credential_chosen", "user:7")]
    assert chooser.currentText() == "@acme"


def test_typing_an_address_says_it_and_an_equal_one_leaves_the_cursor(
    pane: RequestsPane, heard: Heard, qtbot: QtBot
) -> None:
    address = named(pane, "Request URL")
    assert isinstance(address, LineEdit)
    address.setFocus()
    address.setCursorPosition(5)
    QTest.keyClicks(address, "x")
    url = "httpsx://api.x.com/2/tweets?ids=1"
    pane.render_state(replace(ready(), url=url))

    assert heard.calls == [("url_edited", url)]
    assert address.cursorPosition() == 6


def test_a_long_address_shows_its_host_and_its_end_until_it_is_edited(
    pane: RequestsPane, qtbot: QtBot
) -> None:
    url = f"https://api.x.com/2/tweets?ids={'1261326399320715264,' * 20}20&expansions=author_id"
    pane.render_state(replace(ready(), url=url))
    address = pane.line.url

    assert address.shown().startswith("https://api.x.com/2/tweets?ids=")
    assert address.shown().endswith("=author_id")
    assert len(address.shown()) < len(url)
    assert address.fontMetrics().horizontalAdvance(address.shown()) < address.width()
    assert (address.text(), address.toolTip()) == (url, f"GET {url}")

    address.setFocus()
    assert address.shown() == url


def test_send_becomes_cancel_and_keeps_the_focus(
    pane: RequestsPane, heard: Heard, qtbot: QtBot
) -> None:
    named(pane, "Send").setFocus()
    QTest.keyClick(named(pane, "Send"), Qt.Key.Key_Space)
    pane.render_state(replace(ready(), is_busy=True))
    qtbot.waitUntil(lambda: holds_focus(named(pane, "Cancel")))
    QTest.keyClick(named(pane, "Cancel"), Qt.Key.Key_Space)
    pane.render_state(ready())

    assert heard.calls == [("send_wanted",), ("cancel_wanted",)]
    assert holds_focus(named(pane, "Send"))


def test_ctrl_enter_sends_and_esc_cancels_only_what_runs(
    pane: RequestsPane, heard: Heard, qtbot: QtBot
) -> None:
    address = named(pane, "Request URL")
    address.setFocus()
    QTest.keyClick(address, Qt.Key.Key_Escape)
    QTest.keyClick(address, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    pane.render_state(replace(ready(), is_busy=True))
    QTest.keyClick(address, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(address, Qt.Key.Key_Escape)

    assert heard.calls == [("send_wanted",), ("cancel_wanted",)]


def test_what_cannot_be_sent_says_why_and_is_not_sent(
    pane: RequestsPane, heard: Heard, qtbot: QtBot
) -> None:
    fix = Problem("Needs a user.", "", "Sign one in.", (Action("sign_in", "Sign in a user…"),))
    pane.render_state(replace(ready(), cannot_send="Choose a user first.", preflight=fix))
    send = named(pane, "Send")
    QTest.keyClick(pane.line.url, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    QTest.mouseClick(send, Qt.MouseButton.LeftButton)
    QTest.mouseClick(named(pane, "Sign in a user"), Qt.MouseButton.LeftButton)

    assert heard.calls == [("action_wanted", "sign_in")]
    assert send.accessibleDescription() == "Choose a user first."


QUESTION = ConfirmState("Create this Post?", ("It is public at once.",), "Create Post")


@pytest.mark.parametrize(
    ("button", "said"), [("Create Post", "send_confirmed"), ("Cancel", "send_declined")]
)
def test_a_write_is_asked_about_and_the_answer_said_once(
    pane: RequestsPane, heard: Heard, qtbot: QtBot, button: str, said: str
) -> None:
    pane.render_state(replace(ready(), confirmation=QUESTION))
    pane.render_state(replace(ready(), confirmation=QUESTION, price="$0.015"))
    (dialog,) = pane.findChildren(ConfirmDialog)
    qtbot.waitUntil(dialog.isVisible)
    QTest.mouseClick(named(dialog, button), Qt.MouseButton.LeftButton)
    pane.render_state(ready())

    assert heard.calls == [(said,)]


def test_taking_the_question_back_closes_it_without_an_answer(
    pane: RequestsPane, heard: Heard, qtbot: QtBot
) -> None:
    pane.render_state(replace(ready(), confirmation=QUESTION))
    pane.render_state(ready())
    qtbot.waitUntil(lambda: pane.findChildren(ConfirmDialog) == [])

    assert heard.calls == []


def test_a_body_is_edited_in_place_and_ctrl_enter_in_it_sends(
    pane: RequestsPane, heard: Heard, qtbot: QtBot
) -> None:
    write = replace(ready(), chosen="createPosts", parameters=(), body=BodyState("{}"))
    pane.render_state(write)
    body = named(pane, "JSON body")
    assert isinstance(body, JsonEditor)
    body.setFocus()
    body.moveCursor(body.textCursor().MoveOperation.Right)
    QTest.keyClick(body, Qt.Key.Key_Return)
    pane.render_state(replace(write, body=BodyState("{\n  \n}", error="empty", error_line=2)))
    QTest.keyClicks(body, "1")
    QTest.keyClick(body, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    assert heard.calls[-1] == ("send_wanted",)
    assert heard.calls[-2] == ("body_edited", "{\n  1\n}")


def test_the_form_gets_its_height_until_somebody_drags(pane: RequestsPane, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: pane.form.height() >= pane.form.wanted_height() - 2)
    rows = pane._rows
    rows.moveSplitter(400, 1)
    qtbot.waitUntil(lambda: rows.sizes()[0] >= 390)
    pane.render_state(replace(ready(), parameters=ready().parameters[:1]))
    QApplication.processEvents()

    assert rows.sizes()[0] >= 390


def test_every_control_that_takes_the_focus_has_a_name(pane: RequestsPane) -> None:
    pane.render_state(
        replace(
            ready(AnswerState(phase=AnswerPhase.BUSY, busy_text="Waiting for X")),
            body=BodyState("{}"),
        )
    )
    kinds = (Button, ComboBox, LineEdit, JsonEditor)

    nameless = [
        widget
        for kind in kinds
        for widget in pane.findChildren(kind)
        if widget.isVisible() and not widget.accessibleName()
    ]

    assert nameless == []


def test_a_narrow_pane_keeps_its_tabs_whole_and_gives_the_address_a_line(
    pane: RequestsPane, qtbot: QtBot
) -> None:
    pane.render_state(
        replace(
            ready(),
            answer=AnswerState(
                AnswerPhase.FAILED, "429 Too Many Requests", StatusKind.WARN, "182 ms · 76 B · free"
            ),
        )
    )
    line, answer = pane.line, pane.answer
    pane.resize(1_240, 600)
    qtbot.waitUntil(lambda: line.url.y() == line.credential.y())
    assert answer.status.text() == "429 Too Many Requests"

    pane.resize(720, 600)

    qtbot.waitUntil(lambda: line.url.y() > line.credential.y())
    assert line.url.width() > line.width() // 2
    qtbot.waitUntil(lambda: answer.tabs.width() >= answer.tabs.sizeHint().width())
    assert answer.status.text() == "429"
    assert answer.status.accessibleName() == "429 Too Many Requests"
    assert "182 ms" in answer.status.toolTip()
