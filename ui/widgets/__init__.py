"""Widgets of one hand, shared by all views. They hold no logic and know no X.

Take them from here: `from ui.widgets import Card, Row, Button`. Colours and sizes
come from `ui.theme`; a view sets none of its own. Every control is given an
accessible name: its visible label, then its row or object where that is needed.
"""

from ui.widgets.banner import Banner, NoticeState, SandboxBand
from ui.widgets.basics import ElidedLabel, Hairline, Label, Page, Pill, repolish, set_kind
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
    "mask",
    "repolish",
    "set_kind",
    "spoken",
    "time_ago",
    "time_left",
]
