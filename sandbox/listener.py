"""Sockets on 127.0.0.1: HTTP/1.1 with kept connections, one named thread each.

All threads are named `sandbox-…` and end with `stop`, which also closes
connections that idle or wait.
"""

import contextlib
import re
import select
import socket
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import BaseServer
from typing import Any, Final, cast

from sandbox.delivery import Delivery
from sandbox.exchange import Answer, Call, json_answer
from sandbox.streams import Connection

MAX_BODY: Final = 1 << 20
STOP_SECONDS: Final = 2.0
IDLE_SECONDS: Final = 120
DRIP_STEP_SECONDS: Final = 0.1
Handle = Callable[[Call], Delivery]
Now = Callable[[], float]


class Listener:
    """Accepts connections on one port of 127.0.0.1 and answers them by `handle`."""

    def __init__(self, port: int, handle: Handle, stopping: threading.Event, now: Now) -> None:
        self._socket = socket.create_server(("127.0.0.1", port), backlog=128)
        self.port: int = self._socket.getsockname()[1]
        self.handle = handle
        self.stopping = stopping
        self.now = now
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._threads: set[threading.Thread] = set()
        self._acceptor = threading.Thread(
            target=self._accept, name=f"sandbox-accept-{self.port}", daemon=True
        )

    def start(self) -> None:
        """Begin to accept."""
        self._acceptor.start()

    def stop(self) -> None:
        """Close the port and every connection; no thread of ours is left afterwards."""
        self.stopping.set()
        with contextlib.suppress(OSError):  # wakes accept() on every system
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        self._acceptor.join(STOP_SECONDS)
        self._socket.close()
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        deadline = time.monotonic() + STOP_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _accept(self) -> None:
        number = 0
        while not self.stopping.is_set():
            try:
                connection, peer = self._socket.accept()
            except OSError:
                return
            if self.stopping.is_set():
                connection.close()
                return
            number += 1
            thread = threading.Thread(
                target=self._serve,
                args=(connection, peer),
                name=f"sandbox-connection-{self.port}-{number}",
                daemon=True,
            )
            with self._lock:
                self._open.add(connection)
            thread.start()
            self._threads = {one for one in self._threads if one.is_alive()} | {thread}

    def _serve(self, connection: socket.socket, peer: tuple[str, int]) -> None:
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.settimeout(IDLE_SECONDS)
            _Connection(connection, peer, cast("BaseServer", self))
        except OSError:
            pass  # the client went away, or we are stopping
        finally:
            with self._lock:
                self._open.discard(connection)
            connection.close()


class _Connection(BaseHTTPRequestHandler):
    """One connection and its requests, one after the other."""

    protocol_version = "HTTP/1.1"
    server: Any  # our Listener

    def parse_request(self) -> bool:
        """Read the head and dispatch every method to one place."""
        if not super().parse_request():
            return False
        setattr(self, f"do_{self.command}", self._do)
        return True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is inherited
        """Say nothing: an address may hold a code or a token."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer what is not HTTP without repeating any of it."""
        del message, explain
        self.close_connection = True
        phrase = HTTPStatus(code).phrase
        self._send(Delivery(json_answer(code, {"title": phrase, "status": code})))

    def _do(self) -> None:
        body = self._body()
        if body is None:
            return
        origin = self._origin()
        if origin is None:
            self.send_error(421)
            return
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        call = Call(self.command, origin, path, query, headers, body)
        self._send(self.server.handle(call))

    def _body(self) -> bytes | None:
        lengths = self.headers.get_all("content-length") or ["0"]
        if "transfer-encoding" in self.headers or len(lengths) > 1:
            self.send_error(411)
            return None
        if not re.fullmatch("[0-9]{1,9}", lengths[0]):
            self.send_error(400)
            return None
        if int(lengths[0]) > MAX_BODY:
            self.send_error(413)
            return None
        body = self.rfile.read(int(lengths[0]))
        return body if len(body) == int(lengths[0]) else None

    def _origin(self) -> str | None:
        """Return our origin as the client named it; None for any other Host (DNS rebinding)."""
        hosts = [host.lower() for host in self.headers.get_all("host") or []]
        port = self.server.port
        if len(hosts) != 1 or hosts[0] not in {f"127.0.0.1:{port}", f"localhost:{port}"}:
            return None
        return f"http://{hosts[0]}" if self.path.startswith("/") else None

    def _send(self, delivery: Delivery) -> None:
        answer = delivery.answer
        if answer is None or self.server.stopping.is_set():
            self.close_connection = True
            return
        if delivery.stream is not None:
            self._stream(answer, delivery.stream)
            return
        head = self._head(answer).encode("latin-1", "replace")
        body = b"" if self.command == "HEAD" else answer.body
        if not delivery.drip_bytes_per_second:
            self.wfile.write(head + body)
            return
        if not delivery.drip_head:
            self.wfile.write(head)
            head = b""
        self._drip(head + body, delivery.drip_bytes_per_second)

    def _stream(self, answer: Answer, stream: Connection) -> None:
        """Send what goes on, in chunks, until either side has enough."""
        try:
            chunked = [*answer.headers, ("Transfer-Encoding", "chunked")]
            self.wfile.write(self._head(Answer(answer.status, b"", chunked)).encode("latin-1"))
            for data in stream.chunks(self._pause):
                self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data) if data else b"")
            self.wfile.write(b"0\r\n\r\n")
        finally:
            stream.close()
            self.close_connection = True

    def _pause(self, seconds: float) -> bool:
        """Wait, and return True when the client went away or we are stopping."""
        if self.server.stopping.is_set():
            return True
        readable, _, _ = select.select([self.connection], [], [], seconds)
        if not readable:
            return False
        try:
            gone = not self.connection.recv(1, socket.MSG_PEEK)
        except OSError:
            return True
        return gone or bool(self.server.stopping.wait(seconds))

    def _head(self, answer: Answer) -> str:
        try:
            phrase = HTTPStatus(answer.status).phrase
        except ValueError:
            phrase = "Unknown"
        lines = [f"HTTP/1.1 {answer.status} {phrase}"]
        names = {name.lower() for name, _ in answer.headers}
        if "date" not in names:
            lines.append(f"Date: {self.date_time_string(self.server.now())}")
        if "transfer-encoding" in names:
            self.close_connection = True
        elif "content-length" not in names:
            lines.append(f"Content-Length: {len(answer.body)}")
        else:
            self.close_connection = True  # ordered: it may not be true
        if self.close_connection:
            lines.append("Connection: close")
        lines += [f"{name}: {value}" for name, value in answer.headers]
        return "\r\n".join(lines) + "\r\n\r\n"

    def _drip(self, data: bytes, per_second: float) -> None:
        step = max(1, int(per_second * DRIP_STEP_SECONDS))
        for start in range(0, len(data), step):
            self.wfile.write(data[start : start + step])
            if self.server.stopping.wait(step / per_second):
                self.close_connection = True
                return
