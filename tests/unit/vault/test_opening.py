"""Finding the data key: keyring, passphrase, both, neither; and what never happens."""

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from core.errors import BadInput, Cancelled, VaultCorrupt, VaultError, VaultLocked, VaultUnavailable
from core.model import App
from core.secret import Secret
from core.vault.vault import Vault
from tests.fakes.keys import FakeKeys
from tests.fakes.nouns import app
from tests.fakes.vaults import vault_in

PASSPHRASE = Secret("correct horse")
TROUBLE = [
    ("missing", "no_keyring"),
    ("denied", "keyring_denied"),
    ("timeout", "keyring_timeout"),
    ("broken", "keyring_broken"),
]


@pytest.fixture
def keys() -> FakeKeys:
    return FakeKeys()


def made(folder: Path, keys: FakeKeys) -> None:
    vault = vault_in(folder, keys)
    vault.create_with_keyring()
    vault.save(app())
    vault.close()


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Return all files but the copies, which a vault may make at any start."""
    return {
        path.name: path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.parent.name not in {"backups", "locks"}
    }


def error_of(act: Callable[[], object]) -> VaultError:
    with pytest.raises(VaultError) as raised:
        act()
    return raised.value


# --- the keyring ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("mode", "reason"), TROUBLE)
def test_a_keyring_in_trouble_is_named_and_nothing_is_created(
    tmp_path: Path, mode: str, reason: str
) -> None:
    vault = vault_in(tmp_path, FakeKeys(mode))
    error = error_of(vault.create_with_keyring)

    assert isinstance(error, VaultUnavailable)
    assert error.reason == reason
    assert not error.has_vault
    assert vault.status().state == "none"
    assert bytes_of(tmp_path) == {}


@pytest.mark.parametrize(("mode", "reason"), TROUBLE)
def test_a_keyring_in_trouble_keeps_an_existing_vault_locked_and_whole(
    tmp_path: Path, keys: FakeKeys, mode: str, reason: str
) -> None:
    made(tmp_path, keys)
    before = bytes_of(tmp_path)
    keys.mode = mode
    vault = vault_in(tmp_path, keys)
    error = error_of(vault.open)

    assert isinstance(error, VaultUnavailable)
    assert error.reason == reason
    assert vault.status().state == "locked"
    assert bytes_of(tmp_path) == before
    keys.mode = "ok"
    vault.open()
    assert vault.all(App) == (app(),)
    vault.close()


def test_a_locked_keyring_is_told_apart(tmp_path: Path, keys: FakeKeys) -> None:
    made(tmp_path, keys)
    keys.mode = "locked"
    error = error_of(vault_in(tmp_path, keys).open)

    assert isinstance(error, VaultLocked)
    assert error.needs == "keyring"


def test_a_missing_key_never_makes_a_new_one(tmp_path: Path, keys: FakeKeys) -> None:
    made(tmp_path, keys)
    items, before = dict(keys.items), bytes_of(tmp_path)
    keys.items.clear()
    vault = vault_in(tmp_path, keys)

    error = error_of(vault.open)
    assert isinstance(error, VaultUnavailable)
    assert error.reason == "key_missing"
    for create in (vault.create_with_keyring, lambda: vault.create_with_passphrase(PASSPHRASE)):
        assert isinstance(error_of(create), VaultUnavailable)
    assert keys.items == {}
    assert bytes_of(tmp_path) == before
    keys.items.update(items)
    vault.open()
    assert vault.all(App) == (app(),)
    vault.close()


@pytest.mark.parametrize("wrong", ["not a key", "A" * 43 + "="])
def test_a_wrong_key_opens_nothing_and_spoils_nothing(
    tmp_path: Path, keys: FakeKeys, wrong: str
) -> None:
    made(tmp_path, keys)
    before = bytes_of(tmp_path)
    items = dict(keys.items)
    keys.items = dict.fromkeys(items, Secret(wrong))

    assert isinstance(error_of(vault_in(tmp_path, keys).open), VaultCorrupt)
    assert bytes_of(tmp_path) == before
    keys.items = items
    vault = vault_in(tmp_path, keys)
    vault.open()
    vault.close()


def test_a_keyring_that_forgets_creates_no_vault(tmp_path: Path) -> None:
    vault = vault_in(tmp_path, FakeKeys("forgetful"))
    error = error_of(vault.create_with_keyring)

    assert isinstance(error, VaultUnavailable)
    assert error.reason == "keyring_broken"
    assert bytes_of(tmp_path) == {}


@pytest.mark.parametrize("call", [1, 2, 3])
def test_trouble_at_any_call_of_a_creation_leaves_no_vault_and_no_key(
    tmp_path: Path, keys: FakeKeys, call: int
) -> None:
    keys.fail_on_call(call, "denied")
    vault = vault_in(tmp_path, keys)

    error_of(vault.create_with_keyring)

    assert keys.items == {}
    assert bytes_of(tmp_path) == {}
    vault.create_with_keyring()
    vault.close()


def test_a_disk_that_fails_leaves_no_key_behind(tmp_path: Path, keys: FakeKeys) -> None:
    (tmp_path / "home").write_text("a file in the folder's place")

    error = error_of(vault_in(tmp_path / "home", keys).create_with_keyring)
    assert isinstance(error, VaultUnavailable)
    assert error.reason == "directory"
    assert keys.items == {}


def test_the_keyring_holds_one_line_under_an_opaque_name(tmp_path: Path, keys: FakeKeys) -> None:
    made(tmp_path, keys)

    (((service, user), value),) = keys.items.items()
    assert service.startswith("Keypane/")
    assert user == "vault-key-v1"
    assert len(value.reveal()) == 44
    assert value.reveal().isascii()
    assert "\n" not in value.reveal()


def test_the_key_is_written_once_and_read_once_per_opening(tmp_path: Path, keys: FakeKeys) -> None:
    made(tmp_path, keys)
    assert keys.calls.count("write") == 1
    keys.calls.clear()
    vault = vault_in(tmp_path, keys)
    vault.open()
    vault.save(app("b"))
    vault.all(App)

    assert keys.calls == ["read"]
    vault.close()


def test_waiting_for_the_keyring_can_be_stopped(tmp_path: Path, keys: FakeKeys) -> None:
    made(tmp_path, keys)
    keys.mode = "held"
    vault = vault_in(tmp_path, keys)
    raised: list[BaseException] = []

    def open_it() -> None:
        try:
            vault.open()
        except Cancelled as stopped:
            raised.append(stopped)

    thread = threading.Thread(target=open_it)
    thread.start()
    keys.wait_for_a_call()
    assert vault.status().state == "locked"
    assert isinstance(vault.mark(), int)
    vault.stop_waiting()
    thread.join()

    assert len(raised) == 1
    assert vault.status().state == "locked"


def test_a_slow_keyring_opens_in_the_end(tmp_path: Path, keys: FakeKeys) -> None:
    made(tmp_path, keys)
    keys.mode = "held"
    vault = vault_in(tmp_path, keys)
    thread = threading.Thread(target=vault.open)
    thread.start()
    keys.wait_for_a_call()
    keys.release()
    thread.join()

    assert vault.all(App) == (app(),)
    vault.close()


# --- the passphrase ------------------------------------------------------------------------------


def with_passphrase(folder: Path) -> Vault:
    vault = vault_in(folder, FakeKeys("missing"))
    vault.create_with_passphrase(PASSPHRASE)
    vault.save(app())
    vault.close()
    return vault_in(folder, FakeKeys("missing"))


def test_the_passphrase_opens_without_any_keyring(tmp_path: Path) -> None:
    vault = with_passphrase(tmp_path)

    assert vault.unlock(PASSPHRASE).key == "passphrase"
    assert vault.all(App) == (app(),)
    vault.close()


def test_opening_a_passphrase_vault_asks_for_it(tmp_path: Path) -> None:
    vault = with_passphrase(tmp_path)
    error = error_of(vault.open)

    assert isinstance(error, VaultLocked)
    assert error.needs == "passphrase"
    assert vault.status().key == "passphrase"


def test_a_wrong_passphrase_is_refused_and_the_right_one_still_works(tmp_path: Path) -> None:
    vault = with_passphrase(tmp_path)
    vault.unlock(PASSPHRASE)
    vault.close()  # now there is a copy, which must not be tried to death
    before = bytes_of(tmp_path)
    for wrong in ("wrong", "", "Correct horse"):
        with pytest.raises(BadInput) as refused:
            vault.unlock(Secret(wrong))
        assert refused.value.where == "passphrase"
        assert vault.status().state == "locked"
    assert bytes_of(tmp_path) == before
    vault.unlock(PASSPHRASE)
    vault.close()


def test_an_empty_passphrase_protects_nothing_and_is_refused(tmp_path: Path) -> None:
    vault = vault_in(tmp_path)
    with pytest.raises(BadInput):
        vault.create_with_passphrase(Secret(""))
    vault.create_with_keyring()
    with pytest.raises(BadInput):
        vault.add_passphrase(Secret(""))
    vault.close()


def test_a_keyring_vault_has_no_passphrase(tmp_path: Path, keys: FakeKeys) -> None:
    made(tmp_path, keys)
    error = error_of(lambda: vault_in(tmp_path, keys).unlock(PASSPHRASE))

    assert isinstance(error, VaultLocked)
    assert error.needs == "keyring"


# --- both ----------------------------------------------------------------------------------------


def test_a_recovery_passphrase_opens_a_vault_whose_keyring_is_gone(
    tmp_path: Path, keys: FakeKeys
) -> None:
    vault = vault_in(tmp_path, keys)
    vault.create_with_keyring()
    vault.save(app())
    vault.add_passphrase(Secret("an older one"))
    vault.add_passphrase(PASSPHRASE)
    vault.close()
    vault.open()
    assert vault.status().key == "keyring"
    vault.close()
    keys.items.clear()
    error = error_of(vault.open)

    assert isinstance(error, VaultLocked)
    assert error.needs == "passphrase"
    with pytest.raises(BadInput):
        vault.unlock(Secret("an older one"))
    vault.unlock(PASSPHRASE)
    assert vault.all(App) == (app(),)
    vault.close()


def test_an_old_passphrase_brings_no_old_copy_back(tmp_path: Path) -> None:
    vault = vault_in(tmp_path)
    vault.create_with_passphrase(Secret("the old one"))
    vault.save(app("a"))
    vault.close()
    vault.unlock(Secret("the old one"))  # there is a copy now, which this passphrase opens
    vault.add_passphrase(PASSPHRASE)
    vault.save(app("b"))
    vault.close()

    with pytest.raises(BadInput):
        vault.unlock(Secret("the old one"))
    assert not (tmp_path / "quarantine").exists()
    vault.unlock(PASSPHRASE)
    assert len(vault.all(App)) == 2
    vault.close()


def test_a_session_has_nothing_to_add_a_passphrase_to(vault: Vault) -> None:
    with pytest.raises(BadInput):
        vault.add_passphrase(PASSPHRASE)


# --- two of them ---------------------------------------------------------------------------------


def test_of_two_who_create_at_once_one_wins_and_the_other_leaves_no_key(tmp_path: Path) -> None:
    keys = FakeKeys()
    vaults = [vault_in(tmp_path, keys) for _ in range(2)]
    start = threading.Barrier(2)
    outcomes: list[str] = []

    def create(vault: Vault) -> None:
        start.wait()
        try:
            outcomes.append(vault.create_with_keyring().state)
        except VaultUnavailable as refused:
            outcomes.append(refused.detail)

    threads = [threading.Thread(target=create, args=(vault,)) for vault in vaults]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert sorted(outcomes) == ["open", "there is a vault already"]
    assert len(keys.items) == 1
    for vault in vaults:
        assert vault.open().state == "open"
        vault.close()


def test_a_second_vault_is_refused_while_one_is_open(tmp_path: Path, keys: FakeKeys) -> None:
    vault = vault_in(tmp_path, keys)
    vault.create_with_keyring()

    for create in (vault.create_with_keyring, lambda: vault.create_with_passphrase(PASSPHRASE)):
        assert error_of(create).detail == "there is a vault already"
    assert len(keys.items) == 1
    vault.close()


def test_a_vault_that_says_nowhere_where_its_key_is_is_corrupt(
    tmp_path: Path, keys: FakeKeys
) -> None:
    made(tmp_path, keys)
    connection = sqlite3.connect(tmp_path / "vault.db")
    connection.execute("DELETE FROM meta WHERE name LIKE 'wrap.%'")
    connection.commit()
    connection.close()
    vault = vault_in(tmp_path, keys)

    assert isinstance(error_of(vault.open), VaultCorrupt)
    assert isinstance(error_of(lambda: vault.unlock(PASSPHRASE)), VaultCorrupt)
