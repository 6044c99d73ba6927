"""The services on a fake transport and a session vault, with one App that has everything."""

from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from core.app_only import BearerTokens
from core.authorization import AuthorizationAttempt
from core.environment import Environment
from core.errors import TimedOut
from core.model import (
    AccessTokenPair,
    Activity,
    App,
    BearerToken,
    ClientCredentials,
    ConsumerKeys,
    CredentialState,
    HttpRequest,
    HttpResponse,
    UserToken,
)
from core.one_legged import OwnerTokens
from core.ports import CancelToken
from core.requester import Requester
from core.secret import Secret, reveal
from core.user_context import SignIn
from core.vault.journal import Journal
from core.vault.vault import Vault
from tests.fakes.clock import FakeClock
from tests.fakes.fake_transport import FakeTransport, Reply, Streamed, answer

APP_ID = "app-1"
REDIRECT_URI = "http://127.0.0.1:8739/callback"
SCOPES = ("tweet.read", "users.read", "offline.access")
ME = {"data": {"id": "1733410282", "username": "acme", "name": "Acme"}}
REFUSED_99 = {"errors": [{"code": 99, "label": "authenticity_token_error", "message": "Unable"}]}
UNAUTHORIZED = {"title": "Unauthorized", "type": "about:blank", "status": 401}
DEAD_TOKEN = {
    "error": "invalid_request",
    "error_description": "Value passed for the token was invalid.",
}
WHO = answer(ME)
DEAD = answer(UNAUTHORIZED, 401)
INVALID = answer(DEAD_TOKEN, 400)
REVOKED = answer({"revoked": True})
CAPTIVE = HttpResponse(200, {"content-type": "text/html"}, b"<html>captive portal</html>")


@dataclass
class Bench:
    """Everything a service test touches."""

    vault: Vault
    clock: FakeClock
    transport: FakeTransport = field(default_factory=FakeTransport)
    cancel: CancelToken = field(default_factory=CancelToken)

    def __post_init__(self) -> None:
        parts = (self.transport, self.vault, Journal(self.vault, self.transport, self.clock))
        self.journal = parts[2]
        self.bearers = BearerTokens(*parts, self.clock)
        self.sign_in = SignIn(*parts, self.clock)
        self.owners = OwnerTokens(*parts, self.clock)
        self.requester = Requester(self.transport, self.vault, self.clock, self.sign_in)
        self.app = App(
            APP_ID,
            "Acme Bot",
            Environment.x(),
            self.clock.now(),
            ConsumerKeys(Secret("key"), Secret("secret+/")),
            ClientCredentials(Secret("client"), Secret("client secret")),
            (REDIRECT_URI,),
        )
        self.vault.save(self.app)

    def will(self, *replies: Reply | Streamed) -> None:
        """Queue X's answers."""
        self.transport.will(*replies)

    def keep_bearer(self, token: str = "AAAA%2Fold%3D") -> BearerToken:
        """Store a Bearer Token as if it had been generated."""
        stored = BearerToken(APP_ID, Secret(token), self.clock.now())
        self.vault.save(stored)
        return stored

    def keep_pair(self) -> None:
        """Store the owner's Access Token and Secret."""
        pair = AccessTokenPair(APP_ID, Secret("17-pair"), Secret("pair"), self.clock.now())
        self.vault.save(pair)

    def keep_user(
        self,
        token_id: str = "user-1",
        *,
        refresh: str | None = "old-refresh",
        lives_seconds: float = 7200,
        state: CredentialState = CredentialState.OK,
    ) -> UserToken:
        """Store a user's token as if the user had signed in."""
        now = self.clock.now()
        token = UserToken(
            token_id,
            APP_ID,
            Secret("old-access"),
            Secret.maybe(refresh),
            SCOPES,
            SCOPES,
            now,
            now + timedelta(seconds=lives_seconds),
            user_id="1733410282",
            username="acme",
            state=state,
        )
        self.vault.save(token)
        return token

    def bearer(self) -> BearerToken | None:
        """Return what is stored."""
        return self.vault.get(BearerToken, APP_ID)

    def user(self, token_id: str = "user-1") -> UserToken:
        """Return what is stored; fails where nothing is."""
        token = self.vault.get(UserToken, token_id)
        assert token is not None
        return token

    def activities(self) -> list[tuple[str, str]]:
        """Return what happened and how it ended, oldest first."""
        found: tuple[Activity, ...] = self.vault.activities(APP_ID)
        return [(each.what, each.outcome) for each in reversed(found)]

    def sent(self, place: int = -1) -> dict[str, str]:
        """Return the form of a request that was sent."""
        form = self.transport.seen[place].form
        assert form is not None
        return {name: reveal(value) for name, value in form}

    @property
    def paths(self) -> list[str]:
        """Where requests went, in order."""
        return [urlsplit(request.url).path for request in self.transport.seen]


def no_answer(_request: HttpRequest, _cancel: CancelToken) -> HttpResponse:
    """Take the request and never answer; the deadline has passed already."""
    raise TimedOut("it took too long", host="api.x.com", reason="timeout")


def bearer_answer(token: str = "AAAA%2Fnew%3D") -> HttpResponse:
    """Return what X answers to `generate`."""
    return answer({"token_type": "bearer", "access_token": token})


def token_answer(access: str = "new-access", refresh: str | None = "new-refresh") -> HttpResponse:
    """Return what X's token endpoint grants."""
    facts = {
        "token_type": "bearer",
        "expires_in": 7200,
        "access_token": access,
        "scope": " ".join(SCOPES),
    }
    return answer(facts if refresh is None else {**facts, "refresh_token": refresh})


def authorization(request: HttpRequest) -> str:
    """Return the Authorization value that was sent."""
    assert request.authorization is not None
    return request.authorization.reveal()


def redirect_of(attempt: AuthorizationAttempt, **changes: str) -> str:
    """Return the redirect that X would make for an attempt, with changes."""
    parameters = {"state": attempt.state.reveal(), "code": "good-code", **changes}
    query = "&".join(f"{name}={value}" for name, value in parameters.items() if value != "-")
    return f"{attempt.redirect_uri}?{query}"


def query_of(url: str) -> dict[str, str]:
    """Return a URL's parameters; each must stand there once."""
    found = parse_qs(urlsplit(url).query, strict_parsing=True)
    assert all(len(values) == 1 for values in found.values())
    return {name: values[0] for name, values in found.items()}
