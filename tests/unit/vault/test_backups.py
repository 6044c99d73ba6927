"""Backups and copies of a vault: made, brought back, and cut off at every step."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from core.errors import BadInput, VaultCorrupt, VaultLocked, VaultUnavailable
from core.model import Activity, App, CredentialState, Setting, UserToken
from core.secret import Secret
from core.vault.backups import Backups
from core.vault.restoring import MERGE, REPLACE
from core.vault.vault import Vault
from tests.fakes.clock import FakeClock
from tests.fakes.keys import FakeKeys
from tests.fakes.nouns import activity, app, bearer, owner, user
from tests.fakes.vaults import vault_in

ROOT: Final = Path(__file__).parents[3]
PASSPHRASE = Secret("correct horse battery")
NEW = Secret("another horse battery")
NOUNS = (app(), bearer(), owner(), user(), Setting("theme", "dark"), activity())


def opened(folder: Path, clock: FakeClock | None = None) -> Vault:
    vault = vault_in(folder, clock=clock)
    if vault.status().state == "none":
        vault.create_with_passphrase(PASSPHRASE)
    else:
        vault.unlock(PASSPHRASE)
    return vault


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A backup of a vault with one of everything."""
    vault = opened(tmp_path / "elsewhere")
    vault.save(*NOUNS)
    path = tmp_path / "mine.keypane"
    Backups(vault).save(path, PASSPHRASE)
    vault.close()
    return path


# --- there and back ------------------------------------------------------------------------------


def test_a_backup_makes_a_new_vault_with_everything_in_it(tmp_path: Path, file: Path) -> None:
    vault = vault_in(tmp_path / "here")
    backups = Backups(vault)
    there = backups.read(file, PASSPHRASE)
    assert backups.preview(there).users == 1

    status = backups.start_over(there, NEW)

    assert (status.state, status.key) == ("open", "passphrase")
    assert vault.all(App) == (app(),)
    assert vault.setting("theme") == "dark"
    assert vault.get(UserToken, "user-1") == user(state=CredentialState.UNCERTAIN)
    vault.close()
    vault.unlock(NEW)
    vault.close()


def test_a_restored_refresh_token_may_be_tried_once_and_activity_says_why(
    tmp_path: Path, file: Path
) -> None:
    vault = opened(tmp_path / "here")
    backups = Backups(vault)
    preview = backups.restore(backups.read(file, PASSPHRASE))

    assert preview.uncertain == ("@dev_user-1 of Name of app-1",)
    (operation,) = vault.open_operations()
    assert (operation.lock_name, operation.intent.operation) == ("user:user-1", "refresh")
    assert operation.intent.attempt == 1
    lines = [(each.what, each.subject, each.outcome) for each in vault.all(Activity)]
    assert ("restore", "@dev_user-1", "uncertain") in lines
    vault.close()


def test_restoring_twice_changes_nothing_the_second_time(tmp_path: Path, file: Path) -> None:
    vault = opened(tmp_path / "here")
    backups = Backups(vault)
    there = backups.read(file, PASSPHRASE)
    backups.restore(there)
    first = backups.contents()

    again = backups.restore(there)

    assert (again.uncertain, again.added) == ((), 0)
    assert replace(backups.contents(), made_at=first.made_at) == first
    vault.close()


def test_replacing_leaves_what_the_backup_has_and_a_copy_of_what_was_there(
    tmp_path: Path, file: Path
) -> None:
    vault = opened(tmp_path / "here")
    vault.save(app("other"), bearer("other"))
    backups = Backups(vault)
    backups.restore(backups.read(file, PASSPHRASE), REPLACE)
    assert vault.all(App) == (app(),)

    newest = backups.contents_of(backups.copies()[0])

    assert newest.of(App) == (app("other"),)
    vault.close()


def test_a_session_is_backed_up_and_restored_into_without_a_file(
    tmp_path: Path, vault: Vault
) -> None:
    vault.save(*NOUNS)
    path = tmp_path / "session.keypane"
    Backups(vault).save(path, PASSPHRASE)
    vault.forget_app("app-1")

    Backups(vault).restore(Backups(vault).read(path, PASSPHRASE))

    assert vault.all(App) == (app(),)


def test_a_locked_vault_is_neither_backed_up_nor_restored_into(tmp_path: Path, file: Path) -> None:
    opened(tmp_path / "here").close()
    locked = Backups(vault_in(tmp_path / "here"))
    there = locked.read(file, PASSPHRASE)

    for act in (lambda: locked.save(tmp_path / "x", PASSPHRASE), lambda: locked.restore(there)):
        with pytest.raises(VaultLocked):
            act()
    with pytest.raises(VaultUnavailable):
        locked.start_over(there, NEW)
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("passphrase", ["", "short"])
def test_a_passphrase_that_is_too_short_makes_no_backup(
    tmp_path: Path, vault: Vault, passphrase: str
) -> None:
    with pytest.raises(BadInput) as told:
        Backups(vault).save(tmp_path / "x", Secret(passphrase))
    assert told.value.where == "passphrase"
    assert not (tmp_path / "x").exists()


