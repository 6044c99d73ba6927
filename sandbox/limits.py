"""X's published rate limits: windows of 15 minutes or 24 hours per App and per user.

Calls with a Bearer Token draw on the App's pool, calls of a user on a pool of
that user in that App; neither empties the other. Source: x-platform notes §6.
"""

from dataclasses import dataclass
from typing import Final

from sandbox.clock import SandboxClock
from sandbox.exchange import Pairs

QUARTER_HOUR: Final = 900
DAY: Final = 86_400
UNLISTED: Final = 300  # per quarter of an hour, where X publishes no number


@dataclass(frozen=True, slots=True)
class Quota:
    """So many calls in so many seconds."""

    calls: int
    seconds: int = QUARTER_HOUR


@dataclass(slots=True)
class _Window:
    resets_at: float
    used: int = 0


@dataclass(frozen=True, slots=True)
class Count:
    """Where a pool stands after a call.

    Attributes:
        is_over: the call was one too many and must be refused.
    """

    is_over: bool
    headers: Pairs


class Limits:
    """Counts calls. Windows begin with their first call."""

    def __init__(self, clock: SandboxClock) -> None:
        self._clock = clock
        self._windows: dict[tuple[str, str, int], _Window] = {}
        self._set_by_hand: dict[str, int] = {}

    def set(self, operation_id: str, calls: int) -> None:
        """Allow only `calls` per window of an operation, for tests that want to meet the end."""
        self._set_by_hand[operation_id] = calls

    def count(self, operation_id: str, pool: str, quotas: tuple[Quota, ...], who: str) -> Count:
        """Count one call.

        Args:
            operation_id: X's name of the operation; each has its own counters.
            pool: whose pool it draws on.
            quotas: the first is told in `x-rate-limit-…`, one of a day beside it in
                `x-…-limit-24hour-…`.
            who: "app" or "user", for the name of the day's headers.
        """
        headers: Pairs = []
        is_over = False
        for position, quota in enumerate(quotas or (Quota(UNLISTED),)):
            allowed = self._set_by_hand.get(operation_id, quota.calls)
            window = self._window((operation_id, pool, quota.seconds), quota.seconds)
            window.used += 1
            is_over = is_over or window.used > allowed
            left = max(0, allowed - window.used)
            if position and quota.seconds != DAY:
                continue  # X tells of one window, and of the day's beside it
            prefix = "x-rate-limit" if position == 0 else f"x-{who}-limit-24hour"
            headers += [
                (f"{prefix}-limit", str(allowed)),
                (f"{prefix}-remaining", str(left)),
                (f"{prefix}-reset", str(int(window.resets_at))),
            ]
        return Count(is_over, headers)

    def clear(self) -> None:
        """Fill every pool and forget limits set by hand."""
        self._windows.clear()
        self._set_by_hand.clear()

    def _window(self, key: tuple[str, str, int], seconds: int) -> _Window:
        now = self._clock.now()
        window = self._windows.get(key)
        if window is None or now >= window.resets_at:
            window = self._windows[key] = _Window(int(now) + seconds)
        return window
