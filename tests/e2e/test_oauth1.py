"""OAuth 1.0a over real HTTP: redirect, PIN, denial, mistakes, a clock that is off."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from core.adapters.requests_transport import RequestsTransport
from core.adapters.sqlite_store import SqliteStores
from core.adapters.system_clock import SystemClock
from core.errors import (
    Forbidden,
    KeypaneError,
    SignInRefused,
    StateMismatch,
    Unauthorized,
)
from core.exchange import RequestSpec
from core.model import AccessTokenPair, App, ConsumerKeys, CredentialRef, CredentialState
from core.one_legged import OwnerTokens
from core.pair_attempt import OUT_OF_BAND
from core.ports import CancelToken
from core.requester import Requester
from core.secret import Secret
from core.three_legged import PairSignIn
from core.user_context import SignIn
from core.vault.journal import Journal
from core.vault.vault import Vault
from core.words import words_for
from sandbox import Sandbox
from tests.conftest import Canaries
from tests.fakes.keys import FakeKeys
from tests.fakes.vaults import CHEAP

CANCEL = CancelToken()


class Bench:
    """The services over the real transport, and an App of the sandbox with the owner's pair."""

    def __init__(self, home: Path, sandbox: Sandbox, canaries: Canaries) -> None:
        from core.environment import Environment

        clock = SystemClock()
        ready = sandbox.ready_app
        canaries.add(ready.api_key, ready.api_secret, *sandbox.owner_tokens)
        self.sandbox = sandbox
        self.transport = RequestsTransport()
        self.vault = Vault(SqliteStores(home), FakeKeys(), clock, CHEAP)
        self.vault.start_session()
        parts = (self.transport, self.vault, Journal(self.vault, self.transport, clock), clock)
        self.pairs = PairSignIn(*parts)
        self.owners = OwnerTokens(*parts)
        self.requester = Requester(self.transport, self.vault, clock, SignIn(*parts))
        keys = ConsumerKeys(Secret(ready.api_key), Secret(ready.api_secret))
        self.app = App(
            "app",
            "Practice App",
            Environment.sandbox(sandbox.origin),
            clock.now(),
            keys,
            redirect_uris=(ready.redirect_uri,),
        )
        self.vault.save(
            self.app,
            AccessTokenPair(
                "app",
                Secret(ready.access_token),
                Secret(ready.access_token_secret),
                clock.now(),
            ),
        )

    def asked(self, path: str) -> int:
        return sum(seen.path == path for seen in self.sandbox.seen)


@pytest.fixture
def bench(tmp_path: Path, sandbox: Sandbox, canaries: Canaries) -> Iterator[Bench]:
    bench = Bench(tmp_path, sandbox, canaries)
    yield bench
    bench.transport.close()
    bench.vault.close()


def said(error: KeypaneError, operation: str) -> str:
    return words_for(error, operation=operation).in_english()


def test_another_account_comes_by_redirect_and_is_used_checked_and_revoked(bench: Bench) -> None:
    attempt = bench.pairs.begin("app", CANCEL)
    address = bench.sandbox.authorize_without_browser(attempt.authorize_url, "acme_ops")

    pair = bench.pairs.complete(attempt, address, CANCEL)

    assert (pair.username, pair.access_level) == ("acme_ops", "read-write")
    assert not pair.is_owners
    spec = RequestSpec("app", "GET", "/2/users/me", CredentialRef("oauth1", pair.pair_id))
    assert b"acme_ops" in bench.requester.send(spec, CANCEL).response.body
    assert bench.owners.whoami("app", CANCEL).username == "acme"

    ended = bench.owners.revoke(pair.pair_id, CANCEL)

    assert (ended.state, ended.proof_status) == (CredentialState.REVOKED, 401)
    assert bench.owners.check("app", CANCEL).state is CredentialState.OK


def test_another_account_comes_by_pin(bench: Bench) -> None:
    attempt = bench.pairs.begin("app", CANCEL, OUT_OF_BAND)
    pin = bench.sandbox.pin_without_browser(attempt.authorize_url, "acme_ops")

    pair = bench.pairs.complete(attempt, f"{pin[:3]} {pin[3:]}", CANCEL)

    assert pair.username == "acme_ops"
    assert bench.owners.check(pair.pair_id, CANCEL).checked_at is not None


def test_the_owner_signing_in_gets_the_owners_own_pair(bench: Bench) -> None:
    attempt = bench.pairs.begin("app", CANCEL)
    address = bench.sandbox.authorize_without_browser(attempt.authorize_url, "acme")

    pair = bench.pairs.complete(attempt, address, CANCEL)

    assert pair.is_owners
    assert pair.token == Secret(bench.sandbox.owner_tokens[0])
    assert len(bench.vault.all(AccessTokenPair)) == 1


