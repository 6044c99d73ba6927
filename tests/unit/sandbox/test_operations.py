"""Who may call what, how parameters are checked, and what refusals look like."""

import re
from typing import Any

import pytest

from core.catalogue import catalogue
from sandbox import Sandbox
from sandbox.catalogue import OPERATIONS
from tests.unit.sandbox.client import ACME, Client

FIXED = "1261326399320715264"
OTHER = "1278347468690915330"
EVERY_SCOPE = (
    "tweet.read tweet.write tweet.moderate.write users.read users.email like.read like.write "
    "bookmark.read bookmark.write timeline.read offline.access"
)


def message(answer: Any) -> str:
    assert answer.status_code == 400, answer.text
    return str(answer.json()["errors"][0]["message"])


# Who may call


@pytest.mark.parametrize("path", ["/2/tweets?ids=20", "/2/users/me", "/2/usage/tweets"])
def test_without_a_credential_every_operation_is_401(client: Client, path: str) -> None:
    answer = client.call("GET", path)

    assert answer.status_code == 401
    assert answer.json() == {
        "title": "Unauthorized",
        "type": "about:blank",
        "status": 401,
        "detail": "Unauthorized",
    }


@pytest.mark.parametrize("header", ["Bearer nonsense", "Bearer ", "Basic eDp5", "Digest x"])
def test_a_wrong_credential_is_401(client: Client, header: str) -> None:
    answer = client.call("GET", "/2/users/me", headers={"Authorization": header})

    assert answer.status_code == 401


def test_a_bearer_token_is_no_user(client: Client) -> None:
    answer = client.get("/2/users/me", client.bearer())

    assert answer.status_code == 403
    assert answer.json() == {
        "title": "Unsupported Authentication",
        "detail": "Authenticating with OAuth 2.0 Application-Only is forbidden for this "
        "endpoint.  Supported authentication types are [OAuth 1.0a User Context, OAuth 2.0 "
        "User Context].",
        "type": "https://api.twitter.com/2/problems/unsupported-authentication",
        "status": 403,
    }


def test_a_user_is_not_the_app(client: Client) -> None:
    token = client.sign_in()["access_token"]

    assert client.get("/2/usage/tweets", token).status_code == 403
    signed = client.call("GET", "/2/usage/tweets", auth=client.signer())
    assert "OAuth 1.0a User Context is forbidden" in signed.json()["detail"]


def test_a_bookmark_needs_oauth_2(client: Client) -> None:
    answer = client.call(
        "POST", f"/2/users/{ACME}/bookmarks", json={"tweet_id": FIXED}, auth=client.signer()
    )

    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("scopes", "method", "path", "body"),
    [
        ("tweet.read offline.access", "GET", "/2/users/me", None),
        ("users.read offline.access", "GET", "/2/users/me", None),
        ("tweet.read users.read", "POST", "/2/tweets", {"text": "x"}),
        ("tweet.read users.read", "DELETE", f"/2/tweets/{FIXED}", None),
        ("tweet.read users.read", "POST", f"/2/users/{ACME}/likes", {"tweet_id": FIXED}),
        ("tweet.read users.read", "GET", f"/2/users/{ACME}/bookmarks", None),
        ("tweet.read users.read", "GET", "/2/users/reposts_of_me", None),
        ("tweet.read users.read", "PUT", f"/2/tweets/{FIXED}/hidden", {"hidden": True}),
    ],
)
def test_a_scope_that_was_not_granted_is_403(
    client: Client, scopes: str, method: str, path: str, body: Any
) -> None:
    token = client.sign_in(scopes=scopes)["access_token"]

    answer = client.write(method, path, token, body)

    assert answer.status_code == 403
    assert answer.json()["detail"] == "Forbidden"


def test_an_app_in_no_package_is_not_enrolled(sandbox: Sandbox) -> None:
    client = Client(sandbox, sandbox.add_app("Loose App", enrolled=False))

    answer = client.get("/2/usage/tweets", client.bearer())

    assert answer.status_code == 403
    assert answer.json()["reason"] == "client-not-enrolled"
    assert answer.json()["client_id"] == client.app.app_id


def test_without_credits_reading_costs_402_and_the_checks_stay_free(sandbox: Sandbox) -> None:
    client = Client(sandbox, sandbox.add_app("Poor App", has_credits=False))
    bearer = client.bearer()

    answer = client.get("/2/tweets", bearer, ids=FIXED)

    assert answer.status_code == 402
    assert answer.json()["title"] == "CreditsDepleted"
    assert client.get("/2/usage/tweets", bearer).status_code == 200
    assert client.me(client.sign_in()["access_token"]) == 200


