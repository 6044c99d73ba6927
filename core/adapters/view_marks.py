"""What is remembered of drawing X's page on this computer: two empty files in the data directory.

Not in the vault: a graphics card belongs to a computer, and a vault may move to another.
"""

from contextlib import suppress
from pathlib import Path
from typing import Final

from core.adapters.data_directory import make_private

_BEGAN: Final = "drawing-began"
_IN_SOFTWARE: Final = "draw-in-software"


class ViewMarks:
    """Implements `core.drawing.Drawing` with files. A disk that refuses them is no hindrance."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._has_begun = False
        self._deaths = 0

    @property
    def in_software(self) -> bool:
        """Whether the person chose to do without the graphics card on this computer."""
        return (self._home / _IN_SOFTWARE).exists()

    def choose_software(self, *, wanted: bool) -> None:
        """Remember the choice for this computer, or forget it."""
        if wanted:
            self._make(_IN_SOFTWARE)
        else:
            self._drop(_IN_SOFTWARE)

    def begin(self) -> bool:
        """Note that a page is about to be drawn; return whether the last program died of that.

        Chromium's graphics run in this process, so a driver that crashes takes the program
        with it, and only the next start can tell (QtWebEngine 6.11, November 2026).
        """
        died = not self._has_begun and (self._home / _BEGAN).exists()
        self._has_begun = True
        if died:
            self._drop(_BEGAN)  # told once; the next page is a new try
            self._has_begun = False
        else:
            self._make(_BEGAN)
        return died

    def went_well(self) -> None:
        """Note that the page was drawn, or was left by the person."""
        if self._has_begun:
            self._drop(_BEGAN)
            self._has_begun = False

    def note_death(self) -> int:
        """Count a renderer that died; return how many it were in this program."""
        self._deaths += 1
        return self._deaths

    def _make(self, name: str) -> None:
        with suppress(Exception):
            make_private(self._home)
            (self._home / name).touch(mode=0o600)

    def _drop(self, name: str) -> None:
        with suppress(OSError):
            (self._home / name).unlink(missing_ok=True)
