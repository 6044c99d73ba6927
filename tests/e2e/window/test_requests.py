"""Requests in the real window: what is sent, what is stopped before, and what is shown."""

import re
import time
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLineEdit

from core.model import Setting
from tests.e2e.window.bench import Bench
from tests.e2e.window.person import Person
from tests.timing import within
from ui.presenters.requests import RequestsPresenter
from ui.presenters.requests_price import SANDBOX_SETTING
from ui.shell import Tab

TWEETS = "/2/tweets"
HTML = "<html><body>Welcome to the hotel's network</body></html>"


@pytest.fixture
def ready(bench: Bench) -> Bench:
    """A bench with a Bearer Token whose Requests pane is open."""
    bench.generate()
    bench.show("Requests")
    return bench


def choose_operation(bench: Bench, operation: str) -> None:
    model = bench.pane(Tab.REQUESTS).operations.model
    row = model.index(model.row_of(operation))
    words = str(row.data(Qt.ItemDataRole.AccessibleTextRole))
    bench.person.pick("Operations", words)


def sent(bench: Bench, path: str = TWEETS, method: str = "GET") -> int:
    return len(bench.asked(path, method))


def test_two_posts_are_fetched_and_shown_as_cards_json_and_headers(ready: Bench) -> None:
    person = ready.person
    answer = ready.pane(Tab.REQUESTS).answer

    person.press("Send")

    person.reads("200 OK")
    assert answer.cards.isVisible()
    spoken = str(answer.cards.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole))
    person.reads(spoken)
    for tab, words in (("JSON", "1278347468690915330"), ("Headers", "x-rate-limit-remaining")):
        places = [answer.tabs.tabText(place) for place in range(answer.tabs.count())]
        answer.tabs.setCurrentIndex(places.index(tab))
        person.reads(words)
    limit = r"GET /2/tweets [0-9,]+ of [0-9,]+ left · resets [0-9]{2}:[0-9]{2}"
    assert re.search(limit, person.screen())
    assert [seen.auth for seen in ready.asked(TWEETS, "GET")] == ["bearer:Practice App"]


@pytest.mark.parametrize(
    ("fault", "sentences"),
    [
        (
            {"status": 403, "body": {"errors": [{"code": 99, "message": "Unable to verify"}]}},
            ("403 Forbidden", "Nothing changed at X or here."),
        ),
        (
            {"status": 401},
            ("401 Unauthorized", "X no longer takes this credential", "generate it again"),
        ),
        (
            {"status": 429},
            (
                "429 Too Many Requests",
                "X was asked too often with this credential.",
                "X takes this call again at",
            ),
        ),
        (
            {"status": 402},
            ("402 Payment Required", "has no credits left.", "Add credits"),
        ),
        ({"status": 500}, ("500 Internal Server Error", "X had a fault of its own (HTTP 500).")),
    ],
    ids=["403-99", "401", "429", "402", "500"],
)
def test_a_refused_call_shows_its_status_its_reason_and_the_next_step(
    ready: Bench, fault: dict[str, Any], sentences: tuple[str, ...]
) -> None:
    before = ready.bearer
    ready.sandbox.faults.add("GET", TWEETS, **fault)

    ready.person.press("Send")

    ready.person.reads(*sentences)
    assert ready.bearer == before
    assert sent(ready) == 1
    ready.person.press("Send")
    ready.person.reads("200 OK")


def test_html_in_the_place_of_json_is_said_to_come_from_somebody_else(ready: Bench) -> None:
    ready.sandbox.faults.add("GET", TWEETS, status=200, body=HTML)

    ready.person.press("Send")

    ready.person.reads("does not seem to come from X")
    ready.person.press("Send")
    ready.person.reads("200 OK")


def test_a_refused_connection_says_that_nothing_was_sent(ready: Bench) -> None:
    ready.sandbox.stop()

    ready.person.press("Send")

    ready.person.reads("refused the connection.", "Nothing was sent to X, and nothing changed.")


@pytest.mark.serial
def test_esc_stops_the_wait_at_once(ready: Bench) -> None:
    ready.program.window.activateWindow()
    ready.sandbox.hold.clear()
    ready.person.press("Send")
    ready.person.wait(lambda: sent(ready), "the call")
    ready.person.reads("Waiting for X…")
    ready.person.wait(QApplication.focusWidget, "the focus")
    focused = QApplication.focusWidget()
    assert focused is not None

    began = time.monotonic()
    QTest.keyClick(focused, Qt.Key.Key_Escape)
    ready.person.reads("Stopped waiting.")
    assert within(0.5, since=began)

    ready.sandbox.hold.set()
    ready.person.press("Send")
    ready.person.reads("200 OK")


def test_silence_ends_at_the_deadline_and_the_button_is_send_again(ready: Bench) -> None:
    ready.transport.deadline_seconds = 0.4
    ready.sandbox.hold.clear()

    ready.person.press("Send")

    ready.person.reads("did not answer in time.", "It is not known whether X acted.")
    assert ready.person.can_press("Send")
    ready.sandbox.hold.set()


