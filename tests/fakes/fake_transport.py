"""A transport that answers what a test told it to, and remembers what it was asked."""

import json
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from core.adapters.http_request import checked
from core.errors import BadAnswer, Cancelled, ConnectFailed, TimedOut
from core.model import HttpRequest, HttpResponse
from core.ports import CancelToken

Reply = HttpResponse | BaseException | Callable[[HttpRequest, CancelToken], HttpResponse]
Piece = tuple[bytes, ...] | BaseException | Callable[[CancelToken], None]


@dataclass(frozen=True)
class Streamed:
    """A 200 that goes on: lines that come together, an error, or something to wait for."""

    pieces: tuple[Piece, ...]
    headers: Mapping[str, str] = field(default_factory=dict)


class FakeStream:
    """The `OpenStream` port over what a test queued."""

    def __init__(
        self, opening: HttpResponse, pieces: tuple[Piece, ...], cancel: CancelToken, limit: int
    ) -> None:
        self.opening = opening
        self._pieces = pieces
        self._cancel = cancel
        self._limit = limit

    def batches(self) -> Iterator[tuple[bytes, ...]]:
        """Give the pieces, one after the other."""
        for piece in self._pieces:
            if self._cancel.is_raised:
                raise Cancelled(nothing_sent=False)
            if isinstance(piece, BaseException):
                raise piece
            if isinstance(piece, tuple):
                if max(map(len, piece)) > self._limit:
                    raise BadAnswer("a line of the stream is too long", status=200)
                yield piece
            else:
                piece(self._cancel)


class FakeTransport:
    """The `Transport` port without a network; passes its contract suite.

    It looks at requests through the real door, so that a test notices what could never be
    sent, and honours the limits that a request sets itself.

    Attributes:
        seen: every request that passed the door, in order.
        replies: what comes next: an answer, an exception to raise, or a function.
    """

    def __init__(
        self, *replies: Reply | Streamed, allowed: Callable[[str], bool] | None = None
    ) -> None:
        self.seen: list[HttpRequest] = []
        self.replies: deque[Reply | Streamed] = deque(replies)
        self._allowed = allowed
        self._guard = threading.Lock()

    def will(self, *replies: Reply | Streamed) -> None:
        """Queue further replies."""
        self.replies.extend(replies)

    def send(self, request: HttpRequest, cancel: CancelToken) -> HttpResponse:
        """Note the request, and give the next reply. AssertionError where none was queued."""
        reply = self._next(request, cancel)
        assert not isinstance(reply, Streamed), "a stream was queued for a plain request"
        response = reply(request, cancel) if callable(reply) else reply
        if len(response.body) > request.max_body_bytes:
            raise BadAnswer("the answer is too large", status=response.status)
        return response

    @contextmanager
    def stream(
        self, request: HttpRequest, cancel: CancelToken, stall_seconds: float = 30.0
    ) -> Iterator[FakeStream]:
        """Note the request, and open the next reply; an answer that is no stream has no lines."""
        reply = self._next(request, cancel)
        if isinstance(reply, Streamed):
            opening, pieces = HttpResponse(200, dict(reply.headers), b""), reply.pieces
        else:
            opening, pieces = (reply(request, cancel) if callable(reply) else reply), ()
        yield FakeStream(opening, pieces, cancel, request.max_body_bytes)

    def _next(
        self, request: HttpRequest, cancel: CancelToken
    ) -> HttpResponse | Streamed | Callable[[HttpRequest, CancelToken], HttpResponse]:
        checked(request, self._allowed, "Keypane")
        cancel.check()
        with self._guard:
            self.seen.append(request)
            assert self.replies, f"unexpected request: {request.method} {request.url}"
            reply = self.replies.popleft()
        if isinstance(reply, BaseException):
            raise reply
        return reply

    def close(self) -> None:
        """Hold nothing, so let go of nothing."""


def answer(
    body: object = None, status: int = 200, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """Return an answer with a JSON body, or with `body` itself where it is bytes."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return HttpResponse(status, {"content-type": "application/json", **(headers or {})}, raw)


def silence(request: HttpRequest, cancel: CancelToken) -> HttpResponse:
    """Reply nothing: the request was sent, and its deadline or a cancel ends the wait."""
    if cancel.wait(request.deadline_seconds):
        raise Cancelled(nothing_sent=False)
    raise TimedOut("it took too long", host="api.x.com", reason="timeout")


def no_connection(_request: HttpRequest, _cancel: CancelToken) -> HttpResponse:
    """Refuse the connection: nothing was sent."""
    raise ConnectFailed("no connection", host="api.x.com", reason="refused")
