"""The vault's folder: permissions, copies, damage, newer and older schemas, a full disk."""

import os
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.adapters.commit_witness import CommitWitness
from core.adapters.private_files import RESERVED_BYTES
from core.adapters.sqlite_connection import MIGRATIONS, translated
from core.adapters.sqlite_records import SqliteStore
from core.adapters.sqlite_store import GENERATIONS, SqliteStores
from core.errors import VaultBusy, VaultCorrupt, VaultUnavailable
from core.model import App, BearerToken, CredentialState, Setting, UserToken
from core.ports import CancelToken, SealedOperation, SealedRecord
from core.secret import Secret
from core.vault.journal import Intent
from core.vault.vault import Vault
from tests.fakes.clock import START, FakeClock
from tests.fakes.keys import FakeKeys
from tests.fakes.nouns import activity, app, bearer, owner, user
from tests.fakes.vaults import CHEAP, vault_in

ONLY_POSIX = pytest.mark.skipif(os.name != "posix", reason="permission bits are POSIX's")
RESTORED = "the previous generation took its place"


@pytest.fixture
def keys() -> FakeKeys:
    return FakeKeys()


def saved(folder: Path, keys: FakeKeys, *nouns: object) -> None:
    """Open or create the vault, save, and close it."""
    vault = vault_in(folder, keys)
    vault.open() if vault.status().state == "locked" else vault.create_with_keyring()
    vault.save(*nouns)
    vault.close()


def opened_apps(folder: Path, keys: FakeKeys) -> list[str]:
    vault = vault_in(folder, keys)
    vault.open()
    found = [each.app_id for each in vault.all(App)]
    vault.close()
    return found


def backups(folder: Path) -> list[str]:
    return SqliteStores(folder).generations()


# --- what shows ----------------------------------------------------------------------------------


def test_no_file_shows_a_name_or_a_secret(tmp_path: Path, keys: FakeKeys) -> None:
    vault = vault_in(tmp_path, keys)
    vault.create_with_keyring()
    vault.add_passphrase(Secret("passphrase-in-clear"))
    vault.save(app(name="AppNameInClear"), bearer(), owner(username="owner_in_clear"))
    vault.save(user(), activity("@subject_in_clear"), Setting("setting-in-clear", "value-in-clear"))
    vault.close()
    vault.open()
    intent = Intent("generate", "app-1", "app-1", START, facts=(("verifier", "very secret"),))
    with vault.lock("bearer:app-1", CancelToken()), vault.change() as change:
        change.open_operation("bearer:app-1", intent)
    key_text = next(iter(keys.items.values())).reveal()
    forbidden = [
        *("AppNameInClear", "owner_in_clear", "subject_in_clear", "setting-in-clear"),
        *("value-in-clear", "passphrase-in-clear", "app-1", "user-1", "dev_user", "bearer-of"),
        *("access-of", "refresh-of", "api-key", "api-secret", "client-", "access-token"),
        *("very secret", "bearer:", "generate", "https://", "127.0.0.1", "tweet.read", key_text),
    ]

    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {"vault.db", "vault.db-wal", "00000001-1.db"} & {path.name for path in files}
    for path in files:
        content = path.read_bytes().lower()
        for word in forbidden:
            assert word.lower().encode() not in content, f"{word} in {path.name}"
            assert word.lower() not in str(path.relative_to(tmp_path)).lower()
    vault.close()


@ONLY_POSIX
def test_everything_is_the_owners_alone_whatever_the_umask(tmp_path: Path, keys: FakeKeys) -> None:
    before = os.umask(0)
    try:
        vault = vault_in(tmp_path / "home", keys)
        vault.create_with_keyring()
        vault.preflight()
        vault.close()
        vault.open()
        vault.save(app())
        for path in [tmp_path / "home", *(tmp_path / "home").rglob("*")]:
            wanted = 0o700 if path.is_dir() else 0o600
            assert stat.S_IMODE(path.stat().st_mode) == wanted, path.name
        vault.close()
    finally:
        os.umask(before)


@ONLY_POSIX
def test_opened_up_permissions_are_closed_again(tmp_path: Path, keys: FakeKeys) -> None:
    saved(tmp_path, keys, app())
    for path in [tmp_path, tmp_path / "locks", tmp_path / "backups", tmp_path / "vault.db"]:
        path.chmod(0o777)
    opened_apps(tmp_path, keys)

    for path in [tmp_path, tmp_path / "locks", tmp_path / "backups"]:
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "vault.db").stat().st_mode) == 0o600


