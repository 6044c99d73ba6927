"""Passphrases on the command line: from a descriptor, from standard input, or asked for.

Never from an argument or the environment, where other programs could read them.
"""

import argparse
import getpass
import os
import warnings
from typing import Final

from cli.command_run import CommandRun
from core.errors import BadInput, Cancelled
from core.secret import Secret
from core.start_options import StartOptions

_MOST_CHARS: Final = 1024


def number_of(text: str) -> int:
    """Return a descriptor's number, for argparse."""
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError("not a descriptor's number")
    return int(text)


def read_descriptor(number: int, option: str) -> Secret:
    """Return the passphrase of a descriptor, which is closed; one trailing newline is dropped.

    Raises:
        BadInput: nothing can be read from it, or it is no passphrase.
    """
    try:
        found = StartOptions(passphrase_fd=number).read_passphrase()
    except BadInput as wrong:
        raise BadInput(option, wrong.detail) from None
    assert found is not None, "a descriptor was named"
    return found


def read_input(run: CommandRun) -> Secret:
    """Return the passphrase on standard input, one trailing newline dropped."""
    text = run.read_input()
    if len(text) > _MOST_CHARS:
        raise BadInput("stdin", "this is too long to be a passphrase")
    return Secret(text.removesuffix("\n").removesuffix("\r"))


def ask(run: CommandRun, question: str, *, twice: bool = False) -> Secret:
    """Ask on the terminal without showing what is typed. Only where `run.stdin` is one.

    Raises:
        BadInput: the two are not alike, or the terminal would show it.
        Cancelled: the person ended it.
    """
    first = _typed(run, f"{question}: ")
    if twice and _typed(run, f"{question}, once more: ") != first:
        raise BadInput("passphrase", "the two are not alike")
    return first


def _typed(run: CommandRun, prompt: str) -> Secret:
    with warnings.catch_warnings():
        warnings.simplefilter("error", getpass.GetPassWarning)
        try:
            return Secret(getpass.getpass(prompt, stream=run.stderr if os.name != "nt" else None))
        except getpass.GetPassWarning:
            raise BadInput("passphrase", "this terminal would show it; use a descriptor") from None
        except EOFError:
            raise Cancelled(nothing_sent=True) from None
