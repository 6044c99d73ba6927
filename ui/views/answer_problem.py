"""What went wrong with a call: the cause, what to do, the button that does it, X's words."""

from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from ui.theme import theme
from ui.views.answer_state import PartialBanner, Problem
from ui.views.doctor_remark import steps_layout
from ui.widgets import Button, Card, Label

_NAME_COLUMN: Final = 176


class ProblemCard(QWidget):
    """Shows a Problem.

    Signals:
        action_wanted: arg is the key of the action.
    """

    action_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._problem: Problem | None = None
        self._inside = QWidget()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(20, 16, 20, 16)
        self._column.addWidget(self._inside)

    def render_problem(self, problem: Problem | None) -> None:
        """Show `problem`, or vanish when there is none."""
        self.setVisible(problem is not None)
        if problem is None or problem == self._problem:
            return
        self._problem = problem
        old, self._inside = self._inside, self._make(problem)
        self._column.replaceWidget(old, self._inside)
        old.hide()
        old.deleteLater()
        self.setAccessibleName(f"{problem.title}. {problem.sentence} {problem.next_step}")

    def _make(self, problem: Problem) -> QWidget:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(Label(problem.title, "large", wraps=True))
        if problem.sentence:
            column.addWidget(_selectable(Label(problem.sentence, "body", wraps=True)))
        if problem.steps:
            column.addLayout(steps_layout(problem.steps))
        if problem.next_step:
            column.addWidget(_selectable(Label(problem.next_step, "dim", wraps=True)))
        if problem.actions:
            column.addSpacing(6)
            column.addLayout(self._buttons(problem))
        if problem.details:
            column.addSpacing(10)
            column.addWidget(_details(problem.details))
        return inside

    def _buttons(self, problem: Problem) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(8)
        for place, action in enumerate(problem.actions):
            button = Button(action.label, "plain" if place else "primary")
            button.clicked.connect(lambda _on=False, key=action.key: self.action_wanted.emit(key))
            line.addWidget(button)
        line.addStretch(1)
        return line


def _details(pairs: tuple[tuple[str, str], ...]) -> Card:
    card = Card()
    grid = QGridLayout()
    grid.setContentsMargins(16, 10, 16, 10)
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(6)
    grid.setColumnMinimumWidth(0, theme().px(_NAME_COLUMN))
    grid.setColumnStretch(1, 1)
    top = Qt.AlignmentFlag.AlignTop
    for row, (name, value) in enumerate(pairs):
        words = _selectable(Label(value, "mono", wraps=True))
        words.setAccessibleName(f"{name}: {value}")
        grid.addWidget(Label(name, "small"), row, 0, top)
        grid.addWidget(words, row, 1, top)
    card.body.addLayout(grid)
    return card


def _selectable(label: Label) -> Label:
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


class _SnugLabel(Label):
    """Wraps where it must, and is never wider than its words on one line."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setMaximumWidth(self.fontMetrics().horizontalAdvance(self.text()) + 4)

    def sizeHint(self) -> QSize:
        self.ensurePolished()
        width = self.fontMetrics().horizontalAdvance(self.text()) + 4
        return QSize(width, super().sizeHint().height())


class PartialLine(QFrame):
    """The amber line above a partial answer, whose problem can be shown below it.

    Signals:
        problem_toggled: arg is True when the problem is to be shown.
    """

    problem_toggled = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_open = False
        self._headline = Label("", "heading")
        self._text = _SnugLabel("", "body", wraps=True)
        self._link = Button(self.tr("Show the problem"), "link")
        self._link.clicked.connect(self._toggle)
        line = QHBoxLayout(self)
        line.setContentsMargins(20, 9, 20, 9)
        line.setSpacing(4)
        for part in (self._headline, self._text, self._link):
            line.addWidget(part)
        line.addStretch(1)
        theme().changed.connect(self._dress)
        self._dress()
        self.hide()

    def render_banner(self, banner: PartialBanner | None) -> None:
        """Show `banner`, or vanish when there is none."""
        self.setVisible(banner is not None)
        self._set_open(is_open=False)
        if banner is not None:
            self._headline.setText(banner.headline)
            self._text.show_text(banner.text)
            self._link.setVisible(banner.problem is not None)
            self.setAccessibleName(f"{banner.headline} {banner.text}".strip())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the ground from edge to edge, and a hairline below it."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme().colour("warn_bg"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme().colour("line"))
        painter.end()

    def _toggle(self) -> None:
        self._set_open(is_open=not self._is_open)

    def _set_open(self, *, is_open: bool) -> None:
        self._is_open = is_open
        words = self.tr("Hide the problem") if is_open else self.tr("Show the problem")
        self._link.relabel(words)
        self.problem_toggled.emit(is_open)

    def _dress(self) -> None:
        current = theme()
        amber = f"color: {current.colour('warn').name()};"
        for label in (self._headline, self._text):
            label.setStyleSheet(amber)
        self._link.setStyleSheet(
            f"{amber} text-decoration: underline; font-size: {current.px(13)}px;"
            f"font-weight: 400; min-height: {current.px(18)}px;"
        )
