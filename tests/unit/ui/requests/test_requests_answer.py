"""What the answer area says of good answers, refusals and walks that ended."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from core.catalogue import Operation, catalogue
from core.exchange import Exchange, RequestSpec
from core.model import HttpResponse, Timing
from core.page_walk import Ended, Progress, Walked
from ui.presenters.requests_answer import answer_state, walked_state
from ui.views.answer_state import AnswerPhase, AnswerState, StatusKind

SENT_AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def operation(identity: str = "searchPostsRecent") -> Operation:
    found = catalogue().by_id(identity)
    assert found is not None
    return found


def exchange(document: object, status: int = 200, reason: str = "OK", **headers: str) -> Exchange:
    given = {"content-type": "application/json"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    response = HttpResponse(status, given, body, Timing(total_ms=12.0), reason)
    spec = RequestSpec("app", "GET", "/2/tweets/search/recent")
    return Exchange(spec, "https://api.x.com/2", "GET /2", response, SENT_AT)


def shown(answer: Exchange, identity: str = "searchPostsRecent") -> AnswerState:
    return answer_state(answer, operation(identity), is_billed=True)[0]


@pytest.mark.parametrize(
    "document",
    [{"meta": {"result_count": 0}}, {"data": []}, {"data": [], "meta": {"result_count": 0}}],
)
def test_an_answer_that_found_nothing_is_told_from_one_without_cards(document: object) -> None:
    state = shown(exchange(document))

    assert (state.phase, state.holds_nothing) == (AnswerPhase.DONE, True)
    assert state.facts.endswith("free")


@pytest.mark.parametrize(
    "document",
    [
        {"data": {"project_usage": "3"}},
        {"data": [], "errors": [{"title": "Not Found Error"}]},
        {"data": [{"id": "1", "text": "x"}]},
        [],
    ],
)
def test_an_answer_that_holds_something_is_no_empty_one(document: object) -> None:
    assert not shown(exchange(document)).holds_nothing


def test_a_price_that_x_does_not_publish_is_not_called_free() -> None:
    state = shown(exchange({"data": [{"id": "1"}]}), "getWebhooks")

    assert state.facts == "12 ms · 23 B"


def test_a_yes_with_a_page_for_people_says_so_beside_its_status() -> None:
    state = shown(exchange(b"<html>Welcome</html>", content_type="text/html"))
    cut = shown(exchange(b'{"data": [{"id'))

    assert (state.status, state.status_kind) == ("200 OK, but HTML", StatusKind.BAD)
    assert cut.status == "200 OK, but no usable JSON"


def test_a_limit_says_when_x_takes_the_call_again_and_leads_to_the_limits() -> None:
    reset_at = SENT_AT + timedelta(minutes=6, seconds=30)
    problem = shown(
        exchange(
            {"title": "Too Many Requests"},
            429,
            "Too Many Requests",
            x_rate_limit_reset=str(int(reset_at.timestamp())),
            x_rate_limit_remaining="0",
        )
    ).problem

    assert problem is not None
    local = reset_at.astimezone()
    assert problem.next_step == (
        f"X takes this call again at {local:%H:%M}, 6 min after it was sent."
    )
    assert [action.key for action in problem.actions] == ["limits"]


@pytest.mark.parametrize(
    ("ended", "status", "kind"),
    [
        (Ended.NO_MORE, "200 OK", StatusKind.OK),
        (Ended.PAGES, "Stopped at the bound", StatusKind.OFF),
        (Ended.PRICE, "Stopped at the sum", StatusKind.OFF),
        (Ended.SIZE, "Stopped at 32 MiB", StatusKind.OFF),
        (Ended.STOPPED, "Stopped", StatusKind.OFF),
    ],
)
def test_a_walk_keeps_why_it_ended(ended: Ended, status: str, kind: StatusKind) -> None:
    document = {"data": [{"id": "1", "text": "x"}]}
    progress = Progress(1, 1, Decimal("0.005"), 40)
    walked = Walked(document, progress, ended, exchange(document), "next", 12.0)

    state = walked_state(walked, is_billed=True)

    assert (state.status, state.status_kind) == (status, kind)
    assert state.facts == "1 page · 40 B · $0.005"
