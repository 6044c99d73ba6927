"""History, saved requests, all pages and streams in the real window, over the sandbox."""

import json
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from core.sent import SentRequest
from tests.e2e.window.bench import Bench
from ui.shell import Tab

TWEETS = "/2/tweets"
SEARCH = "/2/tweets/search/recent"
STREAM = "/2/tweets/search/stream"


@pytest.fixture
def ready(bench: Bench) -> Bench:
    """A bench with a Bearer Token whose Requests pane is open."""
    bench.generate()
    bench.show("Requests")
    return bench


def pane(bench: Bench) -> Any:
    return bench.pane(Tab.REQUESTS)


def choose_operation(bench: Bench, operation: str) -> None:
    model = pane(bench).operations.model
    row = model.index(model.row_of(operation))
    words = str(row.data(Qt.ItemDataRole.AccessibleTextRole))
    bench.person.pick("Operations", words)


def show_list(bench: Bench, tab: str) -> Any:
    side = pane(bench).side
    side.show_tab(tab)
    return getattr(side, tab)


def sent(bench: Bench, path: str = TWEETS) -> int:
    return len(bench.asked(path, "GET"))


def form_url(bench: Bench) -> str:
    return bench.person.find("Request URL", QLineEdit).text()


# --- the price -----------------------------------------------------------------------------------


def test_what_a_call_may_cost_at_x_is_said_before_it_is_sent(ready: Bench) -> None:
    ready.person.reads("up to $0.030 at X", "The sandbox charges nothing.")

    pane(ready).parameter_changed.emit("ids", ("1", "2", "3"))

    ready.person.reads("up to $0.045 at X")
    assert sent(ready) == 0


# --- history -------------------------------------------------------------------------------------


def test_a_sent_request_is_in_the_history_and_opening_it_sends_nothing(ready: Bench) -> None:
    person = ready.person
    first = form_url(ready)
    person.press("Send")
    person.reads("200 OK")
    pane(ready).parameter_changed.emit("ids", ("20",))
    person.press("Send")
    person.wait(lambda: sent(ready) == 2, "the second call")

    history = show_list(ready, "history")
    person.wait(lambda: history.model.rowCount() == 2, "both calls")
    oldest = history.model.index(1)
    history.list.setCurrentIndex(oldest)
    history.list.setFocus()
    QTest.keyClick(history.list, Qt.Key.Key_Return)

    person.wait(lambda: form_url(ready) == first, "the first request")
    assert sent(ready) == 2
    person.press("Send")
    person.wait(lambda: sent(ready) == 3, "the replay")
    assert ready.asked(TWEETS, "GET")[2].query == ready.asked(TWEETS, "GET")[0].query


def test_the_history_is_searched_and_cut_line_by_line_and_whole(ready: Bench) -> None:
    person = ready.person
    for number in ("20", "21"):
        pane(ready).parameter_changed.emit("ids", (number,))
        person.press("Send")
        wanted = int(number) - 19
        person.wait(lambda wanted=wanted: sent(ready) == wanted, "a call")  # type: ignore[misc]
        person.wait(lambda: person.can_press("Send"), "its answer")
    history = show_list(ready, "history")
    person.wait(lambda: history.model.rowCount() == 2, "both calls")

    person.type_into("Find a sent request", "ids=21")
    assert history.model.rowCount() == 1
    history.list.setCurrentIndex(history.model.index(0))
    QTest.keyClick(history.list, Qt.Key.Key_Delete)
    person.type_into("Find a sent request", "")
    person.wait(lambda: history.model.rowCount() == 1, "one line less")

    person.press("Delete all")
    person.reads("Delete the history of")
    person.press("Delete all")
    person.wait(lambda: ready.vault.all(SentRequest) == (), "an empty history")
    person.reads("opening sends nothing")


def test_a_refusal_and_a_lost_answer_are_in_the_history_too(ready: Bench) -> None:
    ready.sandbox.faults.add("GET", TWEETS, status=429)
    ready.person.press("Send")
    ready.person.reads("429 Too Many Requests")
    ready.transport.deadline_seconds = 0.4
    ready.sandbox.hold.clear()
    ready.person.press("Send")
    ready.person.reads("did not answer in time.")
    ready.sandbox.hold.set()

    show_list(ready, "history")

    ready.person.reads("no answer", "429")


def test_no_token_is_in_what_the_history_keeps(ready: Bench) -> None:
    bearer = ready.bearer
    assert bearer is not None
    assert bearer.token is not None
    ready.person.press("Send")
    ready.person.reads("200 OK")

    (entry,) = ready.vault.all(SentRequest)

    assert bearer.token.reveal() not in repr(entry)
    assert "uthorization" not in entry.facts
    assert json.loads(entry.facts)["status"] == 200


