"""`keypane operations`: what X's API can do. Needs no World, so that scripts may ask often."""

import argparse

from cli.command_run import CommandRun
from cli.outcome import DONE
from cli.parsing import Parser, command
from core.catalogue import catalogue

_KEPT = ("id", "method", "path", "tag", "title", "auth", "parameters", "streaming")


def parser_of(name: str) -> Parser:
    """Return the parser of `operations`."""
    return command(name, "List all operations of X's API.", _operations, "operations --json")


def _operations(run: CommandRun, _arguments: argparse.Namespace) -> int:
    facts = [{key: each[key] for key in _KEPT} for each in catalogue().as_facts()]
    run.answer(facts, [f"{each['method']:<7}{each['path']:<60}{each['title']}" for each in facts])
    return DONE
