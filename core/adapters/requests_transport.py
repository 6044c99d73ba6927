"""The network: `Transport` over requests, with deadlines that hold and cancelling that works."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from core.adapters.http_exchange import CANCELLED, CLOSED, Exchange, Watchdog
from core.adapters.http_request import checked
from core.adapters.http_settings import TransportSettings
from core.errors import Cancelled, VaultLocked
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
        settings: proxy and certificates, or what tells them for each connection; it may
            raise VaultLocked, which ends a request to another computer before it begins.
    """

    def __init__(
        self,
        allowed: Callable[[str], bool] | None = None,
        settings: TransportSettings | Callable[[], TransportSettings] | None = None,
    ) -> None:
        self._allowed = allowed
        self._settings = settings or TransportSettings()
        self._wire_settings = TransportSettings()
        fixed = settings if isinstance(settings, TransportSettings) else self._wire_settings
        self._user_agent = fixed.user_agent
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
            VaultLocked: the way there is set in the vault, which is locked; nothing was sent.
            Cancelled: `cancel` was raised, or the transport was closed.
        """
        checked_request = checked(request, self._allowed, self._user_agent)
        cancel.check()
        wire = self._open_wire(is_loopback=checked_request.is_loopback)
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
        checked_request = checked(request, self._allowed, self._user_agent)
        cancel.check()
        wire = self._open_wire(is_loopback=checked_request.is_loopback)
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

    def _open_wire(self, *, is_loopback: bool) -> "Wire":
        settings = self._settings_now(is_loopback=is_loopback)
        with self._lock:
            if self._is_closed:
                raise Cancelled(nothing_sent=True)
            outdated, self._wire = self._wire, None
            if outdated is not None and settings == self._wire_settings:
                self._wire = outdated
                return outdated
            from core.adapters.http_wire import Wire

            self._wire_settings = settings
            self._wire = wire = Wire(settings)
        if outdated is not None:
            outdated.close()  # what is under way goes on; idle connections would lead elsewhere
        return wire

    def _settings_now(self, *, is_loopback: bool) -> TransportSettings:
        if isinstance(self._settings, TransportSettings):
            return self._settings
        try:
            return self._settings()
        except VaultLocked:
            if is_loopback:  # this computer is never proxied
                return self._wire_settings
            raise
