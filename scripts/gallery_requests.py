"""Paint the Requests pane in its states: light and dark, at 100 % and 200 %.

Usage: python scripts/gallery_requests.py DIR [SCALE]
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from PySide6.QtWidgets import QApplication

from core.cards import cards_from_answer
from ui.theme import Scheme, install
from ui.views.answer_state import (
    Action,
    AnswerPhase,
    AnswerState,
    CodeState,
    Language,
    PartialBanner,
    Problem,
    StatusKind,
    TimingBar,
)
from ui.views.requests import RequestsPane
from ui.views.requests_state import (
    BodyState,
    Choice,
    CredentialOption,
    Openness,
    OperationRow,
    ParameterKind,
    ParameterState,
    RequestsState,
)
from ui.widgets import ConfirmDialog, ConfirmState

SIZE = (1000, 700)
NEEDS, NOT_OPEN = Openness.NEEDS, Openness.NOT_OPEN


def operations() -> tuple[OperationRow, ...]:
    """Return the operations of the mock-up."""
    rows = (
        ("Posts", "GET", "Posts by IDs", "/2/tweets", Openness.CAN_CALL),
        ("Posts", "GET", "Post by ID", "/2/tweets/{id}", Openness.CAN_CALL),
        ("Posts", "POST", "Create Post", "/2/tweets", NEEDS),
        ("Posts", "DELETE", "Delete Post", "/2/tweets/{id}", NEEDS),
        ("Posts", "GET", "Search recent", "/2/tweets/search/recent", Openness.CAN_CALL),
        ("Posts", "GET", "Search all", "/2/tweets/search/all", Openness.CAN_CALL),
        ("Posts", "GET", "Count recent", "/2/tweets/counts/recent", Openness.CAN_CALL),
        ("Users", "GET", "My account", "/2/users/me", NEEDS),
        ("Users", "GET", "User by username", "/2/users/by/username", Openness.CAN_CALL),
        ("Users", "GET", "A user's Posts", "/2/users/{id}/tweets", Openness.CAN_CALL),
        ("Users", "GET", "Mentions", "/2/users/{id}/mentions", Openness.CAN_CALL),
        ("Users", "GET", "Likes of a Post", "/2/tweets/{id}/liking_users", NOT_OPEN),
        ("Usage", "GET", "Post usage", "/2/usage/tweets", Openness.CAN_CALL),
    )
    return tuple(
        OperationRow(f"{method} {path}", group, method, title, path, openness)
        for group, method, title, path, openness in rows
    )


FIELDS = ("author_id", "created_at", "entities", "lang", "note_tweet", "public_metrics", "text")


def parameters() -> tuple[ParameterState, ...]:
    """Return the form of the mock-up."""
    fields = tuple(Choice(name) for name in FIELDS)
    ids = ("1261326399320715264", "1278347468690915330", "20")
    return (
        ParameterState("ids", ParameterKind.LIST, ids, "3 of 100", is_required=True),
        ParameterState(
            "tweet.fields",
            ParameterKind.CHOICES,
            ("created_at", "public_metrics"),
            choices=fields,
            is_pinned=True,
        ),
        ParameterState(
            "expansions", ParameterKind.CHOICES, ("author_id",), choices=fields, is_pinned=True
        ),
        ParameterState("user.fields", ParameterKind.CHOICES, choices=fields),
        ParameterState("media.fields", ParameterKind.CHOICES, choices=fields),
    )


DOCUMENT = {
    "data": [
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
            "refresh token in Keypane.",
            "author_id": "7",
            "created_at": "2026-11-21T14:03:00.000Z",
            "public_metrics": {"reply_count": 2, "retweet_count": 5, "like_count": 40},
        },
    ],
    "includes": {
        "users": [
            {"id": "2244994945", "name": "X Developers", "username": "XDevelopers"},
            {"id": "7", "name": "Acme", "username": "acme"},
        ]
    },
    "errors": [
        {
            "value": "20",
            "detail": "Could not find tweet with ids: [20].",
            "title": "Not Found Error",
            "resource_type": "tweet",
            "parameter": "ids",
            "resource_id": "20",
            "type": "https://api.twitter.com/2/problems/resource-not-found",
        }
    ],
}

RICH = {
    "data": [
        {
            "id": "1801",
            "text": "Thread: how our rate limit planner works, for @acme and friends &amp; others. "
            "Read https://t.co/abc now $ACME 🎉 with a line that is long enough to break twice "
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
        "users": DOCUMENT["includes"]["users"],  # type: ignore[index]
        "tweets": [DOCUMENT["data"][0]],  # type: ignore[index]
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
}
USERS = {
    "data": [
        {
            "id": "2244994945",
            "name": "X Developers",
            "username": "XDevelopers",
            "description": "The voice of the X developer platform. Docs at https://docs.x.com",
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


def base() -> RequestsState:
    """Return the pane before anything was sent."""
    code = (
        'curl "https://api.x.com/2/tweets?ids=1261326399320715264,1278347468690915330,20'
        '&tweet.fields=created_at,public_metrics&expansions=author_id" \\\n'
        '  -H "Authorization: Bearer $X_BEARER_TOKEN"\n'
    )
    return RequestsState(
        operations=operations(),
        chosen="GET /2/tweets",
        credentials=(
            CredentialOption("bearer", "Bearer Token"),
            CredentialOption("user:acme", "@acme"),
            CredentialOption("oauth1", "OAuth 1.0a"),
        ),
        credential="bearer",
        url="https://api.x.com/2/tweets?ids=1261326399320715264,1278347468690915330,20"
        "&tweet.fields=created_at&expansions=author_id",
        price="$0.010–0.045",
        parameters=parameters(),
        answer=AnswerState(
            code=CodeState(
                (Language("curl", "curl"), Language("requests", "Python requests")),
                "curl",
                code,
                "Secrets stand as environment variables.",
            )
        ),
    )


def done(document: object = DOCUMENT) -> RequestsState:
    """Return the pane with an answer."""
    state = base()
    problem = Problem(
        "Not Found Error",
        "No Post with the ID 20 exists, or this App may not see it.",
        "Take the ID out, or try with a user who may see the Post.",
        details=(("Parameter", "ids"), ("Type", "resource-not-found")),
        is_warning=True,
    )
    banner = PartialBanner(
        "1 of 3 not returned.", "20: no Post with this ID, or not visible to this App.", problem
    )
    return replace(
        state,
        answer=replace(
            state.answer,
            phase=AnswerPhase.DONE,
            status="200 OK",
            status_kind=StatusKind.OK,
            facts="182 ms · 3.1 kB · $0.020",
            banner=banner if document is DOCUMENT else None,
            cards=cards_from_answer(document),
            document=document,
            raw_text=json.dumps(document, indent=2, ensure_ascii=False),
            headers=(
                ("content-type", "application/json; charset=utf-8"),
                ("x-rate-limit-limit", "3500"),
                ("x-rate-limit-remaining", "3498"),
                ("x-rate-limit-reset", "1795264860"),
                ("x-transaction-id", "4f1b2c9d3e5a6f70"),
            ),
            request_headers=(("accept", "application/json"), ("user-agent", "keypane/0.1.0")),
            timing=(
                TimingBar("DNS", 0, 4.2),
                TimingBar("Connect", 4.2, 21),
                TimingBar("TLS", 25.2, 38),
                TimingBar("First byte", 63.2, 112),
                TimingBar("Download", 175.2, 6.8),
                TimingBar("Total", 0, 182, is_total=True),
            ),
            next_page="Next page" if document is RICH else "",
        ),
    )


def failed(status: str, kind: StatusKind, problem: Problem) -> RequestsState:
    """Return the pane with a refusal."""
    state = done({"title": status, "status": 403, "detail": "…"})
    answer = replace(
        state.answer,
        phase=AnswerPhase.FAILED,
        status=status,
        status_kind=kind,
        facts="96 ms · 412 B · free",
        problem=problem,
    )
    return replace(state, answer=answer)


def write() -> RequestsState:
    """Return the pane on a write with a body, and why it cannot go."""
    state = base()
    return replace(
        state,
        chosen="POST /2/tweets",
        method="POST",
        url="https://api.x.com/2/tweets",
        price="$0.015–0.200",
        cannot_send="Choose a user first.",
        parameters=(),
        body=BodyState(
            '{\n  "text": "Hello from Keypane",\n  "reply_settings" "following"\n}',
            "text or media needed",
            "Line 3: a colon is missing after the name.",
            3,
        ),
        preflight=Problem(
            "Create Post needs a user.",
            "X does not let a Bearer Token write.",
            "Choose a user, or sign one in with tweet.write.",
            (Action("sign_in", "Sign in a user…"),),
            is_warning=True,
        ),
    )


FORBIDDEN = Problem(
    "This App may not call this",
    "X answered 403: the App is not attached to a package that has this endpoint.",
    "Move the App to Pay-per-use and Production in the Developer Console, then send again.",
    (Action("console", "Open the Developer Console ↗"), Action("doctor", "Check the set-up")),
    (
        ("Reason", "client-not-enrolled"),
        ("Type", "https://api.twitter.com/2/problems/client-forbidden"),
        ("Detail", "When authenticating requests to the X API v2 endpoints, use keys of an App"),
    ),
)
LIMITED = Problem(
    "Too many calls",
    "The Bearer Token has used its 3,500 calls of this quarter of an hour.",
    "It can call again at 12:41, in 6 min. Another user has calls left.",
    (Action("wait", "Send at 12:41"), Action("limits", "Show the limits")),
    is_warning=True,
)


def scenes() -> Iterator[tuple[str, RequestsState, int]]:
    """Yield name, state and open tab."""
    busy = base()
    yield "empty", base(), 0
    yield (
        "busy",
        replace(
            busy,
            is_busy=True,
            answer=replace(busy.answer, phase=AnswerPhase.BUSY, busy_text="Waiting for X…"),
        ),
        0,
    )
    yield "posts-partial", done(), 0
    yield "posts-rich", done(RICH), 0
    yield "users", done(USERS), 0
    yield "json", done(), 1
    yield "headers", done(), 2
    yield "timing", done(), 3
    yield "code", done(), 4
    yield "refused-403", failed("403 Forbidden", StatusKind.BAD, FORBIDDEN), 0
    yield "limited-429", failed("429 Too Many Requests", StatusKind.WARN, LIMITED), 0
    yield "write-body", write(), 0
    question = ConfirmState(
        "Create this Post?", ("It is public at once and costs $0.015.",), "Create Post"
    )
    yield "write-confirm", replace(write(), preflight=None, confirmation=question), 0


def paint(folder: Path, scale: str) -> None:
    """Paint all scenes in both schemes."""
    app = QApplication(["gallery"])
    look = install(app)
    for scheme in (Scheme.LIGHT, Scheme.DARK):
        look.choose(scheme.value)
        for name, state, tab in scenes():
            pane = RequestsPane()
            pane.resize(*SIZE)
            pane.show()
            pane.render_state(state)
            pane.answer.tabs.setCurrentIndex(tab)
            for _ in range(20):
                app.processEvents()
            pane.grab().save(str(folder / f"{name}-{scheme.value}-{scale}.png"))
            for dialog in pane.findChildren(ConfirmDialog):
                dialog.grab().save(str(folder / f"{name}-dialog-{scheme.value}-{scale}.png"))
            pane.render_state(replace(state, confirmation=None))
            pane.close()
            pane.deleteLater()
            app.processEvents()


def main() -> None:
    """Paint at 100 % and, in a process of its own, at 200 %."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    if len(sys.argv) > 2:
        paint(folder, sys.argv[2])
        return
    for scale in ("1", "2"):
        environment = {**os.environ, "QT_SCALE_FACTOR": scale, "QT_QPA_PLATFORM": "offscreen"}
        subprocess.run([sys.executable, __file__, folder, scale], env=environment, check=True)


if __name__ == "__main__":
    main()
