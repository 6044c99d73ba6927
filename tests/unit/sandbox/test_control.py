"""The test bench over HTTP: ledger, faults, clock, reset, state."""

import re
from typing import Any

import pytest

from sandbox import Sandbox
from tests.unit.sandbox.client import SCOPES, Client

LEDGER = "/_sandbox/ledger"
FAULTS = "/_sandbox/faults"
CLOCK = "/_sandbox/clock"
RESET = "/_sandbox/reset"
STATE = "/_sandbox/state"


def ledger(client: Client) -> list[dict[str, Any]]:
    return list(client.call("GET", LEDGER).json())


def test_the_ledger_names_every_request_and_its_credential(client: Client) -> None:
    bearer = client.bearer()
    client.get("/2/usage/tweets", bearer)
    pair = client.sign_in("acme_ops")
    client.me(pair["access_token"])
    client.call("GET", "/2/users/me", auth=client.signer())
    client.me("nonsense")

    rows = ledger(client)
    assert [(r["method"], r["path"], r["auth"], r["status"]) for r in rows] == [
        ("POST", "/oauth2/token", "api_key:Practice App", 200),
        ("GET", "/2/usage/tweets", "bearer:Practice App", 200),
        ("GET", "/i/oauth2/authorize", "none", 200),
        ("POST", "/i/oauth2/authorize", "none", 303),
        ("POST", "/2/oauth2/token", "client:Practice App", 200),
        ("GET", "/2/users/me", "user:acme_ops", 200),
        ("GET", "/2/users/me", "oauth1:acme", 200),
        ("GET", "/2/users/me", "unknown", 401),
    ]
    assert set(rows[0]) == {"time", "method", "path", "auth", "status"}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", rows[0]["time"])


def test_a_public_client_is_named_by_its_id(public: Client) -> None:
    public.sign_in()

    assert ledger(public)[-1]["auth"] == "client:Public App"


def test_the_ledger_never_holds_a_value(client: Client) -> None:
    bearer, pair = client.bearer(), client.sign_in()
    client.get("/2/usage/tweets", bearer)
    client.revoke(pair["access_token"])

    text = client.call("GET", LEDGER).text
    for secret in (bearer, pair["access_token"], pair["refresh_token"], client.app.client_secret):
        assert secret not in text
        assert secret not in repr(client.sandbox.seen)


def test_the_ledger_in_process_is_the_same(client: Client, sandbox: Sandbox) -> None:
    assert sandbox.seen == []
    client.get("/2/tweets", "x", ids="20")

    assert [entry.as_json() for entry in sandbox.seen] == ledger(client)
    assert sandbox.seen[0].query == "ids=20"
    assert "authorization" in sandbox.seen[0].headers


def test_control_requests_are_not_in_the_ledger(client: Client) -> None:
    client.call("GET", STATE)

    assert ledger(client) == []


def test_faults_are_ordered_by_json(client: Client) -> None:
    fault = {
        "method": "GET",
        "path": "/2/users/me",
        "status": 503,
        "body": {"title": "Over capacity"},
        "headers": {"Retry-After": "3"},
        "times": 1,
    }

    assert client.call("POST", FAULTS, json=[fault]).json() == {"added": 1}

    answer = client.get("/2/users/me", "x")
    assert answer.status_code == 503
    assert answer.json() == {"title": "Over capacity"}
    assert answer.headers["Retry-After"] == "3"


def test_every_documented_key_of_a_fault_is_known(client: Client, sandbox: Sandbox) -> None:
    fault = {
        "method": "GET",
        "path": "/never",
        "status": None,
        "body": None,
        "headers": None,
        "delay_seconds": 0.1,
        "drip_bytes_per_second": 5,
        "drop": "after",
        "times": 2,
    }

    assert client.call("POST", FAULTS, json=[fault, fault]).status_code == 200
    assert len(sandbox.faults) == 2


