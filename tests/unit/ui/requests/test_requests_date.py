"""The picker of a moment: UTC throughout, by keyboard too."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from tests.unit.ui.requests.conftest import Heard, named, ready
from ui.theme import Scheme, theme
from ui.views.requests import RequestsPane
from ui.views.requests_date import DatePicker, as_moment, as_text
from ui.views.requests_state import ParameterKind, ParameterState

START = ParameterState("start_time", ParameterKind.DATE, is_pinned=True)


@pytest.fixture
def dated(pane: RequestsPane) -> RequestsPane:
    pane.render_state(replace(ready(), parameters=(START,)))
    return pane


@pytest.fixture
def picker(dated: RequestsPane, qtbot: QtBot) -> DatePicker:
    """The picker, opened with its button over a value."""
    state = replace(START, values=("2026-11-20T23:30:00Z",))
    dated.render_state(replace(ready(), parameters=(state,)))
    button = named(dated, "Pick start_time")
    assert isinstance(button, QAbstractButton)
    button.click()
    found = dated.findChild(DatePicker)
    assert isinstance(found, DatePicker)
    qtbot.waitUntil(found.isVisible)
    return found


def test_the_day_and_the_time_of_the_value_are_shown_in_utc(picker: DatePicker) -> None:
    assert picker.calendar.selectedDate() == QDate(2026, 11, 20)
    assert picker.time.text() == "23:30:00"


def test_a_picked_moment_is_told_as_x_writes_it(picker: DatePicker, heard: Heard) -> None:
    picker.calendar.setSelectedDate(QDate(2026, 11, 21))
    picker.time.setText("08:05")
    picker.take()

    assert heard.calls == [("parameter_changed", "start_time", "2026-11-21T08:05:00Z")]


def test_arrows_and_enter_pick_a_day_without_a_mouse(picker: DatePicker, heard: Heard) -> None:
    view = picker.calendar.focusProxy() or picker.calendar
    QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(picker.time, Qt.Key.Key_Return)

    assert heard.calls == [("parameter_changed", "start_time", "2026-11-21T23:30:00Z")]


def test_what_is_no_time_of_day_is_named_and_not_used(picker: DatePicker, heard: Heard) -> None:
    picker.time.setText("25:99")
    picker.take()

    assert heard.calls == []
    assert picker.isVisible()


def test_escape_changes_nothing(picker: DatePicker, heard: Heard, qtbot: QtBot) -> None:
    QTest.keyClick(picker, Qt.Key.Key_Escape)

    assert heard.calls == []


def test_a_date_that_cannot_be_set_now_says_why_and_offers_no_picker(pane: RequestsPane) -> None:
    reason = "Not together with since_id"
    pane.render_state(replace(ready(), parameters=(replace(START, disabled_reason=reason),)))

    button = named(pane, "Pick start_time")

    assert not button.isEnabled()
    assert button.toolTip() == reason


@pytest.mark.parametrize("zone", ["+01:00", "-05:30", "Z"])
def test_other_zones_are_turned_into_utc(zone: str) -> None:
    moment = as_moment(f"2026-01-01T12:00:00{zone}")
    assert moment is not None

    assert as_text(moment).endswith("Z")
    assert as_moment(as_text(moment)) == moment


def test_what_is_no_moment_is_none() -> None:
    assert as_moment("yesterday") is None
    assert as_moment("") is None


def test_an_open_picker_follows_another_theme(picker: DatePicker) -> None:
    for scheme in (Scheme.DARK, Scheme.LIGHT):
        theme().choose(scheme)

        weekend = picker.calendar.weekdayTextFormat(Qt.DayOfWeek.Saturday)
        assert weekend.foreground().color() == theme().colour("text")
        assert theme().colour("panel").name() in picker.calendar.styleSheet()
