"""Limits and usage in the real window: what answers told, what X counts, what was spent."""

from decimal import Decimal

from core.catalogue import catalogue
from core.environment import Environment
from tests.e2e.window.bench import Bench
from ui.shell import Tab


def test_the_pane_tells_what_is_left_what_x_counts_and_what_it_publishes(bench: Bench) -> None:
    person = bench.person
    bench.generate()
    bench.program.window.show_tab(Tab.LIMITS)
    person.reads("No call has been made yet.", "asking is free")

    person.press("Ask X for usage")
    person.reads("this month", "GET /2/usage/tweets", "Bearer Token")
    person.press("Table of Posts read per day")
    person.press("Show published limits")
    person.reads("GET /2/tweets/search/recent", "450 / 15 min")


def test_a_pace_that_will_not_last_is_told(bench: Bench) -> None:
    bench.generate()
    bench.sandbox.set_limit("getUsage", 5)
    bench.program.window.show_tab(Tab.LIMITS)

    for left in (4, 3, 2, 1):
        bench.person.press("Ask X for usage")
        bench.person.reads(f"{left} of 5 left")

    bench.person.reads("at this pace none by")


def test_what_was_spent_here_is_shown_and_no_call_of_the_sandbox_costs(bench: Bench) -> None:
    operation = catalogue().by_id("getPostsByIds")
    assert operation is not None
    spending = bench.program.world.spending
    answer = {"data": [{"id": "1"}, {"id": "2"}]}
    for _ in range(2):
        charged = spending.note(bench.app.app_id, Environment.x(), operation, 200, answer)
    assert charged == Decimal(0)

    bench.program.window.show_tab(Tab.LIMITS)

    bench.person.reads("$0.010", "2 calls", "Repeats not charged today", "$0.300")