def test_what_x_has_and_the_sandbox_has_not_says_so(client: Client) -> None:
    answer = client.get("/2/lists/123/members", client.bearer())

    assert answer.status_code == 403
    assert answer.json()["title"] == "Not In The Sandbox"
    assert "GET /2/lists/{id}/members" in answer.json()["detail"]


def test_all_that_x_has_is_played_or_said_not_to_be(client: Client) -> None:
    played = {each.id for each in OPERATIONS} | {"getOpenApiSpec"}
    missing = [each for each in catalogue().operations if each.operation_id not in played]
    bearer = client.bearer()

    for each in missing:
        path = re.sub(r"\{\w+\}", "123", each.path)
        answer = client.call(each.method, path, headers={"Authorization": f"Bearer {bearer}"})
        told = (answer.status_code, answer.json()["title"])
        assert told == (403, "Not In The Sandbox"), each.operation_id

    # It could be read as a user's id.
    assert "/2/users/personalized_trends" in {each.path for each in missing}


def test_what_nobody_knows_is_404(client: Client) -> None:
    for path in ("/2/nonsense", "/", "/2/tweets/", "/2//tweets", "/oauth2"):
        assert client.get(path, client.bearer()).status_code == 404


def test_a_wrong_method_is_405(client: Client) -> None:
    assert client.call("GET", "/2/oauth2/token").status_code == 405
    assert client.call("OPTIONS", "/2/tweets").status_code == 405


# Parameters


def test_an_unknown_parameter_is_named_with_those_that_exist(client: Client) -> None:
    answer = client.get("/2/tweets", client.bearer(), ids=FIXED, nonsense="1")

    assert message(answer).startswith("The query parameter [nonsense] is not one of [ids,")
    assert answer.json()["errors"][0]["parameters"] == {"nonsense": ["1"]}
    assert answer.json()["title"] == "Invalid Request"
    assert answer.json()["type"].endswith("/invalid-request")


@pytest.mark.parametrize("query", ["", "ids=", "ids=abc", "ids=1,,2", "ids=1&ids=2", "ids=-1"])
def test_ids_are_required_once_and_numeric(client: Client, query: str) -> None:
    assert "ids" in message(client.get(f"/2/tweets?{query}", client.bearer()))


def test_a_hundred_ids_are_the_most(client: Client) -> None:
    bearer = client.bearer()
    many = [str(number) for number in range(1, 102)]

    assert client.get("/2/tweets", bearer, ids=",".join(many[:100])).status_code == 200
    assert "[101] is not between 1 and 100" in message(
        client.get("/2/tweets", bearer, ids=",".join(many))
    )


def test_a_wrong_field_is_answered_with_the_right_ones(client: Client) -> None:
    answer = client.get("/2/tweets", client.bearer(), ids=FIXED, **{"tweet.fields": "text,wrong"})

    assert message(answer).startswith(
        "The `tweet.fields` query parameter value [wrong] is not one of [article,attachments,"
    )


@pytest.mark.parametrize("size", ["9", "101", "ten", "1e2", ""])
def test_max_results_has_bounds(client: Client, size: str) -> None:
    answer = client.get("/2/tweets/search/recent", client.bearer(), query="a", max_results=size)

    assert "max_results" in message(answer)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"start_time": "2026-01-01T00:00:00Z"}, {"since_id": "1"}),
        ({"end_time": "2026-01-01T00:00:00Z"}, {"until_id": "1"}),
        ({"next_token": "x"}, {"pagination_token": "x"}),
    ],
)
def test_parameters_that_exclude_each_other_are_refused(
    client: Client, first: dict[str, str], second: dict[str, str]
) -> None:
    answer = client.get("/2/tweets/search/recent", client.bearer(), query="a", **first, **second)

    assert message(answer).startswith("Only one of")


@pytest.mark.parametrize("moment", ["2026-01-01", "2026-13-01T00:00:00Z", "now", "1700000000"])
def test_times_are_rfc_3339(client: Client, moment: str) -> None:
    answer = client.get(f"/2/users/{ACME}/tweets", client.bearer(), start_time=moment)

    assert "RFC 3339" in message(answer)


def test_an_id_in_the_path_is_numeric(client: Client) -> None:
    assert "[abc] is not valid" in message(client.get("/2/tweets/abc", client.bearer()))
    assert client.get("/2/users/by/username/a-b", client.bearer()).status_code == 400


def test_a_users_own_lists_are_their_own(client: Client) -> None:
    token = client.sign_in("acme_ops", EVERY_SCOPE)["access_token"]

    assert "must be the same" in message(client.get(f"/2/users/{ACME}/bookmarks", token))


# Both families of names


