"""Makes a picture of bytes that anybody may have sent: on a worker, and within bounds.

What a file claims of itself is looked at before any of it is decoded. Bounds: 4,096 × 4,096
pixels, which is the most that X keeps; 96 MiB for what a decoder asks for; so many passes of a
progressive JPEG; the first frame of an animation; one picture at a time, so that several large
ones do not stand in memory together.

PySide6 6.11.3 lets other threads run while a picture is read (measured 2026-11-24: 0.4 s for a
PNG of 16 million pixels, and no gap over 15 ms in another thread).
"""

import threading
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

from core.media import Fetched, Trouble

MOST_PIXELS: Final = 4_096 * 4_096
MOST_SIDE: Final = 16_384
MOST_PASSES: Final = 100
SHOWN: Final = QSize(720, 540)
MOST_MEBIBYTES: Final = 96
_PASS: Final = b"\xff\xda"  # start of scan; inside a scan this pair of bytes cannot stand (T.81)
_FORMATS: Final = {"jpeg": b"jpeg", "png": b"png", "webp": b"webp", "gif": b"gif"}
_one_at_a_time: Final = threading.Lock()


def decoded(fetched: Fetched) -> QImage | Trouble:
    """Return the picture, no larger than it is shown, or why there is none."""
    if fetched.trouble is not None:
        return fetched.trouble
    if fetched.kind == "jpeg" and fetched.data.count(_PASS) > MOST_PASSES:
        return Trouble.TOO_MUCH
    with _one_at_a_time:
        return _read(fetched)


def _read(fetched: Fetched) -> QImage | Trouble:
    QImageReader.setAllocationLimit(MOST_MEBIBYTES)
    held = QByteArray(fetched.data)
    device = QBuffer(held)
    device.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(device, QByteArray(_FORMATS[fetched.kind]))
    reader.setAutoDetectImageFormat(False)
    size = reader.size()
    if not size.isValid() or size.isEmpty():
        return Trouble.BROKEN
    if _is_too_much(size, reader.imageFormat()):
        return Trouble.TOO_MUCH
    fitting = size.scaled(SHOWN, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1))
    if fitting.width() < size.width():
        reader.setScaledSize(fitting)
    image = reader.read()
    if image.isNull():
        return Trouble.BROKEN
    if image.width() > SHOWN.width() or image.height() > SHOWN.height():
        # A decoder that does not scale, or a frame that is larger than its file said.
        image = image.scaled(SHOWN, Qt.AspectRatioMode.KeepAspectRatio)
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


def _is_too_much(size: QSize, form: QImage.Format) -> bool:
    """Return whether a picture that claims this would be more than we decode."""
    pixels = size.width() * size.height()
    bits = QImage.toPixelFormat(form).bitsPerPixel() if form != QImage.Format.Format_Invalid else 32
    return (
        max(size.width(), size.height()) > MOST_SIDE
        or pixels > MOST_PIXELS
        or pixels * bits // 8 > MOST_MEBIBYTES << 20
    )
