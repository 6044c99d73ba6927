"""How the care of a vault runs its work: on a worker, told of, a passphrase asked for before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QStandardPaths, Signal
from PySide6.QtWidgets import QWidget

from core.secret import Secret
from ui.desk import Desk
from ui.jobs import Job, Work
from ui.notices import notice_for

if TYPE_CHECKING:
    from ui.views.backup_dialogs import PassphraseState

LONG_TOAST_SECONDS: Final = 15


class VaultWork(QObject):
    """Asks, runs and tells for all who care for the vault.

    Signals:
        busy_changed: arg: what is under way, "" for nothing.
    """

    busy_changed = Signal(str)

    def __init__(self, desk: Desk, window: QWidget, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._window = window

    def ask(self, state: PassphraseState, then: Callable[[Secret], None]) -> None:
        """Ask for a passphrase, and call `then` with it."""
        from ui.views.backup_dialogs import PassphrasePrompt

        dialog = PassphrasePrompt(state, self._window)
        dialog.passphrase_given.connect(lambda text: then(Secret(text)))
        dialog.open()

    def run(self, work: Work, words: str, *, tells: bool = True) -> Job:
        """Run work that `words` name; its failure is told, unless the caller does."""
        job = self._desk.submit(work)
        self.busy_changed.emit(words)
        job.finished.connect(lambda: self.busy_changed.emit(""))
        if tells:
            job.failed.connect(self.tell)
        return job

    def tell(self, error: object) -> None:
        """Say why something failed."""
        notice = notice_for(error, "save")
        self._desk.toast(f"{notice.title} {notice.text}", LONG_TOAST_SECONDS)


def documents() -> Path:
    """Return the folder where a person keeps documents."""
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(place) if place else Path.home()
