"""Check, hand over, take back: a user token's life beside refresh and revoke."""

from dataclasses import replace

import pytest

from core.errors import (
    Forbidden,
    NoCredential,
    OutcomeUnknown,
)
from core.model import CredentialState
from core.secret import Secret
from core.vault.journal import Intent
from tests.fakes.fake_transport import answer
from tests.unit.core.service_bench import (
    APP_ID,
    DEAD,
    INVALID,
    WHO,
    Bench,
    token_answer,
)


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
