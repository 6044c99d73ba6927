"""Paints one line of the activity list: what, whose, how it ended, when."""

from typing import Any, Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui.theme import TextSize, Weight, draw_mark, theme
from ui.widgets import Status, time_ago
from ui.widgets.chips import status_look
from ui.widgets.times import seconds_until

ENTRY_ROLE: Final = int(Qt.ItemDataRole.UserRole)
_HEIGHT: Final = 40
_MIDDLE: Final = Qt.AlignmentFlag.AlignVCenter
_SHARES: Final = (0.26, 0.54, 0.84)
"""Where the credential, the outcome and the time begin, as shares of the width."""


class EntryDelegate(QStyledItemDelegate):
    """Four columns on one line, with a hairline above it."""

    def sizeHint(
        self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Ask for one line."""
        return QSize(200, theme().px(_HEIGHT))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint the entry that the model holds under `ENTRY_ROLE`."""
        entry: Any = index.data(ENTRY_ROLE)
        current = theme()
        rect: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, current.colour("soft"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, current.colour("hover"))
        painter.fillRect(rect.left(), rect.top(), rect.width(), 1, current.colour("line"))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(current.colour("accent"), 2))
            painter.drawRect(rect.adjusted(1, 1, -1, -1))
        inner = rect.adjusted(16, 0, -16, 0)
        starts = [inner.left() + round(inner.width() * share) for share in _SHARES]
        strong = current.font(TextSize.BODY, Weight.MEDIUM)
        small = current.font(TextSize.SMALL)
        _words(painter, inner.left(), starts[0], inner, entry.what, strong, "text")
        _words(painter, starts[0], starts[1], inner, entry.credential, small, "dim")
        _chip(painter, starts[1], starts[2] - 8, inner, entry.outcome)
        painter.setFont(small)
        painter.setPen(current.colour("dim"))
        right = _MIDDLE | Qt.AlignmentFlag.AlignRight
        painter.drawText(inner, right, time_ago(-seconds_until(entry.at)))
        painter.restore()


def _words(
    painter: QPainter, left: int, end: int, inner: QRect, text: str, font: QFont, colour: str
) -> None:
    room = end - left - 8
    shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, room)
    painter.setFont(font)
    painter.setPen(theme().colour(colour))
    painter.drawText(QRect(left, inner.top(), room, inner.height()), _MIDDLE, shown)


def _chip(painter: QPainter, left: int, end: int, inner: QRect, status: Status) -> None:
    mark, colour, ground = status_look(status.kind)
    font = theme().font(TextSize.SMALL, Weight.BOLD)
    before = 20 if mark else 6
    text = QFontMetrics(font).elidedText(
        status.text, Qt.TextElideMode.ElideRight, end - left - before - 6
    )
    width = before + QFontMetrics(font).horizontalAdvance(text) + 6
    height = theme().px(18)
    box = QRectF(left, inner.top() + (inner.height() - height) / 2, width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme().colour(ground))
    painter.drawRoundedRect(box, 4, 4)
    if mark:
        spot = QRectF(box.left() + 6, box.center().y() - 4.5, 9, 9)
        draw_mark(painter, mark, spot, theme().colour(colour))
    painter.setFont(font)
    painter.setPen(theme().colour(colour))
    painter.drawText(box.adjusted(before, 0, 0, 0), _MIDDLE, text)
