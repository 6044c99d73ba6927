"""Who is at the other end of a Unix socket, as the kernel knows it.

Linux tells in `SO_PEERCRED` (unix(7)) and below /proc; macOS in `LOCAL_PEERCRED` and
`LOCAL_PEERPID` (its sys/un.h) and by `proc_pidpath` (libproc.h). The part for macOS follows those
headers and has not been run on a Mac.
"""

import contextlib
import ctypes
import os
import socket
import struct
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.consents import Peer

_SOL_LOCAL: Final = 0
_LOCAL_PEERCRED: Final = 1
_LOCAL_PEERPID: Final = 2
_LONGEST_PATH: Final = 4096


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the kernel tells of the other end; None where it does not."""

    uid: int | None = None
    pid: int | None = None


def credentials_of(connection: socket.socket) -> Credentials:
    """Return whose process connected. It cannot be forged by that process."""
    if hasattr(socket, "SO_PEERCRED"):
        raw = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        pid, uid, _gid = struct.unpack("3i", raw)
        return Credentials(int(uid), int(pid) or None)
    uid = pid = None
    with contextlib.suppress(OSError):
        raw = connection.getsockopt(_SOL_LOCAL, _LOCAL_PEERCRED, 76)
        uid = int(struct.unpack_from("II", raw)[1])
        pid = connection.getsockopt(_SOL_LOCAL, _LOCAL_PEERPID) or None
    return Credentials(uid, pid)


def peer_of(found: Credentials) -> Peer:
    """Return the program as a person can be told of it.

    The process may have become another program since it connected, so this is no proof.
    """
    return Peer(found.pid, _program(found.pid), _user(found.uid))


def _program(pid: int | None) -> str:
    if pid is None:
        return ""
    try:
        path = (
            _mac_program(pid)
            if sys.platform == "darwin"
            else str(Path(f"/proc/{pid}/exe").readlink())
        )
    except OSError:
        return ""
    return path if path.isprintable() else ""


def _mac_program(pid: int) -> str:
    library = ctypes.CDLL(None, use_errno=True)
    room = ctypes.create_string_buffer(_LONGEST_PATH)
    length = library.proc_pidpath(ctypes.c_int(pid), room, ctypes.c_uint32(_LONGEST_PATH))
    return os.fsdecode(room.raw[:length]) if length > 0 else ""


def _user(uid: int | None) -> str:
    if uid is None or sys.platform == "win32":
        return ""
    import pwd

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
