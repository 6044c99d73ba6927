"""The end of a stream: bounded, counted, and read in pieces."""

import json
import tracemalloc
from decimal import Decimal

import pytest

from core.errors import RateLimited
from core.stream_tail import StopAt, StreamTail
from core.streams import Connected, KeepAlive, Lines, Waiting
from tests.fakes.clock import FakeClock
from tests.fakes.fake_transport import answer


def post(number: int, text: str = "") -> bytes:
    return json.dumps({"data": {"id": str(number), "text": text}}).encode()


def test_lines_are_handed_over_in_pieces_and_in_order() -> None:
    tail = StreamTail(FakeClock())
    tail.take(Lines((post(1), post(2))))
    seen, first = tail.newer_than(0)
    tail.take(Lines((post(3),)))

    assert first == (post(1), post(2))
    assert tail.newer_than(seen) == (3, (post(3),))
    assert tail.newer_than(3) == (3, ())


def test_who_looks_seldom_gets_the_latest_only() -> None:
    tail = StreamTail(FakeClock(), most_lines=3)
    tail.take(Lines(tuple(post(n) for n in range(10))))

    assert tail.newer_than(2) == (10, (post(7), post(8), post(9)))
    assert tail.state().total == 10
    assert tail.state().kept == 3


def test_long_lines_are_bounded_by_their_bytes() -> None:
    tail = StreamTail(FakeClock(), most_bytes=1_000)

    tail.take(Lines(tuple(post(n, "x" * 300) for n in range(10))))

    _, kept = tail.newer_than(0)
    assert sum(map(len, kept)) <= 1_000
    assert kept[-1] == post(9, "x" * 300)


def test_an_hour_of_250_posts_a_second_takes_no_more_memory_than_a_minute() -> None:
    tail = StreamTail(clock := FakeClock())
    batch = Lines(tuple(post(n, "x" * 200) for n in range(250)))

    def run(seconds: int) -> int:
        for _ in range(seconds):
            clock.advance(1)
            tail.take(batch)
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        minute = run(20)
        hour = run(200)
    finally:
        tracemalloc.stop()

    assert hour - minute < 200_000
    assert tail.state().total == 220 * 250
    assert tail.state().rate == pytest.approx(250, rel=0.25)


def test_the_rate_falls_to_nothing_when_nothing_comes() -> None:
    tail = StreamTail(clock := FakeClock())
    tail.take(Lines((post(1),)))
    clock.advance(60)

    assert tail.state().rate == 0
    assert tail.state().quiet_seconds == 60


def test_a_keep_alive_ends_the_quiet_and_is_counted() -> None:
    tail = StreamTail(clock := FakeClock())
    assert tail.state().quiet_seconds is None
    tail.take(Connected(answer({})))
    clock.advance(20)
    tail.take(KeepAlive())
    clock.advance(3)

    state = tail.state()

    assert (state.is_open, state.keep_alives, state.quiet_seconds) == (True, 1, 3)


def test_a_wait_counts_down_and_says_why() -> None:
    tail = StreamTail(clock := FakeClock())
    why = RateLimited(status=429)
    tail.take(Connected(answer({})))
    tail.take(Waiting(60.0, why, 2))
    clock.advance(15)

    state = tail.state()

    assert not state.is_open
    assert (state.waiting_seconds, state.attempt, state.why) == (45.0, 2, why)
    tail.take(Connected(answer({})))
    assert (tail.state().is_open, tail.state().waiting_seconds) == (True, 0.0)


def test_what_x_says_in_the_stream_is_shown_and_is_no_post() -> None:
    tail = StreamTail(FakeClock())
    problem = {"errors": [{"title": "operational-disconnect", "detail": "Too slow\x1b"}]}

    tail.take(Lines((json.dumps(problem).encode(), b"not json", b"[1]", post(1))))

    state = tail.state()
    assert (state.total, state.unreadable) == (1, 2)
    assert state.problem == "operational-disconnect: Too slow"


@pytest.mark.parametrize(
    ("stop", "reached"),
    [
        (StopAt(posts=3), "posts"),
        (StopAt(dollars=Decimal("0.015")), "dollars"),
        (StopAt(), ""),
        (StopAt(posts=4, dollars=Decimal(1)), ""),
    ],
)
def test_a_bound_is_told_when_it_is_reached(stop: StopAt, reached: str) -> None:
    tail = StreamTail(FakeClock(), Decimal("0.005"), stop)

    assert tail.take(Lines((post(1), post(2)))) == ""
    assert tail.take(Lines((post(3),))) == reached
    assert tail.state().dollars == Decimal("0.015")


def test_a_line_of_endless_depth_is_unreadable_and_nothing_more() -> None:
    tail = StreamTail(FakeClock())

    tail.take(Lines((b"[" * 100_000,)))

    assert tail.state().unreadable == 1
