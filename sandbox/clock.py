"""The sandbox's clock: real time plus what a test has advanced."""

import datetime as dt
import time
from collections.abc import Callable


class SandboxClock:
    """Seconds since 1970 by the sandbox's reckoning."""

    def __init__(self, now: Callable[[], float] | None = None) -> None:
        self._now = now or time.time
        self._offset = 0.0

    def now(self) -> float:
        """Return the sandbox's time in seconds since 1970."""
        return self._now() + self._offset

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass at once; to a client whose clock stays, X is then ahead."""
        self._offset += seconds

    def reset(self) -> None:
        """Forget what was advanced."""
        self._offset = 0.0


def rfc3339(seconds: float) -> str:
    """Return a moment as X writes it: UTC with milliseconds."""
    moment = dt.datetime.fromtimestamp(seconds, dt.UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
