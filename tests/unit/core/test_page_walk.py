"""All pages of a request: what comes, what stops it, and that nothing that came is lost."""

import json
import threading
from decimal import Decimal

import pytest

from core.catalogue import catalogue
from core.errors import BadAnswer, Cancelled, ConnectFailed
from core.exchange import RequestSpec
from core.model import HttpRequest, HttpResponse
from core.page_walk import Bounds, Ended, PageWalk, Walked
from core.ports import CancelToken
from tests.fakes.fake_transport import Reply, answer
from tests.unit.core.service_bench import APP_ID, Bench

SEARCH = RequestSpec(APP_ID, "GET", "/2/tweets/search/recent", query=(("query", "x"),))


def page(first: int, token: str = "", *, count: int = 2) -> HttpResponse:
    posts = [{"id": str(first + n), "text": "x", "author_id": "7"} for n in range(count)]
    meta = {"result_count": count, "newest_id": str(first), "oldest_id": str(first + count - 1)}
    if token:
        meta["next_token"] = token
    return answer(
        {"data": posts, "includes": {"users": [{"id": "7", "username": "acme"}]}, "meta": meta}
    )


def walk(bench: Bench, *replies: Reply, bounds: Bounds | None = None) -> PageWalk:
    operation = catalogue().by_id("searchPostsRecent")
    assert operation is not None
    bench.keep_bearer()
    bench.will(*replies)
    return PageWalk(bench.requester, operation, SEARCH, bounds or Bounds())


def run(bench: Bench, *replies: Reply, bounds: Bounds | None = None) -> Walked:
    return walk(bench, *replies, bounds=bounds).run(bench.cancel)


def ids(walked: Walked) -> list[str]:
    return [each["id"] for each in walked.document["data"]]


def test_all_pages_become_one_answer_in_xs_shape(bench: Bench) -> None:
    walked = run(bench, page(1, "a"), page(3, "b"), page(5))

    assert ids(walked) == ["1", "2", "3", "4", "5", "6"]
    assert walked.document["includes"] == {"users": [{"id": "7", "username": "acme"}]}
    assert walked.document["meta"] == {"result_count": 6, "newest_id": "1", "oldest_id": "6"}
    assert (walked.ended, walked.next_token) == (Ended.NO_MORE, "")
    assert (walked.progress.pages, walked.progress.items) == (3, 6)
    assert walked.progress.dollars == Decimal("0.030")
    tokens = [
        dict(seen.query).get("pagination_token") or dict(seen.query).get("next_token")
        for seen in bench.transport.seen
    ]
    assert tokens == [None, "a", "b"]


def test_a_walk_stops_at_its_number_of_pages_and_says_where_to_go_on(bench: Bench) -> None:
    walked = run(bench, page(1, "a"), page(3, "b"), bounds=Bounds(pages=2))

    assert (walked.ended, walked.next_token) == (Ended.PAGES, "b")
    assert ids(walked) == ["1", "2", "3", "4"]


def test_a_walk_asks_for_no_page_that_could_break_its_price(bench: Bench) -> None:
    bounds = Bounds(dollars=Decimal("0.035"), page_dollars=Decimal("0.020"))

    walked = run(bench, page(1, "a"), page(3, "b"), bounds=bounds)

    assert walked.ended is Ended.PRICE
    assert walked.progress.dollars == Decimal("0.020")


def test_a_refusal_in_the_middle_keeps_what_came(bench: Bench) -> None:
    walked = run(bench, page(1, "a"), answer({"title": "Too Many Requests"}, 429))

    assert walked.ended is Ended.REFUSED
    assert walked.last.response.status == 429
    assert (ids(walked), walked.next_token) == (["1", "2"], "a")


def test_a_broken_connection_in_the_middle_keeps_what_came(bench: Bench) -> None:
    walked = run(bench, page(1, "a"), ConnectFailed("no"))

    assert walked.ended is Ended.FAILED
    assert isinstance(walked.failure, ConnectFailed)
    assert (ids(walked), walked.next_token) == (["1", "2"], "a")


def test_a_page_that_names_itself_ends_the_walk(bench: Bench) -> None:
    walked = run(bench, page(1, "a"), page(3, "a"))

    assert walked.ended is Ended.FAILED
    assert isinstance(walked.failure, BadAnswer)


def test_a_failure_before_the_first_page_is_raised(bench: Bench) -> None:
    with pytest.raises(ConnectFailed):
        run(bench, ConnectFailed("no"))


def test_a_first_page_that_is_refused_is_what_a_plain_call_would_show(bench: Bench) -> None:
    walked = run(bench, answer({"title": "Forbidden"}, 403))

    assert (walked.ended, walked.progress.pages) == (Ended.REFUSED, 0)


@pytest.mark.parametrize("body", [b"null", b"[]", b'{"data": 7}', b"{", b"[" * 100_000])
def test_a_page_of_an_unknown_shape_ends_the_walk_without_a_bug(bench: Bench, body: bytes) -> None:
    walked = run(bench, page(1, "a"), HttpResponse(200, {}, body))

    assert walked.progress.pages == 2
    assert walked.document["data"][0]["id"] == "1"


def test_a_paused_walk_waits_between_pages_and_goes_on(bench: Bench) -> None:
    first_came = threading.Event()

    def first(_request: HttpRequest, _cancel: CancelToken) -> HttpResponse:
        paused.pause()
        first_came.set()
        return page(1, "a")

    paused = walk(bench, first, page(3))
    found: list[Walked] = []
    thread = threading.Thread(target=lambda: found.append(paused.run(bench.cancel)))
    thread.start()
    assert first_came.wait(30)
    assert paused.is_paused
    assert len(bench.transport.seen) == 1

    paused.resume()
    thread.join(30)

    assert ids(found[0]) == ["1", "2", "3", "4"]


def test_a_cancel_ends_a_paused_walk_and_keeps_what_came(bench: Bench) -> None:
    first_came = threading.Event()

    def first(_request: HttpRequest, _cancel: CancelToken) -> HttpResponse:
        paused.pause()
        first_came.set()
        return page(1, "a")

    paused = walk(bench, first)
    found: list[Walked] = []
    thread = threading.Thread(target=lambda: found.append(paused.run(bench.cancel)))
    thread.start()
    assert first_came.wait(30)

    bench.cancel.cancel()
    thread.join(30)

    assert (ids(found[0]), found[0].ended) == (["1", "2"], Ended.STOPPED)


def test_a_cancel_before_the_first_page_is_a_cancel(bench: Bench) -> None:
    bench.cancel.cancel()

    with pytest.raises(Cancelled):
        run(bench)


def test_partial_errors_of_all_pages_are_kept(bench: Bench) -> None:
    error = {"title": "Not Found", "value": "9"}
    bodies = [json.loads(page(1, "a").body), json.loads(page(3).body)]
    for body in bodies:
        body["errors"] = [error]

    walked = run(bench, *[answer(body) for body in bodies])

    assert walked.document["errors"] == [error, error]
