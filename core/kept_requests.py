"""A request as it is kept, without its credential, and what came of it. Pure nouns."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

MOST_BODY: Final = 16_384
MOST_TARGET: Final = 8_192
MOST_SAVED: Final = 1_000


@dataclass(frozen=True, slots=True)
class KeptRequest:
    """A request without its credential.

    Attributes:
        target: path and query.
        credential: which kind it went with: "bearer", "user" or "oauth1".
        is_cut: True when the body was too long to be kept, and is missing.
        is_masked: True when something in it looked like a secret and was masked.
    """

    method: str
    target: str
    body: str = field(default="", repr=False)
    credential: str = "bearer"
    is_cut: bool = False
    is_masked: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a request.

    Attributes:
        status: the HTTP status, 0 when no answer came.
        words: "" for an answer; otherwise which error, by its class.
        dollars: by X's price list, as text; "" when it has no price.
    """

    status: int = 0
    words: str = ""
    milliseconds: int = 0
    size: int = 0
    dollars: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One request that was sent."""

    entry_id: str
    app_id: str
    sent_at: datetime
    request: KeptRequest
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class SavedEntry:
    """One request that was saved by name."""

    saved_id: str
    name: str
    note: str
    saved_at: datetime
    request: KeptRequest
