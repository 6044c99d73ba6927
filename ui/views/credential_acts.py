"""What a credential's row can offer: each act, its label, and what it does in a sentence."""

from enum import StrEnum

from PySide6.QtCore import QCoreApplication


class Act(StrEnum):
    """What a row can offer. The presenter says which, the row knows their words."""

    REVEAL = "reveal"
    COPY = "copy"
    CHECK = "check"
    GENERATE = "generate"
    REFRESH = "refresh"
    PASTE = "paste"
    REPLACE = "replace"
    CONSOLE = "console"
    USED_BY = "used_by"
    RECEIPT = "receipt"
    REPLACE_IT = "replace_it"
    LEAKED = "leaked"
    HAND_OVER = "hand_over"
    TAKE_BACK = "take_back"
    WHY = "why"
    SIGN_IN_AGAIN = "sign_in_again"
    SIGN_IN_PAIR = "sign_in_pair"
    SIGN_IN_PIN = "sign_in_pin"
    FORGET = "forget"
    REGENERATE = "regenerate"
    REVOKE = "revoke"


def act_label(act: Act) -> str:
    """Return the visible label of an act."""
    return {
        Act.REVEAL: _tr("Reveal"),
        Act.COPY: _tr("Copy"),
        Act.CHECK: _tr("Check"),
        Act.GENERATE: _tr("Generate"),
        Act.REFRESH: _tr("Refresh"),
        Act.PASTE: _tr("Paste…"),
        Act.REPLACE: _tr("Replace…"),
        Act.CONSOLE: _tr("Regenerate in the console…"),
        Act.USED_BY: _tr("Used by…"),
        Act.RECEIPT: _tr("Receipt…"),
        Act.REPLACE_IT: _tr("Replace it, step by step…"),
        Act.LEAKED: _tr("I leaked it…"),
        Act.HAND_OVER: _tr("Hand over…"),
        Act.TAKE_BACK: _tr("Take back…"),
        Act.WHY: _tr("Why?"),
        Act.SIGN_IN_AGAIN: _tr("Sign in again…"),
        Act.SIGN_IN_PAIR: _tr("Sign in with OAuth 1.0a…"),
        Act.SIGN_IN_PIN: _tr("Sign in with OAuth 1.0a and a PIN…"),
        Act.FORGET: _tr("Forget here"),
        Act.REGENERATE: _tr("Regenerate…"),
        Act.REVOKE: _tr("Revoke…"),
    }[act]


def act_hint(act: Act) -> str:
    """Return what an act does, in one sentence: its tooltip and accessible description."""
    return {
        Act.REVEAL: _tr("Shows the value for 30 seconds at most"),
        Act.COPY: _tr("Copies without showing, for 30 seconds; the Down key offers other forms"),
        Act.CHECK: _tr("Makes one free call that shows whether it works"),
        Act.GENERATE: _tr("Asks X for it; X returns the current one if there is one"),
        Act.REFRESH: _tr("Trades the refresh token for a new access token"),
        Act.PASTE: _tr("Asks for the value that X's console shows"),
        Act.REPLACE: _tr("Asks for a new value in place of this one"),
        Act.CONSOLE: _tr("X offers this in its console only; the new value is pasted here"),
        Act.USED_BY: _tr("Notes where it is used, so that a revoke can list what stops"),
        Act.RECEIPT: _tr("Shows when it was ended, and how that was proven"),
        Act.REPLACE_IT: _tr("Ends it, makes a new one, and ticks off where it goes"),
        Act.LEAKED: _tr("Ends it first, then replaces it, with a receipt at the end"),
        Act.HAND_OVER: _tr("Gives it to a server, which refreshes it from then on"),
        Act.TAKE_BACK: _tr("Refreshes it here again; the other holder must stop"),
        Act.WHY: _tr("Says what happened and what to do"),
        Act.SIGN_IN_AGAIN: _tr("Starts the sign-in of this user anew"),
        Act.SIGN_IN_PAIR: _tr(
            "Adds the Access Token and Secret of an account that lets the App in"
        ),
        Act.SIGN_IN_PIN: _tr("The same for Apps without a callback: X's page shows a number"),
        Act.FORGET: _tr("Deletes the copy on this computer only; at X nothing changes"),
        Act.REGENERATE: _tr("Ends the current one at X and fetches a new one; asks first"),
        Act.REVOKE: _tr("Ends it at X for every program that uses it; asks first"),
    }[act]


def _tr(text: str) -> str:
    return QCoreApplication.translate("CredentialRow", text)
