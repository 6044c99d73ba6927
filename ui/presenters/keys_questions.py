"""What is asked and said about a credential: before it ends or goes, after, and why it cannot."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from core.model import AccessTokenPair, App, BearerToken, CredentialState, UserToken
from ui.widgets import ConfirmState, NoticeState

Credential = BearerToken | AccessTokenPair | UserToken


def regenerate_question(app: App, places: tuple[str, ...]) -> ConfirmState:
    """Return what is asked before the Bearer Token is made anew; `places` are where it is used."""
    return ConfirmState(
        _tr("Regenerate the Bearer Token of {app}?").format(app=app.name),
        (
            _tr("Every program that uses this Bearer Token stops working at once."),
            _tr("X ends the old token and makes a new one. API Key and Secret stay."),
        ),
        _tr("Regenerate"),
        places,
    )


def revoke_bearer_question(app: App, places: tuple[str, ...]) -> ConfirmState:
    """Return what is asked before the Bearer Token is revoked."""
    return _revoke_question(
        _tr("Revoke the Bearer Token of {app}?").format(app=app.name),
        _tr("Every program that uses this Bearer Token stops working."),
        places,
    )


def revoke_pair_question(pair: AccessTokenPair | None, places: tuple[str, ...]) -> ConfirmState:
    """Return what is asked before an Access Token and Secret is revoked."""
    title = _tr("Revoke the Access Token and Secret?")
    renewal = _tr("Only the console or a new sign-in makes new ones.")
    if pair is not None and not pair.is_owners:
        title = _tr("Revoke the Access Token and Secret of {account}?").format(account=pair.label)
        renewal = _tr("Only a new sign-in of this account makes new ones.")
    stops = _tr("Programs that sign with them stop working.")
    return _revoke_question(title, f"{stops} {renewal}", places)


def revoke_user_question(account: str, places: tuple[str, ...]) -> ConfirmState:
    """Return what is asked before a user's grant is revoked."""
    return _revoke_question(
        _tr("Revoke {account}?").format(account=account),
        _tr(
            "Access Token and Refresh Token of {account} end at X for this App, "
            "wherever they are used."
        ).format(account=account),
        places,
    )


def _revoke_question(title: str, effect: str, places: tuple[str, ...]) -> ConfirmState:
    proof = _tr("Then one call with it must answer 401; the row says so.")
    return ConfirmState(title, (effect, proof), _tr("Revoke"), places)


def forget_question() -> ConfirmState:
    """Return what is asked before our copy of a credential goes."""
    return ConfirmState(
        _tr("Forget it here?"),
        (
            _tr(
                "Keypane deletes its copy. At X nothing changes: a token that is "
                "still alive stays alive."
            ),
        ),
        _tr("Forget"),
        is_dangerous=False,
    )


def checked_words(token: Credential) -> str:
    """Return what a check found, "" where it leaves that open."""
    if token.state is CredentialState.REVOKED:
        return _tr("X answered 401: this token does not work any more.")
    if token.state is CredentialState.OK:
        return _tr("It works. The call was free.")
    return ""


def proof_words(token: Credential) -> str:
    """Return what came of a revocation that X accepted."""
    if token.proof_status == 401:
        return _tr("Revoked. Proven: a call with it answered 401.")
    return _tr("X accepted the revocation. The proving call got no answer.")


def still_works_words() -> str:
    """Return what is said where X accepted a revocation without effect."""
    return _tr("X said yes, yet the token still works. Check it again.")


def signed_out_notice() -> NoticeState:
    """Return why a user token does not come back to life."""
    return NoticeState(
        _tr("X said its refresh token is not valid any more."),
        _tr(
            "It was used by another program, the account signed in to this App elsewhere, "
            "the person removed the App, or it lay idle too long. Nothing here can revive "
            "it; sign in again."
        ),
        "info",
    )


def console_notice() -> NoticeState:
    """Return how a credential is regenerated that only the console regenerates."""
    return NoticeState(
        _tr("X regenerates this in its console only."),
        _tr(
            "Open the Developer Console, choose the App, Keys and tokens, Regenerate; the "
            "old value stops working at once. Then choose Replace… here and paste the new one."
        ),
        "info",
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("keys", text)
