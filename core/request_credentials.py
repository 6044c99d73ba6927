"""The credential of a request: taken from the vault, put on, refreshed after a 401."""

from dataclasses import replace
from typing import Protocol

from core.apps import access_pair, app_of, consumer_keys
from core.checks import bearer_authorization
from core.errors import BadInput, KeypaneError, NoCredential
from core.exchange import Exchange, RequestSpec
from core.model import BearerToken, CredentialState, HttpRequest, UserToken
from core.ports import CancelToken
from core.secret import Secret
from core.signature import sign_for
from core.vault.vault import Vault


class AccessTokens(Protocol):
    """What the requester needs of `core.user_context.SignIn`."""

    def fresh_access_token(self, token_id: str, cancel: CancelToken) -> Secret:
        """Return an access token that lives for a while yet."""

    def refresh(
        self, token_id: str, cancel: CancelToken, *, only_if_due: bool = False
    ) -> UserToken:
        """Return the user token with a fresh access token."""


class RequestCredentials:
    """Puts an App's credentials on requests; a request names one and never holds it."""

    def __init__(self, vault: Vault, access_tokens: AccessTokens) -> None:
        self._vault = vault
        self._access_tokens = access_tokens

    def put_on(self, spec: RequestSpec, bare: HttpRequest, cancel: CancelToken) -> HttpRequest:
        """Return the request with the credential that `spec` names.

        Raises:
            BadInput: there is no such kind.
            NoCredential: it is missing, revoked, held, or needs a sign-in.
            OutcomeUnknown, Refused, ServerFault, TransportError: the refresh before it failed so.
            Cancelled: `cancel` was raised first.
        """
        match spec.credential.kind:
            case "none":
                return bare
            case "bearer":
                return replace(bare, authorization=bearer_authorization(self._bearer(spec.app_id)))
            case "user":
                token = self._access_tokens.fresh_access_token(spec.credential.token_id, cancel)
                return replace(bare, authorization=bearer_authorization(token))
            case "oauth1":
                return self._signed(spec.app_id, spec.credential.token_id or spec.app_id, bare)
            case kind:
                raise BadInput("--as", f"no such kind of credential: {kind}")

    def _bearer(self, app_id: str) -> Secret:
        stored = self._vault.get(BearerToken, app_id)
        if stored is not None and stored.state is CredentialState.REVOKED:
            raise NoCredential("bearer", "revoked")
        if stored is None or stored.token is None:
            raise NoCredential("bearer", "absent")
        return stored.token

    def _signed(self, app_id: str, pair_id: str, bare: HttpRequest) -> HttpRequest:
        app = app_of(self._vault, app_id)
        pair = access_pair(self._vault, pair_id)
        if pair.app_id != app_id:
            raise NoCredential("access token", "absent", "the pair is another App's")
        return sign_for(bare, consumer_keys(app), pair)

    def freshen(self, exchange: Exchange, cancel: CancelToken) -> bool:
        """Return whether a 401 led to a fresh token. If not, that 401 is the answer.

        A token that came since the request left is fresh: another one would end it.
        """
        credential = exchange.spec.credential
        if credential.kind != "user":
            return False
        try:
            token = self._vault.get(UserToken, credential.token_id)
            if token is not None and token.issued_at > exchange.sent_at:
                return True
            self._access_tokens.refresh(credential.token_id, cancel)
        except KeypaneError:
            return False
        return True
