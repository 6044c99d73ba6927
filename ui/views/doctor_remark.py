"""One check or finding: a mark, what was found, why, the console's clicks, and the next step."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from ui.theme import theme
from ui.views.doctor_state import Remark
from ui.widgets import Button, Label, Status, StatusChip

_NUMBER_COLUMN = 20


class RemarkView(QFrame):
    """Shows a Remark.

    Signals:
        copy_wanted: arg is the corrected call.
    """

    copy_wanted = Signal(str)

    def __init__(self, remark: Remark, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.remark = remark
        self.setAccessibleName(_heard(remark))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 16, 10)
        column.setSpacing(4)
        column.addLayout(self._head())
        for line in remark.lines:
            column.addWidget(_selectable(Label(line, "body", wraps=True)))
        if remark.cause:
            column.addWidget(_selectable(Label(remark.cause, "dim", wraps=True)))
        if remark.steps:
            column.addSpacing(2)
            column.addLayout(steps_layout(remark.steps))
        if remark.next_step:
            column.addSpacing(2)
            column.addWidget(_selectable(Label(remark.next_step, "strong", wraps=True)))
        if remark.code:
            column.addSpacing(2)
            column.addWidget(Label(self.tr("Better so:"), "small"))
            column.addLayout(self._code())
        if remark.source:
            column.addWidget(Label(remark.source, "small", wraps=True))

    def _head(self) -> QHBoxLayout:
        chip = StatusChip(self)
        chip.render_state(Status(self.remark.state, self.remark.kind))
        line = QHBoxLayout()
        line.setSpacing(8)
        title = Label(self.remark.title, "heading", wraps=True)
        line.addWidget(title, 1)
        line.addWidget(chip, 0, Qt.AlignmentFlag.AlignTop)
        return line

    def _code(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(8)
        code = _selectable(Label(self.remark.code, "mono", wraps=True))
        code.setAccessibleName(self.tr("Corrected call: {code}").format(code=self.remark.code))
        copy = Button(self.tr("Copy"), owner=self.tr("the corrected call"))
        copy.clicked.connect(lambda: self.copy_wanted.emit(self.remark.code))
        line.addWidget(code, 1)
        line.addWidget(copy, 0, Qt.AlignmentFlag.AlignTop)
        return line


def steps_layout(steps: tuple[str, ...]) -> QGridLayout:
    """Return numbered steps, the numbers in a column of their own."""
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(6)
    grid.setVerticalSpacing(2)
    grid.setColumnMinimumWidth(0, theme().px(_NUMBER_COLUMN))
    grid.setColumnStretch(1, 1)
    top = Qt.AlignmentFlag.AlignTop
    for number, step in enumerate(steps, start=1):
        told = _selectable(Label(step, "body", wraps=True))
        told.setAccessibleName(f"{number}. {step}")
        grid.addWidget(Label(f"{number}.", "dim"), number, 0, top)
        grid.addWidget(told, number, 1, top)
    return grid


def _heard(remark: Remark) -> str:
    parts = (remark.title, remark.state, *remark.lines, remark.cause, remark.next_step)
    return ". ".join(part.rstrip(".") for part in parts if part)


def _selectable(label: Label) -> Label:
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
