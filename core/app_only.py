"""The Bearer Token of an App: generate, regenerate, revoke, check (RFC 6749 §4.4 as X has it).

X keeps one Bearer Token per App and names no end for it. Everything that changes it runs
through the journal, under one lock per App.
Sources: docs.x.com, "Application-only authentication" and "POST oauth2/token", "POST
oauth2/invalidate_token", read 2026-08-22; they contradict each other about revoking.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import unquote

from core.answers import raise_for
from core.apps import app_of, consumer_keys
from core.bearer_records import GENERATE, INVALIDATE, BearerRecords, absent, lock_of
from core.checks import PROVEN, Proof, app_check, note_answer, proof_of, prove
from core.errors import BadInput, NoCredential, RateLimited, Refused
from core.model import (
    AccessTokenPair,
    App,
    BearerToken,
    ConsumerKeys,
    CredentialState,
    HttpRequest,
)
from core.ports import CancelToken, Clock, Transport
from core.secret import Secret
from core.signature import basic_authorization, sign_for
from core.vault.journal import Already, Intent, Journal, Operation, Send
from core.vault.vault import Vault

log = logging.getLogger(__name__)


class BearerTokens:
    """Generates, regenerates, revokes and checks the Bearer Tokens of Apps."""

    def __init__(self, transport: Transport, vault: Vault, journal: Journal, clock: Clock) -> None:
        self._transport = transport
        self._vault = vault
        self._journal = journal
        self._clock = clock
        self._records = BearerRecords(vault, clock)
        journal.knows(self._records.operations)

    @property
    def operations(self) -> tuple[Operation[object], ...]:
        """What `Journal.recover` needs to finish operations of this kind."""
        return self._records.operations

    def generate(self, app_id: str, cancel: CancelToken) -> BearerToken:
        """Return the App's Bearer Token, which X creates when none is outstanding.

        X answers a repeated call with the same token, so calling this twice is safe.

        Raises:
            NoCredential: the App has no API Key and Secret here.
            Refused: the keys are wrong, or X was asked too often (both 403, code 99).
            BadAnswer, TimedOut, ServerFault: unknown whether X made one; call it again.
            ConnectFailed: nothing was sent.
            Cancelled: `cancel` was raised first.
        """

        def prepare(unfinished: Sequence[Intent]) -> Send | Already[BearerToken]:
            app, keys = self._keys(app_id)
            intent = _continued(unfinished, Intent(GENERATE, app_id, app_id, self._clock.now()))
            return Send(
                intent,
                HttpRequest(
                    "POST",
                    _required(app.environment.app_only_url),
                    form=(("grant_type", "client_credentials"),),
                    authorization=basic_authorization(keys.api_key, keys.api_secret),
                ),
            )

        return self._journal.run(self._records.generate, lock_of(app_id), prepare, cancel)

    def regenerate(self, app_id: str, cancel: CancelToken) -> BearerToken:
        """End the App's Bearer Token at X and return a new one.

        Two journalled steps, invalidate and generate: when the second fails, the record says
        "revoked" and `generate` finishes the work. A token that Keypane does not have yet is
        fetched first, since only its holder can end it.

        Raises: as `generate` and `revoke`.
        """
        stored = self._vault.get(BearerToken, app_id)
        if stored is None or stored.token is None:
            stored = self.generate(app_id, cancel)
        old = stored.token
        if old is not None:
            self._end(app_id, old, cancel)
        fresh = self.generate(app_id, cancel)
        if old is not None and fresh.token == old:
            raise Refused("X still answers with the old Bearer Token", status=200)
        return fresh

    def revoke(self, app_id: str, cancel: CancelToken) -> BearerToken:
        """End the App's Bearer Token at X, then prove it: a call with it must answer 401.

        Signed with the owner's Access Token where the App has one, since X's reference asks
        for it; otherwise, and when X refuses that, with the API Key and Secret.

        Returns:
            The receipt. Its state is "revoked", with the status of the proving call unless
            that got no answer; "uncertain" when X said yes but the token still works.

        Raises:
            NoCredential: there is no Bearer Token here, or no API Key and Secret to end it with.
            Refused: X said no and the token still works; the console can revoke it.
            BadAnswer, TimedOut, ServerFault: unknown; the record says so, `check` tells.
            ConnectFailed: nothing was sent.
            Cancelled: `cancel` was raised first.
        """
        stored = self._vault.get(BearerToken, app_id)
        token = stored.token if stored is not None else None
        if stored is None or token is None:
            if stored is not None and stored.state is CredentialState.REVOKED:
                return stored
            raise NoCredential("bearer", "absent")
        ended = self._end(app_id, token, cancel)
        if ended.proof_status is not None:
            return ended
        return self._records.proven(ended, token, self._prove(app_id, token, cancel))

    def check(self, app_id: str, cancel: CancelToken) -> BearerToken:
        """Return the Bearer Token's record after one free call showed whether it works.

        A 401 makes it "revoked" (somewhere else, such as the console); our copy stays, so
        that a mistaken 401 costs nothing. A check also settles an unknown revocation.

        Raises:
            NoCredential: there is no Bearer Token here.
            Refused: X said something other than yes or 401.
            BadAnswer, TransportError: nothing was learnt.
            Cancelled: `cancel` was raised first.
        """
        stored = self._vault.get(BearerToken, app_id)
        if stored is None or stored.token is None:
            revoked = stored is not None and stored.state is CredentialState.REVOKED
            raise NoCredential("bearer", "revoked" if revoked else "absent")
        app = app_of(self._vault, app_id)
        response = self._transport.send(app_check(app.environment, stored.token), cancel)
        note_answer(self._vault, app, app_check(app.environment).url, response, self._clock.now())
        if response.status == PROVEN:
            was_revoked = stored.state is CredentialState.UNCERTAIN
            return self._records.found_dead(
                app_id, stored.token, proof_of(response), was_revoked=was_revoked
            )
        raise_for(response.status, response.headers, response.body, self._clock.now())
        return self._records.found_alive(app_id, stored.token)

    # --- ending it at X ----------------------------------------------------------------------

    def _end(self, app_id: str, token: Secret, cancel: CancelToken) -> BearerToken:
        try:
            return self._end_either_way(app_id, cancel)
        except RateLimited:
            raise
        except Refused:
            # X also refuses to end what is dead already, with the same words. A call tells.
            proof = self._prove(app_id, token, cancel)
            if proof is not None and proof.status == PROVEN:
                return self._records.found_dead(app_id, token, proof, was_revoked=True)
            if proof is not None and 200 <= proof.status < 300:
                self._records.found_alive(app_id, token)
            raise

    def _prove(self, app_id: str, token: Secret, cancel: CancelToken) -> Proof | None:
        request = app_check(app_of(self._vault, app_id).environment, token)
        return prove(self._transport, request, cancel)

    def _end_either_way(self, app_id: str, cancel: CancelToken) -> BearerToken:
        pair = self._vault.get(AccessTokenPair, app_id)
        if pair is not None and pair.token_secret and pair.state is CredentialState.OK:
            try:
                return self._end_with(app_id, pair, cancel)
            except RateLimited:
                raise
            except Refused:
                log.info("the signed revocation was refused; trying the App's own keys")
        return self._end_with(app_id, None, cancel)

    def _end_with(
        self, app_id: str, pair: AccessTokenPair | None, cancel: CancelToken
    ) -> BearerToken:
        def prepare(unfinished: Sequence[Intent]) -> Send | Already[BearerToken]:
            app, keys = self._keys(app_id)
            stored = self._vault.get(BearerToken, app_id)
            if stored is None or stored.token is None:
                return Already(stored or absent(app_id, self._clock.now()))
            intent = Intent(
                INVALIDATE, app_id, app_id, self._clock.now(), stored.token.fingerprint()
            )
            request = _invalidation(app, keys, pair, stored.token)
            return Send(_continued(unfinished, intent), request)

        return self._journal.run(self._records.invalidate, lock_of(app_id), prepare, cancel)

    def _keys(self, app_id: str) -> tuple[App, ConsumerKeys]:
        app = app_of(self._vault, app_id)
        return app, consumer_keys(app)


def _invalidation(
    app: App, keys: ConsumerKeys, pair: AccessTokenPair | None, token: Secret
) -> HttpRequest:
    # The token is stored with its %-escapes; encoding those once more would name another token.
    # It travels in the body, never in the query, whatever X's reference shows.
    request = HttpRequest(
        "POST",
        _required(app.environment.invalidate_url),
        form=(("access_token", Secret(unquote(token.reveal()))),),
    )
    if pair is not None:
        return sign_for(request, keys, pair)
    return replace(request, authorization=basic_authorization(keys.api_key, keys.api_secret))


def _continued(unfinished: Sequence[Intent], intent: Intent) -> Intent:
    """Both calls are safe to repeat, so an unfinished one is simply sent again."""
    for earlier in unfinished:
        same = earlier.operation == intent.operation and earlier.fingerprint == intent.fingerprint
        if same:
            return earlier.again(intent.at)
    return intent


def _required(url: str) -> str:
    if not url:
        raise BadInput("environment", "it has no address for the Bearer Token")
    return url
