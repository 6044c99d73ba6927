"""The vault's folder beside its database: lock calls, notes on the keyring, and its end."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from core.adapters import backup_files, erasing
from core.adapters.data_directory import make_private
from core.adapters.file_locks import FileLocks
from core.adapters.private_files import make_empty, remove, rename
from core.ports import CancelToken

FOLDER_LOCK_SECONDS: Final = 30.0
_LOCK_CALL: Final = "lock-call"


class VaultFolder:
    """What `core.vault.factory.StoreFactory` asks of a folder whatever its database is."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._locks = FileLocks(folder / "locks")
        self._seen: dict[str, tuple[int, int]] = {_LOCK_CALL: (0, 0), "vault.db": (0, 0)}

    @property
    def directory(self) -> str:
        """The folder's path."""
        return str(self._folder)

    # --- all programs ----------------------------------------------------------------------------

    def call_lock(self) -> None:
        """Change what `lock_calls` reads."""
        make_private(self._folder)
        fresh = self._folder / f"{_LOCK_CALL}.new"
        remove(fresh)
        make_empty(fresh)
        rename(fresh, self._folder / _LOCK_CALL)

    def lock_calls(self) -> int:
        """Return a number that changes with each call, and when the vault file is another one."""
        for name in (_LOCK_CALL, "vault.db"):
            try:
                facts = (self._folder / name).stat()
            except (FileNotFoundError, NotADirectoryError):
                self._seen[name] = 0, 0
            except OSError:
                continue  # nothing is known, so nothing has changed
            else:
                # The vault file is written all the time; another file is another vault.
                moment = facts.st_mtime_ns if name == _LOCK_CALL else 0
                self._seen[name] = facts.st_ino, moment
        return hash(tuple(self._seen.values()))

    # --- the keyring's items, and erasing --------------------------------------------------------

    def note_item(self, service: str, user: str) -> None:
        """Note an item of the OS keyring."""
        self._prepare()
        with self._hold("items"):
            erasing.note_item(self._folder, (service, user))

    def forget_item(self, service: str, user: str) -> None:
        """Note that an item of the OS keyring is gone."""
        with self._hold("items"):
            erasing.forget_item(self._folder, (service, user))

    def begin_erasing(self) -> None:
        """Write the note that makes all of this erased in the end."""
        make_private(self._folder)
        erasing.begin(self._folder, erasing.known_items(self._folder))

    def erasing(self) -> tuple[bool, Sequence[tuple[str, str]]]:
        """Return what is still to be erased."""
        return erasing.is_begun(self._folder), erasing.items_left(self._folder)

    def erase_files(self) -> None:
        """Delete all files of ours."""
        erasing.erase_files(self._folder)

    def items_left(self, items: Sequence[tuple[str, str]]) -> None:
        """Note which items of the keyring are left."""
        erasing.keep_left(self._folder, tuple(items))

    # --- files elsewhere -------------------------------------------------------------------------

    def write_backup(self, path: Path, data: bytes, *, overwrite: bool) -> None:
        """Write a file of the person's, whole or not at all."""
        backup_files.write_whole(path, data, overwrite=overwrite)

    def read_backup(self, path: Path, most_bytes: int) -> bytes:
        """Return the bytes of a file of the person's."""
        return backup_files.read_whole(path, most_bytes)

    # --- for the database ------------------------------------------------------------------------

    def _prepare(self) -> None:
        for folder in (self._folder, self._folder / "locks", self._folder / "backups"):
            make_private(folder)

    @contextmanager
    def _hold(self, what: str, seconds: float = FOLDER_LOCK_SECONDS) -> Iterator[None]:
        with self._locks.hold(f"folder:{what}", CancelToken(), seconds):
            yield
