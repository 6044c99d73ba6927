"""The table of threats names tests that exist, and no threat is without one."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "docs" / "sign-in-threats.md"
ROW = re.compile(r"^\| (O\d+) \|(.+)\|$", re.MULTILINE)
TEST = re.compile(r"`(tests/[\w/.]+\.py)::(test_\w+)`")

ROWS = {number: TEST.findall(rest) for number, rest in ROW.findall(TABLE.read_text("utf-8"))}


def test_the_twenty_threats_stand_there_once_and_in_order() -> None:
    numbers = [number for number, _ in ROW.findall(TABLE.read_text("utf-8"))]

    assert numbers == [f"O{number}" for number in range(1, 21)]


@pytest.mark.parametrize("number", ROWS)
def test_each_threat_names_tests_that_exist(number: str) -> None:
    assert ROWS[number], "a threat without a test"
    for path, name in ROWS[number]:
        tree = ast.parse((ROOT / path).read_text("utf-8"))
        named = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        assert name in named, f"{path} has no {name}"
