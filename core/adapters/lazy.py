"""Adapters that few commands need, loaded by their first use."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from core.ports import CancelToken, Listener

if TYPE_CHECKING:
    from core.helper import Reply


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
) -> None:
    """Serve the helper's socket; see `core.helper.Serve`."""
    from core.adapters import helper_turns

    helper_turns.serve(home, reply, cancel, on_change, gives_way=gives_way)
