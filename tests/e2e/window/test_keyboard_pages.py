"""Every other page by keyboard alone: all is reached with Tab, named, and in reading order."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from tests.e2e.window.bench import Bench
from tests.e2e.window.test_keyboard import inside, names, out_of_order, stops, unreached
from ui.shell import Tab
from ui.widgets import stops_in

pytestmark = pytest.mark.serial


@pytest.fixture
def ready(bench: Bench) -> Bench:
    """A window that has the keyboard, with a Bearer Token."""
    bench.generate()
    window = bench.program.window
    window.toast.close_now()
    window.activateWindow()
    bench.person.wait(lambda: QApplication.activeWindow() is window, "the keyboard")
    return bench


def check(root: QWidget, found: list[QWidget]) -> None:
    here = inside(root, found)
    problems = {
        "nameless": [type(each).__name__ for each in here if not each.accessibleName()],
        "alike": sorted({name for name in names(here) if names(here).count(name) > 1}),
        "unreached": unreached(root, found),
        "out of order": out_of_order(root, here),
    }
    assert here, "nothing takes the keyboard"
    assert {what: found for what, found in problems.items() if found} == {}


@pytest.mark.parametrize("tab", [Tab.KEYS, Tab.ACTIVITY, Tab.SETTINGS])
def test_a_pane_is_gone_through_with_tab_in_reading_order(ready: Bench, tab: Tab) -> None:
    window = ready.program.window
    window.show_tab(tab)
    pane = window.pane(tab)
    ready.person.wait(lambda: any(each.isVisible() for each in stops_in(pane)), "the pane")

    check(pane, stops(window.sidebar.find_box))


PAGES: dict[str, Callable[[Bench], None]] = {
    "welcome": lambda bench: bench.program.panes.pages.show_welcome(),
    "add app": lambda bench: bench.program.panes.pages.show_add_app(),
    "doctor": lambda bench: bench.program.panes.pages.show_doctor(),
    "export": lambda bench: bench.program.panes.pages.show_export(),
    "sign-in": lambda bench: bench.program.panes.pages.show_sign_in(),
}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_gone_through_with_tab_in_reading_order(ready: Bench, page: str) -> None:
    window = ready.program.window
    PAGES[page](ready)
    ready.person.wait(lambda: window.page is not None and window.page.isVisible(), page)
    ready.person.wait(lambda: ready.program.runner.count == 0, "what it asks for")
    shown = window.page
    assert shown is not None

    check(shown, stops(window.sidebar.find_box))


def test_the_shell_is_gone_through_with_tab_in_reading_order(ready: Bench) -> None:
    window = ready.program.window
    found = stops(window.sidebar.find_box)

    for part in (window.sidebar, window.header):
        check(part, found)
