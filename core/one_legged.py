"""The owner's Access Token and Secret (OAuth 1.0a): check, who it is, revoke.

X makes the pair in its console only, for the account that owns the App; it never expires.
Source: docs.x.com, "OAuth 1.0a" and "POST oauth/invalidate_token", read 2026-08-22.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, cast

from core.answers import raise_for
from core.apps import app_of, consumer_keys, owner_pair
from core.checks import PROVEN, Account, headers_of, prove_dead, read_account, user_check
from core.errors import BadAnswer, BadInput, Refused
from core.model import (
    AccessTokenPair,
    Activity,
    App,
    ConsumerKeys,
    CredentialState,
    HttpRequest,
)
from core.ports import CancelToken, Clock, Transport
from core.signature import sign_for
from core.vault.journal import Already, Answer, Intent, Journal, Operation, Send, VaultChange
from core.vault.vault import Vault

REVOKE_PAIR: Final = "revoke_pair"
_SUBJECT: Final = "access token"


class OwnerTokens:
    """Checks and revokes the Access Token and Secret of an App's owner."""

    def __init__(self, transport: Transport, vault: Vault, journal: Journal, clock: Clock) -> None:
        self._transport = transport
        self._vault = vault
        self._journal = journal
        self._clock = clock
        self._revoke = Operation(REVOKE_PAIR, self._fold_revoked, self._doubt_revoked)

    @property
    def operations(self) -> tuple[Operation[object], ...]:
        """What `Journal.recover` needs to finish operations of this kind."""
        return cast("tuple[Operation[object], ...]", (self._revoke,))

    def whoami(self, app_id: str, cancel: CancelToken) -> Account:
        """Return the account that the pair acts for. Raises as `check`."""
        checked = self.check(app_id, cancel)
        return Account(checked.user_id, checked.username)

    def check(self, app_id: str, cancel: CancelToken) -> AccessTokenPair:
        """Return the pair's record after one free call showed whose it is and what it may do.

        Raises:
            NoCredential: the pair or the App's API Key is not here, or was revoked.
            Unauthorized: X does not know the pair, or this computer's clock is wrong.
            Refused: X said something else.
            BadAnswer, TransportError: nothing was learnt.
            Cancelled: `cancel` was raised first.
        """
        app, keys, pair = self._parts(app_id)
        request = sign_for(user_check(app.environment), keys, pair)
        response = self._transport.send(request, cancel)
        account = read_account(response)
        now = self._clock.now()
        with self._vault.change() as change:
            change.put(Activity(app_id, now, "check", _SUBJECT, "ok"))
            return change.update(
                AccessTokenPair,
                app_id,
                lambda stored: replace(
                    stored,
                    user_id=account.user_id,
                    username=account.username,
                    access_level=response.headers.get("x-access-level", stored.access_level),
                    checked_at=now,
                    state=CredentialState.OK,
                ),
            )

    def revoke(self, app_id: str, cancel: CancelToken) -> AccessTokenPair:
        """End the pair at X, signed with itself, then prove it: a call must answer 401.

        Raises:
            NoCredential: the pair or the App's API Key is not here, or was revoked.
            Refused: X said no.
            BadAnswer, TimedOut, ServerFault: unknown; the record says "uncertain".
            ConnectFailed: nothing was sent.
            Cancelled: `cancel` was raised first.
        """
        app, keys, pair = self._parts(app_id)

        def prepare(unfinished: Sequence[Intent]) -> Send | Already[AccessTokenPair]:
            now, mark = self._clock.now(), pair.token.fingerprint()
            intent = Intent(REVOKE_PAIR, app_id, app_id, now, mark)
            for earlier in unfinished:
                if earlier.operation == REVOKE_PAIR and earlier.fingerprint == mark:
                    intent = earlier.again(now)
            if not app.environment.oauth1_invalidate_url:
                raise BadInput("environment", "it has no address to revoke an Access Token")
            request = HttpRequest("POST", app.environment.oauth1_invalidate_url)
            return Send(intent, sign_for(request, keys, pair))

        ended = self._journal.run(self._revoke, f"owner:{app_id}", prepare, cancel)
        proof = sign_for(user_check(app.environment), keys, pair)
        status = prove_dead(self._transport, proof, cancel)
        if status is None:
            return ended
        outcome = "ok" if status == PROVEN else "failed"
        alive = 200 <= status < 300
        with self._vault.change() as change:
            now, facts = self._clock.now(), (("status", str(status)),)
            change.put(Activity(app_id, now, "prove", _SUBJECT, outcome, facts))
            return change.update(
                AccessTokenPair,
                app_id,
                lambda stored: replace(
                    stored,
                    proof_status=status,
                    state=CredentialState.UNCERTAIN if alive else stored.state,
                ),
            )

    def _fold_revoked(self, intent: Intent, answer: Answer, change: VaultChange) -> AccessTokenPair:
        at = answer.received_at
        try:
            raise_for(answer.status, headers_of(answer), answer.body)
        except Refused as refused:
            facts = (("status", str(refused.status)),)
            change.put(Activity(intent.app_id, at, "revoke", _SUBJECT, "refused", facts))
            raise
        stored = self._vault.get(AccessTokenPair, intent.app_id)
        if stored is None:
            raise BadAnswer("the pair is gone")
        if stored.token.fingerprint() != intent.fingerprint:
            return stored
        record = replace(stored, state=CredentialState.REVOKED, proof_status=None)
        change.put(record)
        change.put(Activity(intent.app_id, at, "revoke", _SUBJECT, "ok"))
        return record

    def _doubt_revoked(self, intent: Intent, change: VaultChange) -> None:
        stored = self._vault.get(AccessTokenPair, intent.app_id)
        if stored is None or stored.token.fingerprint() != intent.fingerprint:
            change.close_operation(intent.operation_id)
        elif stored.state is not CredentialState.UNCERTAIN:
            change.put(replace(stored, state=CredentialState.UNCERTAIN))
            now = self._clock.now()
            change.put(Activity(intent.app_id, now, "revoke", _SUBJECT, "uncertain"))

    def _parts(self, app_id: str) -> tuple[App, ConsumerKeys, AccessTokenPair]:
        app = app_of(self._vault, app_id)
        return app, consumer_keys(app), owner_pair(self._vault, app_id)
