"""argparse with our manners: errors are ours, help goes where answers go."""

import argparse
import shutil
import sys
import textwrap
from collections.abc import Callable
from typing import Any, Final, NoReturn, Protocol

from cli.command_run import CommandRun
from core.errors import BadInput

_NARROWEST: Final = 40
_WIDEST: Final = 98
Handler = Callable[[CommandRun, argparse.Namespace], int]

_COMMON: Final = """\
common options, before or behind the command:
  --home DIR                 the data directory (also KEYPANE_HOME)
  --json                     one line of JSON on standard output
  --quiet                    nothing on standard error but errors
  --vault-passphrase-fd N    read the vault's passphrase from this descriptor"""


class Output(Protocol):
    """What takes text."""

    def write(self, text: str, /) -> object:
        """Take it."""


class HelpShown(Exception):
    """--help was asked for and printed."""


class Parser(argparse.ArgumentParser):
    """A parser that raises instead of leaving, and knows no abbreviations.

    Attributes:
        output: where help is printed.
    """

    output: Output = sys.stdout

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("allow_abbrev", False)
        kwargs.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(*args, **kwargs)

    def error(self, message: str) -> NoReturn:
        """Raise BadInput; argparse would print and leave."""
        raise BadInput("arguments", f"{_without_words(message)} (see {self.prog} --help)")

    def exit(self, _status: int = 0, message: str | None = None) -> NoReturn:
        """Say that help was shown; argparse would leave."""
        raise HelpShown(message or "")

    def print_help(self, file: Any = None) -> None:
        """Print the help to `output`."""
        (file or type(self).output).write(self.format_help())

    def format_help(self) -> str:
        """Return the help, its first sentences wrapped as wide as the terminal is."""
        whole, self.description = self.description, _wrapped(self.description or "")
        try:
            return super().format_help()
        finally:
            self.description = whole

    def add_examples(self, *examples: str) -> None:
        """Put examples and the common options behind the help."""
        lines = "".join(f"  keypane {example}\n" for example in examples)
        self.epilog = f"examples:\n{lines}\n{_COMMON}"


def _without_words(message: str) -> str:
    """Return a message of argparse without the words that a command has no place for.

    Such a word may be the token that belonged on standard input, and errors end up in logs.
    """
    told, found, rest = message.partition("unrecognized arguments: ")
    if not found or told:
        return message
    words = rest.split(" ")
    options = [word.partition("=")[0] for word in words if word.startswith("-")]
    more = len(words) - len(options)
    parts = [f"unrecognized options: {' '.join(options)}"] if options else []
    parts += [f"{more} more {'word' if more == 1 else 'words'} than it takes"] if more else []
    return ", ".join(parts)


class Group:
    """A command that is only a word before others, as `app` is."""

    def __init__(self, name: str, summary: str) -> None:
        self.parser = Parser(prog=f"keypane {name}", description=summary)
        self._name = name
        self._examples: list[str] = []
        self._children = self.parser.add_subparsers(
            dest="action", metavar="ACTION", required=True, title="actions"
        )

    def add(self, name: str, summary: str, handler: Handler, *examples: str) -> Parser:
        """Return the parser of one action."""
        child: Parser = self._children.add_parser(name, help=summary, description=summary)
        child.set_defaults(handler=handler)
        child.add_examples(*examples)
        self._examples += examples
        self.parser.add_examples(*self._examples)
        return child


def command(name: str, summary: str, handler: Handler, *examples: str) -> Parser:
    """Return the parser of a command without actions."""
    parser = Parser(prog=f"keypane {name}", description=summary)
    parser.set_defaults(handler=handler)
    parser.add_examples(*examples)
    return parser


def _wrapped(text: str) -> str:
    width = min(shutil.get_terminal_size().columns - 2, _WIDEST)
    return textwrap.fill(text, max(width, _NARROWEST))
