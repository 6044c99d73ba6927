"""Rare ways through the vault's rooms: half-read files, open operations, a busy neighbour."""

import base64
import hashlib
import json
import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.errors import BadInput, VaultBusy, VaultCorrupt, VaultLocked, VaultUnavailable
from core.model import Activity, App, CredentialState, Setting, UserToken
from core.notes import Replacement
from core.ports import CancelToken
from core.secret import Secret
from core.vault.backup_body import Contents
from core.vault.backup_file import MAGIC, open_backup
from core.vault.backups import Backups
from core.vault.codec import decode, encode, to_json
from core.vault.intents import Answer, Intent, OpenOperation, Operation
from core.vault.journal import Journal
from core.vault.restoring import MERGE, plan, write
from core.vault.sealing import DataKey
from core.vault.stale import doubt_restored, user_lock
from core.vault.vault import Vault
from core.vault.ways_in import WaysIn
from core.vault.wraps import wrap_with_passphrase
from tests.fakes.clock import START, FakeClock
from tests.fakes.keys import FakeKeys
from tests.fakes.nouns import activity, app, bearer, user
from tests.fakes.transport import FakeTransport
from tests.fakes.vaults import CHEAP, vault_in

PASSPHRASE = Secret("correct horse battery")
FILE_DAMAGED = "the backup is damaged; take another copy of it"


def refresh_of(token: UserToken, operation_id: str = "op-1") -> Intent:
    mark = token.refresh_token.fingerprint() if token.refresh_token else ""
    return Intent("refresh", token.app_id, token.token_id, START, mark, operation_id=operation_id)


# --- backups -----------------------------------------------------------------------------------


def backup_with(header: bytes) -> bytes:
    """Return a file whose head is whole, as its check sum says, with this header."""
    head = MAGIC + struct.pack(">HHI", 1, 1, len(header)) + header
    return head + hashlib.sha256(head).digest() + bytes(40)


@pytest.mark.parametrize(
    "header",
    [
        b"not JSON",
        to_json({}),
        to_json({"backup_id": "a", "wrap": 1}),
        to_json({"backup_id": 1, "wrap": "{}"}),
        to_json({"backup_id": "a", "wrap": "\ud800"}),
        to_json({"backup_id": "a", "wrap": "{}"}),
    ],
)
def test_a_header_that_anyone_may_have_written_is_damage_and_no_crash(header: bytes) -> None:
    with pytest.raises(BadInput) as told:
        open_backup(backup_with(header), PASSPHRASE)

    assert (told.value.where, told.value.detail) == ("FILE", FILE_DAMAGED)


def test_a_header_of_over_64_kib_is_damage_and_is_not_even_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read: list[bytes] = []

    def reader(header: bytes) -> dict[str, object]:
        read.append(header)
        return {}

    monkeypatch.setattr("core.vault.backup_file.from_json", reader)

    for length in (1 << 16, (1 << 16) + 1):
        with pytest.raises(BadInput, match="damaged"):
            open_backup(backup_with(b" " * length), PASSPHRASE)

    assert [len(header) for header in read] == [1 << 16]


