"""The transport against servers that take their time: deadlines, cancels, and closing."""

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from core.adapters.requests_transport import RequestsTransport
from core.errors import Cancelled, ConnectFailed, TimedOut
from core.model import HttpRequest
from core.ports import CancelToken
from tests.contract.wire import GZIP, in_background, send
from tests.fakes.hostile_server import (
    HostileServer,
    Script,
    answers,
    drips,
    head,
    stalls,
)
from tests.timing import within

SLOW: dict[str, Script] = {
    "silence": stalls(),
    "a head that drips": drips(b"HTTP/1.1 200 OK\r\nX-Slow: "),
    "a status line that drips": drips(b"", b"H"),
    "headers that drip": drips(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n", 0.1),
    "a body that drips": drips(head(length=100_000)),
    "a body without a length that drips": drips(head("200 OK", "Connection: close")),
    "chunks that drip": drips(head("200 OK", "Transfer-Encoding: chunked"), b"1\r\nx\r\n"),
    "gzip that drips": drips(head("200 OK", GZIP, "Connection: close") + gzip.compress(b"x")[:12]),
    "silence within the head": stalls(b"HTTP/1.1 200 OK\r\n"),
    "silence within the body": stalls(head(length=10) + b"12345"),
    "silence within a body without a length": stalls(head("200 OK", "Connection: close") + b"1"),
}


@pytest.mark.parametrize("name", SLOW)
def test_a_slow_server_meets_the_deadline(
    transport: RequestsTransport, server: HostileServer, name: str
) -> None:
    server.will(SLOW[name])
    began = time.monotonic()

    with pytest.raises(TimedOut) as caught:
        send(transport, server, seconds=0.5)

    assert caught.value.reason == "timeout"
    assert within(1.0, since=began, at_least=0.45)


@pytest.mark.parametrize("name", SLOW)
def test_a_cancel_ends_the_wait_wherever_it_stands(
    transport: RequestsTransport,
    server: HostileServer,
    name: str,
    wait_until: Callable[..., None],
) -> None:
    server.will(SLOW[name])
    cancel = CancelToken()
    caught = in_background(lambda: send(transport, server, seconds=10, cancel=cancel))
    wait_until(lambda: len(server.seen) == 1)
    threading.Event().wait(0.05)  # let it get into the head or the body
    began = time.monotonic()

    cancel.cancel()
    error = caught()

    assert within(0.2, since=began)
    assert isinstance(error, Cancelled)
    assert not error.nothing_sent


def test_a_cancel_ends_a_look_up_that_hangs(
    transport: RequestsTransport, monkeypatch: pytest.MonkeyPatch, wait_until: Callable[..., None]
) -> None:
    asked, release = threading.Event(), threading.Event()

    def hang(*_args: object, **_kwargs: object) -> list[object]:
        asked.set()
        release.wait(10)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    cancel = CancelToken()
    caught = in_background(
        lambda: transport.send(HttpRequest("POST", "https://api.x.com/2/x"), cancel)
    )
    wait_until(asked.is_set)
    began = time.monotonic()

    cancel.cancel()
    error = caught()
    release.set()

    assert within(0.2, since=began)
    assert isinstance(error, Cancelled)
    assert error.nothing_sent


def test_a_look_up_that_hangs_meets_the_deadline_with_nothing_sent(
    transport: RequestsTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: release.wait(10) and [])

    with pytest.raises(ConnectFailed) as caught:
        transport.send(
            HttpRequest("GET", "https://x.example/", deadline_seconds=0.3), CancelToken()
        )
    release.set()

    assert caught.value.reason == "timeout"


@pytest.fixture
def full_backlog() -> Iterator[int]:
    """A port that takes no more connections: the kernel drops what it is asked."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=0)
    port = listener.getsockname()[1]
    fillers = []
    for _ in range(8):
        filler = socket.socket()
        filler.setblocking(False)
        filler.connect_ex(("127.0.0.1", port))
        fillers.append(filler)
    yield port
    for filler in fillers:
        filler.close()
    listener.close()


def test_a_connection_that_never_comes_about_meets_the_deadline(
    transport: RequestsTransport, full_backlog: int
) -> None:
    request = HttpRequest("POST", f"http://127.0.0.1:{full_backlog}/", deadline_seconds=0.4)
    began = time.monotonic()

    with pytest.raises(ConnectFailed) as caught:
        transport.send(request, CancelToken())

    assert caught.value.reason == "timeout"
    assert within(0.9, since=began, at_least=0.35)


def test_a_cancel_ends_a_connection_that_never_comes_about(
    transport: RequestsTransport, full_backlog: int
) -> None:
    request = HttpRequest("POST", f"http://127.0.0.1:{full_backlog}/", deadline_seconds=10)
    cancel = CancelToken()
    caught = in_background(lambda: transport.send(request, cancel))
    threading.Event().wait(0.2)
    began = time.monotonic()

    cancel.cancel()
    error = caught()

    assert within(0.2, since=began)
    assert isinstance(error, Cancelled)
    assert error.nothing_sent


def test_a_cancel_after_the_answer_changes_nothing(
    transport: RequestsTransport, server: HostileServer
) -> None:
    server.always(answers())
    cancel = CancelToken()
    assert send(transport, server, cancel=cancel).status == 200

    cancel.cancel()

    assert send(transport, server).status == 200
    assert server.connections == 1, "the late cancel shut a connection that others use"


def test_closing_ends_what_is_under_way(
    transport: RequestsTransport, server: HostileServer, wait_until: Callable[..., None]
) -> None:
    server.will(stalls())
    caught = in_background(lambda: send(transport, server, seconds=10))
    wait_until(lambda: len(server.seen) == 1)

    transport.close()

    assert isinstance(caught(), Cancelled)
    with pytest.raises(Cancelled):
        send(transport, server)
