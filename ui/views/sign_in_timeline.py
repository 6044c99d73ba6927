"""What happened in a sign-in so far: a list that folds, below its steps."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from ui.theme import theme
from ui.widgets import Button, Label


@dataclass(frozen=True, slots=True)
class StepState:
    """One step as a person reads it.

    Attributes:
        when: seconds since the attempt began, host, status, names and redacted values.
        why: what this step is good for.
    """

    title: str
    when: str
    why: str


class TimelineView(QFrame):
    """Shows steps, the latest at the end; decides nothing.

    Signals:
        unfolded: arg: whether the list shows now.
    """

    unfolded = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps: tuple[StepState, ...] = ()
        self._parts: list[QWidget] = []
        self._fold = Button(self.tr("What happened"), "ghost")
        self._fold.clicked.connect(self._toggle)
        self._last = Label("", "small")
        inside = QWidget()
        inside.setObjectName("page")
        self._list = QVBoxLayout(inside)
        self._list.setContentsMargins(24, 4, 24, 12)
        self._list.setSpacing(10)
        self._list.addStretch(1)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFixedHeight(theme().px(240))
        self._area.setAccessibleName(self.tr("What happened in this sign-in"))
        self._area.setWidget(inside)
        self._area.hide()
        line = QHBoxLayout()
        line.setContentsMargins(16, 2, 24, 2)
        line.setSpacing(8)
        line.addWidget(self._fold)
        line.addWidget(self._last)
        line.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(line)
        column.addWidget(self._area)
        self.hide()

    def render_steps(self, steps: tuple[StepState, ...]) -> None:
        """Show these steps; without any there is nothing to unfold."""
        if steps[: len(self._steps)] != self._steps:
            self._clear()
        for step in steps[len(self._steps) :]:
            self._add(step)
        self._steps = steps
        self._last.setText(steps[-1].title if steps else "")
        self.setVisible(bool(steps))

    def _toggle(self) -> None:
        shown = self._area.isHidden()
        self._area.setVisible(shown)
        self._last.setVisible(not shown)
        self._fold.setText(self.tr("Hide what happened") if shown else self.tr("What happened"))
        self._fold.setAccessibleName(self._fold.text())
        self.unfolded.emit(shown)

    def _add(self, step: StepState) -> None:
        part = QWidget()
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        for text, kind in ((step.title, "strong"), (step.when, "small"), (step.why, "dim")):
            label = Label(text, kind, wraps=True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(label)
        self._parts.append(part)
        self._list.insertWidget(self._list.count() - 1, part)

    def _clear(self) -> None:
        self._steps = ()
        parts, self._parts = self._parts, []
        for part in parts:
            self._list.removeWidget(part)
            part.hide()
            part.deleteLater()
