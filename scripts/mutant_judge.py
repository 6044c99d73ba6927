"""Judges one fault after another: quickly in a warm process, then once more in a fresh one.

The warm process has collected every test and never runs one itself. For each fault it forks a
child, which exchanges the code of the faulty function (mutant_swap) and runs the tests that
coverage names until one is red. What survives there, and what sits outside of functions, is
judged in a child that imports the module anew with the fault in it (mutant_import).
"""

import contextlib
import importlib
import json
import os
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final, NoReturn, TextIO

import pytest

from scripts.coverage_report import ROOT, TESTS
from scripts.mutant_import import serve
from scripts.mutant_swap import Live, live_functions, swap
from scripts.mutants import Mutant

PATIENCE: Final = 8.0
"""How many times its usual time a run may take, with half a minute added to it."""
_OPTIONS: Final = (
    "-x", "-q", "-p", "no:cacheprovider", "--hypothesis-profile=mutate", "--capture=sys",
    "--timeout=45", "-W", "ignore::pytest.PytestAssertRewriteWarning",  # of what was preloaded
)  # fmt: skip
_RED, _NOT_COLLECTED, _NOT_HERE, _BROKEN = 1, 2, 70, 71
_MEANING: Final = {0: "survived", _RED: "killed", _NOT_COLLECTED: "killed", _NOT_HERE: "not here"}


class Judge:
    """Keeps one warm process until `close`; not for two threads."""

    def __init__(self, files: Sequence[Path]) -> None:
        asked, answers = os.pipe(), os.pipe()
        self._warm = os.fork()
        if not self._warm:
            os.close(asked[1])
            os.close(answers[0])
            _be_a_child(partial(_be_warm, files, os.fdopen(asked[0]), answers[1]))
        os.close(asked[0])
        os.close(answers[1])
        self._ask = os.fdopen(asked[1], "w")
        self._hear = os.fdopen(answers[0])

    def close(self) -> None:
        """End the warm process."""
        self._ask.close()
        self._hear.close()
        os.waitpid(self._warm, 0)

    def outcome(self, mutant: Mutant, tests: Sequence[str], seconds: float) -> str:
        """Return whether these tests, which take `seconds` without a fault, notice it."""
        if not tests:
            return "untested"
        place = [str(mutant.path), mutant.place, mutant.kind]
        self._ask.write(json.dumps([place, list(tests), seconds]) + "\n")
        self._ask.flush()
        outcome = self._hear.readline().strip() or "tool failed"
        if outcome in {"survived", "not here"}:
            return _run(partial(_run_fresh, mutant, tests), seconds)
        return outcome


class _Warm:
    """The pytest plugin that answers questions instead of running the tests."""

    def __init__(self, files: Sequence[Path], asked: TextIO, answers: int) -> None:
        self._files = files
        self._asked = asked
        self._answers = answers

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Fork a child for each question, until there are no more."""
        for path in self._files:
            importlib.import_module(module_of(path))
        items = {item.nodeid: item for item in session.items}
        live = live_functions()
        for line in self._asked:
            (path, place, kind), names, seconds = json.loads(line)
            text = Path(path).read_text("utf-8")
            mutant = Mutant(Path(path), range(0), "", place, kind, text)
            tests = [items[name] for name in names if name in items]
            outcome = _run(partial(_run_warm, session, mutant, live, tests), seconds)
            os.write(self._answers, f"{outcome}\n".encode())
        return True


def _be_warm(files: Sequence[Path], asked: TextIO, answers: int) -> int:
    _say_nothing(os.devnull)
    return int(pytest.main([*_OPTIONS, *TESTS], plugins=[_Warm(files, asked, answers)]))


def _run_warm(
    session: pytest.Session, mutant: Mutant, live: Live, tests: Sequence[pytest.Item]
) -> int:
    if mutant.kind != "nothing" and not swap(mutant, live):
        return _NOT_HERE
    for item, after in zip(tests, [*tests[1:], None], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
        if session.testsfailed:
            return _RED
    return 0


def _run_fresh(mutant: Mutant, tests: Sequence[str]) -> int:
    serve(mutant, ROOT)
    # A fault that breaks the import is noticed by every test; it must not look like a missing one.
    try:
        importlib.import_module(module_of(mutant.path))
    except Exception:  # noqa: BLE001 - any at all
        return _RED
    return int(pytest.main([*_OPTIONS, *tests]))


def module_of(path: Path) -> str:
    """Return the dotted name under which a file of the tree is imported."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def _run(work: Callable[[], int], seconds: float) -> str:
    """Do it in a child with a folder of its own; return what the child's end means."""
    folder = Path(tempfile.mkdtemp(prefix="kp-mutant-"))
    try:
        return _end_of(_fork(work, folder), time.monotonic() + PATIENCE * seconds + 30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _fork(work: Callable[[], int], folder: Path) -> int:
    child = os.fork()
    if not child:
        os.setsid()
        _say_nothing(str(folder / "told.txt"))
        os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
        _be_a_child(work)
    return child


def _end_of(child: int, deadline: float) -> str:
    for pause in _pauses():
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            with contextlib.suppress(ProcessLookupError):  # what its tests may have left behind
                os.killpg(child, signal.SIGKILL)
            return _MEANING.get(os.waitstatus_to_exitcode(status), "tool failed")
        if time.monotonic() > deadline:
            break
        time.sleep(pause)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "timed out"


def _pauses() -> Iterator[float]:
    pause = 0.002
    while True:
        yield pause
        pause = min(pause * 1.3, 0.1)


def _be_a_child(work: Callable[[], int]) -> NoReturn:
    """Work, and end with its exit code: a child must never go on as its parent."""
    code = _BROKEN
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        code = work()
    except BaseException:  # noqa: BLE001 - whatever it is
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(code)


def _say_nothing(told: str) -> None:
    """Read from nothing; print into a file."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    into = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for number, place in ((nothing, 0), (into, 1), (into, 2)):
        os.dup2(number, place)