@ONLY_POSIX
def test_a_link_in_the_vaults_place_is_refused(tmp_path: Path, keys: FakeKeys) -> None:
    saved(tmp_path / "other", keys, app())
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "vault.db").symlink_to(tmp_path / "other" / "vault.db")

    with pytest.raises(VaultUnavailable) as refused:
        vault_in(tmp_path / "home", keys).open()
    assert refused.value.reason == "directory"


def test_the_file_is_durable_and_typed(tmp_path: Path) -> None:
    store = SqliteStores(tmp_path).create(lambda _store: None)
    assert isinstance(store, SqliteStore)
    for connection in (store._writer, store._reader):
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    tables = store._reader.execute(
        "SELECT name, strict FROM pragma_table_list WHERE schema = 'main'"
    ).fetchall()
    assert dict(tables) == {
        **dict.fromkeys(("meta", "records", "operations", "commits"), 1),
        **dict.fromkeys(("sqlite_schema", "sqlite_sequence"), 0),
    }
    store.close()


def test_a_creation_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def fail(store: Any) -> None:
        with store.change() as change:
            change.set_meta("half", b"way")
        raise ZeroDivisionError

    stores = SqliteStores(tmp_path)
    with pytest.raises(ZeroDivisionError):
        stores.create(fail)

    assert not stores.exists()
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == []


def test_what_a_killed_creation_left_is_in_nobodys_way(tmp_path: Path, keys: FakeKeys) -> None:
    tmp_path.joinpath("vault.new").write_bytes(b"half")
    tmp_path.joinpath("vault.new-wal").write_bytes(b"half")

    saved(tmp_path, keys, app())
    assert opened_apps(tmp_path, keys) == ["app-1"]
    assert not list(tmp_path.glob("vault.new*"))


# --- copies --------------------------------------------------------------------------------------


def test_a_copy_is_made_at_start_only_if_something_changed(tmp_path: Path, keys: FakeKeys) -> None:
    saved(tmp_path, keys, app("a"))
    assert backups(tmp_path) == []
    opened_apps(tmp_path, keys)
    once = backups(tmp_path)
    opened_apps(tmp_path, keys)

    assert len(once) == 1
    assert backups(tmp_path) == once
    saved(tmp_path, keys, app("b"))
    opened_apps(tmp_path, keys)
    assert len(backups(tmp_path)) == 2


def test_three_copies_are_kept_and_the_oldest_goes(tmp_path: Path, keys: FakeKeys) -> None:
    for number in range(6):
        saved(tmp_path, keys, app(str(number)))
    opened_apps(tmp_path, keys)

    kept = backups(tmp_path)
    assert len(kept) == GENERATIONS
    assert kept == sorted(kept, reverse=True)
    assert kept[0].startswith("00000006-")
    assert not (tmp_path / "backups" / "new").exists()


def test_a_copy_holds_what_is_still_in_the_log(tmp_path: Path, keys: FakeKeys) -> None:
    saved(tmp_path, keys, app("a"))
    vault = vault_in(tmp_path, keys)
    vault.open()
    vault.save(app("b"))
    second = vault_in(tmp_path, keys)
    second.open()
    second.close()
    copy = sqlite3.connect(tmp_path / "backups" / backups(tmp_path)[0])

    assert copy.execute("SELECT count(*) FROM records WHERE kind = 'app'").fetchone() == (2,)
    copy.close()
    vault.close()


