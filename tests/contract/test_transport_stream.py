"""What the transport promises of an answer that goes on, over real sockets."""

import gzip
import threading
import time
import tracemalloc
import zlib
from collections.abc import Iterator

import pytest

from core.adapters.http_lines import line_batches
from core.adapters.requests_transport import RequestsTransport
from core.errors import BadAnswer, Cancelled, ConnectFailed, TimedOut
from core.model import HttpRequest
from core.ports import CancelToken
from tests.fakes.hostile_server import HostileServer, Script, Visit, answers, head, stalls, writes

CHUNKED = head("200 OK", "Content-Type: application/json", "Transfer-Encoding: chunked")


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with HostileServer() as server:
        yield server


@pytest.fixture
def transport() -> Iterator[RequestsTransport]:
    transport = RequestsTransport()
    yield transport
    transport.close()


def asks(server: HostileServer, **limits: float) -> HttpRequest:
    return HttpRequest(
        "GET",
        f"{server.origin}/2/tweets/search/stream",
        max_body_bytes=int(limits.get("line", 1000)),
    )


def chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def lines_of(transport: RequestsTransport, request: HttpRequest) -> list[bytes]:
    with transport.stream(request, CancelToken(), stall_seconds=20) as opened:
        return [line for batch in opened.batches() for line in batch]


def test_lines_are_handed_over_while_the_answer_goes_on(
    server: HostileServer, transport: RequestsTransport
) -> None:
    go_on = threading.Event()

    def script(visit: Visit) -> None:
        visit.write(CHUNKED + chunk(b'{"n":1}\r\n'))
        go_on.wait(30)
        visit.write(chunk(b"\r\n") + chunk(b'{"n":') + chunk(b"2}\r\n") + chunk(b""))

    server.will(script)
    with transport.stream(asks(server), CancelToken()) as opened:
        batches = opened.batches()
        first = next(batches)
        go_on.set()
        rest = [line for batch in batches for line in batch]

    assert opened.opening.status == 200
    assert first == (b'{"n":1}',)
    assert rest == [b"", b'{"n":2}']


def test_lines_that_came_together_are_handed_over_together(
    server: HostileServer, transport: RequestsTransport
) -> None:
    server.will(writes(CHUNKED + chunk(b"1\r\n2\n\r\n3\r\n") + chunk(b"")))

    with transport.stream(asks(server), CancelToken()) as opened:
        assert list(opened.batches()) == [(b"1", b"2", b"", b"3")]


def test_an_answer_that_ends_with_its_connection_is_read_as_it_comes(
    server: HostileServer, transport: RequestsTransport
) -> None:
    server.will(writes(head("200 OK", "Connection: close") + b"1\r\n2\r\n"))

    assert lines_of(transport, asks(server)) == [b"1", b"2"]


def test_a_compressed_stream_is_read_as_it_comes(
    server: HostileServer, transport: RequestsTransport
) -> None:
    packer = zlib.compressobj(wbits=31)
    one = packer.compress(b"1\r\n") + packer.flush(zlib.Z_SYNC_FLUSH)
    two = packer.compress(b"2\r\n") + packer.flush()
    whole = head("200 OK", "Content-Encoding: gzip", "Transfer-Encoding: chunked")
    server.will(writes(whole + chunk(one) + chunk(two) + chunk(b"")))

    assert lines_of(transport, asks(server)) == [b"1", b"2"]


def test_a_refusal_is_read_whole_and_has_no_lines(
    server: HostileServer, transport: RequestsTransport
) -> None:
    server.will(answers(b'{"title":"ConnectionException"}', "429 Too Many Requests"))

    with transport.stream(asks(server), CancelToken()) as opened:
        assert opened.opening.status == 429
        assert opened.opening.body == b'{"title":"ConnectionException"}'


@pytest.mark.parametrize(
    "script",
    [
        stalls(CHUNKED + chunk(b"1\r\n")),
        stalls(CHUNKED),
        stalls(head("200 OK", "Connection: close") + b"1\r\n"),
    ],
    ids=["after a line", "after the headers", "without chunks"],
)
def test_a_stream_that_stalls_ends_after_its_time(
    server: HostileServer, transport: RequestsTransport, script: Script
) -> None:
    server.will(script)

    with (
        transport.stream(asks(server), CancelToken(), stall_seconds=0.3) as opened,
        pytest.raises(TimedOut) as failure,
    ):
        list(opened.batches())

    assert failure.value.reason == "timeout"


