"""The command line: the same services as the window, JSON or text out.

Modules are imported when their command runs, because a script that asks for a token
waits for every one of them.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from core.errors import BadInput
    from core.start_options import StartOptions
    from core.world import World

__all__ = ["refuse", "run"]


def run(
    options: StartOptions,
    arguments: list[str],
    world_of: Callable[[], World],
    stdin: TextIO | None = None,
    stdout: TextIO | None = None,
    stderr: TextIO | None = None,
) -> int:
    """Run one command and return its exit code (`cli.outcome` lists them).

    Args:
        options: what every command shares, already taken out of `arguments`.
        arguments: the command and what is its own.
        world_of: makes the World; called only by commands that need one.
        stdin: where fields and addresses are read from.
        stdout: the answer, and nothing else.
        stderr: everything else.
    """
    from cli.command_run import CommandRun
    from cli.dispatch import dispatch

    streams = (stdin or _stdin(), stdout or _output(sys.stdout), stderr or _output(sys.stderr))
    return dispatch(CommandRun(options, world_of, *streams), arguments)


def refuse(wrong: BadInput, *, as_json: bool) -> int:
    """Say what is wrong with the shared options, before any command; return the exit code."""
    from cli.command_run import CommandRun
    from cli.dispatch import failed
    from core.start_options import StartOptions

    def no_world() -> World:
        raise wrong

    options = StartOptions(json=as_json)
    streams = (_stdin(), _output(sys.stdout), _output(sys.stderr))
    return failed(CommandRun(options, no_world, *streams), wrong)


def _stdin() -> TextIO:
    """Return standard input; an empty one where a caller closed it."""
    return sys.stdin or io.StringIO()


def _output(stream: TextIO) -> TextIO:
    """Return an output that takes every text; one that goes nowhere where a caller closed it."""
    if stream is None:
        return open(os.devnull, "w", encoding="utf-8")  # type: ignore[unreachable]  # noqa: PTH123
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")  # a terminal of another encoding
    return stream
