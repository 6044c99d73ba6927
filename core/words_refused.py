"""The sentences for refusals of X's API, by what X said: problem types, codes, statuses.

What X means by its texts was gathered in August and autumn 2026 (x-platform notes §§1.2,
2.4, 3, 6, 11). Texts are matched loosely, since X rewords them.
"""

import re
from typing import Any, Final

from core.words_model import NOTHING_CHANGED, Words, as_sentence, mark

_CONTEXT: Final = "words"
_Pair = tuple[str, str]

_NO_CREDITS: Final[_Pair] = (
    mark(_CONTEXT, "The X account that pays for this call has no credits left."),
    mark(_CONTEXT, "Add credits in the console of X, then send the request again."),
)
_NOT_ENROLLED: Final[_Pair] = (
    mark(_CONTEXT, "X does not let this App use the API: it is not attached to a package."),
    mark(
        _CONTEXT,
        "In the console of X, move the App to Pay-per-use and to Production. Then generate its "
        "tokens anew.",
    ),
)
_CAPPED: Final[_Pair] = (
    mark(_CONTEXT, "The usage cap of this App is reached."),
    mark(_CONTEXT, "Wait for the next period, or raise the limit in the console of X."),
)
_DUPLICATE: Final[_Pair] = (
    mark(_CONTEXT, "X did not create the Post: the same text was posted before."),
    mark(_CONTEXT, "Change the text, then send it again."),
)
_DEAD_CREDENTIAL: Final[_Pair] = (
    mark(_CONTEXT, "X no longer takes this credential: it is revoked, expired or mistyped."),
    mark(_CONTEXT, "Bearer Token: generate it again. User token: refresh it, or sign in again."),
)
_WRONG_KEYS: Final[_Pair] = (
    mark(_CONTEXT, "X did not accept the API Key and API Key Secret, or was asked too often."),
    mark(
        _CONTEXT,
        "Compare both with the console of X. If they are right, wait some minutes and try again.",
    ),
)
_WRONG_KIND: Final[_Pair] = (
    mark(_CONTEXT, "This operation does not take this kind of credential."),
    mark(
        _CONTEXT, "Choose another one for the request: a user instead of the App, or the reverse."
    ),
)
_PERMISSIONS: Final[_Pair] = (
    mark(_CONTEXT, "The App's permissions do not allow this with OAuth 1.0a."),
    mark(
        _CONTEXT,
        "Set App permissions to Read and write in the console of X, then generate the Access "
        "Token anew: the old one keeps its old permissions.",
    ),
)
_CLOCK: Final[_Pair] = (
    mark(_CONTEXT, "X refused the signature: the clock of this computer is off."),
    mark(_CONTEXT, "Set the clock to the right time, then try again."),
)
_TOO_MANY_STREAMS: Final[_Pair] = (
    mark(_CONTEXT, "X has as many streams of this App open as it allows."),
    mark(_CONTEXT, "Close the other one, wait half a minute, then open this stream."),
)
_SAID: Final[dict[str, _Pair]] = {
    "maximum allowed connection": _TOO_MANY_STREAMS,
    "stream has no rules": (
        mark(_CONTEXT, "The App has no rules, so X has nothing to send."),
        mark(_CONTEXT, "Add one with POST /2/tweets/search/stream/rules, then connect again."),
    ),
    "not in the sandbox": (
        mark(_CONTEXT, "The sandbox does not play this operation."),
        mark(_CONTEXT, "Send it to X, with an App whose environment is X."),
    ),
    "enterprise access": (
        mark(_CONTEXT, "X opens this to Apps with an enterprise contract only."),
        mark(_CONTEXT, "Use an operation that self-serve Apps may call, such as recent search."),
    ),
}
_REASONS: Final[dict[str, _Pair]] = {
    "client-not-enrolled": _NOT_ENROLLED,
    "user-not-enrolled": (
        mark(_CONTEXT, "X bills this call to the signed-in account, which is not enrolled."),
        mark(
            _CONTEXT,
            "Sign in with the account that owns the App, or use the Bearer Token where the "
            "operation takes it.",
        ),
    ),
    "official-client-forbidden": (
        mark(_CONTEXT, "X does not allow this with the keys of its own programs."),
        mark(_CONTEXT, "Use the keys of an App of your own."),
    ),
}
_PROBLEMS: Final[dict[str, _Pair]] = {
    "credits": _NO_CREDITS,
    "credits-depleted": _NO_CREDITS,
    "usage-capped": _CAPPED,
    "unsupported-authentication": _WRONG_KIND,
    "oauth1-permissions": _PERMISSIONS,
    "client-forbidden": _NOT_ENROLLED,
    "invalid-request": (
        mark(_CONTEXT, "X did not understand the request: {title}"),
        mark(_CONTEXT, "Correct the named parameter, then send it again."),
    ),
    "resource-not-found": (
        mark(_CONTEXT, "X found nothing there."),
        mark(_CONTEXT, "Check the id or the name; it may be deleted, protected or suspended."),
    ),
    "not-authorized-for-resource": (
        mark(_CONTEXT, "This credential may not see that."),
        mark(_CONTEXT, "Use an account that may, or one that follows the protected account."),
    ),
    "not-authorized-for-field": (
        mark(_CONTEXT, "This credential may not see one of the fields."),
        mark(_CONTEXT, "Leave the field out, or ask for the scope that covers it."),
    ),
}
_CODES: Final[dict[int, _Pair]] = {
    32: (
        mark(_CONTEXT, "X could not recognise the credential."),
        mark(_CONTEXT, "Copy all four OAuth 1.0a values from the console of X again."),
    ),
    89: _DEAD_CREDENTIAL,
    99: _WRONG_KEYS,
    135: _CLOCK,
    187: _DUPLICATE,
    215: (
        mark(_CONTEXT, "X could not read the credential that was sent."),
        mark(_CONTEXT, "Choose another credential for the request, or enter this one again."),
    ),
    220: _WRONG_KIND,
    326: (
        mark(_CONTEXT, "X has locked this account for now."),
        mark(_CONTEXT, "Sign in to x.com with it and follow what X asks there."),
    ),
    348: (
        mark(_CONTEXT, "X does not let this App revoke the token in this way."),
        mark(
            _CONTEXT,
            "Add the owner's Access Token and Secret and revoke again, or revoke it in the "
            "console of X and mark it as revoked here.",
        ),
    ),
    415: (
        mark(_CONTEXT, "The redirect URI is not registered for this App."),
        mark(_CONTEXT, "Add it under User authentication settings in the console of X."),
    ),
    416: (
        mark(_CONTEXT, "X has suspended this App."),
        mark(_CONTEXT, "See the console of X for the reason."),
    ),
    417: (
        mark(_CONTEXT, "This App may not sign users in with a PIN."),
        mark(_CONTEXT, "Use a registered redirect URI instead."),
    ),
    453: (
        mark(_CONTEXT, "The App's access level does not include this operation."),
        mark(_CONTEXT, "See the App's package in the console of X."),
    ),
}
_STATUSES: Final[dict[int, _Pair]] = {
    400: (
        mark(_CONTEXT, "X did not understand the request: {title}"),
        mark(_CONTEXT, "Correct it, then send it again."),
    ),
    401: _DEAD_CREDENTIAL,
    402: _NO_CREDITS,
    403: (
        mark(_CONTEXT, "X does not allow this with this credential: {title}"),
        mark(
            _CONTEXT,
            "Check the scopes that were granted and the App's permissions, or use another "
            "credential.",
        ),
    ),
    404: (
        mark(_CONTEXT, "X has nothing at this address."),
        mark(_CONTEXT, "Check the path and the ids in it."),
    ),
}
_OTHER: Final[_Pair] = (
    mark(_CONTEXT, "X refused (HTTP {status}): {title}"),
    mark(_CONTEXT, "Check the request and the credential, then try again."),
)


