"""Which Apps stay signed in at X in the embedded view, and how that is forgotten.

A record in the vault names the folder in which Chromium keeps an App's session. The record
goes first and the folder after it, so whatever cuts the forgetting off leaves a folder that
no record names: `sweep` deletes those. It also follows that a removed App, a vault that was
replaced and a session that died with the program leave no cookie behind.
"""

from pathlib import Path
from typing import Final, Protocol
from uuid import uuid4

from core.drawing import Drawing
from core.model import App
from core.notes import BrowserSession
from core.ports import Clock
from core.vault.vault import Vault

_READABLE: Final = frozenset({"open", "session"})


class BrowserFolders(Protocol):
    """Private folders for what Chromium keeps, all in one place of the data directory."""

    def make(self, name: str) -> Path:
        """Return the folder of that name, made if need be. Raises VaultUnavailable."""

    def remove(self, name: str) -> bool:
        """Delete the folder with all that is in it; return whether nothing is left of it."""

    def names(self) -> tuple[str, ...]:
        """Return the names of the folders that are there."""


class ViewStore(BrowserFolders, Drawing, Protocol):
    """All that the embedded view may keep on this computer."""


class BrowserSessions:
    """Keeps and forgets the sessions. Not for the GUI thread: all of it waits for the disk."""

    def __init__(self, vault: Vault, folders: BrowserFolders, clock: Clock) -> None:
        self._vault = vault
        self._folders = folders
        self._clock = clock

    def open(self, app_id: str, *, keep: bool) -> Path | None:
        """Return the folder of the App's session; None where it keeps none.

        Args:
            app_id: whose session it is.
            keep: the person wants one from now on. One that is kept already stays.

        Raises:
            VaultError: the vault cannot be read or the folder cannot be made.
        """
        with self._vault.change() as change:
            session = change.get(BrowserSession, app_id)
            if session is None:
                if not keep or change.get(App, app_id) is None:
                    return None
                session = BrowserSession(app_id, uuid4().hex, self._clock.now())
                change.put(session)
        return self._folders.make(session.folder)

    def drop(self, app_id: str) -> str:
        """Forget that the App keeps a session; return its folder's name, "" for none.

        From here on the folder is nobody's: `remove` it once no page uses it any more.
        """
        with self._vault.change() as change:
            session = change.get(BrowserSession, app_id)
            if session is None:
                return ""
            change.remove(BrowserSession, app_id)
        return session.folder

    def remove(self, folder: str) -> bool:
        """Delete a folder that no record names; return whether nothing is left of it."""
        return self._folders.remove(folder)

    def forget(self, app_id: str) -> bool:
        """Drop and remove in one; return whether nothing is left of it on disk.

        For a program without a window. Another program that still shows the page notices
        that the record is gone, and deletes what its Chromium wrote meanwhile.
        """
        folder = self.drop(app_id)
        return not folder or self.remove(folder)

    def sweep(self) -> int:
        """Delete the folders that no record names; return how many are still there.

        Does nothing while the vault is locked, and nothing while records live in memory
        only: another program's vault may name the folders then.
        """
        state = self._vault.status().state
        names = self._folders.names()
        if not names or state not in {"open", "none"}:
            return 0
        kept = {each.folder for each in self.all()} if state == "open" else set()
        return sum(not self._folders.remove(name) for name in names if name not in kept)

    def settle(self, folder: str) -> bool:
        """Delete this folder unless a record names it; return whether nothing is left of it.

        For a folder that a record of this vault named before; does nothing while it is locked.
        """
        if self._vault.status().state not in _READABLE:
            return False
        if folder in {each.folder for each in self.all()}:
            return False
        return self._folders.remove(folder)

    def forget_all(self) -> int:
        """Forget every session there is; return how many folders are still there."""
        folders = [self.drop(session.app_id) for session in self.all()]
        return sum(not self._folders.remove(folder) for folder in folders if folder)

    def all(self) -> tuple[BrowserSession, ...]:
        """Return the sessions that are kept; none while the vault is locked."""
        if self._vault.status().state not in _READABLE:
            return ()
        return self._vault.all(BrowserSession)
