"""A turning arc that says what is under way, with a way to stop it."""

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ui.theme import theme
from ui.widgets.basics import Label
from ui.widgets.buttons import Button, spoken


class Spinner(QWidget):
    """An arc that turns while it is seen."""

    _SIZE = 16
    _STEP_MS = 60

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._angle = 0
        self._timer = QTimer(self)
        self._timer.setInterval(self._STEP_MS)
        self._timer.timeout.connect(self._turn)

    def sizeHint(self) -> QSize:
        """Ask for a small square."""
        return QSize(self._SIZE, self._SIZE)

    def showEvent(self, event: QShowEvent) -> None:
        """Turn."""
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop turning while nobody looks."""
        super().hideEvent(event)
        self._timer.stop()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the ring and the arc."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        painter.setPen(QPen(theme().colour("trough"), 2))
        painter.drawEllipse(box)
        pen = QPen(theme().colour("accent"), 2)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        # Qt counts angles in sixteenths of a degree.
        painter.drawArc(box, -self._angle * 16, 100 * 16)
        painter.end()

    def _turn(self) -> None:
        self._angle = (self._angle + 24) % 360
        self.update()


class BusyIndicator(QWidget):
    """What is under way, in words, with *Cancel*.

    Signals:
        cancel_wanted: the person does not want to wait any longer.
    """

    cancel_wanted = Signal()

    def __init__(self, owner: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = Label("", "small")
        self.cancel = Button(self.tr("Cancel"), "ghost", owner=owner)
        self.cancel.clicked.connect(self.cancel_wanted)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(Spinner())
        line.addWidget(self._text)
        line.addWidget(self.cancel)
        self.hide()

    def render_state(self, text: str, *, can_cancel: bool = True) -> None:
        """Show what is under way, or vanish when there is nothing."""
        self._text.setText(text)
        for part in (self, self._text):
            part.setAccessibleName(spoken(text))
        self.cancel.setVisible(can_cancel)
        self.setVisible(bool(text))
