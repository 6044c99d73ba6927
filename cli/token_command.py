"""`keypane token`: a fresh token, for scripts."""

import argparse

from cli.choosing import credential_of
from cli.command_run import CommandRun
from cli.outcome import DONE
from cli.parsing import Parser, command
from cli.shapes import moment
from core.errors import BadInput
from core.issuing import issue
from core.secret import reveal


def parser_of(name: str) -> Parser:
    """Return the parser of `token`."""
    parser = command(
        name,
        "Print a token that works now, refreshed where that is due. A terminal sees it only "
        "with --reveal.",
        _token,
        "token 'My App' --as bearer",
        "token 'My App' --as @acme --json",
    )
    parser.add_argument("app", metavar="APP", help="the App's name")
    parser.add_argument(
        "--as",
        dest="credential",
        metavar="bearer|USER",
        help="whose token; without it that of the App's single user, or the Bearer Token",
    )
    parser.add_argument("--reveal", action="store_true", help="print it on a terminal too")
    return parser


def _token(run: CommandRun, arguments: argparse.Namespace) -> int:
    if run.stdout.isatty() and not arguments.reveal:
        raise BadInput("--reveal", "a terminal sees a token only with this option")
    run.operation = "refresh"
    app = run.app(arguments.app)
    chosen = credential_of(run, app, arguments.credential)
    if chosen.kind == "oauth1":
        raise BadInput("--as", "an OAuth 1.0a pair is no single token; use request --as oauth1")
    issued = issue(run.vault(), lambda: run.world.sign_in, app, chosen, run.cancel)
    token = reveal(issued.token or "")
    facts = {"token": token, "kind": issued.kind}
    if issued.expires_at is not None:
        facts["expires_at"] = moment(issued.expires_at)
    run.answer(facts, token)
    return DONE
