"""`keypane operations`: what X's API can do, and taking a newer list of it into use."""

import argparse
from typing import TYPE_CHECKING, Any

from cli.command_run import CommandRun
from cli.outcome import CANCELLED, DONE
from cli.parsing import Parser, command
from core.catalogue import catalogue, published
from core.errors import BadInput
from core.preflight import enterprise_only

if TYPE_CHECKING:
    from core.catalogue_update import Difference, Preview

_KEPT = ("id", "method", "path", "tag", "title", "auth", "parameters", "streaming")
_OPTIONAL = ("body", "exclusions")
_MOST_LINES = 40


def parser_of(name: str) -> Parser:
    """Return the parser of `operations`."""
    parser = command(
        name,
        "List all operations of X's API. --update reads a newer OpenAPI file of X's, shows what "
        "would change, and takes it into use; a malformed file changes nothing.",
        _operations,
        "operations --json",
        "operations --tag Users",
        "operations --update",
        "operations --update ./openapi.json --yes",
        "operations --built-in",
    )
    parser.add_argument("--tag", default="", metavar="TAG", help="only those of this tag, as Users")
    change = parser.add_mutually_exclusive_group()
    change.add_argument(
        "--update",
        nargs="?",
        const="",
        metavar="FILE|URL",
        help="from this file or address; without one, from X's own address",
    )
    change.add_argument(
        "--built-in", action="store_true", help="go back to the operations Keypane came with"
    )
    parser.add_argument("--yes", action="store_true", help="with --update: without asking")
    return parser


def _operations(run: CommandRun, arguments: argparse.Namespace) -> int:
    if arguments.yes and arguments.update is None:
        raise BadInput("--yes", "it belongs to --update")
    if arguments.update is not None:
        return _update(run, arguments)
    world = run.world  # knows where a newer catalogue lies
    if arguments.built_in:
        updates = world.catalogue_updates
        went_back = updates.go_back()
        facts = {"went_back": went_back, "version": updates.version}
        run.answer(facts, f"The built-in operations of X's file {updates.version} are in use.")
        return DONE
    return _list(run, arguments.tag)


def _list(run: CommandRun, tag: str) -> int:
    rows = catalogue().as_facts()
    tags = {each["tag"].lower(): each["tag"] for each in rows}
    if tag and tag.lower() not in tags:
        raise BadInput("--tag", f"the tags are {', '.join(sorted(tags.values()))}")
    facts = [
        {key: each[key] for key in (*_KEPT, *_OPTIONAL) if key in each} | _access(each["id"])
        for each in rows
        if not tag or each["tag"].lower() == tag.lower()
    ]
    run.answer(facts, [_line(each) for each in facts])
    return DONE


def _access(identity: str) -> dict[str, Any]:
    """Return what X published about who may call an operation, with its days; mostly nothing."""
    table = published()
    told = [
        {"level": a.level, "since": a.since, "note": a.note, "read_at": table.access_read_at}
        for a in table.access_to(identity)
    ]
    return {"access": told} if told else {}


def _line(facts: dict[str, Any]) -> str:
    line = f"{facts['method']:<7}{facts['path']:<60}{facts['title']}"
    return f"{line}  [enterprise only]" if enterprise_only(facts["id"]) else line


def _update(run: CommandRun, arguments: argparse.Namespace) -> int:
    run.operation = "read"
    updates = run.world.catalogue_updates
    preview = updates.preview(arguments.update, run.cancel)
    told = preview.difference
    for line in _lines(told):
        run.say(line)
    is_wanted = not told.is_empty and (arguments.yes or _is_wanted(run))
    if is_wanted:
        updates.accept(preview)
    run.answer(_facts(preview, updated=is_wanted), _outcome(preview, updated=is_wanted))
    return DONE if is_wanted or told.is_empty else CANCELLED


def _is_wanted(run: CommandRun) -> bool:
    if not run.stdin.isatty():
        raise BadInput(
            "--yes", "without a terminal to ask on, nothing is changed unless it is given"
        )
    run.stderr.write("Take these operations into use? [y/N] ")
    run.stderr.flush()
    return run.stdin.readline().strip().lower() in {"y", "yes"}


def _facts(preview: "Preview", *, updated: bool) -> dict[str, Any]:
    told = preview.difference
    return {
        "updated": updated,
        "version": preview.version,
        "operations": preview.operations,
        "added": list(told.added),
        "removed": list(told.removed),
        "changed": [{"operation": o.operation, "changes": list(o.changes)} for o in told.changed],
    }


def _outcome(preview: "Preview", *, updated: bool) -> str:
    if updated:
        return f"{preview.operations} operations of X's file {preview.version} are in use."
    return "Nothing would change." if preview.difference.is_empty else "Nothing was changed."


def _lines(told: "Difference") -> list[str]:
    lines = [f"+ {key}" for key in told.added] + [f"- {key}" for key in told.removed]
    lines += [f"~ {each.operation}: {'; '.join(each.changes)}" for each in told.changed]
    if len(lines) > _MOST_LINES:
        rest = len(lines) - _MOST_LINES
        lines = [*lines[:_MOST_LINES], f"… and {rest} more; --json tells them all"]
    return lines
