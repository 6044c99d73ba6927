"""The end of a stream, as a window shows it: the latest lines, counts and the rate.

A worker takes events, the window looks a few times a second. Memory is bounded in lines and
in bytes, however long a stream runs and however quickly Posts come.
"""

import json
import threading
from collections import deque
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from core.errors import KeypaneError
from core.ports import Clock
from core.streams import Connected, KeepAlive, Lines, StreamEvent, Waiting

MOST_LINES: Final = 1_000
MOST_BYTES: Final = 8 << 20
_RATE_SECONDS: Final = 5.0
_LONGEST_WORDS: Final = 300


@dataclass(frozen=True, slots=True)
class StopAt:
    """When a stream is left by itself; None for no such bound."""

    posts: int | None = None
    dollars: Decimal | None = None


@dataclass(frozen=True, slots=True)
class TailState:
    """A stream at one moment.

    Attributes:
        is_open: X has opened it, and it lives.
        total: Posts that came since the start, over all connections.
        kept: how many of the latest lines can be shown.
        rate: Posts per second over the last few seconds.
        connections: how often it was opened.
        keep_alives: how often X said only that it lives.
        quiet_seconds: since anything came; None before anything did.
        unreadable: lines that were no JSON.
        problem: what X itself said in the stream last, shortened; "" for nothing.
        dollars: what the Posts cost at X's list price.
        waiting_seconds: until it is opened again, 0 while it is not down.
        attempt, why: of the wait.
    """

    is_open: bool = False
    total: int = 0
    kept: int = 0
    rate: float = 0.0
    connections: int = 0
    keep_alives: int = 0
    quiet_seconds: float | None = None
    unreadable: int = 0
    problem: str = ""
    dollars: Decimal = Decimal(0)
    waiting_seconds: float = 0.0
    attempt: int = 0
    why: KeypaneError | None = None


class StreamTail:
    """Thread-safe. `take` is called by one thread, the rest by any."""

    def __init__(
        self,
        clock: Clock,
        per_post: Decimal = Decimal(0),
        stop_at: StopAt | None = None,
        most_lines: int = MOST_LINES,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self._clock = clock
        self._per_post = per_post
        self._stop_at = stop_at or StopAt()
        self._most_lines = most_lines
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._lines: deque[bytes] = deque()
        self._bytes = 0
        self._last_number = 0
        self._recent: deque[tuple[float, int]] = deque()
        self._is_open = False
        self._total = 0
        self._connections = 0
        self._keep_alives = 0
        self._unreadable = 0
        self._problem = ""
        self._came_at: float | None = None
        self._down: tuple[Waiting, float] | None = None

    def take(self, event: StreamEvent) -> str:
        """Note what happened; return "posts" or "dollars" once that bound is reached, else ""."""
        now = self._clock.monotonic()
        if isinstance(event, Lines):
            read = [_document(line) for line in event.lines]  # outside the lock: it takes time
            with self._lock:
                self._add(event.lines, read, now)
                return self._reached()
        with self._lock:
            match event:
                case Connected():
                    self._is_open, self._down = True, None
                    self._connections += 1
                    self._came_at = now
                case KeepAlive():
                    self._keep_alives += 1
                    self._came_at = now
                case Waiting():
                    self._is_open, self._down = False, (event, now)
        return ""

    def newer_than(self, number: int) -> tuple[int, tuple[bytes, ...]]:
        """Return the number of the latest line, and the kept lines that came after `number`.

        Lines are numbered from 1 on, in the order in which they came.
        """
        with self._lock:
            fresh = min(self._last_number - number, len(self._lines))
            if fresh <= 0:
                return self._last_number, ()
            first = len(self._lines) - fresh
            return self._last_number, tuple(self._lines[i] for i in range(first, len(self._lines)))

    def state(self) -> TailState:
        """Return how the stream stands."""
        now = self._clock.monotonic()
        with self._lock:
            self._forget_before(now - _RATE_SECONDS)
            waiting, since = self._down or (None, now)
            left = max(waiting.seconds - (now - since), 0.0) if waiting is not None else 0.0
            return TailState(
                self._is_open,
                self._total,
                len(self._lines),
                sum(count for _, count in self._recent) / _RATE_SECONDS,
                self._connections,
                self._keep_alives,
                None if self._came_at is None else now - self._came_at,
                self._unreadable,
                self._problem,
                self._per_post * self._total,
                left,
                waiting.attempt if waiting is not None else 0,
                waiting.why if waiting is not None else None,
            )

    def _add(self, lines: tuple[bytes, ...], read: list[dict[str, Any] | None], now: float) -> None:
        posts = 0
        for document in read:
            if document is None:
                self._unreadable += 1
            elif document.get("data"):
                posts += 1
            elif "errors" in document or "title" in document:
                self._problem = _problem_words(document)
        self._total += posts
        self._came_at = now
        self._recent.append((now, posts))
        self._forget_before(now - _RATE_SECONDS)
        self._lines.extend(lines)
        self._bytes += sum(map(len, lines))
        self._last_number += len(lines)
        while len(self._lines) > self._most_lines or self._bytes > self._most_bytes:
            self._bytes -= len(self._lines.popleft())

    def _forget_before(self, moment: float) -> None:
        while self._recent and self._recent[0][0] < moment:
            self._recent.popleft()

    def _reached(self) -> str:
        stop = self._stop_at
        if stop.posts is not None and self._total >= stop.posts:
            return "posts"
        if stop.dollars is not None and self._per_post * self._total >= stop.dollars:
            return "dollars"
        return ""


def _document(line: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _problem_words(document: dict[str, Any]) -> str:
    listed = document.get("errors")
    first = listed[0] if isinstance(listed, list) and listed else document
    facts = first if isinstance(first, dict) else {}
    words = (str(facts.get(name, "")) for name in ("title", "detail"))
    text = ": ".join(word for word in words if word)
    return "".join(c for c in text[:_LONGEST_WORDS] if c.isprintable())
