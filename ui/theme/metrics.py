"""Sizes of the window: an 8-pixel grid, four text sizes, three weights.

All numbers are pixels at 100 %. Qt scales them with the screen; `text_scale`
scales what holds text once more for people whose system font is larger than
usual, so that no text is of a fixed size.
"""

from enum import IntEnum
from typing import Final

from PySide6.QtGui import QFont, QFontDatabase, QFontInfo

GRID: Final = 8
GAP: Final = 16
PAGE_MARGIN: Final = 24
CARD_RADIUS: Final = 10
CONTROL_RADIUS: Final = 6
CHIP_RADIUS: Final = 4
SIDEBAR_WIDTH: Final = 240
LABEL_COLUMN: Final = 176
CONTROL_HEIGHT: Final = 26
ROW_HEIGHT: Final = 44
STATUS_BAR_HEIGHT: Final = 32

_USUAL_SYSTEM_TEXT: Final = 13
_LARGEST_SCALE: Final = 2.0
_MONO: Final = ("JetBrains Mono", "Cascadia Mono", "Menlo", "DejaVu Sans Mono")


class TextSize(IntEnum):
    """The four text sizes, in pixels at 100 %."""

    SMALL = 12
    BODY = 13
    LARGE = 15
    TITLE = 18


class Weight(IntEnum):
    """The three font weights."""

    REGULAR = 400
    MEDIUM = 500
    BOLD = 600


def text_scale(system_font: QFont) -> float:
    """Return how much larger than usual this system's text is, from 1.0 to 2.0."""
    size = QFontInfo(system_font).pixelSize()
    return min(max(size / _USUAL_SYSTEM_TEXT, 1.0), _LARGEST_SCALE)


def ui_families(system_font: QFont) -> list[str]:
    """Return the families for text: Inter where it is installed, then the system's."""
    system = QFontInfo(system_font).family()
    return ["Inter", system] if QFontDatabase.hasFamily("Inter") else [system]


def mono_families() -> list[str]:
    """Return the families for values: JetBrains Mono where installed, then the system's."""
    system = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family()
    return [*(name for name in _MONO if QFontDatabase.hasFamily(name)), system]
