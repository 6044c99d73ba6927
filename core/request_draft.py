"""A request while it is being written: values for an operation's parameters, and a body.

Pure: a draft becomes a path with query and back, and is checked in X's terms before it is
sent. Sources of the limits: X's OpenAPI file, through `core.catalogue`.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qsl, quote, unquote, urlencode

from core.catalogue import Operation, Parameter
from core.field_family import chosen_family, parameters_of

_SAFE: Final = ",:"
_NO_JSON: Final = "this is not JSON"
# What Python's decoder says (3.11 to 3.14), and what a person needs to hear.
_JSON_FAULTS: Final = (
    ("',' delimiter", "a comma or a closing bracket is missing"),
    ("':' delimiter", "a colon is missing after the name"),
    ("property name", 'a name in double quotes is needed, as "text"'),
    ("trailing comma", "there is a comma too many"),
    ("Expecting value", "a value is missing, or a text has no double quotes"),
    ("Unterminated string", "the text has no closing quote"),
    ("Extra data", "something stands behind the end"),
    ("control character", "a line break in a text is written \\n"),
    ("escape", "a backslash is written twice"),
)
Values = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person has filled in for one operation.

    Attributes:
        values: parameter name -> its values; a single one unless the parameter is a list.
        extra: query parameters that the operation does not know, typed into the address.
        body: JSON text.
    """

    operation: Operation
    values: Values = field(default_factory=dict)
    extra: tuple[tuple[str, str], ...] = ()
    body: str = ""
    family: str = field(default_factory=chosen_family)

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The operation's parameters under the names of the draft's family."""
        return parameters_of(self.operation, self.family)

    def with_value(self, name: str, value: object) -> "Draft":
        """Return the draft with one parameter set; empty values unset it."""
        given = value if isinstance(value, tuple) else (str(value),)
        kept = tuple(text for text in given if text != "")
        values = {key: old for key, old in self.values.items() if key != name}
        return replace(self, values={**values, name: kept} if kept else values)

    def path(self) -> str:
        """Return the path; placeholders without a value stay as they are."""
        path = self.operation.path
        for name in self.operation.path_names:
            if value := "".join(self.values.get(name, ())):
                path = path.replace(f"{{{name}}}", quote(value, safe=""))
        return path

    def query(self) -> tuple[tuple[str, str], ...]:
        """Return the query in the order of the operation's parameters."""
        wanted = [p.name for p in self.parameters if p.where == "query"]
        pairs = [(name, ",".join(self.values[name])) for name in wanted if name in self.values]
        return (*pairs, *self.extra)

    def target(self) -> str:
        """Return path and query as they will be sent."""
        query = urlencode(self.query(), safe=_SAFE, quote_via=quote)
        return f"{self.path()}?{query}" if query else self.path()

    def problems(self) -> dict[str, str]:
        """Return what X would refuse, parameter name -> a marked template; empty when fine."""
        found: dict[str, str] = {}
        for parameter in self.parameters:
            if problem := _problem(parameter, self.values.get(parameter.name, ())):
                found[parameter.name] = problem
        for group in self.operation.exclusions:
            given = [name for name in group if name in self.values]
            if len(given) > 1:
                found.setdefault(given[-1], f"Not together with {given[0]}")
        return found

    def body_problem(self) -> tuple[str, int]:
        """Return why the body cannot be sent and its line, or ("", 0)."""
        if self.operation.body is None or not self.body.strip():
            return "", 0
        try:
            json.loads(self.body)
        except json.JSONDecodeError as error:
            why = next((ours for theirs, ours in _JSON_FAULTS if theirs in error.msg), _NO_JSON)
            return f"Line {error.lineno}: {why}", error.lineno
        except RecursionError:
            return "It is nested too deeply", 0
        return "", 0


def drafted(draft: Draft, target: str) -> Draft | None:
    """Return the draft that an address typed by hand means, or None if it is another operation's.

    Args:
        draft: what there was before; its operation and body stay.
        target: path and query.
    """
    path, _, query = target.partition("?")
    values = _from_path(draft.operation.path, path)
    if values is None:
        return None
    known = {p.name: p for p in draft.parameters if p.where == "query"}
    extra: list[tuple[str, str]] = []
    for name, text in parse_qsl(query, keep_blank_values=True):
        if name not in known:
            extra.append((name, text))
        elif known[name].kind == "array":
            values[name] = tuple(part for part in text.split(",") if part)
        elif text:
            values[name] = (text,)
    return replace(draft, values=values, extra=tuple(extra))


def body_template(operation: Operation) -> str:
    """Return a first body for an operation: what it requires, or a Post's text."""
    if operation.body is None:
        return ""
    properties: Mapping[str, Any] = operation.body.get("properties", {})
    needed = operation.body.get("required", ())
    wanted = list(needed) if isinstance(needed, list) else []
    wanted = wanted or [name for name in ("text",) if name in properties]
    return json.dumps({name: _sample(properties.get(name, {})) for name in wanted}, indent=2)


def _sample(facts: object) -> object:
    kind = facts.get("type") if isinstance(facts, Mapping) else ""
    samples: dict[object, object] = {"boolean": True, "array": [], "object": {}, "integer": 0}
    return samples.get(kind, "")


def _from_path(template: str, path: str) -> dict[str, tuple[str, ...]] | None:
    wanted, given = template.split("/"), path.split("/")
    if len(wanted) != len(given):
        return None
    values: dict[str, tuple[str, ...]] = {}
    for pattern, segment in zip(wanted, given, strict=True):
        if pattern.startswith("{"):
            text = unquote(segment)
            if text and text != pattern:
                values[pattern[1:-1]] = (text,)
        elif pattern != segment:
            return None
    return values


def _problem(parameter: Parameter, values: tuple[str, ...]) -> str:
    if not values:
        return "Needed" if parameter.required else ""
    if parameter.kind == "array":
        return _list_problem(parameter, values)
    return _text_problem(parameter, values[0], parameter.facts)


def _list_problem(parameter: Parameter, values: tuple[str, ...]) -> str:
    most = parameter.facts.get("max_items")
    if most is not None and len(values) > int(most):
        return f"At most {most}; here are {len(values)}"
    items = parameter.facts.get("items", {})
    for value in values:
        if problem := _text_problem(parameter, value, items):
            return problem
    return ""


def _text_problem(parameter: Parameter, value: str, facts: Mapping[str, Any]) -> str:
    if parameter.enum and value not in parameter.enum:
        return f"X does not know {value}"
    if parameter.kind == "integer":
        return _number_problem(value, facts)
    if facts.get("format") == "date-time":
        return _date_problem(value)
    longest = facts.get("max_length")
    if longest is not None and len(value) > int(longest):
        return f"At most {longest} characters; here are {len(value)}"
    pattern = facts.get("pattern")
    if pattern and not re.search(str(pattern), value):
        return f"{value} does not have the form that X wants"
    return ""


def _number_problem(value: str, facts: Mapping[str, Any]) -> str:
    if not re.fullmatch(r"-?[0-9]{1,18}", value):
        return "A whole number is needed"
    least, most = facts.get("minimum"), facts.get("maximum")
    if least is not None and int(value) < int(least):
        return f"At least {least}"
    if most is not None and int(value) > int(most):
        return f"At most {most}"
    return ""


def _date_problem(value: str) -> str:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return "A time such as 2026-11-23T12:00:00Z is needed"
    return "" if moment.tzinfo is not None else "A time zone is needed, such as Z for UTC"
