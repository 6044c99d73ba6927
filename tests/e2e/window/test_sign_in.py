"""Every end of a sign-in in the embedded view: a plain sentence, and no second exchange."""

from typing import Any

import pytest
from PySide6.QtCore import Qt

from core.model import UserToken
from tests.e2e.window.bench import Bench

EXCHANGE = "/2/oauth2/token"
TAB, DOWN, RETURN = Qt.Key.Key_Tab, Qt.Key.Key_Down, Qt.Key.Key_Return


def test_cancel_in_the_page_ends_the_attempt_and_asks_for_nothing(bench: Bench) -> None:
    page = bench.open_consent()

    bench.person.key(page, TAB, TAB, TAB, RETURN)

    bench.person.reads(
        "The sign-in was cancelled at X.", "Nothing was stored.", "choose Authorize app"
    )
    assert bench.asked(EXCHANGE) == []
    assert bench.users == ()

    bench.person.press("What happened")
    bench.person.reads(
        "X's page was opened in the view here",
        "X sent the browser back without a code",
        "error access_denied",
    )

    bench.person.press("Start again")
    bench.consent_page()
    bench.person.press("Cancel sign-in")
    bench.person.wait(lambda: bench.program.window.page is None, "the pane")


def test_cancel_below_the_page_leaves_and_stores_nothing(bench: Bench) -> None:
    bench.open_consent()

    bench.person.press("Cancel sign-in")

    bench.person.reads("Stopped the sign-in. Nothing new is stored.")
    assert bench.asked(EXCHANGE) == []
    assert bench.users == ()


def test_closing_the_window_in_the_middle_of_an_attempt_ends_cleanly(bench: Bench) -> None:
    bench.open_consent()

    bench.end()  # as the fixture does, with a page still open

    assert bench.asked(EXCHANGE) == []


def test_closing_the_window_while_the_code_is_exchanged_ends_cleanly(
    bench: Bench, expected_log: Any
) -> None:
    expected_log("the outcome of exchange")
    page = bench.open_consent()
    bench.sandbox.faults.add("POST", EXCHANGE, delay_seconds=30)
    bench.person.key(page, TAB, RETURN)
    bench.person.wait(lambda: bench.asked(EXCHANGE), "the exchange")

    bench.end()

    assert len(bench.asked(EXCHANGE)) == 1


def test_a_redirect_with_a_foreign_state_is_dropped_and_the_attempt_can_be_finished(
    bench: Bench,
) -> None:
    def foreign(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
        return [(name, "foreign" if name == "state" else value) for name, value in pairs]

    page = bench.open_consent()
    bench.sandbox.tamper_redirect(foreign)
    bench.person.key(page, TAB, RETURN)
    bench.person.reads(
        "A redirect came that does not belong to this sign-in. It was dropped.",
        "Nothing was sent to X",
    )
    assert bench.asked(EXCHANGE) == []
    assert bench.users == ()
    bench.sandbox.tamper_redirect(None)

    bench.person.press("Start again")
    bench.person.key(bench.consent_page(), TAB, RETURN)
    bench.person.press("Keep on this computer")
    bench.person.wait(lambda: bench.person.can_press("Refresh @acme"), "the user")
    assert len(bench.asked(EXCHANGE)) == 1


@pytest.mark.parametrize(
    ("fault", "sentences"),
    [
        (
            {
                "status": 400,
                "body": {
                    "error": "invalid_request",
                    "error_description": "Value passed for the authorization code was invalid.",
                },
            },
            ("X did not take the authorization code", "Sign in again"),
        ),
        (
            {"status": 401, "body": {"error": "unauthorized_client"}},
            ("X did not accept how this App identified itself.", "Client Secret"),
        ),
    ],
    ids=["old code", "wrong secret"],
)
def test_a_refused_exchange_says_why_and_is_not_repeated(
    bench: Bench, fault: dict[str, Any], sentences: tuple[str, ...]
) -> None:
    page = bench.open_consent()
    bench.sandbox.faults.add("POST", EXCHANGE, **fault)

    bench.person.key(page, TAB, RETURN)

    bench.person.reads(*sentences, "Nothing changed at X or here.")
    assert len(bench.asked(EXCHANGE)) == 1
    assert bench.users == ()
    assert bench.person.can_press("Start again")


@pytest.mark.expected_log("the outcome of exchange")
@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ({"status": 503}, "Sign in again: the code of this attempt can no longer be used."),
        ({"drop": "after"}, "Sign in again: the code of this attempt can no longer be used."),
        ({"status": 200, "body": "<html></html>"}, "Open a web page to see whether this network"),
    ],
    ids=["503", "cut", "html"],
)
def test_an_exchange_without_an_answer_is_not_repeated_and_says_what_to_do(
    bench: Bench, fault: dict[str, Any], sentence: str
) -> None:
    page = bench.open_consent()
    bench.sandbox.faults.add("POST", EXCHANGE, **fault)

    bench.person.key(page, TAB, RETURN)

    bench.person.reads("It is not known whether X acted.", sentence)
    assert len(bench.asked(EXCHANGE)) == 1
    assert bench.users == ()


