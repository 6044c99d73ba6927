"""Jobs: each reports exactly once, lanes run in order, and nothing outlives the runner."""

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from core.errors import BadAnswer
from core.ports import CancelToken
from ui.jobs import Job, JobRunner


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[JobRunner]:
    running = JobRunner()
    yield running
    assert running.shut_down(), "a job outlived its test"


def outcomes(job: Job, into: list[tuple[str, object]]) -> None:
    job.succeeded.connect(lambda value: into.append(("succeeded", value)))
    job.failed.connect(lambda error: into.append(("failed", error)))
    job.cancelled.connect(lambda: into.append(("cancelled", None)))


def test_two_thousand_instant_jobs_lose_no_outcome(runner: JobRunner, qtbot: QtBot) -> None:
    seen: list[tuple[str, object]] = []
    for number in range(2_000):

        def work(_cancel: CancelToken, number: int = number) -> int:
            return number

        outcomes(runner.submit(work), seen)

    qtbot.waitUntil(lambda: len(seen) == 2_000, timeout=20_000)
    assert {how for how, _ in seen} == {"succeeded"}
    assert {value for _, value in seen} == set(range(2_000))
    assert runner.count == 0


def test_one_lane_runs_its_jobs_one_after_the_other(runner: JobRunner, qtbot: QtBot) -> None:
    order: list[int] = []
    gate = threading.Event()
    seen: list[tuple[str, object]] = []

    def first(_cancel: CancelToken) -> None:
        gate.wait(30)
        order.append(1)

    outcomes(runner.submit(first, lane="app-1"), seen)
    outcomes(runner.submit(lambda _cancel: order.append(2), lane="app-1"), seen)
    outcomes(runner.submit(lambda _cancel: order.append(0)), seen)
    qtbot.waitUntil(lambda: order == [0])
    gate.set()

    qtbot.waitUntil(lambda: len(seen) == 3)
    assert order == [0, 1, 2]


def test_cancel_ends_a_waiting_job_as_cancelled(runner: JobRunner, qtbot: QtBot) -> None:
    seen: list[tuple[str, object]] = []
    started = threading.Event()

    def wait(cancel: CancelToken) -> None:
        started.set()
        cancel.wait(10)
        cancel.check()

    job = runner.submit(wait)
    outcomes(job, seen)
    qtbot.waitUntil(started.is_set)
    job.cancel()

    qtbot.waitUntil(lambda: seen == [("cancelled", None)])


def test_an_answer_that_beat_the_cancel_wins(runner: JobRunner, qtbot: QtBot) -> None:
    seen: list[tuple[str, object]] = []
    done = threading.Event()

    def answer(_cancel: CancelToken) -> str:
        done.set()
        return "answer"

    job = runner.submit(answer)
    outcomes(job, seen)
    assert done.wait(30)
    job.cancel()

    qtbot.waitUntil(lambda: seen == [("succeeded", "answer")])


def test_our_errors_arrive_as_failed(runner: JobRunner, qtbot: QtBot) -> None:
    seen: list[tuple[str, object]] = []
    error = BadAnswer("not JSON")

    def fail(_cancel: CancelToken) -> None:
        raise error

    outcomes(runner.submit(fail), seen)

    qtbot.waitUntil(lambda: seen == [("failed", error)])


class _Emitter(QObject):
    flag = Signal(bool)


def test_five_thousand_emits_do_not_abort_the_process(qtbot: QtBot) -> None:
    emitter = _Emitter()
    heard: list[bool] = []
    emitter.flag.connect(heard.append)

    for _ in range(5_000):
        emitter.flag.emit(True)

    assert len(heard) == 5_000
