"""The row of a user who signed in, and what is said above where some have to sign in again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from PySide6.QtCore import QCoreApplication

from core.model import CredentialState, UserToken
from core.scopes import OFFLINE, never_used
from ui.presenters.keys_row_parts import USER_PREFIX, forms, revoked, since
from ui.views.credential_row import Act
from ui.views.credential_row import CredentialState as Row
from ui.widgets import NoticeState, Status, absolute

IDLE_WARNING_DAYS: Final = 150


def user_row(token: UserToken) -> Row:
    """Return the row of a user."""
    row = Row(
        USER_PREFIX + token.token_id,
        token.label,
        sub=_user_sub(token),
        sub_tooltip=absolute(token.issued_at),
        scopes=token.scopes,
        scopes_note=_scopes_note(token),
        statuses=_user_statuses(token),
        copy_forms=forms("user"),
    )
    match token.state:
        case CredentialState.REVOKED:
            return replace(row, acts=(Act.SIGN_IN_AGAIN, Act.FORGET))
        case CredentialState.NEEDS_SIGN_IN:
            return replace(row, acts=(Act.WHY, Act.SIGN_IN_AGAIN, Act.FORGET))
        case CredentialState.HELD:
            return replace(row, acts=(Act.TAKE_BACK, Act.REVOKE), more=(Act.FORGET,))
    refresh = (Act.REFRESH,) if token.refresh_token is not None else (Act.SIGN_IN_AGAIN,)
    return replace(row, acts=(Act.COPY, Act.CHECK, *refresh, Act.REVOKE), more=(Act.FORGET,))


def _user_sub(token: UserToken) -> str:
    if token.state is CredentialState.HELD:
        return _tr("Held by {holder}").format(holder=token.holder or _tr("another program"))
    if token.state is CredentialState.REVOKED:
        return since(_tr("Revoked {date}"), token.revoked_at)
    return _tr("Used by: this computer")


def _scopes_note(token: UserToken) -> str:
    """Return how many of the granted scopes were of use here, and which a grant could lack."""
    if token.state is CredentialState.REVOKED or not token.scopes:
        return ""
    granted = tuple(scope for scope in token.scopes if scope != OFFLINE)
    used = [scope for scope in granted if scope in token.used_scopes]
    if not used:
        return _tr("No call here has needed its scopes yet")
    told = _tr("{used} of {granted} scopes used here").format(used=len(used), granted=len(granted))
    idle = never_used(token.scopes, token.used_scopes)
    if not idle:
        return told
    return f"{told} · {_tr('never used: {scopes}').format(scopes=', '.join(idle))}"


def _user_statuses(token: UserToken) -> tuple[Status, ...]:
    match token.state:
        case CredentialState.REVOKED:
            return revoked(token.proof_status)
        case CredentialState.NEEDS_SIGN_IN:
            return (Status(_tr("Needs sign-in"), "warn"),)
        case CredentialState.HELD:
            return (Status(_tr("never refreshed here"), "plain"),)
        case CredentialState.UNCERTAIN:
            tip = _tr(
                "X may have replaced its Refresh Token: the last refresh got no answer, or it came "
                "back from a copy. Refresh tries once more; if X says no, sign in again."
            )
            return (Status(_tr("Uncertain"), "warn", tip),)
    left = Status(
        _tr("{left} left"),
        "ok",
        at=token.expires_at,
        text_after=_tr("Expired, refreshed when used")
        if token.refresh_token is not None
        else _tr("Expired"),
    )
    return (left, *_idle(token))


def _idle(token: UserToken) -> tuple[Status, ...]:
    idle = datetime.now(UTC) - token.issued_at
    if token.refresh_token is None or idle < timedelta(days=IDLE_WARNING_DAYS):
        return ()
    return (Status(_tr("Idle {days} days: refresh it soon").format(days=idle.days), "warn"),)


def needs_sign_in(users: tuple[UserToken, ...]) -> tuple[NoticeState, ...]:
    """Return what stands above the rows of users whose refresh token X refused."""
    return tuple(
        NoticeState(
            _tr("{account} needs to sign in again.").format(account=token.label),
            _tr("X refused its refresh token."),
            action=_tr("Sign in again…"),
            key=USER_PREFIX + token.token_id,
        )
        for token in users
        if token.state is CredentialState.NEEDS_SIGN_IN
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("keys", text)
