"""Writes docs/reliability.md from the counts that a run of the tests left.

`python3 dev.py test --slow` does it at the end. By hand: `python -m scripts.reliability FOLDER`,
where FOLDER is what KEYPANE_COUNTS named. Each file in it is a JSON object with a heading
`what` and its `figures`, of which numbers of one heading and name are summed, or its
`longest_ms` by place, of which the longest counts. Nothing in it tells the machine.
"""

import json
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

DOCUMENT: Final = Path(__file__).resolve().parents[1] / "docs" / "reliability.md"
# What has to be zero, wherever it is counted.
ZEROS: Final = (
    "silent",
    "unreadable",
    "crashed",
    "started_empty",
    "overwritten",
    "lost_updates",
    "leaked",
)
# A promise, the headings whose figure is summed for it, the figure, and how many there must be.
PROMISES: Final = (
    ("Crashes injected by model and recording", ("Crash model", "Recorded life"), "crashes", 4800),
    ("Power losses among them", ("Recorded life: power loss",), "crashes", 400),
    ("Real kills of a real process", ("Real kills",), "kills", 1000),
    ("Answers in races for one token", ("Races",), "asked", 1000),
    ("Places damaged in a vault's files", ("Corruption",), "tried", 20_000),
    ("Refreshes on a failing disk", ("Disk",), "refreshes", 100),
    ("Kinds of secret watched for", ("Canary: the main job",), "kinds", 14),
    ("Encodings of each", ("Canary: the main job",), "encodings", 13),
    ("Sinks read", ("Canary: the main job",), "sinks", 25),
    ("Examples of malformed input", ("Malformed input",), "examples", 19 * 2_000),
    ("Cases of a hostile or failing server", ("HTTP",), "cases", 120),
    ("Cases of a keyring in its moods", ("Keyring",), "cases", 100),
)
# A promise in time: the heading, how many places are measured, and the most milliseconds.
BOUNDS: Final = (
    ("The window stands still while the keyring is", 10, 100),
    ("HTTP: a total deadline missed by", 8, 500),
    ("HTTP: a cancel frees after", 8, 200),
)
_HEAD: Final = """\
# Reliability, counted

Written by `python -m scripts.reliability` from what the tests counted on {day}; nobody edits it
by hand. `python3 dev.py test --slow` runs them all and writes it when none fails; the command can
also be given the counts of several runs. The tests are in `tests/reliability/`, where each says how
it judges. What is decided by chance follows from a seed: `KEYPANE_SEED` replays the kills, the
others name theirs where they fail.

A *silent loss* is a state that looks sound and is not: a token shown as usable that X has
replaced or ended, one shown as ended that lives on, a grant that X gave and nobody here
remembers. *Flagged* cases are those that nobody can know after a crash; the vault calls them
uncertain, and the next step that its words name leads to a definite state in each of them.

How far these tests reach, and whether they would notice a fault: [mutation.md](mutation.md).
"""

_TIMES: Final = """\
Real times on the machine that ran it, the longest of all tries. How they are measured:
`test_standing_still.py` and `test_http_times.py`.
"""

Figures = dict[str, dict[str, int]]


def read(folder: Path) -> tuple[Figures, Figures]:
    """Return the sums of all counts in a folder, and its longest times, by heading and name."""
    sums: Figures = {}
    longest: Figures = {}
    for path in sorted(folder.glob("*.json")):
        noted = json.loads(path.read_text("utf-8"))
        for name, number in noted.get("figures", {}).items():
            figures = sums.setdefault(noted["what"], {})
            figures[name] = figures.get(name, 0) + int(number)
        for name, number in noted.get("longest_ms", {}).items():
            times = longest.setdefault(noted["what"], {})
            times[name] = max(times.get(name, 0), int(number))
    return sums, longest


def reached(figures: Mapping[str, Mapping[str, int]]) -> list[tuple[str, int, int]]:
    """Return each promise with how many it needs and how many there were."""
    return [
        (promise, least, sum(_of(figures, headings, name)))
        for promise, headings, name, least in PROMISES
    ]


def _of(
    figures: Mapping[str, Mapping[str, int]], headings: Iterable[str], name: str
) -> Iterable[int]:
    starts = tuple(headings)
    return (each.get(name, 0) for what, each in figures.items() if what.startswith(starts))


def document(
    figures: Mapping[str, Mapping[str, int]], times: Mapping[str, Mapping[str, int]], day: str
) -> str:
    """Return the whole document."""
    lines = [_HEAD.format(day=day), "## Promises", ""]
    lines += ["| what | at least | counted |", "|---|--:|--:|"]
    lines += [f"| {promise} | {least} | {count} |" for promise, least, count in reached(figures)]
    for name in ZEROS:
        count = sum(each.get(name, 0) for each in figures.values())
        lines.append(f"| {name.replace('_', ' ').capitalize()} | 0 | {count} |")
    lines += ["", "## Times", "", _TIMES, "| what | where | longest, ms | at most |"]
    lines.append("|---|---|--:|--:|")
    for what, _, most in BOUNDS:
        found = times.get(what, {})
        lines += [f"| {what} | {place} | {ms} | {most} |" for place, ms in sorted(found.items())]
    lines += ["", "## Figures", "", "| test | figure | count |", "|---|---|--:|"]
    for what, each in sorted(figures.items()):
        lines += [f"| {what} | {name.replace('_', ' ')} | {n} |" for name, n in each.items()]
    return "\n".join(lines) + "\n"


def shortfalls(
    figures: Mapping[str, Mapping[str, int]], times: Mapping[str, Mapping[str, int]]
) -> list[str]:
    """Return a sentence for each promise that the counts and times do not keep."""
    short = [
        f"{promise}: {count} of {least}"
        for promise, least, count in reached(figures)
        if count < least
    ]
    lost = {name: sum(each.get(name, 0) for each in figures.values()) for name in ZEROS}
    short += [f"{name}: {count}" for name, count in lost.items() if count]
    for what, places, most in BOUNDS:
        found = times.get(what, {})
        if len(found) < places:
            short.append(f"{what}: measured in {len(found)} of {places} places")
        short += [f"{what} ({place}): {ms} ms" for place, ms in found.items() if ms > most]
    return short


def write(folder: Path, target: Path = DOCUMENT) -> list[str]:
    """Write the document unless the counts fall short; return why they do."""
    figures, times = read(folder)
    trouble = shortfalls(figures, times)
    if not trouble:
        day = datetime.now(UTC).date().isoformat()
        target.write_text(document(figures, times, day), "utf-8")
    return trouble


if __name__ == "__main__":
    for sentence in write(Path(sys.argv[1])):
        print(f"Not written: {sentence}")
