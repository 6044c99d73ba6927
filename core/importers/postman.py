"""Postman environments: JSON with a list of keys and values."""

from collections.abc import Iterator

from core.importers.limits import label
from core.importers.named_fields import imported_from
from core.importers.strict_json import objects, read_object
from core.portable import Imported


def is_one(text: str) -> bool:
    """Return whether a text looks like a Postman environment."""
    head = text.lstrip()[:1]
    return head == "{" and '"values"' in text and '"key"' in text


def read(text: str) -> Imported:
    """Return the App of an environment; what is switched off there is left out."""
    facts = read_object(text)
    return imported_from("postman", _pairs(facts.get("values")), label(facts.get("name")))


def _pairs(values: object) -> Iterator[tuple[str, object]]:
    for item in objects(values):
        if item.get("enabled", True) is not False:
            yield str(item.get("key", "")), item.get("value")
