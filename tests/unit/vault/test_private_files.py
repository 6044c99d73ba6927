"""Files of the vault's folder, on disks that fail."""

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.adapters import private_files
from core.adapters.private_files import SpareFile, copy, keep, make_empty, move, remove, rename
from core.errors import VaultUnavailable


def full(*_args: object, **_kwargs: object) -> Any:
    raise OSError(errno.ENOSPC, "no space left", "/a/path/of/someone")


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(b"content")
    return source, target


@pytest.mark.parametrize(
    ("act", "broken"),
    [
        (lambda a, b: make_empty(b), (os, "open")),
        (copy, (os, "fsync")),
        (move, (os, "fsync")),
        (move, (Path, "replace")),
        (rename, (Path, "replace")),
        (lambda a, _b: remove(a), (Path, "unlink")),
        (lambda _a, b: SpareFile(b).ensure(), (os, "fsync")),
        (lambda _a, b: SpareFile(b).ensure(), (Path, "lstat")),
    ],
    ids=["make_empty", "copy", "move", "move", "rename", "remove", "reserve", "reserve"],
)
def test_what_the_disk_refuses_is_told_in_our_words(
    two: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
    act: Callable[[Path, Path], object],
    broken: tuple[Any, str],
) -> None:
    monkeypatch.setattr(*broken, full)
    with pytest.raises(VaultUnavailable) as told:
        act(*two)

    assert told.value.reason == "disk_full"
    assert "someone" not in str(told.value)
    monkeypatch.undo()
    assert two[0].read_bytes() == b"content"


def test_a_reserve_that_does_not_fit_leaves_no_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(VaultUnavailable):
        SpareFile(tmp_path / "reserve").ensure()

    assert not (tmp_path / "reserve").exists()


def test_a_reserve_is_given_up_once(tmp_path: Path) -> None:
    spare = SpareFile(tmp_path / "reserve")
    spare.ensure()

    assert spare.release()
    assert not spare.release()


def test_a_file_is_kept_where_there_are_no_links(
    two: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_args: object, **_kwargs: object) -> None:
        raise OSError(errno.EPERM, "not supported")

    monkeypatch.setattr(os, "link", no_links)
    keep(*two)

    assert two[0].read_bytes() == two[1].read_bytes() == b"content"


class InUse(PermissionError):
    """What Windows says while a virus scanner reads the file."""

    winerror = 32


@pytest.mark.parametrize("refusals", [0, 1, 5])
def test_a_file_in_use_on_windows_is_replaced_a_little_later(
    two: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, refusals: int
) -> None:
    pauses: list[float] = []
    real, left = Path.replace, [InUse()] * refusals

    def replace(source: Path, target: Path) -> Path:
        if left:
            raise left.pop()
        return real(source, target)

    monkeypatch.setattr(Path, "replace", replace)
    monkeypatch.setattr(private_files.time, "sleep", pauses.append)  # type: ignore[attr-defined]
    rename(*two)

    assert two[1].read_bytes() == b"content"
    assert len(pauses) == refusals
    assert sum(pauses) < 2


@pytest.mark.parametrize("error", [InUse(), PermissionError(errno.EACCES, "no")], ids=repr)
def test_a_file_that_stays_in_use_is_told(
    two: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, error: PermissionError
) -> None:
    def replace(_source: Path, _target: Path) -> Path:
        raise error

    monkeypatch.setattr(Path, "replace", replace)
    monkeypatch.setattr(private_files.time, "sleep", lambda _seconds: None)  # type: ignore[attr-defined]
    with pytest.raises(VaultUnavailable):
        rename(*two)
    assert two[0].read_bytes() == b"content"
