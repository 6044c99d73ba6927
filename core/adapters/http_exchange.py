"""One exchange on the wire, and how it is ended from outside: by the person or by its deadline."""

import heapq
import itertools
import socket
import threading
import time
from collections.abc import Callable
from typing import Final

from core.adapters.threads import start_thread
from core.model import Timing

CANCELLED: Final = "cancelled"
DEADLINE: Final = "deadline"
CLOSED: Final = "closed"


class Stopped(OSError):
    """The exchange was ended from outside while it stood in our own code."""


class Twin:
    """A duplicate of a connection's TCP socket, to shut it down from any thread.

    The first socket is taken over by TLS, and closing it would not wake a blocked read;
    shutting down the duplicate does, at once and during the handshake too (measured:
    0.5 ms).
    """

    def __init__(self, tcp: socket.socket) -> None:
        self._lock = threading.Lock()
        self._socket = tcp.dup()

    def shut(self) -> None:
        """End both directions of the connection. Does nothing once closed."""
        with self._lock:
            try:
                self._socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # the other side was first

    def close(self) -> None:
        """Let go of the duplicate; the connection itself is left as it is."""
        with self._lock:
            self._socket.close()


class Exchange:
    """What is known about one request under way.

    Attributes:
        ended: why it was ended from outside; "" if it was not.
        sent: True as soon as a byte of the request may have left.
        dns_ms, connect_ms, tls_ms, first_byte_ms: see `Timing`.
    """

    def __init__(self, method: str, deadline_seconds: float) -> None:
        self.method = method
        self.started = time.perf_counter()
        self.deadline_at = time.monotonic() + deadline_seconds
        self.ended = ""
        self.sent = False
        self.is_finished = False
        self.dns_ms: float | None = None
        self.connect_ms: float | None = None
        self.tls_ms: float | None = None
        self.first_byte_ms: float | None = None
        self._lock = threading.Lock()
        self._stops: list[Callable[[], None]] = []
        self._leftovers: list[Twin] = []

    def remaining(self) -> float:
        """Return the seconds until the deadline, at least a millisecond."""
        return max(self.deadline_at - time.monotonic(), 0.001)

    def extend(self, seconds: float) -> None:
        """Move the deadline to `seconds` from now: something came."""
        self.deadline_at = time.monotonic() + seconds

    def on_end(self, stop: Callable[[], None]) -> None:
        """Run `stop` when the exchange is ended from outside, at once if it was."""
        with self._lock:
            if not self.ended:
                self._stops.append(stop)
                return
        stop()

    def end(self, why: str) -> None:
        """End it from any thread. The first reason stays; a finished exchange is left alone."""
        with self._lock:
            if self.ended or self.is_finished:
                return
            self.ended = why
            # Under the lock: once `finish` has run, the connection may serve another request.
            for stop in self._stops:
                stop()

    def begin_sending(self) -> None:
        """Note that the request leaves now. Raises Stopped if the exchange was ended before."""
        with self._lock:
            if self.ended:
                raise Stopped
            self.sent = True

    def close_later(self, twin: Twin) -> None:
        """Close `twin` at the end: its connection is closing, but an answer is still read."""
        self._leftovers.append(twin)

    def finish(self) -> None:
        """Take every hand off the connection."""
        with self._lock:
            self.is_finished = True
            self._stops.clear()
        for twin in self._leftovers:
            twin.close()

    def timing(self) -> Timing:
        """Return where the time went so far."""
        return Timing(
            self.dns_ms,
            self.connect_ms,
            self.tls_ms,
            self.first_byte_ms,
            (time.perf_counter() - self.started) * 1000,
        )


class Watchdog:
    """Ends exchanges at their deadline, from one thread that lives while there are some.

    `timeout=` of sockets is no deadline: it starts anew with every byte that drips in.
    """

    def __init__(self) -> None:
        self._wake = threading.Condition()
        self._queue: list[tuple[float, int, Exchange]] = []
        self._order = itertools.count()
        self._is_running = False
        self._wakes_at = 0.0

    def watch(self, exchange: Exchange) -> None:
        """End `exchange` when its deadline comes, unless it is finished by then."""
        with self._wake:
            self._drop_finished()
            heapq.heappush(self._queue, (exchange.deadline_at, next(self._order), exchange))
            if not self._is_running:
                self._is_running = True
                start_thread("http-watchdog", self._run)
            elif exchange.deadline_at < self._wakes_at:
                self._wake.notify()

    def end_all(self, why: str) -> None:
        """End every exchange under way, and the thread with them."""
        with self._wake:
            exchanges = [exchange for _, _, exchange in self._queue]
            self._queue.clear()
            self._wake.notify()
        for exchange in exchanges:
            exchange.end(why)

    def _drop_finished(self) -> None:
        while self._queue and self._queue[0][2].is_finished:
            heapq.heappop(self._queue)

    def _run(self) -> None:
        while True:
            with self._wake:
                self._drop_finished()
                if not self._queue:
                    self._is_running = False
                    return
                now = time.monotonic()
                self._wakes_at = self._queue[0][0]
                if self._wakes_at > now:
                    self._wake.wait(self._wakes_at - now)
                    continue
                exchange = heapq.heappop(self._queue)[2]
                if exchange.deadline_at > now:  # a stream's deadline moves while it is read
                    entry = (exchange.deadline_at, next(self._order), exchange)
                    heapq.heappush(self._queue, entry)
                    continue
            exchange.end(DEADLINE)
