"""Compares the catalogue with an OpenAPI file of X's, operation by operation.

    python -m scripts.compare_catalogue FILE [CATALOGUE]

FILE is an OpenAPI file, or the facts that `scripts.openapi_facts` made of one. Ends with 0
when nothing is missing, extra or different in kinds of authentication, scopes, parameters,
types, limits, enumerations, exclusions, bodies and streaming marks; otherwise with 1 and the
list of differences.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from scripts.openapi_facts import facts_of, listed

CATALOGUE: Final = Path(__file__).resolve().parent.parent / "resources" / "catalogue.json"
STRUCTURE: Final = {"name", "in", "properties", "items", "any_of", "content_types", "needed"}
X_WORDS: Final = {
    "min_items": "minItems",
    "max_items": "maxItems",
    "unique_items": "uniqueItems",
    "min_length": "minLength",
    "max_length": "maxLength",
}


def expected(file: Path) -> dict[str, list[str]]:
    """Return the lines of every operation of an OpenAPI file, or of facts made of one."""
    document = json.loads(file.read_text("utf-8"))
    if "paths" in document:
        return facts_of(document)
    lines = document["lines"]
    return {
        key: [lines[number] for number in numbers]
        for key, numbers in document["operations"].items()
    }


def actual(catalogue: dict[str, Any]) -> dict[str, list[str]]:
    """Return the same lines of every operation of the catalogue."""
    enums = catalogue["enums"]
    return {
        f"{each['method']} {each['path']}": sorted(_operation(each, enums))
        for each in catalogue["operations"]
    }


def differences(wanted: dict[str, list[str]], found: dict[str, list[str]]) -> list[str]:
    """Return what is missing, extra or different; empty when the two agree."""
    told = [f"missing operation: {key}" for key in sorted(wanted.keys() - found.keys())]
    told += [f"extra operation: {key}" for key in sorted(found.keys() - wanted.keys())]
    for key in sorted(wanted.keys() & found.keys()):
        mine, theirs = set(found[key]), set(wanted[key])
        told += [f"{key}: missing: {line}" for line in sorted(theirs - mine)]
        told += [f"{key}: extra: {line}" for line in sorted(mine - theirs)]
        if not mine ^ theirs and len(found[key]) != len(wanted[key]):
            told.append(f"{key}: something is said twice")
    return told


def _operation(facts: dict[str, Any], enums: list[Any]) -> Iterator[str]:
    yield f"id {facts['id']}"
    yield f"tag {facts['tag']}"
    for kind, scopes in facts["auth"].items():
        yield " ".join(["auth", kind, *scopes])
    if facts["streaming"]:
        yield "streaming"
    for parameter in facts["parameters"]:
        place = f"{parameter['in']} {parameter['name']}"
        yield f"{place} {'required' if parameter['required'] else 'optional'}"
        schema = {key: value for key, value in parameter.items() if key != "required"}
        yield from _schema(place, schema, enums)
    for group in facts.get("exclusions", []):
        yield f"not both {' '.join(group)}"
    if "body" in facts:
        body = facts["body"]
        yield f"body {'required' if body['needed'] else 'optional'}"
        yield f"body types {' '.join(body['content_types'])}"
        yield from _schema("body", body, enums)


def _schema(place: str, node: dict[str, Any], enums: list[Any]) -> Iterator[str]:
    words = []
    for key in set(node) - STRUCTURE:
        value = node[key]
        if key == "closed":
            words.append("additionalProperties=false")
            continue
        if key == "enum":
            value = listed(enums[value])
        if key == "required":
            value = listed(value)
        words.append(f"{X_WORDS.get(key, key)}={json.dumps(value, sort_keys=True)}")
    yield f"{place}: {' '.join(sorted(words))}"
    for name, child in node.get("properties", {}).items():
        yield from _schema(f"{place}.{name}", child, enums)
    if "items" in node:
        yield from _schema(f"{place}[]", node["items"], enums)
    for number, child in enumerate(node.get("any_of", [])):
        yield from _schema(f"{place}|{number}", child, enums)


def main(file: str, catalogue: str = str(CATALOGUE)) -> int:
    """Print the differences and return the exit code."""
    wanted = expected(Path(file))
    found = actual(json.loads(Path(catalogue).read_text("utf-8")))
    told = differences(wanted, found)
    for line in told:
        print(line)
    print(f"{len(wanted)} operations in the file, {len(found)} in the catalogue, ", end="")
    print(f"{len(told)} differences")
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
