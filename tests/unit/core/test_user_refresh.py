"""Refresh: one request for all who ask, and what is so where no answer came."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.errors import (
    BadAnswer,
    ConnectFailed,
    NoCredential,
    OAuthRefused,
    OutcomeUnknown,
    RateLimited,
    ServerFault,
    TimedOut,
)
from core.model import ClientCredentials, CredentialState, HttpResponse
from core.secret import Secret
from tests.fakes.fake_transport import answer, no_connection
from tests.unit.core.service_bench import (
    CAPTIVE,
    DEAD_TOKEN,
    INVALID,
    Bench,
    authorization,
    no_answer,
    token_answer,
)


def test_a_refresh_rotates_the_pair(bench: Bench) -> None:
    old = bench.keep_user()
    bench.clock.advance(7000)
    bench.will(token_answer())

    token = bench.sign_in.refresh(old.token_id, bench.cancel)

    assert bench.sent() == {
        "grant_type": "refresh_token",
        "refresh_token": "old-refresh",
        "client_id": "client",
    }
    assert authorization(bench.transport.seen[0]).startswith("Basic ")
    assert token.access_token == Secret("new-access")
    assert token.refresh_token == Secret("new-refresh")
    assert (token.expires_at - bench.clock.now()).total_seconds() == 7200
    assert bench.user() == token
    assert bench.activities() == [("refresh", "ok")]


def test_a_public_client_refreshes_without_header(bench: Bench) -> None:
    bench.vault.save(replace(bench.app, client=ClientCredentials(Secret("client"))))
    bench.keep_user()
    bench.will(token_answer())

    bench.sign_in.refresh("user-1", bench.cancel)

    assert bench.transport.seen[0].authorization is None


def test_a_refresh_without_new_refresh_token_keeps_the_old_one(bench: Bench) -> None:
    bench.keep_user()
    bench.will(token_answer(refresh=None))

    assert bench.sign_in.refresh("user-1", bench.cancel).refresh_token == Secret("old-refresh")


@pytest.mark.parametrize(("lives_seconds", "is_sent"), [(301, False), (299, True), (-1, True)])
def test_only_a_due_token_is_refreshed_by_the_way(
    bench: Bench, lives_seconds: float, is_sent: bool
) -> None:
    bench.keep_user(lives_seconds=lives_seconds)
    if is_sent:
        bench.will(token_answer())

    bench.sign_in.refresh("user-1", bench.cancel, only_if_due=True)

    assert bool(bench.transport.seen) is is_sent


def test_many_refreshes_at_once_send_one_request(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.keep_user()
    bench.will(token_answer())
    run, everyone_is_here = bench.journal.run, threading.Barrier(8)

    def run_together(*arguments: Any) -> Any:
        everyone_is_here.wait(10)  # all have seen the old pair before the first one sends it
        return run(*arguments)

    monkeypatch.setattr(bench.journal, "run", run_together)
    with ThreadPoolExecutor(8) as pool:
        futures = [pool.submit(bench.sign_in.refresh, "user-1", bench.cancel) for _ in range(8)]
        tokens = {future.result() for future in futures}

    assert len(bench.transport.seen) == 1
    assert {token.access_token for token in tokens} == {Secret("new-access")}


@pytest.mark.parametrize("error", ["invalid_request", "invalid_grant"])
def test_a_dead_refresh_token_needs_a_sign_in_and_is_kept(bench: Bench, error: str) -> None:
    bench.keep_user()
    bench.will(answer({**DEAD_TOKEN, "error": error}, 400))

    with pytest.raises(NoCredential) as missing:
        bench.sign_in.refresh("user-1", bench.cancel)

    assert missing.value.state == "needs_sign_in"
    assert bench.user().state is CredentialState.NEEDS_SIGN_IN
    assert bench.user().refresh_token == Secret("old-refresh")
    with pytest.raises(NoCredential):
        bench.sign_in.refresh("user-1", bench.cancel)
    assert len(bench.transport.seen) == 1  # a dead token is not sent again


@pytest.mark.parametrize(
    ("error", "description", "status"),
    [
        ("unauthorized_client", "Missing valid authorization header", 401),
        ("invalid_client", "", 401),
        ("invalid_request", "Missing required parameter [client_id].", 400),
    ],
)
def test_a_refusal_of_the_client_leaves_the_token_alone(
    bench: Bench, error: str, description: str, status: int
) -> None:
    old = bench.keep_user()
    bench.will(answer({"error": error, "error_description": description}, status))

    with pytest.raises(OAuthRefused):
        bench.sign_in.refresh("user-1", bench.cancel)

    assert bench.user() == old


def test_a_rate_limited_refresh_leaves_the_token_alone(bench: Bench) -> None:
    old = bench.keep_user()
    reset_at = bench.clock.now() + timedelta(minutes=7)
    headers = {"x-rate-limit-reset": f"{reset_at.timestamp():.0f}"}
    bench.will(answer({"title": "Too Many Requests"}, 429, headers))

    with pytest.raises(RateLimited) as caught:
        bench.sign_in.refresh("user-1", bench.cancel)

    assert bench.user() == old
    assert caught.value.reset_at == reset_at


def test_a_refresh_without_connection_leaves_the_token_alone(bench: Bench) -> None:
    old = bench.keep_user()
    bench.transport.will(no_connection)

    with pytest.raises(ConnectFailed):
        bench.sign_in.refresh("user-1", bench.cancel)

    assert bench.user() == old
    assert bench.vault.open_operations() == ()


@pytest.mark.expected_log("outcome of refresh")
@pytest.mark.parametrize("trouble", [no_answer, answer(b"", 500), CAPTIVE])
def test_an_unknown_refresh_is_recovered_once(bench: Bench, trouble: HttpResponse) -> None:
    bench.keep_user()
    bench.transport.will(trouble)
    with pytest.raises((TimedOut, ServerFault, BadAnswer)):
        bench.sign_in.refresh("user-1", bench.cancel)
    assert bench.user().state is CredentialState.UNCERTAIN

    bench.will(token_answer())
    token = bench.sign_in.refresh("user-1", bench.cancel)

    assert bench.sent()["refresh_token"] == "old-refresh"
    assert token.state is CredentialState.OK
    assert bench.vault.open_operations() == ()


@pytest.mark.expected_log("outcome of refresh")
def test_the_recovery_is_not_repeated(bench: Bench) -> None:
    bench.keep_user()
    bench.transport.will(no_answer, no_answer)
    for _ in range(2):
        with pytest.raises(TimedOut):
            bench.sign_in.refresh("user-1", bench.cancel)

    with pytest.raises(OutcomeUnknown):
        bench.sign_in.refresh("user-1", bench.cancel)

    assert len(bench.transport.seen) == 2
    assert bench.user().state is CredentialState.UNCERTAIN


@pytest.mark.expected_log("outcome of refresh")
def test_a_recovery_that_never_left_is_still_to_be_had(bench: Bench) -> None:
    bench.keep_user()
    bench.transport.will(no_answer, no_connection, no_connection, token_answer())
    with pytest.raises(TimedOut):
        bench.sign_in.refresh("user-1", bench.cancel)
    for _ in range(2):
        with pytest.raises(ConnectFailed):
            bench.sign_in.refresh("user-1", bench.cancel)

    assert bench.sign_in.refresh("user-1", bench.cancel).state is CredentialState.OK


@pytest.mark.expected_log("outcome of refresh")
def test_a_recovery_that_finds_the_token_dead_says_so(bench: Bench) -> None:
    bench.keep_user()
    bench.transport.will(no_answer, INVALID)
    with pytest.raises(TimedOut):
        bench.sign_in.refresh("user-1", bench.cancel)

    with pytest.raises(NoCredential):
        bench.sign_in.refresh("user-1", bench.cancel)

    assert bench.user().state is CredentialState.NEEDS_SIGN_IN
    assert bench.vault.open_operations() == ()


@pytest.mark.expected_log("outcome of refresh")
def test_recovering_at_every_start_tells_it_once(bench: Bench) -> None:
    bench.keep_user()
    bench.transport.will(no_answer)
    with pytest.raises(TimedOut):
        bench.sign_in.refresh("user-1", bench.cancel)

    for _ in range(3):
        bench.journal.recover(bench.sign_in.operations)

    assert bench.activities() == [("refresh", "uncertain")]


@pytest.mark.parametrize(
    "state", [CredentialState.REVOKED, CredentialState.HELD, CredentialState.NEEDS_SIGN_IN]
)
def test_what_must_not_be_refreshed_is_not(bench: Bench, state: CredentialState) -> None:
    bench.keep_user(state=state)

    for act in (bench.sign_in.refresh, bench.sign_in.fresh_access_token):
        with pytest.raises(NoCredential) as missing:
            act("user-1", bench.cancel)
        assert missing.value.state == state.value
    assert bench.transport.seen == []


def test_a_living_token_is_handed_out_as_it_is(bench: Bench) -> None:
    bench.keep_user()

    assert bench.sign_in.fresh_access_token("user-1", bench.cancel) == Secret("old-access")
    assert bench.transport.seen == []


def test_a_due_token_is_refreshed_before_it_is_handed_out(bench: Bench) -> None:
    bench.keep_user(lives_seconds=60)
    bench.will(token_answer())

    assert bench.sign_in.fresh_access_token("user-1", bench.cancel) == Secret("new-access")


def test_a_token_without_refresh_token_serves_until_it_ends(bench: Bench) -> None:
    bench.keep_user(refresh=None, lives_seconds=60)

    assert bench.sign_in.fresh_access_token("user-1", bench.cancel) == Secret("old-access")
    bench.clock.advance(61)
    with pytest.raises(NoCredential):
        bench.sign_in.fresh_access_token("user-1", bench.cancel)
