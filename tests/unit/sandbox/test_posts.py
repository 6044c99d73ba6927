"""Reading and writing Posts: timelines, search, pages, likes, bookmarks."""

import datetime as dt
from typing import Any

import pytest

from sandbox import Sandbox
from sandbox.writing import weight
from tests.unit.sandbox.client import ACME, ACME_OPS, Client
from tests.unit.sandbox.test_operations import EVERY_SCOPE, FIXED, OTHER, message

PROTECTED = "3108351019"


@pytest.fixture
def bearer(client: Client) -> str:
    return client.bearer()


@pytest.fixture
def acme(client: Client) -> str:
    """Return an Access Token of @acme with every scope that the tests need."""
    return str(client.sign_in("acme", EVERY_SCOPE)["access_token"])


def all_pages(client: Client, path: str, token: str, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    more: dict[str, str] = {}
    while True:
        answer = client.get(path, token, **query, **more).json()
        found += answer["data"]
        assert answer["meta"]["result_count"] == len(answer["data"])
        if "next_token" not in answer["meta"]:
            return found
        more = {"pagination_token": answer["meta"]["next_token"]}


# The practice world


def test_the_last_seven_days_hold_enough_posts(client: Client, bearer: str) -> None:
    found = all_pages(client, "/2/tweets/search/recent", bearer, query="lang:en", max_results=100)
    reposts = all_pages(
        client, "/2/tweets/search/recent", bearer, query="is:retweet", max_results=100
    )

    assert len(found) + len(reposts) >= 110  # the protected account's are not among them


def test_the_world_is_the_same_for_everybody(client: Client, bearer: str) -> None:
    newest = client.get("/2/tweets/search/recent", bearer, query="lang:en").json()["data"]
    with Sandbox() as second:
        other = Client(second)
        again = other.get("/2/tweets/search/recent", other.bearer(), query="lang:en")

    assert again.json()["data"] == newest


def test_time_brings_new_posts(client: Client, sandbox: Sandbox, bearer: str) -> None:
    def newest() -> int:
        answer = client.get("/2/tweets/search/recent", bearer, query="lang:en")
        return int(answer.json()["meta"]["newest_id"])

    before = newest()
    sandbox.advance(86_400)
    assert newest() > before


# Search


@pytest.mark.parametrize(
    "query",
    [
        "from:acme",
        "#XAPI",
        "@acme",
        '"rate limit"',
        "is:reply -from:acme",
        "is:quote lang:en",
        "(from:acme OR from:jonas_b) -has:links",
        "has:hashtags",
        "to:acme OR has:links",
    ],
)
def test_the_search_language_finds_something(client: Client, bearer: str, query: str) -> None:
    assert client.get("/2/tweets/search/recent", bearer, query=query).json()["data"]


def test_a_search_finds_what_it_says(client: Client, bearer: str) -> None:
    found = all_pages(
        client,
        "/2/tweets/search/recent",
        bearer,
        query="from:acme -is:reply release",
        **{"tweet.fields": "author_id"},
    )

    assert found
    assert all(post["author_id"] == ACME for post in found)
    assert all("release" in post["text"].lower() for post in found)


@pytest.mark.parametrize("query", ["(", "a OR", ")", '"open', "sample:10", "()", "a (b"])
def test_a_query_that_cannot_be_understood_is_refused(
    client: Client, bearer: str, query: str
) -> None:
    answer = client.get("/2/tweets/search/recent", bearer, query=query)

    assert message(answer).startswith("There were errors processing your request")


def test_a_query_of_more_than_512_characters_is_refused(client: Client, bearer: str) -> None:
    answer = client.get("/2/tweets/search/recent", bearer, query="x" * 513)

    assert "longer than 512" in message(answer)


def test_nothing_found_is_a_count_of_zero_without_data(client: Client, bearer: str) -> None:
    answer = client.get("/2/tweets/search/recent", bearer, query="xylophoneless")

    assert answer.json() == {"meta": {"result_count": 0}}


def test_search_goes_back_seven_days(client: Client, bearer: str) -> None:
    old = (dt.datetime.now(dt.UTC) - dt.timedelta(days=8)).strftime("%Y-%m-%dT%H:%M:%SZ")

    answer = client.get("/2/tweets/search/recent", bearer, query="a", start_time=old)

    assert "'start_time' must be on or after" in message(answer)


def test_counts_add_up_to_what_search_finds(client: Client, bearer: str) -> None:
    found = all_pages(client, "/2/tweets/search/recent", bearer, query="from:acme", max_results=100)

    answer = client.get("/2/tweets/counts/recent", bearer, query="from:acme", granularity="day")

    counts = [row["tweet_count"] for row in answer.json()["data"]]
    assert sum(counts) == answer.json()["meta"]["total_tweet_count"] == len(found)
    assert 8 <= len(counts) <= 9


def test_counts_need_no_scope_but_refuse_oauth_1(client: Client) -> None:
    token = client.sign_in(scopes="offline.access")["access_token"]

    assert client.get("/2/tweets/counts/recent", token, query="a").status_code == 200
    signed = client.call("GET", "/2/tweets/counts/recent?query=a", auth=client.signer())
    assert signed.status_code == 403


# Pages


def test_pages_follow_each_other_without_gap_or_repeat(client: Client, bearer: str) -> None:
    path = f"/2/users/{ACME}/tweets"

    small = [post["id"] for post in all_pages(client, path, bearer, max_results=5)]
    large = [post["id"] for post in all_pages(client, path, bearer, max_results=100)]

    assert small == large
    assert small == sorted(small, key=int, reverse=True)
    assert len(small) > 15


def test_a_new_post_does_not_shift_the_pages(client: Client, acme: str) -> None:
    path = f"/2/users/{ACME}/tweets"
    before = [post["id"] for post in all_pages(client, path, acme, max_results=100)]
    first = client.get(path, acme, max_results=5).json()
    client.write("POST", "/2/tweets", acme, {"text": "in between"})

    second = client.get(
        path, acme, max_results=5, pagination_token=first["meta"]["next_token"]
    ).json()

    assert [post["id"] for post in second["data"]] == before[5:10]


def test_the_previous_token_leads_back(client: Client, bearer: str) -> None:
    path = f"/2/users/{ACME}/tweets"
    first = client.get(path, bearer, max_results=5).json()
    second = client.get(
        path, bearer, max_results=5, pagination_token=first["meta"]["next_token"]
    ).json()

    again = client.get(
        path, bearer, max_results=5, pagination_token=second["meta"]["previous_token"]
    ).json()

    assert again["data"] == first["data"]
    assert "previous_token" not in first["meta"]


@pytest.mark.parametrize("token", ["nonsense", "a" * 40, "ÿ", "0" * 16])
def test_an_invented_page_token_is_refused(client: Client, bearer: str, token: str) -> None:
    answer = client.get(f"/2/users/{ACME}/tweets", bearer, pagination_token=token)

    assert "is not valid" in message(answer)


def test_a_page_token_of_another_list_is_refused(client: Client, bearer: str) -> None:
    first = client.get(f"/2/users/{ACME}/tweets", bearer, max_results=5).json()

    answer = client.get(
        f"/2/users/{ACME_OPS}/tweets", bearer, pagination_token=first["meta"]["next_token"]
    )

    assert "is not valid" in message(answer)


# Timelines


def test_a_window_of_time_and_ids_is_kept_to(client: Client, bearer: str) -> None:
    path = f"/2/users/{ACME}/tweets"
    ids = [post["id"] for post in all_pages(client, path, bearer, max_results=100)]

    inside = all_pages(client, path, bearer, since_id=ids[8], until_id=ids[2])

    assert [post["id"] for post in inside] == ids[3:8]


def test_replies_and_reposts_can_be_left_out(client: Client, bearer: str) -> None:
    path = f"/2/users/{ACME}/tweets"
    fields = {"tweet.fields": "referenced_tweets", "max_results": 100}

    kept = all_pages(client, path, bearer, exclude="replies,retweets", **fields)

    kinds = {ref["type"] for post in kept for ref in post.get("referenced_tweets", [])}
    assert kinds <= {"quoted"}


def test_mentions_mention(client: Client, bearer: str) -> None:
    found = all_pages(client, f"/2/users/{ACME}/mentions", bearer)

    assert found
    assert all("@acme" in post["text"].lower() for post in found)


def test_the_home_timeline_is_for_its_owner(client: Client, acme: str) -> None:
    path = f"/2/users/{ACME}/timelines/reverse_chronological"

    assert client.get(path, acme).json()["meta"]["result_count"] == 100
    assert client.get(path.replace(ACME, ACME_OPS), acme).status_code == 400


def test_a_protected_account_is_seen_by_itself_alone(client: Client, bearer: str) -> None:
    path = f"/2/users/{PROTECTED}/tweets"
    owner = client.sign_in("quiet_corner")["access_token"]
    post_id = client.get(path, owner).json()["data"][0]["id"]

    refused = client.get(path, bearer).json()
    assert refused["errors"][0]["type"].endswith("/not-authorized-for-resource")
    assert "data" not in client.get(f"/2/tweets/{post_id}", bearer).json()
    assert client.get(f"/2/tweets/{post_id}", owner).json()["data"]["id"] == post_id


# Writing


def test_a_created_post_is_there_at_once_and_a_deleted_one_gone(
    client: Client, acme: str, bearer: str
) -> None:
    answer = client.write("POST", "/2/tweets", acme, {"text": "Fresh from the sandbox"})
    assert answer.status_code == 201
    post_id = answer.json()["data"]["id"]
    assert answer.json()["data"]["text"] == "Fresh from the sandbox"

    assert client.get(f"/2/tweets/{post_id}", bearer).json()["data"]["id"] == post_id
    newest = client.get(f"/2/users/{ACME}/tweets", bearer).json()["data"][0]
    assert newest["id"] == post_id

    gone = client.write("DELETE", f"/2/tweets/{post_id}", acme)
    assert gone.json() == {"data": {"deleted": True}}
    assert "errors" in client.get(f"/2/tweets/{post_id}", bearer).json()


def test_the_same_text_twice_is_refused_until_the_first_is_deleted(
    client: Client, acme: str
) -> None:
    first = client.write("POST", "/2/tweets", acme, {"text": "Once"}).json()["data"]["id"]

    again = client.write("POST", "/2/tweets", acme, {"text": "Once"})
    assert again.status_code == 403
    assert again.json()["detail"] == (
        "You are not allowed to create a Tweet with duplicate content."
    )

    client.write("DELETE", f"/2/tweets/{first}", acme)
    assert client.write("POST", "/2/tweets", acme, {"text": "Once"}).status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": ""},
        {"text": "   "},
        {"text": 1},
        {"text": "x", "nonsense": 1},
        {"text": "x", "quote_tweet_id": "abc"},
        {"text": "x", "reply": {}},
        {"text": "x", "reply": {"in_reply_to_tweet_id": "abc"}},
        {"text": "x", "reply_settings": "nobody"},
        {"text": "x", "poll": {"options": ["a"], "duration_minutes": 5}},
        {"text": "x", "poll": {"options": ["a", "b"], "duration_minutes": 4}},
        {"text": "x", "poll": {"options": ["a", "b"], "duration_minutes": True}},
        {"text": "x", "poll": {"options": ["a", "b"]}, "quote_tweet_id": FIXED},
        {"text": "x", "media": {"media_ids": ["1"]}},
        [],
        "text",
    ],
)
def test_a_body_that_x_would_not_take_is_refused(client: Client, acme: str, body: Any) -> None:
    answer = client.write("POST", "/2/tweets", acme, body)

    assert message(answer)


