"""Files of the vault's folder: private, durable, replaced whole. All raise VaultUnavailable."""

import os
import time
from pathlib import Path
from typing import Final

from core.adapters.data_directory import sync_folder, unavailable

RESERVED_BYTES: Final = 256 * 1024
SIDE_FILES: Final = ("-wal", "-shm", "-journal")
_WINDOWS_IN_USE: Final = {5, 32}  # ERROR_ACCESS_DENIED, ERROR_SHARING_VIOLATION
_PAUSES_SECONDS: Final = (0.05, 0.1, 0.2, 0.4, 0.8)


class SpareFile:
    """A file of real bytes that can be given up when the disk is full."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def ensure(self) -> None:
        """Make the file if it is not there. Raises VaultUnavailable."""
        try:
            if self._path.lstat().st_size == RESERVED_BYTES:
                return
        except FileNotFoundError:
            pass
        except OSError as error:
            raise unavailable(error) from None
        flags = os.O_WRONLY | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
        try:
            # Half a file is one of the wrong length, so it is made again; two who make it at
            # once do no harm. Random, since a file system that compresses gives zeros no room.
            with os.fdopen(os.open(self._path, flags, 0o600), "wb") as file:
                file.write(os.urandom(RESERVED_BYTES))
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            self.release()
            raise unavailable(error) from None

    def release(self) -> bool:
        """Delete the file; return whether there was one."""
        try:
            self._path.unlink()
        except OSError:
            return False
        return True


def make_empty(path: Path) -> None:
    """Make a new file that only its owner may read. Raises where there is one already."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise unavailable(error) from None


def copy(source: Path, target: Path) -> None:
    """Write a durable copy over whatever is at `target`."""
    remove(target)
    make_empty(target)
    try:
        with source.open("rb") as whole, target.open("r+b") as file:
            while chunk := whole.read(1 << 20):
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise unavailable(error) from None


def remove(path: Path) -> None:
    """Remove a database and what SQLite puts beside it, as far as they are there."""
    try:
        for suffix in ("", *SIDE_FILES):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
    except OSError as error:
        raise unavailable(error) from None


def keep(source: Path, target: Path) -> None:
    """Give the file a second name, or copy it where the file system has no links."""
    try:
        os.link(source, target, follow_symlinks=False)
    except (OSError, NotImplementedError):
        copy(source, target)


def settle(folder: Path) -> None:
    """Make durable which files stand in the folder."""
    try:
        sync_folder(folder)
    except OSError as error:
        raise unavailable(error) from None


def rename(source: Path, target: Path) -> None:
    """Put the file in `target`'s place."""
    try:
        _replace(source, target)
    except OSError as error:
        raise unavailable(error) from None


def move(source: Path, target: Path) -> None:
    """Move a complete file to its place, durably."""
    try:
        with source.open("r+b") as file:
            os.fsync(file.fileno())
        _replace(source, target)
        sync_folder(target.parent)
    except OSError as error:
        raise unavailable(error) from None


def _replace(source: Path, target: Path) -> None:
    """Replace, and wait a little on Windows while a virus scanner has the file open."""
    for pause_seconds in _PAUSES_SECONDS:
        try:
            source.replace(target)
        except PermissionError as error:
            if getattr(error, "winerror", None) not in _WINDOWS_IN_USE:
                raise
            time.sleep(pause_seconds)
        else:
            return
    source.replace(target)
