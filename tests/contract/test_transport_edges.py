"""The transport at its edges: the value that just passes, the time that is told, what is let go."""

import errno
import gc
import gzip
import http.client
import socket
import ssl
import sys
import time
import weakref
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
import urllib3.exceptions
from urllib3.connection import HTTPConnection

from core.adapters import (
    http_connect,
    http_exchange,
    http_tls,
    http_wire,
    requests_transport,
)
from core.adapters.http_body import read_body
from core.adapters.http_connect import connect
from core.adapters.http_errors import translate
from core.adapters.http_exchange import CANCELLED, CLOSED, DEADLINE, Exchange, Watchdog
from core.adapters.http_lines import line_batches
from core.adapters.http_request import checked
from core.adapters.http_settings import TransportSettings
from core.adapters.http_wire import _ends_with_the_connection
from core.adapters.requests_transport import RequestsTransport
from core.errors import BadAnswer, BadInput, Cancelled, ConnectFailed, TimedOut
from core.model import HttpRequest
from core.ports import CancelToken
from core.secret import Secret
from tests.fakes.certificates import Authority
from tests.fakes.hostile_server import HostileServer, answers, head, writes

URL = "https://api.x.com/2/users/me"

# --- bodies ------------------------------------------------------------------------------------


def body_of(*pieces: bytes, coding: str = "", limit: int = 1000) -> bytes:
    return read_body(iter(pieces), {"content-encoding": coding} if coding else {}, 203, limit)


def lines_of(*pieces: bytes, coding: str = "", limit: int = 1000) -> list[tuple[bytes, ...]]:
    waiting = list(pieces)
    headers = {"content-encoding": coding} if coding else {}

    def read(_most: int) -> bytes | None:
        return waiting.pop(0) if waiting else None

    return list(line_batches(read, headers, 203, limit))


@pytest.mark.parametrize("coding", ["", "identity", " Identity "])
def test_what_is_not_packed_is_read_as_it_is(coding: str) -> None:
    assert body_of(b"a", b"", b"b\n", coding=coding) == b"ab\n"
    assert lines_of(b"a", b"b\n", coding=coding) == [(b"ab",)]


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", " GZIP "])
def test_what_is_packed_is_unpacked_under_either_name(coding: str) -> None:
    packed = gzip.compress(b"ab\n")

    assert body_of(packed[:5], b"", packed[5:], coding=coding) == b"ab\n"
    assert lines_of(packed[:5], packed[5:], coding=coding) == [(b"ab",)]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (zlib.compress(b"ab"), "broken"),
        (b"no gzip at all", "broken"),
        (gzip.compress(b"ab")[:-1], "cut off"),
        (gzip.compress(b"ab") + b"more", "follows"),
        (gzip.compress(b"ab") + gzip.compress(b"cd"), "follows"),
    ],
    ids=["zlib", "words", "too short", "too long", "twice"],  # gzip notes the time
)
def test_nothing_but_one_whole_gzip_stream_is_taken(body: bytes, told: str) -> None:
    for read in (body_of, lines_of):
        for pieces in ((body,), (body[:12], body[12:])):
            with pytest.raises(BadAnswer, match=told) as caught:
                read(*pieces, coding="gzip")
            assert caught.value.status == 203


@pytest.mark.parametrize("coding", ["deflate", "br", "gzip, gzip", "zstd"])
def test_another_coding_was_not_asked_for(coding: str) -> None:
    for read in (body_of, lines_of):
        with pytest.raises(BadAnswer, match="not asked for") as caught:
            read(b"ab", coding=coding)
        assert caught.value.status == 203


def test_an_empty_body_that_calls_itself_packed_is_empty() -> None:
    assert body_of(coding="gzip") == b""
    assert body_of(b"", coding="gzip") == b""


