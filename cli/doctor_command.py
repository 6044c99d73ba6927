"""`keypane doctor`: checks before anything fails. Offline unless --online is given."""

import argparse

from cli.command_run import CommandRun
from cli.explained import check_lines
from cli.outcome import DONE
from cli.parsing import Parser, command
from core.doctor import Check, report
from core.errors import VaultError
from core.explain import explain


def parser_of(name: str) -> Parser:
    """Return the parser of `doctor`."""
    parser = command(
        name,
        "Check an App's set-up and this computer; each finding has its cause and the next step. "
        "Exits 0 whatever it finds.",
        _doctor,
        "doctor",
        "doctor 'My App' --online",
        "doctor 'My App' --report > report.txt",
    )
    parser.add_argument("app", metavar="APP", nargs="?", help="without it, this computer alone")
    parser.add_argument(
        "--online", action="store_true", help="one free call to X, to compare the clock"
    )
    parser.add_argument(
        "--report",
        action="store_true",
        help="print what can be shown to others: no names, no addresses, no values",
    )
    return parser


def _doctor(run: CommandRun, arguments: argparse.Namespace) -> int:
    app = run.app(arguments.app) if arguments.app else None
    trouble = _open(run) if app is None else None
    checks = run.world.doctor.examine(
        app,
        run.cancel,
        is_online=arguments.online,
        # A passphrase from a descriptor promises that no keyring is touched.
        asks_keyring=run.options.passphrase_fd is None,
    )
    checks = checks if trouble is None else (trouble, *checks)
    text = [report(checks).rstrip("\n")] if arguments.report else _lines(checks)
    run.answer([check.as_facts() for check in checks], text)
    return DONE


def _lines(checks: tuple[Check, ...]) -> list[str]:
    return [line for check in checks for line in check_lines(check)]


def _open(run: CommandRun) -> Check | None:
    """Open the vault if there is one; where it does not open, that is a finding."""
    if run.world.vault.status().state != "locked":
        return None
    try:
        run.vault()
    except VaultError as error:
        told = explain(error)
        words = told.words
        title = "Opening the vault"
        return Check(
            "opening", "fail", title, words.message, told.cause, words.next_step, facts=words.facts
        )
    return None
