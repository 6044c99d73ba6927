"""OAuth 1.0a in the real window: by redirect, by PIN, mistakes, rows, requests, the explainer."""

import socket
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from core import three_legged
from core.model import AccessTokenPair, App, ConsumerKeys, CredentialState
from core.secret import Secret
from tests.conftest import Canaries
from tests.e2e.window.bench import Bench
from tests.e2e.window.own_browser import OwnBrowser, somebody_listens
from tests.fakes.browser_back import header_of, status_of
from ui.shell import Tab

TAB, DOWN, RETURN = Qt.Key.Key_Tab, Qt.Key.Key_Down, Qt.Key.Key_Return
ROW = "More for Access Token and Secret"
BY_REDIRECT, BY_PIN = "Sign in with OAuth 1.0a…", "Sign in with OAuth 1.0a and a PIN…"
EXCHANGE = "/oauth/access_token"


def open_page(bench: Bench, choice: str) -> Any:
    """Choose how to sign in from the row's menu, and return what takes the page's keys."""
    bench.person.press_from_menu(ROW, choice)
    return page_of(bench)


def page_of(bench: Bench) -> Any:
    """Wait for X's page and return what takes its keys; Chromium drops those before a frame."""
    keys = bench.consent_page()
    browser: Any = bench.program.window.findChild(QWidget, "signInBrowser")
    page = browser._page
    painted: list[object] = []
    mark = "requestAnimationFrame(() => requestAnimationFrame(() => { window.painted = true }))"
    page.runJavaScript(mark)

    def is_painted() -> bool:
        page.runJavaScript("window.painted === true", 0, painted.append)
        return True in painted

    bench.person.wait(is_painted, "X's page, painted")
    return keys


def pairs(bench: Bench) -> tuple[AccessTokenPair, ...]:
    found = bench.vault.all(AccessTokenPair)
    bench.unseen.add(*(value for pair in found for value in (pair.token, pair.token_secret)))
    return found


def pin_on_the_page(bench: Bench) -> str:
    """Return the PIN that the person reads in X's page."""
    tokens = bench.sandbox._world.request_tokens

    def verifiers() -> list[str]:
        return [asked.verifier for asked in list(tokens.values()) if asked.verifier]

    bench.person.wait(verifiers, "the PIN")
    return verifiers()[0]


def keep(bench: Bench) -> AccessTokenPair:
    bench.person.press("Keep on this computer")
    bench.person.wait(lambda: bench.program.window.page is None, "the pane")
    pair = pairs(bench)[-1]
    bench.person.wait(lambda: pair in bench.program.desk.snapshot.owners, "its row")
    return pair


def test_an_account_signs_in_by_redirect_in_the_view_and_has_a_row(bench: Bench) -> None:
    page = open_page(bench, BY_REDIRECT)

    bench.person.key(page, TAB, DOWN, RETURN)
    bench.person.reads("@acme_ops signed in", "Read and write")
    pair = keep(bench)

    bench.person.reads("OAuth 1.0a @acme_ops", "For @acme_ops · Read and write")
    assert not pair.is_owners
    assert len(bench.asked(EXCHANGE)) == 1
    assert bench.asked("/callback", "GET") == []

    bench.person.press("Check OAuth 1.0a @acme_ops")
    bench.person.reads("It works. The call was free.")
    bench.person.press("Revoke OAuth 1.0a @acme_ops")
    bench.person.reads("Revoke the Access Token and Secret of @acme_ops?")
    bench.person.press("Revoke")
    bench.person.reads("Revoked · proven, X answered 401")
    assert pairs(bench)[0].state is CredentialState.REVOKED


def test_an_account_signs_in_by_pin(bench: Bench) -> None:
    page = open_page(bench, BY_PIN)

    bench.person.key(page, TAB, RETURN)
    pin = pin_on_the_page(bench)
    bench.person.type_into("PIN", f"{pin[:3]} {pin[3:]}")
    bench.person.enter("PIN")

    bench.person.reads("@acme signed in", "User ID 1733410282")
    assert keep(bench).username == "acme"
    bench.person.reads("For @acme · Read and write")


def test_letters_are_no_pin_and_the_attempt_goes_on(bench: Bench) -> None:
    page = open_page(bench, BY_PIN)
    bench.person.key(page, TAB, RETURN)
    pin = pin_on_the_page(bench)

    bench.person.type_into("PIN", "letters")
    bench.person.press("Use this PIN")
    bench.person.reads("This cannot be used (PIN)")
    assert bench.asked(EXCHANGE) == []

    bench.person.type_into("PIN", pin)
    bench.person.press("Use this PIN")
    bench.person.reads("@acme signed in")
    keep(bench)


