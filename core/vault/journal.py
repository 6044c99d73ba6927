"""The journal: the one order in which anything is changed at X.

    0  preflight: key in memory, store writable        (nothing consumed yet)
    1  take the credential's lock
    2  re-read; if someone else did it meanwhile, use that and leave
    3  commit the INTENT
    4  send ONE request
    5  commit the RESULT, raw and sealed, before anyone parses it
    6  fold it into the records and close the operation, in one transaction
    7  unlock

A process may die between any two of these. `recover` folds what has a result and
marks as uncertain what has none, so that nothing is lost in silence.
"""

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Generic, Protocol, Self, TypeVar
from uuid import uuid4

from core.errors import (
    BadAnswer,
    BadInput,
    Cancelled,
    ConnectFailed,
    Refused,
    ServerFault,
    VaultBusy,
)
from core.model import HttpRequest
from core.ports import CancelToken, Clock, Transport

log = logging.getLogger(__name__)

T = TypeVar("T")
LOCK_SECONDS: Final = 30.0
_SERVER_FAULT: Final = 500


@dataclass(frozen=True, slots=True)
class Intent:
    """What is about to be changed at X, sealed before it is sent.

    Attributes:
        operation: "generate", "invalidate", "refresh", "exchange", "revoke", …
        subject_id: the id of the record that the answer will change.
        fingerprint: of the token that the call consumes, "" if none.
        facts: what folding the answer needs besides; may hold secrets, since it is sealed.
        attempt: 1, or 2 for the one recovery retry.
    """

    operation: str
    app_id: str
    subject_id: str
    at: datetime
    fingerprint: str = ""
    facts: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    attempt: int = 1
    operation_id: str = field(default_factory=lambda: uuid4().hex)

    def again(self, at: datetime) -> Self:
        """Return this intent as its one recovery retry: same operation, next attempt."""
        return replace(self, at=at, attempt=self.attempt + 1)

    def fact(self, name: str) -> str:
        """Return a fact, or "" where there is none of that name."""
        return dict(self.facts).get(name, "")


@dataclass(frozen=True, slots=True)
class Answer:
    """X's raw answer, as it is kept before anyone reads it."""

    status: int
    body: bytes = field(repr=False)
    received_at: datetime
    content_type: str = ""


class VaultChange(Protocol):
    """A transaction over the vault's own nouns; see `core.vault.vault.Vault.change`."""

    def put(self, noun: object) -> None:
        """Write an App, a credential, or an Activity."""

    def remove(self, kind: type, record_id: str) -> None:
        """Remove it if it is there."""

    def open_operation(self, lock_name: str, intent: Intent) -> None:
        """Note an intent."""

    def set_result(self, operation_id: str, answer: Answer) -> None:
        """Note the raw answer."""

    def close_operation(self, operation_id: str) -> None:
        """Forget the operation."""


@dataclass(frozen=True, slots=True)
class OpenOperation:
    """An operation that a lock still carries."""

    lock_name: str
    intent: Intent
    answer: Answer | None


class JournalStore(Protocol):
    """What the journal needs of the vault."""

    def preflight(self) -> None:
        """Raise VaultLocked or VaultUnavailable if a result could not be kept now."""

    def lock(
        self, name: str, cancel: CancelToken, seconds: float = LOCK_SECONDS
    ) -> AbstractContextManager[None]:
        """Hold the named lock across threads and processes; VaultBusy after `seconds`."""

    def change(self) -> AbstractContextManager[VaultChange]:
        """Open a transaction."""

    def open_operations(self) -> Sequence[OpenOperation]:
        """Return what is unfinished, oldest first."""


@dataclass(frozen=True, slots=True)
class Operation(Generic[T]):
    """How one kind of change is folded into the records.

    Attributes:
        fold: a pure function of intent and answer that writes the new records through
            the change and returns what the caller wants. It raises Refused after writing
            what a definite "no" means; BadAnswer when the answer cannot be read, which
            leaves the outcome in doubt.
        doubt: writes the state "uncertain" for an intent whose outcome is unknown.
    """

    name: str
    fold: Callable[[Intent, Answer, VaultChange], T]
    doubt: Callable[[Intent, VaultChange], None]


@dataclass(frozen=True, slots=True)
class Already(Generic[T]):
    """Nothing needs to be sent: someone else did it while we waited for the lock."""

    value: T


@dataclass(frozen=True, slots=True)
class Send:
    """What to send, and the intent to commit before."""

    intent: Intent
    request: HttpRequest


Prepare = Callable[[Sequence[Intent]], Send | Already[T]]


