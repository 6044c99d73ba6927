"""The Bearer Token's whole life, on a fake transport."""

import base64
from dataclasses import replace
from datetime import timedelta

import pytest

from core.errors import (
    ConnectFailed,
    Forbidden,
    NoCredential,
    RateLimited,
    Refused,
    ServerFault,
    TimedOut,
)
from core.model import BearerToken, ConsumerKeys, CredentialState
from core.secret import Secret
from tests.fakes.fake_transport import answer, no_connection
from tests.unit.core.service_bench import (
    APP_ID,
    REFUSED_99,
    UNAUTHORIZED,
    Bench,
    authorization,
    bearer_answer,
    no_answer,
)

DEAD = answer(UNAUTHORIZED, 401)
ALIVE = answer({"data": {"project_id": "1"}})
REFUSED = answer(REFUSED_99, 403)
ENDED = answer({"access_token": "AAAA%2Fold%3D"})


# --- generate ----------------------------------------------------------------------------------


def test_generate_sends_exactly_what_x_documents(bench: Bench) -> None:
    bench.will(bearer_answer())

    bench.bearers.generate(APP_ID, bench.cancel)

    request = bench.transport.seen[0]
    assert (request.method, request.url) == ("POST", "https://api.x.com/oauth2/token")
    assert bench.sent() == {"grant_type": "client_credentials"}
    pair = base64.b64decode(authorization(request).removeprefix("Basic "))
    assert pair == b"key:secret%2B%2F"


def test_a_generated_token_is_stored_with_its_line(bench: Bench) -> None:
    bench.will(bearer_answer("AAAA%2Fnew%3D"))

    returned = bench.bearers.generate(APP_ID, bench.cancel)

    assert bench.bearer() == returned
    assert returned.token == Secret("AAAA%2Fnew%3D")
    assert returned.state is CredentialState.OK
    assert bench.activities() == [("generate", "ok")]
    assert bench.vault.open_operations() == ()


def test_generating_again_keeps_the_day_the_token_was_fetched(bench: Bench) -> None:
    first = bench.keep_bearer("AAAA%2Fsame%3D")
    bench.clock.advance(3600)
    bench.will(bearer_answer("AAAA%2Fsame%3D"))

    assert bench.bearers.generate(APP_ID, bench.cancel).fetched_at == first.fetched_at


def test_wrong_keys_are_refused_and_nothing_is_stored(bench: Bench) -> None:
    bench.will(REFUSED)

    with pytest.raises(Forbidden) as refused:
        bench.bearers.generate(APP_ID, bench.cancel)

    assert refused.value.code == 99
    assert bench.bearer() is None
    assert bench.activities() == [("generate", "refused")]


@pytest.mark.parametrize("keys", [None, ConsumerKeys(Secret("key"), Secret(""))])
def test_without_both_keys_nothing_is_sent(bench: Bench, keys: ConsumerKeys | None) -> None:
    bench.vault.save(replace(bench.app, consumer=keys))

    with pytest.raises(NoCredential):
        bench.bearers.generate(APP_ID, bench.cancel)

    assert bench.transport.seen == []


def test_a_generate_without_connection_leaves_no_trace(bench: Bench) -> None:
    bench.transport.will(no_connection)

    with pytest.raises(ConnectFailed):
        bench.bearers.generate(APP_ID, bench.cancel)

    assert bench.bearer() is None
    assert bench.vault.open_operations() == ()


@pytest.mark.expected_log("outcome of generate")
def test_a_generate_without_answer_is_uncertain_until_it_is_repeated(bench: Bench) -> None:
    bench.transport.will(no_answer, bearer_answer())

    with pytest.raises(TimedOut):
        bench.bearers.generate(APP_ID, bench.cancel)

    stored = bench.bearer()
    assert stored is not None
    assert (stored.state, stored.token) == (CredentialState.UNCERTAIN, None)
    assert bench.bearers.generate(APP_ID, bench.cancel).state is CredentialState.OK
    assert bench.vault.open_operations() == ()


@pytest.mark.expected_log("outcome of generate")
def test_a_refusal_after_an_unknown_generate_leaves_nothing(bench: Bench) -> None:
    bench.transport.will(no_answer, REFUSED)
    with pytest.raises(TimedOut):
        bench.bearers.generate(APP_ID, bench.cancel)

    with pytest.raises(Forbidden):
        bench.bearers.generate(APP_ID, bench.cancel)

    assert bench.bearer() is None
    assert bench.vault.open_operations() == ()


@pytest.mark.expected_log("outcome of generate")
def test_an_unknown_generate_does_not_doubt_the_token_we_have(bench: Bench) -> None:
    bench.keep_bearer()
    bench.transport.will(no_answer)

    with pytest.raises(TimedOut):
        bench.bearers.generate(APP_ID, bench.cancel)

    stored = bench.bearer()
    assert stored is not None
    assert stored.state is CredentialState.OK


# --- revoke ------------------------------------------------------------------------------------


