"""Sample answers of X for the gallery: bodies as they come, read by the program itself.

Every name and Post in it is made up. Nothing is sent anywhere; what the pictures say of an
answer is what the program says of it.
"""

import json
from decimal import Decimal
from typing import Any, Final

from core.catalogue import Operation
from core.errors import ConnectFailed, TimedOut
from core.exchange import Exchange, RequestSpec
from core.model import HttpResponse, Timing
from core.page_walk import Ended, Progress, Walked
from scripts.gallery_states import NOW
from ui.presenters.requests_answer import answer_state, failed_state, walked_state
from ui.views.answer_state import AnswerState

_JSON: Final = "application/json; charset=utf-8"
_PROBLEMS: Final = "https://api.twitter.com/2/problems"
_TIMING: Final = Timing(4.2, 21.0, 38.0, 112.0, 182.4)
_USERS: Final = [
    {"id": "2244994945", "name": "Practice Developers", "username": "PracticeDevs"},
    {"id": "7", "name": "Acme", "username": "acme"},
]
_POSTS: Final[list[dict[str, Any]]] = [
    {
        "id": "1278347468690915330",
        "text": "Pagination tokens now last longer, and #XAPI answers say when they expire. "
        "Details in the changelog.",
        "author_id": "2244994945",
        "created_at": "2026-11-21T14:03:00.000Z",
        "entities": {"hashtags": [{"start": 39, "end": 44, "tag": "XAPI"}]},
        "public_metrics": {"reply_count": 12, "retweet_count": 84, "like_count": 311},
    },
    {
        "id": "1261326399320715264",
        "text": "Our bot posts build results here. It signs in with PKCE and keeps its "
        "refresh token in a vault.",
        "author_id": "7",
        "created_at": "2026-11-20T09:12:00.000Z",
        "public_metrics": {"reply_count": 2, "retweet_count": 5, "like_count": 40},
    },
]
_MISSING: Final = {
    "value": "20",
    "detail": "Could not find tweet with ids: [20].",
    "title": "Not Found Error",
    "resource_type": "tweet",
    "parameter": "ids",
    "resource_id": "20",
    "type": f"{_PROBLEMS}/resource-not-found",
}
POSTS: Final = {"data": _POSTS, "includes": {"users": _USERS}}
PARTIAL: Final = POSTS | {"errors": [_MISSING]}
RICH: Final = {
    "data": [
        {
            "id": "1801",
            "text": "Thread: how our rate limit planner works, for @acme and friends &amp; others. "
            "Read https://t.co/abc now $ACME with a line that is long enough to break twice "
            "in a window of this width.\nSecond paragraph here.",
            "author_id": "7",
            "created_at": "2026-11-20T09:30:00Z",
            "entities": {
                "mentions": [{"start": 46, "end": 51, "username": "acme"}],
                "urls": [
                    {
                        "start": 84,
                        "end": 100,
                        "url": "https://t.co/abc",
                        "expanded_url": "https://acme.example/limits",
                        "display_url": "acme.example/limits",
                    }
                ],
                "cashtags": [{"start": 105, "end": 110, "tag": "ACME"}],
            },
            "public_metrics": {
                "reply_count": 1,
                "repost_count": 2400,
                "like_count": 98000,
                "quote_count": 14,
                "bookmark_count": 7,
                "impression_count": 1204551,
            },
            "attachments": {"media_keys": ["3_1", "7_2"], "poll_ids": ["9"]},
            "referenced_tweets": [
                {"type": "replied_to", "id": "1799"},
                {"type": "quoted", "id": "1278347468690915330"},
            ],
        }
    ],
    "includes": {
        "users": _USERS,
        "tweets": [_POSTS[0]],
        "media": [
            {
                "media_key": "3_1",
                "type": "photo",
                "width": 1200,
                "height": 675,
                "alt_text": "A chart of limits left over fifteen minutes, falling",
            },
            {
                "media_key": "7_2",
                "type": "video",
                "width": 1920,
                "height": 1080,
                "duration_ms": 72000,
            },
        ],
        "polls": [
            {
                "id": "9",
                "options": [
                    {"position": 1, "label": "Tabs", "votes": 120},
                    {"position": 2, "label": "Spaces", "votes": 310},
                ],
            }
        ],
    },
    "meta": {"result_count": 1, "next_token": "7140dibdnow9c7btw3q"},
}
USERS: Final = {
    "data": [
        {
            "id": "2244994945",
            "name": "Practice Developers",
            "username": "PracticeDevs",
            "description": "The voice of a pretend developer platform. Docs at https://docs.x.com",
            "location": "127.0.0.1",
            "verified_type": "business",
            "public_metrics": {
                "followers_count": 570_000,
                "following_count": 1_800,
                "tweet_count": 4_120,
                "listed_count": 1_900,
            },
        },
        {"id": "7", "name": "Acme", "username": "acme", "protected": True},
    ]
}
NOT_ENROLLED: Final = {
    "title": "Client Forbidden",
    "detail": "This App is not enrolled for this endpoint.",
    "reason": "client-not-enrolled",
    "type": f"{_PROBLEMS}/client-forbidden",
    "client_id": "14414681",
    "registration_url": "https://developer.x.com",
}
NO_CREDITS: Final = {
    "title": "CreditsDepleted",
    "detail": "This account has no credits left.",
    "type": f"{_PROBLEMS}/credits",
}
TOO_MANY: Final = {"title": "Too Many Requests", "detail": "Too Many Requests", "status": 429}
BAD_TOKEN: Final = {"title": "Unauthorized", "detail": "Unauthorized", "status": 401}
HTML: Final = b"<!DOCTYPE html><html><head><title>Welcome</title></head><body>Sign in</body></html>"
CUT_OFF: Final = json.dumps(POSTS).encode()[:420]
REPEATED: Final = b'{"data": [{"id": "20", "text": "one", "text": "two"}], "meta": {}}'
DEEP: Final = b"[" * 200_000
EMPTY: Final = {"meta": {"result_count": 0}}


