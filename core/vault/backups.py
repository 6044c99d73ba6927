"""Backups for the person: to a file, from a file, and from the copies that the vault keeps.

Restoring into the open vault is one transaction, after a copy of what was there was kept. A
vault that nobody can open any more is set aside, whole, and another takes its place at once.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from core.errors import BadInput, VaultBusy
from core.secret import Secret
from core.vault.backup_body import PORTABLE, Contents, from_body, to_body
from core.vault.backup_file import LONGEST_BYTES, open_backup, seal_backup
from core.vault.factory import Copy
from core.vault.opened import Opened
from core.vault.restoring import MERGE, Preview, plan, write
from core.vault.vault import Vault, VaultStatus
from core.vault.ways_in import LEAST_CHARS

_ATTEMPTS: Final = 20


class Backups:
    """Makes, previews and restores backups. Not for the GUI thread.

    Every method raises VaultLocked where it needs the open vault and that is locked, and
    VaultError where the disk fails; nothing is half done then.
    """

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._stores = vault.inside.stores
        self._clock = vault.inside.clock

    # --- to a file -------------------------------------------------------------------------------

    def save(self, path: Path, passphrase: Secret, *, overwrite: bool = False) -> Contents:
        """Write all that the open vault holds into one file, sealed under a passphrase.

        Args:
            path: where to. It appears complete, or not at all.
            passphrase: opens it again, on any computer.
            overwrite: whether a file of this name may be replaced.

        Raises:
            BadInput: the passphrase is too short, there is a file already, or the disk does
                not take it.
        """
        if len(passphrase) < LEAST_CHARS:
            raise BadInput("passphrase", f"it has fewer than {LEAST_CHARS} characters")
        contents = self.contents()
        data = seal_backup(to_body(contents), passphrase, self._vault.inside.cost)
        self._stores.write_backup(path, data, overwrite=overwrite)
        return contents

    def contents(self) -> Contents:
        """Return all that the open vault holds, as of one moment."""
        with self._vault.lease() as opened:
            for _ in range(_ATTEMPTS):
                before = opened.store.mark()
                contents = _contents_of(opened, self._clock.now())
                if opened.store.mark() == before:
                    return contents
        raise VaultBusy("another program keeps writing")

    # --- from a file or a copy -------------------------------------------------------------------

    def read(self, path: Path, passphrase: Secret) -> Contents:
        """Return what a backup holds. Changes nothing, and needs no open vault.

        Raises:
            BadInput: "FILE" where it is no sound backup that this version reads, "passphrase"
                where the passphrase is another one.
        """
        whole = self._stores.read_backup(path, LONGEST_BYTES)
        return from_body(open_backup(whole, passphrase))

    def copies(self) -> tuple[Copy, ...]:
        """Return the copies that the vault keeps by itself, newest first."""
        return tuple(self._stores.copies())

    def yesterdays(self) -> Copy | None:
        """Return the newest copy of an earlier day, or None."""
        today = self._clock.now().astimezone().date()
        earlier = (c for c in self.copies() if c.made_at.astimezone().date() < today)
        return next(earlier, None)

    def contents_of(self, copy: Copy) -> Contents:
        """Return what a copy holds; it opens with the open vault's key.

        Raises:
            VaultCorrupt, VaultUnavailable: it does not open.
        """
        with self._vault.lease() as opened:
            store = self._stores.open_generation(copy.name)
            try:
                held = Opened(store, opened.sealer, "")
                held.check()
                return _contents_of(held, copy.made_at)
            finally:
                store.close()

    def preview(self, there: Contents, mode: str = MERGE) -> Preview:
        """Return what restoring would do; into an empty vault where none is open."""
        here = Contents(self._clock.now())
        if self._vault.status().state in {"open", "session"}:
            here = self.contents()
        return plan(there, here, mode).preview

    def restore(self, there: Contents, mode: str = MERGE) -> Preview:
        """Bring contents into the open vault, all of it or nothing, and return what was done.

        A copy of what was there is kept first. Refresh tokens that X may have replaced since
        are uncertain afterwards.
        """
        with self._vault.lease() as opened:
            if opened.key != "session":
                self._stores.keep_copy(opened.store)
        with self._vault.change() as change, self._vault.lease() as opened:
            now = self._clock.now()
            here = _contents_of(opened, now)
            planned = plan(there, here, mode)
            write(planned, here, now, change)
        return planned.preview

    def start_over(
        self, there: Contents, passphrase: Secret | None, *, over: bool = False
    ) -> VaultStatus:
        """Make a vault that holds these contents; nothing of it is seen before it is complete.

        Args:
            there: what it holds.
            passphrase: opens it from now on; None puts its key into the OS keyring.
            over: a vault that is there and locked is set aside in the folder "quarantine".

        Raises:
            VaultUnavailable: there is a vault and `over` was not given, or the keyring or the
                folder cannot be used.
        """
        file, now = self._vault.inside.file, self._clock.now()
        planned = plan(there, Contents(now), MERGE)
        if passphrase is None:
            return self._vault.create(
                lambda: file.fresh_in_keyring(over=over),
                lambda change: write(planned, Contents(now), now, change),
                over=over,
            )
        return self._vault.create(
            lambda: file.fresh_under(passphrase, over=over),
            lambda change: write(planned, Contents(now), now, change),
            over=over,
        )


def _contents_of(opened: Opened, at: datetime) -> Contents:
    nouns: list[object] = []
    each: Callable[[type], list[object]] = opened.all
    for noun in PORTABLE.values():
        nouns += each(noun)
    return Contents(at, tuple(nouns), tuple(opened.operations()))
