"""The witness: how many commits the vault has seen, beside the vault and not in it.

SQLite drops a damaged end of its log without a word, and a person or a sync tool may put an
older file in the vault's place. Either way the commit count in the file is then lower than
the one that was noted here after each commit. The note is not synced: what a power loss
leaves is older than the vault at worst, never newer, so it raises no false alarm.
"""

import binascii
import os
from contextlib import suppress
from pathlib import Path
from typing import Final

_DIGITS: Final = 20


class CommitWitness:
    """A small file that is overwritten in place. It never raises: without it less is noticed."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def note(self, count: int) -> None:
        """Write down the number of commits; the last writer wins."""
        flags = os.O_WRONLY | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
        with suppress(OSError):
            descriptor = os.open(self._path, flags, 0o600)
            try:
                os.write(descriptor, _line(count))
            finally:
                os.close(descriptor)

    def read(self) -> int:
        """Return the number that was noted; 0 where there is none, or it is not readable."""
        try:
            with self._path.open("rb") as file:
                content = file.read(2 * _DIGITS)
        except OSError:
            return 0
        digits = content[:_DIGITS]
        count = int(digits) if digits.isdigit() else 0
        return count if content == _line(count) else 0

    def forget(self) -> None:
        """Remove the note: another vault begins here, or an older one was put back on purpose."""
        with suppress(OSError):
            self._path.unlink()


def _line(count: int) -> bytes:
    digits = b"%0*d" % (_DIGITS, count)
    return digits + b" %08x\n" % binascii.crc32(digits)
