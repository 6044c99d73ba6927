"""A user token whose record changed while X was being asked, and other rare ways through."""

from collections.abc import Callable
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
    ServerFault,
    SignInRefused,
    TimedOut,
)
from core.model import App, CredentialState, HttpRequest, HttpResponse, UserToken
from core.notes import Receipt
from core.ports import CancelToken
from core.secret import Secret
from core.user_grants import UserGrants, lock_of
from core.vault.intents import Answer, Intent
from tests.fakes.fake_transport import answer, no_connection
from tests.unit.core.service_bench import (
    APP_ID,
    DEAD,
    INVALID,
    REVOKED,
    SCOPES,
    WHO,
    Bench,
    no_answer,
    redirect_of,
    token_answer,
)

LOCK = lock_of("user-1")
Reply = Callable[[HttpRequest, CancelToken], HttpResponse]


def after(act: Callable[[], Any], response: HttpResponse) -> Reply:
    """Answer, but let something happen here before the answer arrives."""

    def reply(_request: HttpRequest, _cancel: CancelToken) -> HttpResponse:
        act()
        return response

    return reply


def left_open(bench: Bench, *intents: Intent) -> None:
    with bench.vault.change() as change:
        for intent in intents:
            change.open_operation(LOCK, intent)


def intent_of(bench: Bench, operation: str, token: Secret, half: str = "") -> Intent:
    facts = (("half", half),) if half else ()
    now = bench.clock.now()
    return Intent(operation, APP_ID, "user-1", now, token.fingerprint(), facts=facts)


# --- the record changed meanwhile --------------------------------------------------------------


@pytest.mark.expected_log("outcome of refresh")
def test_a_refresh_answered_for_a_token_that_was_replaced_changes_nothing(bench: Bench) -> None:
    newer = replace(bench.keep_user(), refresh_token=Secret("signed-in-again"))
    bench.transport.will(after(lambda: bench.vault.save(newer), token_answer()))

    with pytest.raises(BadAnswer, match="replaced meanwhile"):
        bench.sign_in.refresh("user-1", bench.cancel)

    assert bench.user() == newer
    assert bench.vault.open_operations() == ()


@pytest.mark.expected_log("outcome of exchange")
def test_a_code_exchanged_for_an_app_that_is_gone_leaves_no_token(bench: Bench) -> None:
    attempt = bench.sign_in.begin(bench.app, SCOPES)
    bench.transport.will(after(lambda: bench.vault.forget_app(APP_ID), token_answer()))

    with pytest.raises(BadAnswer, match="the App is gone"):
        bench.sign_in.complete(attempt, redirect_of(attempt), bench.cancel)

    assert bench.vault.all(UserToken) == ()


@pytest.mark.expected_log("outcome of revoke")
def test_a_revocation_of_a_token_that_is_gone_is_told(bench: Bench) -> None:
    bench.keep_user()

    def vanish() -> None:
        with bench.vault.change() as change:
            change.remove(UserToken, "user-1")

    bench.transport.will(after(vanish, REVOKED))

    with pytest.raises(BadAnswer, match="gone"):
        bench.sign_in.revoke("user-1", bench.cancel)

    assert bench.vault.open_operations() == ()


def test_a_half_that_was_replaced_while_it_was_revoked_is_left_alone(bench: Bench) -> None:
    token = bench.keep_user()
    newer = replace(token, access_token=Secret("newer"), refresh_token=Secret("newest"))
    bench.transport.will(after(lambda: bench.vault.save(newer), REVOKED), REVOKED, DEAD)

    ended = bench.sign_in.revoke("user-1", bench.cancel)

    assert ended.refresh_token == Secret("newest")  # only what was sent is dropped
    assert [bench.sent(place)["token"] for place in (0, 1)] == ["old-refresh", "newer"]


def test_a_sign_in_during_the_proof_is_not_overwritten_by_it(bench: Bench) -> None:
    signed_in = bench.keep_user()
    bench.transport.will(REVOKED, REVOKED, after(lambda: bench.vault.save(signed_in), DEAD))

    assert bench.sign_in.revoke("user-1", bench.cancel) == signed_in
    assert bench.user() == signed_in
    assert ("prove", "ok") not in bench.activities()


def test_a_record_removed_during_the_proof_stays_removed(bench: Bench) -> None:
    bench.keep_user()

    def vanish() -> None:
        with bench.vault.change() as change:
            change.remove(UserToken, "user-1")

    bench.transport.will(REVOKED, REVOKED, after(vanish, DEAD))

    receipt = bench.sign_in.revoke("user-1", bench.cancel)

    assert receipt.state is CredentialState.REVOKED
    assert bench.vault.get(UserToken, "user-1") is None


