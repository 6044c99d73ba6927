"""How a run ends: exit codes, and errors as one line."""

import re
from typing import Any, Final

from core.errors import (
    ApiRefused,
    BadAnswer,
    BadInput,
    KeypaneError,
    ListenFailed,
    NoCredential,
    NoRedirect,
    NotLanded,
    OAuthRefused,
    OutcomeUnknown,
    Refused,
    ServerFault,
    SignInRefused,
    StateMismatch,
    TransportError,
    VaultError,
)

DONE: Final = 0
BUG: Final = 1
WRONG_USE: Final = 2
REFUSED: Final = 3
NO_ANSWER: Final = 4
VAULT: Final = 5
NO_CREDENTIAL: Final = 6
CANCELLED: Final = 130

_CODES: Final[tuple[tuple[type[KeypaneError], int], ...]] = (
    (VaultError, VAULT),
    (NoCredential, NO_CREDENTIAL),
    (BadInput, WRONG_USE),
    (NotLanded, WRONG_USE),
    (StateMismatch, WRONG_USE),
    (ListenFailed, WRONG_USE),
    (Refused, REFUSED),
    (SignInRefused, REFUSED),
    (TransportError, NO_ANSWER),
    (BadAnswer, NO_ANSWER),
    (ServerFault, NO_ANSWER),
    (NoRedirect, NO_ANSWER),
    (OutcomeUnknown, NO_ANSWER),
)


def exit_code(error: BaseException) -> int:
    """Return the exit code that an error stands for."""
    if isinstance(error, BadInput) and error.where == "passphrase":
        return VAULT
    for kind, code in _CODES:
        if isinstance(error, kind):
            return code
    return BUG


def error_facts(error: BaseException, operation: str) -> dict[str, Any]:
    """Return an error as `--json` prints it. No value of a person stands in it."""
    from core.words import words_for

    words = words_for(error, operation=operation)
    message = " ".join(words.filled(part) for part in (words.message, words.kept) if part)
    facts: dict[str, Any] = {
        "kind": kind_of(error),
        "message": message,
        "next_step": words.filled(words.next_step),
    }
    status = getattr(error, "status", 0)
    if status:
        facts["status"] = status
    if problem := _problem(error):
        facts["problem"] = problem
    return facts


def kind_of(error: BaseException) -> str:
    """Return an error's kind in words with underscores, as "rate_limited"."""
    if not isinstance(error, KeypaneError):
        return "internal"
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(error).__name__).lower()


def _problem(error: BaseException) -> str:
    if isinstance(error, OAuthRefused | SignInRefused):
        return error.error
    if isinstance(error, ApiRefused):
        return error.problem or error.reason or ("" if error.code is None else str(error.code))
    return ""
