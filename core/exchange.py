"""A request as a person composed it, and X's answer to it. Nouns; nothing here sends."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from core.catalogue import Operation, catalogue
from core.model import BEARER, CredentialRef, HttpResponse
from core.rate_limits import RateLimit

METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD")


@dataclass(frozen=True, slots=True)
class RequestSpec:
    """A request as a person composed it. It holds no credential.

    Attributes:
        path: below the API's address, as "/2/tweets"; a query in it is added to `query`.
        body: JSON text, or "".
        headers: further ones; those that carry credentials or frame the message are ours.
    """

    app_id: str
    method: str
    path: str
    credential: CredentialRef = BEARER
    query: tuple[tuple[str, str], ...] = ()
    body: str = field(default="", repr=False)
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request with X's answer to it.

    Attributes:
        url: with its query, without any credential.
        endpoint: method and path template, as "GET /2/tweets/{id}".
        refreshed: a user token was refreshed because X had answered 401.
        renamed: X refused the names of the fields that were asked for, and took the other
            family's; `spec` has those.
    """

    spec: RequestSpec
    url: str
    endpoint: str
    response: HttpResponse = field(repr=False)
    sent_at: datetime
    rate_limit: RateLimit | None = None
    refreshed: bool = False
    renamed: bool = False

    @property
    def milliseconds(self) -> float:
        """How long X took in all."""
        return self.response.timing.total_ms

    @property
    def was_accepted(self) -> bool:
        """True for a 2xx; partial errors may stand in its body."""
        return 200 <= self.response.status < 300


def operation_of(spec: RequestSpec) -> Operation | None:
    """Return the operation of X's catalogue that a request calls, None where it has none."""
    return catalogue().find(spec.method, spec.path)


def endpoint_of(spec: RequestSpec) -> str:
    """Return method and path template, as "GET /2/tweets/{id}"."""
    path = spec.path.partition("?")[0]
    operation = catalogue().find(spec.method, path)
    return f"{spec.method.upper()} {operation.path if operation else path}"


def is_stream(spec: RequestSpec) -> bool:
    """Return whether the operation's answer goes on without an end."""
    operation = operation_of(spec)
    return operation is not None and operation.streaming
