"""How a run ends: exit codes, and errors as one line."""

from typing import Final

from core.error_facts import error_facts, kind_of
from core.errors import (
    BadAnswer,
    BadInput,
    KeypaneError,
    ListenFailed,
    NoCredential,
    NoRedirect,
    OutcomeUnknown,
    Refused,
    ServerFault,
    SignInRefused,
    StateMismatch,
    TransportError,
    VaultError,
)

__all__ = ["error_facts", "exit_code", "kind_of"]

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
