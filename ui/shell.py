"""The parts around the panes: sidebar, header with tabs, status bar; and their state."""

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ui.theme import CONTROL_HEIGHT, SIDEBAR_WIDTH, STATUS_BAR_HEIGHT, theme
from ui.widgets import Button, ElidedLabel, FlowLayout, Label, Pill, StatusChip, TabBar, stops_in
from ui.widgets.app_list import AppEntry, AppList
from ui.widgets.chips import Status

_WIDEST_SIDEBAR: Final = 320


class Tab(StrEnum):
    """The five panes of an App, in their order."""

    KEYS = "keys"
    REQUESTS = "requests"
    LIMITS = "limits"
    ACTIVITY = "activity"
    SETTINGS = "settings"


@dataclass(frozen=True, slots=True)
class ReadinessStep:
    """One step of the readiness line; `key` goes out when a step that is open is clicked.

    `hint` says what an open step wants.
    """

    key: str
    label: str
    is_done: bool
    hint: str = ""


@dataclass(frozen=True, slots=True)
class HeaderState:
    """The App whose panes are shown.

    `pill` is "Live" or "Sandbox"; `steps` is empty once the App is ready for all.
    """

    name: str
    pill: str = ""
    is_sandbox: bool = False
    app_id: str = ""
    has_console: bool = True
    steps: tuple[ReadinessStep, ...] = ()


@dataclass(frozen=True, slots=True)
class StatusBarState:
    """The line at the bottom: the vault, the last call's rate limit, money spent today."""

    vault: str = ""
    rate_limit: str = ""
    spent: str = ""


@dataclass(frozen=True, slots=True)
class ShellState:
    """Everything around the panes.

    Attributes:
        apps: in the order to show, Apps of one group together.
        current: key of the App whose panes are shown, "" for none.
        header: None hides header and tabs, as on the welcome page.
        sandbox_text: the words of the coloured band, "" where the App is live.
        status: the line at the bottom.
    """

    apps: tuple[AppEntry, ...] = ()
    current: str = ""
    header: HeaderState | None = None
    sandbox_text: str = ""
    status: StatusBarState = StatusBarState()


def key_text(sequence: str) -> str:
    """Return a shortcut as this system writes it, "Ctrl K" or "⌘K"."""
    native = QKeySequence(sequence).toString(QKeySequence.SequenceFormat.NativeText)
    return native.replace("+", " ")


class Sidebar(QFrame):
    """Find, the Apps by group, and *Add App*.

    Signals:
        find_wanted: the find box was opened.
        app_selected: arg is the App's key.
        add_app_wanted: *Add App* was clicked.
    """

    find_wanted = Signal()
    app_selected = Signal(str)
    add_app_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sidebar")
        self.setFixedWidth(min(theme().px(SIDEBAR_WIDTH), _WIDEST_SIDEBAR))
        self.find_box = Button(self.tr("Find"), "find")
        key = Label(key_text("Ctrl+K"), "key", parent=self.find_box)
        inside = QHBoxLayout(self.find_box)
        inside.setContentsMargins(10, 0, 10, 0)
        inside.addStretch(1)
        inside.addWidget(key, 0, Qt.AlignmentFlag.AlignVCenter)
        self.apps = AppList()
        self.add = Button(self.tr("+ Add App"), "add", name=self.tr("Add App"))
        self.find_box.setAccessibleDescription(self.tr("Finds Apps and runs actions"))
        self.add.setAccessibleDescription(self.tr("Keeps the keys of one more App"))
        self.find_box.clicked.connect(self.find_wanted)
        self.apps.app_selected.connect(self.app_selected)
        self.add.clicked.connect(self.add_app_wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 16, 12, 16)
        column.setSpacing(8)
        column.addWidget(self.find_box)
        column.addSpacing(4)
        column.addWidget(self.apps, 1)
        column.addWidget(self.add)