# --- doubts that are about a token of the past -------------------------------------------------


@pytest.mark.expected_log("the outcome of")
@pytest.mark.parametrize(("operation", "half"), [("refresh", ""), ("revoke", "refresh")])
def test_a_doubt_about_a_token_of_the_past_is_closed(
    bench: Bench, operation: str, half: str
) -> None:
    now = bench.keep_user()
    left_open(bench, intent_of(bench, operation, Secret("long gone"), half))

    bench.journal.recover(bench.sign_in.operations)

    assert bench.user() == now
    assert bench.vault.open_operations() == ()


@pytest.mark.expected_log("the outcome of")
def test_a_revocation_left_by_a_crash_makes_the_token_uncertain_and_says_it_once(
    bench: Bench,
) -> None:
    bench.keep_user()
    left_open(bench, intent_of(bench, "revoke", Secret("old-refresh"), "refresh"))

    for _ in range(2):
        bench.journal.recover(bench.sign_in.operations)

    assert bench.user().state is CredentialState.UNCERTAIN
    assert bench.activities() == [("revoke", "uncertain")]
    assert len(bench.vault.open_operations()) == 1


def test_forgetting_a_users_operations_leaves_those_of_others(bench: Bench) -> None:
    with bench.vault.change() as change:
        for name in ("user-1", "user-2"):
            intent = Intent("refresh", APP_ID, name, bench.clock.now(), "mark")
            change.open_operation(lock_of(name), intent)
    with bench.vault.change() as change:
        UserGrants(bench.vault, bench.clock).close_all("user-1", change)

    assert [each.lock_name for each in bench.vault.open_operations()] == [lock_of("user-2")]


def test_a_refusal_that_is_not_about_the_token_takes_the_doubt_of_a_first_attempt_back(
    bench: Bench,
) -> None:
    token = bench.keep_user(state=CredentialState.UNCERTAIN)
    intent = intent_of(bench, "refresh", Secret("old-refresh"))
    body = b'{"error": "unauthorized_client"}'
    refused = Answer(401, body, bench.clock.now(), "application/json")
    grants = UserGrants(bench.vault, bench.clock)

    for attempt, state in ((2, CredentialState.UNCERTAIN), (1, CredentialState.OK)):
        with (
            bench.vault.change() as change,
            pytest.raises(OAuthRefused),
        ):
            grants.refresh.fold(replace(intent, attempt=attempt), refused, change)
        assert bench.user() == replace(token, state=state)


# --- refreshing --------------------------------------------------------------------------------


def test_a_token_without_a_refresh_token_says_why_it_cannot_be_refreshed(bench: Bench) -> None:
    bench.keep_user(refresh=None)

    with pytest.raises(NoCredential) as told:
        bench.sign_in.refresh("user-1", bench.cancel)

    assert (told.value.state, bench.transport.seen) == ("needs_sign_in", [])
    assert "offline.access" in told.value.detail


def test_an_open_refresh_of_an_earlier_token_does_not_count_as_an_attempt(bench: Bench) -> None:
    bench.keep_user()
    spent = replace(intent_of(bench, "refresh", Secret("long gone")), attempt=2)
    left_open(bench, spent)
    bench.will(token_answer())

    assert bench.sign_in.refresh("user-1", bench.cancel).access_token == Secret("new-access")


@pytest.mark.expected_log("outcome of refresh")
def test_giving_back_a_recovery_touches_no_other_operation(bench: Bench) -> None:
    bench.keep_user()
    bench.transport.will(no_answer, no_connection)
    with pytest.raises(TimedOut):
        bench.sign_in.refresh("user-1", bench.cancel)
    other = Intent("refresh", APP_ID, "user-2", bench.clock.now(), "mark", attempt=2)
    with bench.vault.change() as change:
        change.open_operation(lock_of("user-2"), other)

    with pytest.raises(ConnectFailed):
        bench.sign_in.refresh("user-1", bench.cancel)

    attempts = {each.lock_name: each.intent.attempt for each in bench.vault.open_operations()}
    assert attempts == {LOCK: 1, lock_of("user-2"): 2}


# --- revoking ----------------------------------------------------------------------------------


def test_a_token_with_nothing_in_it_has_nothing_to_revoke(bench: Bench) -> None:
    bench.vault.save(replace(bench.keep_user(refresh=None), access_token=None))

    with pytest.raises(NoCredential) as told:
        bench.sign_in.revoke("user-1", bench.cancel)

    assert (told.value.state, bench.transport.seen) == ("ok", [])


