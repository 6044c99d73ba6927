"""`keypane inspect`: what a pasted thing is. Offline; opens no vault and prints no value."""

import argparse
from collections.abc import Iterator
from datetime import UTC, datetime

from cli.command_run import CommandRun
from cli.explained import explanation_lines
from cli.outcome import DONE
from cli.parsing import Parser, command
from core.errors import BadInput
from core.inspector import Piece, inspect
from core.pasted import LABELS

_MARKS = {"ok": "✓", "warn": "▲", "fact": " "}


def parser_of(name: str) -> Parser:
    """Return the parser of `inspect`."""
    return command(
        name,
        "Say what each piece of standard input is: a value, console text, a curl command, a "
        "redirected address, .env lines, JSON, an error. Offline; no value is printed.",
        _inspect,
        "inspect < keys.env",
        "inspect --json < error.txt",
    )


def _inspect(run: CommandRun, _arguments: argparse.Namespace) -> int:
    # The clock of the world would be the same, and would cost the making of a world.
    pieces = inspect(run.read_input(), datetime.now(UTC))
    if not pieces:
        raise BadInput("stdin", "there is nothing in it")
    run.answer([piece.facts() for piece in pieces], [line for p in pieces for line in _lines(p)])
    return DONE


def _lines(piece: Piece) -> Iterator[str]:
    if piece.explanation is not None and piece.kind == "failure":
        yield from explanation_lines(piece.explanation)
        return
    tail = f" …{piece.tail}" if piece.tail else ""
    unsure = "" if piece.is_sure or piece.kind == "unknown" else " (by its shape; not certain)"
    yield f"{piece.title}{tail}{unsure}"
    if piece.field in LABELS:
        yield f"    belongs into the field {LABELS[piece.field]}"
    for note in piece.notes:
        yield f"  {_MARKS[note.kind]} {note.in_english()}"
    if piece.explanation is not None:
        yield from (f"  {line}" for line in explanation_lines(piece.explanation))
    if piece.corrected:
        yield f"  → {piece.corrected}"
