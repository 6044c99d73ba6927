"""X's OpenAPI file becomes the catalogue: facts only, no sentence of X's, and nothing hostile.

The file comes from X's address or from disk, so it is read as strictly as an answer: size,
strict JSON, references that end, names and paths that can be what they claim to be, patterns
that cannot run for ever. What is taken: methods, paths, names, types, limits, enumerations,
kinds of authentication and scopes. Titles are Keypane's own (`resources/titles.json`), or
the operation's name split into words.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from core.answers import read_json
from core.errors import BadAnswer, BadInput

MOST_BYTES: Final = 16 << 20  # X's file had 0.9 MB in August 2026
MOST_OPERATIONS: Final = 2_000
WHERE: Final = "OpenAPI file"
KINDS: Final = ("BearerToken", "OAuth2UserToken", "UserToken")
METHODS: Final = ("get", "put", "post", "delete", "patch", "head")
LIMITS: Final = {
    "minimum": "minimum",
    "maximum": "maximum",
    "minItems": "min_items",
    "maxItems": "max_items",
    "uniqueItems": "unique_items",
    "minLength": "min_length",
    "maxLength": "max_length",
    "pattern": "pattern",
    "format": "format",
    "default": "default",
    "enum": "enum",
}
# At most one of each group may be given (x-platform notes §5.2); X's file names some more.
EXCLUSIONS: Final = (
    ("start_time", "since_id"),
    ("end_time", "until_id"),
    ("next_token", "pagination_token"),
)
_DEEPEST: Final = 24
_MOST_NODES: Final = 100_000
_LONGEST_TEXT: Final = 300
_LONGEST_LIST: Final = 2_000
_NUMBERS: Final = ("minimum", "maximum", "minItems", "maxItems", "minLength", "maxLength")
_TYPES: Final = frozenset({"string", "integer", "number", "boolean", "array", "object"})
_IDENTITY: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,99}")
_KIND: Final = re.compile(r"[A-Z][A-Za-z0-9_]{0,99}")
_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")
_PATH: Final = re.compile(r"(?:/[A-Za-z0-9_.-]{1,100}|/\{[A-Za-z0-9_]{1,100}\}){1,20}")
_VERSION: Final = re.compile(r"[A-Za-z0-9._+-]{1,40}")
_SCOPE: Final = re.compile(r"[a-z][a-z0-9_.:-]{0,99}")
_TAG: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _&-]{0,59}")
_AT_MOST_ONE: Final = re.compile(r"At most one of `([\w.]{1,60})`, `([\w.]{1,60})` may be provided")
_UNBOUNDED: Final = re.compile(r"[*+]|\{\d+,\}")

Facts = dict[str, Any]


def read_source(raw: bytes, titles: Mapping[str, str]) -> Facts:
    """Return the catalogue of an OpenAPI file, in the form of `resources/catalogue.json`.

    Args:
        raw: the file.
        titles: our own titles by operation id.

    Raises:
        BadInput: it is too large, no strict JSON, no OpenAPI 3 file of X's, or holds what
            cannot be true or would be dangerous; the detail says what, and at which operation.
    """
    if len(raw) > MOST_BYTES:
        raise _bad(f"it is larger than {MOST_BYTES >> 20} MiB")
    try:
        document = read_json(raw)
    except BadAnswer as fault:
        raise _bad(fault.detail.replace("the answer", "it")) from None
    return make(document, titles)


def make(document: Facts, titles: Mapping[str, str]) -> Facts:
    """Return the catalogue of an OpenAPI document. Raises BadInput as `read_source`."""
    if not str(document.get("openapi", "")).startswith("3."):
        raise _bad("it does not say that it is OpenAPI 3")
    paths = _object(document.get("paths"), "the paths")
    operations = [
        _Operation(document, method, path).facts(_object(node, path), titles)
        for path, item in sorted(paths.items())
        for method, node in sorted(_object(item, "a path").items())
        if method in METHODS
    ]
    if not 1 <= len(operations) <= MOST_OPERATIONS:
        raise _bad(f"it has {len(operations)} operations")
    seen: set[str] = set()
    for operation in operations:
        if operation["id"] in seen:
            raise _bad("an operation id stands there twice", operation["id"])
        seen.add(operation["id"])
    version = _object(document.get("info"), "its info").get("version")
    source = _text(version, _VERSION, "its version", "")
    return {"source": source, "enums": _shared_enums(operations), "operations": operations}


def as_bytes(catalogue: Facts) -> bytes:
    """Return the catalogue as its file holds it."""
    return (json.dumps(catalogue, separators=(",", ":")) + "\n").encode()


def words_of(identity: str) -> str:
    """Return an operation's name as words: getListsById -> Get lists by id."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", identity).lower().capitalize()


