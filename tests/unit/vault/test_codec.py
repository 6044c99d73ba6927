"""Nouns to JSON and back."""

import json
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest

from core.environment import Environment
from core.errors import VaultCorrupt, VaultUnavailable
from core.model import Activity, App, ClientCredentials, CredentialState, Setting, UserToken
from core.network import Network
from core.notes import BrowserSession, Enrolment, Receipt, Replacement, UsedBy
from core.secret import Secret
from core.sent import SavedRequest, SentRequest, SpentDay
from core.vault.codec import KINDS, decode, encode, kind_of
from core.vault.vault import Vault
from tests.fakes.clock import START
from tests.fakes.nouns import activity, app, bearer, owner, user

CUSTOM = Environment.custom(
    {
        "name": "Staging",
        "authorize_url": "https://staging.example/authorize",
        "token_url": "https://staging.example/token",
        "revoke_url": "https://staging.example/revoke",
        "api_url": "https://staging.example",
    }
)
NOUNS: list[Any] = [
    app(),
    app(consumer=None, client=None, redirect_uris=(), website="https://example.org"),
    app(client=ClientCredentials(Secret("public")), app_type="native", permissions="read"),
    app(environment=Environment.sandbox("http://127.0.0.1:8123")),
    app(environment=Environment.sandbox("http://127.0.0.1:8123", embedded=True)),
    app(environment=CUSTOM),
    app(name='Ünïcode 🐦 "quoted"\n'),
    bearer(),
    bearer(token=None, state=CredentialState.REVOKED, proof_status=401, revoked_at=START),
    owner(),
    owner(user_id="42", username="dev", access_level="read-write", checked_at=START),
    user(),
    user(access_token=None, refresh_token=None, state=CredentialState.UNCERTAIN, scopes=()),
    user(expires_at=START + timedelta(microseconds=1), used_scopes=("tweet.read",), holder="ci"),
    activity(),
    activity(facts=(("status", "200"), ("ms", "12"))),
    Setting("theme", "dark"),
    UsedBy("app-1:bearer", "app-1", ("fly.io acme-prod", "GitHub X_BEARER")),
    Enrolment("app-1", "ok", "", START),
    Network(),
    Network("network", "manual", "proxy.corp", 3128, "me", Secret("pass"), "PEM", "corp.pem"),
    BrowserSession("app-1", "0123456789abcdef" * 2, START),
    Replacement("app-1:bearer", "app-1", START, leaked=True, tail="8avbi", ticked=("fly.io",)),
    SentRequest("s-1", "app-1", "x", START, '{"method": "GET"}'),
    SavedRequest("s-2", "Two Posts", "a note", START, "{}"),
    SpentDay("app-1 2026-11-23", "app-1", "2026-11-23", '{"dollars": "0.005"}'),
    Receipt("r-1", "app-1", "app-1:bearer", "Bearer Token", "8avbi", START),
    Receipt("r-2", "app-1", "user-1", "@acme", "", START, 401, START, "a1b2"),
]


@pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: type(noun).__name__)
def test_a_noun_comes_back_as_it_was(noun: Any) -> None:
    assert decode(type(noun), encode(noun)) == noun


def test_every_kind_is_tried() -> None:
    assert {type(noun) for noun in NOUNS} == set(KINDS)


@pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: type(noun).__name__)
def test_a_record_is_sorted_and_versioned(noun: Any) -> None:
    document = json.loads(encode(noun))

    assert document["v"] == 1
    assert list(document) == sorted(document)
    assert set(document) == {each.name for each in fields(noun)} | {"v"}


def changed(noun: Any, **how: Any) -> bytes:
    document = json.loads(encode(noun))
    for name, value in how.items():
        if value is ...:
            del document[name]
        else:
            document[name] = value
    return json.dumps(document).encode()


def test_a_missing_field_takes_its_default() -> None:
    older = changed(app(website="https://example.org"), website=...)

    assert decode(App, older) == app()


def test_an_unknown_field_is_a_newer_versions() -> None:
    with pytest.raises(VaultUnavailable) as refused:
        decode(App, changed(app(), shiny="new"))

    assert refused.value.reason == "newer_version"


def test_an_unknown_field_inside_another_is_a_newer_versions() -> None:
    with pytest.raises(VaultUnavailable):
        decode(App, changed(app(), client={"client_id": "x", "client_secret": None, "shiny": 1}))


def test_a_higher_version_is_a_newer_versions() -> None:
    with pytest.raises(VaultUnavailable):
        decode(App, changed(app(), v=2))


@pytest.mark.parametrize(
    "how",
    [
        {"app_id": ...},
        {"name": 5},
        {"name": None},
        {"created_at": "yesterday"},
        {"created_at": "2026-08-22T12:00:00"},
        {"created_at": 5},
        {"environment": "x"},
        {"environment": {"kind": "mars"}},
        {"environment": {"kind": "sandbox", "origin": "https://evil.example"}},
        {"environment": {"kind": ["x"]}},
        {"consumer": {"api_key": "k"}},
        {"consumer": "k"},
        {"redirect_uris": "http://127.0.0.1"},
        {"redirect_uris": [5]},
        {"v": "1"},
        {"v": 0},
        {"v": ...},
    ],
    ids=str,
)
def test_a_malformed_app_is_corrupt(how: dict[str, Any]) -> None:
    with pytest.raises(VaultCorrupt):
        decode(App, changed(app(), **how))


@pytest.mark.parametrize(
    "how", [{"state": "splendid"}, {"proof_status": "401"}, {"scopes": None}, {"expires_at": None}]
)
def test_a_malformed_user_token_is_corrupt(how: dict[str, Any]) -> None:
    with pytest.raises(VaultCorrupt):
        decode(UserToken, changed(user(), **how))


def test_malformed_facts_of_an_activity_are_corrupt() -> None:
    for facts in ("text", [["one"]], [["one", 2]], None):
        with pytest.raises(VaultCorrupt):
            decode(Activity, changed(activity(), facts=facts))


@pytest.mark.parametrize("plain", [b"", b"[]", b"null", b"{", b"\xff{}", b'"text"', b"5"])
def test_what_is_no_object_is_corrupt(plain: bytes) -> None:
    with pytest.raises(VaultCorrupt):
        decode(App, plain)


def test_what_the_vault_does_not_keep_is_a_mistake() -> None:
    with pytest.raises(TypeError):
        kind_of(str)


def test_an_error_quotes_no_value(canaries: Any) -> None:
    token = canaries.secret()
    with pytest.raises(VaultCorrupt) as error:
        decode(UserToken, changed(replace(user(), access_token=token), scopes=token.reveal()))

    assert token.reveal() not in repr(error.value)
    assert error.value.__cause__ is None


def test_the_names_that_stand_in_vaults_of_today_stay_what_they_are(vault: Vault) -> None:
    """Another name, and a vault that was made before would look empty or damaged."""
    assert {kind.name for kind in KINDS.values()} == {
        "app", "bearer", "owner", "user", "activity", "setting", "used_by", "enrolment", "receipt",
        "replacement", "sent", "saved", "spent", "network", "browser_session",
    }  # fmt: skip
    everywhere = {kind.name for kind in KINDS.values() if not kind.app}
    assert everywhere == {"setting", "saved", "network"}
    assert {kind.app for kind in KINDS.values()} == {"", "app_id"}
    with vault.lease() as opened:
        with opened.store.change() as change:
            opened.write_check(change)
        sealed = opened.store.meta("check")
        assert sealed is not None
        assert opened.sealer.open("meta", "check", "check", 0, sealed) == b"keypane"
        opened.check()
