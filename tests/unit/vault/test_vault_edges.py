"""The vault at its edges: names that a file keeps for ever, leases that overlap, shut doors."""

import base64
import itertools
import json
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.errors import (
    AnswerUnkept,
    BadInput,
    ConnectFailed,
    KeypaneError,
    VaultBusy,
    VaultCorrupt,
    VaultLocked,
    VaultUnavailable,
)
from core.model import (
    AccessTokenPair,
    Activity,
    App,
    BearerToken,
    CredentialState,
    HttpRequest,
    Setting,
    UserToken,
)
from core.network import Network
from core.notes import BrowserSession, Enrolment, Receipt, Replacement, UsedBy
from core.ports import CancelToken
from core.redaction import redact
from core.secret import Secret
from core.sent import SavedRequest, SentRequest, SpentDay
from core.vault import codec, wraps
from core.vault.backup_body import Contents
from core.vault.backup_file import open_backup
from core.vault.backups import Backups
from core.vault.codec import KINDS, Kind, decode, encode
from core.vault.intents import Answer, Intent, OpenOperation, Operation, Send
from core.vault.journal import Journal, _unkept
from core.vault.leases import Leases
from core.vault.opened import ACTIVITY_CAP, Opened
from core.vault.restoring import MERGE, REPLACE, plan, write
from core.vault.sealing import DataKey, Sealer
from core.vault.stale import doubt_restored, may_be_stale, user_lock
from core.vault.vault import Vault, VaultStatus
from core.vault.ways_in import Ways, WaysIn
from tests.fakes.clock import START, FakeClock
from tests.fakes.fake_transport import FakeTransport, no_connection
from tests.fakes.keys import FakeKeys
from tests.fakes.nouns import activity, app, bearer, owner, user
from tests.fakes.vaults import session_vault, vault_in

EIGHT, SEVEN = Secret("8 chars!"), Secret("7 chars")
LATER = START + timedelta(hours=1)


def keyring_vault(folder: Path, keys: FakeKeys) -> Vault:
    vault = vault_in(folder, keys)
    vault.create_with_keyring()
    return vault


# --- what a file keeps for ever ----------------------------------------------------------------


def test_the_names_of_the_kinds_are_those_of_every_vault_that_was_ever_written() -> None:
    assert {noun: (kind.name, kind.key, kind.app) for noun, kind in KINDS.items()} == {
        App: ("app", "app_id", "app_id"),
        BearerToken: ("bearer", "app_id", "app_id"),
        AccessTokenPair: ("owner", "pair_id", "app_id"),
        UserToken: ("user", "token_id", "app_id"),
        Activity: ("activity", "", "app_id"),
        Setting: ("setting", "name", ""),
        UsedBy: ("used_by", "subject_id", "app_id"),
        Enrolment: ("enrolment", "app_id", "app_id"),
        Receipt: ("receipt", "receipt_id", "app_id"),
        Replacement: ("replacement", "subject_id", "app_id"),
        SentRequest: ("sent", "entry_id", "app_id"),
        SavedRequest: ("saved", "saved_id", ""),
        SpentDay: ("spent", "day_id", "app_id"),
        Network: ("network", "name", ""),
        BrowserSession: ("browser_session", "app_id", "app_id"),
    }
    assert Kind("a", "b") == Kind("a", "b", "")


def test_the_names_of_what_is_not_sealed_are_those_of_every_vault_that_was_ever_written(
    tmp_path: Path,
) -> None:
    names = (wraps.VAULT_ID, wraps.CHECK, *wraps.WRAPS, wraps.KEYRING_USER)
    assert names == (
        "vault_id", "check", "wrap.keyring", "wrap.passphrase", "wrap.recovery", "vault-key-v1",
    )  # fmt: skip
    vault = vault_in(tmp_path)
    vault.create_with_passphrase(EIGHT)
    with vault.lease() as opened:
        made = (opened.store.meta("created_at") or b"").decode()
        wrap = json.loads(opened.store.meta("wrap.passphrase") or b"")
    vault.close()

    assert datetime.fromisoformat(made) == START
    assert {name: wrap[name] for name in ("kdf", "v", "memory_kib", "iterations", "lanes")} == {
        "kdf": "argon2id", "v": 1, "memory_kib": 32, "iterations": 1, "lanes": 1,
    }  # fmt: skip


