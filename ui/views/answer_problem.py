"""What went wrong with a call: the cause, what to do, the button that does it, X's words."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ui.theme import theme
from ui.views.answer_state import PartialBanner, Problem
from ui.widgets import Button, Card, FlowLayout, Label, Row, set_kind


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
        card = Card()
        column = QVBoxLayout()
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(6)
        head = Label(problem.title, "large", wraps=True)
        column.addWidget(head)
        for text, kind in ((problem.sentence, "body"), (problem.next_step, "dim")):
            if text:
                label = Label(text, kind, wraps=True)
                label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                column.addWidget(label)
        if problem.actions:
            column.addSpacing(4)
            column.addLayout(self._buttons(problem))
        card.body.addLayout(column)
        for name, value in problem.details:
            card.add_row(_detail_row(name, value))
        return card

    def _buttons(self, problem: Problem) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(8)
        for place, action in enumerate(problem.actions):
            button = Button(action.label, "plain" if place else "primary")
            button.clicked.connect(lambda _on=False, key=action.key: self.action_wanted.emit(key))
            line.addWidget(button)
        line.addStretch(1)
        return line


def _detail_row(name: str, value: str) -> Row:
    row = Row(name)
    set_kind(row.label, "small")
    words = Label(value, "mono", wraps=True)
    words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    words.setAccessibleName(f"{name}: {value}")
    row.values.addWidget(words)
    row.setMinimumHeight(theme().px(34))
    return row


class PartialLine(QFrame):
    """The amber line above a partial answer, whose problem can be shown below it.

    Signals:
        problem_toggled: arg is True when the problem is to be shown.
    """

    problem_toggled = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_open = False
        self._headline = Label("", "banner-warn")
        bold = QFont()
        bold.setBold(True)
        self._headline.setFont(bold)
        self._text = Label("", "banner-warn", wraps=True)
        self._link = Button(self.tr("Show the problem"), "link")
        self._link.clicked.connect(self._toggle)
        self.setAutoFillBackground(True)
        flow = FlowLayout(self, gap=4, line_gap=0)
        flow.setContentsMargins(20, 7, 20, 7)
        for part in (self._headline, self._text, self._link):
            flow.addWidget(part)
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

    def _toggle(self) -> None:
        self._set_open(is_open=not self._is_open)

    def _set_open(self, *, is_open: bool) -> None:
        self._is_open = is_open
        words = self.tr("Hide the problem") if is_open else self.tr("Show the problem")
        self._link.relabel(words)
        self.problem_toggled.emit(is_open)

    def _dress(self) -> None:
        palette = self.palette()
        palette.setColor(self.backgroundRole(), theme().colour("warn_bg"))
        self.setPalette(palette)
        colour = theme().colour("warn").name()
        self._link.setStyleSheet(
            f"color: {colour}; text-decoration: underline; font-size: {theme().px(13)}px;"
        )
