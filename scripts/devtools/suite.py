"""`dev.py test`: the whole suite, or the long jobs, in a session of its own."""

from collections.abc import Mapping, Sequence

from scripts.devtools import session
from scripts.devtools.ground import run_child, say, venv_python

ORDINARY = "not slow and not packaged"
_NO_TESTS = 5
# With one of these a person looks on, which parallel workers do not allow.
_ALONE = frozenset(("--pdb", "--trace", "-s", "--capture=no", "--collect-only", "--co"))


def test(arguments: Sequence[str], *, slow: bool) -> int:
    """Run the tests and return pytest's exit code; a run without a single test has failed."""
    marks, rest = split_marks(arguments, "slow" if slow else ORDINARY)
    with session.everything() as environment:
        codes = [_pytest(part, environment) for part in plan(marks, rest)]
    if all(code == _NO_TESTS for code in codes):
        say("No test was run.")
        return _NO_TESTS
    return next((code for code in codes if code not in {0, _NO_TESTS}), 0)


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


def _pytest(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    say(f"pytest {' '.join(arguments)}")
    return run_child([venv_python(), "-m", "pytest", *arguments], environment)
