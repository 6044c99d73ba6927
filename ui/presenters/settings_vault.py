"""Settings: the part about the vault, filled from what is known of it on a worker."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject

from core.ports import CancelToken
from core.vault.factory import Copy
from core.vault.vault import VaultStatus
from core.vault.ways_in import Ways
from ui.presenters.backup_words import copy_lines
from ui.presenters.locking import IDLE_MINUTES
from ui.views.settings_vault import VaultPart, VaultSettings
from ui.widgets import Choice

if TYPE_CHECKING:
    from ui.desk import Desk
    from ui.presenters.locking import Locking
    from ui.presenters.vault_care import VaultCare


class _Known(NamedTuple):
    ways: Ways
    copies: tuple[Copy, ...]


class SettingsVault(QObject):
    """Fills the part, and hands what was wanted to who does it."""

    def __init__(self, desk: Desk, view: VaultPart, care: VaultCare, locking: Locking) -> None:
        super().__init__(view)
        self._desk = desk
        self._view = view
        self._locking = locking
        self._status: VaultStatus = desk.world.vault.status()
        self._known = _Known(Ways(), ())
        self._busy = ""
        desk.vault_changed.connect(self._vault_changed)
        care.changed.connect(self.look)
        care.busy_changed.connect(self._work)
        locking.changed.connect(self.render)
        view.passphrase_wanted.connect(care.ways.choose_passphrase)
        view.recovery_wanted.connect(lambda: care.ways.choose_passphrase(recovery=True))
        view.recovery_removed.connect(care.ways.remove_recovery)
        view.keyring_wanted.connect(care.ways.use_keyring)
        view.idle_chosen.connect(lambda key: locking.choose_idle(int(key)))
        view.sleep_toggled.connect(lambda locks: locking.choose_sleep(locks=locks))
        view.back_up_wanted.connect(care.back_up)
        view.restore_wanted.connect(care.restoring.restore_file)
        view.copy_wanted.connect(care.restoring.restore_copy)
        view.erase_wanted.connect(care.erase)
        self.render()
        self.look()

    def look(self) -> None:
        """Find out which ways in and which copies there are."""
        world = self._desk.world
        if world.vault.status().state != "open":
            return

        def work(_cancel: CancelToken) -> _Known:
            return _Known(world.ways_in.ways(), world.backups.copies())

        job = self._desk.submit(work)
        job.succeeded.connect(self._looked)

    def render(self) -> None:
        """Make the part look like what is known."""
        is_open = self._status.state == "open"
        ways = self._known.ways
        today = self._desk.world.clock.now().astimezone().date()
        self._view.render_state(
            VaultSettings(
                is_open=is_open,
                opens=self._opens(),
                has_passphrase=is_open and ways.passphrase and not ways.keyring,
                has_recovery=is_open and ways.recovery,
                idle_choices=tuple(self._idle_choices()),
                idle=str(self._locking.minutes),
                locks_on_sleep=self._locking.on_sleep,
                sleep_text=self._sleep_text(),
                copies=copy_lines(self._known.copies, today) if is_open else (),
                busy=self._busy,
            )
        )

    def _opens(self) -> str:
        ways = self._known.ways
        if self._status.state == "session":
            return self.tr("Nothing: this session is forgotten on quit.")
        if self._status.state != "open":
            return self.tr("Nothing yet: there is no open vault.")
        if ways.keyring:
            label = self._desk.world.keys.label
            if ways.passphrase:
                return self.tr("{keyring}, or a passphrase").format(keyring=label)
            return label
        return self.tr("Your passphrase")

    def _idle_choices(self) -> list[Choice]:
        minutes = sorted({*IDLE_MINUTES, self._locking.minutes} - {0})
        words = [
            Choice(str(n), self.tr("After 1 minute") if n == 1 else self._after(n)) for n in minutes
        ]
        return [*words, Choice("0", self.tr("Never"))]

    def _after(self, minutes: int) -> str:
        if minutes == 60:
            return self.tr("After an hour")
        return self.tr("After {n} minutes").format(n=minutes)

    def _sleep_text(self) -> str:
        if self._locking.sleep is not None and not self._locking.is_told_of_sleep:
            return self.tr("This desktop does not tell; locked when it wakes")
        return ""

    def _looked(self, known: _Known) -> None:
        self._known = known
        self.render()

    def _work(self, words: str) -> None:
        self._busy = words
        self.render()

    def _vault_changed(self, status: VaultStatus) -> None:
        self._status = status
        self.render()
        self.look()
