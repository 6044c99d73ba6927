"""The corners of the transport that no server of ours leads to."""

import errno
import socket
import ssl
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
import urllib3.exceptions

from core.adapters import http_connect, http_tls
from core.adapters.http_connect import connect
from core.adapters.http_errors import translate
from core.adapters.http_exchange import CANCELLED, DEADLINE, Exchange, Stopped, Twin, Watchdog
from core.adapters.http_request import checked
from core.adapters.http_settings import TransportSettings
from core.adapters.requests_transport import RequestsTransport
from core.adapters.system_clock import SystemClock
from core.errors import BadInput, Cancelled, ConnectFailed
from core.model import HttpRequest
from core.ports import CancelToken
from tests.fakes.hostile_server import HostileServer, answers

# --- looking up and connecting -----------------------------------------------------------------


def test_a_name_is_looked_up_and_the_time_for_it_told(transport: RequestsTransport) -> None:
    with HostileServer() as server:
        server.will(answers())
        url = server.origin.replace("127.0.0.1", "localhost")

        response = transport.send(HttpRequest("GET", url), CancelToken())

    assert response.timing.dns_ms is not None
    assert server.seen[0].headers["host"] == f"localhost:{server.port}"


def found(*addresses: tuple[socket.AddressFamily, str]) -> list[tuple[object, ...]]:
    return [(family, socket.SOCK_STREAM, 6, "", (host, 0)) for family, host in addresses]


def test_the_next_address_is_tried_when_one_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    both = found((socket.AF_INET6, "::1"), (socket.AF_INET, "127.0.0.1"))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: both)
    with HostileServer() as server:
        tcp = connect("two.example", server.port, Exchange("GET", 5), 2)
        tcp.close()

    assert server.connections == 1


def test_a_name_without_an_address_is_an_os_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: [])

    with pytest.raises(OSError, match="no address"):
        connect("none.example", 1, Exchange("GET", 5), 2)


def test_a_name_that_cannot_be_one_is_not_found(transport: RequestsTransport) -> None:
    with pytest.raises(ConnectFailed) as caught:
        transport.send(HttpRequest("GET", f"https://{'a' * 64}.example/"), CancelToken())

    assert caught.value.reason == "dns"


def test_one_address_gets_its_share_of_the_time_only() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        port = listener.getsockname()[1]
        fillers = [socket.socket() for _ in range(8)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", port))

        with pytest.raises(TimeoutError):
            connect("127.0.0.1", port, Exchange("GET", 30), 0.15)
        for filler in fillers:
            filler.close()


def test_an_ended_exchange_connects_to_nothing() -> None:
    exchange = Exchange("GET", 5)
    exchange.end(CANCELLED)
    with HostileServer() as server:
        with pytest.raises(Stopped):
            connect("127.0.0.1", server.port, exchange, 2)
        with pytest.raises(Stopped):
            connect("localhost", server.port, exchange, 2)


def test_an_ended_exchange_sends_nothing() -> None:
    exchange = Exchange("POST", 5)
    exchange.end(DEADLINE)
    exchange.end(CANCELLED)

    with pytest.raises(Stopped):
        exchange.begin_sending()

    assert (exchange.ended, exchange.sent) == (DEADLINE, False)


def test_a_finished_exchange_can_no_longer_be_ended() -> None:
    exchange = Exchange("POST", 5)
    shut: list[bool] = []
    exchange.on_end(lambda: shut.append(True))
    exchange.finish()

    exchange.end(CANCELLED)

    assert (exchange.ended, shut) == ("", [])


def test_shutting_twice_or_after_closing_does_no_harm() -> None:
    one, other = socket.socketpair()
    twin = Twin(one)
    twin.shut()
    assert other.recv(1) == b""
    other.close()

    twin.shut()
    twin.close()
    twin.shut()
    one.close()


def test_the_watchdog_ends_the_earliest_first_whatever_came_last() -> None:
    watchdog, ended = Watchdog(), []
    late, soon, done = Exchange("GET", 60), Exchange("GET", 0.15), Exchange("GET", 0.05)
    for name, exchange in (("late", late), ("soon", soon), ("done", done)):
        exchange.on_end(lambda name=name: ended.append(name))  # type: ignore[misc]
        watchdog.watch(exchange)
    done.finish()
    waiting = CancelToken()
    soon.on_end(waiting.cancel)

    assert waiting.wait(30)
    watchdog.end_all(CANCELLED)

    assert ended == ["soon", "late"]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (OSError(errno.ENETUNREACH, "x"), "offline"),
        (OSError(errno.EHOSTUNREACH, "x"), "offline"),
        (ConnectionRefusedError(), "refused"),
        (socket.gaierror(), "dns"),
        (TimeoutError(), "timeout"),
        (ssl.SSLCertVerificationError(), "tls"),
        (urllib3.exceptions.ProxyError("x", OSError()), "proxy"),
        (requests.ConnectionError("x"), "other"),
    ],
)
def test_the_reason_is_found_however_deep_it_is_wrapped(error: Exception, reason: str) -> None:
    outer = requests.ConnectionError(urllib3.exceptions.ProtocolError("x", error))
    inner = ValueError("unrelated")
    inner.__cause__ = outer

    translated = translate(inner, Exchange("GET", 5), "api.x.com")

    assert isinstance(translated, ConnectFailed)
    assert (translated.reason, translated.host) == (reason, "api.x.com")