def test_a_vault_that_is_written_to_without_end_is_not_backed_up_half(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    marks = iter(range(1000))
    with vault.lease() as opened:
        monkeypatch.setattr(opened.store, "mark", lambda: next(marks))

    with pytest.raises(VaultBusy):
        Backups(vault).contents()
    monkeypatch.undo()
    assert Backups(vault).contents().nouns == ()


# --- one record --------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", [0, 1, "true", None])
def test_a_truth_is_nothing_but_true_or_false(wrong: object) -> None:
    replacement = Replacement("app-1:bearer", "app-1", START)
    document = {**json.loads(encode(replacement)), "leaked": wrong}

    with pytest.raises(VaultCorrupt):
        decode(Replacement, json.dumps(document).encode())


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_key_of_another_length_is_no_key(length: int) -> None:
    with pytest.raises(VaultCorrupt, match="length"):
        DataKey(bytearray(length))


def spoil(vault: Vault, noun: object, name: str) -> None:
    """Put a noun's sealed record in the place of another, where it does not open."""
    with vault.lease() as opened, opened.store.change() as change:
        record = opened.sealed(_kind(noun), opened.sealer.hidden(_kind(noun).name, name), 1, noun)
        change.put(replace(record, sealed=record.sealed[:-1] + bytes([record.sealed[-1] ^ 1])))


def _kind(noun: object) -> Any:
    from core.vault.codec import kind_of

    return kind_of(type(noun))


def test_one_record_that_cannot_be_read_hides_no_other(vault: Vault) -> None:
    vault.save(Setting("theme", "dark"), Setting("size", "12"))
    spoil(vault, Setting("bad", "1"), "bad")

    assert set(vault.readable(Setting)) == {Setting("theme", "dark"), Setting("size", "12")}
    with pytest.raises(VaultCorrupt):
        vault.all(Setting)


def test_what_should_go_goes_even_where_it_cannot_be_read(vault: Vault) -> None:
    vault.save(Setting("theme", "dark"), Setting("size", "12"))
    spoil(vault, Setting("bad", "1"), "bad")

    with vault.change() as change:
        change.remove_where(Setting, lambda each: each is None or each.name == "size")

    assert vault.all(Setting) == (Setting("theme", "dark"),)


def test_removing_all_of_a_kind_leaves_the_other_kinds(vault: Vault) -> None:
    vault.save(app(), Setting("theme", "dark"), Setting("size", "12"))

    with vault.change() as change:
        change.remove_all(Setting)

    assert (vault.all(Setting), vault.all(App)) == ((), (app(),))


# --- opening and locking -----------------------------------------------------------------------


def keyring_vault(folder: Path, keys: FakeKeys) -> Vault:
    vault = vault_in(folder, keys)
    vault.create_with_keyring()
    return vault


def test_a_look_learns_what_opens_a_vault_and_asks_nobody(tmp_path: Path) -> None:
    keys = FakeKeys()
    keyring_vault(tmp_path / "a", keys).close()
    by_passphrase = vault_in(tmp_path / "b")
    by_passphrase.create_with_passphrase(PASSPHRASE)
    by_passphrase.close()
    before = list(keys.calls)

    first = vault_in(tmp_path / "a", keys).look()
    second = vault_in(tmp_path / "b").look()

    assert (first.state, first.key, first.passphrase) == ("locked", "keyring", False)
    assert (second.state, second.key, second.passphrase) == ("locked", "passphrase", True)
    assert vault_in(tmp_path / "none").look().state == "none"
    assert keys.calls == before


def test_a_second_look_reads_no_file(tmp_path: Path) -> None:
    keyring_vault(tmp_path, FakeKeys()).close()
    vault = vault_in(tmp_path)
    assert vault.look().key == "keyring"
    (tmp_path / "vault.db").write_bytes(b"damaged since")

    assert vault.look().key == "keyring"


def test_a_look_at_a_damaged_vault_tells_no_damage(tmp_path: Path) -> None:
    keyring_vault(tmp_path, FakeKeys()).close()
    (tmp_path / "vault.db").write_bytes(b"no database" * 1000)

    status = vault_in(tmp_path).look()

    assert (status.state, status.key) == ("locked", "")


def test_locking_everywhere_locks_here_and_calls_the_others(tmp_path: Path) -> None:
    keys = FakeKeys()
    vault = keyring_vault(tmp_path, keys)
    other = vault_in(tmp_path, keys)
    heard = other._stores.lock_calls()

    vault.lock_everywhere()

    assert vault.status().state == "locked"
    assert other._stores.lock_calls() != heard


def test_locking_everywhere_without_a_vault_writes_nothing(tmp_path: Path) -> None:
    vault = vault_in(tmp_path / "home")
    vault.start_session()

    vault.lock_everywhere()

    assert vault.status().state == "none"
    assert not (tmp_path / "home").exists()


def test_a_key_that_the_keyring_has_already_is_not_written_again(tmp_path: Path) -> None:
    keys = FakeKeys()
    vault = keyring_vault(tmp_path, keys)
    items, calls = dict(keys.items), len(keys.calls)

    WaysIn(vault).use_keyring()

    assert keys.items == items
    assert keys.calls[calls:] == ["probe", "read", "read"]
    vault.close()


def test_a_new_passphrase_for_a_vault_without_a_keyring_asks_no_keyring(tmp_path: Path) -> None:
    keys = FakeKeys()
    vault = vault_in(tmp_path, keys)
    vault.create_with_passphrase(PASSPHRASE)

    WaysIn(vault).use_passphrase(Secret("another horse battery"))

    assert keys.calls == []
    vault.close()
    with pytest.raises(BadInput):
        vault.unlock(PASSPHRASE)


# --- restoring ---------------------------------------------------------------------------------


def test_an_app_that_differs_and_lacks_nothing_stays_as_it_is() -> None:
    mine, theirs = app(name="Mine"), app(name="Theirs")

    made = plan(Contents(START, (theirs,)), Contents(START, (mine,)), MERGE)

    assert (made.put, made.preview.added) == ((), 0)


def test_a_user_is_told_from_the_others_of_the_same_app() -> None:
    here = (app(), user("a", user_id="1"), user("b", user_id="2", app_id="app-2"))
    there = (app(), user("c", user_id="2"), user("d", user_id="1"))

    made = plan(Contents(START, there), Contents(START, here), MERGE)

    assert [each.token_id for each in made.doubted] == ["c"]
    assert made.preview.newer_here == ("@dev_a of Name of app-1",)


@pytest.mark.parametrize("answered", [False, True])
def test_open_operations_of_a_backup_come_with_their_answers(vault: Vault, answered: bool) -> None:
    token = user(state=CredentialState.OK)
    answer = Answer(200, b"{}", START) if answered else None
    operation = OpenOperation(user_lock("user-1"), refresh_of(token), answer)
    empty = Contents(START, ())

    made = plan(Contents(START, (app(), token), (operation,)), empty, MERGE)
    with vault.change() as change:
        write(made, empty, START, change)

    assert vault.open_operations() == (operation,)
    assert vault.get(UserToken, "user-1") == replace(token, state=CredentialState.UNCERTAIN)


def test_operations_about_a_token_that_is_replaced_are_closed(vault: Vault) -> None:
    old, other = user(), user("user-2")
    newer = replace(old, refresh_token=Secret("newer"), issued_at=START.replace(year=2090))
    vault.save(app(), old, other)
    with vault.change() as change:
        change.open_operation(user_lock("user-1"), refresh_of(old, "op-old"))
        change.open_operation(user_lock("user-2"), refresh_of(other, "op-other"))
    here = Contents(START, (app(), old, other), vault.open_operations())

    made = plan(Contents(START, (app(), newer)), here, MERGE)
    with vault.change() as change:
        write(made, here, START, change)

    left = {each.intent.subject_id: each.intent for each in vault.open_operations()}
    assert left["user-2"].operation_id == "op-other"
    assert left["user-1"].operation_id != "op-old"
    assert newer.refresh_token is not None
    assert left["user-1"].fingerprint == newer.refresh_token.fingerprint()


def test_what_is_missing_here_is_written(vault: Vault) -> None:
    empty = Contents(START, ())

    with vault.change() as change:
        write(plan(Contents(START, (app(), Setting("a", "1"))), empty, MERGE), empty, START, change)

    assert (vault.all(App), vault.all(Setting)) == ((app(),), (Setting("a", "1"),))


def test_a_wrap_has_salt_and_nonce_of_the_length_that_the_ciphers_ask_for() -> None:
    """RFC 5116 §5.1: 12 bytes for AES-GCM. RFC 9106 §3.1: 16 bytes are recommended."""
    note = json.loads(wrap_with_passphrase("vault", DataKey.fresh(), PASSPHRASE, CHEAP))

    assert [len(base64.b64decode(note[name])) for name in ("salt", "nonce")] == [16, 12]


def test_an_operation_is_closed_by_its_subject_where_its_lock_has_another_name() -> None:
    intent = Intent("generate", "app-1", "app-1", START, operation_id="op-1")
    open_one = OpenOperation("bearer:app-1", intent, None)
    newer = bearer(token=Secret("newer"), fetched_at=START.replace(year=2090))

    made = plan(
        Contents(START, (app(), newer)), Contents(START, (app(), bearer()), (open_one,)), MERGE
    )

    assert (made.put, made.closed) == ((newer,), (open_one,))


def test_activity_is_merged_in_the_order_of_time(vault: Vault) -> None:
    early, late = activity(what="a"), activity(what="b", at=START.replace(year=2090))
    vault.save(late)
    here = Contents(START, (late,))

    with vault.change() as change:
        write(plan(Contents(START, (early,)), here, MERGE), here, START, change)

    assert vault.all(Activity) == (early, late)


def test_a_doubt_that_stands_already_is_not_opened_again(vault: Vault) -> None:
    token = user()
    standing = OpenOperation(user_lock("user-1"), refresh_of(token), None)

    with vault.change() as change:
        doubt_restored(token, (standing,), START, change)

    assert vault.open_operations() == ()
    assert vault.get(UserToken, "user-1") == replace(token, state=CredentialState.UNCERTAIN)
    assert [(each.what, each.outcome) for each in vault.all(Activity)] == [("restore", "uncertain")]


# --- the journal -------------------------------------------------------------------------------


class SettledWhileWeWaited:
    """A store in which another program finishes what is open before we have the lock."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def __getattr__(self, name: str) -> Any:
        return getattr(self._vault, name)

    def lock(self, name: str, cancel: CancelToken, seconds: float = 30.0) -> Any:
        with self._vault.change() as change:
            change.close_operation("op-1")
        return self._vault.lock(name, cancel, seconds)


def test_what_another_program_finished_meanwhile_is_not_doubted(vault: Vault) -> None:
    with vault.change() as change:
        change.open_operation(user_lock("user-1"), refresh_of(user()))
    doubted: list[Intent] = []
    journal = Journal(SettledWhileWeWaited(vault), FakeTransport(), FakeClock())
    operation: Operation[None] = Operation(
        "refresh", lambda *_folded: None, lambda intent, _change: doubted.append(intent)
    )

    assert journal.recover((operation,)) == []
    assert doubted == []
    assert vault.open_operations() == ()


# --- a copy that cannot be doubted -------------------------------------------------------------


@pytest.mark.expected_log("the previous generation took its place")
@pytest.mark.parametrize(("reason", "opens"), [("newer_version", True), ("disk_full", False)])
def test_a_copy_of_a_newer_version_is_opened_to_look_at_and_a_full_disk_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reason: str, opens: bool
) -> None:
    keys = FakeKeys()
    vault = keyring_vault(tmp_path, keys)
    vault.save(app(), user())
    vault.close()
    vault.open()  # leaves a copy
    vault.close()
    (tmp_path / "vault.db").write_bytes(b"no database" * 1000)
    monkeypatch.setattr("core.vault.opening.doubt_restored", _failing(reason))

    if opens:
        assert vault.open().state == "open"
        assert vault.get(UserToken, "user-1") == user()
    else:
        with pytest.raises((VaultUnavailable, VaultCorrupt, VaultLocked)):
            vault.open()
    vault.close()


def _failing(reason: str) -> Callable[..., None]:
    def fail(*_arguments: object) -> None:
        raise VaultUnavailable(reason)

    return fail
