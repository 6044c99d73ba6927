"""Limits and usage: what is left per endpoint, what X counted, what was spent here."""

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ui.theme import theme
from ui.widgets import (
    Banner,
    BusyIndicator,
    Button,
    Card,
    ElidedLabel,
    FlowLayout,
    Gauge,
    Label,
    NoticeState,
    Page,
    Status,
    StatusChip,
    repolish,
)
from ui.widgets.bar_chart import Bar, BarChart


@dataclass(frozen=True, slots=True)
class LimitState:
    """What is left of one rate limit.

    Attributes:
        endpoint: as "GET /2/tweets". credential: "Bearer Token" or "@acme".
        left, limit: as written, "3,498" and "3,500".
        share: how much is left, from 0.0 to 1.0.
        kind: colour of the gauge, accent, warn or bad.
        blocked: words where nothing is left, as "Blocked until 12:41".
        resets_at: when the window begins anew, a UTC moment.
    """

    endpoint: str
    credential: str
    left: str
    limit: str
    share: float
    kind: str = "accent"
    blocked: str = ""
    resets_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class UsageState:
    """Posts read per day by the whole App, as X counts them, oldest first.

    `count` is this month's number as written, `month` the words that follow it.
    """

    bars: tuple[Bar, ...]
    count: str
    month: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class FigureState:
    """A number with its name above it and quiet words after it."""

    label: str
    value: str
    after: str = ""


@dataclass(frozen=True, slots=True)
class LimitsState:
    """All that the pane shows.

    `limits` comes in the order to show, fewest left first. `usage` is None until X
    was asked; `usage_text` says why. `spent` counts this computer only.
    """

    limits: tuple[LimitState, ...] = ()
    usage: UsageState | None = None
    usage_text: str = ""
    usage_busy: str = ""
    can_ask: bool = True
    spent: tuple[FigureState, ...] = ()
    spent_hint: str = ""
    notice: NoticeState | None = None


_ENDPOINT, _CREDENTIAL, _GAUGE, _LEFT, _RESETS = 246, 126, 254, 166, 110


class _LimitLine(QFrame):
    """One line of the table; the heading is one too."""

    def __init__(self, widgets: tuple[QWidget, ...]) -> None:
        super().__init__()
        self.setObjectName("tableLine")
        line = QHBoxLayout(self)
        line.setContentsMargins(16, 0, 16, 0)
        line.setSpacing(0)
        endpoint, credential, gauge, left, resets = (_held(widget) for widget in widgets)
        endpoint.setMinimumWidth(150)
        credential.setMinimumWidth(theme().px(80))
        line.addWidget(endpoint, _ENDPOINT)
        line.addWidget(credential, _CREDENTIAL)
        line.addWidget(gauge, _GAUGE)
        gauge.setMinimumWidth(40)
        line.addSpacing(16)
        for holder, width in ((left, _LEFT), (resets, _RESETS)):
            holder.setFixedWidth(theme().px(width))
            line.addWidget(holder)


class _LimitRow(_LimitLine):
    """Shows a LimitState."""

    def __init__(self) -> None:
        self._endpoint = ElidedLabel("", "mono")
        self._credential = ElidedLabel("", "small")
        self._gauge = Gauge()
        self._left = Label("", "small")
        self._left.setTextFormat(Qt.TextFormat.RichText)
        self._blocked = StatusChip()
        self._resets = StatusChip()
        left = QWidget()
        inside = QHBoxLayout(left)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(0)
        inside.addWidget(self._left)
        inside.addWidget(self._blocked)
        inside.addStretch(1)
        super().__init__((self._endpoint, self._credential, self._gauge, left, self._resets))
        self.setMinimumHeight(theme().px(39))
        self.setProperty("divided", True)
        repolish(self)

    def render_state(self, state: LimitState) -> None:
        """Show this limit."""
        words = self.tr("{left} of {limit} left").format(left=state.left, limit=state.limit)
        self._endpoint.setText(state.endpoint)
        self._credential.setText(state.credential)
        self._gauge.setAccessibleName(f"{state.endpoint}, {state.credential}")
        self._gauge.render_share(state.share, state.kind, state.blocked or words)
        # Only our own figures get here, never a text of X's.
        figure = f'<span style="color:{theme().palette.text}">{state.left}</span>'
        shown = self.tr("{left} of {limit} left").format(left=figure, limit=state.limit)
        self._left.setText("" if state.blocked else shown)
        self._left.setAccessibleName(words)
        self._left.setVisible(not state.blocked)
        self._blocked.render_state(Status(state.blocked, "bad") if state.blocked else None)
        after = self.tr("now")
        resets = Status("{left}", "plain", at=state.resets_at, text_after=after)
        self._resets.render_state(resets if state.resets_at else None)


