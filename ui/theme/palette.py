"""The colours of the window as three frozen palettes: light, dark and high contrast.

Every colour the program paints is a field here, so that a test can compute the
contrast of each pair. The names follow `docs/architecture.md`; no view holds a
colour of its own.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Scheme(StrEnum):
    """The three looks of the window."""

    LIGHT = "light"
    DARK = "dark"
    CONTRAST = "contrast"


@dataclass(frozen=True, slots=True)
class Palette:
    """One look. Every field but `scheme` is a colour as `#rrggbb`.

    Surfaces: `bg` under the cards, `panel` for cards and the header, `side` for
    the sidebar and the status bar, `field` for inputs and chips, `hover` and
    `pressed` for buttons under the pointer. Lines: `line` is a hairline
    that only divides, `trough` lies under a gauge, `edge` bounds what can be operated.
    Text: `text`, `dim`, `faint`. One accent and four states, each with its own background.
    """

    scheme: Scheme
    bg: str
    panel: str
    side: str
    field: str
    hover: str
    pressed: str
    line: str
    trough: str
    edge: str
    text: str
    dim: str
    faint: str
    accent: str
    accent_text: str
    accent_hover: str
    soft: str
    ok: str
    ok_bg: str
    warn: str
    warn_bg: str
    bad: str
    bad_bg: str
    off_bg: str


LIGHT: Final = Palette(
    scheme=Scheme.LIGHT,
    bg="#f6f7f9",
    panel="#ffffff",
    side="#eef0f3",
    field="#f9fafb",
    hover="#f3f5f8",
    pressed="#e8ebef",
    line="#dfe3e8",
    trough="#dfe3e8",
    edge="#828a94",
    text="#16191d",
    dim="#5f6975",
    faint="#646b74",
    accent="#2f5bea",
    accent_text="#ffffff",
    accent_hover="#2650d6",
    soft="#e8eefe",
    ok="#1a7c4a",
    ok_bg="#e3f4ea",
    warn="#8f5b00",
    warn_bg="#fdf1d8",
    bad="#b3261e",
    bad_bg="#fce8e6",
    off_bg="#eef0f3",
)

DARK: Final = Palette(
    scheme=Scheme.DARK,
    bg="#14171b",
    panel="#1b1f24",
    side="#101317",
    field="#15191d",
    hover="#242930",
    pressed="#2b3138",
    line="#2b3138",
    trough="#2b3138",
    edge="#6f7884",
    text="#e9edf2",
    dim="#a3adb9",
    faint="#8e96a0",
    accent="#7c9cff",
    accent_text="#0d1220",
    accent_hover="#93adff",
    soft="#222d4a",
    ok="#5fd39a",
    ok_bg="#16332a",
    warn="#f0c069",
    warn_bg="#3a2e16",
    bad="#ff8a80",
    bad_bg="#41211f",
    off_bg="#242930",
)

CONTRAST: Final = Palette(
    scheme=Scheme.CONTRAST,
    bg="#000000",
    panel="#000000",
    side="#000000",
    field="#000000",
    hover="#1c1c1c",
    pressed="#333333",
    line="#b0b0b0",
    trough="#3a3a3a",
    edge="#ffffff",
    text="#ffffff",
    dim="#f0f0f0",
    faint="#dcdcdc",
    accent="#ffd84d",
    accent_text="#000000",
    accent_hover="#ffe585",
    soft="#1c1c1c",
    ok="#7dffb2",
    ok_bg="#002712",
    warn="#ffd27a",
    warn_bg="#2b1d00",
    bad="#ffaaa3",
    bad_bg="#330a07",
    off_bg="#1c1c1c",
)

PALETTES: Final = {palette.scheme: palette for palette in (LIGHT, DARK, CONTRAST)}

_STATES: Final = (("ok", "ok_bg"), ("warn", "warn_bg"), ("bad", "bad_bg"), ("dim", "off_bg"))
_SURFACES: Final = ("bg", "panel", "side", "field", "hover")

TEXT_PAIRS: Final = (
    *((text, surface) for text in ("text", "dim", "faint") for surface in _SURFACES),
    *((text, "pressed") for text in ("text", "dim")),
    *((text, surface) for text in ("accent", "bad") for surface in ("bg", "panel", "side")),
    *((text, "hover") for text in ("accent", "bad")),
    *((text, "panel") for text in ("ok", "warn")),
    *((text, "bg") for text in ("ok", "warn")),
    *((text, surface) for text in ("ok", "warn", "bad") for surface in ("side", "field")),
    *_STATES,
    *(("text", surface) for surface in ("ok_bg", "warn_bg", "bad_bg", "soft", "off_bg")),
    ("accent", "soft"),
    ("accent_text", "accent"),
    ("accent_text", "accent_hover"),
)
"""Each (text, background) that the style sheet and the painters put together."""

EDGE_PAIRS: Final = (
    *(("edge", surface) for surface in ("bg", "panel", "side", "field")),
    *((mark, surface) for mark in ("ok", "warn", "bad") for surface in ("bg", "panel", "side")),
    *(("accent", surface) for surface in ("bg", "panel", "side", "trough")),
    *(("warn", "trough"), ("bad", "trough")),
)
"""Each (edge or mark, background) that must stand out by 3:1."""
