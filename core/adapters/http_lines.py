"""Reads an answer that does not end: line by line, decompressed, with a bound on each line."""

import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from core.errors import BadAnswer

READ_BYTES: Final = 1 << 16
_GZIP: Final = 16 + zlib.MAX_WBITS
Read = Callable[[int], bytes | None]


def line_batches(
    read: Read, headers: Mapping[str, str], status: int, limit: int
) -> Iterator[tuple[bytes, ...]]:
    """Yield the lines that came together, without their ends; b"" is a keep-alive.

    Args:
        read: returns what has come, at most so many bytes, and b"" or None at the end.
        headers: names in lower case.
        status: of the answer, for the error.
        limit: of one line, in bytes.

    Raises:
        BadAnswer: a line is longer than `limit`, the compression is not one that we asked
            for, or the compressed stream is broken.
    """
    rest = bytearray()
    for piece in _plain_pieces(read, headers, status):
        rest += piece
        cut = rest.rfind(b"\n")
        lines = bytes(rest[:cut]).split(b"\n") if cut >= 0 else []
        del rest[: cut + 1]
        if len(rest) > limit or max(map(len, lines), default=0) > limit:
            raise BadAnswer("a line of the stream is too long", status=status)
        if lines:
            yield tuple(line.removesuffix(b"\r") for line in lines)
    if rest.strip():
        yield (bytes(rest),)


def _plain_pieces(read: Read, headers: Mapping[str, str], status: int) -> Iterator[bytes]:
    coding = headers.get("content-encoding", "").strip().lower()
    if coding in {"", "identity"}:
        while piece := read(READ_BYTES):
            yield piece
        return
    if coding not in {"gzip", "x-gzip"}:
        raise BadAnswer("the answer is compressed in a way that was not asked for", status=status)
    stream = zlib.decompressobj(_GZIP)
    while piece := read(READ_BYTES):
        while piece:
            try:
                plain = stream.decompress(piece, READ_BYTES)
            except zlib.error:
                raise BadAnswer("the compressed answer is broken", status=status) from None
            if stream.unused_data or (stream.eof and stream.unconsumed_tail):
                raise BadAnswer("something follows the compressed answer", status=status)
            piece = stream.unconsumed_tail
            yield plain
    if not stream.eof:
        raise BadAnswer("the compressed answer was cut off", status=status)
