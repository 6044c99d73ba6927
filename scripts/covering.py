"""Which test runs which line: a pytest plugin that notes it, and the reader of its notes.

As a plugin (`-p scripts.covering`) it names coverage's context after each test and keeps how
long each took, in the file that `KEYPANE_DURATIONS` names.
"""

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import coverage
import pytest

DURATIONS: Final = "KEYPANE_DURATIONS"
_seconds: dict[str, float] = {}


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Let coverage write this test's lines, fixtures included, under its name."""
    running = coverage.Coverage.current()
    if running is not None:
        running.switch_context(item.nodeid)
    yield
    if running is not None:
        running.switch_context("")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Add what a part of a test took."""
    _seconds[report.nodeid] = _seconds.get(report.nodeid, 0.0) + report.duration


def pytest_sessionfinish() -> None:
    """Write how long each test took, where someone asked for it."""
    if path := os.environ.get(DURATIONS):
        Path(path).write_text(json.dumps(_seconds), "utf-8")


@cache
def _text_of(file: str) -> str:
    path = Path(file)
    return path.read_text("utf-8") if path.is_file() else ""


@dataclass(frozen=True)
class Covering:
    """The lines of the guarded files with the tests that run them."""

    seconds: Mapping[str, float]
    by_line: Mapping[str, Mapping[int, frozenset[str]]]

    @classmethod
    def read(cls, data_file: Path, durations: Path) -> "Covering":
        """Read what a run with coverage and this plugin has left."""
        data = coverage.CoverageData(str(data_file))
        data.read()
        by_line = {
            name: {line: frozenset(set(tests) - {""}) for line, tests in lines.items()}
            for name in data.measured_files()
            for lines in (data.contexts_by_lineno(name),)
        }
        return cls(json.loads(durations.read_text("utf-8")), by_line)

    def tests_of(
        self, path: Path, lines: Iterable[int], slowest: float, name: str = ""
    ) -> list[str]:
        """Return the tests for a change of `lines`, the most telling first.

        A line that no test runs itself (a constant, a default) belongs to every test that
        enters the file. First stand the tests of files that say the constant's name, then those
        of files named alike, then the others; among these the files take turns, each with the
        test first that runs the fewest other lines, since tests of one file are much alike.

        Args:
            path: the file, as coverage names it.
            lines: where the change is, or where what is changed is read.
            slowest: seconds; slower tests are left out.
            name: of the constant that is changed; "" where it is something else.
        """
        of_file = self.by_line.get(str(path), {})
        found = frozenset().union(*(of_file.get(line, frozenset()) for line in lines))
        found = found or frozenset().union(*of_file.values())
        breadth: dict[str, int] = {}
        for tests in of_file.values():
            for test in tests & found:
                breadth[test] = breadth.get(test, 0) + 1
        quick = [test for test in found if self.seconds.get(test, slowest) < slowest]

        def likeness(test: str) -> tuple[bool, bool]:
            file = test.partition("::")[0]
            return not name or name not in _text_of(file), path.stem not in file

        turns: Counter[str] = Counter()
        order: dict[str, tuple[bool, bool, int, float, str]] = {}
        for test in sorted(quick, key=lambda test: (breadth[test], self.seconds[test], test)):
            file = test.partition("::")[0]
            order[test] = (*likeness(test), turns[file], self.seconds[test], test)
            turns[file] += 1
        return sorted(quick, key=order.__getitem__)

    def within(self, tests: Sequence[str], seconds: float) -> list[str]:
        """Return the first of these tests, as many as together take no longer than `seconds`."""
        chosen: list[str] = []
        left = seconds
        for test in tests:
            left -= self.seconds[test]
            if left < 0 and chosen:
                break
            chosen.append(test)
        return chosen
