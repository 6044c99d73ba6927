"""One life of a vault, recorded, and what X knew after each request of it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.e2e.command_line import clean_environment
from tests.reliability.desk_x import DeskX, ListeningX, Snapshot
from tests.reliability.recording import CALLS, Recording, calls_of

_SECONDS = 100
_SCRIPT = Path(__file__).with_name("recorded_run.py")
_CREDENTIALS = ("api_key", "api_secret", "client_id", "client_secret", "redirect_uri")


@dataclass(frozen=True)
class Told:
    """What had been said to the person when the process came to a moment.

    Attributes:
        begun: the operation under way.
        facts: of the vault when the one before was told to be done; None before the first.
        done: the facts that `begun` ends with.
        unsent: whether nothing of `begun` had reached X.
    """

    begun: str
    facts: dict[str, Any] | None
    done: dict[str, Any]
    unsent: bool


@dataclass(frozen=True)
class RecordedLife:
    """The calls of one process, and X beside it.

    Attributes:
        moments: X after so many requests; the first is before any.
        facts: by operation, as it was told at its end.
    """

    root: Path
    calls: list[tuple[str, str, int]]
    x: DeskX
    moments: list[Snapshot]
    facts: dict[str, dict[str, Any]]

    def events(self) -> Iterator[tuple[Recording, Told]]:
        """Go through the life; stop after each call that changed what would be left."""
        seen = Recording(self.root)
        requests_before, begun = 0, ""
        for call in self.calls:
            changed = seen.feed(*call)
            last = seen.said[-1] if seen.said else ""
            if last.startswith("begin ") and last != begun:
                begun, requests_before = last, seen.requests
            if changed and last.startswith("begin "):
                yield seen, self._told(seen, last, unsent=seen.requests == requests_before)

    def _told(self, seen: Recording, last: str, *, unsent: bool) -> Told:
        name = last.removeprefix("begin ")
        before = [said for said in seen.said if said.startswith("told ")]
        facts = self.facts[_name(before[-1])] if before else None
        return Told(name, facts, self.facts[name], unsent)


def _name(said: str) -> str:
    return " ".join(said.split(" ")[1:3])


def record(folder: Path) -> RecordedLife:
    """Run one life of a vault under strace, beside an X that remembers every moment."""
    root, trace = folder / "root", folder / "trace"
    root.mkdir()
    with ListeningX() as x:
        moments = [x.snapshot()]
        x.after = lambda _call: moments.append(x.snapshot())
        ready = x.world.ready(x.at_x)
        command = ["strace", "-f", "-qq", "-xx", "-s", "1000000", "-e", f"trace={CALLS}", "-o"]
        life = [sys.executable, str(_SCRIPT), str(root / "home"), x.origin]
        done = subprocess.run(
            [*command, str(trace), *life],
            input=json.dumps({name: getattr(ready, name) for name in _CREDENTIALS}),
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            env=clean_environment(),
            check=False,
        )
    assert done.returncode == 0, done.stderr
    told = [line.split(" ", 3) for line in done.stdout.splitlines() if line.startswith("told ")]
    facts = {f"{number} {name}": json.loads(rest) for _, number, name, rest in told}
    return RecordedLife(root, calls_of(trace.read_text("utf-8")), x, moments, facts)
