"""The App's Bearer Token: generate, use, invalidate."""

import base64
from urllib.parse import unquote

import pytest

from sandbox import Sandbox
from tests.unit.sandbox.client import Client

UNVERIFIED = {
    "errors": [
        {
            "code": 99,
            "message": "Unable to verify your credentials",
            "label": "authenticity_token_error",
        }
    ]
}


def test_the_right_keys_get_a_bearer_token(client: Client) -> None:
    answer = client.generate()

    assert answer.status_code == 200
    assert answer.json()["token_type"] == "bearer"
    assert set(answer.json()) == {"token_type", "access_token"}
    assert answer.headers["Cache-Control"] == "no-store"


def test_generating_twice_gives_the_same_token(client: Client) -> None:
    assert client.bearer() == client.bearer()


def test_a_bearer_token_has_the_shape_of_one(client: Client) -> None:
    bearer = client.bearer()

    assert bearer.startswith("A" * 20)
    assert "%2F" in bearer
    assert "%3D" in bearer
    head = unquote(bearer).partition("=")[0] + "="
    assert int.from_bytes(base64.b64decode(head)[16:24], "little") == int(client.app.app_id)


@pytest.mark.parametrize(
    "changes",
    [
        {"auth": ("wrong", "wrong")},
        {"auth": None},
        {"data": {}},
        {"data": {"grant_type": "authorization_code"}},
        {"data": {"grant_type": "client_credentials", "more": "1"}},
        {"data": "grant_type=client_credentials&grant_type=client_credentials"},
        {"params": {"grant_type": "client_credentials"}, "data": {}},
    ],
)
def test_anything_but_the_documented_request_is_code_99(
    client: Client, changes: dict[str, object]
) -> None:
    answer = client.generate(**changes)

    assert answer.status_code == 403
    assert answer.json() == UNVERIFIED


def test_a_wrong_secret_is_code_99(client: Client) -> None:
    assert client.generate(auth=(client.app.api_key, "x" * 50)).json() == UNVERIFIED


def test_the_client_id_is_not_an_api_key(client: Client) -> None:
    pair = (client.app.client_id, client.app.client_secret)

    assert client.generate(auth=pair).status_code == 403


def test_the_bearer_token_is_sent_with_its_escapes(client: Client) -> None:
    bearer = client.bearer()

    assert client.get("/2/usage/tweets", bearer).status_code == 200
    assert client.get("/2/usage/tweets", unquote(bearer)).status_code == 401


def test_invalidating_ends_the_token_and_echoes_it(client: Client) -> None:
    bearer = client.bearer()

    answer = client.invalidate(bearer)

    assert answer.status_code == 200
    assert answer.json() == {"access_token": bearer}
    assert client.get("/2/usage/tweets", bearer).status_code == 401


def test_after_invalidating_another_token_is_generated(client: Client) -> None:
    bearer = client.bearer()
    client.invalidate(bearer)

    assert client.bearer() != bearer


def test_invalidating_takes_the_unescaped_token_in_a_form(client: Client) -> None:
    answer = client.invalidate("", data={"access_token": unquote(client.bearer())})

    assert answer.status_code == 200


def test_invalidating_refuses_a_token_that_was_escaped_twice(client: Client) -> None:
    bearer = client.bearer()

    assert client.invalidate("", data={"access_token": bearer}).status_code == 403
    assert client.get("/2/usage/tweets", bearer).status_code == 200


def test_invalidating_refuses_a_token_in_the_query(client: Client) -> None:
    bearer = client.bearer()

    answer = client.call(
        "POST",
        f"/oauth2/invalidate_token?access_token={bearer}",
        auth=(client.app.api_key, client.app.api_secret),
    )

    assert answer.status_code == 403
    assert client.get("/2/usage/tweets", bearer).status_code == 200


def test_a_token_can_be_invalidated_once(client: Client) -> None:
    bearer = client.bearer()
    client.invalidate(bearer)

    assert client.invalidate(bearer).json() == UNVERIFIED


def test_the_token_of_another_app_is_code_348(client: Client, public: Client) -> None:
    bearer = public.bearer()

    answer = client.invalidate(bearer)

    assert answer.status_code == 403
    assert answer.json()["errors"][0]["code"] == 348
    assert public.get("/2/usage/tweets", bearer).status_code == 200


def test_the_owner_can_invalidate_by_signature(client: Client) -> None:
    bearer = client.bearer()

    answer = client.invalidate("", auth=client.signer(), data={"access_token": unquote(bearer)})

    assert answer.status_code == 200
    assert client.get("/2/usage/tweets", bearer).status_code == 401


def test_a_signature_without_the_owners_token_is_code_348(client: Client) -> None:
    bearer = client.bearer()

    answer = client.invalidate(
        "", auth=client.signer("", ""), data={"access_token": unquote(bearer)}
    )

    assert answer.json()["errors"][0]["code"] == 348


def test_each_app_has_its_own_bearer_token(client: Client, public: Client) -> None:
    assert client.bearer() != public.bearer()


def test_the_sandbox_knows_the_live_token(client: Client, sandbox: Sandbox) -> None:
    bearer = client.bearer()
    assert sandbox.bearer_token == bearer

    client.invalidate(bearer)
    assert sandbox.bearer_token is None
