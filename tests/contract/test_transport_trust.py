"""Whom the real transport trusts, and that the environment has no say in what goes out."""

import base64
import contextlib
import os
import ssl
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.adapters.http_settings import TransportSettings
from core.adapters.http_tls import context_maker
from core.adapters.requests_transport import RequestsTransport
from core.errors import BadInput, Cancelled, ConnectFailed, TimedOut
from core.model import HttpRequest, HttpResponse
from core.ports import CancelToken
from core.secret import Secret
from tests.fakes.certificates import Authority
from tests.fakes.hostile_server import HostileServer, answers, head, stalls, writes
from tests.timing import within


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def trusting(authority: Authority) -> Iterator[RequestsTransport]:
    """A transport that trusts the test's own authority, and nobody else."""
    transport = RequestsTransport(None, TransportSettings(ca="file", ca_file=str(authority.file)))
    yield transport
    transport.close()


def get(transport: RequestsTransport, url: str, seconds: float = 5.0) -> HttpResponse:
    return transport.send(HttpRequest("GET", url, deadline_seconds=seconds), CancelToken())


def test_a_server_that_the_named_file_vouches_for_is_trusted(
    authority: Authority, trusting: RequestsTransport
) -> None:
    with HostileServer(certificate=authority.issue("good")) as server:
        server.always(answers())

        first, second = get(trusting, server.origin), get(trusting, server.origin)

    assert first.status == 200
    assert first.timing.tls_ms is not None
    assert second.timing.tls_ms is None


@pytest.mark.parametrize("name", ["self-signed", "expired", "not yet", "other host"])
def test_a_certificate_that_does_not_hold_ends_it_before_anything_is_sent(
    authority: Authority, trusting: RequestsTransport, name: str
) -> None:
    certificate = {
        "self-signed": lambda: authority.self_signed("self-signed"),
        "expired": lambda: authority.issue("expired", days=(-9, -1)),
        "not yet": lambda: authority.issue("not-yet", days=(1, 9)),
        "other host": lambda: authority.issue("other", host="api.x.com"),
    }[name]()
    with HostileServer(certificate=certificate) as server:
        with pytest.raises(ConnectFailed) as caught:
            get(trusting, server.origin)

        assert server.seen == []
    assert caught.value.reason == "tls"


def test_the_system_does_not_vouch_for_a_stranger(
    authority: Authority, transport: RequestsTransport
) -> None:
    with HostileServer(certificate=authority.issue("stranger")) as server:
        with pytest.raises(ConnectFailed) as caught:
            get(transport, server.origin)

        assert server.seen == []
    assert caught.value.reason == "tls"


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
@pytest.mark.parametrize("newest", ["TLSv1", "TLSv1_1"])
def test_an_old_tls_is_refused(
    authority: Authority, trusting: RequestsTransport, newest: str
) -> None:
    version = ssl.TLSVersion[newest]
    with (
        HostileServer(certificate=authority.issue("old"), newest_tls=version) as server,
        pytest.raises(ConnectFailed) as caught,
    ):
        get(trusting, server.origin)
    assert caught.value.reason == "tls"


def test_tls_1_2_is_still_spoken(authority: Authority, trusting: RequestsTransport) -> None:
    version = ssl.TLSVersion.TLSv1_2
    with HostileServer(certificate=authority.issue("v12"), newest_tls=version) as server:
        server.will(answers())

        assert get(trusting, server.origin).status == 200


def test_a_handshake_that_stalls_meets_the_deadline(
    authority: Authority, trusting: RequestsTransport
) -> None:
    with HostileServer(certificate=authority.issue("slow"), stalls_in_handshake=True) as server:
        began = time.monotonic()
        with pytest.raises(ConnectFailed) as caught:
            get(trusting, server.origin, seconds=0.5)
        is_timely = within(1.0, since=began, at_least=0.45)
    assert caught.value.reason == "timeout"
    assert is_timely


