"""What a process did to its files, seen from outside by strace, and which parts of it last.

Two images of the disk can be made for every moment of a recording. A kill leaves all that
was written. A power loss leaves what was synced, and of the rest whatever happened to reach
the disk: any of the later writes, in any order, torn at sectors; and of the names in a folder
those that were made first.
"""

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final

SECTOR_BYTES: Final = 512
CALLS: Final = (
    "openat,open,creat,close,dup,dup2,dup3,pwrite64,write,fsync,fdatasync,ftruncate,rename,"
    "renameat,renameat2,unlink,unlinkat,link,linkat,mkdir,mkdirat,lseek,sendto"
)
_LINE: Final = re.compile(r"(\d+) +(\w+)\((.*)\) += (-?\d+)")
_UNFINISHED: Final = re.compile(r"(\d+) +(\w+)\((.*) <unfinished \.\.\.>")
_RESUMED: Final = re.compile(r"(\d+) +<\.\.\. (\w+) resumed>(.*)")
_HEX: Final = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_REQUEST: Final = re.compile(rb"(GET|POST|PUT|DELETE) ")


@dataclass
class Inode:
    """A file: what is on the disk for sure, and what was written since."""

    synced: bytes = b""
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)

    def sync(self) -> None:
        """All that was written is on the disk."""
        self.synced = _applied(self.synced, self.pending)
        self.pending = []

    def after_kill(self) -> bytes:
        """Return the content as the system has it."""
        return _applied(self.synced, self.pending)

    def after_power_loss(self, chance: Random) -> bytes:
        """Return a content that may be found after the power was gone."""
        kept: list[tuple[int, bytes | None]] = []
        for offset, data in self.pending:
            fate = chance.choice(("lost", "whole", "torn"))
            if fate == "whole":
                kept.append((offset, data))
            elif fate == "torn" and data is not None:
                kept += [
                    (offset + start, data[start : start + SECTOR_BYTES])
                    for start in range(0, len(data), SECTOR_BYTES)
                    if chance.random() < 0.5
                ]
        return _applied(self.synced, kept)


def _applied(content: bytes, changes: list[tuple[int, bytes | None]]) -> bytes:
    """Return the content after writes (offset, data) and truncations (length, None)."""
    now = bytearray(content)
    for offset, data in changes:
        if data is None:
            now[offset:] = b""
            now += bytes(offset - len(now))
        else:
            now += bytes(max(0, offset - len(now)))
            now[offset : offset + len(data)] = data
    return bytes(now)


Names = dict[str, Inode | None]  # None stands for a folder
NameChange = Callable[[Names], None]


@dataclass
class Folder:
    """The names in a folder: those on the disk for sure, and the changes since, in order."""

    synced: Names = field(default_factory=dict)
    pending: list[NameChange] = field(default_factory=list)

    def now(self, changes: int | None = None) -> Names:
        """Return the names after the first `changes` that are not synced, all by default."""
        names = dict(self.synced)
        for change in self.pending[:changes]:
            change(names)
        return names

    def sync(self) -> None:
        """All names are on the disk."""
        self.synced, self.pending = self.now(), []