def test_a_form_is_not_a_post(client: Client, acme: str) -> None:
    answer = client.call(
        "POST", "/2/tweets", data={"text": "x"}, headers={"Authorization": f"Bearer {acme}"}
    )

    assert answer.status_code == 400


def test_a_post_has_280_letters_and_a_link_counts_23(client: Client, acme: str) -> None:
    assert weight("ä" * 3) == 3
    assert weight("日本") == 4
    assert weight("see https://example.com/" + "x" * 100) == 4 + 23

    assert client.write("POST", "/2/tweets", acme, {"text": "a" * 280}).status_code == 201
    assert client.write("POST", "/2/tweets", acme, {"text": "b" * 281}).status_code == 403


def test_a_reply_and_a_quote_are_counted_at_their_post(client: Client, acme: str) -> None:
    metrics = {"tweet.fields": "public_metrics"}
    before = client.get(f"/2/tweets/{OTHER}", acme, **metrics).json()["data"]["public_metrics"]

    reply = {"text": "Thanks", "reply": {"in_reply_to_tweet_id": OTHER}}
    assert client.write("POST", "/2/tweets", acme, reply).status_code == 201
    quote = {"text": "See this", "quote_tweet_id": OTHER}
    quoting = client.write("POST", "/2/tweets", acme, quote).json()["data"]["id"]

    after = client.get(f"/2/tweets/{OTHER}", acme, **metrics).json()["data"]["public_metrics"]
    assert after["reply_count"] == before["reply_count"] + 1
    assert after["quote_count"] == before["quote_count"] + 1
    quotes = client.get(f"/2/tweets/{OTHER}/quote_tweets", acme).json()["data"]
    assert [post["id"] for post in quotes] == [quoting]


