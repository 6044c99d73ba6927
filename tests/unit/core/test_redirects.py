"""Which URL is our redirect, and what may it carry?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import StateMismatch
from core.redirects import check_redirect_uri, is_redirect_to, read_redirect
from core.secret import Secret

OURS = "http://127.0.0.1:8739/callback"


@pytest.mark.parametrize(
    "url",
    [
        OURS,
        f"{OURS}?",
        f"{OURS}?state=s&code=c",
        f"{OURS}?code=a%2Fb&state=/callback-evil",
    ],
)
def test_our_redirect_is_ours(url: str) -> None:
    assert is_redirect_to(OURS, url)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8739/callback/",
        "http://127.0.0.1:8739/callback-evil",
        "http://127.0.0.1:8739/callback%2f",
        "http://127.0.0.1:8739/callback;x",
        "http://127.0.0.1:8739/call%62ack",
        "http://127.0.0.1:8739/Callback",
        "http://127.0.0.1:8739//callback",
        "http://127.0.0.1:8739/./callback",
        "http://127.0.0.1:8739/x/../callback",
        "http://127.0.0.1:8739/",
        "http://127.0.0.1:8739",
        "http://127.0.0.1:8740/callback",
        "http://127.0.0.1:08739/callback",
        "http://127.0.0.1/callback",
        "http://127.0.0.1:87390/callback",
        "https://127.0.0.1:8739/callback",
        "HTTP://127.0.0.1:8739/callback",
        "ws://127.0.0.1:8739/callback",
        "//127.0.0.1:8739/callback",
        "http:/127.0.0.1:8739/callback",
        "http:127.0.0.1:8739/callback",
        "http://127.0.0.1.:8739/callback",
        "http://127.0.0.1.evil.com:8739/callback",
        "http://evil.com/127.0.0.1:8739/callback",
        "http://127.1:8739/callback",
        "http://2130706433:8739/callback",
        "http://0x7f000001:8739/callback",
        "http://localhost:8739/callback",
        "http://[::1]:8739/callback",
        "http://[::ffff:127.0.0.1]:8739/callback",
        "http://user@127.0.0.1:8739/callback",
        "http://127.0.0.1:8739@evil.com/callback",
        "http://evil.com@127.0.0.1:8739/callback",
        "http://127.0.0.1:8739\\@evil.com/callback",
        "http://127.0.0.1:8739/callback#?code=c",
        "http://127.0.0.1:8739/callback?code=c#x",
        "http://127.0.0.1:8739/callback\t",
        "http://127.0.0.1:8739/call\nback",
        " http://127.0.0.1:8739/callback",
        "http://127.0.0.1:8739/callback ",
        "http://127.0.0.1:8739/callback\x00",
        "http://127.0.0.1:8739/callbacк",
        "http://127。0.0.1:8739/callback",
        "javascript://127.0.0.1:8739/callback",
        "",
        "callback",
        "http://",
        f"{OURS}?{'x' * 9000}",
    ],
)
def test_anything_else_is_not(url: str) -> None:
    assert not is_redirect_to(OURS, url)


def test_what_browsers_rewrite_in_a_registered_uri_is_the_same_address() -> None:
    assert is_redirect_to("https://App.Example.com:443", "https://app.example.com/?code=c")
    assert is_redirect_to("http://127.0.0.1:8739", "http://127.0.0.1:8739/?code=c")
    assert not is_redirect_to("https://app.example.com:8443/cb", "https://app.example.com/cb")


def test_a_registered_query_must_still_be_there() -> None:
    registered = f"{OURS}?tenant=1"

    assert is_redirect_to(registered, f"{registered}&code=c")
    assert not is_redirect_to(registered, f"{OURS}?code=c")
    assert not is_redirect_to(registered, f"{OURS}?tenant=12")


def test_a_custom_scheme_is_compared_as_it_is() -> None:
    assert is_redirect_to("myapp://callback", "myapp://callback?code=c")
    assert not is_redirect_to("myapp://callback", "myapp://callback/?code=c")


@given(st.text(max_size=40))
def test_no_suffix_makes_a_foreign_path_ours(suffix: str) -> None:
    if not suffix.startswith("?") and suffix:
        assert not is_redirect_to(OURS, OURS + suffix)


def test_each_parameter_is_read_once() -> None:
    redirect = read_redirect(f"{OURS}?state=s%2B1&code=c+d&iss=https%3A%2F%2Fx.com&other=1&other=2")

    assert redirect.state == Secret("s+1")
    assert redirect.code == Secret("c d")
    assert redirect.iss == "https://x.com"
    assert redirect.error is None


@pytest.mark.parametrize("name", ["state", "code", "error", "iss", "error_description"])
def test_a_parameter_that_stands_there_twice_is_refused(name: str) -> None:
    with pytest.raises(StateMismatch):
        read_redirect(f"{OURS}?{name}=1&{name}=1")


def test_a_parameter_hidden_behind_its_escapes_is_seen() -> None:
    with pytest.raises(StateMismatch):
        read_redirect(f"{OURS}?code=a&c%6Fde=b")


def test_half_a_character_is_refused() -> None:
    with pytest.raises(StateMismatch):
        read_redirect(f"{OURS}?code=%ff&state=s")


def test_nothing_of_a_redirect_is_printed() -> None:
    redirect = read_redirect(f"{OURS}?state=hush-state&code=hush-code&error_description=hush")

    assert "hush" not in repr(redirect)


@pytest.mark.parametrize(
    ("uri", "word"),
    [
        ("http://localhost:8080/callback", "127.0.0.1"),
        ("http://example.com/callback", "https"),
        ("javascript://x", "javascript"),
        ("sip://x/y", "sip"),
        ("https://example.com/cb#top", "fragment"),
        ("https://me@example.com/cb", "user name"),
        ("example.com/callback", "scheme"),
        ("https://exa mple.com", "spaces"),
        ("", "spaces"),
        ("http://127.0.0.1/callback", "port 80"),
        ("https://:99999999/", "not a web address"),
    ],
)
def test_what_x_dislikes_is_pointed_out(uri: str, word: str) -> None:
    assert word in " ".join(check_redirect_uri(uri))


@pytest.mark.parametrize(
    "uri", [OURS, "https://example.com/callback", "twitterclient://callback", "http://[::1]:1/c"]
)
def test_what_x_takes_is_not_warned_of(uri: str) -> None:
    assert check_redirect_uri(uri) == ()