def test_a_list_of_texts_holds_nothing_but_texts() -> None:
    document = json.loads(encode(user()))

    with pytest.raises(VaultCorrupt):
        decode(UserToken, json.dumps({**document, "scopes": ["tweet.read", 1]}).encode())
    with pytest.raises(VaultCorrupt):
        decode(UserToken, json.dumps({**document, "scopes": "tweet.read"}).encode())


@pytest.mark.parametrize("noun", [app(), app(consumer=None, client=None), owner(), user()])
def test_every_field_comes_back_as_it_was(noun: Any) -> None:
    assert decode(type(noun), encode(noun)) == noun


@pytest.mark.parametrize(("version", "told"), [(0, VaultCorrupt), (2, VaultUnavailable)])
def test_a_version_below_the_first_is_none_and_a_higher_one_is_a_newer_programs(
    version: int, told: type[KeypaneError]
) -> None:
    with pytest.raises(told):
        codec.from_json(json.dumps({"v": version}).encode())


def test_what_goes_to_x_and_comes_back_is_not_printed() -> None:
    intent = Intent("refresh", "app-1", "user-1", START, facts=(("code", "hidden-fact"),))
    kept = Answer(200, b"hidden-body", START)

    assert "hidden" not in repr(intent) + repr(kept)
    assert (intent.fact("code"), intent.fact("absent")) == ("hidden-fact", "")
    assert (intent.fingerprint, intent.attempt, kept.content_type) == ("", 1, "")
    assert intent.again(LATER) == replace(intent, at=LATER, attempt=2)


# --- leases ------------------------------------------------------------------------------------


class Lent:
    """Stands for an opened vault; counts how often its key was wiped."""

    def __init__(self, during_mark: Callable[[], None] = lambda: None) -> None:
        self.leases = 0
        self.retired = False
        self.disposed = 0
        self.store: Any = self
        self._during_mark = during_mark

    def dispose(self) -> None:
        self.disposed += 1

    def mark(self) -> int:
        self._during_mark()
        return 7


def lend(leases: Leases) -> Any:
    return leases.lease(lambda: VaultLocked("keyring"))


def test_a_lease_within_a_lease_is_the_same_one_even_after_a_lock() -> None:
    leases, lent = Leases(), Lent()
    leases.exchange(lent)  # type: ignore[arg-type]
    with lend(leases) as outer:
        leases.exchange(None)
        with lend(leases) as inner:
            assert inner is outer
        assert lent.disposed == 0
    assert lent.disposed == 1
    with pytest.raises(VaultLocked), lend(leases):
        pass


def test_the_key_lives_until_the_last_of_several_leases_is_back() -> None:
    leases, lent = Leases(), Lent()
    leases.exchange(lent)  # type: ignore[arg-type]
    inside, leave = threading.Event(), threading.Event()

    def work() -> None:
        with lend(leases):
            inside.set()
            leave.wait(30)

    with lend(leases):
        other = threading.Thread(target=work)
        other.start()
        assert inside.wait(30)
        leases.exchange(None)
        leave.set()
        other.join()
        assert lent.disposed == 0
    assert (lent.disposed, lent.leases) == (1, 0)


def test_a_key_that_nobody_uses_is_wiped_at_once() -> None:
    leases, lent = Leases(), Lent()
    leases.exchange(lent)  # type: ignore[arg-type]
    with lend(leases):
        pass
    leases.mark()
    leases.exchange(None)

    assert lent.disposed == 1


