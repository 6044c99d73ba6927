"""The bar below the answer while many calls or a stream are under way."""

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.widgets import Button, ElidedLabel, Spinner, Status, StatusChip


@dataclass(frozen=True, slots=True)
class RunState:
    """What is under way.

    Attributes:
        text: how far it has come, such as "3 pages · 240 Posts · $1.20".
        detail: the same in full sentences.
        status, status_kind: a chip before it, such as "Open"; "" for none.
        is_paused: the button says Resume.
        pause_hint: what pausing does.
        is_working: whether an arc turns.
    """

    text: str
    detail: str = ""
    status: str = ""
    status_kind: str = "ok"
    is_paused: bool = False
    pause_hint: str = ""
    is_working: bool = True


class RunBar(QWidget):
    """Shows a RunState.

    Signals:
        pause_wanted, resume_wanted, stop_wanted.
    """

    pause_wanted = Signal()
    resume_wanted = Signal()
    stop_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_paused = False
        self._spinner = Spinner()
        self.chip = StatusChip()
        self.text = ElidedLabel("", "dim")
        self.pause = Button(self.tr("Pause"))
        self.stop = Button(self.tr("Stop"))
        self.pause.clicked.connect(self._turn)
        self.stop.clicked.connect(self.stop_wanted)
        line = QHBoxLayout(self)
        line.setContentsMargins(20, 6, 20, 6)
        line.setSpacing(8)
        line.addWidget(self._spinner)
        line.addWidget(self.chip)
        line.addWidget(self.text)
        line.addStretch(1)
        line.addWidget(self.pause)
        line.addWidget(self.stop)
        self.hide()

    def render_run(self, state: RunState | None) -> None:
        """Show `state`, or vanish when nothing is under way."""
        self.setVisible(state is not None)
        if state is None:
            return
        self._is_paused = state.is_paused
        self._spinner.setVisible(state.is_working and not state.is_paused)
        self.chip.render_state(Status(state.status, state.status_kind) if state.status else None)
        self.text.setText(state.text)
        self.text.setAccessibleDescription(state.detail)
        words = self.tr("Resume") if state.is_paused else self.tr("Pause")
        if self.pause.text() != words:
            self.pause.relabel(words)
        self.pause.setToolTip(state.pause_hint)

    def _turn(self) -> None:
        if self._is_paused:
            self.resume_wanted.emit()
        else:
            self.pause_wanted.emit()
