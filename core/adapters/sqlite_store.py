"""The vault's folder: one database, its locks, its copies, and what was set aside.

vault.db            the vault; -wal and -shm beside it while it is open
locks/              one never-deleted file per credential in use, names hashed
backups/N-C.db      the last three copies; N counts up, C is the commit count
quarantine/         damaged files, whole, for whoever wants to look into them
reserve             space for one more answer of X on a full disk
keyring-items       which items of the OS keyring belong to this folder, see `erasing`
lock-call           changes when all programs are asked to lock
commits             how many commits the vault has seen, see `core.adapters.commit_witness`
"""

import logging
import os
import secrets
import sqlite3
import stat
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from core.adapters import erasing
from core.adapters.commit_witness import CommitWitness
from core.adapters.data_directory import make_private, unavailable
from core.adapters.file_locks import ThreadLocks
from core.adapters.private_files import (
    SIDE_FILES,
    SpareFile,
    copy,
    keep,
    make_empty,
    move,
    remove,
    rename,
    settle,
)
from core.adapters.sqlite_connection import (
    MIGRATIONS,
    check_sound,
    close_as_found,
    connect,
    migrate,
    refuse_unreadable,
    translated,
    version_of,
)
from core.adapters.sqlite_records import SqliteStore
from core.adapters.vault_folder import FOLDER_LOCK_SECONDS, VaultFolder
from core.errors import VaultBusy, VaultCorrupt, VaultError, VaultUnavailable
from core.ports import Store
from core.vault.factory import Copy

log = logging.getLogger(__name__)

GENERATIONS: Final = 3
_HEAD_BYTES: Final = 100
_MAGIC: Final = b"SQLite format 3\0"
_WAL_VERSIONS: Final = b"\x02\x02"


