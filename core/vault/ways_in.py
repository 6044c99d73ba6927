"""What opens the vault, and changing it: the OS keyring, a passphrase, a recovery passphrase.

The data key stays the same and is wrapped anew. A recovery passphrase is a second way in for
the day when the passphrase is forgotten or the keyring is gone. The last way in cannot be
removed.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from core.errors import BadInput, VaultError
from core.secret import Secret
from core.vault.opened import Opened
from core.vault.vault import Vault, VaultStatus
from core.vault.wraps import KEYRING_WRAP, PASSPHRASE_WRAP, RECOVERY_WRAP

log = logging.getLogger(__name__)

LEAST_CHARS = 8


@dataclass(frozen=True, slots=True)
class Ways:
    """Which ways into the open vault there are."""

    keyring: bool = False
    passphrase: bool = False
    recovery: bool = False


class WaysIn:
    """Changes the ways into the open vault. Not for the GUI thread.

    Every method raises VaultLocked while the vault is not open, and VaultError where the disk
    does not take the change; the vault opens as before then.
    """

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._file = vault.inside.file

    def ways(self) -> Ways:
        """Return which there are; none for a session."""
        with self._vault.lease() as opened:
            return _ways(opened)

    def set_passphrase(self, passphrase: Secret, *, recovery: bool = False) -> None:
        """Let this passphrase open the vault; an earlier one of its kind opens it no longer.

        Raises:
            BadInput: it is too short, or the vault is a session.
        """
        _refuse_short(passphrase)
        with self._in_file() as opened:
            name = RECOVERY_WRAP if recovery else PASSPHRASE_WRAP
            self._file.change_wraps(opened, {name: self._file.wrapped_with(opened, passphrase)})

    def remove_passphrase(self, *, recovery: bool = False) -> None:
        """Let the passphrase, or the recovery passphrase, open the vault no longer.

        Raises:
            BadInput: there is none, or nothing else opens the vault day by day.
        """
        with self._in_file() as opened:
            ways = _ways(opened)
            if not (ways.recovery if recovery else ways.passphrase):
                raise BadInput("passphrase", "there is none to remove")
            if not recovery and not ways.keyring:
                raise BadInput(
                    "passphrase", "nothing else opens the vault; move its key to the keyring first"
                )
            self._file.change_wraps(opened, {RECOVERY_WRAP if recovery else PASSPHRASE_WRAP: None})

    def use_keyring(self) -> VaultStatus:
        """Let the OS keyring open the vault instead of the passphrase.

        A recovery passphrase stays. May wait for the keyring's prompt.

        Raises:
            VaultUnavailable, VaultLocked: the keyring cannot be used; nothing changed.
        """
        with self._in_file() as opened:
            wrap = self._file.put_into_keyring(opened)
            self._file.change_wraps(opened, {KEYRING_WRAP: wrap, PASSPHRASE_WRAP: None})
        return self._vault.status()

    def use_passphrase(self, passphrase: Secret) -> VaultStatus:
        """Let a passphrase open the vault instead of the OS keyring, whose item is deleted.

        Raises:
            BadInput: the passphrase is too short.
        """
        _refuse_short(passphrase)
        with self._in_file() as opened:
            wrap = self._file.wrapped_with(opened, passphrase)
            had_keyring = _ways(opened).keyring
            self._file.change_wraps(opened, {PASSPHRASE_WRAP: wrap, KEYRING_WRAP: None})
            if had_keyring:
                try:
                    self._file.take_from_keyring(opened)
                except VaultError as error:
                    log.warning("the keyring still has the key: %s", error.detail)
        return self._vault.status()

    @contextmanager
    def _in_file(self) -> Iterator[Opened]:
        with self._vault.lease() as opened:
            if opened.key == "session":
                raise BadInput("passphrase", "a session has no vault file")
            yield opened


def _ways(opened: Opened) -> Ways:
    found = (opened.store.meta(n) for n in (KEYRING_WRAP, PASSPHRASE_WRAP, RECOVERY_WRAP))
    return Ways(*(wrap is not None for wrap in found))


def _refuse_short(passphrase: Secret) -> None:
    if len(passphrase) < LEAST_CHARS:
        raise BadInput("passphrase", f"it has fewer than {LEAST_CHARS} characters")
