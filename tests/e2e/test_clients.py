"""The plug-ins that we ship: they hold a token, ask anew, and give it to one origin alone."""

import importlib
import json
import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
import requests

from core.adapters.helper_turns import serve
from core.consents import Peer
from core.ports import CancelToken
from tests.e2e.command_line import ROOT

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Unix sockets")


class Helper:
    """A helper whose answers a test gives.

    Attributes:
        answers: what the next questions get; the last one stays.
        asked: the questions.
    """

    def __init__(self) -> None:
        self.answers: list[dict[str, Any]] = []
        self.asked: list[dict[str, str]] = []

    def reply(self, line: bytes, _peer: Peer) -> bytes:
        self.asked.append(json.loads(line))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return json.dumps(answer).encode()


class Api:
    """An API that takes one token, and notes what it was given.

    Attributes:
        good: the token that is taken.
        heard: the Authorization headers, "" for none.
    """

    def __init__(self) -> None:
        api = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                header = self.headers.get("Authorization", "")
                api.heard.append(header)
                if self.path == "/elsewhere":
                    self.send_response(302)
                    self.send_header("Location", api.other)
                else:
                    self.send_response(200 if header == f"Bearer {api.good}" else 401)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_POST = do_GET  # noqa: N815 - http.server's name

            def log_message(self, *_arguments: object) -> None:
                pass

        self.good, self.other, self.heard = "first", "", list[str]()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def helper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Helper]:
    monkeypatch.syspath_prepend(str(ROOT / "resources" / "clients"))
    monkeypatch.delenv("KEYPANE_SOCKET", raising=False)
    monkeypatch.setenv("KEYPANE_HOME", str(tmp_path / "home"))
    answering, cancel, ready = Helper(), CancelToken(), threading.Event()
    thread = threading.Thread(
        target=lambda: serve(tmp_path / "home", answering.reply, cancel, lambda _on: ready.set())
    )
    thread.start()
    assert ready.wait(30)
    yield answering
    cancel.cancel()
    thread.join(30)


@pytest.fixture
def api() -> Iterator[Api]:
    running = Api()
    yield running
    running.stop()


@pytest.fixture(params=["requests", "httpx"])
def call(request: pytest.FixtureRequest, helper: Helper, api: Api) -> Iterator[Any]:
    """A function that calls an address with the plug-in of one library, and follows redirects."""
    plug_in = importlib.import_module(f"keypane_{request.param}")
    auth = plug_in.KeypaneAuth("My App", "@acme", api.origin)
    if request.param == "requests":
        with requests.Session() as session:
            session.trust_env = False
            yield lambda url, **how: session.request(
                how.pop("method", "GET"), url, auth=auth, **how
            )
    else:
        with httpx.Client(auth=auth, follow_redirects=True, trust_env=False) as client:
            yield lambda url, **how: client.request(how.pop("method", "GET"), url, **how)


def in_an_hour(token: str, hours: float = 1) -> dict[str, str]:
    at = datetime.now(UTC) + timedelta(hours=hours)
    return {"token": token, "kind": "user", "expires_at": f"{at:%Y-%m-%dT%H:%M:%SZ}"}


def test_a_token_is_asked_for_once_and_held(call: Any, helper: Helper, api: Api) -> None:
    helper.answers = [in_an_hour("first")]

    statuses = [call(f"{api.origin}/2/users/me").status_code for _ in range(3)]

    assert statuses == [200] * 3
    assert helper.asked == [{"app": "My App", "as": "@acme"}]


def test_a_token_that_runs_out_is_asked_for_anew(call: Any, helper: Helper, api: Api) -> None:
    helper.answers = [in_an_hour("first", hours=0)]

    assert [call(api.origin).status_code for _ in range(2)] == [200, 200]
    assert len(helper.asked) == 2


@pytest.mark.parametrize("how", [{}, {"method": "POST", "json": {"text": "Hello"}}])
def test_after_a_401_another_token_is_tried_once(
    call: Any, helper: Helper, api: Api, how: dict[str, Any]
) -> None:
    helper.answers = [in_an_hour("first"), in_an_hour("second")]
    api.good = "second"

    answer = call(api.origin, **how)

    assert answer.status_code == 200
    assert api.heard == ["Bearer first", "Bearer second"]


def test_the_same_token_is_not_sent_twice_after_a_401(call: Any, helper: Helper, api: Api) -> None:
    helper.answers = [in_an_hour("dead")]

    assert call(api.origin).status_code == 401
    assert api.heard == ["Bearer dead"]


def test_a_token_never_leaves_for_another_origin(call: Any, helper: Helper, api: Api) -> None:
    helper.answers = [in_an_hour("first")]
    other = Api()
    try:
        api.other = other.origin
        with pytest.raises(ValueError, match="goes nowhere else"):
            call(other.origin)
        call(f"{api.origin}/elsewhere")
    finally:
        other.stop()

    assert api.heard == ["Bearer first"]
    assert other.heard == [""]


def test_keypanes_refusal_is_raised_in_its_own_words(call: Any, helper: Helper, api: Api) -> None:
    helper.answers = [{"error": {"kind": "not_allowed", "message": "No.", "next_step": "Ask."}}]

    with pytest.raises(PermissionError, match=r"No\. Ask\."):
        call(api.origin)
    assert api.heard == []


def test_without_a_helper_the_plug_in_says_so(
    call: Any, helper: Helper, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEYPANE_SOCKET", "/nowhere/helper.sock")

    with pytest.raises(OSError, match="No such file"):
        call(api.origin)


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_the_client_looks_where_keypane_listens(
    platform: str, helper: Helper, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from core.adapters.data_directory import data_directory
    from core.helper import address_of

    client = importlib.import_module("keypane_token")
    monkeypatch.setattr(client.sys, "platform", platform)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("KEYPANE_HOME", "XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)

    assert client.address() == address_of(data_directory(platform=platform), platform)
    monkeypatch.setenv("KEYPANE_HOME", str(tmp_path / "Mine"))
    assert client.address() == address_of(tmp_path / "Mine", platform)
