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
marks as uncertain what has none, so that nothing is lost in silence. A disk that fails
after 4 is tried again, and the answer stays in memory until it is written.
"""

import logging
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from core.errors import (
    AnswerUnkept,
    BadAnswer,
    BadInput,
    Cancelled,
    ConnectFailed,
    Refused,
    ServerFault,
    VaultBusy,
    VaultError,
)
from core.ports import CancelToken, Clock, Transport
from core.retry_after import reset_at
from core.vault.intents import (
    LOCK_SECONDS,
    Already,
    Answer,
    Intent,
    JournalStore,
    OpenOperation,
    Operation,
    Prepare,
    Send,
    VaultChange,
)

__all__ = [
    "LOCK_SECONDS",
    "Already",
    "Answer",
    "Intent",
    "Journal",
    "JournalStore",
    "OpenOperation",
    "Operation",
    "Prepare",
    "Send",
    "VaultChange",
]

log = logging.getLogger(__name__)

T = TypeVar("T")
_SERVER_FAULT: Final = 500
_TOO_OFTEN: Final = 429
_PAUSES_SECONDS: Final = (0.05, 0.2, 0.5)


class Journal:
    """Runs changing calls in the order above, and finishes what a crash cut off."""

    def __init__(self, store: JournalStore, transport: Transport, clock: Clock) -> None:
        self._store = store
        self._transport = transport
        self._clock = clock
        self._known: dict[str, Operation[Any]] = {}
        self._unkept: dict[str, Answer] = {}

    def knows(self, operations: Sequence[Operation[Any]]) -> None:
        """Be able to finish operations of these kinds, whichever one is begun next."""
        self._known.update({operation.name: operation for operation in operations})

    def run(
        self, operation: Operation[T], lock_name: str, prepare: Prepare[T], cancel: CancelToken
    ) -> T:
        """Change something at X once, and keep what X answered before anything else.

        Args:
            operation: how the answer is folded.
            lock_name: of the credential.
            prepare: called under the lock with the unfinished intents of that lock; re-reads
                the records and says what to send. A retry of an unfinished intent passes that
                intent on with `attempt` raised.
            cancel: raise it to stop waiting; what was sent may still have its effect.

        Raises:
            ConnectFailed: nothing was sent, nothing is changed.
            TimedOut, ServerFault, BadAnswer: the outcome is unknown; the record says so.
            Refused: X said no; the record says what that means.
            Cancelled: stopped; the record says "uncertain" if something had been sent.
            AnswerUnkept: X answered, and the disk did not take all of it; the next run
                finishes that first.
            VaultError: nothing was sent.
        """
        self._store.preflight()
        self._finish_answered()
        with self._store.lock(lock_name, cancel):
            self._fold_answered({**self._known, operation.name: operation}, lock_name)
            plan = prepare([o.intent for o in self._unfinished(lock_name)])
            if isinstance(plan, Already):
                return plan.value
            cancel.check()
            return self._send(operation, lock_name, plan, cancel)

    def recover(self, operations: Sequence[Operation[Any]]) -> list[Intent]:
        """Finish what a crash cut off: fold what was answered, mark the rest as uncertain.

        Operations whose lock another process holds are left to it. A disk that does not
        take it keeps nobody from their vault: the operation stays open for another time.

        Returns:
            The intents whose outcome is unknown.
        """
        self.knows(operations)
        unknown: list[Intent] = []
        for entry in self._store.open_operations():
            operation = self._known.get(entry.intent.operation)
            if operation is not None and self._recover(operation, entry):
                unknown.append(entry.intent)
        return unknown

    # --- what was answered and not folded ----------------------------------------------------

    def _unfinished(self, lock_name: str) -> list[OpenOperation]:
        return [o for o in self._store.open_operations() if o.lock_name == lock_name]

    def _answer_of(self, entry: OpenOperation) -> Answer | None:
        """Return X's answer, from the disk or, where that did not take it, from memory."""
        return entry.answer or self._unkept.get(entry.intent.operation_id)

    def _finish_answered(self) -> None:
        """Fold what an earlier run could not, of other credentials too, if nobody is at it."""
        for entry in self._store.open_operations():
            operation = self._known.get(entry.intent.operation)
            if operation is not None and self._answer_of(entry) is not None:
                self._recover(operation, entry)

    def _fold_answered(self, known: dict[str, Operation[Any]], lock_name: str) -> None:
        """Fold what this credential's last call was answered, whatever kind of call it was.

        Otherwise the next call would be about a token that X has already replaced.
        """
        for entry in self._unfinished(lock_name):
            operation, answer = known.get(entry.intent.operation), self._answer_of(entry)
            if operation is not None and answer is not None:
                self._settle(operation, entry.intent, answer)

    # --- sending -----------------------------------------------------------------------------

    def _send(self, operation: Operation[T], lock_name: str, plan: Send, cancel: CancelToken) -> T:
        intent = plan.intent
        with self._store.change() as change:
            change.open_operation(lock_name, intent)
        try:
            response = self._transport.send(plan.request, cancel)
        except (ConnectFailed, BadInput):
            self._at_least_try(self._withdraw, operation, intent)
            raise
        except Cancelled as stopped:
            settle = self._withdraw if stopped.nothing_sent else self._doubt
            self._at_least_try(settle, operation, intent)
            raise
        except BaseException:
            self._at_least_try(self._doubt, operation, intent)
            raise
        if response.status >= _SERVER_FAULT:
            self._at_least_try(self._doubt, operation, intent)
            raise ServerFault(f"X answered {response.status}", status=response.status)
        now = self._clock.now()
        answer = Answer(
            response.status,
            response.body,
            now,
            response.headers.get("content-type", ""),
            reset_at(response.headers, now) if response.status == _TOO_OFTEN else None,
        )
        self._keep(intent, answer)
        try:
            return self._fold(operation, intent, answer)
        except VaultError as error:
            raise _unkept(error, kept=True) from None

    def _keep(self, intent: Intent, answer: Answer) -> None:
        """Commit the answer, however often that takes within reason; X will not repeat it."""
        nobody_waits, pauses_seconds = CancelToken(), list(_PAUSES_SECONDS)
        while True:
            try:
                with self._store.change() as change:
                    change.set_result(intent.operation_id, answer)
            except VaultError as error:
                if not pauses_seconds:
                    self._unkept[intent.operation_id] = answer
                    raise _unkept(error, kept=False) from None
                log.warning("the disk did not take X's answer: %s; trying again", error.detail)
                nobody_waits.wait(pauses_seconds.pop(0))
            else:
                return

    # --- folding -----------------------------------------------------------------------------

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
            self._at_least_try(self._doubt, operation, intent)
            raise
        self._unkept.pop(intent.operation_id, None)
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

    @staticmethod
    def _at_least_try(
        note: Callable[[Operation[T], Intent], None], operation: Operation[T], intent: Intent
    ) -> None:
        """Note how a call ended. Should the disk fail, its intent tells the next start."""
        try:
            note(operation, intent)
        except VaultError as error:
            log.warning("the end of %s could not be noted: %s", intent.operation, error.detail)

    def _recover(self, operation: Operation[Any], entry: OpenOperation) -> bool:
        """Finish one operation; return whether its outcome is unknown."""
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
                intent = still[0].intent  # a retry may have raised it
                answer = self._answer_of(still[0])
                if answer is not None:
                    return self._settle(operation, intent, answer)
                self._doubt(operation, intent)
                return True
        except VaultBusy:
            return False  # its holder is alive and will finish it
        except VaultError as error:
            log.warning("%s could not be finished: %s", entry.intent.operation, error.detail)
            return self._answer_of(entry) is None


def _unkept(because: VaultError, *, kept: bool) -> AnswerUnkept:
    return AnswerUnkept(because.detail, reason=getattr(because, "reason", "other"), kept=kept)
