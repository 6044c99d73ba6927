"""A path is shown from the person's own folder on."""

from pathlib import Path

import pytest

from ui.presenters.shown_path import shown_path


@pytest.mark.skipif("os.name == 'nt'", reason="nobody writes ~ on Windows")
def test_the_own_folder_is_a_tilde_and_every_other_path_is_whole() -> None:
    home = Path.home()

    assert shown_path(home / ".local" / "share") == "~/.local/share"
    assert shown_path(str(home)) == "~"
    assert shown_path(f"{home}-of-somebody/file") == f"{home}-of-somebody/file"
    assert shown_path("") == ""
