"""A backup on disk: written whole or not at all, for the person alone, and read within limits."""

import errno
import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

from core.adapters.data_directory import sync_folder
from core.errors import BadInput

_WHY: Final = {
    errno.ENOENT: "there is no such file or folder",
    errno.EACCES: "you have no right to it",
    errno.EPERM: "you have no right to it",
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk is full",
    errno.EROFS: "nothing can be written there",
    errno.EISDIR: "this is a folder",
    errno.ELOOP: "it is a link; name the file itself",
    errno.ENAMETOOLONG: "its name is too long",
}


def write_whole(path: Path, data: bytes, *, overwrite: bool) -> None:
    """Write a file that only its owner may read; it appears complete, or not at all.

    Args:
        path: where to; a file that is there is replaced whole, a link itself and not its target.
        data: what.
        overwrite: whether there may be a file already.

    Raises:
        BadInput: there is a file already, or the disk does not take it.
    """
    beside = path.with_name(f".{path.name}.{secrets.token_hex(6)}.part")
    try:
        if os.path.lexists(path) and (not overwrite or path.is_dir()):
            raise FileExistsError(errno.EISDIR if path.is_dir() else errno.EEXIST, "there")
        if _is_device(path):
            raise BadInput("FILE", "it is not a plain file")
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            _put(beside, path, overwrite=overwrite)
        finally:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
        sync_folder(path.absolute().parent)
    except OSError as error:
        raise BadInput("FILE", _why(error)) from None
    except ValueError:
        raise BadInput("FILE", "this is no name of a file") from None


def read_whole(path: Path, most_bytes: int) -> bytes:
    """Return the bytes of a plain file. Nothing waits: a pipe or a device is refused.

    Raises:
        BadInput: it is no plain file of at most `most_bytes`, or cannot be read.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    flags |= getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOCTTY", 0)
    try:
        with os.fdopen(os.open(path, flags), "rb") as file:
            facts = os.fstat(file.fileno())
            if not stat.S_ISREG(facts.st_mode):
                raise BadInput("FILE", "it is not a plain file")
            if facts.st_size > most_bytes:
                raise BadInput("FILE", "it is too large to be a backup")
            return file.read(most_bytes)
    except OSError as error:
        raise BadInput("FILE", _why(error)) from None
    except ValueError:
        raise BadInput("FILE", "this is no name of a file") from None


def _is_device(path: Path) -> bool:
    """Return whether a device, a pipe or a socket is there: the system's, and not to replace."""
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISLNK(mode))


def _put(beside: Path, path: Path, *, overwrite: bool) -> None:
    if overwrite:
        beside.replace(path)
        return
    try:
        os.link(beside, path)  # fails where a file came into being meanwhile
    except FileExistsError:
        raise
    except OSError:  # this file system has no links
        if os.path.lexists(path):
            raise FileExistsError(errno.EEXIST, "there") from None
        beside.replace(path)


def _why(error: OSError) -> str:
    if error.errno == errno.EEXIST:
        return "there is a file of this name already"
    return _WHY.get(error.errno or 0, "the disk does not take it")
