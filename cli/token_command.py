"""`keypane token`: a fresh token, for scripts."""

import argparse

from cli.choosing import credential_of
from cli.command_run import CommandRun
from cli.outcome import DONE
from cli.parsing import Parser, command
from cli.shapes import moment
from core.errors import BadInput, NoCredential
from core.model import App, BearerToken, CredentialRef, CredentialState, UserToken
from core.secret import Secret


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
    secret, facts = _bearer(run, app) if chosen.kind == "bearer" else _user(run, chosen)
    run.answer({"token": secret.reveal(), **facts}, secret.reveal())
    return DONE


def _bearer(run: CommandRun, app: App) -> tuple[Secret, dict[str, str]]:
    stored = run.vault().get(BearerToken, app.app_id)
    if stored is not None and stored.state is CredentialState.REVOKED:
        raise NoCredential("bearer", "revoked")
    if stored is None or stored.token is None:
        raise NoCredential("bearer", "absent")
    return stored.token, {"kind": "bearer"}


def _user(run: CommandRun, chosen: CredentialRef) -> tuple[Secret, dict[str, str]]:
    if chosen.kind != "user":
        raise BadInput("--as", "an OAuth 1.0a pair is no single token; use request --as oauth1")
    token = run.world.sign_in.fresh_access_token(chosen.token_id, run.cancel)
    facts = {"kind": "user"}
    stored = run.vault().get(UserToken, chosen.token_id)
    if stored is not None:
        facts["expires_at"] = moment(stored.expires_at)
    return token, facts
