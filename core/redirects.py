"""Redirect URIs: is this one ours, what does it carry, and will X take it at all?

X compares redirect URIs byte for byte, port and trailing slash included, and so does
this module. It never normalises: a URI that needs it is not the registered one.
Sources: docs.x.com, "Developer apps" (callback URLs), read 2026-08-22; RFC 6749 §4.1.2;
RFC 9207 §2.4.
"""

from dataclasses import dataclass, field
from typing import Final, NamedTuple
from urllib.parse import unquote_plus, urlsplit

from core.errors import StateMismatch
from core.secret import Secret
from core.words_model import Sentence, mark

_CONTEXT: Final = "words"
OAUTH_PARAMETERS: Final = frozenset({"state", "code", "error", "error_description", "iss"})
_LONGEST_URL: Final = 8192
_BLOCK_LIST: Final = (
    "vbscript javascript vbs data mocha keyword livescript ftp file gopher acrobat callto daap "
    "itpc itms firefoxurl hcp ldap mailto mmst mmsu msbd rtsp mso-offdap snews news nntp outlook "
    "stssync rlogin telnet tn3270 shell sip"
)
_BLOCKED_SCHEMES: Final = frozenset(_BLOCK_LIST.split())


_DEFAULT_PORTS: Final = {"http": ":80", "https": ":443"}
_LOOPBACK_HOSTS: Final = frozenset({"127.0.0.1", "localhost"})


class _Parts(NamedTuple):
    scheme: str
    authority: str
    path: str
    query: str


@dataclass(frozen=True, slots=True)
class LoopbackAddress:
    """Where to listen for a redirect that comes back to this computer.

    Attributes:
        host: "127.0.0.1" or "localhost".
        path: begins with a slash.
        host_headers: what a browser may write into `Host` for it.
    """

    host: str
    port: int
    path: str
    host_headers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Redirect:
    """What a redirect carries, each parameter at most once; None where it is absent.

    An empty parameter is an empty text, which is not the same as none.
    """

    state: Secret | None = None
    code: Secret | None = None
    error: str | None = None
    iss: str | None = None
    error_description: str | None = field(default=None, repr=False)


def is_redirect_to(registered: str, url: str) -> bool:
    """Return whether `url` is the redirect URI `registered`, with a query added.

    Scheme, host, port and raw path are compared byte for byte; what a browser writes
    differently in the registered URI itself (capitals in scheme and host, the default
    port, an empty path) is the same address. User info, a fragment, a control
    character, a backslash or a space make it someone else's.
    """
    ours, theirs = _split(registered), _split(url)
    if ours is None or theirs is None:
        return False
    if (theirs.scheme, theirs.authority, theirs.path) not in {
        (ours.scheme, ours.authority, ours.path),
        _as_browsers_write(ours),
    }:
        return False
    # A registered URI may have a query of its own: what X adds comes behind it (RFC 6749 §3.1.2).
    return not ours.query or theirs.query == ours.query or theirs.query.startswith(f"{ours.query}&")


def loopback_address(registered: str) -> LoopbackAddress | None:
    """Return where to listen for redirects to `registered`; None if that is not this computer.

    Only http on the literal 127.0.0.1 or on localhost counts: what X compares byte for
    byte cannot be moved to another host or port.
    """
    ours = _split(registered)
    if ours is None or ours.scheme.lower() != "http":
        return None
    host, colon, digits = ours.authority.lower().partition(":")
    if host not in _LOOPBACK_HOSTS:
        return None
    port = digits if colon else "80"
    if not port.isdecimal() or port != str(int(port)) or not 0 < int(port) < 65536:
        return None
    _, as_written, path = _as_browsers_write(ours)
    return LoopbackAddress(host, int(port), path, frozenset({as_written, ours.authority}))


def read_redirect(url: str) -> Redirect:
    """Return what a redirect carries.

    Raises:
        StateMismatch: as `redirect_parameters`.
    """
    found = redirect_parameters(url, OAUTH_PARAMETERS)
    return Redirect(
        state=Secret(found["state"]) if "state" in found else None,
        code=Secret(found["code"]) if "code" in found else None,
        error=found.get("error"),
        iss=found.get("iss"),
        error_description=found.get("error_description"),
    )