@pytest.mark.expected_log("the vault was not backed up: ")
def test_a_copy_that_fails_keeps_nobody_from_their_vault(
    tmp_path: Path, keys: FakeKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(tmp_path, keys, app())

    def fail(_store: SqliteStore, _path: Path) -> None:
        raise VaultUnavailable("disk_full")

    monkeypatch.setattr(SqliteStore, "copy_to", fail)

    assert opened_apps(tmp_path, keys) == ["app-1"]
    assert backups(tmp_path) == []


# --- damage --------------------------------------------------------------------------------------


def with_a_copy(folder: Path, keys: FakeKeys) -> bytes:
    """Make a vault with Apps "a" and "b", of which its one copy knows both; return its bytes."""
    saved(folder, keys, app("a"), app("b"))
    opened_apps(folder, keys)
    return (folder / "vault.db").read_bytes()


def flip(path: Path, at: int) -> bytes:
    content = bytearray(path.read_bytes())
    content[at] ^= 0xFF
    path.write_bytes(content)
    return bytes(content)


def place_of(needle: bytes, haystack: bytes) -> int:
    at = haystack.find(needle)
    assert at >= 0
    return at


def sealed_of(folder: Path, statement: str) -> bytes:
    connection = sqlite3.connect(folder / "vault.db")
    (found,) = connection.execute(statement).fetchone()
    connection.close()
    return bytes(found) if isinstance(found, bytes) else str(found).encode()


@pytest.mark.expected_log(RESTORED)
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT sealed FROM records WHERE kind = 'app'",
        "SELECT record_id FROM records WHERE kind = 'app'",
        "SELECT value FROM meta WHERE name = 'vault_id'",
        "SELECT value FROM meta WHERE name = 'check'",
        "SELECT value FROM meta WHERE name = 'wrap.keyring'",
    ],
)
def test_a_flipped_byte_opens_the_previous_generation_and_keeps_the_damaged_file(
    tmp_path: Path, keys: FakeKeys, statement: str
) -> None:
    whole = with_a_copy(tmp_path, keys)
    at = place_of(sealed_of(tmp_path, statement), whole)
    damaged = flip(tmp_path / "vault.db", at + 12)

    assert opened_apps(tmp_path, keys) == ["a", "b"]
    assert [path.read_bytes() for path in (tmp_path / "quarantine").glob("*.db")] == [damaged]
    assert opened_apps(tmp_path, keys) == ["a", "b"]


@pytest.mark.expected_log(RESTORED)
@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"\0" * 8192),
        lambda path: path.write_bytes(b"not a database at all" * 400),
        lambda path: path.write_bytes(path.read_bytes()[:4096]),
        lambda path: path.write_bytes(path.read_bytes()[:-100]),
        lambda path: flip(path, 0),
        lambda path: flip(path, 70),
        lambda path: flip(path, 4096),
    ],
    ids=["empty", "zeros", "text", "first page", "cut", "magic", "application id", "page"],
)
def test_a_spoilt_file_opens_the_previous_generation(
    tmp_path: Path, keys: FakeKeys, spoil: Callable[[Path], object]
) -> None:
    with_a_copy(tmp_path, keys)
    spoil(tmp_path / "vault.db")
    damaged = (tmp_path / "vault.db").read_bytes()

    assert opened_apps(tmp_path, keys) == ["a", "b"]
    assert [path.read_bytes() for path in (tmp_path / "quarantine").glob("*.db")] == [damaged]


# Announced and not demanded: at most places the damage shows, at some it does no harm.
@pytest.mark.expected_log(RESTORED)
@pytest.mark.parametrize("start", range(5))
def test_no_flipped_byte_changes_what_a_vault_holds(
    tmp_path: Path, keys: FakeKeys, start: int
) -> None:
    nouns = (app("a"), app("b"), bearer("a"), user("u", "a"), Setting("theme", "dark"))
    saved(tmp_path / "whole", keys, *nouns, activity())
    opened_apps(tmp_path / "whole", keys)
    whole = (tmp_path / "whole" / "vault.db").read_bytes()
    restored = 0
    for at in range(start * 199, len(whole), 5 * 199):
        home = tmp_path / str(at)
        shutil.copytree(tmp_path / "whole", home)
        flip(home / "vault.db", at)
        vault = vault_in(home, keys)
        came_back = vault.open().restored
        restored += came_back

        found = (*vault.all(App), *vault.all(BearerToken), *vault.all(UserToken))
        wanted = tuple(doubted(each) for each in nouns) if came_back else nouns
        assert (*found, *vault.all(Setting)) == wanted, f"byte {at}"
        assert vault.activities()[-1:] == (activity(),), f"byte {at}"
        vault.close()

    assert restored > 0


def doubted(noun: object) -> object:
    """Return a noun as it comes back from a copy."""
    return replace(noun, state=CredentialState.UNCERTAIN) if isinstance(noun, UserToken) else noun


# --- what an older state means for tokens that work once ---------------------------------------