def test_a_second_sign_in_of_the_same_account_replaces_the_first(bench: Bench) -> None:
    first = bench.sign_in()

    second = bench.sign_in()

    assert [user.label for user in bench.users] == ["@acme"]
    assert second.token_id == first.token_id
    assert second.access_token != first.access_token
    assert len(bench.asked(EXCHANGE)) == 2


def test_two_accounts_stand_in_two_rows(bench: Bench) -> None:
    bench.sign_in()
    bench.sign_in(account=1)

    labels = [user.label for user in bench.users]
    assert len(set(labels)) == 2
    bench.person.reads(*(f"Refresh {label}" for label in labels))


def test_fewer_scopes_than_asked_for_are_shown_before_anything_is_kept(bench: Bench) -> None:
    def fewer(body: bytes) -> bytes:
        import json

        answer = json.loads(body)
        answer["scope"] = "tweet.read users.read"
        return json.dumps(answer).encode()

    page = bench.open_consent()
    bench.sandbox.faults.add("POST", EXCHANGE, rewrite=fewer)
    bench.person.key(page, TAB, RETURN)

    bench.person.reads("X granted less than was asked for.", "Missing:", "offline.access")
    bench.person.press("Keep on this computer")
    user: UserToken = bench.users[0]
    assert user.scopes == ("tweet.read", "users.read")


def test_something_went_wrong_leaves_every_way_out_in_sight(bench: Bench) -> None:
    from dataclasses import replace

    from core.model import App

    bench.vault.update(
        App,
        bench.app.app_id,
        lambda app: replace(app, redirect_uris=("http://127.0.0.1:9/not-registered",)),
    )
    bench.person.wait(lambda: (app := bench.program.desk.app) and app.redirect_uri != "", "the App")
    bench.person.wait(
        lambda: "not-registered" in (bench.program.desk.app.redirect_uri or ""),  # type: ignore[union-attr]
        "the other redirect URI",
    )
    bench.person.press("Sign in a user")
    bench.person.press("Sign in here")
    bench.person.wait(lambda: any(seen.status == 400 for seen in bench.sandbox.seen), "X's card")

    for way in (
        "Continue in my browser",
        "Paste the address",
        "Check the set-up",
        "Cancel sign-in",
    ):
        assert bench.person.can_press(way), way
    bench.person.press("Check the set-up")
    bench.person.reads("X shows “Something went wrong” instead of its consent page.")
    bench.person.reads("http://127.0.0.1:9/not-registered")
    bench.person.press("Close the doctor")
    assert bench.person.can_press("Cancel sign-in"), "the attempt goes on"
    assert bench.asked(EXCHANGE) == []


def test_an_address_pasted_from_another_browser_finishes_the_same_attempt(bench: Bench) -> None:
    bench.open_consent()
    attempt = bench.sandbox.seen[-1]
    bench.person.press("Paste the address")
    url = f"{bench.sandbox.origin}/i/oauth2/authorize?{attempt.query}"

    bench.person.type_into("Redirected address", "http://127.0.0.1:8739/callback?state=x&code=y")
    bench.person.press("Use this address")
    bench.person.reads("A redirect came that does not belong to this sign-in. It was dropped.")
    assert bench.asked(EXCHANGE) == []

    bench.person.type_into(
        "Redirected address", bench.sandbox.authorize_without_browser(url, "acme")
    )
    bench.person.press("Use this address")
    bench.person.press("Keep on this computer")
    bench.person.wait(lambda: bench.person.can_press("Refresh @acme"), "the user")
    assert len(bench.asked(EXCHANGE)) == 1


def test_not_you_revokes_what_was_granted_and_starts_anew(bench: Bench) -> None:
    page = bench.open_consent()
    bench.person.key(page, TAB, RETURN)
    bench.person.press("Not you? Revoke and retry")
    bench.person.press("Revoke")

    bench.person.wait(lambda: bench.person.can_press("Sign in here"), "the scopes")
    assert bench.sandbox.state()["users"] == []
