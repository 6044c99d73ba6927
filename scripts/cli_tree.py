"""The command line's commands, options and examples, read off its own parsers."""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module

from cli.dispatch import COMMANDS
from cli.parsing import Parser

COMMON = (
    ("--home", "DIR", "the data directory (also KEYPANE_HOME)"),
    ("--json", "", "one line of JSON on standard output"),
    ("--quiet", "", "nothing on standard error but errors"),
    ("--vault-passphrase-fd", "N", "read the vault's passphrase from this descriptor"),
    ("--help", "", "say what there is"),
)
HEAD = "made by scripts/make_completions.py from the parsers; do not edit"


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a command. Without `value` it is a switch."""

    name: str
    value: str
    help: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Command:
    """A command, or one action of it: "app" or "app add"."""

    path: str
    help: str
    usage: str
    options: tuple[Option, ...]
    examples: tuple[str, ...]
    actions: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """The first sentence of the help, for a list."""
        return self.help.split(". ")[0].split("; ")[0].rstrip(".")


def commands() -> list[Command]:
    """Return every command and action, in the order of the help."""
    found: list[Command] = []
    for name, (module, summary) in COMMANDS.items():
        parser: Parser = import_module(module).parser_of(name)
        children = dict(_children(parser))
        found.append(_command(name, summary, parser, tuple(children)))
        for action, child in children.items():
            found.append(_command(f"{name} {action}", child.description or "", child))
    return found


def _children(parser: Parser) -> Iterator[tuple[str, Parser]]:
    for action in parser._actions:  # noqa: SLF001 - argparse offers no other way
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            yield from action.choices.items()


def _command(path: str, summary: str, parser: Parser, actions: tuple[str, ...] = ()) -> Command:
    options = [
        _option(action)
        for action in parser._actions  # noqa: SLF001
        if action.option_strings and action.dest != "help"
    ]
    examples = (parser.epilog or "").partition("\n\n")[0].splitlines()[1:]
    usage = " ".join(parser.format_usage().removeprefix("usage: ").split())
    shown = tuple(line.strip() for line in examples)
    return Command(path, summary, usage, tuple(options), shown, actions)


def _option(action: argparse.Action) -> Option:
    takes_value = action.nargs != 0
    metavar = action.metavar if isinstance(action.metavar, str) else action.dest.upper()
    choices = tuple(str(choice) for choice in action.choices or ())
    text = (action.help or "") % {"default": action.default} if action.help else ""
    return Option(action.option_strings[-1], metavar if takes_value else "", text, choices)


def all_options(command: Command) -> tuple[Option, ...]:
    """Return a command's options and the common ones."""
    return (*command.options, *(Option(*each) for each in COMMON))
