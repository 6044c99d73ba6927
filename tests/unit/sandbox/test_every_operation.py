"""Every operation of X's tags Posts, Users and Usage, as the catalogue describes it.

The catalogue and the shapes of answers come from X's OpenAPI file (`openapi_facts.json`), the
sandbox's tables were written by hand: here the two meet. The newer names are switched on,
because that file speaks them.
"""

import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from core.catalogue import BEARER, OAUTH1, USER, Operation, Parameter, catalogue, published
from sandbox import Sandbox
from sandbox.catalogue import OPERATIONS
from sandbox.scope_words import ALL
from tests.unit.sandbox.client import ACME, Client

FACTS = json.loads((Path(__file__).parents[1] / "core" / "openapi_facts.json").read_text("utf-8"))
TAGS = {"Posts", "Users", "Usage"}
COVERED = [each for each in catalogue().operations if each.tag in TAGS]
STREAMED = [
    each for each in catalogue().operations if each.path.startswith("/2/tweets/search/stream")
]
FIXED = "1261326399320715264"  # acme's
OTHER = "1278347468690915330"  # somebody else's
TESS = "1510099128"
LIST = "1441162269824405510"
KINDS = {"app": BEARER, "oauth2": USER, "oauth1": OAUTH1}
BY_ID = {each.id: each for each in OPERATIONS}
BODIES: dict[str, Any] = {
    "createPosts": {"text": "A first Post"},
    "hidePostsReply": {"hidden": True},
    "createUsersBookmark": {"tweet_id": OTHER},
    "createUsersBookmarkFolder": {"name": "Later"},
    "followList": {"list_id": LIST},
    "pinList": {"list_id": LIST},
    "followUser": {"target_user_id": TESS},
    "muteUser": {"target_user_id": TESS},
    "likePost": {"tweet_id": OTHER},
    "repostPost": {"tweet_id": OTHER},
}
QUERY = {
    "ids": FIXED,
    "query": "acme",
    "usernames": "acme",
    "start_time": "2026-01-01T00:00:00Z",
    "end_time": "2026-01-02T00:00:00Z",
}


def names(operations: list[Operation]) -> list[str]:
    return [each.operation_id for each in operations]


class Caller:
    """One App with every credential that a call may need."""

    def __init__(self, sandbox: Sandbox) -> None:
        sandbox.field_family = "post"
        self.sandbox = sandbox
        self.client = Client(sandbox)
        self._numbers = itertools.count(1)
        self.bearer = self.client.bearer()
        self.token = self.sign_in(" ".join(ALL))

    def text(self) -> str:
        """Return a text that was not posted yet; X refuses the same one twice."""
        return f"Post number {next(self._numbers)}"

    def sign_in(self, scopes: str) -> str:
        return str(self.client.sign_in(scopes=scopes)["access_token"])

    def path(self, operation: Operation) -> str:
        values = {
            "username": "acme",
            "tweet_id": OTHER,
            "source_tweet_id": OTHER,
            "list_id": LIST,
            "target_user_id": TESS,
            "source_user_id": ACME,
            "id": FIXED if operation.path.startswith("/2/tweets/{id}") else ACME,
        }
        if operation.operation_id in {"blockUsersDms", "unblockUsersDms"}:
            values["id"] = TESS
        if operation.operation_id == "getUsersBookmarksByFolderId":
            made = self.call("POST", f"/2/users/{ACME}/bookmarks/folders", USER, {}, {"name": "A"})
            values["folder_id"] = made.json()["data"]["id"]
        if operation.operation_id == "deletePosts":
            made = self.call("POST", "/2/tweets", USER, {}, {"text": self.text()})
            values["id"] = made.json()["data"]["id"]
        if operation.operation_id == "hidePostsReply":
            reply = {"in_reply_to_tweet_id": FIXED}
            made = self.call("POST", "/2/tweets", USER, {}, {"text": self.text(), "reply": reply})
            values["tweet_id"] = made.json()["data"]["id"]
        return operation.path_with(values)

    def call(
        self, method: str, path: str, kind: str, query: dict[str, str], body: Any = None
    ) -> requests.Response:
        how: dict[str, Any] = {"params": query}
        if body is not None:
            how["json"] = body
        if kind == OAUTH1:
            return self.client.call(method, path, auth=self.client.signer(), **how)
        token = self.bearer if kind == BEARER else self.token
        return self.client.call(method, path, headers={"Authorization": f"Bearer {token}"}, **how)

    def ask(self, operation: Operation, kind: str = "", **query: str) -> requests.Response:
        """Send the smallest valid request, with `query` on top of it."""
        minimal = {p.name: QUERY[p.name] for p in operation.parameters if _is_needed(p)}
        if operation.path.startswith("/2/users") and "ids" in minimal:
            minimal["ids"] = ACME
        body = BODIES.get(operation.operation_id)
        if operation.operation_id == "createPosts":
            body = {"text": self.text()}
        self.sandbox.advance(2)  # one operation is allowed once a second
        chosen = kind or next(iter(operation.auth))
        given = {**minimal, **query}
        return self.call(operation.method, self.path(operation), chosen, given, body)


