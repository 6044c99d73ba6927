"""Refresh, revoke, check, hand over: a user token's life after the sign-in."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.errors import (
    BadAnswer,
    ConnectFailed,
    Forbidden,
    NoCredential,
    OAuthRefused,
    OutcomeUnknown,
    RateLimited,
    ServerFault,
    TimedOut,
)
from core.model import ClientCredentials, CredentialState, HttpResponse, UserToken
from core.secret import Secret
from core.user_refresh import UserRefresh
from core.vault.journal import Intent
from tests.fakes.fake_transport import answer, no_connection
from tests.unit.core.service_bench import (
    APP_ID,
    DEAD_TOKEN,
    ME,
    UNAUTHORIZED,
    Bench,
    authorization,
    no_answer,
    token_answer,
)

WHO = answer(ME)
DEAD = answer(UNAUTHORIZED, 401)
INVALID = answer(DEAD_TOKEN, 400)
REVOKED = answer({"revoked": True})
HTML = HttpResponse(200, {"content-type": "text/html"}, b"<html>captive portal</html>")


# --- refresh -----------------------------------------------------------------------------------


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
@pytest.mark.parametrize("trouble", [no_answer, answer(b"", 500), HTML])
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


# --- fresh access tokens -----------------------------------------------------------------------


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


# --- revoke ------------------------------------------------------------------------------------


def test_both_halves_are_revoked_and_it_is_proven(bench: Bench) -> None:
    bench.keep_user()
    bench.will(REVOKED, REVOKED, DEAD)

    receipt = bench.sign_in.revoke("user-1", bench.cancel)

    assert bench.paths == ["/2/oauth2/revoke", "/2/oauth2/revoke", "/2/users/me"]
    assert bench.sent(0) == {
        "token": "old-refresh",
        "token_type_hint": "refresh_token",
        "client_id": "client",
    }
    assert bench.sent(1)["token"] == "old-access"
    assert authorization(bench.transport.seen[2]) == "Bearer old-access"
    assert (receipt.state, receipt.proof_status) == (CredentialState.REVOKED, 401)
    assert (receipt.access_token, receipt.refresh_token) == (None, None)
    assert bench.vault.users_of(receipt.app_id) == (receipt,)  # it stays listed
    assert bench.vault.open_operations() == ()


def test_only_the_status_of_a_revocation_counts(bench: Bench) -> None:
    bench.keep_user()
    empty = HttpResponse(200, {}, b"")
    bench.will(HTML, empty, DEAD)

    assert bench.sign_in.revoke("user-1", bench.cancel).state is CredentialState.REVOKED


def test_a_half_that_x_calls_dead_counts_as_revoked(bench: Bench) -> None:
    bench.keep_user()
    bench.will(INVALID, REVOKED, DEAD)

    assert bench.sign_in.revoke("user-1", bench.cancel).state is CredentialState.REVOKED


def test_a_token_that_another_program_refreshed_a_moment_ago_is_not_refreshed_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between seeing that it is due and asking for the lock another may have done it."""
    due = bench.keep_user(lives_seconds=10)
    original = UserRefresh.refresh
    fresh = replace(
        due,
        access_token=Secret("winner-access"),
        refresh_token=Secret("winner-refresh"),
        expires_at=bench.clock.now() + timedelta(hours=2),
    )

    def another_was_faster(self: UserRefresh, *args: Any, **named: Any) -> UserToken:
        bench.vault.save(fresh)
        return original(self, *args, **named)

    monkeypatch.setattr(UserRefresh, "refresh", another_was_faster)
    token = bench.sign_in.fresh_access_token("user-1", bench.cancel)

    assert token == Secret("winner-access")
    assert bench.transport.seen == []


@pytest.mark.expected_log("outcome of refresh")
def test_a_grant_whose_refresh_got_no_answer_is_settled_before_it_is_revoked(bench: Bench) -> None:
    """Or the old tokens would be ended, proven dead, and the new ones live on at X."""
    bench.keep_user()
    bench.transport.will(no_answer)
    with pytest.raises(TimedOut):
        bench.sign_in.refresh("user-1", bench.cancel)
    bench.will(token_answer(), REVOKED, REVOKED, DEAD)

    bench.sign_in.revoke("user-1", bench.cancel)

    sent = [bench.sent(place) for place in range(1, 4)]
    assert sent[0]["refresh_token"] == "old-refresh"
    assert [each["token"] for each in sent[1:]] == ["new-refresh", "new-access"]


@pytest.mark.expected_log("outcome of refresh")
def test_a_grant_whose_one_recovery_got_no_answer_either_is_not_called_revoked(
    bench: Bench,
) -> None:
    bench.keep_user()
    bench.transport.will(no_answer, no_answer)
    for _ in range(2):
        with pytest.raises(TimedOut):
            bench.sign_in.refresh("user-1", bench.cancel)

    with pytest.raises(OutcomeUnknown):
        bench.sign_in.revoke("user-1", bench.cancel)
    assert bench.user().state is CredentialState.UNCERTAIN


def test_a_token_that_a_dead_program_left_in_doubt_is_not_handed_over(bench: Bench) -> None:
    token = bench.keep_user()
    assert token.refresh_token is not None
    mark = token.refresh_token.fingerprint()
    with bench.vault.change() as change:
        intent = Intent("refresh", APP_ID, "user-1", bench.clock.now(), mark)
        change.open_operation("user:user-1", intent)

    with pytest.raises(OutcomeUnknown):
        bench.sign_in.hand_over("user-1", "a server", bench.cancel)
    assert bench.user() == token


