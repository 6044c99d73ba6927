"""Keypane as `auth` of httpx: `httpx.get(url, auth=KeypaneAuth("My App", "@acme"))`."""

from collections.abc import Generator

import httpx
from keypane_held import HeldToken


class KeypaneAuth(httpx.Auth):
    """Puts a fresh token into each request, and asks once more after a 401.

    Arguments and errors as `keypane_held.HeldToken`. With an AsyncClient the helper is asked on
    the loop's thread; it answers at once unless it refreshes.
    """

    def __init__(self, app: str, who: str = "", origin: str = "") -> None:
        self._held = HeldToken(app, who, origin)

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Sign the request."""
        before = self._held.header_for(str(request.url))
        request.headers["Authorization"] = before
        response = yield request
        if response.status_code == httpx.codes.UNAUTHORIZED:
            after = self._held.header_for(str(request.url), refused=before)
            if after != before:
                request.headers["Authorization"] = after
                yield request
