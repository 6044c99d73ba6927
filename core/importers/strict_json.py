"""JSON of other tools: an object with distinct names, not nested without end."""

import json
from typing import Any, NoReturn

from core.errors import BadInput
from core.importers.limits import MOST_KEYS

Facts = dict[str, Any]


def read_object(text: str) -> Facts:
    """Return the object. Raises BadInput for anything else."""
    try:
        facts = json.loads(text, object_pairs_hook=_distinct, parse_constant=_refuse)
    except RecursionError:
        raise BadInput("FILE", "its JSON is nested too deeply") from None
    except ValueError:
        raise BadInput("FILE", "it begins like JSON and is none") from None
    if not isinstance(facts, dict):
        raise BadInput("FILE", "its JSON is no object")
    return facts


def objects(value: object) -> list[Facts]:
    """Return the objects of a JSON list; none for anything else."""
    items = value if isinstance(value, list) else []
    if len(items) > MOST_KEYS:
        raise BadInput("FILE", "it has more than 200 names")
    return [item for item in items if isinstance(item, dict)]


def _distinct(pairs: list[tuple[str, Any]]) -> Facts:
    facts = dict(pairs)
    if len(facts) != len(pairs):
        raise BadInput("FILE", "a name stands twice in one object of its JSON")
    return facts


def _refuse(_word: str) -> NoReturn:
    raise ValueError
