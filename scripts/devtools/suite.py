"""`dev.py test`: the whole suite, or the long jobs, in a session of its own."""

import json
import os
import secrets
import signal
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from scripts import reliability
from scripts.devtools import session
from scripts.devtools.ground import run_child, say, venv_python
from scripts.foreign import setup

ORDINARY = "not slow and not packaged"
LONG = "(slow or counted) and not packaged"
_SOME_FAILED, _NO_TESTS = 1, 5
_FEW = 3
_COUNTS = "KEYPANE_COUNTS"  # see tests/reliability/counts.py
_SEED = "KEYPANE_SEED"  # see tests/reliability/seeds.py
_EXACT_TIMES = "KEYPANE_EXACT_TIMES"  # see tests/timing.py
# With one of these a person looks on, which parallel workers do not allow.
_ALONE = frozenset(("--pdb", "--trace", "-s", "--capture=no", "--collect-only", "--co"))


def test(arguments: Sequence[str], *, slow: bool) -> int:
    """Run the tests and return pytest's exit code; a run without a single test has failed."""
    counting = slow and not arguments
    _hear_interrupts()
    marks, rest = split_marks(arguments, (LONG if counting else "slow") if slow else ORDINARY)
    if trouble := setup.missing():
        say(f"{trouble[0].upper()}{trouble[1:]} …")
        setup.main()  # without it, tests of these packages are skipped and say what is not proven
    with (
        session.everything() as environment,
        session.second_screen(environment) as second,
        tempfile.TemporaryDirectory() as counts,
    ):
        environment.update(second)
        if _SEED in os.environ:
            environment[_SEED] = os.environ[_SEED]
        if slow:
            environment.setdefault(_SEED, str(secrets.randbelow(1 << 31) + 1))
            say(f"{_SEED}={environment[_SEED]} replays what is decided by chance.")
        if counting:
            environment[_COUNTS] = counts
        codes = [
            _pytest(part, environment) if rest else _steadily(part, environment)
            for part in plan(marks, rest)
        ]
        if slow and not rest:
            codes.append(_steadily(["-m", "timed"], {**environment, _EXACT_TIMES: "1"}))
        if counting:
            _write_reliability(Path(counts), codes)
    if all(code == _NO_TESTS for code in codes):
        say("No test was run.")
        return _NO_TESTS
    return next((code for code in codes if code not in {0, _NO_TESTS}), 0)


def _write_reliability(counts: Path, codes: Sequence[int]) -> None:
    """Write docs/reliability.md from the counts of a run in which nothing failed."""
    if any(code not in {0, _NO_TESTS} for code in codes):
        say("docs/reliability.md stays as it was: a test failed.")
        return
    for promise, least, count in reliability.reached(reliability.read(counts)[0]):
        say(f"{promise}: {count}, at least {least}.")
    trouble = reliability.write(counts)
    if not trouble:
        say("docs/reliability.md is written.")
    for sentence in trouble:
        say(f"docs/reliability.md stays as it was: {sentence}.")


def measure(module: str, *arguments: str) -> int:
    """Run one of the tools that judge the tests, in a session like theirs; return its exit code."""
    with session.everything() as environment:
        return run_child([venv_python(), "-m", module, *arguments], environment)


def _hear_interrupts() -> None:
    """Undo that a shell's `&` has SIGINT ignored, which every child would inherit.

    Tests press Ctrl+C in programs of their own, and wait for what comes of it.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def split_marks(arguments: Sequence[str], default: str) -> tuple[str, list[str]]:
    """Take pytest's `-m` out of `arguments`; return its expression, or `default`, and the rest."""
    rest = list(arguments)
    marks = default
    for position, argument in enumerate(rest):
        if argument == "-m" and position + 1 < len(rest):
            marks = rest[position + 1]
            del rest[position : position + 2]
            break
        if argument.startswith("-m") and len(argument) > 2:
            marks = argument[2:].lstrip("=")
            del rest[position]
            break
    return marks, rest


def plan(marks: str, rest: Sequence[str]) -> list[list[str]]:
    """Return pytest's arguments for each run: those marked serial, then the others side by side.

    The many come last, so that their summary is the last thing on the screen.
    """
    workers = any(argument.startswith(("-n", "--numprocesses")) for argument in rest)
    if workers or _ALONE.intersection(rest):
        return [["-m", marks, *rest]]
    return [
        ["-m", f"({marks}) and serial", *rest],
        ["-n", "2", "--dist", "worksteal", "-m", f"({marks}) and not serial", *rest],
    ]


def _steadily(part: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run one part; a few tests that failed get a second chance, alone, and are named.

    Two windows on one screen and a busy machine upset a test that has no fault of its own;
    a fault of ours fails alone as well. More than `_FEW` are never put down to chance.
    """
    with tempfile.TemporaryDirectory(prefix="kp-cache-") as cache:
        kept = ["-o", f"cache_dir={cache}"]
        code = _pytest([*part, *kept], environment)
        failed = _failed_in(Path(cache))
        if code != _SOME_FAILED or not 0 < len(failed) <= _FEW:
            return code
        say(f"{len(failed)} failed; once more, alone.")
        code = _pytest([*failed, *kept], environment)
    if code == 0:
        say("UNSTEADY, for they failed beside others and passed alone: " + ", ".join(failed))
    return code


def _failed_in(cache: Path) -> list[str]:
    """Return the tests that pytest's cache remembers as failed."""
    try:
        return list(json.loads((cache / "v" / "cache" / "lastfailed").read_text()))
    except FileNotFoundError:
        return []


def _pytest(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    say(f"pytest {' '.join(arguments)}")
    return run_child([venv_python(), "-m", "pytest", *arguments], environment)
