"""What bringing a backup back means, noun by noun: merged, replaced, never older over newer."""

from dataclasses import replace
from datetime import timedelta

from core.model import CredentialState, Setting, UserToken
from core.notes import Receipt
from core.secret import Secret
from core.vault.backup_body import Contents
from core.vault.intents import Intent, OpenOperation
from core.vault.restoring import MERGE, REPLACE, Plan, plan
from core.vault.stale import user_lock
from tests.fakes.clock import START
from tests.fakes.nouns import activity, app, bearer, owner, user

LATER = START + timedelta(days=1)
RECEIPT = Receipt("r-1", "app-1", "app-1:bearer", "Bearer Token", "…tail", START)


def planned(there: tuple[object, ...], here: tuple[object, ...], mode: str = MERGE) -> Plan:
    return plan(Contents(START, there), Contents(LATER, here), mode)


def newer(token: UserToken) -> UserToken:
    return replace(token, refresh_token=Secret("newer"), issued_at=LATER)


def test_into_an_empty_vault_everything_comes_and_users_are_uncertain() -> None:
    made = planned((app(), bearer(), owner(), user(), Setting("theme", "dark")), ())

    assert set(made.put) == {app(), bearer(), owner(), Setting("theme", "dark")}
    assert made.doubted == (user(),)
    assert made.removed == ()
    preview = made.preview
    assert [(line.name, line.is_here, line.users) for line in preview.apps] == [
        ("Name of app-1", False, ("@dev_user-1",))
    ]
    assert (preview.users, preview.added) == (1, 5)
    assert preview.uncertain == ("@dev_user-1 of Name of app-1",)


def test_what_is_the_same_here_is_left_alone_and_not_doubted() -> None:
    nouns = (app(), bearer(), owner(), user(), Setting("theme", "dark"), activity())
    for mode in (MERGE, REPLACE):
        made = planned(nouns, nouns, mode)

        assert (made.put, made.doubted, made.removed, made.activities) == ((), (), (), None)


def test_newer_credentials_here_stay_in_both_ways() -> None:
    here = (app(), bearer(token=Secret("new"), fetched_at=LATER), newer(user()))
    for mode in (MERGE, REPLACE):
        made = planned((app(), bearer(), user()), here, mode)

        assert (made.put, made.doubted, made.removed) == ((), (), ())
        assert made.preview.newer_here == (
            "Bearer Token of Name of app-1",
            "@dev_user-1 of Name of app-1",
        )


def test_newer_credentials_of_the_backup_are_taken_and_doubted() -> None:
    here = (app(), bearer(), user())
    made = planned((app(), bearer(token=Secret("n"), fetched_at=LATER), newer(user())), here)

    assert made.put == (bearer(token=Secret("n"), fetched_at=LATER),)
    assert made.doubted == (newer(user()),)


def test_a_revoked_token_here_is_not_brought_back_to_life() -> None:
    revoked = user(
        access_token=None, refresh_token=None, state=CredentialState.REVOKED, revoked_at=LATER
    )
    for mode in (MERGE, REPLACE):
        assert planned((app(), user()), (app(), revoked), mode).doubted == ()


def test_tokens_that_nobody_refreshes_here_are_not_doubted() -> None:
    held = user("held", holder="fly.io", state=CredentialState.HELD)
    dead = user("dead", state=CredentialState.NEEDS_SIGN_IN)
    short = user("short", refresh_token=None)
    made = planned((app(), held, dead, short), ())

    assert made.doubted == ()
    assert {held, dead, short} <= set(made.put)


def test_merging_fills_gaps_of_an_app_and_keeps_what_the_person_has_here() -> None:
    mine = app(name="Renamed", client=None, website="https://here.example")
    made = planned((app(website="https://there.example", permissions="read"),), (mine,))

    assert made.put == (replace(mine, client=app().client, permissions="read"),)


def test_replacing_takes_the_app_settings_and_notes_of_the_backup() -> None:
    here = (app(name="Renamed"), Setting("theme", "dark"), Setting("later", "1"))
    made = planned((app(), Setting("theme", "light")), here, REPLACE)

    assert set(made.put) == {app(), Setting("theme", "light")}
    assert made.removed == (Setting("later", "1"),)


def test_merging_keeps_the_settings_here() -> None:
    made = planned((app(), Setting("theme", "light")), (app(), Setting("theme", "dark")))

    assert made.put == ()


def test_replacing_removes_apps_that_are_only_here_and_names_them() -> None:
    here = (app(), app("app-2"), bearer("app-2"), user("user-2", "app-2"))
    made = planned((app(),), here, REPLACE)

    assert set(made.removed) == set(here[1:])
    assert made.preview.only_here == ("Name of app-2",)
    assert planned((app(),), here, MERGE).removed == ()


def test_receipts_are_never_taken_away() -> None:
    made = planned((app(),), (app(), RECEIPT), REPLACE)

    assert made.removed == ()
    assert RECEIPT in planned((app(), RECEIPT), ()).put


def test_another_sign_in_of_the_same_account_counts_as_the_same_token() -> None:
    mine = user("mine", user_id="42", issued_at=LATER)
    theirs = user("theirs", user_id="42")
    for mode in (MERGE, REPLACE):
        made = planned((app(), theirs), (app(), mine), mode)
        assert (made.put, made.doubted, made.removed) == ((), (), ())

    made = planned((app(), mine), (app(), theirs))
    assert (made.doubted, made.removed) == ((mine,), (theirs,))


def test_two_apps_of_one_name_are_told_apart() -> None:
    made = planned((app("other", name="acme"),), (app(name="Acme"),))

    assert made.put == (app("other", name="acme (restored)"),)


def test_activity_is_put_together_in_order_and_without_doubles() -> None:
    old, same = activity("old", at=START), activity("same", at=START + timedelta(hours=1))
    new = activity("new", at=LATER)

    assert planned((same, old), (same, new)).activities == (old, same, new)
    assert planned((same,), (same, new)).activities is None


def test_unfinished_operations_come_along_with_their_credential_and_replace_ours() -> None:
    theirs = OpenOperation("user:user-1", Intent("refresh", "app-1", "user-1", START, "a"), None)
    ours = OpenOperation("user:user-1", Intent("refresh", "app-1", "user-1", LATER, "b"), None)
    here = Contents(LATER, (app(), user()), (ours,))

    taken = plan(Contents(LATER, (app(), newer(user())), (theirs,)), here, MERGE)
    assert (taken.opened, taken.closed) == ((theirs,), (ours,))

    left = plan(Contents(START, (app(), user()), (theirs,)), here, MERGE)
    assert (left.opened, left.closed) == ((), ())
    assert user_lock("user-1") == theirs.lock_name