def test_a_mark_is_read_from_a_vault_that_is_not_wiped_under_it() -> None:
    leases = Leases()
    seen: list[int] = []

    def lock_up() -> None:
        leases.exchange(None)
        seen.append(lent.disposed)

    lent = Lent(lock_up)
    leases.exchange(lent)  # type: ignore[arg-type]
    leases.mark()

    assert (seen, lent.disposed) == ([0], 1)


def test_a_mark_grows_with_each_commit_and_each_exchange(vault: Vault) -> None:
    marks = [vault.mark()]
    for _ in range(3):
        vault.save(Setting("a", "b"))
        marks.append(vault.mark())
    vault.lock_up()
    marks.append(vault.mark())

    assert marks == sorted(set(marks))


def test_who_is_at_work_in_a_session_cannot_move_it(vault: Vault) -> None:
    with (
        vault.lease(),
        pytest.raises(VaultBusy, match="this thread"),
        vault.inside.leases.drained(),
    ):
        pass


# --- opening -----------------------------------------------------------------------------------


def test_what_a_session_left_open_at_x_moves_into_the_vault_that_is_opened(tmp_path: Path) -> None:
    keys = FakeKeys()
    keyring_vault(tmp_path, keys).close()
    vault = session_vault(tmp_path)
    vault.inside.keys.items.update(keys.items)  # type: ignore[attr-defined]
    intent = Intent("refresh", "app-1", "user-1", START)
    with vault.change() as change:
        change.open_operation(user_lock("user-1"), intent)

    vault.open()

    assert [each.intent for each in vault.open_operations()] == [intent]
    vault.close()


def test_an_empty_session_writes_nothing_into_the_vault_that_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = FakeKeys()
    keyring_vault(tmp_path, keys).close()
    vault = vault_in(tmp_path, keys)
    vault.start_session()
    copied: list[object] = []
    monkeypatch.setattr(Opened, "copy_into", lambda *all_: copied.append(all_))

    vault.open()

    assert copied == []
    vault.close()


@pytest.mark.parametrize("way", ["keyring", "passphrase"])
def test_where_a_vault_is_no_key_is_made_for_a_second(tmp_path: Path, way: str) -> None:
    keys = FakeKeys()
    keyring_vault(tmp_path, keys).close()
    other = vault_in(tmp_path, keys)
    keys.calls.clear()
    file = other.inside.file
    fresh = file.fresh_in_keyring() if way == "keyring" else file.fresh_under(EIGHT)

    with pytest.raises(VaultUnavailable, match="already"), fresh:
        pytest.fail("a key was made")
    assert keys.calls == []


def test_the_key_of_a_vault_that_did_not_come_about_is_wiped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[DataKey] = []
    fresh = DataKey.fresh

    def note() -> DataKey:
        made.append(fresh())
        return made[-1]

    monkeypatch.setattr(DataKey, "fresh", note)
    file = vault_in(tmp_path).inside.file
    for way in (file.fresh_in_keyring(), file.fresh_under(EIGHT)):
        with pytest.raises(RuntimeError), way:
            raise RuntimeError
        assert made[-1].raw == bytes(32)
    assert len(made) == 2


def test_an_item_that_holds_another_key_is_deleted_before_ours_is_written(tmp_path: Path) -> None:
    keys = FakeKeys()
    vault = vault_in(tmp_path, keys)
    vault.create_with_passphrase(EIGHT)
    with vault.lease() as opened:
        service = f"Keypane/{opened.sealer.vault_id}"
    keys.items[service, "vault-key-v1"] = Secret("another key")
    keys.calls.clear()

    WaysIn(vault).use_keyring()

    assert keys.calls == ["probe", "read", "delete", "write", "read"]
    vault.close()
    assert vault_in(tmp_path, keys).open().key == "keyring"