# --- the door ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("request_", "where"),
    [
        (HttpRequest("get", "https://api.x.com/"), "method"),
        (HttpRequest("GET\r\nX:", "https://api.x.com/"), "method"),
        (HttpRequest("GET", "https://api.x.com/", query=(("a", "\ud800"),)), "query"),
        (HttpRequest("POST", "https://api.x.com/", form=(("a\udfff", "b"),)), "form"),
        (HttpRequest("POST", "https://api.x.com/", body=b"", content_type="a\nb"), "content type"),
        (HttpRequest("GET", "https://api.x.com/", headers=(("X-A", "b\rc"),)), "header"),
        (HttpRequest("GET", "https://api.x.com/", headers=(("X-A", "y" * 20_000),)), "header"),
        (HttpRequest("GET", "https://[::1/"), "address"),
    ],
)
def test_what_cannot_be_sent_is_named_by_its_place(request_: HttpRequest, where: str) -> None:
    with pytest.raises(BadInput) as caught:
        checked(request_, None, "Keypane")

    assert caught.value.where == where


def test_a_header_replaces_ours_of_the_same_name_in_any_case() -> None:
    request = HttpRequest("GET", "https://api.x.com/", headers=(("ACCEPT", "text/plain"),))

    headers = checked(request, None, "Keypane").headers

    assert [value for name, value in headers.items() if name.lower() == "accept"] == ["text/plain"]


# --- settings and certificates -----------------------------------------------------------------


@pytest.mark.parametrize(
    "settings", [{"proxy": "maybe"}, {"ca": "none"}, {"ca": "file", "ca_file": ""}]
)
def test_settings_that_cannot_be_are_refused(settings: dict[str, str]) -> None:
    with pytest.raises(BadInput):
        TransportSettings(**settings)  # type: ignore[arg-type]


def test_a_system_proxy_without_a_scheme_is_an_http_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("urllib.request.getproxies", lambda: {"https": "proxy.example:3128"})
    monkeypatch.setattr("urllib.request.proxy_bypass", lambda host: host == "near.example")
    settings = TransportSettings()

    assert settings.proxy_for("https", "api.x.com") == "http://proxy.example:3128"
    assert settings.proxy_for("https", "near.example") is None


@pytest.mark.parametrize("without", ["truststore", "a system store"])
def test_certifi_stands_in_where_the_system_vouches_for_nobody(
    monkeypatch: pytest.MonkeyPatch, without: str
) -> None:
    if without == "truststore":
        monkeypatch.setitem(sys.modules, "truststore", None)
    else:
        monkeypatch.setattr(http_tls, "_has_system_store", lambda: False)

    context = http_tls.context_maker(TransportSettings())()

    assert context.cert_store_stats()["x509_ca"] > 50
    assert context.verify_mode is ssl.CERT_REQUIRED


def test_a_system_store_is_found_by_any_of_its_signs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    empty = ssl.DefaultVerifyPaths(None, str(tmp_path), "", "", "", "")  # type: ignore[arg-type]
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: empty)
    monkeypatch.setattr(http_tls, "_BUNDLES", ())
    monkeypatch.setattr(sys, "platform", "linux")
    assert not http_tls._has_system_store()

    (tmp_path / "0a1b2c3d.0").touch()
    assert http_tls._has_system_store()
    monkeypatch.setattr(sys, "platform", "darwin")
    (tmp_path / "0a1b2c3d.0").unlink()
    assert http_tls._has_system_store()


# --- threads and clock -------------------------------------------------------------------------


def open_files() -> int:
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.is_dir() else 0


def test_sockets_are_closed_with_the_transport() -> None:
    before = open_files()
    with HostileServer() as server:
        server.always(answers(b"{}", "200 OK", "Connection: close"))
        transport = RequestsTransport()
        for _ in range(10):
            transport.send(HttpRequest("GET", server.origin), CancelToken())
        transport.close()
        transport.close()

    assert open_files() <= before


def test_a_closed_transport_sends_nothing() -> None:
    transport = RequestsTransport()
    transport.close()

    with pytest.raises(Cancelled) as caught:
        transport.send(HttpRequest("GET", "https://api.x.com/"), CancelToken())

    assert caught.value.nothing_sent


def test_the_system_clock_tells_utc_and_never_goes_back() -> None:
    clock = SystemClock()

    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=1)
    assert clock.now().tzinfo is UTC
    assert clock.monotonic() <= clock.monotonic()


def test_names_that_are_addresses_are_not_looked_up() -> None:
    assert http_connect._literal("::1", 80) == ((socket.AF_INET6, ("::1", 80)),)
    assert http_connect._literal("127.0.0.1", 80) == ((socket.AF_INET, ("127.0.0.1", 80)),)
    assert http_connect._literal("api.x.com", 80) == ()
