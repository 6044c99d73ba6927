"""Consents: remembered per App and program, asked one at a time, refused without a person."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.consents import (
    ANY_PROGRAM,
    Answer,
    Consent,
    Gate,
    Peer,
    Question,
    remember,
    remembered,
    withdraw,
)
from core.model import Setting
from tests.unit.core.service_bench import APP_ID, Bench

BOT = Peer(4242, "/usr/bin/bot", "me")


@pytest.fixture
def gate_asking(bench: Bench) -> type:
    """A gate that puts its questions to a list of answers, and notes them."""

    class Asking:
        def __init__(self, *answers: Answer) -> None:
            self.answers = list(answers)
            self.questions: list[Question] = []
            self.gate = Gate(bench.vault, bench.clock, self.ask)

        def ask(self, question: Question) -> Answer:
            self.questions.append(question)
            return self.answers.pop(0)

        def __call__(self, peer: Peer = BOT) -> bool:
            return self.gate(question_of(bench, peer))

    return Asking


def question_of(bench: Bench, peer: Peer = BOT) -> Question:
    return Question(bench.vault.app_named("Acme Bot"), "@acme", peer)


def test_nobody_to_ask_is_a_refusal(bench: Bench) -> None:
    assert not Gate(bench.vault, bench.clock)(question_of(bench))


def test_once_is_once(gate_asking: type) -> None:
    may = gate_asking(Answer.ONCE, Answer.REFUSE)

    assert [may(), may()] == [True, False]
    assert len(may.questions) == 2


def test_a_remembered_program_is_not_asked_about_again_and_others_are(
    bench: Bench, gate_asking: type
) -> None:
    may = gate_asking(Answer.REMEMBER, Answer.REFUSE)

    assert [may(), may(Peer(1, BOT.program)), may(Peer(2, "/usr/bin/other"))] == [True, True, False]
    assert remembered(bench.vault) == (Consent(APP_ID, BOT.program),)


def test_a_withdrawn_consent_is_asked_for_anew_at_once(bench: Bench, gate_asking: type) -> None:
    may = gate_asking(Answer.REMEMBER, Answer.REFUSE)
    may()

    withdraw(bench.vault, Consent(APP_ID, BOT.program))

    assert not may()
    assert remembered(bench.vault) == ()


def test_a_program_without_a_name_is_never_remembered(bench: Bench, gate_asking: type) -> None:
    may = gate_asking(Answer.REMEMBER, Answer.REFUSE)

    assert [may(Peer()), may(Peer())] == [True, False]
    assert remembered(bench.vault) == ()


def test_after_a_refusal_nobody_is_asked_for_half_a_minute(bench: Bench, gate_asking: type) -> None:
    may = gate_asking(Answer.REFUSE, Answer.ONCE)

    assert [may(), may()] == [False, False]
    assert len(may.questions) == 1
    bench.clock.advance(31)
    assert may()


def test_a_consent_for_all_programs_covers_each(bench: Bench) -> None:
    remember(bench.vault, Consent(APP_ID))

    assert Gate(bench.vault, bench.clock)(question_of(bench))
    assert Gate(bench.vault, bench.clock)(question_of(bench, Peer()))
    assert remembered(bench.vault) == (Consent(APP_ID, ANY_PROGRAM),)


def test_an_app_allowed_for_the_time_being_leaves_no_trace(bench: Bench) -> None:
    gate = Gate(bench.vault, bench.clock, allowed=frozenset({APP_ID}))

    assert gate(question_of(bench))
    assert remembered(bench.vault) == ()


def test_many_copies_of_a_program_are_one_question_once_it_is_remembered(bench: Bench) -> None:
    asked: list[Question] = []
    together = threading.Barrier(20)

    def ask(question: Question) -> Answer:
        asked.append(question)
        return Answer.REMEMBER

    gate = Gate(bench.vault, bench.clock, ask)

    def program(number: int) -> bool:
        together.wait()
        return gate(question_of(bench, Peer(number, BOT.program)))

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(program, range(20)))

    assert answers == [True] * 20
    assert len(asked) == 1


@pytest.mark.parametrize("text", ["", "{}", "7", '["app"]', "[[1]]", "not json"])
def test_what_cannot_be_read_is_no_consent(bench: Bench, text: str) -> None:
    bench.vault.save(Setting("helper.allowed", text))

    assert remembered(bench.vault) == ()
    assert not Gate(bench.vault, bench.clock)(question_of(bench))