def test_a_look_where_no_vault_is_opens_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = vault_in(tmp_path)
    monkeypatch.setattr(vault.inside.stores, "open", lambda: pytest.fail("a file was opened"))

    assert vault.look() == VaultStatus("none", "", directory=vault.inside.stores.directory)


def test_an_opening_proves_what_is_open_at_x_too(tmp_path: Path) -> None:
    keys = FakeKeys()
    vault = keyring_vault(tmp_path, keys)
    with vault.change() as change:
        change.open_operation("lock", Intent("refresh", "app-1", "user-1", START))
    with vault.lease() as opened:
        opened.verify()
        (sealed,) = opened.store.operations()
        with opened.store.change() as stored:
            spoilt = sealed.intent[:-1] + bytes([sealed.intent[-1] ^ 1])
            stored.open_operation(replace(sealed, intent=spoilt))
        with pytest.raises(VaultCorrupt):
            opened.verify()
    vault.close()


@pytest.mark.expected_log("older than when it was last written")
def test_a_vault_that_went_back_is_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = FakeKeys()
    keyring_vault(tmp_path, keys).close()
    vault = vault_in(tmp_path, keys)
    accepted: list[object] = []
    stores = vault.inside.stores
    monkeypatch.setattr(stores, "went_back", lambda _store: not accepted)
    monkeypatch.setattr(stores, "accept", accepted.append)

    assert vault.open().restored
    vault.close()
    assert not vault.status().restored  # of a locked vault it is not said
    assert not vault.open().restored
    vault.close()


def test_a_store_that_does_not_open_is_closed_as_it_was_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = FakeKeys()
    keyring_vault(tmp_path, keys).close()
    keys.items.clear()
    vault = vault_in(tmp_path, keys)
    closed: list[object] = []
    open_store = vault.inside.stores.open

    def noting() -> Any:
        store = open_store()
        close = store.close

        def noting_close(**how: Any) -> None:
            closed.append(how)
            close(**how)

        monkeypatch.setattr(store, "close", noting_close)
        return store

    monkeypatch.setattr(vault.inside.stores, "open", noting)

    with pytest.raises(VaultUnavailable):
        vault.open()
    assert closed == [{"as_found": True}]


# --- status ------------------------------------------------------------------------------------


def test_a_status_names_the_keyring_only_where_the_key_is_in_it(tmp_path: Path) -> None:
    ways: dict[str, Callable[[Vault], VaultStatus]] = {
        "keyring": Vault.create_with_keyring,
        "passphrase": lambda vault: vault.create_with_passphrase(EIGHT),
        "session": Vault.start_session,
    }
    for key, make in ways.items():
        vault = vault_in(tmp_path / key)
        status = make(vault)
        assert (status.key, status.backend) == (key, "Fake Keyring" if key == "keyring" else "")
        assert not status.passphrase  # it is open
        vault.close()
        assert vault.status().passphrase is (key == "passphrase")


def test_a_locked_vault_of_which_nothing_is_known_is_taken_for_the_keyrings(
    tmp_path: Path,
) -> None:
    keys = FakeKeys()
    keyring_vault(tmp_path, keys).close()

    with pytest.raises(VaultLocked) as told:
        vault_in(tmp_path, keys).all(App)
    assert told.value.needs == "keyring"


def test_a_call_to_lock_is_heeded_once_and_said_to_be(tmp_path: Path) -> None:
    vault = keyring_vault(tmp_path, FakeKeys())

    assert vault.heed_lock_call() is False
    vault.inside.stores.call_lock()
    assert vault.heed_lock_call() is True
    assert vault.heed_lock_call() is False


def test_after_a_lock_nothing_of_the_secrets_is_kept_to_mask_them_with(vault: Vault) -> None:
    vault.save(user(access_token=Secret("a plain old value")))
    vault.all(UserToken)
    assert "a plain old value" not in redact("it was a plain old value")

    vault.lock_up()

    assert redact("it was a plain old value") == "it was a plain old value"


# --- ways in -----------------------------------------------------------------------------------


