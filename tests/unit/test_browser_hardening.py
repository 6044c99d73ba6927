"""The table of the embedded view's walls names every row, and tests that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "docs" / "browser-hardening.md"
ROWS = [*(f"V{number}" for number in range(1, 23)), *(f"W{number}" for number in range(1, 5))]


def rows() -> dict[str, list[str]]:
    """Return the tests that each row names."""
    found = {}
    for line in TABLE.read_text("utf-8").splitlines():
        name = re.match(r"\| ([VW]\d+) ", line)
        if name is not None:
            found[name[1]] = re.findall(r"`(tests/[^`]+::[^`]+)`", line)
    return found


def test_every_row_is_there_and_has_a_test() -> None:
    table = rows()

    assert list(table) == ROWS
    assert [row for row, tests in table.items() if not tests] == []


def test_every_test_of_the_table_exists() -> None:
    missing = []
    for test in {test for tests in rows().values() for test in tests}:
        path, _, name = test.partition("::")
        file = ROOT / path
        if not file.is_file() or f"def {name}(" not in file.read_text("utf-8"):
            missing.append(test)

    assert missing == []
