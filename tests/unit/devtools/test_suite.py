"""How the tests are split into runs, and what their exit codes add up to."""

import contextlib
import json
import os
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from scripts.devtools import suite
from scripts.foreign import setup


def test_the_serial_run_comes_first_and_the_many_last() -> None:
    serial, many = suite.plan(suite.ORDINARY, ["-x"])

    assert serial == ["-m", "(not slow and not packaged) and serial", "-x"]
    assert many[:4] == ["-n", "2", "--dist", "worksteal"]
    assert many[4:] == ["-m", "(not slow and not packaged) and not serial", "-x"]


@pytest.mark.parametrize("words", [["-n", "0"], ["-n0"], ["--numprocesses=4"], ["--pdb"], ["-s"]])
def test_who_says_how_to_run_gets_one_run(words: list[str]) -> None:
    assert suite.plan("slow", words) == [["-m", "slow", *words]]


@pytest.mark.parametrize(
    ("words", "marks", "rest"),
    [
        (["-k", "a"], "not slow", ["-k", "a"]),
        (["-m", "slow", "-x"], "slow", ["-x"]),
        (["-x", "-mpackaged"], "packaged", ["-x"]),
        (["-m=slow"], "slow", []),
        (["--maxfail=1"], "not slow", ["--maxfail=1"]),
    ],
)
def test_the_marks_of_the_person_replace_ours(
    words: list[str], marks: str, rest: list[str]
) -> None:
    assert suite.split_marks(words, "not slow") == (marks, rest)


@pytest.mark.parametrize(
    ("codes", "whole"),
    [((0, 0), 0), ((5, 0), 0), ((0, 5), 0), ((5, 5), 5), ((1, 0), 1), ((0, 3), 3), ((5, 1), 1)],
)
def test_the_exit_code_is_the_worst_and_no_test_at_all_is_a_failure(
    codes: Sequence[int], whole: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter(codes)

    @contextlib.contextmanager
    def session() -> Iterator[dict[str, str]]:
        yield {}

    monkeypatch.setattr("scripts.devtools.session.everything", session)
    monkeypatch.setattr(suite, "run_child", lambda _command, _environment: next(answers))
    monkeypatch.setattr(setup, "missing", lambda: "")

    assert suite.test([], slow=False) == whole


def test_packages_of_npm_are_fetched_first_and_without_them_the_rest_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    done: list[str] = []

    @contextlib.contextmanager
    def session() -> Iterator[dict[str, str]]:
        yield {}

    def fetch() -> int:
        done.append("fetch")
        return 1

    def run(_command: Sequence[object], _environment: object) -> int:
        done.append("pytest")
        return 0

    monkeypatch.setattr("scripts.devtools.session.everything", session)
    monkeypatch.setattr(suite, "run_child", run)
    monkeypatch.setattr(setup, "missing", lambda: "the packages are not fetched")
    monkeypatch.setattr(setup, "main", fetch)

    assert suite.test([], slow=False) == 0
    assert done == ["fetch", "pytest", "pytest"]
    assert "The packages are not fetched" in "".join(capsys.readouterr())


@pytest.mark.parametrize(
    ("failed", "again", "whole"),
    [(["a::t"], [0], 0), (["a::t", "b::t"], [1], 1), (["a::t", "b", "c", "d"], [], 1), ([], [], 1)],
)
def test_a_few_that_failed_are_run_once_more_alone_and_named(
    failed: list[str],
    again: list[int],
    whole: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    runs: list[list[str]] = []
    later = iter([*again, 0])

    def run_child(command: list[str], _environment: object) -> int:
        runs.append([str(word) for word in command])
        cache = Path(command[-1].removeprefix("cache_dir=")) / "v" / "cache"
        if len(runs) > 1:
            return next(later)
        if failed:
            cache.mkdir(parents=True)
            (cache / "lastfailed").write_text(json.dumps(dict.fromkeys(failed, True)))
        return 1

    monkeypatch.setattr("scripts.devtools.session.everything", lambda: contextlib.nullcontext({}))
    monkeypatch.setattr(suite, "run_child", run_child)

    assert suite.test([], slow=False) == whole

    assert len(runs) == 2 + len(again)
    if again:
        assert set(failed) < set(runs[1])
    said = capsys.readouterr().err
    assert ("UNSTEADY" in said) == (whole == 0)


def test_a_tool_that_judges_the_tests_runs_in_their_session_and_passes_its_verdict_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ran: list[tuple[Sequence[object], object]] = []

    @contextlib.contextmanager
    def session() -> Iterator[dict[str, str]]:
        yield {"HOME": "private"}

    def run(command: Sequence[object], environment: object) -> int:
        ran.append((command, environment))
        return 7

    monkeypatch.setattr("scripts.devtools.session.everything", session)
    monkeypatch.setattr(suite, "run_child", run)

    assert suite.measure("scripts.mutate", "--seed", "1") == 7
    ((command, environment),) = ran
    assert list(command)[1:] == ["-m", "scripts.mutate", "--seed", "1"]
    assert environment == {"HOME": "private"}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a shell's & is a matter of POSIX")
def test_ctrl_c_is_heard_in_programs_even_if_the_suite_runs_behind_an_ampersand() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        suite._hear_interrupts()
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
