"""Pages, streams, refusals to come, and what is left: heard and done without a pointer."""

from tests.e2e.screen_reader.listener import Listener

SEARCH = "/2/tweets/search/recent?query=lang:en&max_results=10"


def test_all_pages_are_fetched_within_bounds_by_ear(heard: Listener) -> None:
    heard.act("page tab", "Requests")
    heard.set_text("text", "Request URL", SEARCH)
    heard.button("Send")
    heard.find("label", "200 OK")
    heard.button("All pages")
    heard.set_text("text", "Stop after pages", "2")
    heard.note("All pages")
    heard.button("Fetch")
    heard.find("label", "Stopped at the bound")
    heard.find("push button", "Next page")
    heard.note("Pages")

    assert heard.faults == []


def test_a_stream_is_read_paused_and_stopped_by_ear(heard: Listener) -> None:
    heard.act("page tab", "Requests")
    heard.set_text("text", "Request URL", "/2/tweets/sample/stream")
    heard.button("Read stream")
    heard.find("label", "Open")
    heard.hear("", role="list item", within={"role": "list", "name": "Stream"})
    heard.button("Pause")
    heard.find("label", "Paused")
    heard.note("Stream, paused")
    heard.button("Resume")
    heard.button("Stop")
    heard.find("push button", "Read stream")
    heard.note("Stream, over")

    assert heard.faults == []


def test_what_speaks_against_a_call_and_an_empty_answer_are_heard(heard: Listener) -> None:
    heard.act("page tab", "Requests")
    heard.act("list item", has="POST Like a Post", hidden=True)
    heard.hear("Enterprise only at X since 2026-04-16")
    heard.find("push button", "Use a signed-in user")
    heard.note("Enterprise only")
    heard.act("list item", has="GET Search Posts, 7 days", hidden=True)
    heard.hear("say is:retweet to have them (since 2026-05-04)")
    heard.set_text("text", "Request URL", SEARCH.replace("lang:en", "nobodywritesthis"))
    heard.button("Send")
    heard.find("label", "Nothing found")
    heard.note("Nothing found")

    assert heard.faults == []


def test_usage_and_published_limits_are_read_as_tables_by_ear(heard: Listener) -> None:
    heard.act("page tab", "Requests")
    heard.button("Send")
    heard.find("label", "200 OK")
    heard.act("page tab", "Limits and usage")
    heard.button("Ask X for usage")
    heard.hear("this month")
    heard.button("Table of Posts read per day")
    heard.hear("today", role="table cell")
    heard.button("Chart of Posts read per day")
    heard.button("Show published limits")
    heard.hear("GET /2/tweets/search/recent", role="table cell")
    heard.note("Published limits")

    assert heard.faults == []
