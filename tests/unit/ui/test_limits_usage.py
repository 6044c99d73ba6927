"""X's answer about usage becomes thirty days, whatever stands in it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from ui.presenters.limits_usage import usage_of
from ui.views.limits_state import UsageState

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


def usage(*days: tuple[str, object], **facts: Any) -> UsageState:
    rows = [{"date": day, "usage": count} for day, count in days]
    return usage_of({"data": {"daily_project_usage": {"usage": rows}, **facts}}, NOW)


def test_days_that_x_leaves_out_stand_without_a_bar_where_they_belong() -> None:
    found = usage(("2026-11-22T00:00:00.000Z", "7"), ("2026-11-24T00:00:00.000Z", "2"))

    assert len(found.bars) == 30
    assert [(bar.label, bar.value) for bar in found.bars[-3:]] == [
        ("22 Nov", 7),
        ("23 Nov", 0),
        ("today", 2),
    ]
    assert (found.bars[0].label, found.bars[0].value) == ("26 Oct", 0)
    assert found.description == "30 days, at most 7 Posts a day"


def test_the_month_and_its_cap_are_told() -> None:
    found = usage(("2026-11-24", 3), project_usage="1203", project_cap="3000000", cap_reset_day=8)

    assert (found.count, found.cap.value) == ("1203", 100_000)
    assert found.month == "of 3000000 this month (0.04%) · resets on day 8"
    assert found.cap_words == "The cap allows 100000 a day, far above these bars."


@pytest.mark.parametrize("count", ["-4", "many", None, "9" * 40, "9" * 5_000, [], 1.5])
def test_a_number_that_can_be_none_counts_as_nothing(count: object) -> None:
    found = usage(("2026-11-24", count), project_usage=count, project_cap=count)

    assert (found.bars[-1].value, found.count, found.month) == (0, "0", "this month")


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"data": []},
        {"data": {"daily_project_usage": 3}},
        {"data": {"daily_project_usage": {"usage": [3, None, {"date": "soon", "usage": "1"}]}}},
    ],
)
def test_an_answer_without_a_day_has_no_bars(document: dict[str, Any]) -> None:
    found = usage_of(document, NOW)

    assert (found.bars, found.description) == ((), "X named no day.")


def test_a_day_is_counted_in_utc() -> None:
    assert usage(("2026-11-24T01:00:00+05:00", 4)).bars[-2].value == 4
