"""The Timing tab: where the time of an exchange went, as bars on one scale."""

from typing import Final

from PySide6.QtCore import QLocale, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.theme import theme
from ui.views.answer_state import TimingBar
from ui.widgets import Label

_BAR: Final = 8
_LABEL_COLUMN: Final = 160


class _Bar(QWidget):
    """One bar on the scale of the whole exchange; the words beside it say the same."""

    def __init__(self, bar: TimingBar, whole_ms: float) -> None:
        super().__init__()
        self._bar = bar
        self._whole_ms = whole_ms
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(160, theme().px(24))

    def paintEvent(self, _event: QPaintEvent) -> None:
        current = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        top = (self.height() - _BAR) / 2
        painter.setBrush(current.colour("line"))
        painter.drawRoundedRect(QRectF(0, top, self.width(), _BAR), _BAR / 2, _BAR / 2)
        if self._bar.start_ms is not None and self._whole_ms > 0:
            scale = self.width() / self._whole_ms
            width = max(self._bar.duration_ms * scale, 3)
            left = min(self._bar.start_ms * scale, self.width() - width)
            painter.setBrush(current.colour("edge" if self._bar.is_total else "accent"))
            painter.drawRoundedRect(QRectF(left, top, width, _BAR), _BAR / 2, _BAR / 2)
        painter.end()


class TimingView(QWidget):
    """One line per step."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars: tuple[TimingBar, ...] = ()
        self._inside = QWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 12, 20, 12)
        self._column = column
        column.addWidget(self._inside)
        column.addStretch(1)
        self.setAccessibleName(self.tr("Timing"))

    def render_bars(self, bars: tuple[TimingBar, ...]) -> None:
        """Show these steps."""
        if bars == self._bars:
            return
        self._bars = bars
        old, self._inside = self._inside, self._make(bars)
        self._column.replaceWidget(old, self._inside)
        old.hide()
        old.deleteLater()

    def _make(self, bars: tuple[TimingBar, ...]) -> QWidget:
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        grid.setColumnMinimumWidth(0, theme().px(_LABEL_COLUMN))
        grid.setColumnStretch(1, 1)
        whole = max(((bar.start_ms or 0) + bar.duration_ms for bar in bars), default=0)
        for row, bar in enumerate(bars):
            value = self._words(bar)
            name = Label(bar.label, "strong" if bar.is_total else "body")
            words = Label(value, "mono")
            words.setAccessibleName(f"{bar.label}: {value}")
            grid.addWidget(name, row, 0)
            grid.addWidget(_Bar(bar, whole), row, 1)
            grid.addWidget(words, row, 2, Qt.AlignmentFlag.AlignRight)
        return inside

    def _words(self, bar: TimingBar) -> str:
        if bar.start_ms is None:
            return self.tr("not needed")
        digits = 1 if bar.duration_ms < 10 else 0
        return self.tr("{n} ms").format(n=QLocale().toString(float(bar.duration_ms), "f", digits))
