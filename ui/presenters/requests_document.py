"""The body of an answer as JSON, read so that the window breathes and nothing is hidden.

Other than `core.answers.read_json`, which takes nothing that is out of order, this shows a
person what came: a name that stands twice is told, and text that is no JSON stays readable.
"""

import json
from dataclasses import dataclass
from typing import Any, Final

_MOST_NAMES: Final = 5


@dataclass(frozen=True, slots=True)
class ReadBody:
    """A body that was read.

    Attributes:
        value: the decoded JSON, None where it is none.
        text: the body as text; what is not UTF-8 is replaced by marks.
        fault: "" for JSON, "empty", "not_json" or "too_deep".
        repeated: names that stand twice in one object; the last one's value counts.
    """

    value: object
    text: str
    fault: str = ""
    repeated: tuple[str, ...] = ()


def read_body(body: bytes) -> ReadBody:
    """Return what a body holds. Takes any bytes, and never raises."""
    text = body.decode("utf-8", errors="replace")
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
        value = json.loads(text.removeprefix("\ufeff"), object_pairs_hook=take)
    except RecursionError:
        return ReadBody(None, text, "too_deep")
    except ValueError:
        return ReadBody(None, text, "not_json")
    return ReadBody(value, text, "", tuple(repeated)[:_MOST_NAMES])
