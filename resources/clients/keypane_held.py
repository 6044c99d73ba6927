"""A token that is held for a while and asked for anew in time; shared by the plug-ins."""

import os
import threading
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from keypane_token import ask

X = "https://api.x.com"
_EARLY = timedelta(seconds=60)
_LONGEST = timedelta(minutes=5)  # where Keypane names no end, as of a Bearer Token


class HeldToken:
    """The Authorization header for an App's credential, for one origin and no other.

    Args:
        app: the App's name in Keypane.
        who: "bearer", or a user as "@acme"; "" for the App's single user, or the bearer.
        origin: where the token may go; KEYPANE_API_URL, which `keypane exec` sets, or X.
    """

    def __init__(self, app: str, who: str = "", origin: str = "") -> None:
        self._app, self._who = app, who
        self._origin = _origin(origin or os.environ.get("KEYPANE_API_URL") or X)
        self._guard = threading.Lock()
        self._header, self._until = "", datetime.min.replace(tzinfo=UTC)

    def header_for(self, url: str, refused: str = "") -> str:
        """Return "Bearer …" for a request to `url`.

        Args:
            url: a token never leaves for another origin than its own.
            refused: the header that was answered with 401, if one was; it is not given again
                without asking.

        Raises:
            ValueError: the address is of another origin.
            PermissionError: Keypane refuses, in its own words.
            OSError: nobody serves the helper.
        """
        if _origin(url) != self._origin:
            raise ValueError(f"this token is for {self._origin} and goes nowhere else")
        with self._guard:
            if datetime.now(UTC) >= self._until or self._header == refused:
                answer = ask(self._app, self._who)
                self._header = f"Bearer {answer['token']}"
                self._until = datetime.now(UTC) + _LONGEST
                if "expires_at" in answer:
                    self._until = datetime.fromisoformat(answer["expires_at"]) - _EARLY
            return self._header


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()
