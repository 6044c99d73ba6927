"""Opening: what a start goes through until the window has something to show."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.errors import BadInput, VaultLocked
from core.secret import Secret
from core.vault.vault import VaultStatus
from core.world import RunningSandbox
from ui.ahead import Found, by_keyring, by_passphrase
from ui.desk import Desk, is_open
from ui.jobs import Job
from ui.notices import notice_for, restored_notice
from ui.presenters.embedded_sandbox import EmbeddedSandbox
from ui.presenters.keeping import Keeping
from ui.presenters.keyring_wait import KeyringWait
from ui.presenters.unlocking import Unlocking
from ui.widgets import NoticeState

if TYPE_CHECKING:
    from ui.main_window import MainWindow

log = logging.getLogger(__name__)


class Opening(QObject):
    """Opens what the window stands on; nothing of it runs on the GUI thread.

    Signals:
        settings_read: the person's choices are known; arg: their values by name.
        opened: the vault, or a session in its place, can be read.
        empty: there is no vault yet and nothing to show.
        failed: arg: a NoticeState that says why there is nothing to show.
        waiting: the keyring takes its time; arg: a NoticeState that says so, whose button
            "stop_waiting" calls `stop_waiting`; None once it has answered.
        asked: the vault opens with a passphrase, and somebody has to ask for it.
        unlocking: what is wrong with the passphrase, what is under way; "" for nothing.
        sandbox_ready: arg: the id of the Practice App.
    """

    settings_read = Signal(object)
    opened = Signal()
    empty = Signal()
    failed = Signal(object)
    waiting = Signal(object)
    sandbox_ready = Signal(str)
    asked = Signal()
    unlocking = Signal(str, str)

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        super().__init__(window)
        self._desk = desk
        self._wants_sandbox = False
        self._keyring = KeyringWait(desk, self)
        self._unlocking = Unlocking(desk, window, self)
        self._keeping = Keeping(desk, window, self._keyring, self)
        self._sandbox = EmbeddedSandbox(desk, self)
        self._connect()

    def _connect(self) -> None:
        self._keyring.waiting.connect(self.waiting)
        self._unlocking.said.connect(self.unlocking)
        self._unlocking.unlocked.connect(self._after_open)
        self._unlocking.given_up.connect(self.stay_locked)
        self._keeping.vault_wanted.connect(self.open_vault)
        self._keeping.created.connect(self.made)
        self._sandbox.started.connect(self._sandbox_started)
        self._sandbox.failed.connect(self._sandbox_failed)
        self._desk.keep_wanted.connect(self.keep)
        self._desk.vault_changed.connect(self._vault_changed)

    @property
    def sandbox(self) -> RunningSandbox | None:
        """The embedded sandbox, None while it does not run."""
        return self._sandbox.running

    @property
    def sandbox_origin(self) -> str:
        """Where the embedded sandbox listens, "" while it does not run."""
        running = self._sandbox.running
        return running.origin if running is not None else ""

    # --- at start ----------------------------------------------------------------------------

    def start(
        self, *, sandbox: bool, passphrase: Secret | None = None, ahead: Job | None = None
    ) -> None:
        """Open the vault if there is one, and the sandbox if it is wanted.

        Args:
            sandbox: whether to start the embedded sandbox.
            passphrase: opens the vault, or creates it, without asking anyone.
            ahead: opens the vault already, as `Ahead` does.
        """
        is_begun, items = self._desk.world.vault.inside.stores.erasing()
        if is_begun or items:
            job = self._desk.submit(lambda _cancel: self._desk.world.erase.finish())
            if is_begun and ahead is None:
                # Nothing new is kept before the old is gone.
                job.finished.connect(lambda: self._go_on(sandbox=sandbox, passphrase=passphrase))
                return
        self._go_on(sandbox=sandbox, passphrase=passphrase, ahead=ahead)

    def _go_on(
        self, *, sandbox: bool, passphrase: Secret | None = None, ahead: Job | None = None
    ) -> None:
        self._wants_sandbox = sandbox
        if passphrase is not None:
            self._open_with(passphrase, ahead)
            return
        if ahead is not None:
            self.open_vault(ahead)
            return
        status = self._desk.world.vault.status()
        if status.state == "none":
            if sandbox:
                self.start_sandbox()
            else:
                sessions = self._desk.world.browser_sessions
                self._desk.submit(lambda _cancel: sessions.sweep())
                self.empty.emit()
            return
        self.open_vault()

    def _open_with(self, passphrase: Secret, ahead: Job | None) -> None:
        job = ahead or self._desk.submit(by_passphrase(self._desk.world, passphrase))
        job.succeeded.connect(self._after_open)
        job.failed.connect(self._not_opened_with)

    def _not_opened_with(self, error: object) -> None:
        if isinstance(error, BadInput):
            self.asked.emit()
            self._unlocking.refuse(error)
        else:
            self._not_opened(error)

    def open_vault(self, ahead: Job | None = None) -> None:
        """Open the existing vault; ask for its passphrase where it has one."""
        job = ahead or self._desk.submit(by_keyring(self._desk.world))
        self._keyring.follow(job)
        job.succeeded.connect(self._after_open)
        job.failed.connect(self._not_opened)
        job.cancelled.connect(self.stay_locked)

    def _after_open(self, found: Found) -> None:
        self.settings_read.emit(found.settings)
        self._desk.vault_opened(found.status, found.snapshot)
        self.opened.emit()
        for intent in found.unknown:
            log.warning("the outcome of an earlier %s is unknown", intent.operation)
        if found.status.restored:
            self._desk.notice(restored_notice())
        if found.unknown:
            self._desk.toast(
                self.tr("An earlier change never got its answer. Its row says what to do."), 10
            )
        if self._wants_sandbox:
            self.start_sandbox()
        self._keeping.run_waiting()

    def _not_opened(self, error: object) -> None:
        if isinstance(error, VaultLocked) and error.needs == "passphrase":
            self.asked.emit()
            return
        if isinstance(error, VaultLocked) and error.needs == "choice":
            self._vault_changed(self._desk.world.vault.status())  # it was erased meanwhile
            return
        notice = notice_for(error, "open", key="open_again", action=self.tr("Try again"))
        self.failed.emit(notice)
        self._keeping.drop_waiting()

    # --- the vault ---------------------------------------------------------------------------

    def stop_waiting(self) -> None:
        """Wait for the keyring no longer."""
        self._keyring.stop()

    def ask_passphrase(self) -> None:
        """Ask for the vault's passphrase until it opens or the person gives up."""
        self._unlocking.ask()

    def try_passphrase(self, text: str) -> None:
        """Unlock the vault with what was typed, on a worker."""
        self._unlocking.attempt(text)

    def stop_unlocking(self) -> None:
        """Wait for the unlocking under way no longer."""
        self._unlocking.stop()

    def keep(self, then: Callable[[], None]) -> None:
        """Run `then` once real credentials can be kept; ask the person where, the first time."""
        self._keeping.keep(then)

    def made(self, status: VaultStatus) -> None:
        """A vault was made, after the question where to keep or of a backup: go on with it."""
        self._desk.vault_changed.emit(status)
        self._desk.start_looking()
        self.opened.emit()
        self._keeping.run_waiting()

    def _vault_changed(self, status: VaultStatus) -> None:
        if status.state == "locked":
            self.stay_locked()
        elif status.state == "none":
            self.failed.emit(
                NoticeState(
                    self.tr("The vault is gone from its folder."),
                    self.tr(
                        "It was erased here, or the folder or disk it was on is not there any "
                        "more. Bring that back and start Keypane again, or begin anew."
                    ),
                )
            )

    def stay_locked(self) -> None:
        """Say that the vault is locked, and how it is opened."""
        self._unlocking.forget_dialog()
        self._keeping.drop_waiting()
        self.failed.emit(
            NoticeState(
                self.tr("The vault is locked."),
                self.tr("Unlock it to see your Apps. Nothing is lost."),
                "warn",
                self.tr("Unlock"),
                "open_again",
            )
        )

    # --- the sandbox --------------------------------------------------------------------------

    def start_sandbox(self) -> None:
        """Start the embedded sandbox and make its Practice App known."""
        self._sandbox.start()

    def stop_sandbox(self) -> None:
        """Stop the embedded sandbox; what it kept stays on disk."""
        self._sandbox.stop()

    def _sandbox_started(self, status: VaultStatus, app_id: str) -> None:
        self._desk.choose(app_id)
        self._desk.vault_changed.emit(status)
        if is_open(status):
            self._desk.start_looking()
        self.opened.emit()
        self.sandbox_ready.emit(app_id)

    def _sandbox_failed(self, error: object) -> None:
        self.failed.emit(notice_for(error, "sandbox"))
