"""A call as a program in several languages. Secrets stand in it as environment variables.

Every program that comes out of here runs against the sandbox in the suite and gets the
answer that Keypane got (PowerShell excepted, whose quoting alone is tested).
"""

from collections.abc import Callable
from typing import Final

from core.snippets import javascript, python, shells
from core.snippets.call import BEARER, ENVIRONMENT_NAMES, OAUTH1, USER, Call, call_of

__all__ = [
    "BEARER",
    "ENVIRONMENT_NAMES",
    "LANGUAGES",
    "OAUTH1",
    "USER",
    "Call",
    "call_of",
    "code",
    "offered",
]

LANGUAGES: Final[dict[str, tuple[str, Callable[[Call], str]]]] = {
    "curl": ("curl", shells.curl),
    "python": ("Python requests", python.requests),
    "tweepy": ("tweepy", python.tweepy),
    "xdk": ("xdk", python.xdk),
    "javascript": ("JavaScript fetch", javascript.fetch),
    "twitter-api-v2": ("twitter-api-v2", javascript.twitter_api_v2),
    "powershell": ("PowerShell", shells.powershell),
}
_CANNOT_SIGN: Final = frozenset(("curl", "javascript", "powershell"))


def offered(credential: str) -> tuple[str, ...]:
    """Return the languages that can make a call with a kind of credential."""
    return tuple(key for key in LANGUAGES if credential != OAUTH1 or key not in _CANNOT_SIGN)


def code(language: str, call: Call) -> str:
    """Return the call as a program."""
    return LANGUAGES[language][1](call)
