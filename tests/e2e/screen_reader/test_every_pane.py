"""Every pane says what it shows: nothing unnamed, nothing named alike, no secret."""

from tests.e2e.command_line import PASSPHRASE
from tests.e2e.screen_reader.listener import Listener


def test_the_vault_opens_by_ear(locked: Listener) -> None:
    locked.note("Unlock the vault")
    locked.set_text("password text", "Passphrase", "not this one")
    locked.button("Unlock")
    locked.hear("passphrase", states=["showing"])
    locked.note("Unlock the vault, refused")
    locked.set_text("password text", "Passphrase", PASSPHRASE)
    locked.button("Unlock")

    locked.find("push button", "Check Bearer Token")
    assert "••••" in locked.find("text", "Bearer Token")["text"]
    locked.note("Keys and tokens")
    assert locked.faults == []


def test_requests_are_put_together_and_answers_read_by_ear(heard: Listener) -> None:
    heard.act("page tab", "Requests")
    heard.set_text("text", "Request URL", "/2/users/me")
    heard.hear("GET The signed-in user", role="list item", states=["selected"])
    heard.act("list item", has="GET Posts by IDs", hidden=True)
    heard.button("Add tweet.fields")
    heard.find("panel", "Values of tweet.fields")
    heard.act("list item", "attachments")
    heard.find("list item", "attachments", states=["checked"])
    heard.note("Values of tweet.fields")
    heard.keys("Escape")
    heard.gone(role="panel", name="Values of tweet.fields")
    assert "attachments" in heard.find("text", "Request URL")["text"]
    heard.button("Remove 1261326399320715264 from ids")
    heard.button("Add ids")
    heard.set_text("text", "ids", "1261326399320715264")
    heard.find("push button", "Remove 1261326399320715264 from ids")
    heard.button("Send")
    heard.find("label", "200 OK")
    heard.act("page tab", "JSON")
    heard.act("table cell", has='id: "1278347468690915330"')
    heard.hear("data[0].id")
    heard.note("JSON")
    for tab in ("Headers", "Timing"):
        heard.act("page tab", tab)
        heard.note(tab)
    heard.act("page tab", "Code")
    heard.choose("Language", "Python requests")
    heard.note("Code")

    assert heard.faults == []


def test_limits_activity_and_settings_are_used_by_ear(heard: Listener) -> None:
    heard.button("Check Bearer Token")
    heard.hear("Works · checked")
    heard.act("page tab", "Limits and usage")
    heard.button("Ask X for usage")
    heard.hear("this month")
    heard.note("Limits and usage")
    heard.act("page tab", "Activity")
    heard.act("list item", has="Checked, Bearer Token")
    heard.find("panel", "Details")
    heard.note("Activity")
    heard.act("page tab", "Settings")
    heard.set_text("text", "Name", "By ear")
    heard.find("list item", "By ear")
    heard.choose("Theme", "Dark")
    heard.note("Settings")

    assert heard.faults == []
