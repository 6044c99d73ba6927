"""An App and what the vault holds for it, without our ids and without what is dead."""

from core.errors import NoCredential
from core.model import AccessTokenPair, App, BearerToken, CredentialState, UserToken
from core.portable import PortableApp, PortablePair, PortableUser
from core.secret import Secret
from core.vault.vault import Vault

_DEAD = frozenset({CredentialState.REVOKED, CredentialState.NEEDS_SIGN_IN})


def portable_app(vault: Vault, app: App) -> PortableApp:
    """Return the App as it may travel.

    Raises:
        NoCredential: there is nothing to give away.
    """
    bearer = vault.get(BearerToken, app.app_id)
    values: dict[str, Secret | None] = {
        "api_key": app.consumer.api_key if app.consumer else None,
        "api_secret": app.consumer.api_secret if app.consumer else None,
        "client_id": app.client.client_id if app.client else None,
        "client_secret": app.client.client_secret if app.client else None,
        "redirect_uri": Secret(app.redirect_uri) if app.redirect_uri else None,
        "bearer_token": bearer.token if bearer else None,
    }
    pairs = [pair for pair in vault.all(AccessTokenPair) if pair.app_id == app.app_id]
    found = PortableApp(
        name=app.name,
        fields={field: value for field, value in values.items() if value},
        pairs=tuple(
            PortablePair(pair.token, pair.token_secret, pair.username)
            for pair in pairs
            if pair.state not in _DEAD and pair.token and pair.token_secret
        ),
        users=tuple(_user(token) for token in vault.users_of(app.app_id) if _is_alive(token)),
    )
    if found.is_empty:
        raise NoCredential("App", "absent")
    return found


def _is_alive(token: UserToken) -> bool:
    return token.state not in _DEAD and bool(token.access_token or token.refresh_token)


def _user(token: UserToken) -> PortableUser:
    return PortableUser(token.access_token, token.refresh_token, token.username, token.expires_at)
