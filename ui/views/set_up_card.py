"""Before the first sign-in: what to register at X, and the question what is registered."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.widgets import Button, Field, Label, LineEdit


@dataclass(frozen=True, slots=True)
class SetUpState:
    """All that the card shows, but for what is typed.

    Attributes:
        callback: what to register at X if nothing is yet.
        has_client: whether a Client ID is here; without one X shows none until set-up.
        has_console: whether there is a console to open.
        warning: what X dislikes about the callback being typed.
    """

    callback: str
    has_client: bool = True
    has_console: bool = True
    warning: str = ""


class SetUpCard(QWidget):
    """Shows a SetUpState, or nothing; decides nothing.

    Signals:
        copy_wanted, console_wanted: the callback is to be copied; the console opened.
        typed, given: arg is the callback that is registered, while typed and when it is final.
    """

    copy_wanted = Signal()
    console_wanted = Signal()
    typed = Signal(str)
    given = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state: SetUpState | None = None
        self.setAccessibleName(self.tr("Before the first sign-in"))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 4, 16, 16)
        column.setSpacing(8)
        column.addWidget(Label(self.tr("Before the first sign-in"), "strong"))
        words = self.tr(
            "At X, in the App: User authentication settings, Set up. Paste this as Callback URI, "
            "to the letter, unless one is registered already:"
        )
        column.addWidget(Label(words, "body", wraps=True))
        column.addLayout(self._callback_line())
        kinds = self.tr(
            "Type of App: Native App where people sign in on their own computers; it has no Client "
            "Secret. Web App, Automated App or Bot where a server refreshes; it has one. The "
            "Website URL must not be localhost."
        )
        column.addWidget(Label(kinds, "body", wraps=True))
        self._client = Label(
            self.tr("Saving there shows the Client ID. Paste it into its row below."),
            "warning",
            wraps=True,
        )
        column.addWidget(self._client)
        self._uri = LineEdit(
            self.tr("Which callback is registered?"),
            kind="mono",
            placeholder="https://mybot.example/cb",
        )
        self._uri.textChanged.connect(self.typed)
        self._uri.returnPressed.connect(self._give)
        self._field = Field(
            self.tr("Which callback is registered?"),
            self._uri,
            self.tr(
                "Any registered one serves, even one of a live site: the view in this window "
                "catches the redirect before any connection is made."
            ),
        )
        column.addWidget(self._field)
        column.addLayout(self._buttons())
        self.hide()

    def render_state(self, state: SetUpState | None) -> None:
        """Show `state`, or vanish when the callback is known."""
        self._state = state
        self.setVisible(state is not None)
        if state is None:
            return
        self._callback.setText(state.callback)
        self._client.setVisible(not state.has_client)
        self._console.setVisible(state.has_console)
        self._field.warn(state.warning)
        self._use.setEnabled(bool(self._uri.text().strip()))

    def _callback_line(self) -> QHBoxLayout:
        self._callback = Label("", "mono")
        self._callback.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        copy = Button(self.tr("Copy"), owner=self.tr("callback"), icon_name="copy")
        copy.clicked.connect(self.copy_wanted)
        self._console = Button(self.tr("Open the console"), "link", icon_name="external")
        self._console.clicked.connect(self.console_wanted)
        line = QHBoxLayout()
        line.setSpacing(8)
        for part in (self._callback, copy, self._console):
            line.addWidget(part)
        line.addStretch(1)
        return line

    def _buttons(self) -> QHBoxLayout:
        self._use = Button(self.tr("Use this callback"), "primary")
        above = Button(self.tr("It is the one above"))
        self._use.clicked.connect(self._give)
        above.clicked.connect(self._give_above)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self._use)
        line.addWidget(above)
        line.addStretch(1)
        return line

    def _give(self) -> None:
        text = self._uri.text().strip()
        if text:
            self.given.emit(text)

    def _give_above(self) -> None:
        if self._state is not None:
            self.given.emit(self._state.callback)
