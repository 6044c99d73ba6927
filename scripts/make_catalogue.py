"""Derives `resources/catalogue.json` from X's OpenAPI file: facts only, no sentence of X's.

    python scripts/make_catalogue.py path/to/openapi.json

What is taken: methods, paths, names, types, limits, enumerations, kinds of
authentication and scopes. Titles are Keypane's own (`resources/titles.json`), or the
operation's name split into words.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

RESOURCES = Path(__file__).resolve().parent.parent / "resources"
LIMITS = {
    "minimum": "minimum",
    "maximum": "maximum",
    "minItems": "min_items",
    "maxItems": "max_items",
    "minLength": "min_length",
    "maxLength": "max_length",
    "pattern": "pattern",
    "format": "format",
    "default": "default",
    "enum": "enum",
}
# At most one of each group may be given (x-platform notes §5.2).
EXCLUSIONS = (
    ("start_time", "since_id"),
    ("end_time", "until_id"),
    ("next_token", "pagination_token"),
)
KINDS = ("BearerToken", "OAuth2UserToken", "UserToken")
DEEPEST = 6

Facts = dict[str, Any]


class Spec:
    """An OpenAPI document with its references."""

    def __init__(self, document: Facts) -> None:
        self.document = document

    def resolved(self, node: Facts) -> Facts:
        """Follow references until there is none."""
        while "$ref" in node:
            target: Any = self.document
            for step in node["$ref"].removeprefix("#/").split("/"):
                target = target[step]
            node = target
        return node

    def schema(self, node: Facts, depth: int = 0) -> Facts:
        """Return the facts of a schema, without prose."""
        node = self.resolved(node)
        facts: Facts = {ours: node[theirs] for theirs, ours in LIMITS.items() if theirs in node}
        facts["type"] = node.get("type") or ("object" if "properties" in node else "string")
        if depth >= DEEPEST:
            return facts
        if "items" in node:
            facts["items"] = self.schema(node["items"], depth + 1)
        if "properties" in node:
            facts["properties"] = {
                name: self.schema(child, depth + 1)
                for name, child in sorted(node["properties"].items())
            }
        if "required" in node:
            facts["required"] = sorted(node["required"])
        for word in ("anyOf", "oneOf"):
            if word in node:
                facts["any_of"] = [self.schema(child, depth + 1) for child in node[word]]
        return facts

    def parameter(self, node: Facts) -> Facts:
        """Return the facts of a parameter."""
        node = self.resolved(node)
        return {
            "name": node["name"],
            "in": node["in"],
            "required": bool(node.get("required")),
            **self.schema(node["schema"]),
        }

    def operation(self, method: str, path: str, node: Facts, titles: Facts) -> Facts:
        """Return the facts of an operation."""
        identity = node["operationId"]
        parameters = [self.parameter(each) for each in node.get("parameters", [])]
        names = {each["name"] for each in parameters}
        facts: Facts = {
            "id": identity,
            "method": method.upper(),
            "path": path,
            "tag": (node.get("tags") or ["Other"])[0],
            "title": titles.get(identity) or words_of(identity),
            "auth": auth_of(node.get("security", [])),
            "parameters": parameters,
            "streaming": bool(node.get("x-twitter-streaming")),
        }
        exclusions = [list(group) for group in EXCLUSIONS if names.issuperset(group)]
        if exclusions:
            facts["exclusions"] = exclusions
        if "requestBody" in node:
            facts["body"] = self.body(node["requestBody"])
        return facts

    def body(self, node: Facts) -> Facts:
        """Return the facts of a request body; JSON where X takes it."""
        content = node["content"]
        kind = "application/json" if "application/json" in content else next(iter(content))
        return {
            "content_types": sorted(content),
            "required": bool(node.get("required")),
            **self.schema(content[kind]["schema"]),
        }


def auth_of(security: list[dict[str, list[str]]]) -> dict[str, list[str]]:
    """Return which kinds of credential an operation takes, with the scopes it wants."""
    found: dict[str, list[str]] = {}
    for choice in security:
        for kind, scopes in choice.items():
            found[kind] = sorted(scopes)
    return {kind: found[kind] for kind in KINDS if kind in found}


def words_of(identity: str) -> str:
    """Return an operation's name as words: getListsById -> Get lists by id."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", identity).lower().capitalize()


def shared_enums(operations: list[Facts]) -> list[list[Any]]:
    """Move long enumerations into one list and leave their number; X repeats them 35 times."""
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


def make(document: Facts, titles: Facts) -> Facts:
    """Return the catalogue of an OpenAPI document."""
    spec = Spec(document)
    operations = [
        spec.operation(method, path, node, titles)
        for path, item in sorted(document["paths"].items())
        for method, node in sorted(item.items())
        if isinstance(node, dict) and "operationId" in node
    ]
    enums = shared_enums(operations)
    return {"source": document["info"]["version"], "enums": enums, "operations": operations}


def main(source: str) -> None:
    """Write the catalogue."""
    document = json.loads(Path(source).read_text("utf-8"))
    titles = json.loads((RESOURCES / "titles.json").read_text("utf-8"))
    catalogue = make(document, titles)
    target = RESOURCES / "catalogue.json"
    target.write_text(json.dumps(catalogue, separators=(",", ":")) + "\n", "utf-8")
    print(f"{len(catalogue['operations'])} operations, {target.stat().st_size} bytes")


if __name__ == "__main__":
    main(sys.argv[1])