@pytest.mark.expected_log(RESTORED)
def test_refresh_tokens_of_a_restored_copy_are_uncertain(tmp_path: Path, keys: FakeKeys) -> None:
    held = user("held", state=CredentialState.HELD, holder="a server")
    signed_out = user("out", state=CredentialState.NEEDS_SIGN_IN)
    saved(tmp_path, keys, app(), user("mine"), held, signed_out, user("once", refresh_token=None))
    opened_apps(tmp_path, keys)
    (tmp_path / "vault.db").write_bytes(b"spoilt")
    vault = vault_in(tmp_path, keys)

    assert vault.open().restored
    assert {each.token_id: each.state.value for each in vault.all(UserToken)} == {
        "mine": "uncertain",
        "held": "held",
        "out": "needs_sign_in",
        "once": "ok",
    }
    assert [(each.what, each.outcome) for each in vault.activities()] == [("restore", "uncertain")]
    assert [each.intent.subject_id for each in vault.open_operations()] == ["mine"]
    vault.close()
    assert vault.open().restored is False
    vault.close()


@pytest.mark.expected_log("the vault is older than when it was last written")
def test_an_older_file_in_the_vaults_place_is_noticed(tmp_path: Path, keys: FakeKeys) -> None:
    saved(tmp_path, keys, app(), user("mine"))
    older = (tmp_path / "vault.db").read_bytes()
    saved(tmp_path, keys, user("mine", refresh_token=Secret("a rotated one")))
    (tmp_path / "vault.db").write_bytes(older)
    vault = vault_in(tmp_path, keys)

    assert vault.open().restored
    assert [each.state for each in vault.all(UserToken)] == [CredentialState.UNCERTAIN]
    assert [path.read_bytes() for path in (tmp_path / "quarantine").glob("*.db")] == [older]
    vault.close()
    assert vault.open().restored is False
    vault.close()


@pytest.mark.expected_log("the vault is older than when it was last written")
def test_a_log_that_lost_its_end_is_noticed_and_kept_aside(tmp_path: Path, keys: FakeKeys) -> None:
    vault = vault_in(tmp_path / "whole", keys)
    vault.create_with_keyring()
    vault.save(app(), user("mine"))
    vault.save(user("mine", refresh_token=Secret("a rotated one")))
    shutil.copytree(tmp_path / "whole", tmp_path / "cut")
    vault.close()
    log = tmp_path / "cut" / "vault.db-wal"
    log.write_bytes(log.read_bytes()[:-1000])
    damaged = log.read_bytes()
    (tmp_path / "cut" / "vault.db-shm").unlink()

    vault = vault_in(tmp_path / "cut", keys)
    assert vault.open().restored
    assert [each.state for each in vault.all(UserToken)] == [CredentialState.UNCERTAIN]
    kept = list((tmp_path / "cut" / "quarantine").glob("*.db-wal"))
    assert [path.read_bytes() for path in kept] == [damaged]
    vault.close()


def test_opening_a_damaged_file_does_not_carry_its_log_into_it(
    tmp_path: Path, keys: FakeKeys
) -> None:
    vault = vault_in(tmp_path / "whole", keys)
    vault.create_with_keyring()
    vault.save(app())
    shutil.copytree(tmp_path / "whole", tmp_path / "killed")
    vault.close()
    schema = b"CREATE INDEX records_by_age"
    content = (tmp_path / "killed" / "vault.db").read_bytes()
    damaged = content.replace(schema, b"CREATE INDEX records?by_age")
    assert damaged != content
    (tmp_path / "killed" / "vault.db").write_bytes(damaged)
    log = (tmp_path / "killed" / "vault.db-wal").read_bytes()

    with pytest.raises(VaultCorrupt):
        vault_in(tmp_path / "killed", keys).open()
    assert (tmp_path / "killed" / "vault.db").read_bytes() == damaged
    assert (tmp_path / "killed" / "vault.db-wal").read_bytes() == log


def test_what_was_killed_between_commit_and_note_is_not_older(
    tmp_path: Path, keys: FakeKeys
) -> None:
    saved(tmp_path, keys, app())
    before = (tmp_path / "commits").read_bytes()
    saved(tmp_path, keys, app("b"))
    (tmp_path / "commits").write_bytes(before)
    vault = vault_in(tmp_path, keys)

    assert vault.open().restored is False
    vault.close()


@pytest.mark.parametrize("spoilt", [b"", b"9" * 20, b"9" * 20 + b" 00000000\n", b"\xff" * 30])
def test_a_spoilt_note_raises_no_alarm(tmp_path: Path, keys: FakeKeys, spoilt: bytes) -> None:
    saved(tmp_path, keys, app())
    (tmp_path / "commits").write_bytes(spoilt)
    vault = vault_in(tmp_path, keys)

    assert vault.open().restored is False
    vault.close()


