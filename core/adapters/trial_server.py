"""A TLS server on this computer, with a certificate that was made for it a moment ago."""

import ssl
import threading
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from socket import socket
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from core.adapters.threads import start_thread

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.x509 import Certificate, Name

_HOST: Final = "127.0.0.1"
_LOOK_SECONDS: Final = 0.05
_CLIENT_SECONDS: Final = 3.0
_HEAD_BYTES: Final = 16_384
_ANSWER: Final = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"


class TrialServer:
    """Answers every request with 200, to whoever accepts its certificate.

    Attributes:
        origin: "https://127.0.0.1:PORT".
        authority: file with the certificate of its authority, in PEM.
    """

    def __init__(self, folder: Path) -> None:
        chain, key, self.authority = _make_certificates(folder)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._context.load_cert_chain(chain, key)
        self._socket = socket()
        self._socket.bind((_HOST, 0))
        self._socket.listen()
        self._socket.settimeout(_LOOK_SECONDS)
        self._stopping = threading.Event()
        self.origin = f"https://{_HOST}:{self._socket.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._thread = start_thread("trial-server", self._serve)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopping.set()
        self._thread.join(_CLIENT_SECONDS)
        self._socket.close()

    def _serve(self) -> None:
        while not self._stopping.is_set():
            try:
                client, _ = self._socket.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            with client:
                client.settimeout(_CLIENT_SECONDS)
                self._answer(client)

    def _answer(self, client: socket) -> None:
        try:
            with self._context.wrap_socket(client, server_side=True) as secured:
                secured.recv(_HEAD_BYTES)
                secured.sendall(_ANSWER)
        except OSError:
            return  # ssl.SSLError is one: the client did not want us, which is its right


def _make_certificates(folder: Path) -> tuple[Path, Path, Path]:
    """Write certificate, key and the authority's certificate; return the three files."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority = _certificate("Keypane trial authority", authority_key, None)
    certificate = _certificate("Keypane trial", key, (authority.subject, authority_key))
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    files = folder / "chain.pem", folder / "key.pem", folder / "authority.pem"
    contents = certificate.public_bytes(pem), private, authority.public_bytes(pem)
    for file, content in zip(files, contents, strict=True):
        file.write_bytes(content)
    return files


def _certificate(
    name: str,
    key: "EllipticCurvePrivateKey",
    issuer: "tuple[Name, EllipticCurvePrivateKey] | None",
) -> "Certificate":
    """Return a certificate for an hour; without an issuer it is an authority's own."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    by, by_key = issuer or (subject, key)
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )
    if issuer is not None:
        host = x509.SubjectAlternativeName([x509.IPAddress(ip_address(_HOST))])
        builder = builder.add_extension(host, critical=False)
    return builder.sign(by_key, hashes.SHA256())
