"""`keypane bearer …`: the App's Bearer Token."""

import argparse
from collections.abc import Callable

from cli.command_run import CommandRun
from cli.outcome import DONE, NO_ANSWER, NO_CREDENTIAL
from cli.parsing import Group, Parser
from cli.shapes import bearer_outcome
from core.errors import NoCredential
from core.model import BearerToken, CredentialState
from core.ports import CancelToken

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
    facts = bearer_outcome(stored)
    proof = f" (proof: {stored.proof_status})" if stored.proof_status is not None else ""
    run.answer(facts, f"{stored.state.value}{proof}")
    if stored.state is CredentialState.UNCERTAIN:
        return NO_ANSWER
    if arguments.action == "revoke":
        return NO_CREDENTIAL if stored.state is CredentialState.ABSENT else DONE
    return DONE if stored.state is CredentialState.OK else NO_CREDENTIAL
