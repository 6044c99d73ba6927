"""The sentences for what X's token endpoints and its consent page refuse, by error and description.

What X means by its texts was gathered in August and autumn 2026 (x-platform notes §§1.2,
2.4, 11). Texts are matched loosely, since X rewords them.
"""

import re
from typing import Any, Final

from core.words_model import NOTHING_CHANGED, Words, as_sentence, mark

_CONTEXT: Final = "words"
_Pair = tuple[str, str]

_DEAD_REFRESH_TOKEN: Final[_Pair] = (
    mark(_CONTEXT, "X no longer takes this token: it was used, replaced or revoked."),
    mark(
        _CONTEXT,
        "Sign the user in again. If another program uses the same App and account, give it an "
        "App of its own.",
    ),
)
# (error codes, a pattern in the description, the words); the first that fits counts. The
# redirect comes first, since X names the authorization code in its description too.
_OAUTH: Final[tuple[tuple[str, str, _Pair], ...]] = (
    (
        "invalid_request|invalid_grant",
        "redirect",
        (
            mark(
                _CONTEXT, "X found another redirect URI than the one that the sign-in began with."
            ),
            mark(
                _CONTEXT,
                "Make the redirect URI the same here and at X, to the last slash. Sign in again.",
            ),
        ),
    ),
    (
        "invalid_request|invalid_grant",
        "authorization code",
        (
            mark(_CONTEXT, "X did not take the authorization code: it was too old or used before."),
            mark(
                _CONTEXT,
                "Sign in again and let the page come back at once: a code lives for 30 seconds "
                "and works once.",
            ),
        ),
    ),
    (
        "invalid_request|invalid_grant",
        "verifier did not match",
        (
            mark(_CONTEXT, "X found that the code verifier does not belong to this sign-in."),
            mark(_CONTEXT, "Start the sign-in again and finish it in the same attempt."),
        ),
    ),
    (
        ".*",
        "grant type",
        (
            mark(_CONTEXT, "X does not give this kind of token at this address."),
            mark(
                _CONTEXT,
                "For a Bearer Token use Generate, with API Key and API Key Secret. For a custom "
                "environment, check its addresses.",
            ),
        ),
    ),
    (
        ".*",
        r"missing required parameter \[?client_id",
        (
            mark(_CONTEXT, "X asks for the Client ID."),
            mark(_CONTEXT, "Add the Client ID to this App, then try again."),
        ),
    ),
    (
        "invalid_request",
        "missing required parameter",
        (
            mark(_CONTEXT, "X misses something in the request: {title}"),
            mark(_CONTEXT, "Start again from the beginning. If it stays, report it."),
        ),
    ),
    ("invalid_request", "token", _DEAD_REFRESH_TOKEN),
    ("invalid_grant", "", _DEAD_REFRESH_TOKEN),
    (
        "unauthorized_client",
        "",
        (
            mark(_CONTEXT, "X did not accept how this App identified itself."),
            mark(
                _CONTEXT,
                "Web App, Automated App or Bot: enter the current Client Secret here. Native App "
                "or Single page App: remove the Client Secret here.",
            ),
        ),
    ),
    (
        "invalid_client",
        "",
        (
            mark(_CONTEXT, "X does not know this Client ID, or its Client Secret is wrong."),
            mark(
                _CONTEXT,
                "Copy both from the console of X again. The Client ID is neither the API Key nor "
                "the App ID.",
            ),
        ),
    ),
    (
        "invalid_scope",
        "",
        (
            mark(_CONTEXT, "X does not know one of the scopes, or this App may not ask for it."),
            mark(_CONTEXT, "Ask for fewer scopes: tweet.read and users.read always work."),
        ),
    ),
    (
        "access_denied",
        "",
        (
            mark(_CONTEXT, "The sign-in was cancelled at X."),
            mark(_CONTEXT, "Sign in again and choose Authorize app."),
        ),
    ),
    (
        "server_error|temporarily_unavailable",
        "",
        (
            mark(_CONTEXT, "X cannot do this at the moment."),
            mark(_CONTEXT, "Wait a minute, then try again."),
        ),
    ),
)
_OAUTH_OTHER: Final[_Pair] = (
    mark(_CONTEXT, "X refused: {title}"),
    mark(_CONTEXT, "Check Client ID, Client Secret and redirect URI against the console of X."),
)


def oauth_refused(error: Any, _operation: str) -> Words:
    """Return the words for an error of a token endpoint."""
    facts = {"title": as_sentence(error.description or error.error)}
    return Words(*_oauth_pair(error.error, error.description), NOTHING_CHANGED, facts)


def sign_in_refused(error: Any, _operation: str) -> Words:
    """Return the words for an error that came back instead of a code."""
    kept = mark(_CONTEXT, "Nothing was stored.")
    return Words(*_oauth_pair(error.error, ""), kept, {"title": as_sentence(error.error)})


def _oauth_pair(code: str, description: str) -> _Pair:
    for codes, pattern, pair in _OAUTH:
        if re.fullmatch(codes, code) and re.search(pattern, description, re.IGNORECASE):
            return pair
    return _OAUTH_OTHER
