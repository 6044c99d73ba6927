"""`keypane export`: files and commands for other tools, with references or with values."""

import argparse
import os
from pathlib import Path
from typing import Final

from cli.command_run import CommandRun
from cli.outcome import DONE
from cli.parsing import Parser, command
from core.errors import BadInput
from core.exporters.files import to_env, to_json, to_postman, to_twurl, to_xurl
from core.exporters.hosts import to_host
from core.exporters.portable_app import portable_app
from core.hand_over import Host, is_ignored
from core.portable import PortableApp

_HOSTS: Final = tuple(host.value for host in Host if host is not Host.ENV_FILE)
_TOOLS: Final = ("env", "xurl", "postman", *_HOSTS, "twurl", "json")
_TWO_OWNERS: Final = (
    "This holds a Refresh Token, which works once. Whoever refreshes first ends the other's "
    "copy: let only one do it, with keypane user hand-over."
)
_SHELL: Final = "These lines are for a shell that sources them; no other program resolves them."
_IN_GIT: Final = "No .gitignore covers this file. Add it before you commit."


def parser_of(name: str) -> Parser:
    """Return the parser of `export`."""
    parser = command(
        name,
        "Write what another tool needs to use an App's credentials. Without --reveal it refers to "
        "Keypane and holds no value.",
        _export,
        "export 'My App' --to env",
        "export 'My App' --to github",
        "export 'My App' --to xurl --reveal --output ~/.xurl/auth.yml",
        "export 'My App' --to kubernetes --target x-credentials",
    )
    parser.add_argument("app", metavar="APP", help="the App's name")
    parser.add_argument("--to", required=True, choices=_TOOLS, help="for which tool")
    parser.add_argument("--reveal", action="store_true", help="with the values themselves")
    parser.add_argument(
        "--target", default="", metavar="NAME", help="the host's repository, app, image or secret"
    )
    parser.add_argument(
        "--output", default="", metavar="FILE", help="a new file, for you alone, instead of stdout"
    )
    return parser


def _export(run: CommandRun, arguments: argparse.Namespace) -> int:
    app = portable_app(run.vault(), run.app(arguments.app))
    text = _text(app, arguments.to, arguments.target, reveal=arguments.reveal)
    warnings = []
    if arguments.reveal and any(user.refresh_token for user in app.users):
        warnings.append(_TWO_OWNERS)
    if arguments.to == "env" and not arguments.reveal:
        warnings.append(_SHELL)
    facts: dict[str, object] = {"to": arguments.to, "revealed": arguments.reveal}
    if arguments.output:
        path = Path(arguments.output).expanduser()
        _write_new(path, text)
        if arguments.reveal and not _is_ignored(path):
            warnings.append(_IN_GIT)
        facts["file"] = str(path)
    else:
        facts["text"] = text
    for warning in warnings:
        run.say(f"Warning: {warning}")
    written = f"Written to {arguments.output}."
    run.answer({**facts, "warnings": warnings}, written if arguments.output else text.rstrip("\n"))
    return DONE


def _text(app: PortableApp, tool: str, target: str, *, reveal: bool) -> str:
    if tool in _HOSTS:
        text = to_host(app, Host(tool), target, reveal=reveal)
        if not text:
            raise BadInput("--to", "the App has no credential that can be given by reference")
        return text
    if tool == "xurl":
        return to_xurl([app], reveal=reveal)
    if tool == "twurl":
        return to_twurl([app], reveal=reveal)
    one = {"env": to_env, "postman": to_postman, "json": to_json}[tool]
    return one(app, reveal=reveal)


def _write_new(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all, over none that is there."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    try:
        descriptor = os.open(path, flags, 0o600)
    except FileExistsError:
        raise BadInput("--output", "there is such a file already") from None
    except OSError:
        raise BadInput("--output", "the file cannot be written there") from None
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        path.unlink(missing_ok=True)
        raise BadInput("--output", "the file cannot be written there") from None


def _is_ignored(path: Path) -> bool:
    """Return whether the file is in no git repository, or one of its .gitignore covers it."""
    path = path.absolute()
    for folder in path.parents:
        try:
            rules = (folder / ".gitignore").read_text("utf-8", errors="replace")
        except OSError:
            rules = ""
        if is_ignored(rules, path.relative_to(folder).as_posix()):
            return True
        if (folder / ".git").exists():
            return False
    return True