class _Operation:
    """Reads one operation; knows where it stands, for what it says when something is wrong."""

    def __init__(self, document: Facts, method: str, path: str) -> None:
        if not _PATH.fullmatch(path) or not path.startswith("/2/") or ".." in path:
            raise _bad("a path is none of X's API")
        self._document = document
        self._method = method.upper()
        self._path = path
        self._where = f"{self._method} {path}"
        self._nodes = 0

    def facts(self, node: Facts, titles: Mapping[str, str]) -> Facts:
        """Return what the catalogue keeps of it."""
        identity = self._text(node.get("operationId"), _IDENTITY, "the operation id")
        parameters = [self._parameter(each) for each in self._list(node.get("parameters", []))]
        names = [each["name"] for each in parameters]
        if len(set(names)) != len(names):
            raise self._bad("a parameter stands there twice")
        placeholders = re.findall(r"\{(\w+)\}", self._path)
        in_path = [each["name"] for each in parameters if each["in"] == "path"]
        if sorted(placeholders) != sorted(in_path):
            raise self._bad("the placeholders of the path are not its parameters")
        tags = self._list(node.get("tags", []))
        facts: Facts = {
            "id": identity,
            "method": self._method,
            "path": self._path,
            "tag": self._text(tags[0], _TAG, "the tag") if tags else "Other",
            "title": titles.get(identity) or words_of(identity),
            "auth": self._auth(node.get("security", [])),
            "parameters": parameters,
            "streaming": node.get("x-twitter-streaming") is True,
        }
        if exclusions := _exclusions(node.get("description"), set(names)):
            facts["exclusions"] = exclusions
        if "requestBody" in node:
            facts["body"] = self._body(node["requestBody"])
        return facts

    def _auth(self, security: object) -> dict[str, list[str]]:
        """Return which kinds of credential it takes, with the scopes it wants."""
        found: dict[str, list[str]] = {}
        for choice in self._list(security):
            for kind, scopes in self._object(choice).items():
                self._text(kind, _KIND, "a kind of authentication")
                listed = [self._text(each, _SCOPE, "a scope") for each in self._list(scopes)]
                found[kind] = sorted(listed)
        return {kind: found[kind] for kind in (*KINDS, *sorted(found)) if kind in found}

    def _parameter(self, given: object) -> Facts:
        node = self._resolved(given)
        where = node.get("in")
        if not isinstance(where, str) or where not in {"path", "query"}:
            raise self._bad("a parameter stands neither in the path nor in the query")
        required = node.get("required", False)
        if not isinstance(required, bool):
            raise self._bad("whether a parameter is required is not said")
        return {
            "name": self._text(node.get("name"), _NAME, "a parameter's name"),
            "in": where,
            "required": required,
            **self._schema(node.get("schema")),
        }

    def _body(self, given: object) -> Facts:
        node = self._resolved(given)
        content = self._object(node.get("content"))
        if not content:
            raise self._bad("the body has no content type")
        kind = "application/json" if "application/json" in content else next(iter(content))
        return {
            "content_types": sorted(content),
            "needed": node.get("required") is True,
            **self._schema(self._object(content[kind]).get("schema")),
        }

    def _schema(self, given: object, depth: int = 0, open_: frozenset[str] = frozenset()) -> Facts:
        """Return the facts of a schema, without prose."""
        self._nodes += 1
        if depth > _DEEPEST or self._nodes > _MOST_NODES:
            raise self._bad("a schema has no end")
        reference = given.get("$ref") if isinstance(given, dict) else None
        if isinstance(reference, str):
            if reference in open_:
                raise self._bad("a schema contains itself")
            open_ |= {reference}
        node = self._resolved(given)
        facts = self._limits(node)
        kind = node.get("type") or ("object" if "properties" in node else "string")
        if not isinstance(kind, str) or kind not in _TYPES:
            raise self._bad("a type is none of JSON's")
        facts["type"] = kind
        if node.get("additionalProperties") is False:
            facts["closed"] = True
        if "items" in node:
            facts["items"] = self._schema(node["items"], depth + 1, open_)
        if "properties" in node:
            facts["properties"] = {
                self._text(name, _NAME, "a property's name"): self._schema(child, depth + 1, open_)
                for name, child in sorted(self._object(node["properties"]).items())
            }
        if "required" in node:
            wanted = self._list(node["required"])
            facts["required"] = sorted(self._text(each, _NAME, "a name") for each in wanted)
        choices = [child for word in ("anyOf", "oneOf") for child in self._list(node.get(word, []))]
        if choices:
            facts["any_of"] = [self._schema(child, depth + 1, open_) for child in choices]
        return facts

    def _limits(self, node: Facts) -> Facts:
        for name in _NUMBERS:
            if not isinstance(node.get(name, 0), int | float) or isinstance(node.get(name), bool):
                raise self._bad(f"{name} is no number")
        default = node.get("default", "")
        defaults = default if isinstance(default, list) else [default]
        for value in [*self._list(node.get("enum", [])), *self._list(defaults)]:
            if not isinstance(value, str | int | float | bool) or len(str(value)) > _LONGEST_TEXT:
                raise self._bad("a value is not one that can be sent")
        if not isinstance(node.get("format", ""), str) or len(node.get("format", "")) > 40:
            raise self._bad("a format has no name")
        self._check_pattern(node.get("pattern", ""))
        return {ours: node[theirs] for theirs, ours in LIMITS.items() if theirs in node}

    def _check_pattern(self, pattern: object) -> None:
        """Refuse what could run for ever over a value: nested repeats, many of them, or recall."""
        if not isinstance(pattern, str) or len(pattern) > _LONGEST_TEXT:
            raise self._bad("a pattern is no text, or too long")
        bare = re.sub(r"\\.|\[(?:\\.|[^\]\\])+\]", "x", pattern)
        if re.search(r"\)[*+{]", bare) or len(_UNBOUNDED.findall(bare)) > 4:
            raise self._bad("a pattern could run for ever")
        if re.search(r"\\[1-9]|\(\?P=", pattern):
            raise self._bad("a pattern could run for ever")
        try:
            re.compile(pattern)
        except re.error:
            raise self._bad("a pattern cannot be read") from None

    def _resolved(self, node: object) -> Facts:
        """Follow references until there is none."""
        for _ in range(_DEEPEST):
            facts = self._object(node)
            if "$ref" not in facts:
                return facts
            reference = facts["$ref"]
            if not isinstance(reference, str) or not reference.startswith("#/"):
                raise self._bad("a reference leaves the file")
            node = self._document
            for step in reference.removeprefix("#/").split("/"):
                name = step.replace("~1", "/").replace("~0", "~")
                node = self._object(node).get(name)
        raise self._bad("a reference leads to itself")

    def _text(self, value: object, shape: re.Pattern[str], what: str) -> str:
        return _text(value, shape, what, self._where)

    def _object(self, value: object) -> Facts:
        return _object(value, "something", self._where)

    def _list(self, value: object) -> list[Any]:
        if not isinstance(value, list) or len(value) > _LONGEST_LIST:
            raise self._bad("something is not a list, or too long a one")
        return value

    def _bad(self, why: str) -> BadInput:
        return _bad(why, self._where)


