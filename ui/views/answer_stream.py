"""The Posts of a stream as they come: two lines each, the newest on top, within bounds."""

import json
from collections import deque
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from core.card_model import PostCard
from core.cards import cards_from_answer
from ui.theme import TextSize, Weight, theme
from ui.views.answer_card_words import heading_words, spoken_card
from ui.widgets.assistive import AssistiveChoice

_Index = QModelIndex | QPersistentModelIndex
MOST_ROWS: Final = 1_000
_ROW: Final = 46
_LEFT: Final = 20
_RAW_SHOWN: Final = 400


class StreamModel(QAbstractListModel):
    """The latest lines, newest first. A line is read when it is first looked at."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._lines: deque[bytes] = deque()

    def clear(self) -> None:
        """Show nothing."""
        self.beginResetModel()
        self._lines.clear()
        self.endResetModel()

    def add(self, lines: Sequence[bytes]) -> None:
        """Put lines on top, in the order in which they came; the oldest make room."""
        fresh = list(lines)[-MOST_ROWS:]
        if not fresh:
            return
        room = MOST_ROWS - len(fresh)
        if len(self._lines) > room:
            self.beginRemoveRows(QModelIndex(), room, len(self._lines) - 1)
            while len(self._lines) > room:
                self._lines.pop()
            self.endRemoveRows()
        self.beginInsertRows(QModelIndex(), 0, len(fresh) - 1)
        self._lines.extendleft(fresh)
        self.endInsertRows()

    def line(self, index: _Index) -> bytes:
        """Return the line of a row, b"" for none."""
        return self._lines[index.row()] if index.isValid() else b""

    def rowCount(self, parent: _Index | None = None) -> int:
        """Return how many lines are shown."""
        return 0 if parent is not None and parent.isValid() else len(self._lines)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what is spoken."""
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            line = self.line(index)
            card, _ = read_line(line)
            return spoken_card(card) if card is not None else _raw(line)
        return None


def read_line(line: bytes) -> tuple[PostCard | None, str]:
    """Return the Post of a line, None where it holds none, and the rules that it matched."""
    try:
        document = json.loads(line)
    except (ValueError, RecursionError):
        return None, ""
    posts = cards_from_answer(document).posts
    rules = document.get("matching_rules") if isinstance(document, dict) else None
    names = [
        str(rule.get("tag") or rule.get("id") or "")
        for rule in (rules if isinstance(rules, list) else ())
        if isinstance(rule, dict)
    ]
    return (posts[0] if posts else None), ", ".join(name for name in names if name)


def _raw(line: bytes) -> str:
    text = line[:_RAW_SHOWN].decode("utf-8", errors="replace")
    return "".join(c if c.isprintable() else " " for c in text)


class _LineDelegate(QStyledItemDelegate):
    """Paints author and time, below them the text on one line."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        return QSize(0, theme().px(_ROW) + 1)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        model = index.model()
        assert isinstance(model, StreamModel)
        current = theme()
        box = QRect(option.rect)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, current.colour("hover"))
            if option.state & QStyle.StateFlag.State_HasFocus:
                edge = QRect(box.left(), box.top(), 2, box.height())
                painter.fillRect(edge, current.colour("accent"))
        line = QRect(box.left(), box.bottom(), box.width(), 1)
        painter.fillRect(line, current.colour("line"))
        inside = box.adjusted(_LEFT, 4, -_LEFT, -5)
        card, rules = read_line(model.line(index))
        if card is None:
            mono = current.font(TextSize.SMALL, mono=True)
            _draw(painter, inside, _raw(model.line(index)), mono, "warn")
            return
        half = inside.height() // 2
        top = QRect(inside.left(), inside.top(), inside.width(), half)
        low = QRect(inside.left(), inside.top() + half, inside.width(), half)
        small = current.font(TextSize.SMALL)
        if rules:
            wide = min(QFontMetrics(small).horizontalAdvance(rules), inside.width() // 3)
            _draw(painter, top.adjusted(top.width() - wide, 0, 0, 0), rules, small, "accent")
            top = top.adjusted(0, 0, -wide - 12, 0)
        name, rest = heading_words(card)
        used = _draw(painter, top, name, current.font(TextSize.BODY, Weight.BOLD), "text")
        _draw(painter, top.adjusted(used + 6, 0, 0, 0), rest, small, "dim")
        _draw(painter, low, " ".join(card.text.split()), current.font(TextSize.BODY), "text")


def _draw(painter: QPainter, box: QRect, text: str, font: object, colour: str) -> int:
    """Draw one line, cut where the room ends; return how wide it is."""
    from PySide6.QtGui import QFont

    assert isinstance(font, QFont)
    metrics = QFontMetrics(font)
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(box.width(), 0))
    painter.setFont(font)
    painter.setPen(theme().colour(colour))
    painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
    return metrics.horizontalAdvance(shown)


class StreamView(QListView):
    """The lines. Choosing one shows its JSON; Ctrl+C copies it.

    Signals:
        line_chosen: arg is the line, as bytes.
        copy_wanted: args are "raw" and the line as text.
    """

    line_chosen = Signal(bytes)
    copy_wanted = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines = StreamModel(self)
        self.setAccessibleName(self.tr("Stream"))
        self.setModel(self.lines)
        self.setItemDelegate(_LineDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.selectionModel().currentChanged.connect(self._tell)
        AssistiveChoice(self)
        theme().changed.connect(self.scheduleDelayedItemsLayout)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy the chosen line."""
        if event.matches(QKeySequence.StandardKey.Copy) and self.currentIndex().isValid():
            line = self.lines.line(self.currentIndex())
            self.copy_wanted.emit("raw", line.decode("utf-8", errors="replace"))
            return
        super().keyPressEvent(event)

    def _tell(self, index: QModelIndex) -> None:
        if index.isValid():
            self.line_chosen.emit(self.lines.line(index))
