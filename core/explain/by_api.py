"""Refusals of X's API by code, problem type, reason and status (x-platform notes §§1.2, 3, 6)."""

import re
from typing import Final

from core.errors import ApiRefused, RateLimited, Refused
from core.explain import api_credentials, api_money, api_requests
from core.explain.model import Cases

CASES: Final[Cases] = {
    **api_money.CASES,
    **api_credentials.CASES,
    **api_requests.CASES,
    **api_requests.BY_STATUS,
}

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
