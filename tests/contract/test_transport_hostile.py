"""The real transport against a server that misbehaves on the wire in every way we know of."""

import gzip
import http.client
import inspect
import socket
import threading
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator

import pytest
import requests
import urllib3.exceptions

from core.adapters import http_wire
from core.adapters.http_exchange import Exchange
from core.adapters.requests_transport import RequestsTransport
from core.errors import BadAnswer, BadInput, Cancelled, ConnectFailed, KeypaneError, TimedOut
from core.model import HttpRequest, HttpResponse
from core.ports import CancelToken
from core.secret import Secret
from tests.conftest import Canaries
from tests.fakes.hostile_server import (
    HostileServer,
    Script,
    answers,
    drips,
    gzip_bomb,
    head,
    resets,
    stalls,
    writes,
)
from tests.timing import within

GZIP = "Content-Encoding: gzip"
JSON = "Content-Type: application/json"


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with HostileServer() as server:
        yield server


def send(
    transport: RequestsTransport,
    server: HostileServer,
    method: str = "POST",
    *,
    seconds: float = 5.0,
    limit: int = 1 << 20,
    cancel: CancelToken | None = None,
) -> HttpResponse:
    request = HttpRequest(
        method, f"{server.origin}/x", deadline_seconds=seconds, max_body_bytes=limit
    )
    return transport.send(request, cancel or CancelToken())


# --- answers that are none ---------------------------------------------------------------------

BROKEN_OFF: dict[str, Script] = {
    "closed without a word": writes(b""),
    "reset without a word": resets(),
    "half a status line": writes(b"HTTP/1.1 2"),
    "reset within the head": resets(b"HTTP/1.1 200 OK\r\nContent-Le"),
    "reset within the body": resets(head(length=10) + b"12345"),
    "closed within the body": writes(head(length=10) + b"12345"),
    "closed within a chunk": writes(head("200 OK", "Transfer-Encoding: chunked") + b"ff\r\nabc"),
    "no last chunk": writes(head("200 OK", "Transfer-Encoding: chunked") + b"3\r\nabc\r\n"),
}


@pytest.mark.parametrize("name", sorted(BROKEN_OFF.keys() - {"half a status line"}))
def test_an_answer_that_breaks_off_leaves_the_outcome_unknown(
    transport: RequestsTransport, server: HostileServer, name: str
) -> None:
    server.will(BROKEN_OFF[name])

    with pytest.raises(TimedOut) as caught:
        send(transport, server)

    assert caught.value.reason == "broken"
    assert len(server.seen) == 1, "it was sent a second time"


BAD: dict[str, Script] = {
    "half a status line": writes(b"HTTP/1.1 2"),
    "another protocol": writes(b"220 mail.example ESMTP\r\n"),
    "a status of two digits": writes(b"HTTP/1.1 20 OK\r\n\r\n"),
    "an HTTP of the future": writes(b"HTTP/7.0 200 OK\r\n\r\n"),
    "101 headers": writes(head("200 OK", *(f"X-{n}: y" for n in range(101)), length=0)),
    "a header of 70 KB": writes(head("200 OK", "X-Long: " + "y" * 70_000, length=0)),
    "a chunk of no length": writes(head("200 OK", "Transfer-Encoding: chunked") + b"zz\r\nabc\r\n"),
    "brotli": answers(b"x", "200 OK", "Content-Encoding: br"),
    "deflate": answers(zlib.compress(b"{}"), "200 OK", "Content-Encoding: deflate"),
    "two codings": answers(
        gzip.compress(gzip.compress(b"{}")), "200 OK", "Content-Encoding: gzip, gzip"
    ),
    "two codings in two headers": answers(
        gzip.compress(gzip.compress(b"{}")), "200 OK", GZIP, GZIP
    ),
    "gzip cut off": answers(gzip.compress(b"{}" * 100)[:-9], "200 OK", GZIP),
    "gzip with a wrong sum": answers(gzip.compress(b"{}")[:-8] + b"\0" * 8, "200 OK", GZIP),
    "gzip that is none": answers(b"{}", "200 OK", GZIP),
    "something after the gzip": answers(gzip.compress(b"{}") + b"more", "200 OK", GZIP),
    "too large, as announced": writes(head(length=2 << 20) + b"x" * (2 << 20)),
    "too large without a length": writes(head("200 OK", "Connection: close") + b"x" * (2 << 20)),
}


@pytest.mark.parametrize("name", BAD)
def test_an_answer_that_is_not_decent_http_is_a_bad_answer(
    transport: RequestsTransport, server: HostileServer, name: str
) -> None:
    server.will(BAD[name])

    with pytest.raises(BadAnswer):
        send(transport, server)

    assert len(server.seen) == 1


