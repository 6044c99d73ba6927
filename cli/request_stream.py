"""`keypane request --stream`: each line of X's stream is one line of the answer."""

import json
from collections.abc import Generator
from decimal import Decimal
from typing import Final

from cli.command_run import CommandRun
from cli.outcome import DONE, NO_ANSWER
from cli.request_answer import seen
from cli.request_bounds import Bounds
from core.catalogue import published
from core.errors import Cancelled
from core.exchange import RequestSpec
from core.model import App
from core.redaction import mask_known
from core.streams import Connected, KeepAlive, Lines, Waiting, follow
from core.words import words_for

_SECONDS: Final = "{:.1f} s"


class _Follower:
    """Prints what comes, and counts it against the bounds."""

    def __init__(self, run: CommandRun, app: App, bounds: Bounds) -> None:
        self._run = run
        self._bounds = bounds
        self._price = Decimal(published().prices["read"]["Post"])
        self._is_x = app.environment.kind == "x"
        self.posts = 0

    @property
    def dollars(self) -> Decimal:
        """What came at X's list price."""
        return self._price * self.posts

    def take(self, event: Connected | Lines | KeepAlive | Waiting) -> str:
        """Deal with one event; return the name of the bound that is reached, or ""."""
        match event:
            case Connected():
                self._run.say("Connected.")
            case Lines(lines):
                return self._print(lines)
            case KeepAlive():
                pass
            case Waiting(seconds, why, attempt):
                reason = words_for(why, operation="request").message if why else "X ended it."
                wait = _SECONDS.format(seconds)
                self._run.say(f"{reason} Opening it again in {wait} (attempt {attempt}).")
        return ""

    def told(self) -> str:
        """Return how much came, for a person."""
        price = f", ${self.dollars} at X's list price" if self._is_x else ""
        return f"{self.posts} Posts{price}."

    def _print(self, lines: tuple[bytes, ...]) -> str:
        reached = ""
        texts: list[str] = []
        on_terminal = self._run.stdout.isatty()
        for line in lines:
            text = _shown(line)
            texts.append(f"{seen(text) if on_terminal else text}\n")
            self.posts += _is_post(line)
            reached = self._bounds.reached(posts=self.posts, dollars=self.dollars)
            if reached:
                break
        self._run.write(mask_known("".join(texts)))
        return reached


def follow_stream(
    run: CommandRun, app: App, spec: RequestSpec, bounds: Bounds, *, reconnects: bool
) -> int:
    """Print a stream until a bound, its end, or Ctrl-C; return the exit code.

    Raises: as `core.streams.follow`; Cancelled for Ctrl-C, which is how a stream is left.
    """
    requester = run.world.requester
    follower = _Follower(run, app, bounds)
    events = follow(lambda: requester.open_stream(spec, run.cancel), run.cancel, run.world.clock)
    try:
        for event in events:
            if isinstance(event, Waiting) and not reconnects:
                if event.why is not None:
                    raise event.why
                run.say(f"X ended the stream. {follower.told()}")
                return NO_ANSWER if not follower.posts else DONE
            if reached := follower.take(event):
                run.say(f"Stopped ({reached}). {follower.told()}")
                return DONE
    except (Cancelled, KeyboardInterrupt):
        run.say(follower.told())
        raise
    finally:
        if isinstance(events, Generator):
            events.close()  # and the connection with it
        run.world.spending.note_stream(app.app_id, app.environment, follower.dollars)
    return DONE


def _shown(line: bytes) -> str:
    """Return a line as it came; one that is no text becomes readable instead of breaking off."""
    return line.decode("utf-8", "replace")


def _is_post(line: bytes) -> bool:
    try:
        facts = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(facts, dict) and "data" in facts
