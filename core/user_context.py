"""User context by OAuth 2.0: sign in, refresh, revoke, check, hand over and take back.

The flow is cut where the person is: `begin` gives an address for the browser, `complete`
takes the redirect. X's refresh tokens work once, so every change of a user token runs
through the journal under that token's lock, and nothing is sent twice in silence.
Sources: RFC 6749, 7009, 7636, 9207; docs.x.com, "OAuth 2.0 Authorization Code Flow", read
2026-08-22; x-platform notes §§2.4 to 2.7.
"""

import logging
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace

from core import authorization
from core.apps import app_of, usable, user_token
from core.authorization import AuthorizationAttempt
from core.errors import (
    NoCredential,
    OutcomeUnknown,
    Refused,
    Unauthorized,
)
from core.model import App, CredentialState, UserToken
from core.ports import CancelToken, Clock, Transport
from core.secret import Secret
from core.user_exchange import UserExchange
from core.user_grants import (
    REFRESH,
    REVOKE,
    UserGrants,
    line,
    lock_of,
)
from core.user_refresh import UserRefresh
from core.user_revoke import UserRevocation
from core.vault.journal import Journal, Operation
from core.vault.vault import Vault

log = logging.getLogger(__name__)


class SignIn:
    """Signs users in to Apps and looks after their tokens."""

    def __init__(self, transport: Transport, vault: Vault, journal: Journal, clock: Clock) -> None:
        self._transport = transport
        self._vault = vault
        self._journal = journal
        self._clock = clock
        self._grants = UserGrants(vault, clock)
        journal.knows(self._grants.operations)
        self._exchange = UserExchange(transport, vault, journal, clock, self._grants)
        self._refresh = UserRefresh(vault, journal, clock, self._grants)
        self._revocation = UserRevocation(transport, vault, journal, clock, self._grants)

    @property
    def operations(self) -> tuple[Operation[object], ...]:
        """What `Journal.recover` needs to finish operations of this kind."""
        return self._grants.operations

    # --- signing in --------------------------------------------------------------------------

    def begin(
        self, app: App, scopes: Iterable[str], redirect_uri: str | None = None
    ) -> AuthorizationAttempt:
        """Return a fresh attempt; its `authorize_url` is for the browser. Sends nothing.

        Args:
            app: whom the user signs in to.
            scopes: what is asked for.
            redirect_uri: another of the App's registered ones than the one in use.

        Raises:
            NoCredential: the App has no Client ID here.
            BadInput: the App has no redirect URI, or no scope is asked for.
        """
        return authorization.begin(app, scopes, self._clock.now(), redirect_uri)

    def complete(
        self, attempt: AuthorizationAttempt, redirected_url: str, cancel: CancelToken
    ) -> UserToken:
        """Return the stored token for a redirect's code: see `UserExchange.complete`."""
        return self._exchange.complete(attempt, redirected_url, cancel)

    # --- refreshing and revoking -------------------------------------------------------------

    def refresh(
        self, token_id: str, cancel: CancelToken, *, only_if_due: bool = False
    ) -> UserToken:
        """Return the user token with a fresh access token: see `UserRefresh.refresh`."""
        return self._refresh.refresh(token_id, cancel, only_if_due=only_if_due)

    def fresh_access_token(self, token_id: str, cancel: CancelToken) -> Secret:
        """Return an access token that works: see `UserRefresh.fresh_access_token`."""
        return self._refresh.fresh_access_token(token_id, cancel)

    def revoke(self, token_id: str, cancel: CancelToken) -> UserToken:
        """End both halves of the grant at X, and prove it: see `UserRevocation.revoke`.

        A refresh that never got its answer is settled first by its one recovery, since X may
        have put other tokens in the place of these. Where X no longer takes the old one, the
        replay has ended the grant, and the call that must answer 401 shows it.
        """
        if self._has_open(REFRESH, token_id):
            with suppress(NoCredential):
                self._refresh.refresh(token_id, cancel)
        return self._revocation.revoke(token_id, cancel)

    def _has_open(self, operation: str, token_id: str) -> bool:
        return any(
            entry.intent.operation == operation and entry.lock_name == lock_of(token_id)
            for entry in self._vault.open_operations()
        )

    # --- checking ----------------------------------------------------------------------------

    def check(self, token_id: str, cancel: CancelToken) -> UserToken:
        """Return the user token's record after one call showed whether it works.

        The call costs nothing and tells the account's name. A due token is refreshed
        first; a 401 leads to one refresh. It also settles a revocation that got no answer.

        Raises:
            NoCredential: revoked, or X says that the person must sign in again.
            Refused: X said something other than yes or 401.
            BadAnswer, TransportError: nothing was learnt.
            OutcomeUnknown: as `refresh`.
            Cancelled: `cancel` was raised first.
        """
        token = user_token(self._vault, token_id)
        app = app_of(self._vault, token.app_id)
        if self._revocation.is_open(token):
            return self._revocation.settle(token, cancel)
        held = token.state is CredentialState.HELD
        if not held:
            self.fresh_access_token(token_id, cancel)
            token = user_token(self._vault, token_id)
        try:
            account = self._exchange.ask_who(app, token, cancel)
        except Unauthorized:
            if held or token.refresh_token is None:
                self._mark(token, CredentialState.NEEDS_SIGN_IN, cancel)
                raise NoCredential("user", "needs_sign_in", "X answered 401") from None
            token = self._refresh.refresh(token_id, cancel, instead_of=token.access_token)
            account = self._exchange.ask_who(app, token, cancel)
        except Refused as refused:
            if refused.status == 403 and "users.read" not in token.scopes:
                return self._note_checked(token)  # it was let in, but not told the name
            raise
        return self._exchange.label(token, account, cancel)

    def _note_checked(self, token: UserToken) -> UserToken:
        now = self._clock.now()
        with self._vault.change() as change:
            change.put(line(token.app_id, now, "check", token.label))
            return change.update(
                UserToken, token.token_id, lambda stored: replace(stored, checked_at=now)
            )

    # --- handing over ------------------------------------------------------------------------

    def hand_over(self, token_id: str, holder: str, cancel: CancelToken) -> UserToken:
        """Let another program refresh this token; Keypane refuses to until it is taken back.

        Args:
            token_id: ours.
            holder: who has it now, in the person's words.
            cancel: raise it to stop waiting for a refresh under way.

        Raises:
            NoCredential: it is revoked, held already, or needs a sign-in.
            OutcomeUnknown: an earlier call never got its answer.
        """
        token = usable(user_token(self._vault, token_id))
        for operation in (REFRESH, REVOKE):
            if self._has_open(operation, token_id):
                raise OutcomeUnknown(operation)  # a program beside this one may have died over it
        if token.state is CredentialState.UNCERTAIN:
            raise OutcomeUnknown(REFRESH)
        return self._mark(token, CredentialState.HELD, cancel, holder or "another program")

    def take_back(self, token_id: str, cancel: CancelToken) -> UserToken:
        """Let Keypane refresh this token again. One that is not held is left as it is.

        If the holder refreshed it meanwhile, our copy is dead and the next refresh says so.
        """
        token = user_token(self._vault, token_id)
        if token.state is not CredentialState.HELD:
            return token
        return self._mark(token, CredentialState.OK, cancel)

    def _mark(
        self, token: UserToken, state: CredentialState, cancel: CancelToken, holder: str = ""
    ) -> UserToken:
        what = {CredentialState.HELD: "hand_over", CredentialState.OK: "take_back"}
        now = self._clock.now()
        with (
            self._vault.lock(lock_of(token.token_id), cancel),
            self._vault.change() as change,
        ):
            change.put(line(token.app_id, now, what.get(state, "check"), token.label))
            return change.update(
                UserToken,
                token.token_id,
                lambda stored: replace(stored, state=state, holder=holder),
            )
