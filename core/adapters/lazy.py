"""Adapters that few commands need, loaded by their first use."""

from collections.abc import Callable
from pathlib import Path

from core.ports import CancelToken, Listener


def listen(redirect_uri: str, is_answer: Callable[[str], bool], seconds: float) -> Listener:
    """Bind a loopback redirect URI; see `core.ports.Listen`."""
    from core.adapters import loopback

    return loopback.listen(redirect_uri, is_answer, seconds)


def serve_helper(
    path: Path,
    answer: Callable[[bytes], bytes],
    cancel: CancelToken,
    on_serving: Callable[[], None],
) -> None:
    """Serve the helper's socket; see `core.helper.Serve`."""
    from core.adapters import helper_socket

    helper_socket.serve(path, answer, cancel, on_serving)
