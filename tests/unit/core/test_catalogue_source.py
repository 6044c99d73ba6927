"""X's OpenAPI file as a source: what a second reading finds, and what a hostile file does."""

import copy
import json
import random
from pathlib import Path
from typing import Any

import pytest
import requests

from core.catalogue import RESOURCES, Catalogue, built_in
from core.catalogue_source import MOST_BYTES, as_bytes, make, read_source
from core.catalogue_update import difference
from core.errors import BadInput
from sandbox import Sandbox
from scripts.compare_catalogue import CATALOGUE, actual, differences, expected, main

FACTS = Path(__file__).parent / "openapi_facts.json"
Facts = dict[str, Any]


def shipped() -> Facts:
    facts: Facts = json.loads((RESOURCES / "catalogue.json").read_text("utf-8"))
    return facts


def test_the_catalogue_agrees_with_a_second_reading_of_x_s_file() -> None:
    wanted, found = expected(FACTS), actual(shipped())

    assert len(wanted) == len(found) == 178
    assert differences(wanted, found) == []


def test_the_script_ends_with_0_where_they_agree_and_1_where_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    catalogue = shipped()
    del catalogue["operations"][3]
    changed = tmp_path / "catalogue.json"
    changed.write_bytes(as_bytes(catalogue))

    assert main(str(FACTS), str(CATALOGUE)) == 0
    assert main(str(FACTS), str(changed)) == 1
    assert "missing operation" in capsys.readouterr().out


def first_with(operations: list[Facts], key: str) -> Facts:
    return next(each for each in operations if each.get(key))


def drop_a_scope(operations: list[Facts]) -> None:
    first_with([each["auth"] for each in operations], "OAuth2UserToken")["OAuth2UserToken"].pop()


def drop_a_kind(operations: list[Facts]) -> None:
    operations[0]["auth"].popitem()


def drop_a_parameter(operations: list[Facts]) -> None:
    first_with(operations, "parameters")["parameters"].pop()


def loosen_a_limit(operations: list[Facts]) -> None:
    limited = [p for each in operations for p in each["parameters"] if "maximum" in p]
    limited[0]["maximum"] += 1


def change_a_type(operations: list[Facts]) -> None:
    first_with(operations, "parameters")["parameters"][0]["type"] = "boolean"


def need_a_parameter(operations: list[Facts]) -> None:
    chosen = first_with(operations, "parameters")["parameters"][-1]
    chosen["required"] = not chosen["required"]


def forget_an_exclusion(operations: list[Facts]) -> None:
    del first_with(operations, "exclusions")["exclusions"][0]


def change_a_body(operations: list[Facts]) -> None:
    body = first_with(operations, "body")["body"]
    body["properties"]["extra"] = {"type": "string"}


def forget_a_stream(operations: list[Facts]) -> None:
    first_with(operations, "streaming")["streaming"] = False


def need_no_body(operations: list[Facts]) -> None:
    body = first_with(operations, "body")["body"]
    body["needed"] = not body["needed"]


@pytest.mark.parametrize(
    "change",
    [
        drop_a_scope,
        drop_a_kind,
        drop_a_parameter,
        loosen_a_limit,
        change_a_type,
        need_a_parameter,
        forget_an_exclusion,
        change_a_body,
        forget_a_stream,
        need_no_body,
    ],
)
def test_the_comparison_finds_every_kind_of_difference(change: Any) -> None:
    catalogue = shipped()
    change(catalogue["operations"])

    assert differences(expected(FACTS), actual(catalogue))


def test_the_comparison_finds_a_changed_enumeration() -> None:
    catalogue = shipped()
    catalogue["enums"][0].append("something.new")

    assert differences(expected(FACTS), actual(catalogue))


# What may stand in a file

THING: Facts = {
    "openapi": "3.0.0",
    "info": {"version": "9"},
    "paths": {
        "/2/things/{id}": {
            "get": {
                "operationId": "getThing",
                "tags": ["Things"],
                "security": [{"BearerToken": []}],
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
                ],
            }
        }
    },
}


def broken(change: Any) -> Facts:
    document = copy.deepcopy(THING)
    change(document, document["paths"]["/2/things/{id}"]["get"])
    return document


def test_a_small_file_is_read() -> None:
    assert [each["id"] for each in make(copy.deepcopy(THING), {})["operations"]] == ["getThing"]


def schema(facts: Facts) -> Any:
    def change(_document: Facts, operation: Facts) -> None:
        operation["parameters"][0]["schema"] = facts

    return change


def endless(document: Facts, operation: Facts) -> None:
    document["components"] = {"a": {"items": {"$ref": "#/components/a"}, "type": "array"}}
    operation["parameters"][0]["schema"] = {"$ref": "#/components/a"}


def circle(document: Facts, operation: Facts) -> None:
    document["components"] = {"a": {"$ref": "#/components/b"}, "b": {"$ref": "#/components/a"}}
    operation["parameters"][0]["schema"] = {"$ref": "#/components/a"}


