"""Erasing everything: nothing of ours is left, nothing else is touched, and a kill is made good."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.adapters import view_marks
from core.catalogue_home import OWN_FILE
from core.errors import VaultLocked, VaultUnavailable
from core.helper import address_of
from core.model import App
from core.vault.backups import Backups
from core.vault.erase import Erase
from core.vault.vault import Vault
from tests.fakes.keys import FakeKeys
from tests.fakes.nouns import app, user
from tests.fakes.vaults import vault_in
from tests.unit.vault.test_backups import NEW, PASSPHRASE, each_step, opened

# What other rooms keep in the folder, by the names that they use.
OTHERS = (
    OWN_FILE,
    f"{OWN_FILE}.tmp12",
    view_marks._BEGAN,
    view_marks._IN_SOFTWARE,
    Path(address_of(Path("/home"), "linux")).name,
)


def all_files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def furnished(folder: Path, keys: FakeKeys) -> Vault:
    """Return an open keyring vault with all that may lie beside it."""
    vault = vault_in(folder, keys)
    vault.create_with_keyring()
    vault.save(app(), user())
    vault.close()
    vault.open()
    vault.preflight()
    for name in ("sandbox.json", "sandbox.json.tmp12", *OTHERS):
        (folder / name).write_text("canary")
    for name in ("browser/0123/Cookies", "quarantine/old.db", "quarantine/old.db-wal", "logs/x"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("canary")
    vault.inside.stores.call_lock()
    vault.heed_lock_call()
    vault.open()
    return vault


def test_nothing_is_left_of_files_folder_or_keyring(tmp_path: Path) -> None:
    keys = FakeKeys()
    vault = furnished(tmp_path / "home", keys)
    assert len(all_files(tmp_path / "home")) > 10

    assert Erase(vault).everything() == 0

    assert not (tmp_path / "home").exists()
    assert keys.items == {}
    assert (vault.status().state, vault.status().key) == ("none", "")
    with pytest.raises(VaultLocked) as told:
        vault.all(App)
    assert told.value.needs == "choice"


def test_what_is_not_ours_stays(tmp_path: Path) -> None:
    vault = furnished(tmp_path, FakeKeys())
    (tmp_path / "thesis.txt").write_text("years of work")
    (tmp_path / "photos").mkdir()
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept.db").write_text("kept")
    (tmp_path / "backups" / "planted").symlink_to(outside)

    Erase(vault).everything()

    assert all_files(tmp_path) == ["outside/kept.db", "thesis.txt"]
    assert (tmp_path / "photos").is_dir()


def test_a_vault_whose_passphrase_is_forgotten_is_erased_and_a_new_one_made(
    tmp_path: Path,
) -> None:
    opened(tmp_path).close()
    locked = vault_in(tmp_path)

    Erase(locked).everything()

    assert all_files(tmp_path) == []
    locked.create_with_passphrase(NEW)
    assert locked.status().state == "open"
    locked.close()


def test_keys_of_vaults_that_were_set_aside_go_too(tmp_path: Path) -> None:
    keys = FakeKeys()
    vault = furnished(tmp_path / "home", keys)
    backup = tmp_path / "backup"
    Backups(vault).save(backup, PASSPHRASE)
    vault.close()
    Backups(vault).start_over(Backups(vault).read(backup, PASSPHRASE), None, over=True)
    assert len(keys.items) == 2

    Erase(vault).everything()

    assert keys.items == {}
    assert all_files(tmp_path) == ["backup"]


def test_the_key_of_a_damaged_vault_goes_too(tmp_path: Path) -> None:
    keys = FakeKeys()
    furnished(tmp_path, keys).close()
    (tmp_path / "vault.db").write_bytes(b"damage")
    for copy in (tmp_path / "backups").iterdir():
        copy.write_bytes(b"damage")

    Erase(vault_in(tmp_path, keys)).everything()

    assert keys.items == {}


@pytest.mark.expected_log("an item of the keyring is left")
def test_a_keyring_that_does_not_answer_is_asked_again_at_the_next_start(tmp_path: Path) -> None:
    keys = FakeKeys()
    vault = furnished(tmp_path, keys)
    keys.mode = "timeout"

    assert Erase(vault).everything() == 1
    assert all_files(tmp_path) == ["keyring-left"]
    assert Erase(vault_in(tmp_path, keys)).finish() == 1
    fresh = vault_in(tmp_path, keys)
    fresh.create_with_passphrase(NEW)

    keys.mode = "ok"
    assert Erase(vault_in(tmp_path, keys)).finish() == 0
    assert keys.items == {}
    fresh.save(app())
    fresh.close()
    fresh.unlock(NEW)
    assert fresh.all(App) == (app(),)
    fresh.close()


def test_finishing_what_was_never_begun_touches_nothing(tmp_path: Path) -> None:
    keys = FakeKeys()
    vault = furnished(tmp_path, keys)
    before = all_files(tmp_path)

    assert Erase(vault).finish() == 0
    assert (all_files(tmp_path), len(keys.items)) == (before, 1)
    assert Erase(vault_in(tmp_path / "nowhere")).finish() == 0
    assert not (tmp_path / "nowhere").exists()
    vault.close()


def test_a_program_that_has_the_vault_open_locks_it(tmp_path: Path) -> None:
    vault = opened(tmp_path)
    vault.save(app())

    Erase(vault_in(tmp_path)).everything()

    assert vault.heed_lock_call()
    assert vault.status().state == "none"


def test_while_an_erasing_is_unfinished_there_is_no_vault_and_none_is_made(tmp_path: Path) -> None:
    opened(tmp_path).close()
    vault = vault_in(tmp_path)
    vault.inside.stores.begin_erasing()

    assert vault.status().state == "none"
    with pytest.raises(VaultUnavailable):
        vault.create_with_passphrase(NEW)
    with pytest.raises(VaultLocked):
        vault.unlock(PASSPHRASE)
    Erase(vault).finish()
    vault.create_with_passphrase(NEW)
    vault.close()


def test_an_erasing_that_is_killed_at_any_step_is_finished_by_the_next_start(
    tmp_path: Path,
) -> None:
    folder, file = tmp_path / "here", tmp_path / "file"
    vault = opened(folder)
    vault.save(app())
    vault.close()
    opened(folder).close()
    file.write_text("of no use here")
    outcomes = set()

    def look(place: Path, _file: Path, _is_last: bool) -> None:
        next_start = vault_in(place)
        was = next_start.status().state
        outcomes.add(was)
        if was == "locked":
            next_start.unlock(PASSPHRASE)  # nothing was begun yet
            assert next_start.all(App) == (app(),)
            next_start.close()
            Erase(next_start).everything()
        else:
            Erase(next_start).finish()
        assert all_files(place) == []

    each_step(tmp_path, "erase", folder, file, look)
    assert outcomes == {"locked", "none"}


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="root may delete everything"
)
def test_what_cannot_be_deleted_is_said_and_tried_again(tmp_path: Path) -> None:
    vault = furnished(tmp_path, FakeKeys())
    (tmp_path / "backups").chmod(0o500)
    try:
        with pytest.raises(VaultUnavailable):
            Erase(vault).everything()
        assert vault.status().state == "none"
    finally:
        (tmp_path / "backups").chmod(0o700)
    Erase(vault).finish()
    assert all_files(tmp_path) == []


def test_no_canary_of_the_vault_is_left_on_the_disk(tmp_path: Path) -> None:
    vault = furnished(tmp_path / "home", FakeKeys())
    (tmp_path / "home" / "sandbox.json").write_text("canary-of-the-sandbox")
    Erase(vault).everything()

    found = subprocess.run(
        ["grep", "-rl", "canary", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert found.stdout == ""
