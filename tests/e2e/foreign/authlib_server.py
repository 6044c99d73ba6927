"""An authorization server out of Authlib's own code, on a free port of 127.0.0.1.

Authlib decides about clients, codes, PKCE, tokens, revocation and the protected resource;
here are only the stores that it asks for. The person consents without being asked, since
pages are not what is tried. The issuer ends in a slash, as some providers' issuers do.
"""

import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from authlib.integrations.flask_oauth2 import (  # type: ignore[import-untyped]
    AuthorizationServer,
    ResourceProtector,
    current_token,
)
from authlib.oauth2.rfc6749 import (  # type: ignore[import-untyped]
    AuthorizationCodeMixin,
    ClientMixin,
    TokenMixin,
)
from authlib.oauth2.rfc6749.grants import (  # type: ignore[import-untyped]
    AuthorizationCodeGrant,
    RefreshTokenGrant,
)
from authlib.oauth2.rfc6750 import BearerTokenValidator  # type: ignore[import-untyped]
from authlib.oauth2.rfc7009 import RevocationEndpoint  # type: ignore[import-untyped]
from authlib.oauth2.rfc7636 import CodeChallenge  # type: ignore[import-untyped]
from authlib.oauth2.rfc9207 import IssuerParameter  # type: ignore[import-untyped]
from flask import Flask, request
from werkzeug.serving import make_server

USER_ID = "4711"
USERNAME = "ada_elsewhere"
REDIRECT_URI = "http://127.0.0.1:8765/callback"
_AUTH_METHODS = ("client_secret_basic", "none")


@dataclass(eq=False)
class Client(ClientMixin):  # type: ignore[misc] # Authlib has no types
    """A registered client; public without a secret."""

    client_id: str
    client_secret: str = ""

    def get_client_id(self) -> str:
        return self.client_id

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == REDIRECT_URI

    def check_client_secret(self, client_secret: str) -> bool:
        return bool(self.client_secret) and client_secret == self.client_secret

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == _AUTH_METHODS[0 if self.client_secret else 1]

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in {"authorization_code", "refresh_token"}


@dataclass(eq=False)
class Code(AuthorizationCodeMixin):  # type: ignore[misc]
    """A code that waits for its exchange."""

    code: str
    client_id: str
    scope: str
    code_challenge: str
    code_challenge_method: str

    def get_redirect_uri(self) -> str:
        return REDIRECT_URI

    def get_scope(self) -> str:
        return self.scope


@dataclass(eq=False)
class Token(TokenMixin):  # type: ignore[misc]
    """Both halves of what was granted."""

    client_id: str
    scope: str
    access_token: str
    refresh_token: str
    expires_at: float
    is_access_dead: bool = False
    is_refresh_dead: bool = False

    def check_client(self, client: Client) -> bool:
        return self.client_id == client.client_id

    def get_scope(self) -> str:
        return self.scope

    def is_expired(self) -> bool:
        return time.time() >= self.expires_at

    def is_revoked(self) -> bool:
        return self.is_access_dead


@dataclass
class Records:
    """What the server remembers."""

    clients: dict[str, Client] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    tokens: list[Token] = field(default_factory=list)
    challenge_methods: list[str] = field(default_factory=list)

    def token(self, text: str, hint: str | None = None) -> Token | None:
        """Find a token by the half that `hint` names, by either without one."""
        names = [hint] if hint else ["access_token", "refresh_token"]
        found = (t for t in self.tokens if text in {getattr(t, name) for name in names})
        return next(found, None)


@dataclass
class AuthlibServer:
    """A running server."""

    origin: str
    records: Records

    @property
    def environment(self) -> dict[str, str]:
        """The file of a custom environment."""
        return {
            "name": "Authlib",
            "authorize_url": f"{self.origin}/authorize",
            "token_url": f"{self.origin}/token",
            "revoke_url": f"{self.origin}/revoke",
            "api_url": f"{self.origin}/",
            "issuer": f"{self.origin}/",
        }

    def register(self, *, confidential: bool) -> Client:
        """Return a new client."""
        secret = f"secret-{secrets.token_hex(16)}" if confidential else ""
        client = Client(f"client-{secrets.token_hex(8)}", secret)
        self.records.clients[client.client_id] = client
        return client


