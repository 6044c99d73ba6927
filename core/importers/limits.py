"""How much of a foreign text is read at all. Source: security notes, P18."""

from collections.abc import Iterable, Iterator
from typing import Final, TypeVar

from core.errors import BadInput
from core.secret import Secret

T = TypeVar("T")
LONGEST_BYTES: Final = 256 << 10
MOST_KEYS: Final = 200
_LONGEST_VALUE: Final = 8192
_LONGEST_NAME: Final = 100


def refuse_long(text: str) -> None:
    """Raise BadInput for a text over 256 KiB."""
    if len(text) > LONGEST_BYTES or len(text.encode("utf-8", "surrogatepass")) > LONGEST_BYTES:
        raise BadInput("FILE", "it is larger than 256 KiB")


def bounded(items: Iterable[T]) -> Iterator[T]:
    """Yield the items. Raises BadInput after the two hundredth."""
    for count, item in enumerate(items):
        if count >= MOST_KEYS:
            raise BadInput("FILE", "it has more than 200 names")
        yield item


def credential(value: object) -> Secret | None:
    """Return a value as a credential, None where it is empty or cannot be one."""
    text = value.strip() if isinstance(value, str) else ""
    if not text or len(text) > _LONGEST_VALUE or not text.isprintable():
        return None
    return Secret(text)


def label(value: object) -> str:
    """Return a name that can be shown, "" where it cannot."""
    text = value.strip() if isinstance(value, str) else ""
    return text if text.isprintable() and len(text) <= _LONGEST_NAME else ""
