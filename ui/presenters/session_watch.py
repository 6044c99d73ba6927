"""Sees to it that no browser session outlives its record, whoever removed that."""

from __future__ import annotations

from PySide6.QtCore import QObject

from core.vault.vault import VaultStatus
from ui.desk import Desk
from ui.presenters.session_folders import SessionFolders


class SessionWatch(QObject):
    """Deletes the folders of sessions that no record names any more.

    When the vault opens, what an earlier forgetting left is finished; when a record goes with
    its App, be it in another program, its folder follows as soon as no page uses it.
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._folders = SessionFolders(desk, self)
        self._known: frozenset[str] = frozenset()
        desk.vault_changed.connect(self._vault_changed)
        desk.snapshot_changed.connect(self._follow)

    def _vault_changed(self, status: VaultStatus) -> None:
        if status.state == "open":
            sessions = self._desk.world.browser_sessions
            self._desk.submit(lambda _cancel: sessions.sweep())

    def _follow(self) -> None:
        snapshot = self._desk.snapshot
        if snapshot.mark < 0:
            return  # locked: nothing is known, and nothing was removed
        names = frozenset(session.folder for session in snapshot.sessions)
        for gone in self._known - names:
            self._folders.end(gone, self._desk.world.browser_sessions.settle)
        self._known = names
