"""`dev.py mutate`: would a test notice if this line were wrong?

A sample of small faults (scripts/mutants.py) goes into the files that coverage_report.py
guards, one at a time, and the quick tests that run the changed line are run against each. A
fault that a test notices is killed; one that none notices has survived, and shows a missing
test or a line that does not matter.

Nothing is written into the tree: each fault lives in a forked child (so Linux and macOS only),
whose import of the one module is answered with the changed syntax tree. Programs that a test
starts run the true code, and what only they notice is not counted.
"""

import argparse
import contextlib
import importlib
import math
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from scripts.coverage_report import DATA, ROOT, guarded_files, run_tests
from scripts.covering import Covering
from scripts.mutant_import import serve
from scripts.mutants import Mutant, mutants_of

SLOWEST_SECONDS: Final = 4.0
MOST_TELLING: Final = 8
MOST_TESTS: Final = 120
TIMEOUT_SECONDS: Final = 240.0
GOAL: Final = 85.0
CONTROLS: Final = 4
OUTCOMES: Final = ("killed", "timed out", "survived", "untested", "tool failed")
_PRELOADED: Final = (
    "pytest", "hypothesis", "cryptography.hazmat.primitives.ciphers.aead", "requests", "urllib3",
    "cryptography.x509", "keyring", "filelock", "sqlite3", "PySide6.QtTest", "PySide6.QtWidgets",
    "_pytest.assertion.rewrite",
)  # fmt: skip
_RED, _NOT_COLLECTED, _BROKEN = 1, 2, 71


@dataclass(frozen=True)
class Verdict:
    """What became of one fault."""

    mutant: Mutant
    outcome: str


@dataclass(frozen=True)
class _Running:
    mutant: Mutant
    deadline: float
    folder: Path
    tests_left: Sequence[str]


def judge_all(
    mutants: Sequence[Mutant], covering: Covering, jobs: int, until: float = math.inf
) -> Iterator[Verdict]:
    """Try each fault in children of its own, `jobs` at a time; yield what became of it.

    The most telling tests have a child to themselves, since they notice most faults. After
    `until` (`time.monotonic()`) no other is begun: what was judged is a random sample still.
    """
    waiting: list[tuple[Mutant, Sequence[str], Sequence[str]]] = []
    for mutant in reversed(mutants):
        found = covering.tests_of(mutant.path, mutant.lines, SLOWEST_SECONDS)[:MOST_TESTS]
        if found:
            waiting.append((mutant, found[:MOST_TELLING], found[MOST_TELLING:]))
        else:
            yield Verdict(mutant, "untested")
    running: dict[int, _Running] = {}
    while running or (waiting and time.monotonic() < until):
        while waiting and len(running) < jobs and time.monotonic() < until:
            mutant, now, left = waiting.pop()
            folder = Path(tempfile.mkdtemp(prefix="kp-mutant-"))
            deadline = time.monotonic() + TIMEOUT_SECONDS
            running[_start(mutant, now, folder)] = _Running(mutant, deadline, folder, left)
        for child, each in list(running.items()):
            if outcome := _outcome(child, each):
                del running[child]
                shutil.rmtree(each.folder, ignore_errors=True)
                if outcome == "survived" and each.tests_left:
                    waiting.append((each.mutant, each.tests_left, ()))
                else:
                    yield Verdict(each.mutant, outcome)
        time.sleep(0.05)


def _outcome(child: int, each: _Running) -> str:
    ended, status = os.waitpid(child, os.WNOHANG)
    if ended:
        code = os.waitstatus_to_exitcode(status)
        with contextlib.suppress(ProcessLookupError):  # what its tests may have left behind
            os.killpg(child, signal.SIGKILL)
        return "survived" if code == 0 else "killed" if code <= _NOT_COLLECTED else "tool failed"
    if time.monotonic() < each.deadline:
        return ""
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "timed out"


def _start(mutant: Mutant, tests: Sequence[str], folder: Path) -> int:
    """Fork a child that ends with pytest's exit code; return its process id."""
    child = os.fork()
    if child:
        return child
    code = _BROKEN
    try:
        code = _be_the_child(mutant, tests, folder)
    except BaseException:  # noqa: BLE001 - the child must not go on as its parent
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(code)


