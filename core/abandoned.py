"""Sign-ins that X never answered: stopped by the person, or out of time. Activity keeps them.

X tells no program about its card without a reason, and a closed browser tells nobody. What
Keypane knows then is how far it got, and that stands in the attempt's timeline.
"""

from contextlib import suppress
from datetime import datetime
from typing import Final, Protocol

from core.errors import VaultError
from core.model import Activity
from core.timeline import Timeline
from core.vault.vault import Vault

STOPPED: Final = "given_up"
TIME_UP: Final = "time_up"
_OUTCOMES: Final = {STOPPED: "cancelled", TIME_UP: "failed"}


class Gate(Protocol):
    """Whether an attempt has its outcome."""

    @property
    def is_settled(self) -> bool:
        """True once it has."""


class Abandonable(Protocol):
    """What an attempt of either kind tells of itself."""

    @property
    def app_id(self) -> str:
        """Whom the account was to sign in to."""

    @property
    def deadline_at(self) -> datetime:
        """When it takes no answer any more."""

    @property
    def timeline(self) -> Timeline:
        """What happened so far."""

    @property
    def gate(self) -> Gate:
        """Whether it was answered."""


def write_down(vault: Vault, now: datetime, attempt: Abandonable, because: str) -> None:
    """Write a line for an attempt that ended before X answered; one with an answer has its own.

    Args:
        vault: where Activity is kept; where that cannot be written to, nothing is.
        now: the time of day.
        attempt: nobody uses it any more.
        because: STOPPED or TIME_UP.
    """
    if attempt.gate.is_settled:
        return
    attempt.timeline.note(now, because)
    facts = attempt.timeline.as_facts()
    outcome = _OUTCOMES[because]
    with suppress(VaultError):
        vault.save(Activity(attempt.app_id, now, "sign_in", "user", outcome, facts))
