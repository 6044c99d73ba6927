"""An opened vault: a store and the key to what is in it, and transactions over nouns."""

import binascii
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final, TypeVar

from core.errors import BadInput, VaultCorrupt, VaultUnavailable
from core.model import Activity, App
from core.ports import Change, SealedOperation, SealedRecord, Store
from core.vault.codec import KINDS, Kind, decode, encode, from_json, kind_of, to_json
from core.vault.journal import Answer, Intent, OpenOperation
from core.vault.sealing import Sealer
from core.vault.wraps import CHECK

N = TypeVar("N")

ACTIVITY_CAP: Final = 2000
_ACTIVITIES_BETWEEN_PRUNINGS: Final = 64
_RECORDS: Final = "records"
_OPERATIONS: Final = "operations"
_META: Final = "meta"
_CHECK_TEXT: Final = b"keypane"


class Opened:
    """A store with its sealer. Safe from any thread.

    Attributes:
        leases: how many threads are using it; `Vault` counts.
        retired: True once nobody new may use it.
    """

    def __init__(self, store: Store, sealer: Sealer, key: str) -> None:
        self.store = store
        self.sealer = sealer
        self.key = key
        self.leases = 0
        self.retired = False
        self._until_pruning = 0

    def dispose(self) -> None:
        """Wipe the key and let go of the store."""
        self.sealer.wipe()
        self.store.close()

    # --- reading -----------------------------------------------------------------------------

    def get(self, noun: type[N], name: str) -> N | None:
        """Return the noun of that name, or None."""
        kind = kind_of(noun)
        record = self.store.read(kind.name, self.sealer.hidden(kind.name, name))
        return None if record is None else self._noun(noun, record)

    def all(self, noun: type[N]) -> list[N]:
        """Return all nouns of a kind, oldest first."""
        return [self._noun(noun, record) for record in self.store.all(kind_of(noun).name)]

    def each(self, noun: type[N]) -> Iterator[N | None]:
        """Yield all nouns of a kind, oldest first; None in the place of one that cannot be read."""
        for record in self.store.all(kind_of(noun).name):
            yield self._noun_or_none(noun, record)

    def operations(self) -> list[OpenOperation]:
        """Return what is unfinished, oldest first."""
        return [self._operation(sealed) for sealed in self.store.operations()]

    def verify(self) -> None:
        """Open every sealed value once. Raises VaultCorrupt if one does not open.

        Not kind by kind: a record whose kind was damaged would be missing from all of them.
        """
        self.check()
        for record in self.store.records():
            self._plain(record)
        self.operations()

    # --- the check value: does this key belong to this vault? ------------------------------------

    def check(self) -> None:
        """Raise VaultCorrupt if the key is not the one that the vault was made with."""
        sealed = self.store.meta(CHECK) or b""
        if self.sealer.open(_META, CHECK, CHECK, 0, sealed) != _CHECK_TEXT:
            raise VaultCorrupt("the check value is another one")

    def write_check(self, change: Change) -> None:
        """Keep a sealed constant, which tells a wrong key from a damaged record."""
        change.set_meta(CHECK, self.sealer.seal(_META, CHECK, CHECK, 0, _CHECK_TEXT))

    # --- writing -----------------------------------------------------------------------------

    @contextmanager
    def change(self) -> Iterator["NounChange"]:
        """Open a transaction over nouns."""
        with self.store.change() as change:
            yield NounChange(self, change)

    def copy_into(self, other: "Opened", change: Change) -> None:
        """Seal all that is here once more, as `other`'s, oldest first.

        What `other` has already under the same name stays.
        """
        copy = NounChange(other, change)
        for noun, kind in KINDS.items():
            each: object
            for each in self.all(noun):
                if not kind.key or other.get(noun, getattr(each, kind.key)) is None:
                    copy.put(each)
        for operation in self.operations():
            copy.open_operation(operation.lock_name, operation.intent)
            if operation.answer is not None:
                copy.set_result(operation.intent.operation_id, operation.answer)

    def is_empty(self) -> bool:
        """Return whether nothing is kept here."""
        return not self.operations() and not any(self.store.all(k.name) for k in KINDS.values())

    def prune_due(self) -> bool:
        """Return True for each 64th activity, and for the first."""
        self._until_pruning -= 1
        if self._until_pruning > 0:
            return False
        self._until_pruning = _ACTIVITIES_BETWEEN_PRUNINGS
        return True

    # --- one record ----------------------------------------------------------------------------

    def _plain(self, record: SealedRecord) -> bytes:
        return self.sealer.open(
            _RECORDS, record.record_id, record.kind, record.revision, record.sealed
        )

    def _noun(self, noun: type[N], record: SealedRecord) -> N:
        return decode(noun, self._plain(record))

    def _noun_or_none(self, noun: type[N], record: SealedRecord) -> N | None:
        try:
            return self._noun(noun, record)
        except (VaultCorrupt, VaultUnavailable):
            return None

    def sealed(self, kind: Kind, record_id: str, revision: int, noun: object) -> SealedRecord:
        """Return the noun as a sealed record."""
        plain = encode(noun)
        sealed = self.sealer.seal(_RECORDS, record_id, kind.name, revision, plain)
        return SealedRecord(kind.name, record_id, revision, sealed)

    def _operation(self, sealed: SealedOperation) -> OpenOperation:
        intent = self._part(sealed.operation_id, "intent", sealed.intent)
        answer = None
        if sealed.result is not None:
            answer = _answer(self._part(sealed.operation_id, "result", sealed.result))
        return OpenOperation(str(intent.pop("lock_name", "")), _intent(intent), answer)

    def _part(self, operation_id: str, part: str, sealed: bytes) -> dict[str, Any]:
        return from_json(self.sealer.open(_OPERATIONS, operation_id, part, 0, sealed))

    def sealed_part(self, operation_id: str, part: str, document: dict[str, object]) -> bytes:
        """Return the intent or the result of an operation, sealed."""
        return self.sealer.seal(_OPERATIONS, operation_id, part, 0, to_json(document))


