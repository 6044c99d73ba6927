"""Adapters that few commands need, loaded by their first use."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from core.model import HttpRequest, HttpResponse
from core.ports import CancelToken, Listener, OpenStream

if TYPE_CHECKING:
    from core.adapters.http_settings import TransportSettings
    from core.adapters.requests_transport import RequestsTransport
    from core.helper import Reply


class LateTransport:
    """Implements `core.ports.Transport` by the adapter, which the first request loads.

    Args:
        settings: as `RequestsTransport` takes them.
    """

    def __init__(self, settings: "Callable[[], TransportSettings]") -> None:
        self._settings = settings
        self._making = threading.Lock()
        self._made: RequestsTransport | None = None
        self._is_closed = False

    def send(self, request: HttpRequest, cancel: CancelToken) -> HttpResponse:
        """Send `request` and return the whole answer."""
        return self._adapter().send(request, cancel)

    def stream(
        self, request: HttpRequest, cancel: CancelToken, stall_seconds: float = 30.0
    ) -> AbstractContextManager[OpenStream]:
        """Send `request` and open its answer for reading while it comes."""
        return self._adapter().stream(request, cancel, stall_seconds)

    def close(self) -> None:
        """End what is under way; what is asked for later ends as a closed adapter ends it."""
        with self._making:
            self._is_closed = True
        if self._made is not None:
            self._made.close()

    def _adapter(self) -> "RequestsTransport":
        from core.adapters.requests_transport import RequestsTransport

        with self._making:
            if self._made is None:
                self._made = RequestsTransport(settings=self._settings)
                if self._is_closed:
                    self._made.close()
            return self._made


def listen(redirect_uri: str, is_answer: Callable[[str], bool], seconds: float) -> Listener:
    """Bind a loopback redirect URI; see `core.ports.Listen`."""
    from core.adapters import loopback

    return loopback.listen(redirect_uri, is_answer, seconds)


def serve_helper(
    home: Path,
    reply: "Reply",
    cancel: CancelToken,
    on_change: Callable[[bool], None],
    *,
    gives_way: bool = False,
    look: Callable[[], object] | None = None,
) -> None:
    """Serve the helper's socket; see `core.helper.Serve`."""
    from core.adapters import helper_turns

    helper_turns.serve(home, reply, cancel, on_change, gives_way=gives_way, look=look)
