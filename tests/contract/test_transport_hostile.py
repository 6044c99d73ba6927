"""The real transport against answers that are none: broken off, malformed, too large."""

import gzip
import time
import tracemalloc
import zlib

import pytest

from core.adapters.requests_transport import RequestsTransport
from core.errors import BadAnswer, TimedOut
from tests.contract.wire import GZIP, send
from tests.fakes.hostile_server import (
    HostileServer,
    Script,
    answers,
    gzip_bomb,
    head,
    resets,
    writes,
)
from tests.timing import within

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


def test_a_redirect_that_cannot_be_parsed_is_still_an_answer(
    transport: RequestsTransport, server: HostileServer
) -> None:
    server.will(answers(b"{}", "302 Found", "Location: http://[:::x/"))

    assert send(transport, server).status == 302
