"""What opens the vault, changed as the person asks: passphrase, keyring, recovery passphrase."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.ports import CancelToken
from core.vault.vault import VaultStatus
from ui.presenters.vault_work import VaultWork
from ui.widgets import ConfirmState

if TYPE_CHECKING:
    from collections.abc import Callable

    from ui.desk import Desk


class VaultWays(QObject):
    """Leads through each change.

    Signals:
        changed: something else opens the vault now.
    """

    changed = Signal()

    def __init__(self, desk: Desk, work: VaultWork, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._work = work
        self._world = desk.world

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
            self._work.ask(
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
        self._work.ask(state, lambda new: self._change(lambda: ways.use_passphrase(new)))

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

        job = self._work.run(work, self.tr("Changing what opens the vault…"))
        job.succeeded.connect(self._ways_changed)

    def _ways_changed(self, status: VaultStatus) -> None:
        self._desk.vault_changed.emit(status)
        self._desk.toast(self.tr("Done. The copies of the vault open the same way."))
        self.changed.emit()
