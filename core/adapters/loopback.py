"""The `Listen` port: waits on 127.0.0.1 for the browser that comes back from X's page.

One thread and a selector, so that silent, slow and parallel connections cannot keep the
true redirect waiting. The sockets are bound once and kept: nobody can take the port between
looking for it and using it. They close when the redirect was answered, when they are told
to, when the time is up and when the program ends.
"""

import contextlib
import errno
import selectors
import socket
import sys
import threading
import time
from collections.abc import Callable
from typing import Final

from core.adapters.loopback_http import (
    DONE,
    MOST_HEAD_BYTES,
    NOT_FOUND,
    is_over,
    read_target,
    to_done,
)
from core.adapters.threads import start_thread
from core.errors import BadInput, ListenFailed
from core.ports import CancelToken
from core.redirects import LoopbackAddress, loopback_address

MOST_CLIENTS: Final = 64
HEAD_SECONDS: Final = 2.0
LINGER_SECONDS: Final = 2.0
_BACKLOG: Final = 256
_POLL_SECONDS: Final = 0.2
_NOT_HERE: Final = frozenset({errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT})


def listen(
    redirect_uri: str, is_answer: Callable[[str], bool], seconds: float
) -> "LoopbackListener":
    """Return a listener bound to exactly this redirect URI (see the `Listen` port).

    Raises:
        ListenFailed: the port is busy or not for us.
        BadInput: the redirect URI is not http on this computer.
    """
    address = loopback_address(redirect_uri)
    if address is None:
        raise BadInput("redirect_uri", "it is not http on this computer")
    return LoopbackListener(address, _bind_all(address), is_answer, seconds)


class _Client:
    """A connection whose request has not come whole yet."""

    def __init__(self, connection: socket.socket, now: float) -> None:
        self.connection = connection
        self.until = now + HEAD_SECONDS
        self.head = bytearray()


