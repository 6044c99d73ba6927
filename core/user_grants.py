"""How X's answers about user tokens are folded into the records: exchange, refresh, revoke.

These are the pure halves of `core.user_context`: they read the record again inside the
journal's transaction, and leave a record alone that is no longer the one that was sent.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, cast

from core.answers import TokenAnswer, expect_oauth, raise_for
from core.checks import headers_of
from core.errors import BadAnswer, OAuthRefused, Refused
from core.model import (
    Activity,
    App,
    ClientCredentials,
    CredentialState,
    HttpRequest,
    UserToken,
)
from core.ports import Clock
from core.secret import Secret
from core.signature import basic_authorization
from core.timeline import Facts
from core.vault.journal import Answer, Intent, Operation, VaultChange
from core.vault.vault import Vault

EXCHANGE: Final = "exchange"
REFRESH: Final = "refresh"
REVOKE: Final = "revoke"
Form = tuple[tuple[str, str | Secret], ...]
_DEFAULT_LIFE_SECONDS: Final = 7200
_DEAD_TOKEN: Final = frozenset({"invalid_request", "invalid_grant"})


def lock_of(token_id: str) -> str:
    """Return the name of the lock that every change of this user token takes."""
    return f"user:{token_id}"


def is_dead_token(refused: Refused) -> bool:
    """Return whether a refusal means that the token itself is dead, at X or by RFC 6749.

    X says `invalid_request` for it, which it also says for a request that lacks something.
    """
    return (
        isinstance(refused, OAuthRefused)
        and refused.error in _DEAD_TOKEN
        and not refused.description.startswith(("Missing required", "Value passed for the grant"))
    )


def client_post(url: str, client: ClientCredentials, form: Form) -> HttpRequest:
    """Return a call to a token endpoint, the same way for exchange, refresh and revoke.

    X refuses a Client Secret in the body; the Client ID there does no harm to a
    confidential client and is all that a public one has.
    """
    proof = (
        None
        if client.client_secret is None
        else basic_authorization(client.client_id, client.client_secret)
    )
    return HttpRequest(
        "POST", url, form=(*form, ("client_id", client.client_id)), authorization=proof
    )


class UserGrants:
    """Folds answers into user tokens."""

    def __init__(self, vault: Vault, clock: Clock) -> None:
        self._vault = vault
        self._clock = clock
        self.exchange = Operation(EXCHANGE, self.fold_exchanged, self.doubt_exchanged)
        self.refresh = Operation(REFRESH, self._fold_refreshed, self._doubt_refreshed)
        self.revoke = Operation(REVOKE, self._fold_revoked, self._doubt_revoked)

    @property
    def operations(self) -> tuple[Operation[object], ...]:
        """What `Journal.recover` needs to finish operations of this kind."""
        return cast("tuple[Operation[object], ...]", (self.exchange, self.refresh, self.revoke))

    def close_all(self, token_id: str, change: VaultChange) -> None:
        """Forget every unfinished operation of a user token: something newer settled it."""
        for entry in self._vault.open_operations():
            if entry.lock_name == lock_of(token_id):
                change.close_operation(entry.intent.operation_id)

    # --- exchange ----------------------------------------------------------------------------

    def fold_exchanged(
        self, intent: Intent, answer: Answer, change: VaultChange, facts: Facts = ()
    ) -> UserToken:
        """Store what was granted; `facts` stand in the line of Activity."""
        at = answer.received_at
        try:
            granted = expect_oauth(
                answer.status, headers_of(answer), answer.body, answer.received_at
            )
        except Refused as refused:
            change.put(line(intent.app_id, at, "sign_in", "user", refused=refused, facts=facts))
            raise
        if self._vault.get(App, intent.app_id) is None:
            raise BadAnswer("the App is gone")
        asked = tuple(intent.fact("scopes").split())
        token = UserToken(
            token_id=intent.subject_id,
            app_id=intent.app_id,
            access_token=granted.access_token,
            refresh_token=granted.refresh_token,
            scopes=asked if granted.scopes is None else granted.scopes,
            requested_scopes=asked,
            issued_at=at,
            expires_at=_expiry(granted, at),
        )
        change.put(token)
        # Whose token it is, X tells only later; that has a line of its own.
        change.put(line(intent.app_id, at, "sign_in", "user", facts=facts))
        return token

    def doubt_exchanged(self, intent: Intent, change: VaultChange, facts: Facts = ()) -> None:
        """Write down that nobody knows whether X granted; `facts` as in `fold_exchanged`."""
        # A code works once and for half a minute: there is nothing to try again later.
        change.close_operation(intent.operation_id)
        now = self._clock.now()
        doubted = line(intent.app_id, now, "sign_in", "user", outcome="uncertain", facts=facts)
        change.put(doubted)

    # --- refresh -----------------------------------------------------------------------------

    def _fold_refreshed(self, intent: Intent, answer: Answer, change: VaultChange) -> UserToken:
        at = answer.received_at
        stored = self._stored(intent)
        if stored is None or fingerprint(stored.refresh_token) != intent.fingerprint:
            raise BadAnswer("the user token was replaced meanwhile")
        try:
            granted = expect_oauth(
                answer.status, headers_of(answer), answer.body, answer.received_at
            )
        except Refused as refused:
            self._refresh_refused(stored, intent, refused, change)
            change.put(line(intent.app_id, at, REFRESH, stored.label, refused=refused))
            raise
        token = replace(
            stored,
            access_token=granted.access_token,
            refresh_token=granted.refresh_token or stored.refresh_token,
            scopes=stored.scopes if granted.scopes is None else granted.scopes,
            issued_at=at,
            expires_at=_expiry(granted, at),
            state=CredentialState.OK,
        )
        change.put(token)
        change.put(line(intent.app_id, at, REFRESH, token.label))
        return token

    @staticmethod
    def _refresh_refused(
        stored: UserToken, intent: Intent, refused: Refused, change: VaultChange
    ) -> None:
        if is_dead_token(refused):
            change.put(replace(stored, state=CredentialState.NEEDS_SIGN_IN))
        elif intent.attempt == 1 and stored.state is CredentialState.UNCERTAIN:
            change.put(replace(stored, state=CredentialState.OK))

    def _doubt_refreshed(self, intent: Intent, change: VaultChange) -> None:
        stored = self._stored(intent)
        if stored is None or fingerprint(stored.refresh_token) != intent.fingerprint:
            change.close_operation(intent.operation_id)  # it was about a token of the past
        elif stored.state is not CredentialState.UNCERTAIN:
            self._mark_uncertain(stored, REFRESH, change)

    # --- revoke ------------------------------------------------------------------------------

    def _fold_revoked(self, intent: Intent, answer: Answer, change: VaultChange) -> UserToken:
        at = answer.received_at
        half = intent.fact("half")
        stored = self._stored(intent)
        if stored is None:
            raise BadAnswer("the user token is gone")
        if fingerprint(_half(stored, half)) != intent.fingerprint:
            return stored
        try:
            # Only the status counts: RFC 7009 §2.2 lets the body be anything.
            raise_for(answer.status, headers_of(answer), answer.body, answer.received_at)
        except Refused as refused:
            if not is_dead_token(refused):
                change.put(line(intent.app_id, at, REVOKE, stored.label, refused=refused))
                raise
        token = _without(stored, half, at)
        change.put(token)
        facts = (("half", half),)
        change.put(line(intent.app_id, at, REVOKE, stored.label, facts=facts))
        return token

    def _doubt_revoked(self, intent: Intent, change: VaultChange) -> None:
        stored = self._stored(intent)
        if stored is None or fingerprint(_half(stored, intent.fact("half"))) != intent.fingerprint:
            change.close_operation(intent.operation_id)
        elif stored.state is not CredentialState.UNCERTAIN:
            self._mark_uncertain(stored, REVOKE, change)

    def _stored(self, intent: Intent) -> UserToken | None:
        return self._vault.get(UserToken, intent.subject_id)

    def _mark_uncertain(self, stored: UserToken, what: str, change: VaultChange) -> None:
        change.put(replace(stored, state=CredentialState.UNCERTAIN))
        now = self._clock.now()
        change.put(line(stored.app_id, now, what, stored.label, outcome="uncertain"))


def fingerprint(token: Secret | None) -> str:
    """Return what recognises a token later, "" where there is none."""
    return token.fingerprint() if token is not None else ""


def line(
    app_id: str,
    at: datetime,
    what: str,
    subject: str,
    *,
    outcome: str = "ok",
    refused: Refused | None = None,
    facts: tuple[tuple[str, str], ...] = (),
) -> Activity:
    """Return a line of what happened to a user's token."""
    if refused is not None:
        outcome = "refused"
        facts = (*facts, ("status", str(refused.status)))
        if isinstance(refused, OAuthRefused):
            facts = (*facts, ("error", refused.error))
    return Activity(app_id, at, what, subject, outcome, facts)


def _half(token: UserToken, half: str) -> Secret | None:
    return token.refresh_token if half == "refresh" else token.access_token


def _without(token: UserToken, half: str, at: datetime) -> UserToken:
    """Drop one half; when none is left the token is revoked, before that it is in between."""
    if half == "refresh":
        token = replace(token, refresh_token=None)
    else:
        token = replace(token, access_token=None)
    if token.access_token is None and token.refresh_token is None:
        return replace(
            token, state=CredentialState.REVOKED, revoked_at=at, proof_status=None, holder=""
        )
    return replace(token, state=CredentialState.UNCERTAIN)


def _expiry(granted: TokenAnswer, at: datetime) -> datetime:
    # X names 7,200 seconds (docs, read 2026-08-22); an answer without a number means those.
    return at + timedelta(seconds=granted.expires_in_seconds or _DEFAULT_LIFE_SECONDS)
