"""One attempt in three browsers: the view, the person's own, and an address pasted by hand."""

import socket
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import pytest
from PySide6.QtCore import Qt

from core import authorization
from core.errors import VaultUnavailable
from core.model import App
from tests.conftest import Canaries
from tests.e2e.window.bench import Bench
from tests.e2e.window.own_browser import (
    OwnBrowser,
    begin_in_own_browser,
    somebody_listens,
    use_redirect_uris,
)
from tests.fakes.browser_back import header_of, status_of
from ui.presenters.sign_in import SignInPresenter

EXCHANGE = "/2/oauth2/token"
HOSTED = "https://example.com/callback"
TAB, RETURN = Qt.Key.Key_Tab, Qt.Key.Key_Return


@pytest.fixture
def app(bench: Bench, port: int, canaries: Canaries) -> App:
    """The App on the desk, with a redirect URI on a port of this test alone."""
    return use_redirect_uris(bench, canaries, f"http://127.0.0.1:{port}/callback")


def finish(bench: Bench) -> None:
    bench.person.press("Keep on this computer")
    bench.person.wait(lambda: bench.person.can_press("Refresh @acme"), "the user")


def state_of(url: str) -> str:
    (state,) = parse_qs(urlsplit(url).query)["state"]
    return state


# --- the person's own browser ------------------------------------------------------------------


def test_it_listens_before_the_browser_opens_and_goes_on_when_it_comes_back(
    bench: Bench, app: App, own: OwnBrowser
) -> None:
    page = begin_in_own_browser(bench, own)
    bench.person.reads("Waiting for your browser", f"listens at {app.redirect_uri}", "left")

    answer = own.go(bench.sandbox.authorize_without_browser(page))
    done = own.go(f"http://127.0.0.1:{own.where[1]}{header_of(answer, 'Location')}")
    finish(bench)

    assert own.listened == [True]
    assert page.startswith(f"{app.environment.authorize_url}?response_type=code&")
    assert status_of(answer) == 303
    assert "?" not in header_of(answer, "Location")
    assert status_of(done) == 200
    assert len(bench.asked(EXCHANGE)) == 1
    bench.person.wait(lambda: not somebody_listens(own.where), "the end of the listening")


def test_what_else_comes_to_the_port_is_ignored_and_the_wait_goes_on(
    bench: Bench, app: App, own: OwnBrowser
) -> None:
    page = begin_in_own_browser(bench, own)
    redirect = bench.sandbox.authorize_without_browser(page)

    for foreign in (
        f"{app.redirect_uri}?error=access_denied",
        f"{app.redirect_uri}?state=foreign&code=stolen",
        redirect.replace("state=", "state=x"),
        redirect.replace("/callback", "/callback/"),
        f"http://127.0.0.1:{own.where[1]}/favicon.ico",
    ):
        assert status_of(own.go(foreign)) == 404
    preconnect = own.visitor.connect()
    bench.person.reads("Waiting for your browser")
    assert bench.asked(EXCHANGE) == []

    assert status_of(own.go(redirect)) == 303
    finish(bench)
    preconnect.close()
    assert len(bench.asked(EXCHANGE)) == 1


def test_fifty_copies_of_the_redirect_are_one_exchange(
    bench: Bench, app: App, own: OwnBrowser
) -> None:
    redirect = bench.sandbox.authorize_without_browser(begin_in_own_browser(bench, own))

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(own.go, [redirect] * 50))
    finish(bench)

    assert {status_of(answer) for answer in answers} == {303}
    assert len(bench.asked(EXCHANGE)) == 1


def test_no_in_the_own_browser_ends_the_attempt(bench: Bench, app: App, own: OwnBrowser) -> None:
    page = begin_in_own_browser(bench, own)

    own.go(bench.sandbox.authorize_without_browser(page, decision="cancel"))

    bench.person.reads("The sign-in was cancelled at X.", "Nothing was stored.")
    assert bench.asked(EXCHANGE) == []
    bench.person.press("Start again")  # at once, although the old page is not read yet
    bench.person.wait(lambda: len(own.opened) == 2, "the browser")
    own.go(bench.sandbox.authorize_without_browser(own.opened[-1]))
    finish(bench)


def test_cancel_closes_the_port(bench: Bench, app: App, own: OwnBrowser) -> None:
    begin_in_own_browser(bench, own)

    bench.person.press("Cancel sign-in")

    bench.person.reads("Stopped the sign-in. Nothing new is stored.")
    bench.person.wait(lambda: not somebody_listens(own.where), "the end of the listening")


def test_closing_the_window_closes_the_port(bench: Bench, app: App, own: OwnBrowser) -> None:
    begin_in_own_browser(bench, own)

    bench.end()

    assert not somebody_listens(own.where)


