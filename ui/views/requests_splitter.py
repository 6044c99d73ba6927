"""A splitter whose handle is two hairlines, as calm as the rest of the window."""

from typing import Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSplitter, QSplitterHandle, QWidget

from ui.theme import theme

_THICKNESS: Final = 5


class _Handle(QSplitterHandle):
    """Hairlines at both edges, or one in the middle for a splitter of columns."""

    def sizeHint(self) -> QSize:
        is_rows = self.orientation() == Qt.Orientation.Vertical
        thickness = _THICKNESS if is_rows else 1
        return QSize(thickness, thickness)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        lit = "accent" if self.underMouse() else "line"
        colour = theme().colour(lit)
        # Qt widens a thin handle for the pointer and masks all but its contents.
        box = self.contentsRect()
        if self.orientation() == Qt.Orientation.Vertical:
            painter.fillRect(QRect(box.left(), box.top(), box.width(), 1), colour)
            painter.fillRect(QRect(box.left(), box.bottom(), box.width(), 1), colour)
        else:
            painter.fillRect(QRect(box.left(), box.top(), 1, box.height()), colour)
        painter.end()


class CalmSplitter(QSplitter):
    """Parts that cannot be dragged away to nothing."""

    def __init__(self, orientation: Qt.Orientation, parent: QWidget | None = None) -> None:
        super().__init__(orientation, parent)
        self.setChildrenCollapsible(False)
        is_rows = orientation == Qt.Orientation.Vertical
        self.setHandleWidth(_THICKNESS if is_rows else 1)

    def createHandle(self) -> QSplitterHandle:
        """Make the calm handle."""
        return _Handle(self.orientation(), self)
