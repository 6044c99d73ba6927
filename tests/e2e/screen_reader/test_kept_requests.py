"""The history, saved requests and the picker of a moment by ear."""

from tests.e2e.screen_reader.listener import Listener


def test_kept_requests_are_found_saved_and_opened_by_ear(heard: Listener) -> None:
    heard.act("page tab", "Requests")
    heard.button("Send")
    heard.find("label", "200 OK")
    heard.set_text("text", "Request URL", "/2/users/me")
    heard.act("page tab", "History")
    heard.hear("GET Posts by IDs, 200", role="list item")
    heard.note("History")
    heard.act("list item", has="GET Posts by IDs, 200")
    heard.hear("GET", role="list item")
    assert "ids=1261326399320715264" in heard.find("text", "Request URL")["text"]

    heard.act("page tab", "Saved")
    heard.button("Save this request")
    heard.set_text("text", "Name of the request", "Two Posts")
    heard.note("Save this request")
    heard.button("Save")
    heard.hear("GET Two Posts", role="list item")
    heard.note("Saved")

    assert heard.faults == []


def test_a_moment_is_picked_by_ear(heard: Listener) -> None:
    heard.act("page tab", "Requests")
    heard.set_text(
        "text", "Request URL", "/2/tweets/search/recent?query=a&start_time=2026-11-20T10:00:00Z"
    )
    heard.button("Pick start_time")
    heard.find("text", "Time of day for start_time, in UTC")
    heard.note("Moment")
    heard.set_text("text", "Time of day for start_time, in UTC", "11:30")
    heard.button("Use start_time")

    heard.gone(role="text", name="Time of day for start_time, in UTC")
    assert "2026-11-20T11:30:00Z" in heard.find("text", "Request URL")["text"]
    assert heard.faults == []
