"""A shown Requests pane, and the states that its tests start from."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from ui.views.answer_state import AnswerPhase, AnswerState, StatusKind
from ui.views.requests import RequestsPane
from ui.views.requests_state import (
    Choice,
    CredentialOption,
    Openness,
    OperationRow,
    ParameterKind,
    ParameterState,
    RequestsState,
)

OPERATIONS = (
    OperationRow("getPostsByIds", "Posts", "GET", "Posts by IDs", "/2/tweets"),
    OperationRow(
        "createPosts",
        "Posts",
        "POST",
        "Create Post",
        "/2/tweets",
        Openness.NEEDS,
        "A user has to sign in first.",
    ),
    OperationRow("getUsersMe", "Users", "GET", "My account", "/2/users/me", Openness.NEEDS),
    OperationRow("getUsage", "Usage", "GET", "Post usage", "/2/usage/tweets"),
)
FIELDS = tuple(Choice(name) for name in ("author_id", "created_at", "public_metrics"))
PARAMETERS = (
    ParameterState(
        "ids",
        ParameterKind.LIST,
        ("1261326399320715264", "1278347468690915330"),
        "2 of 100",
        is_required=True,
    ),
    ParameterState(
        "tweet.fields", ParameterKind.CHOICES, ("created_at",), choices=FIELDS, is_pinned=True
    ),
    ParameterState("max_results", ParameterKind.NUMBER, hint="10 to 100"),
    ParameterState("sort_order", ParameterKind.CHOICE, choices=(Choice("recency"),)),
    ParameterState("dry_run", ParameterKind.SWITCH),
)


def ready(answer: AnswerState | None = None) -> RequestsState:
    """Return the pane as it opens: Posts by IDs with the Bearer Token and two ids."""
    return RequestsState(
        operations=OPERATIONS,
        chosen="getPostsByIds",
        credentials=(
            CredentialOption("bearer", "Bearer Token"),
            CredentialOption("user:7", "@acme", "tweet.read users.read"),
            CredentialOption("oauth1", "OAuth 1.0a", "No Access Token yet", can_use=False),
        ),
        credential="bearer",
        url="https://api.x.com/2/tweets?ids=1",
        price="$0.010",
        parameters=PARAMETERS,
        answer=answer or AnswerState(),
    )


def done(**changes: object) -> AnswerState:
    """Return an answer with status 200."""
    given: dict[str, object] = {
        "phase": AnswerPhase.DONE,
        "status": "200 OK",
        "status_kind": StatusKind.OK,
        "facts": "182 ms",
    }
    return AnswerState(**{**given, **changes})  # type: ignore[arg-type]


class Heard:
    """Notes every signal of a view, by name."""

    def __init__(self, view: QObject, *names: str) -> None:
        self.calls: list[tuple[object, ...]] = []
        for name in names:
            getattr(view, name).connect(lambda *args, name=name: self.calls.append((name, *args)))


SIGNALS = (
    "operation_chosen",
    "credential_chosen",
    "parameter_changed",
    "url_edited",
    "body_edited",
    "send_wanted",
    "cancel_wanted",
    "send_confirmed",
    "send_declined",
    "action_wanted",
    "copy_wanted",
    "language_chosen",
    "link_wanted",
    "next_page_wanted",
    "tab_chosen",
)


@pytest.fixture
def pane(qtbot: QtBot) -> Iterator[RequestsPane]:
    """The pane, shown at the size of the mock-up, in the state `ready()`."""
    made = RequestsPane()
    qtbot.addWidget(made)
    made.resize(1000, 700)
    made.render_state(ready())
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    made.render_state(RequestsState())


@pytest.fixture
def heard(pane: RequestsPane) -> Heard:
    """What the pane says from now on."""
    return Heard(pane, *SIGNALS)


def named(root: QWidget, name: str) -> QWidget:
    """Return the visible control with this accessible name; there is exactly one."""
    QApplication.processEvents()  # Qt shows new rows of a layout with the next event
    found = [
        widget
        for widget in root.findChildren(QWidget)
        if widget.accessibleName() == name and widget.isVisible() and not isinstance(widget, QLabel)
    ]
    assert len(found) == 1, f"{len(found)} widgets are called {name!r}"
    return found[0]