class LimitsView(QWidget):
    """Shows a LimitsState; "whole App, from X" and "from this computer" never mix.

    Signals:
        usage_wanted: ask X for the usage per day.
        cancel_wanted: stop asking.
        notice_action_wanted: arg is the notice's key.
    """

    usage_wanted = Signal()
    cancel_wanted = Signal()
    notice_action_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[_LimitRow] = []
        page = Page()
        self._notice = Banner()
        self._notice.action_wanted.connect(self.notice_action_wanted)
        for part in (self._notice, self._limits_card(), self._usage_card(), self._spent_card()):
            page.column.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(page)
        theme().changed.connect(self._repaint)
        self._state = LimitsState()
        self.render_state(self._state)

    def render_state(self, state: LimitsState) -> None:
        """Make the pane look like `state`."""
        self._state = state
        self._notice.render_state(state.notice)
        self._render_limits(state.limits)
        self._chart.setVisible(state.usage is not None)
        self._count.setVisible(state.usage is not None)
        self._month.setVisible(state.usage is not None)
        if state.usage is not None:
            self._chart.render_bars(state.usage.bars, state.usage.description)
            self._count.setText(state.usage.count)
            self._month.setText(state.usage.month)
        self._usage_text.show_text(state.usage_text)
        self._usage_busy.render_state(state.usage_busy)
        self._ask.setVisible(not state.usage_busy)
        self._ask.setEnabled(state.can_ask)
        self._render_spent(state.spent, state.spent_hint)

    def _limits_card(self) -> Card:
        hint = self.tr("from the last answers; windows of 15 minutes; fewest left first")
        card = Card(self.tr("Rate limits"), hint)
        heads = (
            self.tr("Endpoint"),
            self.tr("Credential"),
            "",
            self.tr("Left"),
            self.tr("Resets in"),
        )
        self._heads = _LimitLine(tuple(Label(head, "small") for head in heads))
        self._heads.setMinimumHeight(theme().px(26))
        card.body.addWidget(self._heads)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(0)
        card.body.addLayout(self._lines)
        words = self.tr("No call has been made yet. Each answer of X says how many are left.")
        self._nothing = Label(words, "dim", wraps=True)
        self._nothing.setContentsMargins(16, 4, 16, 14)
        card.body.addWidget(self._nothing)
        return card

    def _usage_card(self) -> Card:
        card = Card(self.tr("Posts read per day"), self.tr("whole App, from X · last 30 days"))
        self._count = Label("", "strong")
        self._month = Label("", "meta")
        self._ask = Button(self.tr("Ask X"), owner=self.tr("for usage"))
        self._ask.clicked.connect(self.usage_wanted)
        self._usage_busy = BusyIndicator(self.tr("usage"))
        self._usage_busy.cancel_wanted.connect(self.cancel_wanted)
        for part in (self._count, self._month, self._usage_busy, self._ask):
            card.add_head_button(part)
        self._chart = BarChart(self.tr("Posts read per day"))
        self._usage_text = Label("", "dim", wraps=True)
        inside = QVBoxLayout()
        inside.setContentsMargins(16, 4, 16, 14)
        inside.addWidget(self._chart)
        inside.addWidget(self._usage_text)
        card.body.addLayout(inside)
        return card

    def _spent_card(self) -> Card:
        self._spent = Card(self.tr("Spent"), " ")
        inside = QWidget()
        self._figures = QHBoxLayout(inside)
        self._figures.setContentsMargins(16, 4, 16, 14)
        self._figures.setSpacing(16)
        self._spent.body.addWidget(inside)
        return self._spent

    def _render_limits(self, limits: tuple[LimitState, ...]) -> None:
        while len(self._rows) < len(limits):
            row = _LimitRow()
            self._rows.append(row)
            self._lines.addWidget(row)
        for place, row in enumerate(self._rows):
            row.setVisible(place < len(limits))
            if place < len(limits):
                row.render_state(limits[place])
        self._heads.setVisible(bool(limits))
        self._nothing.setVisible(not limits)

    def _render_spent(self, figures: tuple[FigureState, ...], hint: str) -> None:
        self._spent.setVisible(bool(figures))
        self._spent.hint.show_text(hint)
        while (item := self._figures.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for figure in figures:
            self._figures.addWidget(_figure(figure), 1)

    def _repaint(self) -> None:
        self._render_limits(self._state.limits)


def _figure(state: FigureState) -> QWidget:
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(2)
    value = QWidget()
    line = FlowLayout(value, gap=5)
    line.addWidget(Label(state.value, "figure"))
    if state.after:
        line.addWidget(Label(state.after, "meta"))
    column.addWidget(Label(state.label, "small", wraps=True))
    column.addWidget(value)
    return holder


def _held(widget: QWidget) -> QWidget:
    """Return the widget in a holder, so that it may be narrower than its column."""
    holder = QWidget()
    line = QHBoxLayout(holder)
    line.setContentsMargins(0, 0, 0, 0)
    line.addWidget(widget)
    if not isinstance(widget, Gauge):
        line.addStretch(1)
    return holder
