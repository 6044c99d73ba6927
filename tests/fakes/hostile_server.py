"""A server that misbehaves on the wire exactly as it is told: bytes, not HTTP, are its language.

It reads one request after the other and hands each connection to the next script. A
script writes raw bytes, waits, resets or stalls; the server notes what arrived.
"""

import contextlib
import gzip
import socket
import ssl
import struct
import threading
import warnings
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

Script = Callable[["Visit"], None]
_POLL_SECONDS = 0.01


@dataclass(frozen=True)
class Seen:
    """One request as it arrived, byte for byte."""

    head: bytes
    body: bytes

    @property
    def line(self) -> str:
        return self.head.split(b"\r\n", 1)[0].decode("latin-1")

    @property
    def headers(self) -> dict[str, str]:
        lines = self.head.decode("latin-1").split("\r\n")[1:]
        pairs = (line.split(":", 1) for line in lines if line)
        return {name.lower(): value.strip() for name, value in pairs}


class Visit:
    """One connection while a script has it."""

    def __init__(self, sock: socket.socket, stopping: threading.Event) -> None:
        self._socket = sock
        self._stopping = stopping
        self.keeps_open = False

    def write(self, data: bytes) -> None:
        """Send all of it at once."""
        self._socket.sendall(data)

    def drip(self, data: Iterable[bytes], every_seconds: float) -> None:
        """Send piece by piece until it is all sent, or the server stops."""
        for piece in data:
            self.write(piece)
            if self._stopping.wait(every_seconds):
                return

    def stall(self) -> None:
        """Say nothing more until the client goes away or the server stops."""
        self._socket.settimeout(_POLL_SECONDS)
        while not self._stopping.is_set():
            try:
                if not self._socket.recv(1024):
                    return
            except TimeoutError:
                continue

    def reset(self) -> None:
        """End the connection with an RST."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


class HostileServer:
    """Listens on 127.0.0.1; a context manager.

    Attributes:
        seen: every whole request, oldest first.
        connections: how many came.
        port: it stays known when the server is gone.
    """

    def __init__(
        self,
        *,
        certificate: Path | None = None,
        newest_tls: ssl.TLSVersion | None = None,
        stalls_in_handshake: bool = False,
    ) -> None:
        self.seen: list[Seen] = []
        self.connections = 0
        self._scripts: deque[Script] = deque()
        self._default: Script | None = None
        self._stalls_in_handshake = stalls_in_handshake
        self._stopping = threading.Event()
        self._tls = _tls(certificate, newest_tls) if certificate else None
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(_POLL_SECONDS)
        self.port = int(self._listener.getsockname()[1])
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []

    @property
    def origin(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    def will(self, *scripts: Script) -> None:
        """Answer the next requests so, one script each."""
        self._scripts.extend(scripts)

    def always(self, script: Script) -> None:
        """Answer every request so that has no script of its own."""
        self._default = script

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join(30)
        self._listener.close()

    def _start(self, target: Callable[[], None]) -> None:
        thread = threading.Thread(target=target, name="hostile-server", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                sock, _ = self._listener.accept()
            except TimeoutError:
                continue
            self.connections += 1
            self._start(lambda sock=sock: self._serve(sock))  # type: ignore[misc]

    def _serve(self, sock: socket.socket) -> None:
        with contextlib.suppress(OSError), contextlib.closing(sock):
            if self._stalls_in_handshake:
                Visit(sock, self._stopping).stall()
                return
            if self._tls is None:
                self._visits(sock)
                return
            sock.settimeout(5)
            with self._tls.wrap_socket(sock, server_side=True) as secure:
                self._visits(secure)

    def _visits(self, sock: socket.socket) -> None:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        visit = Visit(sock, self._stopping)
        while request := self._read(sock):
            with self._lock:
                self.seen.append(request)
                script = self._scripts.popleft() if self._scripts else self._default
            if script is None:
                return
            visit.keeps_open = False
            script(visit)
            if not visit.keeps_open:
                return

    def _read(self, sock: socket.socket) -> Seen | None:
        sock.settimeout(_POLL_SECONDS)
        data = b""
        while b"\r\n\r\n" not in data:
            piece = self._receive(sock)
            if not piece:
                return None
            data += piece
        head, _, body = data.partition(b"\r\n\r\n")
        length = int(Seen(head, b"").headers.get("content-length", "0"))
        while len(body) < length:
            piece = self._receive(sock)
            if not piece:
                return None
            body += piece
        return Seen(head, body)

    def _receive(self, sock: socket.socket) -> bytes:
        while not self._stopping.is_set():
            try:
                return sock.recv(65536)
            except TimeoutError:
                continue
        return b""


def _tls(certificate: Path, newest: ssl.TLSVersion | None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    if newest is not None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # an old version is the point
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = newest
        context.set_ciphers("ALL:@SECLEVEL=0")
    return context


# --- scripts -----------------------------------------------------------------------------------


def head(status: str = "200 OK", *headers: str, length: int | None = None) -> bytes:
    """Return a response head."""
    lines = [f"HTTP/1.1 {status}", *headers]
    if length is not None:
        lines.append(f"Content-Length: {length}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def answers(
    body: bytes = b'{"ok":true}',
    status: str = "200 OK",
    *headers: str,
    content_type: str = "application/json",
) -> Script:
    """Answer properly, and keep the connection."""

    def script(visit: Visit) -> None:
        visit.keeps_open = True
        visit.write(
            head(status, f"Content-Type: {content_type}", *headers, length=len(body)) + body
        )

    return script


def writes(data: bytes) -> Script:
    """Write these bytes, and close."""
    return lambda visit: visit.write(data)


def stalls(after: bytes = b"") -> Script:
    """Write some bytes, then nothing more."""

    def script(visit: Visit) -> None:
        visit.write(after)
        visit.stall()

    return script


def drips(start: bytes, piece: bytes = b"x", every_seconds: float = 0.05) -> Script:
    """Write the start, then a piece again and again: no single wait is long."""

    def script(visit: Visit) -> None:
        visit.write(start)
        visit.drip((piece for _ in range(10_000)), every_seconds)

    return script


def resets(after: bytes = b"") -> Script:
    """Write some bytes, then break the connection off."""

    def script(visit: Visit) -> None:
        visit.write(after)
        visit.reset()

    return script


def gzip_bomb(megabytes: int) -> bytes:
    """Return some hundred kilobytes that are `megabytes` once decompressed."""
    return gzip.compress(b"\0" * (megabytes << 20), 9)
