"""begin and complete: what is asked, what is taken back, and what is stored."""

import base64
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import pkce
from core.environment import Environment
from core.errors import (
    BadInput,
    Cancelled,
    ConnectFailed,
    NoCredential,
    OAuthRefused,
    SignInRefused,
    StateMismatch,
    TimedOut,
)
from core.model import ClientCredentials, CredentialState, UserToken
from core.secret import Secret
from tests.fakes.fake_transport import answer, no_connection
from tests.unit.core.service_bench import (
    APP_ID,
    ME,
    REDIRECT_URI,
    SCOPES,
    Bench,
    authorization,
    no_answer,
    query_of,
    redirect_of,
    token_answer,
)

WHO = answer(ME)


# --- begin -------------------------------------------------------------------------------------


def test_begin_asks_for_what_the_rfcs_and_x_want(bench: Bench) -> None:
    attempt = bench.sign_in.begin(bench.app, SCOPES)

    assert attempt.authorize_url.startswith("https://x.com/i/oauth2/authorize?")
    assert query_of(attempt.authorize_url) == {
        "response_type": "code",
        "client_id": "client",
        "redirect_uri": REDIRECT_URI,
        "scope": "tweet.read users.read offline.access",
        "state": attempt.state.reveal(),
        "code_challenge": pkce.challenge_of(attempt.verifier),
        "code_challenge_method": "S256",
    }
    assert "+" not in attempt.authorize_url
    assert bench.transport.seen == []


def test_no_two_attempts_share_state_or_verifier(bench: Bench) -> None:
    attempts = [bench.sign_in.begin(bench.app, SCOPES) for _ in range(50)]

    assert len({attempt.state for attempt in attempts}) == 50
    assert len({attempt.verifier for attempt in attempts}) == 50


def test_an_attempt_prints_no_secret(bench: Bench) -> None:
    attempt = bench.sign_in.begin(bench.app, SCOPES)

    assert attempt.state.reveal() not in repr(attempt)
    assert attempt.verifier.reveal() not in repr(attempt)


def test_an_app_without_client_id_cannot_sign_in(bench: Bench) -> None:
    for client in (None, ClientCredentials(Secret(""), Secret("secret"))):
        with pytest.raises(NoCredential):
            bench.sign_in.begin(replace(bench.app, client=client), SCOPES)


def test_a_redirect_uri_and_a_scope_are_needed(bench: Bench) -> None:
    with pytest.raises(BadInput):
        bench.sign_in.begin(replace(bench.app, redirect_uris=()), SCOPES)
    with pytest.raises(BadInput):
        bench.sign_in.begin(bench.app, ())


# --- complete: the exchange --------------------------------------------------------------------


def test_a_confidential_client_proves_itself_in_the_header(bench: Bench) -> None:
    attempt = bench.sign_in.begin(bench.app, SCOPES)
    bench.will(token_answer(), WHO)

    bench.sign_in.complete(attempt, redirect_of(attempt), bench.cancel)

    request = bench.transport.seen[0]
    assert (request.method, request.url) == ("POST", "https://api.x.com/2/oauth2/token")
    assert bench.sent(0) == {
        "grant_type": "authorization_code",
        "code": "good-code",
        "redirect_uri": REDIRECT_URI,
        "code_verifier": attempt.verifier.reveal(),
        "client_id": "client",
    }
    pair = base64.b64decode(authorization(request).removeprefix("Basic "))
    assert pair == b"client:client%20secret"


def test_a_public_client_sends_its_id_and_no_header(bench: Bench) -> None:
    app = replace(bench.app, client=ClientCredentials(Secret("client")))
    bench.vault.save(app)
    attempt = bench.sign_in.begin(app, SCOPES)
    bench.will(token_answer(), WHO)

    bench.sign_in.complete(attempt, redirect_of(attempt), bench.cancel)

    assert bench.transport.seen[0].authorization is None
    assert bench.sent(0)["client_id"] == "client"