def test_a_passphrase_has_eight_characters_or_more(tmp_path: Path) -> None:
    vault = vault_in(tmp_path / "vault")
    vault.create_with_passphrase(EIGHT)
    ways, backups = WaysIn(vault), Backups(vault)
    assert ways.ways() == Ways(keyring=False, passphrase=True, recovery=False)
    assert Ways() == Ways(keyring=False, passphrase=False, recovery=False)
    acts: tuple[Callable[[Secret], object], ...] = (
        ways.set_passphrase,
        ways.use_passphrase,
        lambda secret: ways.set_passphrase(secret, recovery=True),
        lambda secret: backups.save(tmp_path / "backup", secret),
    )
    for act in acts:
        with pytest.raises(BadInput) as told:
            act(SEVEN)
        assert told.value.where == "passphrase"
        act(EIGHT)
    vault.close()


# --- backups -----------------------------------------------------------------------------------


def test_a_backup_is_not_written_over_another_unless_that_is_asked_for(
    vault: Vault, tmp_path: Path
) -> None:
    backups, path = Backups(vault), tmp_path / "backup"
    vault.save(app())
    assert backups.save(path, EIGHT).of(App) == (app(),)
    vault.save(app("app-2"))

    with pytest.raises(BadInput):
        backups.save(path, EIGHT)
    assert backups.read(path, EIGHT).of(App) == (app(),)
    backups.save(path, EIGHT, overwrite=True)
    assert len(backups.read(path, EIGHT).of(App)) == 2


def test_a_copy_of_another_vault_is_not_taken_for_an_empty_one_and_is_let_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = FakeKeys()
    vault, other = (keyring_vault(tmp_path / name, keys) for name in ("a", "b"))
    for each in (vault, other):
        with each.lease() as opened:
            each.inside.stores.keep_copy(opened.store)
    closed: list[bool] = []
    theirs = other.inside.stores

    def foreign(_name: str) -> Any:
        store = theirs.open_generation(theirs.generations()[0])
        close = store.close

        def noting_close() -> None:
            closed.append(True)
            close()

        monkeypatch.setattr(store, "close", noting_close)
        return store

    monkeypatch.setattr(vault.inside.stores, "open_generation", foreign)

    with pytest.raises(VaultCorrupt):
        Backups(vault).contents_of(vault.inside.stores.copies()[0])
    assert closed == [True]
    for each in (vault, other):
        each.close()


# --- nouns -------------------------------------------------------------------------------------


def test_an_app_that_is_forgotten_takes_all_that_is_its_and_nothing_else(vault: Vault) -> None:
    def all_of(app_id: str) -> list[object]:
        return [
            app(app_id), bearer(app_id), owner(app_id, pair_id=f"pair of {app_id}"),
            user(f"user of {app_id}", app_id), activity(app_id=app_id),
            UsedBy(f"used {app_id}", app_id), Enrolment(app_id, "Free", "none", START),
            Receipt(f"receipt {app_id}", app_id, "s", "s", "t", START),
            Replacement(f"replaced {app_id}", app_id, START),
            SentRequest(f"sent {app_id}", app_id, "X", START, "{}"),
            SpentDay(f"spent {app_id}", app_id, "2026-11-24", "{}"),
            BrowserSession(app_id, "folder", START),
        ]  # fmt: skip

    theirs = all_of("app-2")
    general = [Setting("a", "b"), SavedRequest("saved", "n", "n", START, "{}"), Network()]
    vault.save(*all_of("app-1"), *theirs, *general)
    with vault.change() as change:
        change.open_operation("lock 1", Intent("refresh", "app-1", "user", START))
        change.open_operation("lock 2", Intent("refresh", "app-2", "user", START))

    vault.forget_app("app-1")

    left: list[object] = []
    for kind in KINDS:
        left += vault.all(kind)
    assert sorted(left, key=repr) == sorted([*theirs, *general], key=repr)
    assert [each.lock_name for each in vault.open_operations()] == ["lock 2"]


