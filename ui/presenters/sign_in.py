"""Signing a user in: three steps, from the scopes to the account that was added."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from core.model import App, UserToken
from ui.desk import Desk
from ui.presenters.sign_in_consent_step import ConsentStep
from ui.presenters.sign_in_scopes_step import ScopesStep
from ui.presenters.sign_in_who_step import WhoStep
from ui.presenters.sign_in_words import stopped_words
from ui.presenters.stay_signed_in import StaySignedIn
from ui.views.sign_in import SignInView


class SignInPresenter(QObject):
    """Leads from step to step; what happens in each is its own.

    Attributes:
        consent: step 2, which holds the attempt.

    Signals:
        left: the sign-in is over, however it ended; show the pane it was started from.
        hand_over_wanted: a server shall have the new token; arg: its id.
    """

    left = Signal()
    hand_over_wanted = Signal(str)

    def __init__(self, desk: Desk, view: SignInView) -> None:
        super().__init__(view)
        self._desk = desk
        self._view = view
        self._stay = StaySignedIn(desk, view.scopes.keep, self)
        self._scopes = ScopesStep(desk, view.scopes, self)
        self.consent = ConsentStep(desk, view, self._stay, self)
        self._who = WhoStep(desk, view.who, self._stay, self)
        self._connect()

    def _connect(self) -> None:
        self._scopes.begin_wanted.connect(self._begin)
        self._scopes.settings_wanted.connect(self._to_settings)
        self.consent.granted.connect(self._granted)
        self.consent.settings_wanted.connect(self._to_settings)
        self._who.kept.connect(self._leave)
        self._who.server_wanted.connect(self._to_server)
        self._who.revoked.connect(self._start_over)
        self._who.stopped.connect(self._say_stopped)
        self._view.change_scopes_wanted.connect(self._change_scopes)
        self._view.cancel_wanted.connect(self.cancel)

    def start(self, app: App, scopes: tuple[str, ...] = ()) -> None:
        """Begin at step 1 for `app`; `scopes` is a first choice, such as a former grant's."""
        self.consent.start(app)
        self._stay.choose(app)
        self._scopes.start(app, scopes)
        self._show_scopes()

    def cancel(self) -> None:
        """End the attempt wherever it stands; what X already granted stays."""
        if self.consent.cancel() or self._who.cancel():
            return
        if self.consent.attempt is not None:
            self._say_stopped()
        self._leave()

    def end(self) -> None:
        """Let go of everything: the page goes, whatever closed it."""
        self.consent.end()
        self._who.show(None)

    def _begin(self, here: bool) -> None:
        self.consent.begin(self._scopes.scopes, here=here)

    def _granted(self, token: UserToken) -> None:
        self._view.show_step("who")
        self.consent.show_timeline()
        self._who.show(token)

    def _to_server(self, token_id: str) -> None:
        self.consent.drop()
        self.hand_over_wanted.emit(token_id)

    def _start_over(self) -> None:
        self.consent.tell("revoked")
        self._show_scopes()

    def _change_scopes(self) -> None:
        self.consent.drop()
        self._show_scopes()

    def _show_scopes(self) -> None:
        self._view.show_step("scopes")
        self.consent.show_timeline()
        self._scopes.render()

    def _to_settings(self) -> None:
        self.cancel()
        self._desk.pane_wanted.emit("settings")

    def _say_stopped(self) -> None:
        self._desk.toast(stopped_words())

    def _leave(self) -> None:
        self.end()
        self.left.emit()
