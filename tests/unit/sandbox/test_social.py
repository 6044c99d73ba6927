"""What people do to each other in the practice world, and that it shows."""

from typing import Any

import pytest

from sandbox import Sandbox
from sandbox.scope_words import ALL
from tests.unit.sandbox.client import ACME, ACME_OPS, Client

TESS = "1510099128"
ADA = "1100200301"
QUIET = "3108351019"
CLOUD = "1390081555"
LIST = "1441162269824405510"
PRIVATE = "1533124957120512005"  # of acme
FIXED = "1261326399320715264"
HOME = f"/2/users/{ACME}/timelines/reverse_chronological"
DAYS = {"start_time": "2026-01-01T00:00:00Z", "end_time": "2026-01-04T00:00:00Z"}


@pytest.fixture
def token(client: Client) -> str:
    return str(client.sign_in(scopes=" ".join(ALL))["access_token"])


def ids(client: Client, path: str, token: str, **query: Any) -> list[str]:
    answer = client.get(path, token, **query)
    assert answer.status_code == 200, answer.text
    return [row["id"] for row in answer.json().get("data", [])]


def authors(client: Client, token: str) -> set[str]:
    fields = {"tweet.fields": "author_id", "max_results": 100}
    return {row["author_id"] for row in client.get(HOME, token, **fields).json()["data"]}


def test_who_is_unfollowed_leaves_the_home_timeline_and_comes_back(
    client: Client, token: str
) -> None:
    assert TESS in authors(client, token)

    gone = client.write("DELETE", f"/2/users/{ACME}/following/{TESS}", token)
    assert gone.json() == {"data": {"following": False}}
    assert TESS not in authors(client, token)
    assert TESS not in ids(client, f"/2/users/{ACME}/following", token)
    assert ACME not in ids(client, f"/2/users/{TESS}/followers", token)

    back = client.write("POST", f"/2/users/{ACME}/following", token, {"target_user_id": TESS})
    assert back.json() == {"data": {"following": True, "pending_follow": False}}
    assert TESS in authors(client, token)


def test_a_protected_account_is_asked_first(client: Client, token: str) -> None:
    body = {"target_user_id": QUIET}
    answer = client.write("POST", f"/2/users/{ACME}/following", token, body)

    assert answer.json() == {"data": {"following": False, "pending_follow": True}}
    fields = {"user.fields": "connection_status"}
    shown = client.get(f"/2/users/{QUIET}", token, **fields).json()["data"]
    assert "follow_request_sent" in shown["connection_status"]


@pytest.mark.parametrize(("target", "status"), [(ACME, 403), (CLOUD, 403), ("20", 404)])
def test_not_everybody_can_be_followed(
    client: Client, token: str, target: str, status: int
) -> None:
    body = {"target_user_id": target}

    assert client.write("POST", f"/2/users/{ACME}/following", token, body).status_code == status


def test_who_is_muted_is_listed_and_silent(client: Client, token: str) -> None:
    client.write("POST", f"/2/users/{ACME}/muting", token, {"target_user_id": ADA})

    assert ids(client, f"/2/users/{ACME}/muting", token) == [ADA]
    assert ADA not in authors(client, token)
    fields = {"user.fields": "connection_status"}
    shown = client.get(f"/2/users/{ADA}", token, **fields).json()["data"]
    assert "muting" in shown["connection_status"]

    client.write("DELETE", f"/2/users/{ACME}/muting/{ADA}", token)
    assert ids(client, f"/2/users/{ACME}/muting", token) == []


def test_only_ones_own_account_follows_and_mutes(client: Client, token: str) -> None:
    for path in (f"/2/users/{ACME_OPS}/following/{ADA}", f"/2/users/{ACME_OPS}/muting/{ADA}"):
        answer = client.write("DELETE", path, token)
        assert answer.status_code == 400
        assert "source_user_id" in answer.json()["errors"][0]["parameters"]


def test_who_is_blocked_is_listed_and_not_followed(client: Client, token: str) -> None:
    assert ids(client, f"/2/users/{ACME}/blocking", token) == [CLOUD]
    assert CLOUD not in ids(client, f"/2/users/{ACME}/following", token)


