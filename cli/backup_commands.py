"""`keypane backup` and `keypane restore`: one encrypted file out, and back in after a preview."""

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from cli import passphrases
from cli.command_run import CommandRun
from cli.outcome import CANCELLED, DONE
from cli.parsing import Parser, command
from cli.shapes import Facts, moment, vault_facts
from core.errors import BadInput
from core.model import App, UserToken
from core.secret import Secret

if TYPE_CHECKING:
    from core.vault.backup_body import Contents
    from core.vault.factory import Copy
    from core.vault.restoring import Preview

_MERGE, _REPLACE = "merge", "replace"


def parser_of(name: str) -> Parser:
    """Return the parser of `backup` or of `restore`."""
    return _backup_parser(name) if name == "backup" else _restore_parser(name)


def _backup_parser(name: str) -> Parser:
    parser = command(
        name,
        "Write everything that Keypane keeps into one file, encrypted under a passphrase. "
        "Without --passphrase-fd it is the one of --vault-passphrase-fd, or is asked for.",
        _backup,
        "backup keys.keypane",
        "backup keys.keypane --passphrase-fd 3 3< passphrase.txt",
    )
    parser.add_argument("file", metavar="FILE", help="where to; readable for you alone")
    parser.add_argument("--overwrite", action="store_true", help="replace a file of this name")
    _add_passphrase(parser)
    return parser


def _restore_parser(name: str) -> Parser:
    parser = command(
        name,
        "Bring back a backup, or one of the copies that Keypane keeps by itself. What is missing "
        "here is added; nothing older is put over something newer.",
        _restore,
        "restore keys.keypane --preview",
        "restore keys.keypane",
        "restore --copies",
        "restore --yesterday --replace --yes",
    )
    parser.add_argument("file", metavar="FILE", nargs="?", default="", help="the backup")
    parser.add_argument("--copies", action="store_true", help="list the copies kept here")
    parser.add_argument("--copy", default="", metavar="N", help="the copy of this number, 1 newest")
    parser.add_argument("--yesterday", action="store_true", help="the copy of an earlier day")
    parser.add_argument("--preview", action="store_true", help="say what would happen, no more")
    parser.add_argument(
        "--replace",
        action="store_true",
        help="make the vault as it was then: what is new here goes",
    )
    parser.add_argument(
        "--start-over",
        action="store_true",
        help="the vault here cannot be opened: set it aside and begin with the backup",
    )
    parser.add_argument("--yes", action="store_true", help="do not ask")
    _add_passphrase(parser)
    return parser


def _add_passphrase(parser: Parser) -> None:
    parser.add_argument(
        "--passphrase-fd",
        type=passphrases.number_of,
        metavar="N",
        help="read the backup's passphrase from this descriptor",
    )


# --- out ---------------------------------------------------------------------------------------


def _backup(run: CommandRun, arguments: argparse.Namespace) -> int:
    path = Path(arguments.file).expanduser()
    overwrite = arguments.overwrite
    if not overwrite and os.path.lexists(path):
        if not run.stdin.isatty():
            raise BadInput("FILE", "there is a file of this name already; --overwrite replaces it")
        overwrite = _agrees(run, "There is a file of this name. Replace it?")
        if not overwrite:
            return CANCELLED
    vault = run.vault()
    if vault.status().state == "session":
        raise BadInput("vault", "there is none in this data directory, so nothing to back up")
    passphrase = _passphrase(run, arguments, "Passphrase for the backup", twice=True)
    contents = run.world.backups.save(path, passphrase, overwrite=overwrite)
    apps, users = len(contents.of(App)), len(contents.of(UserToken))
    facts = {**vault_facts(vault.status()), "file": str(path), "apps": apps, "users": users}
    run.answer(facts, f"Wrote {_counted(apps, 'App')} and {_counted(users, 'user')} to {path}.")
    return DONE


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _passphrase(
    run: CommandRun, arguments: argparse.Namespace, question: str, *, twice: bool = False
) -> Secret:
    if arguments.passphrase_fd is not None:
        return passphrases.read_descriptor(arguments.passphrase_fd, "--passphrase-fd")
    given = run.given_passphrase()
    if given is not None:
        return given
    if run.stdin.isatty():
        return passphrases.ask(run, question, twice=twice)
    raise BadInput("--passphrase-fd", "without a terminal to ask on, it is needed")


# --- back in -----------------------------------------------------------------------------------


