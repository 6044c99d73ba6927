"""A clock that stands still until a test moves it."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Final

START: Final = datetime(2026, 8, 22, 12, 0, tzinfo=UTC)


class FakeClock:
    """The `Clock` port with a time that only `advance` and `jump` move."""

    def __init__(self, start: datetime = START) -> None:
        self._guard = threading.Lock()
        self._now = start
        self._monotonic = 1000.0

    def now(self) -> datetime:
        """Return the time of day, in UTC."""
        with self._guard:
            return self._now

    def monotonic(self) -> float:
        """Return seconds since some fixed moment."""
        with self._guard:
            return self._monotonic

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        with self._guard:
            self._now += timedelta(seconds=seconds)
            self._monotonic += seconds

    def jump(self, seconds: float) -> None:
        """Set the time of day only, as a person or NTP does."""
        with self._guard:
            self._now += timedelta(seconds=seconds)
