"""What a snippet says: one call, free of any language, with no secret in it."""

from dataclasses import dataclass
from typing import Final

from core.request_draft import Draft

BEARER: Final = "bearer"
USER: Final = "user"
OAUTH1: Final = "oauth1"
# The first of the names that `keypane exec` gives each credential (core/exporters/variables.py).
ENVIRONMENT_NAMES: Final = {
    BEARER: ("X_BEARER_TOKEN",),
    USER: ("X_USER_ACCESS_TOKEN",),
    OAUTH1: ("X_API_KEY", "X_API_SECRET", "X_ACCESS_TOKEN", "X_ACCESS_TOKEN_SECRET"),
}
X_API: Final = "https://api.x.com"


@dataclass(frozen=True, slots=True)
class Call:
    """What a snippet does.

    Attributes:
        origin: scheme, host and port.
        target: path and query, encoded, as they are sent.
        credential: "bearer", "user" or "oauth1".
        body: JSON text, "" for none.
        path: the operation's path with its placeholders, for clients that have a method for it.
        places: the values of the placeholders, not encoded.
        query: name, value as it is sent before encoding, and whether it is a list.
    """

    method: str
    origin: str
    target: str
    credential: str
    body: str = ""
    path: str = ""
    places: tuple[tuple[str, str], ...] = ()
    query: tuple[tuple[str, str, bool], ...] = ()

    @property
    def url(self) -> str:
        """The whole address."""
        return self.origin + self.target

    @property
    def bare_path(self) -> str:
        """The path as it is sent, without the query."""
        return self.target.partition("?")[0]

    @property
    def variables(self) -> tuple[str, ...]:
        """The environment variables that hold the credential."""
        return ENVIRONMENT_NAMES[self.credential]


def call_of(draft: Draft, origin: str, credential: str) -> Call:
    """Return the call that a draft means.

    Args:
        draft: an operation with its values; no placeholder of its path may be empty.
        origin: where X's API is, as "https://api.x.com".
        credential: "bearer", "user" or "oauth1".
    """
    lists = {p.name for p in draft.parameters if p.kind == "array"}
    names = draft.operation.path_names
    return Call(
        draft.operation.method,
        origin,
        draft.target(),
        credential,
        draft.body if draft.operation.body is not None else "",
        draft.operation.path,
        tuple((name, "".join(draft.values.get(name, ()))) for name in names),
        tuple((name, text, name in lists) for name, text in draft.query()),
    )


def nested(value: object, deeper_than: int) -> bool:
    """Return whether lists and objects stand in each other deeper than so many levels."""
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > deeper_than:
            return True
        inner: list[object] = []
        for each in level:
            if isinstance(each, dict):
                inner += each.values()
            elif isinstance(each, list):
                inner += each
        level = [each for each in inner if isinstance(each, dict | list)]
    return False
