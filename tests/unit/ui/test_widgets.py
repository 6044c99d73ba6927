"""Widgets of all views: what they say aloud, and how they use the room."""

import pytest
from PySide6.QtCore import QEvent, QObject, QPointF
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.unit.ui.support import button, heard
from ui.views.settings_sessions import SessionsCard, SessionState
from ui.widgets import (
    Banner,
    BusyIndicator,
    Button,
    FlowLayout,
    Label,
    NoticeState,
    Row,
    ScopeChips,
    spoken,
)


@pytest.mark.parametrize(
    ("label", "owner", "expected"),
    [
        ("Revoke…", "Bearer Token", "Revoke Bearer Token"),
        ("+ Add App", "", "Add App"),
        ("Why?", "@acme", "Why? @acme"),
        ("Developer Console ↗", "", "Developer Console"),
    ],
)
def test_a_spoken_name_has_no_signs(label: str, owner: str, expected: str) -> None:
    assert spoken(label, owner) == expected


def test_scope_chips_name_all_scopes_and_show_what_fits(qtbot: QtBot) -> None:
    chips = ScopeChips()
    qtbot.addWidget(chips)
    scopes = ("tweet.read", "users.read", "offline.access", "dm.read", "like.read")

    chips.set_scopes(scopes)
    chips.resize(chips.sizeHint())

    assert heard(chips) == "Scopes: " + ", ".join(scopes)
    assert chips._fitting() == [*scopes[:3], "+2"]
    chips.resize(120, 20)
    assert chips._fitting() == ["tweet.read", "+4"]


def test_a_notice_is_told_whole_and_its_button_says_which(qtbot: QtBot) -> None:
    banner = Banner()
    qtbot.addWidget(banner)
    banner.render_state(
        NoticeState(
            "<b>Refused</b>", "a & b", action="Sign in again…", key="user:3", owner="@acme_ops"
        )
    )

    with qtbot.waitSignal(banner.action_wanted) as wanted:
        button(banner, "Sign in again @acme_ops").click()

    assert wanted.args == ["user:3"]
    assert banner.accessibleName() == "<b>Refused</b> a & b"
    assert "&lt;b&gt;Refused" in banner._words.text()


def test_a_busy_indicator_offers_to_stop(qtbot: QtBot) -> None:
    busy = BusyIndicator("Bearer Token")
    qtbot.addWidget(busy)
    busy.render_state("Asking X…")

    with qtbot.waitSignal(busy.cancel_wanted):
        button(busy, "Cancel Bearer Token").click()


def test_a_flow_breaks_its_line_where_the_room_ends(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    flow = FlowLayout(holder, gap=4, line_gap=2)
    for _ in range(4):
        child = QWidget()
        child.setFixedSize(50, 20)
        flow.addWidget(child)

    assert flow.heightForWidth(400) == 20
    assert flow.heightForWidth(110) == 42


def test_actions_of_a_row_drop_below_where_it_is_narrow(qtbot: QtBot) -> None:
    row = Row("Bearer Token", "Fetched 23 Nov")
    qtbot.addWidget(row)
    value = QWidget()
    value.setFixedSize(170, 17)
    row.values.addWidget(value)
    actions = [Button(text) for text in ("Reveal", "Check", "Regenerate…", "Revoke…")]
    for action in actions:
        row.buttons.addWidget(action)
    row.show()

    row.resize(900, row.heightForWidth(900))
    wide = actions[0].mapTo(row, QPointF(0, 0).toPoint())
    row.resize(560, row.heightForWidth(560))
    QApplication.processEvents()
    narrow = actions[0].mapTo(row, QPointF(0, 0).toPoint())

    assert narrow.y() > wide.y()
    assert all(action.width() >= action.sizeHint().width() for action in actions)
    assert row.rect().contains(row.button_box.geometry())


class _Paints(QObject):
    """Counts how often a widget is painted."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        self.count += event.type() == QEvent.Type.Paint
        return False


def test_a_shown_banner_comes_to_rest(qtbot: QtBot) -> None:
    banner = Banner()
    qtbot.addWidget(banner)
    banner.render_state(NoticeState("What happened.", "What to do about it, in many words. " * 6))
    banner.resize(300, 200)
    with qtbot.waitExposed(banner):
        banner.show()
    paints = _Paints()
    for label in banner.findChildren(Label):
        label.installEventFilter(paints)

    for _ in range(200):
        QApplication.processEvents()

    assert paints.count < 5


def test_no_hairline_is_above_the_first_row_that_shows(qtbot: QtBot) -> None:
    sessions = SessionsCard()
    qtbot.addWidget(sessions)

    sessions.render_state(
        (SessionState("a", "Acme Bot", "kept 3 min ago"), SessionState("b", "News", "kept 1 h ago"))
    )

    with qtbot.waitExposed(sessions):
        sessions.show()
    rows = [row for row in sessions.findChildren(Row) if row.isVisible()]
    rows.sort(key=lambda row: row.y())
    assert [bool(row.property("divided")) for row in rows] == [False, True]
