"""Limits and usage: the chart by pointer and keyboard, the tables, and what is foretold."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from scripts import gallery_states as samples
from ui.views.limits import LimitsView
from ui.widgets import Button
from ui.widgets.bar_chart import Bar, BarChart, Cap
from ui.widgets.data_table import DataTable

BARS = (Bar(5, "1 Nov"), Bar(20, "2 Nov"), Bar(10, "today"))


@pytest.fixture
def chart(qtbot: QtBot) -> BarChart:
    made = BarChart("Posts")
    qtbot.addWidget(made)
    made.resize(400, 180)
    made.render_bars(BARS, "three days")
    made.show()
    return made


@pytest.fixture
def view(qtbot: QtBot) -> LimitsView:
    made = LimitsView()
    qtbot.addWidget(made)
    made.render_state(samples.LIMITS)
    made.resize(900, 900)
    made.show()
    return made


def press(view: LimitsView, name: str) -> None:
    [button] = [b for b in view.findChildren(Button) if b.accessibleName() == name]
    button.click()


def table(view: LimitsView, name: str) -> DataTable:
    [found] = [t for t in view.findChildren(DataTable) if t.accessibleName() == name]
    return found


def point_at(chart: BarChart, place: QPointF) -> None:
    """Move the pointer there as Qt tells it, wherever the one of the screen may be."""
    none, no_keys = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    where = chart.mapToGlobal(place)
    moved = QMouseEvent(QEvent.Type.MouseMove, place, where, none, none, no_keys)
    QApplication.sendEvent(chart, moved)


def test_the_bar_under_the_pointer_says_its_day(chart: BarChart) -> None:
    box, _ = chart._boxes()[1]

    point_at(chart, box.center())
    assert chart.pointed == "2 Nov: 20"
    point_at(chart, QPointF(3, 3))
    assert chart.pointed == ""


def test_the_arrow_keys_go_from_day_to_day(chart: BarChart) -> None:
    said = []
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Home, Qt.Key.Key_Left, Qt.Key.Key_End):
        QTest.keyClick(chart, key)
        said.append(chart.pointed)

    assert said == ["today: 10", "2 Nov: 20", "1 Nov: 5", "1 Nov: 5", "today: 10"]


def test_other_days_point_to_none(chart: BarChart) -> None:
    QTest.keyClick(chart, Qt.Key.Key_End)

    chart.render_bars(BARS[:1], "one day")

    assert chart.pointed == ""


def test_the_cap_is_drawn_only_where_the_bars_stay_readable(chart: BarChart) -> None:
    chart.render_bars(BARS, "", Cap(60, "cap"))
    assert chart.shows_cap
    chart.render_bars(BARS, "", Cap(100_000, "cap"))
    assert not chart.shows_cap


def test_a_drawn_cap_lowers_the_bars(chart: BarChart) -> None:
    before = chart._boxes()[1][0].height()

    chart.render_bars(BARS, "", Cap(60, "cap"))

    assert chart._boxes()[1][0].height() < before / 2


def test_the_days_are_there_as_a_table_newest_first(view: LimitsView) -> None:
    press(view, "Table of Posts read per day")

    days = table(view, "Posts read per day")
    assert days.isVisible()
    assert [days.item(0, column).text() for column in (0, 1)] == ["today", "64"]  # type: ignore[union-attr]
    press(view, "Chart of Posts read per day")
    assert not days.isVisible()


def test_published_limits_open_on_demand_and_a_line_is_copied(view: LimitsView) -> None:
    published = table(view, "Published limits")
    assert not published.isVisible()

    press(view, "Show published limits")
    published.selectRow(1)
    QTest.keyClick(published, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)

    assert published.isVisible()
    copied = "GET /2/tweets/search/recent\t450 / 15 min\t300 / 15 min"
    assert QApplication.clipboard().text() == copied
    press(view, "Hide published limits")
    assert not published.isVisible()


def test_a_cap_far_above_stands_in_words(view: LimitsView) -> None:
    assert view._cap_words.text() == "The cap allows 100,000 a day, far above these bars."

    usage = samples.LIMITS.usage
    assert usage is not None
    view.render_state(replace(samples.LIMITS, usage=replace(usage, cap=Cap(110, "cap"))))

    assert not view._cap_words.isVisible()


def test_a_pace_that_will_not_last_stands_beside_what_is_left(view: LimitsView) -> None:
    words = [row._forecast.text() for row in view._rows]

    assert words == ["", "", "at this pace none by 12:32", ""]
