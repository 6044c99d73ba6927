"""`.env` files: names and values, read without a shell.

Quotes and lines as dotenv libraries take them; no interpolation, no command substitution.
"""

import re
from collections.abc import Iterator
from typing import Final

from core.errors import BadInput
from core.importers.named_fields import imported_from
from core.portable import Imported

_START: Final = re.compile(
    r"[ \t]*(?:export[ \t]+|set[ \t]+)?([A-Za-z_][A-Za-z0-9_.-]*)[ \t]*=[ \t]*"
)
_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t"}


def read(text: str) -> Imported:
    """Return the App of a `.env` file. Raises BadInput for an open quote or too many names."""
    return imported_from("env", assignments(text))


def assignments(text: str) -> Iterator[tuple[str, str]]:
    """Yield names and values; lines that assign nothing are passed over.

    Raises:
        BadInput: a quote is opened and not closed.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    place = 0
    while place < len(text):
        start = _START.match(text, place)
        if start is None:
            place = _end_of_line(text, place) + 1
            continue
        place = start.end()
        quote = text[place : place + 1]
        if quote in {"'", '"', "`"}:
            value, place = _quoted(text, place, quote)
        else:
            end = _end_of_line(text, place)
            value = re.split(r"[ \t]#|^#", text[place:end], maxsplit=1)[0].strip()
            place = end
        yield start[1], value
        place = _end_of_line(text, place) + 1


def _quoted(text: str, place: int, quote: str) -> tuple[str, int]:
    parts: list[str] = []
    place += 1
    while place < len(text):
        letter = text[place]
        if letter == quote:
            return "".join(parts), place + 1
        if letter == "\\" and quote == '"' and place + 1 < len(text):
            place += 1
            parts.append(_ESCAPES.get(text[place], text[place]))
        else:
            parts.append(letter)
        place += 1
    raise BadInput("FILE", "a quote is opened and never closed")


def _end_of_line(text: str, place: int) -> int:
    end = text.find("\n", place)
    return len(text) if end < 0 else end
