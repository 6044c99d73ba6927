"""Whether a browser may be opened, and how: one list of words, no shell."""

import io
import subprocess
import sys
from typing import Any

import pytest

from cli.browser_opener import may_open, open_page

URL = "https://x.com/i/oauth2/authorize?response_type=code&client_id=a&state=$(reboot)"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], dict[str, Any]]]:
    found: list[tuple[list[str], dict[str, Any]]] = []
    monkeypatch.setattr(
        subprocess, "Popen", lambda command, **options: found.append((command, options))
    )
    monkeypatch.setattr(sys, "platform", "linux")
    return found


@pytest.mark.parametrize(
    ("stream", "environ", "may"),
    [
        (Terminal(), {"DISPLAY": ":0"}, True),
        (Terminal(), {"WAYLAND_DISPLAY": "wayland-0"}, True),
        (Terminal(), {}, False),
        (Terminal(), {"DISPLAY": ""}, False),
        (io.StringIO(), {"DISPLAY": ":0"}, False),
        (io.StringIO(), {}, False),
        (io.StringIO(), {"BROWSER": "firefox"}, True),
    ],
)
def test_a_browser_is_opened_only_where_somebody_sees_it(
    monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, environ: dict[str, str], may: bool
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")

    assert may_open((io.StringIO(), stream), environ) is may


@pytest.mark.parametrize(
    ("browser", "command"),
    [
        ("firefox", ["firefox", URL]),
        ("firefox:chromium", ["firefox", URL]),
        ("firefox --new-window %s", ["firefox", "--new-window", URL]),
        ("'/opt/my browser/run' %s", ["/opt/my browser/run", URL]),
        ("open --url=%s", ["open", f"--url={URL}"]),
    ],
)
def test_the_address_is_one_word_whatever_stands_in_it(
    started: list[tuple[list[str], dict[str, Any]]], browser: str, command: list[str]
) -> None:
    assert open_page(URL, {"BROWSER": browser})

    ((words, options),) = started
    assert words == command
    assert not options.get("shell")
    for stream in ("stdin", "stdout", "stderr"):
        assert options[stream] == subprocess.DEVNULL


def test_without_a_word_from_the_person_the_desktop_opens_it(
    started: list[tuple[list[str], dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")

    for environ in ({}, {"BROWSER": ""}, {"BROWSER": "'unfinished"}):
        assert open_page(URL, environ)

    assert [words for words, _ in started] == [["/usr/bin/xdg-open", URL]] * 3


def test_where_there_is_none_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr("shutil.which", lambda _name: None)

    assert not open_page(URL, {})
    assert not open_page(URL, {"BROWSER": "/no/such/browser"})


def test_windows_opens_it_without_a_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr("os.startfile", opened.append, raising=False)

    assert open_page(URL, {})
    assert opened == [URL]