class LoopbackListener:
    """A bound redirect URI, waiting."""

    def __init__(
        self,
        address: LoopbackAddress,
        sockets: list[socket.socket],
        is_answer: Callable[[str], bool],
        seconds: float,
    ) -> None:
        self._address = address
        self._sockets = sockets
        self._is_answer = is_answer
        self._ends_at = time.monotonic() + max(seconds, 0.0)
        self._done_path = f"{address.path.rstrip('/')}/done"
        self._to_done = to_done(self._done_path)
        self._clients: dict[socket.socket, _Client] = {}  # the oldest first
        self._lock = threading.Lock()
        self._url: str | None = None
        self._stopping = False
        self._page_served = False
        self._arrived = threading.Event()
        self._waker, self._woken = socket.socketpair()
        self._selector = selectors.DefaultSelector()
        for one in (*sockets, self._woken):
            one.setblocking(False)
            self._selector.register(one, selectors.EVENT_READ)
        self._thread = start_thread("loopback-listener", self._serve)

    # --- for the one who waits ---------------------------------------------------------------

    def wait(self, cancel: CancelToken) -> str | None:
        """Return the URL of the true redirect, or None when it was closed before one came."""
        forget = cancel.on_cancel(self._stop)
        try:
            # In steps, since Windows lets no Ctrl-C through to a wait without end.
            while not self._arrived.wait(_POLL_SECONDS):
                pass
        finally:
            forget()
        if self._url is None:
            self._thread.join()
            cancel.check()
        return self._url

    def close(self) -> None:
        """Stop listening; the ports are free afterwards."""
        self._stop()
        self._thread.join()

    def _stop(self) -> None:
        """Ask the thread to end, unless a redirect was taken: then it ends by itself."""
        with self._lock:
            self._stopping = True
            if self._arrived.is_set():
                return
            with contextlib.suppress(OSError):
                self._waker.send(b"\0")

    # --- the thread --------------------------------------------------------------------------

    def _serve(self) -> None:
        try:
            while not self._is_over():
                for key, _ in self._selector.select(self._seconds_to_next_event()):
                    self._attend(key.fileobj)
                self._drop_late_clients()
        finally:
            self._shut()

    def _is_over(self) -> bool:
        if self._url is None:
            return self._stopping or time.monotonic() >= self._ends_at
        if time.monotonic() >= self._ends_at:
            return True
        return self._page_served and not self._clients

    def _seconds_to_next_event(self) -> float:
        oldest = next(iter(self._clients.values()), None)
        until = min(self._ends_at, oldest.until) if oldest else self._ends_at
        return max(until - time.monotonic(), 0.0)

    def _attend(self, ready: object) -> None:
        if ready in self._sockets:
            self._accept(ready)
        elif ready in self._clients:  # it may have made room for another meanwhile
            self._read(self._clients[ready])

    def _accept(self, listening: socket.socket) -> None:
        for _ in range(MOST_CLIENTS):
            try:
                connection, _peer = listening.accept()
            except OSError:  # nobody more, gone again, or no descriptor left
                return
            if len(self._clients) >= MOST_CLIENTS:
                self._drop(next(iter(self._clients.values())))
            connection.setblocking(False)
            client = _Client(connection, time.monotonic())
            self._clients[connection] = client
            self._selector.register(connection, selectors.EVENT_READ)
            self._read(client)

    def _read(self, client: _Client) -> None:
        try:
            data = client.connection.recv(MOST_HEAD_BYTES + 1 - len(client.head))
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            self._drop(client)
            return
        client.head += data
        if not data:
            self._drop(client)
        elif is_over(client.head):
            self._answer(client)

    def _answer(self, client: _Client) -> None:
        answer = self._answer_to(bytes(client.head))
        with contextlib.suppress(OSError):
            # Less than any send buffer holds, so it goes out whole or the browser is gone.
            client.connection.send(answer)
            client.connection.shutdown(socket.SHUT_WR)
        self._drop(client)
        self._page_served = self._page_served or answer is DONE

    def _answer_to(self, head: bytes) -> bytes:
        asked = read_target(head, self._address.host_headers)
        if asked is None:
            return NOT_FOUND
        host, target = asked
        if target == self._done_path:
            return NOT_FOUND if self._url is None else DONE
        url = f"http://{host}{target}"
        if url == self._url:  # the same page once more, by a reload or a second tab
            return self._to_done
        if self._url is None and self._is_answer(url) and self._take(url):
            return self._to_done
        return NOT_FOUND

    def _take(self, url: str) -> bool:
        """Keep the redirect, unless we were told to stop; the browser is told what is so."""
        with self._lock:
            if self._stopping:
                return False
            self._url = url
            self._ends_at = time.monotonic() + LINGER_SECONDS
            self._arrived.set()
            return True

    def _drop(self, client: _Client) -> None:
        del self._clients[client.connection]
        self._selector.unregister(client.connection)
        client.connection.close()

    def _drop_late_clients(self) -> None:
        now = time.monotonic()
        for client in [each for each in self._clients.values() if each.until <= now]:
            self._drop(client)

    def _shut(self) -> None:
        for client in tuple(self._clients.values()):
            self._drop(client)
        self._selector.close()
        with self._lock:
            for one in (*self._sockets, self._woken, self._waker):
                one.close()
        self._arrived.set()


def _bind_all(address: LoopbackAddress) -> list[socket.socket]:
    """Bind 127.0.0.1, and for localhost ::1 where there is one: a browser may go to either."""
    bound = [_bind(socket.AF_INET, "127.0.0.1", address.port)]
    if address.host != "localhost":
        return bound
    try:
        bound.append(_bind(socket.AF_INET6, "::1", address.port))
    except ListenFailed as failed:
        if failed.reason != "absent":
            # Someone else listens there, and would get the code.
            bound[0].close()
            raise
    return bound


def _bind(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
    try:
        made = socket.socket(family, socket.SOCK_STREAM)
    except OSError:
        raise ListenFailed(port, "absent") from None
    try:
        _make_exclusive(made)
        made.bind((host, port))
        made.listen(_BACKLOG)
    except OSError as error:
        made.close()
        raise ListenFailed(port, _reason(error)) from None
    return made


def _make_exclusive(made: socket.socket) -> None:
    if sys.platform == "win32":
        # SO_REUSEADDR would let any program of the computer share the port with us.
        made.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    else:
        # Elsewhere it only forgives connections that were closed a moment ago.
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if made.family == socket.AF_INET6:
        made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)


def _reason(error: OSError) -> str:
    if error.errno in _NOT_HERE:
        return "absent"
    if error.errno == errno.EADDRINUSE:
        return "busy"
    # Windows says "forbidden" when another program holds the port for itself alone.
    if isinstance(error, PermissionError):
        return "busy" if sys.platform == "win32" else "denied"
    return "other"
