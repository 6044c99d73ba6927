"""Secret: a string that does not print itself.

Every credential of a person travels in a `Secret` from the moment it is read to
the moment an adapter puts it on the wire or a face shows it on demand. Python
cannot wipe a `str`, so this is no protection against a memory dump; it is
protection against logs, reprs, tracebacks, JSON dumps and string formatting.
"""

import hashlib
import hmac
from typing import Final, NoReturn, Self

_MASK: Final = "<secret>"
_FEWEST_CHARS_FOR_A_TAIL: Final = 16


class Secret:
    """A value that prints as `<secret>` however it is formatted.

    It is compared in constant time and cannot be pickled, so that no cache or
    worker process can carry it away. `reveal` is the one way to the text, which
    makes every place that needs it easy to find.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    @classmethod
    def maybe(cls, text: str | None) -> Self | None:
        """Return a Secret, or None where there is no text."""
        return cls(text) if text else None

    def reveal(self) -> str:
        """Return the text itself. Call it only where the text leaves on purpose."""
        return self._text

    def tail(self, count: int = 6) -> str:
        """Return the last `count` characters to tell secrets apart, or "" for short ones.

        A value under 16 characters would give too much of itself away.
        """
        return self._text[-count:] if len(self._text) >= _FEWEST_CHARS_FOR_A_TAIL else ""

    def fingerprint(self) -> str:
        """Return 16 hexadecimal characters of the SHA-256, to recognise the value later."""
        return hashlib.sha256(b"keypane:" + self._text.encode()).hexdigest()[:16]

    def __len__(self) -> int:
        return len(self._text)

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._text.encode(), other._text.encode())

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __repr__(self) -> str:
        return _MASK

    __str__ = __repr__

    def __format__(self, _spec: str) -> str:
        return _MASK

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        raise TypeError("a secret is not pickled or copied")

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, _memo: object) -> Self:
        return self


def reveal(value: "str | Secret") -> str:
    """Return the text of a value that may or may not be a secret."""
    return value.reveal() if isinstance(value, Secret) else value
