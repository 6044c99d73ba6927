"""User tokens at their edges: the second that decides, the line of Activity, the newer record."""

from contextlib import suppress
from dataclasses import replace

import pytest

from core.checks import Account
from core.errors import (
    Cancelled,
    ConnectFailed,
    Forbidden,
    NoCredential,
    OAuthRefused,
    SignInRefused,
    TimedOut,
)
from core.model import CredentialState, HttpRequest, HttpResponse
from core.ports import CancelToken
from core.secret import Secret
from core.user_context import SignIn
from core.user_grants import lock_of
from core.vault.intents import Answer, Intent
from core.vault.journal import Journal
from tests.fakes.fake_transport import FakeTransport, answer, no_connection
from tests.unit.core.service_bench import (
    APP_ID,
    DEAD_TOKEN,
    ME,
    SCOPES,
    UNAUTHORIZED,
    Bench,
    no_answer,
    redirect_of,
    token_answer,
)

REVOKED = answer({"revoked": True})
DEAD = answer(UNAUTHORIZED, 401)
CLIENT_REFUSED = answer({"error": "invalid_client"}, 401)


# --- when a token is due -----------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "is_due"), [(299, True), (300, False), (301, False)])
def test_a_token_is_due_when_it_lives_for_less_than_five_minutes(
    bench: Bench, seconds: int, is_due: bool
) -> None:
    stored = bench.keep_user(lives_seconds=seconds)
    bench.will(token_answer())

    found = bench.sign_in.refresh("user-1", bench.cancel, only_if_due=True)

    assert len(bench.transport.seen) == is_due
    assert found == bench.user()
    assert (found == stored) is not is_due


@pytest.mark.parametrize(("seconds", "lives"), [(-1, False), (0, False), (1, True)])
def test_a_token_that_cannot_be_refreshed_serves_to_its_last_second(
    bench: Bench, seconds: int, lives: bool
) -> None:
    bench.keep_user(refresh=None, lives_seconds=seconds)
    if lives:
        assert bench.sign_in.fresh_access_token("user-1", bench.cancel) == Secret("old-access")
    else:
        with pytest.raises(NoCredential) as told:
            bench.sign_in.fresh_access_token("user-1", bench.cancel)
        assert told.value.state == "needs_sign_in"


def test_whoever_comes_after_a_refresh_gets_what_it_brought(bench: Bench) -> None:
    newer = bench.keep_user()

    found = bench.sign_in._refresh.refresh("user-1", bench.cancel, instead_of=Secret("older"))

    assert (found, bench.transport.seen) == (newer, [])


# --- one recovery ------------------------------------------------------------------------------


def test_a_first_attempt_that_never_left_leaves_nothing_open(bench: Bench) -> None:
    bench.keep_user()
    bench.transport.will(no_connection)

    with pytest.raises(ConnectFailed):
        bench.sign_in.refresh("user-1", bench.cancel)

    assert bench.vault.open_operations() == ()
    assert bench.user().state is CredentialState.OK


@pytest.mark.expected_log("outcome of refresh")
def test_a_recovery_that_is_given_back_leaves_an_answered_operation_alone(bench: Bench) -> None:
    bench.keep_user()
    bench.transport.will(no_answer)
    with pytest.raises(TimedOut):
        bench.sign_in.refresh("user-1", bench.cancel)
    (left,) = bench.vault.open_operations()
    retry = left.intent.again(bench.clock.now())
    with bench.vault.change() as change:
        change.open_operation(lock_of("user-1"), retry)
        change.set_result(retry.operation_id, Answer(200, b"{}", bench.clock.now()))

    bench.sign_in._refresh._give_back("user-1", retry, bench.cancel)

    (kept,) = bench.vault.open_operations()
    assert (kept.intent.attempt, kept.answer is not None) == (2, True)


def test_what_an_earlier_program_was_answered_is_folded_by_the_next_change(bench: Bench) -> None:
    token = bench.keep_user()
    other = bench.keep_user("user-2", refresh="another-refresh")
    assert token.refresh_token is not None
    intent = Intent(
        "refresh", APP_ID, "user-1", bench.clock.now(), token.refresh_token.fingerprint()
    )
    granted = token_answer("kept-access", "kept-refresh")
    with bench.vault.change() as change:
        change.open_operation(lock_of("user-1"), intent)
        change.set_result(
            intent.operation_id,
            Answer(200, granted.body, bench.clock.now(), "application/json"),
        )
    transport = FakeTransport()
    transport.will(REVOKED, REVOKED, DEAD)
    journal = Journal(bench.vault, transport, bench.clock)

    SignIn(transport, bench.vault, journal, bench.clock).revoke(other.token_id, bench.cancel)

    assert bench.user().access_token == Secret("kept-access")
    assert bench.vault.open_operations() == ()


# --- what Activity says ------------------------------------------------------------------------


def facts_of(bench: Bench) -> list[tuple[str, str, dict[str, str]]]:
    found = reversed(bench.vault.activities(APP_ID))
    return [(each.what, each.outcome, dict(each.facts)) for each in found]


def test_a_refused_refresh_is_told_with_status_and_code(bench: Bench) -> None:
    bench.keep_user()
    bench.will(CLIENT_REFUSED)

    with pytest.raises(OAuthRefused):
        bench.sign_in.refresh("user-1", bench.cancel)

    said = {"status": "401", "error": "invalid_client"}
    assert facts_of(bench) == [("refresh", "refused", said)]


