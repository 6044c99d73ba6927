"""Requests under the other family of names: tweet.fields as post.fields, and back.

X's file 2.167 renamed parameters, fields and expansions; which family production takes is
unknown, so a request that X refuses over a name is tried once under the other names.
Source: x-platform notes §§5.1 and 5.4, read August 2026.
"""

from collections.abc import Iterable
from typing import Final

from core.answers import read_json
from core.errors import BadAnswer
from core.field_family import POST, TWEET

Pairs = tuple[tuple[str, str], ...]

FIELDS: Final = {TWEET: "tweet.fields", POST: "post.fields"}
_CHOOSING: Final = frozenset({*FIELDS.values(), "expansions", "user.fields", "search_count.fields"})
# Older name -> newer name; where several older ones became one, the first is the way back.
_FIELDS: Final = (("note_tweet", "note_post"), ("article", "article_title"))
_EXPANSIONS: Final = (
    ("referenced_tweets.id", "referenced_posts"),
    ("referenced_tweets.id.author_id", "referenced_posts"),
    ("referenced_tweets.id.attachments.media_keys", "referenced_posts"),
    ("edit_history_tweet_ids", "edit_history_post_ids"),
    ("pinned_tweet_id", "pinned_post_id"),
    ("most_recent_tweet_id", "most_recent_post_id"),
    ("affiliation.user_id", "affiliation"),
    ("entities.note.mentions.username", "entities.mentions.username"),
    ("author_id", "username"),
)
_COUNTS: Final = (("tweet_count", "post_count"),)
# Fields of the older names that the newer file has as expansions only.
_MOVED: Final = {
    "tweet.fields": {
        "author_id": "author_id",
        "in_reply_to_user_id": "in_reply_to_user_id",
        "referenced_tweets": "referenced_posts",
        "edit_history_tweet_ids": "edit_history_post_ids",
    },
    "user.fields": {
        "affiliation": "affiliation",
        "most_recent_tweet_id": "most_recent_post_id",
        "pinned_tweet_id": "pinned_post_id",
    },
}
_KEPT: Final = {"article": "article", "author_id": "author_id"}  # both families have these


def in_family(pairs: Pairs, family: str) -> Pairs:
    """Return a query under the names of one family; what has no other name stays."""
    return _older(pairs) if family == TWEET else _newer(pairs)


def other_names(pairs: Pairs) -> Pairs | None:
    """Return a query under the names of the other family, None where it has no such name."""
    newer, older = _newer(pairs), _older(pairs)
    if newer != pairs:
        return newer
    return older if older != pairs else None


def is_refused_over_names(status: int, content_type: str, body: bytes) -> bool:
    """Return whether X answered 400 over a parameter that chooses fields."""
    if status != 400:
        return False
    try:
        errors = read_json(body, content_type, status).get("errors")
    except BadAnswer:
        return False
    named: set[str] = set()
    for error in errors if isinstance(errors, list) else []:
        parameters = error.get("parameters") if isinstance(error, dict) else None
        named |= set(parameters) if isinstance(parameters, dict) else set()
    return bool(named & _CHOOSING)


def _newer(pairs: Pairs) -> Pairs:
    moved: list[str] = []
    renamed: list[tuple[str, str]] = []
    for name, text in pairs:
        gone = _MOVED.get(name, {})
        values = text.split(",")
        moved += [gone[value] for value in values if value in gone]
        kept = [value for value in values if value not in gone]
        if kept or not gone:
            words = {**dict(_words_of(name)), **_KEPT}
            new = FIELDS[POST] if name == FIELDS[TWEET] else name
            renamed.append((new, _joined(words.get(value, value) for value in kept)))
    return _with_expansions(renamed, moved)


def _older(pairs: Pairs) -> Pairs:
    renamed = []
    for name, text in pairs:
        back = {new: old for old, new in reversed(_words_of(name))}
        if name == "expansions":
            back.pop("entities.mentions.username")
        old_name = FIELDS[TWEET] if name == FIELDS[POST] else name
        renamed.append((old_name, _joined(back.get(value, value) for value in text.split(","))))
    return tuple(renamed)


def _words_of(name: str) -> tuple[tuple[str, str], ...]:
    if name == "expansions":
        return _EXPANSIONS
    if name == "search_count.fields":
        return _COUNTS
    return _FIELDS if name in FIELDS.values() else ()


def _with_expansions(pairs: list[tuple[str, str]], more: list[str]) -> Pairs:
    if not more:
        return tuple(pairs)
    if any(name == "expansions" for name, _ in pairs):
        return tuple(
            (name, _joined([*text.split(","), *more]) if name == "expansions" else text)
            for name, text in pairs
        )
    return (*pairs, ("expansions", _joined(more)))


def _joined(values: Iterable[str]) -> str:
    return ",".join(dict.fromkeys(values))