def test_the_granted_token_is_stored_with_its_owner(bench: Bench) -> None:
    attempt = bench.sign_in.begin(bench.app, SCOPES)
    bench.will(token_answer(), WHO)

    token = bench.sign_in.complete(attempt, redirect_of(attempt), bench.cancel)

    assert bench.vault.users_of(APP_ID) == (token,)
    assert (token.user_id, token.username, token.label) == ("1733410282", "acme", "@acme")
    assert token.access_token == Secret("new-access")
    assert token.refresh_token == Secret("new-refresh")
    assert (token.expires_at - bench.clock.now()).total_seconds() == 7200
    assert authorization(bench.transport.seen[1]) == "Bearer new-access"
    assert bench.vault.open_operations() == ()


def test_what_was_granted_is_stored_beside_what_was_asked(bench: Bench) -> None:
    attempt = bench.sign_in.begin(bench.app, (*SCOPES, "tweet.write"))
    bench.will(token_answer(), WHO)

    token = bench.sign_in.complete(attempt, redirect_of(attempt), bench.cancel)

    assert token.scopes == SCOPES
    assert token.requested_scopes == (*SCOPES, "tweet.write")


def test_an_answer_without_scope_or_lifetime_means_the_usual(bench: Bench) -> None:
    attempt = bench.sign_in.begin(bench.app, ("users.read",))
    bench.will(answer({"token_type": "Bearer", "access_token": "short"}), WHO)

    token = bench.sign_in.complete(attempt, redirect_of(attempt), bench.cancel)

    assert token.scopes == ("users.read",)
    assert token.refresh_token is None
    assert (token.expires_at - bench.clock.now()).total_seconds() == 7200


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_a_failed_whoami_keeps_the_token_without_a_name(bench: Bench, status: int) -> None:
    attempt = bench.sign_in.begin(bench.app, SCOPES)
    bench.will(token_answer(), answer({"title": "no"}, status))

    token = bench.sign_in.complete(attempt, redirect_of(attempt), bench.cancel)

    assert bench.vault.users_of(APP_ID) == (token,)
    assert token.label == "unknown account"


def test_activity_tells_of_the_sign_in_first_and_of_the_name_when_x_has_told_it(
    bench: Bench,
) -> None:
    attempt = bench.sign_in.begin(bench.app, SCOPES)
    bench.will(token_answer(), WHO)

    bench.sign_in.complete(attempt, redirect_of(attempt), bench.cancel)

    lines = bench.vault.activities(APP_ID)
    assert [(line.what, line.subject) for line in reversed(lines)] == [
        ("sign_in", "user"),
        ("whoami", "@acme"),
    ]


def test_a_second_sign_in_of_an_account_replaces_the_first(bench: Bench) -> None:
    old = bench.keep_user()
    attempt = bench.sign_in.begin(bench.app, SCOPES)
    bench.will(token_answer(), WHO)

    token = bench.sign_in.complete(attempt, redirect_of(attempt), bench.cancel)

    assert token.token_id == old.token_id  # what refers to it goes on working
    assert bench.vault.users_of(APP_ID) == (token,)
    assert token.refresh_token == Secret("new-refresh")


@pytest.mark.expected_log("outcome of refresh")
def test_a_new_sign_in_settles_what_was_uncertain(bench: Bench) -> None:
    old = bench.keep_user()
    bench.transport.will(no_answer)
    with pytest.raises(TimedOut):
        bench.sign_in.refresh(old.token_id, bench.cancel)
    attempt = bench.sign_in.begin(bench.app, SCOPES)
    bench.will(token_answer(), WHO)

    token = bench.sign_in.complete(attempt, redirect_of(attempt), bench.cancel)

    assert token.state is CredentialState.OK
    assert bench.vault.open_operations() == ()


def test_another_accounts_token_is_left_alone(bench: Bench) -> None:
    other = replace(bench.keep_user(), user_id="2", username="other")
    bench.vault.save(other)
    attempt = bench.sign_in.begin(bench.app, SCOPES)
    bench.will(token_answer(), WHO)

    bench.sign_in.complete(attempt, redirect_of(attempt), bench.cancel)

    assert len(bench.vault.users_of(APP_ID)) == 2
    assert bench.user(other.token_id) == other


