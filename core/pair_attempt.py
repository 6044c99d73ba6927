"""One attempt to get an Access Token and Secret by OAuth 1.0a, and what may come back.

The request token ties the answer to the attempt, as `state` does in OAuth 2.0; it is looked
at before anything else. Its secret stays in the attempt, in memory. Two ways back: a
redirect to a registered callback, or a PIN that the person reads and types.
Sources: RFC 5849 §2; docs.x.com, "3-legged OAuth flow" and "PIN-based authorization", read
2026-08-22; how X says no (`denied=`) is from public threads of the same month.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from core.environment import Environment
from core.errors import BadInput, SignInRefused, StateMismatch
from core.model import AccessTokenPair
from core.one_exchange import ExchangeGate
from core.redirects import is_redirect_to, redirect_parameters
from core.secret import Secret
from core.timeline import Timeline

ATTEMPT_SECONDS: Final = 300
OUT_OF_BAND: Final = "oob"
_PARAMETERS: Final = frozenset({"oauth_token", "oauth_verifier", "denied"})
_PIN: Final = re.compile(r"[0-9]{4,16}")


@dataclass(frozen=True, slots=True)
class PairAttempt:
    """A sign-in by OAuth 1.0a under way.

    Attributes:
        callback: the registered address that X sends the browser back to, or "oob" for a PIN.
        request_token, request_secret: X's temporary credential of this attempt.
        authorize_url: for the browser.
        deadline_at: after this the attempt takes no answer any more.
        timeline: what happened in it so far, without values.
    """

    attempt_id: str
    app_id: str
    environment: Environment
    callback: str
    request_token: Secret
    request_secret: Secret
    started_at: datetime
    deadline_at: datetime
    authorize_url: str = field(repr=False)
    gate: ExchangeGate[AccessTokenPair] = field(
        default_factory=ExchangeGate, repr=False, compare=False
    )
    timeline: Timeline = field(default_factory=Timeline, repr=False, compare=False)

    @property
    def has_pin(self) -> bool:
        """True when the person reads a PIN from X's page instead of being sent back."""
        return self.callback == OUT_OF_BAND

    @property
    def redirect_uri(self) -> str:
        """Where the browser comes back to, "" where the person reads a PIN instead."""
        return "" if self.has_pin else self.callback

    def is_redirect(self, url: str) -> bool:
        """Return whether the browser is on its way back to this attempt's callback."""
        return not self.has_pin and is_redirect_to(self.callback, url)

    def is_answer(self, url: str, now: datetime) -> bool:
        """Return whether `url` is X's answer to this attempt, a no included.

        A listener asks this of whatever reaches it; asking changes nothing.
        """
        try:
            self._answer(url, now)
        except StateMismatch:
            return False
        return True

    def verifier_of(self, given: str, now: datetime) -> Secret:
        """Return the verifier of a redirect, or the PIN.

        Args:
            given: the whole redirected address, or the PIN as the person typed it.
            now: the time of day.

        Raises:
            StateMismatch: the redirect is not of this attempt, or comes too late. It changes
                nothing; the attempt goes on.
            BadInput: this cannot be a PIN; nothing was sent, the attempt goes on.
            SignInRefused: X sent the person back with a no; the attempt is over.
        """
        if self.has_pin:
            pin = _pin(given)
            self._check_time(now)
            return pin
        found = self._answer(given, now)
        if "denied" in found:
            refusal = SignInRefused("access_denied")
            self.gate.settle(refusal)
            raise refusal
        return Secret(found["oauth_verifier"])

    def _answer(self, url: str, now: datetime) -> dict[str, str]:
        if not self.is_redirect(url):
            raise StateMismatch("not this attempt's callback")
        found = redirect_parameters(url, _PARAMETERS)
        token = Secret(found.get("denied") or found.get("oauth_token", ""))
        if token != self.request_token:
            raise StateMismatch("the request token is not this attempt's")
        self._check_time(now)
        if "denied" not in found and not found.get("oauth_verifier"):
            raise StateMismatch("the redirect holds no verifier")
        return found

    def _check_time(self, now: datetime) -> None:
        if now >= self.deadline_at:
            raise StateMismatch("the attempt is over")


def _pin(given: str) -> Secret:
    digits = "".join(given.split()).replace("-", "")
    if not _PIN.fullmatch(digits):
        raise BadInput("PIN", "a PIN is a number of about seven digits, as X's page shows it")
    return Secret(digits)
