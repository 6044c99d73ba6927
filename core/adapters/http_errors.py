"""Turns what requests, urllib3, ssl and the socket raise into our own errors.

requests has one "connection error" for *never connected* and for *broke off after we
sent*. We know better than its class: our connection notes when the first byte of the
request leaves, so "nothing was sent" is said exactly when it is true.
"""

import errno
import http.client
import socket
import ssl
from collections.abc import Iterator
from typing import Final

import requests
import urllib3.exceptions as wire

from core.adapters.http_exchange import CANCELLED, CLOSED, DEADLINE, Exchange
from core.errors import BadAnswer, BadInput, Cancelled, ConnectFailed, KeypaneError, TimedOut

# Everything that the libraries below us raise on purpose; anything else is a bug of ours.
RAISED: Final = (
    requests.RequestException,
    requests.exceptions.RequestsWarning,
    wire.HTTPError,
    wire.HTTPWarning,
    http.client.HTTPException,
    OSError,
    ValueError,
)
_UNSENDABLE: Final = (
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidHeader,
    requests.exceptions.InvalidJSONError,
    requests.exceptions.URLRequired,
    requests.exceptions.UnrewindableBodyError,
    wire.LocationValueError,
    UnicodeError,
)
_OFFLINE: Final = frozenset({
    errno.ENETUNREACH, errno.ENETDOWN, errno.EHOSTUNREACH, errno.EHOSTDOWN, errno.EADDRNOTAVAIL
})  # fmt: skip
_TIMEOUTS: Final = (TimeoutError, wire.TimeoutError, requests.Timeout)
_TLS: Final = (ssl.SSLError, ssl.CertificateError, wire.SSLError, requests.exceptions.SSLError)
_NOT_HTTP: Final = (
    wire.DecodeError,
    wire.InvalidChunkLength,
    wire.ResponseError,
    wire.HeaderParsingError,
    wire.ResponseNotChunked,
    requests.exceptions.ContentDecodingError,
    requests.exceptions.RetryError,
    requests.exceptions.TooManyRedirects,
    requests.exceptions.StreamConsumedError,
)


def translate(error: BaseException, exchange: Exchange, host: str) -> KeypaneError | Cancelled:
    """Return our error for a library's one. It quotes nothing but the host."""
    stopped = ended(exchange, host)
    if stopped is not None:
        return stopped
    causes = list(_causes(error))
    if not exchange.sent:
        if any(isinstance(cause, _UNSENDABLE) for cause in causes):
            return BadInput("request", "it cannot be put on the wire")
        reason = unsent_reason(causes)
        return ConnectFailed(f"no connection to {host}: {reason}", host=host, reason=reason)
    if _is_not_http(causes):
        return BadAnswer(f"{host} did not answer in HTTP")
    reason = _sent_reason(causes)
    return TimedOut(f"no whole answer from {host}: {reason}", host=host, reason=reason)


def ended(exchange: Exchange, host: str) -> KeypaneError | Cancelled | None:
    """Return the error for an exchange that was ended from outside, or None."""
    if exchange.ended in {CANCELLED, CLOSED}:
        return Cancelled(nothing_sent=not exchange.sent)
    if exchange.ended == DEADLINE:
        kind = TimedOut if exchange.sent else ConnectFailed
        return kind(f"{host} took too long", host=host, reason="timeout")
    return None


def unsent_reason(causes: list[BaseException]) -> str:
    """Return why no connection came about, as `TransportError.reason` has it."""
    for kinds, reason in (
        ((wire.ProxyError, requests.exceptions.ProxyError), "proxy"),
        (_TLS, "tls"),
        ((socket.gaierror, wire.NameResolutionError), "dns"),
        ((ConnectionRefusedError,), "refused"),
    ):
        if any(isinstance(cause, kinds) for cause in causes):
            return reason
    if any(isinstance(cause, OSError) and cause.errno in _OFFLINE for cause in causes):
        return "offline"
    if any(isinstance(cause, _TIMEOUTS) for cause in causes):
        return "timeout"
    return "other"


def _sent_reason(causes: list[BaseException]) -> str:
    if any(isinstance(cause, _TLS) for cause in causes):
        return "tls"
    return "timeout" if any(isinstance(cause, _TIMEOUTS) for cause in causes) else "broken"


def _is_not_http(causes: list[BaseException]) -> bool:
    if any(isinstance(cause, _NOT_HTTP) for cause in causes):
        return True
    broke_off = (http.client.RemoteDisconnected, http.client.IncompleteRead)
    return any(
        isinstance(cause, http.client.HTTPException) and not isinstance(cause, broke_off)
        for cause in causes
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield `error` and all that it wraps, in whichever of four ways."""
    waiting: list[object] = [error]
    seen: set[int] = set()
    while waiting:
        cause = waiting.pop(0)
        if not isinstance(cause, BaseException) or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        waiting += [*cause.args, getattr(cause, "reason", None), cause.__cause__]
        waiting.append(cause.__context__)
