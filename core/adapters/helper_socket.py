"""The helper's socket: a Unix socket that only programs of the same person may ask.

The folder is 0700 and the socket 0600; on top, the kernel says who is at the other end, and
another user is turned away. A lock that the system frees with its holder tells a socket in
use from one that a dead agent left.
"""

import contextlib
import errno
import os
import selectors
import socket
import stat
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final, Self

from core.adapters.data_directory import make_private, unavailable
from core.adapters.file_locks import FileLocks
from core.adapters.threads import start_thread
from core.errors import BadInput, VaultBusy
from core.helper import LONGEST_LINE
from core.ports import CancelToken

_MOST_CLIENTS: Final = 128
_IDLE_SECONDS: Final = 60.0
_LOCAL_PEERCRED: Final = 1  # macOS: <sys/un.h>
_TURNED_AWAY: Final = (
    b'{"error":{"kind":"not_allowed","message":"The helper answers only programs of its own '
    b'user.","next_step":""}}\n'
)


def serve(
    path: Path,
    answer: Callable[[bytes], bytes],
    cancel: CancelToken,
    on_serving: Callable[[], None],
) -> None:
    """Serve the socket until `cancel` is raised; see `core.helper.Serve`."""
    if not hasattr(socket, "AF_UNIX") or os.name != "posix":
        raise BadInput("agent", "there is no helper socket on this system yet")
    make_private(path.parent)
    locks = path.parent / "locks"
    make_private(locks)
    try:
        with FileLocks(locks).hold("helper socket", CancelToken(), 0.0):
            _serve(path, answer, cancel, on_serving)
    except VaultBusy:
        raise BadInput("agent", "another agent serves this folder already") from None


def _serve(
    path: Path,
    answer: Callable[[bytes], bytes],
    cancel: CancelToken,
    on_serving: Callable[[], None],
) -> None:
    with _bound(path) as listening, _Clients(answer) as clients:
        waker, woken = socket.socketpair()

        def wake() -> None:
            waker.send(b"\0")

        forget = cancel.on_cancel(wake)
        selector = selectors.DefaultSelector()
        try:
            selector.register(listening, selectors.EVENT_READ)
            selector.register(woken, selectors.EVENT_READ)
            on_serving()
            while not cancel.is_raised:
                if any(key.fileobj is listening for key, _ in selector.select()):
                    clients.take(listening)
        finally:
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

    def __init__(self, answer: Callable[[bytes], bytes]) -> None:
        self._answer = answer
        self._lock = threading.Lock()
        self._connected: dict[socket.socket, threading.Thread | None] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        with self._lock:
            connected = dict(self._connected)
        for connection in connected:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in connected.values():
            if thread is not None:
                thread.join(2.0)

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
                if peer_uid(connection) == os.geteuid():
                    self._converse(connection)
                else:
                    connection.sendall(_TURNED_AWAY)
        finally:
            with self._lock:
                del self._connected[connection]
            connection.close()

    def _converse(self, connection: socket.socket) -> None:
        held = b""
        while chunk := connection.recv(LONGEST_LINE):
            held += chunk
            while b"\n" in held:
                line, _, held = held.partition(b"\n")
                if line.strip():
                    connection.sendall(self._answer(line) + b"\n")
            if len(held) > LONGEST_LINE:
                return  # no program that means well asks at such length


def peer_uid(connection: socket.socket) -> int | None:
    """Return the user id of the other end, as the kernel knows it; None where it does not tell."""
    if hasattr(socket, "SO_PEERCRED"):
        raw = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        return int(struct.unpack("3i", raw)[1])
    with contextlib.suppress(OSError):
        return int(struct.unpack_from("II", connection.getsockopt(0, _LOCAL_PEERCRED, 76))[1])
    return None