def laughs(document: Facts, operation: Facts) -> None:
    """Grow a schema of ten times ten times … nodes out of a few lines."""
    document["components"] = {
        f"s{level}": {"anyOf": [{"$ref": f"#/components/s{level + 1}"}] * 10} for level in range(12)
    } | {"s12": {"type": "string"}}
    operation["parameters"][0]["schema"] = {"$ref": "#/components/s0"}


HOSTILE: dict[str, Any] = {
    "no version of OpenAPI": lambda d, _: d.pop("openapi"),
    "no paths": lambda d, _: d.update(paths={}),
    "paths are a list": lambda d, _: d.update(paths=[]),
    "a path beside /2": lambda d, _: d["paths"].update({"/evil": d["paths"].popitem()[1]}),
    "a path upwards": lambda d, _: d["paths"].update({"/2/../x": d["paths"].popitem()[1]}),
    "a path to another host": lambda d, _: d["paths"].update(
        {"//e.example/2": d["paths"].popitem()[1]}
    ),
    "a bad version": lambda d, _: d["info"].update(version="<b>9</b>"),
    "no operation id": lambda _, o: o.pop("operationId"),
    "an operation id of markup": lambda _, o: o.update(operationId="<img src=x>"),
    "a tag of markup": lambda _, o: o.update(tags=["<b>"]),
    "security as text": lambda _, o: o.update(security="BearerToken"),
    "a scope with a space": lambda _, o: o.update(security=[{"OAuth2UserToken": ["a b"]}]),
    "a header parameter": lambda _, o: o["parameters"][0].update({"in": "header"}),
    "a placeholder without parameter": lambda _, o: o.update(parameters=[]),
    "a parameter twice": lambda _, o: o["parameters"].append(o["parameters"][0]),
    "a null schema": schema({"type": None, "enum": None}),
    "an unknown type": schema({"type": "function"}),
    "a maximum of text": schema({"type": "integer", "maximum": "9"}),
    "a nested repeat": schema({"type": "string", "pattern": "^(a+)+$"}),
    "a repeated choice": schema({"type": "string", "pattern": "^(a|aa){1,50}$"}),
    "a recalling pattern": schema({"type": "string", "pattern": r"^(a*)b\1$"}),
    "an unreadable pattern": schema({"type": "string", "pattern": "("}),
    "a huge default": schema({"type": "string", "default": "x" * 1000}),
    "a reference to another file": schema({"$ref": "https://evil.example/x.json"}),
    "a reference to nothing": schema({"$ref": "#/components/nothing"}),
    "an endless schema": endless,
    "references in a circle": circle,
    "a schema of a million nodes": laughs,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_cannot_be_true_is_refused(name: str) -> None:
    with pytest.raises(BadInput):
        make(broken(HOSTILE[name]), {})


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"<html>Sign in to the hotel's network</html>",
        b"[]",
        b'{"openapi":"3.0.0","openapi":"3.0.0"}',
        b'{"a":' * 200 + b"1" + b"}" * 200,
        b'{"openapi": NaN}',
        b"\xff\xfe",
        b" " * (MOST_BYTES + 1),
    ],
)
def test_bytes_that_are_no_strict_json_are_refused(raw: bytes) -> None:
    with pytest.raises(BadInput):
        read_source(raw, {})


JUNK: tuple[Any, ...] = (
    None,
    -1,
    1e308,
    True,
    "",
    "x" * 500,
    [],
    {},
    [None],
    [[]],
    {"$ref": "#/paths"},
    {"$ref": 1},
    {"type": ["string"]},
    {"enum": {}},
    {"enum": [1]},
    {"properties": []},
    {"required": True},
)


def spoil(node: Any, chance: random.Random) -> None:
    """Put junk in the place of something, somewhere below `node`."""
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = chance.choice(keys)
        below = node[key]
        if not isinstance(below, dict | list) or not below or chance.random() < 0.15:
            node[key] = copy.deepcopy(chance.choice(JUNK))
            return
        node = below


def test_whatever_is_wrong_in_a_file_is_refused_or_makes_a_whole_catalogue() -> None:
    with Sandbox() as sandbox:
        whole = requests.get(f"{sandbox.origin}/2/openapi.json", timeout=30).json()
    chance = random.Random(4)  # noqa: S311 - the same junk every time
    refused = 0
    for _ in range(1500):
        paths = {path: whole["paths"][path] for path in chance.sample(sorted(whole["paths"]), 2)}
        document = copy.deepcopy({**whole, "paths": paths})
        for _ in range(chance.randint(1, 3)):
            spoil(document["paths"], chance)
        try:
            made = json.loads(as_bytes(make(document, {})))
        except BadInput:
            refused += 1
            continue
        found = Catalogue(made)
        assert found.operations
        difference(built_in(), found)
    assert 500 < refused < 1500


def test_an_unknown_kind_of_credential_is_kept_by_its_name() -> None:
    made = make(
        broken(lambda _, o: o.update(security=[{"NewToken": ["a.b"]}, {"BearerToken": []}])), {}
    )

    assert list(made["operations"][0]["auth"].items()) == [
        ("BearerToken", []),
        ("NewToken", ["a.b"]),
    ]
