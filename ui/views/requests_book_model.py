"""A list of requests as a model that a search narrows, and how a row of it is painted."""

from typing import Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from ui.theme import CONTROL_RADIUS, Mark, TextSize, draw_mark, theme
from ui.views.requests_book_state import BookRow, BookTone
from ui.views.requests_operations import method_colour

_Index = QModelIndex | QPersistentModelIndex
_ROW: Final = 44
_INSET: Final = 8
_METHOD_COLUMN: Final = 42
_MARK_SIZE: Final = 9
_SHORT_METHODS: Final = {"DELETE": "DEL", "PATCH": "PTCH"}
_MARKS: Final = {
    BookTone.OK: (Mark.DISC, "ok"),
    BookTone.WARN: (Mark.TRIANGLE, "warn"),
    BookTone.BAD: (Mark.SQUARE, "bad"),
}


class BookModel(QAbstractListModel):
    """Requests, narrowed by a search that looks for every word."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows: tuple[BookRow, ...] = ()
        self._shown: tuple[BookRow, ...] = ()
        self._needle = ""

    def set_rows(self, rows: tuple[BookRow, ...]) -> None:
        """Show these requests."""
        self._rows = rows
        self._rebuild()

    def search(self, text: str) -> None:
        """Show only requests that hold every word of `text` somewhere."""
        self._needle = text.casefold()
        self._rebuild()

    def row(self, index: _Index) -> BookRow | None:
        """Return the request at an index, or None."""
        return self._shown[index.row()] if index.isValid() else None

    def place_of(self, key: str) -> int:
        """Return where a request is shown, -1 for nowhere."""
        return next((n for n, row in enumerate(self._shown) if row.key == key), -1)

    def rowCount(self, parent: _Index | None = None) -> int:
        """Return how many requests are shown."""
        return 0 if parent is not None and parent.isValid() else len(self._shown)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return title, tooltip and spoken text."""
        row = self.row(index)
        if row is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.title
            case Qt.ItemDataRole.ToolTipRole:
                return row.tooltip
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{row.method} {row.title}, {row.detail}"
            case Qt.ItemDataRole.AccessibleDescriptionRole:
                return row.tooltip
        return None

    def _rebuild(self) -> None:
        words = self._needle.split()
        self.beginResetModel()
        self._shown = tuple(row for row in self._rows if all(word in _hay(row) for word in words))
        self.endResetModel()


def _hay(row: BookRow) -> str:
    return f"{row.method} {row.title} {row.detail} {row.tooltip} {row.hay}".casefold()


class BookDelegate(QStyledItemDelegate):
    """Paints one request: method and title, below them how it ended."""

    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        """Ask for two lines."""
        return QSize(0, theme().px(_ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint the row."""
        model = index.model()
        assert isinstance(model, BookModel)
        row = model.row(index)
        if row is None:
            return
        current = theme()
        box = QRect(option.rect)
        is_here = index == self._view.currentIndex()
        is_lit = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if is_here or is_lit:
            has_focus = is_here and self._view.hasFocus()
            pen = QPen(current.colour("accent" if has_focus else "line"), 2 if has_focus else 1)
            painter.setPen(pen if is_here else Qt.PenStyle.NoPen)
            painter.setBrush(current.colour("panel" if is_here else "hover"))
            frame = QRectF(box).adjusted(1, 1, -1, -1)
            painter.drawRoundedRect(frame, CONTROL_RADIUS, CONTROL_RADIUS)
        self._paint_words(painter, box.adjusted(_INSET, 4, -_INSET, -4), row)
        painter.restore()

    @staticmethod
    def _paint_words(painter: QPainter, box: QRect, row: BookRow) -> None:
        current = theme()
        half = box.height() // 2
        top = QRect(box.left(), box.top(), box.width(), half)
        low = QRect(box.left(), box.top() + half, box.width(), half)
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        elide = Qt.TextElideMode.ElideRight
        painter.setFont(current.font(TextSize.SMALL, mono=True))
        painter.setPen(current.colour(method_colour(row.method)))
        painter.drawText(top, middle, _SHORT_METHODS.get(row.method, row.method))
        column = current.px(_METHOD_COLUMN)
        size = current.px(_MARK_SIZE)
        room = top.adjusted(column, 0, -size - _INSET, 0)
        font = current.font(TextSize.BODY)
        painter.setFont(font)
        painter.setPen(current.colour("text"))
        text = QFontMetrics(font).elidedText(row.title, elide, max(room.width(), 0))
        painter.drawText(room, middle, text)
        small = current.font(TextSize.SMALL)
        painter.setFont(small)
        painter.setPen(current.colour("dim"))
        room = low.adjusted(column, 0, 0, 0)
        text = QFontMetrics(small).elidedText(row.detail, elide, max(room.width(), 0))
        painter.drawText(room, middle, text)
        if row.tone is not BookTone.NONE:
            mark, colour = _MARKS[row.tone]
            spot = QRectF(top.right() - size, top.center().y() - size / 2 + 0.5, size, size)
            draw_mark(painter, mark, spot, current.colour(colour))
