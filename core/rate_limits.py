"""Rate limits as X's answers tell them: three headers, remembered per endpoint and credential.

Source: docs.x.com, "Rate limits", read 2026-08-22. Calls with the Bearer Token draw on the
App's pool, calls of a user on that user's; the two never deplete each other.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

_LATEST_RESET: Final = 253_402_300_799  # the last second that a datetime can be
_SHORTEST_PACE_SECONDS: Final = 60.0
USUAL_WINDOW_SECONDS: Final = 900.0


@dataclass(frozen=True, slots=True)
class RateLimit:
    """Where one endpoint stands for one credential.

    Attributes:
        limit: calls per window.
        remaining: calls left in this window.
        reset_at: when the window ends.
    """

    limit: int
    remaining: int
    reset_at: datetime

    def remaining_at(self, now: datetime) -> int:
        """Return the calls left as of `now`: a window that ended is full again."""
        return self.limit if now >= self.reset_at else self.remaining

    def used_up_at(self, now: datetime, window_seconds: float) -> datetime | None:
        """Return when no call will be left at the present pace, None if the window ends before.

        Args:
            now: the present moment.
            window_seconds: the length of the whole window. The pace is that of the window so
                far, and of its first minute at least: one quick call foretells nothing.
        """
        ends_in = (self.reset_at - now).total_seconds()
        used = self.limit - self.remaining
        if ends_in <= 0 or used <= 1 or self.remaining <= 0:
            return None
        elapsed = max(window_seconds - ends_in, _SHORTEST_PACE_SECONDS)
        left_for = self.remaining * elapsed / used
        return now + timedelta(seconds=left_for) if left_for < ends_in else None


@dataclass(frozen=True, slots=True)
class KnownLimit:
    """A rate limit with what it belongs to.

    Attributes:
        endpoint: method and path template, as "GET /2/tweets".
        credential: "bearer", "oauth1", or the id of a user token.
        seen_at: when the answer came that told it.
    """

    app_id: str
    credential: str
    endpoint: str
    rate_limit: RateLimit
    seen_at: datetime


def read_rate_limit(headers: Mapping[str, str]) -> RateLimit | None:
    """Return what an answer's headers say, None where they say nothing readable.

    Args:
        headers: names in lower case.
    """
    numbers = [
        _number(headers.get(f"x-rate-limit-{name}", "")) for name in ("limit", "remaining", "reset")
    ]
    limit, remaining, reset = numbers
    if limit is None or remaining is None or reset is None or reset > _LATEST_RESET:
        return None
    return RateLimit(limit, remaining, datetime.fromtimestamp(reset, UTC))


class RateLimits:
    """The last limit of every endpoint that was called; in memory, safe from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[tuple[str, str, str], KnownLimit] = {}

    def note(self, known: KnownLimit) -> None:
        """Remember it in the place of what was known of that endpoint."""
        key = (known.app_id, known.credential, known.endpoint)
        with self._lock:
            self._known.pop(key, None)
            self._known[key] = known

    def known(self, app_id: str) -> tuple[KnownLimit, ...]:
        """Return what is known of an App, last seen last."""
        with self._lock:
            return tuple(known for known in self._known.values() if known.app_id == app_id)

    def latest(self, app_id: str) -> KnownLimit | None:
        """Return what the App's last answer told; the status bar shows it."""
        known = self.known(app_id)
        return known[-1] if known else None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