def test_a_hundred_and_one_ids_are_counted_and_never_sent(ready: Bench) -> None:
    ids = ",".join(str(10**18 + number) for number in range(101))
    ready.person.type_into("Request URL", f"/2/tweets?ids={ids}")
    ready.person.enter("Request URL")

    ready.person.press("Send")

    ready.person.reads("At most 100; here are 101")
    assert sent(ready) == 0


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("query=cats&start_time=yesterday", "A time such as 2026-11-23T12:00:00Z is needed"),
        ("query=cats&start_time=2026-11-23T12:00:00", "A time zone is needed"),
        ("query=cats&max_results=1000", "At most 100"),
        (
            "query=cats&start_time=2026-11-20T00:00:00Z&since_id=1261326399320715264",
            "Not together with start_time",
        ),
        ("", "Needed"),
    ],
    ids=["no date", "no zone", "too many", "conflict", "nothing"],
)
def test_what_x_would_refuse_is_named_and_never_sent(ready: Bench, query: str, reason: str) -> None:
    choose_operation(ready, "searchPostsRecent")
    ready.person.type_into("Request URL", f"/2/tweets/search/recent?{query}")
    ready.person.enter("Request URL")

    ready.person.press("Send")

    ready.person.reads(reason)
    assert sent(ready, "/2/tweets/search/recent") == 0


def test_the_address_and_the_form_stay_in_step(ready: Bench) -> None:
    person = ready.person
    person.type_into("Request URL", "/2/tweets?ids=1261326399320715264")
    person.enter("Request URL")
    person.reads("1 of 100")

    person.press("Remove 1261326399320715264 from ids")

    person.wait(lambda: "ids=" not in url(person), "an address without ids")


def test_an_address_is_typed_sign_by_sign_and_stands_whole_when_it_is_left(ready: Bench) -> None:
    address = ready.person.find("Request URL", QLineEdit)
    address.setFocus()
    address.clear()

    QTest.keyClicks(address, "/2/tweets?ids=1,")
    assert address.text() == "/2/tweets?ids=1,"
    QTest.keyClicks(address, "20")
    address.setCursorPosition(len("/2/tweets?ids=1"))
    QTest.keyClicks(address, "2")
    assert (address.text(), address.cursorPosition()) == ("/2/tweets?ids=12,20", 16)
    ready.person.reads("2 of 100")
    QTest.keyClick(address, Qt.Key.Key_Return)

    assert address.text() == f"{ready.sandbox.origin}/2/tweets?ids=12,20"
    assert address.toolTip() == f"GET {ready.sandbox.origin}/2/tweets?ids=12,20"


def test_an_address_copied_from_x_is_the_same_call_here(ready: Bench) -> None:
    ready.person.type_into("Request URL", "https://api.x.com/2/users/by/username/acme")
    ready.person.enter("Request URL")

    assert url(ready.person) == f"{ready.sandbox.origin}/2/users/by/username/acme"


def test_an_address_elsewhere_is_never_called(ready: Bench) -> None:
    for elsewhere in ("https://evil.example/2/tweets?ids=1", "https://api.x.com@evil.example/2/x"):
        ready.person.type_into("Request URL", elsewhere)
        ready.person.enter("Request URL")

        ready.person.reads(f"The requests of this App go to {ready.sandbox.origin} only.")
        ready.person.press("Send")
        assert sent(ready) == 0


def test_what_is_for_enterprise_apps_only_says_so_with_its_days(ready: Bench) -> None:
    told = "Enterprise only at X since 2026-04-16, by its pages of 2026-08-22."
    model = ready.pane(Tab.REQUESTS).operations.model
    row = model.index(model.row_of("likePost"))

    choose_operation(ready, "likePost")

    ready.person.reads(told, "Needs a signed-in user")
    assert ready.person.can_press("Use a signed-in user")
    assert "not open to you" in str(row.data(Qt.ItemDataRole.AccessibleTextRole))
    choose_operation(ready, "searchPostsRecent")
    ready.person.wait(lambda: not ready.person.sees(told), "no such words elsewhere")
    ready.person.reads("to have them (since 2026-05-04).", "X's pages of 2026-08-22.")


def url(person: Person) -> str:
    return person.find("Request URL", QLineEdit).text()


def test_an_address_that_x_does_not_have_is_named(ready: Bench) -> None:
    ready.person.type_into("Request URL", "/2/nothing/like/this")
    ready.person.enter("Request URL")

    ready.person.reads("X has no such operation. Choose it in the list.")
    ready.person.press("Send")
    assert [seen for seen in ready.sandbox.seen if seen.path.startswith("/2/")] == []


def test_an_operation_for_users_offers_the_sign_in(ready: Bench) -> None:
    choose_operation(ready, "getUsersMe")

    ready.person.reads("Needs a signed-in user; a Bearer Token acts for the App only.")
    ready.person.press("Use a signed-in user")

    ready.person.wait(lambda: ready.person.can_press("Sign in here"), "the scopes")