def _restore(run: CommandRun, arguments: argparse.Namespace) -> int:
    mode = _REPLACE if arguments.replace else _MERGE
    if arguments.copies:
        return _list_copies(run)
    if bool(arguments.file) + bool(arguments.copy) + arguments.yesterday != 1:
        raise BadInput("FILE", "name a backup, or --copy N, or --yesterday")
    contents = _contents(run, arguments)
    run.finish_erasing()
    if not arguments.start_over and run.world.vault.status().state == "locked":
        run.vault()
    preview = run.world.backups.preview(contents, mode)
    for line in _lines(preview, mode):
        run.say(line)
    wanted = not arguments.preview and _is_wanted(run, arguments)
    if wanted:
        preview = _write(run, arguments, contents, mode) or preview
    status = run.world.vault.status()
    facts = {**vault_facts(status), **_facts(preview, mode), "saved": wanted}
    run.answer(facts, "Restored." if wanted else "Nothing was changed.")
    return DONE if wanted or arguments.preview else CANCELLED


def _contents(run: CommandRun, arguments: argparse.Namespace) -> "Contents":
    backups = run.world.backups
    if arguments.file:
        passphrase = _passphrase(run, arguments, "Passphrase of the backup")
        return backups.read(Path(arguments.file).expanduser(), passphrase)
    run.vault()
    found: Copy | None = None
    if arguments.yesterday:
        found = backups.yesterdays()
    else:
        copies = backups.copies()
        number = int(arguments.copy) if arguments.copy.isdecimal() else 0
        found = copies[number - 1] if 0 < number <= len(copies) else None
    if found is None:
        name = "--yesterday" if arguments.yesterday else "--copy"
        raise BadInput(name, "there is no such copy; --copies lists them")
    return backups.contents_of(found)


def _write(
    run: CommandRun, arguments: argparse.Namespace, contents: "Contents", mode: str
) -> "Preview | None":
    backups, vault = run.world.backups, run.world.vault
    made = None
    if arguments.start_over or vault.status().state == "none":
        backups.start_over(contents, run.given_passphrase(), over=arguments.start_over)
    else:
        made = backups.restore(contents, mode)
    run.world.recover()
    return made


def _list_copies(run: CommandRun) -> int:
    run.vault()
    copies = run.world.backups.copies()
    numbered = list(enumerate(copies, start=1))
    run.answer(
        [{"copy": number, "made_at": moment(each.made_at)} for number, each in numbered],
        [
            f"{number}  {each.made_at.astimezone():%a %d %b %Y, %H:%M:%S}"
            for number, each in numbered
        ]
        or ["No copies yet."],
    )
    return DONE


def _is_wanted(run: CommandRun, arguments: argparse.Namespace) -> bool:
    if arguments.yes:
        return True
    if run.stdin.isatty():
        return _agrees(run, "Restore this?")
    if arguments.replace or arguments.start_over:
        raise BadInput("--yes", "without a terminal to ask on, it is needed for this")
    return True


def _agrees(run: CommandRun, question: str) -> bool:
    run.stderr.write(f"{question} [y/N] ")
    run.stderr.flush()
    return run.stdin.readline().strip().lower() in {"y", "yes"}


def _lines(preview: "Preview", mode: str) -> list[str]:
    lines = [f"Made on {preview.made_at.astimezone():%a %d %b %Y, %H:%M}."]
    for app in preview.apps:
        users = f", with {', '.join(app.users)}" if app.users else ""
        lines.append(f"  {app.name} ({'is here too' if app.is_here else 'new here'}){users}")
    lines += [f"Stays as it is here, since it is newer: {each}." for each in preview.newer_here]
    if mode == _REPLACE:
        lines += [f"Leaves this vault: {name}." for name in preview.only_here]
    lines += [
        f"Uncertain afterwards, X may have replaced its token since: {each}. Refresh tries once."
        for each in preview.uncertain
    ]
    return lines


def _facts(preview: "Preview", mode: str) -> Facts:
    return {
        "mode": mode,
        "made_at": moment(preview.made_at),
        "apps": [
            {"name": app.name, "new": not app.is_here, "users": list(app.users)}
            for app in preview.apps
        ],
        "changed": preview.added,
        "newer_here": list(preview.newer_here),
        "removed": list(preview.only_here) if mode == _REPLACE else [],
        "uncertain": list(preview.uncertain),
    }
