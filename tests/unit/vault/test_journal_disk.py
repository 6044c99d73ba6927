"""The journal on a disk that fails: before the call, while its answer is kept, in the fold."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

import pytest

from core.errors import (
    AnswerUnkept,
    BadAnswer,
    ConnectFailed,
    OAuthRefused,
    TimedOut,
    VaultError,
    VaultUnavailable,
)
from core.model import BearerToken, CredentialState, HttpRequest
from core.one_exchange import ExchangeGate
from core.ports import CancelToken
from core.secret import Secret
from core.vault.journal import (
    LOCK_SECONDS,
    Already,
    Answer,
    Intent,
    Journal,
    OpenOperation,
    Operation,
    Send,
    VaultChange,
)
from core.vault.vault import Vault
from tests.fakes.clock import START, FakeClock
from tests.fakes.nouns import app, bearer
from tests.fakes.transport import FakeTransport, answer

REQUEST: Final = HttpRequest("POST", "https://api.x.com/oauth2/token")
LOCK: Final = "bearer:app-1"
TRIED_AGAIN: Final = "the disk did not take X's answer"
NOT_NOTED: Final = "the end of generate could not be noted"


class FailingStore:
    """A JournalStore whose changes fail by their number; 1 is the first."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self.fails_at: Callable[[int], bool] = lambda _number: False
        self.changes = 0

    def preflight(self) -> None:
        self._vault.preflight()

    @contextmanager
    def lock(self, name: str, cancel: CancelToken, seconds: float = LOCK_SECONDS) -> Iterator[None]:
        with self._vault.lock(name, cancel, seconds):
            yield

    @contextmanager
    def change(self) -> Iterator[VaultChange]:
        self.changes += 1
        if self.fails_at(self.changes):
            raise VaultUnavailable("disk_full", "SQLITE_FULL")
        with self._vault.change() as change:
            yield change

    def open_operations(self) -> Sequence[OpenOperation]:
        return self._vault.open_operations()


def fold(intent: Intent, answer: Answer, change: VaultChange) -> BearerToken:
    if answer.status == 400:
        raise OAuthRefused("invalid_grant")
    if not answer.body.startswith(b"token:"):
        raise BadAnswer("no token in it")
    after = bearer(intent.app_id, token=Secret(answer.body.decode()))
    change.put(after)
    return after


def doubt(intent: Intent, change: VaultChange) -> None:
    change.put(bearer(intent.app_id, state=CredentialState.UNCERTAIN))


GENERATE: Final = Operation("generate", fold, doubt)


class Bench:
    """A vault, a disk that fails on demand, a transport without a network, and the journal."""

    def __init__(self, vault: Vault) -> None:
        self.vault = vault
        vault.save(app(), app("app-2"), bearer(), bearer("app-2"))
        self.store = FailingStore(vault)
        self.transport = FakeTransport()
        self.journal = Journal(self.store, self.transport, FakeClock())

    def run(self, operation: Operation[BearerToken] = GENERATE, app_id: str = "app-1") -> str:
        def prepare(_unfinished: Sequence[Intent]) -> Send:
            return Send(Intent(operation.name, app_id, app_id, START), REQUEST)

        lock, never = f"bearer:{app_id}", CancelToken()
        token = self.journal.run(operation, lock, prepare, never).token
        return token.reveal() if token else ""

    def disk_fails(self, *numbers: int) -> None:
        self.store.changes = 0
        self.store.fails_at = lambda number: number in numbers

    def disk_fails_from(self, first: int) -> None:
        self.store.changes = 0
        self.store.fails_at = lambda number: number >= first

    def text(self, app_id: str = "app-1") -> str:
        found = self.vault.get(BearerToken, app_id)
        return found.token.reveal() if found and found.token else ""

    def state(self) -> CredentialState:
        found = self.vault.get(BearerToken, "app-1")
        assert found is not None
        return found.state

    def unfinished(self) -> int:
        return len(self.vault.open_operations())


@pytest.fixture
def bench(vault: Vault) -> Bench:
    return Bench(vault)


# --- the answer ----------------------------------------------------------------------------------


@pytest.mark.expected_log(TRIED_AGAIN)
@pytest.mark.parametrize("failures", [1, 2, 3])
def test_an_answer_lands_though_the_disk_failed_at_first(bench: Bench, failures: int) -> None:
    bench.transport.will(answer(b"token:new"))
    bench.disk_fails(*range(2, 2 + failures))

    assert bench.run() == "token:new"
    assert bench.text() == "token:new"
    assert bench.unfinished() == 0


@pytest.mark.expected_log(TRIED_AGAIN)
def test_an_answer_that_does_not_land_is_told_and_stays_open(bench: Bench) -> None:
    bench.transport.will(answer(b"token:new"))
    bench.disk_fails_from(2)

    with pytest.raises(AnswerUnkept) as told:
        bench.run()
    assert (told.value.kept, told.value.reason) == (False, "disk_full")
    assert bench.unfinished() == 1


