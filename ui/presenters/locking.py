"""Locking: by hand, when nobody is there, and when the computer goes to sleep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from core.model import Setting
from core.ports import CancelToken
from core.vault.vault import VaultStatus
from ui.desk import Desk
from ui.idle import IdleWatch

if TYPE_CHECKING:
    from ui.suspend import SuspendWatch

IDLE_SETTING: Final = "lock.idle_minutes"
SLEEP_SETTING: Final = "lock.on_sleep"
IDLE_MINUTES: Final = (1, 5, 15, 30, 60)
# A keyring that opens with the login opens the vault again without a question, so locking by
# itself would only be in the way; a passphrase is asked for.
_DEFAULT_MINUTES: Final = {"passphrase": 15}
_MS_PER_MINUTE: Final = 60_000
_LISTEN_AFTER_MS: Final = 1_000


class Locking(QObject):
    """Locks the open vault; a session, which has no file, is never locked by itself.

    Signals:
        changed: a choice was made or read.
    """

    changed = Signal()

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._status: VaultStatus = desk.world.vault.status()
        self._minutes: int | None = None
        self._is_stopped = False
        self.on_sleep = True
        self.idle = IdleWatch(self)
        self.sleep: SuspendWatch | None = None
        self.idle.idle.connect(self.lock)
        self._late = QTimer(self)  # the bus's library is loaded when all has long been painted
        self._late.setSingleShot(True)
        self._late.setInterval(_LISTEN_AFTER_MS)
        self._late.timeout.connect(self.listen)
        desk.vault_changed.connect(self._vault_changed)

    @property
    def minutes(self) -> int:
        """After how many idle minutes the vault is locked; 0 for never."""
        if self._minutes is not None:
            return self._minutes
        return _DEFAULT_MINUTES.get(self._status.key, 0)

    def take(self, settings: dict[str, str]) -> None:
        """Take over the person's choices."""
        text = settings.get(IDLE_SETTING, "")
        self._minutes = int(text) if text.isdecimal() else None
        self.on_sleep = settings.get(SLEEP_SETTING, "yes") != "no"
        self._watch()
        self.changed.emit()

    def choose_idle(self, minutes: int) -> None:
        """Lock after so many minutes from now on, and keep that."""
        self._minutes = minutes
        self._keep(Setting(IDLE_SETTING, str(minutes)))

    def choose_sleep(self, *, locks: bool) -> None:
        """Lock on sleep or not from now on, and keep that."""
        self.on_sleep = locks
        self._keep(Setting(SLEEP_SETTING, "yes" if locks else "no"))

    def lock(self) -> None:
        """Lock the vault now, if it is open and has a file."""
        if self._status.state != "open":
            return
        vault = self._desk.world.vault

        def work(_cancel: CancelToken) -> VaultStatus:
            vault.lock_up()
            return vault.status()

        job = self._desk.submit(work)
        job.succeeded.connect(self._desk.vault_changed)
        job.finished.connect(self._let_sleep)

    def stop(self) -> None:
        """Watch no more: the window closes."""
        self._is_stopped = True
        self._late.stop()
        self.idle.wait_for(0)
        if self.sleep is not None:
            self.sleep.stop()

    def listen(self) -> None:
        """Listen to who tells of sleep, if anybody does. Does nothing a second time."""
        if self.sleep is not None or self._is_stopped:
            return
        from ui.suspend import SuspendWatch

        self.sleep = SuspendWatch(self)
        self.sleep.sleeping.connect(self._lock_for_sleep)
        self.sleep.start()
        self.changed.emit()

    @property
    def is_told_of_sleep(self) -> bool:
        """Whether the desktop tells before it sleeps."""
        return self.sleep is not None and self.sleep.source != "clock"

    def _let_sleep(self) -> None:
        if self.sleep is not None:
            self.sleep.let_sleep()

    def _lock_for_sleep(self) -> None:
        if self.on_sleep and self._status.state == "open":
            self.lock()
        else:
            self._let_sleep()

    def _keep(self, setting: Setting) -> None:
        vault = self._desk.world.vault
        if self._status.state in {"open", "session"}:
            self._desk.submit(lambda _cancel: vault.save(setting))
        self._watch()
        self.changed.emit()

    def _vault_changed(self, status: VaultStatus) -> None:
        self._status = status
        if status.state == "open":
            self._late.start()
        self._watch()
        self.changed.emit()

    def _watch(self) -> None:
        is_open = self._status.state == "open" and not self._is_stopped
        self.idle.wait_for(self.minutes * _MS_PER_MINUTE if is_open else 0)