def test_old_lines_of_activity_are_looked_for_at_the_first_and_each_64th(vault: Vault) -> None:
    with vault.lease() as opened:
        due = [opened.prune_due() for _ in range(130)]

    assert [place for place, is_due in enumerate(due) if is_due] == [0, 64, 128]


def test_at_most_2000_lines_of_activity_are_kept_and_told() -> None:
    assert ACTIVITY_CAP == 2000


# --- keys --------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", [0, 1, 62, 63, 255])
def test_a_key_comes_back_from_its_line_byte_for_byte(first: int) -> None:
    raw = bytes((first + step * 37) % 256 for step in range(32))
    line = DataKey(bytearray(raw)).to_text()

    assert bytes(DataKey.from_text(line).raw) == raw
    for wrong in (line.reveal()[:-1], line.reveal() + "=", "*" + line.reveal()[1:]):
        with pytest.raises(VaultCorrupt):
            DataKey.from_text(Secret(wrong))


def test_a_sealed_value_opens_at_its_place_alone_and_never_looks_the_same() -> None:
    sealer = Sealer("vault", DataKey.fresh())
    place: tuple[str, str, str, int] = ("records", "id", "kind", 3)
    sealed = sealer.seal(*place, b"plain")

    assert sealer.open(*place, sealed) == b"plain"
    assert sealer.seal(*place, b"plain") != sealed
    others: list[tuple[str, str, str, int]] = [
        ("r", "id", "kind", 3), ("records", "i", "kind", 3), ("records", "id", "k", 3),
        ("records", "id", "kind", 4),
    ]  # fmt: skip
    for other in others:
        with pytest.raises(VaultCorrupt):
            sealer.open(*other, sealed)
    assert len(sealer.hidden("kind", "name")) == 32
    names = list(itertools.product(("kind", "kin"), ("name", "dname")))
    assert len({sealer.hidden(*name) for name in names}) == len(names)


# --- stale -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lock", "mark", "is_opened"),
    [
        (user_lock("user-1"), "same", False),
        (user_lock("user-2"), "same", True),
        (user_lock("user-1"), "another", True),
    ],
)
def test_only_an_open_refresh_of_this_very_token_stands_for_the_doubt(
    vault: Vault, lock: str, mark: str, is_opened: bool
) -> None:
    token = user()
    assert token.refresh_token is not None
    print_ = token.refresh_token.fingerprint() if mark == "same" else mark
    standing = OpenOperation(lock, Intent("refresh", "app-1", "user-1", START, print_), None)

    with vault.change() as change:
        doubt_restored(token, (standing,), LATER, change)

    opened = vault.open_operations()
    assert len(opened) == is_opened
    for each in opened:
        intent = each.intent
        assert (each.lock_name, intent.operation, intent.at) == (
            user_lock("user-1"), "refresh", LATER,
        )  # fmt: skip
        assert intent.fingerprint == token.refresh_token.fingerprint()
        assert intent.facts == (("cause", "restored"),)


@pytest.mark.parametrize("state", list(CredentialState))
def test_a_token_that_is_alive_and_refreshed_here_may_be_stale(state: CredentialState) -> None:
    alive = state in {CredentialState.OK, CredentialState.EXPIRED, CredentialState.UNCERTAIN}

    assert may_be_stale(user(state=state)) is alive
    assert not may_be_stale(user(state=state, refresh_token=None))
    assert not may_be_stale(user(state=state, holder="another program"))


# --- restoring ---------------------------------------------------------------------------------


def contents(*nouns: object, operations: tuple[OpenOperation, ...] = ()) -> Contents:
    return Contents(START, nouns, operations)