@pytest.mark.parametrize("coding", ["", "gzip"])
def test_the_limit_itself_is_within_the_limit(coding: str) -> None:
    def packed(data: bytes) -> bytes:
        return gzip.compress(data) if coding else data

    assert body_of(packed(b"x" * 100), coding=coding, limit=100) == b"x" * 100
    with pytest.raises(BadAnswer, match="too large") as caught:
        body_of(packed(b"x" * 101), coding=coding, limit=100)
    assert caught.value.status == 203
    assert lines_of(packed(b"x" * 100 + b"\n"), coding=coding, limit=100) == [(b"x" * 100,)]
    for end in (b"", b"\n"):
        with pytest.raises(BadAnswer, match="too long") as caught:
            lines_of(packed(b"x" * 101 + end), coding=coding, limit=100)
        assert caught.value.status == 203


def test_lines_that_come_together_are_told_together_and_a_keep_alive_is_an_empty_one() -> None:
    assert lines_of(b"\n", b"\r\n", b"a\r\nb\n\nc", b"d\n", b"e") == [
        (b"",), (b"",), (b"a", b"b", b""), (b"cd",), (b"e",),
    ]  # fmt: skip


# --- requests ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "accept-encoding", "authorization", "connection", "content-length", "content-type",
        "cookie", "expect", "host", "proxy-authorization", "te", "transfer-encoding", "upgrade",
    ],
)  # fmt: skip
def test_a_header_that_is_ours_is_set_by_nobody_else(name: str) -> None:
    for spelled in (name, name.title()):
        with pytest.raises(BadInput) as told:
            checked(HttpRequest("GET", URL, headers=((spelled, "x"),)), None, "Test")
        assert told.value.where == "header"


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"])
def test_a_method_of_http_is_sent_and_no_other(method: str) -> None:
    assert checked(HttpRequest(method, URL), None, "Test").method == method
    for other in (method.lower(), "TRACE", "CONNECT", ""):
        with pytest.raises(BadInput) as told:
            checked(HttpRequest(other, URL), None, "Test")
        assert told.value.where == "method"


def test_a_checked_request_says_everything_that_is_sent() -> None:
    request = HttpRequest(
        "POST", URL, query=(("a/b", "c d&e"),), form=(("f", Secret("g/h+ü")),),
        authorization=Secret("Bearer token-of-mine"), headers=(("X-Own", "1"),),
    )  # fmt: skip
    wire = checked(request, None, "Test/1")

    assert wire.url == f"{URL}?a%2Fb=c%20d%26e"
    assert (wire.scheme, wire.host, wire.is_loopback) == ("https", "api.x.com", False)
    assert wire.body == b"f=g%2Fh%2B%C3%BC"
    assert wire.headers == {
        "User-Agent": "Test/1",
        "Accept": "application/json",
        "Accept-Encoding": "gzip",
        "Content-Type": "application/x-www-form-urlencoded;charset=UTF-8",
        "X-Own": "1",
        "Authorization": "Bearer token-of-mine",
    }
    assert not any(part in repr(wire) for part in ("token-of-mine", "c%20d", "g%2F", "X-Own"))


def test_a_request_without_more_has_no_query_and_no_body() -> None:
    wire = checked(HttpRequest("GET", "http://127.0.0.1:8080/a"), None, "Test")

    assert (wire.url, wire.body) == ("http://127.0.0.1:8080/a", None)
    assert (wire.scheme, wire.host, wire.is_loopback) == ("http", "127.0.0.1", True)
    assert "Content-Type" not in wire.headers


@pytest.mark.parametrize(("length", "passes"), [(16_384, True), (16_385, False)])
def test_a_value_has_at_most_16384_characters(length: int, passes: bool) -> None:
    request = HttpRequest("GET", URL, headers=(("X-Own", "v" * length),))
    if passes:
        assert len(checked(request, None, "Test").headers["X-Own"]) == length
    else:
        with pytest.raises(BadInput) as told:
            checked(request, None, "Test")
        assert told.value.where == "header"


