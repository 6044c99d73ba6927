"""A transport that answers what a test told it to, and remembers what it was asked."""

import json
import threading
from collections import deque
from collections.abc import Callable, Mapping

from core.model import HttpRequest, HttpResponse
from core.ports import CancelToken

Reply = HttpResponse | BaseException | Callable[[HttpRequest, CancelToken], HttpResponse]


class FakeTransport:
    """The `Transport` port without a network.

    Attributes:
        seen: every request, in order.
        replies: what comes next: an answer, an exception to raise, or a function.
    """

    def __init__(self, *replies: Reply) -> None:
        self.seen: list[HttpRequest] = []
        self.replies: deque[Reply] = deque(replies)
        self._guard = threading.Lock()

    def will(self, *replies: Reply) -> None:
        """Queue further replies."""
        self.replies.extend(replies)

    def send(self, request: HttpRequest, cancel: CancelToken) -> HttpResponse:
        """Note the request, and give the next reply. AssertionError where none was queued."""
        with self._guard:
            self.seen.append(request)
            assert self.replies, f"unexpected request: {request.method} {request.url}"
            reply = self.replies.popleft()
        if isinstance(reply, BaseException):
            raise reply
        return reply(request, cancel) if callable(reply) else reply


def answer(
    body: object = None, status: int = 200, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """Return an answer with a JSON body, or with `body` itself where it is bytes."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return HttpResponse(status, {"content-type": "application/json", **(headers or {})}, raw)
