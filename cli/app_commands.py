"""`keypane app …`: Apps and their keys."""

import argparse

from cli.command_run import CommandRun
from cli.environments import add_environment, environment_of
from cli.outcome import DONE
from cli.parsing import Group, Parser
from cli.shapes import app_facts, environment_text, fields_of
from core.errors import BadInput
from core.model import (
    Activity,
    App,
)
from core.new_app import new_app
from core.pasted import FIELDS, read_pasted

_LONGEST_NAME = 100


def parser_of(name: str) -> Parser:
    """Return the parser of `app`."""
    group = Group(name, "Apps that you made in X's developer console.")
    add = group.add(
        "add",
        f"keep an App; reads its fields as JSON or .env lines from standard input: "
        f"{', '.join(FIELDS)} (all optional)",
        _add,
        "app add 'My App' < keys.env",
        """app add Practice --environment sandbox:http://127.0.0.1:8123 < keys.json""",
    )
    add.add_argument("name", metavar="NAME", help="what you want to call it")
    add_environment(add)
    group.add("list", "list all Apps", _list, "app list --json")
    show = group.add("show", "show one App and which fields it has", _show, "app show 'My App'")
    show.add_argument("name", metavar="NAME")
    remove = group.add(
        "remove",
        "forget an App and all its credentials here; ends nothing at X",
        _remove,
        "app remove 'My App'",
    )
    remove.add_argument("name", metavar="NAME")
    return group.parser


def _add(run: CommandRun, arguments: argparse.Namespace) -> int:
    name = arguments.name.strip()
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise BadInput("NAME", "a name has 1 to 100 characters")
    environment = environment_of(arguments.environment)
    text = run.read_input()
    pasted = read_pasted(text)
    vault = run.vault(create=True)
    if any(app.name.lower() == name.lower() for app in vault.all(App)):
        raise BadInput("NAME", "there is an App of this name already")
    app, credentials = new_app(name, environment, pasted.fields, run.world.clock.now())
    vault.save(app, *credentials, Activity(app.app_id, app.created_at, "add", "App", "ok"))
    warnings = [*pasted.warnings, *map(_unknown, pasted.unknown)]
    if text.strip() and not pasted.fields:
        warnings.append("Standard input holds no field of an App; its names are in --help.")
    for warning in warnings:
        run.say(f"Warning: {warning}")
    facts = {
        "name": name,
        "environment": environment_text(environment),
        "warnings": warnings,
    }
    run.answer(facts, f"Added {name}.")
    return DONE


def _list(run: CommandRun, _arguments: argparse.Namespace) -> int:
    vault = run.vault()
    facts = [app_facts(vault, app) for app in vault.all(App)]
    lines = [
        f"{each['name']:<24} {each['environment']:<32} Bearer Token {each['bearer']['state']}, "
        f"{each['users']} users"
        for each in facts
    ]
    run.answer(facts, lines or ["No Apps yet. Add one with: keypane app add NAME"])
    return DONE


def _show(run: CommandRun, arguments: argparse.Namespace) -> int:
    app = run.app(arguments.name)
    vault = run.vault()
    facts = {**app_facts(vault, app), "has": fields_of(vault, app)}
    lines = [
        app.name,
        f"  environment   {facts['environment']}",
        f"  Bearer Token  {facts['bearer']['state']}",
        f"  users         {facts['users']}",
        f"  has           {', '.join(facts['has']) or 'nothing'}",
    ]
    run.answer(facts, lines)
    return DONE


def _remove(run: CommandRun, arguments: argparse.Namespace) -> int:
    app = run.app(arguments.name)
    run.world.browser_sessions.forget(app.app_id)
    run.vault().forget_app(app.app_id)
    run.answer({"removed": app.name}, f"Removed {app.name}. Nothing was ended at X.")
    return DONE


def _unknown(word: str) -> str:
    return f"{word} means nothing here." if word else "One line means nothing here."
