"""What travels between Keypane and other tools: an App with its credentials, without our ids."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from core.secret import Secret


@dataclass(frozen=True, slots=True)
class PortablePair:
    """An OAuth 1.0a Access Token and Secret.

    Attributes:
        username: without "@"; "" where the other tool does not say whose it is.
    """

    token: Secret
    token_secret: Secret
    username: str = ""


@dataclass(frozen=True, slots=True)
class PortableUser:
    """An OAuth 2.0 user's tokens.

    Attributes:
        username: without "@"; "" where the other tool does not say whose they are.
        expires_at: of the Access Token, to the second; None where nobody says.
    """

    access_token: Secret | None
    refresh_token: Secret | None
    username: str = ""
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PortableApp:
    """An App as another tool keeps it.

    Attributes:
        name: its name there, "" where it has none.
        fields: "api_key", "api_secret", "client_id", "client_secret", "redirect_uri" and
            "bearer_token", as far as they are known; none is empty.
    """

    name: str = ""
    fields: Mapping[str, Secret] = field(default_factory=dict)
    pairs: tuple[PortablePair, ...] = ()
    users: tuple[PortableUser, ...] = ()

    @property
    def is_empty(self) -> bool:
        """True where there is nothing to take over."""
        return not (self.fields or self.pairs or self.users)


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file of another tool holds.

    Attributes:
        source: "env", "xurl", "twurl", "postman" or "json".
        warnings: sentences for the person; none holds a value.
        unknown: how many names meant nothing here.
    """

    source: str
    apps: tuple[PortableApp, ...] = ()
    warnings: tuple[str, ...] = ()
    unknown: int = 0
