"""YAML of other tools: maps of texts, and nothing that YAML can do besides.

Every value is a text, as it stands there. Anchors, aliases, tags, directives and second
documents are refused while the events come, before anything is built from them.
"""

from collections.abc import Iterator
from typing import Any, Final

import yaml

from core.errors import BadInput
from core.importers.limits import MOST_KEYS

Facts = dict[str, Any]
_DEEPEST: Final = 12
_MOST_EVENTS: Final = 40 * MOST_KEYS
# Ours is read in C where the library has it: a hostile text of 256 KiB takes Python seconds.
_LOADER: Final = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def read_map(text: str) -> Facts:
    """Return the map that a YAML text is; its lists come as lists.

    Raises:
        BadInput: it is no YAML, no map, too large, or uses what we refuse.
    """
    try:
        events = _checked(yaml.parse(text, Loader=_LOADER))
        found = _document(events)
    except RecursionError:
        raise BadInput("FILE", "its YAML is nested too deeply") from None
    except (yaml.YAMLError, ValueError):
        raise BadInput("FILE", "it is not the YAML that we read") from None
    if not isinstance(found, dict):
        raise BadInput("FILE", "its YAML is no map")
    return found


def _checked(events: Iterator[Any]) -> Iterator[Any]:
    depth = 0
    for count, event in enumerate(events):
        if count > _MOST_EVENTS:
            raise BadInput("FILE", "it has more than 200 names")
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise BadInput("FILE", "its YAML uses aliases, which are refused")
        if getattr(event, "tag", None) or getattr(event, "tags", None):
            raise BadInput("FILE", "its YAML uses tags, which are refused")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _DEEPEST:
            raise BadInput("FILE", "its YAML is nested too deeply")
        yield event


def _document(events: Iterator[Any]) -> object:
    found: object = {}
    documents = 0
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise BadInput("FILE", "it holds more than one YAML document")
            found = _node(next(events), events)
    return found


def _node(event: Any, events: Iterator[Any]) -> object:
    if isinstance(event, yaml.MappingStartEvent):
        return _mapping(events)
    if isinstance(event, yaml.SequenceStartEvent):
        items: list[object] = []
        while not isinstance(inner := next(events), yaml.SequenceEndEvent):
            items.append(_node(inner, events))
        return items
    return str(event.value)


def _mapping(events: Iterator[Any]) -> Facts:
    facts: Facts = {}
    while not isinstance(key := next(events), yaml.MappingEndEvent):
        name = _node(key, events)
        if not isinstance(name, str):
            raise BadInput("FILE", "its YAML has a name that is no text")
        if name in facts:
            raise BadInput("FILE", "a name stands twice in one map of its YAML")
        facts[name] = _node(next(events), events)
    return facts
