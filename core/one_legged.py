"""Access Tokens and Secrets (OAuth 1.0a) that are here: check, who it is, revoke.

The owner's pair is made in X's console only, for the account that owns the App; those of
other accounts come from `core.three_legged`. None of them expires by itself.
Source: docs.x.com, "OAuth 1.0a" and "POST oauth/invalidate_token", read 2026-08-22.
"""

from collections.abc import Sequence
from typing import Final

from core.answers import refusal
from core.apps import access_pair, app_of, consumer_keys
from core.checks import (
    PROVEN,
    USER_CHECK_PATH,
    Account,
    note_answer,
    proof_of,
    prove,
    user_check,
)
from core.errors import ApiRefused, BadInput, KeypaneError, Unauthorized
from core.model import (
    AccessTokenPair,
    App,
    ConsumerKeys,
    CredentialState,
    HttpRequest,
    HttpResponse,
)
from core.pair_records import REVOKE_PAIR, PairRecords, ask_who, labelled, lock_of
from core.ports import CancelToken, Clock, Transport
from core.signature import sign, sign_for
from core.vault.journal import Already, Intent, Journal, Operation, Send
from core.vault.vault import Vault

_DEAD_PAIR: Final = 89  # "Invalid or expired token"
_CALLBACK_ONLY: Final = frozenset({415, 417})  # the signature held, a PIN is not allowed


class OwnerTokens:
    """Checks and revokes Access Tokens and Secrets: the owner's, and those of others.

    Every call names a pair by its id, which is the App's id for the owner's pair.
    """

    def __init__(self, transport: Transport, vault: Vault, journal: Journal, clock: Clock) -> None:
        self._transport = transport
        self._vault = vault
        self._journal = journal
        self._clock = clock
        self._records = PairRecords(vault, clock)
        journal.knows((*self._records.exchanges, *self._records.revocations))

    @property
    def operations(self) -> tuple[Operation[object], ...]:
        """What `Journal.recover` needs to finish operations of this kind."""
        return self._records.revocations

    def whoami(self, pair_id: str, cancel: CancelToken) -> Account:
        """Return the account that the pair acts for. Raises as `check`."""
        checked = self.check(pair_id, cancel)
        return Account(checked.user_id, checked.username)

    def check(self, pair_id: str, cancel: CancelToken) -> AccessTokenPair:
        """Return the pair's record after one free call showed whose it is and what it may do.

        A 401 for the pair itself is noted as its end: its owner regenerated or revoked it
        elsewhere. It also settles a revocation whose outcome was unknown.

        Raises:
            NoCredential: the pair or the App's API Key is not here, or was revoked.
            Unauthorized: X does not know the API Key, or this computer's clock is wrong;
                of the pair nothing was learnt.
            Refused: X said something else.
            BadAnswer, TransportError: nothing was learnt.
            Cancelled: `cancel` was raised first.
        """
        app, keys, pair = self._parts(pair_id)
        answer = ask_who(self._transport, app.environment, keys, pair, cancel)
        url = app.environment.api_url + USER_CHECK_PATH
        note_answer(self._vault, app, url, answer, self._clock.now())
        if answer.status == PROVEN:
            if self._records.is_in_doubt(pair):
                return self._records.found_dead(pair, proof_of(answer))
            if self._is_about_the_pair(app, keys, answer, cancel):
                return self._records.found_dead(pair, proof_of(answer), what="check")
        return self._records.checked(pair, answer)

    def _is_about_the_pair(
        self, app: App, keys: ConsumerKeys, answer: HttpResponse, cancel: CancelToken
    ) -> bool:
        """Return whether a 401 means the pair, and not the App's keys or the clock.

        X's /2 says "Unauthorized" for all of them, without a code. Asking for a request
        token is signed with the App's keys alone, free, and changes nothing: if X takes that
        signature, only the pair is left.
        """
        refused = refusal(answer.status, answer.headers, answer.body)
        code = refused.code if isinstance(refused, ApiRefused) else None
        if code is not None or not app.environment.request_token_url:
            return code == _DEAD_PAIR
        request = HttpRequest("POST", app.environment.request_token_url)
        signed = sign(request, keys, extra=(("oauth_callback", "oob"),))
        try:
            told = self._transport.send(signed, cancel)
        except KeypaneError:
            return False
        if 200 <= told.status < 300:
            return told.body.startswith(b"oauth_token=")
        refused = refusal(told.status, labelled(told.body), told.body)
        return isinstance(refused, ApiRefused) and refused.code in _CALLBACK_ONLY

    def revoke(self, pair_id: str, cancel: CancelToken) -> AccessTokenPair:
        """End the pair at X, signed with itself, then prove it: a call must answer 401.

        Raises:
            NoCredential: the pair or the App's API Key is not here, or was revoked.
            Refused: X said no.
            BadAnswer, TimedOut, ServerFault: unknown; the record says "uncertain".
            ConnectFailed: nothing was sent.
            Cancelled: `cancel` was raised first.
        """
        app, keys, pair = self._parts(pair_id)

        def prepare(unfinished: Sequence[Intent]) -> Send | Already[AccessTokenPair]:
            now, mark = self._clock.now(), pair.token.fingerprint()
            intent = Intent(REVOKE_PAIR, app.app_id, pair_id, now, mark)
            for earlier in unfinished:
                if earlier.operation == REVOKE_PAIR and earlier.fingerprint == mark:
                    intent = earlier.again(now)
            if not app.environment.oauth1_invalidate_url:
                raise BadInput("environment", "it has no address to revoke an Access Token")
            request = HttpRequest("POST", app.environment.oauth1_invalidate_url)
            return Send(intent, sign_for(request, keys, pair))

        was_in_doubt = self._records.is_in_doubt(pair)
        request = sign_for(user_check(app.environment), keys, pair)
        try:
            ended = self._journal.run(self._records.revoke, lock_of(pair_id), prepare, cancel)
        except Unauthorized:
            proof = prove(self._transport, request, cancel) if was_in_doubt else None
            if proof is None or proof.status != PROVEN:
                raise
            return self._records.found_dead(pair, proof)  # the first attempt had ended it
        if ended.state is not CredentialState.REVOKED:
            return ended
        return self._records.proven(ended, prove(self._transport, request, cancel))

    def _parts(self, pair_id: str) -> tuple[App, ConsumerKeys, AccessTokenPair]:
        pair = access_pair(self._vault, pair_id)
        app = app_of(self._vault, pair.app_id)
        return app, consumer_keys(app), pair
