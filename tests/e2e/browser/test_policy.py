"""Which addresses may be visited, framed and fetched."""

import pytest
from PySide6.QtCore import QUrl

from ui.browser.policy import SignInPolicy, origin_of

X = SignInPolicy(["https://x.com", "https://twitter.com", "https://api.x.com"], loopback_only=False)
SANDBOX = SignInPolicy(["http://127.0.0.1:8080"], loopback_only=True)


@pytest.mark.parametrize(
    "address",
    [
        *("https://x.com/", "https://x.com/i/oauth2/authorize?a=b", "https://twitter.com/login"),
        *("https://X.COM/", "https://x.com:443/", "https://api.x.com/oauth/authorize"),
    ],
)
def test_x_may_be_visited(address: str) -> None:
    assert X.may_visit(QUrl(address))


@pytest.mark.parametrize(
    "address",
    [
        *("http://x.com/", "https://x.com:444/", "https://x.com./", "https://evil.x.com/"),
        *("https://x.com.evil.test/", "https://evilx.com/", "https://x.com@evil.test/"),
        *("https://user@x.com/", "https://user:word@x.com/", "https://x.com\\@evil.test/"),
        *("https:///x.com/", "https:x.com", "//x.com/", "x.com", "", "https://", "about:blank"),
        *(
            "https://х.com/",
            "https://xn--m1a.com/",
            "file://x.com/",
            "ftp://x.com/",
            "wss://x.com/",
        ),
        *("blob:https://x.com/1", "filesystem:https://x.com/t", "view-source:https://x.com/"),
        *("javascript:'https://x.com'", "data:text/html,https://x.com", "http://127.0.0.1:8080/"),
    ],
)
def test_what_looks_like_x_may_not_be_visited(address: str) -> None:
    assert not X.may_visit(QUrl(address))


@pytest.mark.parametrize(
    "address",
    [
        *("http://127.0.0.1/", "https://127.0.0.1/", "https://127.1/", "https://2130706433/"),
        *("https://0x7f.1/", "https://0177.0.0.1/", "https://localhost/", "https://a.localhost/"),
        *("https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://10.0.0.1/", "https://1.1.1.1/"),
        *(
            "https://192.168.1.1/",
            "https://169.254.169.254/",
            "https://router/",
            "https://nas.local/",
        ),
        *(
            "https://printer.lan/",
            "https://a.internal/",
            "https://a.home.arpa/",
            "https://localhost./",
        ),
        *(
            "http://abs.twimg.com/",
            "ws://x.com/",
            "wss://127.0.0.1/",
            "file:///etc/passwd",
            "qrc:/x",
        ),
        *("chrome://version", "devtools://devtools/", "ftp://x.com/", "", "https://"),
    ],
)
def test_a_page_of_x_may_not_fetch_from_this_computer_or_without_tls(address: str) -> None:
    assert not X.may_fetch(QUrl(address))
    assert not X.may_frame(QUrl(address))


@pytest.mark.parametrize("address", ["https://abs.twimg.com/a.js", "https://a.b.example:8443/"])
def test_a_page_of_x_may_fetch_and_frame_from_the_public_internet(address: str) -> None:
    assert X.may_fetch(QUrl(address))
    assert X.may_frame(QUrl(address))
    assert not X.may_visit(QUrl(address))


@pytest.mark.parametrize("address", ["data:image/gif;base64,AA", "blob:https://x.com/1"])
def test_what_never_leaves_the_page_may_be_fetched_but_not_framed(address: str) -> None:
    assert X.may_fetch(QUrl(address))
    assert not X.may_frame(QUrl(address))


def test_the_sandbox_fetches_from_itself_only() -> None:
    assert SANDBOX.may_fetch(QUrl("http://127.0.0.1:8080/style.css"))
    assert SANDBOX.may_frame(QUrl("about:srcdoc"))
    for elsewhere in ("http://127.0.0.1:8081/", "http://localhost:8080/", "https://x.com/"):
        assert not SANDBOX.may_fetch(QUrl(elsewhere))


@pytest.mark.parametrize(
    ("origins", "loopback_only"),
    [
        (["http://x.com"], False),
        (["https://x.com/path"], False),
        (["x.com"], False),
        (["file:///"], False),
        (["https://user@x.com"], False),
        (["https://x.com"], True),
        (["http://127.0.0.1.evil.test"], True),
        ([""], False),
    ],
)
def test_an_unfit_allow_list_is_refused(origins: list[str], loopback_only: bool) -> None:
    with pytest.raises(ValueError, match="origin"):
        SignInPolicy(origins, loopback_only=loopback_only)


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://X.com:443/a?b#c", "https://x.com"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
        ("https://[::1]:8/", "https://[::1]:8"),
        ("https://аpple.com/", "https://xn--pple-43d.com"),
        ("mailto:a@b.c", "mailto:"),
    ],
)
def test_an_origin_is_written_in_one_way(address: str, origin: str) -> None:
    assert origin_of(QUrl(address)) == origin
