"""Every URL of X as one frozen value, and the two other environments: sandbox and custom.

Sources: docs.x.com as read in August 2026 (x-platform notes §§1-4); the custom
environment's file is described in `docs/manual/environments.md`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Self, TypedDict
from urllib.parse import urlsplit

from core.errors import BadInput

X_API: Final = "https://api.x.com"
X_WEB: Final = "https://x.com"
X_CONSOLE: Final = "https://console.x.com"
_REQUIRED: Final = ("authorize_url", "token_url", "revoke_url", "api_url")
_OPTIONAL: Final = ("app_only_url", "invalidate_url", "issuer")


class _ApiUrls(TypedDict):
    token_url: str
    revoke_url: str
    api_url: str
    app_only_url: str
    invalidate_url: str
    request_token_url: str
    oauth1_authorize_url: str
    access_token_url: str
    oauth1_invalidate_url: str


@dataclass(frozen=True, slots=True)
class Environment:
    """Where an App lives: X itself, a sandbox on this computer, or a server of the person's own.

    Attributes:
        kind: "x", "sandbox" or "custom".
        name: what the person sees.
        embedded: the sandbox that the window itself starts, whatever its port.
        api_url: without "/2" and without a trailing slash.
        issuer: the `iss` that a redirect may carry; "" means the origin of `authorize_url`.
    """

    kind: str
    name: str
    authorize_url: str
    token_url: str
    revoke_url: str
    api_url: str
    app_only_url: str = ""
    invalidate_url: str = ""
    request_token_url: str = ""
    oauth1_authorize_url: str = ""
    access_token_url: str = ""
    oauth1_invalidate_url: str = ""
    console_url: str = ""
    issuer: str = ""
    embedded: bool = False

    @classmethod
    def x(cls) -> Self:
        """Return X itself."""
        return cls(
            kind="x",
            name="X",
            authorize_url=f"{X_WEB}/i/oauth2/authorize",
            console_url=X_CONSOLE,
            **_api_urls(X_API),
        )

    @classmethod
    def sandbox(cls, origin: str, *, embedded: bool = False) -> Self:
        """Return a sandbox at `origin`, such as "http://127.0.0.1:8123".

        Raises:
            BadInput: the origin is not http on loopback.
        """
        origin = origin.rstrip("/")
        _check_url("environment", origin)
        if not is_loopback(origin) or urlsplit(origin).path:
            raise BadInput("environment", "a sandbox lives at http://127.0.0.1:PORT")
        return cls(
            kind="sandbox",
            name="Sandbox",
            authorize_url=f"{origin}/i/oauth2/authorize",
            embedded=embedded,
            **_api_urls(origin),
        )

    @classmethod
    def custom(cls, facts: Mapping[str, object]) -> Self:
        """Return the environment that a person's JSON file describes.

        Raises:
            BadInput: a required address is missing, or is neither https nor http on loopback.
        """
        known = {"name", *_REQUIRED, *_OPTIONAL}
        if unknown := sorted(set(facts) - known):
            raise BadInput("environment", f"unknown field {unknown[0]!r}")
        values = {key: facts.get(key, "") for key in known}
        for key, value in values.items():
            if not isinstance(value, str):
                raise BadInput("environment", f"{key} is not text")
            if key in _REQUIRED and not value:
                raise BadInput("environment", f"{key} is missing")
            if value and key != "name":
                _check_url(key, value)
        # Paths are put behind api_url alone; an issuer is compared sign by sign (RFC 9207 §2.4).
        texts = {key: str(value) for key, value in values.items()}
        return cls(
            kind="custom",
            name=texts["name"] or "Custom",
            authorize_url=texts["authorize_url"],
            token_url=texts["token_url"],
            revoke_url=texts["revoke_url"],
            api_url=texts["api_url"].rstrip("/"),
            app_only_url=texts["app_only_url"],
            invalidate_url=texts["invalidate_url"],
            issuer=texts["issuer"],
        )

    @property
    def allowed_origins(self) -> frozenset[str]:
        """The origins that a request of this environment may reach."""
        urls = (
            self.authorize_url,
            self.token_url,
            self.revoke_url,
            self.api_url,
            self.app_only_url,
            self.invalidate_url,
            self.request_token_url,
        )
        return frozenset(origin_of(url) for url in urls if url)

    @property
    def sign_in_origins(self) -> tuple[str, ...]:
        """The origins that a sign-in page of this environment may show in its main frame."""
        if self.kind == "x":
            return (X_WEB, "https://twitter.com", X_API)
        return (origin_of(self.authorize_url),)

    @property
    def is_loopback(self) -> bool:
        """True when everything of it is on this computer."""
        return all(is_loopback(origin) for origin in self.allowed_origins)

    @property
    def expected_issuer(self) -> str:
        """The one `iss` that a redirect may carry (RFC 9207); absent is fine too."""
        return self.issuer or origin_of(self.authorize_url)

    def facts(self) -> dict[str, str | bool]:
        """Return what rebuilds this environment with `from_facts`."""
        if self.kind == "x":
            return {"kind": "x"}
        if self.kind == "sandbox":
            return {"kind": "sandbox", "origin": self.api_url, "embedded": self.embedded}
        names = ("name", *_REQUIRED, *_OPTIONAL)
        return {"kind": "custom", **{name: getattr(self, name) for name in names}}

    @classmethod
    def from_facts(cls, facts: Mapping[str, object]) -> Self:
        """Rebuild an environment. Raises BadInput for facts that do not make one."""
        match facts.get("kind"):
            case "x":
                return cls.x()
            case "sandbox":
                embedded = facts.get("embedded") is True
                return cls.sandbox(str(facts.get("origin", "")), embedded=embedded)
            case "custom":
                given = {key: value for key, value in facts.items() if key != "kind" and value}
                return cls.custom(given)
            case kind:
                raise BadInput("environment", f"unknown kind {kind!r}")

    def moved_to(self, origin: str) -> Self:
        """Return the embedded sandbox at the port it has today; anything else unchanged."""
        if not self.embedded or self.api_url == origin:
            return self
        return replace(type(self).sandbox(origin, embedded=True), name=self.name)


def origin_of(url: str) -> str:
    """Return scheme, host and port of a URL, in lower case."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def is_loopback(url: str) -> bool:
    """Return whether a URL's host is this computer, by literal name only (no look-up)."""
    return (urlsplit(url).hostname or "") in {"127.0.0.1", "localhost", "::1"}


def _api_urls(origin: str) -> _ApiUrls:
    return {
        "token_url": f"{origin}/2/oauth2/token",
        "revoke_url": f"{origin}/2/oauth2/revoke",
        "api_url": origin,
        "app_only_url": f"{origin}/oauth2/token",
        "invalidate_url": f"{origin}/oauth2/invalidate_token",
        "request_token_url": f"{origin}/oauth/request_token",
        "oauth1_authorize_url": f"{origin}/oauth/authorize",
        "access_token_url": f"{origin}/oauth/access_token",
        "oauth1_invalidate_url": f"{origin}/1.1/oauth/invalidate_token.json",
    }


def _check_url(where: str, url: str) -> None:
    try:
        parts = urlsplit(url)
        usable = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
        parts = urlsplit("")
    if not usable or parts.username or parts.fragment or parts.query:
        raise BadInput(where, "not a plain web address")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(url)):
        raise BadInput(where, "must be https, or http on this computer")
