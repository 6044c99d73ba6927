"""A plain client for the sandbox's tests: requests and hashlib, nothing of the product."""

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import oauthlib.oauth1
import requests
from requests.auth import AuthBase

from sandbox import ReadyApp, Sandbox

VERIFIER = "verifier-of-exactly-forty-three-characters0"
SCOPES = "tweet.read users.read offline.access"
FORM = "application/x-www-form-urlencoded"
ACME = "1733410282"
ACME_OPS = "1733412290"


def challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def query_of(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


class Signer(AuthBase):
    """Signs a request with oauthlib, which knows nothing of the sandbox's own signatures."""

    def __init__(self, client: oauthlib.oauth1.Client) -> None:
        self._client: Any = client

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        is_form = request.headers.get("Content-Type") == FORM
        _, headers, _ = self._client.sign(
            request.url,
            request.method,
            request.body if is_form else None,
            {"Content-Type": FORM} if is_form else {},
        )
        request.headers["Authorization"] = headers["Authorization"]
        return request


class Client:
    """Talks to one sandbox as one App."""

    def __init__(self, sandbox: Sandbox, app: ReadyApp | None = None) -> None:
        self.sandbox = sandbox
        self.app = app or sandbox.ready_app
        self.origin = sandbox.origin

    def call(self, method: str, path: str, **how: Any) -> requests.Response:
        url = self.origin + path
        return requests.request(method, url, allow_redirects=False, timeout=30, **how)

    # App-only

    def generate(self, **changes: Any) -> requests.Response:
        how = {
            "auth": (self.app.api_key, self.app.api_secret),
            "data": {"grant_type": "client_credentials"},
        }
        return self.call("POST", "/oauth2/token", **(how | changes))

    def bearer(self) -> str:
        return str(self.generate().json()["access_token"])

    def invalidate(self, bearer: str, **changes: Any) -> requests.Response:
        how = {
            "auth": (self.app.api_key, self.app.api_secret),
            "data": f"access_token={bearer}",
            "headers": {"Content-Type": FORM},
        }
        return self.call("POST", "/oauth2/invalidate_token", **(how | changes))

    def get(self, path: str, token: str, **query: Any) -> requests.Response:
        return self.call("GET", path, params=query, headers={"Authorization": f"Bearer {token}"})

    def write(self, method: str, path: str, token: str, body: Any = None) -> requests.Response:
        headers = {"Authorization": f"Bearer {token}"}
        return self.call(method, path, json=body, headers=headers)

    # OAuth 2.0 of users

    def authorize_url(self, **changes: str | None) -> str:
        given: dict[str, str | None] = {
            "response_type": "code",
            "client_id": self.app.client_id,
            "redirect_uri": self.app.redirect_uri,
            "scope": SCOPES,
            "state": "state-1",
            "code_challenge": challenge(VERIFIER),
            "code_challenge_method": "S256",
        }
        given |= changes
        kept = {name: value for name, value in given.items() if value is not None}
        return f"{self.origin}/i/oauth2/authorize?{urlencode(kept)}"

    def code(self, username: str = "acme", **changes: str | None) -> str:
        url = self.authorize_url(**changes)
        return query_of(self.sandbox.authorize_without_browser(url, username))["code"]

    def token(self, **form: Any) -> requests.Response:
        """Ask the token endpoint the way the App's type wants it; None leaves a field away."""
        return self._authenticated("/2/oauth2/token", form)

    def exchange(self, code: str, /, **changes: Any) -> requests.Response:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.app.redirect_uri,
            "code_verifier": VERIFIER,
        }
        return self.token(**(form | changes))

    def sign_in(self, username: str = "acme", scopes: str = SCOPES) -> dict[str, Any]:
        answer = self.exchange(self.code(username, scope=scopes))
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def refresh(self, refresh_token: str) -> requests.Response:
        return self.token(grant_type="refresh_token", refresh_token=refresh_token)

    def revoke(self, token: str) -> requests.Response:
        return self._authenticated("/2/oauth2/revoke", {"token": token})

    def me(self, token: str) -> int:
        return self.get("/2/users/me", token).status_code

    def _authenticated(self, path: str, form: dict[str, Any]) -> requests.Response:
        if self.app.is_confidential:
            auth = (self.app.client_id, self.app.client_secret)
            return self.call("POST", path, data=form, auth=auth)
        return self.call("POST", path, data={"client_id": self.app.client_id, **form})

    # OAuth 1.0a

    def signer(self, token: str | None = None, secret: str | None = None, **more: Any) -> Signer:
        """Sign as the App's owner, or with another token; "" signs as the App alone."""
        client = oauthlib.oauth1.Client(
            self.app.api_key,
            self.app.api_secret,
            self.app.access_token if token is None else token or None,
            self.app.access_token_secret if secret is None else secret or None,
            **more,
        )
        return Signer(client)
