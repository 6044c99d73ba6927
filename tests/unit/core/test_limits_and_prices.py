"""What answers tell about limits, and what they cost."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from core.catalogue import Operation, catalogue
from core.pricing import cost_of
from core.rate_limits import KnownLimit, RateLimit, RateLimits, read_rate_limit

RESET = datetime(2026, 8, 22, 12, 15, tzinfo=UTC)
LIMIT = RateLimit(900, 3, RESET)


def operation(operation_id: str) -> Operation:
    found = catalogue().by_id(operation_id)
    assert found is not None
    return found


def test_the_three_headers_are_read() -> None:
    headers = {
        "x-rate-limit-limit": "900",
        "x-rate-limit-remaining": "3",
        "x-rate-limit-reset": str(int(RESET.timestamp())),
    }

    assert read_rate_limit(headers) == LIMIT


@pytest.mark.parametrize("value", ["", "-1", "x", "1.5", "٣", "9" * 30])
def test_unreadable_headers_tell_nothing(value: str) -> None:
    good = {"x-rate-limit-limit": "1", "x-rate-limit-remaining": "1", "x-rate-limit-reset": "1"}

    for name in good:
        assert read_rate_limit({**good, name: value}) is None
    assert read_rate_limit({}) is None


def test_a_window_that_ended_is_full_again() -> None:
    assert LIMIT.remaining_at(RESET - timedelta(seconds=1)) == 3
    assert LIMIT.remaining_at(RESET) == 900


@pytest.mark.parametrize(
    ("used", "elapsed", "left_for"),
    [
        (60, 600, None),  # 60 in ten minutes: the window ends before the next 840 are used
        (450, 300, 300),  # half of them in a third of the window
        (899, 890, 890 / 899),
        (30, 10, None),  # thirty at once foretell nothing dramatic
        (1, 1, None),
        (900, 300, None),  # nothing is left: blocked, not foretold
    ],
)
def test_a_pace_that_will_not_last_is_foretold(
    used: int, elapsed: float, left_for: float | None
) -> None:
    start = RESET - timedelta(seconds=900)
    now = start + timedelta(seconds=elapsed)

    at = RateLimit(900, 900 - used, RESET).used_up_at(now, 900)

    if left_for is None:
        assert at is None
    else:
        assert at is not None
        assert (at - now).total_seconds() == pytest.approx(left_for)


def test_a_window_that_ended_foretells_nothing() -> None:
    assert LIMIT.used_up_at(RESET, 900) is None


def test_the_latest_limit_of_an_app_is_known() -> None:
    limits = RateLimits()
    seen_at = RESET
    for endpoint in ("GET /a", "GET /b", "GET /a"):
        limits.note(KnownLimit("app", "bearer", endpoint, LIMIT, seen_at))
    limits.note(KnownLimit("other", "bearer", "GET /c", LIMIT, seen_at))

    assert [each.endpoint for each in limits.known("app")] == ["GET /b", "GET /a"]
    latest = limits.latest("app")
    assert latest is not None
    assert latest.endpoint == "GET /a"
    assert limits.latest("nobody") is None


def test_reading_is_paid_per_resource() -> None:
    cost = cost_of(operation("getPostsByIds"), 200, {"data": [{"id": "1"}, {"id": "2"}]})

    assert cost is not None
    assert (cost.dollars, cost.units, cost.unit) == (Decimal("0.010"), 2, "Post")


def test_writing_is_paid_per_request_and_an_address_costs_more() -> None:
    create = operation("createPosts")
    answer = {"data": {"id": "1"}}

    plain = cost_of(create, 201, answer, {"text": "hello"})
    linked = cost_of(create, 201, answer, {"text": "see https://example.com"})

    assert plain is not None
    assert linked is not None
    assert (plain.dollars, linked.dollars) == (Decimal("0.015"), Decimal("0.200"))


def test_a_refusal_costs_nothing_and_an_unpriced_call_is_unknown() -> None:
    refused = cost_of(operation("getPostsByIds"), 429, {})

    assert refused is not None
    assert refused.dollars == 0
    assert cost_of(operation("getUsage"), 200, {"data": {}}) is None
