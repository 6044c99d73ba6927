"""The job of a page: one at a time that counts, what it is called, and how the latest ended."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal

from ui.desk import Desk
from ui.jobs import Job, Work
from ui.widgets import NoticeState

Told = Callable[[object], NoticeState]


class PageJob(QObject):
    """Runs a page's jobs. A later one takes the place of an earlier one.

    Attributes:
        busy: what is under way, in words; "" for nothing that is shown.
        notice: what the page says; it goes when the next job begins.

    Signals:
        changed: one of both did.
    """

    changed = Signal()

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._latest: Job | None = None
        self.busy = ""
        self.notice: NoticeState | None = None

    @property
    def is_running(self) -> bool:
        """True until the latest job is over."""
        return self._latest is not None

    def is_latest(self, job: Job) -> bool:
        """Return whether no other job took the place of this one."""
        return job is self._latest

    def run(self, work: Work, busy: str, told: Told, *, changes: bool = False) -> Job:
        """Run a job.

        Args:
            work: done on a worker.
            busy: what is shown meanwhile.
            told: makes the notice of a failure.
            changes: as `Desk.submit` has it.
        """
        self.notice, self.busy = None, busy
        job = self._latest = self._desk.submit(work, changes=changes)
        job.failed.connect(partial(self._failed, told))
        job.finished.connect(partial(self._over, job))
        self.changed.emit()
        return job

    def say(self, notice: NoticeState | None) -> None:
        """Show a notice of the page's own, or none."""
        self.notice = notice
        self.changed.emit()

    def cancel(self) -> None:
        """Wait for what is under way no longer."""
        if self._latest is not None:
            self._latest.cancel()

    def _failed(self, told: Told, error: object) -> None:
        self.notice = told(error)

    def _over(self, job: Job) -> None:
        if job is self._latest:
            self._latest, self.busy = None, ""
            self.changed.emit()
