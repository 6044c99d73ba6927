"""What the vault needs of the place where stores live: to find, make and restore one."""

from collections.abc import Callable, Sequence
from typing import Protocol

from core.ports import Store


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

    def create(self, fill: Callable[[Store], None]) -> Store:
        """Make the vault's store; it exists once `fill` has written all it needs, or never.

        Raises:
            VaultUnavailable: it cannot be made here, or there is one already.
        """

    def memory(self) -> Store:
        """Return a new store that is gone when it is closed."""

    def back_up(self, store: Store) -> None:
        """Keep a copy of the vault's store if it changed since the last copy.

        The oldest of more than three copies goes. A failure is logged, not raised: it is
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
