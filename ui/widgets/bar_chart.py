"""Bars per day: a quiet chart with a zero line, a mark at its left, and a line for a cap."""

import math
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import TextSize, theme


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; `label` is its day in words."""

    value: int
    label: str


@dataclass(frozen=True, slots=True)
class Cap:
    """A height that the bars should stay below, and its words; 0 for none."""

    value: int = 0
    label: str = ""


class BarChart(QWidget):
    """Bars from the left, the last one stressed as today.

    The bar under the pointer, or the one chosen with the arrow keys, shows its day and number.
    The accessible description says what the picture shows; a table beside it says each number.
    """

    _LEFT = 40
    _BELOW = 28
    _ABOVE = 16

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._bars: tuple[Bar, ...] = ()
        self._cap = Cap()
        self._description = ""
        self._pointed: int | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        theme().changed.connect(self.update)

    def render_bars(self, bars: tuple[Bar, ...], description: str, cap: Cap | None = None) -> None:
        """Show these bars, oldest first, and the cap's line where it fits the scale."""
        if bars != self._bars:
            self._pointed = None
        self._bars = bars
        self._cap = cap or Cap()
        self._description = description
        self._describe()
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for a wide and low picture."""
        return QSize(480, theme().px(176))

    def minimumSizeHint(self) -> QSize:
        """Need less width and the same height."""
        return QSize(240, theme().px(176))

    @property
    def shows_cap(self) -> bool:
        """Whether the cap's line stands in the picture: bars beside it must stay readable."""
        return 0 < self._cap.value <= self._most() * 4

    @property
    def pointed(self) -> str:
        """The day and number that are shown over the bars, "" for none."""
        if self._pointed is None:
            return ""
        bar = self._bars[self._pointed]
        return f"{bar.label}: {bar.value:,}"

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Name the bar under the pointer."""
        x = event.position().x()
        gap = 2.0
        hits = [
            n for n, (b, _) in enumerate(self._boxes()) if b.left() - gap <= x <= b.right() + gap
        ]
        self._point_to(hits[0] if hits else None)

    def leaveEvent(self, event: QEvent) -> None:
        """Name none."""
        self._point_to(None)
        super().leaveEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Name none."""
        self._point_to(None)
        super().focusOutEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from bar to bar with the arrow keys, Home and End."""
        last = len(self._bars) - 1
        here = self._pointed
        places = {
            Qt.Key.Key_Left: last if here is None else max(here - 1, 0),
            Qt.Key.Key_Right: last if here is None else min(here + 1, last),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        if last < 0 or event.key() not in places:
            super().keyPressEvent(event)
            return
        self._point_to(places[Qt.Key(event.key())])

    def _point_to(self, place: int | None) -> None:
        if place != self._pointed:
            self._pointed = place
            self._describe()
            self.update()

    def _describe(self) -> None:
        """Let assistive technology hear what is shown: the bar pointed to, then the whole."""
        self.setAccessibleDescription(". ".join(filter(None, (self.pointed, self._description))))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint lines, bars and words."""
        current = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(current.font(TextSize.SMALL))
        for mark in (0, self._mark()):
            height = self._y(mark)
            painter.setPen(QPen(current.colour("line"), 1))
            painter.drawLine(self._LEFT, round(height), self.width(), round(height))
            painter.setPen(current.colour("dim"))
            box = QRectF(0, height - 10, self._LEFT - 8, 20)
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(box, right, f"{mark:,}")
        painter.setPen(Qt.PenStyle.NoPen)
        accent = current.colour("accent")
        paler = current.colour("accent")
        paler.setAlphaF(0.55)
        boxes = self._boxes()
        for place, (box, _bar) in enumerate(boxes):
            stressed = place == (len(boxes) - 1 if self._pointed is None else self._pointed)
            painter.setBrush(accent if stressed else paler)
            painter.drawRoundedRect(box, 2, 2)
        self._paint_ends(painter)
        self._paint_cap(painter)
        self._paint_pointed(painter)
        painter.end()

    def _paint_ends(self, painter: QPainter) -> None:
        if not self._bars:
            return
        painter.setPen(theme().colour("dim"))
        below = QRectF(self._LEFT + 4, self.height() - 20, self.width() - self._LEFT - 4, 20)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, self._bars[0].label)
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, self._bars[-1].label)

    def _paint_cap(self, painter: QPainter) -> None:
        if not self.shows_cap:
            return
        height = round(self._y(self._cap.value))
        pen = QPen(theme().colour("warn"), 1, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawLine(self._LEFT, height, self.width(), height)
        painter.setPen(theme().colour("dim"))
        above = QRectF(self._LEFT + 4, height - 18, self.width() - self._LEFT - 4, 16)
        painter.drawText(above, Qt.AlignmentFlag.AlignLeft, self._cap.label)

    def _paint_pointed(self, painter: QPainter) -> None:
        if self._pointed is None:
            return
        box, _bar = self._boxes()[self._pointed]
        wide = painter.fontMetrics().horizontalAdvance(self.pointed) + 16
        left = min(max(box.center().x() - wide / 2, self._LEFT), self.width() - wide)
        plate = QRectF(left, max(box.top() - 26, 0), wide, 20)
        painter.setPen(QPen(theme().colour("line"), 1))
        painter.setBrush(theme().colour("panel"))
        painter.drawRoundedRect(plate, 4, 4)
        painter.setPen(theme().colour("text"))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, self.pointed)

    def _boxes(self) -> list[tuple[QRectF, Bar]]:
        count = max(len(self._bars), 1)
        step = (self.width() - self._LEFT - 4) / count
        width = min(step * 0.66, 40)
        base = self._y(0)
        result = []
        for place, bar in enumerate(self._bars):
            top = min(self._y(bar.value), base - (1 if bar.value else 0))
            left = self._LEFT + 4 + place * step
            result.append((QRectF(left, top, width, base - top), bar))
        return result

    def _most(self) -> int:
        return max((bar.value for bar in self._bars), default=0) or 1

    def _mark(self) -> int:
        """Return a round number about the middle of the scale."""
        middle = self._most() * 0.6
        power = 10 ** max(math.floor(math.log10(middle)), 0) if middle >= 1 else 1
        return max(round(middle / power) * power, 1)

    def _y(self, value: int) -> float:
        room = self.height() - self._ABOVE - self._BELOW
        highest = max(self._most(), self._mark(), self._cap.value if self.shows_cap else 0)
        return self._ABOVE + room * (1 - value / highest)