class Header(QFrame):
    """The App's name, where it lives, its readiness, and the tabs.

    Signals:
        console_wanted: the link to the Developer Console was clicked.
        step_wanted: an open step of the readiness line was clicked; arg is its key.
    """

    console_wanted = Signal()
    step_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("header")
        self._state: HeaderState | None = None
        self._name = ElidedLabel("", "title")
        self._pill = Pill()
        self._meta = Label("", "meta")  # whole or not at all: a part of an ID is no use
        self._console = Button(
            self.tr("Developer Console"),
            "link",
            icon_name="external",
        )
        self._console.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self._console.setAccessibleDescription(self.tr("Opens console.x.com in your browser"))
        self._console.clicked.connect(self.console_wanted)
        first = QHBoxLayout()
        first.setSpacing(10)
        first.addStrut(theme().px(CONTROL_HEIGHT))  # as tall without the link to the console
        for part in (self._name, self._pill, self._meta):
            first.addWidget(part)
        first.addStretch(1)
        first.addWidget(self._console)
        self._steps = QWidget()
        self._steps.setAccessibleName(self.tr("Readiness"))
        self._steps_flow = FlowLayout(self._steps, gap=6, line_gap=4)
        self.tabs = TabBar(self.tr("Panes"))
        titles = {
            Tab.KEYS: self.tr("Keys and tokens"),
            Tab.REQUESTS: self.tr("Requests"),
            Tab.LIMITS: self.tr("Limits and usage"),
            Tab.ACTIVITY: self.tr("Activity"),
            Tab.SETTINGS: self.tr("Settings"),
        }
        for place, (tab, title) in enumerate(titles.items()):
            self.tabs.addTab(title)
            self.tabs.setTabData(place, str(tab))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 0)
        column.setSpacing(0)
        column.addLayout(first)
        column.addSpacing(10)
        column.addWidget(self._steps)
        column.addWidget(self.tabs)

    def render_state(self, state: HeaderState | None) -> None:
        """Show this App, or vanish when there is none."""
        self.setVisible(state is not None)
        if state is None:
            self._state = None
            for label in (self._name, self._meta):
                label.setText("")  # nor does it keep the name of what is locked away
            return
        if state == self._state:
            return
        self._name.setText(state.name)
        self._pill.setText(state.pill)
        self._pill.setVisible(bool(state.pill))
        self._pill.set_sandbox(is_sandbox=state.is_sandbox)
        text = self.tr("App ID {id}").format(id=state.app_id) if state.app_id else ""
        self._meta.setText(text)
        self._meta.setVisible(bool(text))
        self._console.setVisible(state.has_console)
        if self._state is None or self._state.steps != state.steps:
            self._render_steps(state.steps)
        self._state = state

    def _render_steps(self, steps: tuple[ReadinessStep, ...]) -> None:
        while (item := self._steps_flow.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for step in steps:
            self._steps_flow.addWidget(self._step_widget(step))
        for before, after in pairwise([self._console, *stops_in(self._steps), self.tabs]):
            QWidget.setTabOrder(before, after)
        self._steps.setVisible(bool(steps))

    def _step_widget(self, step: ReadinessStep) -> QWidget:
        if step.is_done:
            chip = StatusChip(self._steps)
            chip.render_state(Status(step.label))
            return chip
        button = Button(step.label, "step")
        button.setToolTip(step.hint)
        button.setAccessibleDescription(step.hint)
        button.clicked.connect(lambda: self.step_wanted.emit(step.key))
        return button


class StatusBar(QFrame):
    """The line at the bottom of the window."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statusBar")
        self.setAccessibleName(self.tr("Status"))
        self.setFixedHeight(theme().px(STATUS_BAR_HEIGHT))
        self._vault = ElidedLabel("", "small")
        self._rate_limit = ElidedLabel("", "small")
        self._spent = Label("", "small")
        line = QHBoxLayout(self)
        line.setContentsMargins(16, 0, 16, 0)
        line.setSpacing(24)
        line.addWidget(self._vault)
        line.addWidget(self._rate_limit)
        line.addStretch(1)
        line.addWidget(self._spent)

    def render_state(self, state: StatusBarState) -> None:
        """Show these three texts; an empty one leaves its place."""
        self._vault.setText(state.vault)
        self._rate_limit.setText(state.rate_limit)
        self._spent.setText(state.spent)
