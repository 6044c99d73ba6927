"""Signing an account in by OAuth 1.0a: one attempt, from the request token to its pair."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from core.errors import BadInput, NoRedirect, StateMismatch
from core.model import AccessTokenPair, App
from core.pair_attempt import OUT_OF_BAND, PairAttempt
from ui.desk import Desk
from ui.jobs import Job
from ui.notices import notice_for
from ui.presenters import sign_in_words as words
from ui.presenters.kept_session import KeptSession
from ui.presenters.sign_in_attempt import HeldAttempt
from ui.presenters.sign_in_browser import SystemBrowser
from ui.presenters.sign_in_jobs import SignInJobs
from ui.presenters.sign_in_page import EmbeddedPage
from ui.presenters.sign_in_pair_who import PairWhoStep
from ui.presenters.sign_in_timeline import step_states
from ui.presenters.software_drawing import SOFTWARE_KEY, SoftwareDrawing
from ui.views.sign_in_pair import PairState, SignInPairView
from ui.widgets import NoticeState

if TYPE_CHECKING:
    from ui.browser.settings import ViewSettings
    from ui.jobs import Work

log = logging.getLogger(__name__)


class SignInPairPresenter(QObject):
    """Leads one attempt at a time, by redirect or by PIN.

    Signals:
        left: the sign-in is over, however it ended; show the pane it was started from.
    """

    left = Signal()

    def __init__(self, desk: Desk, view: SignInPairView) -> None:
        super().__init__(view)
        self._desk = desk
        self._view = view
        self._state = PairState()
        self._app: App | None = None
        self._has_pin = False
        self._is_elsewhere = False
        self._attempt: PairAttempt | None = None
        self._page = EmbeddedPage(desk, view, self)
        self._views = KeptSession(desk, self)
        self._software = SoftwareDrawing(desk, self)
        self._jobs = SignInJobs(desk, self)
        self._who = PairWhoStep(desk, view, self)
        self._system = SystemBrowser(desk, self)
        self._held = HeldAttempt(desk, self)
        self._connect()

    def _connect(self) -> None:
        view = self._view
        self._jobs.came_back.connect(self._complete)
        self._who.kept.connect(self._leave)
        self._who.revoked.connect(lambda: QTimer.singleShot(0, self, self._ask))
        self._page.came_back.connect(self._complete)
        self._page.noticed.connect(self._say)
        self._page.refused.connect(self._cannot_show)
        self._software.ready.connect(self._open_here)
        self._held.time_is_up.connect(self._time_is_up)
        self._system.bound.connect(self._bound)
        self._system.came_back.connect(self._complete)
        self._system.time_is_up.connect(self._time_is_up)
        self._system.failed.connect(self._cannot_listen)
        view.given.connect(self._complete)
        view.browser_wanted.connect(self._to_system_browser)
        view.pin_wanted.connect(self._use_pin)
        view.cancel_wanted.connect(self.cancel)
        view.action_wanted.connect(self._act)

    # --- the request token -------------------------------------------------------------------

    def start(self, app: App, *, with_pin: bool) -> None:
        """Begin for `app`: X is asked for a request token, then its page is shown."""
        self._app = app
        self._has_pin = with_pin
        if app.environment.is_loopback:
            self._ask()
        else:
            self._desk.keep(self._ask)

    def _ask(self) -> None:
        app = self._app
        if app is None or self._jobs.is_busy:
            return
        self._drop_attempt()
        self._is_elsewhere = False
        self._held.forget_steps()
        title = self.tr("Sign in with OAuth 1.0a: {app}").format(app=app.name)
        self._show(PairState(title, can_use_pin=not self._has_pin))
        if not self._has_pin and not app.redirect_uri:
            self._show_no_callback()
            return
        callback = OUT_OF_BAND if self._has_pin else app.redirect_uri
        pairs = self._desk.world.pair_sign_in
        self._show(replace(self._state, busy=self.tr("Asking X for a request token…")))
        job = self._run(lambda cancel: pairs.begin(app.app_id, cancel, callback))
        job.succeeded.connect(self._begun)
        job.failed.connect(lambda error: self._ended(error, "request_token"))

    def _show_no_callback(self) -> None:
        self._change(
            notice=NoticeState(
                self.tr("No redirect URI is known for this App."),
                self.tr("X sends people back to a registered one only; a PIN needs none."),
                "warn",
                self.tr("Use a PIN instead"),
                "pin",
            )
        )

    def _begun(self, attempt: PairAttempt) -> None:
        self._attempt = attempt
        self._held.hold(attempt)
        note = self.tr("Opening the sign-in page…")
        if attempt.has_pin:
            hint = self.tr("After Authorize app, X's page shows a PIN. Type it here:")
            self._change(wants="pin", hint=hint, note=note, busy="")
        else:
            self._change(note=note, busy="")
        # The page is painted first; loading Chromium takes a moment.
        QTimer.singleShot(0, self, self._open_here)

    # --- X's page ----------------------------------------------------------------------------

    def _open_here(self) -> None:
        attempt = self._attempt
        if attempt is not None:
            self._views.open(attempt.authorize_url, partial(self._show_page, attempt))

    def _show_page(self, attempt: PairAttempt, settings: ViewSettings) -> None:
        is_over = attempt is not self._attempt or self._page.is_open
        if is_over or self._system.is_listening or not self._page.open(attempt, settings):
            return
        self._tell("opened_here", attempt)
        self._page.load()
        self._page.focus()

    def _to_system_browser(self) -> None:
        """Go on in the system browser with the attempt under way; somebody listens first."""
        attempt = self._attempt
        if attempt is None:
            return
        if self._system.is_listening:
            self._open_system_browser(attempt, is_listening=True)
        else:
            self._system.join(attempt)

    def _bound(self, attempt: PairAttempt, is_listening: bool) -> None:
        if attempt is self._attempt:
            self._open_system_browser(attempt, is_listening=is_listening)

    def _open_system_browser(self, attempt: PairAttempt, *, is_listening: bool) -> None:
        self._page.drop()
        self._is_elsewhere = True
        opened = self._system.open_page(attempt)
        self._tell("opened_system" if opened else "paste_offered", attempt)
        note = self.tr("Your browser shows X's page.")
        if not opened:
            note = self.tr("No browser could be opened.")
        elif is_listening:
            note = words.listens_note(attempt.redirect_uri)
        if attempt.has_pin:
            self._change(note=note, notice=None)
        else:
            hint = self.tr(
                "After Authorize app, copy the whole address that the browser ends at. Paste it:"
            )
            if is_listening:
                hint = self.tr("Nothing happens? Paste the address that the browser ended at:")
            self._change(note=note, wants="address", hint=hint, notice=None)
        self._view.focus_hand()

    def _cannot_listen(self, error: object) -> None:
        """Say which port is busy and which ways are left; no browser was opened."""
        label = self.tr("Paste the address")
        self._change(notice=notice_for(error, "exchange_pair", key="paste", action=label))

    def _time_is_up(self) -> None:
        if not self._jobs.is_busy:  # else an answer came in time and is being used
            self._held.drop_late()
            self._ended(NoRedirect(), "request_token")

    def _say(self, notice: NoticeState) -> None:
        self._change(notice=notice)

    def _cannot_show(self, notice: NoticeState) -> None:
        self._change(note="", notice=notice)

    def _act(self, key: str) -> None:
        match key:
            case "browser":
                self._to_system_browser()
            case "again" if self._page.is_open:
                self._change(notice=None)
                self._page.load()
            case "paste" if self._attempt is not None:
                self._open_system_browser(self._attempt, is_listening=False)
            case "pin":
                self._use_pin()
            case "start":
                self._ask()
            case _ if key == SOFTWARE_KEY:
                self._software.choose()

    def _use_pin(self) -> None:
        self._has_pin = True
        self._ask()

    # --- the answer --------------------------------------------------------------------------

    def _complete(self, given: str) -> None:
        attempt = self._attempt
        if attempt is None:
            return
        if self._jobs.is_busy:
            self._jobs.put_off(given)  # what is being tried now may turn out to be foreign
            return
        pairs = self._desk.world.pair_sign_in
        self._view.clear_hand()
        self._change(notice=None, busy=self.tr("Finishing the sign-in…"))
        job = self._run(lambda cancel: pairs.complete(attempt, given, cancel), changes=True)
        job.succeeded.connect(self._completed)
        job.failed.connect(self._not_completed)

    def _completed(self, pair: AccessTokenPair) -> None:
        self._drop_attempt()
        self._who.show(self._state.title, pair)
        self._show_timeline()

    def _not_completed(self, error: object) -> None:
        if isinstance(error, BadInput) and self._attempt is not None:
            # Nothing was sent and the attempt goes on: the person types it once more.
            found = notice_for(error, "exchange_pair")
            self._change(notice=replace(found, can_close=False), busy="")
            self._view.focus_hand()
            return
        if isinstance(error, StateMismatch):
            # The page here went nowhere and does not come back, so it goes.
            self._page.drop()
            note = self._state.note if self._system.is_listening else ""
            self._change(notice=words.start_again(error, "exchange_pair"), busy="", note=note)
            return
        self._ended(error, "exchange_pair")

    def _ended(self, error: object, operation: str) -> None:
        log.info("a sign-in by OAuth 1.0a ended: %s", type(error).__name__)
        self._drop_attempt()
        notice = words.start_again(error, operation)
        self._show(PairState(self._state.title, notice=notice, can_use_pin=not self._has_pin))

    # --- the end -----------------------------------------------------------------------------

    def cancel(self) -> None:
        """End the attempt wherever it stands; what X already granted stays."""
        if self._jobs.cancel() or self._who.cancel():
            return
        if self._who.is_shown:
            self._leave()
        else:
            self._stopped()

    def _stopped(self) -> None:
        self._desk.toast(words.stopped_words())
        self._leave()

    def end(self) -> None:
        """Let go of everything: the page goes, whatever closed it."""
        self._drop_attempt()
        self._who.forget()
        self._app = None

    def _leave(self) -> None:
        self.end()
        self.left.emit()

    def _run(self, work: Work, *, changes: bool = False) -> Job:
        job = self._jobs.run(work, changes=changes)
        job.cancelled.connect(self._stopped)
        return job

    def _change(self, **changes: object) -> None:
        self._show(replace(self._state, **changes))  # type: ignore[arg-type]  # fields of it

    def _show(self, state: PairState) -> None:
        self._state = state
        self._view.render_state(state)
        self._show_timeline()

    def _tell(self, what: str, attempt: PairAttempt) -> None:
        self._held.tell(what, attempt.authorize_url)
        self._show_timeline()

    def _show_timeline(self) -> None:
        # X's page needs the room; what happened is told when it is gone.
        is_page_here = self._attempt is not None and not self._is_elsewhere
        steps = () if is_page_here else step_states(self._held.timeline)
        self._view.timeline.render_steps(steps)

    def _drop_attempt(self) -> None:
        self._attempt = None
        self._jobs.forget_waiting()
        self._held.drop()
        self._system.stop()
        self._page.drop()
