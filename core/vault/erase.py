"""Erasing everything on this computer: vault, copies, sandbox, sessions, and the keyring's item.

A note stands before anything is deleted, so an erasing that was cut off is finished by
whoever starts next. X is not asked: tokens that are alive stay alive there.
"""

import logging

from core.errors import VaultError
from core.vault.vault import Vault

log = logging.getLogger(__name__)


class Erase:
    """Erases all that Keypane keeps in the data directory. Not for the GUI thread."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._inside = vault.inside

    def everything(self) -> int:
        """Erase it; programs that have the vault open lock it.

        Returns:
            How many items the OS keyring still has, because it did not answer. They open
            nothing any more, and are tried again at each start.

        Raises:
            VaultUnavailable: the note could not be written, or something could not be deleted.
        """
        self._inside.stores.begin_erasing()
        return self.finish()

    def finish(self) -> int:
        """Go on with an erasing that was begun; return as `everything`. Cheap where there is none.

        Raises:
            VaultUnavailable: something could not be deleted.
        """
        stores = self._inside.stores
        is_begun, items = stores.erasing()
        if not is_begun and not items:
            return 0
        with self._inside.opening:
            if is_begun:
                self._vault.lock_up()
                self._inside.file.forget()
                stores.erase_files()
            left = [item for item in items if not self._is_deleted(*item)]
            stores.items_left(left)
        log.info("everything was erased; %d items of the keyring are left", len(left))
        return len(left)

    def _is_deleted(self, service: str, user: str) -> bool:
        try:
            self._inside.keys.delete(service, user)
        except VaultError as error:
            log.warning("an item of the keyring is left: %s", error.detail)
            return False
        return True