# X's words around every 400 of this kind; what is wrong stands behind them.
_INVALID: Final = "invalid-request"
_INVALID_DETAIL: Final = r"(?i)^one or more parameters to your request was invalid\.\s*"

# The steps of an OAuth 1.0a sign-in, where "could not authenticate" is about one thing only.
_SIGN_IN_STEPS: Final[dict[str, _Pair]] = {
    "request_token": (
        mark(_CONTEXT, "X did not accept the signature of the API Key and API Key Secret."),
        mark(
            _CONTEXT,
            "Compare both with the console of X. If they are right, check the clock of this "
            "computer: X takes five minutes of difference at most.",
        ),
    ),
    "exchange_pair": (
        mark(
            _CONTEXT,
            "X did not take the answer of its page: the PIN is mistyped, used before or too old.",
        ),
        mark(_CONTEXT, "Sign in again; X then shows a new PIN, or sends you back anew."),
    ),
}
_NOT_AUTHENTICATED: Final = frozenset({None, 32, 89, 215})


def api_refused(error: Any, operation: str) -> Words:
    """Return the words for a refusal of X's API."""
    said = getattr(error, "title", "") or error.detail
    if getattr(error, "problem", "") == _INVALID:
        said = re.sub(_INVALID_DETAIL, "", error.detail) or said
    facts = {"title": as_sentence(said), "status": str(error.status)}
    pair = _api_pair(error)
    if error.status in {400, 401} and getattr(error, "code", None) in _NOT_AUTHENTICATED:
        pair = _SIGN_IN_STEPS.get(operation, pair)
    return Words(*pair, NOTHING_CHANGED, facts)


def _api_pair(error: Any) -> _Pair:
    said = f"{getattr(error, 'title', '')} {error.detail}".lower()
    if "duplicate content" in said:
        return _DUPLICATE
    for words, pair in _SAID.items():
        if words in said:
            return pair
    if "spendcap" in said.replace(" ", "") or "usagecap" in said.replace(" ", ""):
        return _CAPPED
    return (
        _REASONS.get(getattr(error, "reason", ""))
        or _PROBLEMS.get(getattr(error, "problem", ""))
        or _CODES.get(getattr(error, "code", None) or 0)
        or _STATUSES.get(error.status)
        or _OTHER
    )


def rate_limited(error: Any, operation: str) -> Words:
    """Return the words for a 429: with the moment from which X takes calls again, if known."""
    if _api_pair(error) in (_CAPPED, _TOO_MANY_STREAMS):
        return api_refused(error, operation)
    if error.reset_at is None:
        return Words(
            mark(_CONTEXT, "X was asked too often with this credential."),
            mark(_CONTEXT, "Wait some minutes, then try again."),
            NOTHING_CHANGED,
        )
    return Words(
        mark(_CONTEXT, "X was asked too often with this credential."),
        mark(_CONTEXT, "Try again after {time} (UTC)."),
        NOTHING_CHANGED,
        # With its day: a limit of 24 hours ends tomorrow.
        {"time": f"{error.reset_at:%Y-%m-%d %H:%M:%S}"},
    )
