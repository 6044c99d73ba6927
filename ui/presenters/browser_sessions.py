"""Settings' list of the Apps that stay signed in at X in the embedded view."""

from __future__ import annotations

from PySide6.QtCore import QObject

from core.model import App
from ui.desk import Desk
from ui.presenters.kept_session import KeptSession
from ui.presenters.stay_signed_in import forget_question, forgotten_words
from ui.views.settings_sessions import SessionsCard, SessionState
from ui.widgets.times import seconds_until, time_ago


class BrowserSessionsPresenter(QObject):
    """Fills the card and forgets what is asked of it."""

    def __init__(self, desk: Desk, card: SessionsCard) -> None:
        super().__init__(card)
        self._desk = desk
        self._card = card
        self._kept = KeptSession(desk, self)
        self._busy: set[str] = set()
        desk.snapshot_changed.connect(self.render)
        card.forget_wanted.connect(self._ask_forget)
        card.graphics_card_wanted.connect(self._use_card)
        self._look_at_drawing()
        self.render()

    def render(self) -> None:
        """Make the card look like what the vault holds."""
        snapshot = self._desk.snapshot
        states = []
        for session in snapshot.sessions:
            app = snapshot.app(session.app_id)
            ago = time_ago(-seconds_until(session.kept_at))
            states.append(
                SessionState(
                    session.app_id,
                    app.name if app is not None else "",
                    self.tr("Signed in at X, kept {ago}").format(ago=ago),
                    busy=session.app_id in self._busy,
                )
            )
        self._card.render_state(tuple(states))

    def _look_at_drawing(self) -> None:
        drawing = self._desk.world.drawing
        job = self._desk.submit(lambda _cancel: drawing.in_software)
        job.succeeded.connect(lambda found: self._card.show_software(in_software=bool(found)))

    def _use_card(self) -> None:
        drawing = self._desk.world.drawing
        job = self._desk.submit(lambda _cancel: drawing.choose_software(wanted=False))
        job.finished.connect(self._look_at_drawing)
        self._desk.toast(self.tr("From the next start on, pages are drawn by the graphics card."))

    def _ask_forget(self, app_id: str) -> None:
        app: App | None = self._desk.snapshot.app(app_id)
        if app is None:
            return
        self._desk.confirm(
            forget_question(self.tr("Forget the browser session of {app}?").format(app=app.name)),
            lambda: self._forget(app_id),
        )

    def _forget(self, app_id: str) -> None:
        self._busy.add(app_id)
        self.render()
        self._kept.forget(app_id, lambda is_gone: self._told(app_id, is_gone=is_gone))

    def _told(self, app_id: str, *, is_gone: bool) -> None:
        self._busy.discard(app_id)
        self._desk.toast(forgotten_words(is_gone=is_gone), 8)
        self.render()