def test_nobody_deletes_the_post_of_another(client: Client, acme: str) -> None:
    assert client.write("DELETE", f"/2/tweets/{OTHER}", acme).status_code == 403
    assert client.write("DELETE", "/2/tweets/20", acme).status_code == 404


def test_a_reply_can_be_hidden_by_whom_it_answers(client: Client, acme: str) -> None:
    other = client.sign_in("acme_ops", EVERY_SCOPE)["access_token"]
    reply = {"text": "Hm", "reply": {"in_reply_to_tweet_id": FIXED}}
    post_id = client.write("POST", "/2/tweets", other, reply).json()["data"]["id"]
    path = f"/2/tweets/{post_id}/hidden"

    assert client.write("PUT", path, other, {"hidden": True}).status_code == 403
    assert client.write("PUT", path, acme, {"hidden": True}).json() == {"data": {"hidden": True}}
    assert client.write("PUT", path, acme, {"hidden": "yes"}).status_code == 400


# Likes, reposts, bookmarks


def test_a_like_is_counted_and_can_be_taken_back(client: Client, acme: str) -> None:
    path = f"/2/users/{ACME}/likes"

    assert client.write("POST", path, acme, {"tweet_id": OTHER}).json()["data"] == {"liked": True}
    liked = client.get(f"/2/users/{ACME}/liked_tweets", acme).json()["data"]
    assert [post["id"] for post in liked] == [OTHER]
    users = client.get(f"/2/tweets/{OTHER}/liking_users", acme).json()["data"]
    assert users[0]["username"] == "acme"

    back = client.write("DELETE", f"{path}/{OTHER}", acme)
    assert back.json() == {"data": {"liked": False}}
    assert client.get(f"/2/users/{ACME}/liked_tweets", acme).json() == {"meta": {"result_count": 0}}


