"""Small pictures for the practice world, drawn here so that none has to be shipped.

PNG with a palette (W3C PNG, third edition), in rows of few long runs: quick without any library.
"""

import functools
import struct
import zlib
from collections.abc import Callable, Iterable
from typing import Final

Colour = tuple[int, int, int]
Run = tuple[int, int]  # how many pixels, of which colour of the palette
Draw = Callable[[int, int, int], tuple[list[Colour], Iterable[list[Run]]]]
_BARS: Final = 12
_BANDS: Final = 24
_CELLS: Final = 6


@functools.lru_cache(maxsize=64)
def drawn(style: str, seed: int, width: int, height: int) -> bytes:
    """Return a PNG of one of the styles in STYLES; the same seed gives the same picture."""
    palette, rows = STYLES[style](seed, width, height)
    lines = (b"\0" + b"".join(bytes([colour]) * many for many, colour in row) for row in rows)
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", header),
            _chunk(b"PLTE", bytes(part for colour in palette for part in colour)),
            _chunk(b"IDAT", zlib.compress(b"".join(lines), 6)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _chart(seed: int, width: int, height: int) -> tuple[list[Colour], Iterable[list[Run]]]:
    """Return bars above a base line, one of them in another colour."""
    palette = [(246, 247, 249), (214, 219, 226), (86, 128, 232), (232, 146, 72), (120, 130, 142)]
    slot = width // (_BARS + 2)
    base = height * 7 // 8
    heights = [base * (20 + (seed >> (3 * bar)) * 7 % 60) // 100 for bar in range(_BARS)]
    chosen = seed % _BARS

    def row(y: int) -> list[Run]:
        if base <= y < base + 4:
            return [(width, 4)]
        ground = 1 if y < base and y % (height // 6) < 2 else 0
        runs = [(slot, ground)]
        for bar, tall in enumerate(heights):
            is_in = base - tall <= y < base
            colour = (3 if bar == chosen else 2) if is_in else ground
            runs += [(slot * 3 // 4, colour), (slot - slot * 3 // 4, ground)]
        return [*runs, (width - slot * (_BARS + 1), ground)]

    return palette, map(row, range(height))


def _sky(seed: int, width: int, height: int) -> tuple[list[Colour], Iterable[list[Run]]]:
    """Return a sky that brightens towards a hill, with a sun in it."""
    warm = seed % 70
    palette = [
        (60 + warm + 5 * band, 90 + 5 * band, 170 - warm // 2 + 3 * band) for band in range(_BANDS)
    ]
    palette += [(255, 226, 150), (38, 66, 58)]
    sun, hill = _BANDS, _BANDS + 1
    radius = height // 8
    at_x, at_y = width * (20 + seed % 60) // 100, height * (30 + seed % 25) // 100

    def row(y: int) -> list[Run]:
        band = min(y * _BANDS // height, _BANDS - 1)
        away = abs(y - at_y)
        half = int((radius**2 - away**2) ** 0.5) if away < radius else 0
        if half:
            return [(at_x - half, band), (2 * half, sun), (width - at_x - half, band)]
        land = min(max(0, (y - height * 2 // 3) * width // (height // 4)), width)
        return [(width - land, band), (land, hill)]

    return palette, map(row, range(height))


def _sign(seed: int, width: int, height: int) -> tuple[list[Colour], Iterable[list[Run]]]:
    """Return a grid of cells, alike on the left and on the right, as for a profile picture."""
    tint = (50 + seed % 130, 60 + (seed >> 7) % 120, 90 + (seed >> 14) % 130)
    palette = [(232, 236, 242), tint]
    cells = [
        [(seed >> (down * 3 + min(across, _CELLS - 1 - across))) & 1 for across in range(_CELLS)]
        for down in range(_CELLS)
    ]
    edges = [width * cell // _CELLS for cell in range(_CELLS + 1)]

    def row(y: int) -> list[Run]:
        line = cells[y * _CELLS // height]
        return [(edges[cell + 1] - edges[cell], line[cell]) for cell in range(_CELLS)]

    return palette, map(row, range(height))


STYLES: Final[dict[str, Draw]] = {"chart": _chart, "sky": _sky, "sign": _sign}
