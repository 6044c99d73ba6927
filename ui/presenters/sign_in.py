"""Signing a user in: one attempt, from the scopes to the account that was added."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from core.authorization import AuthorizationAttempt
from core.errors import KeypaneError, ListenFailed, NoRedirect, StateMismatch
from core.model import App, UserToken
from ui.browser.settings import ViewSettings
from ui.desk import Desk
from ui.jobs import Job
from ui.notices import notice_for
from ui.presenters.sign_in_attempt import HeldAttempt
from ui.presenters.sign_in_browser import SystemBrowser
from ui.presenters.sign_in_page import EmbeddedPage
from ui.presenters.sign_in_scopes_step import ScopesStep
from ui.presenters.sign_in_timeline import step_states
from ui.presenters.sign_in_who_step import WhoStep
from ui.presenters.software_drawing import SOFTWARE_KEY, SoftwareDrawing
from ui.presenters.stay_signed_in import StaySignedIn
from ui.views.sign_in import SignInView
from ui.views.sign_in_consent import ConsentState
from ui.widgets import NoticeState

log = logging.getLogger(__name__)


class SignInPresenter(QObject):
    """Leads one attempt at a time through its three steps.

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
        self._app: App | None = None
        self._attempt: AuthorizationAttempt | None = None
        self._job: Job | None = None
        self._consent = ConsentState()
        self._here = True
        self._next_url = ""
        self._page = EmbeddedPage(desk, view.consent, self)
        self._stay = StaySignedIn(desk, view.scopes.keep, self)
        self._software = SoftwareDrawing(desk, self)
        self._system = SystemBrowser(desk, self)
        self._held = HeldAttempt(desk, self)
        self._scopes = ScopesStep(desk, view.scopes, self)
        self._who = WhoStep(desk, view.who, self._stay, self)
        self._connect()

    def _connect(self) -> None:
        consent = self._view.consent
        self._scopes.begin_wanted.connect(lambda here: self._begin(here=here))
        self._scopes.settings_wanted.connect(self._to_settings)
        consent.browser_wanted.connect(self._to_system_browser)
        consent.paste_wanted.connect(self._to_paste)
        consent.back_here_wanted.connect(self._back_here)
        consent.copy_page_wanted.connect(self._copy_page)
        consent.pasted.connect(self._complete)
        consent.check_wanted.connect(self._check_set_up)
        consent.action_wanted.connect(self._act)
        self._page.came_back.connect(self._complete)
        self._page.noticed.connect(self._noticed)
        self._page.refused.connect(self._refused_here)
        self._stay.ended.connect(self._session_ended)
        self._software.ready.connect(lambda: self._open(here=True))
        self._system.bound.connect(self._bound)
        self._system.came_back.connect(self._complete)
        self._system.time_is_up.connect(self._time_is_up)
        self._system.failed.connect(self._cannot_listen)
        self._held.time_is_up.connect(self._time_is_up)
        self._who.kept.connect(self._leave)
        self._who.server_wanted.connect(self._to_server)
        self._who.revoked.connect(self._start_over)
        self._who.stopped.connect(self._stopped)
        self._view.change_scopes_wanted.connect(self._change_scopes)
        self._view.cancel_wanted.connect(self.cancel)

    # --- step 1 ------------------------------------------------------------------------------

    def start(self, app: App, scopes: tuple[str, ...] = ()) -> None:
        """Begin at step 1 for `app`; `scopes` is a first choice, such as a former grant's."""
        self._app = app
        self._held.forget_steps()
        self._stay.choose(app)
        self._scopes.start(app, scopes)
        self._show_scopes()

    def _show_scopes(self) -> None:
        self._view.show_step("scopes")
        self._show_timeline()
        self._scopes.render()

    def _to_settings(self) -> None:
        self.cancel()
        self._desk.pane_wanted.emit("settings")

    def _change_scopes(self) -> None:
        self._drop_attempt()
        self._show_scopes()

    # --- step 2 ------------------------------------------------------------------------------

    def _begin(self, *, here: bool) -> None:
        app = self._app
        if app is None:
            return
        if app.environment.is_loopback:
            self._open(here=here)
        else:
            self._desk.keep(partial(self._open, here=here))

    def _open(self, *, here: bool) -> None:
        """Ask the vault first: a code lives 30 seconds, too short for a keyring's prompt."""
        app = self._app
        if app is None:
            return
        self._drop_attempt()
        self._here = here
        self._held.forget_steps()
        self._show_consent(ConsentState(busy=self.tr("Preparing…")))
        if not here:
            self._system.begin(app, self._scopes.scopes)
            return
        job = self._run(lambda _cancel: self._desk.world.vault.preflight())
        job.succeeded.connect(self._opened)

    def _opened(self) -> None:
        if self._begin_attempt():
            self._show_consent(self._state())
            # The page of step 2 is painted first; loading Chromium takes a moment.
            QTimer.singleShot(0, self, self._open_here)

    def _begin_attempt(self) -> bool:
        app = self._app
        if app is None:
            return False
        try:
            self._hold(self._desk.world.sign_in.begin(app, self._scopes.scopes))
        except KeypaneError as error:
            self._show_consent(ConsentState(notice=notice_for(error, "sign_in")))
            return False
        return True

    def _hold(self, attempt: AuthorizationAttempt) -> None:
        self._attempt = attempt
        self._held.hold(attempt)

    def _state(self, mode: str = "here", note: str = "") -> ConsentState:
        """Return the state of step 2 without a notice."""
        attempt = self._attempt
        return ConsentState(mode, note=note, deadline_at=attempt.deadline_at if attempt else None)

    def _open_here(self) -> None:
        if self._attempt is not None and not self._page.is_open:
            url = self._attempt.authorize_url
            self._stay.open(url, partial(self._show_page, self._attempt))

    def _show_page(self, attempt: AuthorizationAttempt, settings: ViewSettings) -> None:
        is_here = self._consent.mode == "here"
        if attempt is not self._attempt or self._page.is_open or not is_here:
            return
        if not self._page.open(attempt, settings):
            return  # it told why
        self._held.tell("opened_here", attempt.authorize_url)
        self._show_consent(self._state())
        self._page.load()
        self._page.focus()

    def _to_system_browser(self) -> None:
        """Go on in the system browser with the attempt under way, or begin one there."""
        attempt = self._attempt
        if attempt is None:
            self._begin(here=False)
        elif self._system.is_listening:
            self._open_system_browser(attempt, is_listening=True)
        else:
            self._system.join(attempt)

    def _bound(self, attempt: AuthorizationAttempt, is_listening: bool) -> None:
        self._hold(attempt)
        self._open_system_browser(attempt, is_listening=is_listening)

    def _open_system_browser(self, attempt: AuthorizationAttempt, *, is_listening: bool) -> None:
        if not self._system.open_page(attempt):
            note = self.tr("No browser could be opened. Copy the address of X's page instead.")
            self._held.tell("paste_offered")
        elif is_listening:
            self._held.tell("opened_system", attempt.authorize_url)
            note = self.tr(
                "X's page is open in your browser. Authorize the App there: Keypane listens at "
                "{uri} and goes on by itself."
            ).format(uri=attempt.redirect_uri)
        else:
            self._held.tell("opened_system", attempt.authorize_url)
            note = self.tr(
                "X's page is open in your browser. X sends it back to {uri}, which is not on "
                "this computer, so Keypane cannot hear of it. Copy the whole address that the "
                "browser ends at and paste it here within 30 seconds."
            ).format(uri=attempt.redirect_uri)
        self._show_consent(self._state("wait" if is_listening else "paste", note))
        self._view.consent.focus_paste()

    def _cannot_listen(self, error: object) -> None:
        """Say why, and which ways are left; no browser was opened."""
        found = notice_for(error, "sign_in")
        action, key = self.tr("Sign in here"), "here"
        if self._attempt is not None:
            action, key = self.tr("Paste the address"), "paste"
        elif not isinstance(error, ListenFailed):
            action, key = self.tr("Start again"), "start"
        self._noticed(replace(found, action=action, key=key, can_close=False))

    def _to_paste(self) -> None:
        if self._attempt is None and not self._begin_attempt():
            return
        self._held.tell("paste_offered")
        note = self.tr(
            "Open X's page in any browser, authorize the App, then copy the whole address that "
            "the browser ends at and paste it here within 30 seconds."
        )
        self._show_consent(self._state("paste", note))
        self._view.consent.focus_paste()

    def _copy_page(self) -> None:
        if self._attempt is not None:
            self._desk.copied.emit(self._attempt.authorize_url, self.tr("address of X's page"))

    def _back_here(self) -> None:
        self._show_consent(self._state())
        if not self._page.is_open:
            QTimer.singleShot(0, self, self._open_here)

    def _time_is_up(self) -> None:
        if self._job is not None:
            return  # an answer came in time and is being used
        self._held.drop_late()
        self._drop_attempt()
        again = self.tr("Start again")
        notice = notice_for(NoRedirect(), "sign_in", key="start", action=again)
        self._show_consent(ConsentState(notice=notice))

    def _show_consent(self, state: ConsentState) -> None:
        self._consent = state
        self._view.consent.render_state(state)
        self._view.show_step("consent", self._scopes.scopes)
        self._show_timeline()

    def _check_set_up(self) -> None:
        """Look behind X's card, of which only the person can know."""
        self._held.tell("card_asked")
        self._show_timeline()
        self._desk.pane_wanted.emit("doctor_over")

    def _show_timeline(self) -> None:
        self._view.timeline.render_steps(step_states(self._held.timeline))

    def _session_ended(self) -> None:
        if not self._page.is_open:
            return
        self._page.drop()
        self._refused_here(
            NoticeState(
                self.tr("The browser session of this App was forgotten."),
                self.tr("The page that used it is closed. Start again, with a fresh view."),
                "info",
                self.tr("Start again"),
                "start",
            )
        )

    def _noticed(self, notice: NoticeState) -> None:
        self._show_consent(replace(self._consent, notice=notice, busy=""))

    def _refused_here(self, notice: NoticeState) -> None:
        self._show_consent(replace(self._state(), notice=notice))

    def _act(self, key: str) -> None:
        match key:
            case "browser":
                self._to_system_browser()
            case "paste":
                self._to_paste()
            case "again":
                self._try_again()
            case "start":
                self._open(here=self._here)
            case "here":
                self._open(here=True)
            case "settings":
                self._to_settings()
            case _ if key == SOFTWARE_KEY:
                self._software.choose()

    def _try_again(self) -> None:
        self._show_consent(self._state())
        self._page.load()

    # --- the redirect ------------------------------------------------------------------------

    def _complete(self, url: str) -> None:
        attempt = self._attempt
        if attempt is None:
            return
        if self._job is not None:
            self._next_url = url  # what is being tried now may turn out to be foreign
            return
        sign_in = self._desk.world.sign_in
        self._view.consent.clear_paste()
        self._show_consent(
            replace(self._consent, notice=None, busy=self.tr("Finishing the sign-in…"))
        )
        job = self._run(lambda cancel: sign_in.complete(attempt, url, cancel), changes=True)
        job.succeeded.connect(self._completed)

    def _completed(self, token: UserToken) -> None:
        self._drop_attempt()
        self._view.show_step("who")
        self._show_timeline()
        self._who.show(token)

    def _run(self, work: object, *, changes: bool = False) -> Job:
        job = self._desk.submit(work, changes=changes)  # type: ignore[arg-type]  # a closure
        self._job = job
        job.failed.connect(self._failed)
        job.cancelled.connect(self._stopped)
        job.finished.connect(self._job_over)
        return job

    def _job_over(self) -> None:
        self._job = None
        url, self._next_url = self._next_url, ""
        if url:
            self._complete(url)

    def _failed(self, error: object) -> None:
        notice = notice_for(error, "sign_in", key="start", action=self.tr("Start again"))
        if isinstance(error, StateMismatch):
            # The attempt goes on: the true redirect may still come, or be pasted.
            self._page.drop()
            self._show_consent(replace(self._consent, notice=notice, busy=""))
            return
        log.info("a sign-in ended: %s", type(error).__name__)
        self._drop_attempt()
        self._show_consent(ConsentState(notice=notice))

    def _stopped(self) -> None:
        self._desk.toast(self.tr("Stopped the sign-in. Nothing new is stored."))

    # --- step 3 ------------------------------------------------------------------------------

    def _to_server(self, token_id: str) -> None:
        self._drop_attempt()
        self.hand_over_wanted.emit(token_id)

    def _start_over(self) -> None:
        self._held.tell("revoked")
        self._show_scopes()

    # --- the end -----------------------------------------------------------------------------

    def cancel(self) -> None:
        """End the attempt wherever it stands; what X already granted stays."""
        if self._job is not None:
            self._job.cancel()
            return
        if self._who.cancel():
            return
        if self._attempt is not None:
            self._stopped()
        self._leave()

    def end(self) -> None:
        """Let go of everything: the page goes, whatever closed it."""
        self._drop_attempt()
        self._who.show(None)
        self._app = None

    def _leave(self) -> None:
        self.end()
        self.left.emit()

    def _drop_attempt(self) -> None:
        self._attempt = None
        self._next_url = ""
        self._held.drop()
        self._system.stop()
        self._page.drop()
