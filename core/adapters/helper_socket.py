"""The helper's socket: a Unix socket that only programs of the same person may ask.

The folder is 0700 and the socket 0600; on top, the kernel says who is at the other end, and
another user is turned away. Whose turn it is to serve, `helper_turns` knows.
"""

import contextlib
import errno
import os
import selectors
import socket
import stat
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final, Self

from core.adapters.data_directory import unavailable
from core.adapters.helper_peer import credentials_of, peer_of
from core.adapters.threads import start_thread
from core.consents import Peer
from core.errors import BadInput
from core.helper import LONGEST_LINE, Reply, address_of
from core.ports import CancelToken

_LOOK_SECONDS: Final = 0.5
_MOST_CLIENTS: Final = 128
_IDLE_SECONDS: Final = 60.0
_LEAVE_SECONDS: Final = 1.5  # for answers that are on their way when serving ends
_END_SECONDS: Final = 0.5
_TURNED_AWAY: Final = (
    b'{"error":{"kind":"not_allowed","message":"The helper answers only programs of its own '
    b'user.","next_step":""}}\n'
)


def serve_once(
    home: Path,
    reply: Reply,
    cancel: CancelToken,
    on_change: Callable[[bool], None],
    is_over: Callable[[], bool],
) -> None:
    """Serve the socket until `cancel` is raised or `is_over`, which is asked twice a second.

    The caller holds the place, so a socket that is there is a dead program's.
    """
    path = Path(address_of(home))
    with _bound(path) as listening, _Clients(reply) as clients:
        waker, woken = socket.socketpair()

        def wake() -> None:
            waker.send(b"\0")

        forget = cancel.on_cancel(wake)
        selector = selectors.DefaultSelector()
        try:
            selector.register(listening, selectors.EVENT_READ)
            selector.register(woken, selectors.EVENT_READ)
            on_change(True)
            look_at = time.monotonic() + _LOOK_SECONDS
            while not cancel.is_raised:
                if any(key.fileobj is listening for key, _ in selector.select(_LOOK_SECONDS)):
                    clients.take(listening)
                if time.monotonic() >= look_at:
                    if is_over():
                        break
                    look_at = time.monotonic() + _LOOK_SECONDS
        finally:
            on_change(False)
            forget()
            selector.close()
            waker.close()
            woken.close()


@contextmanager
def _bound(path: Path) -> Iterator[socket.socket]:
    _remove_stale(path)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        try:
            listening.bind(str(path))
        except OSError as error:
            if error.errno is None or error.errno == errno.ENAMETOOLONG:
                raise BadInput("--home", "its path is too long for a socket") from None
            raise unavailable(error) from None
        path.chmod(0o600)
        listening.listen(_MOST_CLIENTS)
        listening.setblocking(False)
        try:
            yield listening
        finally:
            with contextlib.suppress(OSError):
                path.unlink()
    finally:
        listening.close()


def _remove_stale(path: Path) -> None:
    """Remove the socket of an agent that died: whoever holds the lock is the only one."""
    try:
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise BadInput("agent", "something else is where the socket belongs")
        path.unlink()
    except FileNotFoundError:
        return
    except OSError as error:
        raise unavailable(error) from None


class _Clients:
    """The programs that are connected, one thread each."""

    def __init__(self, reply: Reply) -> None:
        self._reply = reply
        self._lock = threading.Lock()
        self._connected: dict[socket.socket, threading.Thread | None] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        """Let answers that are on their way arrive, then end all conversations."""
        with self._lock:
            connected = dict(self._connected)
        for how, seconds in ((socket.SHUT_RD, _LEAVE_SECONDS), (socket.SHUT_RDWR, _END_SECONDS)):
            until = time.monotonic() + seconds
            for connection in connected:
                with contextlib.suppress(OSError):
                    connection.shutdown(how)
            for thread in connected.values():
                if thread is not None:
                    thread.join(max(0.0, until - time.monotonic()))

    def take(self, listening: socket.socket) -> None:
        """Accept one program, if it is one of this person's."""
        try:
            connection, _ = listening.accept()
        except OSError:
            return  # it left already
        connection.settimeout(_IDLE_SECONDS)
        with self._lock:
            is_full = len(self._connected) >= _MOST_CLIENTS
            if not is_full:
                self._connected[connection] = None
        if is_full:
            connection.close()
            return
        thread = start_thread("helper-client", partial(self._attend, connection))
        with self._lock:
            if connection in self._connected:
                self._connected[connection] = thread

    def _attend(self, connection: socket.socket) -> None:
        try:
            with contextlib.suppress(OSError):  # a program that left, or was silent too long
                found = credentials_of(connection)
                if found.uid == os.geteuid():
                    self._converse(connection, peer_of(found))
                else:
                    _turn_away(connection)
        finally:
            with self._lock:
                del self._connected[connection]
            connection.close()

    def _converse(self, connection: socket.socket, peer: Peer) -> None:
        held = b""
        while chunk := connection.recv(LONGEST_LINE):
            held += chunk
            while b"\n" in held:
                line, _, held = held.partition(b"\n")
                if line.strip():
                    connection.sendall(self._reply(line, peer) + b"\n")
            if len(held) > LONGEST_LINE:
                return  # no program that means well asks at such length


def _turn_away(connection: socket.socket) -> None:
    """Say so, and hear the rest without heed: an early end would take the sentence with it."""
    connection.settimeout(_LEAVE_SECONDS)
    connection.sendall(_TURNED_AWAY)
    connection.shutdown(socket.SHUT_WR)
    for _ in range(4):
        if not connection.recv(LONGEST_LINE):
            return
