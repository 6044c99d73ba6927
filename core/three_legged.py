"""Signing an account in by OAuth 1.0a, by redirect or by PIN (RFC 5849 §2 as X has it).

The flow is cut where the person is: `begin` asks X for a request token and gives an address
for the browser, `complete` takes the redirect or the PIN. What comes is an Access Token and
Secret for one account, which acts with the App's permissions and never expires by itself.
A desktop program sends people to `authorize`, which always asks them.
Sources: docs.x.com, "POST oauth/request_token", "GET oauth/authorize", "POST
oauth/access_token", "PIN-based authorization", read 2026-08-22; x-platform notes §3.
"""

import logging
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import quote
from uuid import uuid4

from core.answers import expect_token
from core.apps import app_of, consumer_keys
from core.errors import (
    BadAnswer,
    BadInput,
    Cancelled,
    KeypaneError,
    SignInRefused,
    StateMismatch,
)
from core.model import AccessTokenPair, App, ConsumerKeys, HttpRequest
from core.pair_attempt import ATTEMPT_SECONDS, OUT_OF_BAND, PairAttempt
from core.pair_records import EXCHANGE_PAIR, PairRecords, ask_who, form_of, lock_of
from core.ports import CancelToken, Clock, Transport
from core.secret import Secret
from core.signature import sign
from core.timeline import Timeline
from core.told_exchange import ToldExchange
from core.vault.journal import Already, Intent, Journal, Operation, Send
from core.vault.vault import Vault

log = logging.getLogger(__name__)