class Recording:
    """The files below one folder while a trace goes by, line by line.

    Attributes:
        requests: how many HTTP requests have left so far.
        said: the lines that were written to standard output.
    """

    def __init__(self, root: Path) -> None:
        self.requests = 0
        self.said: list[str] = []
        self._root = str(root)
        self._folders: dict[str, Folder] = {self._root: Folder()}
        self._open: dict[int, tuple[str, Inode | None]] = {}
        self._places: dict[int, int] = {}

    # --- the trace -----------------------------------------------------------------------------

    def feed(self, name: str, arguments: str, result: int) -> bool:
        """Take one system call that succeeded; return whether it changed what would be left."""
        if result < 0:
            return False
        strings = [_bytes(each) for each in _HEX.findall(arguments)]
        take = getattr(self, f"_{name}", None)
        return bool(take is not None and take(strings, arguments, result))

    def _openat(self, strings: list[bytes], arguments: str, result: int) -> bool:
        path = strings[0].decode()
        self._open.pop(result, None)
        self._places[result] = 0
        if path in self._folders:
            self._open[result] = (path, None)
            return False
        folder, name = path.rpartition("/")[::2]
        if folder not in self._folders:
            return False
        names = self._folders[folder].now()
        inode = names.get(name)
        created = inode is None
        if created:
            inode = Inode()
            self._folders[folder].pending.append(lambda names: names.update({name: inode}))
        assert inode is not None
        if "O_TRUNC" in arguments and not created:
            inode.pending.append((0, None))
        self._open[result] = (path, inode)
        return created or "O_TRUNC" in arguments

    def _close(self, _strings: list[bytes], arguments: str, _result: int) -> bool:
        self._open.pop(int(arguments), None)
        return False

    def _write(self, strings: list[bytes], arguments: str, result: int) -> bool:
        descriptor = int(arguments.split(",", 1)[0])
        if descriptor == 1:
            self.said.append(strings[0].decode().rstrip("\n"))
        inode = self._inode(descriptor)
        if inode is None:
            return False
        inode.pending.append((self._places[descriptor], strings[0][:result]))
        self._places[descriptor] += result
        return True

    def _pwrite64(self, strings: list[bytes], arguments: str, result: int) -> bool:
        inode = self._inode(int(arguments.split(",", 1)[0]))
        if inode is None:
            return False
        inode.pending.append((int(arguments.rsplit(",", 1)[1]), strings[0][:result]))
        return True

    def _lseek(self, _strings: list[bytes], arguments: str, result: int) -> bool:
        self._places[int(arguments.split(",", 1)[0])] = result
        return False

    def _ftruncate(self, _strings: list[bytes], arguments: str, _result: int) -> bool:
        descriptor, length = (int(part) for part in arguments.split(","))
        inode = self._inode(descriptor)
        if inode is not None:
            inode.pending.append((length, None))
        return inode is not None

    def _fsync(self, _strings: list[bytes], arguments: str, _result: int) -> bool:
        path, inode = self._open.get(int(arguments), ("", None))
        if inode is not None:
            inode.sync()
        elif path in self._folders:
            self._folders[path].sync()
        return bool(path)

    _fdatasync = _fsync

    def _rename(self, strings: list[bytes], _arguments: str, _result: int) -> bool:
        source, target = (each.decode().rpartition("/")[::2] for each in strings)
        if source[0] not in self._folders:
            return False
        inode = self._folders[source[0]].now()[source[1]]

        def move(names: Names) -> None:
            names.pop(source[1], None)
            names[target[1]] = inode

        if source[0] == target[0]:
            self._folders[source[0]].pending.append(move)  # one name or the other, never none
        else:
            self._folders[target[0]].pending.append(lambda names: names.update({target[1]: inode}))
            self._folders[source[0]].pending.append(lambda names: _drop(names, source[1]))
        return True

    _renameat2 = _renameat = _rename

    def _link(self, strings: list[bytes], _arguments: str, _result: int) -> bool:
        source, target = (each.decode().rpartition("/")[::2] for each in strings)
        if source[0] not in self._folders:
            return False
        inode = self._folders[source[0]].now()[source[1]]
        self._folders[target[0]].pending.append(lambda names: names.update({target[1]: inode}))
        return True

    _linkat = _link

    def _unlink(self, strings: list[bytes], _arguments: str, _result: int) -> bool:
        folder, name = strings[0].decode().rpartition("/")[::2]
        if folder not in self._folders:
            return False
        self._folders[folder].pending.append(lambda names: _drop(names, name))
        return True

    _unlinkat = _unlink

    def _mkdir(self, strings: list[bytes], _arguments: str, _result: int) -> bool:
        path = strings[0].decode()
        folder, name = path.rpartition("/")[::2]
        if folder not in self._folders:
            return False
        self._folders[path] = Folder()
        self._folders[folder].pending.append(lambda names: names.update({name: None}))
        return True

    _mkdirat = _mkdir

    def _sendto(self, strings: list[bytes], _arguments: str, _result: int) -> bool:
        is_request = bool(strings and _REQUEST.match(strings[0]))
        self.requests += is_request
        return is_request

    def _inode(self, descriptor: int) -> Inode | None:
        return self._open.get(descriptor, ("", None))[1]

    # --- images --------------------------------------------------------------------------------

    def leave(self, target: Path, chance: Random | None) -> None:
        """Write what a kill leaves, or with `chance` a power loss, to an empty folder."""
        self._leave(self._root, target, chance)

    def _leave(self, path: str, target: Path, chance: Random | None) -> None:
        target.mkdir(mode=0o700)
        folder = self._folders[path]
        changes = None if chance is None else chance.randint(0, len(folder.pending))
        for name, inode in folder.now(changes).items():
            if inode is None:
                self._leave(f"{path}/{name}", target / name, chance)
            elif not name.endswith("-shm"):  # shared memory: not seen, and gone with the last user
                left = inode.after_kill() if chance is None else inode.after_power_loss(chance)
                (target / name).write_bytes(left)
                (target / name).chmod(0o600)


def _drop(names: Names, name: str) -> None:
    names.pop(name, None)


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


def calls_of(trace: str) -> list[tuple[str, str, int]]:
    """Return the calls of a trace: name, arguments, result; those cut in two put together."""
    calls: list[tuple[str, str, int]] = []
    begun: dict[tuple[str, str], str] = {}
    for line in trace.splitlines():
        if cut := _UNFINISHED.match(line):
            begun[cut[1], cut[2]] = cut[3]
            continue
        if resumed := _RESUMED.match(line):
            pid, name, rest = resumed.groups()
            line = f"{pid} {name}({begun.pop((pid, name), '')}{rest}"  # noqa: PLW2901 - one line
        if whole := _LINE.match(line):
            calls.append((whole[2], whole[3].strip(), int(whole[4])))
    return calls


def strace_works() -> bool:
    """Return whether a process can be looked at from outside here."""
    import subprocess

    program = shutil.which("strace")
    if program is None:
        return False
    trial = subprocess.run(
        [program, "-qq", "-e", "trace=none", "true"], capture_output=True, check=False
    )
    return trial.returncode == 0
