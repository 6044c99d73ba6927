"""The locks: the real ones are current, and each way of being wrong is noticed."""

import re
import shutil
from pathlib import Path

import pytest

from scripts.devtools import lock
from scripts.devtools.ground import Trouble


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of requirements/ that a test may spoil."""
    return Path(shutil.copytree(lock.FOLDER, tmp_path / "requirements"))


def _change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_the_locks_of_this_tree_are_current() -> None:
    assert lock.find_problems() == []


def test_a_package_without_hash_is_caught(folder: Path) -> None:
    path = folder / "dev.txt"
    text = path.read_text("utf-8")
    path.write_text(re.sub(r"(?m)^(ruff==[^ ]+) \\\n(    --hash.*\n)+", r"\1\n", text), "utf-8")

    assert [problem for problem in lock.find_problems(folder) if "no hash: ruff==" in problem]


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://example.org/simple",
        "-i https://example.org/simple",
        "--extra-index-url file:///somewhere",
        "--find-links /somewhere",
        "-e .",
        "requests>=2 --hash=sha256:" + "0" * 64,
        "requests @ https://example.org/requests.whl --hash=sha256:" + "0" * 64,
    ],
)
def test_a_line_that_is_no_pinned_package_is_caught(folder: Path, line: str) -> None:
    with (folder / "runtime.txt").open("a", encoding="utf-8") as handle:
        handle.write(line + "\n")

    assert [problem for problem in lock.find_problems(folder) if "not a pinned package" in problem]


def test_a_changed_wish_is_caught(folder: Path) -> None:
    _change(folder / "dev.in", "tweepy>=", "# more\ntweepy>=")

    assert lock.find_problems(folder) == [
        "dev.txt: made from other .in files; run `python3 dev.py lock`"
    ]


def test_a_changed_wish_of_the_runtime_is_caught_in_both_locks(folder: Path) -> None:
    _change(folder / "runtime.in", "requests>=2.34", "requests>=99")

    problems = lock.find_problems(folder)

    assert sum("made from other .in files" in problem for problem in problems) == 2
    assert sum("is not >=99 as runtime.in wants" in problem for problem in problems) == 2


def test_a_package_that_is_wanted_but_not_locked_is_caught(folder: Path) -> None:
    _change(folder / "runtime.in", "flask>=3.1", "flask>=3.1\npendulum")

    assert "runtime.txt: pendulum of runtime.in is missing" in lock.find_problems(folder)


def test_locks_that_disagree_are_caught(folder: Path) -> None:
    _change(folder / "runtime.txt", "keyring==25.", "keyring==26.")

    assert [p for p in lock.find_problems(folder) if p.endswith("is not the one in dev.txt")]


def test_line_endings_do_not_change_the_fingerprint(folder: Path) -> None:
    before = lock.fingerprint(folder, ["dev.in"])
    path = folder / "dev.in"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))

    assert lock.fingerprint(folder, ["dev.in"]) == before


@pytest.mark.parametrize(
    ("version", "bounds", "kept"),
    [
        ("3.1", ">=3.1.0", True),
        ("3.0.9", ">=3.1", False),
        ("3.10", ">=3.9,<4", True),
        ("4.0", "<4", False),
        ("6.11.3", "==6.11.3", True),
        ("6.11.30", "==6.11.3", False),
        ("1", "", True),
    ],
)
def test_bounds_are_compared_as_numbers(version: str, bounds: str, *, kept: bool) -> None:
    assert lock.satisfies(version, bounds) is kept


def test_a_bound_that_cannot_be_judged_is_refused() -> None:
    with pytest.raises(Trouble, match="cannot read the bound"):
        lock.satisfies("1.0", "~=1.0")


def test_the_lock_names_no_index_and_no_path_of_a_machine() -> None:
    for name in lock.INPUTS:
        text = (lock.FOLDER / name).read_text("utf-8")

        assert "://" not in text
        assert not re.search(r"(^|\s)/\w", text, re.MULTILINE)


def test_the_lock_serves_linux_macos_and_windows() -> None:
    text = (lock.FOLDER / "runtime.txt").read_text("utf-8")

    assert re.search(r"secretstorage==\S+ ; sys_platform == 'linux'", text)
    assert re.search(r"pywin32-ctypes==\S+ ; sys_platform == 'win32'", text)
