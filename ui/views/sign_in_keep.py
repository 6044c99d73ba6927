"""Whether the embedded view stays signed in at X for an App: asked, shown and taken back."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.widgets import Button, CheckBox, Label, Row


@dataclass(frozen=True, slots=True)
class KeepState:
    """What is kept, or would be.

    Attributes:
        is_kept: a session is kept already; then there is nothing to choose but to forget it.
        is_wanted: the box is ticked.
        since: when the session was first kept, in words.
        busy: it is being forgotten.
    """

    is_kept: bool = False
    is_wanted: bool = False
    since: str = ""
    busy: bool = False


class KeepRow(Row):
    """Shows a KeepState; decides nothing.

    Signals:
        keep_toggled: arg: whether the person wants to stay signed in.
        forget_wanted: the session that is kept shall go.
    """

    keep_toggled = Signal(bool)
    forget_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "", parent)
        self.label.setText(self.tr("Browser session"))
        self.sub.show_text(self.tr("In the view here only"))
        name = self.tr("Keep me signed in for this App")
        self._box = CheckBox(name)
        self._box.setAccessibleName(name)
        self._box.toggled.connect(self.keep_toggled)
        warning = self.tr(
            "X's cookies stay in a private folder, not in the vault: whoever can read your files "
            "can be you at X."
        )
        self._box.setAccessibleDescription(warning)
        self._warning = Label(warning, "small", wraps=True)
        self._since = Label("", "body")
        for widget in (self._box, self._since, self._warning):
            self.values.addWidget(widget)
        self._forget = Button(self.tr("Forget this browser session"))
        self._forget.clicked.connect(self.forget_wanted)
        self.buttons.addWidget(self._forget)
        self.render_state(KeepState())

    def render_state(self, state: KeepState) -> None:
        """Make the row look like `state`."""
        blocked = self._box.blockSignals(True)
        self._box.setChecked(state.is_wanted)
        self._box.blockSignals(blocked)
        self._box.setVisible(not state.is_kept)
        self._since.show_text(state.since if state.is_kept else "")
        self._forget.setVisible(state.is_kept)
        self._forget.setEnabled(not state.busy)
