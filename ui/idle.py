"""Tells when nobody has touched the window for a while."""

from typing import Final

from PySide6.QtCore import QDeadlineTimer, QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QWindow
from shiboken6 import isValid

_TOUCHES: Final = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
        QEvent.Type.InputMethod,
    }
)
_LOOK_EVERY_MS: Final = 1_000


class IdleWatch(QObject):
    """Watches for keys and the mouse in whichever window of the program has the keyboard.

    Not by a filter on the application: that would hand every object of the embedded browser to
    Python, half made and half gone ones too, which crashes. The time is looked at now and then
    instead of a timer being started with each touch, of which there are hundreds a second while
    a mouse moves.

    Signals:
        idle: nobody touched it for as long as `wait_for` said. Comes once until the next touch.
    """

    idle = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._wait_ms = 0
        self._window: QWindow | None = None
        self._deadline = QDeadlineTimer(QDeadlineTimer.ForeverConstant.Forever)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.focusWindowChanged.connect(self._follow)

    def wait_for(self, milliseconds: int) -> None:
        """Tell after so long from now on; 0 tells never."""
        self._wait_ms = milliseconds
        self._timer.stop()
        self._watch(QGuiApplication.focusWindow() if milliseconds else None)
        if milliseconds:
            self._timer.start(min(_LOOK_EVERY_MS, milliseconds))
        self._touch()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take note of a touch, and let everything pass."""
        if event.type() in _TOUCHES:
            self._touch()
        return super().eventFilter(watched, event)

    def _follow(self, window: QWindow | None) -> None:
        if self._wait_ms:
            self._watch(window)
            if window is not None:
                self._touch()

    def _watch(self, window: QWindow | None) -> None:
        before, self._window = self._window, window
        if before is not None and isValid(before):
            before.removeEventFilter(self)
        if window is not None:
            window.installEventFilter(self)

    def _touch(self) -> None:
        if self._wait_ms:
            self._deadline.setRemainingTime(self._wait_ms)
        else:
            self._deadline = QDeadlineTimer(QDeadlineTimer.ForeverConstant.Forever)

    def _look(self) -> None:
        if self._wait_ms and self._deadline.hasExpired():
            self._deadline = QDeadlineTimer(QDeadlineTimer.ForeverConstant.Forever)
            self.idle.emit()
