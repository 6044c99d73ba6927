"""How X's answers about OAuth 1.0a pairs are folded into the records: exchange, revoke, check.

These are the halves of `core.one_legged` and `core.three_legged` that touch the vault. X
keeps one pair per App and account, and so does the vault: whoever signs in again finds the
new pair in the place of the old one.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Final, cast

from core.answers import expect_token, looks_like_html, raise_for, read_form
from core.apps import when_idle
from core.checks import PROVEN, Proof, headers_of, read_account, receipt_of, user_check
from core.environment import Environment
from core.errors import BadAnswer, Refused, VaultError
from core.model import (
    AccessTokenPair,
    Activity,
    App,
    ConsumerKeys,
    CredentialState,
    HttpResponse,
)
from core.notes import Receipt
from core.ports import CancelToken, Clock, Transport
from core.signature import sign_for
from core.timeline import Facts
from core.vault.journal import Answer, Intent, Operation, VaultChange
from core.vault.vault import Vault

EXCHANGE_PAIR: Final = "exchange_pair"
REVOKE_PAIR: Final = "revoke_pair"
_LEVEL: Final = re.compile(r"[a-z-]{1,40}")
_USER_ID: Final = re.compile(r"[0-9]{1,20}")
_USERNAME: Final = re.compile(r"[A-Za-z0-9_]{1,50}")


def lock_of(pair_id: str) -> str:
    """Return the name of the lock that every change of this pair takes."""
    return f"owner:{pair_id}"


def form_of(status: int, body: bytes) -> dict[str, str]:
    """Return what an OAuth 1.0a endpoint granted.

    X labels these answers as HTML whatever they are, so they are taken for what they look
    like. Raises as `core.answers.read_form`.
    """
    return read_form(status, labelled(body), body)


def labelled(body: bytes) -> Mapping[str, str]:
    """Return the content type that the answer of an OAuth 1.0a endpoint should have had."""
    if body.lstrip().startswith(b"{"):
        return {"content-type": "application/json"}
    return {} if looks_like_html(body) else {"content-type": "text/plain"}


class PairRecords:
    """Folds answers into Access Tokens and Secrets."""

    def __init__(self, vault: Vault, clock: Clock) -> None:
        self._vault = vault
        self._clock = clock
        self.exchange = Operation(EXCHANGE_PAIR, self.fold_exchanged, self.doubt_exchanged)
        self.revoke = Operation(REVOKE_PAIR, self._fold_revoked, self._doubt_revoked)

    # --- exchange ----------------------------------------------------------------------------

    @property
    def exchanges(self) -> tuple[Operation[object], ...]:
        """What `Journal.recover` needs to finish a sign-in."""
        return cast("tuple[Operation[object], ...]", (self.exchange,))

    @property
    def revocations(self) -> tuple[Operation[object], ...]:
        """What `Journal.recover` needs to finish a revocation."""
        return cast("tuple[Operation[object], ...]", (self.revoke,))

    def fold_exchanged(
        self, intent: Intent, answer: Answer, change: VaultChange, steps: Facts = ()
    ) -> AccessTokenPair:
        """Store the pair that X granted; `steps` stand in the line of Activity."""
        at = answer.received_at
        try:
            granted = form_of(answer.status, answer.body)
        except Refused as refused:
            facts = (*steps, ("status", str(refused.status)))
            change.put(Activity(intent.app_id, at, "sign_in", "access token", "refused", facts))
            raise
        if self._vault.get(App, intent.app_id) is None:
            raise BadAnswer("the App is gone")
        pair = AccessTokenPair(
            intent.app_id,
            expect_token(granted, "oauth_token", answer.status),
            expect_token(granted, "oauth_token_secret", answer.status),
            at,
            user_id=_matching(_USER_ID, granted.get("user_id", "")),
            username=_matching(_USERNAME, granted.get("screen_name", "")),
            pair_id=intent.subject_id,
        )
        pair = self._in_its_place(pair, change)
        change.put(pair)
        change.put(Activity(intent.app_id, at, "sign_in", subject_of(pair), "ok", steps))
        return pair

    def _in_its_place(self, pair: AccessTokenPair, change: VaultChange) -> AccessTokenPair:
        """Give a new pair the id of the one that the same account had, the owner's included."""
        for older in self._vault.all(AccessTokenPair):
            same = older.token == pair.token or (
                bool(pair.account_id) and older.account_id == pair.account_id
            )
            if older.app_id == pair.app_id and same:
                if older.token != pair.token:
                    self._close_all(older.pair_id, change)
                return replace(pair, pair_id=older.pair_id, added_at=older.added_at)
        return pair

    def _close_all(self, pair_id: str, change: VaultChange) -> None:
        for entry in self._vault.open_operations():
            if entry.lock_name == lock_of(pair_id):
                change.close_operation(entry.intent.operation_id)

    def doubt_exchanged(self, intent: Intent, change: VaultChange, steps: Facts = ()) -> None:
        """Write down that nobody knows whether X granted; `steps` as in `fold_exchanged`."""
        # A verifier works once: there is nothing to try again later.
        change.close_operation(intent.operation_id)
        now = self._clock.now()
        change.put(Activity(intent.app_id, now, "sign_in", "access token", "uncertain", steps))

    def note_denied(self, app_id: str, steps: Facts) -> None:
        """Write down that the person said no at X; where nothing can be written, nothing is."""
        now = self._clock.now()
        with suppress(VaultError):  # the refusal is what the caller has to hear
            self._vault.save(Activity(app_id, now, "sign_in", "access token", "refused", steps))

    # --- revoke ------------------------------------------------------------------------------

    def _fold_revoked(self, intent: Intent, answer: Answer, change: VaultChange) -> AccessTokenPair:
        at = answer.received_at
        stored = self._vault.get(AccessTokenPair, intent.subject_id)
        subject = subject_of(stored)
        try:
            raise_for(answer.status, headers_of(answer), answer.body, answer.received_at)
        except Refused as refused:
            facts = (("status", str(refused.status)),)
            change.put(Activity(intent.app_id, at, "revoke", subject, "refused", facts))
            raise
        if stored is None:
            raise BadAnswer("the pair is gone")
        if stored.token.fingerprint() != intent.fingerprint:
            return stored
        record = replace(stored, state=CredentialState.REVOKED, proof_status=None)
        change.put(record)
        change.put(Activity(intent.app_id, at, "revoke", subject, "ok"))
        return record

    def _doubt_revoked(self, intent: Intent, change: VaultChange) -> None:
        stored = self._vault.get(AccessTokenPair, intent.subject_id)
        if stored is None or stored.token.fingerprint() != intent.fingerprint:
            change.close_operation(intent.operation_id)
        elif stored.state is not CredentialState.UNCERTAIN:
            change.put(replace(stored, state=CredentialState.UNCERTAIN))
            now = self._clock.now()
            change.put(Activity(intent.app_id, now, "revoke", subject_of(stored), "uncertain"))

    def proven(self, pair: AccessTokenPair, proof: Proof | None) -> AccessTokenPair:
        """Note the call that had to answer 401 after a revocation, and keep the receipt."""
        now = self._clock.now()
        status = proof.status if proof else 0
        alive = 200 <= status < 300  # X said yes and did not do it
        with self._vault.change() as change:
            current = self._vault.get(AccessTokenPair, pair.pair_id)
            if current is None or current.token != pair.token:
                return current or pair  # another one signed in meanwhile
            if not alive:
                change.put(_receipt(pair, proof, now))
            if proof is None:
                return current
            state = CredentialState.UNCERTAIN if alive else current.state
            record = replace(current, proof_status=status, state=state)
            change.put(record)
            outcome = "ok" if status == PROVEN else "failed"
            facts = (("status", str(status)),)
            change.put(Activity(pair.app_id, now, "prove", subject_of(pair), outcome, facts))
        return record

    def is_in_doubt(self, pair: AccessTokenPair) -> bool:
        """Return whether a revocation of this pair was begun and its end is not known."""
        mark = pair.token.fingerprint()
        return pair.state is CredentialState.UNCERTAIN or any(
            entry.intent.operation == REVOKE_PAIR and entry.intent.fingerprint == mark
            for entry in self._vault.open_operations()
        )

    def found_dead(
        self, pair: AccessTokenPair, proof: Proof, *, what: str = "prove"
    ) -> AccessTokenPair:
        """Note a 401: the end of the pair that was wanted took place, or a "check" found it."""
        now = self._clock.now()
        with self._vault.change() as change:
            current = self._vault.get(AccessTokenPair, pair.pair_id)
            if current is None or current.token != pair.token:
                return current or pair
            revoked = CredentialState.REVOKED
            record = replace(current, state=revoked, proof_status=proof.status)
            change.put(record)
            change.put(_receipt(pair, proof, now))
            facts = (("status", str(proof.status)),)
            outcome = "refused" if what == "check" else "ok"
            change.put(Activity(pair.app_id, now, what, subject_of(pair), outcome, facts))
            self._close_all(pair.pair_id, change)
        return record

    # --- check -------------------------------------------------------------------------------

    def checked(self, pair: AccessTokenPair, response: HttpResponse) -> AccessTokenPair:
        """Note what `GET /2/users/me` told: the account, and what the pair may do.

        Raises:
            Refused, ServerFault, BadAnswer: as `core.checks.read_account`; nothing is noted.
        """
        account = read_account(response)
        level = _matching(_LEVEL, response.headers.get("x-access-level", ""))
        now = self._clock.now()
        with when_idle(self._vault, lock_of(pair.pair_id)) as idle, self._vault.change() as change:
            change.put(Activity(pair.app_id, now, "check", subject_of(pair), "ok"))
            if idle:
                self._close_all(pair.pair_id, change)  # a revocation of it did not take place
            return change.update(
                AccessTokenPair,
                pair.pair_id,
                lambda stored: (
                    stored
                    if stored.token != pair.token
                    else replace(
                        stored,
                        user_id=account.user_id,
                        username=account.username,
                        access_level=level or stored.access_level,
                        checked_at=now,
                        state=CredentialState.OK if idle else stored.state,
                    )
                ),
            )


def ask_who(
    transport: Transport,
    environment: Environment,
    keys: ConsumerKeys,
    pair: AccessTokenPair,
    cancel: CancelToken,
) -> HttpResponse:
    """Return X's answer to the free call that shows whose the pair is. Raises as `send`."""
    return transport.send(sign_for(user_check(environment), keys, pair), cancel)


def subject_of(pair: AccessTokenPair | None) -> str:
    """Return how *Activity* names a pair."""
    if pair is None or pair.is_owners or not pair.label:
        return "access token"
    return f"access token of {pair.label}"


def _receipt(pair: AccessTokenPair, proof: Proof | None, now: datetime) -> Receipt:
    key = "owner" if pair.is_owners else pair.pair_id
    subject = "Access Token and Secret"
    if pair.label:
        subject += f" of {pair.label}"
    return receipt_of(pair.app_id, key, subject, pair.token, now, proof, now)


def _matching(pattern: re.Pattern[str], text: str) -> str:
    return text if pattern.fullmatch(text) else ""
