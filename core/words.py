"""The sentences for the person: what happened, what is kept, and what to do next.

Every error has them, here and nowhere else. They are English templates with named
parameters, marked so that tools can collect them: the window translates them with
`QCoreApplication.translate("words", template)` and fills in `facts`, the command line
prints `filled(...)`. No raw text of an exception is shown, only facts of our own and X's
words after `core.answers.clean`.

The tables are in `core.words_refused` and `core.words_oauth` (X said no), `core.words_vault`
(our storage) and `core.words_sign_in` (the browser and its way back).
"""

from collections.abc import Callable
from typing import Any, Final

from core.errors import (
    AnswerUnkept,
    ApiRefused,
    BadAnswer,
    BadInput,
    Cancelled,
    ConnectFailed,
    Forbidden,
    KeypaneError,
    ListenFailed,
    NoCredential,
    NoRedirect,
    OAuthRefused,
    OutcomeUnknown,
    PaymentRequired,
    RateLimited,
    Refused,
    ServerFault,
    SignInRefused,
    StateMismatch,
    TimedOut,
    TransportError,
    Unauthorized,
    VaultBusy,
    VaultCorrupt,
    VaultError,
    VaultLocked,
    VaultUnavailable,
)
from core.words_model import (
    NOTHING_CHANGED,
    NOTHING_SENT,
    UNKNOWN,
    Words,
    host_of,
    mark,
    without_stop,
)
from core.words_oauth import oauth_refused, sign_in_refused
from core.words_refused import api_refused, rate_limited
from core.words_sign_in import listen_failed, no_redirect, state_mismatch
from core.words_vault import (
    answer_unkept,
    vault_busy,
    vault_corrupt,
    vault_error,
    vault_locked,
    vault_unavailable,
)

__all__ = ["WORDS", "Words", "mark", "words_for"]

_CONTEXT: Final = "words"


def words_for(error: BaseException, *, operation: str = "") -> Words:
    """Return what to tell the person about `error`.

    Args:
        error: one of ours, or a bug that escaped.
        operation: what was being done: "generate", "invalidate", "exchange", "refresh",
            "revoke", "revoke_pair", "request_token", "exchange_pair", "check", "read" (a
            request that changes nothing), "request" or ""; the next step depends on it.
    """
    for kind in type(error).__mro__:
        if kind in WORDS:
            return WORDS[kind](error, operation)
    return Words(
        mark(_CONTEXT, "Something went wrong inside Keypane."),
        mark(_CONTEXT, "Try it again. If it happens twice, report it with the log."),
        mark(_CONTEXT, "Whatever was saved before is still there."),
    )


# --- no answer ---------------------------------------------------------------------------------

_NO_CONNECTION: Final[dict[str, tuple[str, str]]] = {
    "dns": (
        mark(_CONTEXT, "The name {host} was not found."),
        mark(_CONTEXT, "Check the internet connection and the name server, then try again."),
    ),
    "refused": (
        mark(_CONTEXT, "{host} refused the connection."),
        mark(_CONTEXT, "If it is a sandbox or a server of yours, start it. Then try again."),
    ),
    "tls": (
        mark(_CONTEXT, "The connection to {host} is not secure: its certificate was not accepted."),
        mark(
            _CONTEXT,
            "Check the clock of this computer. If your network inspects traffic, name its "
            "certificate file in Settings, Network.",
        ),
    ),
    "proxy": (
        mark(_CONTEXT, "The proxy did not let Keypane through to {host}."),
        mark(_CONTEXT, "Check the proxy in Settings, Network, and its user and password."),
    ),
    "timeout": (
        mark(_CONTEXT, "{host} did not answer in time."),
        mark(_CONTEXT, "Try again. If it lasts, check the internet connection."),
    ),
    "offline": (
        mark(_CONTEXT, "There is no way to {host} from this computer."),
        mark(_CONTEXT, "Connect to the internet, then try again."),
    ),
    "broken": (
        mark(_CONTEXT, "The connection to {host} broke off."),
        mark(_CONTEXT, "Try again."),
    ),
    "other": (
        mark(_CONTEXT, "No connection to {host} came about."),
        mark(_CONTEXT, "Check the internet connection and the proxy in Settings, then try again."),
    ),
}
_NO_ANSWER: Final[dict[str, str]] = {
    "timeout": mark(_CONTEXT, "{host} took the request and did not answer in time."),
    "tls": mark(_CONTEXT, "The secure connection to {host} broke before the whole answer came."),
    "other": mark(_CONTEXT, "The connection to {host} broke before the whole answer came."),
}
_AFTER_UNKNOWN: Final[dict[str, str]] = {
    "generate": mark(
        _CONTEXT, "Generate again: X gives the same Bearer Token until it is revoked."
    ),
    "invalidate": mark(
        _CONTEXT, "Check the Bearer Token. If X answers 401, it is revoked; if not, revoke again."
    ),
    "exchange": mark(_CONTEXT, "Sign in again: the code of this attempt can no longer be used."),
    "refresh": mark(
        _CONTEXT,
        "Refresh again: Keypane tries once more with the same Refresh Token. If X refuses, "
        "sign in again.",
    ),
    "revoke": mark(_CONTEXT, "Revoke again: doing it twice does no harm."),
    "revoke_pair": mark(
        _CONTEXT, "Check the Access Token. If X answers 401, it is revoked; if not, revoke again."
    ),
    "request_token": mark(_CONTEXT, "Start the sign-in again: asking for it changes nothing."),
    "exchange_pair": mark(
        _CONTEXT, "Sign in again: the answer of X's page works once and cannot be sent again."
    ),
    "check": mark(_CONTEXT, "Check again: a check changes nothing at X."),
    "read": mark(_CONTEXT, "Send it again: a request that only reads changes nothing at X."),
    "request": mark(
        _CONTEXT, "If the request changes something, look at X first. Then send it again."
    ),
    "": mark(_CONTEXT, "Check the credential before you do it again."),
}


