"""An answer as large as wanted, made of Posts, for clients that have to bear one."""

import json
from typing import Any, Final

from sandbox.clock import rfc3339
from sandbox.people import ACCOUNTS

FIRST_ID: Final = 1_700_000_000_000_000_000
WORDS: Final = "A long Post about nothing but its own length, with #XAPI and @acme in it. "
MOST_POSTS: Final = 200_000
MOST_BYTES: Final = 64 << 20


def big_answer(count: int, size: int, now: float) -> bytes:
    """Return a search answer of `count` Posts, exactly `size` bytes where that is possible.

    Args:
        count: how many Posts.
        size: in bytes; the texts are filled up to it, and never cut below their first words.
        now: seconds since 1970, for their moments.
    """
    rows = [_row(number, now) for number in range(count)]
    document: dict[str, Any] = {
        "data": rows,
        "includes": {
            "users": [
                {"id": one.id, "name": one.name, "username": one.username} for one in ACCOUNTS
            ]
        },
        "meta": {
            "result_count": count,
            "newest_id": rows[0]["id"] if rows else "",
            "oldest_id": rows[-1]["id"] if rows else "",
        },
    }
    missing = max(0, size - len(_bytes(document)))
    for number, row in enumerate(rows):
        share = missing // count + (number < missing % count)
        row["text"] += (WORDS * (share // len(WORDS) + 1))[:share]
    return _bytes(document)


def _row(number: int, now: float) -> dict[str, Any]:
    author = ACCOUNTS[number % len(ACCOUNTS)]
    post_id = str(FIRST_ID - number)
    return {
        "id": post_id,
        "text": f"Post {number}. ",
        "edit_history_tweet_ids": [post_id],
        "author_id": author.id,
        "created_at": rfc3339(now - number),
        "lang": "en",
        "public_metrics": {
            "retweet_count": number % 23,
            "reply_count": number % 7,
            "like_count": number % 140,
            "quote_count": number % 4,
            "bookmark_count": number % 12,
            "impression_count": 400 + number % 9_000,
        },
    }


def _bytes(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
