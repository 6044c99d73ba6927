"""The .env file of a hand-over: private, atomic, other lines kept, and never in a repository."""

import os
import stat
import sys
from pathlib import Path

import pytest

from core.errors import BadInput
from core.secret import Secret
from ui.presenters.env_file import is_exposed, write_env

VALUES = {"X_REFRESH_TOKEN": Secret("refresh-of-acme")}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_the_file_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    old_mask = os.umask(0)
    try:
        write_env(tmp_path / ".env", VALUES)
    finally:
        os.umask(old_mask)

    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600


def test_other_lines_stay_and_nothing_is_left_beside(tmp_path: Path) -> None:
    target = tmp_path / ".env"
    target.write_text("PORT=80\n")

    write_env(target, VALUES)

    assert target.read_text() == "PORT=80\nX_REFRESH_TOKEN=refresh-of-acme\n"
    assert list(tmp_path.iterdir()) == [target]


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("")
    (tmp_path / ".env").symlink_to(elsewhere)

    with pytest.raises(BadInput):
        write_env(tmp_path / ".env", VALUES)

    assert elsewhere.read_text() == ""


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        write_env(tmp_path / "nowhere" / ".env", VALUES)


def test_a_file_in_a_repository_is_exposed_until_a_gitignore_covers_it(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "server").mkdir()
    target = tmp_path / "server" / ".env"

    before = is_exposed(target)
    (tmp_path / ".gitignore").write_text(".env\n")

    assert before
    assert not is_exposed(target)


def test_a_file_outside_any_repository_is_not_exposed(tmp_path: Path) -> None:
    assert not is_exposed(tmp_path / ".env")
