"""One card, laid out for a width and ready to be painted: text runs, boxes and links.

Only QTextLayout and numbers, no widgets: thousands of cards cost no more than the
ones in sight.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QTextCharFormat, QTextLayout, QTextLine, QTextOption

from ui.theme import Palette, TextSize, Weight, theme
from ui.widgets.picture_tile import Picture, PictureLook, Tile, draw_over, frame_size

AVATAR: Final = 36
LEFT: Final = 20
TOP: Final = 12
_AVATAR_GAP: Final = 12
_BOX_INSET: Final = 10
_RADIUS: Final = 6
_LINE: Final = 20


@dataclass(frozen=True, slots=True)
class Run:
    """Some letters of one look. `link` is where a click on them leads, "" for nowhere."""

    text: str
    colour: str = "text"
    weight: Weight = Weight.REGULAR
    size: TextSize = TextSize.BODY
    link: str = ""


@dataclass(slots=True)
class _Text:
    """A laid-out paragraph at a place."""

    layout: QTextLayout
    at: QPointF
    height: float
    runs: tuple[Run, ...]


@dataclass(slots=True)
class _Box:
    """A frame, or with `fill` a bar."""

    rect: QRectF
    fill: str = ""
    edge: str = "line"


@dataclass(slots=True)
class CardLayout:
    """Where everything of one card is, from its own top left corner.

    Attributes:
        portrait: names the profile picture that takes the initial's place, "" for none.
    """

    width: float
    initial: str = ""
    portrait: str = ""
    height: float = 0.0
    texts: list[_Text] = field(default_factory=list)
    boxes: list[_Box] = field(default_factory=list)
    tiles: list[Tile] = field(default_factory=list)

    def paint(
        self, painter: QPainter, origin: QPointF, looks: Mapping[str, PictureLook] | None = None
    ) -> None:
        """Paint the card with its top left corner at `origin`, with what `looks` has by name."""
        looks = looks or {}
        current = theme()
        painter.save()
        painter.translate(origin)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_avatar(painter, looks.get(self.portrait))
        for box in self.boxes:
            painter.setPen(QPen(current.colour(box.edge), 1) if box.edge else Qt.PenStyle.NoPen)
            painter.setBrush(current.colour(box.fill) if box.fill else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.rect.adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
        for text in self.texts:
            text.layout.draw(painter, text.at)
        for tile in self.tiles:
            tile.paint(painter, looks.get(tile.picture.address))
        painter.restore()

    def picture_at(self, point: QPointF) -> str:
        """Return the address of the picture at a point of the card, "" for none."""
        found = (tile.picture.address for tile in self.tiles if tile.rect.contains(point))
        return next(found, "")

    def link_at(self, point: QPointF) -> str:
        """Return where the text at a point of the card leads, "" for nowhere."""
        for text in self.texts:
            inside = point - text.at
            for number in range(text.layout.lineCount()):
                line = text.layout.lineAt(number)
                if line.naturalTextRect().contains(inside):
                    return _run_at(text.runs, _place(line, inside.x()))
        return ""

    def _paint_avatar(self, painter: QPainter, look: PictureLook | None) -> None:
        current = theme()
        size = current.px(AVATAR)
        circle = QRectF(LEFT, TOP, size, size)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(current.colour("soft"))
        painter.drawEllipse(circle)
        if look is not None and look.pixmap is not None:
            draw_over(painter, look.pixmap, circle)
            return
        painter.setPen(current.colour("accent"))
        painter.setFont(current.font(TextSize.BODY, Weight.BOLD))
        painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, self.initial)


class CardBuilder:
    """Lays a card out from top to bottom. Each `add_…` goes below the one before it."""

    def __init__(self, width: float, initial: str, portrait: str = "") -> None:
        self._left = LEFT + theme().px(AVATAR) + _AVATAR_GAP
        self._room = max(width - self._left - LEFT, 80)
        self._y = float(TOP)
        self._card = CardLayout(width, initial, portrait)

    def add_text(self, runs: Sequence[Run], *, gap: float = 1, most_lines: int = 0) -> None:
        """Add a paragraph that breaks where the room ends, cut after `most_lines`."""
        if not any(run.text for run in runs):
            return
        self._y += gap
        text = _lay(tuple(runs), self._left, self._y, self._room, most_lines)
        self._card.texts.append(text)
        self._y += text.height

    def add_box(self, head: Sequence[Run], body: Sequence[Run], *, gap: float = 8) -> None:
        """Add a frame with a line and a few lines below it, as for a quoted Post."""
        top = self._y + gap
        inside = self._left + _BOX_INSET
        room = self._room - 2 * _BOX_INSET
        y = top + 6
        for runs, most in ((tuple(head), 1), (tuple(body), 3)):
            if any(run.text for run in runs):
                text = _lay(runs, inside, y, room, most)
                self._card.texts.append(text)
                y += text.height
        self._y = y + 6
        self._card.boxes.append(_Box(QRectF(self._left, top, self._room, self._y - top)))

    def add_tiles(self, tiles: Sequence[tuple[str, str, str]], *, gap: float = 8) -> None:
        """Add tiles side by side: what it is, its size, its alternative text."""
        if not tiles:
            return
        width, tall = theme().px(200), theme().px(72)
        x, y = 0.0, self._y + gap
        for kind, size, alt in tiles:
            if x and x + width > self._room:
                x, y = 0.0, y + tall + 8
            left = self._left + x
            self._card.boxes.append(_Box(QRectF(left, y, width, tall), "field"))
            small = TextSize.SMALL
            first = (Run(kind, "text", Weight.MEDIUM, small), Run(f"  {size}", "faint", size=small))
            inner = width - 2 * _BOX_INSET
            text = _lay(first, left + _BOX_INSET, y + 8, inner, 1)
            self._card.texts.append(text)
            below = y + 8 + text.height
            if alt:
                described = (Run(alt, "dim", size=small),)
                self._card.texts.append(_lay(described, left + _BOX_INSET, below, inner, 2))
            x += width + 8
        self._y = y + tall

    def add_pictures(self, pictures: Sequence[Picture], *, gap: float = 8) -> None:
        """Add pictures side by side, each with its alternative text below it."""
        x, below = 0.0, self._y
        for picture in pictures:
            size = frame_size(picture, self._room, is_alone=len(pictures) == 1)
            if not x or x + size.width() > self._room:
                x, self._y = 0.0, below + gap
            frame = QRectF(QPointF(self._left + x, self._y), size)
            self._card.tiles.append(Tile(picture, frame))
            bottom = frame.bottom()
            if picture.alt:
                runs = (Run(picture.alt, "dim", size=TextSize.SMALL),)
                text = _lay(runs, frame.left(), bottom + 3, frame.width(), 2)
                self._card.texts.append(text)
                bottom += 3 + text.height
            below = max(below, bottom)
            x += frame.width() + 8
        self._y = below

    def add_bars(self, bars: Sequence[tuple[str, int]], *, gap: float = 8) -> None:
        """Add the answers of a poll as labelled bars."""
        most = max((votes for _, votes in bars), default=0)
        self._y += gap if bars else 0
        for label, votes in bars:
            tall = theme().px(24)
            full = min(self._room, theme().px(360))
            share = full * votes / most if most else 0
            if share:
                bar = QRectF(self._left, self._y, max(share, 12), tall - 3)
                self._card.boxes.append(_Box(bar, "soft", ""))
            runs = (Run(label), Run(f"   {votes}", "dim", size=TextSize.SMALL))
            text = _lay(runs, self._left + 8, self._y + 1, full - 16, 1)
            self._card.texts.append(text)
            self._y += tall

    def finish(self) -> CardLayout:
        """Return the card, tall enough for all of it and for its avatar."""
        least = TOP + theme().px(AVATAR)
        self._card.height = round(max(self._y, least) + TOP)
        return self._card


def _lay(runs: tuple[Run, ...], left: float, top: float, width: float, most_lines: int) -> _Text:
    """Lay `runs` out; where `most_lines` cut them, they end in an ellipsis."""
    text = _break(runs, QPointF(left, top), width, most_lines)
    shown = text.layout.lineAt(text.layout.lineCount() - 1)
    end = shown.textStart() + shown.textLength()
    if end >= _units(text.layout.text()):
        return text
    return _break(_cut(runs, max(end - 2, 1)), QPointF(left, top), width, most_lines)


def _break(runs: tuple[Run, ...], at: QPointF, width: float, most_lines: int) -> _Text:
    layout = QTextLayout("".join(run.text for run in runs).replace("\n", "\u2028"))
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.setFont(theme().font())
    layout.setFormats(_formats(runs))
    layout.setCacheEnabled(True)
    least = theme().px(_LINE)
    y = 0.0
    layout.beginLayout()
    while not most_lines or layout.lineCount() < most_lines:
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(width)
        # Lines stand 20 px apart at 100 %; taller scripts get the room they need.
        height = max(line.height(), least)
        line.setPosition(QPointF(0, y + (height - line.height()) / 2))
        y += height
    layout.endLayout()
    return _Text(layout, at, y, runs)


def _formats(runs: tuple[Run, ...]) -> list[QTextLayout.FormatRange]:
    formats = []
    start = 0
    for run in runs:
        piece = QTextLayout.FormatRange()
        piece.start = start
        piece.length = _units(run.text)
        piece.format = _style(theme().palette, theme().scale, run.size, run.weight, run.colour)
        formats.append(piece)
        start += piece.length
    return formats


@lru_cache(maxsize=64)
def _style(
    _palette: Palette, _scale: float, size: TextSize, weight: Weight, colour: str
) -> QTextCharFormat:
    """Return a format; the palette and the scale are what a kept one depends on."""
    style = QTextCharFormat()
    style.setFont(theme().font(size, weight))
    style.setForeground(theme().colour(colour))
    return style


def _cut(runs: tuple[Run, ...], units: int) -> tuple[Run, ...]:
    """Return the first `units` of the runs with an ellipsis behind them."""
    kept: list[Run] = []
    for run in runs:
        room = units - sum(_units(one.text) for one in kept)
        if _units(run.text) > room:
            # Half a surrogate pair at the cut is dropped, not shown as a box.
            text = run.text.encode("utf-16-le")[: 2 * room].decode("utf-16-le", "ignore")
            kept.append(replace(run, text=text.rstrip() + "…"))
            break
        kept.append(run)
    return tuple(kept)


def _run_at(runs: tuple[Run, ...], place: int) -> str:
    end = 0
    for run in runs:
        end += _units(run.text)
        if place < end:
            return run.link
    return ""


def _place(line: QTextLine, x: float) -> int:
    """Return which letter of the whole text is at `x` on this line."""
    return line.xToCursor(x, QTextLine.CursorPosition.CursorOnCharacter)


def _units(text: str) -> int:
    """Return how long Qt counts a text: in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2
