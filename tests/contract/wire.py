"""What the tests of the transport share: one request to a server that misbehaves."""

import threading
from collections.abc import Callable

from core.adapters.requests_transport import RequestsTransport
from core.errors import Cancelled, KeypaneError
from core.model import HttpRequest, HttpResponse
from core.ports import CancelToken
from tests.fakes.hostile_server import (
    HostileServer,
)

GZIP = "Content-Encoding: gzip"


JSON = "Content-Type: application/json"


def send(
    transport: RequestsTransport,
    server: HostileServer,
    method: str = "POST",
    *,
    seconds: float = 5.0,
    limit: int = 1 << 20,
    cancel: CancelToken | None = None,
) -> HttpResponse:
    request = HttpRequest(
        method, f"{server.origin}/x", deadline_seconds=seconds, max_body_bytes=limit
    )
    return transport.send(request, cancel or CancelToken())


def in_background(work: Callable[[], object]) -> Callable[[], object]:
    """Run `work` on a thread; return what waits for its outcome or error."""
    outcome: list[object] = []

    def run() -> None:
        try:
            outcome.append(work())
        except (KeypaneError, Cancelled) as error:
            outcome.append(error)

    thread = threading.Thread(target=run)
    thread.start()

    def wait() -> object:
        thread.join(10)
        return outcome[0]

    return wait
