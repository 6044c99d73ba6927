"""Keypane as `auth` of requests: `requests.get(url, auth=KeypaneAuth("My App", "@acme"))`."""

from typing import Any

import requests
from keypane_held import HeldToken


class KeypaneAuth(requests.auth.AuthBase):
    """Puts a fresh token into each request, and asks once more after a 401.

    Arguments and errors as `keypane_held.HeldToken`.
    """

    def __init__(self, app: str, who: str = "", origin: str = "") -> None:
        self._held = HeldToken(app, who, origin)

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Sign the request."""
        request.headers["Authorization"] = self._held.header_for(request.url or "")
        request.register_hook("response", self._again)
        return request

    def _again(self, response: requests.Response, **how: Any) -> requests.Response:
        request = response.request
        before = str(request.headers.get("Authorization", ""))
        if response.status_code != requests.codes.unauthorized or not before:
            return response
        after = self._held.header_for(request.url or "", refused=before)
        # A body that was a stream is gone; another token is needed to try at all.
        if after == before or not isinstance(request.body, str | bytes | None):
            return response
        response.close()
        again = request.copy()
        again.headers["Authorization"] = after
        again.deregister_hook("response", self._again)
        answer: requests.Response = response.connection.send(again, **how)
        answer.history.append(response)
        answer.request = again
        return answer
