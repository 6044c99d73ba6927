"""The vault: Apps, credentials and settings, sealed under one data key.

The key is in the OS keyring, or under a passphrase, or nowhere but in memory (a
session). There is no plaintext mode, and nothing falls back in silence: what is
missing is raised, and the person chooses.
"""

import logging
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final, TypeVar

from core.errors import (
    BadInput,
    VaultBusy,
    VaultCorrupt,
    VaultError,
    VaultLocked,
    VaultUnavailable,
)
from core.model import Activity, App, Setting, UserToken
from core.ports import CancelToken, Clock, KeyStore, Store
from core.secret import Secret
from core.vault.factory import StoreFactory
from core.vault.journal import LOCK_SECONDS, OpenOperation
from core.vault.opened import NounChange, Opened, apps_named, newest
from core.vault.sealing import DataKey, Sealer
from core.vault.wraps import (
    KEYRING_USER,
    KEYRING_WRAP,
    PASSPHRASE_WRAP,
    VAULT_ID,
    Cost,
    keyring_item,
    keyring_service,
    unwrap_with_passphrase,
    wrap_with_keyring,
    wrap_with_passphrase,
)

log = logging.getLogger(__name__)

N = TypeVar("N")

_EPOCH_BITS: Final = 40
_FindKey = Callable[[Store, str], DataKey]


@dataclass(frozen=True, slots=True)
class VaultStatus:
    """What the vault is at this moment.

    Attributes:
        state: "none" (no vault file yet, nothing started), "locked", "open" or "session".
        key: "keyring", "passphrase", "session", or "" while it is not known.
        backend: as "GNOME Keyring", where the key is in the keyring.
        directory: where the vault file is or would be.
    """

    state: str
    key: str
    backend: str = ""
    directory: str = ""


