"""Widgets of one hand, shared by all views. They hold no logic and know no X.

Take them from here: `from ui.widgets import Card, Row, Button`. Colours and sizes
come from `ui.theme`; a view sets none of its own. Every control is given an
accessible name: its visible label, then its row or object where that is needed.

Each is loaded when it is first named: a window that opens waits for every class of Qt that
a module touches, and most panes are shown later or never.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from ui.widgets.arranging import PageView, centred, end_widgets, line_of
    from ui.widgets.banner import Banner, NoticeState, SandboxBand
    from ui.widgets.basics import (
        ElidedLabel,
        Hairline,
        Label,
        Page,
        Pill,
        give_keyboard,
        repolish,
        set_kind,
        stops_in,
    )
    from ui.widgets.busy import BusyIndicator, Spinner
    from ui.widgets.buttons import Button, CopyButton, CopyForm, MenuButton, spoken
    from ui.widgets.card import Card, Row
    from ui.widgets.chips import Countdown, ScopeChips, Status, StatusChip
    from ui.widgets.dialog import ConfirmDialog, ConfirmState, Dialog
    from ui.widgets.empty_state import EmptyState
    from ui.widgets.gauge import Gauge
    from ui.widgets.inputs import CheckBox, Choice, ComboBox, Field, LineEdit, RadioButton, TextArea
    from ui.widgets.layouts import FlowLayout, RowLayout
    from ui.widgets.secret_field import DOTS, REVEAL_SECONDS, SecretField, mask
    from ui.widgets.tab_bar import TabBar
    from ui.widgets.times import absolute, time_ago, time_left
    from ui.widgets.toast import Toast, ToastState

_ROOMS: Final = {
    "arranging": "PageView centred end_widgets line_of",
    "banner": "Banner NoticeState SandboxBand",
    "basics": "ElidedLabel Hairline Label Page Pill give_keyboard repolish set_kind stops_in",
    "busy": "BusyIndicator Spinner",
    "buttons": "Button CopyButton CopyForm MenuButton spoken",
    "card": "Card Row",
    "chips": "Countdown ScopeChips Status StatusChip",
    "dialog": "ConfirmDialog ConfirmState Dialog",
    "empty_state": "EmptyState",
    "gauge": "Gauge",
    "inputs": "CheckBox Choice ComboBox Field LineEdit RadioButton TextArea",
    "layouts": "FlowLayout RowLayout",
    "secret_field": "DOTS REVEAL_SECONDS SecretField mask",
    "tab_bar": "TabBar",
    "times": "absolute time_ago time_left",
    "toast": "Toast ToastState",
}
_HOMES: Final = {name: room for room, names in _ROOMS.items() for name in names.split()}

__all__ = [
    "DOTS",
    "REVEAL_SECONDS",
    "Banner",
    "BusyIndicator",
    "Button",
    "Card",
    "CheckBox",
    "Choice",
    "ComboBox",
    "ConfirmDialog",
    "ConfirmState",
    "CopyButton",
    "CopyForm",
    "Countdown",
    "Dialog",
    "ElidedLabel",
    "EmptyState",
    "Field",
    "FlowLayout",
    "Gauge",
    "Hairline",
    "Label",
    "LineEdit",
    "MenuButton",
    "NoticeState",
    "Page",
    "PageView",
    "Pill",
    "RadioButton",
    "Row",
    "RowLayout",
    "SandboxBand",
    "ScopeChips",
    "SecretField",
    "Spinner",
    "Status",
    "StatusChip",
    "TabBar",
    "TextArea",
    "Toast",
    "ToastState",
    "absolute",
    "centred",
    "end_widgets",
    "give_keyboard",
    "line_of",
    "mask",
    "repolish",
    "set_kind",
    "spoken",
    "stops_in",
    "time_ago",
    "time_left",
]


def __getattr__(name: str) -> Any:
    """Load the module that `name` lives in, once."""
    room = _HOMES.get(name)
    if room is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{room}"), name)
    globals()[name] = value
    return value
