"""requests and urllib3, held to what we promise. Imported at the first request only.

No Session is used: a Session follows a redirect far enough to read its body without a
limit, keeps cookies, and looks into netrc and the environment. The adapter below it
keeps connections alive and sends what it is given.

A connection that the server has closed meanwhile is noticed before anything is sent.
The race that no client can rule out, the server closing while we send, is made rare by
not reusing a connection that was idle for long: after 5 s for what may change something
at X, after 45 s for a GET. What remains is reported as TimedOut("broken"), since X may
have acted; it is never sent a second time from here.
"""

import logging
import socket
import threading
import time
from typing import Any, Final

import requests
import requests.adapters
import urllib3
import urllib3.connection
import urllib3.connectionpool

from core.adapters.http_body import CHUNK_BYTES, read_body
from core.adapters.http_connect import connect
from core.adapters.http_errors import RAISED, ended, translate
from core.adapters.http_exchange import Exchange, Twin
from core.adapters.http_request import WireRequest
from core.adapters.http_settings import TransportSettings
from core.adapters.http_stream import WireStream
from core.adapters.http_tls import ContextMaker, context_maker
from core.errors import BadAnswer, Cancelled, KeypaneError
from core.model import HttpResponse

_IDLE_SECONDS: Final = 45.0
_IDLE_SECONDS_BEFORE_A_CHANGE: Final = 5.0
_HARMLESS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_POOLS: Final = 8
_CONNECTIONS: Final = 16

# Its warnings quote whole URLs.
logging.getLogger("urllib3").setLevel(logging.ERROR)


class _Current(threading.local):
    """The exchange that this thread is in: urllib3 has no way to hand it through."""

    exchange: Exchange | None = None


_current: Final = _Current()


class _Watched(urllib3.connection.HTTPConnection):
    """A connection that can be shut from any thread and that knows when it sends."""

    _twin: Twin | None = None
    _used_at = 0.0
    _is_tunnelling = False
    connect_seconds = 5.0

    def _new_conn(self) -> socket.socket:
        exchange = _exchange()
        try:
            tcp = connect(self._dns_host, self.port, exchange, self.connect_seconds)
        except OSError as error:
            # The same error that urllib3 itself would raise: it tells a proxy's from a host's.
            raise urllib3.exceptions.NewConnectionError(self, "no connection") from error
        self._twin = Twin(tcp)
        exchange.on_end(self._twin.shut)
        tcp.settimeout(exchange.remaining() + 1)
        return tcp

    def connect(self) -> None:
        exchange = _exchange()
        began = time.perf_counter()
        super().connect()
        taken = (time.perf_counter() - began) * 1000
        if isinstance(self, urllib3.connection.HTTPSConnection):
            exchange.tls_ms = taken - (exchange.dns_ms or 0) - (exchange.connect_ms or 0)

    @property
    def is_connected(self) -> bool:
        limit = _IDLE_SECONDS
        if _exchange().method not in _HARMLESS:
            limit = _IDLE_SECONDS_BEFORE_A_CHANGE
        return super().is_connected and time.monotonic() - self._used_at <= limit

    def request(self, *args: Any, **kwargs: Any) -> None:
        if self._twin is not None:
            _exchange().on_end(self._twin.shut)
        super().request(*args, **kwargs)

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        if not self._is_tunnelling:
            _exchange().begin_sending()
        super().send(data)

    def _tunnel(self) -> None:
        self._is_tunnelling = True
        try:
            super()._tunnel()
        finally:
            self._is_tunnelling = False

    def getresponse(self) -> Any:
        exchange = _exchange()
        began = time.perf_counter()
        answer = super().getresponse()
        exchange.first_byte_ms = (time.perf_counter() - began) * 1000
        self._used_at = time.monotonic()
        return answer

    def close(self) -> None:
        super().close()
        twin, self._twin = self._twin, None
        if twin is None:
            return
        if _current.exchange is None:
            twin.close()
        else:  # "Connection: close" closes before the body is read, which may have to be stopped
            _current.exchange.close_later(twin)


class _WatchedTls(_Watched, urllib3.connection.HTTPSConnection):
    """The same over TLS, with a context of our own for each connection."""

    make_context: ContextMaker | None = None

    def connect(self) -> None:
        assert self.make_context is not None
        self.ssl_context = self.make_context()
        super().connect()


class _Adapter(requests.adapters.HTTPAdapter):
    """Keeps connections alive per origin; takes certificates and proxies from our settings."""

    def __init__(self, settings: TransportSettings) -> None:
        self._settings = settings
        self._make_context = make_context = context_maker(settings)

        class Plain(_Watched):
            connect_seconds = settings.connect_seconds

        class Tls(_WatchedTls):
            connect_seconds = settings.connect_seconds

        Tls.make_context = staticmethod(make_context)

        class PlainPool(urllib3.connectionpool.HTTPConnectionPool):
            ConnectionCls = Plain

        class TlsPool(urllib3.connectionpool.HTTPSConnectionPool):
            ConnectionCls = Tls

        self._pool_kinds = {"http": PlainPool, "https": TlsPool}
        super().__init__(pool_connections=_POOLS, pool_maxsize=_CONNECTIONS)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pool_kinds

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        kwargs["proxy_ssl_context"] = self._make_context()
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = self._pool_kinds
        return manager

    def proxy_headers(self, proxy: str) -> dict[str, str]:
        credentials = self._settings.proxy_credentials
        if credentials is None or self._settings.proxy != "manual":
            return super().proxy_headers(proxy)
        return dict(urllib3.make_headers(proxy_basic_auth=credentials.reveal()))

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """Leave the pool as it is: its connections bring their own TLS context."""


