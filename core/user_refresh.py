"""Refreshing a user token: once per refresh token, whoever asks and whatever breaks.

X's refresh tokens work once and a replay is reported to end the whole grant, so an
unknown outcome is followed by exactly one recovery with the old token, and then by an
honest sentence.
Sources: RFC 6749 §6; x-platform notes §§2.4 and 2.5, read August 2026.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from core.apps import app_of, client_credentials, usable, user_token
from core.errors import ConnectFailed, NoCredential, OutcomeUnknown, Refused
from core.model import CredentialState, UserToken
from core.ports import CancelToken, Clock
from core.secret import Secret
from core.user_grants import (
    REFRESH,
    REVOKE,
    Form,
    UserGrants,
    client_post,
    fingerprint,
    is_dead_token,
    lock_of,
)
from core.vault.journal import Already, Intent, Journal, Send
from core.vault.vault import Vault

DUE_SECONDS: Final = 300
_MOST_ATTEMPTS: Final = 2


class UserRefresh:
    """Refreshes user tokens."""

    def __init__(self, vault: Vault, journal: Journal, clock: Clock, grants: UserGrants) -> None:
        self._vault = vault
        self._journal = journal
        self._clock = clock
        self._grants = grants

    def refresh(
        self,
        token_id: str,
        cancel: CancelToken,
        *,
        only_if_due: bool = False,
        instead_of: Secret | None = None,
    ) -> UserToken:
        """Return the user token with a fresh access token.

        When another thread or process refreshed it meanwhile, that pair is returned. After
        an unknown outcome the old refresh token is tried once more, and only once.

        Args:
            token_id: ours.
            cancel: raise it to stop waiting; what was sent may still have its effect.
            only_if_due: leave a token alone that lives for more than five minutes.
            instead_of: the access token that the caller found wanting. Where another is stored
                by now, someone else has refreshed it, and refreshing that would end it for them.

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
        seen = self._refreshable(user_token(self._vault, token_id))
        if only_if_due and not self._is_due(seen):
            return seen
        if instead_of is not None and seen.access_token != instead_of:
            return seen
        retried: list[Intent] = []

        def prepare(unfinished: Sequence[Intent]) -> Send | Already[UserToken]:
            token = self._refreshable(user_token(self._vault, token_id))
            if _issue_of(token) != _issue_of(seen):
                return Already(token)  # someone else did it while we waited for the lock
            app = app_of(self._vault, token.app_id)
            intent = self._refresh_intent(token, unfinished)
            if intent.attempt > 1:
                retried.append(intent)
            form: Form = (
                ("grant_type", "refresh_token"),
                ("refresh_token", token.refresh_token or ""),
            )
            return Send(
                intent, client_post(app.environment.token_url, client_credentials(app), form)
            )

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
        token = usable(user_token(self._vault, token_id))
        uncertain = token.state is CredentialState.UNCERTAIN
        if token.refresh_token is not None and (uncertain or self._is_due(token)):
            token = self.refresh(token_id, cancel, instead_of=token.access_token)
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
        usable(token)
        if token.refresh_token is None:
            detail = "X gave no refresh token: offline.access was not granted"
            raise NoCredential("user", "needs_sign_in", detail)
        return token


def _issue_of(token: UserToken) -> tuple[str, datetime]:
    """Return what changes with each refresh, also where the refresh token stays the same."""
    return fingerprint(token.refresh_token), token.issued_at
