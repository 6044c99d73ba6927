"""`sign-in --browser embedded`: the command line's own window, heard, as real processes."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import Canaries
from tests.e2e.command_line import CommandLine, SandboxProcess
from tests.e2e.private_desktop import Desktop
from tests.e2e.screen_reader.listener import Listener

APP = "Practice"


@pytest.fixture
def desktop() -> Iterator[Desktop]:
    """A screen of this test alone."""
    with Desktop() as made:
        yield made


@pytest.fixture
def keypane(x: SandboxProcess, desktop: Desktop, tmp_path: Path) -> CommandLine:
    """A kept App, and a command line that has a screen."""
    x.reset()
    made = CommandLine(tmp_path / "home")
    made.add_app(x, APP)
    made.environment = {**desktop.environment, "QTWEBENGINE_DISABLE_SANDBOX": "1"}
    return made


@contextmanager
def window_of(
    process: "subprocess.Popen[str]", desktop: Desktop, canaries: Canaries
) -> Iterator[Listener]:
    """Listen to the window process of a command that has just said its address."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    while not (pids := children.read_text().split()):
        assert process.poll() is None, "the command ended without a window"
    with Listener(int(pids[0]), desktop, canaries) as heard:
        heard.find("push button", "Cancel sign-in", timeout=60)
        yield heard


def address_of(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    address: str = json.loads(process.stdout.readline())["authorize_url"]
    return address


def consent(heard: Listener) -> None:
    heard.find("push button", "Authorize app", timeout=60)
    heard.act("push button", "Authorize app", action="SetFocus")
    heard.find("push button", "Authorize app", states=["focused"])
    heard.keys("Return")


def test_the_window_shows_the_page_and_the_command_gets_its_user(
    keypane: CommandLine, x: SandboxProcess, desktop: Desktop, canaries: Canaries
) -> None:
    arguments = ("sign-in", APP, "--browser", "embedded", "--json")
    with keypane.started(*arguments) as process:
        address_of(process)
        with window_of(process, desktop, canaries) as heard:
            heard.find("push button", "Authorize app", timeout=60)
            heard.note("the page")
            arguments_of_all = "".join(
                path.read_text(errors="replace") for path in Path("/proc").glob("[0-9]*/cmdline")
            )
            consent(heard)
            out, _ = process.communicate(timeout=60)

    assert heard.faults == []
    assert process.returncode == 0
    assert json.loads(out)["user"]["username"] == "acme"
    assert "state=" not in arguments_of_all
    assert "code_challenge" not in arguments_of_all
    ledger = [(seen["method"], seen["path"]) for seen in x.control("ledger")]
    assert ledger.count(("POST", "/2/oauth2/token")) == 1


def test_closing_the_window_stops_the_command_and_nothing_is_stored(
    keypane: CommandLine, x: SandboxProcess, desktop: Desktop, canaries: Canaries
) -> None:
    with keypane.started("sign-in", APP, "--browser", "embedded", "--json") as process:
        address_of(process)
        with window_of(process, desktop, canaries) as heard:
            heard.button("Cancel sign-in")
            process.communicate(timeout=60)

    assert process.returncode == 130
    assert keypane.json("user", "list", APP).answer == []
    assert ("POST", "/2/oauth2/token") not in {
        (seen["method"], seen["path"]) for seen in x.control("ledger")
    }


def test_the_same_attempt_goes_on_in_the_persons_own_browser(
    keypane: CommandLine, x: SandboxProcess, desktop: Desktop, canaries: Canaries
) -> None:
    keypane.json("app", "remove", APP)
    facts = {**x.facts, "redirect_uri": "https://example.com/callback"}
    x.facts, before = facts, x.facts
    try:
        keypane.add_app(x, APP)
    finally:
        x.facts = before
    with keypane.started("sign-in", APP, "--browser", "embedded") as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith(x.origin)
        with window_of(process, desktop, canaries) as heard:
            heard.button("Continue in my browser")
            _, err = process.communicate("", timeout=60)

    assert process.returncode == 2  # nothing was pasted
    assert "https://example.com/callback, which is not on this computer" in err


def test_the_window_ends_when_the_command_is_killed(
    keypane: CommandLine, desktop: Desktop, canaries: Canaries
) -> None:
    with keypane.started("sign-in", APP, "--browser", "embedded") as process:
        assert process.stdout is not None
        process.stdout.readline()
        with window_of(process, desktop, canaries) as heard:
            process.kill()
            process.wait(timeout=60)
            heard.gone(role="push button", name="Cancel sign-in")


def test_without_a_display_the_other_ways_are_named(filled: CommandLine) -> None:
    refused = filled.json("sign-in", APP, "--browser", "embedded")

    assert refused.code == 2
    assert "no display" in refused.error["message"]
    assert "paste" in refused.error["message"]
