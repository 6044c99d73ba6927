"""The store in SQLite: a file, or memory for a session.

Two connections to a file, each behind a lock, so that all methods may be called from any
thread and `close` closes everything: one writes, one reads beside it (WAL). Memory has one
connection for both. The file is durable when a change is left (`synchronous=FULL`).
"""

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

from core.adapters.sqlite_connection import (
    close_as_found,
    connect,
    lacks_room,
    migrate,
    translated,
)
from core.errors import VaultBusy, VaultUnavailable
from core.ports import CancelToken, SealedOperation, SealedRecord

log = logging.getLogger(__name__)


class Locks(Protocol):
    """What the store needs of named locks: `FileLocks` or `ThreadLocks`."""

    def hold(self, name: str, cancel: CancelToken, seconds: float) -> AbstractContextManager[None]:
        """Hold the named lock."""


class Reserve(Protocol):
    """Disk space that is kept back, so that an answer of X fits on a full disk."""

    def ensure(self) -> None:
        """Hold the space. Raises VaultUnavailable if there is none."""

    def release(self) -> bool:
        """Give the space back to the disk; return False where none was held."""


class Witness(Protocol):
    """Whoever is told of each commit."""

    def note(self, count: int) -> None:
        """Take down the number of commits so far."""


class NoReserve:
    """Memory needs no disk."""

    def ensure(self) -> None:
        """Do nothing."""

    def release(self) -> bool:
        """Return False: nothing was held."""
        return False


class SqliteStore:
    """The `Store` port on one or two SQLite connections. Closes them."""

    def __init__(
        self,
        writer: sqlite3.Connection,
        reader: sqlite3.Connection | None,
        locks: Locks,
        reserve: Reserve | None = None,
        witness: Witness | None = None,
        *,
        path: Path | None = None,
        newer: bool = False,
    ) -> None:
        self._writer = writer
        self._reader = reader or writer
        self._write_lock = threading.RLock()
        self._read_lock = threading.RLock() if reader else self._write_lock
        self._locks = locks
        self._reserve = reserve or NoReserve()
        self._witness = witness
        self._path = path
        self._newer = newer
        self._writing: int | None = None

    @classmethod
    def in_memory(cls, locks: Locks) -> "SqliteStore":
        """Return a new store that is gone when it is closed."""
        connection = connect(None)
        migrate(connection)
        return cls(connection, None, locks)

    def read(self, kind: str, record_id: str) -> SealedRecord | None:
        """Return the record, or None."""
        rows = self._rows(
            "SELECT kind, record_id, revision, sealed FROM records"
            " WHERE kind = ? AND record_id = ?",
            (kind, record_id),
        )
        return SealedRecord(*rows[0]) if rows else None

    def all(self, kind: str) -> list[SealedRecord]:
        """Return all records of a kind, oldest first."""
        rows = self._rows(
            "SELECT kind, record_id, revision, sealed FROM records WHERE kind = ? ORDER BY seq",
            (kind,),
        )
        return [SealedRecord(*row) for row in rows]

    def records(self) -> list[SealedRecord]:
        """Return all records of every kind."""
        rows = self._rows("SELECT kind, record_id, revision, sealed FROM records")
        return [SealedRecord(*row) for row in rows]

    def operations(self) -> list[SealedOperation]:
        """Return all open operations, oldest first."""
        rows = self._rows(
            "SELECT operation_id, lock_name, intent, result FROM operations ORDER BY seq"
        )
        return [SealedOperation(*row) for row in rows]

    def meta(self, name: str) -> bytes | None:
        """Return an unsealed value, or None."""
        rows = self._rows("SELECT value FROM meta WHERE name = ?", (name,))
        return bytes(rows[0][0]) if rows else None

    def mark(self) -> int:
        """Return the number of commits so far, of every process."""
        return int(self._rows("SELECT count FROM commits")[0][0])

    def reserve(self) -> None:
        """Hold back disk space for one more answer. Raises VaultUnavailable."""
        self._refuse_newer()
        self._reserve.ensure()

    def lock(
        self, name: str, cancel: CancelToken, seconds: float = 30.0
    ) -> AbstractContextManager[None]:
        """Hold the named lock against every thread and process."""
        return self._locks.hold(name, cancel, seconds)

    @contextmanager
    def change(self) -> Iterator["SqliteChange"]:
        """Open a transaction: durable on leaving, undone when an exception leaves it."""
        self._refuse_newer()
        with self._write_lock:
            if self._writing is not None:
                raise RuntimeError("a change is open already on this thread")
            change = SqliteChange(self._writer, self._reserve)
            change.begin()
            self._writing = threading.get_ident()
            try:
                yield change
                change.commit()
            except BaseException:
                change.roll_back()
                raise
            finally:
                self._writing = None
            if self._witness is not None:
                self._witness.note(change.count)

    def copy_to(self, path: Path) -> None:
        """Write a copy of the whole store into the empty file at `path`. Raises VaultError."""
        target = connect(path)
        try:
            with self._read_lock, translated():
                self._reader.backup(target)
        finally:
            target.close()

    def scrub(self) -> None:
        """Write the file anew, so that nothing deleted stays in it. Best effort."""
        with self._write_lock, suppress(sqlite3.Error):
            self._writer.execute("VACUUM")
            self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self, *, as_found: bool = False) -> None:
        """Let go of files; `as_found` leaves them as they are."""
        with self._write_lock, self._read_lock, suppress(sqlite3.Error):
            if as_found and self._path is not None:
                close_as_found(self._path, self._reader, self._writer)
            self._reader.close()
            self._writer.close()

    def _rows(self, statement: str, values: tuple[object, ...] = ()) -> list[Any]:
        mine = self._writing == threading.get_ident()
        connection, lock = (
            (self._writer, self._write_lock) if mine else (self._reader, self._read_lock)
        )
        with lock, translated():
            return connection.execute(statement, values).fetchall()

    def _refuse_newer(self) -> None:
        if self._newer:
            raise VaultUnavailable("newer_version", "a newer version made this vault")