def test_a_wrong_pin_ends_the_attempt_in_words_and_starts_anew(bench: Bench) -> None:
    page = open_page(bench, BY_PIN)
    bench.person.key(page, TAB, RETURN)
    pin = pin_on_the_page(bench)

    bench.person.type_into("PIN", "1111111" if pin != "1111111" else "2222222")
    bench.person.press("Use this PIN")
    bench.person.reads("the PIN is mistyped, used before or too old")
    assert pairs(bench) == ()

    bench.person.press("Start again")
    page_of(bench)
    bench.person.press("Cancel sign-in")
    bench.person.reads("Stopped the sign-in. Nothing new is stored.")
    assert len(bench.asked(EXCHANGE)) == 1


def test_no_in_the_page_ends_the_attempt_without_an_exchange(bench: Bench) -> None:
    page = open_page(bench, BY_REDIRECT)

    bench.person.key(page, TAB, TAB, TAB, RETURN)

    bench.person.reads("The sign-in was cancelled at X.")
    assert bench.asked(EXCHANGE) == []
    assert pairs(bench) == ()
    bench.person.press("What happened")
    bench.person.reads(
        "X gave a request token",
        "X's page was opened in the view here",
        "X sent the browser back with a no",
    )
    bench.person.press("Cancel sign-in")
    bench.person.wait(lambda: bench.program.window.page is None, "the pane")


def test_a_clock_that_is_off_is_named_before_any_page_opens(bench: Bench) -> None:
    bench.sandbox.advance(400)

    bench.person.press_from_menu(ROW, BY_REDIRECT)

    bench.person.reads("the clock of this computer is off")
    assert bench.program.window.findChild(QWidget, "signInBrowser") is None


def test_not_you_revokes_the_pair_and_asks_again(bench: Bench) -> None:
    page = open_page(bench, BY_REDIRECT)
    bench.person.key(page, TAB, RETURN)
    bench.person.reads("@acme signed in")

    bench.person.press("Not you? Revoke and retry")
    bench.person.press("Revoke")
    page = page_of(bench)

    assert pairs(bench)[0].state is CredentialState.REVOKED
    bench.person.key(page, TAB, DOWN, RETURN)
    bench.person.reads("@acme_ops signed in")
    keep(bench)


def test_a_request_goes_out_as_the_pair_and_its_signature_is_explained(bench: Bench) -> None:
    page = open_page(bench, BY_REDIRECT)
    bench.person.key(page, TAB, DOWN, RETURN)
    pair = keep(bench)
    bench.show("Requests")
    pane = bench.pane(Tab.REQUESTS)
    pane.credential_chosen.emit(f"pair:{pair.pair_id}")

    pane.send_wanted.emit()
    bench.person.wait(lambda: bench.asked("/2/tweets", "GET"), "the call")

    seen = bench.asked("/2/tweets", "GET")[0]
    assert seen.status == 200
    bench.person.reads("OAuth 1.0a @acme_ops")
    text = _code_text(bench)
    assert "4. Method, address and parameter string" in text
    assert f"oauth_token = …{pair.token.tail(4)}" in text
    assert not bench.unseen.is_in(text)


def _code_text(bench: Bench) -> str:
    from ui.views.answer_code import AnswerCode

    found = bench.pane(Tab.REQUESTS).findChildren(AnswerCode)
    assert len(found) == 1
    return str(found[0]._text)


# --- in the person's own browser ------------------------------------------------------------------


@pytest.fixture
def app(bench: Bench, port: int, canaries: Canaries) -> App:
    """The App on the desk, with a redirect URI on a port of this test alone."""
    uris = (f"http://127.0.0.1:{port}/callback",)
    registered = bench.sandbox.add_app("Own Browser", redirect_uris=uris)
    canaries.add(registered.api_secret)
    keys = ConsumerKeys(Secret(registered.api_key), Secret(registered.api_secret))
    bench.vault.update(
        App, bench.app.app_id, lambda app: replace(app, consumer=keys, redirect_uris=uris)
    )
    desk = bench.program.desk
    bench.person.wait(lambda: desk.app is not None and desk.app.redirect_uris == uris, "the App")
    return bench.app


def go_on_in_own_browser(bench: Bench, own: OwnBrowser) -> str:
    """Change from the view to the person's own browser; return the address it was given."""
    page_of(bench)
    bench.person.press("Continue in my browser")
    bench.person.wait(lambda: own.opened, "the browser")
    return own.opened[-1]


