"""Open streams: who is connected, how fast Posts come, and what a test orders of them.

A stream is lines of JSON that end in CR LF, and an empty line when there was nothing for a
while. Sources: x-platform notes §§5.2 and 7, August 2026; the wording of the connection
problems is X's, as clients report it.
"""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Final, Protocol

from sandbox import problems
from sandbox.exchange import Refusal

LINE_END: Final = b"\r\n"
TICK_SECONDS: Final = 0.02
MOST_AT_ONCE: Final = 4_000
OPERATIONAL: Final = "operational"
CUT: Final = "cut"
END: Final = "end"
ORDERS: Final = (OPERATIONAL, CUT, END)


class Cut(OSError):
    """The line is to be cut without a word."""


class Feed(Protocol):
    """What a stream's Posts are made of."""

    def invented(self, count: int) -> bytes:
        """Return so many lines of new invented Posts, or none where nothing fits."""

    def made_here(self) -> bytes:
        """Return the lines of the Posts that people made since the last call."""


@dataclass(slots=True)
class Knobs:
    """What a test may set.

    Attributes:
        posts_per_second: invented Posts per open stream; 0 for none.
        keep_alive_seconds: of silence before an empty line.
        is_stalled: nothing is sent, not even empty lines; the connection stays open.
        connections: how many streams of one kind an App may have open.
    """

    posts_per_second: float = 2.0
    keep_alive_seconds: float = 20.0
    is_stalled: bool = False
    connections: int = 1


class Connection:
    """One stream while somebody reads it."""

    def __init__(self, hub: "Streams", name: str, app_id: str, feed: Feed, backfill: int) -> None:
        self.name = name
        self.app_id = app_id
        self.order = ""
        self._hub = hub
        self._feed = feed
        self._backfill = backfill

    def chunks(self, pause: Callable[[float], bool]) -> Iterator[bytes]:
        """Yield what is to be sent, for as long as the stream lives.

        Args:
            pause: waits so many seconds, and returns True when nobody reads any more.

        Raises:
            Cut: the connection is to be closed in the middle.
        """
        knobs = self._hub.knobs
        before = spoken = time.monotonic()
        owed = min(self._backfill * 60 * knobs.posts_per_second, float(MOST_AT_ONCE))
        while not pause(TICK_SECONDS):
            now = time.monotonic()
            elapsed, before = now - before, now
            if self.order:
                yield self._last_words()
                return
            if knobs.is_stalled:
                continue
            owed = min(owed + elapsed * knobs.posts_per_second, float(MOST_AT_ONCE))
            count = int(owed)
            owed -= count
            data = self._feed.made_here() + (self._feed.invented(count) if count else b"")
            if not data and now - spoken >= knobs.keep_alive_seconds:
                data = LINE_END
            if data:
                spoken = now
                yield data

    def close(self) -> None:
        """Free the App's place; a second call does nothing."""
        self._hub.leave(self)

    def _last_words(self) -> bytes:
        if self.order == CUT:
            raise Cut
        return problems.disconnected().body + LINE_END if self.order == OPERATIONAL else b""


class Streams:
    """All open streams of a sandbox. Safe from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: list[Connection] = []
        self.knobs = Knobs()

    def enter(self, name: str, app_id: str, feed: Feed, backfill: int = 0) -> Connection:
        """Return a new open stream.

        Raises:
            Refusal: 429, the App has as many of this kind open as it may.
        """
        connection = Connection(self, name, app_id, feed, backfill)
        with self._lock:
            same = [one for one in self._open if (one.name, one.app_id) == (name, app_id)]
            if len(same) >= self.knobs.connections:
                raise Refusal(problems.too_many_connections())
            self._open.append(connection)
        return connection

    def leave(self, connection: Connection) -> None:
        """Forget a stream that ended."""
        with self._lock:
            if connection in self._open:
                self._open.remove(connection)

    def disconnect(self, order: str) -> int:
        """End every open stream and return how many there were.

        Args:
            order: "operational" (with X's last line), "end" (without), or "cut" (in the middle).
        """
        if order not in ORDERS:
            raise ValueError(f"an order is one of {', '.join(ORDERS)}")
        with self._lock:
            for connection in self._open:
                connection.order = order
            return len(self._open)

    def reset(self) -> None:
        """End every stream and forget what was set."""
        self.disconnect(END)
        self.knobs = Knobs()

    def state(self) -> dict[str, object]:
        """Return what is set and what is open."""
        with self._lock:
            opened = [{"stream": one.name, "app_id": one.app_id} for one in self._open]
        return {**asdict(self.knobs), "open": opened}

    def set_json(self, document: object) -> str:
        """Turn knobs as the control endpoint gets them; return what is wrong, or "".

        Nothing is changed when something is wrong.
        """
        if not isinstance(document, dict):
            return "an object was expected"
        orders = {**document}
        order = orders.pop("disconnect", None)
        if order is not None and order not in ORDERS:
            return f"disconnect is one of {', '.join(ORDERS)}"
        for name, value in orders.items():
            if name not in asdict(self.knobs):
                return f"unknown knob {name}; known are {', '.join(asdict(self.knobs))}, disconnect"
            if not isinstance(value, int | float) or not 0 <= value <= 1_000_000:
                return f"{name} is a number from 0 to 1000000, or true or false"
        for name, value in orders.items():
            kind = type(getattr(self.knobs, name))
            setattr(self.knobs, name, kind(value))
        if order is not None:
            self.disconnect(order)
        return ""
