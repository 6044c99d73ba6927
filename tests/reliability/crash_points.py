"""Named crash points around the ports, from outside: production code knows nothing of them.

A program does lasting things only through its ports. So a process that dies between two of
their calls, or inside one before or after its effect, has died at one of these points.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from core.adapters.file_locks import ThreadLocks
from core.adapters.sqlite_connection import connect
from core.adapters.sqlite_records import SqliteStore
from core.adapters.sqlite_store import SqliteStores
from core.errors import VaultUnavailable
from core.ports import CancelToken, Change, SealedOperation, SealedRecord, Store
from core.secret import Secret


class Killed(BaseException):
    """The process is gone."""


class CrashPoints:
    """Counts the points that are reached, and dies at one of them; what is dead does nothing.

    Attributes:
        names: the points so far, in order.
    """

    def __init__(self) -> None:
        self.names: list[str] = []
        self._die_at: int | None = None
        self._dead = False

    def arm(self, die_at: int | None) -> None:
        """Count from here on; die at the point of this number, 0 for the next."""
        self.names.clear()
        self._die_at = die_at

    def reach(self, name: str) -> None:
        """Pass the point, or die here."""
        if self._dead:
            raise Killed(name)
        self.names.append(name)
        if len(self.names) - 1 == self._die_at:
            self._dead = True
            raise Killed(name)


class Disk:
    """What outlives a process: a database in memory, and nothing else of it."""

    def __init__(self, content: bytes | None = None) -> None:
        self.inner: SqliteStore | None = None
        if content is not None:
            connection = connect(None)
            connection.deserialize(content)
            self.inner = SqliteStore(connection, None, ThreadLocks())

    def content(self) -> bytes:
        """Return the whole database, to make further disks of."""
        assert self.inner is not None
        return self.inner._writer.serialize()

    def throw_away(self) -> None:
        """Let go of the memory."""
        if self.inner is not None:
            self.inner.close()


class PointedStores(SqliteStores):
    """The `StoreFactory` over a Disk, with points; of the real one's folder nothing is used."""

    def __init__(self, disk: Disk, points: CrashPoints) -> None:
        super().__init__(Path("/nonexistent/keypane"))
        self._disk = disk
        self._points = points

    def exists(self) -> bool:
        return self._disk.inner is not None

    def open(self) -> Store:
        if self._disk.inner is None:
            raise VaultUnavailable("directory")
        return PointedStore(self._disk.inner, self._points)

    def create(self, fill: Callable[[Store], None], *, over: bool = False) -> Store:
        fresh = SqliteStore.in_memory(ThreadLocks())
        self._points.reach("an empty file is made")
        fill(PointedStore(fresh, self._points))
        self._points.reach("the file is filled")
        self._disk.inner = fresh
        self._points.reach("the file is in its place")
        return PointedStore(fresh, self._points)

    def back_up(self, store: Store) -> None:
        pass

    def went_back(self, store: Store) -> bool:
        return False

    def rewrap(self, store: Store, names: Sequence[str]) -> None:
        self._points.reach("before the copies are wrapped anew")

    def note_item(self, service: str, user: str) -> None:
        self._points.reach("before the keyring's item is noted")

    def forget_item(self, service: str, user: str) -> None:
        pass

    def erasing(self) -> tuple[bool, Sequence[tuple[str, str]]]:
        return False, ()


class PointedStore:
    """The `Store` port over one that outlives the process, with points."""

    def __init__(self, inner: SqliteStore, points: CrashPoints) -> None:
        self._inner = inner
        self._points = points

    def read(self, kind: str, record_id: str) -> SealedRecord | None:
        return self._inner.read(kind, record_id)

    def all(self, kind: str) -> Sequence[SealedRecord]:
        return self._inner.all(kind)

    def records(self) -> Sequence[SealedRecord]:
        return self._inner.records()

    def operations(self) -> Sequence[SealedOperation]:
        return self._inner.operations()

    def meta(self, name: str) -> bytes | None:
        return self._inner.meta(name)

    @contextmanager
    def change(self) -> Iterator[Change]:
        self._points.reach("begin")
        with self._inner.change() as change:
            pointed = PointedChange(change, self._points)
            yield pointed
            self._points.reach(f"before the commit of {pointed.what}")
        self._points.reach(f"after the commit of {pointed.what}")

    @contextmanager
    def lock(self, name: str, cancel: CancelToken, seconds: float = 30.0) -> Iterator[None]:
        self._points.reach("before the lock")
        with self._inner.lock(name, cancel, seconds):
            self._points.reach("locked")
            yield
            self._points.reach("before the unlock")
        self._points.reach("unlocked")

    def reserve(self) -> None:
        self._points.reach("before the room is reserved")
        self._inner.reserve()

    def mark(self) -> int:
        return self._inner.mark()

    def close(self, *, as_found: bool = False) -> None:
        """Keep the inner one: it is the disk."""


class PointedChange:
    """A `Change` with points.

    Attributes:
        what: all that was written, in words.
    """

    def __init__(self, inner: Change, points: CrashPoints) -> None:
        self._inner = inner
        self._points = points
        self.what = ""

    def put(self, record: SealedRecord) -> None:
        self._inner.put(record)
        self._written(record.kind)

    def remove(self, kind: str, record_id: str) -> None:
        self._inner.remove(kind, record_id)
        self._written(f"no {kind}")

    def open_operation(self, operation: SealedOperation) -> None:
        self._inner.open_operation(operation)
        self._written("intent")

    def set_result(self, operation_id: str, result: bytes) -> None:
        self._inner.set_result(operation_id, result)
        self._written("result")

    def close_operation(self, operation_id: str) -> None:
        self._inner.close_operation(operation_id)
        self._written("end")

    def set_meta(self, name: str, value: bytes) -> None:
        self._inner.set_meta(name, value)
        self._written(name)

    def remove_meta(self, name: str) -> None:
        self._inner.remove_meta(name)
        self._written(f"no {name}")

    def _written(self, what: str) -> None:
        self.what = f"{self.what}, {what}" if self.what else what
        self._points.reach(f"written: {what}")


class PointedKeys:
    """The `KeyStore` port over items that outlive the process, with points."""

    label = "Keyring with points"

    def __init__(self, items: dict[tuple[str, str], Secret], points: CrashPoints) -> None:
        self._items = items
        self._points = points

    def probe(self) -> None:
        self._points.reach("before the keyring is probed")

    def read(self, service: str, user: str) -> Secret | None:
        return self._items.get((service, user))

    def write(self, service: str, user: str, value: Secret) -> None:
        self._points.reach("before the key is written")
        self._items[service, user] = value
        self._points.reach("after the key is written")

    def delete(self, service: str, user: str) -> None:
        self._points.reach("before the key is deleted")
        self._items.pop((service, user), None)

    def stop_waiting(self) -> None:
        pass


def survives(points: CrashPoints, work: Callable[[], object]) -> bool:
    """Run the work; return False if the process died at a point of it."""
    try:
        work()
    except Killed:
        return False
    return True
