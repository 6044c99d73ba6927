"""The tool that puts faults into files: what it changes, what it leaves alone, how it counts."""

import ast
from collections import Counter
from pathlib import Path

import pytest

from scripts import mutate
from scripts.covering import Covering
from scripts.mutants import Mutant, mutants_of

TEXT = '''"""A module."""

import os

log = os


def first(values: "list[str]", limit: int = 3) -> bool:
    """Say something."""
    log.info("not for tests")
    if not values:
        raise ValueError("words")
    for each in values:
        if each == "stop":
            break
    left = limit - 1
    store(left)
    return left < 5 and True
'''


@pytest.fixture
def mutants(tmp_path: Path) -> list[Mutant]:
    path = tmp_path / "module.py"
    path.write_text(TEXT, "utf-8")
    return mutants_of(path)


def test_each_fault_differs_from_the_file_in_one_place(mutants: list[Mutant]) -> None:
    true = ast.unparse(ast.parse(TEXT)).splitlines()
    for mutant in mutants:
        lines = ast.unparse(mutant.tree()).splitlines()
        assert sum(a != b for a, b in zip(true, lines, strict=True)) == 1, mutant.name


def test_the_usual_faults_are_made(mutants: list[Mutant]) -> None:
    assert Counter(mutant.kind for mutant in mutants) == {
        "plus-one": 3, "negate": 2, "drop-not": 1, "remove": 2, "compare": 2, "text": 1,
        "loop": 1, "arithmetic": 1, "return-none": 1, "and-or": 1, "flip": 1,
    }  # fmt: skip


def test_words_and_annotations_are_left_alone(mutants: list[Mutant]) -> None:
    changed = [ast.unparse(mutant.tree()) for mutant in mutants if mutant.kind == "text"]

    assert [line for line in changed[0].splitlines() if "XX" in line] == [
        "        if each == 'XXstopXX':"
    ]


def test_a_control_is_the_file_as_it_is(mutants: list[Mutant]) -> None:
    from dataclasses import replace

    control = replace(mutants[0], kind="nothing")

    assert ast.unparse(control.tree()) == ast.unparse(ast.parse(TEXT))


def test_a_seed_draws_the_same_sample_again(mutants: list[Mutant]) -> None:
    path = mutants[0].path
    made, first = mutate.choose([path], 5, 1)

    assert (made, len(first)) == (len(mutants), 5)
    assert [m.name for m in mutate.choose([path], 5, 1)[1]] == [m.name for m in first]
    assert [m.name for m in mutate.choose([path], 5, 2)[1]] != [m.name for m in first]
    assert len(mutate.choose([path], 0, 1)[1]) == made


def test_the_tests_of_a_line_stand_with_those_named_like_the_file_first() -> None:
    lines = {
        1: frozenset({"tests/test_vault.py::slow", "tests/test_vault.py::a", "tests/x.py::b"}),
        2: frozenset({"tests/test_vault.py::c"}),
    }
    seconds = {
        "tests/test_vault.py::slow": 9.0,
        "tests/test_vault.py::a": 1.0,
        "tests/x.py::b": 0.1,
        "tests/test_vault.py::c": 0.1,
    }
    covering = Covering(seconds, {"vault.py": lines})

    assert covering.tests_of(Path("vault.py"), range(1, 2), 4.0) == [
        "tests/test_vault.py::a",
        "tests/x.py::b",
    ]
    assert len(covering.tests_of(Path("vault.py"), range(7, 8), 4.0)) == 3
    assert covering.tests_of(Path("other.py"), range(1, 2), 4.0) == []


def test_what_no_test_ran_for_counts_against_the_score() -> None:
    counts = Counter({"killed": 6, "timed out": 2, "survived": 1, "untested": 1, "tool failed": 5})

    assert mutate.score(counts) == pytest.approx(80)
    assert mutate.score(Counter()) == 0