def test_no_word_of_the_vault_can_be_read_in_the_file(file: Path) -> None:
    data = file.read_bytes()

    for word in (b"app-1", b"dev_user", b"bearer-of", b"refresh-of", b"theme", b"2026"):
        assert word not in data


# --- the copies that the vault keeps -------------------------------------------------------------


def age(path: Path, days: float) -> None:
    moment = time.time() - days * 86_400
    os.utime(path, (moment, moment))


def test_a_copy_of_an_earlier_day_outlives_the_copies_of_today(tmp_path: Path) -> None:
    vault = opened(tmp_path, FakeClock(datetime.now(UTC)))
    vault.save(app())
    vault.close()
    opened(tmp_path).close()
    (yesterday,) = (tmp_path / "backups").glob("*-*.db")
    age(yesterday, 1)
    for number in range(5):
        vault = opened(tmp_path, FakeClock(datetime.now(UTC)))
        vault.save(app(f"later-{number}"))
        vault.close()

    vault = opened(tmp_path, FakeClock(datetime.now(UTC)))
    backups = Backups(vault)

    copies = backups.copies()
    assert len(copies) == 3
    assert copies[-1].name == yesterday.name
    assert backups.yesterdays() == copies[-1]
    there = backups.contents_of(copies[-1])
    assert there.of(App) == (app(),)
    preview = backups.preview(there, REPLACE)
    assert len(preview.only_here) == 5
    backups.restore(there, REPLACE)
    assert vault.all(App) == (app(),)
    vault.close()


def test_without_an_earlier_day_there_is_no_copy_of_yesterday(tmp_path: Path) -> None:
    opened(tmp_path).close()
    vault = opened(tmp_path, FakeClock(datetime.now(UTC)))

    assert Backups(vault).copies()
    assert Backups(vault).yesterdays() is None
    vault.close()


def test_a_damaged_copy_is_refused_and_the_vault_stays(tmp_path: Path) -> None:
    opened(tmp_path).close()
    vault = opened(tmp_path)
    backups = Backups(vault)
    (copy,) = backups.copies()
    (tmp_path / "backups" / copy.name).write_bytes(b"damage")

    with pytest.raises(VaultCorrupt):
        backups.contents_of(copy)
    assert vault.status().state == "open"
    vault.close()


# --- a vault that nobody can open any more -------------------------------------------------------


def test_a_forgotten_passphrase_leads_to_a_restore_and_the_old_vault_is_set_aside(
    tmp_path: Path, file: Path
) -> None:
    folder = tmp_path / "here"
    first = opened(folder)
    first.save(app("old"))
    first.close()
    opened(folder).close()
    vault = vault_in(folder)
    backups = Backups(vault)

    backups.start_over(backups.read(file, PASSPHRASE), NEW, over=True)

    assert vault.all(App) == (app(),)
    vault.close()
    aside = list((folder / "quarantine").glob("*.db"))
    assert len(aside) == 2  # the vault and its copy
    again = vault_in(folder)
    with pytest.raises(BadInput):
        again.unlock(PASSPHRASE)
    again.unlock(NEW)
    assert again.all(App) == (app(),)
    again.close()


def test_the_set_aside_vault_still_opens_with_its_passphrase(tmp_path: Path, file: Path) -> None:
    folder = tmp_path / "here"
    first = opened(folder)
    first.save(app("old"))
    first.close()
    vault = vault_in(folder)
    Backups(vault).start_over(Backups(vault).read(file, PASSPHRASE), NEW, over=True)
    vault.close()
    (aside,) = (folder / "quarantine").glob("*.db")
    other = tmp_path / "other"
    other.mkdir(mode=0o700)
    shutil.copy(aside, other / "vault.db")

    old = opened(other)

    assert old.all(App) == (app("old"),)
    old.close()


def test_an_open_vault_is_not_started_over(tmp_path: Path, file: Path) -> None:
    vault = opened(tmp_path / "here")
    backups = Backups(vault)

    with pytest.raises(VaultUnavailable):
        backups.start_over(backups.read(file, PASSPHRASE), NEW, over=True)
    vault.close()


def test_starting_over_puts_the_key_into_the_keyring(tmp_path: Path, file: Path) -> None:
    keys = FakeKeys()
    vault = vault_in(tmp_path / "here", keys)
    backups = Backups(vault)
    status = backups.start_over(backups.read(file, PASSPHRASE), None)

    assert (status.state, status.key, len(keys.items)) == ("open", "keyring", 1)
    vault.close()


# --- killed at every step ------------------------------------------------------------------------


