"""`dev.py mutate`: would a test notice if this line were wrong?

A sample of small faults (scripts/mutants.py) goes into the files that coverage_report.py
guards, one at a time, and the quick tests that run the changed line are run against each. A
fault that a test notices is killed; one that none notices has survived, and shows a missing
test or a line that does not matter. mutants_without_effect.toml names the faults that change
nothing a test could or should see, with a reason each; they are counted, and not judged.

Nothing is written into the tree: each fault lives in forked children (so Linux and macOS only;
see mutant_judge.py). Programs that a test starts run the true code, and what only they notice
is not counted.
"""

import argparse
import contextlib
import importlib
import math
import multiprocessing
import os
import random
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Final

from scripts.coverage_report import DATA, ROOT, guarded_files, run_tests
from scripts.covering import Covering
from scripts.mutant_judge import Judge
from scripts.mutants import Mutant, mutants_of

SLOWEST_SECONDS: Final = 4.0
SECONDS_PER_FAULT: Final = 15.0
GOAL: Final = 85.0
CONTROLS: Final = 6
OUTCOMES: Final = ("killed", "timed out", "survived", "untested", "tool failed")
WITHOUT_EFFECT: Final = Path(__file__).with_name("mutants_without_effect.toml")
_PRELOADED: Final = (
    "pytest", "hypothesis", "cryptography.hazmat.primitives.ciphers.aead", "requests", "urllib3",
    "cryptography.x509", "keyring", "filelock", "sqlite3", "PySide6.QtTest", "PySide6.QtWidgets",
    "_pytest.assertion.rewrite",
)  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    """What became of one fault."""

    mutant: Mutant
    outcome: str


class _Worker:
    """What one process of the pool works with; forked from the command, so it has the lists."""

    mutants: Sequence[Mutant] = ()
    covering: Covering
    until: float
    seconds: float
    judge: Judge

    @classmethod
    def begin(cls) -> None:
        cls.judge = Judge(guarded_files())
        Finalize(None, cls.judge.close, exitpriority=1)

    @classmethod
    def outcome(cls, number: int) -> tuple[int, str]:
        if time.monotonic() > cls.until:
            return number, ""
        mutant = cls.mutants[number]
        constant = mutant.scope if mutant.scope.isupper() else ""
        lines = mutant.uses or mutant.lines
        tests = cls.covering.tests_of(mutant.path, lines, SLOWEST_SECONDS, constant)
        chosen = cls.covering.within(tests, cls.seconds)
        seconds = sum(cls.covering.seconds[test] for test in chosen)
        return number, cls.judge.outcome(mutant, chosen, seconds)


def judge_all(
    mutants: Sequence[Mutant],
    covering: Covering,
    options: argparse.Namespace,
    until: float = math.inf,
) -> Iterator[Verdict]:
    """Try each fault, `options.jobs` at a time; yield what became of it.

    After `until` (`time.monotonic()`) no other is begun: what was judged is a random sample
    still, for they are taken in the order of the draw.
    """
    _Worker.mutants, _Worker.covering, _Worker.until = mutants, covering, until
    _Worker.seconds = options.seconds
    forking = multiprocessing.get_context("fork")
    with forking.Pool(options.jobs, _Worker.begin) as pool:
        for number, outcome in pool.imap_unordered(_Worker.outcome, range(len(mutants))):
            if outcome:
                yield Verdict(mutants[number], outcome)
        pool.close()
        pool.join()


def without_effect(path: Path = WITHOUT_EFFECT) -> Mapping[tuple[str, str], str]:
    """Return the reasons of the faults that are counted and not judged, by file and title."""
    entries = tomllib.loads(path.read_text("utf-8")).get("fault", [])
    return {(entry["file"], entry["title"]): entry["reason"] for entry in entries}


def is_listed(mutant: Mutant, listed: Mapping[tuple[str, str], str]) -> bool:
    """Return whether the fault stands in that list."""
    return (mutant.path.relative_to(ROOT).as_posix(), mutant.title) in listed


def preload() -> None:
    """Import what every child needs and no fault touches, once, before the first fork."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    for name in _PRELOADED:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    import hypothesis

    # The first counter-example will do, none is to be remembered (the fault goes away again),
    # and the same run is to find the same.
    phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
    hypothesis.settings.register_profile(
        "mutate", phases=phases, database=None, deadline=None, derandomize=True
    )


def choose(mutants: Sequence[Mutant], sample: int, seed: int) -> list[Mutant]:
    """Return `sample` of the faults (0: all of them), drawn by `seed`, in the order of the draw."""
    size = min(sample, len(mutants)) if sample else len(mutants)
    return random.Random(seed).sample(mutants, size)  # noqa: S311 - no secret


def controls_survive(
    mutants: Sequence[Mutant], covering: Covering, options: argparse.Namespace
) -> bool:
    """Judge a few places without any fault: whatever dies there, the tool itself has killed."""
    some = random.Random(options.seed).sample(mutants, min(CONTROLS, len(mutants)))  # noqa: S311
    controls = [replace(mutant, kind="nothing") for mutant in some]
    killed = [v for v in judge_all(controls, covering, options) if v.outcome != "survived"]
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
    if not options.keep or not (DATA / "durations.json").exists():
        code = run_tests()
        if code:
            return code
    covering = Covering.read(DATA / "data", DATA / "durations.json")
    made = [m for path in guarded_files() if options.only in str(path) for m in mutants_of(path)]
    listed = without_effect()
    judged = [mutant for mutant in made if not is_listed(mutant, listed)]
    chosen = choose(judged, options.sample, options.seed)
    if options.names:
        wanted = set(Path(options.names).read_text("utf-8").splitlines())
        chosen = [mutant for mutant in made if mutant.name in wanted]
    print(f"{len(made)} faults, {len(made) - len(judged)} of them listed as without effect;")
    print(f"seed {options.seed}: {len(chosen)} drawn from the others", flush=True)
    preload()
    if not controls_survive(chosen, covering, options):
        return 1
    verdicts = []
    until = time.monotonic() + 60 * options.minutes
    for verdict in judge_all(chosen, covering, options, until):
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
    parser.add_argument(
        "--seconds", type=float, default=SECONDS_PER_FAULT, help="of tests for each fault"
    )
    parser.add_argument("--jobs", type=int, default=2, help="children at a time")
    parser.add_argument("--keep", action="store_true", help="reuse the last run with coverage")
    parser.add_argument("--names", default="", help="a file with the names of faults, one a line")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
