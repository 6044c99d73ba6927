"""Revoke: both halves, proven, and never called so where it is not known."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.errors import (
    ConnectFailed,
    OAuthRefused,
    OutcomeUnknown,
    TimedOut,
)
from core.model import CredentialState, HttpResponse, UserToken
from core.secret import Secret
from core.user_refresh import UserRefresh
from tests.fakes.fake_transport import answer, no_connection
from tests.unit.core.service_bench import (
    CAPTIVE,
    DEAD,
    INVALID,
    REVOKED,
    WHO,
    Bench,
    authorization,
    no_answer,
    token_answer,
)


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
    bench.will(CAPTIVE, empty, DEAD)

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
