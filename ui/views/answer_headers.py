"""The Headers tab: what X sent and what was sent to X, as a table of names and values."""

from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QBrush, QKeyEvent, QKeySequence, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTreeView, QWidget

from ui.theme import TextSize, Weight, theme

_NAME_COLUMN: Final = 260
Pairs = tuple[tuple[str, str], ...]


class HeadersView(QTreeView):
    """Two groups of headers. Ctrl+C copies the chosen line.

    Signals:
        copy_wanted: args are "header" and "name: value".
    """

    copy_wanted = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._groups: tuple[tuple[str, Pairs], ...] = ()
        self._model = QStandardItemModel(0, 2, self)
        self._model.setHorizontalHeaderLabels([self.tr("Name"), self.tr("Value")])
        self.setAccessibleName(self.tr("Headers"))
        self.setModel(self._model)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setItemsExpandable(False)
        self.setIndentation(0)
        self.setUniformRowHeights(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        self.header().setStretchLastSection(True)
        theme().changed.connect(self._draw)

    def render_headers(self, answer: Pairs, request: Pairs) -> None:
        """Show the headers of the answer, then those of the request."""
        groups = ((self.tr("Answer"), answer), (self.tr("Request"), request))
        if groups != self._groups:
            self._groups = groups
            self._draw()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy the chosen line."""
        row = self.currentIndex()
        if event.matches(QKeySequence.StandardKey.Copy) and row.parent().isValid():
            pair = (str(row.siblingAtColumn(column).data()) for column in (0, 1))
            self.copy_wanted.emit("header", ": ".join(pair))
            return
        super().keyPressEvent(event)

    def _draw(self) -> None:
        self._model.removeRows(0, self._model.rowCount())
        for title, pairs in self._groups:
            if not pairs:
                continue
            group = _item(title, "faint", TextSize.SMALL, Weight.BOLD)
            group.setSelectable(False)
            for name, value in pairs:
                cells = [_item(name, "dim"), _item(value, "text")]
                cells[1].setToolTip(value)
                group.appendRow(cells)
            beside = QStandardItem()
            beside.setFlags(Qt.ItemFlag.NoItemFlags)
            self._model.appendRow([group, beside])
        self.expandAll()
        for row in range(self._model.rowCount()):
            self.setFirstColumnSpanned(row, self.rootIndex(), True)
        self.setColumnWidth(0, theme().px(_NAME_COLUMN))


def _item(
    text: str,
    colour: str,
    size: TextSize = TextSize.SMALL,
    weight: Weight = Weight.REGULAR,
) -> QStandardItem:
    item = QStandardItem(text)
    item.setFont(theme().font(size, weight, mono=weight is Weight.REGULAR))
    item.setForeground(QBrush(theme().colour(colour)))
    item.setEditable(False)
    item.setSizeHint(item.sizeHint().expandedTo(_row_size()))
    return item


def _row_size() -> QSize:
    return QSize(0, theme().px(24))
