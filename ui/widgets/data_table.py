"""A plain table of words and numbers, read line by line by keyboard and screen reader."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from ui.theme import theme

_MOST_LINES_SHOWN = 12


class DataTable(QTableWidget):
    """Shows lines of text under headings; Ctrl+C copies the chosen line."""

    def __init__(self, name: str, headings: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(0, len(headings), parent)
        self._lines: tuple[tuple[str, ...], ...] = ()
        self.setAccessibleName(name)
        self.setHorizontalHeaderLabels(list(headings))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(theme().px(26))
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        header.setMinimumSectionSize(theme().px(120))

    def render_lines(self, lines: tuple[tuple[str, ...], ...]) -> None:
        """Show these lines; the place in the table stays when nothing changed."""
        if lines == self._lines:
            return
        self._lines = lines
        self.setRowCount(len(lines))
        for row, words in enumerate(lines):
            for column, text in enumerate(words):
                self.setItem(row, column, QTableWidgetItem(text))
        self.updateGeometry()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy the chosen line."""
        row = self.currentRow()
        if event.matches(QKeySequence.StandardKey.Copy) and 0 <= row < len(self._lines):
            QApplication.clipboard().setText("\t".join(self._lines[row]))
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Keep the height of a line when the font changes."""
        if event.type() == QEvent.Type.FontChange:
            self.verticalHeader().setDefaultSectionSize(theme().px(26))
        super().changeEvent(event)

    def sizeHint(self) -> QSize:
        """Ask for all lines up to twelve; the others are scrolled to."""
        lines = min(max(len(self._lines), 1), _MOST_LINES_SHOWN)
        height = self.horizontalHeader().sizeHint().height()
        return QSize(320, height + lines * self.verticalHeader().defaultSectionSize() + 2)

    def minimumSizeHint(self) -> QSize:
        """Need less width and the same height."""
        return QSize(200, self.sizeHint().height())
