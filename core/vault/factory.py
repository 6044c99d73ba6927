"""What the vault needs of the place where stores live: to find, make and restore one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from core.ports import Store


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of the vault's store.

    Attributes:
        name: as `generations` knows it.
        made_at: when it was made (UTC).
    """

    name: str
    made_at: datetime


class StoreFactory(Protocol):
    """Opens and makes stores in one place, such as a folder. Safe from any thread."""

    @property
    def directory(self) -> str:
        """Where the vault is, in words for the person."""

    def exists(self) -> bool:
        """Return whether there is a vault, sound or not. One look at the disk, no more."""

    def open(self) -> Store:
        """Open the vault's store, migrating an older one after a backup.

        Raises:
            VaultUnavailable: it is not there or cannot be used.
            VaultCorrupt: it is not readable as a store.
        """

    def create(self, fill: Callable[[Store], None], *, over: bool = False) -> Store:
        """Make the vault's store; it exists once `fill` has written all it needs, or never.

        Args:
            fill: writes what the new store holds.
            over: a vault that is there already is set aside, whole, with its copies.

        Raises:
            VaultUnavailable: it cannot be made here, or there is one already.
        """

    def memory(self) -> Store:
        """Return a new store that is gone when it is closed."""

    def back_up(self, store: Store) -> None:
        """Keep a copy of the vault's store if it changed since the last copy.

        Of more than three copies the oldest goes, unless it is the only one of an earlier
        day. A failure is logged, not raised: it is
        no reason to keep a person from their vault.
        """

    def generations(self) -> Sequence[str]:
        """Return the names of the copies, newest first."""

    def open_generation(self, name: str) -> Store:
        """Open a copy for reading. Raises as `open`."""

    def restore(self, name: str, prepare: Callable[[Store], None]) -> Store:
        """Put a copy in the vault's place and open it; the damaged file is set aside, whole.

        Args:
            name: of the copy, which stays as it is.
            prepare: writes into what takes the vault's place, before it does.

        Raises as `open`.
        """

    def went_back(self, store: Store) -> bool:
        """Return whether the open vault is older than it was when it was last written.

        A damaged end of its log was dropped, or an older file was put in its place.
        """

    def set_aside(self) -> None:
        """Keep a whole copy of the vault as it is on disk, for whoever wants to look into it.

        Raises as `open`.
        """

    def accept(self, store: Store) -> None:
        """Take the open vault for the newest from now on."""

    # --- what the person asks for ----------------------------------------------------------------

    def copies(self) -> Sequence[Copy]:
        """Return the copies with their times, newest first."""

    def keep_copy(self, store: Store) -> None:
        """Keep a copy as `back_up` does, and raise VaultError where that is not possible."""

    def rewrap(self, store: Store, names: Sequence[str]) -> None:
        """Give every copy of this vault the store's unsealed values of these names.

        What a value was before stays neither in the copies nor in the store's own file.
        """

    def call_lock(self) -> None:
        """Ask every program that has this vault open to lock it."""

    def lock_calls(self) -> int:
        """Return a number that changes with each `call_lock`. One look at the disk."""

    # --- a file of the person's, anywhere -------------------------------------------------------

    def write_backup(self, path: Path, data: bytes, *, overwrite: bool) -> None:
        """Write a file that only its owner may read, whole or not at all. Raises BadInput."""

    def read_backup(self, path: Path, most_bytes: int) -> bytes:
        """Return the bytes of a plain file of at most so many bytes. Raises BadInput."""

    # --- the end of everything -------------------------------------------------------------------

    def note_item(self, service: str, user: str) -> None:
        """Note that the OS keyring is about to hold an item of this place's vault."""

    def forget_item(self, service: str, user: str) -> None:
        """Note that the OS keyring holds this item no longer."""

    def begin_erasing(self) -> None:
        """Note durably that all of this is to be erased; from now on there is no vault here."""

    def erasing(self) -> tuple[bool, Sequence[tuple[str, str]]]:
        """Return whether files are to be erased, and which items of the keyring."""

    def erase_files(self) -> None:
        """Delete all that is here, but for the note. Raises VaultUnavailable."""

    def items_left(self, items: Sequence[tuple[str, str]]) -> None:
        """Note which items of the keyring could not be deleted yet; with none the note goes."""
