"""How the person wants the network reached: through which proxy, and whom to trust besides.

One record in the vault, read by every way out alike: requests, the embedded view, the doctor
and the command line. Certificates are copied into the record, so that a file which somebody
changes later does not change whom Keypane trusts.
"""

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlsplit

from core.errors import BadInput
from core.secret import Secret

NETWORK: Final = "network"
MODES: Final = ("system", "manual", "off")
MOST_CERTIFICATE_BYTES: Final = 1 << 20
_MOST_PORT: Final = 65_535
_SCRIPT_ENDS: Final = (".pac", ".dat", ".js")


@dataclass(frozen=True, slots=True)
class Network:
    """The person's choice. The default follows the system in both.

    Attributes:
        name: always "network": there is one such record.
        proxy: "system", "manual" or "off".
        host, port: of the manual proxy, which speaks http to us.
        user, password: for that proxy alone; "" and None where it wants none.
        certificates: in PEM; trusted beside the system's own.
        certificates_from: the name of the file they were read from, to show.
    """

    name: str = NETWORK
    proxy: str = "system"
    host: str = ""
    port: int = 0
    user: str = ""
    password: Secret | None = None
    certificates: str = ""
    certificates_from: str = ""

    @property
    def proxy_url(self) -> str:
        """The manual proxy as an address without user and password."""
        shown = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{shown}:{self.port}"

    @property
    def credentials(self) -> Secret | None:
        """The manual proxy's "user:password", or None."""
        if not self.user:
            return None
        return Secret(f"{self.user}:{self.password.reveal() if self.password else ''}")


@dataclass(frozen=True, slots=True)
class Way:
    """The way from here to one host.

    Attributes:
        source: "system", "manual", "off", or "here" for this computer, which is never proxied.
        proxy_url: without user and password; "" for the direct way.
        credentials: "user:password" for that proxy alone.
        certificates: in PEM; trusted beside the system's own.
    """

    source: str
    proxy_url: str = ""
    credentials: Secret | None = None
    certificates: str = ""

    @property
    def proxy_with_credentials(self) -> Secret:
        """The proxy's address with user and password in it, empty for the direct way."""
        if not self.proxy_url or self.credentials is None:
            return Secret(self.proxy_url)
        user, _, password = self.credentials.reveal().partition(":")
        scheme, _, rest = self.proxy_url.partition("://")
        return Secret(f"{scheme}://{quote(user, safe='')}:{quote(password, safe='')}@{rest}")


def read_proxy(host: str, port: str) -> tuple[str, int]:
    """Return host and port as a person typed or pasted them, a whole address included.

    Raises:
        BadInput: it is no http proxy. An automatic configuration script (PAC) is said to be
            one, since it is what many companies hand out.
    """
    text = host.strip()
    if text.lower().endswith(_SCRIPT_ENDS) or text.lower().startswith("pac"):
        raise BadInput("proxy", "a configuration script (PAC) is not read; name the proxy in it")
    scheme, mark, rest = text.partition("://")
    if mark and scheme.lower() != "http":
        raise BadInput("proxy", "Keypane speaks to http proxies, not to https or SOCKS ones")
    try:
        parts = urlsplit(f"http://{rest if mark else text}")
        found, number = parts.hostname or "", parts.port
    except ValueError:
        raise BadInput("proxy", "this is not the name of a computer") from None
    if parts.username is not None:
        raise BadInput("proxy", "user and password belong in their own fields")
    if not found or not found.isascii() or parts.path.strip("/") or parts.query:
        raise BadInput("proxy", "this is not the name of a computer")
    typed = port.strip()
    if typed:
        number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else -1
    if number is None or not 0 < number <= _MOST_PORT:
        raise BadInput("proxy", "a port is a number from 1 to 65535, often 3128 or 8080")
    return found, number


def origin_parts(url: str) -> tuple[str, str]:
    """Return scheme and host of an address, which is what a way is asked for."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or ""


def check_user(user: str) -> str:
    """Return the proxy's user as it is kept. Raises BadInput: no colon fits into Basic."""
    if ":" in user:
        raise BadInput("proxy", "a proxy's user name holds no colon (RFC 7617)")
    return user.strip()


def read_certificates(raw: bytes) -> tuple[str, tuple[str, ...]]:
    """Return the certificates of a file as PEM, and what names each of them.

    Raises:
        BadInput: there is none in it, it holds a private key, or it is too large.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    if len(raw) > MOST_CERTIFICATE_BYTES:
        raise BadInput("certificates", "the file is too large to be a list of certificates")
    if b"PRIVATE KEY" in raw:
        raise BadInput("certificates", "the file holds a private key; add the certificate alone")
    try:
        found = x509.load_pem_x509_certificates(raw)
    except ValueError:
        raise BadInput("certificates", "the file holds no certificates in PEM") from None
    pem = b"".join(each.public_bytes(Encoding.PEM) for each in found).decode("ascii")
    return pem, tuple(_label(each) for each in found)


def _label(certificate: object) -> str:
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    assert isinstance(certificate, x509.Certificate)
    for kind in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        names = certificate.subject.get_attributes_for_oid(kind)
        if names:
            text = str(names[0].value)
            return "".join(letter for letter in text if letter.isprintable())[:80]
    return f"{certificate.serial_number:x}"[:16]
