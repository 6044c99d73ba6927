"""Settings: the helper socket, and which programs get tokens there without a question."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from ui.widgets import Button, Card, Label, Row


@dataclass(frozen=True, slots=True)
class AllowedProgram:
    """A remembered consent.

    Attributes:
        key: goes out with *Withdraw*.
        name: of the program, short; path: of its file, or words for all programs.
        app: whose tokens it gets.
    """

    key: str
    name: str
    path: str
    app: str


@dataclass(frozen=True, slots=True)
class ProgramsState:
    """What the card shows: where programs ask, whether anyone answers there, and who may."""

    address: str = ""
    serving: str = ""
    allowed: tuple[AllowedProgram, ...] = ()


class ProgramsCard(Card):
    """Shows a ProgramsState; decides nothing.

    Signals:
        withdraw_wanted: arg is the consent's key.
    """

    withdraw_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent=parent)
        title = self.tr("Your programs")
        self.setAccessibleName(title)
        self._socket = Row(title, "")
        self._socket.sub.setWordWrap(True)
        self._socket.sub.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._serving = Label("", "small", wraps=True)
        self._serving.setMinimumWidth(320)
        self._socket.values.addWidget(self._serving)
        self.add_row(self._socket)
        self._shown: tuple[AllowedProgram, ...] = ()
        self._program_rows: list[Row] = []

    def render_state(self, state: ProgramsState) -> None:
        """Make the card look like `state`."""
        self._socket.sub.show_text(state.address)
        self._serving.setText(state.serving)
        if state.allowed == self._shown:
            return
        self._shown = state.allowed
        for row in self._program_rows:
            self.remove_row(row)
        self._program_rows = [self._row(allowed) for allowed in state.allowed]
        for row in self._program_rows:
            self.add_row(row)

    def _row(self, allowed: AllowedProgram) -> Row:
        row = Row(allowed.name, allowed.app)
        path = Label(allowed.path, "mono", wraps=True)
        path.setMinimumWidth(240)
        row.values.addWidget(path)
        withdraw = Button(
            self.tr("Withdraw"),
            owner=self.tr("{program} for {app}").format(program=allowed.name, app=allowed.app),
        )
        withdraw.clicked.connect(lambda: self.withdraw_wanted.emit(allowed.key))
        row.buttons.addWidget(withdraw)
        return row