class Vault:
    """Keeps the nouns. Thread-safe; satisfies `core.vault.journal.JournalStore`.

    Opening, unlocking and creating may wait for the keyring, the disk and Argon2id, so
    they never run on the GUI thread. Every method that reads or writes raises
    VaultLocked while the vault is not open, VaultCorrupt for a record that does not
    open with its key, and VaultUnavailable when the disk fails.
    """

    def __init__(
        self, stores: StoreFactory, keys: KeyStore, clock: Clock, cost: Cost | None = None
    ) -> None:
        self._stores = stores
        self._keys = keys
        self._clock = clock
        self._cost = cost or Cost()
        self._opening = threading.Lock()
        self._condition = threading.Condition()
        self._opened: Opened | None = None
        self._draining = False
        self._epoch = 0
        self._last_key = ""
        self._mine = threading.local()

    # --- opening and closing -----------------------------------------------------------------

    def status(self) -> VaultStatus:
        """Return what the vault is; callable from the GUI thread."""
        opened = self._opened
        if opened is not None:
            state, key = ("session" if opened.key == "session" else "open"), opened.key
        else:
            state, key = ("locked" if self._stores.exists() else "none"), self._last_key
        backend = self._keys.label if key == "keyring" else ""
        return VaultStatus(state, key, backend, self._stores.directory)

    def open(self) -> VaultStatus:
        """Open the existing vault with the key from the OS keyring.

        A running session's records move into it. Does nothing if the vault is open.

        Raises:
            VaultLocked: a passphrase is needed, the keyring is locked, or there is no vault
                ("choice").
            VaultUnavailable: the keyring or the disk cannot be used, or the keyring has lost
                the key ("key_missing"). No new key is ever made for an existing vault.
            VaultCorrupt: neither the vault nor a copy of it opens.
        """
        return self._open_existing(self._key_from_keyring, "keyring")

    def unlock(self, passphrase: Secret) -> VaultStatus:
        """Open the existing vault with its passphrase. Takes about a quarter of a second.

        Raises:
            BadInput: the passphrase is not the one; the vault stays locked.
            VaultLocked, VaultUnavailable, VaultCorrupt: as `open`.
        """

        def key_of(store: Store, vault_id: str) -> DataKey:
            wrap = store.meta(PASSPHRASE_WRAP)
            if wrap is None:
                raise VaultLocked("keyring", "this vault has no passphrase")
            return unwrap_with_passphrase(vault_id, wrap, passphrase)

        return self._open_existing(key_of, "passphrase")

    def start_session(self) -> VaultStatus:
        """Keep everything in memory from now on, under a key that nobody keeps.

        Does nothing if a session runs or the vault is open.
        """
        with self._opening:
            if self._opened is None:
                store = self._stores.memory()
                self._install(Opened(store, Sealer("session", DataKey.fresh()), "session"))
        return self.status()

    def create_with_keyring(self) -> VaultStatus:
        """Make the vault file, its key in the OS keyring; a running session moves into it.

        Raises:
            VaultUnavailable: the keyring or the folder cannot be used, or a vault exists.
            VaultLocked: the keyring is locked and was not unlocked.
            VaultBusy: a running session was at work for too long.
        """
        with self._opening:
            self._refuse_second_vault()
            self._keys.probe()
            vault_id, key = secrets.token_hex(16), DataKey.fresh()
            service, text = keyring_service(vault_id), key.to_text()
            self._keys.write(service, KEYRING_USER, text)
            try:
                self._prove_kept(service, text)
                self._create(vault_id, key, KEYRING_WRAP, wrap_with_keyring(vault_id))
            except BaseException:
                key.wipe()
                with suppress(VaultError):
                    self._keys.delete(service, KEYRING_USER)
                raise
        return self.status()

    def create_with_passphrase(self, passphrase: Secret) -> VaultStatus:
        """Make the vault file, its key under a passphrase; a running session moves into it.

        Raises as `create_with_keyring`, and BadInput for an empty passphrase.
        """
        if not passphrase:
            raise BadInput("passphrase", "it is empty")
        with self._opening:
            self._refuse_second_vault()
            vault_id, key = secrets.token_hex(16), DataKey.fresh()
            try:
                wrap = wrap_with_passphrase(vault_id, key, passphrase, self._cost)
                self._create(vault_id, key, PASSPHRASE_WRAP, wrap)
            except BaseException:
                key.wipe()
                raise
        return self.status()

    def add_passphrase(self, passphrase: Secret) -> None:
        """Let a passphrase open the open vault too, or replace the one that does.

        Raises:
            BadInput: it is empty, or the vault is a session.
        """
        if not passphrase:
            raise BadInput("passphrase", "it is empty")
        with self._lease() as opened:
            if opened.key == "session":
                raise BadInput("passphrase", "a session has no vault file")
            sealer = opened.sealer
            wrap = wrap_with_passphrase(sealer.vault_id, sealer.key, passphrase, self._cost)
            with opened.store.change() as change:
                change.set_meta(PASSPHRASE_WRAP, wrap)

    def stop_waiting(self) -> None:
        """Make an `open` or `create_with_keyring` that waits for the keyring raise Cancelled."""
        self._keys.stop_waiting()

    def lock_up(self) -> None:
        """Wipe the data key; a session forgets everything.

        Nothing can be read or begun afterwards. A call that is under way at X keeps the key
        until its answer is stored, and wipes it then.
        """
        with self._condition:
            self._replace(None)

    def close(self) -> None:
        """Lock up and let go of the files."""
        self.lock_up()

    # --- nouns -------------------------------------------------------------------------------

    def get(self, kind: type[N], record_id: str) -> N | None:
        """Return the noun of that id (a Setting's name, a UserToken's token_id), or None."""
        with self._lease() as opened:
            return opened.get(kind, record_id)

    def all(self, kind: type[N]) -> tuple[N, ...]:
        """Return all nouns of a kind, oldest first."""
        with self._lease() as opened:
            return tuple(opened.all(kind))

    def app_named(self, name: str) -> App:
        """Return the App of that name, whatever its case.

        Raises:
            BadInput: no App has the name, or several do and none exactly.
        """
        found = apps_named(list(self.all(App)), name)
        if len(found) == 1:
            return found[0]
        raise BadInput("APP", "several Apps have this name" if found else "no App has this name")

    def users_of(self, app_id: str) -> tuple[UserToken, ...]:
        """Return the App's user tokens, oldest first."""
        return tuple(token for token in self.all(UserToken) if token.app_id == app_id)

    def activities(self, app_id: str | None = None, limit: int = 500) -> tuple[Activity, ...]:
        """Return what happened, newest first; at most 2,000 lines are kept."""
        with self._lease() as opened:
            return newest(opened.all(Activity), app_id, limit)

    def setting(self, name: str, default: str = "") -> str:
        """Return the value of a setting, or `default` where the person chose none."""
        found = self.get(Setting, name)
        return default if found is None else found.value

    def update(self, kind: type[N], record_id: str, how: Callable[[N], N]) -> N:
        """Replace a noun by what `how` makes of it, and return that.

        The noun is read inside the transaction, so a change of another process is never lost.

        Raises:
            BadInput: there is none of that id.
        """
        with self.change() as change:
            return change.update(kind, record_id, how)

    def save(self, *nouns: object) -> None:
        """Write nouns in one transaction, over whatever was there."""
        with self.change() as change:
            for noun in nouns:
                change.put(noun)

    def forget_app(self, app_id: str) -> None:
        """Delete our copy of the App and of everything that is its. Ends nothing at X."""
        with self.change() as change:
            change.remove_app(app_id)

    def mark(self) -> int:
        """Return a number that changes when anyone commits, another process too.

        Callable from the GUI thread, and while the vault is locked.
        """
        with self._condition:
            epoch, opened = self._epoch << _EPOCH_BITS, self._opened
            if opened is None:
                return epoch
            opened.leases += 1
        try:
            return epoch + opened.store.mark()
        finally:
            self._give_back(opened)

    # --- for the journal -----------------------------------------------------------------------

    def preflight(self) -> None:
        """Raise VaultLocked or VaultUnavailable if an answer of X could not be kept now."""
        with self._lease() as opened:
            opened.store.reserve()

    @contextmanager
    def lock(self, name: str, cancel: CancelToken, seconds: float = LOCK_SECONDS) -> Iterator[None]:
        """Hold the named lock against every thread and process; a dead holder frees it.

        Raises:
            VaultBusy: it was not free within `seconds`.
            Cancelled: `cancel` was raised first.
        """
        with self._lease() as opened:
            hidden = opened.sealer.hidden("lock", name)
            with opened.store.lock(hidden, cancel, seconds):
                yield

    @contextmanager
    def change(self) -> Iterator[NounChange]:
        """Open a transaction: durable on leaving, undone when an exception leaves it.

        Reads on this thread see what the transaction wrote so far. Not to be nested.
        """
        with self._lease() as opened, opened.change() as change:
            yield change

    def open_operations(self) -> tuple[OpenOperation, ...]:
        """Return what is unfinished at X, oldest first."""
        with self._lease() as opened:
            return tuple(opened.operations())

    # --- who may use the key, and until when -----------------------------------------------------

    @contextmanager
    def _lease(self) -> Iterator[Opened]:
        """Use the opened vault. While one is out, its key is not wiped and nothing is adopted."""
        held: Opened | None = getattr(self._mine, "opened", None)
        if held is not None:
            yield held
            return
        with self._condition:
            if not self._condition.wait_for(lambda: not self._draining, LOCK_SECONDS):
                raise VaultBusy("the vault is being created")
            opened = self._opened
            if opened is None:
                raise VaultLocked(self._needs())
            opened.leases += 1
        self._mine.opened = opened
        try:
            yield opened
        finally:
            self._mine.opened = None
            self._give_back(opened)

    def _give_back(self, opened: Opened) -> None:
        with self._condition:
            opened.leases -= 1
            if opened.retired and not opened.leases:
                opened.dispose()
            self._condition.notify_all()

    def _needs(self) -> str:
        if not self._stores.exists():
            return "choice"
        return self._last_key or "keyring"

    def _install(self, opened: Opened) -> None:
        with self._condition:
            self._replace(opened)

    def _replace(self, opened: Opened | None) -> None:
        """Make `opened` the one that is used from now on. Call it with the condition held."""
        before, self._opened = self._opened, opened
        self._epoch += 1
        if opened is not None and opened.key != "session":
            self._last_key = opened.key
        if before is not None:
            before.retired = True
            if not before.leases:
                before.dispose()
        self._condition.notify_all()

    @contextmanager
    def _drained(self) -> Iterator[Opened | None]:
        """Wait until nobody is at work in the running session, and keep everybody out."""
        if getattr(self._mine, "opened", None) is not None:
            raise VaultBusy("this thread is at work in the session itself")
        with self._condition:
            session = self._opened
            self._draining = True
            idle = session is None or self._condition.wait_for(
                lambda: session.leases == 0, LOCK_SECONDS
            )
        try:
            if not idle:
                raise VaultBusy("the session is at work")
            yield session
        finally:
            with self._condition:
                self._draining = False
                self._condition.notify_all()

    # --- creating ------------------------------------------------------------------------------

    def _refuse_second_vault(self) -> None:
        if self._stores.exists() or (self._opened is not None and self._opened.key != "session"):
            raise VaultUnavailable("other", "there is a vault already")

    def _prove_kept(self, service: str, text: Secret) -> None:
        if self._keys.read(service, KEYRING_USER) != text:
            raise VaultUnavailable("keyring_broken", "the keyring lost the new key")

    def _create(self, vault_id: str, key: DataKey, wrap_name: str, wrap: bytes) -> None:
        sealer = Sealer(vault_id, key)
        with self._drained() as session:

            def fill(store: Store) -> None:
                with store.change() as change:
                    change.set_meta(VAULT_ID, vault_id.encode())
                    change.set_meta("created_at", self._clock.now().isoformat().encode())
                    change.set_meta(wrap_name, wrap)
                    made = Opened(store, sealer, "")
                    made.write_check(change)
                    if session is not None:
                        session.copy_into(made, change)

            store = self._stores.create(fill)
            self._install(Opened(store, sealer, wrap_name.removeprefix("wrap.")))
        log.info("a vault was created, its key in the %s", wrap_name.removeprefix("wrap."))

    # --- opening -------------------------------------------------------------------------------

    def _open_existing(self, key_of: _FindKey, key: str) -> VaultStatus:
        with self._opening:
            if self._opened is not None and self._opened.key != "session":
                return self.status()
            if not self._stores.exists():
                raise VaultLocked("choice")
            opened = self._verified(key_of, key)
            try:
                with self._drained() as session:
                    if session is not None:
                        with opened.store.change() as change:
                            session.copy_into(opened, change)
                    self._install(opened)
            except BaseException:
                opened.dispose()
                raise
        return self.status()

    def _verified(self, key_of: _FindKey, key: str) -> Opened:
        """Return the vault with all its records proven, or the newest copy that is sound."""
        try:
            opened = self._try(self._stores.open, key_of, key)
        except (VaultCorrupt, BadInput, VaultUnavailable) as trouble:
            if isinstance(trouble, VaultUnavailable) and trouble.reason != "key_missing":
                raise
            return self._restored(trouble, key_of, key)
        self._stores.back_up(opened.store)
        return opened

    def _restored(self, trouble: Exception, key_of: _FindKey, key: str) -> Opened:
        """Return the newest copy that opens, put in the vault's place. Raises `trouble` if none."""
        for name in self._stores.generations():
            try:
                self._try(lambda: self._stores.open_generation(name), key_of, key).dispose()  # noqa: B023
            except (VaultCorrupt, BadInput, VaultUnavailable):
                continue
            log.warning("the vault was damaged; the previous generation took its place")
            return self._try(lambda: self._stores.restore(name), key_of, key)  # noqa: B023
        raise trouble

    def _try(self, open_store: Callable[[], Store], key_of: _FindKey, key: str) -> Opened:
        store = open_store()
        data_key: DataKey | None = None
        try:
            vault_id = (store.meta(VAULT_ID) or b"").decode("ascii", "replace")
            self._last_key = self._key_kind(store) or self._last_key
            data_key = key_of(store, vault_id)
            opened = Opened(store, Sealer(vault_id, data_key), key)
            opened.verify()
        except BaseException:
            if data_key is not None:
                data_key.wipe()
            store.close()
            raise
        return opened

    @staticmethod
    def _key_kind(store: Store) -> str:
        if store.meta(KEYRING_WRAP) is not None:
            return "keyring"
        return "passphrase" if store.meta(PASSPHRASE_WRAP) is not None else ""

    def _key_from_keyring(self, store: Store, _vault_id: str) -> DataKey:
        wrap = store.meta(KEYRING_WRAP)
        has_passphrase = store.meta(PASSPHRASE_WRAP) is not None
        if wrap is None:
            if has_passphrase:
                raise VaultLocked("passphrase")
            raise VaultCorrupt("the vault says nowhere where its key is")
        text = self._keys.read(*keyring_item(wrap))
        if text is None:
            if has_passphrase:
                raise VaultLocked("passphrase", "the keyring has lost this vault's key")
            raise VaultUnavailable("key_missing", "the keyring has no key for this vault")
        return DataKey.from_text(text)