def _is_needed(parameter: Parameter) -> bool:
    return parameter.required and parameter.where == "query"


@pytest.fixture
def caller(sandbox: Sandbox) -> Caller:
    return Caller(sandbox)


# The tables


def test_every_operation_of_these_tags_is_served() -> None:
    assert len(COVERED) == 57
    assert [each for each in names(COVERED) if each not in BY_ID] == []
    assert [each for each in names(STREAMED) if each not in BY_ID] == []
    assert {each.id for each in OPERATIONS} <= {o.operation_id for o in catalogue().operations}


@pytest.mark.parametrize("name", list(BY_ID))
def test_who_may_call_and_with_which_scopes_is_as_in_the_catalogue(name: str) -> None:
    mine, theirs = BY_ID[name], catalogue().by_id(name)

    assert theirs is not None
    assert (mine.method, mine.path) == (theirs.method, theirs.path)
    assert {KINDS[kind] for kind in mine.kinds} == set(theirs.auth)
    if USER in theirs.auth:
        assert set(mine.scopes) == set(theirs.scopes)


# One operation after the other


# X's file gives these two pagination tokens and no meta to take the next one from.
PAGED_WITHOUT_META = {"getUsersBookmarkFolders", "getUsersBookmarksByFolderId"}


def wrong_in(operation: Operation, answer: requests.Response) -> list[str]:
    """Return what of an answer does not have the shape that X's file gives it."""
    _, shape = FACTS["answers"][f"{operation.method} {operation.path}"]
    found = list(violations(shape, answer.json()))
    if operation.operation_id in PAGED_WITHOUT_META:
        found.remove("answer.meta is unknown")
    return found


def violations(number: int, value: object, place: str = "answer") -> Iterator[str]:
    """Yield what of a value does not have the shape of that number."""
    shape = FACTS["shapes"][number]
    kinds = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}
    if "any" in shape:
        tries = [list(violations(one, value, place)) for one in shape["any"]]
        if all(tries):
            yield from min(tries, key=len)
        return
    if shape["type"] in kinds and not isinstance(value, kinds[shape["type"]]):
        yield f"{place} is no {shape['type']}"
        return
    if isinstance(value, dict) and "properties" in shape:
        known = {name.rstrip("!"): child for name, child in shape["properties"].items()}
        needed = {name[:-1] for name in shape["properties"] if name.endswith("!")}
        yield from (f"{place}.{name} is missing" for name in sorted(needed - value.keys()))
        for name, child in value.items():
            if name in known:
                yield from violations(known[name], child, f"{place}.{name}")
            else:
                yield f"{place}.{name} is unknown"
    if isinstance(value, list) and "items" in shape:
        for child in value:
            yield from violations(shape["items"], child, f"{place}[]")


@pytest.mark.parametrize("operation", COVERED, ids=names(COVERED))
def test_a_minimal_request_is_answered_in_the_shape_of_x(
    caller: Caller, operation: Operation
) -> None:
    status, _ = FACTS["answers"][f"{operation.method} {operation.path}"]

    for kind in operation.auth:
        answer = caller.ask(operation, kind)
        assert answer.status_code == status, answer.text
        assert wrong_in(operation, answer) == []
        assert "errors" not in answer.json(), answer.text


@pytest.mark.parametrize("operation", COVERED, ids=names(COVERED))
def test_every_field_and_expansion_is_taken_and_answered_in_shape(
    caller: Caller, operation: Operation
) -> None:
    """Ask for everything that can be asked for at once."""
    lists = {
        p.name: ",".join(p.enum)
        for p in operation.parameters
        if p.enum and p.kind == "array" and p.name != "exclude"
    }

    answer = caller.ask(operation, **lists)

    assert answer.ok, answer.text
    assert wrong_in(operation, answer) == []


@pytest.mark.parametrize("operation", COVERED, ids=names(COVERED))
def test_no_credential_is_401_and_the_wrong_kind_403(caller: Caller, operation: Operation) -> None:
    query = {p.name: QUERY[p.name] for p in operation.parameters if _is_needed(p)}
    body = BODIES.get(operation.operation_id)
    path = caller.path(operation)
    nobody = caller.client.call(operation.method, path, params=query, json=body)
    assert nobody.status_code == 401
    assert nobody.json()["title"] == "Unauthorized"

    for kind in {BEARER, USER, OAUTH1} - operation.auth.keys():
        answer = caller.call(operation.method, path, kind, query, body)
        assert answer.status_code == 403, kind
        assert answer.json()["type"].endswith("/unsupported-authentication")


