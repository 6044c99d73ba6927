"""Limits and usage: what is left per endpoint, what X counted, what was spent here."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.theme import theme
from ui.views.limits_rows import LimitLine, LimitRow
from ui.views.limits_state import FigureState, LimitsState, LimitState, UsageState
from ui.widgets import (
    Banner,
    BusyIndicator,
    Button,
    Card,
    ElidedLabel,
    FlowLayout,
    Label,
    Page,
)
from ui.widgets.bar_chart import BarChart
from ui.widgets.data_table import DataTable

_ROOMY: Final = 900


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
        self._rows: list[LimitRow] = []
        self._shows_table = False
        page = Page()
        self._notice = Banner()
        self._notice.action_wanted.connect(self.notice_action_wanted)
        for part in (
            self._notice,
            self._limits_card(),
            self._usage_card(),
            self._spent_card(),
            self._published_card(),
        ):
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
        self._render_usage(state.usage)
        self._usage_text.show_text(state.usage_text)
        self._usage_busy.render_state(state.usage_busy)
        self._ask.setVisible(not state.usage_busy)
        self._ask.setEnabled(state.can_ask)
        self._render_spent(state.spent, state.spent_hint)
        self._published.setVisible(bool(state.published))
        self._published.hint.show_text(state.published_hint)
        self._published_table.render_lines(state.published)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the quiet words beside a heading go first where there is little room."""
        super().resizeEvent(event)
        self._usage_hint.setVisible(self.width() > theme().px(_ROOMY))

    def open_published(self) -> None:
        """Show X's own table, as its button does."""
        if not self._published_table.isVisibleTo(self._published):
            self._turn_published()

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
        self._heads = LimitLine(tuple(Label(head, "small") for head in heads))
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
        self._month = ElidedLabel("", "meta")
        self._usage_hint = card.hint
        self._ask = Button(self.tr("Ask X"), owner=self.tr("for usage"))
        self._ask.clicked.connect(self.usage_wanted)
        self._usage_busy = BusyIndicator(self.tr("usage"))
        self._usage_busy.cancel_wanted.connect(self.cancel_wanted)
        self._as_table = Button(self.tr("Table"), owner=self.tr("of Posts read per day"))
        self._as_table.clicked.connect(self._turn_usage)
        heads: tuple[QWidget, ...] = (self._count, self._month, self._as_table)
        for part in (*heads, self._usage_busy, self._ask):
            card.add_head_button(part)
        self._chart = BarChart(self.tr("Posts read per day"))
        self._days = DataTable(
            self.tr("Posts read per day"), (self.tr("Day"), self.tr("Posts read"))
        )
        self._cap_words = Label("", "meta", wraps=True)
        self._usage_text = Label("", "dim", wraps=True)
        inside = QVBoxLayout()
        inside.setContentsMargins(16, 4, 16, 14)
        for shown in (self._chart, self._days, self._cap_words, self._usage_text):
            inside.addWidget(shown)
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

    def _published_card(self) -> Card:
        self._published = Card(self.tr("Published limits"), " ")
        self._show_published = Button(self.tr("Show"), owner=self.tr("published limits"))
        self._published.add_head_button(self._show_published)
        self._published_table = DataTable(
            self.tr("Published limits"),
            (self.tr("Endpoint"), self.tr("Per App"), self.tr("Per user")),
        )
        self._published_table.hide()
        self._show_published.clicked.connect(self._turn_published)
        inside = QVBoxLayout()
        inside.setContentsMargins(16, 0, 16, 8)
        inside.addWidget(self._published_table)
        self._published.body.addLayout(inside)
        return self._published

    def _turn_published(self) -> None:
        is_open = not self._published_table.isVisibleTo(self._published)
        self._published_table.setVisible(is_open)
        words = self.tr("Hide") if is_open else self.tr("Show")
        self._show_published.relabel(words, self.tr("published limits"))

    def _turn_usage(self) -> None:
        # No toggle: a label that changes together with a tick would say two things at once.
        self._shows_table = not self._shows_table
        words = self.tr("Chart") if self._shows_table else self.tr("Table")
        self._as_table.relabel(words, self.tr("of Posts read per day"))
        self._render_usage(self._state.usage)

    def _render_usage(self, usage: UsageState | None) -> None:
        as_table = self._shows_table
        for part in (self._count, self._month, self._as_table):
            part.setVisible(usage is not None)
        self._chart.setVisible(usage is not None and not as_table)
        self._days.setVisible(usage is not None and as_table)
        self._cap_words.setVisible(usage is not None)
        if usage is None:
            return
        self._chart.render_bars(usage.bars, usage.description, usage.cap)
        newest_first = reversed(usage.bars)
        self._days.render_lines(tuple((bar.label, f"{bar.value:,}") for bar in newest_first))
        self._count.setText(usage.count)
        self._month.setText(usage.month)
        self._cap_words.show_text("" if self._chart.shows_cap else usage.cap_words)

    def _render_limits(self, limits: tuple[LimitState, ...]) -> None:
        while len(self._rows) < len(limits):
            row = LimitRow()
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
            self._figures.addWidget(_figure(figure), 1, Qt.AlignmentFlag.AlignTop)

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
