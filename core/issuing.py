"""A credential that works now, for whoever asks: `token`, `exec` and the helper socket.

What is issued never holds a Refresh Token: refreshing happens here and nowhere else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.apps import access_pair, consumer_keys
from core.errors import BadInput, NoCredential
from core.model import (
    AccessTokenPair,
    App,
    BearerToken,
    ConsumerKeys,
    CredentialRef,
    CredentialState,
    UserToken,
)
from core.ports import CancelToken
from core.secret import Secret
from core.vault.vault import Vault


class FreshTokens(Protocol):
    """What is needed of `core.user_context.SignIn`."""

    def fresh_access_token(self, token_id: str, cancel: CancelToken) -> Secret:
        """Return an access token that lives for a while yet."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A credential that works now.

    Attributes:
        kind: "bearer", "user" or "oauth1".
        token: of "bearer" and "user", else None.
        expires_at: of "user", else None.
        consumer, pair: of "oauth1", else None.
    """

    kind: str
    token: Secret | None = None
    expires_at: datetime | None = None
    consumer: ConsumerKeys | None = None
    pair: AccessTokenPair | None = None


def issue(
    vault: Vault,
    tokens: Callable[[], FreshTokens],
    app: App,
    wanted: CredentialRef,
    cancel: CancelToken,
) -> Issued:
    """Return the App's credential, a user's refreshed first where that is due.

    Args:
        vault: where it is kept.
        tokens: gives the service that refreshes; called for a user alone.
        app: whose.
        wanted: which.
        cancel: raise it to stop waiting.

    Raises:
        NoCredential: it is absent, revoked, held elsewhere, or needs a sign-in.
        KeypaneError: as `SignIn.fresh_access_token`.
    """
    if wanted.kind == "bearer":
        return Issued("bearer", _bearer(vault, app))
    if wanted.kind == "oauth1":
        pair = access_pair(vault, wanted.token_id or app.app_id)
        return Issued("oauth1", consumer=consumer_keys(app), pair=pair)
    if wanted.kind != "user":
        raise BadInput("--as", "there is no such credential")
    token = tokens().fresh_access_token(wanted.token_id, cancel)
    stored = vault.get(UserToken, wanted.token_id)
    return Issued("user", token, stored.expires_at if stored is not None else None)


def _bearer(vault: Vault, app: App) -> Secret:
    stored = vault.get(BearerToken, app.app_id)
    if stored is not None and stored.state is CredentialState.REVOKED:
        raise NoCredential("bearer", "revoked")
    if stored is None or stored.token is None:
        raise NoCredential("bearer", "absent")
    return stored.token
