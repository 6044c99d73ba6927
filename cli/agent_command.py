"""`keypane agent`: serves the helper socket, until SIGTERM or Ctrl-C.

On a terminal it asks about programs and Apps that were not allowed; elsewhere it refuses them.
"""

import argparse
import signal
from collections.abc import Iterable

from cli.command_run import CommandRun
from cli.consent_prompt import ConsentPrompt
from cli.outcome import DONE, error_facts
from cli.parsing import Parser, command
from core.consents import Consent, Gate, remember, remembered, withdraw
from core.errors import BadInput
from core.helper import Helper, address_of
from core.model import App


def parser_of(name: str) -> Parser:
    """Return the parser of `agent`."""
    parser = command(
        name,
        "Let your own programs ask for fresh access tokens on a socket. Only programs of your user "
        "are heard, and no Refresh Token is given. An App that you allow answers all of them; "
        "about others you are asked, if this is a terminal.",
        _agent,
        "agent",
        "agent --allow 'My App'",
        "agent --allow 'My App' --remember",
        "agent --forget 'My App'",
    )
    parser.add_argument(
        "--allow",
        action="append",
        default=[],
        metavar="APP",
        help="this App answers all your programs",
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
    allowed, forgotten = _ids(run, arguments.allow), _ids(run, arguments.forget)
    if forgotten:
        withdraw(vault, *(each for each in remembered(vault) if each.app_id in forgotten))
    if arguments.remember:
        remember(vault, *map(Consent, allowed))
    answering = allowed | {consent.app_id for consent in remembered(vault)}
    names = [app.name for app in vault.all(App) if app.app_id in answering]
    if arguments.forget and not arguments.allow:
        run.answer({"apps": names}, _told(names))
        return DONE
    prompt = ConsentPrompt(run) if run.stdin.isatty() else None
    if not names and prompt is None:
        raise BadInput("--allow", "no App is allowed yet, and there is no terminal to ask on")
    return _serve(run, Gate(vault, run.world.clock, prompt.ask if prompt else None, allowed), names)


def _serve(run: CommandRun, gate: Gate, names: list[str]) -> int:
    serve = run.world.serve_helper
    if serve is None:
        raise BadInput("agent", "there is no helper socket here")
    address = address_of(run.world.home)

    def describe(problem: BaseException) -> dict[str, object]:
        return error_facts(problem, "refresh")

    def on_change(serving: bool) -> None:
        if serving:
            run.answer({"socket": address, "apps": names}, address)
            asks = " About others you are asked here." if run.stdin.isatty() else ""
            run.say(f"The agent is running; Ctrl-C ends it. {_told(names)}{asks}")

    vault = run.vault()

    def heed() -> None:
        if vault.heed_lock_call():
            run.say("The vault was locked. Programs are refused until the agent starts anew.")

    helper = Helper(vault, lambda: run.world.sign_in, gate, describe, run.cancel)
    ended: list[int] = []

    def end(number: int, _frame: object) -> None:
        ended.append(number)
        raise KeyboardInterrupt  # out of the wait, as Ctrl-C does

    signal.signal(signal.SIGTERM, end)
    try:
        serve(run.world.home, helper.answer, run.cancel, on_change, look=heed)
    except KeyboardInterrupt:
        if not ended:
            raise
    return DONE


def _told(names: Iterable[str]) -> str:
    listed = ", ".join(names)
    return f"Answering for {listed}." if listed else "No App answers programs now."


def _ids(run: CommandRun, names: Iterable[str]) -> frozenset[str]:
    return frozenset(run.app(name).app_id for name in names)
