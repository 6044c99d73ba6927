"""Bars per day: a quiet chart with a zero line and one or two marks at its left."""

import math
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ui.theme import TextSize, theme


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; `label` is its day in words, for the tooltip."""

    value: int
    label: str


class BarChart(QWidget):
    """Bars from the left, the last one stressed as today.

    The accessible description says what the picture shows.
    """

    _LEFT = 40
    _BELOW = 28
    _ABOVE = 16

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._bars: tuple[Bar, ...] = ()
        theme().changed.connect(self.update)

    def render_bars(self, bars: tuple[Bar, ...], description: str) -> None:
        """Show these bars, oldest first."""
        self._bars = bars
        self.setAccessibleDescription(description)
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for a wide and low picture."""
        return QSize(480, theme().px(176))

    def minimumSizeHint(self) -> QSize:
        """Need less width and the same height."""
        return QSize(240, theme().px(176))

    def event(self, event: QEvent) -> bool:
        """Name the bar under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            for box, bar in self._boxes():
                if box.left() <= event.pos().x() <= box.right():
                    QToolTip.showText(event.globalPos(), f"{bar.label}: {bar.value:,}", self)
                    return True
            QToolTip.hideText()
        return super().event(event)

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
            painter.setBrush(accent if place == len(boxes) - 1 else paler)
            painter.drawRoundedRect(box, 2, 2)
        self._paint_ends(painter)
        painter.end()

    def _paint_ends(self, painter: QPainter) -> None:
        if not self._bars:
            return
        painter.setPen(theme().colour("dim"))
        below = QRectF(self._LEFT + 4, self.height() - 20, self.width() - self._LEFT - 4, 20)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, self._bars[0].label)
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, self._bars[-1].label)

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
        return self._ABOVE + room * (1 - value / max(self._most(), self._mark()))