def after_unknown(operation: str) -> str:
    """Return the next step after a call of which nobody knows whether X acted on it."""
    known_as = {"regenerate": "invalidate", "sign_in": "exchange", "prove": "check"}
    name = known_as.get(operation, operation)
    return _AFTER_UNKNOWN.get(name, _AFTER_UNKNOWN[""])


def _connect_failed(error: Any, _operation: str) -> Words:
    message, step = _NO_CONNECTION.get(error.reason, _NO_CONNECTION["other"])
    return Words(message, step, NOTHING_SENT, host_of(error))


def _timed_out(error: Any, operation: str) -> Words:
    message = _NO_ANSWER.get(error.reason, _NO_ANSWER["other"])
    return Words(message, after_unknown(operation), _unknown(operation), host_of(error))


def _server_fault(error: Any, operation: str) -> Words:
    return Words(
        mark(_CONTEXT, "X had a fault of its own (HTTP {status})."),
        after_unknown(operation),
        _unknown(operation),
        {"status": str(error.status)},
    )


def _bad_answer(error: Any, operation: str) -> Words:
    if error.status == 0:
        message = mark(_CONTEXT, "The answer cannot be used: {fault}.")
    elif "not from X" in error.detail:
        message = mark(_CONTEXT, "The answer does not seem to come from X: {fault}.")
    else:
        message = mark(_CONTEXT, "X answered in a way that Keypane does not know: {fault}.")
    if "not from X" in error.detail:
        step = mark(
            _CONTEXT,
            "Open a web page to see whether this network asks you to sign in first, then check "
            "the credential and try again.",
        )
    else:
        step = after_unknown(operation)
    fault = error.detail.removesuffix(": not from X?") or "unknown shape"
    return Words(message, step, _unknown(operation), {"fault": fault})


def _unknown(operation: str) -> str:
    if operation in {"check", "prove", "read", "request_token"}:
        return NOTHING_CHANGED
    return UNKNOWN


def _outcome_unknown(error: Any, _operation: str) -> Words:
    return Words(
        mark(_CONTEXT, "An earlier call got no answer, so it is not known what X did."),
        {
            "refresh": mark(
                _CONTEXT,
                "Check the user token. If X no longer takes it, sign in again; Keypane does not "
                "use a Refresh Token a third time.",
            ),
            "revoke": after_unknown("revoke"),
        }.get(error.operation, after_unknown(error.operation)),
        mark(_CONTEXT, "Keypane kept the token as it was before that call."),
    )


def _cancelled(error: Any, operation: str) -> Words:
    stopped = mark(_CONTEXT, "Stopped waiting.")
    if error.nothing_sent:
        return Words(stopped, "", NOTHING_SENT)
    return Words(stopped, after_unknown(operation), _unknown(operation))


# --- what is missing or cannot be used ---------------------------------------------------------

