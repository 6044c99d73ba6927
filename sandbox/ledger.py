"""The list of everything that was asked, without any credential's value."""

from dataclasses import dataclass, field
from typing import Final

from sandbox.clock import rfc3339

MAX_ENTRIES: Final = 50_000


@dataclass(slots=True)
class SeenRequest:
    """One request to the X side of the sandbox.

    Attributes:
        at: seconds since 1970 by the sandbox's clock.
        path: without the query.
        auth: which credential came along, such as "bearer:Practice App" or "user:acme".
        status: what was answered; None while, or because, nothing was.
        query: the raw query, for tests in the same process; not part of the control endpoint.
        fields: names of the form's fields.
        headers: names of the headers, in lower case.
    """

    at: float
    method: str
    path: str
    auth: str
    status: int | None = None
    query: str = field(default="", repr=False)
    fields: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()

    @property
    def time(self) -> str:
        """The moment as RFC 3339 in UTC."""
        return rfc3339(self.at)

    def as_json(self) -> dict[str, object]:
        """Return what the control endpoint shows."""
        return {
            "time": self.time,
            "method": self.method,
            "path": self.path,
            "auth": self.auth,
            "status": self.status,
        }


class Ledger:
    """All seen requests in order of arrival; the oldest leave after 50,000."""

    def __init__(self) -> None:
        self.entries: list[SeenRequest] = []

    def add(self, entry: SeenRequest) -> SeenRequest:
        """Take down one request at its arrival."""
        self.entries.append(entry)
        if len(self.entries) > MAX_ENTRIES:
            del self.entries[: MAX_ENTRIES // 10]
        return entry

    def clear(self) -> None:
        """Begin a new page."""
        self.entries.clear()
