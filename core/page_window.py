"""X's page in a window process: what it is asked, and what it answers. Pure.

The command line knows no window system, so it starts the program once more and talks to it
through two pipes, one line of JSON each way. Address and redirect hold `state` and a code:
they never stand in an argument, the environment or a file.
"""

import json
from dataclasses import asdict, dataclass, field
from typing import Final, Self

from core.errors import BadInput

ARGUMENT: Final = "--sign-in-window"
REDIRECT, BROWSER, CANCELLED, TIME_UP = "redirect", "browser", "cancelled", "time_up"
_OUTCOMES: Final = frozenset({REDIRECT, BROWSER, CANCELLED, TIME_UP})


@dataclass(frozen=True, slots=True)
class PageWanted:
    """One attempt's page, as the window process needs it.

    Attributes:
        app_name: whom the account signs in to.
        redirect_uri: an address that begins so ends the wait; it is never fetched.
        origins: the only ones that may be shown.
        is_loopback: X is the sandbox on this computer.
        seconds: until the attempt ends.
        proxy: the way to the page, user and password in it; "" for the direct one.
        certificates: in PEM; trusted beside the system's own.
        in_software: draw without the graphics card.
        has_no_way: the system's proxy is of a kind that nothing here speaks.
    """

    app_name: str
    authorize_url: str = field(repr=False)
    redirect_uri: str
    origins: tuple[str, ...]
    is_loopback: bool
    seconds: float
    proxy: str = field(default="", repr=False)
    certificates: str = field(default="", repr=False)
    in_software: bool = False
    has_no_way: bool = False

    def as_line(self) -> str:
        """Return it as one line of JSON."""
        return json.dumps(asdict(self)) + "\n"

    @classmethod
    def read(cls, line: str) -> Self:
        """Return what a line says.

        Raises:
            BadInput: it is no such line; nobody but Keypane itself starts the window.
        """
        try:
            facts = json.loads(line)
            return cls(**{**facts, "origins": tuple(facts["origins"])})
        except (ValueError, TypeError, KeyError):
            raise BadInput(ARGUMENT, "only Keypane itself starts this window") from None


@dataclass(frozen=True, slots=True)
class PageOutcome:
    """How it ended.

    Attributes:
        outcome: "redirect", "browser" (the person goes on in their own), "cancelled" or
            "time_up".
        url: the redirected address, for "redirect".
    """

    outcome: str
    url: str = field(default="", repr=False)

    def as_line(self) -> str:
        """Return it as one line of JSON."""
        return json.dumps(asdict(self)) + "\n"

    @classmethod
    def read(cls, line: str) -> Self:
        """Return what a line says; a window that died without a word was closed."""
        try:
            facts = json.loads(line)
            found = cls(str(facts["outcome"]), str(facts.get("url", "")))
        except (ValueError, TypeError, KeyError):
            return cls(CANCELLED)
        return found if found.outcome in _OUTCOMES else cls(CANCELLED)
