"""How X's answers about the Bearer Token are folded into its record, and what proofs tell.

The pure half of `core.app_only`: it reads the record again inside the transaction, and
leaves a record alone that is no longer the one that was sent.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final, cast

from core.answers import expect_oauth, refusal
from core.apps import when_idle
from core.checks import PROVEN, Proof, headers_of, proof_facts, receipt_of
from core.errors import Refused
from core.model import Activity, BearerToken, CredentialState
from core.notes import Receipt
from core.ports import Clock
from core.secret import Secret
from core.vault.journal import Answer, Intent, Operation, VaultChange
from core.vault.vault import Vault

GENERATE: Final = "generate"
INVALIDATE: Final = "invalidate"


def lock_of(app_id: str) -> str:
    """Return the name of the lock that every change of this App's Bearer Token takes."""
    return f"bearer:{app_id}"


class BearerRecords:
    """Folds answers into Bearer Tokens."""

    def __init__(self, vault: Vault, clock: Clock) -> None:
        self._vault = vault
        self._clock = clock
        self.generate = Operation(GENERATE, self._fold_generated, self._doubt_generated)
        self.invalidate = Operation(INVALIDATE, self._fold_invalidated, self._doubt_invalidated)

    @property
    def operations(self) -> tuple[Operation[object], ...]:
        """What `Journal.recover` needs to finish operations of this kind."""
        return cast("tuple[Operation[object], ...]", (self.generate, self.invalidate))

    # --- folding what X answered -------------------------------------------------------------

    def _fold_generated(self, intent: Intent, answer: Answer, change: VaultChange) -> BearerToken:
        stored = self._vault.get(BearerToken, intent.app_id)
        try:
            granted = expect_oauth(
                answer.status, headers_of(answer), answer.body, answer.received_at
            )
        except Refused as refused:
            if stored is not None and stored.token is None and _is_uncertain(stored):
                change.remove(BearerToken, intent.app_id)
            change.put(_line(intent.app_id, answer.received_at, GENERATE, refused=refused))
            raise
        token = granted.access_token
        if stored is not None and stored.token == token:
            record = replace(stored, state=CredentialState.OK, proof_status=None, revoked_at=None)
        else:
            record = BearerToken(intent.app_id, token, answer.received_at, tail=token.tail())
        change.put(record)
        change.put(_line(intent.app_id, answer.received_at, GENERATE))
        return record

    def _doubt_generated(self, intent: Intent, change: VaultChange) -> None:
        stored = self._vault.get(BearerToken, intent.app_id)
        if stored is not None and (stored.token is not None or _is_uncertain(stored)):
            return  # what we have is still the App's one Bearer Token
        state = CredentialState.UNCERTAIN
        change.put(BearerToken(intent.app_id, None, intent.at, state=state))
        change.put(_line(intent.app_id, self._clock.now(), GENERATE, outcome="uncertain"))

    def _fold_invalidated(self, intent: Intent, answer: Answer, change: VaultChange) -> BearerToken:
        stored = self._vault.get(BearerToken, intent.app_id)
        at = answer.received_at
        if not 200 <= answer.status < 300:
            refused = refusal(answer.status, headers_of(answer), answer.body, answer.received_at)
            if isinstance(refused, Refused):
                change.put(_line(intent.app_id, at, "revoke", refused=refused))
            raise refused
        if stored is None or not _is_of(stored, intent):
            return stored or absent(intent.app_id, at)
        record = replace(
            stored,
            token=None,
            state=CredentialState.REVOKED,
            revoked_at=at,
            proof_status=None,
        )
        change.put(record)
        change.put(_line(intent.app_id, at, "revoke"))
        return record

    def _doubt_invalidated(self, intent: Intent, change: VaultChange) -> None:
        stored = self._vault.get(BearerToken, intent.app_id)
        if stored is None or not _is_of(stored, intent):
            change.close_operation(intent.operation_id)  # it was about a token of the past
        elif not _is_uncertain(stored):
            change.put(replace(stored, state=CredentialState.UNCERTAIN))
            change.put(_line(intent.app_id, self._clock.now(), "revoke", outcome="uncertain"))

    # --- what proofs and checks tell ---------------------------------------------------------

    def proven(self, ended: BearerToken, token: Secret, proof: Proof | None) -> BearerToken:
        """Note the call that had to answer 401 after a revocation, and keep the receipt."""
        now = self._clock.now()
        status = proof.status if proof else 0
        with self._vault.change() as change:
            current = self._vault.get(BearerToken, ended.app_id)
            if current is None or current.revoked_at != ended.revoked_at:
                return current or ended  # generated anew meanwhile
            if 200 <= status < 300:  # X said yes and did not do it
                record = replace(
                    current,
                    token=token,
                    state=CredentialState.UNCERTAIN,
                    revoked_at=None,
                    proof_status=status,
                )
            else:
                record = replace(current, proof_status=status or None)
                change.put(_receipt(record, token, proof, now))
            if proof is None:
                return record
            change.put(record)
            outcome = "ok" if status == PROVEN else "failed"
            facts = proof_facts(proof)
            change.put(Activity(ended.app_id, now, "prove", "bearer", outcome, facts))
        return record

    def found_dead(
        self, app_id: str, token: Secret, proof: Proof, *, was_revoked: bool
    ) -> BearerToken:
        """Note a 401, with a receipt.

        A token whose end was wanted goes; of another one our copy stays.
        """
        now = self._clock.now()
        with self._vault.change() as change:
            current = self._vault.get(BearerToken, app_id)
            if current is None or current.token != token:
                return current or absent(app_id, now)
            record = replace(
                current,
                state=CredentialState.REVOKED,
                proof_status=PROVEN,
                revoked_at=current.revoked_at or now,
                token=None if was_revoked else current.token,
            )
            if current.state is not CredentialState.REVOKED:
                change.put(_receipt(record, token, proof, now))
            change.put(record)
            change.put(_line(app_id, now, "check", outcome="refused", status=PROVEN))
            self._close_invalidations(app_id, change)
        return record

    def found_alive(self, app_id: str, token: Secret) -> BearerToken:
        """Note that a call with the token was answered.

        While a revocation is under way in another process, it decides about the state.
        """
        now = self._clock.now()
        with when_idle(self._vault, lock_of(app_id)) as idle, self._vault.change() as change:
            current = self._vault.get(BearerToken, app_id)
            if current is None or current.token != token:
                return current or absent(app_id, now)
            record = replace(
                current,
                state=CredentialState.OK if idle else current.state,
                checked_at=now,
                proof_status=None,
                revoked_at=None,
            )
            change.put(record)
            change.put(_line(app_id, now, "check"))
            if idle:
                self._close_invalidations(app_id, change)
        return record

    def _close_invalidations(self, app_id: str, change: VaultChange) -> None:
        for entry in self._vault.open_operations():
            if entry.lock_name == lock_of(app_id) and entry.intent.operation == INVALIDATE:
                change.close_operation(entry.intent.operation_id)


def _receipt(record: BearerToken, token: Secret, proof: Proof | None, now: datetime) -> Receipt:
    at = record.revoked_at or now
    return receipt_of(record.app_id, "bearer", "Bearer Token", token, at, proof, now)


def _is_uncertain(stored: BearerToken) -> bool:
    return stored.state is CredentialState.UNCERTAIN


def _is_of(stored: BearerToken, intent: Intent) -> bool:
    return stored.token is not None and stored.token.fingerprint() == intent.fingerprint


def absent(app_id: str, now: datetime) -> BearerToken:
    """Return the record of a Bearer Token that is not there."""
    return BearerToken(app_id, None, now, state=CredentialState.ABSENT)


def _line(
    app_id: str,
    at: datetime,
    what: str,
    *,
    outcome: str = "ok",
    status: int = 0,
    refused: Refused | None = None,
) -> Activity:
    if refused is not None:
        outcome, status = "refused", refused.status
    facts = (("status", str(status)),) if status else ()
    return Activity(app_id, at, what, "bearer", outcome, facts)