@pytest.mark.parametrize(
    "url",
    [
        "https://api.x.com:0/", "https://api..x.com/", "https://me@api.x.com/",
        "https://api.x.com/?a=b", "https://api.x.com/#a", "http://api.x.com/", "ftp://127.0.0.1/",
        "https://api.x.com/../a", "https://api.x.com/a/%2e%2E/b", "https://api.x.com/./a",
        "https://", "https://api.x.com:99999/", "https://-api.x.com/", "https://api.x.com/ä",
        "https://api.x.com/%zz",
    ],
)  # fmt: skip
def test_an_address_that_is_not_plain_is_not_called(url: str) -> None:
    with pytest.raises(BadInput) as told:
        checked(HttpRequest("GET", url), None, "Test")

    assert told.value.where == "address"


@pytest.mark.parametrize("url", ["https://api.x.com:1/", "https://a/", "http://[::1]:80/a...b"])
def test_an_address_that_is_plain_is_called(url: str) -> None:
    assert checked(HttpRequest("GET", url), None, "Test").url == url


def test_an_origin_that_is_not_allowed_is_asked_about_once_and_not_called() -> None:
    asked: list[str] = []

    def refuse(origin: str) -> bool:
        asked.append(origin)
        return False

    with pytest.raises(BadInput) as told:
        checked(HttpRequest("GET", URL), refuse, "Test")

    assert (asked, told.value.where) == (["https://api.x.com"], "address")
    assert checked(HttpRequest("GET", URL), lambda _origin: True, "Test").url == URL


# --- settings ----------------------------------------------------------------------------------


def test_the_settings_of_nobody_follow_the_system() -> None:
    assert TransportSettings() == TransportSettings(
        "system", "", None, "system", "", "", 5.0, "Keypane"
    )


@pytest.mark.parametrize("url", ["http://proxy:1", "https://proxy", "http://10.0.0.1:65535/"])
def test_an_address_of_a_proxy_is_taken(url: str) -> None:
    settings = TransportSettings(proxy="manual", proxy_url=url)

    assert settings.proxy_for("https", "api.x.com") == url


@pytest.mark.parametrize(
    ("environment", "scheme", "proxy"),
    [
        ({"https_proxy": "http://p:1"}, "https", "http://p:1"),
        ({"https_proxy": "p:1"}, "https", "http://p:1"),
        ({"https_proxy": "http://me:pw@p:1"}, "https", "http://me:pw@p:1"),
        ({"all_proxy": "http://a:2"}, "https", "http://a:2"),
        ({"all_proxy": "http://a:2", "https_proxy": "http://p:1"}, "https", "http://p:1"),
        ({"http_proxy": "http://p:1"}, "https", None),
        ({"https_proxy": "http://p:1", "no_proxy": "x.com"}, "https", None),
        ({}, "https", None),
    ],
)
def test_the_system_names_a_proxy_by_the_usual_variables(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], scheme: str, proxy: str | None
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert TransportSettings().proxy_for(scheme, "api.x.com") == proxy
    assert TransportSettings(proxy="off").proxy_for(scheme, "api.x.com") is None


@pytest.mark.parametrize(
    "bundle",
    [
        "/etc/ssl/cert.pem", "/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/ca-bundle.pem",
        "/etc/pki/tls/cert.pem", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    ],
)  # fmt: skip
def test_a_bundle_of_any_distribution_is_a_system_store(
    monkeypatch: pytest.MonkeyPatch, bundle: str
) -> None:
    nothing = ssl.DefaultVerifyPaths(None, None, "", "", "", "")  # type: ignore[arg-type]
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: nothing)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(Path, "is_file", lambda path: path.as_posix() == bundle)
    assert http_tls._has_system_store()
    monkeypatch.setattr(Path, "is_file", lambda _path: False)
    assert not http_tls._has_system_store()


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_windows_and_macos_have_a_system_store_without_a_look_at_files(
    monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(http_tls, "_BUNDLES", ())
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: None)

    assert http_tls._has_system_store() is True


def test_every_context_asks_for_a_certificate_of_the_hosts_name_over_tls_1_2() -> None:
    for settings in (TransportSettings(), TransportSettings(ca="file", ca_file=_bundle())):
        context = http_tls.context_maker(settings)()
        assert context.minimum_version == ssl.TLSVersion.TLSv1_2
        assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


def _bundle() -> str:
    import certifi

    return certifi.where()


