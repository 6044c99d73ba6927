"""Answers that are out of order: shown, told in a sentence, and never taken for X's."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest

from cli.request_answer import seen, shown
from core.answer_bodies import read_body
from core.vault.vault import Vault
from tests.fakes.clock import FakeClock
from tests.fakes.fake_transport import FakeTransport, answer
from tests.fakes.nouns import user
from tests.unit.cli.conftest import Run

ONE = ("request", "GET", "/2/tweets", "-q", "ids=1")
PAGES = ("request", "GET", "/2/users/1/tweets", "--all-pages")
JSON = {"content-type": "application/json"}
HTML = {"content-type": "text/html"}
FIRST = answer({"data": [{"id": "1"}], "meta": {"next_token": "p2", "result_count": 1}})


@pytest.fixture(autouse=True)
def app(cli_run: Run) -> None:
    assert cli_run("app", "add", "App", stdin="BEARER_TOKEN=" + "A" * 60)[0] == 0


@pytest.mark.parametrize(
    ("body", "headers", "sentence"),
    [
        (b"<html><body>Sign in to this WiFi</body></html>", HTML, "does not seem to come from X"),
        (b"<!DOCTYPE html><p>Hello", JSON, "does not seem to come from X"),
        (b"[" * 100_000, JSON, "nested too deeply"),
        (b'{"data": NaN}', JSON, "not JSON"),
        (b'{"data": 1e999}', JSON, "not JSON"),
        (b'{"data": ' + b"9" * 5000 + b"}", JSON, "not JSON"),
        (b'{"data": "\x00"}', JSON, "not JSON"),
        (b'{"data": [{"id"', JSON, "not JSON"),
        (b"hello", {"content-type": "text/plain"}, "not JSON"),
        (b'<?xml version="1.0"?><a/>', {"content-type": "application/xml"}, "not JSON"),
    ],
)
def test_a_yes_without_json_is_printed_told_and_no_success(
    cli_run: Run, transport: FakeTransport, body: bytes, headers: dict[str, str], sentence: str
) -> None:
    transport.will(answer(body, 200, headers))

    code, facts, said = cli_run(*ONE)

    assert code == 4
    assert facts["body"] == body.decode()
    assert sentence in said


@pytest.mark.parametrize(
    ("body", "status", "headers"),
    [
        (b"", 204, {}),
        (b"", 200, {}),
        (b"{}", 200, {}),
        (b"\x00\xff", 200, {"content-type": "image/png"}),
    ],
)
def test_nothing_a_file_or_json_without_a_type_is_a_success(
    cli_run: Run, transport: FakeTransport, body: bytes, status: int, headers: dict[str, str]
) -> None:
    transport.will(answer(body, status, headers))

    assert cli_run(*ONE)[0] == 0


@pytest.mark.parametrize("status", [301, 302, 304, 403, 404])
def test_what_somebody_else_answered_is_no_refusal_of_xs(
    cli_run: Run, transport: FakeTransport, status: int
) -> None:
    transport.will(answer(b"<html>Blocked</html>", status, HTML))

    assert cli_run(*ONE)[0] == 4


def test_an_empty_answer_prints_nothing_for_a_person(
    cli_run: Run, transport: FakeTransport
) -> None:
    transport.will(answer(b"", 204))

    assert cli_run(*ONE, text=True)[:2] == (0, "")


def test_names_that_stand_twice_are_told(cli_run: Run, transport: FakeTransport) -> None:
    transport.will(answer(b'{"data": 1, "data": 2}', 200, JSON))

    code, facts, said = cli_run(*ONE)

    assert (code, facts["body"]) == (0, {"data": 2})
    assert "Names stand twice in this JSON (data)" in said


def test_what_is_no_utf_8_is_told(cli_run: Run, transport: FakeTransport) -> None:
    transport.will(answer('{"text": "é"}'.encode("latin-1"), 200, JSON))

    _, facts, said = cli_run(*ONE)

    assert facts["body"] == {"text": "\N{REPLACEMENT CHARACTER}"}
    assert "Not all of it is UTF-8" in said


def test_a_person_reads_letters_and_no_control_reaches_the_terminal(
    cli_run: Run, transport: FakeTransport
) -> None:
    text = "日本 é \x1b[31m \x9b1m \u202e \ud800"
    transport.will(answer({"data": {"text": text}}))

    _, printed, _ = cli_run(*ONE, text=True)

    assert "日本 é" in printed
    assert json.loads(printed) == {"data": {"text": text}}
    assert not {"\x1b", "\x9b", "\u202e", "\ud800"} & set(printed)


def test_a_terminal_shows_controls_and_a_file_keeps_them() -> None:
    read = read_body(b"up\x1b[2J\x07\r\n\tdown\x7f")

    assert shown(read, on_terminal=True) == ["up\\x1b[2J\\x07\n\tdown\\x7f"]
    assert shown(read, on_terminal=False) == ["up\x1b[2J\x07\r\n\tdown\x7f"]
    assert seen("one\ntwo\u202e\x9b") == "one two\\u202e\\x9b"


@pytest.mark.parametrize(
    ("second", "code", "stopped"),
    [
        (answer(b"<html>WiFi</html>", 200, HTML), 4, "failed"),
        (answer(b"", 200), 4, "failed"),
        (answer(b"[1]", 200, JSON), 4, "failed"),
        (answer({"title": "Too Many Requests"}, 429), 3, "refused"),
        (answer(b"", 503), 4, "refused"),
    ],
)
def test_a_page_that_is_none_leaves_the_pages_before_it(
    cli_run: Run, transport: FakeTransport, second: Any, code: int, stopped: str
) -> None:
    transport.will(FIRST, second)

    ended, facts, _ = cli_run(*PAGES)

    assert (ended, facts["stopped"], facts["pages"]) == (code, stopped, 1)
    assert facts["body"]["data"] == [{"id": "1"}]
    assert facts["next_token"] == "p2"


def test_a_page_that_x_refuses_is_explained_with_the_way_on(
    cli_run: Run, transport: FakeTransport
) -> None:
    headers = {"x-rate-limit-limit": "1", "x-rate-limit-remaining": "0"}
    transport.will(FIRST, answer({"title": "Too Many Requests"}, 429, headers))

    _, _, said = cli_run(*PAGES, text=True)

    assert "Stopped after 1 page, because X refused the next." in said
    assert "Go on with -q pagination_token=p2" in said
    assert "X was asked too often" in said


def test_no_page_is_asked_for_that_would_pass_the_price(
    cli_run: Run, transport: FakeTransport
) -> None:
    transport.will(FIRST, answer({"data": [{"id": "2"}], "meta": {"next_token": "p3"}}))

    _, facts, said = cli_run(*PAGES, "--max-cost", "0.014")

    assert (facts["pages"], facts["stopped"], facts["cost"]) == (2, "cost", "0.010")
    assert "as --max-cost says" in said


@pytest.mark.parametrize("reset", ["253402300800", "99999999999999", "9" * 30, "-1", "soon"])
def test_a_reset_that_no_clock_can_show_is_no_fault(
    cli_run: Run, transport: FakeTransport, reset: str
) -> None:
    headers = {
        "x-rate-limit-limit": "1",
        "x-rate-limit-remaining": "0",
        "x-rate-limit-reset": reset,
    }
    transport.will(answer({"title": "Too Many Requests"}, 429, headers))

    code, facts, said = cli_run(*ONE)

    assert code == 3
    assert "rate_limit" not in facts
    assert "then try again" in said


def test_a_wait_of_a_day_is_told_with_its_day(cli_run: Run, transport: FakeTransport) -> None:
    headers = {"x-rate-limit-reset": "4102444800"}
    transport.will(answer({"title": "Too Many Requests"}, 429, headers))

    said = cli_run(*ONE)[2]

    assert re.search(r"Try again after \d{4}-\d\d-\d\d \d\d:", said)


def test_the_scope_that_a_sign_in_lacks_is_named_with_the_command(
    cli_run: Run, transport: FakeTransport, vault: Vault, clock: FakeClock
) -> None:
    soon = clock.now() + timedelta(hours=2)
    app_id = vault.app_named("App").app_id
    scopes = ("tweet.read", "users.read")
    vault.save(user(app_id=app_id, username="acme", scopes=scopes, expires_at=soon))
    transport.will(answer({"title": "Forbidden", "status": 403}, 403))

    code, _, said = cli_run("request", "POST", "/2/tweets", "--as", "acme", "-d", "{}")

    assert code == 3
    assert "@acme did not grant tweet.write, which this operation needs." in said
    assert "keypane sign-in App --scopes 'tweet.read users.read tweet.write'" in said


@pytest.mark.parametrize("text", [True, False])
@pytest.mark.parametrize("status", [200, 400])
def test_a_server_that_gives_the_credential_back_is_not_repeated(
    cli_run: Run, transport: FakeTransport, status: int, text: bool
) -> None:
    token = "A" * 60
    echoed = {"data": {"you": f"Bearer {token}"}, "title": f"bad {token}"}
    transport.will(answer(echoed, status, {"x-echo": f"Bearer {token}"}))

    _, printed, said = cli_run(*ONE, text=text)

    assert token not in str(printed) + said
    assert "Bearer <redacted>" in str(printed)


def test_a_refused_credential_is_told_with_the_command_that_mends_it(
    cli_run: Run, transport: FakeTransport, vault: Vault, clock: FakeClock
) -> None:
    soon = clock.now() + timedelta(hours=2)
    app_id = vault.app_named("App").app_id
    wrong_kind = answer({"title": "Unsupported Authentication", "status": 403}, 403)
    me, usage = ("request", "GET", "/2/users/me"), ("request", "GET", "/2/usage/tweets")
    transport.will(answer({}, 401), wrong_kind, wrong_kind, wrong_kind)

    dead = cli_run(*ONE, "--as", "bearer")[2]
    nobody = cli_run(*me, "--as", "bearer")[2]
    vault.save(user(app_id=app_id, username="acme", expires_at=soon))
    somebody = cli_run(*me, "--as", "bearer")[2]
    not_the_app = cli_run(*usage, "--as", "acme")[2]

    assert "By command: keypane bearer generate App" in dead
    assert "By command: keypane sign-in App" in nobody
    assert "By command: add --as @acme" in somebody
    assert "By command: add --as bearer" in not_the_app
