"""The first ten minutes and the care of tokens in the real window, over the real sandbox."""

import stat
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.environment import Environment
from core.model import CredentialState, HttpRequest, HttpResponse
from core.notes import Receipt, UsedBy
from core.ports import CancelToken
from tests.e2e.window.bench import Bench
from ui.shell import Tab

INVALIDATE = "/oauth2/invalidate_token"
REFUSED_348 = {"errors": [{"code": 348, "message": "not permitted to invalidate this token"}]}


def note_places(bench: Bench, *places: str) -> None:
    app_id = bench.app.app_id
    bench.vault.save(UsedBy(f"{app_id}:bearer", app_id, places))
    bench.person.wait(lambda: bench.program.desk.snapshot.used_by, "the note")


def steps(bench: Bench) -> list[str]:
    header = bench.program.window._state.header
    return [step.key for step in header.steps if not step.is_done] if header else []


def page(bench: Bench) -> Any:
    return bench.program.window.page


def test_an_open_step_of_the_readiness_line_leads_to_its_fix_and_goes_when_done(
    bench: Bench,
) -> None:
    bench.person.wait(lambda: steps(bench) == ["user"], "the line")

    bench.person.press("User")
    bench.person.wait(lambda: bench.person.can_press("Sign in here"), "the sign-in")
    bench.person.press("Cancel sign-in")
    bench.person.wait(lambda: page(bench) is None, "the pane")
    bench.sign_in()

    bench.person.wait(lambda: steps(bench) == [], "the end of the line")


def test_an_app_without_a_callback_asks_which_one_is_registered(bench: Bench) -> None:
    bench.vault.save(replace(bench.app, redirect_uris=()))
    bench.person.reads("Before the first sign-in", "Which callback is registered?")
    bench.person.type_into("Which callback is registered?", "http://mybot.example/cb")
    bench.person.reads("X asks for https")
    bench.person.type_into("Which callback is registered?", "https://mybot.example/cb")

    bench.person.press("Use this callback")

    bench.person.wait(lambda: not bench.person.sees("Before the first sign-in"), "the end")
    assert bench.app.redirect_uri == "https://mybot.example/cb"


def test_places_are_noted_and_a_revoke_lists_them(bench: Bench) -> None:
    bench.generate()
    bench.person.press_from_menu("More for Bearer Token", "Used by…")
    bench.person.type_into("Places", "fly.io acme-prod\n\nGitHub X_BEARER")
    bench.person.press("Save")
    bench.person.reads("Used by: fly.io acme-prod")

    bench.person.press("Revoke Bearer Token")

    bench.person.reads("•  fly.io acme-prod", "•  GitHub X_BEARER")
    bench.person.press("Revoke")
    bench.person.reads("Revoked · proven, X answered 401")
    (receipt,) = bench.vault.all(Receipt)
    bench.person.press_from_menu("More for Bearer Token", "Receipt…")
    bench.person.reads("Proof: a call with it answered 401", f"ends in {receipt.tail}")
    bench.person.press("Close")


def test_a_leaked_bearer_token_is_ended_replaced_checked_and_ticked_off(bench: Bench) -> None:
    old = bench.generate()
    note_places(bench, "fly.io acme-prod")
    bench.person.press_from_menu("More for Bearer Token", "I leaked it…")
    bench.person.reads("leaked", "Stops at once: fly.io acme-prod.")

    bench.person.press("Revoke at X")
    bench.person.press("Generate")
    bench.person.press("Check new Bearer Token")

    bench.person.reads("Works. The call was free.", "Revoked at X: Bearer Token of Practice App")
    assert bench.bearer is not None
    assert bench.bearer.token not in {None, old.token}
    bench.person.press("fly.io acme-prod")
    bench.person.press("Done")
    bench.person.wait(lambda: page(bench) is None, "the pane")