def test_a_wrong_secret_revokes_nothing(bench: Bench) -> None:
    old = bench.keep_user()
    bench.will(answer({"error": "unauthorized_client"}, 401))

    with pytest.raises(OAuthRefused):
        bench.sign_in.revoke("user-1", bench.cancel)

    assert bench.user() == old


def test_a_revocation_cut_between_the_halves_is_finished_by_the_next(bench: Bench) -> None:
    bench.keep_user()
    bench.transport.will(REVOKED, no_connection)
    with pytest.raises(ConnectFailed):
        bench.sign_in.revoke("user-1", bench.cancel)
    between = bench.user()
    assert (between.state, between.refresh_token) == (CredentialState.UNCERTAIN, None)

    bench.will(REVOKED, DEAD)
    receipt = bench.sign_in.revoke("user-1", bench.cancel)

    assert receipt.state is CredentialState.REVOKED
    assert bench.sent(2)["token"] == "old-access"


@pytest.mark.expected_log("outcome of revoke")
def test_an_unknown_revocation_is_not_followed_by_a_refresh(bench: Bench) -> None:
    bench.keep_user()
    bench.transport.will(no_answer)
    with pytest.raises(TimedOut):
        bench.sign_in.revoke("user-1", bench.cancel)
    assert bench.user().state is CredentialState.UNCERTAIN

    with pytest.raises(OutcomeUnknown):
        bench.sign_in.refresh("user-1", bench.cancel)

    assert len(bench.transport.seen) == 1


@pytest.mark.expected_log("outcome of revoke")
def test_a_check_settles_an_unknown_revocation(bench: Bench) -> None:
    bench.keep_user()
    bench.transport.will(no_answer, DEAD)
    with pytest.raises(TimedOut):
        bench.sign_in.revoke("user-1", bench.cancel)

    receipt = bench.sign_in.check("user-1", bench.cancel)

    assert (receipt.state, receipt.proof_status) == (CredentialState.REVOKED, 401)
    assert bench.vault.open_operations() == ()


def test_an_access_token_that_survives_is_kept_and_uncertain(bench: Bench) -> None:
    bench.keep_user()
    bench.will(REVOKED, REVOKED, WHO)

    token = bench.sign_in.revoke("user-1", bench.cancel)

    assert (token.state, token.proof_status) == (CredentialState.UNCERTAIN, 200)
    assert token.access_token == Secret("old-access")


def test_revoking_twice_sends_nothing_the_second_time(bench: Bench) -> None:
    bench.keep_user()
    bench.will(REVOKED, REVOKED, DEAD)
    receipt = bench.sign_in.revoke("user-1", bench.cancel)

    assert bench.sign_in.revoke("user-1", bench.cancel) == receipt
    assert len(bench.transport.seen) == 3


# --- check -------------------------------------------------------------------------------------


def test_a_check_learns_the_name_of_an_unnamed_account(bench: Bench) -> None:
    bench.vault.save(replace(bench.keep_user(), user_id="", username=""))
    bench.will(WHO)

    token = bench.sign_in.check("user-1", bench.cancel)

    assert (token.label, token.checked_at) == ("@acme", bench.clock.now())


def test_a_401_leads_to_one_refresh(bench: Bench) -> None:
    bench.keep_user()
    bench.will(DEAD, token_answer(), WHO)

    assert bench.sign_in.check("user-1", bench.cancel).access_token == Secret("new-access")


def test_a_grant_that_ended_at_x_needs_a_sign_in(bench: Bench) -> None:
    bench.keep_user()
    bench.will(DEAD, INVALID)

    with pytest.raises(NoCredential):
        bench.sign_in.check("user-1", bench.cancel)

    assert bench.user().state is CredentialState.NEEDS_SIGN_IN


def test_a_token_that_may_not_tell_its_name_still_passes_its_check(bench: Bench) -> None:
    bench.vault.save(replace(bench.keep_user(), scopes=("tweet.read",)))
    bench.will(answer({"title": "Forbidden"}, 403))

    assert bench.sign_in.check("user-1", bench.cancel).checked_at == bench.clock.now()


def test_another_refusal_changes_nothing(bench: Bench) -> None:
    old = bench.keep_user()
    bench.will(answer({"title": "Forbidden"}, 403))

    with pytest.raises(Forbidden):
        bench.sign_in.check("user-1", bench.cancel)

    assert bench.user() == old


# --- hand over, take back ----------------------------------------------------------------------


def test_a_token_that_was_handed_over_is_refreshed_by_nobody_here(bench: Bench) -> None:
    bench.keep_user()

    held = bench.sign_in.hand_over("user-1", "the bot", bench.cancel)

    assert (held.state, held.holder) == (CredentialState.HELD, "the bot")
    with pytest.raises(NoCredential):
        bench.sign_in.refresh("user-1", bench.cancel)
    taken = bench.sign_in.take_back("user-1", bench.cancel)
    assert (taken.state, taken.holder) == (CredentialState.OK, "")
    assert bench.activities() == [("hand_over", "ok"), ("take_back", "ok")]


def test_taking_back_what_is_not_held_changes_nothing(bench: Bench) -> None:
    old = bench.keep_user()

    assert bench.sign_in.take_back("user-1", bench.cancel) == old
