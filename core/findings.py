"""What a check found: the noun that the self-test and the doctor share."""

from dataclasses import dataclass
from typing import Literal

FindingState = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check.

    Attributes:
        state: "warn" where the program works, though not at its best.
        detail: a fact for the person; never a value of theirs.
    """

    state: FindingState
    detail: str
