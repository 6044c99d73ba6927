"""The doctor in the real window: checks, anything pasted, the report, and each failure of X."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from core.catalogue import catalogue
from core.exchange import Exchange, RequestSpec
from core.model import HttpResponse
from sandbox import Sandbox
from tests.e2e.window.bench import Bench
from tests.unit.core.test_explain import MENU
from tests.unit.sandbox.client import Client
from ui.presenters.requests_answer import answer_state
from ui.views.answer_state import Problem


def open_doctor(bench: Bench) -> None:
    bench.program.panes.pages.show_doctor()
    bench.person.reads("Checks", "Practice App")


def test_the_doctor_opens_from_the_palette_and_looks_without_asking_the_keyring(
    bench: Bench,
) -> None:
    bench.program.window.command_wanted.emit("doctor")

    bench.person.reads("Client ID", "It has the shape of a Client ID.", "In order")
    assert "probe" not in bench.keys.calls  # type: ignore[attr-defined]
    bench.person.press("Check again")
    bench.person.reads("Fake Keyring works.")
    bench.person.press("Back")
    bench.person.wait(lambda: bench.program.window.page is None, "the pane")


def test_a_wrong_set_up_shows_its_cause_the_clicks_and_the_next_step(bench: Bench) -> None:
    bench.vault.save(replace(bench.app, app_type="native"))
    bench.person.wait(lambda: bench.program.desk.app == bench.app, "the changed App")
    open_doctor(bench)

    bench.person.reads(
        "A public App (Native, Single page) has a Client Secret here.",
        "X refuses the token request with unauthorized_client.",
        "4. Look at Type of App.",
        "Remove the Client Secret here, or change the type of App at X.",
    )


def test_checking_with_x_is_one_call_without_a_credential(bench: Bench) -> None:
    open_doctor(bench)
    assert bench.sandbox.seen == []
    bench.person.press("Check with X")

    bench.person.reads("X answers, and the clock is right to")
    assert [(seen.path, seen.auth) for seen in bench.sandbox.seen] == [("/2/usage/tweets", "none")]


def test_what_is_pasted_is_told_while_it_is_typed_and_can_become_an_app(bench: Bench) -> None:
    open_doctor(bench)
    box = bench.program.window.page.box  # type: ignore[union-attr]
    box.setPlainText("curl https://api.x.com/2/users/me -H 'Authorization: Bearer AAAA'")
    bench.person.reads("curl command", "Sends GET https://api.x.com/2/users/me")
    box.setPlainText('{"title":"Client Forbidden","reason":"client-not-enrolled","status":403}')

    bench.person.reads(
        "it is not attached to a package",
        "The App is in no package",
        "2. Choose Move to package, then Pay-per-use.",
        "Documented by X, August 2026",
    )
    box.setPlainText("API_KEY=xvz1evFS4wEEPTGEFPHBog12A")
    bench.person.reads("Belongs into the field API Key.")
    bench.person.press("Add as an App")
    bench.person.reads("Found 1: API Key.")


def test_a_corrected_call_is_copied(bench: Bench) -> None:
    open_doctor(bench)
    box = bench.program.window.page.box  # type: ignore[union-attr]
    box.setPlainText("curl 'https://api.x.com/2/tweets?ids=20&access_token=AAAAAAAA'")
    bench.person.press("Copy the corrected call")

    bench.person.wait(lambda: "$X_BEARER_TOKEN" in _clipboard(), "the call on the clipboard")


def test_a_report_is_copied_only_after_it_was_seen(bench: Bench) -> None:
    QGuiApplication.clipboard().setText("before")
    open_doctor(bench)
    bench.person.press("Copy report")
    bench.person.reads("Copy this report?", "[ok] client_id")
    assert _clipboard() == "before"
    bench.person.press("Copy report")

    bench.person.wait(lambda: "[ok] client_id" in _clipboard(), "the report on the clipboard")
    assert "Practice App" not in _clipboard()


def _clipboard() -> str:
    return QGuiApplication.clipboard().text()


def test_each_failure_of_the_sandboxs_menu_shows_its_own_cause_in_the_window(
    sandbox: Sandbox, dressed: object
) -> None:
    shown: dict[str, set[tuple[object, ...]]] = {}
    for key, provoke in MENU.values():
        sandbox.reset()
        problem = problem_of(provoke(Client(sandbox)))
        assert problem.title
        assert problem.sentence
        assert problem.next_step
        shown.setdefault(key, set()).add((problem.sentence, problem.steps))

    told = [one for of_key in shown.values() for one in of_key]
    assert len(set(told)) == len(shown)


def problem_of(response: requests.Response) -> Problem:
    """Return what Requests shows for an answer of X."""
    headers = {key.lower(): value for key, value in response.headers.items()}
    operation = catalogue().find("GET", "/2/tweets")
    assert operation is not None
    exchange = Exchange(
        RequestSpec("a1", "GET", "/2/tweets"),
        response.url,
        "GET /2/tweets",
        HttpResponse(response.status_code, headers, response.content),
        datetime.now(UTC),
    )
    problem = answer_state(exchange, operation, is_billed=False)[0].problem
    assert problem is not None
    return problem


REFUSED = {
    "The App is in no package": (
        403,
        {"reason": "client-not-enrolled", "title": "Client Forbidden"},
    ),
    "X takes prepaid credits": (
        402,
        {"title": "CreditsDepleted", "type": "https://api.x.com/2/problems/credits"},
    ),
}


@pytest.mark.parametrize("cause", REFUSED)
def test_a_refused_request_says_why_and_what_to_click(cause: str, bench: Bench) -> None:
    bench.generate()
    bench.show("Requests")
    status, body = REFUSED[cause]
    bench.sandbox.faults.add("GET", "/2/tweets", status=status, body=body)
    bench.person.press("Send")

    bench.person.reads(cause, "1. Open console.x.com")
    assert bench.person.can_press("Open the console")


@pytest.mark.parametrize(
    ("fault", "cause", "click"),
    [
        (
            {"status": 403, "body": {"errors": [{"code": 99, "message": "Unable to verify"}]}},
            "API Key and Secret do not match",
            "1. Open console.x.com, choose Apps, then this App.",
        ),
        ({"status": 302, "headers": {"Location": "http://hotel/"}}, "X's API never does", ""),
    ],
    ids=["99", "portal"],
)
@pytest.mark.expected_log("the outcome of generate")
def test_why_on_a_rows_notice_opens_the_doctor_with_that_failure_first(
    bench: Bench, fault: dict[str, Any], cause: str, click: str
) -> None:
    bench.sandbox.faults.add("POST", "/oauth2/token", **fault)
    bench.person.press("Generate Bearer Token")

    bench.person.press("Why? Bearer Token")

    bench.person.reads(cause, click)
    bench.person.press("Close the doctor")
    bench.person.wait(lambda: bench.person.can_press("Generate Bearer Token"), "the row")


def test_why_in_a_sign_in_opens_over_it_and_the_sign_in_stays(bench: Bench) -> None:
    page = bench.open_consent()
    bench.sandbox.faults.add(
        "POST",
        "/2/oauth2/token",
        status=401,
        body={
            "error": "unauthorized_client",
            "error_description": "Missing valid authorization header",
        },
    )
    bench.person.key(page, Qt.Key.Key_Tab, Qt.Key.Key_Return)

    bench.person.press("Why?")

    bench.person.reads("a missing and for a wrong Client Secret")
    bench.person.press("Close the doctor")
    bench.person.press("Start again")
    bench.consent_page()


def test_a_curl_command_pasted_into_add_app_gives_its_token(bench: Bench) -> None:
    token = "A" * 22 + "x8avbi" * 10
    command = f"curl https://api.x.com/2/tweets?ids=20 -H 'Authorization: Bearer {token}'"
    bench.program.panes.pages.show_add_app(paste=command)

    bench.person.reads("Found 1: Bearer Token.")
    bench.person.type_into("Name", "Pasted")
    assert bench.program.window.page.values()["bearer_token"] == token  # type: ignore[union-attr]