def test_a_refused_revocation_is_told_and_one_of_a_dead_half_counts_as_done(bench: Bench) -> None:
    bench.keep_user()
    bench.will(CLIENT_REFUSED)
    with pytest.raises(OAuthRefused):
        bench.sign_in.revoke("user-1", bench.cancel)
    said = {"status": "401", "error": "invalid_client"}
    assert facts_of(bench) == [("revoke", "refused", said)]

    bench.will(answer(DEAD_TOKEN, 400), REVOKED, DEAD)
    bench.sign_in.revoke("user-1", bench.cancel)

    halves = [facts["half"] for what, outcome, facts in facts_of(bench)[1:3] if outcome == "ok"]
    assert halves == ["refresh", "access"]
    assert [bench.sent(place)["token_type_hint"] for place in (1, 2)] == [
        "refresh_token",
        "access_token",
    ]


def test_a_check_that_learns_no_name_is_told_all_the_same(bench: Bench) -> None:
    bench.vault.save(replace(bench.keep_user(), scopes=("tweet.read",)))
    bench.will(answer({"title": "Forbidden", "status": 403}, 403))

    checked = bench.sign_in.check("user-1", bench.cancel)

    assert checked.checked_at == bench.clock.now()
    assert bench.activities() == [("check", "ok")]


def test_a_check_that_is_refused_otherwise_is_an_error(bench: Bench) -> None:
    bench.keep_user()
    bench.will(answer({"title": "Forbidden", "status": 403}, 403))

    with pytest.raises(Forbidden):
        bench.sign_in.check("user-1", bench.cancel)
    assert bench.activities() == []


# --- which record wins -------------------------------------------------------------------------


def test_a_name_is_written_into_the_record_as_it_is_by_now(bench: Bench) -> None:
    seen = bench.keep_user()
    newer = replace(seen, access_token=Secret("refreshed-meanwhile"))
    bench.vault.save(newer)

    named = bench.sign_in._exchange.label(seen, Account("77", "acme_bot"), bench.cancel)

    assert named.access_token == Secret("refreshed-meanwhile")
    assert (named.user_id, named.username) == ("77", "acme_bot")
    assert bench.user() == named


def test_a_revoked_token_is_held_by_nobody(bench: Bench) -> None:
    bench.vault.save(replace(bench.keep_user(), holder="another program"))
    bench.will(REVOKED, REVOKED, DEAD)

    assert bench.sign_in.revoke("user-1", bench.cancel).holder == ""


def test_a_revocation_closes_what_was_open_about_the_token_and_nothing_else(bench: Bench) -> None:
    bench.keep_user()
    mine = Intent("test", APP_ID, "user-1", bench.clock.now(), "mark")
    theirs = Intent("test", APP_ID, "user-2", bench.clock.now(), "mark")
    with bench.vault.change() as change:
        change.open_operation(lock_of("user-1"), mine)
        change.open_operation(lock_of("user-2"), theirs)
    bench.will(REVOKED, REVOKED, DEAD)

    bench.sign_in.revoke("user-1", bench.cancel)

    assert [each.intent for each in bench.vault.open_operations()] == [theirs]


# --- the steps of a sign-in --------------------------------------------------------------------


def steps_of(bench: Bench, secret: Secret | None, *replies: object) -> list[tuple[str, str]]:
    client = replace(bench.app.client, client_secret=secret) if bench.app.client else None
    bench.app = replace(bench.app, client=client)
    bench.vault.save(bench.app)
    attempt = bench.sign_in.begin(bench.app, SCOPES)
    bench.will(*replies)  # type: ignore[arg-type]
    with suppress(TimedOut, Cancelled):
        bench.sign_in.complete(attempt, redirect_of(attempt), bench.cancel)
    steps = attempt.timeline.steps
    return [(step.what, dict(step.facts).get("client proof", "")) for step in steps]


@pytest.mark.parametrize(
    ("secret", "proof"),
    [(Secret("client secret"), "Client Secret"), (None, "none, a public client")],
)
def test_a_sign_in_says_how_the_app_proved_itself(
    bench: Bench, secret: Secret | None, proof: str
) -> None:
    steps = steps_of(bench, secret, token_answer(), answer(ME))

    assert ("sent", proof) in steps
    assert [name for name, _ in steps][-4:] == ["sent", "answered", "stored", "whoami"]


@pytest.mark.expected_log("outcome of exchange")
def test_a_sign_in_that_was_stopped_and_one_without_an_answer_are_told_apart(
    bench: Bench,
) -> None:
    def stop(_request: HttpRequest, _cancel: CancelToken) -> HttpResponse:
        raise Cancelled(nothing_sent=False)

    for reply, last in ((no_answer, "silence"), (stop, "stopped")):
        steps = steps_of(bench, None, reply)
        assert steps[-1][0] == last


def test_a_redirect_that_says_no_is_an_error_each_time_and_told_once(bench: Bench) -> None:
    attempt = bench.sign_in.begin(bench.app, SCOPES)
    said_no = redirect_of(attempt, code="-", error="access_denied")

    for _ in range(2):
        with pytest.raises(SignInRefused):
            bench.sign_in.complete(attempt, said_no, bench.cancel)

    assert bench.activities() == [("sign_in", "refused")]


@pytest.mark.parametrize(
    "said", ["Missing required parameter [client_id].", "Value passed for the grant was invalid."]
)
def test_a_request_that_lacks_something_says_nothing_about_the_token(
    bench: Bench, said: str
) -> None:
    stored = bench.keep_user()
    bench.will(answer({"error": "invalid_request", "error_description": said}, 400))

    with pytest.raises(OAuthRefused):
        bench.sign_in.refresh("user-1", bench.cancel)

    assert bench.user() == stored