def test_a_refresh_begun_after_the_revocation_stops_it(bench: Bench) -> None:
    """`SignIn.revoke` settles what is open first; a program beside this one may be quicker."""
    token = bench.keep_user()
    left_open(bench, intent_of(bench, "refresh", Secret("old-refresh")))

    with pytest.raises(OutcomeUnknown):
        bench.sign_in._revocation.revoke("user-1", bench.cancel)

    assert (bench.user(), bench.transport.seen) == (token, [])


@pytest.mark.expected_log("outcome of revoke")
def test_a_revocation_without_an_answer_is_sent_again_as_the_same_operation(bench: Bench) -> None:
    bench.keep_user()
    bench.transport.will(no_answer)
    with pytest.raises(TimedOut):
        bench.sign_in.revoke("user-1", bench.cancel)
    (left,) = bench.vault.open_operations()
    again: list[Intent] = []
    note = after(
        lambda: again.extend(each.intent for each in bench.vault.open_operations()), REVOKED
    )
    bench.transport.will(note, REVOKED, DEAD)

    assert bench.sign_in.revoke("user-1", bench.cancel).state is CredentialState.REVOKED

    assert [(each.operation_id, each.attempt) for each in again] == [(left.intent.operation_id, 2)]
    assert bench.vault.open_operations() == ()


def test_a_token_without_an_access_half_is_revoked_without_a_proof(bench: Bench) -> None:
    bench.vault.save(replace(bench.keep_user(), access_token=None))
    bench.will(REVOKED)

    receipt = bench.sign_in.revoke("user-1", bench.cancel)

    assert (receipt.state, receipt.proof_status) == (CredentialState.REVOKED, None)
    assert bench.paths == ["/2/oauth2/revoke"]
    assert ("prove", "ok") not in bench.activities()


@pytest.mark.expected_log("outcome of revoke")
def test_a_check_that_finds_the_token_alive_says_that_the_revocation_is_unfinished(
    bench: Bench,
) -> None:
    bench.keep_user()
    bench.transport.will(no_answer, WHO)
    with pytest.raises(TimedOut):
        bench.sign_in.revoke("user-1", bench.cancel)

    with pytest.raises(OutcomeUnknown, match="still works"):
        bench.sign_in.check("user-1", bench.cancel)

    assert bench.user().state is CredentialState.UNCERTAIN
    assert bench.user().access_token == Secret("old-access")
    assert len(bench.vault.open_operations()) == 1


@pytest.mark.expected_log("outcome of revoke")
def test_a_check_of_a_revocation_that_learns_nothing_changes_nothing(bench: Bench) -> None:
    bench.keep_user()
    bench.transport.will(no_answer, answer({"title": "down"}, 503))
    with pytest.raises(TimedOut):
        bench.sign_in.revoke("user-1", bench.cancel)
    before = bench.user()

    with pytest.raises(ServerFault):
        bench.sign_in.check("user-1", bench.cancel)

    assert bench.user() == before


def test_an_unfinished_revocation_without_an_access_half_is_settled_without_a_receipt(
    bench: Bench,
) -> None:
    token = bench.keep_user(refresh=None, state=CredentialState.UNCERTAIN)
    bench.vault.save(replace(token, access_token=None))
    bench.will(DEAD)

    settled = bench.sign_in.check("user-1", bench.cancel)

    assert (settled.state, settled.proof_status) == (CredentialState.REVOKED, 401)
    assert bench.activities() == [("prove", "ok")]
    assert bench.vault.all(Receipt) == ()


@pytest.mark.expected_log("outcome of revoke")
def test_a_revocation_that_a_check_settles_leaves_its_receipt(bench: Bench) -> None:
    bench.keep_user()
    bench.transport.will(no_answer, DEAD)
    with pytest.raises(TimedOut):
        bench.sign_in.revoke("user-1", bench.cancel)

    settled = bench.sign_in.check("user-1", bench.cancel)

    (receipt,) = bench.vault.all(Receipt)
    assert (receipt.subject, receipt.proof_status) == ("@acme", 401)
    assert receipt.revoked_at == settled.revoked_at == bench.clock.now()
    assert (settled.access_token, settled.refresh_token) == (None, None)
    (proven,) = [each for each in bench.vault.activities(APP_ID) if each.what == "prove"]
    assert (proven.outcome, proven.facts) == ("ok", (("status", "401"),))


def test_an_open_revocation_of_an_earlier_token_is_not_taken_up_again(bench: Bench) -> None:
    bench.keep_user()
    stale = intent_of(bench, "revoke", Secret("long gone"), "refresh")
    left_open(bench, stale)
    during: list[Intent] = []
    note = after(
        lambda: during.extend(each.intent for each in bench.vault.open_operations()), REVOKED
    )
    bench.transport.will(note, REVOKED, DEAD)

    assert bench.sign_in.revoke("user-1", bench.cancel).state is CredentialState.REVOKED

    (mine,) = [each for each in during if each.operation_id != stale.operation_id]
    assert mine.attempt == 1
    assert mine.fingerprint == Secret("old-refresh").fingerprint()


