"""`sign-in` in the system's browser: a real process listens, and a plain client is the browser."""

import contextlib
import json
import random
import signal
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from sandbox import Sandbox
from tests.e2e.command_line import CommandLine
from tests.fakes.browser_back import Visitor, header_of, status_of

EXCHANGE = ("POST", "/2/oauth2/token")


@dataclass
class Ground:
    """A kept App with a redirect URI on a port of this test alone."""

    keypane: CommandLine
    sandbox: Sandbox
    port: int

    def keep_app(self, *redirect_uris: str) -> None:
        app = self.sandbox.add_app("CLI", redirect_uris=redirect_uris)
        fields = {
            "client_id": app.client_id,
            "client_secret": app.client_secret,
            "redirect_uri": redirect_uris[0],
        }
        environment = f"sandbox:{self.sandbox.origin}"
        added = self.keypane.json(
            "app", "add", "CLI", "--environment", environment, stdin=json.dumps(fields)
        )
        assert added.code == 0

    def go(self, url: str) -> bytes:
        parts = urlsplit(url)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        return Visitor(("127.0.0.1", self.port)).get(target)

    @property
    def exchanges(self) -> int:
        return [(seen.method, seen.path) for seen in self.sandbox.seen].count(EXCHANGE)

    @property
    def is_listened_at(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


@pytest.fixture
def ground(tmp_path: Path, sandbox: Sandbox) -> Ground:
    while True:
        port = random.randrange(20_000, 32_000)  # noqa: S311 - any will do
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            break
    ground = Ground(CommandLine(tmp_path / "home"), sandbox, port)
    ground.keep_app(f"http://127.0.0.1:{port}/callback")
    return ground


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def test_the_browser_comes_back_and_the_user_is_printed(ground: Ground) -> None:
    with ground.keypane.started("sign-in", "CLI", "--json") as process:
        url = json.loads(first_line(process))["authorize_url"]
        assert ground.is_listened_at
        answer = ground.go(ground.sandbox.authorize_without_browser(url))
        done = ground.go(header_of(answer, "Location"))
        out, err = process.communicate(timeout=60)

    assert process.returncode == 0
    assert json.loads(out)["user"]["username"] == "acme"
    assert (status_of(answer), status_of(done)) == (303, 200)
    assert "Open this address" in err  # no terminal, no display: nothing was opened
    assert ground.exchanges == 1
    assert not ground.is_listened_at


def test_foreign_callbacks_and_junk_are_ignored(ground: Ground) -> None:
    with ground.keypane.started("sign-in", "CLI", "--json") as process:
        url = json.loads(first_line(process))["authorize_url"]
        for target in (
            "/favicon.ico",
            "/callback",
            "/callback?error=access_denied",
            "/callback?error=access_denied&state=foreign",
            "/callback?state=foreign&code=stolen",
        ):
            assert status_of(ground.go(target)) == 404
        assert ground.exchanges == 0
        ground.go(ground.sandbox.authorize_without_browser(url))
        process.communicate(timeout=60)

    assert process.returncode == 0
    assert ground.exchanges == 1


def test_no_at_x_is_a_refusal(ground: Ground) -> None:
    with ground.keypane.started("sign-in", "CLI", "--json") as process:
        url = json.loads(first_line(process))["authorize_url"]
        ground.go(ground.sandbox.authorize_without_browser(url, decision="cancel"))
        out, _ = process.communicate(timeout=60)

    assert process.returncode == 3
    assert json.loads(out)["error"]["problem"] == "access_denied"
    assert ground.exchanges == 0


def test_ctrl_c_closes_the_listener(ground: Ground) -> None:
    with ground.keypane.started("sign-in", "CLI") as process:
        assert first_line(process).startswith(ground.sandbox.origin)
        assert ground.is_listened_at
        process.send_signal(signal.SIGINT)

        assert process.wait(timeout=60) == 130
    assert not ground.is_listened_at


def test_a_busy_port_is_named_and_nothing_is_begun(ground: Ground) -> None:
    with socket.create_server(("127.0.0.1", ground.port)):
        result = ground.keypane.json("sign-in", "CLI")

    assert result.code == 2
    assert result.error["kind"] == "listen_failed"
    assert str(ground.port) in result.error["message"]
    assert "paste" in result.error["next_step"]
    assert ground.sandbox.seen == []


def test_a_redirect_uri_elsewhere_is_pasted_and_said_so(ground: Ground) -> None:
    ground.keypane.json("app", "remove", "CLI")
    ground.keep_app("https://example.com/callback")

    with ground.keypane.started("sign-in", "CLI", "--json") as process:
        url = json.loads(first_line(process))["authorize_url"]
        redirect = ground.sandbox.authorize_without_browser(url)
        out, err = process.communicate(f"{redirect}\n", timeout=60)

    assert (process.returncode, json.loads(out)["user"]["username"]) == (0, "acme")
    assert "https://example.com/callback, which is not on this computer" in err


def test_the_browser_gets_the_address_alone_and_cannot_spoil_the_answer(
    ground: Ground, tmp_path: Path
) -> None:
    browser = tmp_path / "my browser"
    browser.write_text(
        f'#!/bin/sh\necho noise; echo noise >&2; printf "%s\\n" "$@" > {tmp_path}/args\n'
    )
    browser.chmod(0o700)
    ground.keypane.environment["BROWSER"] = f"'{browser}' --new-tab"

    with ground.keypane.started("sign-in", "CLI", "--json") as process:
        url = json.loads(first_line(process))["authorize_url"]
        ground.go(ground.sandbox.authorize_without_browser(url))
        out, err = process.communicate(timeout=60)

    assert json.loads(out)["user"]["username"] == "acme"
    assert "noise" not in out + err
    assert (tmp_path / "args").read_text().splitlines() == ["--new-tab", url]
