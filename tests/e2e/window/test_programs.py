"""Other programs ask the real window for tokens: the person is asked, remembers and withdraws."""

import json
import os
import socket
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core import consents
from core.adapters import helper_turns
from core.adapters.lazy import serve_helper
from core.consents import Consent, remembered
from core.ports import CancelToken
from tests.e2e.window.bench import Bench

if TYPE_CHECKING:
    from tests.e2e.window.bench import Start

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Unix sockets")
PYTHON = str(Path(sys.executable).resolve())
NOT_ALLOWED = "This program may not have tokens of this App."


class Asker:
    """A program beside the window."""

    def __init__(self, home: Path) -> None:
        self._path = str(home / "helper.sock")
        self.pool = ThreadPoolExecutor(8)

    def asks(self, who: str = "bearer") -> "Future[dict[str, Any]]":
        return self.pool.submit(self._ask, who)

    def _ask(self, who: str) -> dict[str, Any]:
        with socket.socket(socket.AF_UNIX) as helper:
            helper.settimeout(90)
            helper.connect(self._path)
            helper.sendall(json.dumps({"app": "Practice App", "as": who}).encode() + b"\n")
            with helper.makefile("rb") as answers:
                found: dict[str, Any] = json.loads(answers.readline())
        return found


@pytest.fixture
def bench(prepare: "Start") -> Bench:
    """A window on the Practice App that serves the helper, with a Bearer Token."""
    bench = prepare()
    bench.world.serve_helper = serve_helper
    bench.open_with_practice_app()
    bench.generate()
    bench.person.wait(lambda: bench.program.panes.programs.is_serving, "the socket")
    return bench


@pytest.fixture
def asker(bench: Bench) -> Iterator[Asker]:
    asking = Asker(bench.home)
    yield asking
    asking.pool.shutdown()


def answer(bench: Bench, asking: "Future[dict[str, Any]]", button: str) -> dict[str, Any]:
    bench.person.press(button)
    bench.person.wait(asking.done, "the answer")
    return asking.result()


def test_a_program_that_is_allowed_once_is_asked_about_again(bench: Bench, asker: Asker) -> None:
    first = asker.asks()
    bench.person.reads(
        "Give a program a token of Practice App?",
        f"{PYTHON}, process {os.getpid()} of ",
        "It wants the Bearer Token.",
    )
    given = answer(bench, first, "Allow once")
    refused = answer(bench, asker.asks(), "Refuse")

    assert bench.bearer is not None
    assert bench.bearer.token is not None
    assert given == {"token": bench.bearer.token.reveal(), "kind": "bearer"}
    assert refused["error"]["message"] == NOT_ALLOWED
    assert remembered(bench.vault) == ()


def test_a_remembered_program_is_listed_in_settings_and_withdrawn_there(
    bench: Bench, asker: Asker
) -> None:
    assert "token" in answer(bench, asker.asks(), "Allow and remember")
    again = asker.asks()
    bench.person.wait(again.done, "an answer without a question")
    bench.show("Settings")
    bench.person.reads("you are asked the first time", PYTHON)
    known = remembered(bench.vault)

    bench.person.press(f"Withdraw {Path(PYTHON).name} for Practice App")
    bench.person.wait(lambda: not bench.person.sees(PYTHON), "the end of its row")

    assert "token" in again.result()
    assert known == (Consent(bench.app.app_id, PYTHON),)
    assert remembered(bench.vault) == ()
    assert "error" in answer(bench, asker.asks(), "Refuse")


def test_many_copies_of_a_program_are_one_question(bench: Bench, asker: Asker) -> None:
    asking = [asker.asks() for _ in range(8)]
    bench.person.press("Allow and remember")
    bench.person.wait(lambda: all(each.done() for each in asking), "all answers")

    assert len({each.result()["token"] for each in asking}) == 1
    assert QApplication.activeModalWidget() is None


def test_enter_and_escape_refuse(bench: Bench, asker: Asker) -> None:
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Escape):
        asking = asker.asks()
        bench.person.wait(lambda: QApplication.activeModalWidget() is not None, "the question")
        dialog = QApplication.activeModalWidget()
        assert dialog is not None
        QTest.keyClick(dialog, key)
        bench.person.wait(asking.done, "the answer")
        assert asking.result()["error"]["kind"] == "not_allowed"
        consents_gate_forgets(bench)


def consents_gate_forgets(bench: Bench) -> None:
    """Let half a minute pass, so that the next question is put."""
    gates = [value for value in _gates() if value._vault is bench.vault]
    for gate in gates:
        gate._refused.clear()


def _gates() -> list[Any]:
    import gc

    return [each for each in gc.get_objects() if isinstance(each, consents.Gate)]


def test_no_answer_is_a_refusal_and_the_question_goes(
    bench: Bench, asker: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consents, "ANSWER_SECONDS", 1.0)
    asking = asker.asks()
    bench.person.reads("refused after 1 seconds")

    bench.person.wait(asking.done, "the refusal")

    assert asking.result()["error"]["kind"] == "not_allowed"
    bench.person.wait(lambda: QApplication.activeModalWidget() is None, "no question")


def test_another_question_is_finished_first(bench: Bench, asker: Asker) -> None:
    bench.person.press("Revoke Bearer Token")
    asking = asker.asks()
    bench.person.press("Cancel")

    assert "token" in answer(bench, asking, "Allow once")


def test_the_window_closes_although_somebody_waits_for_an_answer(
    bench: Bench, asker: Asker
) -> None:
    asking = asker.asks()
    bench.person.reads("Give a program a token of Practice App?")

    bench.end()

    assert asking.result(60)["error"]["kind"] == "not_allowed"
    assert not (bench.home / "helper.sock").exists()


def test_an_agent_takes_over_and_settings_say_so(bench: Bench) -> None:
    cancel, is_open = CancelToken(), threading.Event()

    def note(serving: bool) -> None:
        if serving:
            is_open.set()

    agent = threading.Thread(
        target=lambda: helper_turns.serve(bench.home, lambda _line, _peer: b"{}", cancel, note)
    )
    bench.show("Settings")
    agent.start()
    try:
        bench.person.reads("keypane agent or another window answers them now.")
        assert is_open.wait(30)
    finally:
        cancel.cancel()
        agent.join(30)

    bench.person.reads("you are asked the first time")