class SqliteChange:
    """One transaction. Keeps its steps, to repeat them once the reserve was given up.

    The reserve is for what X answered, and for entering that. Whatever is only about to
    begin, an intent included, fails on a full disk: nothing has been sent then.

    Attributes:
        count: the number of commits with this one, known once it is committed.
    """

    def __init__(self, connection: sqlite3.Connection, reserve: Reserve) -> None:
        self._connection = connection
        self._reserve = reserve
        self._steps: list[Callable[[], None]] = []
        self._is_owed_room = False
        self.count = 0

    def put(self, record: SealedRecord) -> None:
        """Write the record. Raises VaultBusy unless its revision follows the stored one."""
        values: tuple[object, ...] = (record.sealed, record.revision, record.kind, record.record_id)
        if record.revision == 1:
            statement = (
                "INSERT INTO records (sealed, revision, kind, record_id) VALUES (?, ?, ?, ?)"
                " ON CONFLICT DO NOTHING"
            )
        else:
            statement = (
                "UPDATE records SET sealed = ?, revision = ? WHERE kind = ? AND record_id = ?"
                " AND revision = ?"
            )
            values = (*values, record.revision - 1)

        def step() -> None:
            if self._connection.execute(statement, values).rowcount != 1:
                raise VaultBusy("someone else wrote the record first")

        self._do(step)

    def remove(self, kind: str, record_id: str) -> None:
        """Remove the record if it is there."""
        self._run("DELETE FROM records WHERE kind = ? AND record_id = ?", kind, record_id)

    def open_operation(self, operation: SealedOperation) -> None:
        """Note an intent; one of the same id takes the place of the older, without a result."""
        self._run(
            "INSERT INTO operations (operation_id, lock_name, intent, result) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (operation_id) DO UPDATE SET lock_name = excluded.lock_name,"
            " intent = excluded.intent, result = excluded.result",
            operation.operation_id,
            operation.lock_name,
            operation.intent,
            operation.result,
        )

    def set_result(self, operation_id: str, result: bytes) -> None:
        """Note the raw answer of an open operation."""
        self._is_owed_room = True
        self._run("UPDATE operations SET result = ? WHERE operation_id = ?", result, operation_id)

    def close_operation(self, operation_id: str) -> None:
        """Forget the operation."""
        self._is_owed_room = True
        self._run("DELETE FROM operations WHERE operation_id = ?", operation_id)

    def set_meta(self, name: str, value: bytes) -> None:
        """Keep one small unsealed value."""
        self._run(
            "INSERT INTO meta (name, value) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            name,
            value,
        )

    def remove_meta(self, name: str) -> None:
        """Remove an unsealed value if it is there."""
        self._run("DELETE FROM meta WHERE name = ?", name)

    def begin(self) -> None:
        """Take the write lock of the database."""
        with translated():
            self._connection.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Count the commit and make it durable."""
        self._run("UPDATE commits SET count = count + 1")
        self._do(self._finish)

    def roll_back(self) -> None:
        """Undo everything. Never raises: SQLite may have rolled back by itself."""
        with suppress(sqlite3.Error):
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    def _finish(self) -> None:
        self.count = int(self._connection.execute("SELECT count FROM commits").fetchone()[0])
        self._execute("COMMIT")

    def _run(self, statement: str, *values: object) -> None:
        self._do(lambda: self._execute(statement, *values))

    def _execute(self, statement: str, *values: object) -> None:
        self._connection.execute(statement, values)

    def _do(self, step: Callable[[], None]) -> None:
        self._steps.append(step)
        with translated():
            try:
                step()
            except sqlite3.Error as error:
                if not (self._is_owed_room and lacks_room(error) and self._reserve.release()):
                    raise
                log.warning("the disk has no room; the reserve was given up")
                self.roll_back()
                self.begin()
                for again in self._steps:
                    again()
