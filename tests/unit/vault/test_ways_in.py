"""What opens the vault: set, changed, removed; the old way opens neither it nor its copies."""

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from core.errors import BadInput, VaultCorrupt, VaultLocked, VaultUnavailable
from core.model import App
from core.secret import Secret
from core.vault.vault import Vault
from core.vault.ways_in import Ways, WaysIn
from tests.fakes.keys import FakeKeys
from tests.fakes.nouns import app
from tests.fakes.vaults import vault_in

ROOT: Final = Path(__file__).parents[3]
OLD = Secret("correct horse battery")
NEW = Secret("another horse battery")
RECOVERY = Secret("written on paper")


def with_passphrase(folder: Path, keys: FakeKeys | None = None) -> Vault:
    vault = vault_in(folder, keys)
    vault.create_with_passphrase(OLD)
    vault.save(app())
    vault.close()
    vault.unlock(OLD)  # leaves a copy
    return vault


def opens_with(folder: Path, passphrase: Secret) -> bool:
    vault = vault_in(folder)
    try:
        vault.unlock(passphrase)
    except (BadInput, VaultLocked, VaultCorrupt):
        return False
    assert vault.all(App) == (app(),)
    vault.close()
    return True


def only_copies(folder: Path) -> None:
    """Leave nothing but the copies, as after the loss of the vault file."""
    for path in folder.glob("vault.db*"):
        path.unlink()


def test_a_changed_passphrase_opens_the_vault_and_the_old_one_no_longer(tmp_path: Path) -> None:
    vault = with_passphrase(tmp_path)
    WaysIn(vault).set_passphrase(NEW)
    vault.close()

    assert opens_with(tmp_path, NEW)
    assert not opens_with(tmp_path, OLD)


@pytest.mark.expected_log("the previous generation took its place")
def test_the_old_passphrase_opens_no_copy_either(tmp_path: Path) -> None:
    vault = with_passphrase(tmp_path)
    WaysIn(vault).set_passphrase(NEW)
    vault.close()
    only_copies(tmp_path)

    assert not opens_with(tmp_path, OLD)
    assert opens_with(tmp_path, NEW)


def test_nothing_of_the_old_wrap_stays_in_any_file(tmp_path: Path) -> None:
    vault = with_passphrase(tmp_path)
    with vault.lease() as opened:
        wrap = opened.store.meta("wrap.passphrase")
    assert wrap is not None
    part = wrap[20:60]
    WaysIn(vault).set_passphrase(NEW)

    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path.name for path in files if part in path.read_bytes()] == []
    vault.close()


def test_a_recovery_passphrase_is_a_second_way_in_until_it_is_removed(tmp_path: Path) -> None:
    vault = with_passphrase(tmp_path)
    ways = WaysIn(vault)
    ways.set_passphrase(RECOVERY, recovery=True)
    assert ways.ways() == Ways(passphrase=True, recovery=True)
    assert opens_with(tmp_path, OLD)
    assert opens_with(tmp_path, RECOVERY)

    ways.set_passphrase(NEW, recovery=True)
    assert (opens_with(tmp_path, RECOVERY), opens_with(tmp_path, NEW)) == (False, True)
    ways.remove_passphrase(recovery=True)
    assert (opens_with(tmp_path, NEW), opens_with(tmp_path, OLD)) == (False, True)
    vault.close()


def test_the_last_way_in_is_not_removed(tmp_path: Path) -> None:
    vault = with_passphrase(tmp_path)
    ways = WaysIn(vault)
    ways.set_passphrase(RECOVERY, recovery=True)

    with pytest.raises(BadInput, match="nothing else opens"):
        ways.remove_passphrase()
    vault.close()
    assert opens_with(tmp_path, OLD)


def test_what_is_not_there_is_not_removed_and_short_ones_are_not_taken(tmp_path: Path) -> None:
    vault = with_passphrase(tmp_path)
    ways = WaysIn(vault)

    with pytest.raises(BadInput, match="none to remove"):
        ways.remove_passphrase(recovery=True)
    with pytest.raises(BadInput, match="fewer than 8"):
        ways.set_passphrase(Secret("seven77"))
    with pytest.raises(BadInput, match="fewer than 8"):
        ways.use_passphrase(Secret(""))
    vault.close()


def test_a_passphrase_vault_moves_into_the_keyring(tmp_path: Path) -> None:
    keys = FakeKeys()
    vault = with_passphrase(tmp_path, keys)
    status = WaysIn(vault).use_keyring()
    vault.close()

    assert (status.key, len(keys.items)) == ("keyring", 1)
    assert not opens_with(tmp_path, OLD)
    again = vault_in(tmp_path, keys)
    assert again.open().state == "open"
    again.close()


def test_a_keyring_vault_moves_under_a_passphrase_and_its_item_goes(tmp_path: Path) -> None:
    keys = FakeKeys()
    vault = vault_in(tmp_path, keys)
    vault.create_with_keyring()
    vault.save(app())
    status = WaysIn(vault).use_passphrase(NEW)
    vault.close()

    assert (status.key, len(keys.items)) == ("passphrase", 0)
    assert opens_with(tmp_path, NEW)
    with pytest.raises(VaultLocked) as locked:
        vault_in(tmp_path, keys).open()
    assert locked.value.needs == "passphrase"


