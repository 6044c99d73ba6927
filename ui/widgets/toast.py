"""A word in passing at the bottom of the window, with what remains of its time."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from ui.theme import STATUS_BAR_HEIGHT, theme
from ui.widgets.basics import Label
from ui.widgets.buttons import Button

_ABOVE_STATUS_BAR = 16


@dataclass(frozen=True, slots=True)
class ToastState:
    """A passing word.

    Attributes:
        text: what happened. `{left}` in it counts the seconds down: "Copied API Key.
            The clipboard is cleared in {left} s."
        seconds: how long it stays.
        action: the label of a button, "" for none.
        key: goes out with `action_wanted`.
    """

    text: str
    seconds: int = 5
    action: str = ""
    key: str = ""


class Toast(QFrame):
    """Lies over the bottom of its parent; one at a time, the newest wins.

    Signals:
        action_wanted: its button was clicked; arg is the state's key.
        closed: its time is over or it was put away.
    """

    action_wanted = Signal(str)
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._host = parent
        self._state = ToastState("", 0)
        self._left = 0
        self._words = Label("", "body")
        self._action = Button("", "link")
        close = Button("", "icon", name=self.tr("Close"), icon_name="close")
        close.clicked.connect(self.close_now)
        self._action.clicked.connect(self._act)
        line = QHBoxLayout(self)
        line.setContentsMargins(16, 8, 8, 8)
        line.setSpacing(12)
        line.addWidget(self._words)
        line.addWidget(self._action)
        line.addWidget(close)
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self._tick)
        parent.installEventFilter(self)
        self.hide()

    def show_state(self, state: ToastState) -> None:
        """Show this word and say it to assistive technology once."""
        self._state = state
        self._left = state.seconds
        self._action.relabel(state.action)
        self._action.setVisible(bool(state.action))
        self._draw()
        self.show()
        self.raise_()
        self._timer.start()
        event = QAccessibleAnnouncementEvent(self, self._words.text())
        QAccessible.updateAccessibility(event)

    def close_now(self) -> None:
        """Put it away."""
        self._timer.stop()
        if not self.isHidden():
            self.hide()
            self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the bottom when the parent changes its size."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _tick(self) -> None:
        self._left -= 1
        if self._left <= 0:
            self.close_now()
        else:
            self._draw()

    def _draw(self) -> None:
        text = self._state.text.replace("{left}", str(self._left))
        self._words.setText(text)
        self.setAccessibleName(text)
        self._place()

    def _place(self) -> None:
        parent = self._host
        self.adjustSize()
        width = min(self.sizeHint().width(), parent.width() - 32)
        self.resize(width, self.sizeHint().height())
        left = (parent.width() - width) // 2
        below = theme().px(STATUS_BAR_HEIGHT) + _ABOVE_STATUS_BAR
        self.move(left, parent.height() - self.height() - below)

    def _act(self) -> None:
        self.action_wanted.emit(self._state.key)
        self.close_now()
