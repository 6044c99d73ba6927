"""Ordered troubles: each shape, and whether the request took effect."""

import gzip
import time
from typing import Any

import pytest
import requests

from sandbox import BadFault, Sandbox
from tests.unit.sandbox.client import Client

TOKEN = "/2/oauth2/token"
ME = "/2/users/me"


def refresh_is_dead(client: Client, refresh_token: str) -> bool:
    return client.refresh(refresh_token).status_code == 400


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 503])
def test_a_refusal_has_no_effect(client: Client, sandbox: Sandbox, status: int) -> None:
    pair = client.sign_in()
    sandbox.faults.add("POST", TOKEN, status=status)

    assert client.refresh(pair["refresh_token"]).status_code == status
    assert client.refresh(pair["refresh_token"]).status_code == 200


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_broken_server_may_have_rotated(client: Client, sandbox: Sandbox, status: int) -> None:
    pair = client.sign_in()
    sandbox.faults.add("POST", TOKEN, status=status)

    assert client.refresh(pair["refresh_token"]).status_code == status
    assert sandbox.state()["rotations"] == 1
    assert refresh_is_dead(client, pair["refresh_token"])


def test_effect_overrides_what_a_status_says(client: Client, sandbox: Sandbox) -> None:
    pair = client.sign_in()
    sandbox.faults.add("POST", TOKEN, status=500, effect="before")
    sandbox.faults.add("POST", TOKEN, status=429, effect="after")

    assert client.refresh(pair["refresh_token"]).status_code == 500
    assert sandbox.state()["rotations"] == 0
    assert client.refresh(pair["refresh_token"]).status_code == 429
    assert sandbox.state()["rotations"] == 1


def test_a_line_cut_after_the_effect_loses_the_answer(client: Client, sandbox: Sandbox) -> None:
    pair = client.sign_in()
    sandbox.faults.add("POST", TOKEN, drop="after")

    with pytest.raises(requests.ConnectionError):
        client.refresh(pair["refresh_token"])
    assert sandbox.seen[-1].status is None
    assert sandbox.state()["rotations"] == 1


def test_a_line_cut_before_the_effect_changes_nothing(client: Client, sandbox: Sandbox) -> None:
    pair = client.sign_in()
    sandbox.faults.add("POST", TOKEN, drop="before")

    with pytest.raises(requests.ConnectionError):
        client.refresh(pair["refresh_token"])
    assert sandbox.state()["rotations"] == 0
    assert client.refresh(pair["refresh_token"]).status_code == 200


def test_a_fault_strikes_as_often_as_ordered(client: Client, sandbox: Sandbox) -> None:
    sandbox.faults.add("GET", ME, status=503, times=2)
    token = client.sign_in()["access_token"]

    assert [client.me(token) for _ in range(3)] == [503, 503, 200]
    assert len(sandbox.faults) == 0


def test_a_fault_can_strike_for_ever(client: Client, sandbox: Sandbox) -> None:
    sandbox.faults.add("*", "/2/*", status=503, times=-1)

    assert [client.me("x") for _ in range(3)] == [503] * 3
    sandbox.faults.clear()
    assert client.me("x") == 401


def test_a_fault_waits_for_its_method_and_path(client: Client, sandbox: Sandbox) -> None:
    sandbox.faults.add("POST", ME, status=503)
    sandbox.faults.add("GET", "/2/users", status=503)

    assert client.me(client.sign_in()["access_token"]) == 200
    assert len(sandbox.faults) == 2


def test_the_body_can_be_another(client: Client, sandbox: Sandbox) -> None:
    pair = client.sign_in()
    sandbox.faults.add("POST", TOKEN, body="<html>Log in to the WiFi</html>")

    answer = client.refresh(pair["refresh_token"])

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "WiFi" in answer.text
    assert refresh_is_dead(client, pair["refresh_token"])


