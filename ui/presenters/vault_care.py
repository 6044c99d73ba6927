"""Backups, copies, what opens the vault, and erasing: what the person asks for, step by step."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QStandardPaths, Signal
from PySide6.QtWidgets import QFileDialog

from core.errors import BadInput
from core.model import App, UserToken
from core.ports import CancelToken
from core.secret import Secret
from core.vault.vault import VaultStatus
from ui.notices import notice_for
from ui.presenters.backup_words import preview_state, saved_words
from ui.widgets import ConfirmState, NoticeState

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.vault.backup_body import Contents
    from core.vault.factory import Copy
    from core.vault.restoring import Preview
    from ui.desk import Desk
    from ui.jobs import Job
    from ui.main_window import MainWindow
    from ui.views.backup_dialogs import PassphraseState

_SUFFIX: Final = ".keypane"
_LONG_TOAST_SECONDS: Final = 15


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


class VaultCare(QObject):
    """Leads through each of these; all work is done on workers.

    Signals:
        busy_changed: arg: what is under way, "" for nothing.
        changed: a copy was made, or something else opens the vault now.
        reopened: a vault was made of a backup; arg: a VaultStatus.
        erased: everything is gone; arg: a NoticeState to begin anew with.
    """

    busy_changed = Signal(str)
    changed = Signal()
    reopened = Signal(object)
    erased = Signal(object)

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        self._world = desk.world

    # --- a backup file ------------------------------------------------------------------

    def back_up(self) -> None:
        """Ask where to and under which passphrase, and write the backup."""
        from ui.views.backup_dialogs import PassphraseState

        name, _ = QFileDialog.getSaveFileName(
            self._window,
            self.tr("Back up to"),
            str(_documents() / f"keypane-backup{_SUFFIX}"),
            self.tr("Keypane backups (*.keypane)"),
        )
        if not name:
            return
        path = Path(name)
        self._ask(
            PassphraseState(
                self.tr("A passphrase for this backup"),
                self.tr(
                    "It opens the backup on any computer. Nobody can restore it, so keep it "
                    "somewhere else than the file."
                ),
                self.tr("Back up"),
                is_new=True,
            ),
            # The file dialog asked whether a file of this name may be replaced.
            lambda secret: self._save(path, secret),
        )

    def _save(self, path: Path, passphrase: Secret) -> None:
        backups = self._world.backups

        def work(_cancel: CancelToken) -> tuple[int, int]:
            made = backups.save(path, passphrase, overwrite=True)
            return len(made.of(App)), len(made.of(UserToken))

        job = self._run(work, self.tr("Writing the backup…"))
        job.succeeded.connect(lambda counts: self._saved(counts, path.name))

    def _saved(self, counts: tuple[int, int], name: str) -> None:
        self._desk.toast(saved_words(counts[0], counts[1], name), _LONG_TOAST_SECONDS)

    # --- restoring ----------------------------------------------------------------------

    def restore_file(self) -> None:
        """Ask which backup and for its passphrase, show what it would do, and restore it."""
        name, _ = QFileDialog.getOpenFileName(
            self._window,
            self.tr("Restore a backup"),
            str(_documents()),
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
        self._ask(state, lambda secret: self._read(path, secret))

    def _read(self, path: Path, passphrase: Secret) -> None:
        backups = self._world.backups

        def work(_cancel: CancelToken) -> Found:
            return self._found(backups.read(path, passphrase), passphrase)

        job = self._run(work, self.tr("Opening the backup…"), tells=False)
        job.succeeded.connect(self._preview)
        job.failed.connect(lambda error: self._not_read(path, error))

    def _not_read(self, path: Path, error: object) -> None:
        if isinstance(error, BadInput) and error.where == "passphrase":
            self._ask_for(path, self.tr("That is not the passphrase of this backup."))
        else:
            self._tell(error)

    def restore_copy(self, name: str) -> None:
        """Show what bringing back a copy would do, and do it."""
        backups = self._world.backups

        def work(_cancel: CancelToken) -> Found:
            found: Copy = next(copy for copy in backups.copies() if copy.name == name)
            return self._found(backups.contents_of(found), None)

        job = self._run(work, self.tr("Opening the copy…"))
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

        job = self._run(work, self.tr("Restoring…"))
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
        self._desk.toast(words, _LONG_TOAST_SECONDS)
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

        job = self._run(work, self.tr("Restoring…"))
        job.succeeded.connect(self._started_over)

    def _started_over(self, status: VaultStatus) -> None:
        self.reopened.emit(status)
        self._restored(1)

    # --- what opens it ------------------------------------------------------------------

    def choose_passphrase(self, *, recovery: bool = False) -> None:
        """Ask for a passphrase, and let it open the vault from now on."""
        from ui.views.backup_dialogs import PassphraseState

        ways = self._world.ways_in
        if recovery:
            state = PassphraseState(
                self.tr("Set a recovery passphrase"),
                self.tr(
                    "It opens the vault when the passphrase is forgotten or the keyring is gone. "
                    "Write it on paper and keep that somewhere safe."
                ),
                self.tr("Set"),
                is_new=True,
            )
            self._ask(
                state, lambda new: self._change(lambda: ways.set_passphrase(new, recovery=True))
            )
            return
        state = PassphraseState(
            self.tr("Set a passphrase"),
            self.tr(
                "Keypane asks for it at each start, and nothing else opens the vault. Nobody can "
                "restore it, so keep it somewhere safe."
            ),
            self.tr("Use this passphrase"),
            is_new=True,
        )
        self._ask(state, lambda new: self._change(lambda: ways.use_passphrase(new)))

    def use_keyring(self) -> None:
        """Let the OS keyring open the vault instead of the passphrase."""
        self._desk.confirm(
            ConfirmState(
                self.tr("Open the vault with the keyring?"),
                (
                    self.tr("It opens with your login then, and asks for nothing."),
                    self.tr("The passphrase opens it no longer; a recovery passphrase stays."),
                ),
                self.tr("Use the keyring"),
                is_dangerous=False,
            ),
            lambda: self._change(self._world.ways_in.use_keyring),
        )

    def remove_recovery(self) -> None:
        """Forget the recovery passphrase."""
        self._desk.confirm(
            ConfirmState(
                self.tr("Remove the recovery passphrase?"),
                (self.tr("It opens the vault and its copies no longer."),),
                self.tr("Remove"),
                is_dangerous=False,
            ),
            lambda: self._change(lambda: self._world.ways_in.remove_passphrase(recovery=True)),
        )

    def _change(self, how: Callable[[], object]) -> None:
        vault = self._world.vault

        def work(cancel: CancelToken) -> VaultStatus:
            forget = cancel.on_cancel(vault.stop_waiting)
            try:
                how()
            finally:
                forget()
            return vault.status()

        job = self._run(work, self.tr("Changing what opens the vault…"))
        job.succeeded.connect(self._ways_changed)

    def _ways_changed(self, status: VaultStatus) -> None:
        self._desk.vault_changed.emit(status)
        self._desk.toast(self.tr("Done. The copies of the vault open the same way."))
        self.changed.emit()

    # --- the end of everything ----------------------------------------------------------

    def erase(self) -> None:
        """Ask once, and erase everything on this computer."""
        self._desk.confirm(
            ConfirmState(
                self.tr("Erase everything on this computer?"),
                (
                    self.tr(
                        "All Apps, keys, tokens, copies, browser sessions and settings of Keypane "
                        "are deleted, and its key in the keyring. Nothing can bring them back "
                        "but a backup file of yours."
                    ),
                    self.tr(
                        "At X nothing ends: tokens that are alive stay alive. Revoke first what "
                        "must die."
                    ),
                ),
                self.tr("Erase"),
            ),
            self._erase,
        )

    def _erase(self) -> None:
        erase = self._world.erase
        self._desk.pane_wanted.emit("stop_everything")
        job = self._run(lambda _cancel: erase.everything(), self.tr("Erasing…"))
        job.succeeded.connect(self._erased)

    def _erased(self, left: int) -> None:
        title = self.tr("Everything is erased.")
        text = self.tr("At X nothing ended: tokens that are alive stay alive there.")
        if left:
            text = self.tr(
                "The keyring did not answer: the key of what is gone stays in it until the next "
                "start of Keypane."
            )
        self.erased.emit(NoticeState(title, text, "warn" if left else "ok"))

    # --- how work is run ----------------------------------------------------------------

    def _ask(self, state: PassphraseState, then: Callable[[Secret], None]) -> None:
        from ui.views.backup_dialogs import PassphrasePrompt

        dialog = PassphrasePrompt(state, self._window)
        dialog.passphrase_given.connect(lambda text: then(Secret(text)))
        dialog.open()

    def _run(self, work: Callable[[CancelToken], object], words: str, *, tells: bool = True) -> Job:
        job = self._desk.submit(work)
        self.busy_changed.emit(words)
        job.finished.connect(lambda: self.busy_changed.emit(""))
        if tells:
            job.failed.connect(self._tell)
        return job

    def _tell(self, error: object) -> None:
        notice = notice_for(error, "save")
        notice = replace(notice, text=notice.text)
        self._desk.toast(f"{notice.title} {notice.text}", _LONG_TOAST_SECONDS)


def _documents() -> Path:
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(place) if place else Path.home()
