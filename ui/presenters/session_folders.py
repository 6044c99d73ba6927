"""Deleting the folder of a browser session, once no page uses it and Chromium is done with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QTimer

from ui.desk import Desk

Deletion = Callable[[str], bool]
Told = Callable[[bool], None]

_LOOK_AGAIN_MS: Final = 20
# Chromium's own threads end a moment after its profile; what they write then is looked for.
_LOOKS: Final = 2
_LOOK_TWICE_MS: Final = 700
# Windows lets nobody delete a file that is open, and virus scanners open what was closed.
_TRIES: Final = 12
_TRY_AGAIN_MS: Final = 250


class SessionFolders(QObject):
    """Deletes folders off the GUI thread, as soon as no page of this program uses them."""

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk

    def end(self, folder: str, delete: Deletion, then: Told = lambda _is_gone: None) -> None:
        """Delete a folder.

        Args:
            folder: its name.
            delete: deletes it, and returns whether nothing is left; called on a worker.
            then: is told whether nothing of it is left on disk.
        """
        self._end(folder, delete, then, _LOOKS, _TRIES)

    def _end(self, folder: str, delete: Deletion, then: Told, looks: int, tries: int) -> None:
        from ui.browser.sign_in_view import is_session_live  # not what a start waits for

        if is_session_live(folder):
            self._later(_LOOK_AGAIN_MS, partial(self._end, folder, delete, then, looks, tries))
            return
        job = self._desk.submit(lambda _cancel: delete(folder))
        job.succeeded.connect(partial(self._looked, folder, delete, then, looks, tries))

    def _looked(
        self, folder: str, delete: Deletion, then: Told, looks: int, tries: int, is_gone: bool
    ) -> None:
        if is_gone:
            looks, wait_ms = looks - 1, _LOOK_TWICE_MS
        else:
            tries, wait_ms = tries - 1, _TRY_AGAIN_MS
        if looks and tries:
            self._later(wait_ms, partial(self._end, folder, delete, then, looks, tries))
        else:
            then(is_gone)

    def _later(self, milliseconds: int, act: Callable[[], None]) -> None:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.timeout.connect(act)
        timer.timeout.connect(timer.deleteLater)
        timer.start(milliseconds)
