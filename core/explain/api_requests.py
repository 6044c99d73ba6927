"""What X refuses because of the request itself, and refusals that only a status tells."""

from typing import Final

from core.explain.model import Case, Cases
from core.words_model import mark

_CONTEXT: Final = "words"
_AUTUMN: Final = "autumn 2026"

CASES: Final[Cases] = {
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

BY_STATUS: Final[Cases] = {
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