def test_where_x_refuses_to_end_it_the_console_does_and_the_proof_is_still_a_call(
    bench: Bench,
) -> None:
    old = bench.generate()
    for _ in range(2):
        bench.sandbox.faults.add("POST", INVALIDATE, status=403, body=REFUSED_348, times=1)
    bench.person.press_from_menu("More for Bearer Token", "Replace it, step by step…")
    bench.person.press("Revoke at X")
    bench.person.reads("X refuses to end it by a call", "End the old one in X's console")

    bench.person.press("I have regenerated it")
    bench.person.reads("The old one still works.")
    bench.sandbox.faults.add("GET", "/2/usage/tweets", status=401, times=1)
    bench.person.press("I have regenerated it")

    bench.person.reads("also the one that the console has just made", "Token: ends in")
    fresh = "A" * 40 + "%2Bnew%3D" + "b" * 40
    bench.shows(fresh)
    page(bench).pasted.emit("new", f"Bearer Token: {fresh}")
    bench.person.wait(lambda: bench.bearer and bench.bearer.token != old.token, "the new one")
    assert bench.bearer is not None
    assert bench.bearer.token is not None
    assert bench.bearer.token.reveal() == fresh


def test_a_leaked_grant_ends_with_a_receipt_and_a_new_sign_in(bench: Bench) -> None:
    user = bench.sign_in()
    bench.person.press_from_menu(f"More for {user.label}", "I leaked it…")

    bench.person.press("Revoke at X")

    bench.person.reads(f"Revoked at X: {user.label} of Practice App")
    bench.person.press("Sign in again")
    bench.person.wait(lambda: bench.person.can_press("Sign in here"), "the sign-in")
    bench.person.press("Cancel sign-in")


def test_a_user_is_handed_over_by_a_private_file_and_taken_back(
    bench: Bench, tmp_path: Path
) -> None:
    user = bench.sign_in()
    target = tmp_path / "server.env"
    bench.person.press_from_menu(f"More for {user.label}", "Hand over…")
    bench.person.wait(lambda: page(bench) is not None, "the page")
    presenter = page(bench).findChild(_presenter_class())
    presenter.use_file(target)
    bench.person.type_into("Who takes it over", "fly.io acme-prod")
    bench.person.choose("How it gets there", "fly.io secrets")
    bench.person.type_into("App at fly.io", "acme-prod")

    bench.person.press("Hand over")

    bench.person.reads("is handed over", f"fly secrets import --app acme-prod < {target}")
    text = target.read_text()
    assert user.refresh_token is not None
    assert f"X_REFRESH_TOKEN={user.refresh_token.reveal()}\n" in text
    if sys.platform != "win32":
        assert stat.S_IMODE(target.stat().st_mode) == 0o600
    bench.person.press("Done")
    bench.person.reads("Held by fly.io acme-prod", "never refreshed here")
    assert bench.users[0].state is CredentialState.HELD
    bench.person.press(f"Take back {user.label}")
    bench.person.wait(lambda: bench.users[0].state is CredentialState.OK, "taken back")


def test_a_hand_over_whose_file_cannot_be_written_says_so_and_offers_it_again(
    bench: Bench, tmp_path: Path
) -> None:
    user = bench.sign_in()
    bench.person.press_from_menu(f"More for {user.label}", "Hand over…")
    presenter = page(bench).findChild(_presenter_class())
    presenter.use_file(tmp_path / "nowhere" / ".env")
    bench.person.type_into("Who takes it over", "a server")
    bench.person.press("Hand over")
    bench.person.reads("is handed over", "cannot be written")

    presenter.use_file(tmp_path / ".env")
    bench.person.press("Write the file again")

    bench.person.reads("Written, readable by you alone.")
    assert (tmp_path / ".env").exists()


def test_after_consent_a_server_may_have_it_instead(bench: Bench) -> None:
    from PySide6.QtCore import Qt

    keys = bench.open_consent()
    bench.person.key(keys, Qt.Key.Key_Tab, Qt.Key.Key_Return)
    bench.person.press("A server")

    bench.person.reads("exactly one place may refresh")
    bench.person.press("Back")
    bench.person.wait(lambda: page(bench) is None, "the pane")
    assert bench.users[0].state is CredentialState.OK