def killed_at(step: int, act: str, folder: Path, file: Path) -> subprocess.CompletedProcess[str]:
    command = ["tests.unit.vault.crash_child", act, str(folder), str(file), str(step)]
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False
    )


def each_step(
    tmp_path: Path, act: str, folder: Path, file: Path, look: Callable[[Path, Path, bool], None]
) -> int:
    """Kill `act` at each of its steps, on fresh files, and look at what is left."""
    whole = killed_at(0, act, *_copied(tmp_path / "whole", folder, file))
    assert whole.returncode == 0, whole.stdout + whole.stderr
    steps = int(whole.stdout)
    # Every step near the ends, where files move, and a spread of those between.
    chosen = {*range(1, 7), *range(steps - 10, steps + 1), *range(1, steps, max(1, steps // 12))}
    for step in sorted(number for number in chosen if 0 < number <= steps):
        place, copy = _copied(tmp_path / f"step-{step}", folder, file)
        ran = killed_at(step, act, place, copy)
        assert ran.returncode == 9, ran.stdout + ran.stderr
        look(place, copy, step == steps)
        shutil.rmtree(place.parent)
    return steps


def _copied(target: Path, folder: Path, file: Path) -> tuple[Path, Path]:
    target.mkdir()
    if folder.exists():
        shutil.copytree(folder, target / "here")
    shutil.copy(file, target / "file")
    return target / "here", target / "file"


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    folder = tmp_path / "here"
    vault = opened(folder)
    vault.save(app(), app("only-here"), Setting("theme", "light"))
    vault.close()
    opened(folder).close()
    return folder


@pytest.mark.parametrize("act", [MERGE, REPLACE])
def test_a_restore_that_is_killed_leaves_the_vault_as_it_was_or_as_it_was_meant(
    tmp_path: Path, filled: Path, file: Path, act: str
) -> None:
    outcomes = set()
    after = {
        MERGE: ({"app-1", "only-here"}, "light", 1),
        REPLACE: ({"app-1"}, "dark", 1),
    }[act]

    def look(folder: Path, _file: Path, _is_last: bool) -> None:
        vault = opened(folder)
        found = (
            {each.app_id for each in vault.all(App)},
            vault.setting("theme"),
            len(vault.all(UserToken)),
        )
        assert found in (({"app-1", "only-here"}, "light", 0), after)
        assert len(vault.open_operations()) == found[2]
        outcomes.add(found[2])
        vault.close()

    assert each_step(tmp_path, act, filled, file, look) > 20
    assert outcomes == {0, 1}


def test_a_new_vault_of_a_backup_is_there_whole_or_not_at_all(tmp_path: Path, file: Path) -> None:
    outcomes = set()

    def look(folder: Path, _file: Path, _is_last: bool) -> None:
        vault = vault_in(folder)
        outcomes.add(vault.status().state)
        if vault.status().state == "locked":
            vault.unlock(NEW)
            assert len(vault.all(UserToken)) == 1
            vault.close()
        else:
            Backups(vault).start_over(Backups(vault).read(file, PASSPHRASE), NEW)
            vault.close()

    each_step(tmp_path, "new", tmp_path / "none", file, look)
    assert outcomes == {"none", "locked"}


def test_a_vault_that_is_started_over_is_the_old_one_or_the_new_one(
    tmp_path: Path, filled: Path, file: Path
) -> None:
    outcomes = set()

    def look(folder: Path, _file: Path, _is_last: bool) -> None:
        vault = vault_in(folder)
        try:
            vault.unlock(NEW)
        except BadInput:
            vault.unlock(PASSPHRASE)
        outcomes.add(len(vault.all(App)))
        vault.close()

    each_step(tmp_path, "forgotten", filled, file, look)
    assert outcomes == {1, 2}


def test_a_backup_that_is_killed_is_the_old_file_or_the_new_one(
    tmp_path: Path, filled: Path, file: Path
) -> None:
    sizes = set()

    def look(folder: Path, copy: Path, _is_last: bool) -> None:
        there = Backups(vault_in(folder)).read(copy, PASSPHRASE)
        sizes.add(len(there.of(App)))

    each_step(tmp_path, "save", filled, file, look)
    assert sizes == {1, 2}


@pytest.mark.parametrize("act", ["passphrase", "recovery"])
def test_a_change_of_the_passphrase_that_is_killed_leaves_a_vault_that_opens(
    tmp_path: Path, filled: Path, file: Path, act: str
) -> None:
    def look(folder: Path, _file: Path, is_last: bool) -> None:
        vault = vault_in(folder)
        if act == "recovery" and not is_last:
            vault.unlock(PASSPHRASE)
        else:
            try:
                vault.unlock(NEW)
            except BadInput:
                vault.unlock(PASSPHRASE)
        assert len(vault.all(App)) == 2
        for copy in Backups(vault).copies():
            assert Backups(vault).contents_of(copy).of(App)
        vault.close()

    each_step(tmp_path, act, filled, file, look)
