"""Where a newer catalogue of X's operations would lie: told by the World, asked by the catalogue.

A module of its own, so that a command that needs no catalogue does not load it at start.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

OWN_FILE: Final = "catalogue.json"


@dataclass(slots=True)
class _Told:
    home: Path | None = None
    times: int = 0


_TOLD: Final = _Told()


def use_home(home: Path, *, again: bool = False) -> None:
    """Let the catalogue be looked for in this data directory; `again` when it changed there."""
    if again or _TOLD.home != home:
        _TOLD.home = home
        _TOLD.times += 1


def home() -> Path | None:
    """Return the data directory that was told last."""
    return _TOLD.home


def turn() -> int:
    """Return a number that changes when the catalogue has to be looked for anew."""
    return _TOLD.times