def test_affiliates_name_their_organisation(client: Client, token: str) -> None:
    fields = {"user.fields": "affiliation", "expansions": "affiliation.user_id"}
    answer = client.get(f"/2/users/{ACME}/affiliates", token, **fields).json()

    assert [row["id"] for row in answer["data"]] == [ACME_OPS, "2244410115"]
    assert {row["affiliation"]["user_id"][0] for row in answer["data"]} == {ACME}
    assert [row["id"] for row in answer["includes"]["users"]] == [ACME]


def test_users_are_found_by_words_page_by_page(client: Client, token: str) -> None:
    first = client.get("/2/users/search", token, query="acme", max_results=1).json()
    second = client.get(
        "/2/users/search",
        token,
        query="acme",
        max_results=1,
        next_token=first["meta"]["next_token"],
    ).json()

    assert [first["data"][0]["username"], second["data"][0]["username"]] == ["acme", "acme_ops"]
    assert client.get("/2/users/search", token, query="nobody at all").json() == {"meta": {}}


def test_public_keys_are_stable_and_differ(client: Client, token: str) -> None:
    answer = client.get("/2/users/public_keys", token, ids=f"{ACME},{TESS},20").json()
    single = client.get(f"/2/users/{ACME}/public_keys", token).json()

    assert single["data"] == answer["data"][:1]
    assert answer["data"][0]["public_key"] != answer["data"][1]["public_key"]
    assert answer["errors"][0]["value"] == "20"


def test_what_was_done_outlives_a_restart(tmp_path: Any) -> None:
    file = tmp_path / "sandbox.json"
    with Sandbox(state_file=file) as first:
        client = Client(first)
        token = str(client.sign_in(scopes=" ".join(ALL))["access_token"])
        client.write("POST", f"/2/users/{ACME}/muting", token, {"target_user_id": ADA})
        client.write("POST", f"/2/users/{ACME}/pinned_lists", token, {"list_id": LIST})
        client.write(
            "POST", "/2/tweets/search/stream/rules", client.bearer(), {"add": [{"value": "cat"}]}
        )
    with Sandbox(state_file=file) as second:
        client = Client(second)
        rules = client.get("/2/tweets/search/stream/rules", client.bearer()).json()

        assert ids(client, f"/2/users/{ACME}/muting", token) == [ADA]
        assert ids(client, f"/2/users/{ACME}/pinned_lists", token) == [LIST]
        assert rules["data"][0]["value"] == "cat"


# Lists


def test_lists_are_followed_pinned_and_let_go(client: Client, token: str) -> None:
    own, followed = f"/2/users/{ACME}/owned_lists", f"/2/users/{ACME}/followed_lists"
    pinned = f"/2/users/{ACME}/pinned_lists"

    assert PRIVATE in ids(client, own, token)
    assert LIST in ids(client, followed, token)
    client.write("DELETE", f"{followed}/{LIST}", token)
    assert LIST not in ids(client, followed, token)
    client.write("POST", followed, token, {"list_id": LIST})
    assert LIST in ids(client, followed, token)
    client.write("POST", pinned, token, {"list_id": PRIVATE})
    assert ids(client, pinned, token) == [PRIVATE]
    client.write("DELETE", f"{pinned}/{PRIVATE}", token)
    assert ids(client, pinned, token) == []


def test_a_private_list_is_its_owners_alone(client: Client, token: str) -> None:
    assert PRIVATE not in ids(client, f"/2/users/{ACME}/owned_lists", client.bearer())
    other = str(client.sign_in("acme_ops", " ".join(ALL))["access_token"])
    body = {"list_id": PRIVATE}
    answer = client.write("POST", f"/2/users/{ACME_OPS}/followed_lists", other, body)
    assert answer.status_code == 404


def test_lists_have_fields_owners_and_members(client: Client, token: str) -> None:
    fields = {"list.fields": "member_count,follower_count,private", "expansions": "owner_id"}
    answer = client.get(f"/2/users/{ACME}/list_memberships", token, **fields).json()

    assert answer["data"][0] == {
        "id": LIST,
        "name": "People who read headers",
        "member_count": 4,
        "follower_count": 2,
        "owner_id": "2244999021",
        "private": False,
    }
    assert answer["includes"]["users"][0]["username"] == "PracticeDevs"
    assert client.get("/2/users/20/owned_lists", token).json()["errors"][0]["value"] == "20"


