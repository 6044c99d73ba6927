"""The network: `Transport` over requests, with deadlines that hold and cancelling that works."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from core.adapters.http_exchange import CANCELLED, CLOSED, Exchange, Watchdog
from core.adapters.http_request import checked
from core.adapters.http_settings import TransportSettings
from core.errors import Cancelled
from core.model import HttpRequest, HttpResponse
from core.ports import CancelToken, OpenStream

if TYPE_CHECKING:
    from core.adapters.http_wire import Wire

__all__ = ["RequestsTransport", "TransportSettings"]

STALL_SECONDS: Final = 30.0
"""X keeps a quiet stream alive every 20 s (docs.x.com, "Consuming streaming data")."""


class RequestsTransport:
    """Implements `core.ports.Transport`. Safe to use from any thread.

    requests is imported by the first `send`: the window opens without it.

    Args:
        allowed: is asked about the origin of each request, as "https://api.x.com"; None
            allows every https origin and http on this computer.
        settings: proxy and certificates.
    """

    def __init__(
        self,
        allowed: Callable[[str], bool] | None = None,
        settings: TransportSettings | None = None,
    ) -> None:
        self._allowed = allowed
        self._settings = settings or TransportSettings()
        self._lock = threading.Lock()
        self._watchdog = Watchdog()
        self._wire: Wire | None = None
        self._is_closed = False

    def send(self, request: HttpRequest, cancel: CancelToken) -> HttpResponse:
        """Send `request` once and return the whole answer, whatever its status.

        A redirect is an answer too. The deadline runs from here until the last byte of
        the body; cancelling ends it within milliseconds, wherever it stands. An answer
        that was whole before the cancel wins.

        Raises:
            ConnectFailed: no byte of the request was sent.
            TimedOut: it was sent, and no whole answer came.
            BadAnswer: the answer is too large, compressed in a way we did not ask for, or
                not HTTP.
            BadInput: the request cannot be sent, or not there; found before any look-up.
            Cancelled: `cancel` was raised, or the transport was closed.
        """
        checked_request = checked(request, self._allowed, self._settings.user_agent)
        cancel.check()
        wire = self._open_wire()
        exchange = Exchange(request.method, request.deadline_seconds)
        forget = cancel.on_cancel(lambda: exchange.end(CANCELLED))
        self._watchdog.watch(exchange)
        try:
            return wire.send(checked_request, exchange, request.max_body_bytes)
        finally:
            exchange.finish()
            forget()

    @contextmanager
    def stream(
        self, request: HttpRequest, cancel: CancelToken, stall_seconds: float = STALL_SECONDS
    ) -> Iterator[OpenStream]:
        """Send `request` once and open its answer for reading while it comes.

        The deadline of the request runs until the headers are here; after that each read
        may take `stall_seconds`. Raises: as `send`, here and while it is read.
        """
        checked_request = checked(request, self._allowed, self._settings.user_agent)
        cancel.check()
        wire = self._open_wire()
        exchange = Exchange(request.method, request.deadline_seconds)
        forget = cancel.on_cancel(lambda: exchange.end(CANCELLED))
        self._watchdog.watch(exchange)
        try:
            opened = wire.open(checked_request, exchange, request.max_body_bytes, stall_seconds)
            exchange.extend(stall_seconds)
            self._watchdog.watch(exchange)  # once more: its deadline may be nearer now
            try:
                yield opened
            finally:
                opened.close()
        finally:
            exchange.finish()
            forget()

    def close(self) -> None:
        """End what is under way and close all connections. Nothing can be sent afterwards."""
        with self._lock:
            self._is_closed = True
            wire, self._wire = self._wire, None
        self._watchdog.end_all(CLOSED)
        if wire is not None:
            wire.close()

    def _open_wire(self) -> "Wire":
        with self._lock:
            if self._is_closed:
                raise Cancelled(nothing_sent=True)
            if self._wire is None:
                from core.adapters.http_wire import Wire

                self._wire = Wire(self._settings)
            return self._wire
