"""The ways to the data key: an existing vault's, and a new one's.

A damaged vault file is told from a wrong key: only damage makes a copy of the file take
its place, so that an old passphrase cannot bring an old copy back. Whatever is older than
what was last written, a copy or a file whose end is lost, has its refresh tokens doubted.
"""

import logging
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from core.errors import BadInput, VaultCorrupt, VaultError, VaultLocked, VaultUnavailable
from core.model import UserToken
from core.ports import Change, Clock, KeyStore, Store
from core.secret import Secret
from core.vault.factory import StoreFactory
from core.vault.opened import Opened
from core.vault.sealing import DataKey, Sealer
from core.vault.stale import doubt_restored, may_be_stale
from core.vault.wraps import (
    KEYRING_USER,
    KEYRING_WRAP,
    PASSPHRASE_WRAP,
    PASSPHRASES,
    VAULT_ID,
    WRAPS,
    Cost,
    keyring_item,
    keyring_service,
    unwrap_with_passphrase,
    wrap_with_keyring,
    wrap_with_passphrase,
)

log = logging.getLogger(__name__)

_REWRAP_DUE: Final = "rewrap_due"
_FindKey = Callable[[Store, str], DataKey]


@dataclass(frozen=True, slots=True)
class FreshKey:
    """A data key for a vault that is about to be made, and its wrap."""

    vault_id: str
    key: DataKey
    wrap_name: str
    wrap: bytes


