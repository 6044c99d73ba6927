"""Two hundred and more addresses that look like our redirect URI and are not (O9)."""

from typing import Final

import pytest

from core.redirects import is_redirect_to, loopback_address

OURS: Final = "http://127.0.0.1:8739/callback"
CODE: Final = "state=s&code=c"

SCHEMES: Final = (
    "https", "HTTP", "Http", "hTTP", "ws", "wss", "ftp", "file", "data", "blob", "about",
    "javascript", "vbscript", "view-source", "chrome", "intent", "http+unix", "http2", "httpx",
    "xhttp", "h\u0442tp", "\uff48ttp", "view-source:http", "jar:http", "http:http", "blob:http",
    " http", "\thttp", "\nhttp", "\x00http", "http\n", "http%3a", "",
)  # fmt: skip

HOSTS: Final = (
    "localhost", "LOCALHOST", "localhost.", "127.0.0.1.", "127.0.0.1..", ".127.0.0.1",
    "127.0.0.2", "127.0.0.0", "127.0.1.1", "127.1", "127.0.1", "127", "0", "0.0.0.0",  # noqa: S104 - nobody binds it
    "2130706433", "017700000001", "0177.0.0.1", "0177.0.0.01", "0x7f000001", "0x7f.0.0.1",
    "0x7f.1", "127.0.0.01", "127.000.000.001", "127.00.0.1", "127.0.0.0x1", "127.0.0.1 ",
    "127.0.0.1%20", "127.0.0.1%00", "127.0.0.1%2e", "127%2e0%2e0%2e1", "%31%32%37.0.0.1",
    "127.0.0.1\t", "127.0.0.1\n", "127.0.0\t.1", "127.0.0\n.1", "127.0.0\u30021",
    "127\uff0e0\uff0e0\uff0e1", "\u2460\u2461\u2466.0.0.1", "127.0.0.\u0661", "[::1]",
    "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:0:0:1]", "[::127.0.0.1]",
    "[127.0.0.1]", "[::1%25lo]", "::1", "127.0.0.1.evil.com", "127.0.0.1.nip.io",
    "evil.com", "evil127.0.0.1", "127.0.0.1-evil.com", "127.0.0.1_evil.com",
    "127.0.0.1,evil.com", "evil.com,127.0.0.1", "127.0.0.1;evil.com", "127.0.0.1&evil.com",
    "127.0.0.1@evil.com", "evil.com@127.0.0.1", "user@127.0.0.1", "user:pass@127.0.0.1",
    "@127.0.0.1", ":@127.0.0.1", "%40127.0.0.1", "127.0.0.1%40evil.com", "127.0.0.1\\evil.com",
    "evil.com\\127.0.0.1", "127.0.0.1\\@evil.com", "127.0.0.1/@evil.com", "evil.com/127.0.0.1",
    "127.0.0.1?@evil.com", "127.0.0.1#@evil.com", "127.0.0.1:80@evil.com",
    "xn--127-0-0-1", "localhost.localdomain", "ip6-localhost", "lvh.me", "127.0.0.256", "",
)  # fmt: skip

PORTS: Final = (
    "", ":", ":80", ":443", ":0", ":8738", ":8740", ":87390", ":873", ":08739", ":008739",
    ":+8739", ":-8739", ": 8739", ":8739 ", ":8739:8739", ":8739.0", ":0x2223", ":8_739",
    ":%38739", ":\uff18739", ":\u0668739", ":74275", ":8739@evil.com", ":8739\\", ":8739\t",
)  # fmt: skip