@pytest.mark.expected_log(TRIED_AGAIN)
def test_once_the_disk_works_the_answer_in_memory_is_folded_before_anything_is_sent(
    bench: Bench,
) -> None:
    bench.transport.will(answer(b"token:new"))
    bench.disk_fails_from(2)
    with pytest.raises(AnswerUnkept):
        bench.run()
    bench.disk_fails()

    bench.journal.knows((GENERATE,))
    other = bench.journal.run(
        GENERATE, "bearer:app-2", lambda _unfinished: Already(bearer("app-2")), CancelToken()
    )
    assert other == bearer("app-2")
    assert bench.text() == "token:new"
    assert bench.unfinished() == 0
    assert len(bench.transport.seen) == 1


@pytest.mark.expected_log(TRIED_AGAIN, "generate could not be finished")
def test_a_disk_that_still_fails_lets_nothing_new_be_sent(bench: Bench) -> None:
    bench.transport.will(answer(b"token:new"))
    bench.disk_fails_from(2)
    with pytest.raises(AnswerUnkept):
        bench.run()

    bench.journal.knows((GENERATE,))
    with pytest.raises(VaultUnavailable):
        bench.run()
    assert len(bench.transport.seen) == 1


def test_an_answer_that_is_not_folded_is_told_and_folded_by_the_next_run(bench: Bench) -> None:
    bench.transport.will(answer(b"token:new"))
    bench.disk_fails(3)

    with pytest.raises(AnswerUnkept) as told:
        bench.run()
    assert told.value.kept
    assert bench.text() == "bearer-of-app-1"

    bench.transport.will(answer(b"token:other"))
    assert bench.run(app_id="app-2") == "token:other"
    assert bench.text() == "bearer-of-app-1", "a journal finishes only what it knows how to"
    bench.journal.knows((GENERATE,))
    bench.transport.will(answer(b"token:other"))
    assert bench.run(app_id="app-2") == "token:other"
    assert bench.text() == "token:new"
    assert bench.unfinished() == 0


def test_another_kind_of_call_folds_the_answer_of_the_one_before_first(bench: Bench) -> None:
    """Or a refresh that was answered and not folded would let a revoke end the dead token."""
    bench.journal.knows((GENERATE,))
    with bench.vault.change() as change:
        intent = Intent("generate", "app-1", "app-1", START)
        change.open_operation(LOCK, intent)
        change.set_result(intent.operation_id, Answer(200, b"token:left", START))
    seen: list[str] = []

    def prepare(_unfinished: Sequence[Intent]) -> Already[BearerToken]:
        seen.append(bench.text())
        return Already(bearer())

    revoke: Operation[BearerToken] = Operation("invalidate", fold, doubt)
    bench.journal.run(revoke, LOCK, prepare, CancelToken())

    assert seen == ["token:left"]
    assert bench.unfinished() == 0


# --- the end of a call that got no answer --------------------------------------------------------


@pytest.mark.expected_log(NOT_NOTED)
@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (TimedOut(), TimedOut),
        (ConnectFailed(), ConnectFailed),
        (answer(b"<html>"), BadAnswer),
    ],
    ids=repr,
)
def test_a_disk_that_fails_does_not_hide_how_the_call_ended(
    bench: Bench, reply: object, error: type[BaseException]
) -> None:
    bench.transport.will(reply)  # type: ignore[arg-type]
    kept_changes = 3 if error is BadAnswer else 1
    bench.store.fails_at = lambda number: number > kept_changes

    with pytest.raises(error):
        bench.run()
    assert bench.unfinished() == 1


@pytest.mark.expected_log("generate could not be finished")
def test_a_disk_that_fails_at_start_keeps_nobody_from_their_vault(bench: Bench) -> None:
    intent = Intent("generate", "app-1", "app-1", START)
    with bench.vault.change() as change:
        change.open_operation(LOCK, intent)
    bench.disk_fails_from(1)

    assert bench.journal.recover([GENERATE]) == [intent]
    assert bench.unfinished() == 1


@pytest.mark.expected_log("generate could not be finished")
def test_what_was_answered_is_not_called_unknown_because_the_disk_fails(bench: Bench) -> None:
    with bench.vault.change() as change:
        intent = Intent("generate", "app-1", "app-1", START)
        change.open_operation(LOCK, intent)
        change.set_result(intent.operation_id, Answer(200, b"token:left", START))
    bench.disk_fails_from(1)

    assert bench.journal.recover([GENERATE]) == []
    bench.disk_fails()
    assert bench.journal.recover([GENERATE]) == []
    assert bench.text() == "token:left"


# --- a code is exchanged once --------------------------------------------------------------------


def failing_exchange(error: VaultError) -> Callable[[], str]:
    def exchange() -> str:
        raise error

    return exchange


def test_a_code_whose_answer_was_not_kept_is_not_exchanged_twice() -> None:
    gate: ExchangeGate[str] = ExchangeGate()
    unkept = AnswerUnkept("SQLITE_FULL", reason="disk_full")
    with pytest.raises(AnswerUnkept):
        gate.pass_once(failing_exchange(unkept), CancelToken())

    with pytest.raises(AnswerUnkept):
        gate.pass_once(lambda: "a second exchange", CancelToken())


def test_a_code_that_was_never_sent_may_be_exchanged_again() -> None:
    gate: ExchangeGate[str] = ExchangeGate()
    with pytest.raises(VaultUnavailable):
        gate.pass_once(failing_exchange(VaultUnavailable("disk_full")), CancelToken())

    assert gate.pass_once(lambda: "exchanged", CancelToken()) == "exchanged"
