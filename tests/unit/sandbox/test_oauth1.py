"""OAuth 1.0a: signatures as a second implementation makes them, three legs, PIN, the end."""

import time
from urllib.parse import parse_qs

import oauthlib.oauth1
import pytest

from sandbox import Sandbox
from sandbox.exchange import Call
from sandbox.oauth1 import signature
from tests.unit.sandbox.client import ACME, Client, query_of

ME = "/2/users/me"


def form_of(text: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(text).items()}


def request_token(client: Client, callback: str | None = None) -> dict[str, str]:
    callback = callback or client.app.redirect_uri
    answer = client.call(
        "POST", "/oauth/request_token", auth=client.signer("", "", callback_uri=callback)
    )
    assert answer.status_code == 200, answer.text
    return form_of(answer.text)


def access_token(client: Client, temporary: dict[str, str], verifier: str) -> dict[str, str]:
    signer = client.signer(
        temporary["oauth_token"], temporary["oauth_token_secret"], verifier=verifier
    )
    answer = client.call("POST", "/oauth/access_token", auth=signer)
    assert answer.status_code == 200, answer.text
    return form_of(answer.text)


def test_the_published_vector_gives_the_published_signature() -> None:
    call = Call(
        "POST",
        "https://api.x.com",
        "/1.1/statuses/update.json",
        "include_entities=true",
        {"content-type": "application/x-www-form-urlencoded"},
        b"status=Hello%20Ladies%20%2B%20Gentlemen%2C%20a%20signed%20OAuth%20request%21",
    )
    given = {
        "oauth_consumer_key": "xvz1evFS4wEEPTGEFPHBog",
        "oauth_nonce": "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg",
        "oauth_signature_method": "HMAC-SHA1",
        "oauth_timestamp": "1318622958",
        "oauth_token": "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
        "oauth_version": "1.0",
    }

    made = signature(
        call,
        given,
        "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw",
        "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
    )

    assert made == "Ls93hJiZbQ3akF3HF3x1Bz8/zU4="


def test_the_owners_pair_signs_and_shows_its_access_level(client: Client) -> None:
    answer = client.call("GET", f"{ME}?user.fields=created_at,url", auth=client.signer())

    assert answer.status_code == 200
    assert answer.json()["data"]["username"] == "acme"
    assert answer.headers["x-access-level"] == "read-write"


def test_the_pair_has_the_shape_of_one(client: Client) -> None:
    user_id, _, rest = client.app.access_token.partition("-")

    assert user_id == ACME
    assert rest.isalnum()
    assert len(client.app.api_key) == 25
    assert len(client.app.api_secret) == 50


@pytest.mark.parametrize("query", ["a=1&b=2", "q=a%20b%2Bc&q2=%C3%BC", "x=&y=%2F~"])
def test_every_query_takes_part_in_the_signature(client: Client, query: str) -> None:
    answer = client.call("GET", f"{ME}?{query}", auth=client.signer())

    assert answer.status_code == 400  # unknown parameters, but the signature held


def test_a_wrong_secret_is_code_32(client: Client) -> None:
    answer = client.call("GET", ME, auth=client.signer(secret="wrong"))

    assert answer.status_code == 401
    assert answer.json()["errors"][0]["code"] == 32


def test_an_unknown_token_is_code_89(client: Client) -> None:
    answer = client.call("GET", ME, auth=client.signer(f"{ACME}-{'x' * 40}"))

    assert answer.status_code == 401
    assert answer.json()["errors"][0]["code"] == 89


def test_a_broken_header_is_code_215(client: Client) -> None:
    answer = client.call("GET", ME, headers={"Authorization": "OAuth nonsense"})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == 215


@pytest.mark.parametrize("skew", [301, -301])
def test_a_clock_more_than_five_minutes_off_is_code_135(
    client: Client, sandbox: Sandbox, skew: int
) -> None:
    sandbox.advance(skew)

    answer = client.call("GET", ME, auth=client.signer())

    assert answer.status_code == 401
    assert answer.json()["errors"][0]["code"] == 135


def test_a_clock_a_little_off_is_forgiven(client: Client, sandbox: Sandbox) -> None:
    sandbox.advance(290)

    assert client.call("GET", ME, auth=client.signer()).status_code == 200


def test_a_nonce_works_once(client: Client) -> None:
    signer = oauthlib.oauth1.Client(
        client.app.api_key,
        client.app.api_secret,
        client.app.access_token,
        client.app.access_token_secret,
        nonce="once",
        timestamp=str(int(time.time())),
    )
    _, headers, _ = signer.sign(client.origin + ME)

    assert client.call("GET", ME, headers=headers).status_code == 200
    assert client.call("GET", ME, headers=headers).status_code == 401


def test_a_signature_of_another_method_does_not_hold(client: Client) -> None:
    signer = oauthlib.oauth1.Client(
        client.app.api_key,
        client.app.api_secret,
        client.app.access_token,
        client.app.access_token_secret,
    )
    _, headers, _ = signer.sign(client.origin + ME, http_method="POST")

    assert client.call("GET", ME, headers=headers).status_code == 401


def test_plaintext_signatures_are_refused(client: Client) -> None:
    signer = client.signer(signature_method="PLAINTEXT")

    assert client.call("GET", ME, auth=signer).status_code == 401