def _exchange() -> Exchange:
    exchange = _current.exchange
    assert exchange is not None, "a connection was used outside of an exchange"
    return exchange


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Stand for "authorised already": without an auth callable, others would step in."""
    return request


class Wire:
    """Sends one checked request at a time per thread, over kept-alive connections."""

    def __init__(self, settings: TransportSettings) -> None:
        self._settings = settings
        self._adapter = _Adapter(settings)

    def send(self, request: WireRequest, exchange: Exchange, limit: int) -> HttpResponse:
        """Return the whole answer, at most `limit` bytes of it decompressed."""
        failure: KeypaneError | Cancelled
        _current.exchange = exchange
        try:
            return self._send(request, exchange, limit)
        except RAISED as error:
            failure = translate(error, exchange, request.host)
        finally:
            _current.exchange = None
        # Outside the handler, so that the library's error is not even its context.
        raise failure

    def open(
        self, request: WireRequest, exchange: Exchange, limit: int, stall_seconds: float
    ) -> WireStream:
        """Return the answer once its headers are here; a refusal is read whole.

        Raises: as `send`. The caller closes what is returned.
        """
        failure: KeypaneError | Cancelled
        _current.exchange = exchange
        try:
            return self._open(request, exchange, limit, stall_seconds)
        except RAISED as error:
            failure = translate(error, exchange, request.host)
        finally:
            _current.exchange = None
        raise failure

    def close(self) -> None:
        """Close all connections that no one is using."""
        self._adapter.close()

    def _open(
        self, request: WireRequest, exchange: Exchange, limit: int, stall_seconds: float
    ) -> WireStream:
        raw = self._ask(request, max(exchange.remaining(), stall_seconds))
        try:
            headers = _headers_of(raw)
            body = b""
            if not 200 <= raw.status < 300:
                pieces = raw.stream(CHUNK_BYTES, decode_content=False)
                body = read_body(pieces, headers, raw.status, limit)
            opening = HttpResponse(
                raw.status, headers, body, exchange.timing(), _phrase(raw.reason)
            )
        except BaseException as error:
            raw.close()
            if isinstance(error, BadAnswer):
                _raise_if_ended(exchange, request.host)
            raise
        return WireStream(raw, opening, exchange, request.host, limit, stall_seconds)

    def _ask(self, request: WireRequest, seconds: float) -> Any:
        """Send the request and return urllib3's answer, of which the body is still to come."""
        prepared = requests.Request(
            request.method, request.url, headers=request.headers, data=request.body, auth=_as_it_is
        ).prepare()
        answer = self._adapter.send(
            prepared,
            stream=True,
            timeout=seconds + 1,  # the watchdog comes first; this is the second net
            proxies=self._proxies(request),
        )
        return answer.raw

    def _send(self, request: WireRequest, exchange: Exchange, limit: int) -> HttpResponse:
        raw = self._ask(request, exchange.remaining())
        try:
            headers = _headers_of(raw)
            pieces = raw.stream(CHUNK_BYTES, decode_content=False)
            body = read_body(pieces, headers, raw.status, limit)
        except BaseException as error:
            raw.close()  # what is left of it belongs to nobody
            if isinstance(error, BadAnswer):
                _raise_if_ended(exchange, request.host)  # a body that we cut off is not bad
            raise
        if _ends_with_the_connection(headers, request.method, raw.status):
            _raise_if_ended(exchange, request.host)
        return HttpResponse(raw.status, headers, body, exchange.timing(), _phrase(raw.reason))

    def _proxies(self, request: WireRequest) -> dict[str, str]:
        if request.is_loopback:
            return {}
        proxy = self._settings.proxy_for(request.scheme, request.host)
        return {request.scheme: proxy} if proxy else {}


def _headers_of(raw: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in raw.headers.itermerged()}


def _raise_if_ended(exchange: Exchange, host: str) -> None:
    stopped = ended(exchange, host)
    if stopped is not None:
        raise stopped from None


def _ends_with_the_connection(headers: dict[str, str], method: str, status: int) -> bool:
    """Return whether the body's end looks the same whether the server or we closed."""
    if method == "HEAD" or status in {204, 304}:
        return False
    return "content-length" not in headers and "transfer-encoding" not in headers


def _phrase(reason: str | None) -> str:
    return "".join(c for c in (reason or "")[:100] if c.isprintable())
