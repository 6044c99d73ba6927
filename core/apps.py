"""Looking up an App and the credentials that a call needs, or saying what is missing.

A person may record half a pair, such as an API Key without its secret: for a call that
is as good as none.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Final

from core.errors import BadInput, NoCredential, VaultBusy
from core.model import (
    AccessTokenPair,
    App,
    ClientCredentials,
    ConsumerKeys,
    CredentialState,
    UserToken,
)
from core.ports import CancelToken
from core.vault.vault import Vault

_UNUSABLE: Final = frozenset(
    {CredentialState.REVOKED, CredentialState.HELD, CredentialState.NEEDS_SIGN_IN}
)


def app_of(vault: Vault, app_id: str) -> App:
    """Return the App. Raises BadInput where there is none of that id."""
    app = vault.get(App, app_id)
    if app is None:
        raise BadInput("APP", "there is no such App")
    return app


def consumer_keys(app: App) -> ConsumerKeys:
    """Return the API Key and Secret. Raises NoCredential where one is missing."""
    if app.consumer is None or not app.consumer.api_key or not app.consumer.api_secret:
        raise NoCredential("consumer keys", "absent")
    return app.consumer


def client_credentials(app: App) -> ClientCredentials:
    """Return the Client ID with its secret, if any. Raises NoCredential without a Client ID."""
    if app.client is None or not app.client.client_id:
        raise NoCredential("client id", "absent")
    return app.client


def access_pair(vault: Vault, pair_id: str) -> AccessTokenPair:
    """Return an Access Token and Secret. Raises NoCredential for none or a dead one.

    Args:
        vault: where it is kept.
        pair_id: of the pair; the App's id for the one of its owner.
    """
    pair = vault.get(AccessTokenPair, pair_id)
    if pair is None or not pair.token or not pair.token_secret:
        raise NoCredential("access token", "absent")
    if pair.state is CredentialState.REVOKED:
        raise NoCredential("access token", "revoked")
    return pair


def user_token(vault: Vault, token_id: str) -> UserToken:
    """Return the user token. Raises BadInput where there is none of that id."""
    token = vault.get(UserToken, token_id)
    if token is None:
        raise BadInput("USER", "there is no such user token")
    return token


def usable(token: UserToken) -> UserToken:
    """Return the token. Raises NoCredential where it is revoked, held or needs a sign-in."""
    if token.state in _UNUSABLE:
        raise NoCredential("user", token.state.value)
    return token


@contextmanager
def when_idle(vault: Vault, lock_name: str) -> Iterator[bool]:
    """Hold a credential's lock if nobody does, without waiting; yield whether it is held.

    What a check finds out is about a moment: while another process changes the credential,
    only that process can tell what comes of it.
    """
    with ExitStack() as stack:
        try:
            stack.enter_context(vault.lock(lock_name, CancelToken(), 0.0))
        except VaultBusy:
            yield False
        else:
            yield True
