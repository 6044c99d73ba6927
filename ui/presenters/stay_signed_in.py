"""*Keep me signed in for this App* in a sign-in: the choice, its folder, and its end."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication, QObject, Signal

from core.model import App
from ui.browser.settings import ViewSettings
from ui.desk import Desk
from ui.presenters.kept_session import KeptSession
from ui.views.sign_in_keep import KeepRow, KeepState
from ui.widgets import ConfirmState
from ui.widgets.times import seconds_until, time_ago


class StaySignedIn(QObject):
    """Leads the row of the choice, and follows the session while a page uses it.

    Signals:
        ended: the session of the page that shows was forgotten, here or by another program;
            no page may use it any more.
    """

    ended = Signal()

    def __init__(self, desk: Desk, row: KeepRow, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._row = row
        self._kept = KeptSession(desk, self)
        self._app: App | None = None
        self._is_wanted = False
        self._is_forgetting = False
        self._in_use = ""  # the folder of the page that shows
        self._was_seen = False
        row.keep_toggled.connect(self._toggle)
        row.forget_wanted.connect(self._ask_forget)
        desk.snapshot_changed.connect(self._follow)
        desk.session_forgotten.connect(self._forgotten)

    @property
    def is_kept(self) -> bool:
        """True while the App keeps a session, or will with its next page."""
        return self._is_wanted or self._session() is not None

    def choose(self, app: App) -> None:
        """Begin with this App: what it keeps is shown, and nothing new is wanted."""
        self._app, self._is_wanted = app, False
        self._leave()
        self._render()

    def open(self, url: str, then: Callable[[ViewSettings], None]) -> None:
        """Call `then` with what the view of this page is given, the App's session with it."""
        app = self._app
        app_id = app.app_id if app is not None and self.is_kept else ""
        self._kept.open(url, partial(self._opened, then), app_id, keep=self._is_wanted)

    def forget(self) -> None:
        """Forget the session, if there is one."""
        app = self._app
        if app is None or self._is_forgetting:
            return
        self._is_wanted, self._is_forgetting = False, True
        self._render()
        self._kept.forget(app.app_id, self._told)

    def _opened(self, then: Callable[[ViewSettings], None], settings: ViewSettings) -> None:
        self._leave()
        self._in_use = settings.folder.name if settings.folder is not None else ""
        self._was_seen = self._in_use in self._known()
        then(settings)

    def _leave(self) -> None:
        self._in_use, self._was_seen = "", False

    def _session(self) -> object | None:
        return self._desk.snapshot.session(self._app.app_id) if self._app is not None else None

    def _known(self) -> set[str]:
        return {session.folder for session in self._desk.snapshot.sessions}

    def _toggle(self, wanted: bool) -> None:
        self._is_wanted = wanted
        self._render()

    def _ask_forget(self) -> None:
        self._desk.confirm(forget_question(self.tr("Forget this browser session?")), self.forget)

    def _told(self, is_gone: bool) -> None:
        self._is_forgetting = False
        self._desk.toast(forgotten_words(is_gone=is_gone), 8)
        self._render()

    def _forgotten(self, app_id: str) -> None:
        if self._app is not None and app_id == self._app.app_id and self._in_use:
            self._leave()
            self.ended.emit()

    def _follow(self) -> None:
        if self._desk.snapshot.mark < 0:
            return  # locked: nothing is known
        self._render()
        if self._in_use in self._known():
            self._was_seen = True
        elif self._in_use and self._was_seen:  # another program forgot it
            self._leave()
            self.ended.emit()

    def _render(self) -> None:
        if self._app is None:
            return
        session = self._desk.snapshot.session(self._app.app_id)
        since = ""
        if session is not None:
            ago = time_ago(-seconds_until(session.kept_at))
            since = self.tr("You stay signed in at X for this App. Kept {ago}.").format(ago=ago)
        self._row.render_state(
            KeepState(session is not None, self._is_wanted, since, busy=self._is_forgetting)
        )


def forget_question(title: str) -> ConfirmState:
    """Return what is asked before a browser session is forgotten."""
    return ConfirmState(
        title,
        (
            _tr("Its cookies leave this computer; the next sign-in asks for your password again."),
            _tr("X itself does not learn of it: your other sign-ins there stay."),
        ),
        _tr("Forget"),
        is_dangerous=False,
    )


def forgotten_words(*, is_gone: bool) -> str:
    """Return how the forgetting of a session ended, for a toast."""
    if is_gone:
        return _tr("Forgotten. Nothing of that browser session is left on this disk.")
    return _tr(
        "Forgotten, but some of its files are still open. Keypane deletes them at its next start."
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("browser", text)