# --- times -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def test_each_time_is_told_in_milliseconds_and_together_they_are_the_whole(
    authority: Authority,
) -> None:
    certificate = authority.issue("localhost", host="localhost")
    settings = TransportSettings(proxy="off", ca="file", ca_file=str(authority.file))
    transport = RequestsTransport(settings=settings)
    with HostileServer(certificate=certificate) as server:
        server.will(answers())
        url = f"https://localhost:{server.port}/"
        began = time.perf_counter()
        timing = transport.send(HttpRequest("GET", url), CancelToken()).timing
        whole_ms = (time.perf_counter() - began) * 1000
    transport.close()

    parts = (timing.dns_ms, timing.connect_ms, timing.tls_ms, timing.first_byte_ms)
    told = [part for part in parts if part is not None]
    assert len(told) == 4
    assert all(part > 0.001 for part in told)  # a handshake in a microsecond would be news
    assert sum(told) <= timing.total_ms <= whole_ms


# --- exchanges ---------------------------------------------------------------------------------


def test_a_finished_exchange_lets_go_of_what_would_have_ended_it() -> None:
    class Hand:
        def stop(self) -> None: ...

    hand, exchange = Hand(), Exchange("GET", 600)
    exchange.on_end(hand.stop)
    left = weakref.ref(hand)
    del hand
    assert left() is not None

    exchange.finish()
    gc.collect()

    assert left() is None


def test_what_would_end_an_ended_exchange_is_done_at_once() -> None:
    done: list[str] = []
    exchange = Exchange("GET", 600)
    exchange.end(CANCELLED)
    exchange.on_end(lambda: done.append("at once"))

    assert done == ["at once"]


def test_the_time_that_remains_is_never_nothing() -> None:
    assert Exchange("GET", -5).remaining() == 0.001
    assert 500 < Exchange("GET", 600).remaining() <= 600
    exchange = Exchange("GET", 1)
    exchange.extend(600)
    assert exchange.remaining() > 500


def test_a_watchdog_with_nothing_left_to_watch_ends(wait_until: Callable[..., None]) -> None:
    watchdog, soon, done = Watchdog(), Exchange("GET", 0.1), Exchange("GET", 6000)
    watchdog.watch(soon)
    watchdog.watch(done)
    done.finish()

    wait_until(lambda: soon.ended == DEADLINE)
    wait_until(lambda: not watchdog._is_running)


def test_a_watchdog_sleeps_between_two_ends(
    monkeypatch: pytest.MonkeyPatch, wait_until: Callable[..., None]
) -> None:
    looks: list[float] = []

    class Clock:
        perf_counter = staticmethod(time.perf_counter)

        @staticmethod
        def monotonic() -> float:
            looks.append(time.monotonic())
            return looks[-1]

    monkeypatch.setattr(http_exchange, "time", Clock)
    watchdog, exchange = Watchdog(), Exchange("GET", 0.4)
    watchdog.watch(exchange)

    wait_until(lambda: exchange.ended == DEADLINE)
    assert len(looks) < 100


