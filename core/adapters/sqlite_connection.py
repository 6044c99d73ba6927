"""SQLite as the vault wants it: connections, schema, soundness, and its errors in our words."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from core.errors import VaultBusy, VaultCorrupt, VaultError, VaultUnavailable

APPLICATION_ID: Final = 0x4B70_616E  # "Kpan"
MIGRATIONS: Final = (
    """
    CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE records (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, record_id TEXT NOT NULL,
        revision INTEGER NOT NULL, sealed BLOB NOT NULL, UNIQUE (kind, record_id)
    ) STRICT;
    CREATE INDEX records_by_age ON records (kind, seq);
    CREATE TABLE operations (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, operation_id TEXT NOT NULL UNIQUE,
        lock_name TEXT NOT NULL, intent BLOB NOT NULL, result BLOB
    ) STRICT;
    CREATE TABLE commits (one INTEGER PRIMARY KEY CHECK (one = 1), count INTEGER NOT NULL) STRICT;
    INSERT INTO commits VALUES (1, 0);
    """,
)
_BUSY_SECONDS: Final = 10.0
FULL: Final = "SQLITE_FULL"


def connect(path: Path | None) -> sqlite3.Connection:
    """Open an existing file, or memory for None. Never creates a file. Raises VaultError."""
    name = ":memory:" if path is None else f"{path.absolute().as_uri()}?mode=rw"
    with translated():
        connection = sqlite3.connect(
            name,
            timeout=_BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
            uri=path is not None,
        )
        try:
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA cell_size_check = ON")
            connection.execute("PRAGMA synchronous = FULL")
        except BaseException:
            if path is not None:
                close_as_found(path, connection)  # these statements read the schema already
            raise
    return connection


def close_as_found(path: Path, *connections: sqlite3.Connection) -> None:
    """Close connections to a file without changing it.

    The last one to close carries the log into the file and deletes it, into a damaged file
    too. Unless one that may not write is still there, and then is the last.
    """
    guard = _onlooker(path) if _has_log(path) else None
    for connection in connections:
        with suppress(sqlite3.Error):
            connection.close()
    if guard is not None:
        guard.close()


def _onlooker(path: Path) -> sqlite3.Connection | None:
    """Return a connection that holds the file and may not write to it."""
    uri = f"{path.absolute().as_uri()}?mode=ro"
    with suppress(sqlite3.Error):
        connection = sqlite3.connect(uri, isolation_level=None, uri=True)
        with suppress(sqlite3.Error, UnicodeDecodeError):  # it holds a damaged file as well
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        return connection
    return None


def _has_log(path: Path) -> bool:
    try:
        return path.with_name(path.name + "-wal").stat().st_size > 0
    except OSError:
        return False


def migrate(connection: sqlite3.Connection, migrations: tuple[str, ...] = MIGRATIONS) -> None:
    """Bring the schema up to date, in one transaction. A newer one is left as it is."""
    with translated():
        have = version_of(connection)
        if have >= len(migrations):
            return
        steps = "".join(migrations[have:])
        connection.executescript(
            f"BEGIN EXCLUSIVE; {steps} PRAGMA application_id = {APPLICATION_ID};"
            f" PRAGMA user_version = {len(migrations)}; COMMIT;"
        )


def version_of(connection: sqlite3.Connection) -> int:
    """Return the schema version; 0 for an empty file. Raises VaultError."""
    with translated():
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def check_sound(connection: sqlite3.Connection) -> None:
    """Raise VaultCorrupt unless the file is a store whose pages hold together."""
    with translated():
        if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            raise VaultCorrupt("the file is not a vault")
        # The quick check would not see a row that its index no longer finds.
        if connection.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok":
            raise VaultCorrupt("the vault file is damaged")


def refuse_unreadable(connection: sqlite3.Connection, ours: int) -> None:
    """Keep a newer file from being written, or from being opened at all if it asks for that.

    A newer version notes as `min_reader` the oldest schema whose program reads the file right.
    """
    with translated():
        connection.execute("PRAGMA query_only = ON")
        row = connection.execute("SELECT value FROM meta WHERE name = 'min_reader'").fetchone()
    if row is not None and int(row[0]) > ours:
        raise VaultUnavailable("newer_version", "a newer version made this vault")


@contextmanager
def translated() -> Iterator[None]:
    """Turn SQLite's errors into ours. Their text may name a path, so it goes no further."""
    try:
        yield
    except sqlite3.Error as error:
        raise _ours(error) from None
    except UnicodeDecodeError:
        # Python cannot even read SQLite's message, which quotes the damage.
        raise VaultCorrupt("the vault file is damaged") from None


def name_of(error: sqlite3.Error) -> str:
    """Return SQLite's name of the error, as SQLITE_FULL; "" where it has none."""
    return str(getattr(error, "sqlite_errorname", "") or "")


def lacks_room(error: sqlite3.Error) -> bool:
    """Return whether giving space back may help.

    SQLite says FULL for a full disk only; a quota, and a full disk under its shared memory,
    are failures of reading and writing to it.
    """
    return name_of(error).startswith((FULL, "SQLITE_IOERR"))


def _ours(error: sqlite3.Error) -> VaultError:
    name = name_of(error)
    if isinstance(error, sqlite3.ProgrammingError):
        return VaultUnavailable("other", "the store is closed")
    for start, reason in (
        (FULL, "disk_full"),
        ("SQLITE_READONLY", "read_only"),
        ("SQLITE_PERM", "read_only"),
        ("SQLITE_AUTH", "read_only"),
        ("SQLITE_CANTOPEN", "directory"),
        ("SQLITE_IOERR", "other"),
        ("SQLITE_NOMEM", "other"),
        ("SQLITE_PROTOCOL", "other"),
    ):
        if name.startswith(start):
            return VaultUnavailable(reason, name)
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return VaultBusy("another program is writing")
    return VaultCorrupt(name or "the vault file does not read as a store")
