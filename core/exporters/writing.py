"""Writes an export into a file for its owner alone, whole or not at all."""

import os
import secrets
from pathlib import Path

from core.errors import BadInput
from core.hand_over import is_ignored

_MOST_FOLDERS = 64


def write_private(path: Path, text: str, *, over: bool = False) -> None:
    """Write a file that only its owner may read.

    It is written beside its place and then put there, so that no reader sees half of it. A link
    in its place is replaced and never followed.

    Args:
        path: of the file.
        text: all of it.
        over: whether a file that is there may be replaced.

    Raises:
        BadInput: there is such a file already, or nothing can be written there.
    """
    if not over and os.path.lexists(path):
        raise BadInput("--output", "there is such a file already")
    beside = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    try:
        descriptor = os.open(beside, flags, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            _put(beside, path, over=over)
        finally:
            beside.unlink(missing_ok=True)
    except FileExistsError:
        raise BadInput("--output", "there is such a file already") from None
    except (OSError, ValueError):
        raise BadInput("--output", "the file cannot be written there") from None


def _put(beside: Path, path: Path, *, over: bool) -> None:
    if over:
        beside.replace(path)
    elif os.name == "nt":
        beside.rename(path)  # which fails there if the name is taken
    else:
        try:
            os.link(beside, path)  # rename would replace what came meanwhile
        except PermissionError:
            beside.rename(path)  # a file system without hard links


def is_exposed(path: Path) -> bool:
    """Return whether the file lies in a git repository of which no .gitignore covers it."""
    path = path.absolute()
    for folder in path.parents[:_MOST_FOLDERS]:
        try:
            rules = (folder / ".gitignore").read_text("utf-8", errors="replace")
        except OSError:
            rules = ""
        if is_ignored(rules, path.relative_to(folder).as_posix()):
            return False
        if (folder / ".git").exists():
            return True
    return False
