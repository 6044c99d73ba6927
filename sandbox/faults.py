"""Troubles that a test orders: wrong answers, silence, slow drips, cut lines.

A fault waits for requests by method and path. By default the request still takes
effect and then the answer suffers, since that is the case that loses tokens. A
status of 400 to 499, or 503, says that X did nothing, so with such a status the
request has no effect. `effect` overrides either; `"drop": "before"` always
means no effect.
"""

import base64
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final

from sandbox import problems
from sandbox.big_answer import MOST_BYTES, MOST_POSTS, big_answer
from sandbox.exchange import Answer, json_answer

FOR_EVER: Final = -1
_JSON_KEYS: Final = {
    "method": str,
    "path": str,
    "status": int,
    "body": object,
    "body_base64": str,
    "headers": dict,
    "delay_seconds": (int, float),
    "drip_bytes_per_second": (int, float),
    "drip_head": bool,
    "drop": str,
    "effect": str,
    "times": int,
    "posts": int,
    "body_bytes": int,
}


class BadFault(ValueError):
    """A fault that cannot be understood, and why."""


@dataclass(slots=True)
class Fault:
    """One trouble and how often it strikes.

    Attributes:
        method: "*" for any.
        path: exact, or with a final "*" for anything that begins so; without the query.
        status: the status answered; None leaves X's own.
        body: str or bytes as they are, anything else as JSON; None leaves X's own, or
            the body that goes with `status`.
        headers: replace or join those of the answer; None as a value removes one, a list
            repeats it. With a Content-Length larger than the body, the answer is cut short.
        delay_seconds: real seconds of silence before the answer.
        drip_bytes_per_second: how slowly the body leaves; `drip_head` lets the head drip too.
        drop: "before" or "after" the request took effect, the line is cut without an answer.
        effect: "before" answers without effect, "after" lets the request take effect.
        times: how many requests it strikes; FOR_EVER (-1) for all.
        posts: the answer is a search answer of so many Posts instead, filled up to
            `body_bytes` bytes.
        rewrite: changes the bytes of the body; only for tests in the same process.
    """

    method: str
    path: str
    status: int | None = None
    body: Any = None
    headers: Mapping[str, str | list[str] | None] | None = None
    delay_seconds: float = 0.0
    drip_bytes_per_second: float = 0.0
    drip_head: bool = False
    drop: str | None = None
    effect: str | None = None
    times: int = 1
    posts: int | None = None
    body_bytes: int = 0
    rewrite: Callable[[bytes], bytes] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        for name in ("drop", "effect"):
            if getattr(self, name) not in {None, "before", "after"}:
                raise BadFault(f'{name} is "before" or "after"')
        if self.status is not None and not 100 <= self.status <= 599:
            raise BadFault("status is not a status")
        if self.delay_seconds < 0 or self.drip_bytes_per_second < 0:
            raise BadFault("delays and drips are not negative")
        if self.posts is not None and not 1 <= self.posts <= MOST_POSTS:
            raise BadFault(f"posts is a number from 1 to {MOST_POSTS}")
        if not 0 <= self.body_bytes <= MOST_BYTES or (self.body_bytes and self.posts is None):
            raise BadFault(f"body_bytes goes with posts, up to {MOST_BYTES}")
        if self.times == 0 or self.times < FOR_EVER:
            raise BadFault("times is 1 or more, or -1 for ever")

    @property
    def lets_it_happen(self) -> bool:
        """Whether the request takes effect."""
        if self.drop is not None:
            return self.drop == "after"
        if self.effect is not None:
            return self.effect == "after"
        return self.status is None or not (400 <= self.status <= 499 or self.status == 503)

    def matches(self, method: str, path: str) -> bool:
        """Return whether it waits for this request."""
        if self.method.upper() not in {"*", method}:
            return False
        if self.path.endswith("*"):
            return path.startswith(self.path[:-1])
        return path == self.path

    def spoil(self, answer: Answer | None, now: float) -> Answer:
        """Return the answer as it leaves.

        Args:
            answer: X's own, if the request took effect.
            now: the sandbox's time, for a 429 whose headers nobody ordered.
        """
        if answer is None or (self.status is not None and self.status != answer.status):
            spoilt = problems.plain(self.status or 500)
            if self.status == 429 and self.headers is None:
                spoilt.headers += [
                    ("x-rate-limit-limit", "15"),
                    ("x-rate-limit-remaining", "0"),
                    ("x-rate-limit-reset", str(int(now) + 900)),
                ]
        else:
            spoilt = Answer(answer.status, answer.body, list(answer.headers))
        if self.posts is not None:
            spoilt = json_answer(200, None)
            spoilt.body = big_answer(self.posts, self.body_bytes, now)
        if self.body is not None:
            _replace_body(spoilt, self.body)
        if self.rewrite is not None:
            spoilt.body = self.rewrite(spoilt.body)
        for name, value in (self.headers or {}).items():
            spoilt.headers = [pair for pair in spoilt.headers if pair[0].lower() != name.lower()]
            values = value if isinstance(value, list) else [value]
            spoilt.headers += [(name, one) for one in values if one is not None]
        return spoilt