def redirect_parameters(url: str, names: frozenset[str]) -> dict[str, str]:
    """Return those of `names` that stand in the query of a redirect, decoded.

    Raises:
        StateMismatch: one stands there twice, or is not readable; then nobody can say which
            of the two is meant, so neither is used.
    """
    parts = _split(url)
    if parts is None:
        raise StateMismatch("not a readable redirect")
    found: dict[str, str] = {}
    for pair in parts.query.split("&"):
        raw_name, _, raw_value = pair.partition("=")
        name = _decoded(raw_name)
        if name not in names:
            continue
        if name in found:
            raise StateMismatch(f"the redirect holds {name} twice")
        found[name] = _decoded(raw_value)
    return found


def check_redirect_uri(uri: str) -> tuple[Sentence, ...]:
    """Return what X is known to dislike about a redirect URI; empty when it looks fine.

    These are warnings for the person: X alone decides.
    """
    if not uri or any(ord(sign) <= 0x20 or ord(sign) == 0x7F for sign in uri):
        return (Sentence(mark(_CONTEXT, "A redirect URI has no spaces or control characters.")),)
    try:
        parts = urlsplit(uri)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return (Sentence(mark(_CONTEXT, "This is not a web address.")),)
    if not parts.scheme or not uri.startswith(f"{parts.scheme}:") or "://" not in uri:
        return (
            Sentence(
                mark(
                    _CONTEXT,
                    "A redirect URI begins with a scheme, as in https://example.com/callback.",
                )
            ),
        )
    return tuple(_dislikes(parts.scheme, host, port, uri))


def check_website(url: str) -> tuple[Sentence, ...]:
    """Return what X is known to dislike about a Website URL; empty when it looks fine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        host = ""
    if not host or parts.scheme not in {"http", "https"}:
        return (Sentence(mark(_CONTEXT, "A Website URL begins with https:// and names a host.")),)
    if host in _LOOPBACK_HOSTS or "." not in host:
        return (
            Sentence(
                mark(
                    _CONTEXT,
                    "X does not accept this computer as a website; a profile page will do.",
                )
            ),
        )
    return ()


def _dislikes(scheme: str, host: str, port: int | None, uri: str) -> list[Sentence]:
    warnings: list[Sentence] = []
    if scheme in _BLOCKED_SCHEMES:
        warnings.append(
            Sentence(mark(_CONTEXT, "X does not accept the scheme {scheme}."), scheme=scheme)
        )
    elif scheme == "http" and host == "localhost":
        warnings.append(Sentence(mark(_CONTEXT, "X asks for 127.0.0.1 instead of localhost.")))
    elif scheme == "http" and host not in {"127.0.0.1", "::1"}:
        warnings.append(Sentence(mark(_CONTEXT, "X asks for https, except on this computer.")))
    if scheme == "http" and host in {"127.0.0.1", "::1", "localhost"} and port is None:
        warnings.append(
            Sentence(mark(_CONTEXT, "Without a port, the browser comes back to port 80."))
        )
    if scheme in {"http", "https"} and not host:
        warnings.append(Sentence(mark(_CONTEXT, "The host is missing.")))
    if "#" in uri:
        warnings.append(Sentence(mark(_CONTEXT, "A redirect URI has no fragment (#).")))
    if "@" in uri.partition("://")[2].partition("/")[0]:
        warnings.append(Sentence(mark(_CONTEXT, "A redirect URI has no user name.")))
    return warnings


def _split(url: str) -> _Parts | None:
    """Return the raw parts of a plain URL; None for anything that is not one."""
    if len(url) > _LONGEST_URL or not url.isascii() or "\\" in url or "#" in url:
        return None
    if any(ord(sign) <= 0x20 or ord(sign) == 0x7F for sign in url):
        return None
    scheme, colon, rest = url.partition("://")
    if not colon or not scheme or not scheme[0].isalpha():
        return None
    before_query, _, query = rest.partition("?")
    authority, slash, path = before_query.partition("/")
    if "@" in authority or (not authority and not slash):
        return None
    return _Parts(scheme, authority, slash + path, query)


def _as_browsers_write(ours: _Parts) -> tuple[str, str, str]:
    scheme, authority = ours.scheme.lower(), ours.authority.lower()
    if scheme not in _DEFAULT_PORTS:
        return scheme, ours.authority, ours.path
    return scheme, authority.removesuffix(_DEFAULT_PORTS[scheme]), ours.path or "/"


def _decoded(raw: str) -> str:
    try:
        return unquote_plus(raw, errors="strict")
    except UnicodeDecodeError:
        raise StateMismatch("the redirect is not readable") from None