def test_the_walk_to_a_first_app_collects_what_is_pasted_on_the_way(bench: Bench) -> None:
    ready = bench.sandbox.ready_app
    bench.program.panes.pages.walk_to_console()
    walk = page(bench)
    walk.pasted.emit("create", f"API Key: {ready.api_key}\nAPI Key Secret: {ready.api_secret}")
    walk.pasted.emit("client", f"Client ID: {ready.client_id}")
    bench.person.reads("Found 3", "API Key, API Key Secret, Client ID.")

    bench.person.press("Continue")

    bench.person.reads("Found 3: API Key, API Key Secret, Client ID.")
    values = page(bench).values()
    assert values["client_id"] == ready.client_id


def test_what_was_pasted_is_checked_for_free_before_it_is_kept(bench: Bench) -> None:
    ready = bench.sandbox.ready_app
    bench.person.press("Add App")
    bench.person.choose("Environment", "Sandbox of this window")
    bench.person.type_into(
        "Paste",
        f"API Key: {ready.api_key}\nAPI Key Secret: {ready.api_secret}\n"
        f"Access Token: {ready.access_token}\nAccess Token Secret: {ready.access_token_secret}\n",
    )

    bench.person.press("Check them, free")

    bench.person.reads("Access Token and Secret for @", "works, the check was free")
    assert len(bench.asked("/2/users/me", "GET")) == 1


def test_settings_keep_the_record_of_user_authentication(bench: Bench) -> None:
    bench.program.window.show_tab(Tab.SETTINGS)
    bench.person.choose("App permissions", "Read and write")
    bench.person.press("Web App")
    bench.person.type_into("Website URL", "http://localhost")
    bench.person.enter("Website URL")

    bench.person.reads("X does not accept this computer as a website")
    bench.person.wait(lambda: bench.app.website == "http://localhost", "the website")
    assert bench.app.permissions == "read-write"
    assert bench.app.app_type == "web"


def _presenter_class() -> Any:
    from ui.presenters.hand_over import HandOverPresenter

    return HandOverPresenter


@pytest.mark.parametrize("status", [402, 403])
def test_the_sandbox_has_neither_package_nor_credits_whatever_it_answers(
    bench: Bench, status: int
) -> None:
    bench.generate()
    bench.sandbox.faults.add("GET", "/2/usage/tweets", status=status, times=1)

    bench.person.press("Check Bearer Token")

    bench.person.wait(lambda: bench.asked("/2/usage/tweets", "GET"), "the check")
    bench.person.wait(lambda: bench.person.can_press("Check Bearer Token"), "the end")
    assert steps(bench) == ["user"]


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (404, b"", "X does not tell yet: its call for the balance answers 404."),
        (200, b'{"data": {"balance": 0}}', "There are no credits left."),
        (200, b'{"data": {"balance": 12}}', "Done: the check went through."),
    ],
    ids=["not yet", "none", "some"],
)
def test_the_credits_step_asks_x_once_and_free_and_says_what_came_of_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, status: int, body: bytes, told: str
) -> None:
    asked: list[str] = []

    def answer(request: HttpRequest, _cancel: CancelToken) -> HttpResponse:
        asked.append(request.url)
        return HttpResponse(status, {"content-type": "application/json"}, body)

    bench.generate()
    bench.vault.save(replace(bench.app, environment=Environment.x()))
    bench.person.wait(lambda: "credits" in steps(bench), "the step Credits")
    bench.person.reads("X's own call for the balance was not switched on in September 2026")
    monkeypatch.setattr(bench.transport, "send", answer)  # nothing may reach the real X
    bench.program.panes.fix_step("credits")

    bench.person.press("Ask X")

    bench.person.reads(told)
    assert asked == ["https://api.x.com/2/usage/credits"]
