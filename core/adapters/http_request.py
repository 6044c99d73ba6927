"""The door: a request is checked and encoded here, so that no library sees a value it would quote.

requests prints a header's value when it refuses it, and a Unicode error carries the
value in its repr. What passes here is plain ASCII of a known shape.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, urlsplit

from core.environment import is_loopback, origin_of
from core.errors import BadInput
from core.model import HttpRequest
from core.secret import Secret, reveal

_METHODS: Final = frozenset({"GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"})
_URL: Final = re.compile(r"(?:[A-Za-z0-9._~:/?@!$&'()*+,;=\[\]-]|%[0-9A-Fa-f]{2})+")
_HOST: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|::1")
_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_VALUE: Final = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?")
_DOTS: Final = re.compile(r"(?:\.|%2[Ee]){1,2}")
_LONGEST_VALUE: Final = 16_384
_OURS: Final = frozenset({
    "accept-encoding",
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "cookie",
    "expect",
    "host",
    "proxy-authorization",
    "te",
    "transfer-encoding",
    "upgrade",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class WireRequest:
    """A request that is fit for the wire; it holds secrets in plain text, for a moment."""

    method: str
    url: str = field(repr=False)
    scheme: str
    host: str
    is_loopback: bool
    headers: dict[str, str] = field(repr=False)
    body: bytes | None = field(repr=False)


def checked(
    request: HttpRequest, allowed: Callable[[str], bool] | None, user_agent: str
) -> WireRequest:
    """Return `request` encoded.

    Args:
        request: as the core wants it sent.
        allowed: is asked about the origin, as "https://api.x.com"; None allows all.
        user_agent: what we call ourselves.

    Raises:
        BadInput: the address, a name or a value cannot be sent. The message quotes nothing.
    """
    if request.method not in _METHODS:
        raise BadInput("method", "unknown method")
    host = _checked_host(request.url)
    if allowed is not None and not allowed(origin_of(request.url)):
        raise BadInput("address", "this App's environment does not go there")
    headers = {
        "User-Agent": _value("user agent", user_agent),
        "Accept": "application/json",
        "Accept-Encoding": "gzip",
    }
    body = _body(request, headers)
    for name, value in request.headers:
        _add_header(headers, name, value)
    if request.authorization is not None:
        headers["Authorization"] = _value("credential", request.authorization)
    return WireRequest(
        method=request.method,
        url=request.url + _query(request),
        scheme=urlsplit(request.url).scheme.lower(),
        host=host,
        is_loopback=is_loopback(request.url),
        headers=headers,
        body=body,
    )


def _checked_host(url: str) -> str:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise BadInput("address", "not a web address") from None
    plain = _URL.fullmatch(url) and _HOST.fullmatch(host) and port != 0 and ".." not in host
    if not plain or parts.username is not None or "?" in url or parts.fragment:
        raise BadInput("address", "not a plain web address")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(url)):
        raise BadInput("address", "must be https, or http on this computer")
    if any(_DOTS.fullmatch(segment) for segment in parts.path.split("/")):
        raise BadInput("address", "the path climbs")
    return host


def _query(request: HttpRequest) -> str:
    return f"?{_encoded('query', request.query)}" if request.query else ""


def _body(request: HttpRequest, headers: dict[str, str]) -> bytes | None:
    if request.form is not None:
        if request.body is not None:
            raise BadInput("body", "a request has one body")
        headers["Content-Type"] = "application/x-www-form-urlencoded;charset=UTF-8"
        return _encoded("form", request.form).encode("ascii")
    if request.body is not None:
        headers["Content-Type"] = _value("content type", request.content_type)
    return request.body


def _encoded(where: str, pairs: tuple[tuple[str, str | Secret], ...]) -> str:
    """RFC 3986 escapes throughout: also right for a form, and what OAuth 1.0a signs."""
    try:
        return "&".join(f"{quote(name, safe='')}={quote(reveal(v), safe='')}" for name, v in pairs)
    except UnicodeEncodeError:
        raise BadInput(where, "holds half a character") from None


def _add_header(headers: dict[str, str], name: str, value: str) -> None:
    if not _NAME.fullmatch(name) or name.lower() in _OURS:
        raise BadInput("header", "this header cannot be set")
    for known in [known for known in headers if known.lower() == name.lower()]:
        del headers[known]
    headers[name] = _value("header", value)


def _value(where: str, value: str | Secret) -> str:
    text = reveal(value)
    if len(text) > _LONGEST_VALUE or not _VALUE.fullmatch(text):
        raise BadInput(where, "holds characters that cannot be sent")
    return text
