"""Our own icons: SVG drawings on a 20-pixel grid, recoloured from the palette.

The drawings use `currentColor`; nothing else in them is coloured. QtSvg is
imported with the first icon, and a rendered icon is kept until the theme changes.
"""

from functools import lru_cache
from pathlib import Path
from typing import Final

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap

from ui.theme.manager import theme

ICON_DIR: Final = Path(__file__).resolve().parents[2] / "resources" / "icons"
_RATIOS: Final = (1.0, 2.0)


def icon(name: str, colour: str = "dim", size: int = 16) -> QIcon:
    """Return the icon `resources/icons/NAME.svg` in a colour of the palette.

    Args:
        name: the file's name without its ending.
        colour: a field of `Palette`, such as "dim" or "accent".
        size: edge in pixels at 100 %; a 200 % screen gets a drawing of its own.
    """
    current = theme()
    return _render(name, str(getattr(current.palette, colour)), current.px(size))


@lru_cache(maxsize=256)
def _render(name: str, colour: str, size: int) -> QIcon:
    from PySide6.QtSvg import QSvgRenderer

    drawing = (ICON_DIR / f"{name}.svg").read_text(encoding="utf-8")
    renderer = QSvgRenderer(QByteArray(drawing.replace("currentColor", colour).encode()))
    result = QIcon()
    for ratio in _RATIOS:
        pixmap = QPixmap(round(size * ratio), round(size * ratio))
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        renderer.render(painter, QRectF(pixmap.rect()))
        painter.end()
        pixmap.setDevicePixelRatio(ratio)
        result.addPixmap(pixmap)
    return result
