"""Where the vault lives on each platform, and what is wrong with a folder."""

import errno
import os
import stat
from pathlib import Path

import pytest

from core.adapters.data_directory import data_directory, make_private, synced_by, unavailable
from core.errors import VaultUnavailable


@pytest.mark.parametrize(
    ("environ", "platform", "expected"),
    [
        ({"KEYPANE_HOME": "/k", "XDG_DATA_HOME": "/x", "HOME": "/h"}, "linux", "/k"),
        ({"XDG_DATA_HOME": "/x", "HOME": "/h"}, "linux", "/x/keypane"),
        ({"XDG_DATA_HOME": "relative", "HOME": "/h"}, "linux", "/h/.local/share/keypane"),
        ({"XDG_DATA_HOME": "", "HOME": "/h"}, "linux", "/h/.local/share/keypane"),
        ({"HOME": "/h"}, "darwin", "/h/Library/Application Support/Keypane"),
        ({"LOCALAPPDATA": "/c/Local", "APPDATA": "/c/Roaming"}, "win32", "/c/Local/Keypane"),
    ],
)
def test_each_platform_has_its_place(environ: dict[str, str], platform: str, expected: str) -> None:
    assert data_directory(environ, platform) == Path(expected)


def test_a_relative_home_is_made_absolute() -> None:
    assert data_directory({"KEYPANE_HOME": "here"}) == Path.cwd() / "here"


def test_windows_without_its_variable_has_a_place_too() -> None:
    assert data_directory({}, "win32") == Path.home() / "AppData" / "Local" / "Keypane"


def test_asking_touches_no_disk(tmp_path: Path) -> None:
    data_directory({"KEYPANE_HOME": str(tmp_path / "new")})

    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="permission bits are POSIX's")
def test_a_new_folder_is_the_owners_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        make_private(tmp_path / "a" / "b")
    finally:
        os.umask(before)

    assert stat.S_IMODE((tmp_path / "a" / "b").stat().st_mode) == 0o700


@pytest.mark.skipif(os.name != "posix", reason="users as POSIX has them")
def test_a_folder_of_another_user_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)

    with pytest.raises(VaultUnavailable) as refused:
        make_private(tmp_path)
    assert refused.value.reason == "directory"


def test_a_dangling_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "home").symlink_to(tmp_path / "gone" / "away")

    with pytest.raises(VaultUnavailable) as refused:
        make_private(tmp_path / "home")
    assert refused.value.reason == "directory"


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.EROFS, "read_only"),
        (errno.EACCES, "read_only"),
        (errno.ENOSPC, "disk_full"),
        (errno.EDQUOT, "disk_full"),
        (errno.EIO, "other"),
        (errno.ENOTDIR, "directory"),
        (errno.ELOOP, "directory"),
        (None, "directory"),
    ],
)
def test_what_the_disk_says_is_said_in_our_words(number: int | None, reason: str) -> None:
    error = OSError(number, "text", "/a/path") if number else OSError("a path")
    told = unavailable(error)

    assert told.reason == reason
    assert "path" not in told.detail


@pytest.mark.parametrize(
    ("folder", "service"),
    [
        ("/home/dev/.local/share/keypane", ""),
        ("/home/dev/Dropbox (Work)/keypane", "Dropbox"),
        ("/Users/dev/Library/Mobile Documents/com~apple~CloudDocs/keypane", "iCloud Drive"),
        ("/Users/dev/Library/CloudStorage/OneDrive-Work/keypane", "OneDrive"),
        ("/home/dev/Nextcloud/keypane", "Nextcloud"),
        ("/home/dev/my-dropbox-notes/keypane", ""),
    ],
)
def test_a_synced_folder_is_recognised(folder: str, service: str) -> None:
    assert synced_by(Path(folder)) == service
