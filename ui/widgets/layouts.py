"""Two layouts Qt lacks: one that flows like words, one for a credential's row."""

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

from ui.theme import LABEL_COLUMN


class _ItemLayout(QLayout):
    """Keeps its items in a list, in the order they were added."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._heights: dict[int, int] = {}

    def invalidate(self) -> None:
        """Measure anew from now on."""
        self._heights.clear()
        super().invalidate()

    def addItem(self, item: QLayoutItem) -> None:
        """Take one more item."""
        self._items.append(item)

    def count(self) -> int:
        """Return how many items there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """Return the item at this place, or None where there is none."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Give the item at this place away."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """Want no more than the hint."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Grow taller where it is narrow."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height at this width. Qt asks often, so it is kept."""
        if width not in self._heights:
            self._heights[width] = self.height_at(width)
        return self._heights[width]

    def height_at(self, width: int) -> int:
        """Work out the height at this width."""
        raise NotImplementedError


class FlowLayout(_ItemLayout):
    """Places its items side by side and breaks the line where the room ends."""

    def __init__(
        self, parent: QWidget | None = None, *, gap: int = 4, line_gap: int = 2, right: bool = False
    ) -> None:
        super().__init__(parent)
        self._gap = gap
        self._line_gap = line_gap
        self._right = right
        self.setContentsMargins(0, 0, 0, 0)

    def height_at(self, width: int) -> int:
        """Return the height that all lines need at this width."""
        return self._place(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        """Place the items within `rect`."""
        super().setGeometry(rect)
        self._place(rect, move=True)

    def sizeHint(self) -> QSize:
        """Ask for one line."""
        shown = [item.sizeHint() for item in self._items if not item.isEmpty()]
        width = sum(size.width() for size in shown) + self._gap * max(len(shown) - 1, 0)
        return self._with_margins(QSize(width, max((s.height() for s in shown), default=0)))

    def minimumSize(self) -> QSize:
        """Need the widest item's width."""
        result = QSize(0, 0)
        for item in self._items:
            if not item.isEmpty():
                result = result.expandedTo(item.minimumSize())
        return self._with_margins(result)

    def _with_margins(self, size: QSize) -> QSize:
        margins: QMargins = self.contentsMargins()
        return size.grownBy(margins)

    def _place(self, rect: QRect, *, move: bool) -> int:
        margins = self.contentsMargins()
        area = rect.marginsRemoved(margins)
        top = area.top()
        lines = self._lines(area.width())
        for line in lines:
            height = max(size.height() for _, size in line)
            if move:
                self._place_line(line, area, top, height)
            top += height + self._line_gap
        end = top - (self._line_gap if lines else 0)
        return end - rect.top() + margins.bottom()

    def _lines(self, width: int) -> list[list[tuple[QLayoutItem, QSize]]]:
        lines: list[list[tuple[QLayoutItem, QSize]]] = []
        used = 0
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint()
            if size.width() > width:
                size.setWidth(max(width, item.minimumSize().width()))
                size.setHeight(_height(item, size.width()))
            if lines and used + self._gap + size.width() <= width:
                lines[-1].append((item, size))
                used += self._gap + size.width()
            else:
                lines.append([(item, size)])
                used = size.width()
        return lines

    def _place_line(
        self, line: list[tuple[QLayoutItem, QSize]], area: QRect, top: int, height: int
    ) -> None:
        width = sum(size.width() for _, size in line) + self._gap * (len(line) - 1)
        left = area.right() + 1 - width if self._right else area.left()
        for item, size in line:
            item.setGeometry(QRect(QPoint(left, top + (height - size.height()) // 2), size))
            left += size.width() + self._gap


class RowLayout(_ItemLayout):
    """Label, value and actions on one line; the actions drop below where it is narrow.

    Takes three items, in that order, and a fourth that spans the row below them.
    The label column has one width in every row, so values line up down the pane.
    """

    GAP = 12
    LEAST_VALUE = 176
    LINE_GAP = 8

    def __init__(self, parent: QWidget, *, label_width: int = LABEL_COLUMN) -> None:
        super().__init__(parent)
        self._label_width = label_width

    def sizeHint(self) -> QSize:
        """Ask for one line."""
        label, value, actions = (item.sizeHint() for item in self._items[:3])
        width = self._before_value() + value.width() + actions.width() + self.GAP
        height = max(label.height(), value.height(), actions.height())
        return QSize(width, height).grownBy(self.contentsMargins())

    def minimumSize(self) -> QSize:
        """Need the label with the value beside it; the actions can go below both."""
        _, value, actions = (item.minimumSize() for item in self._items[:3])
        width = max(self._before_value() + value.width(), actions.width())
        return QSize(width, self._items[0].minimumSize().height()).grownBy(self.contentsMargins())

    def height_at(self, width: int) -> int:
        """Return the height of the line, and of what is below it."""
        margins = self.contentsMargins()
        inner = width - margins.left() - margins.right()
        boxes = self._boxes(QRect(0, 0, inner, 0))
        height = max(box.bottom() + 1 for box in boxes)
        below = self._height_below(inner)
        return height + below + margins.top() + margins.bottom()

    def setGeometry(self, rect: QRect) -> None:
        """Place the three items within `rect`, each line centred."""
        super().setGeometry(rect)
        area = rect.marginsRemoved(self.contentsMargins())
        below = self._height_below(area.width())
        if below:
            height = below - self.LINE_GAP
            self._items[3].setGeometry(
                QRect(area.left(), area.bottom() + 1 - height, area.width(), height)
            )
        area.setHeight(area.height() - below)
        for item, box in zip(self._items[:3], self._boxes(area), strict=True):
            item.setGeometry(box)

    def _before_value(self) -> int:
        return self._label_width + self.GAP if self._label_width else 0

    def _height_below(self, width: int) -> int:
        if len(self._items) < 4 or self._items[3].isEmpty():
            return 0
        return _height(self._items[3], width) + self.LINE_GAP

    def _boxes(self, area: QRect) -> tuple[QRect, QRect, QRect]:
        label, value, actions = self._items[:3]
        beside = area.width() - self._before_value()
        acting = actions.sizeHint().width() if not actions.isEmpty() else 0
        gap = self.GAP if acting else 0
        least = min(self.LEAST_VALUE, value.sizeHint().width())
        is_narrow = beside - acting - gap < max(least, value.minimumSize().width())
        value_width = beside if is_narrow else beside - acting - gap
        # Actions too wide for the value's column take the whole row below it.
        below_left = self._before_value() if acting <= beside else 0
        acting = min(acting, area.width())
        label_height = _height(label, self._label_width)
        value_height = _height(value, value_width)
        acting_height = _height(actions, acting) if acting else 0
        line = max(label_height, value_height, 0 if is_narrow else acting_height)
        if not is_narrow:
            line = max(line, area.height())
        left = area.left() + self._before_value()
        top = area.top()
        label_box = _centred(area.left(), top, self._label_width, label_height, line)
        value_box = _centred(left, top, value_width, value_height, line)
        if is_narrow:
            below = QRect(area.left() + below_left, top + line + 6, acting, acting_height)
            return label_box, value_box, below
        right = area.right() + 1 - acting
        return label_box, value_box, _centred(right, top, acting, acting_height, line)


def _height(item: QLayoutItem, width: int) -> int:
    if item.isEmpty():
        return 0
    if item.hasHeightForWidth():
        return item.heightForWidth(width)
    return item.sizeHint().height()


def _centred(left: int, top: int, width: int, height: int, line: int) -> QRect:
    return QRect(left, top + (line - height) // 2, width, height)
