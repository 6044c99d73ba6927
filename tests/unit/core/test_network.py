"""What a person types or pastes as a proxy or adds as certificates, and what is refused."""

from pathlib import Path

import pytest

from core.errors import BadInput
from core.network import Network, Way, check_user, read_certificates, read_proxy
from core.secret import Secret
from tests.fakes.certificates import Authority


@pytest.mark.parametrize(
    ("host", "port", "expected"),
    [
        ("proxy.corp", "3128", ("proxy.corp", 3128)),
        (" http://proxy.corp:8080/ ", "", ("proxy.corp", 8080)),
        ("proxy.corp:8080", "", ("proxy.corp", 8080)),
        ("proxy.corp:8080", "3128", ("proxy.corp", 3128)),
        ("[fd00::1]:8080", "", ("fd00::1", 8080)),
        ("10.0.0.1", " 80 ", ("10.0.0.1", 80)),
    ],
)
def test_a_proxy_is_read_as_it_is_typed_or_pasted(
    host: str, port: str, expected: tuple[str, int]
) -> None:
    assert read_proxy(host, port) == expected


@pytest.mark.parametrize(
    ("host", "port", "words"),
    [
        ("", "3128", "not the name"),
        ("proxy.corp", "", "from 1 to 65535"),
        ("proxy.corp", "0", "from 1 to 65535"),
        ("proxy.corp", "65536", "from 1 to 65535"),
        ("proxy.corp", "١٢", "from 1 to 65535"),
        ("proxy.corp:99999", "", "not the name"),
        ("proxy.corp/path", "80", "not the name"),
        ("prö.corp", "80", "not the name"),
        ("https://proxy.corp", "443", "not to https or SOCKS"),
        ("socks5://proxy.corp", "1080", "not to https or SOCKS"),
        ("me:word@proxy.corp", "80", "in their own fields"),
        ("http://proxy.corp/wpad.dat", "80", "(PAC) is not read"),
        ("http://proxy.corp/auto.PAC", "", "(PAC) is not read"),
        ("pac+http://proxy.corp", "", "(PAC) is not read"),
    ],
)
def test_what_is_no_http_proxy_is_refused_with_the_reason(host: str, port: str, words: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_proxy(host, port)

    assert caught.value.where == "proxy"
    assert words in caught.value.detail
    assert "word@" not in str(caught.value)


def test_a_user_with_a_colon_is_refused() -> None:
    assert check_user(" me ") == "me"
    with pytest.raises(BadInput):
        check_user("me:you")


def test_the_proxys_address_and_credentials_are_apart() -> None:
    network = Network(proxy="manual", host="fd00::1", port=80, user="me", password=Secret("a:b"))

    assert network.proxy_url == "http://[fd00::1]:80"
    assert network.credentials == Secret("me:a:b")
    assert "a:b" not in repr(network)
    assert Network().credentials is None
    way = Way("manual", network.proxy_url, network.credentials)
    assert way.proxy_with_credentials.reveal() == "http://me:a%3Ab@[fd00::1]:80"
    assert Way("off").proxy_with_credentials.reveal() == ""


def test_certificates_are_read_and_named(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    both = b"# comment\n" + authority.file.read_bytes() * 2

    pem, names = read_certificates(both)

    assert names == ("Hostile authority", "Hostile authority")
    assert pem.count("BEGIN CERTIFICATE") == 2
    assert "comment" not in pem


def test_what_holds_no_certificate_or_a_key_is_refused(tmp_path: Path) -> None:
    key_and_certificate = Authority(tmp_path).issue("leaf").read_bytes()

    for raw in (b"", b"\x00\xff", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"):
        with pytest.raises(BadInput, match="no certificates"):
            read_certificates(raw)
    with pytest.raises(BadInput, match="private key"):
        read_certificates(key_and_certificate)
    with pytest.raises(BadInput, match="too large"):
        read_certificates(b"x" * (1 << 20) + b"x")
