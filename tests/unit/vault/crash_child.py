"""Runs one act on a vault and dies, as by `kill -9`, at the step of a given number.

A step is a statement of SQLite, or a call that changes a file. Prints how many there were.
"""

import os
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.errors import VaultError
from core.secret import Secret
from core.vault.backups import Backups
from core.vault.erase import Erase
from core.vault.restoring import MERGE, REPLACE
from core.vault.ways_in import WaysIn
from tests.fakes.keys import FakeKeys
from tests.fakes.vaults import vault_in

PASSPHRASE = Secret("correct horse battery")
NEW = Secret("another horse battery")


class Steps:
    """Counts, and dies when it is time."""

    def __init__(self, last: int) -> None:
        self.count = 0
        self.is_counting = False
        self._last = last

    def take(self) -> None:
        """Take one step."""
        if not self.is_counting:
            return
        self.count += 1
        if self.count == self._last:
            os._exit(9)

    def watch(self, owner: Any, name: str) -> None:
        """Count the calls of a function."""
        act = getattr(owner, name)

        def counted(*args: Any, **kwargs: Any) -> Any:
            self.take()
            return act(*args, **kwargs)

        setattr(owner, name, counted)


def _watch_all(steps: Steps) -> None:
    class Connection(sqlite3.Connection):
        def execute(self, *args: Any) -> sqlite3.Cursor:
            steps.take()
            return super().execute(*args)

    connect = sqlite3.connect
    sqlite3.connect = lambda *a, **k: connect(*a, **{**k, "factory": Connection})
    for name in ("open", "fsync", "link", "replace", "rename", "unlink", "rmdir", "utime"):
        steps.watch(os, name)


def _act(name: str, folder: Path, file: Path) -> Callable[[], object]:
    vault = vault_in(folder, FakeKeys())
    backups, ways, erase = Backups(vault), WaysIn(vault), Erase(vault)
    if name == "forgotten":
        there = backups.read(file, PASSPHRASE)
        return lambda: backups.start_over(there, NEW, over=True)
    if name == "new":
        there = backups.read(file, PASSPHRASE)
        return lambda: backups.start_over(there, NEW)
    vault.unlock(PASSPHRASE)
    acts: dict[str, Callable[[], object]] = {
        "merge": lambda: backups.restore(backups.read(file, PASSPHRASE), MERGE),
        "replace": lambda: backups.restore(backups.read(file, PASSPHRASE), REPLACE),
        "save": lambda: backups.save(file, PASSPHRASE, overwrite=True),
        "passphrase": lambda: ways.set_passphrase(NEW),
        "recovery": lambda: ways.set_passphrase(NEW, recovery=True),
        "erase": erase.everything,
    }
    return acts[name]


def main(name: str, folder: str, file: str, last: str) -> None:
    """Do it."""
    steps = Steps(int(last))
    _watch_all(steps)  # before the first connection is made
    act = _act(name, Path(folder), Path(file))
    steps.is_counting = True
    try:
        act()
    except VaultError as error:
        sys.exit(f"{type(error).__name__}: {error}")
    sys.stdout.write(f"{steps.count}\n")
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