class Journal:
    """Runs changing calls in the order above, and finishes what a crash cut off."""

    def __init__(self, store: JournalStore, transport: Transport, clock: Clock) -> None:
        self._store = store
        self._transport = transport
        self._clock = clock

    def run(
        self, operation: Operation[T], lock_name: str, prepare: Prepare[T], cancel: CancelToken
    ) -> T:
        """Change something at X once, and keep what X answered before anything else.

        Args:
            operation: how its answer is folded.
            lock_name: the credential's lock.
            prepare: called under the lock with the unfinished intents of that lock; re-reads
                the records and says what to send. A retry of an unfinished intent passes that
                intent on with `attempt` raised.
            cancel: raise it to stop waiting; what was sent may still have its effect.

        Raises:
            ConnectFailed: nothing was sent, nothing is changed.
            TimedOut, ServerFault, BadAnswer: the outcome is unknown; the record says so.
            Refused: X said no; the record says what that means.
            Cancelled: stopped; the record says "uncertain" if something had been sent.
            VaultError: nothing was sent.
        """
        self._store.preflight()
        with self._store.lock(lock_name, cancel):
            self._fold_answered(operation, lock_name)
            plan = prepare([o.intent for o in self._unfinished(lock_name)])
            if isinstance(plan, Already):
                return plan.value
            cancel.check()
            return self._send(operation, lock_name, plan, cancel)

    def recover(self, operations: Sequence[Operation[Any]]) -> list[Intent]:
        """Finish what a crash cut off: fold what was answered, mark the rest as uncertain.

        Operations whose lock another process holds are left to it.

        Returns:
            The intents whose outcome is unknown.
        """
        by_name = {operation.name: operation for operation in operations}
        unknown: list[Intent] = []
        for entry in self._store.open_operations():
            operation = by_name.get(entry.intent.operation)
            if operation is not None and self._recover(operation, entry):
                unknown.append(entry.intent)
        return unknown

    def _unfinished(self, lock_name: str) -> list[OpenOperation]:
        return [o for o in self._store.open_operations() if o.lock_name == lock_name]

    def _fold_answered(self, operation: Operation[T], lock_name: str) -> None:
        for entry in self._unfinished(lock_name):
            if entry.answer is not None and entry.intent.operation == operation.name:
                self._settle(operation, entry.intent, entry.answer)

    def _send(self, operation: Operation[T], lock_name: str, plan: Send, cancel: CancelToken) -> T:
        intent = plan.intent
        with self._store.change() as change:
            change.open_operation(lock_name, intent)
        try:
            response = self._transport.send(plan.request, cancel)
        except (ConnectFailed, BadInput):
            self._withdraw(operation, intent)
            raise
        except Cancelled as stopped:
            settle = self._withdraw if stopped.nothing_sent else self._doubt
            settle(operation, intent)
            raise
        except BaseException:
            self._doubt(operation, intent)
            raise
        if response.status >= _SERVER_FAULT:
            self._doubt(operation, intent)
            raise ServerFault(f"X answered {response.status}", status=response.status)
        answer = Answer(
            response.status,
            response.body,
            self._clock.now(),
            response.headers.get("content-type", ""),
        )
        with self._store.change() as change:
            change.set_result(intent.operation_id, answer)
        return self._fold(operation, intent, answer)

    def _fold(self, operation: Operation[T], intent: Intent, answer: Answer) -> T:
        refusal: Refused | None = None
        value: T | None = None
        try:
            with self._store.change() as change:
                try:
                    value = operation.fold(intent, answer, change)
                except Refused as refused:
                    refusal = refused
                change.close_operation(intent.operation_id)
        except BadAnswer:
            self._doubt(operation, intent)
            raise
        if refusal is not None:
            raise refusal
        log.info("%s settled for app %s: %d", intent.operation, intent.app_id, answer.status)
        return value  # type: ignore[return-value]  # fold returned it, or raised

    def _settle(self, operation: Operation[T], intent: Intent, answer: Answer) -> bool:
        """Fold an answer that was kept earlier; return whether its outcome is still unknown."""
        try:
            self._fold(operation, intent, answer)
        except Refused as refused:
            log.info("%s had been refused: %s", intent.operation, type(refused).__name__)
        except BadAnswer:
            return True
        return False

    def _withdraw(self, operation: Operation[T], intent: Intent) -> None:
        """Nothing left the machine: a first attempt never happened, a retry stays in doubt."""
        if intent.attempt > 1:
            self._doubt(operation, intent)
            return
        with self._store.change() as change:
            change.close_operation(intent.operation_id)

    def _doubt(self, operation: Operation[T], intent: Intent) -> None:
        with self._store.change() as change:
            operation.doubt(intent, change)
        log.warning("the outcome of %s for app %s is unknown", intent.operation, intent.app_id)

    def _recover(self, operation: Operation[Any], entry: OpenOperation) -> bool:
        nobody_waits = CancelToken()
        try:
            with self._store.lock(entry.lock_name, nobody_waits, seconds=0.0):
                still = [
                    o
                    for o in self._unfinished(entry.lock_name)
                    if o.intent.operation_id == entry.intent.operation_id
                ]
                if not still:
                    return False
                intent, answer = still[0].intent, still[0].answer  # a retry may have raised it
                if answer is not None:
                    return self._settle(operation, intent, answer)
                self._doubt(operation, intent)
                return True
        except VaultBusy:
            return False  # its holder is alive and will finish it
