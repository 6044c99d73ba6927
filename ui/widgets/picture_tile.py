"""A picture in a card: its frame, and what stands in the frame while there is none."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPixmap

from ui.theme import TextSize, Theme, Weight, theme

_WIDEST: Final = 360
_TALLEST: Final = 240
_BESIDE_TALL: Final = 150
_INSET: Final = 10
_RADIUS: Final = 6
_USUAL_SHAPE: Final = 16 / 9
# A shape that somebody claims may be any; what is drawn stays within these.
_NARROWEST: Final = 0.6
_FLATTEST: Final = 3.0


@dataclass(frozen=True, slots=True)
class PictureLook:
    """What a frame shows at this moment.

    Attributes:
        pixmap: the picture, None while there is none.
        words: what stands in its place: that it comes, or why it does not.
        can_retry: whether *Try again* is offered below the words.
    """

    pixmap: QPixmap | None = None
    words: str = ""
    can_retry: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """One attachment that is to be shown.

    Attributes:
        address: names it; "" where the answer has none.
        kind, size: as "Photo" and "1200 × 675".
        badge: what lies on the picture, as for the still of a video; "" for nothing.
        width, height: as X says, 0 unknown.
        words: what stands in the frame before anybody looks for the picture.
    """

    address: str
    kind: str
    size: str = ""
    alt: str = ""
    badge: str = ""
    width: int = 0
    height: int = 0
    words: str = ""


def frame_size(picture: Picture, room: float, *, is_alone: bool) -> QSizeF:
    """Return how large the frame of a picture is in `room` pixels, known before it comes."""
    shape = picture.width / picture.height if picture.width and picture.height else _USUAL_SHAPE
    shape = min(max(shape, _NARROWEST), _FLATTEST)
    current = theme()
    tall = float(current.px(_TALLEST if is_alone else _BESIDE_TALL))
    width = min(tall * shape, float(current.px(_WIDEST)), room)
    return QSizeF(round(width), round(width / shape))


@dataclass(frozen=True, slots=True)
class Tile:
    """A picture at its place in a card."""

    picture: Picture
    rect: QRectF

    def paint(self, painter: QPainter, look: PictureLook | None) -> None:
        """Paint the frame, and in it the picture or what stands for it."""
        current = theme()
        edge = self.rect.adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(current.colour("line"), 1))
        painter.setBrush(current.colour("field"))
        painter.drawRoundedRect(edge, _RADIUS, _RADIUS)
        if look is not None and look.pixmap is not None:
            draw_within(painter, look.pixmap, self.rect, _RADIUS)
            if self.picture.badge:
                self._paint_badge(painter, current)
            return
        self._paint_words(painter, current, look)

    def _paint_words(self, painter: QPainter, current: Theme, look: PictureLook | None) -> None:
        inside = self.rect.adjusted(_INSET, 8, -_INSET, -8)
        painter.save()
        painter.setClipRect(self.rect)
        y = inside.top()
        words = look.words if look is not None else self.picture.words
        lines = [
            (self.picture.kind, "text", Weight.MEDIUM),
            (self.picture.size, "faint", Weight.REGULAR),
            (words, "dim", Weight.REGULAR),
        ]
        if look is not None and look.can_retry:
            lines.append((_tr_retry(), "accent", Weight.MEDIUM))
        for text, colour, weight in lines:
            if text:
                painter.setPen(current.colour(colour))
                painter.setFont(current.font(TextSize.SMALL, weight))
                room = QRectF(inside.left(), y, inside.width(), max(inside.bottom() - y, 1))
                flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop
                y += painter.boundingRect(room, int(flags), text).height() + 2
                painter.drawText(room, int(flags), text)
        painter.restore()

    def _paint_badge(self, painter: QPainter, current: Theme) -> None:
        painter.setFont(current.font(TextSize.SMALL, Weight.MEDIUM))
        text = painter.fontMetrics().elidedText(
            self.picture.badge, Qt.TextElideMode.ElideRight, int(self.rect.width()) - 32
        )
        width = painter.fontMetrics().horizontalAdvance(text) + 16
        tall = current.px(22)
        pill = QRectF(self.rect.left() + 8, self.rect.bottom() - tall - 8, width, tall)
        painter.setPen(QPen(current.colour("line"), 1))
        painter.setBrush(current.colour("panel"))
        painter.drawRoundedRect(pill, 4, 4)
        painter.setPen(current.colour("text"))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)


def draw_within(painter: QPainter, pixmap: QPixmap, rect: QRectF, radius: float) -> None:
    """Draw all of a picture within `rect`, as large as it fits, with rounded corners."""
    size = QSizeF(pixmap.size())
    if size.width() > rect.width() or size.height() > rect.height():
        size.scale(rect.size(), Qt.AspectRatioMode.KeepAspectRatio)
    place = QRectF(QPointF(0, 0), size)
    place.moveCenter(rect.center())
    _draw(painter, pixmap, place, radius)


def draw_over(painter: QPainter, pixmap: QPixmap, circle: QRectF) -> None:
    """Draw a profile picture so that it fills a circle."""
    size = QSizeF(pixmap.size())
    size.scale(circle.size(), Qt.AspectRatioMode.KeepAspectRatioByExpanding)
    place = QRectF(QPointF(0, 0), size)
    place.moveCenter(circle.center())
    path = QPainterPath()
    path.addEllipse(circle)
    painter.save()
    painter.setClipPath(path)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawPixmap(place, pixmap, QRectF(pixmap.rect()))
    painter.restore()


def _draw(painter: QPainter, pixmap: QPixmap, place: QRectF, radius: float) -> None:
    path = QPainterPath()
    path.addRoundedRect(place, radius, radius)
    painter.save()
    painter.setClipPath(path)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawPixmap(place, pixmap, QRectF(pixmap.rect()))
    painter.restore()


def _tr_retry() -> str:
    return QCoreApplication.translate("cards", "Try again")