@pytest.mark.expected_log("the vault is older than when it was last written", "could not be noted")
def test_an_older_vault_on_a_full_disk_still_opens(
    tmp_path: Path, keys: FakeKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(tmp_path, keys, app(), user("mine"))
    CommitWitness(tmp_path / "commits").note(1000)

    def full(_stores: SqliteStores) -> None:
        raise VaultUnavailable("disk_full")

    monkeypatch.setattr(SqliteStores, "set_aside", full)
    vault = vault_in(tmp_path, keys)

    assert vault.open().restored
    assert [each.app_id for each in vault.all(App)] == ["app-1"]
    vault.close()


def test_a_new_vault_begins_its_own_count(tmp_path: Path, keys: FakeKeys) -> None:
    CommitWitness(tmp_path / "commits").note(1000)
    saved(tmp_path, keys, app())
    vault = vault_in(tmp_path, keys)

    assert vault.open().restored is False
    vault.close()


@pytest.mark.expected_log(RESTORED)
def test_a_spoilt_copy_is_passed_over(tmp_path: Path, keys: FakeKeys) -> None:
    saved(tmp_path, keys, app("a"))
    saved(tmp_path, keys, app("b"))
    opened_apps(tmp_path, keys)
    newest, older = backups(tmp_path)
    (tmp_path / "backups" / newest).write_bytes(b"spoilt as well")
    (tmp_path / "vault.db").write_bytes(b"spoilt")

    assert opened_apps(tmp_path, keys) == ["a"]
    assert {newest, older} <= set(backups(tmp_path))


def test_without_a_sound_copy_the_damage_is_told_and_nothing_starts_empty(
    tmp_path: Path, keys: FakeKeys
) -> None:
    saved(tmp_path, keys, app())
    (tmp_path / "vault.db").write_bytes(b"spoilt")
    vault = vault_in(tmp_path, keys)

    with pytest.raises(VaultCorrupt):
        vault.open()
    assert (tmp_path / "vault.db").read_bytes() == b"spoilt"
    assert not (tmp_path / "quarantine").exists()
    assert vault.status().state == "locked"
    with pytest.raises(VaultUnavailable):
        vault.create_with_keyring()
    assert (tmp_path / "vault.db").read_bytes() == b"spoilt"


@pytest.mark.expected_log(RESTORED)
def test_a_damaged_passphrase_wrap_opens_the_previous_generation(tmp_path: Path) -> None:
    vault = vault_in(tmp_path, FakeKeys("missing"))
    vault.create_with_passphrase(Secret("correct horse"))
    vault.save(app())
    vault.close()
    vault.unlock(Secret("correct horse"))
    vault.close()
    wrap = sealed_of(tmp_path, "SELECT value FROM meta WHERE name = 'wrap.passphrase'")
    place = place_of(wrap, (tmp_path / "vault.db").read_bytes())
    at = place + place_of(b'"key":"', wrap) + 9
    content = bytearray((tmp_path / "vault.db").read_bytes())
    content[at] = ord("A") if content[at] != ord("A") else ord("B")
    (tmp_path / "vault.db").write_bytes(content)

    vault.unlock(Secret("correct horse"))
    assert vault.all(App) == (app(),)
    vault.close()


def test_damage_to_the_file_of_an_open_vault_is_told(tmp_path: Path, keys: FakeKeys) -> None:
    vault = vault_in(tmp_path, keys)
    vault.create_with_keyring()
    vault.save(app())
    opened = vault._leases.opened
    assert opened is not None
    (record,) = opened.store.all("app")
    with opened.store.change() as change:
        change.put(SealedRecord("app", record.record_id, 2, record.sealed))

    with pytest.raises(VaultCorrupt):
        vault.get(App, "app-1")
    vault.close()


@pytest.mark.expected_log(RESTORED)
def test_a_lost_file_comes_back_from_its_copy(tmp_path: Path, keys: FakeKeys) -> None:
    with_a_copy(tmp_path, keys)
    assert vault_in(tmp_path, keys).open().restored is False
    (tmp_path / "vault.db").unlink()
    vault = vault_in(tmp_path, keys)

    assert vault.status().state == "locked"
    with pytest.raises(VaultUnavailable):
        vault.create_with_keyring()
    assert vault.open().restored is True
    vault.close()
    assert vault.open().restored is False
    assert [each.app_id for each in vault.all(App)] == ["a", "b"]
    vault.close()


@pytest.mark.expected_log(RESTORED)
def test_the_log_of_a_damaged_file_is_not_applied_to_the_copy(
    tmp_path: Path, keys: FakeKeys
) -> None:
    with_a_copy(tmp_path, keys)
    (tmp_path / "vault.db").write_bytes(b"spoilt")
    (tmp_path / "vault.db-wal").write_bytes(b"a log of the damaged file")

    assert opened_apps(tmp_path, keys) == ["a", "b"]
    kept = {path.suffix: path.read_bytes() for path in (tmp_path / "quarantine").iterdir()}
    assert kept == {".db": b"spoilt", ".db-wal": b"a log of the damaged file"}


# --- schemas -------------------------------------------------------------------------------------

NEXT = (*MIGRATIONS, "ALTER TABLE meta ADD COLUMN note TEXT;")


def in_the_future(folder: Path, keys: FakeKeys) -> Vault:
    return Vault(SqliteStores(folder, NEXT), keys, FakeClock(), CHEAP)


def test_an_older_file_is_migrated_after_a_copy(tmp_path: Path, keys: FakeKeys) -> None:
    saved(tmp_path, keys, app())
    vault = in_the_future(tmp_path, keys)
    vault.open()

    assert vault.all(App) == (app(),)
    vault.save(app("b"))
    vault.close()
    copy = sqlite3.connect(tmp_path / "backups" / backups(tmp_path)[-1])
    assert copy.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
    copy.close()
    migrated = sqlite3.connect(tmp_path / "vault.db")
    assert migrated.execute("PRAGMA user_version").fetchone() == (len(NEXT),)
    migrated.close()


def test_a_newer_file_is_read_and_never_written(tmp_path: Path, keys: FakeKeys) -> None:
    vault = in_the_future(tmp_path, keys)
    vault.create_with_keyring()
    vault.save(app())
    vault.close()
    before = (tmp_path / "vault.db").read_bytes()
    older = vault_in(tmp_path, keys)
    older.open()

    assert older.all(App) == (app(),)
    writes: list[Callable[[], None]] = [
        lambda: older.save(app("b")),
        older.preflight,
        lambda: older.forget_app("app-1"),
    ]
    for act in writes:
        with pytest.raises(VaultUnavailable) as refused:
            act()
        assert refused.value.reason == "newer_version"
    older.close()
    assert (tmp_path / "vault.db").read_bytes() == before


def test_a_newer_file_may_ask_not_to_be_read(tmp_path: Path, keys: FakeKeys) -> None:
    steps = (*NEXT, "INSERT INTO meta (name, value) VALUES ('min_reader', CAST('3' AS BLOB));")
    vault = Vault(SqliteStores(tmp_path, steps), keys, FakeClock(), CHEAP)
    vault.create_with_keyring()
    vault.close()
    vault.open()
    vault.close()

    with pytest.raises(VaultUnavailable) as refused:
        vault_in(tmp_path, keys).open()
    assert refused.value.reason == "newer_version"


@pytest.mark.expected_log(RESTORED)
def test_a_copy_of_an_older_schema_is_migrated_when_it_is_needed(
    tmp_path: Path, keys: FakeKeys
) -> None:
    with_a_copy(tmp_path, keys)
    (tmp_path / "vault.db").write_bytes(b"spoilt")
    vault = in_the_future(tmp_path, keys)
    vault.open()

    assert [each.app_id for each in vault.all(App)] == ["a", "b"]
    vault.close()


def test_a_migration_that_fails_leaves_the_old_file(tmp_path: Path, keys: FakeKeys) -> None:
    saved(tmp_path, keys, app())
    broken = (*MIGRATIONS, "ALTER TABLE meta ADD COLUMN note TEXT; SELECT nonsense;")
    vault = Vault(SqliteStores(tmp_path, broken), keys, FakeClock(), CHEAP)
    with pytest.raises(VaultCorrupt):
        vault.open()

    assert opened_apps(tmp_path, keys) == ["app-1"]
    assert not (tmp_path / "quarantine").exists()


# --- the disk ------------------------------------------------------------------------------------


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStores(tmp_path).create(lambda _store: None)
    assert isinstance(opened, SqliteStore)
    yield opened
    opened.close()


def fill_up(store: SqliteStore) -> None:
    """Let SQLite believe that the disk has no further page."""
    (pages,) = store._writer.execute("PRAGMA page_count").fetchone()
    store._writer.execute(f"PRAGMA max_page_count = {pages}")


def test_a_full_disk_is_told_and_undoes_the_change(store: SqliteStore) -> None:
    fill_up(store)

    def write() -> None:
        with store.change() as change:
            change.set_meta("small", b"x")
            change.put(SealedRecord("app", "big", 1, bytes(50_000)))

    with pytest.raises(VaultUnavailable) as full:
        write()
    assert full.value.reason == "disk_full"
    assert store.meta("small") is None
    assert store.read("app", "big") is None


@pytest.mark.expected_log("the reserve was given up")
def test_the_reserve_makes_room_for_one_more_answer(store: SqliteStore, tmp_path: Path) -> None:
    store.reserve()
    assert (tmp_path / "reserve").stat().st_size == RESERVED_BYTES
    fill_up(store)
    real = store._reserve

    class Reserve:
        def ensure(self) -> None:
            real.ensure()

        def release(self) -> bool:
            store._writer.execute("PRAGMA max_page_count = 10000")
            return real.release()

    store._reserve = Reserve()
    with store.change() as change:
        change.close_operation("what X answered is being entered")
        change.set_meta("small", b"x")
        change.put(SealedRecord("app", "big", 1, bytes(50_000)))
        change.set_meta("after", b"y")

    assert (store.meta("small"), store.meta("after")) == (b"x", b"y")
    assert store.read("app", "big") is not None
    assert not (tmp_path / "reserve").exists()
    store.reserve()
    assert (tmp_path / "reserve").stat().st_size == RESERVED_BYTES


def test_the_reserve_is_not_spent_on_what_is_only_about_to_begin(
    store: SqliteStore, tmp_path: Path
) -> None:
    store.reserve()
    fill_up(store)

    def begin() -> None:
        with store.change() as change:
            change.open_operation(SealedOperation("id", "lock", bytes(50_000), None))

    with pytest.raises(VaultUnavailable):
        begin()
    assert (tmp_path / "reserve").stat().st_size == RESERVED_BYTES


def test_half_a_reserve_is_made_whole(store: SqliteStore, tmp_path: Path) -> None:
    (tmp_path / "reserve").write_bytes(b"half")
    store.reserve()

    assert (tmp_path / "reserve").stat().st_size == RESERVED_BYTES


def test_a_file_in_the_folders_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("x")
    for act in (
        SqliteStores(tmp_path / "home").open,
        lambda: SqliteStores(tmp_path / "home" / "below").create(lambda _store: None),
    ):
        with pytest.raises(VaultUnavailable) as refused:
            act()
        assert refused.value.reason == "directory"


def test_a_folder_that_cannot_be_written_to_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_args: False)  # root may write anywhere

    with pytest.raises(VaultUnavailable) as refused:
        SqliteStores(tmp_path).open()
    assert refused.value.reason == "read_only"