# --- complete: what is not ours ----------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "-"},
        {"state": ""},
        {"state": "wrong"},
        {"state": "wrong", "error": "access_denied", "code": "-"},
        {"state": "-", "error": "access_denied"},
        {"code": "-"},
        {"code": ""},
        {"iss": "https://evil.example"},
        {"iss": ""},
        {"iss": "https://x.com/"},
        {"iss": "https://evil.example", "error": "access_denied"},
    ],
)
def test_a_foreign_redirect_sends_nothing_and_the_attempt_goes_on(
    bench: Bench, changes: dict[str, str]
) -> None:
    attempt = bench.sign_in.begin(bench.app, SCOPES)

    with pytest.raises(StateMismatch):
        bench.sign_in.complete(attempt, redirect_of(attempt, **changes), bench.cancel)

    assert bench.transport.seen == []
    bench.will(token_answer(), WHO)
    assert bench.sign_in.complete(attempt, redirect_of(attempt), bench.cancel).username == "acme"


def test_a_redirect_of_another_attempt_is_foreign(bench: Bench) -> None:
    first, second = (bench.sign_in.begin(bench.app, SCOPES) for _ in range(2))

    with pytest.raises(StateMismatch):
        bench.sign_in.complete(first, redirect_of(second), bench.cancel)


def test_a_redirect_elsewhere_is_foreign(bench: Bench) -> None:
    attempt = bench.sign_in.begin(bench.app, SCOPES)
    url = redirect_of(attempt).replace("/callback?", "/callback-evil?")

    with pytest.raises(StateMismatch):
        bench.sign_in.complete(attempt, url, bench.cancel)


def test_a_doubled_parameter_is_foreign(bench: Bench) -> None:
    attempt = bench.sign_in.begin(bench.app, SCOPES)

    with pytest.raises(StateMismatch):
        bench.sign_in.complete(attempt, redirect_of(attempt) + "&code=other", bench.cancel)


def test_the_right_issuer_is_taken(bench: Bench) -> None:
    attempt = bench.sign_in.begin(bench.app, SCOPES)
    bench.will(token_answer(), WHO)
    url = redirect_of(attempt, iss=quote("https://x.com", safe=""))

    assert bench.sign_in.complete(attempt, url, bench.cancel).username == "acme"


def test_a_late_redirect_is_foreign(bench: Bench) -> None:
    attempt = bench.sign_in.begin(bench.app, SCOPES)
    bench.clock.advance(601)

    with pytest.raises(StateMismatch):
        bench.sign_in.complete(attempt, redirect_of(attempt), bench.cancel)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_mutant_of_the_state_is_taken(bench: Bench, data: st.DataObject) -> None:
    attempt = bench.sign_in.begin(bench.app, SCOPES)
    state = attempt.state.reveal()
    mutant = data.draw(
        st.one_of(
            st.integers(0, len(state) - 1).map(lambda n: state[:n]),
            st.sampled_from([state.swapcase(), state + "=", state + "%00", f"%20{state}"]),
            st.integers(0, len(state) - 1).map(
                lambda n: state[:n] + quote(chr(ord(state[n]) ^ 1), safe="") + state[n + 1 :]
            ),
            st.text(max_size=60).map(lambda text: quote(text, safe="", errors="replace")),
        )
    )

    with pytest.raises(StateMismatch):
        bench.sign_in.complete(attempt, redirect_of(attempt, state=mutant), bench.cancel)

    assert bench.transport.seen == []


# --- complete: refusals and unknown outcomes ---------------------------------------------------


def test_cancel_on_the_consent_page_ends_the_attempt(bench: Bench) -> None:
    attempt = bench.sign_in.begin(bench.app, SCOPES)
    url = redirect_of(attempt, error="access_denied", code="-")

    with pytest.raises(SignInRefused) as refused:
        bench.sign_in.complete(attempt, url, bench.cancel)

    assert refused.value.error == "access_denied"
    with pytest.raises(SignInRefused):
        bench.sign_in.complete(attempt, redirect_of(attempt), bench.cancel)
    assert bench.transport.seen == []


