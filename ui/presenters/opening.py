"""Opening: the vault at start, the embedded sandbox, and the question where keys are kept."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from core.errors import BadInput, VaultLocked
from core.ports import CancelToken
from core.secret import Secret
from core.vault.vault import VaultStatus
from core.world import RunningSandbox
from ui.ahead import Found, by_keyring, by_passphrase
from ui.desk import Desk, is_open
from ui.jobs import Job
from ui.notices import notice_for, restored_notice
from ui.widgets import NoticeState

if TYPE_CHECKING:
    from ui.main_window import MainWindow
    from ui.views.keyring_question import UnlockDialog

log = logging.getLogger(__name__)

# An open keyring answers within milliseconds; after this it may be waiting for the person.
_WAITING_AFTER_MS: Final = 400


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
        self._window = window
        self._sandbox: RunningSandbox | None = None
        self._wants_sandbox = False
        self._unlock: UnlockDialog | None = None
        self._unlock_job: Job | None = None
        self._waiting: list[Callable[[], None]] = []
        self._keyring_job: Job | None = None
        self._said_waiting = False
        desk.keep_wanted.connect(self.keep)
        desk.vault_changed.connect(self._vault_changed)

    @property
    def sandbox(self) -> RunningSandbox | None:
        """The embedded sandbox, None while it does not run."""
        return self._sandbox

    @property
    def sandbox_origin(self) -> str:
        """Where the embedded sandbox listens, "" while it does not run."""
        return self._sandbox.origin if self._sandbox is not None else ""

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
            self._wrong_passphrase(error)
        else:
            self._not_opened(error)

    def open_vault(self, ahead: Job | None = None) -> None:
        """Open the existing vault; ask for its passphrase where it has one."""
        job = ahead or self._desk.submit(by_keyring(self._desk.world))
        self._wait_with_patience(job)
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
        self._run_waiting()

    def _not_opened(self, error: object) -> None:
        if isinstance(error, VaultLocked) and error.needs == "passphrase":
            self.asked.emit()
            return
        if isinstance(error, VaultLocked) and error.needs == "choice":
            self._vault_changed(self._desk.world.vault.status())  # it was erased meanwhile
            return
        notice = notice_for(error, "open", key="open_again", action=self.tr("Try again"))
        self.failed.emit(notice)
        self._waiting.clear()

    # --- the keyring may wait for the person -----------------------------------------------

    def _ask_keyring(self, work: Callable[[], object]) -> Job:
        """Run work that may wait for the keyring's own prompt, so that it can be stopped."""
        vault = self._desk.world.vault

        def stoppable(cancel: CancelToken) -> object:
            forget = cancel.on_cancel(vault.stop_waiting)
            try:
                return work()
            finally:
                forget()

        job = self._desk.submit(stoppable)
        self._wait_with_patience(job)
        return job

    def _wait_with_patience(self, job: Job) -> None:
        """Say so when the job, which asks the keyring, takes longer than a keyring does."""
        self._keyring_job = job
        patience = QTimer(job)
        patience.setSingleShot(True)
        patience.timeout.connect(self._say_waiting)
        patience.start(_WAITING_AFTER_MS)
        job.finished.connect(lambda: self._keyring_answered(patience))

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

    def _keyring_answered(self, patience: QTimer) -> None:
        patience.stop()
        self._keyring_job = None
        if self._said_waiting:
            self._said_waiting = False
            self.waiting.emit(None)

    def stop_waiting(self) -> None:
        """Wait for the keyring no longer."""
        if self._keyring_job is not None:
            self._keyring_job.cancel()

    # --- the passphrase ----------------------------------------------------------------------

    def ask_passphrase(self) -> None:
        """Ask for the vault's passphrase until it opens or the person gives up."""
        if self._unlock is not None:
            return
        from ui.views.keyring_question import UnlockDialog

        self._unlock = UnlockDialog(self._window)
        self._unlock.unlock_wanted.connect(self.try_passphrase)
        self._unlock.stop_wanted.connect(self.stop_unlocking)
        self._unlock.rejected.connect(self.stay_locked)
        self._unlock.open()

    def try_passphrase(self, text: str) -> None:
        """Unlock the vault with what was typed, on a worker."""
        work = by_passphrase(self._desk.world, Secret(text), may_create=False)
        self._render_unlock("", self.tr("Unlocking…"))
        self._unlock_job = self._desk.submit(work)
        self._unlock_job.succeeded.connect(self._unlocked)
        self._unlock_job.failed.connect(self._wrong_passphrase)
        self._unlock_job.cancelled.connect(lambda: self._render_unlock(""))

    def stop_unlocking(self) -> None:
        """Wait for the unlocking under way no longer."""
        if self._unlock_job is not None:
            self._unlock_job.cancel()

    def _unlocked(self, found: Found) -> None:
        dialog, self._unlock = self._unlock, None
        if dialog is not None:
            dialog.accept()
        self._after_open(found)

    def _wrong_passphrase(self, error: object) -> None:
        if isinstance(error, BadInput):
            self._render_unlock(self.tr("That is not the passphrase. The vault stays locked."))
        else:
            notice = notice_for(error, "open")
            self._render_unlock(f"{notice.title} {notice.text}")

    def _render_unlock(self, error: str, busy: str = "") -> None:
        self.unlocking.emit(error, busy)
        if self._unlock is not None:
            self._unlock.render_state(error=error, busy=busy)

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
        self._unlock = None
        self._waiting.clear()
        self.failed.emit(
            NoticeState(
                self.tr("The vault is locked."),
                self.tr("Unlock it to see your Apps. Nothing is lost."),
                "warn",
                self.tr("Unlock"),
                "open_again",
            )
        )

    # --- where keys are kept ------------------------------------------------------------------

    def keep(self, then: Callable[[], None]) -> None:
        """Run `then` once real credentials can be kept; ask the person where, the first time."""
        status = self._desk.world.vault.status()
        if status.state == "open" or (status.state == "session" and self._session_is_chosen):
            then()
            return
        self._waiting.append(then)
        if status.state == "locked":
            self.open_vault()
        elif len(self._waiting) == 1:
            self._look_for_keyring()

    _session_is_chosen = False

    def _look_for_keyring(self) -> None:
        keys = self._desk.world.keys
        job = self._ask_keyring(keys.probe)
        job.succeeded.connect(lambda _none: self._ask_where(keys.label, has_keyring=True))
        job.failed.connect(lambda _error: self._ask_where("", has_keyring=False))
        job.cancelled.connect(lambda: self._ask_where("", has_keyring=False))

    def _ask_where(self, label: str, *, has_keyring: bool) -> None:
        passphrase = self.tr(
            "Passphrase: Keypane asks at each start. Forget on quit: nothing is written, and "
            "closing the window forgets the keys."
        )
        if has_keyring:
            title = self.tr("Keep your keys in {keyring}?").format(keyring=label)
            text = self.tr("Yes: they open with your login, in an encrypted file of yours.")
        else:
            title = self.tr("Where should your keys be kept?")
            text = self.tr("No keyring of this desktop answers, so choose one of these.")
        from ui.views.keyring_question import KeyringQuestion, KeyringQuestionState

        state = KeyringQuestionState(title, f"{text} {passphrase}", can_use_keyring=has_keyring)
        dialog = KeyringQuestion(state, self._window)
        vault = self._desk.world.vault
        dialog.keyring_chosen.connect(lambda: self._create(vault.create_with_keyring))
        dialog.passphrase_chosen.connect(
            lambda text: self._create(lambda: vault.create_with_passphrase(Secret(text)))
        )
        dialog.session_chosen.connect(self._choose_session)
        dialog.rejected.connect(self._waiting.clear)
        dialog.open()

    def _choose_session(self) -> None:
        self._session_is_chosen = True
        self._create(self._desk.world.vault.start_session)

    def _create(self, how: Callable[[], VaultStatus]) -> None:
        job = self._ask_keyring(how)
        job.succeeded.connect(self._created)
        job.failed.connect(self._not_created)
        job.cancelled.connect(self._creation_stopped)

    def _created(self, status: VaultStatus) -> None:
        self._desk.vault_changed.emit(status)
        self._desk.start_looking()
        self.opened.emit()
        self._run_waiting()

    def made(self, status: VaultStatus) -> None:
        """A vault was made elsewhere, of a backup: go on as after the question where to keep."""
        self._created(status)

    def _creation_stopped(self) -> None:
        self._waiting.clear()
        self._desk.toast(self.tr("Stopped waiting. Nothing was kept; you can save again."), 12)

    def _not_created(self, error: object) -> None:
        self._waiting.clear()
        notice = notice_for(error, "open")
        self._desk.toast(f"{notice.title} {notice.text}", 12)

    def _run_waiting(self) -> None:
        waiting, self._waiting = self._waiting, []
        for then in waiting:
            then()

    # --- the sandbox --------------------------------------------------------------------------

    def start_sandbox(self) -> None:
        """Start the embedded sandbox and make its Practice App known."""
        if self._sandbox is not None:
            return
        job = self._desk.submit(lambda _cancel: self._start())
        job.succeeded.connect(self._started)
        job.failed.connect(lambda error: self.failed.emit(notice_for(error, "sandbox")))

    def _start(self) -> tuple[RunningSandbox, VaultStatus, str]:
        world = self._desk.world
        if world.vault.status().state == "none":
            world.browser_sessions.sweep()  # what an earlier session in memory left behind
            # Sandbox records never ask for a keyring; a session holds them until there is a vault.
            world.vault.start_session()
        from core.practice import keep_practice_app

        running = world.start_sandbox()
        app = keep_practice_app(world.vault, world.clock, running)
        return running, world.vault.status(), app.app_id

    def _started(self, outcome: tuple[RunningSandbox, VaultStatus, str]) -> None:
        self._sandbox, status, app_id = outcome
        self._desk.choose(app_id)
        self._desk.vault_changed.emit(status)
        if is_open(status):
            self._desk.start_looking()
        self.opened.emit()
        self.sandbox_ready.emit(app_id)

    def stop_sandbox(self) -> None:
        """Stop the embedded sandbox; what it kept stays on disk."""
        running, self._sandbox = self._sandbox, None
        if running is not None:
            running.stop()
