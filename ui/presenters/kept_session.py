"""The session that an App keeps in the embedded view: opened for a page, and forgotten for good.

Chromium writes its files on threads of its own until its profile is gone, so forgetting goes
in this order: the record, the page that shows it, the profile, and then the folder.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QTimer

from core.ports import CancelToken
from ui.browser.settings import ViewSettings
from ui.browser.sign_in_view import is_session_live
from ui.desk import Desk
from ui.notices import notice_for
from ui.presenters.view_way import view_settings

_LOOK_AGAIN_MS: Final = 20
# Chromium's own threads end a moment after its profile; what they write then is looked for.
_LOOKS: Final = 2
_LOOK_TWICE_MS: Final = 700
# Windows lets nobody delete a file that is open, and virus scanners open what was closed.
_TRIES: Final = 12
_TRY_AGAIN_MS: Final = 250


class KeptSession(QObject):
    """Opens and forgets sessions for a presenter, off the GUI thread."""

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk

    def open(
        self,
        url: str,
        then: Callable[[ViewSettings], None],
        app_id: str = "",
        *,
        keep: bool = False,
    ) -> None:
        """Call `then` with what a view for `url` is given.

        Where the disk refuses the session's folder, that is said, and the view is private.

        Args:
            url: the page that is going to be shown.
            then: called on the GUI thread, always.
            app_id: whose session it may use; "" for a private view.
            keep: the App shall keep a session from now on.
        """
        world = self._desk.world

        def work(_cancel: CancelToken) -> ViewSettings:
            folder = world.browser_sessions.open(app_id, keep=keep) if app_id else None
            return view_settings(world.machine, world.drawing, url, folder)

        job = self._desk.submit(work)
        job.succeeded.connect(then)
        job.failed.connect(lambda error: self._cannot_keep(error, url, then))
        if keep:
            job.finished.connect(self._desk.look)

    def forget(self, app_id: str, then: Callable[[bool], None]) -> None:
        """Forget the App's session; `then` is told whether nothing of it is left on disk."""
        sessions = self._desk.world.browser_sessions
        job = self._desk.submit(lambda _cancel: sessions.drop(app_id))
        job.succeeded.connect(partial(self._dropped, app_id, then))
        job.failed.connect(lambda error: self._desk.toast(notice_for(error, "save").title, 10))
        job.finished.connect(self._desk.look)

    def _remove(self, folder: str, then: Callable[[bool], None], looks: int, tries: int) -> None:
        """Delete a folder that no record names, once no page of this program uses it."""
        if is_session_live(folder):
            again = partial(self._remove, folder, then, looks, tries)
            self._later(_LOOK_AGAIN_MS, again)
            return
        sessions = self._desk.world.browser_sessions
        job = self._desk.submit(lambda _cancel: sessions.remove(folder))
        job.succeeded.connect(partial(self._removed, folder, then, looks, tries))

    def _dropped(self, app_id: str, then: Callable[[bool], None], folder: str) -> None:
        self._desk.session_forgotten.emit(app_id)
        if folder:
            self._remove(folder, then, _LOOKS, _TRIES)
        else:
            then(True)

    def _removed(
        self, folder: str, then: Callable[[bool], None], looks: int, tries: int, is_gone: bool
    ) -> None:
        if is_gone:
            looks, wait_ms = looks - 1, _LOOK_TWICE_MS
        else:
            tries, wait_ms = tries - 1, _TRY_AGAIN_MS
        if looks and tries:
            self._later(wait_ms, partial(self._remove, folder, then, looks, tries))
        else:
            then(is_gone)

    def _later(self, milliseconds: int, act: Callable[[], None]) -> None:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.timeout.connect(act)
        timer.timeout.connect(timer.deleteLater)
        timer.start(milliseconds)

    def _cannot_keep(self, error: object, url: str, then: Callable[[ViewSettings], None]) -> None:
        told = notice_for(error, "save")
        self._desk.toast(self.tr("You stay signed in nowhere: {why}").format(why=told.title), 12)
        self.open(url, then)
