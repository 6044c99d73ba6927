"""Chips: a status with a shape, a ticking one, and a line of scopes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ui.theme import Mark, TextSize, draw_mark, theme
from ui.widgets.basics import set_kind
from ui.widgets.times import absolute, next_change_ms, seconds_until, time_ago, time_left


@dataclass(frozen=True, slots=True)
class Status:
    """What a StatusChip shows.

    Attributes:
        text: what is so. `{left}` and `{ago}` in it stand for the time until or
            since `at`, and keep ticking.
        kind: ok ✓, warn ▲, bad ■, off ○, bare for a tint without a mark, or plain for
            quiet text without either.
        tooltip: the detail, such as the absolute time; with `at` that is the default.
        at: the UTC moment that `{left}` or `{ago}` counts from.
        text_after: replaces `text` once `at` has passed, for `{left}` only.
    """

    text: str
    kind: str = "ok"
    tooltip: str = ""
    at: datetime | None = None
    text_after: str = ""


_MARKS: Final = {
    "ok": Mark.CHECK,
    "warn": Mark.TRIANGLE,
    "bad": Mark.SQUARE,
    "off": Mark.RING,
}
_COLOURS: Final = {"ok": "ok", "warn": "warn", "bad": "bad", "off": "dim", "plain": "dim"}
_GROUNDS: Final = {"ok": "ok_bg", "warn": "warn_bg", "bad": "bad_bg", "off": "off_bg"}
_MARK_SIZE: Final = 9
_LINE_HEIGHT: Final = 18
_PADDING: Final = 6


def status_look(kind: str) -> tuple[Mark | None, str, str]:
    """Return mark, colour and ground of a kind, for those that paint chips themselves."""
    return _MARKS.get(kind), _COLOURS.get(kind, "text"), _GROUNDS.get(kind, "off_bg")


class StatusChip(QLabel):
    """A status by shape, colour and words; its accessible name is what it shows.

    Signals:
        ran_out: the moment that `{left}` counts towards has come.
    """

    ran_out = Signal()

    def __init__(self, parent: QWidget | None = None, *, wraps: bool = False) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setIndent(0)
        self.setWordWrap(wraps)
        if not wraps:
            self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._status: Status | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._tick)
        self.hide()

    def render_state(self, status: Status | None) -> None:
        """Show `status`, or vanish when there is none.

        Without a parent the chip would come as a window of its own, so give it one first.
        """
        if status == self._status:
            return
        self._status = status
        self.setVisible(status is not None)
        if status is None:
            self._timer.stop()
            return
        set_kind(self, status.kind)
        self.setToolTip(status.tooltip or (absolute(status.at) if status.at else ""))
        self._tick()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the text on its tint, then the mark before it."""
        super().paintEvent(event)
        kind = self._status.kind if self._status else ""
        if kind not in _MARKS:
            return
        painter = QPainter(self)
        line = min(self.height(), theme().px(_LINE_HEIGHT))
        size = theme().px(_MARK_SIZE)
        box = QRectF(_PADDING, (line - size) / 2, size, size)
        draw_mark(painter, _MARKS[kind], box, theme().colour(_COLOURS[kind]))
        painter.end()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with the time that passed unseen."""
        super().showEvent(event)
        self._tick()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop ticking while nobody looks."""
        super().hideEvent(event)
        self._timer.stop()

    def _tick(self) -> None:
        status = self._status
        if status is None:
            return
        if status.at is None:
            self._say(status.text)
            return
        seconds = seconds_until(status.at)
        if seconds <= 0 and "{left}" in status.text:
            self._say(status.text_after or status.text.format(left=time_left(0), ago=""))
            self.ran_out.emit()
            return
        self._say(status.text.format(left=time_left(seconds), ago=time_ago(-seconds)))
        if self.isVisible():
            self._timer.start(next_change_ms(seconds))

    def _say(self, text: str) -> None:
        if text != self.text():
            self.setText(text)
            self.setAccessibleName(text)


class Countdown(StatusChip):
    """A chip that counts down to a moment: "1 h 32 min left"."""

    def count_to(self, moment: datetime, text_after: str, kind: str = "ok") -> None:
        """Count down to the UTC `moment`, then show `text_after` and emit `ran_out`."""
        text = self.tr("{left} left")
        self.render_state(Status(text, kind, at=moment, text_after=text_after))


class ScopeChips(QLabel):
    """The scopes of a token as chips on one line, the rest as "+2".

    The tooltip and the accessible name hold them all.
    """

    _HEIGHT = 18
    _INSET = 5
    _GAP = 4

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._scopes: tuple[str, ...] = ()
        self._most = 3
        theme().changed.connect(self.update)

    def set_scopes(self, scopes: tuple[str, ...], most: int = 3) -> None:
        """Show at most `most` of these, in this order, and the number of the others."""
        self._scopes = scopes
        self._most = most
        self.setAccessibleName(self.tr("Scopes: {names}").format(names=", ".join(scopes)))
        self.setToolTip("\n".join(scopes))
        self.setVisible(bool(scopes))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for room for the first scopes and the number of the rest."""
        return QSize(self._width_of(self._labels(self._most)), theme().px(self._HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """Need room for one scope."""
        return QSize(self._width_of(self._labels(min(self._most, 1))), theme().px(self._HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint as many chips as fit."""
        current = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(current.font(TextSize.SMALL, mono=True))
        left = 0
        for label in self._fitting():
            width = self._chip_width(label)
            box = QRect(left, (self.height() - self._box_height()) // 2, width, self._box_height())
            painter.setPen(QPen(current.colour("line"), 1))
            painter.setBrush(current.colour("field"))
            painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
            painter.setPen(current.colour("dim"))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, label)
            left += width + self._GAP
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Paint anew, since other chips may fit now."""
        super().resizeEvent(event)
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        """Measure anew when the font changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.updateGeometry()

    def _box_height(self) -> int:
        return min(theme().px(self._HEIGHT), self.height())

    def _fitting(self) -> list[str]:
        for count in range(min(self._most, len(self._scopes)), 0, -1):
            labels = self._labels(count)
            if self._width_of(labels) <= self.width():
                return labels
        return self._labels(1)

    def _labels(self, count: int) -> list[str]:
        rest = len(self._scopes) - count
        return [*self._scopes[:count], *([f"+{rest}"] if rest > 0 else [])]

    def _chip_width(self, label: str) -> int:
        return _mono_width(label) + 2 * self._INSET + 2

    def _width_of(self, labels: list[str]) -> int:
        gaps = self._GAP * max(len(labels) - 1, 0)
        return sum(self._chip_width(label) for label in labels) + gaps


def _mono_width(text: str) -> int:
    from PySide6.QtGui import QFontMetrics

    return QFontMetrics(theme().font(TextSize.SMALL, mono=True)).horizontalAdvance(text)
