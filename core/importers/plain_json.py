"""Plain JSON: a token answer of X that a script kept, or an App's fields by name."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from core.importers.limits import label
from core.importers.named_fields import imported_from
from core.importers.strict_json import Facts, read_object
from core.portable import Imported

_LATEST_SECONDS: Final = 253402300799  # the last second of the year 9999
# Parts of a token answer that are no credential.
_PASSED_OVER: Final = frozenset(
    {"token_type", "expires_in", "expires_at", "scope", "username", "name", "origin", "users"}
)
_DEEPEST: Final = 4


def read(text: str) -> Imported:
    """Return what the JSON holds. Raises BadInput where it is malformed."""
    facts = read_object(text)
    return imported_from(
        "json",
        _pairs(facts),
        name=label(facts.get("name")),
        username=label(facts.get("username")).removeprefix("@"),
        expires_at=moment(facts.get("expires_at")),
    )


def moment(value: object) -> datetime | None:
    """Return a time in seconds of Unix, as number or text; None where it is none, or 0."""
    try:
        seconds = float(value) if isinstance(value, int | float | str) else 0.0
    except (ValueError, OverflowError):
        return None
    if not 0 < seconds <= _LATEST_SECONDS:
        return None
    return datetime.fromtimestamp(int(seconds), UTC)


def _pairs(facts: Facts, depth: int = 0) -> Iterator[tuple[str, object]]:
    # In an answer of X's token endpoint, "access_token" is a user's; app-only ones begin with A.
    marks = {"token_type", "expires_at", "expires_in", "scope"} & facts.keys()
    is_answer = bool(marks) and "access_token_secret" not in facts
    for name, value in facts.items():
        if isinstance(value, dict) and depth < _DEEPEST:
            yield from _pairs(value, depth + 1)
        elif name == "access_token" and is_answer:
            is_bearer = isinstance(value, str) and value.startswith("AAAAAAAA")
            yield ("bearer_token" if is_bearer else "user_access_token"), value
        elif name not in _PASSED_OVER:
            yield name, value
