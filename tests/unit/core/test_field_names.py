"""The two families of names, and the one retry with the other of them."""

import json

import pytest

from core.field_names import Pairs, in_family, is_refused_over_names, other_names

OLD: Pairs = (
    ("ids", "1,2"),
    ("tweet.fields", "author_id,created_at,note_tweet,referenced_tweets"),
    ("expansions", "author_id,referenced_tweets.id"),
    ("user.fields", "pinned_tweet_id,verified"),
)
NEW: Pairs = (
    ("ids", "1,2"),
    ("post.fields", "created_at,note_post"),
    ("expansions", "author_id,referenced_posts,pinned_post_id"),
    ("user.fields", "verified"),
)


def test_older_names_become_newer_ones_and_fields_that_moved_become_expansions() -> None:
    assert in_family(OLD, "post") == NEW
    assert in_family(NEW, "post") == NEW


def test_newer_names_become_older_ones() -> None:
    assert in_family(NEW, "tweet") == (
        ("ids", "1,2"),
        ("tweet.fields", "created_at,note_tweet"),
        ("expansions", "author_id,referenced_tweets.id,pinned_tweet_id"),
        ("user.fields", "verified"),
    )
    assert in_family(OLD, "tweet") == OLD


def test_a_parameter_whose_fields_all_moved_is_left_away() -> None:
    assert in_family((("tweet.fields", "author_id"),), "post") == (("expansions", "author_id"),)


@pytest.mark.parametrize(
    ("pairs", "other"),
    [
        (OLD, NEW),
        ((("tweet.fields", "lang"),), (("post.fields", "lang"),)),
        ((("post.fields", "lang"),), (("tweet.fields", "lang"),)),
        ((("search_count.fields", "tweet_count"),), (("search_count.fields", "post_count"),)),
        ((("ids", "1"), ("expansions", "author_id")), None),
        ((), None),
    ],
)
def test_the_other_family_is_found_by_the_names(pairs: Pairs, other: Pairs | None) -> None:
    assert other_names(pairs) == other


def refusal(*names: str) -> bytes:
    errors = [{"parameters": {name: ["x"]}, "message": "no"} for name in names]
    return json.dumps({"errors": errors, "title": "Invalid Request"}).encode()


@pytest.mark.parametrize(
    ("status", "body", "is_over_names"),
    [
        (400, refusal("tweet.fields"), True),
        (400, refusal("ids", "expansions"), True),
        (400, refusal("ids"), False),
        (403, refusal("tweet.fields"), False),
        (400, b"<html>", False),
        (400, b'{"errors": 7}', False),
        (400, b'{"errors": [7, {"parameters": 7}]}', False),
    ],
)
def test_only_a_400_over_a_choosing_parameter_counts(
    status: int, body: bytes, is_over_names: bool
) -> None:
    assert is_refused_over_names(status, "application/json", body) is is_over_names
