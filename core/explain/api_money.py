"""What X refuses because of money, plan or limits."""

from typing import Final

from core.explain.model import CREDITS, PACKAGE, SPENDING, Case, Cases
from core.words_model import mark

_CONTEXT: Final = "words"
_AUTUMN: Final = "autumn 2026"

CASES: Final[Cases] = {
    "credits": Case(
        mark(
            _CONTEXT,
            "X takes prepaid credits for this call, and the account that is billed has none. The "
            "token itself works.",
        ),
        CREDITS,
        "reported",
    ),
    "spend-cap": Case(
        mark(
            _CONTEXT, "The spending limit that was set for this account is used up for this cycle."
        ),
        SPENDING,
        "uncertain",
        _AUTUMN,
    ),
    "usage-capped": Case(
        mark(
            _CONTEXT,
            "The App has read as many Posts as its package allows in this period: 3,000,000 a "
            "month for Pay-per-use.",
        ),
        SPENDING,
        "reported",
    ),
    "client-not-enrolled": Case(
        mark(
            _CONTEXT,
            "The App is in no package, so X refuses every call to /2, however good its tokens are. "
            "New Apps begin like that.",
        ),
        PACKAGE,
    ),
    "client-forbidden": Case(
        mark(
            _CONTEXT, "X does not let this App use the API: its package or its state is not right."
        ),
        (*PACKAGE, mark(_CONTEXT, "Look whether the App is marked ACTIVE, and not suspended.")),
    ),
    "user-not-enrolled": Case(
        mark(
            _CONTEXT,
            "X bills calls with a user's token to the signed-in account, and that account has no "
            "developer enrolment of its own.",
        ),
        (
            mark(_CONTEXT, "Sign in to console.x.com with the account that made the call."),
            mark(_CONTEXT, "Accept the developer agreement and choose Pay-per-use."),
        ),
        "reported",
        _AUTUMN,
    ),
    "official-client-forbidden": Case(
        mark(_CONTEXT, "The keys belong to one of X's own programs, which may not use this API."),
        (mark(_CONTEXT, "Open console.x.com, choose Apps, then Create App."),),
    ),
    "rate-limited": Case(
        mark(
            _CONTEXT,
            "X counts calls per endpoint and credential, mostly in windows of 15 minutes, and this "
            "window is used up. Calls with the Bearer Token and with a user's token are counted "
            "apart.",
        ),
    ),
}
