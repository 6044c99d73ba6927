"""The journal's order, and that nothing is lost in silence whatever cuts it off."""

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from core.errors import (
    BadAnswer,
    BadInput,
    Cancelled,
    ConnectFailed,
    OAuthRefused,
    Refused,
    ServerFault,
    TimedOut,
    VaultBusy,
    VaultLocked,
    VaultUnavailable,
)
from core.model import BearerToken, CredentialState, HttpRequest, HttpResponse
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
    Prepare,
    Send,
    VaultChange,
)
from core.vault.vault import Vault
from tests.fakes.clock import START, FakeClock
from tests.fakes.keys import FakeKeys
from tests.fakes.nouns import app, bearer
from tests.fakes.transport import FakeTransport, answer
from tests.fakes.vaults import vault_in

REQUEST: Final = HttpRequest("POST", "https://api.x.com/oauth2/token")
LOCK: Final = "bearer:app-1"
UNKNOWN_LINE: Final = "the outcome of generate for app app-1 is unknown"


class Killed(BaseException):
    """The process is gone at this point."""


class WatchedStore:
    """A JournalStore that writes down what is asked of it, and can fail or die on the way."""

    def __init__(self, vault: Vault, die_at: int | None = None) -> None:
        self.steps: list[str] = []
        self.is_full = False
        self._vault = vault
        self._die_at = die_at

    def step(self, name: str) -> None:
        if self._die_at is not None and len(self.steps) >= self._die_at:
            raise Killed(name)
        self.steps.append(name)

    def preflight(self) -> None:
        self.step("preflight")
        self._vault.preflight()

    @contextmanager
    def lock(self, name: str, cancel: CancelToken, seconds: float = LOCK_SECONDS) -> Iterator[None]:
        self.step("lock")
        with self._vault.lock(name, cancel, seconds):
            yield
        self.step("unlock")

    @contextmanager
    def change(self) -> Iterator[VaultChange]:
        if self.is_full:
            raise VaultUnavailable("disk_full")
        with self._vault.change() as change:
            yield WatchedChange(change, self.step)
        self.step("commit")

    def open_operations(self) -> Sequence[OpenOperation]:
        return self._vault.open_operations()


class WatchedChange:
    """A VaultChange that writes down what is asked of it."""

    def __init__(self, change: VaultChange, step: Callable[[str], None]) -> None:
        self._change = change
        self._step = step

    def put(self, noun: object) -> None:
        self._step("put")
        self._change.put(noun)

    def remove(self, kind: type, record_id: str) -> None:
        self._step("remove")
        self._change.remove(kind, record_id)

    def open_operation(self, lock_name: str, intent: Intent) -> None:
        self._step("intent")
        self._change.open_operation(lock_name, intent)

    def set_result(self, operation_id: str, answer: Answer) -> None:
        self._step("result")
        self._change.set_result(operation_id, answer)

    def close_operation(self, operation_id: str) -> None:
        self._step("close")
        self._change.close_operation(operation_id)


def fold(intent: Intent, answer: Answer, change: VaultChange) -> BearerToken:
    if answer.status == 400:
        change.put(bearer(state=CredentialState.NEEDS_SIGN_IN))
        raise OAuthRefused("invalid_grant")
    if not answer.body.startswith(b"token:"):
        raise BadAnswer("no token in it", status=answer.status)
    after = bearer(token=Secret(answer.body.decode()), fetched_at=answer.received_at)
    change.put(after)
    return after


def doubt(_intent: Intent, change: VaultChange) -> None:
    change.put(bearer(state=CredentialState.UNCERTAIN))


GENERATE: Final = Operation("generate", fold, doubt)


def send_new(_unfinished: Sequence[Intent]) -> Send:
    return Send(Intent("generate", "app-1", "app-1", START), REQUEST)


def retry(unfinished: Sequence[Intent]) -> Send:
    return Send(unfinished[0].again(START), REQUEST)