def test_after_the_deadline_nobody_listens(
    bench: Bench, app: App, own: OwnBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(authorization, "ATTEMPT_SECONDS", 1)
    begin_in_own_browser(bench, own)

    bench.person.reads("The browser did not come back within five minutes.", "Nothing was sent")

    assert not somebody_listens(own.where)
    assert bench.person.can_press("Start again")


# --- where nobody can listen -------------------------------------------------------------------


def test_a_busy_port_is_named_and_no_browser_is_opened(
    bench: Bench, app: App, own: OwnBrowser
) -> None:
    with socket.create_server(own.where):
        bench.person.press("Sign in a user")
        bench.person.press("Sign in with my browser")
        bench.person.reads(f"uses port {own.where[1]}", "paste the address", "sign in here")

    assert own.opened == []
    bench.person.press("Sign in here")
    page = bench.consent_page()
    bench.person.key(page, TAB, RETURN)
    finish(bench)


def test_the_next_registered_port_is_used_when_the_first_is_busy(
    bench: Bench, own: OwnBrowser, canaries: Canaries
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        taken = f"http://127.0.0.1:{busy.getsockname()[1]}/callback"
        mine = f"http://127.0.0.1:{own.where[1]}/callback"
        use_redirect_uris(bench, canaries, taken, mine)

        page = begin_in_own_browser(bench, own)
        bench.person.reads(f"listens at {mine}")
        own.go(bench.sandbox.authorize_without_browser(page))
        finish(bench)


def test_a_busy_port_in_mid_attempt_leaves_the_attempt_as_it_is(
    bench: Bench, app: App, own: OwnBrowser
) -> None:
    bench.open_consent()
    asked = bench.sandbox.seen[-1].query
    with socket.create_server(own.where):
        bench.person.press("Continue in my browser")
        bench.person.reads(f"uses port {own.where[1]}")
    assert own.opened == []

    bench.person.press("Continue in my browser")
    bench.person.wait(lambda: own.opened, "the browser")

    assert urlsplit(own.opened[0]).query == asked
    own.go(bench.sandbox.authorize_without_browser(own.opened[0]))
    finish(bench)


def test_a_redirect_uri_of_a_server_is_not_listened_at_and_says_so(
    bench: Bench, own: OwnBrowser, canaries: Canaries
) -> None:
    use_redirect_uris(bench, canaries, HOSTED)

    page = begin_in_own_browser(bench, own)
    bench.person.reads("Paste the address", f"{HOSTED}, which is not on this computer")
    redirect = bench.sandbox.authorize_without_browser(page)
    assert redirect.startswith(f"{HOSTED}?")
    bench.person.type_into("Redirected address", redirect)
    bench.person.press("Use this address")

    finish(bench)
    assert len(bench.asked(EXCHANGE)) == 1


def test_no_browser_is_opened_while_what_it_brings_could_not_be_stored(
    bench: Bench, app: App, own: OwnBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full() -> None:
        raise VaultUnavailable("disk_full")

    monkeypatch.setattr(bench.vault, "preflight", full)
    bench.person.press("Sign in a user")
    bench.person.press("Sign in with my browser")

    bench.person.reads("The disk is full")
    assert own.opened == []
    assert not somebody_listens(own.where)


# --- changing in the middle --------------------------------------------------------------------


def test_all_three_in_turn_are_one_attempt_and_one_exchange(
    bench: Bench, app: App, own: OwnBrowser
) -> None:
    bench.open_consent()
    asked_here = bench.sandbox.seen[-1].query
    presenter = bench.program.window.findChild(SignInPresenter)
    assert presenter is not None
    attempt = presenter.consent.attempt
    assert attempt is not None

    bench.person.press("Continue in my browser")
    bench.person.wait(lambda: own.opened, "the browser")
    bench.person.press("Back to the page here")
    bench.consent_page()
    assert somebody_listens(own.where)  # whichever comes first
    bench.person.press("Continue in my browser")
    bench.person.wait(lambda: len(own.opened) == 2, "the browser again")
    bench.person.press("Back to the page here")
    bench.person.press("Paste the address")
    assert presenter.consent.attempt is attempt  # state, verifier, redirect URI and deadline

    redirect = bench.sandbox.authorize_without_browser(own.opened[0])
    bench.person.type_into("Redirected address", redirect)
    bench.person.press("Use this address")
    finish(bench)

    assert [urlsplit(url).query for url in own.opened] == [asked_here, asked_here]
    assert state_of(redirect) == attempt.state.reveal()
    assert len(bench.asked(EXCHANGE)) == 1
    bench.person.wait(lambda: not somebody_listens(own.where), "the end of the listening")


def test_the_view_may_win_while_the_own_browser_is_open(
    bench: Bench, app: App, own: OwnBrowser
) -> None:
    page = begin_in_own_browser(bench, own)
    bench.person.press("Back to the page here")
    keys = bench.consent_page()

    bench.person.key(keys, TAB, RETURN)
    finish(bench)

    bench.person.wait(lambda: not somebody_listens(own.where), "the end of the listening")
    assert len(bench.asked(EXCHANGE)) == 1
    assert state_of(page)


def test_the_own_browser_may_win_while_the_view_shows_the_page(
    bench: Bench, app: App, own: OwnBrowser
) -> None:
    page = begin_in_own_browser(bench, own)
    bench.person.press("Back to the page here")
    bench.consent_page()

    own.go(bench.sandbox.authorize_without_browser(page))
    finish(bench)

    assert len(bench.asked(EXCHANGE)) == 1


def test_a_true_redirect_that_comes_while_a_foreign_address_is_tried_is_not_lost(
    bench: Bench, app: App, own: OwnBrowser
) -> None:
    redirect = bench.sandbox.authorize_without_browser(begin_in_own_browser(bench, own))
    bench.person.type_into("Redirected address", f"{app.redirect_uri}?state=x&code=y")
    bench.person.press("Use this address")
    own.go(redirect)  # before the window has come back to its events

    finish(bench)
    assert len(bench.asked(EXCHANGE)) == 1


def test_the_address_of_the_page_can_be_taken_to_another_computer(
    bench: Bench, app: App, own: OwnBrowser
) -> None:
    from PySide6.QtGui import QGuiApplication

    page = begin_in_own_browser(bench, own)
    bench.person.press("Copy the address of X's page")

    assert QGuiApplication.clipboard().text() == page
