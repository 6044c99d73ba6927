"""The nouns: Apps, credentials, and one HTTP exchange. Frozen, without behaviour that does I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from core.environment import Environment
from core.secret import Secret

TOKEN_DEADLINE_SECONDS: Final = 20.0
TOKEN_BODY_BYTES: Final = 1 << 20
REQUEST_DEADLINE_SECONDS: Final = 60.0
REQUEST_BODY_BYTES: Final = 16 << 20


# --- one HTTP exchange -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request as the core wants it sent.

    Attributes:
        method: upper case.
        url: absolute, without query.
        query: names and values, unencoded, in order. Never a secret.
        form: names and values of a form body, unencoded; values may be secrets.
        body: a raw body (JSON), with `content_type`. Exclusive with `form`.
        authorization: the whole value of the Authorization header.
        headers: further headers; never Authorization, Host, Cookie or Content-Length.
        deadline_seconds: total, from the first byte sent to the last received.
        max_body_bytes: of the answer, after decompression.
    """

    method: str
    url: str
    query: tuple[tuple[str, str], ...] = ()
    form: tuple[tuple[str, str | Secret], ...] | None = None
    body: bytes | None = field(default=None, repr=False)
    content_type: str = "application/json"
    authorization: Secret | None = None
    headers: tuple[tuple[str, str], ...] = ()
    deadline_seconds: float = TOKEN_DEADLINE_SECONDS
    max_body_bytes: int = TOKEN_BODY_BYTES


@dataclass(frozen=True, slots=True)
class Timing:
    """Where the time went, in milliseconds; None where a step did not happen (kept-alive)."""

    dns_ms: float | None = None
    connect_ms: float | None = None
    tls_ms: float | None = None
    first_byte_ms: float | None = None
    total_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """A whole answer, whatever its status.

    Attributes:
        headers: names in lower case; a repeated header's values joined by ", ".
        body: decompressed.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    timing: Timing = field(default_factory=Timing)
    reason: str = ""


# --- Apps and their credentials ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ConsumerKeys:
    """API Key and API Key Secret: the OAuth 1.0a consumer pair, which also mints the Bearer."""

    api_key: Secret
    api_secret: Secret


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """OAuth 2.0 Client ID, and the Client Secret of a confidential client."""

    client_id: Secret
    client_secret: Secret | None = None

    @property
    def is_confidential(self) -> bool:
        """True when the App has a Client Secret."""
        return self.client_secret is not None


@dataclass(frozen=True, slots=True)
class App:
    """An X App of the developer, as the person recorded it.

    Attributes:
        app_id: ours, opaque and stable; X's numeric App ID is `x_app_id`.
        redirect_uris: those that the person registered at X, the one in use first.
        app_type: "native", "single_page", "web", "bot" or "" (unknown): X's "Type of App".
        permissions: X's App permissions for OAuth 1.0a, "" unknown.
    """

    app_id: str
    name: str
    environment: Environment
    created_at: datetime
    consumer: ConsumerKeys | None = None
    client: ClientCredentials | None = None
    redirect_uris: tuple[str, ...] = ()
    app_type: str = ""
    permissions: str = ""
    website: str = ""
    x_app_id: str = ""

    @property
    def redirect_uri(self) -> str | None:
        """The redirect URI that sign-in uses, or None where none is known."""
        return self.redirect_uris[0] if self.redirect_uris else None


class CredentialState(StrEnum):
    """What is known about a credential. The words are those of the command line's contract."""

    OK = "ok"
    EXPIRED = "expired"
    UNCERTAIN = "uncertain"
    NEEDS_SIGN_IN = "needs_sign_in"
    REVOKED = "revoked"
    HELD = "held"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class BearerToken:
    """The App's app-only access token.

    Attributes:
        token: None once revoked; the row stays as a receipt.
        fetched_at: when Keypane got it; X never tells when it was made.
        checked_at: when a call last proved it alive.
        proof_status: the status of the call that proved a revocation (401), else None.
    """

    app_id: str
    token: Secret | None
    fetched_at: datetime
    checked_at: datetime | None = None
    state: CredentialState = CredentialState.OK
    proof_status: int | None = None
    revoked_at: datetime | None = None
    tail: str = ""


