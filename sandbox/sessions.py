"""Being signed in at X itself: the cookie that a browser keeps between two consents.

X's own log-in sets such a cookie. Here the consent does, and a browser that brings it back
finds its account chosen already, so that a kept session can be told from a private view.
"""

from typing import Final

from sandbox.derivation import random_letters
from sandbox.exchange import Call

COOKIE: Final = "sandbox_session"
LIFETIME_SECONDS: Final = 180 * 24 * 3600


class Sessions:
    """The browsers that are signed in, and as whom."""

    def __init__(self) -> None:
        self._accounts: dict[str, str] = {}

    @property
    def cookies(self) -> tuple[str, ...]:
        """The values of all cookies that were given out, oldest first."""
        return tuple(self._accounts)

    def begin(self, user_id: str) -> tuple[str, str]:
        """Return the header that signs a browser in as this account."""
        value = random_letters(40)
        self._accounts[value] = user_id
        attributes = f"Path=/; Max-Age={LIFETIME_SECONDS}; HttpOnly; SameSite=Lax"
        return "Set-Cookie", f"{COOKIE}={value}; {attributes}"

    def account_of(self, call: Call) -> str:
        """Return whose session the browser brings, "" for none."""
        for part in call.headers.get("cookie", "").split(";"):
            name, _, value = part.strip().partition("=")
            if name == COOKIE and value in self._accounts:
                return self._accounts[value]
        return ""

    def clear(self) -> None:
        """Sign every browser out."""
        self._accounts.clear()
