"""`keypane export`: files and commands for other tools, with references or with values."""

import argparse
from pathlib import Path

from cli.command_run import CommandRun
from cli.outcome import DONE
from cli.parsing import Parser, command
from core.exporters.exporting import NOT_IGNORED, TOOLS, export_text, warnings_of
from core.exporters.portable_app import portable_app
from core.exporters.writing import is_exposed, write_private


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
    parser.add_argument("--to", required=True, choices=TOOLS, help="for which tool")
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
    text = export_text(app, arguments.to, arguments.target, reveal=arguments.reveal)
    warnings = list(warnings_of(app, arguments.to, reveal=arguments.reveal))
    facts: dict[str, object] = {"to": arguments.to, "revealed": arguments.reveal}
    if arguments.output:
        path = Path(arguments.output).expanduser()
        write_private(path, text)
        if arguments.reveal and is_exposed(path):
            warnings.append(NOT_IGNORED)
        facts["file"] = str(path)
    else:
        facts["text"] = text
    for warning in warnings:
        run.say(f"Warning: {warning}")
    written = f"Written to {arguments.output}."
    run.answer({**facts, "warnings": warnings}, written if arguments.output else text.rstrip("\n"))
    return DONE