def _be_the_child(mutant: Mutant, tests: Sequence[str], folder: Path) -> int:
    os.setsid()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    told = os.open(folder / "told.txt", os.O_WRONLY | os.O_CREAT, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, place in ((nothing, 0), (told, 1), (told, 2)):
        os.dup2(number, place)
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
    serve(mutant, ROOT)
    # A fault that breaks the import is noticed by every test; it must not look like a missing one.
    try:
        importlib.import_module(_module_of(mutant.path))
    except Exception:  # noqa: BLE001 - any at all
        return _RED
    import pytest

    arguments = ["-x", "-q", "-p", "no:cacheprovider", "--hypothesis-profile=mutate"]
    arguments += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # of what was preloaded
    return int(pytest.main([*arguments, "--timeout=60", *tests]))


def _module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def preload() -> None:
    """Import what every child needs and no fault touches, once, before the first fork."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    for name in _PRELOADED:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    import hypothesis

    # The first counter-example will do, and none is to be remembered: the fault goes away again.
    phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
    hypothesis.settings.register_profile("mutate", phases=phases, database=None, deadline=None)


def choose(files: Sequence[Path], sample: int, seed: int) -> tuple[int, list[Mutant]]:
    """Return how many faults there are, and `sample` of them (0: all), drawn by `seed`."""
    mutants = [mutant for path in files for mutant in mutants_of(path)]
    if not 0 < sample < len(mutants):
        return len(mutants), mutants
    return len(mutants), random.Random(seed).sample(mutants, sample)  # noqa: S311 - no secret


def controls_survive(
    mutants: Sequence[Mutant], covering: Covering, options: argparse.Namespace
) -> bool:
    """Judge a few places without any fault: whatever dies there, the tool itself has killed."""
    some = random.Random(options.seed).sample(mutants, min(CONTROLS, len(mutants)))  # noqa: S311
    controls = [replace(mutant, kind="nothing") for mutant in some]
    killed = [v for v in judge_all(controls, covering, options.jobs) if v.outcome != "survived"]
    for verdict in killed:
        print(f"without a fault: {verdict.outcome} {verdict.mutant.name}")
    print(f"{len(controls) - len(killed)} of {len(controls)} controls survived", flush=True)
    return not killed


def score(outcomes: Counter[str]) -> float:
    """Return the share that was noticed, in per cent; what was not judged is not in it."""
    noticed = outcomes["killed"] + outcomes["timed out"]
    judged = noticed + outcomes["survived"] + outcomes["untested"]
    return 100.0 * noticed / judged if judged else 0.0


def table(verdicts: Sequence[Verdict]) -> list[str]:
    """Return the Markdown table of outcomes per file, the sum below."""
    lines = [f"| file | faults | {' | '.join(OUTCOMES)} | score |", "|---" * 8 + "|"]
    files = sorted({verdict.mutant.path for verdict in verdicts})
    for path in (*files, None):
        of_file = Counter(v.outcome for v in verdicts if path in {None, v.mutant.path})
        name = f"`{path.relative_to(ROOT)}`" if path else "**all**"
        counts = " | ".join(str(of_file[outcome]) for outcome in OUTCOMES)
        lines.append(f"| {name} | {of_file.total()} | {counts} | {score(of_file):.0f} % |")
    return lines


def main(arguments: Sequence[str]) -> int:
    """Judge a sample and print the table; 1 where less than 85 % was noticed."""
    options = _parser().parse_args(arguments)
    os.chdir(ROOT)
    files = [path for path in guarded_files() if not options.only or options.only in str(path)]
    if not options.keep or not (DATA / "durations.json").exists():
        code = run_tests()
        if code:
            return code
    covering = Covering.read(DATA / "data", DATA / "durations.json")
    made, chosen = choose(files, options.sample, options.seed)
    if options.names:
        wanted = set(Path(options.names).read_text("utf-8").splitlines())
        chosen = [mutant for path in files for mutant in mutants_of(path) if mutant.name in wanted]
    print(f"seed {options.seed}: {len(chosen)} of {made} faults in {len(files)} files", flush=True)
    preload()
    if not controls_survive(chosen, covering, options):
        return 1
    verdicts = []
    until = time.monotonic() + 60 * options.minutes
    for verdict in judge_all(chosen, covering, options.jobs, until):
        verdicts.append(verdict)
        print(f"{len(verdicts):4} {verdict.outcome:<11} {verdict.mutant.name}", flush=True)
    print("\n".join(table(verdicts)))
    return 0 if score(Counter(v.outcome for v in verdicts)) >= GOAL else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dev.py mutate", description=__doc__)
    parser.add_argument("--sample", type=int, default=400, help="how many; 0: every fault")
    parser.add_argument("--minutes", type=float, default=60.0, help="begin no other after that")
    parser.add_argument("--seed", type=int, default=20261123, help="draws the sample")
    parser.add_argument("--only", default="", help="only files with this in their path")
    parser.add_argument("--jobs", type=int, default=2, help="children at a time")
    parser.add_argument("--keep", action="store_true", help="reuse the last run with coverage")
    parser.add_argument("--names", default="", help="a file with the names of faults, one a line")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