class Bench:
    """A vault with one Bearer Token, a transport without a network, and the journal on both."""

    def __init__(self, vault: Vault, *replies: Any) -> None:
        self.vault = vault
        self.vault.save(app(), bearer())
        self.store = WatchedStore(vault)
        self.transport = FakeTransport(*replies)
        self.clock = FakeClock()
        self.journal = Journal(self.store, self.transport, self.clock)

    def run(
        self, prepare: Prepare[BearerToken] = send_new, cancel: CancelToken | None = None
    ) -> BearerToken:
        return self.journal.run(GENERATE, LOCK, prepare, cancel or CancelToken())

    def run_and_fail(self, error: type[BaseException], **how: Any) -> BaseException:
        with pytest.raises(error) as raised:
            self.run(**how)
        return raised.value

    @property
    def state(self) -> CredentialState:
        found = self.vault.get(BearerToken, "app-1")
        assert found is not None
        return found.state

    @property
    def text(self) -> str:
        found = self.vault.get(BearerToken, "app-1")
        assert found is not None
        assert found.token is not None
        return found.token.reveal()

    @property
    def unfinished(self) -> list[Intent]:
        return [each.intent for each in self.vault.open_operations()]


@pytest.fixture
def bench(vault: Vault) -> Bench:
    return Bench(vault)


# --- the order -----------------------------------------------------------------------------------


def test_intent_send_result_fold_in_this_order(bench: Bench) -> None:
    def reply(_request: HttpRequest, _cancel: CancelToken) -> HttpResponse:
        bench.store.step("send")
        assert [each.operation for each in bench.unfinished] == ["generate"]
        return answer(b"token:new")

    bench.transport.will(reply)

    assert bench.run() == bearer(token=Secret("token:new"), fetched_at=START)

    assert bench.store.steps == [
        *("preflight", "lock"),
        *("intent", "commit", "send"),
        *("result", "commit"),
        *("put", "close", "commit", "unlock"),
    ]
    assert bench.text == "token:new"
    assert bench.unfinished == []


def test_the_raw_answer_is_kept_before_anyone_parses_it(vault: Vault) -> None:
    bench = Bench(vault, answer(b"token:new", headers={"content-type": "text/odd"}))
    seen: list[Answer | None] = []

    def look(intent: Intent, answer: Answer, change: VaultChange) -> BearerToken:
        seen.extend(each.answer for each in vault.open_operations())
        return fold(intent, answer, change)

    bench.journal.run(Operation("generate", look, doubt), LOCK, send_new, CancelToken())

    assert seen == [Answer(200, b"token:new", START, "text/odd")]


@pytest.mark.parametrize("status", [429, 200])
def test_when_x_may_be_asked_again_is_kept_of_a_429_alone(vault: Vault, status: int) -> None:
    headers = {"x-rate-limit-reset": f"{START.timestamp() + 420:.0f}"}
    bench = Bench(vault, answer(b"token:new", status, headers))
    seen: list[Answer | None] = []

    def look(intent: Intent, answer: Answer, change: VaultChange) -> BearerToken:
        seen.extend(each.answer for each in vault.open_operations())
        return bearer()

    bench.journal.run(Operation("generate", look, doubt), LOCK, send_new, CancelToken())

    assert [each.again_at for each in seen if each] == [
        START + timedelta(seconds=420) if status == 429 else None
    ]


@pytest.mark.expected_log(UNKNOWN_LINE)
def test_a_body_of_any_bytes_is_kept(vault: Vault) -> None:
    bench = Bench(vault, answer(bytes(range(256))))
    with pytest.raises(BadAnswer):
        bench.run()

    assert vault.open_operations()[0].answer == Answer(
        200, bytes(range(256)), START, "application/json"
    )


def test_nothing_is_sent_when_someone_else_did_it(bench: Bench) -> None:
    assert bench.run(lambda _unfinished: Already(bearer())) == bearer()

    assert bench.transport.seen == []
    assert bench.unfinished == []


def test_nothing_is_sent_when_the_preflight_fails(vault: Vault) -> None:
    bench = Bench(vault)
    vault.lock_up()

    bench.run_and_fail(VaultLocked)
    assert bench.transport.seen == []


def test_nothing_is_sent_when_the_credential_is_held(bench: Bench) -> None:
    with bench.vault.lock(LOCK, CancelToken()):
        cancel = CancelToken()
        cancel.cancel()
        bench.run_and_fail(Cancelled, cancel=cancel)

    assert bench.transport.seen == []