class SqliteStores(VaultFolder):
    """The `StoreFactory` over one folder. Touches the disk only when asked to open or make."""

    def __init__(self, folder: Path, migrations: tuple[str, ...] = MIGRATIONS) -> None:
        super().__init__(folder)
        self._path = folder / "vault.db"
        self._backups = folder / "backups"
        self._reserve = SpareFile(folder / "reserve")
        self._witness = CommitWitness(folder / "commits")
        self._migrations = migrations

    def exists(self) -> bool:
        """Return whether there is a vault file, sound or not, or a copy of a lost one."""
        if erasing.is_begun(self._folder):
            return False
        return os.path.lexists(self._path) or bool(self.generations())

    def memory(self) -> Store:
        """Return a new store that is gone when it is closed."""
        return SqliteStore.in_memory(ThreadLocks())

    def open(self) -> Store:
        """Open the vault file. Raises VaultUnavailable or VaultCorrupt."""
        self._prepare()
        if not os.path.lexists(self._path) and self.generations():
            raise VaultCorrupt("the vault file is gone, its copies are not")
        return self._open(self._path)

    def create(self, fill: Callable[[Store], None], *, over: bool = False) -> Store:
        """Make the vault file beside its place and move it there when it is complete."""
        self._prepare()
        with self._hold("create"):
            if erasing.is_begun(self._folder):
                raise VaultUnavailable("other", "everything here is being erased")
            if self.exists() and not over:
                raise VaultUnavailable("other", "there is a vault already")
            fresh = self._folder / "vault.new"
            remove(fresh)
            make_empty(fresh)
            try:
                store = self._open_new(fresh)
                try:
                    fill(store)
                finally:
                    store.close()
                if over:
                    self._set_all_aside()
                self._witness.forget()
                move(fresh, self._path)
                if over:
                    self._set_copies_aside()
            except BaseException:
                with suppress(VaultError):
                    remove(fresh)
                raise
            return self._open(self._path)

    # --- copies ----------------------------------------------------------------------------------

    def back_up(self, store: Store) -> None:
        """Keep a copy if the vault changed since the last one. Logs a failure."""
        if not isinstance(store, SqliteStore):
            raise TypeError("not a store of this folder")
        try:
            self._back_up(store)
        except VaultBusy:
            return  # another process is at it
        except VaultError as error:
            log.warning("the vault was not backed up: %s", error.detail)

    def _back_up(self, store: SqliteStore, seconds: float = 0.0) -> None:
        commits = store.mark()
        kept = self.generations()
        if kept and _commits_of(kept[0]) == commits:
            return
        with self._hold("backup", seconds):
            kept = self.generations()
            number = _number_of(kept[0]) + 1 if kept else 1
            fresh = self._backups / "new"
            remove(fresh)
            make_empty(fresh)
            store.copy_to(fresh)
            move(fresh, self._backups / f"{number:08d}-{commits}.db")
            for name in self._surplus():
                remove(self._backups / name)

    def _surplus(self) -> list[str]:
        """Return the copies that are one too many; the newest of an earlier day is none."""
        copies = self.copies()
        kept, today = list(copies[:GENERATIONS]), datetime.now().astimezone().date()
        earlier = [each for each in copies if each.made_at.astimezone().date() < today]
        if earlier and earlier[0] not in kept:
            kept[-1] = earlier[0]
        return [each.name for each in copies if each not in kept]

    def copies(self) -> list[Copy]:
        """Return the copies with their times, newest first."""
        found = []
        for name in self.generations():
            with suppress(OSError):
                seconds = (self._backups / name).stat().st_mtime
                found.append(Copy(name, datetime.fromtimestamp(seconds, UTC)))
        return found

    def keep_copy(self, store: Store) -> None:
        """Keep a copy if the vault changed since the last one. Raises VaultError."""
        if not isinstance(store, SqliteStore):
            raise TypeError("not a store of this folder")
        self._back_up(store, FOLDER_LOCK_SECONDS)

    def rewrap(self, store: Store, names: Sequence[str]) -> None:
        """Give every copy the store's unsealed values, each copy replaced whole."""
        if not isinstance(store, SqliteStore):
            raise TypeError("not a store of this folder")
        values = {name: store.meta(name) for name in names}
        vault_id = store.meta("vault_id")
        with self._hold("backup"):
            for each in self.copies():
                aside = self._backups / "trial"
                copy(self._backups / each.name, aside)
                with suppress(VaultCorrupt, VaultUnavailable):  # a copy that does not open is none
                    held = self._open(aside, copied=True)
                    try:
                        if held.meta("vault_id") != vault_id:
                            continue
                        with held.change() as change:
                            for name, value in values.items():
                                if value is None:
                                    change.remove_meta(name)
                                else:
                                    change.set_meta(name, value)
                        held.scrub()
                    finally:
                        held.close()
                    moment = each.made_at.timestamp()
                    os.utime(aside, (moment, moment))
                    move(aside, self._backups / each.name)
            remove(self._backups / "trial")
        store.scrub()

    def generations(self) -> list[str]:
        """Return the copies' file names, newest first."""
        try:
            names = [path.name for path in self._backups.glob("*-*.db")]
        except OSError as error:
            raise unavailable(error) from None
        return sorted((name for name in names if _number_of(name)), reverse=True)

    def open_generation(self, name: str) -> Store:
        """Open a copy of the copy, so that the copy itself stays as it is."""
        with self._hold("backup"):
            aside = self._backups / "trial"
            copy(self._backups / name, aside)
            return self._open(aside, copied=True)

    def restore(self, name: str, prepare: Callable[[Store], None]) -> Store:
        """Set the damaged file aside and put a copy in its place, once `prepare` changed it."""
        with self._hold("create"):
            fresh = self._folder / "vault.new"
            copy(self._backups / name, fresh)
            store = self._open(fresh, copied=True)
            try:
                prepare(store)
            finally:
                store.close()
            self._quarantine()
            self._witness.forget()  # before the move, which makes both durable in this order
            move(fresh, self._path)
            return self._open(self._path)

    # --- a file that is older than it was --------------------------------------------------------

    def went_back(self, store: Store) -> bool:
        """Return whether the vault has fewer commits than were noted."""
        noted = self._witness.read()  # before the count, which others may raise meanwhile
        return noted > store.mark()

    def set_aside(self) -> None:
        """Keep a copy of the vault file and of its log under quarantine."""
        folder = self._quarantine_folder()
        kept = folder / f"{secrets.token_hex(8)}.db"
        with self._hold("create"):
            copy(self._path, kept)
            log_file = self._path.with_name(self._path.name + "-wal")
            if log_file.exists():
                copy(log_file, kept.with_name(kept.name + "-wal"))
            settle(folder)

    def accept(self, store: Store) -> None:
        """Take the vault's count for the true one from now on, whatever was noted."""
        self._witness.forget()
        settle(self._folder)
        self._witness.note(store.mark())

    def _quarantine(self) -> None:
        """Keep the damaged file, and leave it in its place too until a copy replaces it.

        A program killed between the two finds damage again, and no vault that seems never
        to have been. The log of the damaged file must not be applied to the copy.
        """
        folder = self._quarantine_folder()
        kept = folder / f"{secrets.token_hex(8)}.db"
        if os.path.lexists(self._path):
            keep(self._path, kept)
        for suffix in SIDE_FILES:
            beside = self._path.with_name(self._path.name + suffix)
            if os.path.lexists(beside):
                rename(beside, kept.with_name(kept.name + suffix))
        settle(folder)

    def _set_all_aside(self) -> None:
        """Set a sound vault aside whose key nobody has: first all of it goes into one file."""
        with suppress(VaultError, sqlite3.Error):
            connection = connect(self._path)
            try:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            finally:
                connection.close()
        self._quarantine()

    def _set_copies_aside(self) -> None:
        """Copies of another vault are of no use to this one."""
        folder = self._quarantine_folder()
        for name in self.generations():
            rename(self._backups / name, folder / f"{secrets.token_hex(8)}.db")
        settle(folder)

    def _quarantine_folder(self) -> Path:
        folder = self._folder / "quarantine"
        make_private(folder)
        return folder

    # --- opening ---------------------------------------------------------------------------------

    def _open_new(self, path: Path) -> SqliteStore:
        connection = connect(path)
        with translated():
            connection.execute("PRAGMA journal_mode = WAL")
        migrate(connection, self._migrations)
        return SqliteStore(connection, None, self._locks)

    def _open(self, path: Path, *, copied: bool = False) -> SqliteStore:
        _look_at(path)
        writer = connect(path)
        try:
            check_sound(writer)
            if version_of(writer) < len(self._migrations):
                self._migrate(writer, copied=copied)
            newer = version_of(writer) > len(self._migrations)
            if newer:
                refuse_unreadable(writer, len(self._migrations))
            reader = connect(path)
        except BaseException:
            close_as_found(path, writer)
            raise
        witness = None if copied else self._witness
        return SqliteStore(
            writer, reader, self._locks, self._reserve, witness, path=path, newer=newer
        )

    def _migrate(self, writer: sqlite3.Connection, *, copied: bool) -> None:
        with self._hold("migrate"):
            if version_of(writer) < len(self._migrations):  # nobody did it meanwhile
                if not copied:
                    self._back_up(SqliteStore(writer, None, self._locks), FOLDER_LOCK_SECONDS)
                migrate(writer, self._migrations)


def _number_of(name: str) -> int:
    head = name.partition("-")[0]
    return int(head) if head.isdigit() else 0


def _commits_of(name: str) -> int:
    tail = name.removesuffix(".db").partition("-")[2]
    return int(tail) if tail.isdigit() else -1


def _look_at(path: Path) -> None:
    try:
        facts = path.lstat()
        if not stat.S_ISREG(facts.st_mode):
            raise VaultUnavailable("directory", "the vault is not a plain file")
        if os.name == "posix" and stat.S_IMODE(facts.st_mode) != 0o600:
            path.chmod(0o600)
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError as error:
        raise unavailable(error) from None
    # Looked at before SQLite does, which would throw away the log of a file it does not know.
    if not head.startswith(_MAGIC) or head[18:20] != _WAL_VERSIONS:
        raise VaultCorrupt("the file is not a vault")
