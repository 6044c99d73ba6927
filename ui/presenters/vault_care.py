"""The care of a vault: backups, restoring, what opens it, and erasing, step by step."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog

from core.model import App, UserToken
from core.ports import CancelToken
from core.secret import Secret
from ui.presenters.backup_words import saved_words
from ui.presenters.vault_restoring import VaultRestoring
from ui.presenters.vault_ways import VaultWays
from ui.presenters.vault_work import LONG_TOAST_SECONDS, VaultWork, documents
from ui.widgets import ConfirmState, NoticeState

if TYPE_CHECKING:
    from ui.desk import Desk
    from ui.main_window import MainWindow

_SUFFIX: Final = ".keypane"


class VaultCare(QObject):
    """Leads through each of these; all work is done on workers.

    Attributes:
        restoring: brings back a backup or a copy.
        ways: changes what opens the vault.

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
        self._work = VaultWork(desk, window, self)
        self.restoring = VaultRestoring(desk, window, self._work, self)
        self.ways = VaultWays(desk, self._work, self)
        self._work.busy_changed.connect(self.busy_changed)
        self.restoring.changed.connect(self.changed)
        self.restoring.reopened.connect(self.reopened)
        self.ways.changed.connect(self.changed)

    # --- a backup file ------------------------------------------------------------------

    def back_up(self) -> None:
        """Ask where to and under which passphrase, and write the backup."""
        from ui.views.backup_dialogs import PassphraseState

        name, _ = QFileDialog.getSaveFileName(
            self._window,
            self.tr("Back up to"),
            str(documents() / f"keypane-backup{_SUFFIX}"),
            self.tr("Keypane backups (*.keypane)"),
        )
        if not name:
            return
        path = Path(name)
        self._work.ask(
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

        job = self._work.run(work, self.tr("Writing the backup…"))
        job.succeeded.connect(lambda counts: self._saved(counts, path.name))

    def _saved(self, counts: tuple[int, int], name: str) -> None:
        self._desk.toast(saved_words(counts[0], counts[1], name), LONG_TOAST_SECONDS)

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
        job = self._work.run(lambda _cancel: erase.everything(), self.tr("Erasing…"))
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
