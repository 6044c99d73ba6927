"""Refusals of X's API by code, problem type, reason and status (x-platform notes §§1.2, 3, 6)."""

import re
from typing import Final

from core.errors import ApiRefused, RateLimited, Refused
from core.explain.model import (
    APP,
    CALLBACK,
    CONSUMER_KEYS,
    CREDITS,
    KEYS,
    OWNER_TOKEN,
    PACKAGE,
    PERMISSIONS,
    SETTINGS,
    SPENDING,
    Case,
    Cases,
)
from core.words_model import mark

_CONTEXT: Final = "words"
_AUTUMN: Final = "autumn 2026"

_MONEY: Final[Cases] = {
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

_CREDENTIALS: Final[Cases] = {
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

_REQUESTS: Final[Cases] = {
    "duplicate": Case(
        mark(_CONTEXT, "X refuses a Post whose text the account posted a short time ago."),
        (),
        "reported",
    ),
    "post-too-long": Case(
        mark(
            _CONTEXT,
            "A Post has at most 280 units: most letters count 1, emoji and Chinese characters 2, "
            "every link 23.",
        ),
        (),
        "reported",
    ),
    "reply-refused": Case(
        mark(
            _CONTEXT,
            "Self-serve Apps may reply only where the author mentioned or invited them (since "
            "February 2026), and never to a Post that is deleted or protected.",
        ),
    ),
    "not-your-post": Case(
        mark(
            _CONTEXT,
            "The Post, or the conversation, belongs to another account than the signed-in one.",
        ),
        (),
        "uncertain",
    ),
    "quote-refused": Case(
        mark(
            _CONTEXT,
            "The Post to quote is not visible to this account, or the package has no quoting: X "
            "took it out of self-serve in April 2026.",
        ),
    ),
    "own-id": Case(
        mark(_CONTEXT, "This address takes only the id of the very account whose token is sent."),
    ),
    "invalid-request": Case(
        mark(
            _CONTEXT,
            "A parameter is misspelt, missing or outside its limits. X names it. Since August 2026 "
            "some fields have two names: tweet.fields and post.fields.",
        ),
    ),
    "resource-not-found": Case(
        mark(_CONTEXT, "No Post, user or list has this id or name now."),
    ),
    "not-authorized-for-resource": Case(
        mark(_CONTEXT, "The account is protected, or has blocked the one that asks."),
    ),
    "not-authorized-for-field": Case(
        mark(
            _CONTEXT,
            "Some fields (non-public metrics, e-mail) are shown only to their owner, with a user's "
            "token.",
        ),
    ),
    "field-unauthorized": Case(
        mark(_CONTEXT, "The package or the kind of credential does not include one of the fields."),
    ),
    "field-hydration-failure": Case(
        mark(_CONTEXT, "X could not fill in one field this time; the rest of the answer is good."),
    ),
    "resource-unavailable": Case(
        mark(_CONTEXT, "The Post or the user exists, but X does not show it now."),
    ),
    "disallowed-resource": Case(
        mark(_CONTEXT, "The query asks for something that X does not allow in searches or rules."),
    ),
    "conflict": Case(
        mark(_CONTEXT, "The thing was changed or made by another call at the same time."),
    ),
    "duplicate-rules": Case(mark(_CONTEXT, "The stream has a rule with the same value already.")),
    "invalid-rules": Case(mark(_CONTEXT, "A rule of the stream is not written as X wants it.")),
    "noncompliant-rules": Case(mark(_CONTEXT, "A rule of the stream breaks X's rules for rules.")),
    "rule-cap": Case(mark(_CONTEXT, "The stream has as many rules as the package allows (1,000).")),
    "client-disconnected": Case(
        mark(_CONTEXT, "X closed the stream because this side did not read fast enough."),
    ),
    "operational-disconnect": Case(
        mark(_CONTEXT, "X closed the stream for reasons of its own, such as a restart."),
    ),
    "streaming-connection": Case(
        mark(
            _CONTEXT,
            "The App has as many streams open as it may (one), or a connection that died is still "
            "counted for some seconds.",
        ),
    ),
    "stream-without-rules": Case(
        mark(
            _CONTEXT,
            "A filtered stream sends what its App's rules name, and this App has none. Rules are "
            "the App's, whoever added them, and anyone with its Bearer Token can delete them.",
        ),
    ),
    "enterprise-only": Case(
        mark(
            _CONTEXT,
            "X opens firehoses, full samples and backfill to Apps with an enterprise contract; "
            "no package that can be bought in the console includes them.",
        ),
        (),
        "uncertain",
    ),
    "internal-error": Case(mark(_CONTEXT, "X met a fault of its own while it answered.")),
    "not-in-the-sandbox": Case(
        mark(
            _CONTEXT,
            "The embedded sandbox plays only a part of X, and this operation is not in it.",
        ),
    ),
}

_STATUSES: Final[Cases] = {
    "status-400": Case(
        mark(
            _CONTEXT, "The request is not written as X expects: look at the body, path and query."
        ),
        (),
        "uncertain",
    ),
    "status-404": Case(
        mark(
            _CONTEXT,
            "The path is misspelt or belongs to another version of the API, or X has not switched "
            "the endpoint on yet, as with /2/usage/credits in September 2026.",
        ),
        (),
        "reported",
        _AUTUMN,
    ),
    "status-405": Case(
        mark(_CONTEXT, "The address exists, but not for this method: GET and POST were mixed up."),
        (),
        "uncertain",
    ),
    "status-409": Case(
        mark(_CONTEXT, "Another call changed the same thing at the same moment."), (), "uncertain"
    ),
    "status-other": Case(
        mark(_CONTEXT, "X refused with a status that Keypane has no record of."), (), "uncertain"
    ),
}

CASES: Final[Cases] = {**_MONEY, **_CREDENTIALS, **_REQUESTS, **_STATUSES}

# What X says in words, where neither a type nor a code tells; the first that fits counts.
_SAID: Final = (
    (r"duplicate content", "duplicate"),
    (r"spend ?cap", "spend-cap"),
    (r"usage ?cap", "usage-capped"),
    (r"not in the sandbox", "not-in-the-sandbox"),
    (r"enterprise access", "enterprise-only"),
    (r"maximum allowed connection", "streaming-connection"),
    (r"stream has no rules", "stream-without-rules"),
    (r"text is too long", "post-too-long"),
    (r"to quote", "quote-refused"),
    (r"attempted to reply|reply to this (conversation|tweet|post)", "reply-refused"),
    (r"authorized to delete|hide only replies", "not-your-post"),
    (r"same as the authenticating user", "own-id"),
)
_SAME_PROBLEM: Final = {"credits-depleted": "credits", "rate-limit-exceeded": "rate-limited"}
_SAME_CODE: Final = {88: "rate-limited", 187: "duplicate"}


def api_key_of(error: Refused) -> str:
    """Return which failure a refusal of X's API is."""
    problem = getattr(error, "problem", "")
    code = getattr(error, "code", None) or 0
    said = f"{getattr(error, 'title', '')} {error.detail}".lower()
    for pattern, key in _SAID:
        if re.search(pattern, said):
            return key
    if isinstance(error, RateLimited):
        return "rate-limited"
    if problem == "unsupported-authentication":
        is_bearer = "application-only is forbidden" in said
        return "bearer-where-user" if is_bearer else "user-where-bearer"
    candidates = (
        getattr(error, "reason", "") if isinstance(error, ApiRefused) else "",
        _SAME_PROBLEM.get(problem, problem),
        _SAME_CODE.get(code, f"code-{code}"),
    )
    return next((key for key in candidates if key in CASES), _by_status(error.status))


def _by_status(status: int) -> str:
    names = {401: "dead-credential", 402: "credits", 403: "missing-scope", 429: "rate-limited"}
    key = names.get(status, f"status-{status}")
    return key if key in CASES else "status-other"
