"""The tables of threats and of standards name tests that exist, and leave no row without one."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| ([^|]+) \|(.+)\|$", re.MULTILINE)
TEST = re.compile(r"`(tests/[\w/.]+\.py)::(test_\w+)`")
HEADS = {"#", "Where", "Requirement", "---"}
# What nobody can test, and why it stands in the table all the same.
UNTESTED = {"S7"}


def rows_of(name: str) -> dict[str, list[tuple[str, str]]]:
    found = ROW.findall((ROOT / "docs" / name).read_text("utf-8"))
    return {first.strip(): TEST.findall(rest) for first, rest in found if first not in HEADS}


THREATS, STANDARDS = rows_of("secrets-and-storage.md"), rows_of("standards.md")
ALL = {**THREATS, **STANDARDS}


@cache
def names_in(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def test_no_threat_is_left_out_or_out_of_order() -> None:
    wanted = [*(f"S{n}" for n in range(1, 17)), *(f"H{n}" for n in range(1, 17))]

    assert list(THREATS) == [*wanted, *(f"P{n}" for n in range(1, 22))]


def test_each_of_the_rfcs_is_there_and_the_deviation_is_declared() -> None:
    for number in ("7636", "8252", "9700", "9207", "7009"):
        assert any(row.startswith(f"RFC {number}") for row in STANDARDS)
    assert "**deviation, knowingly**" in (ROOT / "docs" / "standards.md").read_text("utf-8")


@pytest.mark.parametrize("row", ALL)
def test_each_row_names_tests_that_exist(row: str) -> None:
    assert ALL[row] or row in UNTESTED, "a row without a test"
    for path, name in ALL[row]:
        assert name in names_in(path), f"{path} has no {name}"
