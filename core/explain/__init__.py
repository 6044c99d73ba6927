"""What went wrong, why, and what to click: every failure that X or this computer is known to give.

`explain` takes one of our errors; `explain_answer` an HTTP answer as it came; and
`explain_card` stands for X's card without a reason, of which no program is told. What
happened and the next step come from `core.words`; cause, clicks and certainty from here.
Asks nobody.
"""

from collections.abc import Mapping
from typing import Final

from core.answers import refusal
from core.errors import Cancelled, OAuthRefused, Refused, SignInRefused
from core.explain import by_api, by_oauth, ours
from core.explain.by_oauth import CARD, CARD_KEY
from core.explain.model import Case, Cases, Certainty, Explanation
from core.words import words_for
from core.words_model import Words, mark

__all__ = [
    "CASES",
    "Case",
    "Certainty",
    "Explanation",
    "explain",
    "explain_answer",
    "explain_card",
    "key_of",
]

_CONTEXT: Final = "words"
CASES: Final[Cases] = {
    **by_oauth.CASES,
    **by_api.CASES,
    **ours.CASES,
    "cancelled": Case(
        mark(_CONTEXT, "The person stopped it. If something was sent, X may have acted.")
    ),
}


def explain(error: BaseException, *, operation: str = "") -> Explanation:
    """Return the explanation of an error; `operation` as in `words_for`."""
    return _told(key_of(error), words_for(error, operation=operation))


def explain_answer(status: int, headers: Mapping[str, str], body: bytes) -> Explanation:
    """Return the explanation of an answer other than 2xx, headers in lower case."""
    return explain(refusal(status, headers, body), operation="request")


def explain_card() -> Explanation:
    """Return the explanation of X's "Something went wrong" page."""
    return _told(CARD_KEY, CARD)


def key_of(error: BaseException) -> str:
    """Return the key of the failure that an error stands for; it is in `CASES`."""
    match error:
        case Cancelled():
            return "cancelled"
        case OAuthRefused() | SignInRefused():
            return by_oauth.oauth_key(error)
        case Refused():
            return by_api.api_key_of(error)
    return ours.our_key(error)


def _told(key: str, words: Words) -> Explanation:
    case = CASES[key]
    return Explanation(key, words, case.cause, case.clicks, case.certainty, case.source)
