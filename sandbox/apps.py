"""The Apps that exist in the sandbox and the credentials that follow from each."""

import base64
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from sandbox.derivation import Seed, same

PRACTICE_APP: Final = "Practice App"
PRACTICE_APP_ID: Final = "28145902"
PRACTICE_REDIRECT_URI: Final = "http://127.0.0.1:8739/callback"
PERMISSIONS: Final = ("read", "read-write", "read-write-directmessages")


@dataclass(slots=True)
class App:
    """One App as the developer console would know it.

    Attributes:
        owner_id: the account that the owner's OAuth 1.0a pair and code 348 speak of.
        permissions: the OAuth 1.0a level of pairs made from now on, one of PERMISSIONS.
        bearer_generation: how many Bearer Tokens the App has had.
        bearer_is_live: whether the last of them still works.
        is_enrolled: False makes /2 answer client-not-enrolled.
        has_credits: False makes billed operations answer 402.
        access: "self-serve" or "enterprise".
    """

    app_id: str
    name: str
    owner_id: str
    is_confidential: bool = True
    redirect_uris: tuple[str, ...] = (PRACTICE_REDIRECT_URI,)
    permissions: str = "read-write"
    bearer_generation: int = 0
    bearer_is_live: bool = False
    is_enrolled: bool = True
    has_credits: bool = True
    access: str = "self-serve"


@dataclass(frozen=True, slots=True)
class ReadyApp:
    """All that a developer would copy out of the console for one App.

    Attributes:
        client_secret: "" for a public client.
        access_token: the owner's OAuth 1.0a pair, with its secret beside it.
        users: id and username of each account that can consent.
    """

    name: str
    app_id: str
    api_key: str = field(repr=False)
    api_secret: str = field(repr=False)
    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)
    redirect_uri: str
    access_token: str = field(repr=False)
    access_token_secret: str = field(repr=False)
    users: tuple[tuple[str, str], ...]

    @property
    def is_confidential(self) -> bool:
        """Whether the App has a Client Secret."""
        return bool(self.client_secret)


class Apps:
    """Finds an App by any credential that belongs to it."""

    def __init__(self, seed: Seed) -> None:
        self._seed = seed
        self._apps: dict[str, App] = {}

    def __iter__(self) -> Iterator[App]:
        return iter(self._apps.values())

    def add(self, app: App) -> App:
        """Register an App; its id must be new."""
        if app.app_id in self._apps:
            raise ValueError("an App with this id exists")
        self._apps[app.app_id] = app
        return app

    def next_id(self) -> str:
        """Return an App ID that is not taken."""
        return str(int(PRACTICE_APP_ID) + 101 * len(self._apps))

    def get(self, app_id: str) -> App:
        """Return the App with this id."""
        return self._apps[app_id]

    def api_key(self, app: App) -> str:
        """Return the App's API Key: 25 letters and digits."""
        return self._seed.letters(25, "api key", app.app_id)

    def api_secret(self, app: App) -> str:
        """Return the App's API Key Secret: 50 letters and digits."""
        return self._seed.letters(50, "api secret", app.app_id)

    def client_id(self, app: App) -> str:
        """Return the App's Client ID in the shape of X's (34 characters, ends in MTpjaQ)."""
        text = self._seed.letters(20, "client id", app.app_id) + ":1:ci"
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def client_secret(self, app: App) -> str:
        """Return the App's Client Secret, "" for a public client."""
        return self._seed.letters(50, "client secret", app.app_id) if app.is_confidential else ""

    def bearer(self, app: App) -> str | None:
        """Return the App's live Bearer Token as clients must send it, or None."""
        if not app.bearer_is_live:
            return None
        return self._seed.bearer(app.app_id, app.bearer_generation)

    def by_api_key(self, key: str) -> App | None:
        """Return the App whose API Key this is."""
        return next((app for app in self if same(self.api_key(app), key)), None)

    def by_client_id(self, client_id: str) -> App | None:
        """Return the App whose Client ID this is."""
        return next((app for app in self if same(self.client_id(app), client_id)), None)

    def by_bearer(self, token: str) -> App | None:
        """Return the App whose live Bearer Token this is, escapes included."""
        for app in self:
            bearer = self.bearer(app)
            if bearer is not None and same(bearer, token):
                return app
        return None

    def dump(self) -> list[dict[str, object]]:
        """Return the Apps for the state file."""
        return [asdict(app) for app in self]

    def load(self, rows: Sequence[dict[str, Any]]) -> None:
        """Take the Apps of a state file."""
        for row in rows:
            row["redirect_uris"] = tuple(row["redirect_uris"])
            self.add(App(**row))
