"""The desk: what all presenters share, and the snapshot of the vault they render from."""

import logging
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from core.errors import KeypaneError
from core.model import App
from core.ports import CancelToken
from core.vault.vault import VaultStatus
from core.world import World
from ui.jobs import Job, JobRunner
from ui.snapshot import Snapshot
from ui.widgets import ConfirmState, NoticeState, ToastState

log = logging.getLogger(__name__)

_LOOK_EVERY_MS: Final = 700


class Desk(QObject):
    """The world, the jobs, which App lies on the desk, and what the vault holds.

    Presenters read `snapshot` and never the vault itself on the GUI thread. A timer
    looks on a worker whether anyone, this window or the command line, has changed
    the vault, so each shows within a second what the other did.

    Signals:
        app_changed: another App was chosen; arg: its id, "" for none.
        snapshot_changed: the vault's content changed.
        vault_changed: opened, locked, created; arg: a VaultStatus.
        toast_wanted: arg: a ToastState.
        notice_wanted: arg: a NoticeState for the shell.
        confirm_wanted: args: a ConfirmState, what to do when it is accepted.
        keep_wanted: a real credential is about to be kept; arg: what to do once a vault is open.
        restart_wanted: end the program and start it again.
        session_forgotten: arg: the id of an App whose browser session nobody may use any more.
        copied: args: text, label: put a secret on the clipboard by the rules for it.
    """

    app_changed = Signal(str)
    snapshot_changed = Signal()
    vault_changed = Signal(object)
    toast_wanted = Signal(object)
    notice_wanted = Signal(object)
    confirm_wanted = Signal(object, object)
    keep_wanted = Signal(object)
    restart_wanted = Signal()
    session_forgotten = Signal(str)
    copied = Signal(object, str)
    pane_wanted = Signal(str)
    exchange_done = Signal(object)

    def __init__(self, world: World, runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.world = world
        self.runner = runner
        self.snapshot = Snapshot()
        self.app_id = ""
        self._look_job: Job | None = None
        self._look_again = False
        self._is_read = False
        self._state = ""
        self._app_before = ""
        self.vault_changed.connect(self._note_state)
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)

    @property
    def app(self) -> App | None:
        """The App on the desk."""
        return self.snapshot.app(self.app_id)

    def vault_opened(self, status: VaultStatus, snapshot: Snapshot | None) -> None:
        """Tell that the vault is open and what was read from it, and follow it from now on."""
        self._is_read = snapshot is not None
        self.vault_changed.emit(status)
        self._is_read = False
        self._seen(snapshot)
        self.start_looking()

    def start_looking(self) -> None:
        """Follow what the vault holds from now on."""
        self._timer.start()
        self.look()

    def stop_looking(self) -> None:
        """Stop following the vault; the window is closing."""
        self._timer.stop()

    def _note_state(self, status: VaultStatus) -> None:
        self._state = status.state
        if not is_open(status):
            self.snapshot = Snapshot()  # at once: nobody may draw from it any more
            self._app_before, self.app_id = self.app_id or self._app_before, ""

    def choose(self, app_id: str) -> None:
        """Lay another App on the desk."""
        if app_id != self.app_id:
            self.app_id = app_id
            self.app_changed.emit(app_id)

    def submit(self, work: Callable[[CancelToken], object], *, changes: bool = False) -> Job:
        """Run `work` on a worker; `changes` puts it into the lane of the App on the desk.

        Whatever comes of it, the vault is looked at afterwards.
        """
        job = self.runner.submit(work, lane=f"app:{self.app_id}" if changes else "")
        if changes:
            job.finished.connect(self.look)
        return job

    def confirm(self, state: ConfirmState, then: Callable[[], None]) -> None:
        """Ask before something that cannot be undone."""
        self.confirm_wanted.emit(state, then)

    def keep(self, then: Callable[[], None]) -> None:
        """Run `then` once a vault for real credentials is open; may ask the person first."""
        self.keep_wanted.emit(then)

    def toast(self, text: str, seconds: int = 5) -> None:
        """Say something in passing."""
        self.toast_wanted.emit(ToastState(text, seconds))

    def notice(self, state: NoticeState | None) -> None:
        """Say something that stays until it is dealt with."""
        self.notice_wanted.emit(state)

    def look(self) -> None:
        """Read the vault on a worker if it changed, and tell the presenters."""
        if self._is_read:
            return  # somebody reads it at this moment, and will tell
        if self._look_job is not None:
            self._look_again = True
            return
        known = self.snapshot.mark
        job = self.runner.submit(lambda _cancel: self._read(known))
        self._look_job = job
        job.succeeded.connect(self._seen)
        job.failed.connect(self._unseen)
        job.finished.connect(self._looked)

    def _read(self, known: int) -> Snapshot | None:
        vault = self.world.vault
        vault.heed_lock_call()
        if vault.status().state not in {"open", "session"}:
            return Snapshot() if known >= 0 else None
        return None if vault.mark() == known else Snapshot.of(vault)

    def _seen(self, snapshot: Snapshot | None) -> None:
        if snapshot is not None and snapshot != self.snapshot:
            self.snapshot = snapshot
            if not self.app_id and snapshot.app(self._app_before) is not None:
                self.app_id = self._app_before  # the one that lay here before the lock
            self.snapshot_changed.emit()

    def _unseen(self, error: object) -> None:
        if isinstance(error, KeypaneError):
            log.warning("the vault could not be read: %s", type(error).__name__)

    def _looked(self) -> None:
        self._look_job = None
        status = self.world.vault.status()
        if self._state == "open" and status.state != "open":
            self.vault_changed.emit(status)  # another program asked all to lock, or erased it
        if self._look_again:
            self._look_again = False
            self.look()


def is_open(status: VaultStatus) -> bool:
    """Return whether records can be kept now, be it for the session only."""
    return status.state in {"open", "session"}