class Faults:
    """The queue of ordered troubles; the oldest that matches strikes first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []

    def add(self, method: str, path: str, **how: Any) -> Fault:
        """Order a trouble; the keywords are those of Fault.

        Raises:
            BadFault: it contradicts itself.
        """
        fault = Fault(method, path, **how)
        with self._lock:
            self._waiting.append(fault)
        return fault

    def add_json(self, document: object) -> int:
        """Order a list of troubles as the control endpoint gets them; return how many.

        Raises:
            BadFault: one of them cannot be understood; then none is ordered.
        """
        if not isinstance(document, list):
            raise BadFault("a list of faults was expected")
        faults = [_from_json(row) for row in document]
        with self._lock:
            self._waiting += faults
        return len(faults)

    def take(self, method: str, path: str) -> Fault | None:
        """Return the trouble for this request, if any, and count it down."""
        with self._lock:
            for fault in self._waiting:
                if fault.matches(method, path):
                    if fault.times > 0:
                        fault.times -= 1
                    if fault.times == 0:
                        self._waiting.remove(fault)
                    return fault
        return None

    def clear(self) -> None:
        """Call every trouble off."""
        with self._lock:
            self._waiting.clear()

    def __len__(self) -> int:
        return len(self._waiting)


def _from_json(row: object) -> Fault:
    if not isinstance(row, dict):
        raise BadFault("each fault is an object")
    if not {"method", "path"} <= row.keys():
        raise BadFault("method and path are needed")
    for name, value in row.items():
        kind = _JSON_KEYS.get(name)
        if kind is None:
            raise BadFault(f"unknown key {name}; known are {', '.join(_JSON_KEYS)}")
        if value is not None and not isinstance(value, kind):  # type: ignore[arg-type]
            raise BadFault(f"{name} has the wrong type")
    how = {name: value for name, value in row.items() if value is not None}
    if "body_base64" in how:
        try:
            how["body"] = base64.b64decode(how.pop("body_base64"), validate=True)
        except ValueError:
            raise BadFault("body_base64 is not base64") from None
    known = {field.name for field in fields(Fault)}
    return Fault(**{name: value for name, value in how.items() if name in known})


def _replace_body(answer: Answer, body: Any) -> None:
    if isinstance(body, bytes):
        answer.body = body
        return
    if not isinstance(body, str):
        answer.body = json.dumps(body).encode()
        return
    answer.body = body.encode()
    if body.lstrip().startswith("<"):
        answer.headers = [pair for pair in answer.headers if pair[0] != "Content-Type"]
        answer.headers.append(("Content-Type", "text/html; charset=utf-8"))
