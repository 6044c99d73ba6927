"""Sessions of the embedded view: kept on demand, forgotten for good, whatever comes between."""

import os
from pathlib import Path

import pytest

from core.adapters.browser_folders import PrivateFolders
from core.browser_sessions import BrowserSessions
from core.errors import VaultUnavailable
from core.model import App
from core.notes import BrowserSession
from core.vault.vault import Vault
from tests.fakes.clock import FakeClock
from tests.fakes.nouns import app
from tests.fakes.vaults import session_vault, vault_in


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    """An open vault with a file of its own, and one App in it."""
    made = vault_in(tmp_path)
    made.create_with_keyring()
    made.save(app("app-1"))
    return made


@pytest.fixture
def folders(tmp_path: Path) -> PrivateFolders:
    return PrivateFolders(tmp_path)


@pytest.fixture
def sessions(vault: Vault, folders: PrivateFolders) -> BrowserSessions:
    return BrowserSessions(vault, folders, FakeClock())


def _kept(sessions: BrowserSessions, app_id: str = "app-1") -> Path:
    folder = sessions.open(app_id, keep=True)
    assert folder is not None
    (folder / "storage").mkdir(exist_ok=True)
    (folder / "storage" / "Cookies").write_text("session=word")
    return folder


def test_nothing_is_kept_that_nobody_asked_for(
    sessions: BrowserSessions, folders: PrivateFolders, tmp_path: Path
) -> None:
    assert sessions.open("app-1", keep=False) is None

    assert sessions.all() == ()
    assert folders.names() == ()
    assert not (tmp_path / "browser").exists()


def test_a_kept_session_has_a_private_folder_and_the_same_one_next_time(
    sessions: BrowserSessions, tmp_path: Path
) -> None:
    folder = _kept(sessions)

    assert sessions.open("app-1", keep=False) == folder
    assert sessions.open("app-1", keep=True) == folder
    assert folder.parent.parent == tmp_path
    assert "app-1" not in str(folder.relative_to(tmp_path))
    if os.name == "posix":
        assert {path.stat().st_mode & 0o777 for path in (folder, folder.parent)} == {0o700}


def test_two_apps_do_not_share_a_session(sessions: BrowserSessions, vault: Vault) -> None:
    vault.save(app("app-2"))

    assert _kept(sessions) != _kept(sessions, "app-2")


def test_forgetting_leaves_neither_record_nor_file(
    sessions: BrowserSessions, folders: PrivateFolders, tmp_path: Path
) -> None:
    _kept(sessions)

    assert sessions.forget("app-1")
    assert sessions.all() == ()
    assert not (tmp_path / "browser").exists()
    assert sessions.forget("app-1"), "a second time does no harm"


def test_a_removed_app_takes_its_record_along_and_the_sweep_its_folder(
    sessions: BrowserSessions, vault: Vault, tmp_path: Path
) -> None:
    _kept(sessions)
    vault.forget_app("app-1")

    assert sessions.sweep() == 0
    assert not (tmp_path / "browser").exists()


def test_a_forgetting_that_was_cut_off_is_finished_by_the_sweep(
    sessions: BrowserSessions, vault: Vault, tmp_path: Path
) -> None:
    vault.save(app("app-2"))
    _kept(sessions)
    stays = _kept(sessions, "app-2")
    sessions.drop("app-1")  # and here the program was killed

    assert sessions.sweep() == 0
    assert [path.name for path in (tmp_path / "browser").iterdir()] == [stays.name]


def test_the_sweep_deletes_nothing_while_it_cannot_know(
    sessions: BrowserSessions, vault: Vault
) -> None:
    folder = _kept(sessions)
    vault.lock_up()

    assert sessions.sweep() == 0
    assert folder.is_dir()


def test_without_a_vault_every_folder_is_nobodys(tmp_path: Path) -> None:
    folders = PrivateFolders(tmp_path)
    folders.make("0" * 32)

    assert BrowserSessions(vault_in(tmp_path), folders, FakeClock()).sweep() == 0
    assert folders.names() == ()


def test_a_vault_in_memory_leaves_the_folders_of_others_and_forgets_its_own(tmp_path: Path) -> None:
    folders = PrivateFolders(tmp_path)
    folders.make("0" * 32)
    vault = session_vault(tmp_path)
    vault.save(app("app-1"))
    sessions = BrowserSessions(vault, folders, FakeClock())
    _kept(sessions)

    assert sessions.sweep() == 0
    assert len(folders.names()) == 2
    assert sessions.forget_all() == 0
    assert folders.names() == ("0" * 32,)


def test_a_folder_is_settled_only_when_no_record_names_it(
    sessions: BrowserSessions, vault: Vault
) -> None:
    folder = _kept(sessions)
    assert not sessions.settle(folder.name)
    assert folder.is_dir()
    sessions.drop("app-1")
    vault.lock_up()
    assert not sessions.settle(folder.name), "nothing is known while the vault is locked"
    assert folder.is_dir()

    vault.open()

    assert sessions.settle(folder.name)
    assert not folder.exists()


def test_an_app_that_is_gone_gets_no_session(sessions: BrowserSessions, vault: Vault) -> None:
    vault.forget_app("app-1")

    assert sessions.open("app-1", keep=True) is None
    assert vault.get(App, "app-1") is None
    assert vault.get(BrowserSession, "app-1") is None


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_a_planted_link_is_removed_and_what_it_points_to_stays(
    sessions: BrowserSessions, folders: PrivateFolders, tmp_path: Path
) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "file").write_text("mine")
    inside = _kept(sessions)
    (inside / "link").symlink_to(precious, target_is_directory=True)
    planted = inside.with_name("f" * 32)
    planted.symlink_to(precious, target_is_directory=True)

    assert folders.remove(planted.name)
    assert sessions.forget("app-1")
    assert (precious / "file").read_text() == "mine"


@pytest.mark.skipif(os.name != "posix", reason="modes")
def test_what_cannot_be_written_is_deleted_all_the_same(
    sessions: BrowserSessions, tmp_path: Path
) -> None:
    folder = _kept(sessions)
    (folder / "storage").chmod(0o500)

    assert sessions.forget("app-1")
    assert not folder.exists()


def test_a_name_that_is_no_name_of_ours_is_refused(folders: PrivateFolders) -> None:
    for name in ("..", "", "a/b", "0" * 31, "G" * 32):
        with pytest.raises(ValueError, match="random name"):
            folders.remove(name)


def test_what_is_in_the_folders_place_is_said(folders: PrivateFolders, tmp_path: Path) -> None:
    (tmp_path / "browser").write_text("a file")

    with pytest.raises(VaultUnavailable):
        folders.make("0" * 32)
