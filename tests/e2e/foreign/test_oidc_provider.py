"""The main job against oidc-provider from npm, a certified OpenID provider.

`python3 -m scripts.foreign.setup` fetches it; without it these tests are skipped.
"""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.adapters.requests_transport import RequestsTransport
from core.errors import NoCredential, OAuthRefused
from core.model import CredentialState
from core.redaction import forms_of
from core.vault.vault import Vault
from scripts.foreign import setup
from tests.e2e.command_line import CommandLine
from tests.e2e.foreign.main_job import Bench, Registration, add_app, sign_in_by_paste
from tests.fakes.clock import FakeClock

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(setup.missing()), reason=setup.missing() or "it is there"),
]

USERNAME = "ada_elsewhere"


@pytest.fixture(scope="module")
def provider() -> Iterator[dict[str, Any]]:
    """The running provider: what it says of itself."""
    process = subprocess.Popen(
        ["node", str(setup.PROGRAM), str(setup.MODULES)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # it warns of its own development settings
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())
    finally:
        process.stdin.close()
        ended = process.wait(20)
        process.stdout.close()
    assert ended == 0


@pytest.fixture(params=["confidential", "public"])
def registration(request: pytest.FixtureRequest, provider: dict[str, Any]) -> Registration:
    client = provider["clients"][0 if request.param == "confidential" else 1]
    return Registration(
        provider["environment"],
        client["client_id"],
        client.get("client_secret", ""),
        provider["redirect_uri"],
        tuple(provider["scopes"]),
    )


@pytest.fixture
def bench(
    registration: Registration, transport: RequestsTransport, vault: Vault, clock: FakeClock
) -> Bench:
    return Bench(registration, transport, vault, clock)


def test_a_user_signs_in_with_pkce(bench: Bench) -> None:
    token = bench.signed_in()

    assert (token.user_id, token.username) == ("4711", USERNAME)
    assert token.state is CredentialState.OK
    assert token.refresh_token is not None
    assert bench.sign_in.check(token.token_id, bench.cancel).state is CredentialState.OK


def test_a_code_is_worth_nothing_without_its_verifier(bench: Bench) -> None:
    attempt, redirect = bench.consented()

    with pytest.raises(OAuthRefused) as caught:
        bench.sign_in.complete(bench.other_verifier(attempt), redirect, bench.cancel)

    assert caught.value.error == "invalid_grant"


def test_a_refresh_rotates_and_a_replay_of_the_old_token_ends_the_grant(bench: Bench) -> None:
    first = bench.signed_in()

    second = bench.sign_in.refresh(first.token_id, bench.cancel)
    third = bench.sign_in.refresh(first.token_id, bench.cancel)
    replayed = bench.spend(first.refresh_token)

    assert len({each.refresh_token for each in (first, second, third)}) == 3
    assert len({each.access_token for each in (first, second, third)}) == 3
    assert (replayed.status, json.loads(replayed.body)["error"]) == (400, "invalid_grant")
    with pytest.raises(NoCredential) as caught:
        bench.sign_in.refresh(first.token_id, bench.cancel)
    assert caught.value.state == "needs_sign_in"
    assert bench.stored(first).state is CredentialState.NEEDS_SIGN_IN


def test_a_revocation_is_proven(bench: Bench) -> None:
    token = bench.signed_in()

    revoked = bench.sign_in.revoke(token.token_id, bench.cancel)

    assert (revoked.state, revoked.proof_status) == (CredentialState.REVOKED, 401)
    assert bench.spend(token.refresh_token).status == 400


def test_the_command_line_does_the_same(registration: Registration, tmp_path: Path) -> None:
    keypane = CommandLine(tmp_path / "home")

    added = add_app(keypane, registration, tmp_path)
    signed_in = sign_in_by_paste(keypane, registration)
    refreshed = keypane.json("user", "refresh", "Foreign", USERNAME)
    access = keypane.run("token", "Foreign").stdout.strip()
    me = keypane.json("request", "GET", "/2/users/me", "--as", USERNAME)
    revoked = keypane.json("user", "revoke", "Foreign", USERNAME)

    assert added.code == 0, added.stdout
    assert access
    assert json.loads(signed_in.stdout)["user"]["username"] == USERNAME
    assert (refreshed.code, refreshed.answer["state"]) == (0, "ok")
    assert me.answer["body"]["data"]["username"] == USERNAME
    assert (revoked.answer["state"], revoked.answer["proof"]) == ("revoked", {"status": 401})
    secrets = [access, registration.client_secret]
    forms = {form for secret in secrets if secret for form in forms_of(secret)}
    assert not [form for form in forms if form in "".join(keypane.printed)]
