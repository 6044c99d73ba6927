"""`keypane bearer …`: the App's Bearer Token."""

import argparse
import shlex
from collections.abc import Callable
from typing import Final

from cli.command_run import CommandRun
from cli.outcome import DONE, NO_ANSWER, NO_CREDENTIAL
from cli.parsing import Group, Parser
from cli.shapes import bearer_outcome
from core.errors import NoCredential
from core.model import App, BearerToken, CredentialState
from core.ports import CancelToken

_NOW: Final = {
    (CredentialState.OK, "generate"): "The Bearer Token of {app} is in the vault.",
    (CredentialState.OK, "regenerate"): "The Bearer Token of {app} is new, and in the vault; X "
    "takes the old one no longer.",
    (CredentialState.OK, ""): "The Bearer Token of {app} works{proof}.",
    (CredentialState.REVOKED, "revoke"): "The Bearer Token of {app} is revoked{proof}.",
    (CredentialState.REVOKED, ""): "X no longer takes the Bearer Token of {app}{proof}.",
    (CredentialState.ABSENT, ""): "{app} has no Bearer Token here.",
    (CredentialState.UNCERTAIN, ""): "It is not known what X did to the Bearer Token of {app}"
    "{proof}.",
}

_Act = Callable[[str, CancelToken], BearerToken]


def parser_of(name: str) -> Parser:
    """Return the parser of `bearer`."""
    group = Group(name, "The Bearer Token of an App: it acts for the App, not for a user.")
    for action, summary, handler in (
        ("generate", "get the App's Bearer Token; X makes one if there is none", _generate),
        ("regenerate", "end it at X and get a new one", _regenerate),
        ("revoke", "end it at X, and prove it with a call that must answer 401", _revoke),
        ("check", "find out with one free call whether it works", _check),
    ):
        group.add(action, summary, handler, f"bearer {action} 'My App'").add_argument(
            "app", metavar="APP", help="the App's name"
        )
    return group.parser


def _generate(run: CommandRun, arguments: argparse.Namespace) -> int:
    return _run(run, arguments, "generate", run.world.bearer_tokens.generate)


def _regenerate(run: CommandRun, arguments: argparse.Namespace) -> int:
    return _run(run, arguments, "generate", run.world.bearer_tokens.regenerate)


def _revoke(run: CommandRun, arguments: argparse.Namespace) -> int:
    return _run(run, arguments, "invalidate", run.world.bearer_tokens.revoke)


def _check(run: CommandRun, arguments: argparse.Namespace) -> int:
    return _run(run, arguments, "check", run.world.bearer_tokens.check)


def _run(run: CommandRun, arguments: argparse.Namespace, operation: str, act: _Act) -> int:
    run.operation = operation
    app = run.app(arguments.app)
    try:
        stored = act(app.app_id, run.cancel)
    except NoCredential as missing:
        if missing.what != "bearer":
            raise
        receipt = run.vault().get(BearerToken, app.app_id)
        stored = receipt or BearerToken(
            app.app_id, None, run.world.clock.now(), state=CredentialState.ABSENT
        )
    run.answer(bearer_outcome(stored), _sentence(app, arguments.action, stored))
    if next_step := _next_step(app, arguments.action, stored):
        run.say(next_step)
    if stored.state is CredentialState.UNCERTAIN:
        return NO_ANSWER
    if arguments.action == "revoke":
        return NO_CREDENTIAL if stored.state is CredentialState.ABSENT else DONE
    return DONE if stored.state is CredentialState.OK else NO_CREDENTIAL


def _sentence(app: App, action: str, stored: BearerToken) -> str:
    """Return what is so now; the token itself is printed by `keypane token` alone."""
    template = _NOW.get((stored.state, action)) or _NOW[stored.state, ""]
    proof = f" (X answered {stored.proof_status})" if stored.proof_status is not None else ""
    return template.format(app=app.name, proof=proof)


def _next_step(app: App, action: str, stored: BearerToken) -> str:
    name = shlex.quote(app.name)
    match stored.state:
        case CredentialState.OK if action != "check":
            return (
                f"Check it with: keypane bearer check {name}\n"
                f"Use it with: keypane request GET /2/tweets --app {name} --as bearer -q ids=ID\n"
                f"Give it to a program with: keypane exec {name} --as bearer -- COMMAND"
            )
        case CredentialState.REVOKED | CredentialState.ABSENT:
            return f"Get a new one with: keypane bearer generate {name}"
        case CredentialState.UNCERTAIN:
            return f"Find out with: keypane bearer check {name}"
    return ""