def test_a_status_alone_has_the_body_that_goes_with_it(client: Client, sandbox: Sandbox) -> None:
    sandbox.faults.add("GET", ME, status=429)

    answer = client.get(ME, "x")

    assert answer.json()["title"] == "Too Many Requests"
    assert answer.headers["x-rate-limit-remaining"] == "0"


def test_headers_can_be_ordered_removed_and_repeated(client: Client, sandbox: Sandbox) -> None:
    ordered = {"Retry-After": "7", "Cache-Control": None, "X-Many": ["a", "b"]}
    sandbox.faults.add("GET", ME, status=429, headers=ordered)

    answer = client.get(ME, "x")

    assert answer.headers["Retry-After"] == "7"
    assert answer.headers["X-Many"] == "a, b"
    assert "Cache-Control" not in answer.headers
    assert "x-rate-limit-reset" not in answer.headers


def test_an_answer_can_lead_elsewhere(client: Client, sandbox: Sandbox) -> None:
    sandbox.faults.add("GET", ME, status=307, headers={"Location": "http://evil.example/"})

    answer = client.get(ME, client.sign_in()["access_token"])

    assert answer.status_code == 307
    assert answer.headers["Location"] == "http://evil.example/"


def test_an_answer_can_be_cut_short(client: Client, sandbox: Sandbox) -> None:
    pair = client.sign_in()
    sandbox.faults.add("POST", TOKEN, headers={"Content-Length": "9999"})

    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        client.refresh(pair["refresh_token"])


def test_an_answer_can_be_compressed(client: Client, sandbox: Sandbox) -> None:
    sandbox.faults.add("GET", ME, rewrite=gzip.compress, headers={"Content-Encoding": "gzip"})

    assert client.get(ME, client.sign_in()["access_token"]).json()["data"]["username"] == "acme"


def test_a_delay_comes_after_the_effect(client: Client, sandbox: Sandbox) -> None:
    pair = client.sign_in()
    sandbox.faults.add("POST", TOKEN, delay_seconds=0.3)
    begun = time.monotonic()

    answer = client.refresh(pair["refresh_token"])

    assert answer.status_code == 200
    assert time.monotonic() - begun >= 0.3


def test_a_slow_drip_is_slow(client: Client, sandbox: Sandbox) -> None:
    sandbox.faults.add("GET", ME, drip_bytes_per_second=200)
    begun = time.monotonic()

    answer = client.get(ME, client.sign_in()["access_token"])

    assert answer.json()["data"]["username"] == "acme"
    assert time.monotonic() - begun > len(answer.content) / 200 * 0.5


@pytest.mark.parametrize(
    "how",
    [
        {"drop": "never"},
        {"effect": "perhaps"},
        {"status": 99},
        {"status": 600},
        {"delay_seconds": -1},
        {"times": 0},
        {"times": -2},
    ],
)
def test_a_fault_that_contradicts_itself_is_refused(sandbox: Sandbox, how: dict[str, Any]) -> None:
    with pytest.raises(BadFault):
        sandbox.faults.add("GET", ME, **how)


def test_an_answer_can_be_as_large_as_wanted(client: Client, sandbox: Sandbox) -> None:
    size = 2 << 20
    order = {"method": "GET", "path": "/2/tweets/search/recent", "posts": 900, "body_bytes": size}
    assert client.call("POST", "/_sandbox/faults", json=[order]).json() == {"added": 1}

    answer = client.get("/2/tweets/search/recent", client.bearer(), query="x")

    assert answer.status_code == 200
    assert len(answer.content) == size
    assert len(answer.json()["data"]) == answer.json()["meta"]["result_count"] == 900
    for wrong in ({"posts": 0}, {"body_bytes": 5}, {"posts": 5, "body_bytes": 1 << 40}):
        answer = client.call("POST", "/_sandbox/faults", json=[{**order, "posts": None} | wrong])
        assert answer.status_code == 400
