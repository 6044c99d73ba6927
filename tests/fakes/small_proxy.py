"""A small http proxy on 127.0.0.1: tunnels by CONNECT, forwards absolute-form, asks for 407.

It looks names up in a table of its own, so that a name of the public Internet can lead to a
server of the test.
"""

import base64
import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self


class SmallProxy:
    """A proxy with a ledger.

    Attributes:
        asked: the first line of every request, oldest first.
        authorizations: what came as Proxy-Authorization with each of them, "" for nothing.
        heads: all headers of each, names in lower case.
    """

    def __init__(self, hosts: Mapping[str, int], credentials: str = "") -> None:
        """Listen at a free port.

        Args:
            hosts: ports of 127.0.0.1 by "name:port"; what is not in it gets 502.
            credentials: "user:password" that is wanted; "" for none.
        """
        self.hosts = dict(hosts)
        self.credentials = credentials
        self.asked: list[str] = []
        self.authorizations: list[str] = []
        self.heads: list[dict[str, str]] = []
        self._server = ThreadingHTTPServer(
            ("127.0.0.1", 0), type("Handler", (_Handler,), {"proxy": self})
        )
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="small-proxy", daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def port(self) -> int:
        """The port of 127.0.0.1."""
        return int(self._server.server_port)

    @property
    def url(self) -> str:
        """The address that a person would enter."""
        return f"http://127.0.0.1:{self.port}"

    def lets_in(self, authorization: str) -> bool:
        """Return whether these are the credentials that are wanted."""
        wanted = base64.b64encode(self.credentials.encode()).decode()
        return not self.credentials or authorization == f"Basic {wanted}"


class _Handler(BaseHTTPRequestHandler):
    proxy: SmallProxy
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base's name
        """Say nothing."""

    def do_CONNECT(self) -> None:
        port = self._admit(self.path)
        if port is None:
            return
        with socket.create_connection(("127.0.0.1", port), timeout=30) as server:
            self.send_response(200, "Connection established")
            self.end_headers()
            self.wfile.flush()
            back = threading.Thread(
                target=_pump, args=(server, self.connection), name="proxy-back", daemon=True
            )
            back.start()
            _pump(self.connection, server)
            back.join(5)
        self.close_connection = True

    def do_GET(self) -> None:
        """Serve absolute-form: answer for the origin, which the tests need no server for."""
        target = self.path.removeprefix("http://").partition("/")[0]
        if self._admit(target if ":" in target else f"{target}:80") is not None:
            self._answer(200, b"<p>forwarded</p>")

    def _admit(self, target: str) -> int | None:
        given = self.headers.get("Proxy-Authorization", "")
        self.proxy.asked.append(f"{self.command} {self.path}")
        self.proxy.authorizations.append(given)
        self.proxy.heads.append({name.lower(): value for name, value in self.headers.items()})
        if not self.proxy.lets_in(given):
            self._answer(407, b"", ("Proxy-Authenticate", 'Basic realm="small proxy"'))
            return None
        port = self.proxy.hosts.get(target)
        if port is None:
            self._answer(502, b"")
        return port

    def _answer(self, status: int, body: bytes, *headers: tuple[str, str]) -> None:
        self.send_response(status)
        for name, value in (*headers, ("Content-Type", "text/html")):
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):  # one side has gone; the other learns of it now
        while chunk := source.recv(1 << 16):
            target.sendall(chunk)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
