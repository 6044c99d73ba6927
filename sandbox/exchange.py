"""What arrives at the sandbox and what it answers, free of any web framework."""

import base64
import binascii
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, unquote_plus

if TYPE_CHECKING:
    from sandbox.streams import Connection

FORM_TYPE: Final = "application/x-www-form-urlencoded"
JSON_TYPE: Final = "application/json"
MAX_PARAMETERS: Final = 200

Pairs = list[tuple[str, str]]


class Malformed(Exception):
    """A query or body that cannot be read as what it claims to be."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request, read once and then passed around.

    Attributes:
        origin: scheme, host and port as the client addressed them, lower case.
        path: still percent-encoded, without the query.
        headers: names in lower case.
        opened: a room puts in here what goes on behind the head of its answer.
    """

    method: str
    origin: str
    path: str
    query_text: str
    headers: Mapping[str, str]
    body: bytes = field(default=b"", repr=False)
    opened: "list[Connection]" = field(default_factory=list, compare=False)

    @property
    def query(self) -> Pairs:
        """The query's parameters in order, decoded.

        Raises:
            Malformed: there are too many of them.
        """
        return _pairs(self.query_text)

    @property
    def is_form(self) -> bool:
        """Whether the body says it is a form."""
        return self._media_type() == FORM_TYPE

    @property
    def is_json(self) -> bool:
        """Whether the body says it is JSON."""
        return self._media_type() == JSON_TYPE

    @property
    def form(self) -> Pairs:
        """The form's fields in order, decoded; empty when the body is no form.

        Raises:
            Malformed: it is not ASCII, or holds too many fields.
        """
        if not self.is_form:
            return []
        try:
            text = self.body.decode("ascii")
        except UnicodeDecodeError:
            raise Malformed("the form is not ASCII") from None
        return _pairs(text)

    def json(self) -> object:
        """Return the JSON body.

        Raises:
            Malformed: it is not JSON in UTF-8.
        """
        try:
            return json.loads(self.body.decode("utf-8"))
        except (ValueError, RecursionError):
            raise Malformed("the body is not JSON") from None

    def authorization(self, scheme: str) -> str | None:
        """Return what follows `scheme` in the Authorization header, or None."""
        name, _, rest = self.headers.get("authorization", "").partition(" ")
        return rest.strip() if name.lower() == scheme.lower() else None

    def basic(self) -> tuple[str, str] | None:
        """Return user and password of a Basic header, each form-decoded (RFC 6749 §2.3.1)."""
        encoded = self.authorization("Basic")
        if encoded is None:
            return None
        try:
            text = base64.b64decode(encoded, validate=True).decode("ascii")
        except (binascii.Error, UnicodeDecodeError):
            return None
        user, colon, password = text.partition(":")
        return (unquote_plus(user), unquote_plus(password)) if colon else None

    def _media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@dataclass(slots=True)
class Answer:
    """One answer before it is put on the wire.

    Attributes:
        headers: in order; a name may repeat. Content-Length and Date are added later.
    """

    status: int
    body: bytes = field(default=b"", repr=False)
    headers: Pairs = field(default_factory=list, repr=False)


class Refusal(Exception):
    """The request is refused with `answer`."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def json_answer(status: int, document: object, headers: Pairs | None = None) -> Answer:
    """Return `document` as JSON; nothing of it may be stored by a cache."""
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return Answer(
        status,
        body,
        [
            ("Content-Type", "application/json; charset=utf-8"),
            ("Cache-Control", "no-store"),
            *(headers or []),
        ],
    )


def only(pairs: Pairs) -> dict[str, str] | None:
    """Return the pairs as a mapping, or None when a name occurs twice."""
    if any(count > 1 for count in Counter(name for name, _ in pairs).values()):
        return None
    return dict(pairs)


def _pairs(text: str) -> Pairs:
    try:
        return parse_qsl(
            text, keep_blank_values=True, errors="strict", max_num_fields=MAX_PARAMETERS
        )
    except ValueError:
        raise Malformed("too many parameters, or not UTF-8") from None
