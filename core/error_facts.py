"""An error as other programs read it: kind, sentence, next step. No value of a person is in it."""

import re
from typing import Any

from core.errors import ApiRefused, Cancelled, KeypaneError, OAuthRefused, SignInRefused


def error_facts(error: BaseException, operation: str) -> dict[str, Any]:
    """Return an error as `--json` prints it and the helper answers it.

    Args:
        error: one of ours, or a bug.
        operation: what was being done, as "refresh".
    """
    from core.words import words_for  # nobody waits for words while all goes well

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
    if isinstance(error, Cancelled):
        return "cancelled"
    if not isinstance(error, KeypaneError):
        return "internal"
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(error).__name__).lower()


def _problem(error: BaseException) -> str:
    if isinstance(error, OAuthRefused | SignInRefused):
        return error.error
    if isinstance(error, ApiRefused):
        return error.problem or error.reason or ("" if error.code is None else str(error.code))
    return ""
