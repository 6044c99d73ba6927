"""Who may use the opened vault, and until when its key lives.

Each call takes a lease. Locking up lets no new lease out; the key is wiped when the last
one comes back, so that an answer of X that is on its way can still be stored.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from core.errors import VaultBusy
from core.vault.opened import Opened

WAIT_SECONDS: Final = 30.0
_EPOCH_BITS: Final = 40


class Leases:
    """Hands the opened vault out, and exchanges it when nobody is at work. Thread-safe."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._opened: Opened | None = None
        self._draining = False
        self._epoch = 0
        self._mine = threading.local()

    @property
    def opened(self) -> Opened | None:
        """What is open at this moment, to look at; to use it, take a lease."""
        return self._opened

    @contextmanager
    def lease(self, locked: Callable[[], Exception]) -> Iterator[Opened]:
        """Use the opened vault; a lease within a lease of the same thread is the same one.

        Raises what `locked` returns while nothing is open, VaultBusy while a session moves
        for too long.
        """
        held: Opened | None = getattr(self._mine, "opened", None)
        if held is not None:
            yield held
            return
        with self._condition:
            if not self._condition.wait_for(lambda: not self._draining, WAIT_SECONDS):
                raise VaultBusy("the vault is being created")
            opened = self._opened
            if opened is None:
                raise locked()
            opened.leases += 1
        self._mine.opened = opened
        try:
            yield opened
        finally:
            self._mine.opened = None
            self._give_back(opened)

    def mark(self) -> int:
        """Return a number that changes with each commit and each exchange; never waits long."""
        with self._condition:
            epoch, opened = self._epoch << _EPOCH_BITS, self._opened
            if opened is None:
                return epoch
            opened.leases += 1
        try:
            return epoch + opened.store.mark()
        finally:
            self._give_back(opened)

    def exchange(self, opened: Opened | None) -> None:
        """Hand out `opened` from now on; what was open is wiped once nobody uses it."""
        with self._condition:
            before, self._opened = self._opened, opened
            self._epoch += 1
            if before is not None:
                before.retired = True
                if not before.leases:
                    before.dispose()
            self._condition.notify_all()

    @contextmanager
    def drained(self) -> Iterator[Opened | None]:
        """Wait until nobody is at work, and keep everybody out. Raises VaultBusy."""
        if getattr(self._mine, "opened", None) is not None:
            raise VaultBusy("this thread is at work in the session itself")
        with self._condition:
            opened = self._opened
            self._draining = True
            idle = opened is None or self._condition.wait_for(
                lambda: opened.leases == 0, WAIT_SECONDS
            )
        try:
            if not idle:
                raise VaultBusy("the session is at work")
            yield opened
        finally:
            with self._condition:
                self._draining = False
                self._condition.notify_all()

    def _give_back(self, opened: Opened) -> None:
        with self._condition:
            opened.leases -= 1
            if opened.retired and not opened.leases:
                opened.dispose()
            self._condition.notify_all()