def test_a_repost_is_listed_and_can_be_taken_back(client: Client, acme: str) -> None:
    path = f"/2/users/{ACME}/retweets"

    made = client.write("POST", path, acme, {"tweet_id": OTHER}).json()["data"]
    assert made["retweeted"] is True
    again = client.write("POST", path, acme, {"tweet_id": OTHER}).json()["data"]
    assert again["rest_id"] == made["rest_id"]
    listed = client.get(f"/2/tweets/{OTHER}/retweets", acme).json()["data"]
    assert [post["id"] for post in listed] == [made["rest_id"]]
    names = [
        user["username"]
        for user in client.get(f"/2/tweets/{OTHER}/retweeted_by", acme).json()["data"]
    ]
    assert names[0] == "acme"

    client.write("DELETE", f"{path}/{OTHER}", acme)
    assert client.get(f"/2/tweets/{OTHER}/retweets", acme).json() == {"meta": {"result_count": 0}}


def test_reposts_of_me_are_mine(client: Client, acme: str) -> None:
    other = client.sign_in("acme_ops", EVERY_SCOPE)["access_token"]
    client.write("POST", f"/2/users/{ACME_OPS}/retweets", other, {"tweet_id": FIXED})

    answer = client.get("/2/users/reposts_of_me", acme, **{"tweet.fields": "author_id"})

    posts = answer.json()["data"]
    assert FIXED in [post["id"] for post in posts]
    assert {post["author_id"] for post in posts} == {ACME}


def test_bookmarks_and_folders_keep_posts(client: Client, acme: str) -> None:
    root = f"/2/users/{ACME}/bookmarks"
    made = client.write("POST", f"{root}/folders", acme, {"name": "Later"})
    assert made.status_code == 201
    folder = made.json()["data"]["id"]

    client.write("POST", root, acme, {"tweet_id": OTHER})
    kept = client.write("POST", root, acme, {"tweet_id": FIXED, "folder_id": folder})
    assert kept.json() == {"data": {"bookmarked": True}}

    listed = client.get(root, acme).json()["data"]
    assert [post["id"] for post in listed] == [FIXED, OTHER]
    assert client.get(f"{root}/folders", acme).json()["data"] == [{"id": folder, "name": "Later"}]
    filed = client.get(f"{root}/folders/{folder}", acme).json()["data"]
    assert [post["id"] for post in filed] == [FIXED]

    gone = client.write("DELETE", f"{root}/{FIXED}", acme)
    assert gone.json() == {"data": {"bookmarked": False}}
    assert client.get(f"{root}/folders/{folder}", acme).json()["meta"]["result_count"] == 0
    assert client.get(f"{root}/folders/99", acme).status_code == 404


def test_a_post_that_is_not_there_cannot_be_liked(client: Client, acme: str) -> None:
    assert client.write("POST", f"/2/users/{ACME}/likes", acme, {"tweet_id": "20"}).status_code == (
        404
    )
