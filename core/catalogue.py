"""X's operations as data: method, path, parameters, kinds of authentication, limits.

Derived from X's OpenAPI file by `scripts/make_catalogue.py`; published limits and prices
stand in `resources/published.json` with the day they were read. Both are loaded on first use.
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from core import catalogue_home
from core.catalogue_home import OWN_FILE
from core.errors import BadInput

RESOURCES: Final = Path(__file__).resolve().parent.parent / "resources"
BEARER: Final = "BearerToken"
USER: Final = "OAuth2UserToken"
OAUTH1: Final = "UserToken"
_MOST_OWN_BYTES: Final = 16 << 20
Facts = Mapping[str, Any]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an operation.

    Attributes:
        where: "path" or "query".
        kind: "string", "integer", "boolean" or "array" (sent joined by commas).
        enum: what it or each of its items may be; empty for anything.
        facts: further limits, as `minimum`, `max_items`, `pattern`, `default`.
    """

    name: str
    where: str
    required: bool
    kind: str
    enum: tuple[str, ...] = ()
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that X's API can do.

    Attributes:
        auth: the kinds of credential it takes ("BearerToken", "OAuth2UserToken",
            "UserToken"), each with the scopes it wants.
        body: the facts of its JSON body, None where it has none.
        exclusions: names of which at most one may be given.
    """

    operation_id: str
    method: str
    path: str
    tag: str
    title: str
    auth: Mapping[str, tuple[str, ...]]
    parameters: tuple[Parameter, ...]
    streaming: bool
    body: Facts | None = None
    exclusions: tuple[tuple[str, ...], ...] = ()

    @property
    def scopes(self) -> tuple[str, ...]:
        """The scopes that a user's token needs; empty where no user token is taken."""
        return self.auth.get(USER, ())

    @property
    def path_names(self) -> tuple[str, ...]:
        """The names of the path's placeholders, in order."""
        return tuple(p.name for p in self.parameters if p.where == "path")

    def path_with(self, values: Mapping[str, str]) -> str:
        """Return the path with its placeholders filled in, percent-encoded.

        Raises:
            BadInput: a value is missing or would leave its place in the path.
        """
        path = self.path
        for name in self.path_names:
            value = values.get(name, "").strip()
            if not value or value in {".", ".."}:
                raise BadInput(name, "a value is needed")
            path = path.replace(f"{{{name}}}", quote(value, safe=""))
        return path


class Catalogue:
    """All operations of X, in the order of their paths."""

    def __init__(self, document: Facts) -> None:
        self._document = document

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """Every operation."""
        enums = self._document["enums"]
        return tuple(_operation(facts, enums) for facts in self._document["operations"])

    @property
    def source(self) -> str:
        """The version that X's file calls itself."""
        return str(self._document["source"])

    def by_id(self, operation_id: str) -> Operation | None:
        """Return the operation of that id, or None."""
        return self._by_id.get(operation_id)

    def find(self, method: str, path: str) -> Operation | None:
        """Return the operation that a method and a concrete path mean, or None.

        A literal segment wins over a placeholder: /2/users/me is not a user's id.
        """
        wanted = path.partition("?")[0].split("/")
        found: tuple[int, Operation] | None = None
        for segments, operation in self._by_method.get(method.upper(), ()):
            literal = _match(segments, wanted)
            if literal is not None and (found is None or literal > found[0]):
                found = (literal, operation)
        return found[1] if found else None

    def as_facts(self) -> list[dict[str, Any]]:
        """Return all operations as the command line prints them."""
        enums = self._document["enums"]
        return [_expanded(facts, enums) for facts in self._document["operations"]]

    @cached_property
    def _by_id(self) -> dict[str, Operation]:
        return {operation.operation_id: operation for operation in self.operations}

    @cached_property
    def _by_method(self) -> dict[str, list[tuple[list[str], Operation]]]:
        found: dict[str, list[tuple[list[str], Operation]]] = {}
        for operation in self.operations:
            found.setdefault(operation.method, []).append((operation.path.split("/"), operation))
        return found


@dataclass(frozen=True, slots=True)
class Quota:
    """So many calls in so many seconds, as X publishes it."""

    calls: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Access:
    """Who may call operations, where X published more than their kinds of authentication.

    Attributes:
        level: "enterprise" when self-serve Apps are refused, "condition" when some calls are.
        since: the day from which it holds, as "2026-04-16"; "" where X names none.
        note: our own sentence.
    """

    operations: tuple[str, ...]
    level: str
    since: str
    note: str


