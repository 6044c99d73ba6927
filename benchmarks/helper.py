"""Promise: fifty programs that ask at once for an expired token wait little longer than for one.

A real helper on its socket, a real vault, and the sandbox as X. What the exchange with X takes
is taken off: the rest is ours, sockets, threads, the vault and fifty answers.
"""

import json
import socket
import statistics
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from benchmarks.rows import Row
from benchmarks.vault import Keys
from core.adapters.helper_turns import serve
from core.adapters.requests_transport import RequestsTransport
from core.adapters.sqlite_store import SqliteStores
from core.adapters.system_clock import SystemClock
from core.environment import Environment
from core.helper import Helper, address_of
from core.model import App, HttpRequest, HttpResponse, UserToken
from core.new_app import new_app
from core.ports import CancelToken
from core.secret import Secret
from core.user_context import SignIn
from core.vault.journal import Journal
from core.vault.vault import Vault
from sandbox import Sandbox

PROGRAMS: Final = 50
ROUNDS: Final = 7
AIM_MS: Final = 300.0


class _Timed(RequestsTransport):
    """The real transport, and how long its last exchange took."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds = 0.0
        self.exchanges = 0

    def send(self, request: HttpRequest, cancel: CancelToken) -> HttpResponse:
        """Send it for real."""
        began = time.perf_counter()
        try:
            return super().send(request, cancel)
        finally:
            self.seconds = time.perf_counter() - began
            self.exchanges += 1


def measure() -> list[Row]:
    """Return what fifty askers wait beyond the refresh."""
    name = f"{PROGRAMS} programs ask for an expired token: beyond the refresh"
    if not hasattr(socket, "AF_UNIX"):
        print("helper: not measured, there are no Unix sockets", file=sys.stderr)
        return [Row(name, "ms", None, aim=AIM_MS)]
    with tempfile.TemporaryDirectory(prefix="kp-bench-") as folder, Sandbox() as x:
        bench = _Bench(Path(folder) / "home", x)
        try:
            beyond = [bench.ask_all() for _ in range(ROUNDS)]
        finally:
            bench.close()
    return [Row(name, "ms", statistics.median(beyond) * 1000, aim=AIM_MS)]


class _Bench:
    """A vault with a signed-in user, and a helper that serves it."""

    def __init__(self, home: Path, x: Any) -> None:
        clock, ready = SystemClock(), x.ready_app
        self._transport = _Timed()
        self._vault = vault = Vault(SqliteStores(home), Keys(), clock)
        vault.create_with_keyring()
        fields = {
            "client_id": Secret(ready.client_id),
            "client_secret": Secret(ready.client_secret),
        }
        fields["redirect_uri"] = Secret(ready.redirect_uri)
        app: App = new_app("Bench", Environment.sandbox(x.origin), fields, clock.now())[0]
        vault.save(app)
        sign_in = SignIn(self._transport, vault, Journal(vault, self._transport, clock), clock)
        attempt = sign_in.begin(app, ("tweet.read", "users.read", "offline.access"))
        redirect = x.authorize_without_browser(attempt.authorize_url, "acme")
        self._token_id = sign_in.complete(attempt, redirect, CancelToken()).token_id
        self._address, self._cancel = address_of(home), CancelToken()
        helper = Helper(vault, lambda: sign_in, lambda _question: True, _describe, self._cancel)
        ready_now = threading.Event()
        self._server = threading.Thread(
            target=lambda: serve(home, helper.answer, self._cancel, lambda _on: ready_now.set())
        )
        self._server.start()
        ready_now.wait()

    def ask_all(self) -> float:
        """Let the token be over, ask fifty times at once; return the seconds beyond the refresh."""
        self._vault.update(UserToken, self._token_id, _expired)
        before = self._transport.exchanges
        together = threading.Barrier(PROGRAMS + 1)
        with ThreadPoolExecutor(PROGRAMS) as pool:
            asking = [pool.submit(self._ask, together) for _ in range(PROGRAMS)]
            together.wait()
            began = time.perf_counter()
            tokens = {asked.result() for asked in asking}
            took = time.perf_counter() - began
        assert len(tokens) == 1, "not all got the same token"
        assert self._transport.exchanges == before + 1, "more than one refresh"
        return took - self._transport.seconds

    def close(self) -> None:
        """Stop serving and let go of everything."""
        self._cancel.cancel()
        self._server.join()
        self._transport.close()
        self._vault.close()

    def _ask(self, together: threading.Barrier) -> str:
        with socket.socket(socket.AF_UNIX) as program:
            program.connect(self._address)
            together.wait()
            program.sendall(b'{"app": "Bench", "as": "@acme"}\n')
            with program.makefile("rb") as answers:
                return str(json.loads(answers.readline())["token"])


def _expired(token: UserToken) -> UserToken:
    return replace(token, expires_at=token.issued_at - timedelta(seconds=1))


def _describe(problem: BaseException) -> dict[str, str]:
    return {"kind": type(problem).__name__}
