"""An attempt for the system browser: somebody listens before any browser is opened.

Source: RFC 8252 §7.3; X compares redirect URIs with their port, so no other port will do.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Protocol

from core.authorization import AuthorizationAttempt
from core.errors import ListenFailed
from core.model import App
from core.ports import Clock, Listen, Listener
from core.redirects import loopback_address
from core.user_context import SignIn


class Awaited(Protocol):
    """An attempt whose redirect may come back to this computer, by OAuth 2.0 or 1.0a."""

    @property
    def redirect_uri(self) -> str:
        """Where the browser is sent back to."""

    @property
    def deadline_at(self) -> datetime:
        """When it takes no redirect any more."""

    def is_answer(self, url: str, now: datetime) -> bool:
        """Return whether `url` answers this attempt; asking changes nothing."""


class SystemBrowserSignIn:
    """Begins attempts whose redirect comes back to a listener of ours."""

    def __init__(self, sign_in: SignIn, listen: Listen, clock: Clock) -> None:
        self._sign_in = sign_in
        self._listen = listen
        self._clock = clock
        self._last: Listener | None = None

    def begin(
        self, app: App, scopes: Iterable[str]
    ) -> tuple[AuthorizationAttempt, Listener | None]:
        """Return a fresh attempt and its bound listener.

        The App's redirect URIs on this computer are tried in their order, and no other
        port ever is. Without one on this computer there is nothing to listen at: the
        listener is None, and the person pastes the address.

        Raises:
            ListenFailed: none of them can be listened at; it names the first one's port.
            NoCredential, BadInput: as `SignIn.begin`.
        """
        scopes = tuple(scopes)
        failed: ListenFailed | None = None
        for uri in app.redirect_uris:
            if loopback_address(uri) is None:
                continue
            attempt = self._sign_in.begin(app, scopes, uri)
            try:
                return attempt, self.listen_for(attempt)
            except ListenFailed as error:
                failed = failed or error
        if failed is not None:
            raise failed
        return self._sign_in.begin(app, scopes), None

    def listen_for(self, attempt: Awaited) -> Listener | None:
        """Return a listener for an attempt under way, until its deadline; None as `begin`.

        Raises:
            ListenFailed: its port is busy or not for us.
        """
        if loopback_address(attempt.redirect_uri) is None:
            return None
        if self._last is not None:
            self._last.close()  # its browser may still be reading its page, on the same port
        self._last = self._listen(
            attempt.redirect_uri,
            partial(_is_answer, attempt, self._clock),
            (attempt.deadline_at - self._clock.now()).total_seconds(),
        )
        return self._last


def _is_answer(attempt: Awaited, clock: Clock, url: str) -> bool:
    return attempt.is_answer(url, clock.now())