# --- signing in and checking -------------------------------------------------------------------


def test_a_refused_sign_in_is_written_down_once_however_often_it_comes_back(bench: Bench) -> None:
    attempt = bench.sign_in.begin(bench.app, SCOPES)
    redirect = redirect_of(attempt, code="-", error="access_denied")
    for _ in range(2):
        with pytest.raises(SignInRefused):
            bench.sign_in.complete(attempt, redirect, bench.cancel)
        assert bench.activities() == [("sign_in", "refused")]
        assert [step.what for step in attempt.timeline.steps].count("refused") == 1


@pytest.mark.expected_log("outcome of exchange")
def test_an_exchange_that_x_could_not_serve_is_told_with_its_status(bench: Bench) -> None:
    attempt = bench.sign_in.begin(bench.app, SCOPES)
    bench.will(answer({"title": "down"}, 503))

    with pytest.raises(ServerFault):
        bench.sign_in.complete(attempt, redirect_of(attempt), bench.cancel)

    last = attempt.timeline.steps[-1]
    assert (last.what, last.status) == ("silence", 503)


@pytest.mark.parametrize("state", [CredentialState.HELD, CredentialState.OK])
def test_a_401_for_a_token_that_nobody_here_may_refresh_needs_a_sign_in(
    bench: Bench, state: CredentialState
) -> None:
    refresh = "old-refresh" if state is CredentialState.HELD else None
    bench.keep_user(refresh=refresh, state=state)
    bench.will(DEAD)

    with pytest.raises(NoCredential):
        bench.sign_in.check("user-1", bench.cancel)

    assert bench.user().state is CredentialState.NEEDS_SIGN_IN
    assert bench.paths == ["/2/users/me"]
    assert bench.activities() == [("check", "ok")]


def test_a_held_token_is_checked_as_it_is_even_when_it_is_due(bench: Bench) -> None:
    bench.keep_user(state=CredentialState.HELD, lives_seconds=10)
    bench.will(WHO)

    token = bench.sign_in.check("user-1", bench.cancel)

    assert (token.state, bench.paths) == (CredentialState.HELD, ["/2/users/me"])


def test_an_uncertain_token_is_not_handed_over(bench: Bench) -> None:
    bench.keep_user(state=CredentialState.UNCERTAIN)

    with pytest.raises(OutcomeUnknown):
        bench.sign_in.hand_over("user-1", "a server", bench.cancel)

    assert bench.user().state is CredentialState.UNCERTAIN


def test_a_holder_without_a_name_is_another_program(bench: Bench) -> None:
    bench.keep_user()

    assert bench.sign_in.hand_over("user-1", "", bench.cancel).holder == "another program"
    assert bench.vault.get(App, APP_ID) == bench.app


def test_an_answer_without_a_number_of_seconds_means_two_hours(bench: Bench) -> None:
    bench.keep_user()
    bench.will(answer({"token_type": "bearer", "access_token": "new-access"}))

    token = bench.sign_in.refresh("user-1", bench.cancel)

    assert token.expires_at == bench.clock.now() + timedelta(hours=2)
    assert token.scopes == SCOPES


def test_a_revocation_tells_in_activity_each_half_and_the_proof(bench: Bench) -> None:
    bench.keep_user()
    bench.will(REVOKED, REVOKED, DEAD)

    bench.sign_in.revoke("user-1", bench.cancel)

    told = [(each.what, each.outcome, each.subject) for each in bench.vault.activities(APP_ID)]
    assert told[0] == ("prove", "ok", "@acme")
    assert [each[0] for each in told[1:]] == ["revoke", "revoke"]


def test_a_proof_that_finds_the_token_alive_is_told_as_failed(bench: Bench) -> None:
    bench.keep_user()
    bench.will(REVOKED, REVOKED, WHO)

    bench.sign_in.revoke("user-1", bench.cancel)

    assert bench.activities()[-1] == ("prove", "failed")


def test_a_refused_code_is_told_in_activity_without_a_name(bench: Bench) -> None:
    attempt = bench.sign_in.begin(bench.app, SCOPES)
    bench.will(INVALID)

    with pytest.raises(OAuthRefused):
        bench.sign_in.complete(attempt, redirect_of(attempt), bench.cancel)

    (told,) = bench.vault.activities(APP_ID)
    assert (told.what, told.subject, told.outcome) == ("sign_in", "user", "refused")
    assert dict(told.facts)["error"] == "invalid_request"
