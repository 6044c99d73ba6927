"""Query and path parameters of X's operations, checked as strictly as X does.

The messages have the shape of X's: which parameter, which value, what would do.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sandbox import problems
from sandbox.exchange import Pairs, Refusal

ID: Final = re.compile(r"[0-9]{1,19}")
USERNAME: Final = re.compile(r"[A-Za-z0-9_]{1,15}")
MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")
EXCLUSIVE: Final = (
    ("start_time", "since_id"),
    ("end_time", "until_id"),
    ("next_token", "pagination_token"),
)

Fault = tuple[str, list[str], str]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an operation.

    Attributes:
        kind: "id", "ids", "username", "usernames", "int", "time", "choice", "choices",
            "flag" or "text".
        low, high: bounds of an "int", the number of list items, or the length of a text.
        choices: what a "choice" or the items of "choices" may be.
        shape: the pattern of a text, "" for any.
    """

    name: str
    kind: str
    is_required: bool = False
    low: int = 1
    high: int = 100
    default: object = None
    choices: tuple[str, ...] = ()
    shape: str = ""

    def read(self, text: str) -> tuple[object, Fault | None]:
        """Return the value of `text`, or what is wrong with it."""
        if not text:
            return None, (self.name, [""], f"The `{self.name}` query parameter can not be empty")
        return _READERS[self.kind](self, text)

    def bad(self, text: str, why: str) -> tuple[object, Fault | None]:
        """Return the fault of a value."""
        message = f"The `{self.name}` query parameter value [{text}] {why}"
        return None, (self.name, [text], message)


def read_query(parameters: Sequence[Parameter], query: Pairs) -> dict[str, Any]:
    """Return the values of an operation's query by parameter name.

    Raises:
        Refusal: 400, naming every parameter that is unknown, doubled, missing or wrong.
    """
    known = {parameter.name: parameter for parameter in parameters}
    values: dict[str, Any] = {parameter.name: parameter.default for parameter in parameters}
    faults: list[Fault] = []
    seen: set[str] = set()
    for name, text in query:
        fault: Fault | None
        if name not in known:
            names = ",".join(known)
            fault = (name, [text], f"The query parameter [{name}] is not one of [{names}]")
        elif name in seen:
            fault = (name, [text], f"The `{name}` query parameter was given more than once")
        else:
            values[name], fault = known[name].read(text)
        seen.add(name)
        if fault is not None:
            faults.append(fault)
    faults += [
        (parameter.name, [], f"The `{parameter.name}` query parameter can not be empty")
        for parameter in parameters
        if parameter.is_required and parameter.name not in seen
    ]
    for first, second in EXCLUSIVE:
        if first in seen and second in seen:
            message = f"Only one of `{first}` and `{second}` can be given"
            faults.append((second, [dict(query)[second]], message))
    if faults:
        raise Refusal(problems.invalid_request(*faults))
    return values


def read_path(values: dict[str, str]) -> dict[str, str]:
    """Return the path's values.

    Raises:
        Refusal: 400, an id or a username cannot be one.
    """
    for name, text in values.items():
        shape = USERNAME if name == "username" else ID
        if not shape.fullmatch(text):
            message = f"The `{name}` query parameter value [{text}] is not valid"
            raise Refusal(problems.invalid_request((name, [text], message)))
    return values


def _integer(parameter: Parameter, text: str) -> tuple[object, Fault | None]:
    if not re.fullmatch(r"-?[0-9]{1,9}", text):
        return parameter.bad(text, "is not valid")
    if not parameter.low <= int(text) <= parameter.high:
        return parameter.bad(text, f"is not between {parameter.low} and {parameter.high}")
    return int(text), None


def _identifier(parameter: Parameter, text: str) -> tuple[object, Fault | None]:
    return (text, None) if ID.fullmatch(text) else parameter.bad(text, "is not valid")


def _items(parameter: Parameter, text: str, shape: re.Pattern[str]) -> tuple[object, Fault | None]:
    items = text.split(",")
    for item in items:
        if not shape.fullmatch(item):
            return parameter.bad(item, "is not valid")
    if len(items) > parameter.high:
        message = (
            f"The number of values in the `{parameter.name}` query parameter list "
            f"[{len(items)}] is not between {parameter.low} and {parameter.high}"
        )
        return None, (parameter.name, items, message)
    return list(dict.fromkeys(items)), None


def _ids(parameter: Parameter, text: str) -> tuple[object, Fault | None]:
    return _items(parameter, text, ID)


def _username(parameter: Parameter, text: str) -> tuple[object, Fault | None]:
    return (text, None) if USERNAME.fullmatch(text) else parameter.bad(text, "is not valid")


def _usernames(parameter: Parameter, text: str) -> tuple[object, Fault | None]:
    return _items(parameter, text, USERNAME)


def _moment(parameter: Parameter, text: str) -> tuple[object, Fault | None]:
    if MOMENT.fullmatch(text):
        try:
            return dt.datetime.fromisoformat(text).timestamp(), None
        except ValueError:
            pass
    return parameter.bad(text, "is not a valid RFC 3339 time in UTC")


def _choice(parameter: Parameter, text: str) -> tuple[object, Fault | None]:
    if text in parameter.choices:
        return text, None
    return parameter.bad(text, f"is not one of [{','.join(parameter.choices)}]")


def _choices(parameter: Parameter, text: str) -> tuple[object, Fault | None]:
    items = text.split(",")
    for item in items:
        if item not in parameter.choices:
            return parameter.bad(item, f"is not one of [{','.join(parameter.choices)}]")
    return items, None


def _text(parameter: Parameter, text: str) -> tuple[object, Fault | None]:
    if len(text) > parameter.high:
        return parameter.bad(text, f"is longer than {parameter.high} characters")
    if len(text) < parameter.low:
        return parameter.bad(text, f"is shorter than {parameter.low} characters")
    if parameter.shape and not re.fullmatch(parameter.shape, text):
        return parameter.bad(text, "is not valid")
    return text, None


def _flag(parameter: Parameter, text: str) -> tuple[object, Fault | None]:
    if text in {"true", "false"}:
        return text == "true", None
    return parameter.bad(text, "is not one of [true,false]")


_READERS: Final = {
    "id": _identifier,
    "ids": _ids,
    "username": _username,
    "usernames": _usernames,
    "int": _integer,
    "time": _moment,
    "choice": _choice,
    "choices": _choices,
    "text": _text,
    "flag": _flag,
}
