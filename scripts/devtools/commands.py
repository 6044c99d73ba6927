"""From the words of the command line to the module that does the work."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from scripts.devtools import checks, environment, lock, programs, suite
from scripts.devtools.ground import NOT_LANDED, ROOT, Trouble, say, turn_signals_into_exceptions

_INTERRUPTED = 130
# What must be in the tree before it is worth setting anything up: one of the files, and its name.
_FILES: dict[str, tuple[tuple[str, ...], str]] = {
    "run": (("main.py",), "The program"),
    "test": (("tests",), "The test suite"),
    "build": (("build.spec",), "The recipe of the packaged program"),
    "bench": (("benchmarks/__main__.py",), "The set of benchmarks"),
    "shots": (("scripts/shots.py", "scripts/shots/__main__.py"), "The maker of pictures"),
}


def perform(options: argparse.Namespace, passed_on: Sequence[str]) -> int:
    """Set up what the command needs, do it, and return the exit code; troubles become sentences."""
    turn_signals_into_exceptions()
    try:
        require_landed(options.command)
        environment.set_up(options.command)
        return work_of(options, passed_on)()
    except Trouble as trouble:
        say(str(trouble))
        return trouble.code
    except KeyboardInterrupt:
        say("Stopped.")
        return _INTERRUPTED


def require_landed(command: str, root: Path = ROOT) -> None:
    """Stop with exit code 2 and a sentence when the tree does not hold `command`'s program yet."""
    files, what = _FILES.get(command, ((), ""))
    if files and not any((root / name).exists() for name in files):
        raise Trouble(f"{what} has not landed yet: there is no {files[0]}.", NOT_LANDED)


def _make_lock(upgrade: bool) -> int:
    lock.make(upgrade)
    return 0


def work_of(options: argparse.Namespace, passed_on: Sequence[str]) -> Callable[[], int]:
    """Return what does the work of the command, set-up apart."""
    return {
        "setup": lambda: 0,
        "run": lambda: programs.run(passed_on),
        "test": lambda: suite.test(passed_on, slow=options.slow),
        "cover": lambda: suite.measure("scripts.coverage_report"),
        "mutate": lambda: suite.measure("scripts.mutate", *passed_on),
        "check": checks.check,
        "build": programs.build,
        "bench": lambda: programs.bench(as_json=options.json),
        "shots": programs.shots,
        "lock": lambda: _make_lock(options.upgrade),
    }[options.command]