def test_a_cancel_before_sending_leaves_no_trace(bench: Bench) -> None:
    cancel = CancelToken()

    def prepare(_unfinished: Sequence[Intent]) -> Send:
        cancel.cancel()
        return send_new([])

    stopped = bench.run_and_fail(Cancelled, prepare=prepare, cancel=cancel)

    assert isinstance(stopped, Cancelled)
    assert stopped.nothing_sent
    assert bench.transport.seen == []
    assert bench.unfinished == []


# --- each kind of failure ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "failure", [ConnectFailed(), BadInput("url", "no"), Cancelled(nothing_sent=True)], ids=repr
)
def test_what_was_not_sent_changes_nothing(bench: Bench, failure: BaseException) -> None:
    bench.transport.will(failure)
    bench.run_and_fail(type(failure))

    assert bench.state is CredentialState.OK
    assert bench.unfinished == []


@pytest.mark.expected_log(UNKNOWN_LINE)
@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (TimedOut(), TimedOut),
        (Cancelled(), Cancelled),
        (BadAnswer(), BadAnswer),
        (MemoryError(), MemoryError),
        (KeyboardInterrupt(), KeyboardInterrupt),
        (answer(b"", status=500), ServerFault),
        (answer(b"token:new", status=503), ServerFault),
        (answer(b"<html>"), BadAnswer),
    ],
    ids=repr,
)
def test_what_may_have_happened_is_uncertain_and_stays_open(
    bench: Bench, reply: Any, error: type[BaseException]
) -> None:
    bench.transport.will(reply)
    bench.run_and_fail(error)

    assert bench.state is CredentialState.UNCERTAIN
    assert [each.attempt for each in bench.unfinished] == [1]


def test_a_definite_no_is_folded_and_closed(bench: Bench) -> None:
    bench.transport.will(answer(b"{}", status=400))
    bench.run_and_fail(OAuthRefused)

    assert bench.state is CredentialState.NEEDS_SIGN_IN
    assert bench.unfinished == []


def test_a_bug_in_the_fold_loses_no_answer(vault: Vault) -> None:
    bench = Bench(vault, answer(b"token:new"))

    def broken(_intent: Intent, _answer: Answer, change: VaultChange) -> BearerToken:
        change.put(bearer(state=CredentialState.REVOKED))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        bench.journal.run(Operation("generate", broken, doubt), LOCK, send_new, CancelToken())

    assert bench.state is CredentialState.OK
    assert bench.journal.recover([GENERATE]) == []
    assert bench.text == "token:new"


def test_a_disk_that_fails_before_sending_means_nothing_is_sent(bench: Bench) -> None:
    bench.store.is_full = True
    bench.run_and_fail(VaultUnavailable)

    assert bench.transport.seen == []


# --- retries -------------------------------------------------------------------------------------


def in_doubt(bench: Bench) -> None:
    bench.transport.will(TimedOut())
    bench.run_and_fail(TimedOut)


@pytest.mark.expected_log(UNKNOWN_LINE)
def test_a_retry_is_the_same_operation_with_the_next_attempt(bench: Bench) -> None:
    in_doubt(bench)
    first = bench.unfinished[0]

    def reply(_request: HttpRequest, _cancel: CancelToken) -> HttpResponse:
        assert bench.unfinished == [replace(first, attempt=2)]
        return answer(b"token:again")

    bench.transport.will(reply)
    bench.run(retry)

    assert bench.text == "token:again"
    assert bench.unfinished == []


@pytest.mark.expected_log(UNKNOWN_LINE)
def test_a_retry_that_never_left_is_still_in_doubt(bench: Bench) -> None:
    in_doubt(bench)
    bench.transport.will(ConnectFailed())
    bench.run_and_fail(ConnectFailed, prepare=retry)

    assert bench.state is CredentialState.UNCERTAIN
    assert [each.attempt for each in bench.unfinished] == [2]


