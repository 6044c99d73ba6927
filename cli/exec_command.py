"""`keypane exec`: another program, with fresh credentials in its environment."""

import argparse
import errno
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from cli.choosing import credential_of
from cli.command_run import CommandRun
from cli.parsing import Parser
from cli.shapes import moment
from core import hostile_start
from core.errors import BadInput
from core.exporters.variables import misleading, variables_for
from core.helper import address_of
from core.issuing import issue

_WHY = {
    errno.ENOENT: "there is no such program",
    errno.EACCES: "it may not be run",
    errno.ENOEXEC: "it is not a program",
    errno.E2BIG: "its arguments and environment are too long",
}


class _ExecParser(Parser):
    """Leaves what follows `--` alone."""

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Return the arguments; `command` is what follows `--`."""
        words: Sequence[str] = args or ()
        end = words.index("--") if "--" in words else len(words)
        parsed = super().parse_args(words[:end], namespace)
        parsed.command = list(words[end + 1 :])
        if not parsed.command:
            self.error("the command is missing; it stands behind --")
        return parsed


def parser_of(name: str) -> Parser:
    """Return the parser of `exec`."""
    parser = _ExecParser(
        prog=f"keypane {name}",
        usage=f"keypane {name} APP [--as bearer|USER|oauth1] -- COMMAND…",
        description="Run a program with a credential that works now in its environment, under "
        "the names that programs for X read. Nothing is written to disk.",
    )
    parser.set_defaults(handler=_exec)
    parser.add_argument("app", metavar="APP", help="the App's name")
    parser.add_argument(
        "--as",
        dest="credential",
        metavar="bearer|USER|oauth1",
        help="with which credential; without it the App's single user, or the Bearer Token",
    )
    parser.add_examples(
        "exec 'My App' --as bearer -- python read_posts.py",
        "exec 'My App' --as @acme -- node bot.js",
        "exec 'My App' --as oauth1 -- sh -c 'echo $X_API_KEY | wc -c'",
    )
    return parser


def _exec(run: CommandRun, arguments: argparse.Namespace) -> int:
    run.operation = "refresh"
    command: list[str] = arguments.command
    if shutil.which(command[0]) is None:
        raise _cannot_start(errno.ENOENT if not os.path.exists(command[0]) else errno.EACCES)  # noqa: PTH110 - a person's word, in any form
    app = run.app(arguments.app)
    chosen = credential_of(run, app, arguments.credential)
    issued = issue(run.vault(), lambda: run.world.sign_in, app, chosen, run.cancel)
    given = variables_for(app, issued)
    given["KEYPANE_SOCKET"] = address_of(run.world.home)
    if issued.expires_at is not None:
        given["KEYPANE_EXPIRES_AT"] = moment(issued.expires_at)
    away = misleading(issued)
    environment = {
        name: value
        for name, value in {**os.environ, **hostile_start.removed_variables()}.items()
        if name not in away
    }
    environment |= given
    run.close()
    return (_as_child if sys.platform == "win32" else _become)(command, environment)


def _become(command: list[str], environment: dict[str, str]) -> NoReturn:
    """Let the program take this process's place: signals and exit status are its own."""
    for name in ("SIGPIPE", "SIGXFSZ"):  # Python ignores them, and that would be inherited
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    try:
        os.execvpe(command[0], command, environment)  # noqa: S606 - a shell is what it avoids
    except OSError as error:
        raise _cannot_start(error.errno) from None


def _as_child(command: list[str], environment: dict[str, str]) -> int:
    try:
        child = subprocess.Popen(command, env=environment)  # noqa: S603 - a person's command
    except OSError as error:
        raise _cannot_start(error.errno) from None
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:  # it reached the child too, which ends in its own way
            continue


def _cannot_start(number: int | None) -> BadInput:
    return BadInput("COMMAND", _WHY.get(number or 0, "the system does not start it"))