class PairSignIn:
    """Gets Access Tokens and Secrets of accounts that let the App in."""

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
        return self._records.exchanges

    def begin(self, app_id: str, cancel: CancelToken, callback: str | None = None) -> PairAttempt:
        """Return a fresh attempt; its `authorize_url` is for the browser. Sends one request.

        Args:
            app_id: of the App that the account is to let in.
            cancel: raise it to stop waiting.
            callback: one of the App's redirect URIs, or OUT_OF_BAND for a PIN; the redirect
                URI in use if not given.

        Raises:
            NoCredential: the App has no API Key and Secret here.
            BadInput: the App has no such redirect URI, or its environment no OAuth 1.0a.
            Unauthorized: the keys are wrong, or this computer's clock is (code 135).
            Refused: X does not take the callback (415), has suspended the App (416), or does
                not let it use a PIN (417).
            BadAnswer, TransportError, ServerFault: no request token came; try again.
            VaultError: what X would answer could not be kept; nothing was sent.
            Cancelled: `cancel` was raised first.
        """
        self._vault.preflight()  # before a browser is opened, not after
        app = app_of(self._vault, app_id)
        keys = consumer_keys(app)
        callback = callback or app.redirect_uri
        if callback is None or callback not in {*app.redirect_uris, OUT_OF_BAND}:
            raise BadInput("redirect_uri", "the App has no redirect URI here")
        token, secret = self._request_token(app, keys, callback, cancel)
        now, timeline = self._clock.now(), Timeline()
        way = "PIN" if callback == OUT_OF_BAND else "redirect"
        timeline.note(now, "request_token", app.environment.request_token_url, 200, way=way)
        return PairAttempt(
            attempt_id=uuid4().hex,
            app_id=app_id,
            environment=app.environment,
            callback=callback,
            request_token=token,
            request_secret=secret,
            started_at=now,
            deadline_at=now + timedelta(seconds=ATTEMPT_SECONDS),
            authorize_url=f"{_required(app.environment.oauth1_authorize_url)}"
            f"?oauth_token={quote(token.reveal(), safe='-._~')}",
            timeline=timeline,
        )

    def complete(
        self, attempt: PairAttempt, redirected_url_or_pin: str, cancel: CancelToken
    ) -> AccessTokenPair:
        """Exchange the verifier for the account's pair, store it, then learn what it may do.

        One exchange happens per attempt, however often and from however many threads this
        is called: everyone gets its outcome. A pair whose permission level cannot be learnt
        is kept without one. Another sign-in of the same account replaces its pair.

        Raises:
            StateMismatch: not this attempt's redirect; nothing was sent, the attempt goes on.
            BadInput: not a PIN; nothing was sent, the attempt goes on.
            SignInRefused: the person said no at X; the attempt is over.
            Unauthorized: X did not take the verifier or PIN; the attempt is over.
            Refused: X said something else.
            BadAnswer, TimedOut, ServerFault: unknown whether X granted; sign in again.
            ConnectFailed, VaultError: nothing was sent; calling again may still work.
            Cancelled: `cancel` was raised first.
        """
        verifier = self._verifier_of(attempt, redirected_url_or_pin)

        def exchange() -> AccessTokenPair:
            how = "pin" if attempt.has_pin else "verifier"
            attempt.timeline.note(self._clock.now(), how, attempt.redirect_uri)
            return self._exchange(attempt, verifier, cancel)

        return attempt.gate.pass_once(exchange, cancel)

    def _verifier_of(self, attempt: PairAttempt, given: str) -> Secret:
        now, timeline, is_new = self._clock.now(), attempt.timeline, not attempt.gate.is_settled
        try:
            return attempt.verifier_of(given, now)
        except StateMismatch as foreign:
            timeline.note(now, "other_token", because=str(foreign))
            raise
        except SignInRefused:
            if is_new:
                timeline.note(now, "denied", attempt.redirect_uri)
                self._records.note_denied(attempt.app_id, timeline.as_facts())
            raise

    def _request_token(
        self, app: App, keys: ConsumerKeys, callback: str, cancel: CancelToken
    ) -> tuple[Secret, Secret]:
        request = HttpRequest("POST", _required(app.environment.request_token_url))
        signed = sign(request, keys, extra=(("oauth_callback", callback),))
        response = self._transport.send(signed, cancel)
        facts = form_of(response.status, response.body)
        if facts.get("oauth_callback_confirmed") != "true":  # RFC 5849 §2.1: a MUST
            raise BadAnswer("X did not confirm the callback", status=response.status)
        token = expect_token(facts, "oauth_token", response.status)
        return token, expect_token(facts, "oauth_token_secret", response.status)

    def _exchange(
        self, attempt: PairAttempt, verifier: Secret, cancel: CancelToken
    ) -> AccessTokenPair:
        pair_id, timeline = uuid4().hex, attempt.timeline
        url = _required(attempt.environment.access_token_url)

        def prepare(_unfinished: Sequence[Intent]) -> Send | Already[AccessTokenPair]:
            keys, now = consumer_keys(app_of(self._vault, attempt.app_id)), self._clock.now()
            signed = sign(
                HttpRequest("POST", url),
                keys,
                attempt.request_token,
                attempt.request_secret,
                extra=(("oauth_verifier", verifier.reveal()),),
            )
            timeline.note(now, "verifier_sent", url)
            return Send(Intent(EXCHANGE_PAIR, attempt.app_id, pair_id, now), signed)

        records = self._records
        told = ToldExchange(
            EXCHANGE_PAIR, timeline, url, "pair_answered",
            records.fold_exchanged, records.doubt_exchanged,
        )  # fmt: skip
        pair = told.run(self._journal, self._clock, lock_of(pair_id), prepare, cancel)
        timeline.note(self._clock.now(), "pair_stored")
        return self._with_level(attempt, pair, cancel)

    def _with_level(
        self, attempt: PairAttempt, pair: AccessTokenPair, cancel: CancelToken
    ) -> AccessTokenPair:
        timeline = attempt.timeline
        try:
            keys = consumer_keys(app_of(self._vault, attempt.app_id))
            who = ask_who(self._transport, attempt.environment, keys, pair, cancel)
            checked = self._records.checked(pair, who)
        except (KeypaneError, Cancelled) as problem:
            timeline.note(self._clock.now(), "levelless", because=type(problem).__name__)
            log.info("signed in without a permission level: %s", type(problem).__name__)
            return pair
        timeline.note(self._clock.now(), "level", attempt.environment.api_url, who.status)
        return checked


def _required(url: str) -> str:
    if not url:
        raise BadInput("environment", "it has no addresses for OAuth 1.0a")
    return url