PATHS: Final = (
    "", "/", "//", "/callback/", "/callback//", "//callback", "///callback", "/./callback",
    "/../callback", "/x/../callback", "/callback/.", "/callback/..", "/callback/../callback",
    "/callback/x", "/x/callback", "/callback-evil", "/callbackx", "/xcallback", "/callbac",
    "/Callback", "/CALLBACK", "/callbacK", "/callback%2f", "/callback%2F", "/%2fcallback",
    "%2fcallback", "/call%62ack", "/%63allback", "/callback%00", "/callback%0a", "/callback%20",
    "/callback%3f", "/callback%23", "/callback%252f", "/callback;", "/callback;a=b",
    "/callback&", "/callback,", "/callback.", "/callback..", "/callback.php", "/callback~",
    "/callback$", "/callback*", "/callback@", "/callback@evil.com", "/callback:", "/callback+",
    "/callback|", "/callback^", "/callback\\", "\\callback", "/\\callback", "/callback\\..",
    "/callback ", "/ callback", "/call back", "/callback\t", "/call\tback", "/callback\n",
    "/call\r\nback", "/callback\x00", "/callback\x7f", "/callb\u0430ck", "/callback\u200b",
    "/callback\u2044", "\uff0fcallback", "/callback/done", "callback", "/callback/%2e%2e",
)  # fmt: skip

TAILS: Final = (
    "#", "#code=c", f"?{CODE}#", f"?{CODE}#top", f"#?{CODE}", f"?{CODE} ", f"?{CODE}\t",
    f"?{CODE}\n", f"?{CODE}\r\n", f"?{CODE}\x00", f"?{CODE}\x7f", f"?{CODE}\\",
    f"?{CODE}\u00e9", f"?{CODE}\u2028", f"%3f{CODE}", f"\uff1f{CODE}", f"&{CODE}", f";{CODE}",
    f"?{'x' * 8192}",
)  # fmt: skip

FOREIGN: Final = (
    *(f"{scheme}://127.0.0.1:8739/callback?{CODE}" for scheme in SCHEMES),
    *(f"http://{host}:8739/callback?{CODE}" for host in HOSTS),
    *(f"http://127.0.0.1{port}/callback?{CODE}" for port in PORTS),
    *(f"http://127.0.0.1:8739{path}?{CODE}" for path in PATHS),
    *(f"{OURS}{tail}" for tail in TAILS),
)


def test_the_table_has_its_two_hundred_rows_and_none_twice() -> None:
    assert len(FOREIGN) >= 200
    assert len(set(FOREIGN)) == len(FOREIGN)
    assert f"{OURS}?{CODE}" not in FOREIGN


@pytest.mark.parametrize("url", FOREIGN, ids=ascii)
def test_it_looks_like_ours_and_is_not(url: str) -> None:
    assert is_redirect_to(OURS, f"{OURS}?{CODE}")
    assert not is_redirect_to(OURS, url)


@pytest.mark.parametrize(
    ("uri", "host", "port", "path", "host_headers"),
    [
        (OURS, "127.0.0.1", 8739, "/callback", {"127.0.0.1:8739"}),
        ("http://localhost:3000/", "localhost", 3000, "/", {"localhost:3000"}),
        ("http://LocalHost:3000/A", "localhost", 3000, "/A", {"LocalHost:3000", "localhost:3000"}),
        ("http://127.0.0.1/cb", "127.0.0.1", 80, "/cb", {"127.0.0.1"}),
        ("http://127.0.0.1:80/cb", "127.0.0.1", 80, "/cb", {"127.0.0.1", "127.0.0.1:80"}),
        ("http://127.0.0.1:8739", "127.0.0.1", 8739, "/", {"127.0.0.1:8739"}),
        ("http://127.0.0.1:8739/a?b=1", "127.0.0.1", 8739, "/a", {"127.0.0.1:8739"}),
    ],
)
def test_where_to_listen_follows_from_the_redirect_uri(
    uri: str, host: str, port: int, path: str, host_headers: set[str]
) -> None:
    found = loopback_address(uri)

    assert found is not None
    assert (found.host, found.port, found.path) == (host, port, path)
    assert found.host_headers == host_headers


NOT_THIS_COMPUTER: Final = tuple(
    # The two left out are port 80 of this computer, with a strange path or query.
    f"http://{host}:8739/callback"
    for host in HOSTS
    if host.lower() != "localhost" and not host.startswith(("127.0.0.1/", "127.0.0.1?"))
)


@pytest.mark.parametrize("uri", NOT_THIS_COMPUTER, ids=ascii)
def test_no_address_that_merely_leads_here_is_listened_at(uri: str) -> None:
    assert loopback_address(uri) is None
