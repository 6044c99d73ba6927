"""Refresh Tokens that came out of a copy: X may have replaced them since.

A Refresh Token works once. One that comes back from a backup is tried once more and no
oftener, as after a refresh that never got its answer, and its row says so until then.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Final

from core.model import Activity, CredentialState, UserToken
from core.vault.intents import Intent, OpenOperation, VaultChange

REFRESH: Final = "refresh"
CAUSE: Final = "cause"
RESTORED: Final = "restored"
_ALIVE: Final = frozenset({CredentialState.OK, CredentialState.EXPIRED, CredentialState.UNCERTAIN})


def user_lock(token_id: str) -> str:
    """Return the name of the lock that every change of this user token takes."""
    return f"user:{token_id}"


def may_be_stale(token: UserToken) -> bool:
    """Return whether this is a token that is refreshed here, so that an old copy may be dead."""
    return token.refresh_token is not None and token.state in _ALIVE and not token.holder


def doubt_restored(
    token: UserToken, operations: Iterable[OpenOperation], now: datetime, change: VaultChange
) -> None:
    """Write the token as uncertain, with an open refresh that may be tried once more.

    Args:
        token: for which `may_be_stale` holds.
        operations: those that are open already; a refresh of this very token stays as it is.
        now: the time of the restoring.
        change: what writes it.
    """
    mark = token.refresh_token.fingerprint() if token.refresh_token is not None else ""
    lock = user_lock(token.token_id)
    change.put(replace(token, state=CredentialState.UNCERTAIN))
    if not any(each.lock_name == lock and each.intent.fingerprint == mark for each in operations):
        facts = ((CAUSE, RESTORED),)
        intent = Intent(REFRESH, token.app_id, token.token_id, now, mark, facts=facts)
        change.open_operation(lock, intent)
    change.put(Activity(token.app_id, now, "restore", token.label, "uncertain"))
