"""Whose turn it is to serve the helper of a data directory: one agent, or else one window.

Two locks that the system frees with their holders say it. An agent holds the first for its life.
Whoever serves holds the second. A window gives the second up when it sees the first taken, so
that an agent which starts beside it takes over; a dead one is in nobody's way.
"""

import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from core.adapters.data_directory import make_private
from core.adapters.file_locks import FileLocks
from core.errors import BadInput, VaultBusy
from core.helper import Reply
from core.ports import CancelToken

LOOK_SECONDS: Final = 2.0
_AGENT: Final = "helper agent"
_PLACE: Final = "helper socket"
_AGENT_SECONDS: Final = 2.0  # a window looks at this lock by taking it for a moment
_PLACE_SECONDS: Final = 15.0

ServeOnce = Callable[[Path, Reply, CancelToken, Callable[[bool], None], Callable[[], bool]], None]


def serve(
    home: Path,
    reply: Reply,
    cancel: CancelToken,
    on_change: Callable[[bool], None],
    *,
    gives_way: bool = False,
    look: Callable[[], object] | None = None,
) -> None:
    """Serve the helper in turn; see `core.helper.Serve`."""
    folder = home / "locks"
    make_private(home)
    make_private(folder)
    locks = FileLocks(folder)
    if gives_way:
        _whenever_free(locks, home, reply, cancel, on_change)
    else:
        _as_agent(locks, home, reply, cancel, on_change, look)


def _as_agent(
    locks: FileLocks,
    home: Path,
    reply: Reply,
    cancel: CancelToken,
    on_change: Callable[[bool], None],
    look: Callable[[], object] | None,
) -> None:
    def is_over() -> bool:
        if look is not None:
            look()
        return False

    with ExitStack() as held:
        try:
            held.enter_context(locks.hold(_AGENT, cancel, _AGENT_SECONDS))
        except VaultBusy:
            raise BadInput("agent", "another agent serves this folder already") from None
        try:
            held.enter_context(locks.hold(_PLACE, cancel, _PLACE_SECONDS))
        except VaultBusy:
            raise BadInput("agent", "the window that serves this folder does not let go") from None
        _serve_once()(home, reply, cancel, on_change, is_over)


def _whenever_free(
    locks: FileLocks,
    home: Path,
    reply: Reply,
    cancel: CancelToken,
    on_change: Callable[[bool], None],
) -> None:
    serve_once = _serve_once()
    while not cancel.is_raised:
        if _is_free(locks, _AGENT):
            with ExitStack() as held:
                try:
                    held.enter_context(locks.hold(_PLACE, cancel, 0.0))
                except VaultBusy:
                    pass  # another window serves
                else:
                    serve_once(home, reply, cancel, on_change, lambda: not _is_free(locks, _AGENT))
        cancel.wait(LOOK_SECONDS)


def _is_free(locks: FileLocks, name: str) -> bool:
    try:
        with locks.hold(name, CancelToken(), 0.0):
            return True
    except VaultBusy:
        return False


def _serve_once() -> ServeOnce:
    if sys.platform == "win32":
        from core.adapters.helper_pipe import serve_once
    else:
        from core.adapters.helper_socket import serve_once
    return serve_once
