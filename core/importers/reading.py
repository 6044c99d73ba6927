"""Reads a foreign file: a regular one, of bounded size, never through a link."""

import errno
import os
import stat
from pathlib import Path
from typing import Final

from core.errors import BadInput
from core.importers.limits import LONGEST_BYTES

_XURL_FILE: Final = "auth.yml"
_WHY: Final = {
    errno.ENOENT: "there is no such file",
    errno.EACCES: "it may not be read",
    errno.EPERM: "it may not be read",
    errno.ELOOP: "it is a link; name the file itself",
    errno.ENXIO: "it is not a regular file",
}


def read_file(path: Path) -> str:
    """Return the text of a file; of a folder, as xurl has one, that of its `auth.yml`.

    Nothing waits: a pipe or a device is refused before a byte is read.

    Raises:
        BadInput: it is no regular file of at most 256 KiB in UTF-8.
    """
    if path.is_dir() and not path.is_symlink():
        path /= _XURL_FILE
    raw = _bytes_of(path)
    if len(raw) > LONGEST_BYTES:
        raise BadInput("FILE", "it is larger than 256 KiB")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput("FILE", "it is not text in UTF-8") from None


def _bytes_of(path: Path) -> bytes:
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    flags |= getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOCTTY", 0)
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            why = _WHY[errno.ELOOP] if path.is_symlink() else _WHY[errno.ENXIO]
            raise BadInput("FILE", why)
        with os.fdopen(os.open(path, flags), "rb") as file:
            facts = os.fstat(file.fileno())
            if not stat.S_ISREG(facts.st_mode):
                raise BadInput("FILE", _WHY[errno.ENXIO])
            return file.read(LONGEST_BYTES + 1)
    except OSError as error:
        raise BadInput("FILE", _WHY.get(error.errno or 0, "it cannot be read")) from None
    except ValueError:
        raise BadInput("FILE", "this is no name of a file") from None
