"""User context by OAuth 2.0: sign in, refresh, revoke, check, hand over and take back.

The flow is cut where the person is: `begin` gives an address for the browser, `complete`
takes the redirect. X's refresh tokens work once, so every change of a user token runs
through the journal under that token's lock, and nothing is sent twice in silence.
Sources: RFC 6749, 7009, 7636, 9207; docs.x.com, "OAuth 2.0 Authorization Code Flow", read
2026-08-22; x-platform notes §§2.4 to 2.7.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final
from uuid import uuid4

from core import authorization
from core.answers import raise_for
from core.apps import app_of, client_credentials
from core.authorization import AuthorizationAttempt
from core.checks import PROVEN, Account, prove_dead, read_account, user_check
from core.environment import Environment
from core.errors import (
    BadInput,
    Cancelled,
    ConnectFailed,
    KeypaneError,
    NoCredential,
    OutcomeUnknown,
    Refused,
    Unauthorized,
)
from core.model import App, ClientCredentials, CredentialState, HttpRequest, UserToken
from core.ports import CancelToken, Clock, Transport
from core.secret import Secret
from core.signature import basic_authorization
from core.user_grants import (
    EXCHANGE,
    REFRESH,
    REVOKE,
    UserGrants,
    fingerprint,
    is_dead_token,
    line,
    lock_of,
)
from core.vault.journal import Already, Intent, Journal, Operation, Send
from core.vault.vault import Vault

log = logging.getLogger(__name__)

DUE_SECONDS: Final = 300
_MOST_ATTEMPTS: Final = 2
_Form = tuple[tuple[str, str | Secret], ...]


class SignIn:
    """Signs users in to Apps and looks after their tokens."""

    def __init__(self, transport: Transport, vault: Vault, journal: Journal, clock: Clock) -> None:
        self._transport = transport
        self._vault = vault
        self._journal = journal
        self._clock = clock
        self._grants = UserGrants(vault, clock)

    @property
    def operations(self) -> tuple[Operation[object], ...]:
        """What `Journal.recover` needs to finish operations of this kind."""
        return self._grants.operations

    # --- signing in --------------------------------------------------------------------------

    def begin(self, app: App, scopes: Iterable[str]) -> AuthorizationAttempt:
        """Return a fresh attempt; its `authorize_url` is for the browser. Sends nothing.

        Raises:
            NoCredential: the App has no Client ID here.
            BadInput: the App has no redirect URI, or no scope is asked for.
        """
        return authorization.begin(app, scopes, self._clock.now())

    def complete(
        self, attempt: AuthorizationAttempt, redirected_url: str, cancel: CancelToken
    ) -> UserToken:
        """Exchange the code of a redirect for a token, store it, then learn whose it is.

        One exchange happens per attempt, however often and from however many threads this
        is called: everyone gets its outcome. A token whose account cannot be learnt is
        kept without a name. A second sign-in of the same account replaces the first, as
        it does at X.

        Raises:
            StateMismatch: not this attempt's redirect; nothing was sent, the attempt goes on.
            SignInRefused: X sent the person back with an error; the attempt is over.
            OAuthRefused: X refused the code, most often because 30 seconds had passed.
            BadAnswer, TimedOut, ServerFault: unknown whether X granted; sign in again.
            ConnectFailed, VaultError: nothing was sent; calling again may still work.
            Cancelled: `cancel` was raised first.
        """
        code = attempt.code_of(redirected_url, self._clock.now())
        return attempt.gate.pass_once(lambda: self._exchange(attempt, code, cancel), cancel)

    def _exchange(
        self, attempt: AuthorizationAttempt, code: Secret, cancel: CancelToken
    ) -> UserToken:
        token_id = uuid4().hex

        def prepare(_unfinished: Sequence[Intent]) -> Send | Already[UserToken]:
            facts = (("scopes", " ".join(attempt.scopes)),)
            now = self._clock.now()
            intent = Intent(EXCHANGE, attempt.app_id, token_id, now, facts=facts)
            form: _Form = (
                ("grant_type", "authorization_code"),
                ("code", code),
                ("redirect_uri", attempt.redirect_uri),
                ("code_verifier", attempt.verifier),
            )
            return Send(intent, _post(attempt.environment.token_url, attempt.client, form))

        token = self._journal.run(self._grants.exchange, lock_of(token_id), prepare, cancel)
        try:
            return self._label(token, self._ask_who(attempt.environment, token, cancel), cancel)
        except (KeypaneError, Cancelled) as problem:
            log.info("signed in without a name: %s", type(problem).__name__)
            return token

    def _ask_who(self, environment: Environment, token: UserToken, cancel: CancelToken) -> Account:
        request = user_check(environment, token.access_token)
        return read_account(self._transport.send(request, cancel))

    def _label(self, token: UserToken, account: Account, cancel: CancelToken) -> UserToken:
        """Write down whose token it is, in the place of an older one of the same account."""
        older = [
            other
            for other in self._vault.users_of(token.app_id)
            if other.user_id == account.user_id and other.token_id != token.token_id
        ]
        token_id = older[0].token_id if older else token.token_id
        with self._vault.lock(lock_of(token_id), cancel), self._vault.change() as change:
            now = self._clock.now()
            current = self._vault.get(UserToken, token.token_id) or token
            named = replace(
                current,
                token_id=token_id,
                user_id=account.user_id,
                username=account.username,
                checked_at=now,
            )
            for other in (*older, current):
                if other.token_id != token_id:
                    change.remove(UserToken, other.token_id)
            if older:
                self._grants.close_all(token_id, change)
            change.put(named)
            if current.user_id != account.user_id:
                change.put(line(token.app_id, now, "check", named.label))
        return named

    # --- refreshing --------------------------------------------------------------------------

    def refresh(
        self, token_id: str, cancel: CancelToken, *, only_if_due: bool = False
    ) -> UserToken:
        """Return the user token with a fresh access token.

        When another thread or process refreshed it meanwhile, that pair is returned. After
        an unknown outcome the old refresh token is tried once more, and only once.

        Args:
            token_id: ours.
            cancel: raise it to stop waiting; what was sent may still have its effect.
            only_if_due: leave a token alone that lives for more than five minutes.

        Raises:
            NoCredential: it cannot be refreshed: revoked, held elsewhere, signed in without
                offline.access, or X says that the refresh token is dead ("needs_sign_in").
            OutcomeUnknown: the one recovery was used up, or a revocation is in the air.
            Refused: X refused for another reason, such as a wrong Client Secret; the token
                is unchanged.
            BadAnswer, TimedOut, ServerFault: unknown; the record says "uncertain".
            ConnectFailed: nothing was sent.
            Cancelled: `cancel` was raised first.
        """
        seen = self._refreshable(self._token(token_id))
        if only_if_due and not self._is_due(seen):
            return seen
        retried: list[Intent] = []

        def prepare(unfinished: Sequence[Intent]) -> Send | Already[UserToken]:
            token = self._refreshable(self._token(token_id))
            if fingerprint(token.refresh_token) != fingerprint(seen.refresh_token):
                return Already(token)  # someone else did it while we waited for the lock
            app, client = self._client(token.app_id)
            intent = self._refresh_intent(token, unfinished)
            if intent.attempt > 1:
                retried.append(intent)
            form: _Form = (
                ("grant_type", "refresh_token"),
                ("refresh_token", token.refresh_token or ""),
            )
            return Send(intent, _post(app.environment.token_url, client, form))

        try:
            return self._journal.run(self._grants.refresh, lock_of(token_id), prepare, cancel)
        except ConnectFailed:
            if retried:
                self._give_back(token_id, retried[0], cancel)
            raise
        except Refused as refused:
            if is_dead_token(refused):
                raise NoCredential("user", "needs_sign_in", refused.detail) from None
            raise

    def fresh_access_token(self, token_id: str, cancel: CancelToken) -> Secret:
        """Return an access token that lives for a while yet, refreshing it where that is due.

        A token that cannot be refreshed is returned while it lives.

        Raises: as `refresh`.
        """
        token = self._usable(self._token(token_id))
        uncertain = token.state is CredentialState.UNCERTAIN
        if token.refresh_token is not None and (uncertain or self._is_due(token)):
            token = self.refresh(token_id, cancel)
        if token.access_token is None or token.expires_at <= self._clock.now():
            raise NoCredential("user", "needs_sign_in", "it ran out and cannot be refreshed")
        return token.access_token

    def _refresh_intent(self, token: UserToken, unfinished: Sequence[Intent]) -> Intent:
        now, mark = self._clock.now(), fingerprint(token.refresh_token)
        if any(earlier.operation == REVOKE for earlier in unfinished):
            raise OutcomeUnknown(REVOKE)
        for earlier in unfinished:
            if earlier.operation == REFRESH and earlier.fingerprint == mark:
                if earlier.attempt >= _MOST_ATTEMPTS:
                    raise OutcomeUnknown(REFRESH)
                return earlier.again(now)
        return Intent(REFRESH, token.app_id, token.token_id, now, mark)

    def _give_back(self, token_id: str, retry: Intent, cancel: CancelToken) -> None:
        """The one recovery never left this computer, so it is still to be had."""
        with self._vault.lock(lock_of(token_id), cancel), self._vault.change() as change:
            for entry in self._vault.open_operations():
                if entry.intent.operation_id == retry.operation_id and entry.answer is None:
                    change.open_operation(lock_of(token_id), replace(retry, attempt=1))

    def _is_due(self, token: UserToken) -> bool:
        return token.remaining(self._clock.now()) < timedelta(seconds=DUE_SECONDS)

    def _refreshable(self, token: UserToken) -> UserToken:
        self._usable(token)
        if token.refresh_token is None:
            detail = "X gave no refresh token: offline.access was not granted"
            raise NoCredential("user", "needs_sign_in", detail)
        return token

    @staticmethod
    def _usable(token: UserToken) -> UserToken:
        state = token.state
        if state in {
            CredentialState.REVOKED,
            CredentialState.HELD,
            CredentialState.NEEDS_SIGN_IN,
        }:
            raise NoCredential("user", state.value)
        return token

    # --- revoking ----------------------------------------------------------------------------

    def revoke(self, token_id: str, cancel: CancelToken) -> UserToken:
        """End both halves of the grant at X, then prove it: a call must answer 401.

        The refresh token goes first, since it could make new access tokens. A call that
        was cut off between the halves is finished by calling this again.

        Returns:
            The receipt, in state "revoked", with the status of the proving call unless that
            got no answer; "uncertain" when X said yes but the access token still works.

        Raises:
            NoCredential: there is nothing to revoke.
            Refused: X said no, for example for a wrong Client Secret; nothing is forgotten.
            BadAnswer, TimedOut, ServerFault: unknown; the record says "uncertain".
            ConnectFailed: nothing was sent for this half.
            Cancelled: `cancel` was raised first.
        """
        token = self._token(token_id)
        if token.access_token is None and token.refresh_token is None:
            if token.state is CredentialState.REVOKED:
                return token
            raise NoCredential("user", token.state.value)
        token = self._revoke_half(token_id, "refresh", cancel)
        access = token.access_token
        ended = self._revoke_half(token_id, "access", cancel)
        app = app_of(self._vault, token.app_id)
        request = user_check(app.environment, access)
        status = prove_dead(self._transport, request, cancel) if access else None
        return self._proven(ended, access, status)

    def _revoke_half(self, token_id: str, half: str, cancel: CancelToken) -> UserToken:
        def prepare(unfinished: Sequence[Intent]) -> Send | Already[UserToken]:
            token = self._token(token_id)
            secret = token.refresh_token if half == "refresh" else token.access_token
            if secret is None:
                return Already(token)
            app, client = self._client(token.app_id)
            mark, now = fingerprint(secret), self._clock.now()
            intent = Intent(REVOKE, token.app_id, token_id, now, mark, facts=(("half", half),))
            for earlier in unfinished:
                if earlier.operation == REVOKE and earlier.fingerprint == mark:
                    intent = earlier.again(now)  # RFC 7009: revoking twice is safe
            form: _Form = (("token", secret), ("token_type_hint", f"{half}_token"))
            return Send(intent, _post(app.environment.revoke_url, client, form))

        return self._journal.run(self._grants.revoke, lock_of(token_id), prepare, cancel)

    def _proven(self, ended: UserToken, access: Secret | None, status: int | None) -> UserToken:
        with self._vault.change() as change:
            current = self._vault.get(UserToken, ended.token_id)
            if current is None or current.revoked_at != ended.revoked_at:
                return current or ended  # signed in again meanwhile
            self._grants.close_all(ended.token_id, change)
            if status is None:
                return current
            record = replace(current, proof_status=status)
            if 200 <= status < 300:  # X said yes and did not do it
                state = CredentialState.UNCERTAIN
                record = replace(record, access_token=access, state=state, revoked_at=None)
            change.put(record)
            outcome = "ok" if status == PROVEN else "failed"
            facts = (("status", str(status)),)
            now = self._clock.now()
            change.put(line(ended.app_id, now, "prove", ended.label, outcome=outcome, facts=facts))
        return record

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
        token = self._token(token_id)
        app = app_of(self._vault, token.app_id)
        if self._is_half_revoked(token):
            return self._settle_revocation(app, token, cancel)
        held = token.state is CredentialState.HELD
        if not held:
            self.fresh_access_token(token_id, cancel)
            token = self._token(token_id)
        try:
            account = self._ask_who(app.environment, token, cancel)
        except Unauthorized:
            if held or token.refresh_token is None:
                self._mark(token, CredentialState.NEEDS_SIGN_IN, cancel)
                raise NoCredential("user", "needs_sign_in", "X answered 401") from None
            token = self.refresh(token_id, cancel)
            account = self._ask_who(app.environment, token, cancel)
        except Refused as refused:
            if refused.status == 403 and "users.read" not in token.scopes:
                return self._note_checked(token)  # it was let in, but not told the name
            raise
        return self._label(token, account, cancel)

    def _is_half_revoked(self, token: UserToken) -> bool:
        return token.state is CredentialState.UNCERTAIN and (
            token.refresh_token is None
            or any(
                entry.intent.operation == REVOKE
                for entry in self._vault.open_operations()
                if entry.lock_name == lock_of(token.token_id)
            )
        )

    def _settle_revocation(self, app: App, token: UserToken, cancel: CancelToken) -> UserToken:
        request = user_check(app.environment, token.access_token)
        response = self._transport.send(request, cancel)
        if response.status != PROVEN:
            raise_for(response.status, response.headers, response.body, self._clock.now())
            raise OutcomeUnknown(REVOKE, "the access token still works; revoke it again")
        now = self._clock.now()
        with self._vault.change() as change:
            record = change.update(
                UserToken,
                token.token_id,
                lambda stored: replace(
                    stored,
                    access_token=None,
                    refresh_token=None,
                    state=CredentialState.REVOKED,
                    proof_status=PROVEN,
                    revoked_at=now,
                ),
            )
            self._grants.close_all(token.token_id, change)
            facts = (("status", str(PROVEN)),)
            change.put(line(token.app_id, now, "prove", token.label, facts=facts))
        return record

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
        token = self._usable(self._token(token_id))
        if token.state is CredentialState.UNCERTAIN:
            raise OutcomeUnknown(REFRESH)
        return self._mark(token, CredentialState.HELD, cancel, holder or "another program")

    def take_back(self, token_id: str, cancel: CancelToken) -> UserToken:
        """Let Keypane refresh this token again. One that is not held is left as it is.

        If the holder refreshed it meanwhile, our copy is dead and the next refresh says so.
        """
        token = self._token(token_id)
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

    # --- looking up --------------------------------------------------------------------------

    def _token(self, token_id: str) -> UserToken:
        token = self._vault.get(UserToken, token_id)
        if token is None:
            raise BadInput("USER", "there is no such user token")
        return token

    def _client(self, app_id: str) -> tuple[App, ClientCredentials]:
        app = app_of(self._vault, app_id)
        return app, client_credentials(app)


def _post(url: str, client: ClientCredentials, form: _Form) -> HttpRequest:
    """Return a call to a token endpoint, the same way for exchange, refresh and revoke.

    X refuses a Client Secret in the body; the Client ID there does no harm to a
    confidential client and is all that a public one has.
    """
    authorization_value = (
        basic_authorization(client.client_id, client.client_secret)
        if client.client_secret is not None
        else None
    )
    return HttpRequest(
        "POST",
        url,
        form=(*form, ("client_id", client.client_id)),
        authorization=authorization_value,
    )
