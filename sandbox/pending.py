"""What is under way between an App, a person and X: consent pages and request tokens.

A one-time ticket ties the answer of a page to the page that was shown. Without
one, any page in the same browser could press *Authorize app* by a form of its own.
A ticket can be read only from the page, works once and for ten minutes.
"""

from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from sandbox.apps import App
from sandbox.clock import SandboxClock
from sandbox.derivation import random_letters
from sandbox.exchange import Call, only
from sandbox.people import SIGNED_IN_ACCOUNTS

TICKET_SECONDS: Final = 600
MAX_TICKETS: Final = 500
Asked = TypeVar("Asked")


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """A flawless request for consent by OAuth 2.0."""

    app: App
    redirect_uri: str
    scopes: tuple[str, ...]
    state: str
    challenge: str


@dataclass(slots=True)
class RequestToken:
    """A temporary OAuth 1.0a credential, from the App through the person back to the App.

    Attributes:
        callback: a registered address, or "oob" for a PIN.
        user_id, verifier: "" until the person has consented.
    """

    app: App
    token: str
    secret: str
    callback: str
    level: str
    expires_at: float
    user_id: str = ""
    verifier: str = ""


@dataclass(frozen=True, slots=True)
class Decision(Generic[Asked]):
    """What the person chose, and on which request."""

    asked: Asked
    user_id: str
    is_yes: bool


class Tickets(Generic[Asked]):
    """The consent pages that are open now."""

    def __init__(self, clock: SandboxClock) -> None:
        self._clock = clock
        self._open: dict[str, tuple[float, Asked]] = {}

    def issue(self, asked: Asked) -> str:
        """Return a ticket for one page that shows `asked`."""
        while len(self._open) >= MAX_TICKETS:
            del self._open[next(iter(self._open))]
        ticket = random_letters(43)
        self._open[ticket] = (self._clock.now() + TICKET_SECONDS, asked)
        return ticket

    def clear(self) -> None:
        """Close every page."""
        self._open.clear()

    def redeem(self, call: Call) -> Decision[Asked] | None:
        """Return what the page's form says, or None when it is not such a form."""
        form = only(call.form)
        if form is None or call.headers.get("origin", call.origin) != call.origin:
            return None
        expires_at, asked = self._open.pop(form.get("ticket", ""), (0.0, None))
        if asked is None or self._clock.now() >= expires_at:
            return None
        account, decision = form.get("account"), form.get("decision")
        if account not in {known.id for known in SIGNED_IN_ACCOUNTS}:
            return None
        if decision not in {"authorize", "cancel"}:
            return None
        return Decision(asked, str(account), decision == "authorize")
