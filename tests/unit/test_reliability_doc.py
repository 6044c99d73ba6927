"""docs/reliability.md: written from counts, by a command, and never short of what is promised."""

import json
import re
from pathlib import Path

import pytest

from scripts import reliability
from scripts.devtools.ground import ROOT
from scripts.reliability import DOCUMENT, PROMISES, ZEROS, document, read, shortfalls, write
from tests.reliability.counts import VARIABLE, note

ROW = re.compile(r"\| (?P<what>[^|]+) \| (?P<middle>[^|]+) \| (?P<count>\d+) \|")


def rows(text: str) -> list[tuple[str, str, int]]:
    return [(m["what"], m["middle"], int(m["count"])) for m in ROW.finditer(text)]


def enough() -> dict[str, dict[str, int]]:
    """Return counts that keep every promise, just so."""
    figures: dict[str, dict[str, int]] = {}
    for _, headings, name, least in PROMISES:
        heading = figures.setdefault(headings[0], {"silent": 0})
        heading[name] = max(least, heading.get(name, 0))
    return figures


def test_the_document_keeps_every_promise() -> None:
    promises = rows(DOCUMENT.read_text("utf-8").partition("## Figures")[0])

    assert [what for what, _, _ in promises[: len(PROMISES)]] == [each[0] for each in PROMISES]
    for what, least, count in promises[: len(PROMISES)]:
        assert count >= int(least), what
    assert [count for _, _, count in promises[len(PROMISES) :]] == [0] * len(ZEROS)


def test_the_document_is_what_the_command_writes() -> None:
    text = DOCUMENT.read_text("utf-8")
    figures: dict[str, dict[str, int]] = {}
    for what, name, count in rows(text.partition("## Figures")[2]):
        figures.setdefault(what, {})[name.replace(" ", "_")] = count
    day = re.search(r"on (\d{4}-\d{2}-\d{2});", text)

    assert day is not None
    assert document(figures, day[1]) == text
    assert shortfalls(figures) == []


def test_the_document_tells_no_machine_and_no_time() -> None:
    figures = DOCUMENT.read_text("utf-8").partition("## Promises")[2]

    assert str(ROOT) not in figures
    assert not re.search(r"\d ?(s|ms|seconds?|minutes?)\b|/home/|/tmp/", figures)


def test_counts_of_one_name_are_summed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    note("Races", asked=60, replays=0)
    note("Races", asked=1000, replays=0)

    assert read(tmp_path) == {"Races": {"asked": 1060, "replays": 0}}


def test_without_the_variable_nothing_is_noted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)
    note("Races", asked=60)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("promise", range(len(PROMISES)))
def test_counts_that_fall_short_write_nothing(tmp_path: Path, promise: int) -> None:
    figures = enough()
    assert shortfalls(figures) == []
    _, headings, name, _ = PROMISES[promise]
    figures[headings[0]][name] = 1
    for what, each in figures.items():
        found = tmp_path / f"{what.replace(' ', '-')}.json"
        found.write_text(json.dumps({"what": what, "figures": each}), "utf-8")
    target = tmp_path / "written.md"

    assert write(tmp_path, target) != []
    assert not target.exists()


@pytest.mark.parametrize("zero", ZEROS)
def test_one_loss_writes_nothing(tmp_path: Path, zero: str) -> None:
    figures = enough()
    figures["Races"][zero] = 1

    assert shortfalls(figures) == [f"{zero}: 1"]


def test_the_promises_are_those_of_the_issue() -> None:
    least = {promise: count for promise, _, _, count in reliability.PROMISES}

    assert least["Crashes injected by model and recording"] == 4800
    assert least["Power losses among them"] == 400
    assert least["Real kills of a real process"] == 1000
