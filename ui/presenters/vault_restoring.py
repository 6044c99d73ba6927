"""Restoring a backup or a copy: read, shown as what it would do, then done."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from core.errors import BadInput
from core.ports import CancelToken
from core.secret import Secret
from core.vault.vault import VaultStatus
from ui.presenters.backup_words import preview_state
from ui.presenters.vault_work import LONG_TOAST_SECONDS, VaultWork, documents

if TYPE_CHECKING:
    from core.vault.backup_body import Contents
    from core.vault.factory import Copy
    from core.vault.restoring import Preview
    from ui.desk import Desk


@dataclass(frozen=True, slots=True)
class Found:
    """A backup or copy that was read.

    Attributes:
        previews: what each way of restoring it would do.
        passphrase: the backup's own, None for a copy.
    """

    contents: Contents
    previews: dict[str, Preview]
    passphrase: Secret | None = None


class VaultRestoring(QObject):
    """Leads through it.

    Signals:
        changed: the vault holds what the backup held.
        reopened: a vault was made of a backup; arg: a VaultStatus.
    """

    changed = Signal()
    reopened = Signal(object)

    def __init__(self, desk: Desk, window: QWidget, work: VaultWork, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._window = window
        self._work = work
        self._world = desk.world

    def restore_file(self) -> None:
        """Ask which backup and for its passphrase, show what it would do, and restore it."""
        name, _ = QFileDialog.getOpenFileName(
            self._window,
            self.tr("Restore a backup"),
            str(documents()),
            self.tr("Keypane backups (*.keypane);;All files (*)"),
        )
        if name:
            self._ask_for(Path(name))

    def _ask_for(self, path: Path, error: str = "") -> None:
        from ui.views.backup_dialogs import PassphraseState

        state = PassphraseState(
            self.tr("Open this backup"),
            self.tr("Enter the passphrase that it was made with."),
            self.tr("Open"),
            error=error,
        )
        self._work.ask(state, lambda secret: self._read(path, secret))

    def _read(self, path: Path, passphrase: Secret) -> None:
        backups = self._world.backups

        def work(_cancel: CancelToken) -> Found:
            return self._found(backups.read(path, passphrase), passphrase)

        job = self._work.run(work, self.tr("Opening the backup…"), tells=False)
        job.succeeded.connect(self._preview)
        job.failed.connect(lambda error: self._not_read(path, error))

    def _not_read(self, path: Path, error: object) -> None:
        if isinstance(error, BadInput) and error.where == "passphrase":
            self._ask_for(path, self.tr("That is not the passphrase of this backup."))
        else:
            self._work.tell(error)

    def restore_copy(self, name: str) -> None:
        """Show what bringing back a copy would do, and do it."""
        backups = self._world.backups

        def work(_cancel: CancelToken) -> Found:
            found: Copy = next(copy for copy in backups.copies() if copy.name == name)
            return self._found(backups.contents_of(found), None)

        job = self._work.run(work, self.tr("Opening the copy…"))
        job.succeeded.connect(self._preview)

    def _found(self, contents: Contents, passphrase: Secret | None) -> Found:
        from core.vault.restoring import MERGE, REPLACE

        backups = self._world.backups
        previews = {mode: backups.preview(contents, mode) for mode in (MERGE, REPLACE)}
        return Found(contents, previews, passphrase)

    def _preview(self, found: Found) -> None:
        from ui.views.backup_dialogs import RestoreDialog

        status = self._world.vault.status()
        state = preview_state(found.previews, status, is_copy=found.passphrase is None)
        dialog = RestoreDialog(state, self._window)
        if status.state in {"open", "session"}:
            dialog.restore_wanted.connect(lambda mode: self._restore(found, mode))
        else:
            dialog.restore_wanted.connect(lambda _mode: self._start_over(found, status))
        dialog.open()

    def _restore(self, found: Found, mode: str) -> None:
        world = self._world

        def work(_cancel: CancelToken) -> int:
            done = world.backups.restore(found.contents, mode)
            world.recover()
            return len(done.uncertain)

        job = self._work.run(work, self.tr("Restoring…"))
        job.succeeded.connect(self._restored)

    def _restored(self, uncertain: int) -> None:
        self._desk.look()
        words = self.tr("Restored.")
        if uncertain:
            more = self.tr(
                "Users marked as uncertain may have newer tokens at X: refresh each once, and sign "
                "in again where X says no."
            )
            words = f"{words} {more}"
        self._desk.toast(words, LONG_TOAST_SECONDS)
        self.changed.emit()

    def _start_over(self, found: Found, status: VaultStatus) -> None:
        """Make a vault of the backup where none can be opened; the old one is set aside."""
        world = self._world
        # The new vault opens as the old one did; a backup's passphrase is known to the person.
        passphrase = None if status.key == "keyring" else found.passphrase

        def work(_cancel: CancelToken) -> VaultStatus:
            is_there = status.state == "locked"
            made = world.backups.start_over(found.contents, passphrase, over=is_there)
            world.recover()
            return made

        job = self._work.run(work, self.tr("Restoring…"))
        job.succeeded.connect(self._started_over)

    def _started_over(self, status: VaultStatus) -> None:
        self.reopened.emit(status)
        self._restored(1)
