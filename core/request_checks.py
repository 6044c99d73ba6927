"""What may stand in a request that a person composed: its path, its headers, its body."""

import json
import re
from typing import Final
from urllib.parse import quote, unquote

from core.errors import BadInput

_OURS: Final = frozenset(
    {
        "authorization",
        "connection",
        "content-length",
        "content-type",
        "cookie",
        "host",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
_HEADER_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}")
_SAFE_IN_PATH: Final = "/%:@!$&'()*+,;=-._~"
_SIGN_IN_PATHS: Final = ("/oauth", "/2/oauth2", "/1.1/oauth")


def checked_path(path: str) -> str:
    """Return the path, percent-encoded. Raises BadInput for one that leaves X's API."""
    segments = unquote(path).split("/")
    if not path.startswith("/") or path.startswith("//") or "\\" in unquote(path):
        raise BadInput("PATH", "a path begins with one slash, as /2/tweets")
    if path.startswith(_SIGN_IN_PATHS):
        raise BadInput("PATH", "tokens have commands of their own")
    if {".", ".."} & set(segments) or "#" in path or not path.isprintable():
        raise BadInput("PATH", "a path stays below the API's address")
    return quote(path, safe=_SAFE_IN_PATH)


def checked_body(text: str) -> bytes | None:
    """Return the body's bytes, None for none. Raises BadInput where it is no JSON."""
    if not text.strip():
        return None
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        raise BadInput("-d", "the body is not JSON") from None
    return text.encode()


def checked_headers(headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Return the headers. Raises BadInput for those that are ours, or cannot be sent."""
    for name, value in headers:
        if not _HEADER_NAME.fullmatch(name) or name.lower() in _OURS:
            raise BadInput("headers", "Keypane sets this header itself, or it is not a name")
        if not value.isascii() or not value.isprintable():
            raise BadInput("headers", f"the value of {name} cannot be sent")
    return headers