def test_an_answer_that_was_kept_is_folded_before_anything_is_prepared(bench: Bench) -> None:
    left_by_a_crash(bench.vault, answered=True)
    seen: list[str] = []

    def prepare(unfinished: Sequence[Intent]) -> Already[BearerToken]:
        seen.append(bench.text)
        assert list(unfinished) == []
        return Already(bearer())

    bench.run(prepare)

    assert seen == ["token:left"]


# --- recovery ------------------------------------------------------------------------------------


def left_by_a_crash(vault: Vault, *, answered: bool, body: bytes = b"token:left") -> Intent:
    intent = Intent("generate", "app-1", "app-1", START)
    with vault.change() as change:
        change.open_operation(LOCK, intent)
        if answered:
            change.set_result(intent.operation_id, Answer(200, body, START))
    return intent


def test_recovery_folds_what_was_answered(bench: Bench) -> None:
    left_by_a_crash(bench.vault, answered=True)

    assert bench.journal.recover([GENERATE]) == []
    assert bench.text == "token:left"
    assert bench.unfinished == []
    assert bench.transport.seen == []


@pytest.mark.expected_log(UNKNOWN_LINE)
def test_recovery_tells_what_is_unknown_and_keeps_it(bench: Bench) -> None:
    intent = left_by_a_crash(bench.vault, answered=False)

    assert bench.journal.recover([GENERATE]) == [intent]
    assert bench.state is CredentialState.UNCERTAIN
    assert bench.unfinished == [intent]
    assert bench.transport.seen == []


@pytest.mark.expected_log(UNKNOWN_LINE)
def test_recovery_tells_an_answer_that_nobody_can_read(bench: Bench) -> None:
    intent = left_by_a_crash(bench.vault, answered=True, body=b"<html>")

    assert bench.journal.recover([GENERATE]) == [intent]
    assert bench.state is CredentialState.UNCERTAIN


def test_recovery_leaves_what_it_does_not_know(bench: Bench) -> None:
    left_by_a_crash(bench.vault, answered=True)

    assert bench.journal.recover([Operation("refresh", fold, doubt)]) == []
    assert len(bench.unfinished) == 1


def test_recovery_leaves_what_another_holds_without_waiting_for_it(bench: Bench) -> None:
    left_by_a_crash(bench.vault, answered=False)
    done: list[object] = []
    recovery = threading.Thread(target=lambda: done.append(bench.journal.recover([GENERATE])))

    with bench.vault.lock(LOCK, CancelToken()):
        recovery.start()
        recovery.join(timeout=LOCK_SECONDS / 3)
        assert done == [[]]

    assert bench.state is CredentialState.OK
    assert len(bench.unfinished) == 1


def test_recovery_twice_is_as_once(bench: Bench) -> None:
    left_by_a_crash(bench.vault, answered=True)

    assert bench.journal.recover([GENERATE]) == []
    assert bench.journal.recover([GENERATE]) == []
    assert bench.text == "token:left"


# --- a crash at every step -----------------------------------------------------------------------


def crash(folder: Path, keys: FakeKeys, die_at: int, reply: HttpResponse) -> tuple[bool, bool]:
    """Run until the process dies at a step; return whether it died, and whether X acted."""
    vault = vault_in(folder, keys)
    if die_at == 0:
        vault.create_with_keyring()
        vault.save(app(), bearer())
    else:
        vault.open()
        vault.save(bearer())
    store = WatchedStore(vault, die_at)
    transport = FakeTransport(reply)

    def send(request: HttpRequest, cancel: CancelToken) -> HttpResponse:
        store.step("sent")
        response = FakeTransport.send(transport, request, cancel)
        store.step("answered")
        return response

    transport.send = send  # type: ignore[method-assign]
    died = False
    try:
        Journal(store, transport, FakeClock()).run(GENERATE, LOCK, send_new, CancelToken())
    except (Killed, Refused):
        died = len(store.steps) == die_at
    vault.close()
    return died, bool(transport.seen)


