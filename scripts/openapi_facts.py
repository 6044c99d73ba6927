"""A second reading of X's OpenAPI file, to check the catalogue against: facts as plain lines.

    python -m scripts.openapi_facts FILE > tests/unit/core/openapi_facts.json

Written apart from `core/catalogue_source.py` and sharing nothing with it, so that the same
mistake does not pass twice. Where that one picks what it knows, this one takes every keyword
that is not prose: a keyword that the catalogue forgets becomes a difference. Long
enumerations are kept as their number and a hash; no sentence of X's is kept.
"""

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

PROSE: Final = {"description", "example", "examples", "title", "summary", "externalDocs"}
NESTED: Final = {"properties", "items", "anyOf", "oneOf", "allOf", "$ref"}
SHAPED_TAGS: Final = {"Posts", "Users", "Usage"}  # whose answers' shapes are kept too
PAIRS: Final = {"start_time": "since_id", "end_time": "until_id", "next_token": "pagination_token"}

Node = dict[str, Any]


def at(document: Node, node: Node) -> Node:
    """Return the node that a reference stands for, or the node itself."""
    while (pointer := node.get("$ref")) is not None:
        node = document
        for key in pointer.split("/")[1:]:
            node = node[key]
    return node


def schema_lines(document: Node, place: str, node: Node) -> Iterator[str]:
    """Yield one line per schema node: its place, then its keywords in order."""
    node = at(document, node)
    words = []
    for keyword in sorted(set(node) - PROSE - NESTED):
        value = node[keyword]
        if keyword == "additionalProperties" and value is True:
            continue  # JSON Schema's default
        if keyword in {"enum", "required"}:
            value = listed(value)
        words.append(f"{keyword}={json.dumps(value, sort_keys=True)}")
    if "type" not in node:
        words.append('type="object"' if "properties" in node else 'type="string"')
    yield f"{place}: {' '.join(sorted(words))}"
    for name, child in node.get("properties", {}).items():
        yield from schema_lines(document, f"{place}.{name}", child)
    if "items" in node:
        yield from schema_lines(document, f"{place}[]", node["items"])
    alternatives = node.get("anyOf", []) + node.get("oneOf", [])
    for number, child in enumerate(alternatives):
        yield from schema_lines(document, f"{place}|{number}", child)
    if "allOf" in node:
        yield f"{place}: allOf"


def listed(values: list[Any]) -> str:
    """Return a list as text whatever its order; a long one as its number and a hash."""
    text = ",".join(sorted(str(value) for value in values))
    if len(text) <= 60:
        return text
    return f"{len(values)}#{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def operation_lines(document: Node, operation: Node) -> Iterator[str]:
    """Yield everything that is to be compared of one operation."""
    yield f"id {operation['operationId']}"
    yield f"tag {operation['tags'][0]}"
    for requirement in operation.get("security", []):
        for kind in requirement:
            yield " ".join(["auth", kind, *sorted(requirement[kind])])
    if operation.get("x-twitter-streaming"):
        yield "streaming"
    names = set()
    for parameter in operation.get("parameters", []):
        given = at(document, parameter)
        names.add(given["name"])
        place = f"{given['in']} {given['name']}"
        yield f"{place} {'required' if given.get('required') else 'optional'}"
        yield from schema_lines(document, place, given["schema"])
    pairs = dict.fromkeys(PAIRS.items())
    for told in operation.get("description", "").split("At most one of ")[1:]:
        one, other = told.split("`")[1:4:2]
        if PAIRS.get(other) != one:
            pairs[one, other] = None
    for one, other in pairs:
        if {one, other} <= names:
            yield f"not both {one} {other}"
    if "requestBody" in operation:
        body = at(document, operation["requestBody"])
        yield f"body {'required' if body.get('required') else 'optional'}"
        yield f"body types {' '.join(sorted(body['content']))}"
        content = body["content"]
        chosen = content.get("application/json") or content[min(content)]
        yield from schema_lines(document, "body", chosen["schema"])


def operations_of(document: Node) -> dict[str, Node]:
    """Return every operation by method and path."""
    found = {}
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if isinstance(operation, dict):
                found[f"{method.upper()} {path}"] = operation
    return found


def facts_of(document: Node) -> dict[str, list[str]]:
    """Return the lines of every operation by method and path."""
    return {
        key: sorted(operation_lines(document, operation))
        for key, operation in sorted(operations_of(document).items())
    }


class Shapes:
    """The shapes of answers, each kept once: X repeats that of a Post in every list."""

    def __init__(self, document: Node) -> None:
        self._document = document
        self.table: list[Any] = []
        self._numbers: dict[str, int] = {}

    def of(self, node: Node) -> int:
        """Return the number of a schema's shape in the table."""
        node = at(self._document, node)
        shape: Node = {"type": node.get("type", "object" if "properties" in node else "any")}
        if "properties" in node:
            required = set(node.get("required", []))
            shape["properties"] = {
                name + ("!" if name in required else ""): self.of(child)
                for name, child in sorted(node["properties"].items())
            }
        if "items" in node:
            shape["items"] = self.of(node["items"])
        if choices := node.get("anyOf", []) + node.get("oneOf", []):
            shape["any"] = [self.of(child) for child in choices]
        key = json.dumps(shape, sort_keys=True)
        if key not in self._numbers:
            self._numbers[key] = len(self.table)
            self.table.append(shape)
        return self._numbers[key]


def answers_of(document: Node) -> Node:
    """Return status and shape of the accepted answer of the operations of SHAPED_TAGS."""
    shapes = Shapes(document)
    answers = {}
    for key, operation in sorted(operations_of(document).items()):
        if not SHAPED_TAGS & set(operation["tags"]):
            continue
        status = min(code for code in operation["responses"] if code.startswith("2"))
        content = at(document, operation["responses"][status])["content"]
        answers[key] = [int(status), shapes.of(content["application/json"]["schema"])]
    return {"answers": answers, "shapes": shapes.table}


def main(source: str) -> None:
    """Print the facts as JSON, one operation per line."""
    document = json.loads(Path(source).read_text("utf-8"))
    repeated: dict[str, int] = {}
    operations = {
        key: [repeated.setdefault(line, len(repeated)) for line in lines]
        for key, lines in facts_of(document).items()
    }
    facts = {
        "version": document["info"]["version"],
        "lines": list(repeated),
        "operations": operations,
        **answers_of(document),
    }
    print(json.dumps(facts, separators=(",", ":")))


if __name__ == "__main__":
    main(sys.argv[1])
