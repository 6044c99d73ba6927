"""Which addresses the sign-in view may show, frame and fetch.

Three questions, from strict to lenient:

- *visit* (the main frame): only an origin of the environment, compared exactly;
- *frame* (an iframe): what may be fetched, over https, or an empty document;
- *fetch* (images, scripts, requests of the page): https or wss to a public name.

http, and addresses on this computer or its network, pass only when the environment
itself lives there, which is the case for the sandbox. Addresses come as `QUrl`, whose
parser is the one that Chromium hands over, so nothing is parsed twice by two rules.
A public name that resolves to a private address cannot be seen from here.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address

from PySide6.QtCore import QUrl

_DEFAULT_PORTS = {"https": 443, "http": 80, "wss": 443}
_EMPTY_DOCUMENTS = frozenset({"about:blank", "about:srcdoc"})
# These never leave the renderer; as a page of their own they are refused like any other.
_INLINE_SCHEMES = frozenset({"data", "blob"})
# Names that only mean something inside a home or a company (RFC 6761, RFC 6762, RFC 8375).
_LOCAL_SUFFIXES = (
    ".localhost",
    ".localdomain",
    ".local",
    ".internal",
    ".intranet",
    ".private",
    ".corp",
    ".home",
    ".lan",
    ".home.arpa",
)

# They sign nobody in inside other programs' views (github.com/qutebrowser/qutebrowser/issues/8492);
# claiming to be another browser would be a lie, and would end at their next check.
_REFUSE_VIEWS = {
    "https://accounts.google.com": "Google",
    "https://accounts.youtube.com": "Google",
    "https://appleid.apple.com": "Apple",
    "https://idmsa.apple.com": "Apple",
}


def refuses_views(origin: str) -> str:
    """Return whose sign-in an origin is that works in no embedded view, "" for any other."""
    return _REFUSE_VIEWS.get(origin, "")


def origin_of(url: QUrl) -> str:
    """Return scheme, host in punycode, and the port unless it is the scheme's own.

    An address without a host gives its scheme and a colon, such as `mailto:`.
    """
    scheme = url.scheme().lower()
    host = url.host(QUrl.ComponentFormattingOption.FullyEncoded).lower()
    if not host:
        return f"{scheme}:"
    bracketed = f"[{host}]" if ":" in host else host
    port = url.port(_DEFAULT_PORTS.get(scheme, -1))
    shown = "" if port in (-1, _DEFAULT_PORTS.get(scheme)) else f":{port}"
    return f"{scheme}://{bracketed}{shown}"


def is_loopback(url: QUrl) -> bool:
    """Tell whether the host is this computer, said by address or as `localhost`."""
    host = url.host(QUrl.ComponentFormattingOption.FullyEncoded).lower().rstrip(".")
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


class SignInPolicy:
    """The allow-list of one sign-in attempt; shut for good once the redirect was caught."""

    def __init__(self, allowed_origins: Sequence[str], *, loopback_only: bool) -> None:
        """Take the origins that may be shown.

        Args:
            allowed_origins: such as `https://x.com`; http only for this computer.
            loopback_only: True when the environment is the sandbox.

        Raises:
            ValueError: an origin is no origin, is http beyond this computer, or is
                beyond this computer although `loopback_only` is set.
        """
        self._loopback_only = loopback_only
        self._allowed = frozenset(
            _checked(origin, loopback_only=loopback_only) for origin in allowed_origins
        )

    def may_visit(self, url: QUrl) -> bool:
        """Tell whether the main frame may go there."""
        return url.isValid() and not url.userInfo() and origin_of(url) in self._allowed

    def may_frame(self, url: QUrl) -> bool:
        """Tell whether an iframe may go there."""
        if url.toString() in _EMPTY_DOCUMENTS:
            return True
        return url.scheme() in {"https", "http"} and not url.userInfo() and self.may_fetch(url)

    def may_fetch(self, url: QUrl) -> bool:
        """Tell whether the page may load a part of itself from there."""
        if not url.isValid():
            return False
        if url.scheme() in _INLINE_SCHEMES or origin_of(url) in self._allowed:
            return True
        if self._loopback_only or url.scheme() not in {"https", "wss"}:
            return False
        return _is_public_name(url.host(QUrl.ComponentFormattingOption.FullyEncoded))


def _checked(origin: str, *, loopback_only: bool) -> str:
    url = QUrl(origin, QUrl.ParsingMode.StrictMode)
    if origin_of(url) != origin.rstrip("/").lower() or url.scheme() not in {"https", "http"}:
        raise ValueError("an allowed origin is scheme, host and port, nothing more")
    if (loopback_only or url.scheme() == "http") and not is_loopback(url):
        raise ValueError("only an origin on this computer may be used here")
    return origin_of(url)


def _is_public_name(host: str) -> bool:
    """Tell whether a host is a name of the public Internet; an IP address is not a name."""
    name = host.lower().rstrip(".")
    labels = name.split(".")
    if len(labels) < 2 or ":" in name or name.endswith(_LOCAL_SUFFIXES):
        return False
    # Browsers read a host that ends in a number as an IPv4 address, however it is written.
    return not (labels[-1].isdigit() or labels[-1].startswith("0x"))
