"""Credits, as far as one free call tells."""

import pytest

from core.credits import CREDITS_PATH, Balance, Credits
from core.errors import NoCredential, ServerFault, Unauthorized
from core.notes import OK, OPEN, Enrolment
from tests.fakes.fake_transport import answer
from tests.unit.core.service_bench import APP_ID, UNAUTHORIZED, Bench, authorization


@pytest.fixture
def credits_of(bench: Bench) -> Credits:
    bench.keep_bearer()
    return Credits(bench.transport, bench.vault, bench.clock)


def noted(bench: Bench) -> str:
    known = bench.vault.get(Enrolment, APP_ID)
    return known.credits if known is not None else ""


@pytest.mark.parametrize(
    ("facts", "balance", "word"),
    [
        ({"data": {"credits_remaining": "12.5"}}, Balance.SOME, OK),
        ({"data": {"account": {"balance": 0}}}, Balance.NONE, OPEN),
        ({"data": [{"available": 3}, {"available": 0}]}, Balance.SOME, OK),
        ({"data": {"used": 12}}, Balance.UNTOLD, ""),
        ({"data": {"balance": "soon"}}, Balance.UNTOLD, ""),
        ({"data": {"is_available": True}}, Balance.UNTOLD, ""),
    ],
)
def test_a_number_is_believed_under_a_name_that_says_what_it_is(
    bench: Bench, credits_of: Credits, facts: object, balance: Balance, word: str
) -> None:
    bench.will(answer(facts))

    assert credits_of.ask(APP_ID, bench.cancel) is balance
    assert noted(bench) == word
    assert bench.paths == [CREDITS_PATH]
    assert authorization(bench.transport.seen[0]).startswith("Bearer ")


def test_a_404_means_not_yet_and_notes_nothing(bench: Bench, credits_of: Credits) -> None:
    bench.will(answer(b"", 404))

    assert credits_of.ask(APP_ID, bench.cancel) is Balance.NOT_YET
    assert bench.vault.all(Enrolment) == ()


def test_a_402_means_none(bench: Bench, credits_of: Credits) -> None:
    bench.will(answer({"title": "CreditsDepleted"}, 402))

    assert credits_of.ask(APP_ID, bench.cancel) is Balance.NONE
    assert noted(bench) == OPEN


def test_a_page_for_people_tells_nothing(bench: Bench, credits_of: Credits) -> None:
    bench.will(answer(b"<html>hotel</html>", 200, {"content-type": "text/html"}))

    assert credits_of.ask(APP_ID, bench.cancel) is Balance.UNTOLD
    assert noted(bench) == ""


@pytest.mark.parametrize(("status", "kind"), [(401, Unauthorized), (503, ServerFault)])
def test_another_no_is_told_as_such(
    bench: Bench, credits_of: Credits, status: int, kind: type[Exception]
) -> None:
    bench.will(answer(UNAUTHORIZED, status))

    with pytest.raises(kind):
        credits_of.ask(APP_ID, bench.cancel)


def test_without_a_bearer_token_nothing_is_sent(bench: Bench) -> None:
    with pytest.raises(NoCredential):
        Credits(bench.transport, bench.vault, bench.clock).ask(APP_ID, bench.cancel)

    assert bench.transport.seen == []
