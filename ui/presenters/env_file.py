"""A .env file on disk: written for the person alone, its other lines kept. Runs on a worker."""

import os
import secrets
import stat
from pathlib import Path
from typing import Final

from core.errors import BadInput
from core.hand_over import Values, is_ignored, merged

_MOST_BYTES: Final = 256 << 10
_MOST_FOLDERS: Final = 64


def write_env(path: Path, values: Values) -> None:
    """Put values into a .env file, atomically and readable by its owner alone.

    Lines of other names stay. A link is never followed, so that nobody can lead the secrets
    elsewhere.

    Raises:
        BadInput: it is no regular file, too large, not text, or the folder cannot be written.
    """
    text = merged(_existing(path), values)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    try:
        descriptor = os.open(beside, flags, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as target:
                target.write(text)
                target.flush()
                os.fsync(target.fileno())
            beside.replace(path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
    except OSError:
        raise BadInput("file", "it cannot be written") from None


def is_exposed(path: Path) -> bool:
    """Return whether the file lies in a git repository whose .gitignore does not cover it."""
    inside = [path.parent, *path.parent.parents][:_MOST_FOLDERS]
    root = next((folder for folder in inside if (folder / ".git").exists()), None)
    if root is None:
        return False
    for folder in inside[: inside.index(root) + 1]:
        relative = path.relative_to(folder).as_posix()
        try:
            text = (folder / ".gitignore").read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        if is_ignored(text, relative):
            return False
    return True


def _existing(path: Path) -> str:
    try:
        found = path.lstat()
    except FileNotFoundError:
        return ""
    except OSError:
        raise BadInput("file", "it cannot be read") from None
    if not stat.S_ISREG(found.st_mode):
        raise BadInput("file", "it is not a regular file")
    if found.st_size > _MOST_BYTES:
        raise BadInput("file", "it is larger than 256 KiB")
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise BadInput("file", "it is not text in UTF-8") from None