def _exclusions(description: object, names: set[str]) -> list[list[str]]:
    """Return the groups of which at most one may be given: those known, then those X names."""
    told = _AT_MOST_ONE.findall(description) if isinstance(description, str) else []
    found: list[list[str]] = []
    for group in (*EXCLUSIONS, *told):
        is_new = all(set(group) != set(other) for other in found)
        if is_new and set(group) <= names:
            found.append(list(group))
    return found


def _shared_enums(operations: list[Facts]) -> list[list[Any]]:
    """Move enumerations into one list and leave their number; X repeats the long ones 35 times."""
    seen: dict[str, int] = {}
    enums: list[list[Any]] = []

    def visit(node: object) -> None:
        if isinstance(node, list):
            for child in node:
                visit(child)
        if not isinstance(node, dict):
            return
        enum = node.get("enum")
        if isinstance(enum, list):
            key = json.dumps(enum)
            if key not in seen:
                seen[key] = len(enums)
                enums.append(enum)
            node["enum"] = seen[key]
        for child in list(node.values()):
            visit(child)

    visit(operations)
    return enums


def _text(value: object, shape: re.Pattern[str], what: str, where: str) -> str:
    if not isinstance(value, str) or not shape.fullmatch(value):
        raise _bad(f"{what} cannot be one", where)
    return value


def _object(value: object, what: str, where: str = "") -> Facts:
    if not isinstance(value, dict):
        raise _bad(f"{what} is not an object", where)
    return value


def _bad(why: str, where: str = "") -> BadInput:
    return BadInput(WHERE, f"{why} ({where})" if where else why)
