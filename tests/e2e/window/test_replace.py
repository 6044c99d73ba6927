"""*Replace it* in the real window: an OAuth 1.0a pair, and what outlives page and program."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from core.model import AccessTokenPair, CredentialState
from core.notes import Replacement, UsedBy
from core.secret import Secret
from sandbox import Sandbox
from tests.e2e.window.bench import Bench, Start

ROW = "More for Access Token and Secret"
REPLACE, LEAKED = "Replace it, step by step…", "I leaked it…"
PASSPHRASE = "correct horse battery"


def keep_owners_pair(bench: Bench) -> AccessTokenPair:
    ready = bench.sandbox.ready_app
    pair = AccessTokenPair(
        bench.app.app_id,
        Secret(ready.access_token),
        Secret(ready.access_token_secret),
        bench.world.clock.now(),
    )
    bench.vault.save(pair)
    bench.person.wait(lambda: bench.program.desk.snapshot.owners, "the pair's row")
    return pair


def regenerate_in_console(sandbox: Sandbox) -> tuple[str, str]:
    """Do what X's console does with the owner's pair; return both new values."""
    world = sandbox._world
    with world.lock:
        app = next(iter(world.apps))
        world.pairs.grant(app, app.owner_id, app.permissions).is_live = False
        pair = world.pairs.grant(app, app.owner_id, app.permissions)
        return world.pairs.token(pair), world.pairs.secret(pair)


def note_places(bench: Bench, row: str, *places: str) -> None:
    app_id = bench.app.app_id
    bench.vault.save(UsedBy(f"{app_id}:{row}", app_id, places))
    bench.person.wait(lambda: bench.program.desk.snapshot.used_by, "the note")


def owners_pair(bench: Bench) -> AccessTokenPair:
    pair = bench.vault.get(AccessTokenPair, bench.app.app_id)
    assert pair is not None
    return pair


def page(bench: Bench) -> Any:
    return bench.program.window.page


def test_the_owners_pair_is_regenerated_in_the_console_proven_pasted_checked_and_placed(
    bench: Bench,
) -> None:
    old = keep_owners_pair(bench)
    note_places(bench, "owner", "GitHub X_ACCESS_TOKEN")
    bench.person.press_from_menu(ROW, REPLACE)
    bench.person.reads(
        "X makes it in its console alone",
        "OAuth 1.0 Keys, Access Token, Regenerate.",
        "Stops at once: GitHub X_ACCESS_TOKEN.",
    )

    bench.person.press("I have regenerated it")
    bench.person.reads("The old one still works.")
    token, secret = regenerate_in_console(bench.sandbox)
    bench.unseen.add(secret)
    bench.person.press("I have regenerated it")
    bench.person.reads("A call with it answered 401.", "Revoked at X: Access Token and Secret")

    page(bench).pasted.emit("new", token)
    bench.person.reads("That is only one of the two values.")
    page(bench).pasted.emit("new", f"{old.token.reveal()}\n{old.token_secret.reveal()}")
    bench.person.reads("This is the old one.")
    page(bench).pasted.emit("new", f"Access Token: {token}\nAccess Token Secret: {secret}")
    bench.person.press("Check new Access Token")
    bench.person.reads("Works. The call was free.")

    fresh = owners_pair(bench)
    assert (fresh.token.reveal(), fresh.token_secret.reveal()) == (token, secret)
    assert fresh.username == "acme"
    bench.person.press("GitHub X_ACCESS_TOKEN")
    bench.person.press("Done")
    bench.person.wait(lambda: page(bench) is None, "the pane")
    bench.person.wait(lambda: bench.vault.all(Replacement) == (), "the end of it")


def test_a_leaked_pair_is_ended_by_a_call_first(bench: Bench) -> None:
    keep_owners_pair(bench)
    bench.person.press_from_menu(ROW, LEAKED)
    bench.person.press("Revoke at X")

    bench.person.reads("A call with it answered 401.", "Generate, unless its dialog is open still")
    assert owners_pair(bench).state is CredentialState.REVOKED
    token, secret = regenerate_in_console(bench.sandbox)
    bench.unseen.add(secret)
    page(bench).pasted.emit("new", f"{token} {secret}")
    bench.person.press("Check new Access Token")
    bench.person.reads("Works. The call was free.")
    assert owners_pair(bench).state is CredentialState.OK


def test_a_pair_that_died_elsewhere_is_found_by_a_check_and_can_be_replaced(bench: Bench) -> None:
    keep_owners_pair(bench)
    regenerate_in_console(bench.sandbox)

    bench.person.press("Check Access Token and Secret")

    bench.person.reads("X answered 401: this token does not work any more.", "Revoked · proven")
    bench.person.press_from_menu(ROW, REPLACE)
    bench.person.reads("A call with it answered 401.", "Generate, unless its dialog is open still")


def test_ticks_outlive_the_page(bench: Bench) -> None:
    replace_bearer(bench, "fly.io acme-prod", "GitHub X_BEARER")
    bench.person.press("fly.io acme-prod")
    bench.person.press("Done")
    bench.person.wait(lambda: page(bench) is None, "the pane")

    bench.person.press_from_menu("More for Bearer Token", REPLACE)
    bench.person.reads("This replacement was begun on", "Works. The call was free.")
    kept = {"fly.io acme-prod": True, "GitHub X_BEARER": False}
    bench.person.wait(lambda: ticks(bench) == kept, "the ticks as they were")
    bench.person.press("GitHub X_BEARER")
    bench.person.wait(lambda: bench.vault.all(Replacement) == (), "the end of it")

    bench.person.press("Done")
    bench.person.press_from_menu("More for Bearer Token", REPLACE)
    bench.person.wait(lambda: bench.person.can_press("Revoke at X"), "a new beginning")


def test_what_was_left_can_be_begun_anew(bench: Bench) -> None:
    replace_bearer(bench, "fly.io acme-prod")
    bench.person.press("Done")
    bench.person.press_from_menu("More for Bearer Token", REPLACE)
    bench.person.reads("This replacement was begun on")

    bench.person.press("Replace it once more")

    bench.person.wait(lambda: bench.person.can_press("Revoke at X"), "a new beginning")
    bench.person.wait(lambda: bench.vault.all(Replacement) == (), "nothing of the old one")


@contextmanager
def started(prepare: Start, home: Path) -> Iterator[Bench]:
    with Sandbox(state_file=home / "sandbox.json") as running:
        bench: Bench = prepare(home, None, running)
        bench.program.start(sandbox=True, passphrase=Secret(PASSPHRASE))
        bench.person.reads("Practice App")
        yield bench
        bench.end()


@pytest.mark.parametrize("is_finished", [False, True], ids=["before the new one", "before a tick"])
def test_a_replacement_outlives_the_program(
    prepare: Start, tmp_path: Path, is_finished: bool
) -> None:
    home = tmp_path / "data"
    home.mkdir(mode=0o700)
    with started(prepare, home) as first:
        first.generate()
        note_places(first, "bearer", "fly.io acme-prod")
        first.person.press_from_menu("More for Bearer Token", REPLACE)
        first.person.press("Revoke at X")
        first.person.reads("A call with it answered 401.")
        if is_finished:
            first.person.press("Generate")
            first.person.press("Check new Bearer Token")
            first.person.reads("Works. The call was free.")
        first.person.wait(lambda: first.vault.all(Replacement), "how far it is")

    with started(prepare, home) as second:
        if not is_finished:
            second.program.panes.pages.show_replace("bearer", leaked=False)
            second.person.press("Generate")
            second.person.press("Check new Bearer Token")
        else:
            second.person.press_from_menu("More for Bearer Token", REPLACE)
        second.person.reads("Works. The call was free.")
        second.person.press("fly.io acme-prod")
        second.person.wait(lambda: second.vault.all(Replacement) == (), "the end of it")


def replace_bearer(bench: Bench, *places: str) -> None:
    bench.generate()
    note_places(bench, "bearer", *places)
    bench.person.press_from_menu("More for Bearer Token", REPLACE)
    bench.person.press("Revoke at X")
    bench.person.press("Generate")
    bench.person.press("Check new Bearer Token")
    bench.person.reads("Works. The call was free.")
    bench.person.wait(
        lambda: [note.works for note in bench.vault.all(Replacement)] == [True], "how far it is"
    )


def ticks(bench: Bench) -> dict[str, bool]:
    from ui.widgets import CheckBox

    boxes = page(bench).findChildren(CheckBox)
    return {box.text(): box.isChecked() for box in boxes}
