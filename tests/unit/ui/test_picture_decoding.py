"""Bytes that anybody may have sent become a small picture, or a word for why not."""

import struct
import zlib

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize
from PySide6.QtGui import QImage, QImageReader, QImageWriter

from core.media import Fetched, Trouble
from sandbox.drawing import drawn
from ui.presenters.picture_decoding import MOST_MEBIBYTES, MOST_PASSES, SHOWN, decoded

# Two frames of 2 × 2 pixels: the first red, the second green.
GIF = (
    b"GIF89a\x02\0\x02\0\x91\0\0\xff\0\0\0\xff\0\0\0\0\0\0\0"
    b"!\xff\x0bNETSCAPE2.0\x03\x01\0\0\0"
    b"!\xf9\x04\0\x0a\0\0\0,\0\0\0\0\x02\0\x02\0\0\x02\x02\x84\x51\0"
    b"!\xf9\x04\0\x0a\0\0\0,\0\0\0\0\x02\0\x02\0\0\x02\x02\x8c\x53\0;"
)


def file_of(kind: str, width: int = 320, height: int = 180) -> bytes:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(0xDC1E1E)
    held = QByteArray()
    device = QBuffer(held)
    device.open(QIODevice.OpenModeFlag.WriteOnly)
    assert QImageWriter(device, QByteArray(kind.encode())).write(image)
    return bytes(held.data())


def png_that_claims(width: int, height: int, depth: int = 8, colour: int = 2) -> bytes:
    """Return a PNG with a sound head of any size, and a few rows of it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checked = kind + data
        return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))

    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    rows = zlib.compress(bytes(1 << 16))
    signature = b"\x89PNG\r\n\x1a\n"
    return signature + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
def test_each_kind_becomes_a_picture_of_its_own_size(kind: str) -> None:
    found = decoded(Fetched(file_of(kind), kind))

    assert isinstance(found, QImage)
    assert found.size() == QSize(320, 180)
    middle = found.pixelColor(160, 90)
    assert (middle.red() > 200, middle.green() > 60) == (True, False)


def test_of_an_animation_the_first_frame_is_taken() -> None:
    found = decoded(Fetched(GIF, "gif"))

    assert isinstance(found, QImage)
    assert found.size() == QSize(2, 2)


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
@pytest.mark.parametrize("size", [(4_096, 2_048), (300, 3_000), (9_000, 20)])
def test_a_large_picture_is_kept_no_larger_than_it_is_shown(
    kind: str, size: tuple[int, int]
) -> None:
    found = decoded(Fetched(file_of(kind, *size), kind))

    assert isinstance(found, QImage)
    assert found.width() <= SHOWN.width()
    assert found.height() <= SHOWN.height()
    assert found.sizeInBytes() <= SHOWN.width() * SHOWN.height() * 4


@pytest.mark.parametrize("size", [(32_768, 32_768), (4_097, 4_096), (16_385, 1), (2**31 - 1, 1)])
def test_more_pixels_than_x_keeps_are_not_decoded(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QImageReader, "read", lambda _reader: pytest.fail("it was decoded"))

    assert decoded(Fetched(png_that_claims(*size), "png")) in {Trouble.TOO_MUCH, Trouble.BROKEN}


@pytest.mark.qt_log_ignore("libpng", "JPEG", extend=True)
def test_a_size_of_nothing_and_a_picture_cut_short_are_damaged() -> None:
    assert decoded(Fetched(png_that_claims(0, 5), "png")) is Trouble.BROKEN
    assert decoded(Fetched(drawn("chart", 1, 1200, 675)[:900], "png")) is Trouble.BROKEN
    assert decoded(Fetched(b"\xff\xd8\xff\xe0" + bytes(60), "jpeg")) is Trouble.BROKEN
    assert decoded(Fetched(b"GIF89a" + bytes(60), "gif")) is Trouble.BROKEN
    assert decoded(Fetched(b"RIFF\x10\0\0\0WEBPVP8 " + bytes(60), "webp")) is Trouble.BROKEN


def test_a_decoder_gets_no_more_memory_than_the_bound() -> None:
    sixteen_bits_each = png_that_claims(4_096, 4_096, depth=16, colour=6)

    assert decoded(Fetched(sixteen_bits_each, "png")) is Trouble.TOO_MUCH
    assert QImageReader.allocationLimit() == MOST_MEBIBYTES


def test_a_jpeg_of_very_many_passes_is_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QImageReader, "read", lambda _reader: pytest.fail("it was decoded"))
    scan = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00"

    crafted = file_of("jpeg")[:-2] + scan * MOST_PASSES + b"\xff\xd9"

    assert decoded(Fetched(crafted, "jpeg")) is Trouble.TOO_MUCH


@pytest.mark.qt_log_ignore("Not a JPEG", extend=True)
def test_a_kind_is_decoded_as_itself_whatever_else_the_bytes_could_be() -> None:
    svg = b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"

    for kind in ("jpeg", "png", "webp", "gif"):
        assert decoded(Fetched(svg, kind)) is Trouble.BROKEN


def test_trouble_stays_what_it_was() -> None:
    assert decoded(Fetched(trouble=Trouble.GONE)) is Trouble.GONE
