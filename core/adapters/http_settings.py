"""How the person wants the network reached: which proxy, whose certificates."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from core.errors import BadInput
from core.secret import Secret

_PROXY_MODES: Final = ("system", "manual", "off")
_CA_MODES: Final = ("system", "file")


@dataclass(frozen=True, slots=True)
class TransportSettings:
    """The network settings of a connection. Environment variables count only through "system".

    Attributes:
        proxy: "system" (what the OS or the usual variables say), "manual" or "off".
            Addresses on this computer are never proxied.
        proxy_url: for "manual": "http://host:port", without user and password.
        proxy_credentials: "user:password" for the manual proxy; sent to it alone.
        ca: "system" (the OS certificate store) or "file".
        ca_file: for "file": certificates in PEM; they take the place of the system's.
        certificates: in PEM; trusted beside the system's.
        connect_seconds: how long one address may take to connect.
        user_agent: what we call ourselves to X.
    """

    proxy: str = "system"
    proxy_url: str = ""
    proxy_credentials: Secret | None = None
    ca: str = "system"
    ca_file: str = ""
    certificates: str = ""
    connect_seconds: float = 5.0
    user_agent: str = "Keypane"

    def __post_init__(self) -> None:
        """Refuse settings that cannot work, before anything is sent with them."""
        if self.proxy not in _PROXY_MODES or self.ca not in _CA_MODES:
            raise BadInput("network settings", "unknown choice")
        if self.ca == "file" and not self.ca_file:
            raise BadInput("certificates", "no file was named")
        if self.proxy == "manual":
            _check_proxy(self.proxy_url)

    def proxy_for(self, scheme: str, host: str) -> str | None:
        """Return the proxy for a host that is not this computer, or None for a direct way.

        Raises:
            BadInput: the system names a proxy of a kind that we do not speak.
        """
        if self.proxy == "off":
            return None
        if self.proxy == "manual":
            return self.proxy_url
        import urllib.request  # it loads http.client and email: 20 ms that most commands save

        proxies = urllib.request.getproxies()
        url = proxies.get(scheme) or proxies.get("all")
        if not url or urllib.request.proxy_bypass(host):
            return None
        url = url if "://" in url else f"http://{url}"
        _check_proxy(url, with_user=True)
        return url


def _check_proxy(url: str, *, with_user: bool = False) -> None:
    try:
        parts = urlsplit(url)
        usable = bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.scheme not in {"http", "https"} or not url.isascii():
        raise BadInput("proxy", "not the address of an http or https proxy")
    if parts.username and not with_user:
        raise BadInput("proxy", "user and password belong in their own field")
