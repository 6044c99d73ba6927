"""Requests and Limits by keyboard alone: all is reached, named, and in reading order."""

from itertools import pairwise

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from tests.e2e.window.bench import Bench
from ui.shell import Tab
from ui.views.requests import RequestsPane
from ui.widgets.bar_chart import BarChart

pytestmark = pytest.mark.serial
_MOST_STOPS = 90


@pytest.fixture
def ready(bench: Bench) -> Bench:
    """A window that has the keyboard, with a Bearer Token, on Requests."""
    bench.generate()
    bench.show("Requests")
    window = bench.program.window
    window.toast.close_now()
    window.activateWindow()
    bench.person.wait(lambda: QApplication.activeWindow() is window, "the keyboard")
    return bench


def stops(start: QWidget) -> list[QWidget]:
    """Press Tab from `start` until it is reached again; return where the keyboard was."""
    start.setFocus()
    found = [start]
    for _ in range(_MOST_STOPS):
        QTest.keyClick(found[-1], Qt.Key.Key_Tab)
        here = QApplication.focusWidget()
        assert here is not None
        if here is start:
            return found
        found.append(here)
    raise AssertionError("the Tab key does not come round")


def names(found: list[QWidget]) -> list[str]:
    return [each.accessibleName() for each in found]


def inside(pane: QWidget, found: list[QWidget]) -> list[QWidget]:
    return [each for each in found if pane.isAncestorOf(each)]


def place(widget: QWidget, pane: QWidget) -> QRect:
    return QRect(widget.mapTo(pane, widget.rect().topLeft()), widget.size())


def out_of_order(pane: QWidget, found: list[QWidget]) -> list[tuple[str, str]]:
    """Return neighbours of which the later one stands above, or in front on the same line."""
    wrong = []
    for before, after in pairwise(found):
        first, second = place(before, pane), place(after, pane)
        on_a_line = first.top() <= second.center().y() <= first.bottom()
        is_above = second.bottom() < first.top()
        if is_above or (on_a_line and second.right() < first.left()):
            wrong.append((before.accessibleName(), after.accessibleName()))
    return wrong


def unreached(pane: QWidget, found: list[QWidget]) -> list[str]:
    """Return what can have the keyboard, is seen, and is not reached with Tab."""
    tab = Qt.FocusPolicy.TabFocus
    return [
        each.accessibleName() or type(each).__name__
        for each in pane.findChildren(QWidget)
        if each.isVisible()
        and each.isEnabled()
        and each.focusPolicy() & tab
        and each.focusProxy() is None
        and each not in found
    ]


def check(pane: QWidget, main: QWidget, found: list[QWidget]) -> None:
    here = inside(pane, found)
    assert [type(each).__name__ for each in here if not each.accessibleName()] == []
    assert len(set(names(here))) == len(here), "two are named alike"
    assert unreached(pane, found) == []
    assert out_of_order(pane, inside(main, found)) == []


def main_of(bench: Bench) -> tuple[RequestsPane, QWidget]:
    """Return the pane, and the column of the request and its answer."""
    pane = bench.pane(Tab.REQUESTS)
    assert isinstance(pane, RequestsPane)
    column = pane.line.parentWidget()
    assert column is not None
    rows = column.parentWidget()
    assert rows is not None
    return pane, rows


@pytest.mark.parametrize("tab", range(5), ids=["posts", "json", "headers", "timing", "code"])
def test_requests_is_gone_through_with_tab_in_reading_order(ready: Bench, tab: int) -> None:
    pane, main = main_of(ready)
    ready.person.press("Send")
    ready.person.reads("200 OK")
    pane.answer.tabs.setCurrentIndex(tab)

    check(pane, main, stops(pane.operations.search))


def test_a_partial_answer_and_a_next_page_are_reached_in_reading_order(ready: Bench) -> None:
    pane, main = main_of(ready)
    ready.person.type_into("Request URL", "/2/tweets?ids=1261326399320715264,20")
    ready.person.enter("Request URL")
    ready.person.press("Send")
    ready.person.reads("1 of 2 not returned.")

    found = stops(pane.operations.search)
    check(pane, main, found)
    assert "Show the problem" in " ".join(names(found))

    ready.person.type_into("Request URL", "/2/tweets/search/recent?query=lang:en&max_results=10")
    ready.person.enter("Request URL")
    ready.person.press("Send")
    ready.person.reads("Next page")
    found = stops(pane.operations.search)
    check(pane, main, found)
    assert names(inside(main, found))[-2:] == ["All pages", "Next page"]


def test_rows_that_come_later_and_a_body_stand_in_line(ready: Bench) -> None:
    pane, main = main_of(ready)
    ready.person.type_into("Request URL", "/2/tweets/search/recent?query=a&start_time=2026-11-20")
    ready.person.enter("Request URL")
    check(pane, main, stops(pane.operations.search))

    pane.operation_chosen.emit("createPosts")
    ready.person.reads("Needs a signed-in user")
    found = stops(pane.operations.search)
    check(pane, main, found)
    listed = names(found)
    assert listed.index("Use a signed-in user") < listed.index("JSON body")


@pytest.mark.parametrize("tab", ["saved", "history"])
def test_kept_requests_are_reached_in_reading_order(ready: Bench, tab: str) -> None:
    pane, _ = main_of(ready)
    ready.person.press("Send")
    ready.person.reads("200 OK")
    pane.side.show_tab(tab)
    side = pane.side.history if tab == "history" else pane.side.saved
    if tab == "history":
        ready.person.wait(lambda: side.model.rowCount() > 0, "the history")

    found = stops(pane.line.url)

    check(pane, side, found)


def test_a_call_is_put_together_and_sent_with_keys_alone(ready: Bench) -> None:
    pane, _ = main_of(ready)
    pane.focus_search()
    search = QApplication.focusWidget()
    assert isinstance(search, QLineEdit)
    QTest.keyClicks(search, "user by username")
    QTest.keyClick(search, Qt.Key.Key_Return)
    fields = pane.form.findChildren
    ready.person.wait(
        lambda: [
            f for f in fields(QLineEdit) if f.accessibleName() == "username" and f.isVisible()
        ],
        "the field",
    )
    here = next(each for each in stops(pane.line.url) if each.accessibleName() == "username")
    here.setFocus()

    QTest.keyClicks(here, "acme")
    QTest.keyClick(here, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    ready.person.reads("200 OK", "@acme")
    assert [seen.path for seen in ready.asked("/2/users/by/username/acme", "GET")] != []


def test_limits_and_usage_is_gone_through_with_tab_in_reading_order(ready: Bench) -> None:
    ready.person.press("Send")
    ready.person.reads("200 OK")
    ready.show("Limits and usage")
    ready.person.press("Ask X for usage")
    ready.person.reads("this month")
    ready.person.press("Show published limits")
    pane = ready.pane(Tab.LIMITS)
    start = ready.program.window.header.tabs

    check(pane, pane, stops(start))

    ready.person.press("Table of Posts read per day")
    check(pane, pane, stops(start))


def test_the_chart_is_read_with_the_arrow_keys(ready: Bench) -> None:
    ready.person.press("Send")
    ready.person.reads("200 OK")
    ready.show("Limits and usage")
    ready.person.press("Ask X for usage")
    ready.person.reads("this month")
    chart = ready.pane(Tab.LIMITS).findChildren(BarChart)[0]
    chart.setFocus()

    QTest.keyClick(chart, Qt.Key.Key_Left)

    assert chart.pointed.endswith(": 2")
    assert chart.accessibleDescription().startswith(chart.pointed)
