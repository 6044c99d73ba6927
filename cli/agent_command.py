"""`keypane agent`: serves the helper socket, until SIGTERM or Ctrl-C."""

import argparse
import signal
from collections.abc import Iterable

from cli.command_run import CommandRun
from cli.outcome import DONE, error_facts
from cli.parsing import Parser, command
from core.errors import BadInput
from core.helper import SOCKET_NAME, Helper, allowed_apps, remember_allowed
from core.model import App


def parser_of(name: str) -> Parser:
    """Return the parser of `agent`."""
    parser = command(
        name,
        "Let your own programs ask for fresh access tokens on a socket. Only the Apps that you "
        "allow answer, only programs of your user are heard, and no Refresh Token is given.",
        _agent,
        "agent --allow 'My App'",
        "agent --allow 'My App' --remember",
        "agent --forget 'My App'",
    )
    parser.add_argument(
        "--allow", action="append", default=[], metavar="APP", help="this App answers programs"
    )
    parser.add_argument(
        "--remember", action="store_true", help="allow it at the next start too, until --forget"
    )
    parser.add_argument(
        "--forget", action="append", default=[], metavar="APP", help="allow it no longer"
    )
    return parser


def _agent(run: CommandRun, arguments: argparse.Namespace) -> int:
    vault = run.vault()
    remembered = allowed_apps(vault) - _ids(run, arguments.forget)
    allowed = remembered | _ids(run, arguments.allow)
    if arguments.forget or arguments.remember:
        remember_allowed(vault, allowed if arguments.remember else remembered)
    names = [app.name for app in vault.all(App) if app.app_id in allowed]
    if arguments.forget and not names:
        run.answer({"apps": []}, "No App answers programs now.")
        return DONE
    if not names:
        raise BadInput("--allow", "no App is allowed yet; name one")
    serve = run.world.serve_helper
    if serve is None:
        raise BadInput("agent", "there is no helper socket here")
    path = run.world.home / SOCKET_NAME

    def describe(problem: BaseException) -> dict[str, object]:
        return error_facts(problem, "refresh")

    helper = Helper(
        vault,
        lambda: run.world.sign_in,
        lambda app: app.app_id in allowed,
        describe,
        run.cancel,
    )
    ended: list[int] = []

    def end(number: int, _frame: object) -> None:
        ended.append(number)
        raise KeyboardInterrupt  # out of the wait, as Ctrl-C does

    signal.signal(signal.SIGTERM, end)

    def is_serving() -> None:
        run.answer({"socket": str(path), "apps": names}, f"{path}\nfor {', '.join(names)}")
        run.say("The agent is running; Ctrl-C ends it.")

    try:
        serve(path, helper.answer, run.cancel, is_serving)
    except KeyboardInterrupt:
        if not ended:
            raise
    return DONE


def _ids(run: CommandRun, names: Iterable[str]) -> frozenset[str]:
    return frozenset(run.app(name).app_id for name in names)
