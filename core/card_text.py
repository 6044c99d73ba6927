"""The text of a Post cut into plain runs, hashtags, mentions and links.

X counts entity positions in code points, over a text that still holds `&amp;`,
`&lt;` and `&gt;`. A position that does not point at its own entity is corrected
by a search close by, and an entity that is not found is left as plain text: a
wrong colour is a smaller harm than a wrong word. A text that came without entities is
coloured by its signs alone.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from html import unescape
from typing import Final, cast


class PartKind(StrEnum):
    """What a run of text is."""

    PLAIN = "plain"
    HASHTAG = "hashtag"
    CASHTAG = "cashtag"
    MENTION = "mention"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class TextPart:
    """One run of text.

    Attributes:
        target: the http(s) address a link leads to in the end, "" for everything else.
    """

    text: str
    kind: PartKind = PartKind.PLAIN
    target: str = ""


@dataclass(frozen=True, slots=True)
class _Entity:
    start: int
    needle: str
    part: TextPart


_TAGS: Final = (
    ("hashtags", "tag", "#", PartKind.HASHTAG),
    ("cashtags", "tag", "$", PartKind.CASHTAG),
    ("mentions", "username", "@", PartKind.MENTION),
)
_SEARCH_WIDTH: Final = 40
# A sign inside a word, an address or an escaped letter (`&#39;`) begins nothing.
_SIGNS: Final = re.compile(
    r"(?P<link>\bhttps?://[^\s<>\"]*[^\s<>\"'.,:;!?)\]])"
    r"|(?<![\w&/])#(?P<hashtag>\w*[^\W\d]\w*)"
    r"|(?<![\w@/])@(?P<mention>[A-Za-z0-9_]{1,15})\b"
)


def parts_of(text: str, entities: Mapping[str, object]) -> tuple[TextPart, ...]:
    """Return `text` as runs that, joined, are what a person reads.

    Args:
        text: as X sent it.
        entities: X's `entities` object of this text, empty when it was not asked for;
            unknown shapes are ignored.
    """
    if not entities:
        return _parts_by_signs(text)
    parts: list[TextPart] = []
    here = 0
    for entity in sorted(_entities(entities), key=lambda found: found.start):
        at = _locate(text, entity, here)
        if at < 0:
            continue
        _add_plain(parts, text[here:at])
        here = at + len(entity.needle)
        written = entity.part.text or text[at:here]
        parts.append(TextPart(unescape(written), entity.part.kind, entity.part.target))
    _add_plain(parts, text[here:])
    return tuple(parts)


def _parts_by_signs(text: str) -> tuple[TextPart, ...]:
    parts: list[TextPart] = []
    here = 0
    for found in _SIGNS.finditer(text):
        _add_plain(parts, text[here : found.start()])
        here = found.end()
        kind = PartKind(str(found.lastgroup))
        word = unescape(found.group())
        parts.append(TextPart(word, kind, word if kind is PartKind.LINK else ""))
    _add_plain(parts, text[here:])
    return tuple(parts)


def _add_plain(parts: list[TextPart], text: str) -> None:
    if text:
        parts.append(TextPart(unescape(text)))


def _locate(text: str, entity: _Entity, earliest: int) -> int:
    """Return where the entity stands, at or after `earliest`; -1 when it does not."""
    folded, needle = text.lower(), entity.needle.lower()
    if len(folded) != len(text):  # a few letters grow when folded, and positions with them
        folded, needle = text, entity.needle
    if entity.start >= earliest and folded.startswith(needle, entity.start):
        return entity.start
    first = max(earliest, entity.start - _SEARCH_WIDTH)
    return folded.find(needle, first, entity.start + len(needle) + _SEARCH_WIDTH)


def _entities(entities: Mapping[str, object]) -> Iterator[_Entity]:
    for group, key, sign, kind in _TAGS:
        for item in _items(entities.get(group)):
            name, start = item.get(key), item.get("start")
            if isinstance(name, str) and name and isinstance(start, int):
                # The text is taken as written: X folds neither hashtags nor usernames.
                yield _Entity(start, sign + name, TextPart("", kind))
    for item in _items(entities.get("urls")):
        url, start = item.get("url"), item.get("start")
        if isinstance(url, str) and url and isinstance(start, int):
            shown, target = item.get("display_url"), item.get("expanded_url")
            words = shown if isinstance(shown, str) and shown else url
            end = target if isinstance(target, str) and target else url
            yield _Entity(start, url, TextPart(words, PartKind.LINK, _web_address(end)))


def _web_address(target: str) -> str:
    """Return the address if a browser may be sent there; whoever wrote the Post chose it."""
    return target if target.lower().startswith(("https://", "http://")) else ""


def _items(value: object) -> Iterator[Mapping[str, object]]:
    for item in value if isinstance(value, list) else ():
        if isinstance(item, Mapping):
            yield cast("Mapping[str, object]", item)
