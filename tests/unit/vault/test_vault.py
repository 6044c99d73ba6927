"""The vault's states, and what it keeps."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import BadInput, VaultBusy, VaultCorrupt, VaultLocked, VaultUnavailable
from core.model import (
    AccessTokenPair,
    Activity,
    App,
    BearerToken,
    CredentialState,
    Setting,
    UserToken,
)
from core.ports import CancelToken
from core.secret import Secret
from core.vault import leases
from core.vault.journal import Answer, Intent
from core.vault.opened import ACTIVITY_CAP, Opened
from core.vault.vault import Vault
from tests.fakes.clock import START
from tests.fakes.keys import FakeKeys
from tests.fakes.nouns import activity, app, bearer, owner, user
from tests.fakes.vaults import session_vault, vault_in

PASSPHRASE = Secret("correct horse")


def intent(app_id: str = "app-1") -> Intent:
    return Intent("generate", app_id, app_id, START, facts=(("verifier", "very secret"),))


# --- states --------------------------------------------------------------------------------------


def test_a_new_vault_is_none_and_touches_no_disk(tmp_path: Path) -> None:
    vault = vault_in(tmp_path / "home")

    assert vault.status().state == "none"
    assert vault.status().directory == str(tmp_path / "home")
    assert not (tmp_path / "home").exists()


def test_a_session_leaves_nothing_on_disk(tmp_path: Path) -> None:
    vault = session_vault(tmp_path / "home")
    vault.save(app(), bearer())

    assert vault.status().state == vault.status().key == "session"
    assert not (tmp_path / "home").exists()
    vault.close()
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    "act",
    [
        lambda vault: vault.get(App, "x"),
        lambda vault: vault.all(App),
        lambda vault: vault.save(app()),
        lambda vault: vault.preflight(),
        lambda vault: vault.open_operations(),
        lambda vault: vault.activities(),
        lambda vault: vault.forget_app("x"),
        lambda vault: vault.add_passphrase(PASSPHRASE),
        lambda vault: vault.open(),
    ],
)
def test_without_a_vault_everything_asks_for_a_choice(
    tmp_path: Path, act: Callable[[Vault], object]
) -> None:
    with pytest.raises(VaultLocked) as locked:
        act(vault_in(tmp_path))

    assert locked.value.needs == "choice"


def test_locking_up_a_session_forgets_everything(vault: Vault) -> None:
    vault.save(app())
    vault.lock_up()

    assert vault.status().state == "none"
    vault.start_session()
    assert vault.all(App) == ()


def test_a_created_vault_is_open_and_opens_again(tmp_path: Path) -> None:
    keys = FakeKeys()
    first = vault_in(tmp_path, keys)
    status = first.create_with_keyring()
    first.save(app())

    assert (status.state, status.key, status.backend) == ("open", "keyring", "Fake Keyring")
    first.close()
    assert first.status().state == "locked"
    second = vault_in(tmp_path, keys)
    assert second.status().state == "locked"
    assert second.open().state == "open"
    assert second.all(App) == (app(),)
    second.close()


def test_a_locked_vault_says_what_it_needs(tmp_path: Path) -> None:
    by_keyring, by_passphrase = vault_in(tmp_path / "a"), vault_in(tmp_path / "b")
    by_keyring.create_with_keyring()
    by_passphrase.create_with_passphrase(PASSPHRASE)
    for vault, needs in ((by_keyring, "keyring"), (by_passphrase, "passphrase")):
        vault.lock_up()

        assert (vault.status().state, vault.status().key) == ("locked", needs)
        with pytest.raises(VaultLocked) as locked:
            vault.all(App)
        assert locked.value.needs == needs


def test_opening_twice_changes_nothing(tmp_path: Path) -> None:
    vault = vault_in(tmp_path)
    vault.create_with_keyring()
    mark = vault.mark()

    assert vault.open() == vault.open() == vault.status()
    assert vault.start_session() == vault.status()
    assert vault.mark() == mark
    vault.close()


def test_closing_twice_is_no_error(vault: Vault) -> None:
    vault.close()
    vault.close()


def test_a_vault_that_was_locked_can_be_opened_again(tmp_path: Path) -> None:
    vault = vault_in(tmp_path)
    vault.create_with_passphrase(PASSPHRASE)
    vault.save(app())
    vault.lock_up()
    vault.unlock(PASSPHRASE)

    assert vault.all(App) == (app(),)
    vault.close()


# --- a session moves in --------------------------------------------------------------------------


def fill(vault: Vault) -> None:
    vault.save(app("b"), app("a"), bearer("a"), owner("a"), user("u", "a"))
    vault.save(Setting("theme", "dark"), activity("first"), activity("second"))
    with vault.change() as change:
        change.open_operation("bearer:a", intent("a"))


def contents(vault: Vault) -> list[object]:
    kinds = (App, BearerToken, AccessTokenPair, UserToken, Setting)
    nouns = [vault.all(kind) for kind in kinds]
    return [*nouns, vault.activities(), vault.open_operations()]


@pytest.mark.parametrize("by", ["keyring", "passphrase"])
def test_all_of_a_session_moves_into_the_created_vault(tmp_path: Path, by: str) -> None:
    keys = FakeKeys()
    vault = vault_in(tmp_path, keys)
    vault.start_session()
    fill(vault)
    before = contents(vault)

    if by == "keyring":
        vault.create_with_keyring()
    else:
        vault.create_with_passphrase(PASSPHRASE)

    assert contents(vault) == before
    vault.close()
    again = vault_in(tmp_path, keys)
    again.open() if by == "keyring" else again.unlock(PASSPHRASE)
    assert contents(again) == before
    again.close()


def test_a_session_moves_into_an_existing_vault_and_overwrites_nothing(tmp_path: Path) -> None:
    keys = FakeKeys()
    first = vault_in(tmp_path, keys)
    first.create_with_keyring()
    first.save(app("a", name="Old"), Setting("theme", "light"))
    first.close()
    second = vault_in(tmp_path, keys)
    second.start_session()
    second.save(app("a", name="New"), app("b"), Setting("theme", "dark"), activity())

    second.open()

    assert second.all(App) == (app("a", name="Old"), app("b"))
    assert second.setting("theme") == "light"
    assert second.activities() == (activity(),)
    second.close()


def test_a_failed_creation_leaves_the_session_as_it_was(tmp_path: Path) -> None:
    keys = FakeKeys("denied")
    vault = vault_in(tmp_path, keys)
    vault.start_session()
    vault.save(app())

    with pytest.raises(VaultUnavailable):
        vault.create_with_keyring()

    assert vault.status().state == "session"
    assert vault.all(App) == (app(),)
    vault.close()


def test_a_session_at_work_is_waited_for_before_it_moves(
    tmp_path: Path, wait_until: Callable[..., None]
) -> None:
    vault = session_vault(tmp_path)
    vault.save(app())
    creating = threading.Thread(target=lambda: vault.create_with_passphrase(PASSPHRASE))

    with vault.lock("bearer:app-1", CancelToken()):
        creating.start()
        wait_until(lambda: vault._leases._draining)
        with vault.change() as change:
            change.put(bearer())
        assert vault.status().state == "session"
    creating.join()

    assert vault.status().state == "open"
    assert vault.get(BearerToken, "app-1") == bearer()
    vault.close()


def test_the_thread_that_holds_a_lock_cannot_create(tmp_path: Path) -> None:
    vault = session_vault(tmp_path)
    with vault.lock("bearer:app-1", CancelToken()), pytest.raises(VaultBusy):
        vault.create_with_passphrase(PASSPHRASE)

    assert not vault._stores.exists()
    vault.close()


# --- locking up in the middle --------------------------------------------------------------------


def test_a_call_under_way_keeps_the_key_until_its_answer_is_stored(tmp_path: Path) -> None:
    keys = FakeKeys()
    vault = vault_in(tmp_path, keys)
    vault.create_with_keyring()
    vault.save(app())
    sealer = vault._leases.opened.sealer  # type: ignore[union-attr]

    with vault.lock("bearer:app-1", CancelToken()):
        vault.lock_up()
        assert vault.status().state == "locked"
        vault.save(bearer())
        assert sealer._cipher is not None

    assert sealer._cipher is None
    assert not any(sealer.key.raw)
    with pytest.raises(VaultLocked):
        vault.all(App)
    vault.open()
    assert vault.get(BearerToken, "app-1") == bearer()
    vault.close()


def test_locking_up_wipes_the_key_at_once_when_nobody_is_at_work(vault: Vault) -> None:
    sealer = vault._leases.opened.sealer  # type: ignore[union-attr]
    vault.lock_up()

    assert not any(sealer.key.raw)


def test_other_threads_see_a_locked_vault_while_a_call_is_under_way(vault: Vault) -> None:
    seen: list[BaseException] = []

    def read() -> None:
        try:
            vault.all(App)
        except VaultLocked as locked:
            seen.append(locked)

    with vault.lock("bearer:app-1", CancelToken()):
        vault.lock_up()
        thread = threading.Thread(target=read)
        thread.start()
        thread.join()

    assert len(seen) == 1


# --- nouns ---------------------------------------------------------------------------------------


def test_each_noun_is_found_under_its_key(vault: Vault) -> None:
    vault.save(app(), bearer(), owner(), user(), Setting("theme", "dark"))

    assert vault.get(App, "app-1") == app()
    assert vault.get(BearerToken, "app-1") == bearer()
    assert vault.get(AccessTokenPair, "app-1") == owner()
    assert vault.get(UserToken, "user-1") == user()
    assert vault.get(Setting, "theme") == Setting("theme", "dark")
    assert vault.get(App, "app-2") is None


def test_all_is_oldest_first(vault: Vault) -> None:
    vault.save(app("c"), app("a"))
    vault.save(app("b"))
    vault.save(app("c", name="renamed"))

    assert [each.app_id for each in vault.all(App)] == ["c", "a", "b"]


def test_saving_is_all_or_nothing(vault: Vault) -> None:
    with pytest.raises(TypeError):
        vault.save(app(), "no noun")

    assert vault.all(App) == ()


def test_an_app_is_found_by_its_name_in_any_case(vault: Vault) -> None:
    vault.save(app("1", name="Straße"), app("2", name="Other"))

    assert vault.app_named("STRASSE").app_id == "1"


@pytest.mark.parametrize("name", ["", "Nothing", "My"])
def test_an_unknown_name_is_refused(vault: Vault, name: str) -> None:
    vault.save(app(name="My App"))

    with pytest.raises(BadInput) as refused:
        vault.app_named(name)
    assert refused.value.where == "APP"


def test_an_ambiguous_name_is_refused_unless_one_matches_exactly(vault: Vault) -> None:
    vault.save(app("1", name="My App"), app("2", name="my app"))

    assert vault.app_named("my app").app_id == "2"
    with pytest.raises(BadInput):
        vault.app_named("MY APP")
    vault.save(app("3", name="My App"))
    with pytest.raises(BadInput):
        vault.app_named("My App")


def test_users_of_are_those_of_the_app(vault: Vault) -> None:
    vault.save(user("1", "a"), user("2", "b"), user("3", "a"))

    assert [each.token_id for each in vault.users_of("a")] == ["1", "3"]


def test_a_setting_has_a_default(vault: Vault) -> None:
    assert vault.setting("theme") == ""
    assert vault.setting("theme", "light") == "light"
    vault.save(Setting("theme", "dark"))
    assert vault.setting("theme", "light") == "dark"


def test_update_reads_what_is_there_now(vault: Vault) -> None:
    vault.save(bearer())
    vault.save(bearer(checked_at=START))

    after = vault.update(
        BearerToken, "app-1", lambda before: replace(before, state=CredentialState.UNCERTAIN)
    )

    assert after == bearer(checked_at=START, state=CredentialState.UNCERTAIN)
    assert vault.get(BearerToken, "app-1") == after


def test_updating_what_is_not_there_is_refused(vault: Vault) -> None:
    with pytest.raises(BadInput):
        vault.update(App, "app-1", lambda before: before)


def test_an_update_cannot_move_a_record(vault: Vault) -> None:
    vault.save(app())

    with pytest.raises(ValueError, match="keeps the record's id"):
        vault.update(App, "app-1", lambda before: replace(before, app_id="other"))


def test_threads_that_update_lose_nothing(vault: Vault) -> None:
    vault.save(Setting("count", "0"))

    def add() -> None:
        for _ in range(25):
            vault.update(Setting, "count", lambda s: replace(s, value=str(int(s.value) + 1)))

    threads = [threading.Thread(target=add) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert vault.setting("count") == "100"


def test_a_change_is_undone_by_an_exception(vault: Vault) -> None:
    def half() -> None:
        with vault.change() as change:
            change.put(app())
            assert vault.get(App, "app-1") == app()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()

    assert vault.get(App, "app-1") is None


def test_removing_is_part_of_a_change(vault: Vault) -> None:
    vault.save(app(), bearer())
    with vault.change() as change:
        change.remove(BearerToken, "app-1")
        change.remove(BearerToken, "never there")

    assert vault.get(BearerToken, "app-1") is None
    assert vault.get(App, "app-1") == app()


def test_forgetting_an_app_takes_everything_of_it_and_nothing_else(vault: Vault) -> None:
    for each in ("a", "b"):
        vault.save(app(each), bearer(each), owner(each), user("u" + each, each))
        vault.save(activity(app_id=each), Setting("theme", "dark"))
        with vault.change() as change:
            change.open_operation("bearer:" + each, intent(each))

    vault.forget_app("a")

    kept = contents(vault)
    assert kept[:5] == [
        (app("b"),),
        (bearer("b"),),
        (owner("b"),),
        (user("ub", "b"),),
        (Setting("theme", "dark"),),
    ]
    assert vault.activities() == (activity(app_id="b"),)
    assert [each.intent.app_id for each in vault.open_operations()] == ["b"]


# --- activities ----------------------------------------------------------------------------------


def test_activities_are_newest_first_by_app_and_limited(vault: Vault) -> None:
    for number in range(6):
        vault.save(activity(str(number), app_id="ab"[number % 2]))

    assert [each.subject for each in vault.activities()] == ["5", "4", "3", "2", "1", "0"]
    assert [each.subject for each in vault.activities("a")] == ["4", "2", "0"]
    assert [each.subject for each in vault.activities("b", limit=2)] == ["5", "3"]


def test_equal_activities_are_all_kept(vault: Vault) -> None:
    vault.save(activity(), activity())

    assert vault.activities() == (activity(), activity())


def test_only_the_newest_activities_are_kept(vault: Vault) -> None:
    total = ACTIVITY_CAP + 300
    vault.save(*[activity(str(number)) for number in range(total)])

    shown = vault.activities(limit=10_000)
    assert [each.subject for each in shown] == [
        str(number) for number in reversed(range(total - ACTIVITY_CAP, total))
    ]
    assert len(vault.all(Activity)) < ACTIVITY_CAP + 64


# --- mark ----------------------------------------------------------------------------------------


def test_the_mark_changes_with_every_commit_and_every_state(tmp_path: Path) -> None:
    vault = vault_in(tmp_path)
    marks = [vault.mark()]
    vault.start_session()
    marks.append(vault.mark())
    vault.save(app())
    marks.append(vault.mark())
    vault.create_with_keyring()
    marks.append(vault.mark())
    vault.save(bearer())
    marks.append(vault.mark())
    vault.lock_up()
    marks.append(vault.mark())
    vault.open()
    marks.append(vault.mark())

    assert len(set(marks)) == len(marks)
    assert vault.mark() == marks[-1]
    vault.all(App)
    assert vault.mark() == marks[-1]
    vault.close()


def test_the_mark_tells_of_another_process(tmp_path: Path) -> None:
    keys = FakeKeys()
    one, two = vault_in(tmp_path, keys), vault_in(tmp_path, keys)
    one.create_with_keyring()
    two.open()
    before = one.mark()
    two.save(app())

    assert one.mark() != before
    assert one.all(App) == (app(),)
    one.close()
    two.close()


# --- operations ----------------------------------------------------------------------------------


def test_an_open_operation_is_read_as_it_was_noted(vault: Vault) -> None:
    with vault.change() as change:
        change.open_operation("bearer:app-1", intent())

    (found,) = vault.open_operations()
    assert found.lock_name == "bearer:app-1"
    assert found.answer is None
    assert found.intent.fact("verifier") == "very secret"


def test_a_lock_is_told_apart_by_name_and_needs_an_open_vault(vault: Vault) -> None:
    with vault.lock("a", CancelToken()):
        with vault.lock("b", CancelToken(), 0.05):
            pass
        with pytest.raises(VaultBusy), vault.lock("a", CancelToken(), 0.05):
            pass
    vault.lock_up()
    with pytest.raises(VaultLocked), vault.lock("a", CancelToken()):
        pass


def test_a_record_that_does_not_open_is_told_and_left_alone(vault: Vault) -> None:
    vault.save(app())
    opened = vault._leases.opened
    assert opened is not None
    (record,) = opened.store.all("app")
    broken = replace(record, revision=2, sealed=record.sealed[:-1] + b"?")
    with opened.store.change() as change:
        change.put(broken)

    for act in (
        lambda: vault.get(App, "app-1"),
        lambda: vault.all(App),
        lambda: vault.update(App, "app-1", lambda each: each),
    ):
        with pytest.raises(VaultCorrupt):
            act()
    assert opened.store.all("app") == [broken]


@pytest.mark.parametrize(
    ("part", "document"),
    [
        ("intent", {"operation": "generate"}),
        ("intent", {"at": "yesterday", "facts": []}),
        ("intent", {"at": START.isoformat(), "facts": [["one"]]}),
        ("result", {"status": 200}),
        ("result", {"status": 200, "body": "***", "received_at": START.isoformat()}),
    ],
)
def test_an_operation_that_is_malformed_is_corrupt(
    vault: Vault, part: str, document: dict[str, object]
) -> None:
    with vault.change() as change:
        change.open_operation("bearer:app-1", intent())
    opened = vault._leases.opened
    assert opened is not None
    (operation,) = opened.store.operations()
    sealed = opened.sealed_part(operation.operation_id, part, document)
    with opened.store.change() as raw:
        if part == "intent":
            raw.open_operation(replace(operation, intent=sealed))
        else:
            raw.set_result(operation.operation_id, sealed)

    with pytest.raises(VaultCorrupt):
        vault.open_operations()


def test_a_check_value_of_something_else_is_corrupt(vault: Vault) -> None:
    opened = vault._leases.opened
    assert opened is not None
    with opened.store.change() as change:
        change.set_meta("check", opened.sealer.seal("meta", "check", "check", 0, b"other"))

    with pytest.raises(VaultCorrupt):
        opened.check()


def test_a_session_that_stays_at_work_is_told_and_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "WAIT_SECONDS", 0.05)
    vault = session_vault(tmp_path)
    raised: list[BaseException] = []

    def create() -> None:
        try:
            vault.create_with_passphrase(PASSPHRASE)
        except VaultBusy as busy:
            raised.append(busy)

    creating = threading.Thread(target=create)
    with vault.lock("bearer:app-1", CancelToken()):
        creating.start()
        creating.join()

    assert len(raised) == 1
    assert vault.status().state == "session"
    assert not (tmp_path / "vault.db").exists()
    vault.close()


def test_readers_are_told_when_a_session_moves_for_too_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "WAIT_SECONDS", 0.05)
    vault = session_vault(tmp_path)
    raised: list[BaseException] = []

    def read() -> None:
        try:
            vault.all(App)
        except VaultBusy as busy:
            raised.append(busy)

    reading = threading.Thread(target=read)
    with vault._leases.drained():
        reading.start()
        reading.join()

    assert len(raised) == 1
    assert vault.all(App) == ()
    vault.close()


def test_an_answer_that_a_session_holds_moves_with_it(tmp_path: Path) -> None:
    vault = session_vault(tmp_path)
    with vault.change() as change:
        change.open_operation("bearer:app-1", intent())
    (operation,) = vault.open_operations()
    with vault.change() as change:
        change.set_result(operation.intent.operation_id, Answer(200, b"\x00raw", START))
    vault.create_with_passphrase(PASSPHRASE)

    (moved,) = vault.open_operations()
    assert moved == replace(operation, answer=Answer(200, b"\x00raw", START))
    vault.close()


def test_a_session_that_cannot_move_in_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = FakeKeys()
    first = vault_in(tmp_path, keys)
    first.create_with_keyring()
    first.close()
    second = vault_in(tmp_path, keys)
    second.start_session()
    second.save(app())

    def full(*_args: object) -> None:
        raise VaultUnavailable("disk_full")

    monkeypatch.setattr(Opened, "copy_into", full)
    with pytest.raises(VaultUnavailable):
        second.open()

    assert second.status().state == "session"
    assert second.all(App) == (app(),)
    monkeypatch.undo()
    second.open()
    assert second.all(App) == (app(),)
    second.close()
