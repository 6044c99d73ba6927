"""The scope planner in the window: rows, presets, and what was never used."""

from typing import Any

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from core.model import CredentialState as State
from tests.fakes.nouns import app, bearer, user
from tests.unit.ui.support import button, heard
from ui.presenters.keys_rows import keys_state
from ui.presenters.scope_choice import OPERATIONS, ScopeChoice, ask_operations
from ui.snapshot import Snapshot
from ui.views.credential_row import CredentialRow, CredentialState
from ui.views.sign_in_operations import OperationsDialog
from ui.widgets import CheckBox, Label

GRANTED = ("tweet.read", "users.read", "tweet.write", "offline.access")


def row(**given: Any) -> CredentialState:
    """Return a user's row."""
    mine, token = app(), user(scopes=GRANTED, **given)
    return keys_state(mine, Snapshot((mine,), users=(token,)), {}, {}).users[0]


@pytest.mark.parametrize("uris", [(), ("http://127.0.0.1:8739/callback",)])
def test_sign_in_is_the_next_step_only_where_a_callback_is_known(uris: tuple[str, ...]) -> None:
    mine = app(redirect_uris=uris)

    state = keys_state(mine, Snapshot((mine,), bearers=(bearer(),)), {}, {})

    assert state.is_sign_in_first == bool(uris)


def test_a_row_tells_in_words_how_many_scopes_were_of_use_and_which_never() -> None:
    note = row(used_scopes=("tweet.read", "users.read")).scopes_note

    assert note == "2 of 3 scopes used here · never used: tweet.write"
    assert row(used_scopes=GRANTED[:3]).scopes_note == "3 of 3 scopes used here"


def test_a_row_says_so_before_the_first_call_and_nothing_after_the_end() -> None:
    used = ("tweet.read",)

    assert row().scopes_note == "No call here has needed its scopes yet"
    assert row(used_scopes=used, state=State.REVOKED).scopes_note == ""


def test_what_was_used_is_read_in_the_pane_and_heard_whole(qtbot: QtBot) -> None:
    widget = CredentialRow(row(used_scopes=("users.read",)))
    qtbot.addWidget(widget)
    widget.resize(500, 80)
    widget.show()

    wanted = "1 of 3 scopes used here · never used: tweet.read, tweet.write"
    (label,) = [each for each in widget.findChildren(Label) if heard(each) == wanted]
    assert label.isVisible()
    assert label.text().startswith("1 of 3")


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    """A window for the dialog to stand over."""
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    return widget


def ask(choice: ScopeChoice, parent: QWidget, heard: list[str]) -> OperationsDialog:
    """Open the dialog."""
    ask_operations(choice, parent, lambda: heard.append("taken"))
    dialog = parent.findChild(OperationsDialog)
    assert dialog is not None
    return dialog


def box(dialog: OperationsDialog, title: str) -> CheckBox:
    """Return the check box of an operation."""
    return next(each for each in dialog.findChildren(CheckBox) if each.text() == title)


def test_the_operations_that_are_checked_become_the_least_scopes(parent: QWidget) -> None:
    choice, heard = ScopeChoice(), list[str]()
    dialog = ask(choice, parent, heard)

    box(dialog, "Create a Post").click()
    button(dialog, "Use these scopes").click()

    assert heard == ["taken"]
    assert set(choice.scopes()) == {"tweet.read", "users.read", "tweet.write", "offline.access"}
    assert [each.key for each in choice.presets() if each.is_chosen] == [OPERATIONS]


def test_a_search_for_operations_hides_the_others_with_their_headings(parent: QWidget) -> None:
    dialog = ask(ScopeChoice(), parent, [])

    dialog.search.setText("bookmark post")

    shown = [each.text() for each in dialog.findChildren(CheckBox) if each.isVisible()]
    assert shown
    assert len(shown) < 10
    assert all("ookmark" in title for title in shown)
    assert not box(dialog, "Create a Post").isVisible()


def test_leaving_the_dialog_changes_no_choice(parent: QWidget) -> None:
    choice, heard = ScopeChoice(), list[str]()
    dialog = ask(choice, parent, heard)
    before = choice.scopes()
    box(dialog, "Create a Post").click()

    dialog.reject()

    assert choice.scopes() == before
    assert heard == []


def test_nothing_can_be_used_before_an_operation_is_checked(parent: QWidget) -> None:
    dialog = ask(ScopeChoice(), parent, [])

    assert not button(dialog, "Use these scopes").isEnabled()
    box(dialog, "Create a Post").click()
    assert button(dialog, "Use these scopes").isEnabled()
