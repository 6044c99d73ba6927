"""What a pane shows when there is nothing yet: why, and the first thing to do."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.theme import theme
from ui.widgets.basics import Label
from ui.widgets.buttons import Button

_WIDEST_TEXT = 520


class EmptyState(QWidget):
    """A few calm words in the middle and at most one button.

    Signals:
        action_wanted: the button was clicked.
    """

    action_wanted = Signal()

    def __init__(
        self, title: str, text: str = "", action: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._title = Label(title, "heading")
        self._text = Label(text, "dim", wraps=True)
        self._text.setMaximumWidth(theme().px(_WIDEST_TEXT))
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._action = Button(action, "primary")
        self._action.clicked.connect(self.action_wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 32, 24, 32)
        column.setSpacing(8)
        column.addStretch(1)
        column.addWidget(self._title, 0, Qt.AlignmentFlag.AlignHCenter)
        line = QHBoxLayout()
        line.addStretch(1)
        line.addWidget(self._text, 100)
        line.addStretch(1)
        column.addLayout(line)
        column.addSpacing(8)
        column.addWidget(self._action, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        self.render_words(title, text, action)

    def render_words(self, title: str, text: str = "", action: str = "") -> None:
        """Show other words; an empty one hides its widget."""
        self._title.show_text(title)
        self._text.show_text(text)
        self._action.relabel(action)
        self._action.setVisible(bool(action))
