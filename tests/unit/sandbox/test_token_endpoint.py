"""Codes, Access Tokens and Refresh Tokens: every rule of the token endpoint."""

import base64
from typing import Any

import pytest
import requests

from sandbox import Sandbox
from tests.unit.sandbox.client import SCOPES, VERIFIER, Client

INVALID_CODE = "Value passed for the authorization code was invalid."
INVALID_TOKEN = "Value passed for the token was invalid."
NO_HEADER = {
    "error": "unauthorized_client",
    "error_description": "Missing valid authorization header",
}


def refused(answer: requests.Response, description: str) -> bool:
    expected = {"error": "invalid_request", "error_description": description}
    return answer.status_code == 400 and bool(answer.json() == expected)


def decoded(token: str) -> str:
    return base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()


# Exchange


def test_a_code_becomes_a_pair_of_tokens(client: Client) -> None:
    pair = client.sign_in()

    assert pair["token_type"] == "bearer"
    assert pair["expires_in"] == 7200
    assert sorted(pair["scope"].split()) == sorted(SCOPES.split())
    assert client.me(pair["access_token"]) == 200


def test_a_public_client_exchanges_with_its_client_id_alone(public: Client) -> None:
    assert public.me(public.sign_in()["access_token"]) == 200


def test_tokens_have_the_shape_of_tokens(client: Client) -> None:
    code = client.code()
    pair = client.exchange(code).json()

    assert decoded(code).endswith(":1:1:ac:1")
    assert decoded(pair["access_token"]).endswith(":1:1:at:1")
    assert decoded(pair["refresh_token"]).endswith(":1:1:rt:1")
    assert decoded(client.app.client_id).endswith(":1:ci")
    assert len(client.app.client_id) == 34


def test_without_offline_access_there_is_no_refresh_token(client: Client) -> None:
    assert "refresh_token" not in client.sign_in(scopes="tweet.read users.read")


def test_the_person_on_the_page_is_the_user_of_the_token(client: Client) -> None:
    token = client.sign_in("acme_ops")["access_token"]

    assert client.get("/2/users/me", token).json()["data"]["username"] == "acme_ops"


def test_a_code_dies_after_thirty_seconds(client: Client, sandbox: Sandbox) -> None:
    code = client.code()
    sandbox.advance(30)

    assert refused(client.exchange(code), INVALID_CODE)


def test_a_code_still_works_after_twenty_nine_seconds(client: Client, sandbox: Sandbox) -> None:
    code = client.code()
    sandbox.advance(29)

    assert client.exchange(code).status_code == 200


def test_a_reused_code_is_refused_and_ends_what_it_gave(client: Client) -> None:
    code = client.code()
    pair = client.exchange(code).json()

    assert refused(client.exchange(code), INVALID_CODE)
    assert client.me(pair["access_token"]) == 401
    assert refused(client.refresh(pair["refresh_token"]), INVALID_TOKEN)


def test_a_code_of_another_app_is_refused_and_not_used_up(client: Client, public: Client) -> None:
    code = client.code()

    assert refused(public.exchange(code), INVALID_CODE)
    assert client.exchange(code).status_code == 200


def test_the_verifier_must_fit_the_challenge(client: Client) -> None:
    answer = client.exchange(client.code(), code_verifier="y" * 43)

    assert refused(answer, "Value passed for the code verifier did not match the code challenge.")


def test_a_wrong_verifier_uses_the_code_up(client: Client) -> None:
    code = client.code()
    client.exchange(code, code_verifier="y" * 43)

    assert refused(client.exchange(code), INVALID_CODE)


def test_the_redirect_uri_must_be_that_of_the_consent(sandbox: Sandbox) -> None:
    uris = ["http://127.0.0.1:8739/callback", "http://127.0.0.1:8740/callback"]
    client = Client(sandbox, sandbox.add_app("Two Doors", redirect_uris=uris))

    answer = client.exchange(client.code(), redirect_uri=uris[1])

    assert refused(
        answer,
        "Value passed for the redirect uri did not match the uri of the authorization code.",
    )


@pytest.mark.parametrize("name", ["code", "redirect_uri", "code_verifier", "grant_type"])
def test_a_missing_parameter_is_named(client: Client, name: str) -> None:
    answer = client.exchange(client.code(), **{name: None})

    assert refused(answer, f"Missing required parameter [{name}].")


@pytest.mark.parametrize("grant_type", ["client_credentials", "password", "implicit"])
def test_other_grant_types_are_refused(client: Client, grant_type: str) -> None:
    answer = client.token(grant_type=grant_type)

    assert refused(
        answer,
        "Value passed for the grant type was invalid. Grant type should be one of "
        "[authorization_code, refresh_token].",
    )


