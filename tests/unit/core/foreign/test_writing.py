"""An export's file: its owner's alone, whole or not at all, over nothing that is there."""

import os
import stat
from pathlib import Path

import pytest

from core.errors import BadInput
from core.exporters.writing import is_exposed, write_private


def test_the_file_is_its_owners_alone_whatever_the_umask(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        write_private(tmp_path / "a.env", "X=1\n")
    finally:
        os.umask(old)

    assert stat.S_IMODE((tmp_path / "a.env").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["a.env"]


def test_what_is_there_stays_unless_it_may_be_replaced(tmp_path: Path) -> None:
    file = tmp_path / "a.env"
    file.write_text("mine")

    with pytest.raises(BadInput, match="such a file already"):
        write_private(file, "new")
    kept = file.read_text()
    write_private(file, "new", over=True)

    assert (kept, file.read_text()) == ("mine", "new")


@pytest.mark.parametrize("over", [True, False])
def test_a_link_is_never_followed(tmp_path: Path, *, over: bool) -> None:
    (tmp_path / "elsewhere").write_text("untouched")
    link = tmp_path / "a.env"
    link.symlink_to(tmp_path / "elsewhere")

    if over:
        write_private(link, "new", over=True)
    else:
        with pytest.raises(BadInput):
            write_private(link, "new")

    assert (tmp_path / "elsewhere").read_text() == "untouched"
    assert link.is_symlink() is not over


def test_what_comes_between_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.env"

    def look_too_early(_path: object) -> bool:
        file.write_text("came")
        return False

    monkeypatch.setattr("os.path.lexists", look_too_early)

    with pytest.raises(BadInput, match="such a file already"):
        write_private(file, "new")
    assert file.read_text() == "came"


def test_a_disk_that_fails_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)

    with pytest.raises(BadInput, match="cannot be written"):
        write_private(tmp_path / "a.env", "X=1\n")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be written"):
        write_private(tmp_path / "nowhere" / "a.env", "X=1\n")


@pytest.mark.parametrize(
    ("rules", "is_told"), [(None, True), ("*.pem\n", True), (".env*\n", False), ("*\n", False)]
)
def test_a_file_that_git_would_take_is_told(
    tmp_path: Path, rules: str | None, *, is_told: bool
) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "deep").mkdir()
    if rules is not None:
        (tmp_path / ".gitignore").write_text(rules)

    assert is_exposed(tmp_path / "deep" / ".env.local") is is_told


def test_outside_git_nothing_is_told(tmp_path: Path) -> None:
    assert not is_exposed(tmp_path / ".env")
