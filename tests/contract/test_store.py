"""The contract of the `Store` port. A further store joins with one line in `STORES`."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from core.adapters.sqlite_store import SqliteStores
from core.errors import Cancelled, VaultBusy, VaultUnavailable
from core.ports import CancelToken, SealedOperation, SealedRecord, Store


def _in_file(folder: Path) -> Store:
    stores = SqliteStores(folder / "home")
    return stores.open() if stores.exists() else stores.create(lambda _store: None)


def _in_memory(folder: Path) -> Store:
    return SqliteStores(folder / "home").memory()


# Name -> how to open the store that belongs to a folder; the second call shares it.
STORES: Final[dict[str, Callable[[Path], Store]]] = {"sqlite": _in_file, "memory": _in_memory}
SHARED: Final = [name for name in STORES if name != "memory"]


@pytest.fixture(params=list(STORES))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = STORES[request.param](tmp_path)
    yield opened
    opened.close()


@pytest.fixture(params=SHARED)
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Store, Store]]:
    """Open the same store twice, as two processes do."""
    first, second = STORES[request.param](tmp_path), STORES[request.param](tmp_path)
    yield first, second
    first.close()
    second.close()


def record(
    name: str = "r", revision: int = 1, sealed: bytes = b"\x00\xffsealed", kind: str = "app"
) -> SealedRecord:
    return SealedRecord(kind, name, revision, sealed)


def operation(name: str = "op", result: bytes | None = None) -> SealedOperation:
    return SealedOperation(name, "lock", b"intent", result)


def put(store: Store, *records: SealedRecord) -> None:
    with store.change() as change:
        for each in records:
            change.put(each)


def test_a_new_store_is_empty(store: Store) -> None:
    assert store.read("app", "r") is None
    assert list(store.all("app")) == []
    assert list(store.operations()) == []
    assert store.meta("vault_id") is None


def test_a_record_is_read_as_it_was_written(store: Store) -> None:
    put(store, record(sealed=bytes(range(256))))

    assert store.read("app", "r") == record(sealed=bytes(range(256)))


def test_kinds_do_not_mix(store: Store) -> None:
    put(store, record(kind="app"), record(kind="user", sealed=b"other"))

    assert store.read("user", "r") == record(kind="user", sealed=b"other")
    assert list(store.all("app")) == [record(kind="app")]
    assert set(store.records()) == {record(kind="app"), record(kind="user", sealed=b"other")}


def test_all_is_oldest_first_whatever_was_written_since(store: Store) -> None:
    put(store, record("c"), record("a"), record("b"))
    put(store, record("c", 2))

    assert [each.record_id for each in store.all("app")] == ["c", "a", "b"]


@pytest.mark.parametrize("revision", [1, 3, 0, -1])
def test_a_revision_that_does_not_follow_is_refused(store: Store, revision: int) -> None:
    put(store, record(sealed=b"first"))

    with pytest.raises(VaultBusy):
        put(store, record(revision=revision, sealed=b"late"))

    assert store.read("app", "r") == record(sealed=b"first")


def test_a_later_revision_of_nothing_is_refused(store: Store) -> None:
    with pytest.raises(VaultBusy):
        put(store, record(revision=2))

    assert store.read("app", "r") is None


def test_a_record_may_be_removed_and_made_again(store: Store) -> None:
    put(store, record())
    with store.change() as change:
        change.remove("app", "r")
        change.remove("app", "never there")

    assert store.read("app", "r") is None
    put(store, record(sealed=b"again"))
    assert store.read("app", "r") == record(sealed=b"again")


def test_an_exception_undoes_the_whole_change(store: Store) -> None:
    put(store, record("kept"))
    before = store.mark()

    def half() -> None:
        with store.change() as change:
            change.put(record("new"))
            change.remove("app", "kept")
            change.open_operation(operation())
            change.set_meta("name", b"value")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()

    assert [each.record_id for each in store.all("app")] == ["kept"]
    assert list(store.operations()) == []
    assert store.meta("name") is None
    assert store.mark() == before


def test_the_thread_of_a_change_reads_what_it_wrote(store: Store) -> None:
    with store.change() as change:
        change.put(record())
        change.set_meta("name", b"value")

        assert store.read("app", "r") == record()
        assert store.meta("name") == b"value"


def test_an_operation_keeps_its_result_until_it_is_closed(store: Store) -> None:
    with store.change() as change:
        change.open_operation(operation("first"))
        change.open_operation(operation("second"))
    with store.change() as change:
        change.set_result("first", b"answer")

    assert list(store.operations()) == [operation("first", b"answer"), operation("second")]
    with store.change() as change:
        change.close_operation("first")
        change.close_operation("never there")
    assert list(store.operations()) == [operation("second")]


def test_an_operation_of_the_same_id_replaces_the_intent_and_its_result(store: Store) -> None:
    with store.change() as change:
        change.open_operation(operation("op", b"answer"))
    with store.change() as change:
        change.open_operation(SealedOperation("op", "lock", b"second attempt", None))

    assert list(store.operations()) == [SealedOperation("op", "lock", b"second attempt", None)]


def test_meta_is_overwritten(store: Store) -> None:
    for value in (b"one", b"", b"\x00two"):
        with store.change() as change:
            change.set_meta("name", value)

        assert store.meta("name") == value


def test_the_mark_changes_with_each_commit_and_stays_otherwise(store: Store) -> None:
    marks = [store.mark()]
    for number in range(3):
        put(store, record(str(number)))
        marks.append(store.mark())

    assert len(set(marks)) == 4
    assert store.mark() == marks[-1]


def test_a_change_inside_a_change_is_a_mistake(store: Store) -> None:
    def nested() -> None:
        with store.change() as change:
            change.put(record())
            with store.change():
                pass

    with pytest.raises(RuntimeError):
        nested()

    assert store.read("app", "r") is None


def test_room_for_an_answer_can_be_held_back(store: Store) -> None:
    store.reserve()
    store.reserve()


def test_a_closed_store_says_so(store: Store) -> None:
    store.close()

    with pytest.raises(VaultUnavailable):
        store.read("app", "r")
    with pytest.raises(VaultUnavailable), store.change():
        pass


def test_threads_lose_no_update(store: Store) -> None:
    put(store, record(sealed=b"0"))

    def add() -> None:
        for _ in range(20):
            with store.change() as change:
                before = store.read("app", "r")
                assert before is not None
                after = str(int(before.sealed) + 1).encode()
                change.put(record(revision=before.revision + 1, sealed=after))

    threads = [threading.Thread(target=add) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert store.read("app", "r") == record(revision=161, sealed=b"160")


def test_a_lock_keeps_the_others_out(store: Store) -> None:
    with store.lock("bearer", CancelToken()):
        with pytest.raises(VaultBusy), store.lock("bearer", CancelToken(), 0.05):
            pass
        with store.lock("another", CancelToken(), 0.05):
            pass
    with store.lock("bearer", CancelToken(), 0.05):
        pass


def test_a_lock_is_free_after_an_exception(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.lock("bearer", CancelToken()):
        raise ZeroDivisionError

    with store.lock("bearer", CancelToken(), 0.05):
        pass


def test_one_thread_at_a_time_holds_a_lock(store: Store) -> None:
    inside: list[int] = []
    most: list[int] = []

    def hold() -> None:
        for _ in range(10):
            with store.lock("bearer", CancelToken()):
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=hold) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert most == [1] * 40


def test_waiting_for_a_lock_ends_when_it_is_cancelled(store: Store) -> None:
    cancel = CancelToken()
    waiting = threading.Timer(0.05, cancel.cancel)
    with store.lock("bearer", CancelToken()):
        waiting.start()
        with pytest.raises(Cancelled) as stopped, store.lock("bearer", cancel, 20):
            pass

    assert stopped.value.nothing_sent
    waiting.join()


def test_the_other_sees_a_commit_at_once(pair: tuple[Store, Store]) -> None:
    first, second = pair
    before = second.mark()
    put(first, record())

    assert second.read("app", "r") == record()
    assert second.mark() != before


def test_the_other_sees_nothing_of_an_open_change(pair: tuple[Store, Store]) -> None:
    first, second = pair
    with first.change() as change:
        change.put(record())

        assert second.read("app", "r") is None


def test_the_slower_of_two_writers_is_refused(pair: tuple[Store, Store]) -> None:
    first, second = pair
    put(first, record())
    put(first, record(revision=2, sealed=b"winner"))

    with pytest.raises(VaultBusy):
        put(second, record(revision=2, sealed=b"loser"))

    assert second.read("app", "r") == record(revision=2, sealed=b"winner")


def test_a_lock_keeps_out_the_other(pair: tuple[Store, Store]) -> None:
    first, second = pair
    with (
        first.lock("bearer", CancelToken()),
        pytest.raises(VaultBusy),
        second.lock("bearer", CancelToken(), 0.05),
    ):
        pass
    with second.lock("bearer", CancelToken(), 0.05):
        pass
