"""Staying signed in at X for an App: by choice only, found again, and forgotten without a rest."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from core.notes import BrowserSession
from core.secret import Secret
from sandbox import Sandbox
from tests.e2e.window.bench import Bench, Start
from ui.browser.sign_in_view import is_session_live

AUTHORIZE = "/i/oauth2/authorize"
KEEP = "Keep me signed in for this App"
FORGET = "Forget this browser session"
PASSPHRASE = "correct horse battery"
TAB, DOWN, RETURN = Qt.Key.Key_Tab, Qt.Key.Key_Down, Qt.Key.Key_Return


def files_with(home: Path, value: str) -> list[str]:
    """Return the files below `home` that hold `value`."""
    files = (path for path in home.rglob("*") if path.is_file())
    return [str(path.relative_to(home)) for path in files if value.encode() in path.read_bytes()]


def sign_in_kept(bench: Bench, account: int = 0) -> str:
    """Sign a user in with the box ticked, and return the cookie that X gave out."""
    person = bench.person
    person.press("Sign in a user")
    person.press(KEEP)
    person.press("Sign in here")
    person.key(bench.consent_page(), TAB, *[DOWN] * account, RETURN)
    person.press("Keep on this computer")
    person.wait(lambda: bench.program.window.page is None, "the pane")
    person.wait(lambda: bench.program.desk.snapshot.sessions, "the session in the snapshot")
    return bench.sandbox.session_cookies[-1]


def folder_is_free(bench: Bench) -> None:
    """Wait until Chromium has let go of every session."""
    names = [kept.folder for kept in bench.vault.all(BrowserSession)]
    bench.person.wait(lambda: not any(map(is_session_live, names)), "Chromium to let go")


def cookie_came(bench: Bench) -> bool:
    """Return whether the browser brought a cookie to the consent page that was shown last."""
    return "cookie" in bench.asked(AUTHORIZE, "GET")[-1].headers


@pytest.fixture
def started(prepare: Start, tmp_path: Path) -> Iterator[Any]:
    """Return a function that starts a window over one home, and a sandbox for it."""
    home = tmp_path / "data"
    home.mkdir(mode=0o700)
    running = ExitStack()

    def start() -> Bench:
        sandbox = running.enter_context(Sandbox(state_file=home / "sandbox.json"))
        bench = prepare(home, None, sandbox)
        bench.program.start(sandbox=True, passphrase=Secret(PASSPHRASE))
        bench.person.reads("Practice App")
        bench.person.wait(lambda: bench.person.can_press("Sign in a user"), "the App")
        desk = bench.program.desk
        at = f"{sandbox.origin}/i/oauth2/authorize"  # it has another port than last time
        bench.person.wait(
            lambda: desk.app is not None and desk.app.environment.authorize_url == at, "its port"
        )
        return bench

    with running:
        yield start


def test_without_the_choice_no_file_holds_the_cookie_and_no_folder_is_made(bench: Bench) -> None:
    bench.sign_in()

    cookie = bench.sandbox.session_cookies[-1]
    assert files_with(bench.home, cookie) == []
    assert not (bench.home / "browser").exists()
    bench.open_consent()
    assert not cookie_came(bench)


def test_a_second_window_finds_the_session_and_after_forgetting_nothing_is_left(
    started: Any,
) -> None:
    first = started()
    cookie = sign_in_kept(first, account=1)
    assert not cookie_came(first)
    folder_is_free(first)
    (folder,) = (first.home / "browser").iterdir()
    if os.name == "posix":
        assert folder.stat().st_mode & 0o777 == 0o700
    first.end()
    kept = files_with(first.home, cookie)
    assert kept, "the control: where the cookie lies is found"
    assert {Path(path).parts[0] for path in kept} == {"browser"}

    second = started()
    person = second.person
    person.press("Sign in a user")
    person.reads("You stay signed in at X for this App.")
    person.press("Sign in here")
    second.consent_page()
    assert cookie_came(second)
    person.reads("you stay signed in for this App")
    person.press("Cancel sign-in")
    person.wait(lambda: second.program.window.page is None, "the pane")

    second.show("Settings")
    person.reads("Browser session", "Practice App")
    person.press(f"{FORGET} Practice App")
    person.press("Forget")
    person.reads("Nothing of that browser session is left on this disk.")
    assert files_with(second.home, cookie) == []
    assert not (second.home / "browser").exists()
    assert second.vault.all(BrowserSession) == ()

    second.show("Keys and tokens")
    second.open_consent()
    assert not cookie_came(second)


def test_forgetting_closes_a_page_that_shows_and_leaves_nothing(bench: Bench) -> None:
    cookie = sign_in_kept(bench)
    folder_is_free(bench)
    bench.person.press("Sign in a user")
    bench.person.press("Sign in here")
    bench.consent_page()
    assert cookie_came(bench)

    # As another program does it: this one is not asked.
    app_id = bench.app.app_id
    assert bench.world.browser_sessions.drop(app_id)

    bench.person.reads("The browser session of this App was forgotten.", "Start again")
    bench.person.wait(lambda: not (bench.home / "browser").exists(), "the folder to go")
    bench.person.press("Start again")
    bench.consent_page()
    assert not cookie_came(bench)
    assert files_with(bench.home, cookie) == []


def test_a_forgetting_from_the_sign_in_takes_the_row_back_to_a_choice(bench: Bench) -> None:
    cookie = sign_in_kept(bench)
    folder_is_free(bench)
    bench.person.press("Sign in a user")
    bench.person.press(FORGET)
    bench.person.reads("X itself does not learn of it")
    bench.person.press("Forget")

    bench.person.reads("Nothing of that browser session is left on this disk.")
    assert bench.person.can_press(KEEP)
    assert files_with(bench.home, cookie) == []


def test_a_forgetting_that_was_interrupted_is_finished_at_the_next_start(started: Any) -> None:
    first = started()
    cookie = sign_in_kept(first)
    folder_is_free(first)
    first.world.browser_sessions.drop(first.app.app_id)  # and here the power went
    first.program.desk.stop_looking()
    first.end()
    assert files_with(first.home, cookie)

    second = started()

    second.person.wait(lambda: not (second.home / "browser").exists(), "the folder to go")
    assert files_with(second.home, cookie) == []


def test_a_removed_app_takes_its_session_along(started: Any) -> None:
    bench = started()
    cookie = sign_in_kept(bench)
    bench.show("Settings")
    bench.person.press("Remove App")
    bench.person.press("Forget")

    bench.person.wait(lambda: not (bench.home / "browser").exists(), "the folder to go")
    assert files_with(bench.home, cookie) == []


def test_what_is_forgotten_on_quit_is_forgotten_with_its_session(bench: Bench) -> None:
    """The bench's vault lives in memory: its records end with the window."""
    cookie = sign_in_kept(bench)
    folder_is_free(bench)
    bench.person.wait(lambda: files_with(bench.home, cookie), "Chromium to write the cookie")

    bench.end()

    assert files_with(bench.home, cookie) == []
    assert not (bench.home / "browser").exists()


def test_not_you_forgets_the_session_so_that_x_asks_again(bench: Bench) -> None:
    person = bench.person
    person.press("Sign in a user")
    person.press(KEEP)
    person.press("Sign in here")
    person.key(bench.consent_page(), TAB, RETURN)
    person.press("Not you? Revoke and retry")
    person.reads("The browser session of this App is forgotten too")
    person.press("Revoke")

    person.wait(lambda: not (bench.home / "browser").exists(), "the folder to go")
    assert bench.vault.all(BrowserSession) == ()
