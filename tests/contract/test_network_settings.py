"""Proxy and certificates of Settings hold for requests, whatever the environment says."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.adapters.http_settings import TransportSettings
from core.adapters.http_tls import context_maker
from core.adapters.machine import ThisMachine
from core.adapters.network_settings import NetworkSettings
from core.adapters.requests_transport import RequestsTransport
from core.errors import BadInput, ConnectFailed, VaultLocked
from core.model import HttpRequest, HttpResponse
from core.network import Network, Way, read_certificates
from core.ports import CancelToken
from core.secret import Secret
from core.vault.vault import Vault
from tests.fakes.certificates import Authority
from tests.fakes.hostile_server import HostileServer, answers
from tests.fakes.small_proxy import SmallProxy
from tests.fakes.vaults import vault_in

ROOT = Path(__file__).resolve().parents[2]
API = "https://api.x.com/2/users/me"
PASSWORD = "s3cret with: colon"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("network"))


@pytest.fixture
def x(authority: Authority) -> Iterator[HostileServer]:
    """A server that can prove to be api.x.com to whoever trusts the authority."""
    with HostileServer(certificate=authority.issue("x", host="api.x.com")) as server:
        server.always(answers())
        yield server


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    made = vault_in(tmp_path)
    made.create_with_keyring()
    return made


@pytest.fixture
def transport(vault: Vault) -> Iterator[RequestsTransport]:
    """A transport as `main` makes it."""
    made = RequestsTransport(settings=NetworkSettings(vault).transport)
    yield made
    made.close()


def port_of(server: HostileServer) -> int:
    return int(server.origin.rpartition(":")[2])


def ask(transport: RequestsTransport, url: str = API) -> HttpResponse:
    request = HttpRequest("GET", url, authorization=Secret("Bearer ours"))
    return transport.send(request, CancelToken())


def manual(proxy: SmallProxy, authority: Authority | None = None, user: str = "") -> Network:
    pem = read_certificates(authority.file.read_bytes())[0] if authority else ""
    password = Secret(PASSWORD) if user else None
    return Network(
        proxy="manual",
        host="127.0.0.1",
        port=proxy.port,
        user=user,
        password=password,
        certificates=pem,
    )


def test_a_manual_proxy_and_an_added_certificate_lead_to_x(
    vault: Vault, transport: RequestsTransport, x: HostileServer, authority: Authority
) -> None:
    with SmallProxy({"api.x.com:443": port_of(x)}, f"me:{PASSWORD}") as proxy:
        vault.save(manual(proxy, authority, "me"))

        assert ask(transport).status == 200

    assert proxy.asked == ["CONNECT api.x.com:443"]
    assert "authorization" not in proxy.heads[0]
    assert "proxy-authorization" not in x.seen[0].headers
    assert x.seen[0].headers["authorization"] == "Bearer ours"


def test_without_the_certificate_the_same_way_is_refused(
    vault: Vault, transport: RequestsTransport, x: HostileServer
) -> None:
    with SmallProxy({"api.x.com:443": port_of(x)}) as proxy:
        vault.save(manual(proxy))
        with pytest.raises(ConnectFailed) as caught:
            ask(transport)

    assert caught.value.reason == "tls"
    assert x.seen == []


@pytest.mark.parametrize("password", [None, "wrong"])
def test_a_proxy_that_wants_a_password_is_named_as_the_fault(
    password: str | None,
    vault: Vault,
    transport: RequestsTransport,
    x: HostileServer,
    authority: Authority,
) -> None:
    with SmallProxy({"api.x.com:443": port_of(x)}, f"me:{PASSWORD}") as proxy:
        user = "me" if password else ""
        settings = replace(manual(proxy, authority, user), password=Secret.maybe(password))
        vault.save(settings)
        with pytest.raises(ConnectFailed) as caught:
            ask(transport)

    assert caught.value.reason == "proxy"
    assert x.seen == []


def test_a_dead_proxy_is_named_and_nothing_goes_round_it(
    vault: Vault, transport: RequestsTransport
) -> None:
    with SmallProxy({}) as proxy:
        settings = manual(proxy)
    vault.save(settings)

    with pytest.raises(ConnectFailed) as caught:
        ask(transport)

    assert caught.value.reason == "proxy"


def test_a_change_holds_from_the_next_request_on(
    vault: Vault, transport: RequestsTransport, x: HostileServer, authority: Authority
) -> None:
    hosts = {"api.x.com:443": port_of(x)}
    with SmallProxy(hosts) as first, SmallProxy(hosts) as second:
        vault.save(manual(first, authority))
        ask(transport)
        ask(transport)
        vault.save(manual(second, authority))
        ask(transport)

    assert len(first.asked) == 1, "the connection is kept while the settings are"
    assert len(second.asked) == 1


def test_a_server_on_this_computer_is_asked_directly_with_the_added_certificate(
    vault: Vault, transport: RequestsTransport, authority: Authority
) -> None:
    with (
        SmallProxy({}) as proxy,
        HostileServer(certificate=authority.issue("near")) as near,
    ):
        near.always(answers())
        vault.save(manual(proxy, authority))

        assert ask(transport, near.origin).status == 200

    assert proxy.asked == []


def test_off_follows_no_proxy_of_the_environment(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", "http://me:word@proxy.corp:3128")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    settings = NetworkSettings(vault)

    followed = settings.way_to("https", "api.x.com")
    vault.save(Network(proxy="off"))
    ignored = settings.way_to("https", "api.x.com")

    assert followed.proxy_url == "http://proxy.corp:3128"
    assert followed.credentials == Secret("me:word")
    assert ignored == Way("off")
    assert settings.way_to("http", "127.0.0.1").source == "here"


def test_while_the_vault_is_locked_nothing_goes_to_x_by_a_way_that_nobody_chose(
    tmp_path: Path, vault: Vault, x: HostileServer, authority: Authority
) -> None:
    with SmallProxy({"api.x.com:443": port_of(x)}) as proxy:
        vault.save(manual(proxy, authority))
        vault.close()
        later = vault_in(tmp_path)
        settings = NetworkSettings(later)
        transport = RequestsTransport(settings=settings.transport)
        with pytest.raises(VaultLocked):
            ask(transport)
        with pytest.raises(VaultLocked):
            settings.way_to("https", "api.x.com")
        assert settings.way_to("http", "127.0.0.1").source == "here"
        transport.close()

    assert proxy.asked == []


def test_what_was_read_before_the_lock_holds_for_a_call_under_way(
    vault: Vault, transport: RequestsTransport, x: HostileServer, authority: Authority
) -> None:
    with SmallProxy({"api.x.com:443": port_of(x)}) as proxy:
        vault.save(manual(proxy, authority))
        ask(transport)
        vault.lock_up()

        assert ask(transport).status == 200
    assert len(x.seen) == 2


def test_without_a_vault_the_system_is_followed(tmp_path: Path) -> None:
    assert NetworkSettings(vault_in(tmp_path)).transport() == TransportSettings()


def test_the_doctors_machine_reads_the_same_settings(vault: Vault) -> None:
    vault.save(Network(proxy="manual", host="proxy.corp", port=3128, certificates=""))

    way = ThisMachine(NetworkSettings(vault)).way_to("https", "api.x.com")

    assert (way.source, way.proxy_url) == ("manual", "http://proxy.corp:3128")


def test_added_certificates_that_are_none_are_named_before_anything_is_sent() -> None:
    with pytest.raises(BadInput) as caught:
        context_maker(TransportSettings(certificates="no certificate"))

    assert caught.value.where == "certificates"


# --- SSL_CERT_FILE ------------------------------------------------------------------------------

_PROGRAM = """
import sys
from core import hostile_start

if sys.argv[1] == "scrub":
    hostile_start.scrub_process(["keypane"])
from core.adapters.requests_transport import RequestsTransport, TransportSettings
from core.errors import KeypaneError
from core.model import HttpRequest
from core.ports import CancelToken

transport = RequestsTransport(None, TransportSettings(proxy="off"))
try:
    print(transport.send(HttpRequest("GET", sys.argv[2]), CancelToken()).status)
except KeypaneError as error:
    print(getattr(error, "reason", type(error).__name__))
transport.close()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the system's store is not OpenSSL's there")
@pytest.mark.parametrize(("start", "expected"), [("plain", "200"), ("scrub", "tls")])
def test_ssl_cert_file_of_the_environment_decides_nothing(
    start: str, expected: str, authority: Authority
) -> None:
    """The plain start is the control: the variable would work if nobody removed it."""
    with HostileServer(certificate=authority.issue("cert-file")) as server:
        server.always(answers())
        done = subprocess.run(
            [sys.executable, "-c", _PROGRAM, start, server.origin],
            env={**os.environ, "SSL_CERT_FILE": str(authority.file), "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )

    assert (done.stdout.strip(), done.stderr) == (expected, "")