class NounChange:
    """A transaction over the vault's nouns: together or not at all."""

    def __init__(self, opened: Opened, change: Change) -> None:
        self._opened = opened
        self._change = change

    def put(self, noun: object) -> None:
        """Write the noun, whatever was there; an Activity is appended."""
        kind = kind_of(type(noun))
        if not kind.key:
            self._append(kind, noun)
            return
        record_id = self._opened.sealer.hidden(kind.name, getattr(noun, kind.key))
        before = self._opened.store.read(kind.name, record_id)
        revision = 1 if before is None else before.revision + 1
        self._change.put(self._opened.sealed(kind, record_id, revision, noun))

    def get(self, noun: type[N], name: str) -> N | None:
        """Return the noun as this transaction sees it, or None."""
        return self._opened.get(noun, name)

    def update(self, noun: type[N], name: str, how: Callable[[N], N]) -> N:
        """Replace the noun by what `how` makes of it. Raises BadInput where there is none."""
        before = self.get(noun, name)
        if before is None:
            raise BadInput(noun.__name__, "it is not in the vault")
        after = how(before)
        if getattr(after, kind_of(noun).key) != name:
            raise ValueError("an update keeps the record's id")
        self.put(after)
        return after

    def remove(self, kind: type, record_id: str) -> None:
        """Remove the noun of that name if it is there."""
        how = kind_of(kind)
        self._change.remove(how.name, self._opened.sealer.hidden(how.name, record_id))

    def remove_all(self, kind: type) -> None:
        """Remove every noun of a kind."""
        name = kind_of(kind).name
        for record in self._opened.store.all(name):
            self._change.remove(name, record.record_id)

    def remove_where(self, noun: type[N], should_go: Callable[[N | None], bool]) -> None:
        """Remove all nouns of a kind that should go; None stands for one that cannot be read."""
        kind = kind_of(noun)
        for record in self._opened.store.all(kind.name):
            if should_go(self._opened._noun_or_none(noun, record)):  # noqa: SLF001
                self._change.remove(kind.name, record.record_id)

    def remove_app(self, app_id: str) -> None:
        """Remove the App and all that belongs to it, unfinished operations included."""
        for noun, kind in KINDS.items():
            if not kind.app:
                continue
            for record in self._opened.store.all(kind.name):
                if getattr(self._opened._noun(noun, record), kind.app) == app_id:  # noqa: SLF001
                    self._change.remove(kind.name, record.record_id)
        for operation in self._opened.operations():
            if operation.intent.app_id == app_id:
                self._change.close_operation(operation.intent.operation_id)

    def open_operation(self, lock_name: str, intent: Intent) -> None:
        """Note an intent; a retry replaces the intent that it repeats."""
        document: dict[str, object] = {
            "lock_name": lock_name,
            "operation": intent.operation,
            "app_id": intent.app_id,
            "subject_id": intent.subject_id,
            "at": intent.at.isoformat(),
            "fingerprint": intent.fingerprint,
            "facts": intent.facts,
            "attempt": intent.attempt,
            "operation_id": intent.operation_id,
        }
        sealed = self._opened.sealed_part(intent.operation_id, "intent", document)
        hidden = self._opened.sealer.hidden("lock", lock_name)
        self._change.open_operation(SealedOperation(intent.operation_id, hidden, sealed, None))

    def set_result(self, operation_id: str, answer: Answer) -> None:
        """Note X's raw answer."""
        document: dict[str, object] = {
            "status": answer.status,
            "body": binascii.b2a_base64(answer.body, newline=False).decode(),
            "received_at": answer.received_at.isoformat(),
            "content_type": answer.content_type,
            "again_at": answer.again_at.isoformat() if answer.again_at else None,
        }
        sealed = self._opened.sealed_part(operation_id, "result", document)
        self._change.set_result(operation_id, sealed)

    def close_operation(self, operation_id: str) -> None:
        """Forget the operation."""
        self._change.close_operation(operation_id)

    def _append(self, kind: Kind, noun: object) -> None:
        record_id = secrets.token_hex(16)
        self._change.put(self._opened.sealed(kind, record_id, 1, noun))
        if self._opened.prune_due():
            records = self._opened.store.all(kind.name)
            for record in records[: max(0, len(records) - ACTIVITY_CAP)]:
                self._change.remove(kind.name, record.record_id)