# --- saved requests ------------------------------------------------------------------------------


def test_a_request_is_saved_by_name_and_opened_later(ready: Bench) -> None:
    person = ready.person
    saved_url = form_url(ready)
    person.press_from_menu("More for this request", "Save this request…")
    person.type_into("Name of the request", "Two Posts")
    person.type_into("Note about the request", "for the demo")
    person.press("Save")
    person.reads("Saved under “Two Posts”.", "for the demo")
    choose_after = show_list(ready, "operations")
    assert choose_after.isVisible()
    choose_operation(ready, "getUsersByUsername")

    saved = show_list(ready, "saved")
    person.pick("Saved requests", "Two Posts")

    person.wait(lambda: form_url(ready) == saved_url, "the saved request")
    assert sent(ready) == 0
    assert saved.isVisible()


def test_a_saved_request_is_renamed_duplicated_and_deleted(ready: Bench) -> None:
    person = ready.person
    person.press_from_menu("More for this request", "Save this request…")
    person.type_into("Name of the request", "One")
    person.press("Save")
    saved = ready.pane(Tab.REQUESTS).side.saved
    person.wait(lambda: saved.model.rowCount() == 1, "the request")
    saved.list.setCurrentIndex(saved.model.index(0))

    person.press_from_menu("More for Saved requests", "Rename…")
    person.type_into("Name of the request", "Uno")
    person.press("Save")
    person.wait(lambda: [e.name for e in ready.world.request_book.saved()] == ["Uno"], "the name")
    saved.list.setCurrentIndex(saved.model.index(0))
    person.press_from_menu("More for Saved requests", "Duplicate")
    person.wait(lambda: saved.model.rowCount() == 2, "the copy")
    saved.list.setCurrentIndex(saved.model.index(0))
    QTest.keyClick(saved.list, Qt.Key.Key_Delete)
    person.press("Delete")

    person.wait(lambda: [e.name for e in ready.world.request_book.saved()] == ["Uno 2"], "one")


# --- all pages -----------------------------------------------------------------------------------


def search(bench: Bench) -> None:
    choose_operation(bench, "searchPostsRecent")
    bench.person.type_into("Request URL", f"{SEARCH}?query=lang:en&max_results=10")
    bench.person.enter("Request URL")


def test_all_pages_are_fetched_up_to_their_bound_and_shown_as_one_answer(ready: Bench) -> None:
    person = ready.person
    search(ready)
    person.press("Send")
    person.reads("200 OK")

    person.press("All pages")
    person.type_into("Stop after pages", "3")
    person.press("Fetch")

    person.reads("Stopped at the number of pages: 3 pages · 30 results")
    assert sent(ready, SEARCH) == 4
    assert pane(ready).answer.cards.model_of_cards.rowCount() >= 30
    person.press("Next page")
    person.wait(lambda: sent(ready, SEARCH) == 5, "the fourth page")


def test_a_bound_that_is_no_number_is_asked_for_again(ready: Bench) -> None:
    search(ready)
    ready.person.press_from_menu("More for this request", "All pages…")
    ready.person.type_into("Stop after pages", "many")
    ready.person.press("Fetch")

    ready.person.reads("Whole numbers and sums of money, or nothing for no bound.")
    assert sent(ready, SEARCH) == 0
    ready.person.press("Cancel")


def test_a_sum_stops_the_walk_before_it_is_passed(ready: Bench) -> None:
    search(ready)
    ready.person.press_from_menu("More for this request", "All pages…")
    ready.person.type_into("Stop at $", "0.12")
    ready.person.press("Fetch")

    ready.person.reads("Stopped before the sum was passed: 2 pages")
    assert sent(ready, SEARCH) == 2


def test_a_walk_that_is_stopped_keeps_what_came(ready: Bench) -> None:
    person = ready.person
    search(ready)
    ready.sandbox.hold.clear()
    person.press_from_menu("More for this request", "All pages…")
    person.press("Fetch")
    person.wait(lambda: sent(ready, SEARCH) == 1, "the first page")
    person.press("Pause")
    ready.sandbox.hold.set()
    person.reads("Paused", "1 page · 10 results")
    assert sent(ready, SEARCH) == 1

    person.press("Stop")

    person.reads("Stopped. What came is kept: 1 page · 10 results")
    assert pane(ready).answer.cards.model_of_cards.rowCount() >= 10


