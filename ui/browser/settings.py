"""What an attempt in the embedded view is given: where it may keep things, and its way out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from core.secret import Secret

PROFILE_NAME: Final = "browserSession"
"""Begins the object name of a live profile with a folder; the folder's name ends it."""


@dataclass(frozen=True, slots=True)
class ViewProxy:
    """The proxy that leads to the pages; `user` and `password` are given to it alone."""

    host: str
    port: int
    user: str = ""
    password: Secret | None = None

    @classmethod
    def of(cls, url: str, credentials: Secret | None = None) -> ViewProxy:
        """Return the proxy of "http://host:port"; user and password may be in it or beside it.

        Raises:
            ValueError: it is no http proxy, the one kind that Qt hands to Chromium unchanged.
        """
        parts = urlsplit(url)
        if parts.scheme != "http" or not parts.hostname:
            raise ValueError("the view speaks to http proxies only")
        user, _, password = (credentials.reveal() if credentials else "").partition(":")
        if parts.username and credentials is None:
            user, password = unquote(parts.username), unquote(parts.password or "")
        return cls(parts.hostname, parts.port or 80, user, Secret(password) if user else None)


@dataclass(frozen=True, slots=True)
class ViewSettings:
    """How one attempt is set up. The default keeps nothing and goes straight to the network.

    Attributes:
        folder: where Chromium keeps this App's session; None for a private view, whose
            memory goes with it.
        proxy: the way to the pages; None for the direct one. This computer is never proxied.
        certificates: in PEM; trusted beside the system's own.
        in_software: draw without the graphics card. Holds if it is said before the first page
            of the program.
        died_before: the last program died while it drew a page; ask before drawing another.
        has_failed: no way out is known: nothing may be loaded from beyond this computer.
    """

    folder: Path | None = None
    proxy: ViewProxy | None = None
    certificates: str = ""
    in_software: bool = False
    died_before: bool = False
    has_failed: bool = False
