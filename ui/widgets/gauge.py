"""A thin bar that shows how much of something is left."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import theme


class Gauge(QWidget):
    """A bar filled from the left. Kinds: accent, warn, bad."""

    _HEIGHT = 6

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._share = 0.0
        self._kind = "accent"
        theme().changed.connect(self.update)

    def render_share(self, share: float, kind: str = "accent", description: str = "") -> None:
        """Fill `share` of the bar, from 0.0 to 1.0."""
        self._share = min(max(share, 0.0), 1.0)
        self._kind = kind
        self.setAccessibleDescription(description)
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for a long thin bar."""
        return QSize(160, self._HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the trough and what is left."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        radius = self._HEIGHT / 2
        trough = QRectF(0, (self.height() - self._HEIGHT) / 2, self.width(), self._HEIGHT)
        painter.setBrush(theme().colour("trough"))
        painter.drawRoundedRect(trough, radius, radius)
        if self._share > 0:
            filled = QRectF(trough)
            filled.setWidth(max(trough.width() * self._share, self._HEIGHT))
            painter.setBrush(theme().colour(self._kind))
            painter.drawRoundedRect(filled, radius, radius)
        painter.end()