def test_revoke_with_the_apps_keys_is_proven_by_a_401(bench: Bench) -> None:
    bench.keep_bearer()
    bench.will(ENDED, DEAD)

    receipt = bench.bearers.revoke(APP_ID, bench.cancel)

    assert bench.paths == ["/oauth2/invalidate_token", "/2/usage/tweets"]
    assert bench.sent(0) == {"access_token": "AAAA/old="}  # unescaped: encoding escapes it once
    assert authorization(bench.transport.seen[0]).startswith("Basic ")
    assert authorization(bench.transport.seen[1]) == "Bearer AAAA%2Fold%3D"
    assert receipt.state is CredentialState.REVOKED
    assert (receipt.token, receipt.proof_status) == (None, 401)
    assert bench.bearer() == receipt
    assert bench.activities() == [("revoke", "ok"), ("prove", "ok")]


def test_revoke_is_signed_by_the_owner_where_that_pair_is_stored(bench: Bench) -> None:
    bench.keep_bearer()
    bench.keep_pair()
    bench.will(ENDED, DEAD)

    bench.bearers.revoke(APP_ID, bench.cancel)

    assert authorization(bench.transport.seen[0]).startswith("OAuth ")
    assert bench.transport.seen[0].query == ()  # tokens stay out of URLs


def test_a_refused_signed_revoke_falls_back_to_the_apps_keys(bench: Bench) -> None:
    bench.keep_bearer()
    bench.keep_pair()
    bench.will(answer({"errors": [{"code": 348, "message": "no"}]}, 403), ENDED, DEAD)

    receipt = bench.bearers.revoke(APP_ID, bench.cancel)

    assert authorization(bench.transport.seen[1]).startswith("Basic ")
    assert receipt.state is CredentialState.REVOKED


def test_a_revoke_that_x_refuses_for_a_dead_token_is_proven_dead(bench: Bench) -> None:
    bench.keep_bearer()
    bench.will(REFUSED, DEAD)

    receipt = bench.bearers.revoke(APP_ID, bench.cancel)

    assert (receipt.state, receipt.proof_status) == (CredentialState.REVOKED, 401)
    assert receipt.token is None


def test_a_revoke_that_x_refuses_for_a_live_token_changes_nothing(bench: Bench) -> None:
    before = bench.keep_bearer()
    bench.will(REFUSED, ALIVE)

    with pytest.raises(Forbidden):
        bench.bearers.revoke(APP_ID, bench.cancel)

    stored = bench.bearer()
    assert stored is not None
    assert (stored.state, stored.token) == (CredentialState.OK, before.token)


def test_a_rate_limited_revoke_is_not_tried_the_other_way(bench: Bench) -> None:
    bench.keep_bearer()
    bench.keep_pair()
    reset_at = bench.clock.now() + timedelta(minutes=7)
    headers = {"x-rate-limit-reset": f"{reset_at.timestamp():.0f}"}
    bench.will(answer({"title": "Too Many Requests"}, 429, headers))

    with pytest.raises(RateLimited) as caught:
        bench.bearers.revoke(APP_ID, bench.cancel)

    assert len(bench.transport.seen) == 1
    assert caught.value.reset_at == reset_at


def test_a_rate_limited_generate_says_when_to_try_again(bench: Bench) -> None:
    bench.will(answer({"title": "Too Many Requests"}, 429, {"retry-after": "90"}))

    with pytest.raises(RateLimited) as caught:
        bench.bearers.generate(APP_ID, bench.cancel)

    assert caught.value.reset_at == bench.clock.now() + timedelta(seconds=90)


def test_a_token_that_survives_its_revocation_is_kept_and_uncertain(bench: Bench) -> None:
    before = bench.keep_bearer()
    bench.will(ENDED, ALIVE)

    stored = bench.bearers.revoke(APP_ID, bench.cancel)

    assert stored.state is CredentialState.UNCERTAIN
    assert (stored.token, stored.proof_status) == (before.token, 200)


def test_a_revocation_without_proof_is_still_revoked(bench: Bench) -> None:
    bench.keep_bearer()
    bench.transport.will(ENDED, no_connection)

    receipt = bench.bearers.revoke(APP_ID, bench.cancel)

    assert receipt.state is CredentialState.REVOKED
    assert receipt.proof_status is None


@pytest.mark.expected_log("outcome of invalidate")
def test_a_revoke_without_answer_is_uncertain_and_keeps_the_token(bench: Bench) -> None:
    before = bench.keep_bearer()
    bench.transport.will(no_answer)

    with pytest.raises(TimedOut):
        bench.bearers.revoke(APP_ID, bench.cancel)

    stored = bench.bearer()
    assert stored is not None
    assert (stored.state, stored.token) == (CredentialState.UNCERTAIN, before.token)
    assert bench.activities() == [("revoke", "uncertain")]


