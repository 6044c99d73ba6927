"""Sign-in by OAuth 1.0a: what is asked, what is taken back, and under which id it is kept."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.environment import Environment
from core.errors import (
    BadAnswer,
    BadInput,
    Cancelled,
    ConnectFailed,
    Forbidden,
    NoCredential,
    SignInRefused,
    StateMismatch,
    TimedOut,
    Unauthorized,
)
from core.exchange import RequestSpec
from core.model import OAUTH1, AccessTokenPair, CredentialRef, CredentialState, HttpResponse
from core.pair_attempt import OUT_OF_BAND, PairAttempt
from core.secret import Secret
from core.three_legged import PairSignIn
from core.words import words_for
from tests.fakes.fake_transport import answer, no_connection
from tests.unit.core.service_bench import (
    APP_ID,
    ME,
    REDIRECT_URI,
    UNAUTHORIZED,
    Bench,
    authorization,
    no_answer,
)

HTML = {"content-type": "text/html; charset=utf-8"}  # so X labels its forms
WHO = answer(ME, headers={"x-access-level": "read-write"})


@pytest.fixture
def pairs(bench: Bench) -> PairSignIn:
    return PairSignIn(bench.transport, bench.vault, bench.journal, bench.clock)


def form(**facts: str) -> HttpResponse:
    return answer(urlencode(facts).encode(), headers=HTML)


def request_token(**changes: str) -> HttpResponse:
    facts = {
        "oauth_token": "request-token",
        "oauth_token_secret": "request-secret",
        "oauth_callback_confirmed": "true",
    }
    return form(**{**facts, **changes})


def granted(token: str = "1733410282-new", name: str = "acme") -> HttpResponse:
    return form(
        oauth_token=token,
        oauth_token_secret="new-secret",
        user_id=token.partition("-")[0],
        screen_name=name,
    )


def begun(bench: Bench, pairs: PairSignIn, callback: str | None = None) -> PairAttempt:
    bench.will(request_token())
    return pairs.begin(APP_ID, bench.cancel, callback)


def redirect(**parameters: str) -> str:
    given = {"oauth_token": "request-token", "oauth_verifier": "verifier", **parameters}
    return f"{REDIRECT_URI}?{urlencode({n: v for n, v in given.items() if v != '-'})}"


def stored(bench: Bench) -> tuple[AccessTokenPair, ...]:
    return bench.vault.all(AccessTokenPair)


# --- begin -------------------------------------------------------------------------------------


def test_begin_signs_with_the_app_alone_and_names_the_callback(
    bench: Bench, pairs: PairSignIn
) -> None:
    attempt = begun(bench, pairs)

    header = authorization(bench.transport.seen[0])
    assert bench.paths == ["/oauth/request_token"]
    assert 'oauth_callback="http%3A%2F%2F127.0.0.1%3A8739%2Fcallback"' in header
    assert "oauth_token=" not in header
    assert attempt.authorize_url == "https://api.x.com/oauth/authorize?oauth_token=request-token"
    assert not attempt.has_pin


def test_begin_keeps_nothing_and_an_attempt_prints_no_secret(
    bench: Bench, pairs: PairSignIn
) -> None:
    attempt = begun(bench, pairs)

    assert "request-token" not in repr(attempt)
    assert "request-secret" not in repr(attempt)
    assert bench.vault.open_operations() == ()
    assert bench.activities() == []


def test_a_pin_is_asked_for_out_of_band(bench: Bench, pairs: PairSignIn) -> None:
    attempt = begun(bench, pairs, OUT_OF_BAND)

    assert 'oauth_callback="oob"' in authorization(bench.transport.seen[0])
    assert attempt.has_pin
    assert not attempt.is_redirect(redirect())


def test_a_foreign_callback_no_keys_or_no_addresses_send_nothing(
    bench: Bench, pairs: PairSignIn
) -> None:
    with pytest.raises(BadInput):
        pairs.begin(APP_ID, bench.cancel, "http://127.0.0.1:8739/other")
    bench.vault.save(replace(bench.app, redirect_uris=()))
    with pytest.raises(BadInput):
        pairs.begin(APP_ID, bench.cancel)
    bench.vault.save(replace(bench.app, consumer=None))
    with pytest.raises(NoCredential):
        pairs.begin(APP_ID, bench.cancel, OUT_OF_BAND)
    custom = Environment.custom(
        dict.fromkeys(("authorize_url", "token_url", "revoke_url", "api_url"), "https://x.test/a")
    )
    bench.vault.save(replace(bench.app, environment=custom))
    with pytest.raises(BadInput):
        pairs.begin(APP_ID, bench.cancel, OUT_OF_BAND)

    assert bench.transport.seen == []


@pytest.mark.parametrize("confirmed", ["false", "", "True"])
def test_an_unconfirmed_callback_is_not_used(
    bench: Bench, pairs: PairSignIn, confirmed: str
) -> None:
    bench.will(request_token(oauth_callback_confirmed=confirmed))

    with pytest.raises(BadAnswer):
        pairs.begin(APP_ID, bench.cancel)


@pytest.mark.parametrize(
    ("status", "code", "kind", "said"),
    [
        (403, 415, Forbidden, "not registered for this App"),
        (403, 416, Forbidden, "suspended this App"),
        (403, 417, Forbidden, "may not sign users in with a PIN"),
        (401, 135, Unauthorized, "the clock of this computer is off"),
        (401, 32, Unauthorized, "signature of the API Key"),
    ],
)
def test_each_refusal_of_a_request_token_has_its_words(
    bench: Bench, pairs: PairSignIn, status: int, code: int, kind: type[Exception], said: str
) -> None:
    body = {"errors": [{"code": code, "message": "No."}]}
    bench.will(answer(body, status, HTML))

    with pytest.raises(kind) as refused:
        pairs.begin(APP_ID, bench.cancel)

    assert said in words_for(refused.value, operation="request_token").in_english()


def test_a_plain_401_that_is_labelled_html_is_a_definite_no(
    bench: Bench, pairs: PairSignIn
) -> None:
    bench.will(answer(b"Failed to validate oauth signature and token", 401, HTML))

    with pytest.raises(Unauthorized) as refused:
        pairs.begin(APP_ID, bench.cancel)

    words = words_for(refused.value, operation="request_token").in_english()
    assert "clock of this computer" in words


def test_a_portals_page_is_no_answer(bench: Bench, pairs: PairSignIn) -> None:
    bench.will(answer(b"<html>Log in to this network</html>", 401, HTML))

    with pytest.raises(BadAnswer):
        pairs.begin(APP_ID, bench.cancel)


# --- complete ----------------------------------------------------------------------------------


def test_a_redirect_becomes_a_pair_of_its_own_with_its_level(
    bench: Bench, pairs: PairSignIn
) -> None:
    bench.keep_pair()  # the owner's, another account
    attempt = begun(bench, pairs)
    bench.will(granted(), WHO)

    pair = pairs.complete(attempt, redirect(), bench.cancel)

    header = authorization(bench.transport.seen[1])
    assert bench.paths[1:] == ["/oauth/access_token", "/2/users/me"]
    assert 'oauth_token="request-token"' in header
    assert 'oauth_verifier="verifier"' in header
    assert (pair.username, pair.user_id, pair.access_level) == ("acme", "1733410282", "read-write")
    assert not pair.is_owners
    assert bench.vault.get(AccessTokenPair, pair.pair_id) == pair
    assert bench.vault.get(AccessTokenPair, APP_ID).token == Secret("17-pair")  # type: ignore[union-attr]
    assert bench.vault.open_operations() == ()
    assert ("sign_in", "ok") in bench.activities()


@pytest.mark.parametrize("typed", ["1234567", " 123 4567\n", "123-4567"])
def test_a_pin_is_the_verifier_however_it_is_typed(
    bench: Bench, pairs: PairSignIn, typed: str
) -> None:
    attempt = begun(bench, pairs, OUT_OF_BAND)
    bench.will(granted(), WHO)

    pairs.complete(attempt, typed, bench.cancel)

    assert 'oauth_verifier="1234567"' in authorization(bench.transport.seen[1])


@pytest.mark.parametrize("typed", ["", "123", "abcdefg", "１２３４５６７", redirect()])
def test_what_cannot_be_a_pin_sends_nothing_and_the_attempt_goes_on(
    bench: Bench, pairs: PairSignIn, typed: str
) -> None:
    attempt = begun(bench, pairs, OUT_OF_BAND)

    with pytest.raises(BadInput):
        pairs.complete(attempt, typed, bench.cancel)

    assert len(bench.transport.seen) == 1
    bench.will(granted(), WHO)
    assert pairs.complete(attempt, "1234567", bench.cancel).username == "acme"


def test_a_pair_whose_level_cannot_be_learnt_is_kept_with_its_name(
    bench: Bench, pairs: PairSignIn
) -> None:
    attempt = begun(bench, pairs)
    bench.will(granted(), no_answer)

    pair = pairs.complete(attempt, redirect(), bench.cancel)

    assert (pair.username, pair.access_level, pair.checked_at) == ("acme", "", None)
    assert stored(bench) == (pair,)


@pytest.mark.parametrize(
    "url",
    [
        redirect(oauth_token="other"),
        redirect(oauth_token="-"),
        redirect(oauth_token="request-token2"),
        redirect(oauth_verifier=""),
        redirect(oauth_verifier="-"),
        redirect(denied="other", oauth_token="-"),
        redirect() + "&oauth_token=request-token",
        redirect() + "&oauth_verifier=second",
        redirect().replace("/callback", "/callback/"),
        redirect().replace("8739", "8740"),
        "1234567",
    ],
)
def test_a_foreign_redirect_sends_nothing_and_the_true_one_still_works(
    bench: Bench, pairs: PairSignIn, url: str
) -> None:
    attempt = begun(bench, pairs)

    with pytest.raises(StateMismatch):
        pairs.complete(attempt, url, bench.cancel)

    assert len(bench.transport.seen) == 1
    bench.will(granted(), WHO)
    assert pairs.complete(attempt, redirect(), bench.cancel).username == "acme"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(st.text(st.characters(codec="ascii"), max_size=30))
def test_no_other_request_token_is_taken(bench: Bench, pairs: PairSignIn, token: str) -> None:
    attempt = begun(bench, pairs)
    sent = len(bench.transport.seen)
    if token == "request-token":
        return

    with pytest.raises(StateMismatch):
        pairs.complete(attempt, redirect(oauth_token=token or "-"), bench.cancel)

    assert len(bench.transport.seen) == sent


def test_denied_ends_the_attempt_and_nothing_is_stored(bench: Bench, pairs: PairSignIn) -> None:
    attempt = begun(bench, pairs)
    no = redirect(oauth_token="-", oauth_verifier="-", denied="request-token")

    for answered in (no, redirect()):
        with pytest.raises(SignInRefused):
            pairs.complete(attempt, answered, bench.cancel)

    assert len(bench.transport.seen) == 1
    assert stored(bench) == ()


def test_an_answer_after_the_deadline_is_dropped(bench: Bench, pairs: PairSignIn) -> None:
    attempt = begun(bench, pairs, OUT_OF_BAND)
    bench.clock.advance(601)

    with pytest.raises(StateMismatch):
        pairs.complete(attempt, "1234567", bench.cancel)

    assert len(bench.transport.seen) == 1


def test_many_deliveries_of_one_redirect_are_one_exchange(bench: Bench, pairs: PairSignIn) -> None:
    attempt = begun(bench, pairs)
    bench.will(granted(), WHO)

    with ThreadPoolExecutor(8) as pool:
        found = list(
            pool.map(lambda _n: pairs.complete(attempt, redirect(), bench.cancel), range(16))
        )

    assert bench.paths.count("/oauth/access_token") == 1
    assert len({pair.pair_id for pair in found}) == 1


def test_a_refused_verifier_ends_the_attempt_with_words(bench: Bench, pairs: PairSignIn) -> None:
    attempt = begun(bench, pairs, OUT_OF_BAND)
    bench.will(answer(b"Error processing your OAuth request: Invalid verifier", 401, HTML))

    for _ in range(2):
        with pytest.raises(Unauthorized) as refused:
            pairs.complete(attempt, "1234567", bench.cancel)

    words = words_for(refused.value, operation="exchange_pair").in_english()
    assert "the PIN is mistyped, used before or too old" in words
    assert len(bench.transport.seen) == 2
    assert bench.activities() == [("sign_in", "refused")]


@pytest.mark.expected_log("outcome of exchange_pair")
def test_an_exchange_without_answer_is_told_and_not_repeated(
    bench: Bench, pairs: PairSignIn
) -> None:
    attempt = begun(bench, pairs)
    bench.transport.will(no_answer)

    for _ in range(2):
        with pytest.raises(TimedOut):
            pairs.complete(attempt, redirect(), bench.cancel)

    assert bench.activities() == [("sign_in", "uncertain")]
    assert bench.vault.open_operations() == ()
    assert stored(bench) == ()


def test_where_nothing_was_sent_the_verifier_can_be_used_again(
    bench: Bench, pairs: PairSignIn
) -> None:
    attempt = begun(bench, pairs)
    bench.transport.will(no_connection, granted(), WHO)
    with pytest.raises(ConnectFailed):
        pairs.complete(attempt, redirect(), bench.cancel)

    assert pairs.complete(attempt, redirect(), bench.cancel).username == "acme"


def test_a_cancel_before_the_exchange_sends_nothing(bench: Bench, pairs: PairSignIn) -> None:
    attempt = begun(bench, pairs)
    bench.cancel.cancel()

    with pytest.raises(Cancelled):
        pairs.complete(attempt, redirect(), bench.cancel)

    assert len(bench.transport.seen) == 1


@pytest.mark.parametrize("body", [b"oauth_token=a", b"oauth_token=a&oauth_token=b", b"nonsense"])
@pytest.mark.expected_log("outcome of exchange_pair")
def test_a_grant_that_cannot_be_read_is_not_half_kept(
    bench: Bench, pairs: PairSignIn, body: bytes
) -> None:
    attempt = begun(bench, pairs)
    bench.will(answer(body, headers=HTML))

    with pytest.raises(BadAnswer):
        pairs.complete(attempt, redirect(), bench.cancel)

    assert stored(bench) == ()


# --- whose place a pair takes ------------------------------------------------------------------


def sign_in(bench: Bench, pairs: PairSignIn, token: str, name: str, level: str) -> AccessTokenPair:
    attempt = begun(bench, pairs)
    me = {"data": {"id": token.partition("-")[0], "username": name, "name": name}}
    bench.will(granted(token, name), answer(me, headers={"x-access-level": level}))
    return pairs.complete(attempt, redirect(), bench.cancel)


def test_the_same_account_again_replaces_its_pair(bench: Bench, pairs: PairSignIn) -> None:
    first = sign_in(bench, pairs, "17-first", "jane", "read")
    other = sign_in(bench, pairs, "18-other", "sam", "read-write")

    second = sign_in(bench, pairs, "17-second", "jane", "read-write")

    assert second.pair_id == first.pair_id
    assert {pair.token for pair in stored(bench)} == {Secret("17-second"), other.token}
    assert second.access_level == "read-write"


def test_the_owner_signing_in_finds_the_pair_in_the_owners_place(
    bench: Bench, pairs: PairSignIn
) -> None:
    bench.keep_pair()

    pair = sign_in(bench, pairs, "17-anew", "owner", "read-write")

    assert pair.is_owners
    assert len(stored(bench)) == 1


def test_each_pair_is_checked_used_and_revoked_by_its_id(bench: Bench, pairs: PairSignIn) -> None:
    bench.keep_pair()
    pair = sign_in(bench, pairs, "18-jane", "jane", "read")
    bench.will(answer({"data": []}), answer({"data": []}))

    reference = CredentialRef("oauth1", pair.pair_id)
    for credential in (reference, OAUTH1):
        bench.requester.send(RequestSpec(APP_ID, "GET", "/2/users/me", credential), bench.cancel)

    assert 'oauth_token="18-jane"' in authorization(bench.transport.seen[-2])
    assert 'oauth_token="17-pair"' in authorization(bench.transport.seen[-1])

    bench.will(answer({"access_token": "18-jane"}), answer(UNAUTHORIZED, 401))
    ended = bench.owners.revoke(pair.pair_id, bench.cancel)

    assert 'oauth_token="18-jane"' in authorization(bench.transport.seen[-2])
    assert (ended.state, ended.proof_status) == (CredentialState.REVOKED, 401)
    assert bench.vault.get(AccessTokenPair, APP_ID).state is CredentialState.OK  # type: ignore[union-attr]
    with pytest.raises(NoCredential):
        bench.requester.send(RequestSpec(APP_ID, "GET", "/2/users/me", reference), bench.cancel)


def test_a_pair_of_another_app_signs_nothing(bench: Bench, pairs: PairSignIn) -> None:
    pair = sign_in(bench, pairs, "18-jane", "jane", "read")
    bench.vault.save(replace(bench.app, app_id="app-2"))

    with pytest.raises(NoCredential):
        bench.requester.send(
            RequestSpec("app-2", "GET", "/2/users/me", CredentialRef("oauth1", pair.pair_id)),
            bench.cancel,
        )


def test_forgetting_an_app_forgets_its_pairs(bench: Bench, pairs: PairSignIn) -> None:
    sign_in(bench, pairs, "18-jane", "jane", "read")

    bench.vault.forget_app(APP_ID)

    assert stored(bench) == ()


def test_recovery_folds_a_grant_that_was_kept_before_a_crash(
    bench: Bench, pairs: PairSignIn
) -> None:
    from core.pair_records import EXCHANGE_PAIR, lock_of
    from core.vault.journal import Answer, Intent

    intent = Intent(EXCHANGE_PAIR, APP_ID, "fresh", bench.clock.now())
    with bench.vault.change() as change:
        change.open_operation(lock_of("fresh"), intent)
        body = granted().body
        change.set_result(intent.operation_id, Answer(200, body, bench.clock.now(), "text/html"))

    assert bench.journal.recover(pairs.operations) == []

    pair = bench.vault.get(AccessTokenPair, "fresh")
    assert pair is not None
    assert pair.token == Secret("1733410282-new")


def test_a_record_from_before_pairs_had_ids_is_the_owners() -> None:
    import json

    from core.vault.codec import decode, encode
    from tests.fakes.nouns import owner

    document = json.loads(encode(owner()))
    del document["pair_id"]

    old = decode(AccessTokenPair, json.dumps(document).encode())

    assert old == owner()
    assert old.is_owners


def test_asking_whether_it_is_an_answer_settles_nothing(bench: Bench, pairs: PairSignIn) -> None:
    bench.will(request_token())
    attempt = pairs.begin(APP_ID, bench.cancel)
    now, token = bench.clock.now(), attempt.request_token.reveal()
    callback = attempt.redirect_uri

    assert attempt.is_answer(f"{callback}?oauth_token={token}&oauth_verifier=v", now)
    assert attempt.is_answer(f"{callback}?denied={token}", now)
    for foreign in (
        f"{callback}?oauth_token={token}",
        f"{callback}?oauth_token=x&oauth_verifier=v",
        f"{callback}?denied=x",
        f"{callback}x?denied={token}",
    ):
        assert not attempt.is_answer(foreign, now)
    assert not attempt.is_answer(f"{callback}?denied={token}", attempt.deadline_at)
    assert not attempt.gate.is_settled