@dataclass(frozen=True, slots=True)
class AccessTokenPair:
    """OAuth 1.0a Access Token and Secret: acts for one user, never expires by itself.

    Attributes:
        access_level: X's x-access-level, as "read-write"; "" until a call told it.
        pair_id: ours, opaque; the pair of the App's owner has the id of the App.
    """

    app_id: str
    token: Secret
    token_secret: Secret
    added_at: datetime
    user_id: str = ""
    username: str = ""
    access_level: str = ""
    checked_at: datetime | None = None
    state: CredentialState = CredentialState.OK
    proof_status: int | None = None
    pair_id: str = ""

    def __post_init__(self) -> None:
        if not self.pair_id:  # as in every record that was written before pairs had ids
            object.__setattr__(self, "pair_id", self.app_id)

    @property
    def is_owners(self) -> bool:
        """True for the pair that X's console makes for the account that owns the App."""
        return self.pair_id == self.app_id

    @property
    def account_id(self) -> str:
        """X's id of the account: as a call told it, or as the Access Token begins."""
        head, hyphen, _ = self.token.reveal().partition("-")
        return self.user_id or (head if hyphen and head.isdecimal() else "")

    @property
    def label(self) -> str:
        """The account as a person knows it: "@name", its id, or "" while nobody knows."""
        return f"@{self.username}" if self.username else self.account_id


@dataclass(frozen=True, slots=True)
class UserToken:
    """OAuth 2.0 user context: what the authorization code flow gave for one account.

    Attributes:
        token_id: ours, opaque; one per App and user.
        user_id: X's id; "" until the first check told it.
        requested_scopes: what was asked for; `scopes` is what was granted.
        expires_at: of the access token, by our clock at receipt.
        refreshed_at: when the pair was last issued.
        holder: who refreshes it instead of us, "" if we do.
    """

    token_id: str
    app_id: str
    access_token: Secret | None
    refresh_token: Secret | None
    scopes: tuple[str, ...]
    requested_scopes: tuple[str, ...]
    issued_at: datetime
    expires_at: datetime
    user_id: str = ""
    username: str = ""
    state: CredentialState = CredentialState.OK
    holder: str = ""
    checked_at: datetime | None = None
    proof_status: int | None = None
    revoked_at: datetime | None = None
    used_scopes: tuple[str, ...] = ()

    def state_at(self, now: datetime) -> CredentialState:
        """Return the state as of `now`: an alive token that ran out is "expired"."""
        if self.state is CredentialState.OK and self.expires_at <= now:
            return CredentialState.EXPIRED
        return self.state

    def remaining(self, now: datetime) -> timedelta:
        """Return how long the access token still lives, never below zero."""
        return max(self.expires_at - now, timedelta())

    @property
    def label(self) -> str:
        """The account as a person knows it: "@name", or what stands for it."""
        return f"@{self.username}" if self.username else (self.user_id or "unknown account")


@dataclass(frozen=True, slots=True)
class CredentialRef:
    """Which credential to use; its value is looked up when it is sent.

    Attributes:
        kind: "bearer", "user", "oauth1" or "none".
        token_id: of the user token, for "user"; of the Access Token and Secret, for "oauth1",
            where "" means the owner's.
    """

    kind: str
    token_id: str = ""

    @property
    def key(self) -> str:
        """What tells this credential from the App's others."""
        return self.token_id or self.kind


BEARER: Final = CredentialRef("bearer")
OAUTH1: Final = CredentialRef("oauth1")


@dataclass(frozen=True, slots=True)
class Activity:
    """One line of what happened to a credential.

    Attributes:
        what: "generate", "revoke", "refresh", "sign_in", "check", "forget", …
        subject: "bearer", "@name", "access token", …: never a value.
        outcome: "ok", "refused", "uncertain", "cancelled", "failed".
        facts: small words and numbers for the details, redacted.
    """

    app_id: str
    at: datetime
    what: str
    subject: str
    outcome: str
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """One choice of the person, kept in the vault; what it means is its reader's business."""

    name: str
    value: str
