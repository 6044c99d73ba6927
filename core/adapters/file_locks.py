"""Locks across threads and processes: an OS lock on a file that is never deleted.

The lock belongs to the open file, so it is free the moment its holder dies. The file
stays: deleting a lock file while others wait on it lets two holders in. Its name is a
hash, so that nothing shows which credential is at work.
"""

import errno
import hashlib
import os
import stat
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from core.errors import VaultBusy, VaultUnavailable
from core.ports import CancelToken

_POLL_SECONDS: Final = 0.02


class ThreadLocks:
    """One lock per name inside this process. Not reentrant."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    @contextmanager
    def hold(self, name: str, cancel: CancelToken, seconds: float) -> Iterator[None]:
        """Hold the named lock. Raises VaultBusy after `seconds`, Cancelled when cancelled."""
        with self._guard:
            lock = self._locks[name]
        until = time.monotonic() + seconds
        cancel.check()
        while not lock.acquire(timeout=_POLL_SECONDS):
            cancel.check()
            if time.monotonic() >= until:
                raise VaultBusy("another task of this program holds the credential")
        try:
            yield
        finally:
            lock.release()


class FileLocks:
    """One lock per name, against every thread and process that uses the same folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._threads = ThreadLocks()

    @contextmanager
    def hold(self, name: str, cancel: CancelToken, seconds: float) -> Iterator[None]:
        """Hold the named lock.

        Raises:
            VaultBusy: it was not free within `seconds`.
            VaultUnavailable: the lock file cannot be opened, or is not a plain file of ours.
            Cancelled: `cancel` was raised first.
        """
        until = time.monotonic() + seconds
        with self._threads.hold(name, cancel, seconds):
            path = self._folder / (hashlib.sha256(name.encode()).hexdigest()[:32] + ".lock")
            _make_plain_file(path)
            with _held(path, cancel, until):
                yield


@contextmanager
def _held(path: Path, cancel: CancelToken, until: float) -> Iterator[None]:
    from filelock import FileLock, Timeout  # 70 ms to import, and only writers need it

    lock = FileLock(
        path, mode=0o600, thread_local=False, fallback_to_soft=False, preserve_lock_file=True
    )
    while True:
        try:
            lock.acquire(timeout=0)
            break
        except Timeout:
            cancel.check()
            if time.monotonic() >= until:
                raise VaultBusy("another program holds the credential") from None
            cancel.wait(_POLL_SECONDS)
        except OSError as error:
            raise VaultUnavailable("directory", f"lock file: {error.strerror}") from None
    try:
        yield
    finally:
        lock.release()


def _make_plain_file(path: Path) -> None:
    """Create the lock file if need be. A link in its place could name a file of someone else."""
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
    try:
        descriptor = os.open(path, flags, 0o600)
    except OSError as error:
        reason = "read_only" if error.errno == errno.EROFS else "directory"
        raise VaultUnavailable(reason, f"lock file: {error.strerror}") from None
    try:
        facts = os.fstat(descriptor)
        if not stat.S_ISREG(facts.st_mode) or facts.st_nlink != 1:
            raise VaultUnavailable("directory", "a lock file is not a plain file")
        if os.name == "posix" and stat.S_IMODE(facts.st_mode) != 0o600:
            os.fchmod(descriptor, 0o600)
    finally:
        os.close(descriptor)
