"""The session that an App keeps in the embedded view: opened for a page, and forgotten for good.

Chromium writes its files on threads of its own until its profile is gone, so forgetting goes
in this order: the record, the page that shows it, the profile, and then the folder.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject

from core.ports import CancelToken
from ui.browser.settings import ViewSettings
from ui.desk import Desk
from ui.notices import notice_for
from ui.presenters.session_folders import SessionFolders
from ui.presenters.view_way import view_settings


class KeptSession(QObject):
    """Opens and forgets sessions for a presenter, off the GUI thread."""

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._folders = SessionFolders(desk, self)

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

    def _dropped(self, app_id: str, then: Callable[[bool], None], folder: str) -> None:
        self._desk.session_forgotten.emit(app_id)
        if folder:
            self._folders.end(folder, self._desk.world.browser_sessions.remove, then)
        else:
            then(True)

    def _cannot_keep(self, error: object, url: str, then: Callable[[ViewSettings], None]) -> None:
        told = notice_for(error, "save")
        self._desk.toast(self.tr("You stay signed in nowhere: {why}").format(why=told.title), 12)
        self.open(url, then)
