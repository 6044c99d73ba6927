"""Keypane's main job at a server that nobody here wrote: through the core, and by commands."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

import requests

from core.adapters.requests_transport import RequestsTransport
from core.authorization import AuthorizationAttempt
from core.environment import Environment
from core.model import App, HttpResponse, UserToken
from core.new_app import new_app
from core.pkce import new_verifier
from core.ports import CancelToken, Clock
from core.secret import Secret
from core.user_context import SignIn
from core.user_grants import client_post
from core.vault.journal import Journal
from core.vault.vault import Vault
from tests.e2e.command_line import CommandLine, Result

_MOST_HOPS = 12
_SECONDS = 20


@dataclass
class Registration:
    """A client at a foreign server, as `app add` wants it."""

    environment: dict[str, str]
    client_id: str
    client_secret: str
    redirect_uri: str
    scopes: tuple[str, ...]

    @property
    def fields(self) -> dict[str, str]:
        """What a person would paste."""
        facts = {"client_id": self.client_id, "redirect_uri": self.redirect_uri}
        return facts | ({"client_secret": self.client_secret} if self.client_secret else {})


def browse(authorize_url: str, redirect_uri: str) -> str:
    """Follow redirects as a browser with cookies would; return the one to the redirect URI."""
    with requests.Session() as session:
        session.trust_env = False
        url = authorize_url
        for _ in range(_MOST_HOPS):
            answer = session.get(url, allow_redirects=False, timeout=_SECONDS)
            assert answer.is_redirect, f"{answer.status_code} instead of a redirect"
            url = requests.compat.urljoin(url, answer.headers["Location"])
            if url.startswith(redirect_uri):
                return url
    raise AssertionError("the server redirects in a circle")


class Bench:
    """An App of a custom environment in a vault, and the service over the real transport."""

    def __init__(
        self,
        registration: Registration,
        transport: RequestsTransport,
        vault: Vault,
        clock: Clock,
    ) -> None:
        self.registration = registration
        self.vault = vault
        self.cancel = CancelToken()
        self._transport = transport
        self.sign_in = SignIn(transport, vault, Journal(vault, transport, clock), clock)
        environment = Environment.custom(registration.environment)
        fields = {name: Secret(value) for name, value in registration.fields.items()}
        self.app: App
        self.app, credentials = new_app("Foreign", environment, fields, clock.now())
        vault.save(self.app, *credentials)

    def consented(self) -> tuple[AuthorizationAttempt, str]:
        """Return an attempt, and the redirect that the server answered it with."""
        attempt = self.sign_in.begin(self.app, self.registration.scopes)
        return attempt, browse(attempt.authorize_url, self.registration.redirect_uri)

    def signed_in(self) -> UserToken:
        """Return a fresh user token."""
        attempt, redirect = self.consented()
        return self.sign_in.complete(attempt, redirect, self.cancel)

    def other_verifier(self, attempt: AuthorizationAttempt) -> AuthorizationAttempt:
        """Return the attempt of someone who has the code, and not the verifier."""
        return replace(attempt, verifier=new_verifier())

    def spend(self, refresh_token: Secret | None) -> HttpResponse:
        """Send a refresh token to the server behind Keypane's back."""
        assert refresh_token is not None
        assert self.app.client is not None
        form = (("grant_type", "refresh_token"), ("refresh_token", refresh_token))
        request = client_post(self.app.environment.token_url, self.app.client, form)
        return self._transport.send(request, self.cancel)

    def stored(self, token: UserToken) -> UserToken:
        """Return the record as the vault has it."""
        found = self.vault.get(UserToken, token.token_id)
        assert found is not None
        return found


def add_app(keypane: CommandLine, registration: Registration, folder: Path) -> Result:
    """Run `app add` with the file of the custom environment."""
    file = folder / "environment.json"
    file.write_text(json.dumps(registration.environment), "utf-8")
    arguments = ("app", "add", "Foreign", "--environment", str(file))
    return keypane.json(*arguments, stdin=json.dumps(registration.fields))


def sign_in_by_paste(keypane: CommandLine, registration: Registration) -> Result:
    """Run `sign-in --browser paste`, and paste what the server redirects to."""
    scopes = " ".join(registration.scopes)
    arguments = ("sign-in", "Foreign", "--browser", "paste", "--scopes", scopes, "--json")
    with keypane.started(*arguments) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["authorize_url"]
        redirect = browse(url, registration.redirect_uri)
        out, err = process.communicate(f"{redirect}\n", timeout=60)
    keypane.printed += [out, err]
    return Result(process.returncode, out, err)
