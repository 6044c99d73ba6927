"""The options that every command shares, taken out of the arguments wherever they stand."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.errors import BadInput
from core.secret import Secret

_LONGEST_PASSPHRASE: Final = 1024
_FLAGS: Final = {"--json": "json", "--quiet": "quiet"}
_VALUES: Final = ("--home", "--vault-passphrase-fd")


@dataclass(frozen=True, slots=True)
class StartOptions:
    """What holds for the whole run.

    Attributes:
        home: the data directory, None for the usual one.
        json: one JSON document on stdout instead of text.
        quiet: nothing on stderr but errors.
        passphrase_fd: the descriptor (on Windows: handle) to read the passphrase from.
    """

    home: Path | None = None
    json: bool = False
    quiet: bool = False
    passphrase_fd: int | None = None

    def read_passphrase(self) -> Secret | None:
        """Return the passphrase of the descriptor, or None where none was named.

        One trailing newline is dropped. The descriptor is closed, so it can be read once.

        Raises:
            BadInput: nothing can be read from it, or it is no passphrase.
        """
        if self.passphrase_fd is None:
            return None
        try:
            with os.fdopen(_descriptor(self.passphrase_fd), "rb") as stream:
                raw = stream.read(_LONGEST_PASSPHRASE + 1)
            text = raw.decode("utf-8")
        except (OSError, ValueError):
            raise BadInput("--vault-passphrase-fd", "nothing can be read from it") from None
        if len(raw) > _LONGEST_PASSPHRASE:
            raise BadInput("--vault-passphrase-fd", "this is too long to be a passphrase")
        return Secret(text.removesuffix("\n").removesuffix("\r"))


def _descriptor(number: int) -> int:
    """Return a C descriptor: Windows hands handles over."""
    if sys.platform == "win32":
        import msvcrt

        return msvcrt.open_osfhandle(number, os.O_RDONLY)
    return number


def split(arguments: list[str]) -> tuple[StartOptions, list[str]]:
    """Return the shared options and what remains. Nothing after `--` is looked at.

    Raises:
        BadInput: an option lacks its value, or the value cannot be one.
    """
    found: dict[str, str] = {}
    flags: set[str] = set()
    rest: list[str] = []
    place = 0
    while place < len(arguments):
        word = arguments[place]
        name, has_value, value = word.partition("=")
        if word == "--":
            rest += arguments[place:]
            break
        if word in _FLAGS:
            flags.add(_FLAGS[word])
        elif name in _VALUES:
            if not has_value:
                place += 1
                value = arguments[place] if place < len(arguments) else ""
            if not value or (not has_value and value.startswith("--")):
                raise BadInput(name, "a value is missing")
            found[name] = value
        else:
            rest.append(word)
        place += 1
    return _options(found, flags), rest


def _options(found: dict[str, str], flags: set[str]) -> StartOptions:
    fd = found.get("--vault-passphrase-fd")
    if fd is not None and not fd.isascii():
        fd = "x"
    if fd is not None and not fd.isdigit():
        raise BadInput("--vault-passphrase-fd", "not a descriptor's number")
    home = found.get("--home")
    return StartOptions(
        home=Path(home).expanduser() if home else None,
        json="json" in flags,
        quiet="quiet" in flags,
        passphrase_fd=None if fd is None else int(fd),
    )
