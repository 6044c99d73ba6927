"""The tool that puts faults into files: what it changes, what it leaves alone, how it counts."""

import ast
import importlib
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from scripts import mutate
from scripts.coverage_report import ROOT, guarded_files
from scripts.covering import Covering
from scripts.mutant_import import serve
from scripts.mutant_swap import live_functions, swap
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
        "plus-one": 3, "drop-not": 1, "remove": 2, "compare": 2, "text": 1,
        "loop": 1, "arithmetic": 1, "return-none": 1, "and-or": 1, "flip": 1,
    }  # fmt: skip


def test_words_and_annotations_are_left_alone(mutants: list[Mutant]) -> None:
    changed = [ast.unparse(mutant.tree()) for mutant in mutants if mutant.kind == "text"]

    assert [line for line in changed[0].splitlines() if "XX" in line] == [
        "        if each == 'XXstopXX':"
    ]


def test_a_control_is_the_file_as_it_is(mutants: list[Mutant]) -> None:
    control = replace(mutants[0], kind="nothing")

    assert ast.unparse(control.tree()) == ast.unparse(ast.parse(TEXT))


def test_negating_a_condition_is_not_counted_beside_the_same_program_by_another_name(
    tmp_path: Path,
) -> None:
    path = tmp_path / "conditions.py"
    path.write_text("if not a: b()\nif a == 1: b()\nif a < 1: b()\nif a: b()\n", "utf-8")

    made = mutants_of(path)

    assert len({ast.unparse(mutant.tree()) for mutant in made}) == len(made)
    assert [m.lines.start for m in made if m.kind == "negate"] == [3, 4]


def test_a_fault_is_named_by_its_place_in_the_code_whatever_its_line(
    mutants: list[Mutant], tmp_path: Path
) -> None:
    moved = tmp_path / "moved.py"
    moved.write_text(TEXT.replace("log = os", "log = os\n\n"), "utf-8")

    assert [m.title for m in mutants_of(moved)] == [m.title for m in mutants]
    assert "first: compare: left < 5" in {m.title for m in mutants}


def test_a_constant_is_judged_by_the_lines_that_read_it_over_others_too(tmp_path: Path) -> None:
    path = tmp_path / "constants.py"
    path.write_text(
        "A = 1\nB = A\nC = 2\n\n\ndef f():\n    return B\n\n\ndef g():\n    return [A, C]\n",
        "utf-8",
    )
    uses = {mutant.scope: mutant.uses for mutant in mutants_of(path)}

    assert uses == {"A": {7, 11}, "C": {11}, "f": frozenset(), "g": frozenset()}


def test_a_seed_draws_the_same_sample_again(mutants: list[Mutant]) -> None:
    first = mutate.choose(mutants, 5, 1)

    assert len(first) == 5
    assert mutate.choose(mutants, 5, 1) == first
    assert mutate.choose(mutants, 5, 2) != first
    assert sorted(m.name for m in mutate.choose(mutants, 0, 1)) == sorted(m.name for m in mutants)


def test_each_fault_that_is_listed_as_without_effect_is_made_and_has_its_reason() -> None:
    listed = mutate.without_effect()
    made = {
        (path.relative_to(ROOT).as_posix(), mutant.title)
        for path in guarded_files()
        for mutant in mutants_of(path)
    }

    assert [entry for entry in listed if entry not in made] == []
    assert [entry for entry, reason in listed.items() if len(reason) < 20] == []


MODULE = """
LIMIT = 3


def twice(number):
    return number * 2


class Box:
    def is_full(self, count):
        return count > LIMIT
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    (tmp_path / "module_with_faults.py").write_text(MODULE, "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "module_with_faults", raising=False)
    return importlib.import_module("module_with_faults")


def _fault(module: ModuleType, what: str) -> Mutant:
    (found,) = (m for m in mutants_of(Path(str(module.__file__))) if m.what.startswith(what))
    return found


def test_a_fault_reaches_functions_that_are_loaded_already(module: ModuleType) -> None:
    box, twice = module.Box(), module.twice

    assert swap(_fault(module, "arithmetic"), live_functions())
    assert twice(5) == 5 // 2
    assert swap(_fault(module, "compare"), live_functions())
    assert box.is_full(3)


def test_a_fault_outside_of_functions_is_left_to_a_fresh_import(module: ModuleType) -> None:
    assert not swap(_fault(module, "plus-one: 3"), live_functions())
    assert not swap(replace(_fault(module, "arithmetic"), kind="nothing"), live_functions())


def test_a_fresh_import_is_answered_with_the_fault(
    module: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault = _fault(module, "plus-one: 3")
    monkeypatch.delitem(sys.modules, module.__name__)
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    serve(fault, fault.path.parent)

    assert importlib.import_module(module.__name__).LIMIT == 4


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
    assert covering.within(["tests/test_vault.py::a", "tests/x.py::b"], 1.05) == [
        "tests/test_vault.py::a"
    ]
    assert covering.within(["tests/test_vault.py::slow"], 1.0) == ["tests/test_vault.py::slow"]


def test_the_tests_that_say_the_name_of_a_constant_stand_before_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "test_vault.py").write_text("nothing of it", "utf-8")
    (tmp_path / "test_names.py").write_text("assert KINDS == {}", "utf-8")
    first, second = "test_vault.py::a", "test_names.py::b"
    covering = Covering({first: 0.1, second: 0.2}, {"vault.py": {5: frozenset({first, second})}})

    assert covering.tests_of(Path("vault.py"), range(1, 2), 4.0, "KINDS") == [second, first]
    assert covering.tests_of(Path("vault.py"), range(1, 2), 4.0) == [first, second]


def test_files_of_tests_take_turns_since_those_of_one_file_are_much_alike() -> None:
    tests = ["test_a.py::a", "test_a.py::b", "test_a.py::c", "test_b.py::a", "test_b.py::b"]
    lines = {5: frozenset(tests), 6: frozenset({"test_a.py::a"})}
    covering = Covering(dict(zip(tests, (0.1, 0.2, 0.3, 0.4, 0.5), strict=True)), {"v.py": lines})

    assert covering.tests_of(Path("v.py"), range(5, 6), 4.0) == [
        "test_a.py::b", "test_b.py::a", "test_a.py::c", "test_b.py::b", "test_a.py::a",
    ]  # fmt: skip


def test_what_no_test_ran_for_counts_against_the_score() -> None:
    counts = Counter({"killed": 6, "timed out": 2, "survived": 1, "untested": 1, "tool failed": 5})

    assert mutate.score(counts) == pytest.approx(80)
    assert mutate.score(Counter()) == 0