def test_a_no_at_x_ends_the_attempt_without_a_call(bench: Bench) -> None:
    attempt = bench.pairs.begin("app", CANCEL)
    address = bench.sandbox.authorize_without_browser(attempt.authorize_url, decision="cancel")

    with pytest.raises(SignInRefused) as refused:
        bench.pairs.complete(attempt, address, CANCEL)

    assert "denied" in parse_qs(urlsplit(address).query)
    assert "cancelled at X" in said(refused.value, "exchange_pair")
    assert bench.asked("/oauth/access_token") == 0


def test_a_wrong_pin_is_refused_once_and_in_words(bench: Bench) -> None:
    attempt = bench.pairs.begin("app", CANCEL, OUT_OF_BAND)
    pin = bench.sandbox.pin_without_browser(attempt.authorize_url)
    wrong = "1111111" if pin != "1111111" else "2222222"

    with pytest.raises(Unauthorized) as refused:
        bench.pairs.complete(attempt, wrong, CANCEL)

    assert "mistyped" in said(refused.value, "exchange_pair")
    with pytest.raises(Unauthorized):  # one exchange per attempt, the right PIN included
        bench.pairs.complete(attempt, pin, CANCEL)
    assert bench.asked("/oauth/access_token") == 1
    assert len(bench.vault.all(AccessTokenPair)) == 1


def test_a_verifier_that_was_used_elsewhere_is_refused_in_words(bench: Bench) -> None:
    attempt = bench.pairs.begin("app", CANCEL)
    address = bench.sandbox.authorize_without_browser(attempt.authorize_url, "acme_ops")
    thief = PairSignIn(
        bench.transport,
        bench.vault,
        Journal(bench.vault, bench.transport, SystemClock()),
        SystemClock(),
    )
    stolen = type(attempt)(
        **{name: getattr(attempt, name) for name in attempt.__slots__ if name != "gate"}
    )
    thief.complete(stolen, address, CANCEL)

    with pytest.raises(Unauthorized) as refused:
        bench.pairs.complete(attempt, address, CANCEL)

    assert "used before" in said(refused.value, "exchange_pair")


def test_a_redirect_of_another_attempt_is_dropped(bench: Bench) -> None:
    mine, other = bench.pairs.begin("app", CANCEL), bench.pairs.begin("app", CANCEL)
    address = bench.sandbox.authorize_without_browser(other.authorize_url, "acme_ops")

    with pytest.raises(StateMismatch):
        bench.pairs.complete(mine, address, CANCEL)

    assert bench.asked("/oauth/access_token") == 0
    assert bench.pairs.complete(other, address, CANCEL).username == "acme_ops"


@pytest.mark.parametrize("skew_seconds", [400, -400])
def test_a_clock_that_is_off_is_named_at_every_step(bench: Bench, skew_seconds: int) -> None:
    bench.sandbox.advance(skew_seconds)

    with pytest.raises(Unauthorized) as at_begin:
        bench.pairs.begin("app", CANCEL)
    with pytest.raises(Unauthorized) as at_check:
        bench.owners.check("app", CANCEL)

    assert "the clock of this computer is off" in said(at_begin.value, "request_token")
    assert "the clock of this computer is off" in said(at_check.value, "check")


def test_a_callback_that_x_does_not_know_is_named(bench: Bench) -> None:
    from dataclasses import replace

    bench.vault.save(replace(bench.app, redirect_uris=("http://127.0.0.1:9/other",)))

    with pytest.raises(Forbidden) as refused:
        bench.pairs.begin("app", CANCEL)

    assert "not registered for this App" in said(refused.value, "request_token")


def test_a_wrong_api_secret_is_named(bench: Bench) -> None:
    from dataclasses import replace

    keys = ConsumerKeys(bench.app.consumer.api_key, Secret("wrong"))  # type: ignore[union-attr]
    bench.vault.save(replace(bench.app, consumer=keys))

    with pytest.raises(Unauthorized) as refused:
        bench.pairs.begin("app", CANCEL)

    assert "API Key Secret" in said(refused.value, "request_token")


def test_a_read_only_app_gives_a_pair_that_says_so(bench: Bench) -> None:
    from dataclasses import replace

    ready = bench.sandbox.add_app("Reader", permissions="read")
    keys = ConsumerKeys(Secret(ready.api_key), Secret(ready.api_secret))
    bench.vault.save(
        replace(bench.app, app_id="reader", consumer=keys, redirect_uris=(ready.redirect_uri,))
    )
    attempt = bench.pairs.begin("reader", CANCEL)
    address = bench.sandbox.authorize_without_browser(attempt.authorize_url, "acme_ops")

    assert bench.pairs.complete(attempt, address, CANCEL).access_level == "read"