@pytest.mark.parametrize("mode", ["missing", "denied", "timeout", "broken", "forgetful"])
def test_a_keyring_in_trouble_leaves_the_passphrase_as_it_was(tmp_path: Path, mode: str) -> None:
    keys = FakeKeys(mode)
    vault = with_passphrase(tmp_path, keys)

    with pytest.raises(VaultUnavailable):
        WaysIn(vault).use_keyring()
    vault.close()
    assert opens_with(tmp_path, OLD)


@pytest.mark.expected_log("the keyring still has the key")
def test_a_keyring_that_is_gone_keeps_nobody_from_a_passphrase(tmp_path: Path) -> None:
    keys = FakeKeys()
    vault = vault_in(tmp_path, keys)
    vault.create_with_keyring()
    vault.save(app())
    keys.mode = "missing"

    assert WaysIn(vault).use_passphrase(NEW).key == "passphrase"
    vault.close()
    assert opens_with(tmp_path, NEW)


def test_a_session_has_no_ways_in(vault: Vault) -> None:
    ways = WaysIn(vault)

    assert ways.ways() == Ways()
    for act in (lambda: ways.set_passphrase(NEW), ways.use_keyring, ways.remove_passphrase):
        with pytest.raises(BadInput):
            act()


def test_copies_that_could_not_be_changed_are_changed_at_the_next_opening(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expected_log: object
) -> None:
    assert callable(expected_log)
    expected_log("the copies still open as before")
    vault = with_passphrase(tmp_path)

    def full(*_: object) -> None:
        raise VaultUnavailable("disk_full")

    with monkeypatch.context() as patched:
        patched.setattr(vault.inside.stores, "rewrap", full)
        WaysIn(vault).set_passphrase(NEW)
    vault.close()
    assert opens_with(tmp_path, NEW)  # which makes good what failed
    only_copies(tmp_path)

    assert not opens_with(tmp_path, OLD)


# --- all programs lock ---------------------------------------------------------------------------


def test_a_call_to_lock_reaches_a_vault_of_another_program(tmp_path: Path) -> None:
    vault, other = with_passphrase(tmp_path), vault_in(tmp_path)
    other.unlock(OLD)

    vault.inside.stores.call_lock()

    assert vault.heed_lock_call()
    with pytest.raises(VaultLocked):
        other.all(App)
    assert {vault.status().state, other.status().state} == {"locked"}
    other.unlock(OLD)
    assert not other.heed_lock_call()
    other.close()


def test_a_session_of_another_program_does_not_hear_the_call(vault: Vault) -> None:
    vault.inside.stores.call_lock()

    assert not vault.heed_lock_call()
    assert vault.status().state == "session"


# --- the key in memory ---------------------------------------------------------------------------

HOLDER: Final = """
import sys
from pathlib import Path
from core.secret import Secret
from core.vault.ways_in import WaysIn
from tests.fakes.keys import FakeKeys
from tests.fakes.nouns import app, user
from tests.fakes.vaults import vault_in

vault = vault_in(Path(sys.argv[1]), FakeKeys())
if sys.argv[2] == "keyring":
    vault.create_with_keyring()
    vault.close()
    vault.open()
else:
    vault.create_with_passphrase(Secret("correct horse battery"))
    vault.close()
    vault.unlock(Secret("correct horse battery"))
vault.save(app(), user())
WaysIn(vault).set_passphrase(Secret("written on paper"), recovery=True)
with vault.lease() as opened:
    print(opened.sealer.key.raw.hex(), flush=True)
del opened
sys.stdin.readline()
vault.lock_up()
print("locked", flush=True)
sys.stdin.readline()
"""


def copies_in_memory(process_id: int, key: bytes) -> int:
    """Count the copies of a key in all writable memory of another process.

    A copy that was freed has lost its first bytes to the allocator, so they do not count.
    """
    found, rest = 0, key[8:]
    with Path(f"/proc/{process_id}/mem").open("rb", 0) as memory:
        for line in Path(f"/proc/{process_id}/maps").read_text().splitlines():
            span, rights, *_ = line.split()
            start, end = (int(edge, 16) for edge in span.split("-"))
            if "rw" in rights:
                try:
                    memory.seek(start)
                    found += memory.read(end - start).count(rest)
                except OSError:
                    continue
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="reads a child's memory through /proc")
@pytest.mark.parametrize("way", ["keyring", "passphrase"])
def test_the_data_key_is_in_memory_until_the_lock_and_not_after(tmp_path: Path, way: str) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path), way],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdin is not None
    assert holder.stdout is not None
    try:
        key = bytes.fromhex(holder.stdout.readline())
        try:
            before = copies_in_memory(holder.pid, key)
        except PermissionError:
            pytest.skip("NOT PROVEN: this system lets nobody read a child's memory")
        assert before > 0, "the positive control: the scan finds the key of an open vault"

        holder.stdin.write("lock\n")
        holder.stdin.flush()
        assert holder.stdout.readline() == "locked\n"

        assert copies_in_memory(holder.pid, key) == 0
    finally:
        holder.kill()
        holder.communicate()