def test_the_own_browser_comes_back_to_a_listener_of_the_same_attempt(
    bench: Bench, app: App, own: OwnBrowser
) -> None:
    bench.person.press_from_menu(ROW, BY_REDIRECT)
    page = go_on_in_own_browser(bench, own)
    bench.person.reads(f"listens at {app.redirect_uri}")

    answer = own.go(bench.sandbox.authorize_without_browser(page, "acme_ops"))
    done = own.go(f"http://127.0.0.1:{own.where[1]}{header_of(answer, 'Location')}")
    bench.person.reads("@acme_ops signed in")

    assert own.listened == [True]
    assert (status_of(answer), status_of(done)) == (303, 200)
    assert len(bench.asked("/oauth/request_token")) == 1
    assert len(bench.asked(EXCHANGE)) == 1
    keep(bench)
    bench.person.wait(lambda: not somebody_listens(own.where), "the end of the listening")


def test_what_else_comes_to_the_callback_is_ignored(
    bench: Bench, app: App, own: OwnBrowser
) -> None:
    bench.person.press_from_menu(ROW, BY_REDIRECT)
    redirect = bench.sandbox.authorize_without_browser(go_on_in_own_browser(bench, own))

    for foreign in (
        f"{app.redirect_uri}?denied=foreign",
        f"{app.redirect_uri}?oauth_token=foreign&oauth_verifier=1",
        redirect.replace("oauth_verifier=", "verifier="),
        f"{redirect}&oauth_verifier=2",
        redirect.replace("/callback", "/callback/"),
    ):
        assert status_of(own.go(foreign)) == 404
    assert bench.asked(EXCHANGE) == []

    assert status_of(own.go(redirect)) == 303
    bench.person.reads("@acme signed in")
    assert len(bench.asked(EXCHANGE)) == 1
    keep(bench)


def test_no_in_the_own_browser_ends_the_attempt_and_the_listening(
    bench: Bench, app: App, own: OwnBrowser
) -> None:
    bench.person.press_from_menu(ROW, BY_REDIRECT)
    page = go_on_in_own_browser(bench, own)

    own.go(bench.sandbox.authorize_without_browser(page, decision="cancel"))

    bench.person.reads("The sign-in was cancelled at X.")
    assert bench.asked(EXCHANGE) == []
    bench.person.wait(lambda: not somebody_listens(own.where), "the end of the listening")


def test_a_busy_port_is_named_and_the_page_here_stays(
    bench: Bench, app: App, own: OwnBrowser
) -> None:
    bench.person.press_from_menu(ROW, BY_REDIRECT)
    page_of(bench)
    with socket.create_server(own.where):
        bench.person.press("Continue in my browser")
        bench.person.reads(f"uses port {own.where[1]}")
        assert own.opened == []
        assert bench.program.window.findChild(QWidget, "signInBrowser") is not None

        bench.person.press("Paste the address")
        bench.person.wait(lambda: own.opened, "the browser")
        redirect = bench.sandbox.authorize_without_browser(own.opened[0])
        bench.person.type_into("Redirected address", redirect)
        bench.person.press("Use this address")
        bench.person.reads("@acme signed in")
    keep(bench)


def test_cancel_and_the_deadline_close_the_port(
    bench: Bench, app: App, own: OwnBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.person.press_from_menu(ROW, BY_REDIRECT)
    go_on_in_own_browser(bench, own)
    bench.person.press("Cancel sign-in")
    bench.person.wait(lambda: not somebody_listens(own.where), "the end of the listening")
    bench.person.wait(lambda: bench.program.window.page is None, "the pane")

    monkeypatch.setattr(three_legged, "ATTEMPT_SECONDS", 8)
    bench.person.press_from_menu(ROW, BY_REDIRECT)
    page_of(bench)
    bench.person.press("Continue in my browser")
    bench.person.reads("The browser did not come back within five minutes.")

    assert not somebody_listens(own.where)
    assert bench.person.can_press("Start again")


def test_a_pin_needs_no_listener(bench: Bench, app: App, own: OwnBrowser) -> None:
    bench.person.press_from_menu(ROW, BY_PIN)
    page = go_on_in_own_browser(bench, own)

    assert own.listened == [False]
    bench.person.type_into("PIN", bench.sandbox.pin_without_browser(page))
    bench.person.enter("PIN")
    bench.person.reads("@acme signed in")
    keep(bench)