_MISSING: Final[dict[str, tuple[str, str]]] = {
    "bearer": (
        mark(_CONTEXT, "This App has no Bearer Token here."),
        mark(_CONTEXT, "Generate one under Keys and tokens, with API Key and API Key Secret."),
    ),
    "user": (
        mark(_CONTEXT, "No account is signed in to this App here."),
        mark(_CONTEXT, "Sign in a user under Keys and tokens."),
    ),
    "consumer keys": (
        mark(_CONTEXT, "This App has no API Key and API Key Secret here."),
        mark(_CONTEXT, "Copy both from the console of X into the App, under Consumer Keys."),
    ),
    "client id": (
        mark(_CONTEXT, "This App has no Client ID here."),
        mark(
            _CONTEXT,
            "Copy it from the console of X. It is shown there once User authentication settings "
            "are set up, and is neither the API Key nor the App ID.",
        ),
    ),
    "access token": (
        mark(_CONTEXT, "This App has no Access Token and Secret here."),
        mark(_CONTEXT, "Generate them in the console of X and paste both here."),
    ),
}
_STATES: Final[dict[tuple[str, str], tuple[str, str]]] = {
    ("bearer", "revoked"): (
        mark(_CONTEXT, "This Bearer Token is revoked."),
        mark(_CONTEXT, "Generate a new one."),
    ),
    ("user", "unknown"): (
        mark(_CONTEXT, "No account of this name is signed in to this App here; others are."),
        mark(_CONTEXT, "Name one of those, or sign this one in under Keys and tokens."),
    ),
    ("user", "revoked"): (
        mark(_CONTEXT, "This user token is revoked."),
        mark(_CONTEXT, "Sign the user in again."),
    ),
    ("user", "needs_sign_in"): (
        mark(_CONTEXT, "X no longer takes this user's Refresh Token, or there is none."),
        mark(
            _CONTEXT,
            "Sign the user in again. If another program uses the same App and account, give it "
            "an App of its own: each sign-in ends the other's tokens.",
        ),
    ),
    ("user", "held"): (
        mark(_CONTEXT, "Another program refreshes this user token now."),
        mark(_CONTEXT, "Take it back first, or let that program do the call."),
    ),
    ("access token", "revoked"): (
        mark(_CONTEXT, "This Access Token is revoked."),
        mark(
            _CONTEXT,
            "The owner's is generated anew in the console of X and pasted here; another account "
            "signs in again.",
        ),
    ),
}


def _no_credential(error: Any, _operation: str) -> Words:
    found = _STATES.get((error.what, error.state)) or _MISSING.get(error.what)
    message, step = found or (
        mark(_CONTEXT, "What this needs is not here: {what}."),
        mark(_CONTEXT, "Add it under Keys and tokens."),
    )
    return Words(message, step, NOTHING_CHANGED, {"what": error.what})


def _bad_input(error: Any, _operation: str) -> Words:
    return Words(
        mark(_CONTEXT, "This cannot be used ({where}): {fault}."),
        mark(_CONTEXT, "Correct it and try again."),
        NOTHING_SENT,
        {"where": error.where, "fault": error.detail.rstrip(".")},
    )


def _general(error: Any, _operation: str) -> Words:
    return Words(
        mark(_CONTEXT, "That did not work: {fault}."),
        mark(_CONTEXT, "Try again."),
        "",
        {"fault": without_stop(error.detail) or "unknown reason"},
    )


WORDS: Final[dict[type[BaseException], Callable[[Any, str], Words]]] = {
    Cancelled: _cancelled,
    KeypaneError: _general,
    TransportError: _timed_out,
    ConnectFailed: _connect_failed,
    TimedOut: _timed_out,
    Refused: api_refused,
    OAuthRefused: oauth_refused,
    ApiRefused: api_refused,
    RateLimited: rate_limited,
    Unauthorized: api_refused,
    Forbidden: api_refused,
    PaymentRequired: api_refused,
    BadAnswer: _bad_answer,
    ServerFault: _server_fault,
    StateMismatch: state_mismatch,
    SignInRefused: sign_in_refused,
    NoRedirect: no_redirect,
    ListenFailed: listen_failed,
    NoCredential: _no_credential,
    OutcomeUnknown: _outcome_unknown,
    VaultError: vault_error,
    VaultLocked: vault_locked,
    VaultUnavailable: vault_unavailable,
    VaultCorrupt: vault_corrupt,
    VaultBusy: vault_busy,
    AnswerUnkept: answer_unkept,
    BadInput: _bad_input,
}
