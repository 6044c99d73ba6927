"""The main job against Authlib's own authorization server, as a custom environment."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from core.adapters.requests_transport import RequestsTransport
from core.errors import NoCredential, OAuthRefused, StateMismatch
from core.model import CredentialState
from core.redaction import forms_of
from core.vault.vault import Vault
from tests.conftest import Canaries
from tests.e2e.command_line import CommandLine
from tests.e2e.foreign.authlib_server import (
    REDIRECT_URI,
    USER_ID,
    USERNAME,
    AuthlibServer,
    authlib_server,
)
from tests.e2e.foreign.main_job import Bench, Registration, add_app, sign_in_by_paste
from tests.fakes.clock import FakeClock

SCOPES = ("users.read", "offline.access")


@pytest.fixture
def server(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> Iterator[AuthlibServer]:
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")  # http, on loopback
    caplog.set_level(logging.INFO, "authlib")  # at DEBUG it logs the tokens that it issues
    with authlib_server() as running:
        yield running


@pytest.fixture(params=["confidential", "public"])
def registration(request: pytest.FixtureRequest, server: AuthlibServer) -> Registration:
    client = server.register(confidential=request.param == "confidential")
    return Registration(
        server.environment, client.client_id, client.client_secret, REDIRECT_URI, SCOPES
    )


@pytest.fixture
def bench(
    registration: Registration, transport: RequestsTransport, vault: Vault, clock: FakeClock
) -> Bench:
    return Bench(registration, transport, vault, clock)


def test_a_user_signs_in_with_pkce(bench: Bench, server: AuthlibServer, canaries: Canaries) -> None:
    attempt, redirect = bench.consented()
    canaries.add(attempt.verifier)

    token = bench.sign_in.complete(attempt, redirect, bench.cancel)

    (granted,) = server.records.tokens
    canaries.add(granted.access_token, granted.refresh_token)
    assert f"iss={quote(server.origin, safe='')}%2F" in redirect
    assert server.records.challenge_methods == ["S256"]
    assert (token.user_id, token.username) == (USER_ID, USERNAME)
    assert (token.state, token.scopes) == (CredentialState.OK, SCOPES)
    assert token.access_token is not None
    assert token.access_token.reveal() == granted.access_token
    assert bench.stored(token) == token


def test_a_code_is_worth_nothing_without_its_verifier(bench: Bench, server: AuthlibServer) -> None:
    attempt, redirect = bench.consented()

    with pytest.raises(OAuthRefused) as caught:
        bench.sign_in.complete(bench.other_verifier(attempt), redirect, bench.cancel)

    assert caught.value.error == "invalid_grant"
    assert server.records.tokens == []


def test_a_redirect_of_another_issuer_is_refused_before_anything_is_sent(
    bench: Bench, server: AuthlibServer
) -> None:
    attempt, redirect = bench.consented()
    elsewhere = redirect.replace(quote(f"{server.origin}/", safe=""), quote(server.origin, safe=""))
    assert elsewhere != redirect

    with pytest.raises(StateMismatch):
        bench.sign_in.complete(attempt, elsewhere, bench.cancel)

    assert server.records.tokens == []
    assert bench.sign_in.complete(attempt, redirect, bench.cancel).username == USERNAME


def test_a_refresh_rotates_both_halves_and_the_old_refresh_token_is_dead(bench: Bench) -> None:
    first = bench.signed_in()

    second = bench.sign_in.refresh(first.token_id, bench.cancel)
    replayed = bench.spend(first.refresh_token)

    assert second.access_token != first.access_token
    assert second.refresh_token != first.refresh_token
    assert second.token_id == first.token_id
    assert (replayed.status, json.loads(replayed.body)["error"]) == (400, "invalid_grant")
    assert bench.sign_in.check(second.token_id, bench.cancel).state is CredentialState.OK
    assert bench.sign_in.refresh(first.token_id, bench.cancel).access_token not in {
        first.access_token,
        second.access_token,
    }


def test_a_grant_that_the_server_ended_needs_a_new_sign_in(
    bench: Bench, server: AuthlibServer
) -> None:
    token = bench.signed_in()
    server.records.tokens.clear()

    with pytest.raises(NoCredential) as caught:
        bench.sign_in.refresh(token.token_id, bench.cancel)

    assert caught.value.state == "needs_sign_in"
    assert bench.stored(token).state is CredentialState.NEEDS_SIGN_IN
    assert bench.signed_in().state is CredentialState.OK


def test_a_revocation_ends_both_halves_and_is_proven(bench: Bench, server: AuthlibServer) -> None:
    token = bench.signed_in()

    revoked = bench.sign_in.revoke(token.token_id, bench.cancel)

    (granted,) = server.records.tokens
    assert (revoked.state, revoked.proof_status) == (CredentialState.REVOKED, 401)
    assert (granted.is_access_dead, granted.is_refresh_dead) == (True, True)
    assert bench.spend(token.refresh_token).status == 400


def test_the_command_line_does_the_same(
    registration: Registration, server: AuthlibServer, tmp_path: Path
) -> None:
    keypane = CommandLine(tmp_path / "home")

    added = add_app(keypane, registration, tmp_path)
    signed_in = sign_in_by_paste(keypane, registration)
    refreshed = keypane.json("user", "refresh", "Foreign", USERNAME)
    me = keypane.json("request", "GET", "/2/users/me", "--as", USERNAME)
    revoked = keypane.json("user", "revoke", "Foreign", USERNAME)

    assert added.code == 0, added.stdout
    assert json.loads(signed_in.stdout)["user"]["username"] == USERNAME
    assert (refreshed.code, refreshed.answer["state"]) == (0, "ok")
    assert me.answer["body"]["data"]["id"] == USER_ID
    assert (revoked.answer["state"], revoked.answer["proof"]) == ("revoked", {"status": 401})
    first, second = server.records.tokens
    assert all(t.is_access_dead and t.is_refresh_dead for t in (first, second))
    secrets = [registration.client_secret, *(t.access_token for t in (first, second))]
    secrets += [t.refresh_token for t in (first, second)]
    forms = {form for secret in secrets if secret for form in forms_of(secret)}
    assert not [form for form in forms if form in "".join(keypane.printed)]
