"""Whom we trust on the wire: the system's certificates and those that the person added.

`SSL_CERT_FILE` and `SSL_CERT_DIR` have no say: `main` removes them before OpenSSL could read
them (`core.hostile_start`), because whoever starts a program would decide whom it trusts.
"""

import ssl
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from core.adapters.http_settings import TransportSettings
from core.errors import BadInput

ContextMaker = Callable[[], ssl.SSLContext]

# Where Linux distributions keep their bundle when OpenSSL was built for another one.
_BUNDLES: Final = (
    "/etc/ssl/cert.pem",
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/tls/cert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
)


def context_maker(settings: TransportSettings) -> ContextMaker:
    """Return what makes the TLS context of one new connection.

    Each connection gets its own, since a truststore context holds a lock during the whole
    handshake: a server that stalls would hold up every other connection, beyond the reach
    of their deadlines. `SSLKEYLOGFILE` has no effect, since these contexts are not made by
    `ssl.create_default_context`.

    Raises:
        BadInput: the certificate file cannot be read.
    """
    if settings.ca == "file":
        shared = _from_file(settings.ca_file)
        return lambda: shared
    added = settings.certificates
    if not added:
        return _from_system
    _add(_from_system(), added)  # the fault is told now, not in the middle of a handshake
    return lambda: _add(_from_system(), added)


def _from_file(path: str) -> ssl.SSLContext:
    context = _hardened(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    try:
        context.load_verify_locations(cafile=path)
    except (OSError, ValueError):
        raise BadInput("certificates", "the file holds no certificates") from None
    return context


def _add(context: ssl.SSLContext, certificates: str) -> ssl.SSLContext:
    try:
        context.load_verify_locations(cadata=certificates)
    except (OSError, ValueError):
        raise BadInput("certificates", "what was added holds no certificates") from None
    return context


def _from_system() -> ssl.SSLContext:
    if _has_system_store():
        try:
            import truststore
        except ImportError:
            pass  # a stripped-down build: certifi below
        else:
            return _hardened(truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    import certifi

    return _from_file(certifi.where())


def _has_system_store() -> bool:
    if sys.platform in {"win32", "darwin"}:
        return True
    paths = ssl.get_default_verify_paths()
    if paths.cafile or any(Path(bundle).is_file() for bundle in _BUNDLES):
        return True
    return bool(paths.capath) and any(Path(paths.capath).glob("*.0"))


def _hardened(context: ssl.SSLContext) -> ssl.SSLContext:
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_mode = ssl.CERT_REQUIRED
    context.check_hostname = True
    return context