@pytest.mark.parametrize(
    "document",
    [
        {},
        [1],
        [{"method": "GET"}],
        [{"method": "GET", "path": "/", "nonsense": 1}],
        [{"method": "GET", "path": "/", "status": "500"}],
        [{"method": "GET", "path": "/", "drop": "never"}],
        [{"method": "GET", "path": "/"}, {"method": "GET"}],
        [{"method": "GET", "path": "/", "body_base64": "!"}],
    ],
)
def test_a_fault_that_cannot_be_understood_orders_nothing(
    client: Client, sandbox: Sandbox, document: Any
) -> None:
    answer = client.call("POST", FAULTS, json=document)

    assert answer.status_code == 400
    assert answer.json()["error"]
    assert len(sandbox.faults) == 0


def test_bytes_can_be_ordered_in_base64(client: Client) -> None:
    fault = {"method": "GET", "path": "/x", "status": 200, "body_base64": "/w=="}
    client.call("POST", FAULTS, json=[fault])

    assert client.call("GET", "/x").content == b"\xff"


def test_time_passes_when_ordered(client: Client) -> None:
    pair = client.sign_in()

    assert client.call("POST", CLOCK, json={"advance_seconds": 7200}).status_code == 200
    assert client.me(pair["access_token"]) == 401


@pytest.mark.parametrize("document", [{}, [], {"advance_seconds": "1"}, {"advance_seconds": True}])
def test_a_wrong_amount_of_time_is_refused(client: Client, document: Any) -> None:
    assert client.call("POST", CLOCK, json=document).status_code == 400


def test_the_state_tells_what_lives(client: Client) -> None:
    assert client.call("GET", STATE).json() == {
        "rotations": 0,
        "replays": 0,
        "revoked_families": 0,
        "bearers": 0,
        "users": [],
    }
    client.bearer()
    old = client.sign_in()
    client.refresh(old["refresh_token"])

    state = client.call("GET", STATE).json()
    assert (state["rotations"], state["replays"], state["bearers"]) == (1, 0, 1)
    assert state["users"] == [
        {
            "id": "1733410282",
            "username": "acme",
            "app": "Practice App",
            "scopes": SCOPES.split(),
            "access_token": "live",
            "refresh_token": "live",
        }
    ]


def test_the_state_tells_the_halves_of_a_grant_apart(client: Client, sandbox: Sandbox) -> None:
    pair = client.sign_in()
    client.revoke(pair["refresh_token"])
    sandbox.advance(7200)

    (user,) = client.call("GET", STATE).json()["users"]
    assert (user["access_token"], user["refresh_token"]) == ("expired", "revoked")


def test_reset_ends_everything_and_keeps_the_keys(client: Client, sandbox: Sandbox) -> None:
    bearer, pair, before = client.bearer(), client.sign_in(), sandbox.ready_app
    sandbox.faults.add("GET", "/never", status=500)
    sandbox.advance(100)
    sandbox.field_family = "post"

    assert client.call("POST", RESET).json() == {"reset": True}

    assert sandbox.ready_app == before
    assert sandbox.seen == []
    assert len(sandbox.faults) == 0
    assert sandbox.field_family == "tweet"
    assert client.me(pair["access_token"]) == 401
    assert client.get("/2/usage/tweets", bearer).status_code == 401
    assert client.bearer() != bearer
    assert client.call("GET", "/2/users/me", auth=client.signer()).status_code == 200


def test_a_body_counts_whatever_its_content_type(client: Client, sandbox: Sandbox) -> None:
    body = '[{"method": "GET", "path": "/never", "status": 500}]'
    headers = {"Content-Type": "application/x-www-form-urlencoded"}

    assert client.call("POST", FAULTS, data=body, headers=headers).status_code == 200
    assert len(sandbox.faults) == 1


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", LEDGER), ("GET", STATE), ("POST", RESET), ("POST", FAULTS), ("POST", CLOCK)],
)
def test_pages_of_other_origins_are_refused(client: Client, method: str, path: str) -> None:
    for foreign in ({"Origin": "http://evil.example"}, {"Origin": "null"}):
        assert client.call(method, path, headers=foreign, data="[]").status_code == 403
    crossing = {"Sec-Fetch-Site": "cross-site"}
    assert client.call(method, path, headers=crossing, data="[]").status_code == 403