@pytest.mark.parametrize("status", ["200 OK", "302 Found", "500 Internal Server Error"])
def test_a_gzip_bomb_stops_at_the_limit_without_taking_memory(
    transport: RequestsTransport, server: HostileServer, status: str
) -> None:
    bomb = gzip_bomb(200)
    server.will(answers(), answers(bomb, status, GZIP, "Location: http://127.0.0.1:1/"))
    send(transport, server)
    tracemalloc.start()
    began = time.monotonic()

    with pytest.raises(BadAnswer, match="too large"):
        send(transport, server)

    is_prompt, most = within(1, since=began), tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 8 << 20
    assert is_prompt


def test_a_compressed_answer_is_decompressed_once(
    transport: RequestsTransport, server: HostileServer
) -> None:
    inner = gzip.compress(b"x" * 1000)
    server.will(answers(gzip.compress(inner), "200 OK", GZIP))

    assert send(transport, server).body == inner


def test_an_empty_answer_may_call_itself_compressed(
    transport: RequestsTransport, server: HostileServer
) -> None:
    server.will(answers(b"", "204 No Content", GZIP))

    assert send(transport, server).body == b""


def test_a_chunked_and_compressed_answer_is_put_together(
    transport: RequestsTransport, server: HostileServer
) -> None:
    packed = gzip.compress(b'{"a":1}')
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in packed) + b"0\r\n\r\n"
    server.will(writes(head("200 OK", GZIP, "Transfer-Encoding: chunked") + chunks))

    assert send(transport, server).body == b'{"a":1}'


# --- time --------------------------------------------------------------------------------------

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


def in_background(work: Callable[[], object]) -> Callable[[], object]:
    """Run `work` on a thread; return what waits for its outcome or error."""
    outcome: list[object] = []

    def run() -> None:
        try:
            outcome.append(work())
        except (KeypaneError, Cancelled) as error:
            outcome.append(error)

    thread = threading.Thread(target=run)
    thread.start()

    def wait() -> object:
        thread.join(10)
        return outcome[0]

    return wait


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


# --- kept-alive connections --------------------------------------------------------------------


def test_one_connection_serves_many_requests(
    transport: RequestsTransport, server: HostileServer
) -> None:
    server.always(answers())

    timings = [send(transport, server, method).timing for method in ("GET", "POST", "GET")]

    assert server.connections == 1
    assert timings[0].connect_ms is not None
    assert timings[1].connect_ms is None
    assert all(t.first_byte_ms is not None and t.total_ms >= t.first_byte_ms for t in timings)


def test_a_connection_that_the_server_closed_is_not_used_for_a_post(
    transport: RequestsTransport, server: HostileServer, wait_until: Callable[..., None]
) -> None:
    body = b"{}"
    server.will(writes(head("200 OK", JSON, length=2) + body), answers())
    send(transport, server)
    wait_until(lambda: _server_side_is_closed(transport))

    assert send(transport, server).status == 200
    assert server.connections == 2


def _server_side_is_closed(transport: RequestsTransport) -> bool:
    """Look into the pool the way urllib3 does before it reuses a connection."""
    assert transport._wire is not None
    (pool,) = (
        transport._wire._adapter.poolmanager.pools[key]
        for key in transport._wire._adapter.poolmanager.pools.keys()  # noqa: SIM118  # no mapping
    )
    return any(
        connection is not None
        and connection.sock is not None
        and urllib3.util.wait.wait_for_read(connection.sock, 0)
        for connection in pool.pool.queue
    )


def test_a_connection_idle_for_long_is_not_used_for_a_change(
    transport: RequestsTransport, server: HostileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.always(answers())
    send(transport, server)
    real = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: real() + 10)

    send(transport, server, "GET")
    assert server.connections == 1
    monkeypatch.setattr(time, "monotonic", lambda: real() + 20)
    send(transport, server, "POST")

    assert server.connections == 2


def test_a_post_on_a_connection_that_dies_while_sending_is_not_repeated(
    transport: RequestsTransport, server: HostileServer
) -> None:
    server.will(answers(), resets())
    send(transport, server)

    with pytest.raises(TimedOut) as caught:
        send(transport, server)

    assert caught.value.reason == "broken"
    assert len(server.seen) == 2


def test_threads_share_one_transport(transport: RequestsTransport, server: HostileServer) -> None:
    server.always(answers())
    waits = [
        in_background(lambda: [send(transport, server, "GET").status for _ in range(10)])
        for _ in range(6)
    ]

    assert [wait() for wait in waits] == [[200] * 10] * 6
    assert server.connections <= 6


# --- what goes out -----------------------------------------------------------------------------