@pytest.mark.parametrize(
    ("operation", "scope"),
    [(each, scope) for each in COVERED for scope in each.scopes],
    ids=[f"{each.operation_id}-{scope}" for each in COVERED for scope in each.scopes],
)
def test_one_missing_scope_is_403(caller: Caller, operation: Operation, scope: str) -> None:
    path = caller.path(operation)
    query = {p.name: QUERY[p.name] for p in operation.parameters if _is_needed(p)}
    caller.token = caller.sign_in(" ".join(each for each in ALL if each != scope))

    answer = caller.call(operation.method, path, USER, query, BODIES.get(operation.operation_id))

    assert answer.status_code == 403
    assert answer.json()["detail"] == "Forbidden"


def beyond(parameter: Parameter) -> Iterator[str]:
    """Yield values that the catalogue's limits do not allow."""
    facts, items = parameter.facts, parameter.facts.get("items", {})
    if "minimum" in facts:
        yield str(facts["minimum"] - 1)
    if "maximum" in facts:
        yield str(facts["maximum"] + 1)
    if parameter.kind == "integer":
        yield "many"
    if parameter.enum:
        yield "nonsense"
    if facts.get("format") == "date-time":
        yield "yesterday"
    if "pattern" in facts or "pattern" in items:
        yield "-~-"
    if "max_items" in facts:
        yield ",".join(["1"] * (facts["max_items"] + 1))
    if "max_length" in facts:
        yield "x" * (facts["max_length"] + 1)
    yield ""


def within(parameter: Parameter) -> Iterator[str]:
    """Yield the outermost values that the catalogue's limits allow."""
    for bound in ("minimum", "maximum"):
        if bound in parameter.facts:
            yield str(parameter.facts[bound])
    if parameter.enum:
        yield from (parameter.enum[0], parameter.enum[-1])


QUERIES = [(each, p) for each in COVERED for p in each.parameters if p.where == "query"]


@pytest.mark.parametrize(
    ("operation", "parameter"),
    QUERIES,
    ids=[f"{each.operation_id}-{p.name}" for each, p in QUERIES],
)
def test_a_parameter_is_taken_within_its_limits_and_400_beyond(
    caller: Caller, operation: Operation, parameter: Parameter
) -> None:
    caller.sandbox.set_limit(operation.operation_id, 1000)

    for value in beyond(parameter):
        answer = caller.ask(operation, **{parameter.name: value})
        assert answer.status_code == 400, (value, answer.text)
        assert parameter.name in answer.json()["errors"][0]["parameters"], answer.text
        assert answer.json()["type"].endswith("/invalid-request")
    for value in within(parameter):
        answer = caller.ask(operation, **{parameter.name: value})
        assert answer.ok, (value, answer.text)


@pytest.mark.parametrize("operation", COVERED, ids=names(COVERED))
def test_what_is_needed_is_needed_and_what_is_unknown_is_named(
    caller: Caller, operation: Operation
) -> None:
    path, body = caller.path(operation), BODIES.get(operation.operation_id)
    kind = next(iter(operation.auth))
    needed = [p.name for p in operation.parameters if _is_needed(p)]

    strange = caller.ask(operation, nonsense="1")
    assert strange.status_code == 400
    assert "nonsense" in strange.json()["errors"][0]["parameters"]
    caller.sandbox.advance(2)
    if needed:
        assert caller.call(operation.method, path, kind, {}, body).status_code == 400
    if body is not None and operation.body is not None:
        bodies: list[Any] = [[], {"unknown": 1}, {name: [] for name in body}]
        for wrong in bodies:
            answer = caller.call(operation.method, path, kind, {}, wrong)
            assert answer.status_code == 400, answer.text
    for name in re.findall(r"\{(\w+)\}", operation.path):
        broken = operation.path.replace(f"{{{name}}}", "no-such~id")
        filled = re.sub(r"\{\w+\}", ACME, broken)
        answer = caller.call(operation.method, filled, kind, {}, body)
        assert answer.status_code == 400, answer.text


@pytest.mark.parametrize("operation", COVERED, ids=names(COVERED))
def test_parameters_that_exclude_each_other_are_refused_together(
    caller: Caller, operation: Operation
) -> None:
    values = {"start_time": QUERY["start_time"], "end_time": QUERY["end_time"], "since_id": "1"}
    for group in operation.exclusions:
        query = {name: values.get(name, "2" * 16) for name in group}
        assert caller.ask(operation, **query).status_code == 400
    assert {p.name for p in BY_ID[operation.operation_id].parameters} <= {
        p.name for p in operation.parameters
    } | {"usage.fields"}


@pytest.mark.parametrize("operation", COVERED, ids=names(COVERED))
def test_the_published_limits_are_told_and_held(caller: Caller, operation: Operation) -> None:
    kind = next(iter(operation.auth))
    published_here = published().quotas(operation.operation_id, "app" if kind == BEARER else "user")
    told = caller.ask(operation, kind).headers["x-rate-limit-limit"]
    if published_here:
        assert int(told) in {quota.calls for quota in published_here}

    caller.sandbox.set_limit(operation.operation_id, 1)
    over = caller.ask(operation, kind)
    assert over.status_code == 429
    assert over.headers["x-rate-limit-remaining"] == "0"