def test_bytes_that_come_in_time_move_the_deadline(
    server: HostileServer, transport: RequestsTransport
) -> None:
    def script(visit: Visit) -> None:
        visit.write(CHUNKED)
        visit.drip([chunk(b"\r\n")] * 20, 0.05)
        visit.write(chunk(b"end\r\n") + chunk(b""))

    server.will(script)
    request = HttpRequest("GET", f"{server.origin}/2/s", deadline_seconds=0.6)

    with transport.stream(request, CancelToken(), stall_seconds=0.6) as opened:
        lines = [line for batch in opened.batches() for line in batch]

    assert lines == [b""] * 20 + [b"end"]


def test_a_connection_that_breaks_off_is_told_from_one_that_ends(
    server: HostileServer, transport: RequestsTransport
) -> None:
    server.will(writes(CHUNKED + chunk(b"1\r\n") + b"ff\r\nhalf"))

    with transport.stream(asks(server), CancelToken()) as opened:
        batches = opened.batches()
        assert next(batches) == (b"1",)
        with pytest.raises(TimedOut) as failure:
            list(batches)

    assert failure.value.reason == "broken"


def test_a_refused_connection_is_said_to_be_unsent(
    server: HostileServer, transport: RequestsTransport
) -> None:
    request = asks(server)
    server.__exit__(None, None, None)

    with pytest.raises(ConnectFailed), transport.stream(request, CancelToken()):
        pass


def test_a_cancel_ends_the_wait_for_the_next_line(
    server: HostileServer, transport: RequestsTransport
) -> None:
    server.will(stalls(CHUNKED + chunk(b"1\r\n")))
    cancel = CancelToken()

    with transport.stream(asks(server), cancel, stall_seconds=60) as opened:
        batches = opened.batches()
        next(batches)
        timer = threading.Timer(0.05, cancel.cancel)
        timer.start()
        began = time.monotonic()
        with pytest.raises(Cancelled):
            next(batches)
        timer.join()

    assert time.monotonic() - began < 30


def test_closing_the_transport_ends_a_stream(
    server: HostileServer, transport: RequestsTransport
) -> None:
    server.will(stalls(CHUNKED + chunk(b"1\r\n")))

    with transport.stream(asks(server), CancelToken(), stall_seconds=60) as opened:
        batches = opened.batches()
        next(batches)
        transport.close()
        with pytest.raises(Cancelled):
            next(batches)


@pytest.mark.parametrize("end", [b"\r\n", b""], ids=["whole", "endless"])
def test_a_line_without_end_is_cut_off(
    server: HostileServer, transport: RequestsTransport, end: bytes
) -> None:
    server.will(writes(CHUNKED + chunk(b"x" * 1001 + end) + chunk(b"")))

    with pytest.raises(BadAnswer, match="too long"):
        lines_of(transport, asks(server))


def test_the_connection_of_a_stream_serves_nobody_else(
    server: HostileServer, transport: RequestsTransport
) -> None:
    server.will(stalls(CHUNKED + chunk(b"1\r\n")), answers(b"{}"))

    with transport.stream(asks(server), CancelToken()) as opened:
        next(opened.batches())
    response = transport.send(asks(server), CancelToken())

    assert response.body == b"{}"
    assert server.connections == 2


@pytest.mark.parametrize(
    ("coding", "pieces", "words"),
    [
        ("br", [b"x"], "not asked for"),
        ("gzip", [b"not gzip at all"], "broken"),
        ("gzip", [gzip.compress(b"1\n")[:-4]], "cut off"),
        ("gzip", [gzip.compress(b"1\n") + b"more"], "follows"),
    ],
)
def test_compression_that_is_not_ours_or_not_whole_is_a_bad_answer(
    coding: str, pieces: list[bytes], words: str
) -> None:
    waiting = iter([*pieces, b""])

    with pytest.raises(BadAnswer, match=words):
        list(line_batches(lambda _most: next(waiting), {"content-encoding": coding}, 200, 100))


def test_a_compressed_bomb_never_unfolds_in_memory() -> None:
    waiting = iter([gzip.compress(b"x" * (64 << 20)), b""])
    tracemalloc.start()
    try:
        with pytest.raises(BadAnswer, match="too long"):
            list(line_batches(lambda _most: next(waiting), {"content-encoding": "gzip"}, 200, 1000))
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()