def answered(
    operation: Operation,
    body: object,
    status: int = 200,
    reason: str = "OK",
    *,
    kind: str = _JSON,
    left: int = 3_498,
) -> AnswerState:
    """Return what the area shows for an answer; a body that is no bytes is written as JSON."""
    raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    headers = {
        "content-type": kind,
        "x-rate-limit-limit": "3500",
        "x-rate-limit-remaining": str(left),
        "x-rate-limit-reset": str(int(NOW.timestamp()) + 384),
        "x-transaction-id": "4f1b2c9d3e5a6f70",
    }
    exchange = _exchange(operation, HttpResponse(status, headers, raw, _TIMING, reason))
    return answer_state(exchange, operation, is_billed=True)[0]


def walked(operation: Operation, ended: Ended, pages: int, dollars: str) -> AnswerState:
    """Return what the area shows after a walk over pages."""
    response = HttpResponse(200, {"content-type": _JSON}, b"{}", _TIMING, "OK")
    failure = None
    if ended is Ended.REFUSED:
        raw = json.dumps(TOO_MANY).encode()
        response = HttpResponse(429, {"content-type": _JSON}, raw, _TIMING, "Too Many Requests")
    if ended is Ended.FAILED:
        failure = TimedOut("no answer in time")
    done = Walked(
        RICH | {"data": [*_POSTS, *RICH["data"]]},
        Progress(pages, 3 * pages, Decimal(dollars), 2_300 * pages),
        ended,
        _exchange(operation, response),
        "" if ended is Ended.NO_MORE else "7140dibdnow9c7btw3q",
        182.4 * pages,
        failure,
    )
    return walked_state(done, is_billed=True)


def unreachable() -> AnswerState:
    """Return what the area shows when no connection came about."""
    return failed_state(ConnectFailed("no route", host="api.x.com", reason="refused"))


def silent() -> AnswerState:
    """Return what the area shows when X did not answer in time."""
    return failed_state(TimedOut("no answer in time", host="api.x.com", reason="timeout"))


def stream_lines(count: int) -> list[bytes]:
    """Return lines of a stream, the last two of them out of order."""
    lines = []
    for number in range(count):
        post = dict(_POSTS[number % 2], id=str(1_992_000_000_000_000_000 + number))
        rules = [{"id": "1", "tag": "builds"}] if number % 3 == 0 else []
        includes = {"users": _USERS}
        lines.append(
            json.dumps({"data": post, "includes": includes, "matching_rules": rules}).encode()
        )
    return lines


def _exchange(operation: Operation, response: HttpResponse) -> Exchange:
    spec = RequestSpec("acme", operation.method, operation.path)
    endpoint = f"{operation.method} {operation.path}"
    return Exchange(spec, f"https://api.x.com{operation.path}", endpoint, response, NOW)
