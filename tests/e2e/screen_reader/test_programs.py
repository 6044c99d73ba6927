"""Other programs ask, and credentials leave for other tools, with the accessible tree alone."""

import json
import socket
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.e2e.screen_reader.listener import Listener


def ask(home: Path) -> dict[str, Any]:
    """Ask the window as another program does."""
    with socket.socket(socket.AF_UNIX) as helper:
        helper.settimeout(90)
        helper.connect(str(home / "helper.sock"))
        helper.sendall(b'{"app": "Practice", "as": "@acme"}\n')
        with helper.makefile("rb") as answers:
            found: dict[str, Any] = json.loads(answers.readline())
    return found


def test_a_program_that_asks_is_heard_answered_and_withdrawn(
    heard: Listener, tmp_path: Path
) -> None:
    heard.act("page tab", "Settings")
    heard.hear("They ask here for tokens", timeout=30)
    heard.act("page tab", "Keys and tokens")
    with ThreadPoolExecutor(1) as pool:
        for button, is_given in (("Allow once", True), ("Allow and remember", True)):
            asking: Future[dict[str, Any]] = pool.submit(ask, tmp_path / "home")
            heard.hear("Give a program a token of Practice?", role="dialog", timeout=30)
            heard.hear("It wants the Access Token of @acme.")
            heard.find("push button", "Refuse", states=["focused"])
            heard.note("The question of a program")
            heard.button(button, within={"role": "dialog"})
            assert ("token" in asking.result(60)) is is_given
        heard.gone(role="dialog")
        heard.act("page tab", "Settings")
        program = Path("/proc/self/exe").resolve().name
        heard.button(f"Withdraw {program} for Practice")
        heard.gone(role="push button", name=f"Withdraw {program} for Practice")
        asking = pool.submit(ask, tmp_path / "home")
        heard.button("Refuse", within={"role": "dialog"})
        assert asking.result(60)["error"]["kind"] == "not_allowed"

    assert heard.faults == []


def test_an_export_is_made_by_ear(heard: Listener) -> None:
    heard.act("page tab", "Settings")
    heard.button("Export")
    heard.find("label", "Export Practice")
    heard.choose("For", "GitHub Actions secrets")
    heard.find("text", "Name there")
    heard.note("Export")
    heard.act("check box", "With the values themselves")
    heard.find("push button", "Export the values", within={"role": "dialog"})
    heard.note("Export the values")
    heard.button("Cancel", within={"role": "dialog"})
    heard.gone(role="dialog")
    heard.find("push button", "Copy export", states=["enabled"])
    heard.button("Back")
    heard.find("push button", "Export")

    assert heard.faults == []