@pytest.mark.parametrize("ca", ["file", "system"])
def test_a_cancel_ends_a_handshake_that_stalls(authority: Authority, ca: str) -> None:
    file = str(authority.file) if ca == "file" else ""
    transport = RequestsTransport(None, TransportSettings(ca=ca, ca_file=file))
    cancel = CancelToken()
    with HostileServer(certificate=authority.issue("slow"), stalls_in_handshake=True) as server:
        timer = threading.Timer(0.3, cancel.cancel)
        timer.start()
        began = time.monotonic()
        with pytest.raises(Cancelled) as caught:
            transport.send(HttpRequest("POST", server.origin), cancel)
        is_prompt = within(0.5, since=began)
    transport.close()
    timer.join()
    assert caught.value.nothing_sent
    assert is_prompt


def test_one_stalled_handshake_holds_up_no_other(authority: Authority) -> None:
    transport = RequestsTransport()
    stuck = CancelToken()
    with (
        HostileServer(certificate=authority.issue("slow"), stalls_in_handshake=True) as slow,
        HostileServer(certificate=authority.issue("other")) as other,
    ):
        thread = threading.Thread(target=_wait_for_the_cancel, args=(transport, slow, stuck))
        thread.start()
        began = time.monotonic()
        with pytest.raises(ConnectFailed) as caught:  # a stranger to the system, but at once
            get(transport, other.origin)
        is_prompt = within(1.0, since=began)
        stuck.cancel()
        thread.join(30)
    transport.close()
    assert caught.value.reason == "tls"
    assert is_prompt


def _wait_for_the_cancel(
    transport: RequestsTransport, server: HostileServer, cancel: CancelToken
) -> None:
    with contextlib.suppress(Cancelled):
        transport.send(HttpRequest("GET", server.origin), cancel)


def test_a_tls_answer_cut_off_leaves_the_outcome_unknown(
    authority: Authority, trusting: RequestsTransport
) -> None:
    with HostileServer(certificate=authority.issue("cut")) as server:
        server.will(writes(head(length=100) + b"half"))
        with pytest.raises(TimedOut):
            get(trusting, server.origin)


def test_a_stall_over_tls_meets_the_deadline(
    authority: Authority, trusting: RequestsTransport
) -> None:
    with HostileServer(certificate=authority.issue("still")) as server:
        server.will(stalls(head("200 OK", "Connection: close") + b"half"))
        began = time.monotonic()
        with pytest.raises(TimedOut) as caught:
            get(trusting, server.origin, seconds=0.5)
    assert caught.value.reason == "timeout"
    assert within(1.0, since=began)


def test_a_ca_file_that_is_none_is_named_as_the_fault(tmp_path: Path) -> None:
    bad = tmp_path / "empty.pem"
    bad.write_text("no certificate")
    transport = RequestsTransport(None, TransportSettings(ca="file", ca_file=str(bad)))

    with pytest.raises(BadInput) as caught:
        get(transport, "https://127.0.0.1:1/")
    transport.close()

    assert caught.value.where == "certificates"


def test_contexts_are_hardened_and_never_shared_with_the_system_store() -> None:
    make = context_maker(TransportSettings())
    first, second = make(), make()

    assert first is not second
    assert first.minimum_version is ssl.TLSVersion.TLSv1_2
    assert first.verify_mode is ssl.CERT_REQUIRED
    assert first.check_hostname


# --- proxies -----------------------------------------------------------------------------------


def manual(server: HostileServer, credentials: str | None = None) -> RequestsTransport:
    settings = TransportSettings(
        proxy="manual", proxy_url=server.origin, proxy_credentials=Secret.maybe(credentials)
    )
    return RequestsTransport(None, settings)


