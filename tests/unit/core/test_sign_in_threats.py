"""Threats to a sign-in that no other test meets: O1, O4, O7, O8, O19 and O20 of the table."""

import random
import re
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import pkce
from core.authorization import AuthorizationAttempt
from core.errors import BadAnswer, OAuthRefused, StateMismatch
from core.model import UserToken
from core.scopes import compare_scopes
from sandbox import Sandbox
from tests.fakes.fake_transport import answer
from tests.unit.core.service_bench import (
    APP_ID,
    ME,
    SCOPES,
    Bench,
    query_of,
    redirect_of,
    token_answer,
)
from tests.unit.sandbox.client import Client

WHO = answer(ME)
VERIFIER = "Value passed for the code verifier did not match the code challenge."
METHOD = "Value passed for the code challenge method was invalid."
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")


def mutants(state: str, chance: random.Random) -> list[str]:
    """Return a thousand states that are not this one: cut, flipped, padded or escaped."""
    made: set[str] = set()
    while len(made) < 1_000:
        place = chance.randrange(len(state))
        flipped = chr(ord(state[place]) ^ (1 << chance.randrange(7)))
        made.add(
            chance.choice(
                [
                    state[:place],
                    f"{state}{chance.choice('=.%')}{chance.randrange(1000)}",
                    f"{state[:place]}%{ord(flipped):02x}{state[place + 1 :]}",
                    f"{state[:place]}{state[place].swapcase()}{state[place + 1 :]}",
                    f"{state[:place]}%00{state[place:]}",
                    f"{state[place:]}{state[:place]}",
                    f"{state[:place]}%CC%81{state[place:]}",
                ]
            )
        )
        made.discard(state)
    return sorted(made)


def test_a_thousand_mutants_of_the_state_send_nothing_and_the_true_one_still_works(
    bench: Bench,
) -> None:
    attempt = bench.sign_in.begin(bench.app, SCOPES)
    chance = random.Random(7)  # noqa: S311 - the same every time

    for mutant in mutants(attempt.state.reveal(), chance):
        with pytest.raises(StateMismatch):
            bench.sign_in.complete(attempt, redirect_of(attempt, state=mutant), bench.cancel)
    assert bench.transport.seen == []

    bench.will(token_answer(), WHO)
    assert bench.sign_in.complete(attempt, redirect_of(attempt), bench.cancel).username == "acme"


def test_a_strangers_code_in_our_redirect_is_refused_by_the_verifier_and_nothing_is_stored(
    sandbox: Sandbox,
) -> None:
    client = Client(sandbox)
    stranger, ours = pkce.new_verifier(), pkce.new_verifier()
    code = client.code(code_challenge=pkce.challenge_of(stranger))

    refused = client.exchange(code, code_verifier=ours.reveal())

    assert (refused.status_code, refused.json()["error_description"]) == (400, VERIFIER)
    assert sandbox.state()["users"] == []
    again = client.exchange(code, code_verifier=stranger.reveal())
    assert again.status_code == 400  # the injected code is used up, for its thief too


@pytest.mark.parametrize("description", [VERIFIER, METHOD], ids=["verifier", "S256 refused"])
def test_a_refusal_of_pkce_is_the_end_and_nothing_is_tried_without_it(
    bench: Bench, description: str
) -> None:
    attempt = bench.sign_in.begin(bench.app, SCOPES)
    bench.will(answer({"error": "invalid_request", "error_description": description}, 400))

    with pytest.raises(OAuthRefused):
        bench.sign_in.complete(attempt, redirect_of(attempt), bench.cancel)
    with pytest.raises(OAuthRefused):
        bench.sign_in.complete(attempt, redirect_of(attempt), bench.cancel)

    assert len(bench.transport.seen) == 1
    assert len(bench.sent()["code_verifier"]) >= 43
    assert bench.vault.users_of(APP_ID) == ()


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(scopes=st.lists(st.sampled_from(("tweet.read", "users.read", "like.read")), min_size=1))
def test_every_attempt_asks_with_s256_and_to_the_environments_own_address(
    bench: Bench, scopes: list[str]
) -> None:
    attempt = bench.sign_in.begin(bench.app, scopes)
    asked = query_of(attempt.authorize_url)

    assert asked["code_challenge_method"] == "S256"
    assert CHALLENGE.fullmatch(asked["code_challenge"])
    assert asked["code_challenge"] == pkce.challenge_of(attempt.verifier)
    assert attempt.verifier.reveal() not in attempt.authorize_url
    address, own = urlsplit(attempt.authorize_url), urlsplit(bench.app.environment.authorize_url)
    assert (address.scheme, address.netloc, address.path) == (own.scheme, own.netloc, own.path)


def test_the_token_endpoint_is_the_environments_whatever_a_redirect_says(bench: Bench) -> None:
    attempt = bench.sign_in.begin(bench.app, SCOPES)
    bench.will(token_answer(), WHO)
    redirect = f"{redirect_of(attempt)}&token_endpoint=https%3A%2F%2Fevil.example%2Ftoken"

    bench.sign_in.complete(attempt, redirect, bench.cancel)

    assert bench.transport.seen[0].url == bench.app.environment.token_url


def test_more_scopes_than_asked_for_are_kept_as_granted_and_told_apart(bench: Bench) -> None:
    attempt = bench.sign_in.begin(bench.app, ("users.read",))
    bench.will(token_answer(), WHO)

    token = bench.sign_in.complete(attempt, redirect_of(attempt), bench.cancel)

    assert token.scopes == SCOPES
    missing, extra = compare_scopes(token.requested_scopes, token.scopes)
    assert (missing, set(extra)) == ((), set(SCOPES) - {"users.read"})


def test_a_new_sign_in_without_a_refresh_token_does_not_keep_the_older_one(bench: Bench) -> None:
    older = bench.keep_user()
    assert older.refresh_token is not None
    attempt = bench.sign_in.begin(bench.app, ("users.read",))
    bench.will(token_answer(refresh=None), WHO)

    token = bench.sign_in.complete(attempt, redirect_of(attempt), bench.cancel)

    assert token.token_id == older.token_id
    assert token.refresh_token is None
    assert [each.refresh_token for each in bench.vault.all(UserToken)] == [None]


@pytest.mark.expected_log("the outcome of exchange")
@pytest.mark.parametrize(
    "facts",
    [
        {"token_type": "mac"},
        {"token_type": None},
        {"expires_in": "soon"},
        {"expires_in": -1},
        {"expires_in": 10**12},
        {"access_token": "with space"},
        {"access_token": "x" * 5000},
        {"access_token": "bad\r\nheader"},
        {"refresh_token": "ümlaut"},
    ],
    ids=str,
)
def test_an_odd_token_answer_stores_nothing_and_is_not_asked_for_again(
    bench: Bench, facts: dict[str, object]
) -> None:
    attempt = bench.sign_in.begin(bench.app, SCOPES)
    good = {
        "token_type": "bearer",
        "access_token": "a",
        "expires_in": 7200,
        "scope": " ".join(SCOPES),
    }
    bench.will(answer({**good, **facts}))

    with pytest.raises(BadAnswer):
        complete_twice(bench, attempt)

    assert bench.vault.users_of(APP_ID) == ()
    assert len(bench.transport.seen) == 1


def complete_twice(bench: Bench, attempt: AuthorizationAttempt) -> None:
    with pytest.raises(BadAnswer):
        bench.sign_in.complete(attempt, redirect_of(attempt), bench.cancel)
    bench.sign_in.complete(attempt, redirect_of(attempt), bench.cancel)