def test_a_doubled_parameter_is_refused(client: Client) -> None:
    refresh_token = client.sign_in()["refresh_token"]
    form = [("grant_type", "refresh_token")] + [("refresh_token", refresh_token)] * 2

    answer = client.call(
        "POST",
        "/2/oauth2/token",
        data=form,
        auth=(client.app.client_id, client.app.client_secret),
    )

    assert answer.status_code == 400
    assert client.refresh(refresh_token).status_code == 200


def test_a_token_in_the_query_is_refused(client: Client) -> None:
    refresh_token = client.sign_in()["refresh_token"]

    answer = client.call(
        "POST",
        f"/2/oauth2/token?grant_type=refresh_token&refresh_token={refresh_token}",
        auth=(client.app.client_id, client.app.client_secret),
    )

    assert answer.status_code == 400
    assert client.refresh(refresh_token).status_code == 200


def test_a_json_body_is_refused(client: Client) -> None:
    answer = client.call(
        "POST",
        "/2/oauth2/token",
        json={"grant_type": "refresh_token", "refresh_token": "x"},
        auth=(client.app.client_id, client.app.client_secret),
    )

    assert answer.status_code == 400


# Client authentication


def test_a_confidential_client_needs_its_secret(client: Client) -> None:
    form = {"grant_type": "refresh_token", "refresh_token": client.sign_in()["refresh_token"]}
    wrong: list[dict[str, Any]] = [
        {"data": form | {"client_id": client.app.client_id}},
        {"data": form, "auth": (client.app.client_id, "wrong")},
        {"data": form, "auth": ("nobody", client.app.client_secret)},
        {"data": form, "headers": {"Authorization": "Basic !!!"}},
    ]

    for how in wrong:
        answer = client.call("POST", "/2/oauth2/token", **how)
        assert answer.status_code == 401
        assert answer.json() == NO_HEADER


def test_a_client_secret_in_the_body_is_refused(client: Client) -> None:
    form = {
        "grant_type": "refresh_token",
        "refresh_token": client.sign_in()["refresh_token"],
        "client_id": client.app.client_id,
        "client_secret": client.app.client_secret,
    }

    answer = client.call("POST", "/2/oauth2/token", data=form)

    assert answer.status_code == 401
    assert answer.json() == NO_HEADER


def test_a_public_client_that_sends_a_basic_header_is_refused(public: Client) -> None:
    form = {"grant_type": "refresh_token", "refresh_token": public.sign_in()["refresh_token"]}

    answer = public.call("POST", "/2/oauth2/token", data=form, auth=(public.app.client_id, ""))

    assert answer.json() == NO_HEADER


def test_a_public_client_must_name_itself(public: Client) -> None:
    answer = public.call("POST", "/2/oauth2/token", data={"grant_type": "refresh_token"})

    assert refused(answer, "Missing required parameter [client_id].")


def test_an_unknown_client_is_invalid_client(public: Client) -> None:
    form = {"grant_type": "refresh_token", "refresh_token": "x", "client_id": "nobody"}

    answer = public.call("POST", "/2/oauth2/token", data=form)

    assert answer.status_code == 401
    assert answer.json()["error"] == "invalid_client"


def test_the_client_id_may_stand_in_the_body_beside_the_header(client: Client) -> None:
    answer = client.exchange(client.code(), client_id=client.app.client_id)

    assert answer.status_code == 200


def test_two_different_client_ids_are_refused(client: Client, public: Client) -> None:
    answer = client.exchange(client.code(), client_id=public.app.client_id)

    assert answer.status_code == 400


# Refresh


def test_a_refresh_rotates_both_tokens_and_ends_the_old_access_token(client: Client) -> None:
    old = client.sign_in()
    new = client.refresh(old["refresh_token"]).json()

    assert new["refresh_token"] != old["refresh_token"]
    assert client.me(old["access_token"]) == 401
    assert client.me(new["access_token"]) == 200


def test_an_access_token_dies_after_two_hours(client: Client, sandbox: Sandbox) -> None:
    pair = client.sign_in()
    sandbox.advance(7199)
    assert client.me(pair["access_token"]) == 200

    sandbox.advance(1)
    assert client.me(pair["access_token"]) == 401
    assert client.refresh(pair["refresh_token"]).status_code == 200


def test_a_replayed_refresh_token_ends_the_family(client: Client, sandbox: Sandbox) -> None:
    old = client.sign_in()
    new = client.refresh(old["refresh_token"]).json()

    assert refused(client.refresh(old["refresh_token"]), INVALID_TOKEN)
    assert client.me(new["access_token"]) == 401
    assert refused(client.refresh(new["refresh_token"]), INVALID_TOKEN)
    assert sandbox.state()["replays"] == 1
    assert sandbox.state()["revoked_families"] == 1
    assert sandbox.state()["rotations"] == 1


