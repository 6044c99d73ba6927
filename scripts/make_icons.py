"""Make keypane.ico, keypane.icns and PNGs from our SVG. Both formats are containers of PNGs.

Usage: python scripts/make_icons.py DIRECTORY
"""

import struct
import sys
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgRenderer

SVG = Path(__file__).parent.parent / "resources" / "app" / "keypane.svg"
ICO_SIZES = (16, 24, 32, 48, 64, 128, 256)
# Apple's four-letter type of each size in pixels that holds a PNG.
ICNS_TYPES = {"icp4": 16, "icp5": 32, "ic07": 128, "ic08": 256, "ic09": 512, "ic10": 1024}


def png(size: int) -> bytes:
    """Return the icon as a PNG of `size` × `size` pixels."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(SVG)).render(painter)
    painter.end()
    kept = QByteArray()
    buffer = QBuffer(kept)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"PNG")).write(image)
    return bytes(kept.data())


def ico(sizes: tuple[int, ...] = ICO_SIZES) -> bytes:
    """Return a Windows icon that holds a PNG per size."""
    pictures = [png(size) for size in sizes]
    head = struct.pack("<HHH", 0, 1, len(sizes))
    offset = len(head) + 16 * len(sizes)
    for size, picture in zip(sizes, pictures, strict=True):
        side = size % 256  # 256 is written as 0
        head += struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(picture), offset)
        offset += len(picture)
    return head + b"".join(pictures)


def icns() -> bytes:
    """Return an Apple icon that holds a PNG per type."""
    body = b""
    for kind, size in ICNS_TYPES.items():
        picture = png(size)
        body += kind.encode() + struct.pack(">I", len(picture) + 8) + picture
    return b"icns" + struct.pack(">I", len(body) + 8) + body


def make(directory: Path) -> None:
    """Write all icons into `directory`."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "keypane.ico").write_bytes(ico())
    (directory / "keypane.icns").write_bytes(icns())
    for size in (16, 32, 48, 128, 256, 512):
        (directory / f"keypane-{size}.png").write_bytes(png(size))


if __name__ == "__main__":
    make(Path(sys.argv[1]))
