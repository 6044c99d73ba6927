"""The exchange of a redirect's code for a user's token, and whose token it is.

One half of `core.user_context`: one exchange per attempt, through the journal, and each step of it
in the attempt's timeline.
Sources: RFC 6749 §4.1, 7636; docs.x.com, "OAuth 2.0 Authorization Code Flow", read 2026-08-22.
"""

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from uuid import uuid4

from core.apps import app_of
from core.authorization import AuthorizationAttempt
from core.checks import Account, note_answer, read_account, user_check
from core.errors import Cancelled, KeypaneError, SignInRefused, StateMismatch, VaultError
from core.model import App, UserToken
from core.ports import CancelToken, Clock, Transport
from core.secret import Secret
from core.timeline import Facts, masked, parameter_names
from core.told_exchange import ToldExchange
from core.user_grants import EXCHANGE, Form, UserGrants, client_post, line, lock_of
from core.vault.journal import Already, Intent, Journal, Send
from core.vault.vault import Vault

log = logging.getLogger(__name__)


class UserExchange:
    """Turns redirects into stored tokens, and learns whose they are."""

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
            AnswerUnkept: X granted or refused, and the disk did not take it; the next start
                finishes that. The attempt is over.
            ConnectFailed, other VaultErrors: nothing was sent; calling again may still work.
            Cancelled: `cancel` was raised first.
        """
        code = self._code_of(attempt, redirected_url)

        def exchange() -> UserToken:
            attempt.timeline.note(
                self._clock.now(),
                "redirect",
                attempt.redirect_uri,
                parameters=parameter_names(redirected_url),
                code=masked(code),
            )
            return self._exchange(attempt, code, cancel)

        return attempt.gate.pass_once(exchange, cancel)

    def _code_of(self, attempt: AuthorizationAttempt, redirected_url: str) -> Secret:
        now, timeline, is_new = self._clock.now(), attempt.timeline, not attempt.gate.is_settled
        try:
            return attempt.code_of(redirected_url, now)
        except StateMismatch as foreign:
            timeline.note(now, "foreign", because=str(foreign))
            raise
        except SignInRefused as refused:
            if is_new:
                timeline.note(now, "refused", attempt.redirect_uri, error=refused.error)
                self._note_refused(attempt)
            raise

    def _note_refused(self, attempt: AuthorizationAttempt) -> None:
        facts, now = attempt.timeline.as_facts(), self._clock.now()
        said = line(attempt.app_id, now, "sign_in", "user", outcome="refused", facts=facts)
        with suppress(VaultError):  # the refusal is what the caller has to hear
            self._vault.save(said)

    def _exchange(
        self, attempt: AuthorizationAttempt, code: Secret, cancel: CancelToken
    ) -> UserToken:
        token_id = uuid4().hex
        timeline, url = attempt.timeline, attempt.environment.token_url

        def prepare(_unfinished: Sequence[Intent]) -> Send | Already[UserToken]:
            facts = (("scopes", " ".join(attempt.scopes)),)
            now = self._clock.now()
            intent = Intent(EXCHANGE, attempt.app_id, token_id, now, facts=facts)
            form: Form = (
                ("grant_type", "authorization_code"),
                ("code", code),
                ("redirect_uri", attempt.redirect_uri),
                ("code_verifier", attempt.verifier),
            )
            proof = "Client Secret" if attempt.client.is_confidential else "none, a public client"
            timeline.note(now, "sent", url, grant_type="authorization_code", client_proof=proof)
            return Send(intent, client_post(url, attempt.client, form))

        grants = self._grants
        told = ToldExchange(
            EXCHANGE, timeline, url, "answered", grants.fold_exchanged, grants.doubt_exchanged
        )
        token = told.run(self._journal, self._clock, lock_of(token_id), prepare, cancel)
        timeline.note(self._clock.now(), "stored", scopes=" ".join(token.scopes))
        return self._named(attempt, token, cancel)

    def _named(
        self, attempt: AuthorizationAttempt, token: UserToken, cancel: CancelToken
    ) -> UserToken:
        timeline = attempt.timeline
        stored = len(timeline.steps) - 1  # those before it stand in the line of the sign-in
        try:
            app = app_of(self._vault, attempt.app_id)
            account = self.ask_who(app, token, cancel)
            timeline.note(self._clock.now(), "whoami", app.environment.api_url, 200)
            return self.label(token, account, cancel, timeline.as_facts(stored))
        except (KeypaneError, Cancelled) as problem:
            timeline.note(self._clock.now(), "nameless", because=type(problem).__name__)
            log.info("signed in without a name: %s", type(problem).__name__)
            return token

    def ask_who(self, app: App, token: UserToken, cancel: CancelToken) -> Account:
        """Return whose token it is. Raises as `core.checks.read_account`."""
        request = user_check(app.environment, token.access_token)
        response = self._transport.send(request, cancel)
        note_answer(self._vault, app, request.url, response, self._clock.now())
        return read_account(response)

    def label(
        self, token: UserToken, account: Account, cancel: CancelToken, facts: Facts = ()
    ) -> UserToken:
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
                change.put(line(token.app_id, now, "whoami", named.label, facts=facts))
        return named