class VaultFile:
    """The vault's file, and how it is opened and made. May wait for keyring, disk, Argon2id."""

    def __init__(self, stores: StoreFactory, keys: KeyStore, clock: Clock, cost: Cost) -> None:
        self._stores = stores
        self._keys = keys
        self._clock = clock
        self._cost = cost
        self.key = ""  # "keyring" or "passphrase" once that is known
        self.restored = False
        self.has_passphrase = False  # known as `key` is; a recovery passphrase is one too

    def forget(self) -> None:
        """Know of no vault any more: it was erased."""
        self.key = ""
        self.restored = self.has_passphrase = False

    def look(self) -> None:
        """Learn from the file what opens it, without a key. Damage is not told here."""
        if self.key or not self._stores.exists():
            return
        with suppress(VaultError):
            store = self._stores.open()
            try:
                self._note_kind(store)
            finally:
                store.close()

    # --- an existing vault ---------------------------------------------------------------------

    def open_with_keyring(self) -> Opened:
        """Open it with the key that the OS keyring holds. Raises as `Vault.open`."""
        return self._open(self._key_from_keyring, "keyring")

    def open_with_passphrase(self, passphrase: Secret) -> Opened:
        """Open it with the key that the passphrase wraps. Raises as `Vault.unlock`."""

        def key_of(store: Store, vault_id: str) -> DataKey:
            wraps = [wrap for name in PASSPHRASES if (wrap := store.meta(name)) is not None]
            if not wraps:
                self._need_some_wrap(store)
                raise VaultLocked("keyring", "this vault has no passphrase")
            for wrap in wraps[:-1]:
                with suppress(BadInput):
                    return unwrap_with_passphrase(vault_id, wrap, passphrase)
            return unwrap_with_passphrase(vault_id, wraps[-1], passphrase)

        return self._open(key_of, "passphrase")

    def _open(self, key_of: _FindKey, key: str) -> Opened:
        """Return the vault with all its records proven, or the newest copy that is sound."""
        self.restored = False
        if not self._stores.exists():
            raise VaultLocked("choice")
        try:
            opened = self._proven(self._stores.open, key_of, key)
        except VaultCorrupt as damage:
            opened = self._restore(damage, key_of, key)
        else:
            if self._stores.went_back(opened.store):
                self._take_as_older(opened)
            if opened.store.meta(_REWRAP_DUE) is not None:
                self._rewrap_copies(opened)
            self._stores.back_up(opened.store)
        self.key = key
        return opened

    def _restore(self, damage: VaultCorrupt, key_of: _FindKey, key: str) -> Opened:
        """Return the newest copy that opens, in the vault's place. Raises `damage` if none."""
        for name in self._stores.generations():
            try:
                self._proven(lambda: self._stores.open_generation(name), key_of, key).dispose()  # noqa: B023 - called at once
            except (VaultCorrupt, VaultUnavailable, VaultLocked, BadInput):
                continue

            def doubt(store: Store) -> None:
                self._doubt(self._proven(lambda: store, key_of, key))

            opened = self._proven(lambda: self._stores.restore(name, doubt), key_of, key)  # noqa: B023 - called at once
            log.warning("the vault was damaged; the previous generation took its place")
            self.restored = True
            return opened
        raise damage

    def _take_as_older(self, opened: Opened) -> None:
        """Go on with a vault that lost its last changes; what is left of them is kept aside."""
        log.warning("the vault is older than when it was last written")
        self.restored = True
        try:
            self._stores.set_aside()
            self._doubt(opened)
            self._stores.accept(opened.store)
        except VaultError as error:
            log.warning("that could not be noted in the vault: %s", error.detail)

    def _doubt(self, opened: Opened) -> None:
        try:
            with opened.change() as change:
                for token in opened.all(UserToken):
                    if may_be_stale(token):
                        doubt_restored(token, opened.operations(), self._clock.now(), change)
        except VaultUnavailable as error:
            if error.reason != "newer_version":  # that one is only looked at
                raise

    def _proven(self, open_store: Callable[[], Store], key_of: _FindKey, key: str) -> Opened:
        store = open_store()
        data_key: DataKey | None = None
        try:
            self._note_kind(store)
            vault_id = (store.meta(VAULT_ID) or b"").decode("ascii", "replace")
            data_key = key_of(store, vault_id)
            opened = Opened(store, Sealer(vault_id, data_key), key)
            opened.verify()
        except BaseException:
            if data_key is not None:
                data_key.wipe()
            store.close(as_found=True)
            raise
        return opened

    def _note_kind(self, store: Store) -> None:
        self.has_passphrase = _has_passphrase(store)
        if store.meta(KEYRING_WRAP) is not None:
            self.key = "keyring"
        elif self.has_passphrase:
            self.key = "passphrase"

    def _key_from_keyring(self, store: Store, vault_id: str) -> DataKey:
        self._need_some_wrap(store)
        wrap = store.meta(KEYRING_WRAP)
        if wrap is None:
            raise VaultLocked("passphrase")
        text = self._keys.read(*keyring_item(vault_id, wrap))
        if text is not None:
            return DataKey.from_text(text)
        if _has_passphrase(store):
            raise VaultLocked("passphrase", "the keyring has lost this vault's key")
        raise VaultUnavailable("key_missing", "the keyring has no key for this vault")

    @staticmethod
    def _need_some_wrap(store: Store) -> None:
        if all(store.meta(name) is None for name in WRAPS):
            raise VaultCorrupt("the vault says nowhere where its key is")

    # --- a new vault -----------------------------------------------------------------------------

    @contextmanager
    def fresh_in_keyring(self, *, over: bool = False) -> Iterator[FreshKey]:
        """Write a new key into the OS keyring; it goes again if no vault comes of it."""
        self._refuse_second(over=over)
        self._keys.probe()
        vault_id, key = secrets.token_hex(16), DataKey.fresh()
        service, text = keyring_service(vault_id), key.to_text()
        try:
            self._stores.note_item(service, KEYRING_USER)
            self._keys.write(service, KEYRING_USER, text)
            self._prove_kept(service, text)
            yield FreshKey(vault_id, key, KEYRING_WRAP, wrap_with_keyring(vault_id))
        except BaseException:
            key.wipe()
            with suppress(VaultError):
                self._keys.delete(service, KEYRING_USER)
                self._stores.forget_item(service, KEYRING_USER)
            raise

    @contextmanager
    def fresh_under(self, passphrase: Secret, *, over: bool = False) -> Iterator[FreshKey]:
        """Wrap a new key with the passphrase."""
        self._refuse_second(over=over)
        vault_id, key = secrets.token_hex(16), DataKey.fresh()
        try:
            wrap = wrap_with_passphrase(vault_id, key, passphrase, self._cost)
            yield FreshKey(vault_id, key, PASSPHRASE_WRAP, wrap)
        except BaseException:
            key.wipe()
            raise

    def create(
        self,
        fresh: FreshKey,
        now: datetime,
        fill: Callable[[Opened, Change], None],
        *,
        over: bool = False,
    ) -> Opened:
        """Make the file, with what `fill` writes into it, and open it.

        With `over`, a vault that is there already is set aside.
        """
        sealer = Sealer(fresh.vault_id, fresh.key)

        def write(store: Store) -> None:
            made = Opened(store, sealer, "")
            with store.change() as change:
                change.set_meta(VAULT_ID, fresh.vault_id.encode())
                change.set_meta("created_at", now.isoformat().encode())
                change.set_meta(fresh.wrap_name, fresh.wrap)
                made.write_check(change)
                fill(made, change)

        store = self._stores.create(write, over=over)
        self.key = fresh.wrap_name.removeprefix("wrap.")
        self.has_passphrase = fresh.wrap_name in PASSPHRASES
        log.info("a vault was created, its key by %s", self.key)
        return Opened(store, sealer, self.key)

    # --- what opens it -------------------------------------------------------------------------

    def change_wraps(self, opened: Opened, wraps: Mapping[str, bytes | None]) -> None:
        """Replace wraps of the open vault's key, or remove them (None), in its copies too.

        The vault itself changes at once or not at all; copies that could not be changed are
        tried again at the next opening.
        """
        with opened.store.change() as change:
            for name, wrap in wraps.items():
                if wrap is None:
                    change.remove_meta(name)
                else:
                    change.set_meta(name, wrap)
            change.set_meta(_REWRAP_DUE, b"1")
        self._rewrap_copies(opened)
        self._note_kind(opened.store)
        opened.key = self.key

    def wrapped_with(self, opened: Opened, passphrase: Secret) -> bytes:
        """Return the open vault's key under a passphrase."""
        sealer = opened.sealer
        return wrap_with_passphrase(sealer.vault_id, sealer.key, passphrase, self._cost)

    def put_into_keyring(self, opened: Opened) -> bytes:
        """Write the open vault's key into the OS keyring and return the wrap that says so."""
        sealer = opened.sealer
        service, text = keyring_service(sealer.vault_id), sealer.key.to_text()
        self._keys.probe()
        self._stores.note_item(service, KEYRING_USER)
        if self._keys.read(service, KEYRING_USER) != text:
            self._keys.delete(service, KEYRING_USER)  # items are written once, never over
            self._keys.write(service, KEYRING_USER, text)
        self._prove_kept(service, text)
        return wrap_with_keyring(sealer.vault_id)

    def take_from_keyring(self, opened: Opened) -> None:
        """Delete the vault's item in the OS keyring. Raises as `KeyStore.delete`."""
        service = keyring_service(opened.sealer.vault_id)
        self._keys.delete(service, KEYRING_USER)
        self._stores.forget_item(service, KEYRING_USER)

    def _rewrap_copies(self, opened: Opened) -> None:
        try:
            self._stores.rewrap(opened.store, WRAPS)
            with opened.store.change() as change:
                change.remove_meta(_REWRAP_DUE)
        except VaultError as error:
            log.warning("the copies still open as before: %s", error.detail)

    def _refuse_second(self, *, over: bool) -> None:
        if self._stores.exists() and not over:
            raise VaultUnavailable("other", "there is a vault already")

    def _prove_kept(self, service: str, text: Secret) -> None:
        if self._keys.read(service, KEYRING_USER) != text:
            raise VaultUnavailable("keyring_broken", "the keyring lost the new key")


def _has_passphrase(store: Store) -> bool:
    return any(store.meta(name) is not None for name in PASSPHRASES)