@contextmanager
def authlib_server() -> Iterator[AuthlibServer]:
    """Run the server; its thread ends with it."""
    records = Records()
    app = Flask(__name__)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    origin = f"http://127.0.0.1:{server.server_port}"
    _set_up(app, records, f"{origin}/")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="authlib-server")
    thread.start()
    try:
        yield AuthlibServer(origin, records)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _set_up(app: Flask, records: Records, issuer: str) -> None:
    """Put Authlib's grants and endpoints together over `records`."""
    app.config["OAUTH2_REFRESH_TOKEN_GENERATOR"] = True

    def save_token(token: dict[str, Any], asked: Any) -> None:
        ends = time.time() + token["expires_in"]
        halves = (token["access_token"], token["refresh_token"])
        records.tokens.append(Token(asked.client.client_id, token["scope"], *halves, ends))

    server = AuthorizationServer(app, records.clients.get, save_token)
    server.register_grant(_code_grant(records), [CodeChallenge(required=True)])
    server.register_grant(_refresh_grant(records))
    server.register_endpoint(_revocation(records))
    server.register_extension(_issuer_parameter(issuer))
    require = ResourceProtector()
    require.register_token_validator(_validator(records))

    @app.get("/authorize")
    def authorize() -> Any:
        records.challenge_methods.append(request.args.get("code_challenge_method", ""))
        if not request.args.get("code_challenge"):
            return "this server grants nothing without PKCE", 400
        grant = server.get_consent_grant(end_user=USER_ID)
        return server.create_authorization_response(grant_user=USER_ID, grant=grant)

    @app.post("/token")
    def token() -> Any:
        return server.create_token_response()

    @app.post("/revoke")
    def revoke() -> Any:
        return server.create_endpoint_response("revocation")

    @app.get("/2/users/me")
    @require("users.read")  # type: ignore[untyped-decorator]
    def me() -> Any:
        assert current_token.client_id in records.clients
        return {"data": {"id": USER_ID, "username": USERNAME}}


def _code_grant(records: Records) -> type:
    class CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc]
        TOKEN_ENDPOINT_AUTH_METHODS = _AUTH_METHODS

        def save_authorization_code(self, code: str, asked: Any) -> None:
            data = asked.payload.data
            records.codes[code] = Code(
                code,
                asked.client.client_id,
                asked.payload.scope,
                data["code_challenge"],
                data["code_challenge_method"],
            )

        def query_authorization_code(self, code: str, client: Client) -> Code | None:
            found = records.codes.get(code)
            return found if found and found.client_id == client.client_id else None

        def delete_authorization_code(self, authorization_code: Code) -> None:
            del records.codes[authorization_code.code]

        def authenticate_user(self, authorization_code: Code) -> str:
            return USER_ID

    return CodeGrant


def _refresh_grant(records: Records) -> type:
    class RotatingGrant(RefreshTokenGrant):  # type: ignore[misc]
        TOKEN_ENDPOINT_AUTH_METHODS = _AUTH_METHODS
        INCLUDE_NEW_REFRESH_TOKEN = True

        def authenticate_refresh_token(self, refresh_token: str) -> Token | None:
            found = records.token(refresh_token, "refresh_token")
            return None if found is None or found.is_refresh_dead else found

        def authenticate_user(self, refresh_token: Token) -> str:
            return USER_ID

        def revoke_old_credential(self, refresh_token: Token) -> None:
            refresh_token.is_access_dead = refresh_token.is_refresh_dead = True

    return RotatingGrant


def _revocation(records: Records) -> type:
    class Revocation(RevocationEndpoint):  # type: ignore[misc]
        CLIENT_AUTH_METHODS = _AUTH_METHODS

        def query_token(self, token_string: str, token_type_hint: str | None) -> Token | None:
            return records.token(token_string, token_type_hint)

        def revoke_token(self, token: Token, asked: Any) -> None:
            # The two halves end one by one, so that forgetting either would be seen.
            if asked.form.get("token_type_hint") == "access_token":
                token.is_access_dead = True
            else:
                token.is_refresh_dead = True

    return Revocation


def _issuer_parameter(issuer: str) -> Any:
    class Issuer(IssuerParameter):  # type: ignore[misc]
        def get_issuer(self) -> str:
            return issuer

    return Issuer()


def _validator(records: Records) -> Any:
    class Validator(BearerTokenValidator):  # type: ignore[misc]
        def authenticate_token(self, token_string: str) -> Token | None:
            return records.token(token_string, "access_token")

    return Validator()
