"""One window per data directory: a second start brings the first to the front, and ends.

A convenience: that nothing is lost with two windows rests on the vault's own locks. The first
start holds a lock and listens on a local socket (a named pipe on Windows) that only this user
may use, in a folder that is this user's alone; the second says what it was started with, as
far as that is harmless: whether it wants the sandbox, and the token by which a desktop lets a
window come to the front. No path, no passphrase and no variable goes over.

Loads no widget, and the library for sockets when the window has been painted. Where there is
no such folder, each start has its own window.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QDeadlineTimer, QDir, QLockFile, QObject, QThread, Signal

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer, QLocalSocket

FIRST: Final = "first"
SHOWN: Final = "shown"
SILENT: Final = "silent"
ANSWER_MS: Final = 5_000
_HELLO: Final = b"shown\n"
_LONGEST_LINE: Final = 1_024
_PAUSE_MS: Final = 50
_RUNTIME: Final = "/run/user/{user}"  # where it is even if no variable says so
_TOKEN_NAMES: Final = ("XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID")
_TOKEN: Final = re.compile(r"[\x21-\x7e]{1,256}")


class OneWindow(QObject):
    """The claim of a start to be the window of a data directory.

    Signals:
        asked: another start wanted this window; args: whether it wants the sandbox, and the
            desktop's token for coming to the front, "" for none.
    """

    asked = Signal(bool, str)

    def __init__(self, home: Path) -> None:
        super().__init__()
        folder = _private_folder()
        name = "keypane-" + hashlib.sha256(os.fsencode(home.absolute())).hexdigest()[:16]
        self._lock = QLockFile(str(folder / f"{name}.lock")) if folder is not None else None
        self._address = name if sys.platform == "win32" else str((folder or Path()) / name)
        self._server: QLocalServer | None = None

    def claim(self, *, sandbox: bool, wait_ms: int = ANSWER_MS) -> str:
        """Be the window, or have the one that is there come to the front.

        Args:
            sandbox: whether this start wants the sandbox.
            wait_ms: how long the other one may take to answer.

        Returns:
            FIRST: this start is the window (or nobody can tell). SHOWN: another one came to
            the front. SILENT: another one is there and does not answer.
        """
        if self._lock is None:
            return FIRST
        self._lock.setStaleLockTime(0)  # only a dead holder is stale, however old its lock
        if self._lock.tryLock(0):
            return FIRST
        if self._lock.error() != QLockFile.LockError.LockFailedError:
            return FIRST  # the folder takes no lock; one window more is the smaller harm
        return SHOWN if self._ask(_message(sandbox=sandbox), wait_ms) else SILENT

    def listen(self) -> None:
        """Let later starts ask for this window. Only after `claim` returned FIRST."""
        if self._lock is None or not self._lock.isLocked():
            return
        from PySide6.QtNetwork import QLocalServer

        QLocalServer.removeServer(self._address)  # one that a dead window left
        server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        server.newConnection.connect(self._take)
        if server.listen(self._address):
            self._server = server

    def close(self) -> None:
        """Listen no more, and give the claim up."""
        if self._server is not None:
            self._server.close()
            self._server = None
        if self._lock is not None and self._lock.isLocked():
            self._lock.unlock()

    # --- the second start ----------------------------------------------------------------------

    def _ask(self, message: bytes, wait_ms: int) -> bool:
        from PySide6.QtNetwork import QLocalSocket

        until = QDeadlineTimer(wait_ms)
        socket = QLocalSocket()
        socket.connectToServer(self._address)
        # A window that has only just been started listens in a moment.
        while not socket.waitForConnected(max(until.remainingTime(), 1)):
            if until.hasExpired():
                return False
            QThread.msleep(_PAUSE_MS)
            socket.connectToServer(self._address)
        socket.write(message)
        socket.flush()
        while not socket.canReadLine():
            if not socket.waitForReadyRead(max(until.remainingTime(), 1)) and until.hasExpired():
                return False
            if socket.state() is QLocalSocket.LocalSocketState.UnconnectedState:
                return False
        return bytes(socket.readLine().data()) == _HELLO

    # --- the first start -----------------------------------------------------------------------

    def _take(self) -> None:
        assert self._server is not None, "it told of the connection"
        while self._server.hasPendingConnections():
            socket = self._server.nextPendingConnection()
            socket.readyRead.connect(lambda socket=socket: self._hear(socket))
            socket.disconnected.connect(socket.deleteLater)
            self._hear(socket)

    def _hear(self, socket: QLocalSocket) -> None:
        if socket.bytesAvailable() > _LONGEST_LINE:
            socket.abort()
            return
        if not socket.canReadLine():
            return
        wanted = _read(bytes(socket.readLine().data()))
        if wanted is None:
            socket.abort()
            return
        socket.write(_HELLO)
        socket.flush()
        self.asked.emit(*wanted)


def _message(*, sandbox: bool) -> bytes:
    tokens = (os.environ.get(name, "") for name in _TOKEN_NAMES)
    token = next((token for token in tokens if _TOKEN.fullmatch(token)), "")
    return json.dumps({"v": 1, "sandbox": sandbox, "token": token}).encode() + b"\n"


def _read(line: bytes) -> tuple[bool, str] | None:
    """Return what another start wants, or None where this is no message of one."""
    try:
        document: Any = json.loads(line)
        sandbox, token = document["sandbox"], document["token"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if not isinstance(sandbox, bool) or not isinstance(token, str):
        return None
    return sandbox, token if _TOKEN.fullmatch(token) else ""


def _private_folder() -> Path | None:
    """Return a folder that only this user may look into, or None."""
    if sys.platform == "win32":
        return Path(QDir.tempPath())  # below the user's own profile
    places = [os.environ.get("XDG_RUNTIME_DIR", ""), _RUNTIME.format(user=os.geteuid())]
    if sys.platform == "darwin":
        places = [QDir.tempPath()]  # /var/folders/…/T, one per user
    for place in places:
        if not place.startswith("/"):
            continue
        try:
            facts = Path(place).stat()
        except OSError:
            continue
        is_ours = facts.st_uid == os.geteuid() and not stat.S_IMODE(facts.st_mode) & 0o077
        if stat.S_ISDIR(facts.st_mode) and is_ours:
            return Path(place)
    return None
