"""Keypane as an auth type of HTTPie: `http -A keypane -a 'My App@acme' api.x.com/2/users/me`.

What stands behind -a is the App's name, then "@" and a user; without one, the Bearer Token.
No token is in an argument.
"""

from typing import Any

from httpie.plugins import AuthPlugin
from keypane_requests import KeypaneAuth


class KeypanePlugin(AuthPlugin):
    """HTTPie's side of it."""

    name = "Keypane"
    auth_type = "keypane"
    description = "A fresh token from Keypane: -a 'APP' or -a 'APP@USER'"
    auth_parse = False
    prompt_password = False

    def get_auth(self, username: Any = None, password: Any = None) -> KeypaneAuth:  # noqa: ARG002
        """Return the auth of requests."""
        app, at, user = str(self.raw_auth).rpartition("@")
        return KeypaneAuth(app, f"@{user}") if at else KeypaneAuth(user, "bearer")
