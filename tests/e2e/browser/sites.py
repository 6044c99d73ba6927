"""Small web servers on 127.0.0.1 that remember who asked for what."""

import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

Headers = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Hit:
    """One request that reached the server."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Reply:
    """What to answer."""

    body: str = ""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html; charset=utf-8"),)


def redirect(to: str, status: int = 302) -> Reply:
    """Answer with a redirect."""
    return Reply("", status, (("Location", to), ("Access-Control-Allow-Origin", "*")))


class Site:
    """A server on a free port, fresh for each test. Unknown paths answer 404."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.pages: dict[str, Reply | Callable[[Hit], Reply]] = {}
        self.hits: list[Hit] = []
        self.let_go = threading.Event()
        self.let_go.set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self._server.daemon_threads = True
        if tls is not None:
            # The handshake belongs to the worker, or a refused one would stop the server.
            self._server.socket = tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self._scheme = "http" if tls is None else "https"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="site", daemon=True
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
        self.let_go.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def port(self) -> int:
        """The port of 127.0.0.1."""
        return int(self._server.server_port)

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"{self._scheme}://127.0.0.1:{self.port}"

    @property
    def seen(self) -> list[str]:
        """Method and path of all requests, the oldest first."""
        return [str(hit) for hit in self.hits]

    def answer(self, hit: Hit) -> Reply:
        """Note the request and look the answer up by its path, query aside."""
        self.hits.append(hit)
        self.let_go.wait(30)
        page = self.pages.get(hit.path.partition("?")[0], Reply("", 404))
        return page(hit) if callable(page) else page


def _handler_of(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base's name
            """Say nothing."""

        def handle(self) -> None:
            try:
                super().handle()
            except (ssl.SSLError, ConnectionError):
                self.close_connection = True

        def do_GET(self) -> None:
            self._serve()

        def do_POST(self) -> None:
            self._serve()

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            reply = site.answer(Hit(self.command, self.path, tuple(self.headers.items()), body))
            content = reply.body.encode()
            self.send_response(reply.status)
            for name, value in reply.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    return Handler
