"""What a day's calls cost is added up by X's rules, and kept sealed."""

from decimal import Decimal
from pathlib import Path

import pytest

from core.catalogue import Operation, catalogue
from core.environment import Environment
from core.sent import SpentDay
from core.spending import DAYS_KEPT, MOST_SEEN, Spending
from core.vault.vault import Vault
from tests.fakes.clock import FakeClock
from tests.fakes.vaults import session_vault

X = Environment.x()
SANDBOX = Environment.sandbox("http://127.0.0.1:1")
DAY = 86_400.0


def operation(operation_id: str) -> Operation:
    found = catalogue().by_id(operation_id)
    assert found is not None
    return found


def posts(*ids: str) -> dict[str, object]:
    return {"data": [{"id": each, "text": "t"} for each in ids]}


@pytest.fixture
def spending(vault: Vault, clock: FakeClock) -> Spending:
    return Spending(vault, clock)


def read(spending: Spending, *ids: str, app: str = "a1") -> Decimal:
    return spending.note(app, X, operation("getPostsByIds"), 200, posts(*ids))


def test_a_post_read_again_on_the_same_day_is_charged_once(spending: Spending) -> None:
    assert read(spending, "1", "2") == Decimal("0.010")
    assert read(spending, "2", "3") == Decimal("0.005")

    spent = spending.spent("a1")
    assert (spent.today, spent.saved_today) == (Decimal("0.015"), Decimal("0.005"))
    assert (spent.session, spent.calls_today) == (Decimal("0.015"), 2)


def test_the_next_utc_day_charges_anew(spending: Spending, clock: FakeClock) -> None:
    read(spending, "1")
    clock.advance(DAY)

    assert read(spending, "1") == Decimal("0.005")
    assert spending.spent("a1").today == Decimal("0.005")
    assert spending.spent("a1").session == Decimal("0.010")


def test_a_write_is_charged_each_time(spending: Spending) -> None:
    body = '{"text": "Look: https://example.com"}'
    for _ in range(2):
        spending.note("a1", X, operation("createPosts"), 201, {"data": {"id": "9"}}, body)

    assert spending.spent("a1").today == Decimal("0.400")


def test_refused_and_empty_answers_and_the_sandbox_cost_nothing(spending: Spending) -> None:
    wanted = operation("getPostsByIds")

    assert spending.note("a1", X, wanted, 429, {}) == 0
    assert spending.note("a1", X, wanted, 200, {"meta": {"result_count": 0}}) == 0
    assert spending.note("a1", SANDBOX, wanted, 200, posts("1")) == 0
    assert spending.spent("a1").calls_today == 0


def test_a_month_is_reckoned_from_the_days_with_calls(spending: Spending, clock: FakeClock) -> None:
    read(spending, "1", "2")
    clock.advance(DAY * 2)
    read(spending, "1", "2", "3", "4")

    assert spending.spent("a1").month == Decimal("0.015") * 30


def test_what_another_program_on_this_computer_spent_counts_today(
    vault: Vault, clock: FakeClock
) -> None:
    read(Spending(vault, clock), "1")

    here = Spending(vault, clock)

    assert read(here, "1") == 0
    assert here.spent("a1").today == Decimal("0.005")
    assert here.spent("a1").session == 0


def test_a_streams_posts_count_when_it_is_over(spending: Spending) -> None:
    spending.note_stream("a1", X, Decimal("0.250"))
    spending.note_stream("a1", SANDBOX, Decimal(9))
    spending.note_stream("a1", X, Decimal(0))

    spent = spending.spent("a1")
    assert (spent.session, spent.today, spent.calls_today) == (
        Decimal("0.250"),
        Decimal("0.250"),
        1,
    )


def test_each_app_is_charged_for_itself(spending: Spending) -> None:
    read(spending, "1", app="a1")

    assert read(spending, "1", app="a2") == Decimal("0.005")
    assert spending.spent("a1").today == Decimal("0.005")


def test_days_long_gone_are_dropped_and_a_day_remembers_only_so_much(
    spending: Spending, vault: Vault, clock: FakeClock
) -> None:
    read(spending, *(str(number) for number in range(MOST_SEEN + 10)))
    assert read(spending, "0") in {Decimal(0), Decimal("0.005")}
    clock.advance(DAY * (DAYS_KEPT + 1))
    read(spending, "1")

    days = vault.readable(SpentDay)
    assert len(days) == 1
    assert all(len(day.facts) < 200_000 for day in days)


def test_a_closed_vault_keeps_the_sum_of_this_session(tmp_path: Path, clock: FakeClock) -> None:
    vault = session_vault(tmp_path, clock)
    spending = Spending(vault, clock)
    vault.close()

    assert read(spending, "1") == Decimal("0.005")
    assert spending.spent("a1").session == Decimal("0.005")
    assert spending.spent("a1").today == 0


def test_damaged_facts_count_as_nothing(vault: Vault, clock: FakeClock) -> None:
    day = f"{clock.now():%Y-%m-%d}"
    vault.save(SpentDay(f"a1 {day}", "a1", day, '{"dollars": "many", "calls": 3'))

    assert Spending(vault, clock).spent("a1").today == 0
    vault.save(SpentDay(f"a1 {day}", "a1", day, '{"dollars": "many", "calls": 3}'))
    assert Spending(vault, clock).spent("a1").calls_today == 3
    assert read(Spending(vault, clock), "1") == Decimal("0.005")
