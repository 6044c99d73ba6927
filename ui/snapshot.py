"""What the vault held when a worker last looked: all that presenters render from."""

from dataclasses import dataclass

from core.model import AccessTokenPair, App, BearerToken, UserToken


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Apps and their credentials at one moment; `mark` is the vault's, -1 for never."""

    apps: tuple[App, ...] = ()
    bearers: tuple[BearerToken, ...] = ()
    owners: tuple[AccessTokenPair, ...] = ()
    users: tuple[UserToken, ...] = ()
    mark: int = -1

    def app(self, app_id: str) -> App | None:
        """Return the App, or None once it was forgotten."""
        return next((app for app in self.apps if app.app_id == app_id), None)

    def bearer(self, app_id: str) -> BearerToken | None:
        """Return the App's Bearer Token, or None."""
        return next((token for token in self.bearers if token.app_id == app_id), None)

    def owner(self, app_id: str) -> AccessTokenPair | None:
        """Return the App's Access Token and Secret, or None."""
        return next((pair for pair in self.owners if pair.app_id == app_id), None)

    def user(self, token_id: str) -> UserToken | None:
        """Return the user token, or None."""
        return next((token for token in self.users if token.token_id == token_id), None)

    def users_of(self, app_id: str) -> tuple[UserToken, ...]:
        """Return the App's user tokens, in the order they were added."""
        return tuple(token for token in self.users if token.app_id == app_id)