@dataclass(frozen=True, slots=True)
class Published:
    """What X published about limits, prices and access, and when each was read."""

    read_at: str
    limits: Mapping[str, Mapping[str, tuple[Quota, ...]]]
    prices: Facts
    resources: Mapping[str, str]
    access: tuple[Access, ...] = ()
    dates: Mapping[str, str] = field(default_factory=dict)

    @property
    def access_read_at(self) -> str:
        """The day on which X's words about access were read, as "2026-08-22"."""
        return self.dates.get("access", self.read_at)

    def quotas(self, operation_id: str, pool: str) -> tuple[Quota, ...]:
        """Return the limits of an operation for "app" or "user"; empty where none is published."""
        return self.limits.get(operation_id, {}).get(pool, ())

    def access_to(self, operation_id: str) -> tuple[Access, ...]:
        """Return what X published about who may call an operation; mostly empty."""
        return tuple(each for each in self.access if operation_id in each.operations)


@dataclass(slots=True)
class _InUse:
    """Which catalogue is in use in this process; chosen when it is first asked for."""

    turn: int = -1
    catalogue: Catalogue | None = None
    is_built_in: bool = True


_IN_USE: Final = _InUse()


def catalogue() -> Catalogue:
    """Return X's operations: a newer catalogue that was accepted here, or the built-in one."""
    turn = catalogue_home.turn()
    if _IN_USE.catalogue is None or _IN_USE.turn != turn:
        own = _own(catalogue_home.home())
        _IN_USE.is_built_in = own is None
        _IN_USE.catalogue = own or built_in()
        _IN_USE.turn = turn
    return _IN_USE.catalogue


@cache
def built_in() -> Catalogue:
    """Return the operations that Keypane came with; reads the file once."""
    return Catalogue(_resource("catalogue.json"))


def in_use_is_built_in() -> bool:
    """Return whether the catalogue that Keypane came with is in use."""
    catalogue()
    return _IN_USE.is_built_in


def _own(home: Path | None) -> Catalogue | None:
    """Return the data directory's catalogue; None where there is none or it does not hold."""
    try:
        if home is None or (home / OWN_FILE).stat().st_size > _MOST_OWN_BYTES:
            return None
        own = Catalogue(json.loads((home / OWN_FILE).read_bytes()))
        return own if own.operations and own.source else None
    except FileNotFoundError:
        return None
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as fault:
        log.warning("the newer catalogue does not hold: %s", type(fault).__name__)
        return None


@cache
def published() -> Published:
    """Return X's published limits and prices; reads the file once."""
    facts = _resource("published.json")
    limits = {
        identity: {
            pool: tuple(Quota(calls, seconds) for calls, seconds in quotas)
            for pool, quotas in pools.items()
        }
        for identity, pools in facts["limits"].items()
    }
    access = tuple(
        Access(tuple(row["operations"]), row["level"], row["since"], row["note"])
        for row in facts["access"]
    )
    return Published(
        facts["read_at"], limits, facts["prices"], facts["resources"], access, facts["dates"]
    )


def _resource(name: str) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads((RESOURCES / name).read_text("utf-8"))
    return facts


def _operation(facts: Facts, enums: list[list[Any]]) -> Operation:
    body = facts.get("body")
    return Operation(
        operation_id=facts["id"],
        method=facts["method"],
        path=facts["path"],
        tag=facts["tag"],
        title=facts["title"],
        auth={kind: tuple(scopes) for kind, scopes in facts["auth"].items()},
        parameters=tuple(_parameter(each, enums) for each in facts["parameters"]),
        streaming=facts["streaming"],
        body=None if body is None else _expanded(body, enums),
        exclusions=tuple(tuple(group) for group in facts.get("exclusions", ())),
    )


def _parameter(facts: Facts, enums: list[list[Any]]) -> Parameter:
    number = facts.get("enum", facts.get("items", {}).get("enum"))
    rest = ("name", "in", "required", "type", "enum")
    return Parameter(
        name=facts["name"],
        where=facts["in"],
        required=facts["required"],
        kind=facts["type"],
        enum=() if number is None else tuple(str(each) for each in enums[number]),
        facts={key: value for key, value in facts.items() if key not in rest},
    )


def _expanded(node: Any, enums: list[list[Any]]) -> Any:
    """Put shared enumerations back where they belong."""
    if isinstance(node, list):
        return [_expanded(child, enums) for child in node]
    if not isinstance(node, dict):
        return node
    return {
        key: enums[value] if key == "enum" and isinstance(value, int) else _expanded(value, enums)
        for key, value in node.items()
    }


def _match(segments: list[str], wanted: list[str]) -> int | None:
    """Return how many segments are literally the same, None if the path is another one."""
    if len(segments) != len(wanted):
        return None
    literal = 0
    for ours, theirs in zip(segments, wanted, strict=True):
        if ours == theirs:
            literal += 1
        elif not ours.startswith("{") or not theirs:
            return None
    return literal