@pytest.mark.expected_log("outcome of invalidate")
@pytest.mark.parametrize(
    ("reply", "state"), [(DEAD, CredentialState.REVOKED), (ALIVE, CredentialState.OK)]
)
def test_a_check_settles_an_unknown_revocation(
    bench: Bench, reply: object, state: CredentialState
) -> None:
    bench.keep_bearer()
    bench.transport.will(answer(b"", 502), reply)  # type: ignore[arg-type]
    with pytest.raises(ServerFault):
        bench.bearers.revoke(APP_ID, bench.cancel)

    assert bench.bearers.check(APP_ID, bench.cancel).state is state
    assert bench.vault.open_operations() == ()


@pytest.mark.expected_log("outcome of invalidate")
def test_an_unknown_revocation_can_be_repeated(bench: Bench) -> None:
    bench.keep_bearer()
    bench.transport.will(no_answer, ENDED, DEAD)
    with pytest.raises(TimedOut):
        bench.bearers.revoke(APP_ID, bench.cancel)

    assert bench.bearers.revoke(APP_ID, bench.cancel).proof_status == 401
    assert bench.vault.open_operations() == ()


def test_revoking_twice_sends_nothing_the_second_time(bench: Bench) -> None:
    bench.keep_bearer()
    bench.will(ENDED, DEAD)
    receipt = bench.bearers.revoke(APP_ID, bench.cancel)

    assert bench.bearers.revoke(APP_ID, bench.cancel) == receipt
    assert len(bench.transport.seen) == 2


def test_there_is_nothing_to_revoke_without_a_token(bench: Bench) -> None:
    with pytest.raises(NoCredential):
        bench.bearers.revoke(APP_ID, bench.cancel)


# --- regenerate --------------------------------------------------------------------------------


def test_regenerate_ends_the_old_token_and_stores_the_new_one(bench: Bench) -> None:
    bench.keep_bearer()
    bench.will(ENDED, bearer_answer())

    fresh = bench.bearers.regenerate(APP_ID, bench.cancel)

    assert bench.paths == ["/oauth2/invalidate_token", "/oauth2/token"]
    assert fresh.token == Secret("AAAA%2Fnew%3D")
    assert bench.bearer() == fresh


def test_regenerate_fetches_an_unknown_token_in_order_to_end_it(bench: Bench) -> None:
    bench.will(bearer_answer("AAAAold"), ENDED, bearer_answer("AAAAnew"))

    fresh = bench.bearers.regenerate(APP_ID, bench.cancel)

    assert bench.sent(1) == {"access_token": "AAAAold"}
    assert fresh.token == Secret("AAAAnew")


def test_a_regenerate_cut_in_two_says_revoked(bench: Bench) -> None:
    bench.keep_bearer()
    bench.transport.will(ENDED, no_connection)

    with pytest.raises(ConnectFailed):
        bench.bearers.regenerate(APP_ID, bench.cancel)

    stored = bench.bearer()
    assert stored is not None
    assert stored.state is CredentialState.REVOKED


def test_regenerate_notices_that_x_gave_the_old_token_again(bench: Bench) -> None:
    bench.keep_bearer("AAAAold")
    bench.will(ENDED, bearer_answer("AAAAold"))

    with pytest.raises(Refused):
        bench.bearers.regenerate(APP_ID, bench.cancel)


# --- check -------------------------------------------------------------------------------------


def test_a_check_notes_when_the_token_worked(bench: Bench) -> None:
    bench.keep_bearer()
    bench.clock.advance(60)
    bench.will(ALIVE)

    assert bench.bearers.check(APP_ID, bench.cancel).checked_at == bench.clock.now()
    assert bench.activities() == [("check", "ok")]


def test_a_token_that_died_elsewhere_is_marked_and_kept(bench: Bench) -> None:
    before = bench.keep_bearer()
    bench.will(DEAD, ALIVE)

    stored = bench.bearers.check(APP_ID, bench.cancel)

    assert (stored.state, stored.proof_status) == (CredentialState.REVOKED, 401)
    assert stored.token == before.token  # so that a mistaken 401 costs nothing
    assert bench.bearers.check(APP_ID, bench.cancel).state is CredentialState.OK


def test_a_check_that_was_refused_otherwise_changes_nothing(bench: Bench) -> None:
    before = bench.keep_bearer()
    bench.will(answer({"title": "Client Forbidden", "type": "x/client-forbidden"}, 403))

    with pytest.raises(Forbidden):
        bench.bearers.check(APP_ID, bench.cancel)

    assert bench.bearer() == before


# --- crashes -----------------------------------------------------------------------------------


@pytest.mark.expected_log("outcome of invalidate")
def test_a_crash_before_the_answer_is_found_at_the_next_start(bench: Bench) -> None:
    bench.keep_bearer()
    bench.transport.will(no_answer)
    with pytest.raises(TimedOut):
        bench.bearers.revoke(APP_ID, bench.cancel)

    unknown = bench.journal.recover(bench.bearers.operations)

    assert [intent.operation for intent in unknown] == ["invalidate"]
    assert bench.activities() == [("revoke", "uncertain")]  # told once, not at every start


def test_the_record_prints_no_token(bench: Bench) -> None:
    stored: BearerToken = bench.keep_bearer("AAAAhush")

    assert "hush" not in f"{stored!r} {stored}"
