"""Pictures of *Limits and usage* for `gallery.py`: one function per state."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from scripts import gallery_states as samples
from ui.main_window import MainWindow
from ui.shell import Tab
from ui.views.limits import LimitsView
from ui.views.limits_state import LimitsState, UsageState
from ui.widgets import Button, NoticeState
from ui.widgets.bar_chart import BarChart, Cap

_FREE: Final = "X counts per App and day; asking is free."
_NEVER_ASKED: Final = replace(samples.LIMITS, limits=(), usage=None, usage_text=_FREE)


def _window(state: LimitsState) -> MainWindow:
    view = LimitsView()
    view.render_state(state)
    window = MainWindow(dict.fromkeys(Tab, lambda: view))
    window.render_state(samples.SHELL)
    window.header.tabs.blockSignals(True)
    window.show_tab(Tab.LIMITS)
    return window


def _usage() -> UsageState:
    usage = samples.LIMITS.usage
    if usage is None:
        raise ValueError("the sample has usage")
    return usage


def _with_cap(cap: Cap, words: str = "") -> LimitsState:
    return replace(samples.LIMITS, limits=(), usage=replace(_usage(), cap=cap, cap_words=words))


def _table() -> MainWindow:
    window = _window(replace(samples.LIMITS, limits=()))
    view = window.pane(Tab.LIMITS)
    assert isinstance(view, LimitsView)
    view.open_published()
    button = next(b for b in view.findChildren(Button) if b.text() == "Table")
    button.click()
    return window


def _pointed() -> MainWindow:
    window = _window(replace(samples.LIMITS, limits=()))
    window.show()
    chart = window.findChildren(BarChart)[0]
    chart.setFocus()
    for _ in range(7):
        QTest.keyClick(chart, Qt.Key.Key_Left)
    return window


def _narrow() -> MainWindow:
    window = _window(samples.LIMITS)
    window.resize(960, 600)
    return window


def _published() -> MainWindow:
    window = _window(replace(_NEVER_ASKED, limits=samples.LIMITS.limits))
    view = window.pane(Tab.LIMITS)
    assert isinstance(view, LimitsView)
    view.open_published()
    return window


SCENES: Final[dict[str, Callable[[], QWidget]]] = {
    "forecasts": lambda: _window(samples.LIMITS),
    "narrow": _narrow,
    "cap_line": lambda: _window(_with_cap(Cap(110, "The cap allows 110 a day"))),
    "no_cap": lambda: _window(_with_cap(Cap())),
    "pointed": _pointed,
    "table": _table,
    "published": _published,
    "first": lambda: _window(LimitsState(usage_text=_FREE)),
    "not_asked": lambda: _window(_NEVER_ASKED),
    "asking": lambda: _window(
        replace(_NEVER_ASKED, usage_text="", usage_busy="Asking X…", can_ask=False)
    ),
    "no_bearer": lambda: _window(
        LimitsState(usage_text="Asking X needs the Bearer Token.", can_ask=False)
    ),
    "refused": lambda: _window(
        replace(
            _NEVER_ASKED,
            notice=NoticeState(
                "X did not answer in time.",
                "It is not known whether X acted. Check before you try again.",
                kind="error",
                action="Check the set-up",
                key="doctor",
            ),
        )
    ),
}
