"""The vault: Apps, credentials and settings, sealed under one data key.

The key is in the OS keyring, or under a passphrase, or nowhere but in memory (a
session). There is no plaintext mode, and nothing falls back in silence: what is
missing is raised, and the person chooses.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import TypeVar

from core.errors import BadInput, VaultError, VaultLocked, VaultUnavailable
from core.model import Activity, App, Setting, UserToken
from core.ports import CancelToken, Change, Clock, KeyStore
from core.redaction import forget_all
from core.secret import Secret
from core.vault.factory import StoreFactory
from core.vault.journal import LOCK_SECONDS, OpenOperation
from core.vault.leases import Leases
from core.vault.opened import NounChange, Opened, apps_named, newest
from core.vault.opening import FreshKey, VaultFile
from core.vault.sealing import DataKey, Sealer
from core.vault.wraps import PASSPHRASE_WRAP, Cost

N = TypeVar("N")


@dataclass(frozen=True, slots=True)
class Inside:
    """What a vault is made of, for the other rooms of `core.vault`.

    Attributes:
        opening: held while the vault is opened, made, or taken away.
    """

    stores: StoreFactory
    keys: KeyStore
    clock: Clock
    file: VaultFile
    leases: Leases
    opening: threading.Lock
    cost: Cost


@dataclass(frozen=True, slots=True)
class VaultStatus:
    """What the vault is at this moment.

    Attributes:
        state: "none" (no vault file yet, nothing started), "locked", "open" or "session".
        key: "keyring", "passphrase", "session", or "" while it is not known.
        backend: as "GNOME Keyring", where the key is in the keyring.
        directory: where the vault file is or would be.
        restored: the vault is older than it was: its file was damaged and a copy took its
            place at this opening, or its last changes are missing. What it was is in the
            folder "quarantine", and the refresh tokens are uncertain.
        passphrase: it is locked, and a passphrase opens it, whatever else does; known once its
            opening was tried.
    """

    state: str
    key: str
    backend: str = ""
    directory: str = ""
    restored: bool = False
    passphrase: bool = False


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
        self._file = VaultFile(stores, keys, clock, cost or Cost())
        self._opening = threading.Lock()
        self._leases = Leases()
        self._lock_calls = 0
        self.inside = Inside(
            stores, keys, clock, self._file, self._leases, self._opening, cost or Cost()
        )

    # --- opening and closing -----------------------------------------------------------------

    def status(self) -> VaultStatus:
        """Return what the vault is; callable from the GUI thread."""
        opened = self._leases.opened
        if opened is not None:
            state, key = ("session" if opened.key == "session" else "open"), opened.key
        else:
            state, key = ("locked" if self._stores.exists() else "none"), self._file.key
        backend = self._keys.label if key == "keyring" else ""
        restored = state == "open" and self._file.restored
        by_passphrase = state == "locked" and self._file.has_passphrase
        return VaultStatus(state, key, backend, self._stores.directory, restored, by_passphrase)

    def look(self) -> VaultStatus:
        """Return the status, with the kind of key of a locked vault; not for the GUI thread."""
        self._file.look()
        return self.status()

    def open(self) -> VaultStatus:
        """Open the existing vault with the key from the OS keyring.

        A running session's records move into it. Does nothing if the vault is open.

        Raises:
            VaultLocked: a passphrase is needed, the keyring is locked, or there is no vault
                ("choice").
            VaultUnavailable: the keyring or the disk cannot be used, or the keyring has lost
                the key ("key_missing"). No new key is ever made for an existing vault.
            VaultCorrupt: neither the vault nor a copy of it opens.
            Cancelled: `stop_waiting` was called meanwhile.
        """
        return self._open_existing(self._file.open_with_keyring)

    def unlock(self, passphrase: Secret) -> VaultStatus:
        """Open the existing vault with its passphrase. Takes about a quarter of a second.

        Raises:
            BadInput: the passphrase is not the one; the vault stays locked.
            VaultLocked, VaultUnavailable, VaultCorrupt: as `open`.
        """
        return self._open_existing(lambda: self._file.open_with_passphrase(passphrase))

    def start_session(self) -> VaultStatus:
        """Keep everything in memory from now on, under a key that nobody keeps.

        Does nothing if a session runs or the vault is open.
        """
        with self._opening:
            if self._leases.opened is None:
                store = self._stores.memory()
                sealer = Sealer("session", DataKey.fresh())
                self._leases.exchange(Opened(store, sealer, "session"))
        return self.status()

    def create_with_keyring(self) -> VaultStatus:
        """Make the vault file, its key in the OS keyring; a running session moves into it.

        Raises:
            VaultUnavailable: the keyring or the folder cannot be used, or a vault exists.
            VaultLocked: the keyring is locked and was not unlocked.
            VaultBusy: a running session was at work for too long.
            Cancelled: `stop_waiting` was called meanwhile.
        """
        return self._first(self._file.fresh_in_keyring)

    def create_with_passphrase(self, passphrase: Secret) -> VaultStatus:
        """Make the vault file, its key under a passphrase; a running session moves into it.

        Raises as `create_with_keyring`, and BadInput for an empty passphrase.
        """
        _refuse_empty(passphrase)
        return self._first(lambda: self._file.fresh_under(passphrase))

    def _first(self, fresh_key: Callable[[], AbstractContextManager[FreshKey]]) -> VaultStatus:
        try:
            return self.create(fresh_key)
        except VaultError as error:
            error.has_vault = self._stores.exists()
            raise

    def add_passphrase(self, passphrase: Secret) -> None:
        """Let a passphrase open the open vault too, or replace the one that does.

        Raises:
            BadInput: it is empty, or the vault is a session.
        """
        _refuse_empty(passphrase)
        with self.lease() as opened:
            if opened.key == "session":
                raise BadInput("passphrase", "a session has no vault file")
            wrap = self._file.wrapped_with(opened, passphrase)
            self._file.change_wraps(opened, {PASSPHRASE_WRAP: wrap})

    def stop_waiting(self) -> None:
        """Make an `open` or `create_with_keyring` that waits for the keyring raise Cancelled."""
        self._keys.stop_waiting()

    def lock_up(self) -> None:
        """Wipe the data key; a session forgets everything.

        Nothing can be read or begun afterwards. A call that is under way at X keeps the key
        until its answer is stored, and wipes it then.
        """
        self._leases.exchange(None)
        forget_all()  # what is masked in log lines is a copy of the secrets, too

    def lock_everywhere(self) -> None:
        """Lock up here and in every program that has this vault open."""
        if self._stores.exists():
            self._stores.call_lock()
        self.lock_up()

    def close(self) -> None:
        """Lock up and let go of the files."""
        self.lock_up()

    def _open_existing(self, open_file: Callable[[], Opened]) -> VaultStatus:
        with self._opening:
            if self._is_open():
                return self.status()
            opened = open_file()
            try:
                with self._leases.drained() as session:
                    if session is not None and not session.is_empty():
                        with opened.store.change() as change:
                            session.copy_into(opened, change)
                    self._lock_calls = self._stores.lock_calls()
                    self._leases.exchange(opened)
            except BaseException:
                opened.dispose()
                raise
        return self.status()

    def create(
        self,
        fresh_key: Callable[[], AbstractContextManager[FreshKey]],
        fill: Callable[[NounChange], None] | None = None,
        *,
        over: bool = False,
    ) -> VaultStatus:
        """Make the vault file under a fresh key; `fill` writes what it holds from the start.

        Args:
            fresh_key: of `core.vault.opening.VaultFile`.
            fill: called before the file is in its place; a running session comes first.
            over: a locked vault that is there already is set aside.
        """
        with self._opening:
            if self._is_open():
                raise VaultUnavailable("other", "there is a vault already")
            with fresh_key() as fresh, self._leases.drained() as session:

                def adopt(made: Opened, change: Change) -> None:
                    if session is not None:
                        session.copy_into(made, change)
                    if fill is not None:
                        fill(NounChange(made, change))

                made = self._file.create(fresh, self._clock.now(), adopt, over=over)
                self._lock_calls = self._stores.lock_calls()
                self._leases.exchange(made)
        return self.status()

    def _is_open(self) -> bool:
        opened = self._leases.opened
        return opened is not None and opened.key != "session"

    def lease(self) -> AbstractContextManager[Opened]:
        """Use the opened vault for a while. Raises VaultLocked."""
        self.heed_lock_call()
        return self._leases.lease(self._locked)

    def heed_lock_call(self) -> bool:
        """Lock if somebody, another process too, asked all programs to; return whether.

        One look at the disk, so that it may be asked often. A session has no file and stays.
        """
        opened = self._leases.opened
        if opened is None or opened.key == "session":
            return False
        if self._stores.lock_calls() == self._lock_calls:
            return False
        self.lock_up()
        return True

    def _locked(self) -> VaultLocked:
        if not self._stores.exists():
            return VaultLocked("choice")
        return VaultLocked(self._file.key or "keyring")

    # --- nouns -------------------------------------------------------------------------------

    def get(self, kind: type[N], record_id: str) -> N | None:
        """Return the noun of that id (a Setting's name, a UserToken's token_id), or None."""
        with self.lease() as opened:
            return opened.get(kind, record_id)

    def all(self, kind: type[N]) -> tuple[N, ...]:
        """Return all nouns of a kind, oldest first."""
        with self.lease() as opened:
            return tuple(opened.all(kind))

    def readable(self, kind: type[N]) -> tuple[N, ...]:
        """Return the nouns of a kind that can be read, oldest first; others stay where they are.

        For lists in which one old or damaged entry must not hide the rest.
        """
        with self.lease() as opened:
            return tuple(noun for noun in opened.each(kind) if noun is not None)

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
        with self.lease() as opened:
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
        return self._leases.mark()

    # --- for the journal -----------------------------------------------------------------------

    def preflight(self) -> None:
        """Raise VaultLocked or VaultUnavailable if an answer of X could not be kept now."""
        with self.lease() as opened:
            opened.store.reserve()

    @contextmanager
    def lock(self, name: str, cancel: CancelToken, seconds: float = LOCK_SECONDS) -> Iterator[None]:
        """Hold the named lock against every thread and process; a dead holder frees it.

        Raises:
            VaultBusy: it was not free within `seconds`.
            Cancelled: `cancel` was raised first.
        """
        with self.lease() as opened:
            hidden = opened.sealer.hidden("lock", name)
            with opened.store.lock(hidden, cancel, seconds):
                yield

    @contextmanager
    def change(self) -> Iterator[NounChange]:
        """Open a transaction: durable on leaving, undone when an exception leaves it.

        Reads on this thread see what the transaction wrote so far. Not to be nested.
        """
        with self.lease() as opened, opened.change() as change:
            yield change

    def open_operations(self) -> tuple[OpenOperation, ...]:
        """Return what is unfinished at X, oldest first."""
        with self.lease() as opened:
            return tuple(opened.operations())


def _refuse_empty(passphrase: Secret) -> None:
    if not passphrase:
        raise BadInput("passphrase", "it is empty")
