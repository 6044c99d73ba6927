"""Nouns to JSON and back: what is inside a sealed record.

A record is a JSON object with sorted names, all fields of its noun and "v": 1.
Reading is strict, because a record that opened with its key was written by Keypane:

- a field of the wrong type, or a missing one without a default: VaultCorrupt;
- a missing field that has a default takes it: an older version wrote the record;
- an unknown field, or a higher "v": VaultUnavailable("newer_version"), because writing
  the record back would drop what a newer version kept in it.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, TypeVar, get_type_hints

from core.environment import Environment
from core.errors import BadInput, VaultCorrupt, VaultUnavailable
from core.model import (
    AccessTokenPair,
    Activity,
    App,
    BearerToken,
    ClientCredentials,
    ConsumerKeys,
    CredentialState,
    Setting,
    UserToken,
)
from core.network import Network
from core.notes import BrowserSession, Enrolment, Receipt, Replacement, UsedBy
from core.redaction import learn
from core.secret import Secret
from core.sent import SavedRequest, SentRequest, SpentDay

VERSION: Final = 1

_DECODER: Final = json.JSONDecoder()

N = TypeVar("N")

_Write = Callable[[Any], object]
_Read = Callable[[Any], Any]
_Plan = tuple[tuple[str, _Write, _Read, object], ...]
_PLANS: Final[dict[type, _Plan]] = {}
_NAMES: Final[dict[type, frozenset[str]]] = {}


@dataclass(frozen=True, slots=True)
class Kind:
    """How one noun is kept.

    Attributes:
        name: the record kind, visible in the store.
        key: the field that names a record; "" where records are only appended.
        app: the field that says whose App the record is; "" where none does.
    """

    name: str
    key: str
    app: str = ""


KINDS: Final[Mapping[type, Kind]] = {
    App: Kind("app", "app_id", "app_id"),
    BearerToken: Kind("bearer", "app_id", "app_id"),
    AccessTokenPair: Kind("owner", "pair_id", "app_id"),
    UserToken: Kind("user", "token_id", "app_id"),
    Activity: Kind("activity", "", "app_id"),
    Setting: Kind("setting", "name"),
    UsedBy: Kind("used_by", "subject_id", "app_id"),
    Enrolment: Kind("enrolment", "app_id", "app_id"),
    Receipt: Kind("receipt", "receipt_id", "app_id"),
    Replacement: Kind("replacement", "subject_id", "app_id"),
    SentRequest: Kind("sent", "entry_id", "app_id"),
    SavedRequest: Kind("saved", "saved_id"),
    SpentDay: Kind("spent", "day_id", "app_id"),
    Network: Kind("network", "name"),
    BrowserSession: Kind("browser_session", "app_id", "app_id"),
}


def kind_of(noun: type) -> Kind:
    """Return how the noun is kept. Raises TypeError for what the vault does not keep."""
    try:
        return KINDS[noun]
    except KeyError:
        raise TypeError(f"the vault keeps no {noun.__name__}") from None


def encode(noun: object) -> bytes:
    """Return the noun as the JSON of its record."""
    document = {name: write(getattr(noun, name)) for name, write, _, _ in _plan_of(type(noun))}
    return to_json(document)


def decode(noun: type[N], plain: bytes) -> N:
    """Return the noun in a record.

    Raises:
        VaultCorrupt: it is not one.
        VaultUnavailable: a newer version wrote it.
    """
    return _build(noun, from_json(plain))


def to_json(document: Mapping[str, object]) -> bytes:
    """Return a document as a record's JSON."""
    versioned = {**document, "v": VERSION}
    return json.dumps(versioned, sort_keys=True, separators=(",", ":")).encode()


def from_json(plain: bytes) -> dict[str, Any]:
    """Return a record's document without its version. Raises as `decode`."""
    try:
        document = _DECODER.decode(plain.decode())
    except ValueError:
        raise VaultCorrupt("a record is not JSON") from None
    version = document.pop("v", None) if isinstance(document, dict) else None
    if not isinstance(version, int) or version < 1:
        raise VaultCorrupt("a record has no version")
    if version > VERSION:
        raise VaultUnavailable("newer_version", "a newer version wrote a record")
    return document  # type: ignore[no-any-return]  # checked to be a dict above