def apps_named(apps: list[App], name: str) -> list[App]:
    """Return the Apps of that name, whatever its case; the exact one alone if there is one."""
    exact = [app for app in apps if app.name == name]
    folded = name.casefold()
    return exact if len(exact) == 1 else [app for app in apps if app.name.casefold() == folded]


def newest(activities: list[Activity], app_id: str | None, limit: int) -> tuple[Activity, ...]:
    """Return at most `limit` activities of an App, or of all, newest first."""
    mine = [each for each in reversed(activities) if app_id is None or each.app_id == app_id]
    return tuple(mine[: min(limit, ACTIVITY_CAP)])


def _intent(document: dict[str, Any]) -> Intent:
    try:
        document["at"] = datetime.fromisoformat(document["at"])
        document["facts"] = tuple((str(name), str(value)) for name, value in document["facts"])
        return Intent(**document)
    except (KeyError, TypeError, ValueError):
        raise VaultCorrupt("an intent is malformed") from None


def _answer(document: dict[str, Any]) -> Answer:
    try:
        document["body"] = binascii.a2b_base64(document["body"], strict_mode=True)
        document["received_at"] = datetime.fromisoformat(document["received_at"])
        again_at = document.get("again_at")  # answers from before it was kept have none
        document["again_at"] = datetime.fromisoformat(again_at) if again_at else None
        return Answer(**document)
    except (KeyError, TypeError, ValueError):
        raise VaultCorrupt("an answer is malformed") from None
