"""What a sign-in of either kind says about the person's own browser, its end and its outcome."""

from dataclasses import replace

from PySide6.QtCore import QCoreApplication

from core.errors import ListenFailed
from ui.notices import notice_for
from ui.widgets import NoticeState


def listens_note(redirect_uri: str) -> str:
    """Return what is said while X's page is open elsewhere and Keypane hears of its end."""
    return _tr(
        "X's page is open in your browser. Authorize the App there: Keypane listens at "
        "{uri} and goes on by itself."
    ).format(uri=redirect_uri)


def comes_by_hand_note(redirect_uri: str) -> str:
    """Return what is said where X sends the browser to another computer."""
    return _tr(
        "X's page is open in your browser. X sends it back to {uri}, which is not on "
        "this computer, so Keypane cannot hear of it. Copy the whole address that the "
        "browser ends at and paste it here within 30 seconds."
    ).format(uri=redirect_uri)


def no_browser_note() -> str:
    """Return what is said where the system has no browser to open."""
    return _tr("No browser could be opened. Copy the address of X's page instead.")


def any_browser_note() -> str:
    """Return what is said where the person opens X's page without Keypane."""
    return _tr(
        "Open X's page in any browser, authorize the App, then copy the whole address that "
        "the browser ends at and paste it here within 30 seconds."
    )


def session_ended_notice() -> NoticeState:
    """Return what is said where the browser session of the page that showed was forgotten."""
    return NoticeState(
        _tr("The browser session of this App was forgotten."),
        _tr("The page that used it is closed. Start again, with a fresh view."),
        "info",
        _tr("Start again"),
        "start",
    )


def cannot_listen_notice(error: object, *, has_attempt: bool) -> NoticeState:
    """Return why nobody can listen for the browser, with the way that is left."""
    found = notice_for(error, "sign_in")
    action, key = _tr("Sign in here"), "here"
    if has_attempt:
        action, key = _tr("Paste the address"), "paste"
    elif not isinstance(error, ListenFailed):
        action, key = _tr("Start again"), "start"
    return replace(found, action=action, key=key, can_close=False)


def start_again(error: object, operation: str) -> NoticeState:
    """Return what is said about an error after which the attempt is begun anew."""
    return notice_for(error, operation, key="start", action=_tr("Start again"))


def stopped_words() -> str:
    """Return what is said when the person gave the sign-in up."""
    return _tr("Stopped the sign-in. Nothing new is stored.")


def kept_words(account: str) -> str:
    """Return what is said when the account's credential stays."""
    return _tr("{account} is kept on this computer.").format(account=account)


def _tr(text: str) -> str:
    return QCoreApplication.translate("sign-in", text)