def _build(noun: type[N], document: dict[str, Any]) -> N:
    plan = _plan_of(noun)
    values: dict[str, object] = {}
    try:
        if document.keys() == _NAMES[noun]:  # nearly always, and three times as quick
            return noun(*[read(document[name]) for name, _, read, _ in plan])
        for name, _, read, default in plan:
            if name in document:
                values[name] = read(document.pop(name))
            elif default is MISSING:
                raise VaultCorrupt(f"a {noun.__name__} record lacks {name}")
    except (TypeError, ValueError, AttributeError, KeyError, BadInput):
        raise VaultCorrupt(f"a {noun.__name__} record is malformed") from None
    if document:
        raise VaultUnavailable("newer_version", f"a newer version wrote a {noun.__name__} record")
    return noun(**values)


def _plan_of(noun: type) -> _Plan:
    if noun not in _PLANS:
        _PLANS[noun] = _planned(noun)
        _NAMES[noun] = frozenset(each.name for each in fields(noun))
    return _PLANS[noun]


def _planned(noun: type) -> _Plan:
    hints = get_type_hints(noun)
    plan = []
    for each in fields(noun):
        write, read = _HOW[hints[each.name]]
        default = each.default if each.default_factory is MISSING else each.default_factory
        plan.append((each.name, write, read, default))
    return tuple(plan)


# --- one field ---------------------------------------------------------------------------------


def _same(value: object) -> object:
    return value


def _text(value: Any) -> str:
    if type(value) is not str:
        raise TypeError
    return value


def _number(value: Any) -> int:
    if type(value) is not int:
        raise TypeError
    return value


def _truth(value: Any) -> bool:
    if type(value) is not bool:
        raise TypeError
    return value


def _moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError
    return moment


def _secret(value: Any) -> Secret:
    text = _text(value)
    learn(text)
    return Secret(text)


def _texts(value: Any) -> tuple[str, ...]:
    if type(value) is not list:
        raise TypeError
    for text in value:
        if type(text) is not str:
            raise TypeError
    return tuple(value)


def _pairs(value: Any) -> tuple[tuple[str, str], ...]:
    if type(value) is not list:
        raise TypeError
    return tuple((_text(name), _text(text)) for name, text in value)


def _write_environment(environment: Environment) -> object:
    return environment.facts()


def _environment(value: Any) -> Environment:
    return _environment_of(tuple(sorted(value.items())))


@lru_cache(maxsize=256)
def _environment_of(facts: tuple[tuple[str, object], ...]) -> Environment:
    return Environment.from_facts(dict(facts))


def _write_noun(noun: object) -> object:
    return {name: write(getattr(noun, name)) for name, write, _, _ in _plan_of(type(noun))}


def _nested(noun: type[N]) -> Callable[[Any], N]:
    def read(value: Any) -> N:
        return _build(noun, dict(value))

    return read


def _maybe(how: _Write | _Read) -> _Write:
    def maybe(value: Any) -> object:
        return None if value is None else how(value)

    return maybe


_PLAIN: Final[Mapping[object, tuple[_Write, _Read]]] = {
    str: (_same, _text),
    int: (_same, _number),
    bool: (_same, _truth),
    datetime: (datetime.isoformat, _moment),
    Secret: (Secret.reveal, _secret),
    tuple[str, ...]: (_same, _texts),
    tuple[tuple[str, str], ...]: (_same, _pairs),
    CredentialState: (_same, CredentialState),
    Environment: (_write_environment, _environment),
    ConsumerKeys: (_write_noun, _nested(ConsumerKeys)),
    ClientCredentials: (_write_noun, _nested(ClientCredentials)),
}
_HOW: Final[Mapping[object, tuple[_Write, _Read]]] = {
    **_PLAIN,
    **{kind | None: (_maybe(w), _maybe(r)) for kind, (w, r) in _PLAIN.items()},  # type: ignore[operator]
}