def test_a_refresh_token_of_another_app_is_refused_and_stays_alive(
    client: Client, public: Client
) -> None:
    refresh_token = client.sign_in()["refresh_token"]

    assert refused(public.refresh(refresh_token), INVALID_TOKEN)
    assert client.refresh(refresh_token).status_code == 200


def test_an_unknown_refresh_token_changes_nothing(client: Client, sandbox: Sandbox) -> None:
    pair = client.sign_in()

    assert refused(client.refresh("nonsense"), INVALID_TOKEN)
    assert client.me(pair["access_token"]) == 200
    assert sandbox.state()["replays"] == 0


def test_an_access_token_is_not_a_refresh_token(client: Client) -> None:
    assert refused(client.refresh(client.sign_in()["access_token"]), INVALID_TOKEN)


def test_a_new_sign_in_ends_the_old_grant_of_the_same_user(client: Client) -> None:
    old = client.sign_in("acme")
    other = client.sign_in("acme_ops")
    new = client.sign_in("acme")

    assert client.me(old["access_token"]) == 401
    assert refused(client.refresh(old["refresh_token"]), INVALID_TOKEN)
    assert client.me(other["access_token"]) == 200
    assert client.me(new["access_token"]) == 200


def test_two_apps_of_one_user_do_not_disturb_each_other(client: Client, public: Client) -> None:
    here, there = client.sign_in(), public.sign_in()

    assert client.me(here["access_token"]) == 200
    assert public.me(there["access_token"]) == 200


def test_a_refresh_token_dies_after_half_a_year(client: Client, sandbox: Sandbox) -> None:
    pair = client.sign_in()
    sandbox.advance(181 * 86_400)

    assert refused(client.refresh(pair["refresh_token"]), INVALID_TOKEN)


def test_rotation_can_be_switched_off(client: Client, sandbox: Sandbox) -> None:
    sandbox.rotates = False
    old = client.sign_in()
    new = client.refresh(old["refresh_token"]).json()

    assert new["refresh_token"] == old["refresh_token"]
    assert client.refresh(old["refresh_token"]).status_code == 200


# Revoke


def test_revoking_the_access_token_leaves_the_refresh_token_alive(client: Client) -> None:
    pair = client.sign_in()

    assert client.revoke(pair["access_token"]).json() == {"revoked": True}
    assert client.me(pair["access_token"]) == 401
    assert client.refresh(pair["refresh_token"]).status_code == 200


def test_revoking_the_refresh_token_leaves_the_access_token_alive(client: Client) -> None:
    pair = client.sign_in()

    assert client.revoke(pair["refresh_token"]).json() == {"revoked": True}
    assert client.me(pair["access_token"]) == 200
    assert refused(client.refresh(pair["refresh_token"]), INVALID_TOKEN)


def test_revoking_an_unknown_token_is_no_error(client: Client) -> None:
    answer = client.revoke("nonsense")

    assert answer.status_code == 200
    assert answer.json() == {"revoked": True}


def test_a_token_of_another_app_survives_a_revocation(client: Client, public: Client) -> None:
    pair = client.sign_in()

    assert public.revoke(pair["access_token"]).status_code == 200
    assert client.me(pair["access_token"]) == 200


def test_a_public_client_revokes_with_its_client_id(public: Client) -> None:
    pair = public.sign_in()

    assert public.revoke(pair["access_token"]).status_code == 200
    assert public.me(pair["access_token"]) == 401


def test_revoking_needs_client_authentication_and_a_token(client: Client) -> None:
    pair = client.sign_in()

    naked = client.call("POST", "/2/oauth2/revoke", data={"token": pair["access_token"]})
    assert refused(naked, "Missing required parameter [client_id].")
    named = client.call(
        "POST",
        "/2/oauth2/revoke",
        data={"token": pair["access_token"], "client_id": client.app.client_id},
    )
    assert named.status_code == 401
    assert refused(client.revoke(""), "Missing required parameter [token].")
    assert client.me(pair["access_token"]) == 200


def test_a_bearer_token_is_not_touched_by_revoke(client: Client) -> None:
    bearer = client.bearer()

    assert client.revoke(bearer).status_code == 200
    assert client.get("/2/usage/tweets", bearer).status_code == 200


def test_the_verifier_must_be_long_enough(client: Client) -> None:
    assert len(VERIFIER) == 43
    assert client.exchange(client.code(), code_verifier=VERIFIER[:-1]).status_code == 400
