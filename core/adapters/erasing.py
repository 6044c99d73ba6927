"""Erasing all that Keypane keeps in its folder, so that whatever cuts it off is made good.

A note is written first; while it stands, there is no vault here, and whoever starts next goes
on where it broke off. Only what Keypane makes is deleted, by name: a person may have chosen a
folder with other things in it.
"""

import json
import os
import shutil
import sqlite3
import stat
from collections.abc import Iterable
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from core.adapters.data_directory import sync_folder, unavailable
from core.adapters.private_files import SIDE_FILES

Item = tuple[str, str]
ERASING: Final = "erasing"
KEYRING_LEFT: Final = "keyring-left"
ITEMS: Final = "keyring-items"
_FILES: Final = (
    *(f"{name}{suffix}" for name in ("vault.db", "vault.new") for suffix in ("", *SIDE_FILES)),
    *("reserve", "commits", "lock-call", ITEMS, "sandbox.json", "helper.sock"),
    *("catalogue.json", "drawing-began", "draw-in-software"),
)
_BESIDE: Final = ("sandbox.json.", "catalogue.json.", "helper.", f"{ITEMS}.", f"{ERASING}.")
_FOLDERS: Final = ("backups", "quarantine", "browser", "logs", "locks")
_MOST_OVERWRITTEN_BYTES: Final = 64 << 20
_CHUNK: Final = bytes(1 << 20)


def note_item(folder: Path, item: Item) -> None:
    """Note that the OS keyring gets an item, before it does. Raises VaultUnavailable."""
    known = _read(folder / ITEMS)
    if item not in known:
        _write(folder / ITEMS, (*known, item))


def forget_item(folder: Path, item: Item) -> None:
    """Note that the OS keyring has an item no longer. Raises VaultUnavailable."""
    left = tuple(each for each in _read(folder / ITEMS) if each != item)
    if left:
        _write(folder / ITEMS, left)
        return
    try:
        (folder / ITEMS).unlink(missing_ok=True)
    except OSError as error:
        raise unavailable(error) from None


def known_items(folder: Path) -> tuple[Item, ...]:
    """Return every item of the OS keyring that belongs to a vault of this folder."""
    found = list(_read(folder / ITEMS))
    for name in ("vault.db", "backups", "quarantine"):
        place = folder / name
        for path in place.glob("*.db") if place.is_dir() else (place,):
            found += _item_of(path)
    return tuple(dict.fromkeys(found))


def begin(folder: Path, items: Iterable[Item]) -> None:
    """Write the note that everything here is to be erased. Raises VaultUnavailable."""
    _write(folder / ERASING, tuple(items))


def is_begun(folder: Path) -> bool:
    """Return whether files are to be erased."""
    return os.path.lexists(folder / ERASING)


def items_left(folder: Path) -> tuple[Item, ...]:
    """Return the items of the OS keyring that are still to be deleted."""
    return (*_read(folder / ERASING), *_read(folder / KEYRING_LEFT))


def erase_files(folder: Path) -> None:
    """Delete all files of ours but the note, which then only speaks of the keyring.

    Raises:
        VaultUnavailable: something could not be deleted; the note stays.
    """
    try:
        for name in _FILES:
            _delete(folder / name)
        for path in folder.iterdir():
            if path.name.startswith(_BESIDE):
                _delete(path)
        for name in _FOLDERS:
            _delete_tree(folder / name)
        if items_left(folder):
            (folder / ERASING).replace(folder / KEYRING_LEFT)
        (folder / ERASING).unlink(missing_ok=True)
        sync_folder(folder)
    except FileNotFoundError:
        return
    except OSError as error:
        raise unavailable(error) from None


def keep_left(folder: Path, items: tuple[Item, ...]) -> None:
    """Note which items of the OS keyring are left; with none, the folder goes if it is empty."""
    if items:
        _write(folder / KEYRING_LEFT, items)
        return
    try:
        (folder / KEYRING_LEFT).unlink(missing_ok=True)
    except OSError as error:
        raise unavailable(error) from None
    with suppress(OSError):
        folder.rmdir()


def _delete(path: Path) -> None:
    """Overwrite a plain file of ours and delete it; of anything else only the name goes."""
    try:
        facts = path.lstat()
    except FileNotFoundError:
        return
    if stat.S_ISREG(facts.st_mode) and facts.st_nlink == 1:
        with suppress(OSError):  # best effort: what a disk really keeps, nobody here can tell
            _overwrite(path, min(facts.st_size, _MOST_OVERWRITTEN_BYTES))
    if stat.S_ISDIR(facts.st_mode):
        return
    path.unlink(missing_ok=True)


def _overwrite(path: Path, size: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0))
    with os.fdopen(descriptor, "wb") as file:  # truncates nothing: the blocks are written over
        while size > 0:
            size -= file.write(_CHUNK[: min(size, len(_CHUNK))])
        file.flush()
        os.fsync(file.fileno())


def _delete_tree(folder: Path) -> None:
    if folder.is_symlink() or not folder.is_dir():
        _delete(folder)
        return
    for path in folder.rglob("*.db*"):
        _delete(path)
    shutil.rmtree(folder)


def _item_of(path: Path) -> list[Item]:
    """Return the keyring's item that a vault file names; damage and other files name none."""
    if path.is_symlink() or not path.is_file():
        return []
    with suppress(sqlite3.Error, ValueError, TypeError):
        address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(address, uri=True)) as connection:
            row = connection.execute(
                "SELECT value FROM meta WHERE name = 'wrap.keyring'"
            ).fetchone()
            if row is not None:
                note = json.loads(row[0])
                return [(str(note["service"]), str(note["user"]))]
    return []


def _read(path: Path) -> tuple[Item, ...]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return ()
    parted = (line.split("\t") for line in lines)
    return tuple((parts[0], parts[1]) for parts in parted if len(parts) == 2)


def _write(path: Path, items: tuple[Item, ...]) -> None:
    text = "".join(f"{service}\t{user}\n" for service, user in items)
    fresh = path.with_name(f"{path.name}.new")
    try:
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise unavailable(error) from None
