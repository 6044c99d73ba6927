"""What the journal speaks of: intents, answers, operations, and what it needs of a store."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from secrets import token_hex
from typing import Final, Generic, Protocol, Self, TypeVar

from core.model import HttpRequest
from core.ports import CancelToken

T = TypeVar("T")
LOCK_SECONDS: Final = 30.0


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
    operation_id: str = field(default_factory=lambda: token_hex(16))

    def again(self, at: datetime) -> Self:
        """Return this intent as its one recovery retry: same operation, next attempt."""
        return replace(self, at=at, attempt=self.attempt + 1)

    def fact(self, name: str) -> str:
        """Return a fact, or "" where there is none of that name."""
        return dict(self.facts).get(name, "")


@dataclass(frozen=True, slots=True)
class Answer:
    """X's raw answer, as it is kept before anyone reads it.

    Attributes:
        again_at: when X may be asked again, out of the headers of a 429; else None.
    """

    status: int
    body: bytes = field(repr=False)
    received_at: datetime
    content_type: str = ""
    again_at: datetime | None = None


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
