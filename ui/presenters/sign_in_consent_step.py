"""Step 2 of a sign-in: X's page, here or in the person's own browser, until an answer came."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from core.authorization import AuthorizationAttempt
from core.errors import KeypaneError, NoRedirect, StateMismatch
from core.model import App, UserToken
from ui.browser.settings import ViewSettings
from ui.desk import Desk
from ui.jobs import Job, Work
from ui.notices import notice_for
from ui.presenters import sign_in_words as words
from ui.presenters.sign_in_attempt import HeldAttempt
from ui.presenters.sign_in_browser import SystemBrowser
from ui.presenters.sign_in_jobs import SignInJobs
from ui.presenters.sign_in_page import EmbeddedPage
from ui.presenters.sign_in_timeline import step_states
from ui.presenters.software_drawing import SOFTWARE_KEY, SoftwareDrawing
from ui.presenters.stay_signed_in import StaySignedIn
from ui.views.sign_in import SignInView
from ui.views.sign_in_consent import ConsentState
from ui.widgets import NoticeState

log = logging.getLogger(__name__)


class ConsentStep(QObject):
    """Leads one attempt at a time, whichever browser shows X's page.

    Signals:
        granted: arg: the UserToken that came of it; the attempt is over.
        settings_wanted: something of the App shall be changed there.
    """

    granted = Signal(object)
    settings_wanted = Signal()

    def __init__(self, desk: Desk, view: SignInView, stay: StaySignedIn, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._view = view
        self._stay = stay
        self._app: App | None = None
        self._scopes: tuple[str, ...] = ()
        self._attempt: AuthorizationAttempt | None = None
        self._state = ConsentState()
        self._here = True
        self._jobs = SignInJobs(desk, self)
        self._page = EmbeddedPage(desk, view.consent, self)
        self._software = SoftwareDrawing(desk, self)
        self._system = SystemBrowser(desk, self)
        self._held = HeldAttempt(desk, self)
        self._connect()

    def _connect(self) -> None:
        consent = self._view.consent
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
        self._jobs.came_back.connect(self._complete)

    @property
    def attempt(self) -> AuthorizationAttempt | None:
        """What is under way."""
        return self._attempt

    def start(self, app: App) -> None:
        """Sign in to `app` from now on; nothing began yet."""
        self._app = app
        self._held.forget_steps()

    def begin(self, scopes: tuple[str, ...], *, here: bool) -> None:
        """Begin an attempt in the view here, or in the person's own browser."""
        self._scopes = scopes
        self._begin(here=here)

    def show_timeline(self) -> None:
        """Show what happened so far."""
        self._view.timeline.render_steps(step_states(self._held.timeline))

    def tell(self, what: str) -> None:
        """Add a step of the window's own to what happened."""
        self._held.tell(what)

    def cancel(self) -> bool:
        """Stop the call under way; return whether there was one."""
        return self._jobs.cancel()

    def drop(self) -> None:
        """Let go of the attempt, its page and whoever listens for it."""
        self._attempt = None
        self._jobs.forget_waiting()
        self._held.drop()
        self._system.stop()
        self._page.drop()

    def end(self) -> None:
        """Let go of everything."""
        self.drop()
        self._app = None

    # --- beginning ---------------------------------------------------------------------------

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
        self.drop()
        self._here = here
        self._held.forget_steps()
        self._show_consent(ConsentState(busy=self.tr("Preparing…")))
        if not here:
            self._system.begin(app, self._scopes)
            return
        job = self._run(lambda _cancel: self._desk.world.vault.preflight())
        job.succeeded.connect(self._opened)

    def _opened(self) -> None:
        if self._begin_attempt():
            self._show_consent(self._plain())
            # The page of step 2 is painted first; loading Chromium takes a moment.
            QTimer.singleShot(0, self, self._open_here)

    def _begin_attempt(self) -> bool:
        app = self._app
        if app is None:
            return False
        try:
            self._hold(self._desk.world.sign_in.begin(app, self._scopes))
        except KeypaneError as error:
            self._show_consent(ConsentState(notice=notice_for(error, "sign_in")))
            return False
        return True

    def _hold(self, attempt: AuthorizationAttempt) -> None:
        self._attempt = attempt
        self._held.hold(attempt)

    def _plain(self, mode: str = "here", note: str = "") -> ConsentState:
        """Return the state of step 2 without a notice."""
        attempt = self._attempt
        return ConsentState(mode, note=note, deadline_at=attempt.deadline_at if attempt else None)

    def _open_here(self) -> None:
        if self._attempt is not None and not self._page.is_open:
            url = self._attempt.authorize_url
            self._stay.open(url, partial(self._show_page, self._attempt))

    def _show_page(self, attempt: AuthorizationAttempt, settings: ViewSettings) -> None:
        is_here = self._state.mode == "here"
        if attempt is not self._attempt or self._page.is_open or not is_here:
            return
        if not self._page.open(attempt, settings):
            return  # it told why
        self._held.tell("opened_here", attempt.authorize_url)
        self._show_consent(self._plain())
        self._page.load()
        self._page.focus()

    # --- the person's own browser --------------------------------------------------------------

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
            note = words.no_browser_note()
            self._held.tell("paste_offered")
        else:
            self._held.tell("opened_system", attempt.authorize_url)
            say = words.listens_note if is_listening else words.comes_by_hand_note
            note = say(attempt.redirect_uri)
        self._show_consent(self._plain("wait" if is_listening else "paste", note))
        self._view.consent.focus_paste()

    def _cannot_listen(self, error: object) -> None:
        has_attempt = self._attempt is not None
        self._noticed(words.cannot_listen_notice(error, has_attempt=has_attempt))

    def _to_paste(self) -> None:
        if self._attempt is None and not self._begin_attempt():
            return
        self._held.tell("paste_offered")
        self._show_consent(self._plain("paste", words.any_browser_note()))
        self._view.consent.focus_paste()

    def _copy_page(self) -> None:
        if self._attempt is not None:
            self._desk.copied.emit(self._attempt.authorize_url, self.tr("address of X's page"))

    def _back_here(self) -> None:
        self._show_consent(self._plain())
        if not self._page.is_open:
            QTimer.singleShot(0, self, self._open_here)

    # --- what is said ------------------------------------------------------------------------

    def _time_is_up(self) -> None:
        if self._jobs.is_busy:
            return  # an answer came in time and is being used
        self._held.drop_late()
        self.drop()
        self._show_consent(ConsentState(notice=words.start_again(NoRedirect(), "sign_in")))

    def _show_consent(self, state: ConsentState) -> None:
        self._state = state
        self._view.consent.render_state(state)
        self._view.show_step("consent", self._scopes)
        self.show_timeline()

    def _check_set_up(self) -> None:
        """Look behind X's card, of which only the person can know."""
        self._held.tell("card_asked")
        self.show_timeline()
        self._desk.pane_wanted.emit("doctor_over")

    def _session_ended(self) -> None:
        if not self._page.is_open:
            return
        self._page.drop()
        self._refused_here(words.session_ended_notice())

    def _noticed(self, notice: NoticeState) -> None:
        self._show_consent(replace(self._state, notice=notice, busy=""))

    def _refused_here(self, notice: NoticeState) -> None:
        self._show_consent(replace(self._plain(), notice=notice))

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
                self.settings_wanted.emit()
            case _ if key == SOFTWARE_KEY:
                self._software.choose()

    def _try_again(self) -> None:
        self._show_consent(self._plain())
        self._page.load()

    # --- the redirect ------------------------------------------------------------------------

    def _complete(self, url: str) -> None:
        attempt = self._attempt
        if attempt is None:
            return
        if self._jobs.is_busy:
            self._jobs.put_off(url)  # what is being tried now may turn out to be foreign
            return
        sign_in = self._desk.world.sign_in
        self._view.consent.clear_paste()
        self._show_consent(
            replace(self._state, notice=None, busy=self.tr("Finishing the sign-in…"))
        )
        job = self._run(lambda cancel: sign_in.complete(attempt, url, cancel), changes=True)
        job.succeeded.connect(self._completed)

    def _completed(self, token: UserToken) -> None:
        self.drop()
        self.granted.emit(token)

    def _run(self, work: Work, *, changes: bool = False) -> Job:
        job = self._jobs.run(work, changes=changes)
        job.failed.connect(self._failed)
        job.cancelled.connect(lambda: self._desk.toast(words.stopped_words()))
        return job

    def _failed(self, error: object) -> None:
        notice = words.start_again(error, "sign_in")
        if isinstance(error, StateMismatch):
            # The attempt goes on: the true redirect may still come, or be pasted.
            self._page.drop()
            self._show_consent(replace(self._state, notice=notice, busy=""))
            return
        log.info("a sign-in ended: %s", type(error).__name__)
        self.drop()
        self._show_consent(ConsentState(notice=notice))
