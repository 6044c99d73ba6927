"""The command line: the same services as the window, JSON or text out.

Modules are imported when their command runs, because a script that asks for a token
waits for every one of them.
"""

from __future__ import annotations

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

    command_run = CommandRun(
        options, world_of, stdin or sys.stdin, stdout or sys.stdout, stderr or sys.stderr
    )
    return dispatch(command_run, arguments)


def refuse(wrong: BadInput, *, as_json: bool) -> int:
    """Say what is wrong with the shared options, before any command; return the exit code."""
    from cli.command_run import CommandRun
    from cli.dispatch import failed
    from core.start_options import StartOptions

    def no_world() -> World:
        raise wrong

    options = StartOptions(json=as_json)
    return failed(CommandRun(options, no_world, sys.stdin, sys.stdout, sys.stderr), wrong)