def test_no_cookie_is_kept_and_no_redirect_is_followed(
    transport: RequestsTransport, server: HostileServer
) -> None:
    cookies = [f"Set-Cookie: c{n}=v; Path=/" for n in range(5)]
    server.will(
        answers(b"{}", "307 Temporary Redirect", f"Location: {server.origin}/evil", *cookies),
        answers(),
    )

    first = send(transport, server)
    send(transport, server)

    assert first.status == 307
    assert [seen.line for seen in server.seen] == ["POST /x HTTP/1.1"] * 2
    assert "cookie" not in server.seen[1].headers


def test_the_request_stands_on_the_wire_as_it_was_meant(
    transport: RequestsTransport, server: HostileServer
) -> None:
    server.will(answers())
    request = HttpRequest(
        "POST",
        f"{server.origin}/2/x%2Fy",
        query=(("q", "a b&c=d/é"), ("q", "2")),
        form=(("token", Secret("A%2Fb+c")), ("empty", "")),
        authorization=Secret("Basic abc="),
        headers=(("Accept", "*/*"), ("X-Mine", "1")),
    )

    transport.send(request, CancelToken())

    seen = server.seen[0]
    assert seen.line == "POST /2/x%2Fy?q=a%20b%26c%3Dd%2F%C3%A9&q=2 HTTP/1.1"
    assert seen.body == b"token=A%252Fb%2Bc&empty="
    assert seen.headers["authorization"] == "Basic abc="
    assert seen.headers["accept"] == "*/*"
    assert seen.headers["accept-encoding"] == "gzip"
    assert seen.headers["user-agent"] == "Keypane"
    assert seen.headers["content-type"].startswith("application/x-www-form-urlencoded")


def test_a_repeated_header_is_joined(transport: RequestsTransport, server: HostileServer) -> None:
    server.will(answers(b"{}", "200 OK", "X-Many: a", "x-many: b"))

    assert send(transport, server).headers["x-many"] == "a, b"


def test_a_json_body_goes_out_byte_for_byte(
    transport: RequestsTransport, server: HostileServer
) -> None:
    server.will(answers())

    transport.send(HttpRequest("POST", server.origin, body=b'{"text":"\xc3\xa9"}'), CancelToken())

    assert server.seen[0].body == b'{"text":"\xc3\xa9"}'
    assert server.seen[0].headers["content-type"] == "application/json"


def test_a_form_and_a_body_at_once_are_refused(
    transport: RequestsTransport, server: HostileServer
) -> None:
    with pytest.raises(BadInput):
        transport.send(HttpRequest("POST", server.origin, body=b"{}", form=()), CancelToken())

    assert server.seen == []


# --- errors ------------------------------------------------------------------------------------


def _raisable() -> list[type[Exception]]:
    """Every exception of requests, urllib3 and http.client."""
    modules = (requests.exceptions, urllib3.exceptions, http.client)
    found = {
        kind
        for module in modules
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, Exception) and kind.__module__.startswith(module.__name__)
    }
    return sorted(found, key=lambda kind: f"{kind.__module__}.{kind.__name__}")


@pytest.mark.parametrize("is_sent", [True, False], ids=["sent", "unsent"])
@pytest.mark.parametrize("kind", _raisable(), ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_every_library_error_becomes_one_of_ours(
    transport: RequestsTransport,
    server: HostileServer,
    monkeypatch: pytest.MonkeyPatch,
    canaries: Canaries,
    kind: type[Exception],
    is_sent: bool,
) -> None:
    value = canaries.secret("url").reveal()

    def explode(*_args: object, **_kwargs: object) -> object:
        exchange = http_wire._current.exchange
        assert isinstance(exchange, Exchange)
        if is_sent:
            exchange.begin_sending()
        error = kind.__new__(kind, value)
        error.args = (f"https://api.x.com/?{value}",)
        raise error

    server.will(answers())
    send(transport, server)
    monkeypatch.setattr(http_wire._Adapter, "send", explode)

    with pytest.raises((KeypaneError, Cancelled)) as caught:
        send(transport, server)

    error = caught.value
    assert isinstance(error, TimedOut | BadAnswer if is_sent else ConnectFailed | BadInput)
    assert not canaries.is_in(repr(error) + str(vars(error)))
    assert error.__context__ is None
    assert error.__cause__ is None


def test_a_redirect_that_cannot_be_parsed_is_still_an_answer(
    transport: RequestsTransport, server: HostileServer
) -> None:
    server.will(answers(b"{}", "302 Found", "Location: http://[:::x/"))

    assert send(transport, server).status == 302


def test_a_bug_of_ours_is_not_dressed_up_as_an_answer(
    transport: RequestsTransport, server: HostileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explode(*_args: object) -> None:
        raise ZeroDivisionError

    server.will(answers())
    send(transport, server)
    monkeypatch.setattr(http_wire.Wire, "_proxies", explode)

    with pytest.raises(ZeroDivisionError):
        send(transport, server)
