"""What may stand in a request that a person composed: its path, its headers, its body."""

import json
import math
import re
from typing import Any, Final, NoReturn
from urllib.parse import quote, unquote

from core.environment import X_API
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
_LONGEST_SHOWN: Final = 40
_X_ORIGINS: Final = (X_API, "https://api.twitter.com")
_SIGN_IN_PATHS: Final = ("/oauth", "/2/oauth2", "/1.1/oauth")


def target_in(text: str, origin: str) -> str:
    """Return path and query of an address, with or without the host of the App or of X.

    Where X's pages and older programs say that X's API is, a copied address means the same
    call. Another host stays in the text, which then is no path of X's API.
    """
    text = text.strip()
    for known in (origin, *_X_ORIGINS):
        if text.startswith(f"{known}/"):
            return text.removeprefix(known)
    return text


def checked_path(path: str) -> str:
    """Return the path, percent-encoded. Raises BadInput for one that leaves X's API."""
    plain = unquote(path)
    segments = plain.split("/")
    if not path.startswith("/") or plain.startswith("//") or "\\" in plain:
        raise BadInput("PATH", "a path begins with one slash, as /2/tweets, or with X's own host")
    if re.sub("/+", "/", plain).lower().startswith(_SIGN_IN_PATHS):
        raise BadInput("PATH", "tokens have commands of their own")
    if {".", ".."} & set(segments) or "#" in path or not plain.isprintable():
        raise BadInput("PATH", "a path stays below the API's address")
    return quote(path, safe=_SAFE_IN_PATH)


def checked_body(text: str) -> bytes | None:
    """Return the body's bytes, None for none.

    Raises:
        BadInput: it is no JSON, and in which line; or a name stands twice in one object, of
            which X and a reader might each take the other.
    """
    if not text.strip():
        return None
    try:
        json.loads(text, object_pairs_hook=_once, parse_constant=_no_number, parse_float=_finite)
        return text.encode()
    except json.JSONDecodeError as fault:
        where = f" (line {fault.lineno}, column {fault.colno})"
        raise BadInput("-d", f"the body is not JSON{where}") from None
    except RecursionError:
        raise BadInput("-d", "the body is nested too deeply") from None
    except ValueError:  # endless digits, or half a character
        raise BadInput("-d", "the body is not JSON") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise BadInput("-d", f"the body names {json.dumps(name[:_LONGEST_SHOWN])} twice")
        found[name] = value
    return found


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise BadInput("-d", "a number is too large to be read again")
    return number


def _no_number(name: str) -> NoReturn:
    raise BadInput("-d", f"{name} is no number in JSON")


def checked_headers(headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Return the headers. Raises BadInput for those that are ours, or cannot be sent."""
    for name, value in headers:
        if not _HEADER_NAME.fullmatch(name) or name.lower() in _OURS:
            raise BadInput("headers", "Keypane sets this header itself, or it is not a name")
        if not value.isascii() or not value.isprintable():
            raise BadInput("headers", f"the value of {name} cannot be sent")
    return headers
