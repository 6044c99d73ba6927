"""What the callback listener reads and says: one strict kind of request, three fixed answers.

Nothing of a request is ever repeated in an answer. Pure functions over bytes; the sockets
are in `core.adapters.loopback`.
Sources: RFC 9112 §§2-3, RFC 8252 §7.3; the Fetch standard, "Sec-Fetch-Mode" and "Origin".
"""

import re
from typing import Final

MOST_HEAD_BYTES: Final = 8192
END_OF_HEAD: Final = b"\r\n\r\n"
_METHOD: Final = b"GET "
_REQUEST_LINE: Final = re.compile(rb"GET (/[\x21-\x7e]*) HTTP/1\.1")
_HEADER_LINE: Final = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*)")
# A body, or another protocol, behind what says it is a plain GET.
_FORBIDDEN: Final = frozenset({b"content-length", b"transfer-encoding", b"upgrade", b"expect"})
_ONCE: Final = frozenset({b"host", b"origin", b"sec-fetch-mode"})

_POLICY: Final = b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

_PAGE: Final = b"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="color-scheme" content="light dark">
<meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<title>Keypane</title>
</head>
<body>
<h1>Back to Keypane</h1>
<p>Keypane has X's answer and says how it went. You can close this page.</p>
</body>
</html>
"""


def _answer(status: bytes, kind: bytes, body: bytes, *more: bytes) -> bytes:
    lines = (
        b"HTTP/1.1 " + status,
        b"Content-Type: " + kind + b"; charset=utf-8",
        b"Content-Length: %d" % len(body),
        b"Content-Security-Policy: " + _POLICY,
        b"Cross-Origin-Resource-Policy: same-origin",
        b"X-Content-Type-Options: nosniff",
        b"Referrer-Policy: no-referrer",
        b"Cache-Control: no-store",
        *more,
        b"Connection: close",
    )
    return b"\r\n".join(lines) + END_OF_HEAD + body


NOT_FOUND: Final = _answer(b"404 Not Found", b"text/plain", b"Not found\n")
DONE: Final = _answer(b"200 OK", b"text/html", _PAGE)


def to_done(path: str) -> bytes:
    """Return the answer that takes the code out of the browser's address line."""
    return _answer(b"303 See Other", b"text/plain", b"", b"Location: " + path.encode("ascii"))


def is_over(head: bytes | bytearray) -> bool:
    """Return whether nothing that may still come can change the answer to these bytes."""
    return (
        END_OF_HEAD in head
        or len(head) > MOST_HEAD_BYTES
        or not _METHOD.startswith(bytes(head[: len(_METHOD)]))
    )


def read_target(head: bytes, host_headers: frozenset[str]) -> tuple[str, str] | None:
    """Return host and target of a request as a browser makes it when it goes to a page.

    None for any other request: another method or version, a body or anything behind the
    head, a foreign or doubled Host (DNS rebinding), a fetch by a script of another page.
    """
    if len(head) > MOST_HEAD_BYTES or not head.endswith(END_OF_HEAD):
        return None
    first, *rest = head.removesuffix(END_OF_HEAD).split(b"\r\n")
    line = _REQUEST_LINE.fullmatch(first)
    if line is None:
        return None
    headers = _headers(rest)
    if headers is None or not _is_navigation(headers):
        return None
    host = headers.get(b"host", b"").decode("latin-1")
    return (host, line[1].decode("ascii")) if host in host_headers else None


def _headers(lines: list[bytes]) -> dict[bytes, bytes] | None:
    found: dict[bytes, bytes] = {}
    for line in lines:
        match = _HEADER_LINE.fullmatch(line)
        if match is None:
            return None
        name = match[1].lower()
        if name in _FORBIDDEN or (name in _ONCE and name in found):
            return None
        found[name] = match[2].rstrip(b" \t")
    return found


def _is_navigation(headers: dict[bytes, bytes]) -> bool:
    origin = headers.get(b"origin", b"null")
    return origin == b"null" and headers.get(b"sec-fetch-mode", b"navigate") == b"navigate"
