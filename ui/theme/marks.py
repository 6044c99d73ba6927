"""The small marks that tell states apart by shape as well as by colour."""

from enum import StrEnum
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF


class Mark(StrEnum):
    """A shape: ✓ works, ▲ needs something, ■ refused, ○ off, ● live, ◐ half."""

    CHECK = "check"
    TRIANGLE = "triangle"
    SQUARE = "square"
    RING = "ring"
    DISC = "disc"
    HALF = "half"
    CROSS = "cross"


_STROKE: Final = 1.6


def draw_mark(painter: QPainter, mark: Mark, box: QRectF, colour: QColor) -> None:
    """Paint `mark` to fill `box`, which is best a square of 8 to 12 pixels."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    _PAINTERS[mark](painter, box, colour)
    painter.restore()


def _pen(painter: QPainter, colour: QColor, width: float) -> None:
    pen = QPen(colour, width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _at(box: QRectF, x: float, y: float) -> QPointF:
    return QPointF(box.left() + x * box.width(), box.top() + y * box.height())


def _check(painter: QPainter, box: QRectF, colour: QColor) -> None:
    _pen(painter, colour, _STROKE)
    painter.drawPolyline(QPolygonF([_at(box, 0.1, 0.55), _at(box, 0.4, 0.85), _at(box, 0.92, 0.2)]))


def _cross(painter: QPainter, box: QRectF, colour: QColor) -> None:
    _pen(painter, colour, _STROKE)
    painter.drawLine(_at(box, 0.15, 0.15), _at(box, 0.85, 0.85))
    painter.drawLine(_at(box, 0.85, 0.15), _at(box, 0.15, 0.85))


def _triangle(painter: QPainter, box: QRectF, _colour: QColor) -> None:
    painter.drawPolygon(QPolygonF([_at(box, 0.5, 0.05), _at(box, 1, 0.95), _at(box, 0, 0.95)]))


def _square(painter: QPainter, box: QRectF, _colour: QColor) -> None:
    inset = box.width() * 0.06
    painter.drawRect(box.adjusted(inset, inset, -inset, -inset))


def _disc(painter: QPainter, box: QRectF, _colour: QColor) -> None:
    painter.drawEllipse(box)


def _ring(painter: QPainter, box: QRectF, colour: QColor) -> None:
    _pen(painter, colour, _STROKE)
    inset = _STROKE / 2
    painter.drawEllipse(box.adjusted(inset, inset, -inset, -inset))


def _half(painter: QPainter, box: QRectF, colour: QColor) -> None:
    # Qt counts angles in sixteenths of a degree, from three o'clock.
    painter.drawPie(box, 90 * 16, 180 * 16)
    _ring(painter, box, colour)


_PAINTERS: Final = {
    Mark.CHECK: _check,
    Mark.CROSS: _cross,
    Mark.TRIANGLE: _triangle,
    Mark.SQUARE: _square,
    Mark.DISC: _disc,
    Mark.RING: _ring,
    Mark.HALF: _half,
}
