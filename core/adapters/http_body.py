"""Reads an answer's body whole, within a limit that counts after decompression."""

import zlib
from collections.abc import Iterable, Mapping
from typing import Final

from core.errors import BadAnswer

CHUNK_BYTES: Final = 1 << 16
_GZIP: Final = 16 + zlib.MAX_WBITS


def read_body(
    pieces: Iterable[bytes], headers: Mapping[str, str], status: int, limit: int
) -> bytes:
    """Return the body that comes in `pieces`, decompressed.

    Raises:
        BadAnswer: it is longer than `limit` bytes, was compressed twice or in a way that we
            did not ask for, or is a broken or cut-off gzip stream.
    """
    coding = headers.get("content-encoding", "").strip().lower()
    if coding in {"", "identity"}:
        return _plain(pieces, status, limit)
    if coding in {"gzip", "x-gzip"}:
        return _gunzipped(pieces, status, limit)
    raise BadAnswer("the answer is compressed in a way that was not asked for", status=status)


def _plain(pieces: Iterable[bytes], status: int, limit: int) -> bytes:
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > limit:
            raise BadAnswer("the answer is too large", status=status)
    return bytes(body)


def _gunzipped(pieces: Iterable[bytes], status: int, limit: int) -> bytes:
    body = bytearray()
    stream = zlib.decompressobj(_GZIP)
    is_empty = True
    try:
        for piece in pieces:
            is_empty = is_empty and not piece
            waiting = piece
            while waiting and not stream.eof:
                body += stream.decompress(waiting, limit + 1 - len(body))
                if len(body) > limit:
                    raise BadAnswer("the answer is too large", status=status)
                waiting = stream.unconsumed_tail
            if waiting or stream.unused_data:
                raise BadAnswer("something follows the compressed answer", status=status)
    except zlib.error:
        raise BadAnswer("the compressed answer is broken", status=status) from None
    if not is_empty and not stream.eof:
        raise BadAnswer("the compressed answer was cut off", status=status)
    return bytes(body)
