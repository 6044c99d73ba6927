"""What X refuses because of the credential: dead, of the wrong kind, or with too few rights."""

from typing import Final

from core.explain.model import (
    APP,
    CALLBACK,
    CONSUMER_KEYS,
    KEYS,
    OWNER_TOKEN,
    PACKAGE,
    PERMISSIONS,
    SETTINGS,
    Case,
    Cases,
)
from core.words_model import mark

_CONTEXT: Final = "words"

CASES: Final[Cases] = {
    "dead-credential": Case(
        mark(
            _CONTEXT,
            "The token was revoked, replaced or cut off while copying, or a user's token is past "
            "its two hours. A Bearer Token is sent with its %2F and %3D as X gave it.",
        ),
        KEYS,
    ),
    "code-32": Case(
        mark(
            _CONTEXT,
            "The OAuth 1.0a signature does not hold: one of the four values is wrong, they belong "
            "to different Apps, or a parameter was not signed.",
        ),
        (*CONSUMER_KEYS, OWNER_TOKEN[-1]),
        "reported",
    ),
    "code-89": Case(
        mark(
            _CONTEXT,
            "The OAuth 1.0a Access Token was revoked or regenerated, or the user removed the App.",
        ),
        OWNER_TOKEN,
    ),
    "code-99": Case(
        mark(
            _CONTEXT,
            "X says the same for three things: API Key and Secret do not match (or Client ID and "
            "Client Secret stand in their place), they were regenerated, or X was asked too often "
            "in a short time. At invalidate_token it also means that this is not the App's living "
            "Bearer Token.",
        ),
        CONSUMER_KEYS,
    ),
    "code-135": Case(
        mark(
            _CONTEXT,
            "The time in the signature is more than five minutes away from X's. The clock or the "
            "time zone of this computer is set wrong.",
        ),
        (),
        "reported",
    ),
    "code-215": Case(
        mark(
            _CONTEXT,
            "The Authorization header cannot be read, or there is none: a word such as Bearer is "
            "missing, or the header mixes two kinds.",
        ),
        (),
        "reported",
    ),
    "code-220": Case(
        mark(
            _CONTEXT,
            "The older endpoints say so when a Bearer Token asks for what only a user may.",
        ),
    ),
    "bearer-where-user": Case(
        mark(
            _CONTEXT,
            "The Bearer Token stands for the App alone, and this operation acts for a user. It "
            "needs a user's Access Token.",
        ),
    ),
    "user-where-bearer": Case(
        mark(
            _CONTEXT,
            "A user's token was sent, and this operation takes another kind: often only the App's "
            "Bearer Token.",
        ),
    ),
    "code-326": Case(
        mark(_CONTEXT, "X has locked the account and wants its owner to confirm something."),
        (),
        "reported",
    ),
    "code-348": Case(
        mark(
            _CONTEXT,
            "Since about 2019 X often refuses to invalidate a Bearer Token with API Key and Secret "
            "alone; it wants the owner's OAuth 1.0a signature. Or it is another App's token.",
        ),
        (
            *KEYS,
            mark(
                _CONTEXT,
                "Under App-Only Authentication, next to Bearer Token, choose Regenerate: the old "
                "one ends at once.",
            ),
        ),
        "reported",
    ),
    "code-416": Case(
        mark(_CONTEXT, "X has suspended the App. All of its tokens are dead until that ends."),
        (
            APP,
            mark(_CONTEXT, "Read the notice beside the App, and answer it with the form it names."),
        ),
        "reported",
    ),
    "code-453": Case(
        mark(
            _CONTEXT,
            "The App's access level has no right to this endpoint: mostly a call to the old 1.1 "
            "addresses, or an App outside Pay-per-use.",
        ),
        PACKAGE,
        "reported",
    ),
    "oauth1-permissions": Case(
        mark(
            _CONTEXT,
            "The App's permissions are Read, or the Access Token was made while they were: a token "
            "keeps the permissions of its day.",
        ),
        PERMISSIONS,
        "reported",
    ),
    "missing-scope": Case(
        mark(
            _CONTEXT,
            "Mostly the sign-in was granted too few scopes for this operation. It can also be that "
            "the account may not do it, or that X took the operation out of self-serve packages "
            "(likes, follows and quotes by API since April 2026).",
        ),
        SETTINGS[:2],
        "uncertain",
    ),
    "code-415": Case(
        mark(
            _CONTEXT,
            "The callback of the OAuth 1.0a sign-in is not among the App's callbacks, or differs "
            "in port or last slash.",
        ),
        CALLBACK,
    ),
    "code-417": Case(
        mark(_CONTEXT, "The App is not set up for sign-in with a PIN (oauth_callback=oob)."),
        CALLBACK,
        "reported",
    ),
}
