"""The body of an answer as JSON, read for a person: nothing is hidden, and nothing raises.

Other than `core.answers.read_json`, which takes nothing that is out of order, this shows
what came: a name that stands twice is told, and text that is no JSON stays readable.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from core.answers import looks_like_html
from core.errors import BadAnswer

_MOST_NAMES: Final = 5
# What X sends that is no JSON: the files of chats and direct messages (OpenAPI 2.167).
_FILES: Final = ("application/octet-stream", "image/", "video/", "audio/")


@dataclass(frozen=True, slots=True)
class ReadBody:
    """A body that was read.

    Attributes:
        value: the decoded JSON, None where it is none.
        text: the body as text; what is not UTF-8 is replaced by marks.
        fault: "" for JSON, "empty", "not_json" or "too_deep".
        repeated: names that stand twice in one object; the last one's value counts.
        is_lossy: whether something was not UTF-8.
    """

    value: object
    text: str
    fault: str = ""
    repeated: tuple[str, ...] = ()
    is_lossy: bool = False


def read_body(body: bytes) -> ReadBody:
    """Return what a body holds. Takes any bytes, and never raises."""
    text, is_lossy = _decoded(body)
    if not text.strip():
        return ReadBody(None, text, "empty")
    repeated: dict[str, None] = {}

    # A hook in Python: for 16 MiB the decoder would otherwise hold the interpreter, and with
    # it the window, until it is through.
    def take(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        taken = dict(pairs)
        if len(taken) != len(pairs) and len(repeated) < _MOST_NAMES:
            names = [name for name, _ in pairs]
            repeated.update((name, None) for name in names if names.count(name) > 1)
        return taken

    try:
        value = json.loads(
            text.removeprefix("\ufeff"),
            object_pairs_hook=take,
            parse_constant=_no_number,
            parse_float=_finite,
        )
    except RecursionError:
        return ReadBody(None, text, "too_deep", (), is_lossy)
    except ValueError:
        return ReadBody(None, text, "not_json", (), is_lossy)
    return ReadBody(value, text, "", tuple(repeated)[:_MOST_NAMES], is_lossy)


def unusable(status: int, headers: Mapping[str, str], read: ReadBody) -> BadAnswer | None:
    """Return what is wrong with a body that came with a yes: a hotel's network says yes too.

    Args:
        status: a 2xx.
        headers: names in lower case.
        read: its body.
    """
    if read.fault in {"", "empty"}:
        return None
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if looks_like_html(read.text[:1024].encode("utf-8", "replace"), kind):
        return BadAnswer("HTML instead of JSON: not from X?", status=status)
    if kind.startswith(_FILES):
        return None
    if read.fault == "too_deep":
        return BadAnswer("the JSON is nested too deeply", status=status)
    return BadAnswer("it is not JSON", status=status)


def _decoded(body: bytes) -> tuple[str, bool]:
    try:
        return body.decode("utf-8"), False
    except UnicodeDecodeError:
        return body.decode("utf-8", errors="replace"), True


def _finite(digits: str) -> float:
    number = float(digits)
    return number if math.isfinite(number) else _no_number(digits)


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)