# Archive and analytics


def test_the_archive_reaches_further_than_the_last_days(client: Client) -> None:
    bearer = client.bearer()
    query = {"query": "from:acme PKCE", "max_results": 10}

    assert client.get("/2/tweets/search/recent", bearer, **query).json()["meta"] == {
        "result_count": 0
    }
    assert FIXED in ids(client, "/2/tweets/search/all", bearer, **query)


def test_the_archive_is_searched_once_a_second() -> None:
    with Sandbox(now=lambda: 1_790_000_000.2) as frozen:  # else a second may end between the two
        client = Client(frozen)
        bearer = client.bearer()

        first = client.get("/2/tweets/search/all", bearer, query="acme")
        second = client.get("/2/tweets/search/all", bearer, query="acme")
        frozen.advance(1.1)
        third = client.get("/2/tweets/search/all", bearer, query="acme")

    assert [one.status_code for one in (first, second, third)] == [200, 429, 200]
    assert "x-app-limit-24hour-limit" not in first.headers


def test_all_counts_add_up(client: Client) -> None:
    answer = client.get(
        "/2/tweets/counts/all", client.bearer(), query="from:acme", granularity="day"
    ).json()

    total = sum(row["tweet_count"] for row in answer["data"])
    assert total == answer["meta"]["total_tweet_count"] > 0


def test_analytics_are_of_ones_own_posts(client: Client, token: str) -> None:
    answer = client.get(
        "/2/tweets/analytics", token, ids=f"{FIXED},1278347468690915330,20", **DAYS
    ).json()

    assert [row["id"] for row in answer["data"]] == [FIXED]
    assert answer["data"][0]["likes"] == 40
    assert [error["title"] for error in answer["errors"]] == [
        "Authorization Error",
        "Not Found Error",
    ]


def test_analytics_come_in_steps(client: Client, token: str) -> None:
    answer = client.get("/2/tweets/analytics", token, ids=FIXED, granularity="daily", **DAYS)
    rows = answer.json()["data"][0]["timestamped_metrics"]

    assert [row["timestamp"][:10] for row in rows] == ["2026-01-01", "2026-01-02", "2026-01-03"]
    backwards = {"start_time": DAYS["end_time"], "end_time": DAYS["start_time"]}
    assert client.get("/2/tweets/analytics", token, ids=FIXED, **backwards).status_code == 400


def test_pages_tell_of_themselves_what_xs_file_says_and_no_more(client: Client, token: str) -> None:
    mine, post = f"/2/users/{ACME}", {"tweet_id": FIXED}
    made = client.write("POST", f"{mine}/bookmarks/folders", token, {"name": "Later"})
    folder = made.json()["data"]["id"]
    client.write("POST", f"{mine}/bookmarks/folders", token, {"name": "Never"})
    client.write("POST", f"{mine}/bookmarks", token, {**post, "folder_id": folder})
    client.write("POST", f"{mine}/likes", token, post)
    client.write("POST", f"{mine}/retweets", token, post)
    client.write("POST", "/2/tweets", token, {"text": "Look", "quote_tweet_id": FIXED})
    ends = {"newest_id", "oldest_id", "result_count"}

    def meta(path: str, **query: Any) -> set[str]:
        answer = client.get(path, token, **query).json()
        assert answer["data"], path
        return set(answer.get("meta", {})) - {"next_token"}

    for path in (f"{mine}/tweets", f"{mine}/mentions", HOME):
        assert meta(path) == ends
    for path in (f"{mine}/bookmarks", f"{mine}/liked_tweets", "/2/users/reposts_of_me"):
        assert meta(path) == {"result_count"}
    for path in (f"/2/tweets/{FIXED}/retweets", f"/2/tweets/{FIXED}/quote_tweets"):
        assert meta(path) == {"result_count"}
    assert meta(f"{mine}/bookmarks/folders", max_results=1) == set()
    assert meta(f"{mine}/bookmarks/folders/{folder}") == set()
    assert (
        "next_token" in client.get(f"{mine}/bookmarks/folders", token, max_results=1).json()["meta"]
    )
