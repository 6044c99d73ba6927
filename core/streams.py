"""Following a stream of X: its lines, its keep-alives, and when to connect again.

Each face consumes the same events: the window through `core.stream_tail`, the command line
line by line. X delivers one JSON document per line and a blank line every 20 s.
Source of the waits: docs.x.com, "Handling disconnections" (filtered stream), read 2026-08-22:
linear by a quarter of a second up to 16 s after network errors, doubling from 5 s up to 320 s
after HTTP errors, doubling from a minute after a 429.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias

from core.answers import looks_like_html, refusal
from core.errors import (
    BadAnswer,
    Cancelled,
    KeypaneError,
    RateLimited,
    ServerFault,
    TransportError,
)
from core.model import HttpResponse
from core.ports import CancelToken, Clock, OpenStream

_LINEAR_STEP: Final = 0.25
_LINEAR_MOST: Final = 16.0
_FAULT_FIRST: Final = 5.0
_FAULT_MOST: Final = 320.0
_BUSY_FIRST: Final = 60.0
# Longer than any window of X's but the day's: an absurd reset must not park a stream for ever.
_BUSY_MOST: Final = 960.0


@dataclass(frozen=True, slots=True)
class Connected:
    """X opened the stream; arg: its headers."""

    opening: HttpResponse


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines that came together, at least one; each a JSON document as it came."""

    lines: tuple[bytes, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class KeepAlive:
    """X said that the stream lives, and nothing else."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The stream is down and is opened again in a while.

    Attributes:
        seconds: how long until then.
        why: what ended it; None when X ended it without a word.
        attempt: 1 for the first try after a failure.
    """

    seconds: float
    why: KeypaneError | None
    attempt: int


StreamEvent: TypeAlias = Connected | Lines | KeepAlive | Waiting
Open: TypeAlias = Callable[[], AbstractContextManager[OpenStream]]


class BackOff:
    """How long to wait before a stream is opened again. One row of failures at a time."""

    def __init__(self) -> None:
        self.attempt = 0
        self._kind = ""
        self._in_kind = 0

    def reset(self) -> None:
        """Begin anew: something came."""
        self.attempt = self._in_kind = 0
        self._kind = ""

    def after(self, failure: KeypaneError | None, now: datetime) -> float | None:
        """Return the seconds to wait, None where another try would end the same way.

        Args:
            failure: None when X ended the stream without a word.
            now: what `RateLimited.reset_at` is compared with.
        """
        kind = _kind_of(failure)
        if not kind:
            return None
        self.attempt += 1
        self._in_kind = self._in_kind + 1 if kind == self._kind else 1
        self._kind = kind
        if kind == "network":
            return min(_LINEAR_STEP * self._in_kind, _LINEAR_MOST)
        doubled = 2.0 ** min(self._in_kind - 1, 10)
        if kind == "fault":
            return min(_FAULT_FIRST * doubled, _FAULT_MOST)
        return min(max(_BUSY_FIRST * doubled, _until_reset(failure, now)), _BUSY_MOST)


def follow(
    open_stream: Open,
    cancel: CancelToken,
    clock: Clock,
    wait: Callable[[float], bool] | None = None,
) -> Iterator[StreamEvent]:
    """Yield what happens on a stream, connecting again as X asks for.

    Args:
        open_stream: opens it once, authorised; called again for each connection.
        cancel: raise it to stop.
        clock: the time.
        wait: waits so many seconds and returns True if the token was raised meanwhile.

    Raises:
        Refused, BadAnswer, BadInput, NoCredential: another try would end the same way.
        Cancelled: `cancel` was raised.
    """
    pause = wait or cancel.wait
    back_off = BackOff()
    while True:
        why: KeypaneError | None = None
        try:
            for event in _one_connection(open_stream):
                if not isinstance(event, Connected):
                    back_off.reset()
                yield event
        except KeypaneError as failure:
            why = failure
        if cancel.is_raised:
            raise Cancelled(nothing_sent=False)
        seconds = back_off.after(why, clock.now())
        if seconds is None and why is not None:
            raise why
        yield Waiting(seconds or 0.0, why, back_off.attempt)
        if pause(seconds or 0.0):
            raise Cancelled(nothing_sent=False)


def _one_connection(open_stream: Open) -> Iterator[StreamEvent]:
    with open_stream() as opened:
        opening = opened.opening
        if not 200 <= opening.status < 300:
            raise refusal(opening.status, opening.headers, opening.body)
        kind = opening.headers.get("content-type", "").partition(";")[0].strip().lower()
        if looks_like_html(opening.body, kind):  # opened again, it would be the same page
            raise BadAnswer("HTML instead of JSON: not from X?", status=opening.status)
        yield Connected(opening)
        for batch in opened.batches():
            lines = tuple(line for line in batch if line.strip())
            if lines:
                yield Lines(lines)
            else:
                yield KeepAlive()


def _kind_of(failure: KeypaneError | None) -> str:
    if failure is None or isinstance(failure, TransportError):
        return "network"
    if isinstance(failure, ServerFault):
        return "fault"
    if isinstance(failure, RateLimited):
        return "busy"
    # A gateway's HTML with a 5xx is a fault of the moment; any other strange answer stays.
    if isinstance(failure, BadAnswer) and failure.status >= 500:
        return "fault"
    return ""


def _until_reset(failure: KeypaneError | None, now: datetime) -> float:
    moment = failure.reset_at if isinstance(failure, RateLimited) else None
    if moment is None:
        return 0.0
    left = moment - now.astimezone(UTC)
    return max(left, timedelta()).total_seconds()
