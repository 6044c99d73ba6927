"""Bodies that are out of order: each gets a sentence, and nothing is hidden."""

import gzip
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from core.answer_bodies import read_body
from core.catalogue import catalogue
from core.exchange import Exchange, RequestSpec
from core.model import HttpResponse
from ui.presenters.requests_answer import answer_state
from ui.views.answer_state import AnswerPhase, AnswerState
from ui.widgets.json_tree import JsonTreeModel


def shown(body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> AnswerState:
    operation = catalogue().by_id("getPostsByIds")
    assert operation is not None
    exchange = Exchange(
        RequestSpec("app", "GET", "/2/tweets"),
        "https://api.x.com/2/tweets",
        "GET /2/tweets",
        HttpResponse(status, headers or {"content-type": "application/json"}, body),
        datetime(2026, 11, 23, tzinfo=UTC),
    )
    state, _ = answer_state(exchange, operation, is_billed=True)
    return state


def test_a_name_that_stands_twice_is_told_and_the_last_one_counts() -> None:
    state = shown(b'{"data": {"id": "1", "id": "2", "text": "x", "text": "y"}}')

    assert state.phase is AnswerPhase.DONE
    assert state.document == {"data": {"id": "2", "text": "y"}}
    assert state.banner is not None
    assert "id, text" in state.banner.text
    assert '"id": "1"' in state.raw_text


def test_json_that_is_nested_without_end_is_said_to_be_so() -> None:
    state = shown(b"[" * 200_000)

    assert state.phase is AnswerPhase.FAILED
    assert state.problem is not None
    assert "nested too deeply" in state.problem.title
    assert state.raw_text.startswith("[[[")


@pytest.mark.parametrize("depth", [65, 300])
def test_deep_json_that_can_be_read_is_shown(depth: int) -> None:
    body = b'{"a":' * depth + b"1" + b"}" * depth
    state = shown(body)
    model = JsonTreeModel()
    model.set_document(state.document)

    assert state.phase is AnswerPhase.DONE
    assert model.rowCount() == 1


@pytest.mark.parametrize(
    ("body", "headers", "words"),
    [
        (b"<html><body>Sign in to the network</body></html>", {}, "does not seem to come from X"),
        (b"<!doctype html>", {"content-type": "text/html"}, "does not seem to come from X"),
        (b"upstream connect error", {"content-type": "text/plain"}, "it is not JSON"),
        (b'{"data": [', {}, "it is not JSON"),
        (b"\xff\xfe\x00", {}, "it is not JSON"),
        (gzip.compress(b"{}"), {}, "it is not JSON"),
    ],
    ids=["html", "doctype", "text", "cut", "bytes", "unasked gzip"],
)
def test_a_yes_without_json_is_no_answer_of_xs(
    body: bytes, headers: dict[str, str], words: str
) -> None:
    state = shown(body, headers=headers)

    assert state.phase is AnswerPhase.FAILED
    assert state.problem is not None
    assert words in state.problem.title
    assert state.problem.next_step


@pytest.mark.parametrize("body", [b"", b"  \n", b"null", b"7", b'"x"', b"[]", b'{"data": null}'])
def test_a_yes_with_nothing_to_show_is_done(body: bytes) -> None:
    state = shown(body)

    assert state.phase is AnswerPhase.DONE
    assert state.cards.is_empty


@pytest.mark.parametrize("reset", ["99999999999", "-1", "soon", "1e30", "0"])
def test_a_429_with_an_absurd_reset_still_says_when_to_try_again(reset: str) -> None:
    body = json.dumps({"title": "Too Many Requests"}).encode()
    state = shown(body, 429, {"x-rate-limit-reset": reset, "x-rate-limit-remaining": "0"})

    assert state.problem is not None
    assert state.problem.is_warning
    assert "X was asked too often" in state.problem.title
    assert "+" not in state.problem.next_step.replace("+0000", "")


def test_a_402_asks_for_credits() -> None:
    state = shown(b'{"title":"CreditsDepleted"}', 402)

    assert state.problem is not None
    assert state.problem.is_warning
    assert "credits" in f"{state.problem.title} {state.problem.next_step}"


@pytest.mark.parametrize(
    "document",
    [
        {"data": [{"id": 1, "text": None}]},
        {"data": {"id": "1", "text": "x", "entities": 7, "public_metrics": []}},
        {"data": [], "errors": "no"},
        {"errors": [7, None, {"value": []}]},
        {"data": [{"id": "1", "text": "x"}], "includes": [1], "meta": 5},
    ],
)
def test_shapes_that_x_is_not_known_to_send_are_no_bug(document: dict[str, Any]) -> None:
    assert shown(json.dumps(document).encode()).phase is AnswerPhase.DONE


def test_a_mark_at_the_beginning_is_no_fault() -> None:
    assert read_body(b'\xef\xbb\xbf{"a": 1}').value == {"a": 1}
