"""The helper answers lines: one refresh for all, no Refresh Token, and only for allowed Apps."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.consents import Peer, Question
from core.errors import NoCredential
from core.helper import Helper, address_of
from core.model import CredentialState, HttpRequest, HttpResponse
from core.ports import CancelToken
from tests.timing import within
from tests.unit.core.service_bench import APP_ID, Bench, no_answer, token_answer

REFRESH_SECONDS = 0.3


def describe(problem: BaseException) -> dict[str, Any]:
    return {"kind": type(problem).__name__}


def helper_of(bench: Bench, *, allowed: bool = True) -> Helper:
    return Helper(
        bench.vault, lambda: bench.sign_in, lambda _question: allowed, describe, bench.cancel
    )


def ask(helper: Helper, app: str = "Acme Bot", who: str | None = "") -> dict[str, Any]:
    question = {"app": app} if who is None else {"app": app, "as": who}
    answer: dict[str, Any] = json.loads(helper.answer(json.dumps(question).encode(), Peer()))
    return answer


@pytest.mark.parametrize("who", ["", None, "@acme", "ACME", "1733410282", "user-1"])
def test_a_users_token_is_given_by_any_of_its_names(bench: Bench, who: str | None) -> None:
    bench.keep_user()

    given = ask(helper_of(bench), who=who)

    assert (given["token"], given["kind"]) == ("old-access", "user")
    assert given["expires_at"].endswith("Z")
    assert "refresh" not in json.dumps(given)


def test_an_expired_token_is_refreshed_first(bench: Bench) -> None:
    bench.keep_user(lives_seconds=-1)
    bench.will(token_answer())

    assert ask(helper_of(bench))["token"] == "new-access"


def test_fifty_programs_at_once_cause_one_refresh_and_wait_little_longer(bench: Bench) -> None:
    bench.keep_user(lives_seconds=-1)
    all_ask = threading.Barrier(50)

    def slow(_request: HttpRequest, _cancel: CancelToken) -> HttpResponse:
        time.sleep(REFRESH_SECONDS)
        return token_answer()

    bench.transport.will(slow)
    helper = helper_of(bench)

    def program() -> str:
        all_ask.wait()
        return str(ask(helper)["token"])

    with ThreadPoolExecutor(50) as pool:
        programs = [pool.submit(program) for _ in range(50)]
        start = time.monotonic()
        tokens = [running.result() for running in programs]
        is_prompt = within(REFRESH_SECONDS + 0.5, since=start)

    assert set(tokens) == {"new-access"}
    assert len(bench.transport.seen) == 1
    assert is_prompt


@pytest.mark.expected_log("the outcome of refresh")
def test_a_refresh_that_fails_is_told_to_all_and_the_next_asks_anew(bench: Bench) -> None:
    bench.keep_user(lives_seconds=-1)
    bench.transport.will(no_answer, token_answer())
    helper = helper_of(bench)

    assert ask(helper) == {"error": {"kind": "TimedOut"}}
    assert ask(helper)["token"] == "new-access"


@pytest.mark.parametrize("state", [CredentialState.HELD, CredentialState.REVOKED])
def test_what_is_held_or_revoked_is_not_given(bench: Bench, state: CredentialState) -> None:
    bench.keep_user(state=state)

    assert ask(helper_of(bench)) == {"error": {"kind": NoCredential.__name__}}
    assert bench.transport.seen == []


def test_an_app_that_was_not_allowed_does_not_answer(bench: Bench) -> None:
    bench.keep_bearer()

    refused = ask(helper_of(bench, allowed=False), who="bearer")

    assert refused["error"]["kind"] == "not_allowed"


def test_an_app_without_a_single_user_gives_its_bearer(bench: Bench) -> None:
    bench.keep_bearer("AAAA-bearer")

    assert ask(helper_of(bench)) == {"token": "AAAA-bearer", "kind": "bearer"}


@pytest.mark.parametrize(("app", "who"), [("Nobody", ""), ("Acme Bot", "oauth1"), ("", "")])
def test_what_cannot_be_asked_is_bad_input(bench: Bench, app: str, who: str) -> None:
    assert ask(helper_of(bench), app, who) == {"error": {"kind": "BadInput"}}


@pytest.mark.parametrize(
    ("who", "called"), [("bearer", "bearer"), ("", "@acme"), ("1733410282", "@acme")]
)
def test_the_person_is_asked_about_the_credential_by_its_name(
    bench: Bench, who: str, called: str
) -> None:
    bench.keep_user()
    bench.keep_bearer()
    questions: list[Question] = []

    def refuse(question: Question) -> bool:
        questions.append(question)
        return False

    helper = Helper(bench.vault, lambda: bench.sign_in, refuse, describe, bench.cancel)
    peer = Peer(4242, "/usr/bin/bot", "me")

    helper.answer(json.dumps({"app": "Acme Bot", "as": who}).encode(), peer)

    assert [(q.app.app_id, q.credential, q.peer) for q in questions] == [(APP_ID, called, peer)]


def test_the_address_is_a_file_of_the_folder_or_a_pipe_of_its_own() -> None:
    ours, theirs = Path("/home/me/keypane"), Path("/home/you/keypane")

    assert address_of(ours, "linux") == "/home/me/keypane/helper.sock"
    assert address_of(ours, "win32").startswith("\\\\.\\pipe\\keypane-")
    assert address_of(ours, "win32") != address_of(theirs, "win32")
    assert address_of(Path("C:/Me"), "win32") == address_of(Path("c:/me"), "win32")


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200))
def test_any_line_gets_one_line_of_json(bench: Bench, line: bytes) -> None:
    answered = helper_of(bench).answer(line, Peer())

    assert b"\n" not in answered
    assert set(json.loads(answered)) == {"error"}