@pytest.mark.expected_log(UNKNOWN_LINE)
@pytest.mark.parametrize(
    ("reply", "folded"),
    [
        (answer(b"token:new"), CredentialState.OK),
        (answer(b"{}", status=400), CredentialState.NEEDS_SIGN_IN),
    ],
    ids=["answered", "refused"],
)
def test_a_crash_at_any_step_loses_nothing_in_silence(
    tmp_path: Path, reply: HttpResponse, folded: CredentialState
) -> None:
    keys = FakeKeys()
    outcomes: set[str] = set()
    die_at = 0
    died = True
    while died:
        died, acted = crash(tmp_path, keys, die_at, reply)
        vault = vault_in(tmp_path, keys)
        vault.open()
        unknown = Journal(vault, FakeTransport(), FakeClock()).recover([GENERATE])
        found = vault.get(BearerToken, "app-1")
        assert found is not None
        if found.state is CredentialState.UNCERTAIN:
            outcomes.add("flagged")
            assert len(unknown) == 1
        elif found.token == Secret("token:new") or found.state is not CredentialState.OK:
            outcomes.add("folded")
            assert found.state is folded
            assert unknown == []
        else:
            outcomes.add("untouched")
            assert not acted, f"died at step {die_at}: X acted and nobody knows"
        for each in unknown:
            with vault.change() as change:
                change.close_operation(each.operation_id)
        vault.close()
        die_at += 1

    assert outcomes == {"untouched", "flagged", "folded"}
    assert die_at > 10


def test_the_loser_of_a_race_uses_what_the_winner_got(tmp_path: Path) -> None:
    keys = FakeKeys()
    one, two = vault_in(tmp_path, keys), vault_in(tmp_path, keys)
    one.create_with_keyring()
    one.save(app(), bearer())
    two.open()
    transport = FakeTransport(answer(b"token:one"))

    def prepare_in(vault: Vault) -> Prepare[BearerToken]:
        def prepare(_unfinished: Sequence[Intent]) -> Send | Already[BearerToken]:
            found = vault.get(BearerToken, "app-1")
            assert found is not None
            return send_new([]) if found.token == bearer().token else Already(found)

        return prepare

    tokens: list[BearerToken] = []

    def run(vault: Vault) -> None:
        journal = Journal(vault, transport, FakeClock())
        tokens.append(journal.run(GENERATE, LOCK, prepare_in(vault), CancelToken()))

    threads = [threading.Thread(target=run, args=(vault,)) for vault in (one, two) * 4]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert len(transport.seen) == 1
    assert [each.token for each in tokens] == [Secret("token:one")] * 8
    one.close()
    two.close()


def test_a_busy_lock_is_told_after_its_time(bench: Bench) -> None:
    with (
        bench.vault.lock(LOCK, CancelToken()),
        pytest.raises(VaultBusy),
        bench.vault.lock(LOCK, CancelToken(), 0.05),
    ):
        pass


# --- a real kill ---------------------------------------------------------------------------------

DIE_WHILE_SENDING: Final = """
import os, signal, sys
from pathlib import Path
from core.secret import Secret
from core.ports import CancelToken
from core.vault.journal import Journal
from tests.fakes.clock import FakeClock
from tests.fakes.transport import FakeTransport
from tests.fakes.vaults import vault_in
from tests.unit.vault.test_journal import GENERATE, LOCK, send_new

vault = vault_in(Path(sys.argv[1]))
vault.unlock(Secret("correct horse"))
transport = FakeTransport(lambda _request, _cancel: os.kill(os.getpid(), signal.SIGKILL))
Journal(vault, transport, FakeClock()).run(GENERATE, LOCK, send_new, CancelToken())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX's")
@pytest.mark.expected_log(UNKNOWN_LINE)
def test_a_process_killed_while_sending_is_found_out_by_the_next(tmp_path: Path) -> None:
    vault = vault_in(tmp_path)
    vault.create_with_passphrase(Secret("correct horse"))
    vault.save(app(), bearer())
    ran = subprocess.run(
        [sys.executable, "-c", DIE_WHILE_SENDING, str(tmp_path)],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == -signal.SIGKILL, ran.stderr

    unknown = Journal(vault, FakeTransport(), FakeClock()).recover([GENERATE])

    assert [each.operation for each in unknown] == ["generate"]
    found = vault.get(BearerToken, "app-1")
    assert found is not None
    assert found.state is CredentialState.UNCERTAIN
    vault.close()
