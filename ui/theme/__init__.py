"""Colours, sizes, fonts, marks and icons: the one source of how the window looks.

Use `theme()` for the palette and fonts in force, `icon()` for an icon, `Mark` and
`draw_mark` for a state's shape, and the numbers of `metrics` for spacing.
"""

from ui.theme.icons import icon
from ui.theme.manager import FOLLOW_SYSTEM, THEME_SETTING, Theme, install, theme
from ui.theme.marks import Mark, draw_mark
from ui.theme.metrics import (
    CARD_RADIUS,
    CHIP_RADIUS,
    CONTROL_HEIGHT,
    CONTROL_RADIUS,
    GAP,
    GRID,
    LABEL_COLUMN,
    PAGE_MARGIN,
    ROW_HEIGHT,
    SIDEBAR_WIDTH,
    STATUS_BAR_HEIGHT,
    TextSize,
    Weight,
)
from ui.theme.palette import CONTRAST, DARK, LIGHT, PALETTES, Palette, Scheme

__all__ = [
    "CARD_RADIUS",
    "CHIP_RADIUS",
    "CONTRAST",
    "CONTROL_HEIGHT",
    "CONTROL_RADIUS",
    "DARK",
    "FOLLOW_SYSTEM",
    "GAP",
    "GRID",
    "LABEL_COLUMN",
    "LIGHT",
    "PAGE_MARGIN",
    "PALETTES",
    "ROW_HEIGHT",
    "SIDEBAR_WIDTH",
    "STATUS_BAR_HEIGHT",
    "THEME_SETTING",
    "Mark",
    "Palette",
    "Scheme",
    "TextSize",
    "Theme",
    "Weight",
    "draw_mark",
    "icon",
    "install",
    "theme",
]
