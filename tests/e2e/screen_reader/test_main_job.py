"""The whole main job by names alone, consent page included, in the program as it is started."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from tests.conftest import Canaries
from tests.e2e.private_desktop import Desktop
from tests.e2e.screen_reader.listener import Listener, listening

APP = "Heard App"


@pytest.fixture
def heard(tmp_path: Path, canaries: Canaries) -> Iterator[Listener]:
    """A window with the embedded sandbox, and somebody who listens to it."""
    with (
        Desktop() as desktop,
        listening(desktop, canaries, "--sandbox", "--home", str(tmp_path / "home")) as listener,
    ):
        yield listener


def test_the_main_job_is_done_by_names_alone(heard: Listener) -> None:
    _add_app(heard)
    _generate_and_check(heard)
    _read_two_posts(heard)
    origin = _sign_in(heard)
    _refresh(heard)
    _read_the_account(heard)
    before = _state(origin)
    _revoke(heard, "Revoke @acme?", "Revoke @acme", row="@acme")
    _revoke(heard, "Revoke the Bearer Token", "Revoke Bearer Token", row="Bearer Token")
    heard.act("page tab", "Activity")
    heard.hear("Proved", role="list item")

    assert heard.faults == []
    assert before["rotations"] == 1
    assert [user["username"] for user in before["users"]] == ["acme"]
    after = _state(origin)
    assert (after["users"], after["bearers"]) == ([], 0)


def _add_app(heard: Listener) -> None:
    """Give the ready App's values to an App of one's own; they are read from the window itself."""
    heard.find("push button", "Generate Bearer Token", timeout=30)
    labels = ("API Key", "API Key Secret", "Client Secret")
    values = {label: heard.value(label) for label in labels}
    row = {"role": "panel", "name": "Client ID"}
    values["Client ID"] = heard.find("label", within=row, nth=2)["name"]
    heard.button("Add App")
    pasted = "\n".join(f"{label}: {value}" for label, value in values.items())
    heard.set_text("text", "Paste", pasted)
    heard.hear("Found 4")
    heard.set_text("text", "Name", APP)
    heard.set_text("text", "Redirect URI", "http://127.0.0.1:8739/callback")
    heard.choose("Environment", "Sandbox of this window")
    heard.note("Add App")
    heard.button("Save")
    heard.find("label", APP)


def _generate_and_check(heard: Listener) -> None:
    heard.button("Generate Bearer Token")
    heard.button("Check Bearer Token")
    heard.hear("Works · checked")
    heard.value("Bearer Token")


def _read_two_posts(heard: Listener) -> None:
    heard.act("page tab", "Requests")
    heard.find("combo box", "Bearer Token", label="Credential")
    address = heard.find("text", "Request URL")
    assert address["description"] == "GET"
    assert "/2/tweets?ids=1261326399320715264,1278347468690915330" in address["text"]
    heard.button("Send")
    heard.find("label", "200 OK")
    heard.hear("1261326399320715264\nOur bot posts build results here.", role="list item")
    heard.hear("1278347468690915330", role="list item")
    heard.note("Requests, with Posts")


def _sign_in(heard: Listener) -> str:
    """Sign @acme in; return the origin that the address line spoke of."""
    heard.select("page tab", "Keys and tokens")
    heard.button("Sign in a user")
    heard.find("check box", "Read Posts tweet.read", states=["checked"])
    heard.button("Sign in here")
    heard.find("push button", "Authorize app", timeout=30)
    heard.find("push button", "Cancel")
    origin: str = heard.hear("http://127.0.0.1:")["name"]
    heard.note("Sign in, consent")
    heard.act("radio button", "@acme Acme", action="SetFocus")
    heard.find("radio button", "@acme Acme", states=["checked", "focused"])
    heard.act("push button", "Authorize app", action="SetFocus")
    heard.find("push button", "Authorize app", states=["focused"])
    heard.keys("Return")
    heard.find("push button", "Keep on this computer")
    heard.find("label", "@acme signed in")
    heard.note("Sign in, who")
    heard.button("Keep on this computer")
    return origin


def _refresh(heard: Listener) -> None:
    row = {"role": "panel", "name": "@acme"}
    heard.hear(" min left", within=row)
    heard.button("Refresh @acme")
    heard.hear("Refreshed. The new pair is stored.")
    heard.note("Keys and tokens, with a user")


def _read_the_account(heard: Listener) -> None:
    heard.act("page tab", "Requests")
    heard.act("list item", has="GET The signed-in user", hidden=True)
    heard.choose("Credential", "@acme")
    assert heard.find("text", "Request URL")["text"].endswith("/2/users/me")
    heard.button("Send")
    heard.hear("@acme · 1733410282", role="list item")
    heard.find("label", "200 OK")


def _revoke(heard: Listener, question: str, button: str, *, row: str) -> None:
    heard.select("page tab", "Keys and tokens")
    heard.button(button)
    asked = heard.hear(question, role="dialog", states=["active"])
    assert asked["description"]
    heard.confirm(question, "Revoke")
    heard.hear("Revoked · proven, X answered 401", within={"role": "panel", "name": row})


def _state(origin: str) -> Any:
    with urlopen(f"{origin}/_sandbox/state", timeout=40) as answer:
        return json.loads(answer.read())
