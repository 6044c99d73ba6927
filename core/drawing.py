"""The port to what a computer remembers of drawing X's page: with its graphics card or without."""

from typing import Final, Protocol

MOST_DEATHS: Final = 2
"""After so many renderers that died in one program, the graphics driver is the likely cause."""


class Drawing(Protocol):
    """Remembered per computer, beside the vault. None of it needs an open vault."""

    @property
    def in_software(self) -> bool:
        """Whether the person chose to do without the graphics card."""

    def choose_software(self, *, wanted: bool) -> None:
        """Remember the choice, or forget it."""

    def begin(self) -> bool:
        """Note that a page is about to be drawn; return whether the last program died of that."""

    def went_well(self) -> None:
        """Note that the page was drawn, or was left by the person."""

    def note_death(self) -> int:
        """Count a renderer that died; return how many it were in this program."""
