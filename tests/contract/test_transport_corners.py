"""Rare ways through the transport: odd lines, names, proxies and answers of refused streams."""

import gzip
import socket
import zlib
from collections.abc import Callable, Iterator

import pytest

from core.adapters.http_connect import connect
from core.adapters.http_exchange import DEADLINE, Exchange, Watchdog
from core.adapters.http_lines import line_batches
from core.adapters.http_settings import TransportSettings
from core.adapters.requests_transport import RequestsTransport
from core.errors import BadAnswer, BadInput, TimedOut, VaultLocked
from core.model import HttpRequest
from core.ports import CancelToken
from tests.fakes.hostile_server import HostileServer, answers, head, stalls, writes


def pieces(*parts: bytes) -> Iterator[bytes]:
    return iter((*parts, b""))


def batches(*parts: bytes, limit: int = 1000, **headers: str) -> list[tuple[bytes, ...]]:
    left = pieces(*parts)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return list(line_batches(lambda _most: next(left), named, 200, limit))


def test_a_last_line_without_an_end_is_a_line() -> None:
    assert batches(b"1\n2", b"3") == [(b"1",), (b"23",)]


def test_white_space_at_the_end_is_no_line() -> None:
    assert batches(b"1\r\n", b" \r") == [(b"1",)]


@pytest.mark.parametrize(("length", "fits"), [(10, True), (11, False)])
@pytest.mark.parametrize("end", [b"", b"\n"])
def test_a_line_may_be_as_long_as_the_limit_and_no_longer(
    length: int, fits: bool, end: bytes
) -> None:
    line = b"x" * length
    if fits:
        assert batches(line + end, limit=10) == [(line,)]
    else:
        with pytest.raises(BadAnswer, match="too long") as told:
            batches(line + end, limit=10)
        assert told.value.status == 200


def test_lines_come_out_of_gzip_and_its_other_name() -> None:
    packed = gzip.compress(b"1\n2\n")
    for name in ("gzip", "x-gzip", " GZIP "):
        assert sum(batches(packed, content_encoding=name), ()) == (b"1", b"2")
    assert batches(b"1\n", content_encoding="identity") == [(b"1",)]


@pytest.mark.parametrize(
    ("body", "coding", "told"),
    [
        (b"1\n", "br", "not asked for"),
        (b"no gzip", "gzip", "broken"),
        (zlib.compress(b"1\n"), "gzip", "broken"),
        (gzip.compress(b"1\n", mtime=0) + b"more", "gzip", "something follows"),
        (gzip.compress(b"1\n", mtime=0)[:-4], "gzip", "cut off"),
    ],
)
def test_a_stream_packed_in_another_way_is_told(body: bytes, coding: str, told: str) -> None:
    with pytest.raises(BadAnswer, match=told) as caught:
        batches(body, content_encoding=coding)

    assert caught.value.status == 200


def test_a_name_that_no_resolver_knows_is_the_resolvers_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_arguments: object, **_named: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)

    with pytest.raises(socket.gaierror) as told:
        connect("none.example", 1, Exchange("GET", 30), 2)
    assert told.value.errno == socket.EAI_NONAME


def test_a_port_that_nobody_listens_on_refuses_at_once() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: nobody else can take it
        with pytest.raises(ConnectionRefusedError):
            connect("127.0.0.1", taken.getsockname()[1], Exchange("GET", 60), 30)


@pytest.mark.parametrize(
    "url",
    [
        "http://[::1",
        "http://proxy:99999",
        "http://proxy:0",
        "http://:3128",
        "socks5://proxy:1080",
        "http://proxü:3128",
    ],
)
def test_what_is_no_address_of_a_proxy_is_refused(url: str) -> None:
    with pytest.raises(BadInput) as told:
        TransportSettings(proxy="manual", proxy_url=url)

    assert told.value.where == "proxy"
    assert "address" in told.value.detail


def test_user_and_password_of_a_manual_proxy_do_not_stand_in_its_address() -> None:
    with pytest.raises(BadInput, match="own field"):
        TransportSettings(proxy="manual", proxy_url="http://me:secret@proxy:3128")


def test_a_refused_stream_whose_body_is_broken_is_a_bad_answer(
    transport: RequestsTransport,
) -> None:
    refused = head("429 Too Many Requests", "Content-Encoding: gzip", "Content-Length: 7")
    with HostileServer() as server:
        server.will(writes(refused + b"no gzip"))
        request = HttpRequest("GET", f"{server.origin}/2/tweets/search/stream")

        with (
            pytest.raises(BadAnswer) as told,
            transport.stream(request, CancelToken(), stall_seconds=20),
        ):
            pass

    assert told.value.status == 429


def test_a_refused_stream_whose_body_stands_still_runs_out_of_time(
    transport: RequestsTransport,
) -> None:
    refused = head("429 Too Many Requests", "Content-Length: 7")
    with HostileServer() as server:
        server.will(stalls(refused + b"half"))
        request = HttpRequest("GET", f"{server.origin}/2/tweets/search/stream", deadline_seconds=1)

        with (
            pytest.raises(TimedOut),
            transport.stream(request, CancelToken(), stall_seconds=1),
        ):
            pass


@pytest.mark.parametrize("is_here", [True, False])
def test_a_locked_vault_stops_what_may_need_a_proxy_and_nothing_else(is_here: bool) -> None:
    def locked() -> TransportSettings:
        raise VaultLocked("passphrase")

    transport = RequestsTransport(settings=locked)
    with HostileServer() as server:
        server.will(answers())
        url = server.origin if is_here else "https://api.x.com"
        if is_here:
            assert transport.send(HttpRequest("GET", url), CancelToken()).status == 200
        else:
            with pytest.raises(VaultLocked):
                transport.send(HttpRequest("GET", url), CancelToken())
    transport.close()


def test_an_exchange_with_an_earlier_end_wakes_the_watchdog(
    wait_until: Callable[..., None],
) -> None:
    watchdog, late, early = Watchdog(), Exchange("GET", 600), Exchange("GET", 0.2)
    watchdog.watch(late)
    wait_until(lambda: watchdog._wakes_at >= late.deadline_at)  # it sleeps for ten minutes
    watchdog.watch(early)

    wait_until(lambda: early.ended == DEADLINE)
    assert not late.ended
    late.finish()
    watchdog.end_all(DEADLINE)
