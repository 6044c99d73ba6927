"""Progress: after a second of waiting, a line on standard error says for what."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

FIRST_SECONDS: Final = 1.0
_AGAIN_SECONDS: Final = 10.0
X: Final = "X"
VAULT: Final = "the key of the vault"


class Progress:
    """What a command waits for, told by a thread of its own while it does.

    Args:
        say: tells a person something; does nothing with --quiet.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._turned = threading.Condition()
        self._waits_for = ""
        self._since = 0.0
        self._told = 0
        self._thread: threading.Thread | None = None
        self._is_over = False

    @contextmanager
    def waiting(self, what: str) -> Iterator[None]:
        """Say that `what` is waited for, as long as this lasts; "" says nothing."""
        before = self._waits_for
        self._turn(what)
        try:
            yield
        finally:
            self._turn(before)

    def stop(self) -> None:
        """Say nothing any more, and leave no thread behind."""
        with self._turned:
            self._is_over = True
            self._turned.notify()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def _turn(self, what: str) -> None:
        with self._turned:
            self._waits_for, self._since, self._told = what, time.monotonic(), 0
            if what and self._thread is None and not self._is_over:
                self._thread = threading.Thread(
                    target=self._tell, name="keypane-progress", daemon=True
                )
                self._thread.start()
            self._turned.notify()

    def _tell(self) -> None:
        with self._turned:
            while not self._is_over:
                pause = self._until_next()
                if pause is None or pause > 0:
                    self._turned.wait(pause)
                    continue
                self._told += 1
                passed = round(time.monotonic() - self._since)
                self._say(f"Waiting for {self._waits_for}, {passed} s so far …")

    def _until_next(self) -> float | None:
        if not self._waits_for:
            return None
        due = FIRST_SECONDS if not self._told else self._told * _AGAIN_SECONDS
        return self._since + due - time.monotonic()