def test_a_foreign_error_text_is_not_repeated(bench: Bench) -> None:
    attempt = bench.sign_in.begin(bench.app, SCOPES)
    url = redirect_of(attempt, error="%3Cscript%3E", code="-")

    with pytest.raises(SignInRefused, match="unknown"):
        bench.sign_in.complete(attempt, url, bench.cancel)


def test_an_expired_code_stores_nothing(bench: Bench) -> None:
    attempt = bench.sign_in.begin(bench.app, SCOPES)
    bench.will(answer({"error": "invalid_request", "error_description": "code was invalid."}, 400))

    with pytest.raises(OAuthRefused):
        bench.sign_in.complete(attempt, redirect_of(attempt), bench.cancel)

    assert bench.vault.users_of(APP_ID) == ()
    assert bench.activities() == [("sign_in", "refused")]
    assert len(bench.transport.seen) == 1  # never again without PKCE, never again at all


@pytest.mark.expected_log("outcome of exchange")
def test_an_exchange_without_answer_is_told_and_not_repeated(bench: Bench) -> None:
    attempt = bench.sign_in.begin(bench.app, SCOPES)
    bench.transport.will(no_answer)

    for _ in range(2):
        with pytest.raises(TimedOut):
            bench.sign_in.complete(attempt, redirect_of(attempt), bench.cancel)

    assert len(bench.transport.seen) == 1
    assert bench.activities() == [("sign_in", "uncertain")]
    assert bench.vault.open_operations() == ()


def test_a_code_that_was_never_sent_may_be_tried_again(bench: Bench) -> None:
    attempt = bench.sign_in.begin(bench.app, SCOPES)
    bench.transport.will(no_connection, token_answer(), WHO)
    with pytest.raises(ConnectFailed):
        bench.sign_in.complete(attempt, redirect_of(attempt), bench.cancel)

    assert bench.sign_in.complete(attempt, redirect_of(attempt), bench.cancel).username == "acme"


def test_a_cancelled_sign_in_sends_nothing(bench: Bench) -> None:
    attempt = bench.sign_in.begin(bench.app, SCOPES)
    bench.cancel.cancel()

    with pytest.raises(Cancelled):
        bench.sign_in.complete(attempt, redirect_of(attempt), bench.cancel)

    assert bench.transport.seen == []


def test_fifty_deliveries_of_one_redirect_make_one_exchange(bench: Bench) -> None:
    attempt = bench.sign_in.begin(bench.app, SCOPES)
    bench.will(token_answer(), WHO)
    url = redirect_of(attempt)

    with ThreadPoolExecutor(16) as pool:
        tokens: list[UserToken] = list(
            pool.map(lambda _: bench.sign_in.complete(attempt, url, bench.cancel), range(50))
        )

    assert bench.paths == ["/2/oauth2/token", "/2/users/me"]
    assert len(set(tokens)) == 1


# --- custom environments -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("issuer", "iss", "is_taken"),
    [
        ("", "https://id.example", True),
        ("", "https://id.example/", False),
        ("", "https://api.example", False),
        ("https://issuer.example", "https://issuer.example", True),
        ("https://issuer.example", "https://id.example", False),
    ],
)
def test_the_issuer_of_an_environment_is_the_one_that_counts(
    bench: Bench, issuer: str, iss: str, is_taken: bool
) -> None:
    facts = {
        "authorize_url": "https://id.example/authorize",
        "token_url": "https://id.example/token",
        "revoke_url": "https://id.example/revoke",
        "api_url": "https://api.example",
        "issuer": issuer,
    }
    app = replace(bench.app, environment=Environment.custom(facts))
    bench.vault.save(app)
    attempt = bench.sign_in.begin(app, SCOPES)
    bench.will(token_answer(), WHO)
    url = redirect_of(attempt, iss=quote(iss, safe=""))

    if is_taken:
        assert bench.sign_in.complete(attempt, url, bench.cancel).username == "acme"
        assert bench.transport.seen[0].url == "https://id.example/token"
    else:
        with pytest.raises(StateMismatch):
            bench.sign_in.complete(attempt, url, bench.cancel)
        assert bench.transport.seen == []