def test_the_old_names_are_answered_at_first(client: Client) -> None:
    bearer = client.bearer()

    assert client.get("/2/tweets", bearer, ids=FIXED, **{"tweet.fields": "lang"}).ok
    answer = client.get("/2/tweets", bearer, ids=FIXED, **{"post.fields": "lang"})
    assert "[post.fields] is not one of" in message(answer)
    assert "tweet.fields" in message(answer)


def test_the_new_names_can_be_switched_on(client: Client, sandbox: Sandbox) -> None:
    sandbox.field_family = "post"
    bearer = client.bearer()

    answer = client.get(
        "/2/tweets", bearer, ids=FIXED, expansions="author_id", **{"post.fields": "public_metrics"}
    )
    post = answer.json()["data"][0]
    assert post["edit_history_post_ids"] == [FIXED]
    assert post["public_metrics"]["repost_count"] == 5
    assert post["author_id"] == ACME
    old = client.get("/2/tweets", bearer, ids=FIXED, **{"tweet.fields": "lang"})
    assert "[tweet.fields] is not one of" in message(old)


def test_there_are_two_families(sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match="families"):
        sandbox.field_family = "status"


# Lookups


def test_posts_by_ids_come_with_partial_errors(client: Client) -> None:
    answer = client.get("/2/tweets", client.bearer(), ids=f"{FIXED},{OTHER},20")

    assert answer.status_code == 200
    assert [post["id"] for post in answer.json()["data"]] == [FIXED, OTHER]
    assert set(answer.json()["data"][0]) == {"id", "text", "edit_history_tweet_ids"}
    assert answer.json()["errors"] == [
        {
            "value": "20",
            "detail": "Could not find tweet with ids: [20].",
            "title": "Not Found Error",
            "resource_type": "tweet",
            "parameter": "ids",
            "resource_id": "20",
            "type": "https://api.twitter.com/2/problems/resource-not-found",
        }
    ]


def test_nothing_found_is_a_200_with_errors_only(client: Client) -> None:
    answer = client.get("/2/tweets/20", client.bearer())

    assert answer.status_code == 200
    assert set(answer.json()) == {"errors"}


def test_fields_and_expansions_bring_what_they_name(client: Client) -> None:
    answer = client.get(
        f"/2/tweets/{FIXED}",
        client.bearer(),
        expansions="author_id",
        **{"tweet.fields": "created_at,public_metrics", "user.fields": "verified"},
    ).json()

    assert answer["data"]["created_at"] == "2020-05-15T16:03:42.566Z"
    assert answer["data"]["public_metrics"]["like_count"] == 40
    assert answer["data"]["author_id"] == ACME
    assert answer["includes"]["users"] == [
        {"id": ACME, "name": "Acme", "username": "acme", "verified": True}
    ]


def test_users_are_found_by_id_and_by_name(client: Client) -> None:
    bearer = client.bearer()

    by_name = client.get("/2/users/by/username/ACME", bearer).json()["data"]
    by_id = client.get(f"/2/users/{ACME}", bearer).json()["data"]
    several = client.get("/2/users/by", bearer, usernames="acme,acme_ops,nobody_x").json()
    by_ids = client.get("/2/users", bearer, ids=f"{ACME},1").json()

    assert by_name == by_id == {"id": ACME, "name": "Acme", "username": "acme"}
    assert [user["username"] for user in several["data"]] == ["acme", "acme_ops"]
    assert several["errors"][0]["value"] == "nobody_x"
    assert by_ids["errors"][0]["resource_type"] == "user"


def test_an_email_is_shown_only_to_its_owner_with_the_scope(client: Client) -> None:
    fields = {"user.fields": "confirmed_email"}
    without = client.sign_in()["access_token"]
    assert "confirmed_email" not in client.get("/2/users/me", without, **fields).json()["data"]

    token = client.sign_in(scopes=EVERY_SCOPE)["access_token"]
    assert client.get("/2/users/me", token, **fields).json()["data"]["confirmed_email"]


def test_usage_counts_the_posts_that_were_read(client: Client) -> None:
    bearer = client.bearer()
    assert client.get("/2/usage/tweets", bearer).json()["data"]["project_usage"] == "0"

    client.get("/2/tweets", bearer, ids=f"{FIXED},{OTHER},20")

    usage = client.get(
        "/2/usage/tweets", bearer, **{"usage.fields": "daily_client_app_usage"}
    ).json()["data"]
    assert usage["project_usage"] == "2"
    assert usage["daily_client_app_usage"][0]["client_app_id"] == client.app.app_id
    assert usage["daily_client_app_usage"][0]["usage"][0]["usage"] == "2"
