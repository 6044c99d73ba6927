"""From the words of the command line to the module that does the work."""

import argparse
from collections.abc import Callable, Sequence

from scripts.devtools import checks, environment, lock, programs, suite
from scripts.devtools.ground import Trouble, say, turn_signals_into_exceptions

_INTERRUPTED = 130


def perform(options: argparse.Namespace, passed_on: Sequence[str]) -> int:
    """Set up what the command needs, do it, and return the exit code; troubles become sentences."""
    turn_signals_into_exceptions()
    try:
        environment.set_up(options.command)
        return work_of(options, passed_on)()
    except Trouble as trouble:
        say(str(trouble))
        return trouble.code
    except KeyboardInterrupt:
        say("Stopped.")
        return _INTERRUPTED


def _make_lock(upgrade: bool) -> int:
    lock.make(upgrade)
    return 0


def work_of(options: argparse.Namespace, passed_on: Sequence[str]) -> Callable[[], int]:
    """Return what does the work of the command, set-up apart."""
    return {
        "setup": lambda: 0,
        "run": lambda: programs.run(passed_on),
        "test": lambda: suite.test(passed_on, slow=options.slow),
        "check": checks.check,
        "build": programs.build,
        "bench": lambda: programs.bench(as_json=options.json),
        "shots": programs.shots,
        "lock": lambda: _make_lock(options.upgrade),
    }[options.command]