@pytest.fixture
def looked_up(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    names: list[str] = []

    def look_up(host: str, *_rest: object, **_more: object) -> list[object]:
        names.append(host)
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return names


@pytest.mark.parametrize("way", ["send", "stream"])
def test_who_stopped_before_looks_nothing_up(
    transport: RequestsTransport, looked_up: list[str], way: str
) -> None:
    cancel, request = CancelToken(), HttpRequest("GET", URL)
    cancel.cancel()

    if way == "send":
        with pytest.raises(Cancelled) as told:
            transport.send(request, cancel)
    else:
        with pytest.raises(Cancelled) as told, transport.stream(request, cancel):
            pass

    assert (told.value.nothing_sent, looked_up) == (True, [])


@pytest.mark.parametrize("way", ["send", "stream"])
def test_a_token_that_serves_many_requests_remembers_none_of_them(
    transport: RequestsTransport, way: str
) -> None:
    cancel = CancelToken()
    with HostileServer() as server:
        server.always(answers(b"{}\n"))
        for _ in range(3):
            if way == "send":
                transport.send(HttpRequest("GET", server.origin), cancel)
            else:
                with transport.stream(HttpRequest("GET", server.origin), cancel) as opened:
                    assert list(opened.batches()) == [(b"{}",)]

    assert cancel._callbacks == []


@pytest.mark.parametrize(
    ("status", "body"), [("200 OK", b""), ("299 Own", b""), ("300 Choices", b"x"), ("404 No", b"x")]
)
def test_the_opening_of_a_stream_has_a_body_only_where_it_is_a_refusal(
    transport: RequestsTransport, status: str, body: bytes
) -> None:
    with HostileServer() as server:
        server.will(answers(b"x", status))
        with transport.stream(HttpRequest("GET", server.origin), CancelToken()) as opened:
            assert opened.opening.body == body


def test_the_phrase_behind_the_status_is_told_as_it_is_up_to_100_characters(
    transport: RequestsTransport,
) -> None:
    for sent, told in (("Not\tQuite OK", "NotQuite OK"), ("", ""), ("y" * 101, "y" * 100)):
        with HostileServer() as server:
            server.will(writes(head(f"200 {sent}", length=0)))
            response = transport.send(HttpRequest("GET", server.origin), CancelToken())
        assert response.reason == told


@pytest.mark.parametrize(
    ("headers", "method", "status", "ends"),
    [
        ({}, "GET", 200, True),
        ({}, "HEAD", 200, False),
        ({}, "GET", 204, False),
        ({}, "GET", 304, False),
        ({}, "GET", 303, True),
        ({"content-length": "1"}, "GET", 200, False),
        ({"transfer-encoding": "chunked"}, "GET", 200, False),
    ],
)
def test_only_a_body_without_a_length_ends_with_its_connection(
    headers: dict[str, str], method: str, status: int, ends: bool
) -> None:
    assert _ends_with_the_connection(headers, method, status) is ends


def test_a_closed_transport_ends_what_is_under_way(wait_until: Callable[..., None]) -> None:
    exchange, watchdog = Exchange("GET", 600), Watchdog()
    watchdog.watch(exchange)
    watchdog.end_all(CLOSED)

    assert exchange.ended == CLOSED
    wait_until(lambda: not watchdog._is_running)


# --- connections -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "seconds"), [("GET", 45), ("HEAD", 45), ("OPTIONS", 45), ("POST", 5), ("DELETE", 5)]
)
def test_an_idle_connection_is_used_again_for_so_long(
    monkeypatch: pytest.MonkeyPatch, method: str, seconds: float
) -> None:
    connection = http_wire._Watched("localhost")
    monkeypatch.setattr(HTTPConnection, "is_connected", property(lambda _self: True))
    monkeypatch.setattr(http_wire._current, "exchange", Exchange(method, 60))
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    usable: list[bool] = []
    for used_at in (now - seconds, now - seconds - 0.001):
        connection._used_at = used_at
        usable.append(connection.is_connected)
    monkeypatch.setattr(HTTPConnection, "is_connected", property(lambda _self: False))
    connection._used_at = now
    usable.append(connection.is_connected)

    assert usable == [True, False, False]


def test_small_requests_leave_at_once_and_the_socket_is_not_left_blocking() -> None:
    with HostileServer() as server:
        tcp = connect("127.0.0.1", server.port, Exchange("GET", 60), 30)
        assert tcp.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        assert not tcp.getblocking()
        tcp.close()


def test_what_a_socket_failed_with_is_raised_as_pythons_own_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(http_connect, "_wait_until_connected", lambda *_all: None)
    monkeypatch.setattr(socket.socket, "connect", lambda *_all: None)
    monkeypatch.setattr(socket.socket, "getsockopt", lambda *_all: errno.ECONNREFUSED)

    with pytest.raises(ConnectionRefusedError):
        connect("127.0.0.1", 1, Exchange("GET", 60), 30)


