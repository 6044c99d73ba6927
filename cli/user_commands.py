"""`keypane user …`: the users who signed in to an App."""

import argparse

from cli.choosing import holder_of
from cli.command_run import CommandRun
from cli.outcome import DONE, NO_ANSWER
from cli.parsing import Group, Parser
from cli.shapes import user_facts, user_text
from core.model import CredentialState, UserToken


def parser_of(name: str) -> Parser:
    """Return the parser of `user`."""
    group = Group(name, "Users who signed in to an App (OAuth 2.0).")
    listed = group.add("list", "list an App's users", _list, "user list 'My App'")
    listed.add_argument("app", metavar="APP", help="the App's name")
    for action, summary, handler in (
        ("refresh", "get a fresh access token for a user", _refresh),
        ("revoke", "end a user's grant at X, and prove it", _revoke),
        ("check", "find out with one free call whether a user's token works", _check),
        ("hand-over", "let another program refresh this token", _hand_over),
        ("take-back", "refresh it here again", _take_back),
    ):
        child = group.add(action, summary, handler, f"user {action} 'My App' @acme")
        child.add_argument("app", metavar="APP", help="the App's name")
        child.add_argument("user", metavar="USER", help="a name with or without @, or an id")
        if action == "hand-over":
            child.add_argument("--to", default="", metavar="NAME", help="who refreshes it then")
    return group.parser


def _list(run: CommandRun, arguments: argparse.Namespace) -> int:
    app = run.app(arguments.app)
    users, now = run.vault().users_of(app.app_id), run.world.clock.now()
    lines = [user_text(token, now) for token in users]
    run.answer([user_facts(token, now) for token in users], lines or ["No users yet."])
    return DONE


def _refresh(run: CommandRun, arguments: argparse.Namespace) -> int:
    token_id = _token_id(run, arguments, "refresh")
    return _answer(run, run.world.sign_in.refresh(token_id, run.cancel))


def _revoke(run: CommandRun, arguments: argparse.Namespace) -> int:
    token_id = _token_id(run, arguments, "revoke")
    return _answer(run, run.world.sign_in.revoke(token_id, run.cancel))


def _check(run: CommandRun, arguments: argparse.Namespace) -> int:
    token_id = _token_id(run, arguments, "check")
    return _answer(run, run.world.sign_in.check(token_id, run.cancel))


def _hand_over(run: CommandRun, arguments: argparse.Namespace) -> int:
    holder = holder_of("--to", arguments.to)
    token_id = _token_id(run, arguments, "hand_over")
    return _answer(run, run.world.sign_in.hand_over(token_id, holder, run.cancel))


def _take_back(run: CommandRun, arguments: argparse.Namespace) -> int:
    token_id = _token_id(run, arguments, "take_back")
    return _answer(run, run.world.sign_in.take_back(token_id, run.cancel))


def _token_id(run: CommandRun, arguments: argparse.Namespace, operation: str) -> str:
    run.operation = operation
    return run.user(run.app(arguments.app), arguments.user).token_id


def _answer(run: CommandRun, token: UserToken) -> int:
    now = run.world.clock.now()
    run.answer(user_facts(token, now), user_text(token, now))
    return NO_ANSWER if token.state is CredentialState.UNCERTAIN else DONE
