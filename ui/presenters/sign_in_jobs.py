"""The calls of a sign-in: one at a time, and what comes back meanwhile waits for its turn."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from ui.desk import Desk
from ui.jobs import Job, Work


class SignInJobs(QObject):
    """Runs one call at a time. What is being tried may be foreign, and the next the true answer.

    Signals:
        came_back: arg: the answer of a browser or a person that had to wait; nothing runs now.
    """

    came_back = Signal(str)

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._job: Job | None = None
        self._waiting = ""

    @property
    def is_busy(self) -> bool:
        """True while a call is under way."""
        return self._job is not None

    def run(self, work: Work, *, changes: bool = False) -> Job:
        """Run a call; `changes` as `Desk.submit` has it."""
        job = self._job = self._desk.submit(work, changes=changes)
        job.finished.connect(self._over)
        return job

    def put_off(self, answer: str) -> None:
        """Keep what came back until the call under way is over; the latest counts."""
        self._waiting = answer

    def forget_waiting(self) -> None:
        """Want nothing more of what came back."""
        self._waiting = ""

    def cancel(self) -> bool:
        """Stop what is under way; return whether anything was."""
        if self._job is None:
            return False
        self._job.cancel()
        return True

    def _over(self) -> None:
        self._job = None
        answer, self._waiting = self._waiting, ""
        if answer:
            self.came_back.emit(answer)
