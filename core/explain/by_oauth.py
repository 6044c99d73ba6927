"""Failures of sign-in and of the token endpoints (x-platform notes §§2.2 to 2.7)."""

import re
from typing import Final

from core.errors import OAuthRefused, SignInRefused
from core.explain.model import CALLBACK, CLIENT, SAVE, SETTINGS, Case, Cases
from core.words_model import Words, mark

_CONTEXT: Final = "words"

CARD_KEY: Final = "card-without-reason"
CARD: Final = Words(
    mark(_CONTEXT, "X shows “Something went wrong” instead of its consent page."),
    mark(_CONTEXT, "Go through the steps above, save at X, then start the sign-in again."),
    mark(_CONTEXT, "Nothing was stored."),
)

CASES: Final[Cases] = {
    CARD_KEY: Case(
        mark(
            _CONTEXT,
            "X gives no reason, and the program is told nothing. Known reasons: the redirect URI "
            "is not registered to the letter; the Website URL is empty; the settings were never "
            "saved; the API Key stands in place of the Client ID; a scope is unknown; the type of "
            "App does not fit.",
        ),
        (
            *CALLBACK[:-1],
            mark(_CONTEXT, "Fill in Website URL with an address that is not localhost."),
            SAVE,
            *CLIENT[2:3],
        ),
        "reported",
    ),
    "cancelled-at-x": Case(
        mark(_CONTEXT, "Cancel was pressed on the consent page, so X sent no code."),
        (),
        "uncertain",
    ),
    "redirect-mismatch": Case(
        mark(
            _CONTEXT,
            "The code was asked for with one redirect URI and exchanged with another. X compares "
            "them letter by letter.",
        ),
        CALLBACK,
        "reported",
    ),
    "code-dead": Case(
        mark(
            _CONTEXT,
            "A code lives for 30 seconds and works once. It was older, was used already, or "
            "belongs to another Client ID.",
        )
    ),
    "verifier-mismatch": Case(
        mark(
            _CONTEXT,
            "The code verifier is not the one whose challenge began this sign-in: two attempts "
            "were mixed up, or the program was restarted in between.",
        ),
        (),
        "reported",
    ),
    "grant-type": Case(
        mark(
            _CONTEXT,
            "The address /2/oauth2/token gives tokens for users only. Bearer Tokens come from "
            "/oauth2/token, without the 2.",
        ),
        (),
        "reported",
    ),
    "client-id-missing": Case(
        mark(
            _CONTEXT, "The request named no Client ID, which a public client must send in the body."
        ),
        CLIENT,
        "reported",
    ),
    "client-id-mismatch": Case(
        mark(
            _CONTEXT,
            "The Client ID in the body is another one than that in the Authorization header.",
        ),
        CLIENT,
        "uncertain",
    ),
    "parameter-missing": Case(
        mark(_CONTEXT, "The token request lacks a parameter that X requires."), (), "reported"
    ),
    "request-shape": Case(
        mark(
            _CONTEXT,
            "The token endpoint wants one form-encoded body: nothing in the query, no JSON, no "
            "parameter twice.",
        ),
        (),
        "uncertain",
    ),
    "refresh-token-dead": Case(
        mark(
            _CONTEXT,
            "A Refresh Token works once. It was used already, by this or another program; the "
            "account signed in to this App again somewhere; the user removed the App; or it is "
            "older than about six months.",
        ),
        (),
        "reported",
    ),
    "client-authentication": Case(
        mark(
            _CONTEXT,
            "X says the same for a missing and for a wrong Client Secret: the App is a "
            "confidential client and no valid Basic header came, the secret stood in the body, or "
            "the App is public and a secret was sent.",
        ),
        (
            *SETTINGS,
            mark(_CONTEXT, "Look at Type of App: Native App means no Client Secret."),
            *CLIENT[2:],
        ),
        "reported",
    ),
    "client-unknown": Case(
        mark(
            _CONTEXT,
            "No App has this Client ID. Often the API Key or the numeric App ID was pasted in its "
            "place, or the App was deleted.",
        ),
        CLIENT,
        "reported",
    ),
    "scope-unknown": Case(
        mark(
            _CONTEXT,
            "A scope is misspelt, belongs to the Ads API, or scopes were joined with + or commas "
            "instead of spaces.",
        ),
        (),
        "reported",
    ),
    "x-unavailable": Case(
        mark(_CONTEXT, "X's sign-in has a fault of its own or is overloaded."), (), "uncertain"
    ),
    "oauth-other": Case(
        mark(_CONTEXT, "X refused with a word that Keypane has no record of."), CLIENT, "uncertain"
    ),
}

# (codes, a pattern in the description, key); the first that fits counts, as in core.words.
_MATCHES: Final[tuple[tuple[str, str, str], ...]] = (
    ("invalid_request", "client id was invalid", "client-id-mismatch"),
    ("invalid_request", "belong in the body|not a form|given twice", "request-shape"),
    ("invalid_request|invalid_grant", "redirect", "redirect-mismatch"),
    ("invalid_request|invalid_grant", "authorization code", "code-dead"),
    ("invalid_request|invalid_grant", "verifier did not match", "verifier-mismatch"),
    (".*", "grant type", "grant-type"),
    (".*", r"missing required parameter \[?client_id", "client-id-missing"),
    ("invalid_request", "missing required parameter", "parameter-missing"),
    ("invalid_request", "token", "refresh-token-dead"),
    ("invalid_grant", "", "refresh-token-dead"),
    ("unauthorized_client", "", "client-authentication"),
    ("invalid_client", "", "client-unknown"),
    ("invalid_scope", "", "scope-unknown"),
    ("access_denied", "", "cancelled-at-x"),
    ("unsupported_grant_type", "", "grant-type"),
    ("server_error|temporarily_unavailable", "", "x-unavailable"),
)


def oauth_key(error: OAuthRefused | SignInRefused) -> str:
    """Return which failure an OAuth error is."""
    description = error.description if isinstance(error, OAuthRefused) else ""
    for codes, pattern, key in _MATCHES:
        if re.fullmatch(codes, error.error) and re.search(pattern, description, re.IGNORECASE):
            return key
    return "oauth-other"
