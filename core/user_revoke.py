"""Revoking a user's grant: both halves, then a proof.

X does not say whether ending one half of a grant ends the other, so both are ended, the
refresh token first, since it could make new access tokens.
Sources: RFC 7009; x-platform notes §2.7, read August 2026.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from core.answers import raise_for
from core.apps import app_of, client_credentials, user_token
from core.checks import PROVEN, Proof, proof_facts, proof_of, prove, receipt_of, user_check
from core.errors import NoCredential, OutcomeUnknown
from core.model import CredentialState, UserToken
from core.notes import Receipt
from core.ports import CancelToken, Clock, Transport
from core.secret import Secret
from core.user_grants import (
    REFRESH,
    REVOKE,
    Form,
    UserGrants,
    client_post,
    fingerprint,
    line,
    lock_of,
)
from core.vault.journal import Already, Intent, Journal, Send
from core.vault.vault import Vault


class UserRevocation:
    """Revokes users' grants."""

    def __init__(
        self,
        transport: Transport,
        vault: Vault,
        journal: Journal,
        clock: Clock,
        grants: UserGrants,
    ) -> None:
        self._transport = transport
        self._vault = vault
        self._journal = journal
        self._clock = clock
        self._grants = grants

    def revoke(self, token_id: str, cancel: CancelToken) -> UserToken:
        """End both halves of the grant at X, then prove it: a call must answer 401.

        The refresh token goes first, since it could make new access tokens. A call that
        was cut off between the halves is finished by calling this again.

        Returns:
            The receipt, in state "revoked", with the status of the proving call unless that
            got no answer; "uncertain" when X said yes but the access token still works.

        Raises:
            NoCredential: there is nothing to revoke.
            OutcomeUnknown: an earlier refresh never got its answer, so X may have put tokens
                in the place of these that nobody here knows.
            Refused: X said no, for example for a wrong Client Secret; nothing is forgotten.
            BadAnswer, TimedOut, ServerFault: unknown; the record says "uncertain".
            ConnectFailed: nothing was sent for this half.
            Cancelled: `cancel` was raised first.
        """
        token = user_token(self._vault, token_id)
        if token.access_token is None and token.refresh_token is None:
            if token.state is CredentialState.REVOKED:
                return token
            raise NoCredential("user", token.state.value)
        token = self._revoke_half(token_id, "refresh", cancel)
        access = token.access_token
        ended = self._revoke_half(token_id, "access", cancel)
        app = app_of(self._vault, token.app_id)
        request = user_check(app.environment, access)
        proof = prove(self._transport, request, cancel) if access else None
        return self._proven(ended, access, proof)

    def _revoke_half(self, token_id: str, half: str, cancel: CancelToken) -> UserToken:
        def prepare(unfinished: Sequence[Intent]) -> Send | Already[UserToken]:
            token = user_token(self._vault, token_id)
            secret = token.refresh_token if half == "refresh" else token.access_token
            if secret is None:
                return Already(token)
            app = app_of(self._vault, token.app_id)
            if _has_open_refresh(token, unfinished):
                raise OutcomeUnknown(REFRESH)  # X may have put other tokens in their place
            mark, now = fingerprint(secret), self._clock.now()
            intent = Intent(REVOKE, token.app_id, token_id, now, mark, facts=(("half", half),))
            for earlier in unfinished:
                if earlier.operation == REVOKE and earlier.fingerprint == mark:
                    intent = earlier.again(now)  # RFC 7009: revoking twice is safe
            form: Form = (("token", secret), ("token_type_hint", f"{half}_token"))
            return Send(
                intent, client_post(app.environment.revoke_url, client_credentials(app), form)
            )

        return self._journal.run(self._grants.revoke, lock_of(token_id), prepare, cancel)

    def _proven(self, ended: UserToken, access: Secret | None, proof: Proof | None) -> UserToken:
        now = self._clock.now()
        with self._vault.change() as change:
            current = self._vault.get(UserToken, ended.token_id)
            if current is None or current.revoked_at != ended.revoked_at:
                return current or ended  # signed in again meanwhile
            self._grants.close_all(ended.token_id, change)
            status = proof.status if proof else 0
            is_alive = 200 <= status < 300  # X said yes and did not do it
            if access is not None and not is_alive:
                at = current.revoked_at or now
                change.put(_receipt(current, access, at, proof, now))
            if proof is None:
                return current
            record = replace(current, proof_status=status)
            if is_alive:
                state = CredentialState.UNCERTAIN
                record = replace(record, access_token=access, state=state, revoked_at=None)
            change.put(record)
            outcome = "ok" if status == PROVEN else "failed"
            facts = proof_facts(proof)
            change.put(line(ended.app_id, now, "prove", ended.label, outcome=outcome, facts=facts))
        return record

    def is_open(self, token: UserToken) -> bool:
        """Return whether a revocation of this token was begun and its end is not known."""
        return token.state is CredentialState.UNCERTAIN and (
            token.refresh_token is None
            or any(
                entry.intent.operation == REVOKE
                for entry in self._vault.open_operations()
                if entry.lock_name == lock_of(token.token_id)
            )
        )

    def settle(self, token: UserToken, cancel: CancelToken) -> UserToken:
        """Find out by a call whether an unfinished revocation took place.

        Raises:
            OutcomeUnknown: the access token still works; revoking again finishes it.
            Refused, BadAnswer, TransportError: nothing was learnt.
        """
        environment = app_of(self._vault, token.app_id).environment
        request = user_check(environment, token.access_token)
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
            if token.access_token is not None:
                proof = proof_of(response)
                change.put(_receipt(record, token.access_token, now, proof, now))
            facts = (("status", str(PROVEN)),)
            change.put(line(token.app_id, now, "prove", token.label, facts=facts))
        return record


def _has_open_refresh(token: UserToken, unfinished: Sequence[Intent]) -> bool:
    mark = fingerprint(token.refresh_token)
    return any(each.operation == REFRESH and each.fingerprint == mark for each in unfinished)


def _receipt(
    token: UserToken, access: Secret, at: datetime, proof: Proof | None, now: datetime
) -> Receipt:
    return receipt_of(token.app_id, token.token_id, token.label, access, at, proof, now)