@pytest.fixture
def writer(bench: Bench) -> Bench:
    """A bench on which somebody who may write is about to create a Post."""
    bench.sign_in(preset="Bot that posts")
    bench.show("Requests")
    choose_operation(bench, "createPosts")
    bench.person.press("Use a signed-in user")
    return bench


def ask_in_sandbox(bench: Bench) -> None:
    """Choose in Settings that the sandbox asks as X does."""
    bench.vault.save(Setting(SANDBOX_SETTING, "yes"))
    presenter = bench.pane(Tab.REQUESTS).findChild(RequestsPresenter)
    bench.person.wait(lambda: presenter.sending.rules.in_sandbox, "the rules")


def test_in_the_sandbox_a_write_goes_without_a_question(writer: Bench) -> None:
    writer.person.type_into("JSON body", '{"text": "hello"}')

    writer.person.press("Send")

    writer.person.reads("201 Created")
    assert sent(writer, TWEETS, "POST") == 1


def test_a_post_is_asked_about_before_it_is_sent(writer: Bench) -> None:
    bench, person = writer, writer.person
    ask_in_sandbox(bench)
    person.type_into("JSON body", '{"text": "hello"}')

    person.press("Send")
    person.reads("Send POST /2/tweets as @acme?", "This is the sandbox; nothing reaches X.")
    person.reads("Publishes a Post as @acme: “hello”", "$0.015")
    assert sent(bench, TWEETS, "POST") == 0
    person.press("Cancel")
    assert sent(bench, TWEETS, "POST") == 0

    person.press("Send")
    person.wait(lambda: QApplication.activeModalWidget() is not None, "the question")
    person.press("Send")
    person.reads("201 Created")
    assert sent(bench, TWEETS, "POST") == 1


def test_the_question_before_writes_is_switched_off_for_the_session(writer: Bench) -> None:
    bench, person = writer, writer.person
    ask_in_sandbox(bench)
    person.type_into("JSON body", '{"text": "hello"}')
    person.press("Send")
    person.wait(lambda: QApplication.activeModalWidget() is not None, "the question")
    person.find("Do not ask again before writes until Keypane closes", QCheckBox).click()
    person.press("Send")
    person.reads("201 Created")

    person.type_into("JSON body", '{"text": "hello again"}')
    person.press("Send")

    person.wait(lambda: sent(bench, TWEETS, "POST") == 2, "the second Post")


def test_a_body_that_is_no_json_is_named_and_never_sent(writer: Bench) -> None:
    bench = writer
    bench.person.type_into("JSON body", '{"text": hello}')

    bench.person.press("Send")

    bench.person.reads("Line 1: a value is missing, or a text has no double quotes")
    assert QApplication.activeModalWidget() is None
    assert sent(bench, TWEETS, "POST") == 0


def test_a_write_whose_wait_was_stopped_says_that_its_outcome_is_unknown(writer: Bench) -> None:
    bench, person = writer, writer.person
    person.type_into("JSON body", '{"text": "hello"}')
    bench.sandbox.hold.clear()
    person.press("Send")
    person.wait(lambda: sent(bench, TWEETS, "POST"), "the call")

    person.press("Cancel")

    person.reads("Stopped waiting.", "It is not known whether X acted.", "look at X first")
    bench.sandbox.hold.set()


def test_the_next_page_is_fetched_with_its_token(ready: Bench) -> None:
    person = ready.person
    choose_operation(ready, "searchPostsRecent")
    person.type_into("Request URL", "/2/tweets/search/recent?query=a&max_results=10")
    person.enter("Request URL")
    person.press("Send")
    person.reads("200 OK")

    person.press("Next page")

    path = "/2/tweets/search/recent"
    person.wait(lambda: sent(ready, path) == 2, "the second page")
    person.wait(lambda: ready.asked(path, "GET")[1].status == 200, "its answer")
    assert "token" in ready.asked(path, "GET")[1].query


def test_a_call_with_a_dead_access_token_refreshes_once_and_succeeds(bench: Bench) -> None:
    first = bench.sign_in()
    bench.show("Requests")
    choose_operation(bench, "getUsersMe")
    bench.person.press("Use a signed-in user")
    bench.sandbox.advance(7_300)

    bench.person.press("Send")

    bench.person.reads("200 OK")
    assert bench.users[0].refresh_token != first.refresh_token
    assert bench.sandbox.state()["rotations"] == 1


def test_an_answer_stands_only_below_the_operation_that_it_is_of(ready: Bench) -> None:
    ready.sandbox.faults.add("GET", TWEETS, status=429)
    ready.person.press("Send")
    ready.person.reads("429 Too Many Requests")
    pane = ready.program.window.pane(Tab.REQUESTS)

    pane.operation_chosen.emit("createPosts")  # type: ignore[attr-defined]
    ready.person.wait(lambda: not ready.person.sees("429 Too Many Requests"), "a clean area")

    pane.operation_chosen.emit("getPostsByIds")  # type: ignore[attr-defined]
    ready.person.reads("429 Too Many Requests")
