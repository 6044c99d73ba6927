"""Requests as they are kept: those that were sent, those saved by name, and what a day cost.

Pure nouns. What a request consists of stands in `facts`, JSON that `core.kept_facts` reads
leniently: an entry of an older or a newer Keypane must never close the whole list.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SentRequest:
    """One line of the history. It holds no credential.

    Attributes:
        environment: as `core.request_book.environment_key` makes it.
        facts: JSON: the request, and what came of it.
    """

    entry_id: str
    app_id: str
    environment: str
    sent_at: datetime
    facts: str


@dataclass(frozen=True, slots=True)
class SavedRequest:
    """A request with a name. It belongs to the person, and to no App.

    Attributes:
        note: the person's own words, "" for none.
        facts: JSON: the request.
    """

    saved_id: str
    name: str
    note: str
    saved_at: datetime
    facts: str


@dataclass(frozen=True, slots=True)
class SpentDay:
    """One App's calls of one UTC day, as the vault keeps them.

    Attributes:
        day_id: App and day.
        day: as "2026-11-23".
        facts: JSON: the sum in dollars, how many calls, and which resources X charged for.
    """

    day_id: str
    app_id: str
    day: str
    facts: str
