"""Streams of Posts and their rules: what comes, what is refused, and ordered troubles."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests

from sandbox import Sandbox
from tests.unit.sandbox.client import Client

FILTERED = "/2/tweets/search/stream"
RULES = f"{FILTERED}/rules"
SAMPLE = "/2/tweets/sample/stream"
QUIET_CORNER = "3108351019"  # a protected account
SCOPES = "tweet.read tweet.write users.read offline.access"


@contextmanager
def reading(client: Client, path: str, bearer: str, **query: Any) -> Iterator[Iterator[bytes]]:
    headers = {"Authorization": f"Bearer {bearer}"}
    url = client.origin + path
    with requests.get(url, params=query, headers=headers, stream=True, timeout=30) as answer:
        assert answer.status_code == 200, answer.text
        yield answer.iter_lines(chunk_size=1)


def add(client: Client, bearer: str, *values: str, **query: Any) -> requests.Response:
    body = {"add": [{"value": value, "tag": f"tag of {value}"} for value in values]}
    headers = {"Authorization": f"Bearer {bearer}"}
    return client.call("POST", RULES, json=body, headers=headers, params=query)


def next_post(lines: Iterator[bytes]) -> dict[str, Any]:
    post: dict[str, Any] = json.loads(next(line for line in lines if line))
    return post


def test_a_sample_stream_gives_new_posts_with_their_fields(
    client: Client, sandbox: Sandbox
) -> None:
    sandbox.streams.knobs.posts_per_second = 500
    fields = {"tweet.fields": "created_at,public_metrics", "expansions": "author_id"}

    with reading(client, SAMPLE, client.bearer(), **fields) as lines:
        posts = [next_post(lines) for _ in range(300)]

    assert len({post["data"]["id"] for post in posts}) == 300
    assert {"created_at", "public_metrics", "author_id", "text"} <= posts[0]["data"].keys()
    assert posts[0]["includes"]["users"][0]["id"] == posts[0]["data"]["author_id"]
    assert QUIET_CORNER not in {post["data"]["author_id"] for post in posts}


def test_a_filtered_stream_gives_what_meets_a_rule_and_says_which(
    client: Client, sandbox: Sandbox
) -> None:
    sandbox.streams.knobs.posts_per_second = 500
    bearer = client.bearer()
    rule = add(client, bearer, "#XAPI").json()["data"][0]

    with reading(client, FILTERED, bearer) as lines:
        posts = [next_post(lines) for _ in range(50)]

    assert all("#XAPI" in post["data"]["text"] for post in posts)
    assert {post["matching_rules"][0]["id"] for post in posts} == {rule["id"]}
    assert posts[0]["matching_rules"][0]["tag"] == "tag of #XAPI"


def test_a_post_made_here_comes_through_the_stream(client: Client, sandbox: Sandbox) -> None:
    sandbox.streams.knobs.posts_per_second = 0
    bearer = client.bearer()
    add(client, bearer, "marmalade")
    token = client.sign_in(scopes=SCOPES)["access_token"]

    with reading(client, FILTERED, bearer) as lines:
        client.write("POST", "/2/tweets", token, {"text": "Jam today"})
        made = client.write("POST", "/2/tweets", token, {"text": "Marmalade tomorrow"}).json()

        assert next_post(lines)["data"]["id"] == made["data"]["id"]


def test_rules_that_change_change_the_open_stream(client: Client, sandbox: Sandbox) -> None:
    sandbox.streams.knobs.posts_per_second = 200
    bearer = client.bearer()
    add(client, bearer, "nothingofthekind")

    with reading(client, FILTERED, bearer) as lines:
        add(client, bearer, "from:acme")

        assert next_post(lines)["matching_rules"][0]["tag"] == "tag of from:acme"


def test_silence_is_filled_with_empty_lines(client: Client, sandbox: Sandbox) -> None:
    sandbox.streams.knobs.posts_per_second = 0
    sandbox.streams.knobs.keep_alive_seconds = 0.05

    with reading(client, SAMPLE, client.bearer()) as lines:
        assert [next(lines) for _ in range(3)] == [b"", b"", b""]


def test_a_stalled_stream_sends_nothing_and_stays_open(client: Client, sandbox: Sandbox) -> None:
    sandbox.streams.knobs.posts_per_second = 1000
    bearer = client.bearer()
    with reading(client, SAMPLE, bearer) as lines:
        next_post(lines)
        sandbox.streams.knobs.is_stalled = True

        assert sandbox.streams.state()["open"] == [
            {"stream": "streamPostsSample", "app_id": client.app.app_id}
        ]
        assert client.get(SAMPLE, bearer).status_code == 429
        sandbox.streams.knobs.is_stalled = False
        next_post(lines)


def test_one_stream_more_than_allowed_is_refused(client: Client, sandbox: Sandbox) -> None:
    bearer = client.bearer()
    sandbox.streams.knobs.keep_alive_seconds = 0.05

    with reading(client, SAMPLE, bearer) as lines:
        next(lines)
        refused = client.get(SAMPLE, bearer)
        sandbox.streams.knobs.connections = 2
        with reading(client, SAMPLE, bearer) as others:
            next(others)

    assert refused.status_code == 429
    assert refused.json()["connection_issue"] == "TooManyConnections"


def test_a_stream_that_x_ends_says_why(
    client: Client, sandbox: Sandbox, wait_until: Callable[..., None]
) -> None:
    sandbox.streams.knobs.posts_per_second = 0

    with reading(client, SAMPLE, client.bearer()) as lines:
        wait_until(lambda: sandbox.streams.disconnect("operational") == 1)
        last = [json.loads(line) for line in lines if line]

    assert last[0]["errors"][0]["disconnect_type"] == "UpstreamOperationalDisconnect"
    wait_until(lambda: sandbox.streams.state()["open"] == [])


def test_a_stream_can_be_cut_in_the_middle(client: Client, sandbox: Sandbox) -> None:
    with reading(client, SAMPLE, client.bearer()) as lines:
        sandbox.streams.disconnect("cut")

        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            list(lines)


def test_a_client_that_goes_away_frees_its_place(
    client: Client, sandbox: Sandbox, wait_until: Callable[..., None]
) -> None:
    sandbox.streams.knobs.keep_alive_seconds = 0.02
    bearer = client.bearer()

    for _ in range(3):
        wait_until(lambda: not sandbox.streams.state()["open"])
        with reading(client, SAMPLE, bearer) as lines:
            next(lines)


def test_without_rules_there_is_no_filtered_stream(client: Client) -> None:
    answer = client.get(FILTERED, client.bearer())

    assert answer.status_code == 409
    assert answer.json()["connection_issue"] == "RuleConfigurationIssue"


def test_backfill_and_firehoses_need_enterprise_access(client: Client, sandbox: Sandbox) -> None:
    bearer = client.bearer()
    rich = Client(sandbox, sandbox.add_app("Rich App", access="enterprise"))
    sandbox.streams.knobs.posts_per_second = 100

    refused = client.get(SAMPLE, bearer, backfill_minutes=1)
    assert refused.status_code == 400
    assert "enterprise" in refused.json()["errors"][0]["message"]
    assert client.get(SAMPLE, bearer, backfill_minutes=6).status_code == 400
    closed = client.get("/2/tweets/firehose/stream", bearer, partition=1)
    assert closed.status_code == 403
    assert closed.json()["required_enrollment"] == "Enterprise"
    with reading(rich, SAMPLE, rich.bearer(), backfill_minutes=5) as lines:
        next_post(lines)
    with reading(rich, "/2/tweets/firehose/stream", rich.bearer(), partition=20) as lines:
        next_post(lines)
    assert rich.get("/2/tweets/firehose/stream", rich.bearer()).status_code == 400


def test_backfill_brings_the_posts_of_the_last_minutes(client: Client, sandbox: Sandbox) -> None:
    sandbox.streams.knobs.posts_per_second = 0
    rich = Client(sandbox, sandbox.add_app("Rich App", access="enterprise"))
    token = client.sign_in(scopes=SCOPES)["access_token"]
    made = client.write("POST", "/2/tweets", token, {"text": "Missed while away"}).json()

    with reading(rich, SAMPLE, rich.bearer(), backfill_minutes=1) as lines:
        assert next_post(lines)["data"]["id"] == made["data"]["id"]


def test_a_user_has_no_streams(client: Client) -> None:
    assert client.get(SAMPLE, client.sign_in()["access_token"]).status_code == 403


# Rules


def test_rules_are_added_listed_counted_and_deleted(client: Client) -> None:
    bearer = client.bearer()

    added = add(client, bearer, "#XAPI", "from:acme", "cat (dog OR bird)").json()
    listed = client.get(RULES, bearer).json()
    counted = client.get(f"{RULES}/counts", bearer).json()["data"]
    gone = client.write("POST", RULES, bearer, {"delete": {"values": ["from:acme", "absent"]}})
    by_id = client.write("POST", RULES, bearer, {"delete": {"ids": [added["data"][0]["id"]]}})

    assert added["meta"]["summary"] == {"created": 3, "not_created": 0, "valid": 3, "invalid": 0}
    assert [rule["value"] for rule in listed["data"]] == ["#XAPI", "from:acme", "cat (dog OR bird)"]
    assert counted["client_app_rules_count"]["rule_count"] == 3
    assert gone.json()["meta"]["summary"] == {"deleted": 1, "not_deleted": 1}
    assert by_id.json()["meta"]["summary"]["deleted"] == 1
    assert client.get(RULES, bearer).json()["meta"]["result_count"] == 1


def test_a_rule_twice_or_of_nonsense_is_a_partial_error(client: Client) -> None:
    bearer = client.bearer()
    add(client, bearer, "#XAPI")

    answer = add(client, bearer, "#XAPI", "((", "x" * 1025, "new").json()

    assert [error["title"] for error in answer["errors"]] == [
        "DuplicateRule",
        "UnprocessableEntity",
        "UnprocessableEntity",
    ]
    assert answer["meta"]["summary"]["created"] == 1
    assert add(client, bearer, "((").status_code == 400


def test_a_dry_run_changes_nothing_and_delete_all_everything(client: Client) -> None:
    bearer = client.bearer()

    assert add(client, bearer, "one", dry_run="true").json()["meta"]["summary"]["created"] == 1
    assert client.get(RULES, bearer).json()["meta"]["result_count"] == 0
    add(client, bearer, "one", "two")
    headers = {"Authorization": f"Bearer {bearer}"}
    gone = client.call("POST", f"{RULES}?delete_all=true", json={}, headers=headers)
    assert gone.json()["meta"]["summary"]["deleted"] == 2


def test_rules_come_in_pages(client: Client) -> None:
    bearer = client.bearer()
    add(client, bearer, *(f"word{number}" for number in range(5)))

    first = client.get(RULES, bearer, max_results=3).json()
    token = first["meta"]["next_token"]
    second = client.get(RULES, bearer, max_results=3, pagination_token=token).json()

    assert len(token) == 16
    assert [len(page["data"]) for page in (first, second)] == [3, 2]
    wrong = client.get(RULES, bearer, pagination_token="0000000000000000")
    assert wrong.status_code == 400


def test_a_thousand_rules_are_the_most(client: Client) -> None:
    bearer = client.bearer()
    assert add(client, bearer, *(f"w{number}" for number in range(1000))).status_code == 200

    assert add(client, bearer, "onemore").json()["type"].endswith("/rule-cap")


# Knobs over HTTP


def test_knobs_are_turned_by_any_plain_client(client: Client, sandbox: Sandbox) -> None:
    turned = client.call(
        "POST", "/_sandbox/streams", json={"posts_per_second": 7, "is_stalled": True}
    )

    assert turned.json()["posts_per_second"] == 7
    assert sandbox.streams.knobs.is_stalled is True
    bad: list[object] = [{"posts": 1}, {"posts_per_second": "x"}, {"disconnect": "softly"}, []]
    for wrong in bad:
        assert client.call("POST", "/_sandbox/streams", json=wrong).status_code == 400
    client.call("POST", "/_sandbox/reset", json={})
    assert client.call("GET", "/_sandbox/streams").json()["posts_per_second"] == 2
