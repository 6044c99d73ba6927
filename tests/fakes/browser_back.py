"""A loopback redirect URI that is listened at, and plain clients that come to it."""

import contextlib
import random
import socket
from collections.abc import Callable
from dataclasses import dataclass

from core.adapters.loopback import LoopbackListener, listen
from core.errors import ListenFailed

Listening = tuple[str, LoopbackListener]


def listen_somewhere(
    is_answer: Callable[[str], bool], seconds: float = 60, host: str = "127.0.0.1"
) -> Listening:
    """Return a redirect URI on some port that was free, and its bound listener."""
    while True:
        # Below the ports that systems hand out by themselves.
        port = random.randrange(20_000, 32_000)  # noqa: S311 - any will do
        uri = f"http://{host}:{port}/callback"
        with contextlib.suppress(ListenFailed):
            return uri, listen(uri, is_answer, seconds)


@dataclass(frozen=True)
class Visitor:
    """Comes to one port of 127.0.0.1 and says exactly what it is told to.

    Attributes:
        where: host and port.
    """

    where: tuple[str, int]

    @property
    def host(self) -> str:
        """What a browser writes into Host."""
        return f"{self.where[0]}:{self.where[1]}"

    def request(self, target: str, *headers: str, method: str = "GET", host: str = "-") -> bytes:
        """Return a request's bytes, with the right Host unless told otherwise."""
        lines = [f"{method} {target} HTTP/1.1", f"Host: {self.host if host == '-' else host}"]
        return "\r\n".join([*lines, *headers, "", ""]).encode("latin-1")

    def connect(self) -> socket.socket:
        """Return a connection that says nothing yet."""
        return socket.create_connection(self.where, timeout=10)

    def say(self, data: bytes) -> bytes:
        """Send these bytes and return everything that comes back; nothing if it was cut."""
        with self.connect() as connection, contextlib.suppress(ConnectionError):
            connection.sendall(data)
            return read_all(connection)
        return b""

    def get(self, target: str, *headers: str) -> bytes:
        """Go to a page as a browser does."""
        return self.say(self.request(target, *headers))

    def read_the_page(self) -> None:
        """Go where the true redirect leads, so that the listener need not wait for it."""
        with contextlib.suppress(OSError):
            self.get("/callback/done")


def read_all(connection: socket.socket) -> bytes:
    """Return what comes until the other side closes."""
    answer = b""
    with contextlib.suppress(ConnectionError):
        while data := connection.recv(65536):
            answer += data
    return answer


def status_of(answer: bytes) -> int:
    """Return the status of an answer; 0 where there is none."""
    return int(answer[9:12]) if answer.startswith(b"HTTP/1.1 ") else 0


def header_of(answer: bytes, name: str) -> str:
    """Return a header of an answer, "" where it is missing."""
    head = answer.partition(b"\r\n\r\n")[0].decode("latin-1")
    for line in head.split("\r\n")[1:]:
        key, _, value = line.partition(": ")
        if key.lower() == name.lower():
            return value
    return ""
