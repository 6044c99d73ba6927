"""What the lists of saved and of sent requests show, as frozen values."""

from dataclasses import dataclass
from enum import StrEnum


class BookTone(StrEnum):
    """How a request ended, by shape and colour of its mark."""

    NONE = "none"
    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class BookRow:
    """One request in a list.

    Attributes:
        key: what the signals carry.
        method: upper case.
        title: its name, or what it asks for.
        detail: the quiet line below, such as "200 · 14:03 · $0.010".
        tone: of the mark at the right; NONE draws none.
        tooltip: all of it; also what is read out after the title.
        hay: further words that the search finds, such as body and note.
    """

    key: str
    method: str
    title: str
    detail: str = ""
    tone: BookTone = BookTone.NONE
    tooltip: str = ""
    hay: str = ""


@dataclass(frozen=True, slots=True)
class SaveState:
    """What the dialog for a name asks: `key` is "" for a new one."""

    title: str
    verb: str
    name: str = ""
    note: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class BookState:
    """Both lists, and the dialog for a name while it is open."""

    saved: tuple[BookRow, ...] = ()
    history: tuple[BookRow, ...] = ()
    history_note: str = ""
    save: SaveState | None = None
