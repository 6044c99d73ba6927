"""The ports: what the core needs of the world, as small as it can be said.

`core/adapters` has the real ones, `tests/` the fakes; both pass the contract suites
in `tests/contract/`. A face never sees an adapter: `main.py` chooses them.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.errors import Cancelled
from core.model import HttpRequest, HttpResponse
from core.secret import Secret


class CancelToken:
    """A person's wish to stop, shared by the thread that works and the one that waits.

    Raising it runs the registered callbacks at once, on the canceller's thread:
    an adapter registers one that shuts its live socket, so a blocked read ends.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._raised = threading.Event()
        self._callbacks: list[Callable[[], None]] = []

    @property
    def is_raised(self) -> bool:
        """True once `cancel` was called."""
        return self._raised.is_set()

    def cancel(self) -> None:
        """Ask the work to stop. Calling it again does nothing."""
        with self._lock:
            if self._raised.is_set():
                return
            self._raised.set()
            callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback()

    def check(self) -> None:
        """Raise Cancelled if the work should stop. Call it only where nothing was sent yet."""
        if self._raised.is_set():
            raise Cancelled(nothing_sent=True)

    def wait(self, seconds: float) -> bool:
        """Wait at most `seconds`; return True if the token was raised meanwhile."""
        return self._raised.wait(seconds)

    def on_cancel(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Run `callback` when the token is raised, at once if it is already.

        Returns:
            A function that takes the registration back.
        """
        with self._lock:
            if not self._raised.is_set():
                self._callbacks.append(callback)
                return lambda: self._forget(callback)
        callback()
        return lambda: None

    def _forget(self, callback: Callable[[], None]) -> None:
        with self._lock:
            if callback in self._callbacks:
                self._callbacks.remove(callback)


class Transport(Protocol):
    """One HTTP exchange. Follows no redirect, keeps no cookie, retries nothing."""

    def send(self, request: HttpRequest, cancel: CancelToken) -> HttpResponse:
        """Send `request` and return the whole answer, whatever its status.

        Raises:
            ConnectFailed: nothing was sent.
            TimedOut: sent, but no whole answer came within `request.deadline_seconds`.
            BadAnswer: the answer was too large, wrongly encoded, or not HTTP.
            BadInput: the request cannot be put on the wire (a control character in a value,
                a host that the App's environment does not allow).
            Cancelled: `cancel` was raised first.
        """

    def stream(
        self, request: HttpRequest, cancel: CancelToken, stall_seconds: float = 30.0
    ) -> AbstractContextManager["OpenStream"]:
        """Send `request` and open its answer for reading while it comes.

        `request.deadline_seconds` counts until the headers are here, `max_body_bytes` for
        one line, and `stall_seconds` for the silence between two reads.

        Raises: as `send`, here and while the stream is read.
        """


class OpenStream(Protocol):
    """An answer that goes on; its connection is closed with its context."""

    @property
    def opening(self) -> HttpResponse:
        """Status and headers. The body is empty for a 2xx, and whole for a refusal."""

    def batches(self) -> Iterator[tuple[bytes, ...]]:
        """Yield the lines that came together, without their ends; b"" is a keep-alive.

        Ends when the other side ends the answer.

        Raises:
            TimedOut: the connection broke, or nothing came for the time of a stall.
            BadAnswer: a line is too long, or the compression is broken.
            Cancelled: the token was raised.
        """


class Clock(Protocol):
    """Time, so that a test can move it."""

    def now(self) -> datetime:
        """Return the time of day, in UTC."""

    def monotonic(self) -> float:
        """Return seconds since some fixed moment; never goes back."""


class KeyStore(Protocol):
    """The OS credential store, used for one item only: the vault's data key."""

    @property
    def label(self) -> str:
        """What the person knows it as, such as "GNOME Keyring"."""

    def probe(self) -> None:
        """Find out whether a value can be written, read back and deleted.

        Raises:
            VaultUnavailable: there is no usable keyring, or it did not answer in time.
            VaultLocked: it is locked and the person did not unlock it.
            Cancelled: `stop_waiting` was called meanwhile.
        """

    def read(self, service: str, user: str) -> Secret | None:
        """Return the value, or None where the keyring has none. Raises as `probe`."""

    def write(self, service: str, user: str, value: Secret) -> None:
        """Store the value under a name that has none yet. Raises as `probe`."""

    def delete(self, service: str, user: str) -> None:
        """Delete the value if there is one. Raises as `probe`."""

    def stop_waiting(self) -> None:
        """Make the call that waits for the person, if there is one, end with Cancelled."""


@dataclass(frozen=True, slots=True)
class SealedRecord:
    """A record as the store sees it: opaque but for its kind.

    Attributes:
        kind: "app", "bearer", "user", "owner", "activity", "setting", "answer_history", …
        record_id: opaque; names nothing.
        revision: 1 for a new record, one more with each write.
        sealed: nonce and ciphertext.
    """

    kind: str
    record_id: str
    revision: int
    sealed: bytes


@dataclass(frozen=True, slots=True)
class SealedOperation:
    """An operation under way that changes something at X.

    Attributes:
        operation_id: opaque.
        lock_name: the credential's lock; opaque.
        intent: sealed; what is about to be done, to which record and revision.
        result: sealed raw answer, None until it arrived.
    """

    operation_id: str
    lock_name: str
    intent: bytes
    result: bytes | None


class Change(Protocol):
    """Writes that take effect together or not at all."""

    def put(self, record: SealedRecord) -> None:
        """Write the record. Its revision must be one above the stored one (1 if none).

        Raises:
            VaultBusy: someone else wrote it first.
        """

    def remove(self, kind: str, record_id: str) -> None:
        """Remove the record if it is there."""

    def open_operation(self, operation: SealedOperation) -> None:
        """Note an intent."""

    def set_result(self, operation_id: str, result: bytes) -> None:
        """Note the raw answer of an open operation."""

    def close_operation(self, operation_id: str) -> None:
        """Forget the operation: it is folded into its record, or nothing was sent."""

    def set_meta(self, name: str, value: bytes) -> None:
        """Keep one small unsealed value, such as a key wrap."""

    def remove_meta(self, name: str) -> None:
        """Remove an unsealed value if it is there."""


class Store(Protocol):
    """Records, operations and locks. SQLite today; a team's database could take its place.

    What it keeps is sealed: it never sees a name, an App or a secret. All methods
    are safe to call from any thread. Every method raises VaultUnavailable when the
    disk fails, VaultCorrupt when the file is not readable as a store.
    """

    def read(self, kind: str, record_id: str) -> SealedRecord | None:
        """Return the record, or None."""

    def all(self, kind: str) -> Sequence[SealedRecord]:
        """Return all records of a kind, oldest first."""

    def records(self) -> Sequence[SealedRecord]:
        """Return all records of every kind, those that we do not know included."""

    def operations(self) -> Sequence[SealedOperation]:
        """Return all open operations, oldest first."""

    def meta(self, name: str) -> bytes | None:
        """Return an unsealed value, or None."""

    def change(self) -> AbstractContextManager[Change]:
        """Open a transaction: durable on leaving, undone when an exception leaves it."""

    def lock(
        self, name: str, cancel: CancelToken, seconds: float = 30.0
    ) -> AbstractContextManager[None]:
        """Hold the named lock against every thread and process; a dead holder frees it.

        Raises:
            VaultBusy: it was not free within `seconds`.
            Cancelled: `cancel` was raised first.
        """

    def reserve(self) -> None:
        """Make sure that one more answer of X could be kept, even on a disk that fills up now.

        Raises:
            VaultUnavailable: the disk is full, or nothing may be written.
        """

    def mark(self) -> int:
        """Return a number that changes when anyone commits, cheap enough to poll."""

    def close(self, *, as_found: bool = False) -> None:
        """Let go of files. Using the store afterwards is an error.

        Args:
            as_found: leave the files as they are, unsound as they may be. Otherwise they may
                be tidied up.
        """


class Listener(Protocol):
    """A loopback address that is bound, and answers browsers from now on.

    It ends by itself: soon after a redirect was taken, when its time is up, or when the
    program does.
    """

    def wait(self, cancel: CancelToken) -> str | None:
        """Return the URL of the true redirect, or None when it was closed before one came.

        Raises:
            Cancelled: `cancel` was raised first; nobody listens any more.
        """

    def close(self) -> None:
        """Stop listening. A browser that just came back still gets its page, within two seconds."""


class Listen(Protocol):
    """Binds the loopback address of a redirect URI."""

    def __call__(
        self, redirect_uri: str, is_answer: Callable[[str], bool], seconds: float
    ) -> Listener:
        """Return a listener that is bound to exactly this redirect URI.

        Args:
            redirect_uri: http on 127.0.0.1 or localhost.
            is_answer: whether a URL is what we wait for; asked from the listener's thread.
            seconds: for how long at most.

        Raises:
            ListenFailed: the port is busy or not for us.
        """
