"""`keypane import`: takes over what other tools keep, after a preview."""

import argparse
from pathlib import Path
from typing import Any

from cli.choosing import holder_of
from cli.command_run import CommandRun
from cli.environments import add_environment, environment_of
from cli.outcome import CANCELLED, DONE
from cli.parsing import Parser, command
from core.errors import BadInput
from core.importers import SOURCES, read_foreign
from core.importers.plan import (
    LONGEST_NAME,
    PlannedApp,
    named_after_folder,
    plan_import,
    warnings_of,
)
from core.importers.reading import read_file


def parser_of(name: str) -> Parser:
    """Return the parser of `import`."""
    parser = command(
        name,
        "Take over Apps and credentials that another tool keeps in a file. What would be added is "
        "shown first; what is here already is never replaced, and the file stays as it is.",
        _import,
        "import .env --app 'My App'",
        "import ~/.xurl --yes",
        "import ~/.xurl --held-by xurl",
        "import ~/.twurlrc --from twurl",
    )
    parser.add_argument("file", metavar="FILE", help="the file, or xurl's folder")
    parser.add_argument(
        "--from", dest="source", default="", choices=SOURCES, help="whose file; found out without"
    )
    parser.add_argument("--app", default="", metavar="NAME", help="into this App, here or new")
    add_environment(parser)
    parser.add_argument(
        "--held-by",
        default="",
        metavar="NAME",
        help="this program goes on refreshing the users; Keypane does not, until take-back",
    )
    parser.add_argument("--yes", action="store_true", help="save without asking")
    return parser


def _import(run: CommandRun, arguments: argparse.Namespace) -> int:
    path = Path(arguments.file).expanduser()
    imported = read_foreign(read_file(path), arguments.source)
    name = arguments.app.strip()
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise BadInput("--app", "a name has 1 to 100 characters")
    if name and len(imported.apps) > 1:
        raise BadInput("--app", f"the file holds {len(imported.apps)} Apps")
    environment = environment_of(arguments.environment)
    here = None if run.world.vault.status().state == "none" else run.vault()
    named = named_after_folder(imported, path)
    now, holder = run.world.clock.now(), holder_of("--held-by", arguments.held_by)
    planned = plan_import(named, here, environment, now, name, holder)
    for line in _lines(planned):
        run.say(line)
    warnings = warnings_of(imported, holder)
    for warning in warnings:
        run.say(f"Warning: {warning}")
    if len(warnings) > len(imported.warnings):
        run.say("With --held-by NAME the other tool goes on, and nothing is refreshed here.")
    saved = any(app.nouns for app in planned) and (arguments.yes or _is_wanted(run))
    if saved:
        vault = run.vault(create=True)
        vault.save(*(noun for app in planned for noun in app.nouns))
    facts = {
        "from": imported.source,
        "saved": saved,
        "apps": [_facts(app) for app in planned],
        "warnings": list(warnings),
    }
    run.answer(facts, "Saved." if saved else "Nothing was saved.")
    return DONE if saved or not any(app.nouns for app in planned) else CANCELLED


def _is_wanted(run: CommandRun) -> bool:
    if not run.stdin.isatty():
        raise BadInput("--yes", "without a terminal to ask on, nothing is saved unless it is given")
    run.stderr.write("Save this? [y/N] ")
    run.stderr.flush()
    return run.stdin.readline().strip().lower() in {"y", "yes"}


def _facts(app: PlannedApp) -> dict[str, Any]:
    return {
        "name": app.name,
        "new": app.is_new,
        "added": list(app.added),
        "kept": list(app.kept),
    }


def _lines(planned: tuple[PlannedApp, ...]) -> list[str]:
    lines = []
    for app in planned:
        lines.append(f"{app.name} ({'a new App' if app.is_new else 'is here already'})")
        lines += [f"  + {thing}" for thing in app.added]
        lines += [f"  = {thing} stays as it is here" for thing in app.kept]
    return lines