def test_an_address_in_brackets_is_not_looked_up(looked_up: list[str]) -> None:
    with pytest.raises(OSError, match=r".") as told:
        connect("[::1]", 1, Exchange("GET", 60), 30)

    assert looked_up == []
    assert not isinstance(told.value, socket.gaierror)


def test_the_time_of_a_connection_is_told_where_there_was_one() -> None:
    exchange = Exchange("GET", 60)
    with HostileServer() as server:
        began = time.perf_counter()
        connect("localhost", server.port, exchange, 30).close()
        whole_ms = (time.perf_counter() - began) * 1000

    assert exchange.dns_ms is not None
    assert exchange.connect_ms is not None
    assert min(exchange.dns_ms, exchange.connect_ms) > 0.001
    assert exchange.dns_ms + exchange.connect_ms <= whole_ms


def test_what_cannot_be_sent_is_told_in_words() -> None:
    told = translate(UnicodeError("half a character"), Exchange("GET", 60), "api.x.com")

    assert isinstance(told, BadInput)
    assert (told.where, told.detail) == ("request", "it cannot be put on the wire")


def test_each_end_from_outside_is_told_with_host_and_reason() -> None:
    for sent, kind in ((False, ConnectFailed), (True, TimedOut)):
        exchange = Exchange("GET", 60)
        exchange.sent = sent
        exchange.end(DEADLINE)
        told = translate(OSError(), exchange, "api.x.com")
        assert type(told) is kind
        assert (told.host, told.reason) == ("api.x.com", "timeout")
        stopped = Exchange("GET", 60)
        stopped.sent = sent
        stopped.end(CLOSED)
        cancelled = translate(OSError(), stopped, "api.x.com")
        assert isinstance(cancelled, Cancelled)
        assert cancelled.nothing_sent is not sent


@pytest.mark.parametrize(
    ("error", "kind", "reason"),
    [
        (http.client.BadStatusLine("x"), BadAnswer, ""),
        (
            urllib3.exceptions.ProtocolError("x", http.client.IncompleteRead(b"")),
            TimedOut,
            "broken",
        ),
        (http.client.RemoteDisconnected("x"), TimedOut, "broken"),
        (requests.exceptions.ContentDecodingError(), BadAnswer, ""),
        (requests.Timeout(), TimedOut, "timeout"),
        (ssl.SSLError(), TimedOut, "tls"),
        (OSError(errno.ECONNRESET, "x"), TimedOut, "broken"),
    ],
)
def test_what_breaks_after_the_request_left_is_told_apart(
    error: Exception, kind: type[Exception], reason: str
) -> None:
    exchange = Exchange("GET", 60)
    exchange.sent = True
    told = translate(error, exchange, "api.x.com")

    assert type(told) is kind
    assert getattr(told, "reason", "") == reason
    assert "api.x.com" in str(told)


def test_an_error_that_leads_back_to_itself_is_looked_at_once() -> None:
    error, other = OSError("a"), OSError("b")
    error.__cause__, other.__cause__ = other, error
    told = translate(error, Exchange("GET", 60), "api.x.com")

    assert isinstance(told, ConnectFailed)
    assert told.reason == "other"


def test_x_keeps_a_quiet_stream_alive_within_our_patience() -> None:
    assert requests_transport.STALL_SECONDS == 30


def test_a_watchdog_that_sleeps_keeps_no_exchange_that_is_finished() -> None:
    watchdog = Watchdog()
    for _ in range(5):
        done = Exchange("GET", 6000)
        watchdog.watch(done)
        done.finish()
    last = Exchange("GET", 6000)
    watchdog.watch(last)

    assert [entry[2] for entry in watchdog._queue] == [last]
    watchdog.end_all(CLOSED)


def test_connections_are_kept_while_the_settings_are_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = [TransportSettings(), TransportSettings(), TransportSettings(user_agent="Other")]
    transport = RequestsTransport(settings=lambda: settings.pop(0))
    with HostileServer() as server:
        server.always(answers())
        seen: list[int] = []
        for _ in range(3):
            transport.send(HttpRequest("GET", server.origin), CancelToken())
            seen.append(server.connections)
    transport.close()

    assert seen == [1, 1, 2]
