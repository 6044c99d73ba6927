"""What a secret may look like where it should not be, and finding it there."""

import base64
import gzip
import html
import json
import re
import shlex
import zlib
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote, quote_plus

PART: Final = 14
"""So many characters of either end of a long secret tell it already."""
_LONG: Final = 32
_MOST_UNPACKED: Final = 4 << 20
_LINE_BREAK: Final = re.compile(rb"(?:\\n|\r?\n)[ \t]*")


def spellings(secret: bytes) -> dict[str, set[bytes]]:
    """Return the forms of a secret by the name of their encoding."""
    found = {
        "raw": {secret},
        "either end": _ends(secret),
        "reversed": {secret[::-1]},
        "hexadecimal": {secret.hex().encode(), secret.hex().upper().encode()},
        "percent": {quote(secret, safe="").encode(), quote_plus(secret).encode()},
        "percent twice": {quote(quote(secret, safe=""), safe="").encode()},
        "base64": _base64(secret),
    }
    try:
        text = secret.decode()
    except UnicodeDecodeError:
        return found
    found["UTF-16"] = {text.encode("utf-16-le"), text.encode("utf-16-be")}
    found["JSON"] = {json.dumps(text)[1:-1].encode(), json.dumps(json.dumps(text))[3:-3].encode()}
    found["HTML"] = {html.escape(text).encode(), html.escape(text, quote=False).encode()}
    found["repr"] = {repr(text)[1:-1].encode(), repr(secret)[2:-1].encode()}
    found["shell"] = {shlex.quote(text).encode()}
    return found


def readings(piece: bytes) -> Iterable[tuple[str, bytes]]:
    """Yield a piece as it is, with its line breaks taken out, and what is packed in it."""
    yield "as it is", piece
    joined = _LINE_BREAK.sub(b"", piece)
    if joined != piece:
        yield "over lines", joined
    for found in re.finditer(rb"\x1f\x8b\x08", piece):
        inside = _unpacked(piece[found.start() :])
        if inside:
            yield "gzip", inside


def in_encoding(encoding: str, secret: bytes) -> bytes:
    """Return a secret in one encoding, for a planted control."""
    if encoding == "over lines":
        middle = len(secret) // 2
        return secret[:middle] + b"\n    " + secret[middle:]
    if encoding == "gzip":
        return gzip.compress(b"before " + secret)
    if encoding == "base64":
        return base64.b64encode(b"id:" + secret + b"\n")
    return min(spellings(secret)[encoding])


def _ends(secret: bytes) -> set[bytes]:
    """Return both ends of a long secret, but for a beginning that all of its kind share."""
    if len(secret) < _LONG:
        return set()
    return {part for part in (secret[:PART], secret[-PART:]) if len(set(part)) > PART // 2}


def _base64(secret: bytes) -> set[bytes]:
    """Return what is certain of the base64, wherever in a longer text the secret begins."""
    found = set()
    for before in range(3):
        whole = base64.b64encode(b"\0" * before + secret)
        inner = whole[4 if before else 0 : -4]
        found |= {inner, inner.translate(bytes.maketrans(b"+/", b"-_"))}
    return found


def _unpacked(packed: bytes) -> bytes:
    try:
        return zlib.decompressobj(31).decompress(packed, _MOST_UNPACKED)
    except zlib.error:
        return b""


ENCODINGS: Final = (*spellings(b"a secret"), "over lines", "gzip")
