"""One attempt to sign a user in: what is sent to the browser, and what may come back.

Nothing here touches the network. The three ways of signing in (embedded view, system
browser, pasted address) share one attempt, and the first redirect that belongs to it
wins; a redirect that does not belong to it changes nothing.
Sources: RFC 6749 §4.1, RFC 7636, RFC 9207; docs.x.com, "OAuth 2.0 Authorization Code Flow",
read 2026-08-22.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote
from uuid import uuid4

from core import pkce
from core.apps import client_credentials
from core.environment import Environment
from core.errors import BadInput, SignInRefused, StateMismatch
from core.model import App, ClientCredentials, UserToken
from core.one_exchange import ExchangeGate
from core.redirects import Redirect, is_redirect_to, read_redirect
from core.secret import Secret
from core.timeline import Timeline

ATTEMPT_SECONDS: Final = 300


@dataclass(frozen=True, slots=True)
class AuthorizationAttempt:
    """A sign-in under way: what it asked for, and the secrets that tie the answer to it.

    Attributes:
        authorize_url: for the browser; it holds no secret but `state`.
        redirect_uri: where X sends the browser back to, exactly as registered.
        scopes: what is asked for.
        deadline_at: after this the attempt takes no redirect any more.
        timeline: what happened in it so far, without values.
    """

    attempt_id: str
    app_id: str
    environment: Environment
    client: ClientCredentials
    redirect_uri: str
    scopes: tuple[str, ...]
    state: Secret
    verifier: Secret
    started_at: datetime
    deadline_at: datetime
    authorize_url: str = field(repr=False)
    gate: ExchangeGate[UserToken] = field(default_factory=ExchangeGate, repr=False, compare=False)
    timeline: Timeline = field(default_factory=Timeline, repr=False, compare=False)

    def is_redirect(self, url: str) -> bool:
        """Return whether the browser is on its way back to this attempt's redirect URI."""
        return is_redirect_to(self.redirect_uri, url)

    def is_answer(self, url: str, now: datetime) -> bool:
        """Return whether `url` is X's answer to this attempt, a refusal included.

        A listener asks this of whatever reaches it; asking changes nothing.
        """
        try:
            self._answer(url, now)
        except StateMismatch:
            return False
        return True

    def code_of(self, url: str, now: datetime) -> Secret:
        """Return the authorization code of a redirect, looking at `state` before all else.

        Raises:
            StateMismatch: the redirect is not of this attempt, comes too late, or names
                another issuer. It changes nothing; the attempt goes on.
            SignInRefused: X sent the person back with an error; the attempt is over.
        """
        redirect = self._answer(url, now)
        if redirect.error is not None:
            refusal = SignInRefused(_error_code(redirect.error))
            self.gate.settle(refusal)
            raise refusal
        if redirect.code is None:
            raise StateMismatch("the redirect holds no code")
        return redirect.code

    def _answer(self, url: str, now: datetime) -> Redirect:
        if not self.is_redirect(url):
            raise StateMismatch("not this attempt's redirect URI")
        redirect = read_redirect(url)
        if redirect.state is None or redirect.state != self.state:
            raise StateMismatch("the state is not this attempt's")
        if now >= self.deadline_at:
            raise StateMismatch("the attempt is over")
        if redirect.iss is not None and redirect.iss != self.environment.expected_issuer:
            raise StateMismatch("the redirect names another issuer")
        if redirect.error is None and not redirect.code:
            raise StateMismatch("the redirect holds no code")
        return redirect


def begin(
    app: App, scopes: Iterable[str], now: datetime, redirect_uri: str | None = None
) -> AuthorizationAttempt:
    """Return a fresh attempt for `app`. No network, no storage.

    Args:
        app: whom the user signs in to.
        scopes: what is asked for.
        now: the time of day; the attempt lives for ATTEMPT_SECONDS.
        redirect_uri: another of the App's registered ones than the one in use.

    Raises:
        NoCredential: the App has no Client ID here.
        BadInput: the App has no such redirect URI, or no scope is asked for.
    """
    client = client_credentials(app)
    redirect_uri = redirect_uri or app.redirect_uri
    if redirect_uri is None or redirect_uri not in app.redirect_uris:
        raise BadInput("redirect_uri", "the App has no redirect URI here")
    asked = tuple(dict.fromkeys(scopes))
    if not asked:
        raise BadInput("scopes", "no scope is asked for")
    state, verifier = pkce.new_state(), pkce.new_verifier()
    timeline = Timeline()
    timeline.note(
        now,
        "begun",
        app.environment.authorize_url,
        state=f"{len(state)} random characters",
        code_challenge=f"{pkce.METHOD} of a verifier of {len(verifier)} characters",
        scopes=str(len(asked)),
    )
    return AuthorizationAttempt(
        attempt_id=uuid4().hex,
        app_id=app.app_id,
        environment=app.environment,
        client=client,
        redirect_uri=redirect_uri,
        scopes=asked,
        state=state,
        verifier=verifier,
        started_at=now,
        deadline_at=now + timedelta(seconds=ATTEMPT_SECONDS),
        authorize_url=_with_query(
            app.environment.authorize_url,
            response_type="code",
            client_id=client.client_id.reveal(),
            redirect_uri=redirect_uri,
            scope=" ".join(asked),
            state=state.reveal(),
            code_challenge=pkce.challenge_of(verifier),
            code_challenge_method=pkce.METHOD,
        ),
        timeline=timeline,
    )


def _with_query(url: str, **query: str) -> str:
    # X was reported to refuse "+" for the spaces of a scope, so everything is %-encoded.
    encoded = "&".join(f"{name}={quote(value, safe='-._~')}" for name, value in query.items())
    joint = "&" if "?" in url else "?"
    return f"{url}{joint}{encoded}"


def _error_code(text: str) -> str:
    """Return X's error code if it is one (RFC 6749 §4.1.2.1); foreign text is not repeated."""
    plain = text.replace("_", "").replace(".", "")
    return text if plain.isascii() and plain.isalnum() and len(text) <= 64 else "unknown"