def test_a_page_that_x_refuses_ends_the_walk_and_what_came_is_kept(ready: Bench) -> None:
    person = ready.person
    search(ready)
    ready.sandbox.hold.clear()
    person.press_from_menu("More for this request", "All pages…")
    person.press("Fetch")
    person.wait(lambda: sent(ready, SEARCH) == 1, "the first page")
    person.press("Pause")
    ready.sandbox.hold.set()
    person.reads("1 page · 10 results")
    ready.sandbox.faults.add("GET", SEARCH, status=429)

    person.press("Resume")

    person.reads("X refused a page. What came is kept: 1 page · 10 results")
    person.reads("1 page came, the next did not.", "X was asked too often")
    assert pane(ready).answer.cards.model_of_cards.rowCount() >= 10


# --- streams -------------------------------------------------------------------------------------


def read_stream(bench: Bench, *, pace: float = 50) -> None:
    bench.sandbox.streams.knobs.posts_per_second = pace
    choose_operation(bench, "streamPostsSample")
    bench.person.press("Read stream")


def rows(bench: Bench) -> int:
    return int(pane(bench).answer.stream.lines.rowCount())


def test_a_stream_is_read_line_by_line_until_it_is_stopped(ready: Bench) -> None:
    person = ready.person
    read_stream(ready)
    person.wait(lambda: rows(ready) > 20, "some Posts")
    person.reads("Open", "Posts ·", "/s")

    person.press("Stop")

    person.wait(lambda: person.can_press("Read stream"), "the end")
    person.wait(lambda: not ready.sandbox.streams.state()["open"], "the connection's end")
    assert rows(ready) > 20
    person.reads("Stopped")


def test_a_paused_stream_holds_the_picture_and_is_read_on(ready: Bench) -> None:
    person = ready.person
    read_stream(ready)
    person.wait(lambda: rows(ready) > 5, "some Posts")

    person.press("Pause")
    person.reads("Paused")
    held = rows(ready)
    came = pane(ready).answer.run.text
    before = came.accessibleName()
    person.wait(lambda: came.accessibleName() != before, "more Posts behind it")
    assert rows(ready) == held
    person.press("Resume")

    person.wait(lambda: rows(ready) > held, "what came meanwhile")
    person.press("Stop")
    person.wait(lambda: person.can_press("Read stream"), "the end")


def test_a_chosen_post_of_a_stream_shows_its_json(ready: Bench) -> None:
    person = ready.person
    read_stream(ready)
    person.wait(lambda: rows(ready) > 5, "some Posts")
    person.press("Stop")
    person.wait(lambda: person.can_press("Read stream"), "the end")
    answer = pane(ready).answer
    answer.stream.setCurrentIndex(answer.stream.lines.index(0, 0))
    line = json.loads(answer.stream.lines.line(answer.stream.lines.index(0, 0)))

    answer.tabs.setCurrentIndex(1)

    person.reads(line["data"]["id"])


def test_a_stream_that_x_cuts_is_opened_again_and_says_so(ready: Bench) -> None:
    person = ready.person
    read_stream(ready)
    person.wait(lambda: rows(ready) > 5, "some Posts")
    ready.sandbox.streams.disconnect("cut")

    person.wait(lambda: sent(ready, "/2/tweets/sample/stream") == 2, "the second connection")
    held = rows(ready)
    person.wait(lambda: rows(ready) > held, "Posts again")
    person.press("Stop")
    person.wait(lambda: person.can_press("Read stream"), "the end")


def test_a_keep_alive_is_shown(ready: Bench) -> None:
    ready.sandbox.streams.knobs.keep_alive_seconds = 0.05
    read_stream(ready, pace=0)

    ready.person.reads("keep-alives")
    ready.person.press("Stop")
    ready.person.wait(lambda: ready.person.can_press("Read stream"), "the end")


def test_a_stream_that_x_refuses_says_why(ready: Bench) -> None:
    ready.sandbox.faults.add("GET", "/2/tweets/sample/stream", status=402)
    read_stream(ready)

    ready.person.reads("has no credits left.", "Add credits")
    assert ready.person.can_press("Read stream")


@pytest.mark.serial
def test_esc_stops_a_stream(ready: Bench) -> None:
    ready.program.window.activateWindow()
    read_stream(ready)
    ready.person.wait(lambda: rows(ready) > 5, "some Posts")
    ready.person.wait(QApplication.focusWidget, "the focus")
    focused = QApplication.focusWidget()
    assert focused is not None

    QTest.keyClick(focused, Qt.Key.Key_Escape)

    ready.person.wait(lambda: ready.person.can_press("Read stream"), "the end")
