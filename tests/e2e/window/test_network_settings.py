"""Proxy and certificates in Settings: typed, kept in the vault, and followed from then on."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QLineEdit

from core.errors import ConnectFailed
from core.model import HttpRequest
from core.network import NETWORK, Network
from core.ports import CancelToken
from core.secret import Secret
from tests.conftest import Canaries
from tests.e2e.window.bench import Bench
from tests.fakes.certificates import Authority
from tests.fakes.hostile_server import HostileServer, answers
from tests.fakes.small_proxy import SmallProxy


@pytest.fixture
def settings(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Bench:
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    bench.show("Settings")
    bench.person.reads("X is reached directly.")
    return bench


def kept(bench: Bench) -> Network:
    return bench.vault.get(Network, NETWORK) or Network()


def ask_x(bench: Bench) -> int:
    """Send what every call to X is sent by, and return the status."""
    request = HttpRequest("GET", "https://api.x.com/2/users/me")
    return bench.world.transport.send(request, CancelToken()).status


def choose_keyring(bench: Bench) -> None:
    """Answer where the proxy's password may be kept, which is asked once."""
    bench.person.press("Yes")


def test_a_proxy_with_a_password_and_a_certificate_are_typed_kept_and_followed(
    settings: Bench, tmp_path: Path, canaries: Canaries, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = settings.person
    password = canaries.secret("proxy").reveal()
    settings.unseen.add(password)
    authority = Authority(tmp_path)
    server = HostileServer(certificate=authority.issue("x", host="api.x.com"))
    with server as x, SmallProxy({"api.x.com:443": int(x.origin.rpartition(":")[2])}) as proxy:
        x.always(answers())
        proxy.credentials = f"me:{password}"
        person.choose("Proxy", "This one")
        person.type_into("Proxy host", "127.0.0.1")
        person.type_into("Proxy port", str(proxy.port))
        person.type_into("Proxy user", "me")
        person.type_into("Proxy password", password)
        person.press("Use this proxy")
        choose_keyring(settings)
        person.wait(lambda: kept(settings).proxy == "manual", "the proxy in the vault")
        person.reads(f"X is reached through 127.0.0.1:{proxy.port}.")
        assert kept(settings).password == Secret(password)
        with pytest.raises(ConnectFailed) as caught:
            ask_x(settings)
        assert caught.value.reason == "tls"

        chosen = (str(authority.file), "")
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: chosen)
        person.press("Add a file certificates")
        person.reads("Those of the system, and authority.pem")

        assert ask_x(settings) == 200
        assert set(proxy.asked) == {"CONNECT api.x.com:443"}
        person.press("Remove certificates")
        person.reads("Those of the system")
        person.wait(lambda: not kept(settings).certificates, "the certificates gone")

    person.choose("Proxy", "None")
    person.reads("X is reached directly.")
    assert kept(settings).proxy == "off"
    assert kept(settings).host == "127.0.0.1", "what was typed stays for another day"


def test_a_script_a_wrong_port_and_socks_are_refused_in_words(settings: Bench) -> None:
    person = settings.person
    person.choose("Proxy", "This one")
    for host, port, words in (
        ("http://proxy.corp/wpad.pac", "", "A configuration script (PAC) is not read"),
        ("proxy.corp", "0", "A port is a number from 1 to 65535"),
        ("socks5://proxy.corp", "1080", "not to https or SOCKS ones"),
    ):
        person.type_into("Proxy host", host)
        person.type_into("Proxy port", port)
        person.press("Use this proxy")
        person.reads(words)

    assert kept(settings) == Network()


def test_a_file_without_certificates_is_refused_in_words(
    settings: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = tmp_path / "bad.pem"
    bad.write_text("no certificate")
    for name, words in ((bad, "The file holds no certificates in PEM."), (tmp_path, "cannot be")):
        answer = (str(name), "")
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args, a=answer: a)
        settings.person.press("Add a file certificates")
        settings.person.reads(words)

    assert kept(settings) == Network()


def test_the_fields_follow_what_is_kept_and_the_password_is_never_shown(settings: Bench) -> None:
    person = settings.person
    settings.vault.save(Network("network", "manual", "proxy.corp", 3128, "me", Secret("hidden-pw")))
    person.wait(lambda: person.find("Proxy host", QLineEdit).text() == "proxy.corp", "the host")
    password = person.find("Proxy password", QLineEdit)

    assert password.text() == ""
    assert password.placeholderText() == "Kept; type to change it"
    assert person.find("Proxy port", QLineEdit).text() == "3128"
    person.reads("X is reached through proxy.corp:3128.")

    person.type_into("Proxy port", "3129")
    person.press("Use this proxy")
    choose_keyring(settings)
    person.wait(lambda: kept(settings).port == 3129, "the other port")
    assert kept(settings).password == Secret("hidden-pw"), "the same proxy and user keep it"