def test_json_bodies_are_not_signed(client: Client) -> None:
    answer = client.call("POST", "/2/tweets", json={"text": "signed"}, auth=client.signer())

    assert answer.status_code == 201


def test_three_legs_give_the_users_pair(client: Client, sandbox: Sandbox) -> None:
    temporary = request_token(client)
    assert temporary["oauth_callback_confirmed"] == "true"

    url = f"{client.origin}/oauth/authorize?oauth_token={temporary['oauth_token']}"
    back = query_of(sandbox.authorize_without_browser(url, "acme_ops"))
    assert back["oauth_token"] == temporary["oauth_token"]
    pair = access_token(client, temporary, back["oauth_verifier"])

    assert pair["screen_name"] == "acme_ops"
    assert pair["oauth_token"].startswith(pair["user_id"] + "-")
    signer = client.signer(pair["oauth_token"], pair["oauth_token_secret"])
    answer = client.call("GET", ME, auth=signer)
    assert answer.json()["data"]["username"] == "acme_ops"


def test_the_pin_flow_needs_no_redirect(client: Client, sandbox: Sandbox) -> None:
    temporary = request_token(client, "oob")
    url = f"{client.origin}/oauth/authorize?oauth_token={temporary['oauth_token']}"

    pin = sandbox.pin_without_browser(url, "acme")

    assert len(pin) == 7
    assert pin.isdigit()
    assert access_token(client, temporary, pin)["user_id"] == ACME


def test_cancel_leads_back_with_denied(client: Client, sandbox: Sandbox) -> None:
    temporary = request_token(client)
    url = f"{client.origin}/oauth/authorize?oauth_token={temporary['oauth_token']}"

    back = query_of(sandbox.authorize_without_browser(url, "acme", decision="cancel"))

    assert back == {"denied": temporary["oauth_token"]}


def test_a_callback_that_is_not_registered_is_code_415(client: Client) -> None:
    signer = client.signer("", "", callback_uri="http://127.0.0.1:8739/other")

    answer = client.call("POST", "/oauth/request_token", auth=signer)

    assert answer.status_code == 403
    assert answer.json()["errors"][0]["code"] == 415


def test_a_callback_is_always_needed(client: Client) -> None:
    answer = client.call("POST", "/oauth/request_token", auth=client.signer("", ""))

    assert answer.status_code == 403


def test_a_wrong_verifier_gets_nothing(client: Client, sandbox: Sandbox) -> None:
    temporary = request_token(client)
    url = f"{client.origin}/oauth/authorize?oauth_token={temporary['oauth_token']}"
    sandbox.authorize_without_browser(url, "acme")
    signer = client.signer(
        temporary["oauth_token"], temporary["oauth_token_secret"], verifier="wrong"
    )

    assert client.call("POST", "/oauth/access_token", auth=signer).status_code == 401


def test_a_request_token_without_consent_gets_nothing(client: Client) -> None:
    temporary = request_token(client)
    signer = client.signer(temporary["oauth_token"], temporary["oauth_token_secret"], verifier="")

    assert client.call("POST", "/oauth/access_token", auth=signer).status_code == 401


def test_a_request_token_is_exchanged_once(client: Client, sandbox: Sandbox) -> None:
    temporary = request_token(client)
    url = f"{client.origin}/oauth/authorize?oauth_token={temporary['oauth_token']}"
    verifier = query_of(sandbox.authorize_without_browser(url, "acme"))["oauth_verifier"]
    access_token(client, temporary, verifier)
    signer = client.signer(
        temporary["oauth_token"], temporary["oauth_token_secret"], verifier=verifier
    )

    assert client.call("POST", "/oauth/access_token", auth=signer).status_code == 401


def test_an_unknown_request_token_shows_the_card(client: Client) -> None:
    answer = client.call("GET", "/oauth/authorize?oauth_token=nobody")

    assert answer.status_code == 400
    assert "Something went wrong" in answer.text


def test_a_pair_ends_itself(client: Client) -> None:
    answer = client.call("POST", "/1.1/oauth/invalidate_token.json", auth=client.signer())

    assert answer.json() == {"access_token": client.app.access_token}
    dead = client.call("GET", ME, auth=client.signer())
    assert dead.status_code == 401
    assert dead.json()["errors"] == [{"code": 89, "message": "Invalid or expired token."}]


def test_after_its_end_a_new_authorization_gives_a_different_pair(
    client: Client, sandbox: Sandbox
) -> None:
    client.call("POST", "/1.1/oauth/invalidate_token.json", auth=client.signer())
    temporary = request_token(client)
    url = f"{client.origin}/oauth/authorize?oauth_token={temporary['oauth_token']}"
    verifier = query_of(sandbox.authorize_without_browser(url, "acme"))["oauth_verifier"]

    pair = access_token(client, temporary, verifier)

    assert pair["oauth_token"] != client.app.access_token


def test_a_pair_that_may_only_read_cannot_write(sandbox: Sandbox) -> None:
    client = Client(sandbox, sandbox.add_app("Reader", permissions="read"))

    answer = client.call("POST", "/2/tweets", json={"text": "no"}, auth=client.signer())

    assert answer.status_code == 403
    assert answer.json()["type"].endswith("/oauth1-permissions")
    assert answer.headers["x-access-level"] == "read"
