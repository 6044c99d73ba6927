"""Waiting for the keyring, which may be waiting for the person: said and stopped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from core.ports import CancelToken
from ui.desk import Desk
from ui.jobs import Job
from ui.widgets import NoticeState

# An open keyring answers within milliseconds; after this it may be waiting for the person.
_WAITING_AFTER_MS: Final = 400


class KeyringWait(QObject):
    """Follows one job at a time that asks the keyring.

    Signals:
        waiting: the keyring takes its time; arg: a NoticeState that says so, whose button
            "stop_waiting" calls `stop`; None once it has answered.
    """

    waiting = Signal(object)

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._job: Job | None = None
        self._said_waiting = False

    def ask(self, work: Callable[[], object]) -> Job:
        """Run work that may wait for the keyring's own prompt, so that it can be stopped."""
        vault = self._desk.world.vault

        def stoppable(cancel: CancelToken) -> object:
            forget = cancel.on_cancel(vault.stop_waiting)
            try:
                return work()
            finally:
                forget()

        job = self._desk.submit(stoppable)
        self.follow(job)
        return job

    def follow(self, job: Job) -> None:
        """Say so when the job, which asks the keyring, takes longer than a keyring does."""
        self._job = job
        patience = QTimer(job)
        patience.setSingleShot(True)
        patience.timeout.connect(self._say_waiting)
        patience.start(_WAITING_AFTER_MS)
        job.finished.connect(lambda: self._answered(patience))

    def stop(self) -> None:
        """Wait for the keyring no longer."""
        if self._job is not None:
            self._job.cancel()

    def _say_waiting(self) -> None:
        self._said_waiting = True
        self.waiting.emit(
            NoticeState(
                self.tr("Waiting for the keyring."),
                self.tr("Your desktop may be asking you to unlock it. Nothing is lost meanwhile."),
                "info",
                self.tr("Stop waiting"),
                "stop_waiting",
            )
        )

    def _answered(self, patience: QTimer) -> None:
        patience.stop()
        self._job = None
        if self._said_waiting:
            self._said_waiting = False
            self.waiting.emit(None)