@pytest.mark.parametrize(("hours", "stays"), [(-1, False), (0, True), (1, True)])
def test_replacing_spares_a_sign_in_that_is_as_new_as_the_backups(hours: int, stays: bool) -> None:
    theirs = user("theirs", user_id="77")
    mine = user("mine", user_id="77", issued_at=START + timedelta(hours=hours))
    made = plan(contents(app(), theirs), contents(app(), mine), REPLACE)

    assert (mine not in made.removed) is stays
    assert bool(made.doubted) is not stays


def test_a_pair_is_as_new_as_its_last_check() -> None:
    old, checked = owner(added_at=START), owner(added_at=START, checked_at=LATER)

    assert plan(contents(checked), contents(old), MERGE).put == (checked,)
    assert plan(contents(old), contents(checked), MERGE).put == ()
    early = owner(added_at=LATER, checked_at=START)
    assert plan(contents(early), contents(checked), MERGE).put == ()


@pytest.mark.parametrize(
    ("state", "is_doubted"), [(CredentialState.OK, False), (CredentialState.UNCERTAIN, True)]
)
def test_a_grant_that_is_here_and_certain_is_not_doubted(
    state: CredentialState, is_doubted: bool
) -> None:
    mine = user(state=state)
    theirs = user(issued_at=LATER)
    made = plan(contents(app(), theirs), contents(app(), mine), MERGE)

    assert (made.doubted == (theirs,)) is is_doubted
    assert (made.put == (theirs,)) is not is_doubted


def test_what_is_closed_by_a_plan_is_closed(vault: Vault) -> None:
    mine, theirs = user(), user(issued_at=LATER, refresh_token=Secret("newer"))
    intent = Intent("refresh", "app-1", "user-1", START)
    vault.save(app(), mine)
    with vault.change() as change:
        change.open_operation(user_lock("user-1"), intent)
    here = contents(app(), mine, operations=tuple(vault.open_operations()))

    with vault.change() as change:
        write(plan(contents(app(), theirs), here, MERGE), here, LATER, change)

    (left,) = vault.open_operations()
    assert left.intent.operation_id != intent.operation_id
    assert left.intent.fact("cause") == "restored"


# --- the journal -------------------------------------------------------------------------------


@pytest.mark.parametrize(("attempt", "doubts", "left"), [(1, 0, 0), (2, 1, 1)])
@pytest.mark.expected_log
def test_a_first_attempt_that_never_left_is_forgotten_and_a_recovery_stays_in_doubt(
    vault: Vault, attempt: int, doubts: int, left: int, expected_log: Any
) -> None:
    if doubts:
        expected_log("outcome of test")
    doubted: list[Intent] = []
    operation: Operation[None] = Operation(
        "test", lambda *_all: None, lambda intent, _change: doubted.append(intent)
    )
    transport = FakeTransport()
    transport.will(no_connection)
    intent = replace(Intent("test", "app-1", "user-1", START), attempt=attempt)
    request = HttpRequest("GET", "https://api.x.com/2/users/me")

    with pytest.raises(ConnectFailed):
        Journal(vault, transport, FakeClock()).run(
            operation, "lock", lambda _left: Send(intent, request), CancelToken()
        )

    assert (len(doubted), len(vault.open_operations())) == (doubts, left)


def test_an_answer_that_was_not_kept_says_why_or_that_it_is_something_else() -> None:
    assert _unkept(VaultUnavailable("disk_full"), kept=False).reason == "disk_full"
    unkept = _unkept(VaultBusy("busy"), kept=True)
    assert isinstance(unkept, AnswerUnkept)
    assert (unkept.reason, unkept.kept) == ("other", True)


def test_a_settled_operation_is_reported_settled(vault: Vault) -> None:
    operation: Operation[str] = Operation("test", lambda *_all: "done", lambda *_all: None)
    intent = Intent("test", "app-1", "user-1", START)
    with vault.change() as change:
        change.open_operation("lock", intent)
        change.set_result(intent.operation_id, Answer(200, b"", START))

    assert Journal(vault, FakeTransport(), FakeClock()).recover((operation,)) == []
    assert vault.open_operations() == ()


