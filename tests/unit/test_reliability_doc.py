"""docs/reliability.md: written from counts, by a command, and never short of what is promised."""

import json
import re
from pathlib import Path

import pytest

from scripts import reliability
from scripts.devtools.ground import ROOT
from scripts.reliability import (
    BOUNDS,
    DOCUMENT,
    PROMISES,
    ZEROS,
    document,
    read,
    shortfalls,
    write,
)
from tests.reliability.counts import VARIABLE, note, note_longest
from tests.timing import EXACT_TIMES

TIME = re.compile(r"\| (?P<what>[^|]+) \| (?P<place>[^|]+) \| (?P<ms>\d+) \| (?P<most>\d+) \|")
ROW = re.compile(r"\| (?P<what>[^|]+) \| (?P<middle>[^|]+) \| (?P<count>\d+) \|")


def rows(text: str) -> list[tuple[str, str, int]]:
    return [(m["what"], m["middle"], int(m["count"])) for m in ROW.finditer(text)]


def in_time() -> dict[str, dict[str, int]]:
    """Return times that keep every promise, just so."""
    return {what: {f"place {n}": most for n in range(places)} for what, places, most in BOUNDS}


def enough() -> dict[str, dict[str, int]]:
    """Return counts that keep every promise, just so."""
    figures: dict[str, dict[str, int]] = {}
    for _, headings, name, least in PROMISES:
        heading = figures.setdefault(headings[0], {"silent": 0})
        heading[name] = max(least, heading.get(name, 0))
    return figures


def test_the_document_keeps_every_promise() -> None:
    promises = rows(DOCUMENT.read_text("utf-8").partition("## Times")[0])

    assert [what for what, _, _ in promises[: len(PROMISES)]] == [each[0] for each in PROMISES]
    for what, least, count in promises[: len(PROMISES)]:
        assert count >= int(least), what
    assert [count for _, _, count in promises[len(PROMISES) :]] == [0] * len(ZEROS)


def test_the_document_is_what_the_command_writes() -> None:
    text = DOCUMENT.read_text("utf-8")
    figures: dict[str, dict[str, int]] = {}
    for what, name, count in rows(text.partition("## Figures")[2]):
        figures.setdefault(what, {})[name.replace(" ", "_")] = count
    times: dict[str, dict[str, int]] = {}
    for row in TIME.finditer(text.partition("## Times")[2].partition("## Figures")[0]):
        times.setdefault(row["what"], {})[row["place"]] = int(row["ms"])
    day = re.search(r"on (\d{4}-\d{2}-\d{2});", text)

    assert day is not None
    assert document(figures, times, day[1]) == text
    assert shortfalls(figures, times) == []


def test_the_document_tells_no_machine() -> None:
    figures = DOCUMENT.read_text("utf-8").partition("## Promises")[2]

    assert str(ROOT) not in figures
    assert not re.search(r"/home/|/tmp/", figures)


def test_counts_of_one_name_are_summed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    note("Races", asked=60, replays=0)
    note("Races", asked=1000, replays=0)

    assert read(tmp_path) == ({"Races": {"asked": 1060, "replays": 0}}, {})


def test_what_is_run_once_more_for_its_times_is_not_counted_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    monkeypatch.setenv(EXACT_TIMES, "1")
    note("Races", asked=60)

    assert list(tmp_path.iterdir()) == []


def test_of_times_the_longest_counts_and_only_where_they_are_held_exactly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    monkeypatch.delenv(EXACT_TIMES, raising=False)
    note_longest("HTTP", 9.0, at="TLS")
    monkeypatch.setenv(EXACT_TIMES, "1")
    note_longest("HTTP", 0.0041, at="TLS")
    note_longest("HTTP", 0.002, at="TLS")

    assert read(tmp_path) == ({}, {"HTTP": {"TLS": 5}})


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
    assert shortfalls(figures, in_time()) == []
    _, headings, name, _ = PROMISES[promise]
    figures[headings[0]][name] = 1
    put(tmp_path, figures, in_time())
    target = tmp_path / "written.md"

    assert write(tmp_path, target) != []
    assert not target.exists()


def put(folder: Path, figures: dict[str, dict[str, int]], times: dict[str, dict[str, int]]) -> None:
    """Leave counts and times as a run of the tests does."""
    for kind, found in (("figures", figures), ("longest_ms", times)):
        for number, (what, each) in enumerate(found.items()):
            noted = folder / f"{kind}-{number}.json"
            noted.write_text(json.dumps({"what": what, kind: each}), "utf-8")


@pytest.mark.parametrize("bound", range(len(BOUNDS)))
@pytest.mark.parametrize("fault", ["too long", "not measured"])
def test_a_time_that_is_too_long_or_missing_writes_nothing(
    tmp_path: Path, bound: int, fault: str
) -> None:
    times, (what, _, most) = in_time(), BOUNDS[bound]
    if fault == "too long":
        times[what]["place 0"] = most + 1
    else:
        del times[what]["place 0"]
    put(tmp_path, enough(), times)
    target = tmp_path / "written.md"

    (trouble,) = write(tmp_path, target)

    assert trouble.startswith(what)
    assert not target.exists()


@pytest.mark.parametrize("zero", ZEROS)
def test_one_loss_writes_nothing(tmp_path: Path, zero: str) -> None:
    figures = enough()
    figures["Races"][zero] = 1

    assert shortfalls(figures, in_time()) == [f"{zero}: 1"]


def test_the_promises_are_those_of_the_issue() -> None:
    least = {promise: count for promise, _, _, count in reliability.PROMISES}

    assert least["Crashes injected by model and recording"] == 4800
    assert least["Power losses among them"] == 400
    assert least["Real kills of a real process"] == 1000
    assert [most for _, _, most in BOUNDS] == [100, 500, 200]