def test_a_vault_that_went_away_is_told(tmp_path: Path, keys: FakeKeys) -> None:
    saved(tmp_path, keys, app())
    stores = SqliteStores(tmp_path)
    (tmp_path / "vault.db").unlink()

    with pytest.raises(VaultUnavailable) as refused:
        stores.open()
    assert refused.value.reason == "directory"


def test_a_writer_that_holds_the_file_for_too_long_is_told(
    tmp_path: Path, store: SqliteStore
) -> None:
    other = sqlite3.connect(tmp_path / "vault.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    store._writer.execute("PRAGMA busy_timeout = 20")

    with pytest.raises(VaultBusy), store.change():
        pass
    other.execute("ROLLBACK")
    other.close()
    with store.change() as change:
        change.set_meta("now", b"it works")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("SQLITE_FULL", "disk_full"),
        ("SQLITE_READONLY_DBMOVED", "read_only"),
        ("SQLITE_CANTOPEN", "directory"),
        ("SQLITE_IOERR_WRITE", "other"),
    ],
)
def test_what_sqlite_says_of_the_disk_is_said_in_our_words(name: str, reason: str) -> None:
    error = sqlite3.OperationalError("/a/path/that/names/someone")
    error.sqlite_errorname = name
    with pytest.raises(VaultUnavailable) as told, translated():
        raise error

    assert told.value.reason == reason
    assert "path" not in str(told.value)
    assert told.value.__cause__ is None
    assert told.value.__suppress_context__