def test_an_answer_that_could_be_folded_is_kept_in_memory_no_longer(vault: Vault) -> None:
    operation: Operation[str] = Operation("test", lambda *_all: "done", lambda *_all: None)
    intent = Intent("test", "app-1", "user-1", START)
    journal = Journal(vault, FakeTransport(), FakeClock())
    journal._unkept[intent.operation_id] = Answer(200, b"", START)
    with vault.change() as change:
        change.open_operation("lock", intent)

    assert journal.recover((operation,)) == []
    assert (journal._unkept, vault.open_operations()) == ({}, ())


def test_of_an_erased_vault_nothing_is_known(tmp_path: Path) -> None:
    vault = vault_in(tmp_path)
    vault.create_with_passphrase(EIGHT)
    file = vault.inside.file
    vault.close()
    file.restored = True

    file.forget()

    assert (file.key, file.restored, file.has_passphrase) == ("", False, False)


def test_who_waits_for_a_session_at_work_hears_when_it_is_done(vault: Vault) -> None:
    leases, moved, inside, leave = vault.inside.leases, threading.Event(), *events()

    def work() -> None:
        with vault.lease():
            inside.set()
            leave.wait(30)

    def move() -> None:
        with leases.drained():
            moved.set()

    threads = [threading.Thread(target=work)]
    threads[0].start()
    assert inside.wait(30)
    threads.append(threading.Thread(target=move))
    threads[1].start()
    leave.set()
    for thread in threads:
        thread.join()

    assert moved.is_set()


def events() -> tuple[threading.Event, threading.Event]:
    return threading.Event(), threading.Event()


# Written on 2026-11-24 by the format's first version; every later one opens them.
SEALED = "d01495afd217475a1f362401395ef89ba0347d515de88c3020b7d09f6bf142f385"
BACKUP = (
    "S2V5cGFuZSBiYWNrdXAKAAEAAQAAAWx7ImJhY2t1cF9pZCI6IjE0OTlhYTllZTk1MzhmZDNmMDNkMTNhNWEyNjg0"
    "NDE4IiwidiI6MSwid3JhcCI6IntcIml0ZXJhdGlvbnNcIjoxLFwia2RmXCI6XCJhcmdvbjJpZFwiLFwia2V5XCI6"
    "XCJHZElEOUJLbkZ4YUloTUs5RDc3dnhKOE1oS0ZhNHA5b0QvZUdmVm5XK1lVZ0hnRjBVWmJ3V0k4YWtIMWkvSEJQ"
    "XCIsXCJsYW5lc1wiOjEsXCJtZW1vcnlfa2liXCI6MzIsXCJub25jZVwiOlwiT3dQb3oxVWRhOERqN1dTYlwiLFwi"
    "c2FsdFwiOlwicDNwanEveVdUY0pjd0ZCWkpoRE5yUT09XCIsXCJzdW1cIjpcIjZhOWRlY2MyNzJhNjM5MTI0ZTRi"
    "ZGZiZjlmYTdlODMwOTViMGFmZTVhODhiMWNiYWM0ODQ1Yjg5MWQ3MWYzMGZcIixcInZcIjoxfSJ9THS4vNp3EN2R"
    "DMoxKoB8w6ID6DiMlXX04ctv2Or0uEoDXxHgZuq44nCELf4iXsz+SAXW9tFyy+/QM1TqXfzU9Q=="
)


def test_what_the_first_version_sealed_opens() -> None:
    sealer = Sealer("vault", DataKey(bytearray(range(32))))

    assert sealer.open("records", "id", "kind", 3, bytes.fromhex(SEALED)) == b"plain"
    assert sealer.hidden("kind", "name") == "c43a6a557363efcea9a987f88cf12655"


def test_a_backup_of_the_first_version_opens() -> None:
    assert open_backup(base64.b64decode(BACKUP), EIGHT) == b"body"