def test_a_proxy_is_asked_for_a_tunnel_and_alone_sees_its_password() -> None:
    with HostileServer() as proxy:
        proxy.will(writes(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"))
        transport = manual(proxy, "me:pass")
        request = HttpRequest("POST", "https://api.x.com/2/x", authorization=Secret("Bearer ours"))

        with pytest.raises(ConnectFailed) as caught:
            transport.send(request, CancelToken())
        transport.close()

    assert caught.value.reason == "proxy"
    assert proxy.seen[0].line.startswith("CONNECT api.x.com:443 ")
    expected = base64.b64encode(b"me:pass").decode()
    assert proxy.seen[0].headers["proxy-authorization"] == f"Basic {expected}"
    assert "authorization" not in proxy.seen[0].headers


def test_a_proxy_that_is_not_there_is_named_as_the_fault() -> None:
    with HostileServer() as proxy:
        transport = manual(proxy)
    with pytest.raises(ConnectFailed) as caught:
        get(transport, "https://api.x.com/")
    transport.close()

    assert caught.value.reason == "proxy"


def test_a_proxy_that_stalls_meets_the_deadline_with_nothing_sent() -> None:
    with HostileServer() as proxy:
        proxy.will(stalls())
        transport = manual(proxy)
        with pytest.raises(ConnectFailed) as caught:
            get(transport, "https://api.x.com/", seconds=0.4)
        transport.close()

    assert caught.value.reason == "timeout"


def test_this_computer_is_never_reached_through_a_proxy() -> None:
    with HostileServer() as proxy, HostileServer() as server:
        server.will(answers())
        transport = manual(proxy)

        assert get(transport, server.origin).status == 200
        transport.close()

    assert proxy.connections == 0


@pytest.mark.parametrize(
    "url", ["", "socks5://127.0.0.1:1", "127.0.0.1:8080", "http://", "http://u:p@h:1", "http://h:0"]
)
def test_a_proxy_of_an_unknown_kind_is_refused(url: str) -> None:
    with pytest.raises(BadInput):
        TransportSettings(proxy="manual", proxy_url=url)


def test_the_system_proxy_counts_only_when_it_was_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://proxy.example:3128")
    monkeypatch.setattr(urllib.request, "proxy_bypass", lambda _host: False)

    system, off = TransportSettings(proxy="system"), TransportSettings(proxy="off")

    assert system.proxy_for("https", "api.x.com") == "http://proxy.example:3128"
    assert off.proxy_for("https", "api.x.com") is None


def test_a_system_proxy_of_an_unknown_kind_is_named_as_the_fault(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(urllib.request, "getproxies", lambda: {"all": "socks5://h:1"})
    monkeypatch.setattr(urllib.request, "proxy_bypass", lambda _host: False)

    with pytest.raises(BadInput):
        TransportSettings(proxy="system").proxy_for("https", "api.x.com")


# --- a hostile environment ---------------------------------------------------------------------

_PROGRAM = """
import sys
from core.adapters.requests_transport import RequestsTransport, TransportSettings
from core.model import HttpRequest
from core.ports import CancelToken
from core.secret import Secret

assert "requests" not in sys.modules, "imported before the first request"
transport = RequestsTransport(None, TransportSettings(ca="file", ca_file=sys.argv[2]))
request = HttpRequest("POST", sys.argv[1], form=(("a", "b"),), authorization=Secret("Bearer ours"))
print(transport.send(request, CancelToken()).status)
transport.close()
"""


def test_netrc_proxies_bundles_and_key_logs_of_the_environment_change_nothing(
    authority: Authority, tmp_path: Path
) -> None:
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login thief password thief\n")
    netrc.chmod(0o600)
    key_log = tmp_path / "keys.log"
    dead = "http://127.0.0.1:9"
    hostile = {
        **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy"), dead),
        **dict.fromkeys(("https_proxy", "all_proxy"), dead),
        "NO_PROXY": "",
        "HOME": str(tmp_path),
        "NETRC": str(netrc),
        "REQUESTS_CA_BUNDLE": "/nowhere",
        "CURL_CA_BUNDLE": "/nowhere",
        "SSL_CERT_FILE": "/nowhere",
        "SSLKEYLOGFILE": str(key_log),
    }
    with HostileServer(certificate=authority.issue("env")) as server:
        server.always(answers())
        for extra in ({}, hostile):
            done = subprocess.run(
                [sys.executable, "-c", _PROGRAM, f"{server.origin}/x", str(authority.file)],
                env={**os.environ, **extra},
                capture_output=True,
                text=True,
                check=False,
            )
            assert (done.stdout, done.stderr) == ("200\n", "")

    clean, attacked = server.seen
    assert clean == attacked
    assert clean.headers["authorization"] == "Bearer ours"
    assert not key_log.exists()
