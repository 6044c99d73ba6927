"""What can be said about a Post while creating it, and what shows afterwards."""

from typing import Any

import pytest

from sandbox import Sandbox
from sandbox.scope_words import ALL
from tests.unit.sandbox.client import ACME, Client

FIXED = "1261326399320715264"
POLL = {"options": ["tea", "coffee"], "duration_minutes": 60}


@pytest.fixture
def token(client: Client) -> str:
    return str(client.sign_in(scopes=" ".join(ALL))["access_token"])


def create(client: Client, token: str, text: str, **more: Any) -> str:
    answer = client.write("POST", "/2/tweets", token, {"text": text, **more})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["data"]["id"])


def shown(client: Client, token: str, post_id: str, **query: str) -> Any:
    return client.get(f"/2/tweets/{post_id}", token, **query).json()


def test_a_poll_shows_with_its_options_and_ends(
    client: Client, sandbox: Sandbox, token: str
) -> None:
    post_id = create(client, token, "What do you drink?", poll=POLL)
    query = {"expansions": "attachments.poll_ids", "poll.fields": "voting_status,duration_minutes"}

    answer = shown(client, token, post_id, **query)

    poll = answer["includes"]["polls"][0]
    assert answer["data"]["attachments"] == {"poll_ids": [poll["id"]]}
    assert [option["label"] for option in poll["options"]] == ["tea", "coffee"]
    assert (poll["voting_status"], poll["duration_minutes"]) == ("open", 60)
    sandbox.advance(3601)
    closed = shown(client, token, post_id, **query)["includes"]["polls"][0]
    assert closed["voting_status"] == "closed"


def test_reply_settings_are_kept(client: Client, token: str) -> None:
    post_id = create(client, token, "For some", reply_settings="following")

    fields = {"tweet.fields": "reply_settings"}
    assert shown(client, token, post_id, **fields)["data"]["reply_settings"] == "following"


def test_an_edit_is_a_new_version_with_the_whole_history(client: Client, token: str) -> None:
    first = create(client, token, "A tpyo")
    second = create(client, token, "A typo", edit_options={"previous_post_id": first})
    third = create(client, token, "No typo", edit_options={"previous_post_id": second})

    for version in (first, second, third):
        data = shown(client, token, version, **{"tweet.fields": "edit_controls"})["data"]
        assert data["edit_history_tweet_ids"] == [first, second, third]
        assert data["edit_controls"]["edits_remaining"] == 3
    listed = client.get(f"/2/users/{ACME}/tweets", token, max_results=5).json()["data"]
    assert [row["id"] for row in listed if row["id"] in {first, second, third}] == [third]


def test_only_ones_own_fresh_last_version_is_edited(
    client: Client, sandbox: Sandbox, token: str
) -> None:
    first = create(client, token, "One")
    second = create(client, token, "Two", edit_options={"previous_post_id": first})
    poll = create(client, token, "Three?", poll=POLL)

    def edit(who: str, post_id: str) -> int:
        body = {"text": f"Edited {post_id}", "edit_options": {"previous_post_id": post_id}}
        return client.write("POST", "/2/tweets", who, body).status_code

    other = str(client.sign_in("acme_ops", " ".join(ALL))["access_token"])
    assert edit(other, second) == 403  # somebody else's
    assert edit(other, create(client, other, "Mine")) == 403  # without Premium
    assert edit(token, first) == 403  # not the last version
    assert edit(token, poll) == 403
    assert edit(token, FIXED) == 403  # years old
    assert edit(token, "20") == 404
    sandbox.advance(3601)
    assert edit(token, second) == 403


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"geo": {"place_id": "1"}, "nullcast": True, "made_with_ai": True}, 201),
        ({"geo": {"latitude": 1}}, 400),
        ({"geo": "here"}, 400),
        ({"community_id": "1"}, 403),
        ({"share_with_followers": True}, 400),
        ({"edit_options": {}}, 400),
        ({"poll": {**POLL, "duration_minutes": 4}}, 400),
        ({"poll": {**POLL, "options": ["one"]}}, 400),
        ({"poll": POLL, "quote_tweet_id": FIXED}, 400),
        ({"reply_settings": "everyone"}, 400),
    ],
)
def test_what_cannot_be_is_refused(
    client: Client, token: str, more: dict[str, Any], status: int
) -> None:
    answer = client.write("POST", "/2/tweets", token, {"text": "Hello", **more})

    assert answer.status_code == status, answer.text


def test_polls_and_edits_outlive_a_restart(tmp_path: Any) -> None:
    file = tmp_path / "sandbox.json"
    with Sandbox(state_file=file) as first:
        client = Client(first)
        token = str(client.sign_in(scopes=" ".join(ALL))["access_token"])
        post_id = create(client, token, "Tea?", poll=POLL)
    with Sandbox(state_file=file) as second:
        client = Client(second)
        query = {"expansions": "attachments.poll_ids"}
        answer = shown(client, token, post_id, **query)

        assert len(answer["includes"]["polls"][0]["options"]) == 2
