"""Signing a user in: one attempt, from the scopes to the account that was added."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from core.authorization import AuthorizationAttempt
from core.errors import KeypaneError, StateMismatch
from core.model import App, UserToken
from core.redirects import is_redirect_to
from core.scopes import compare_scopes
from ui.desk import Desk
from ui.jobs import Job
from ui.notices import notice_for
from ui.presenters.scope_choice import ScopeChoice
from ui.views.sign_in import SignInView
from ui.views.sign_in_consent import ConsentState
from ui.views.sign_in_scopes import ScopesState
from ui.views.sign_in_who import WhoState
from ui.widgets import ConfirmState, NoticeState
from ui.widgets.times import seconds_until, time_left

if TYPE_CHECKING:
    from ui.browser.sign_in_view import SignInBrowser

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
        self._choice = ScopeChoice()
        self._app: App | None = None
        self._attempt: AuthorizationAttempt | None = None
        self._browser: SignInBrowser | None = None
        self._job: Job | None = None
        self._token: UserToken | None = None
        self._consent = ConsentState()
        self._connect()

    def _connect(self) -> None:
        scopes, consent, who = self._view.scopes, self._view.consent, self._view.who
        scopes.scope_toggled.connect(self._toggle)
        scopes.preset_chosen.connect(self._preset)
        scopes.here_wanted.connect(lambda: self._begin(here=True))
        scopes.browser_wanted.connect(lambda: self._begin(here=False))
        scopes.redirect_change_wanted.connect(self._to_settings)
        scopes.copy_redirect_wanted.connect(self._copy_redirect)
        consent.browser_wanted.connect(self._to_system_browser)
        consent.paste_wanted.connect(self._to_paste)
        consent.back_here_wanted.connect(self._back_here)
        consent.pasted.connect(self._complete)
        consent.check_wanted.connect(lambda: self._desk.pane_wanted.emit("doctor_over"))
        consent.action_wanted.connect(self._act)
        who.keep_wanted.connect(self._keep)
        who.server_wanted.connect(self._to_server)
        who.not_me_wanted.connect(self._ask_not_me)
        self._view.change_scopes_wanted.connect(self._change_scopes)
        self._view.cancel_wanted.connect(self.cancel)

    # --- step 1 ------------------------------------------------------------------------------

    def start(self, app: App, scopes: tuple[str, ...] = ()) -> None:
        """Begin at step 1 for `app`; `scopes` is a first choice, such as a former grant's."""
        self._app = app
        self._token = None
        if scopes:
            self._choice = ScopeChoice(scopes)
        self._show_scopes()

    def _show_scopes(self) -> None:
        app = self._app
        if app is None:
            return
        missing = self._missing(app)
        at_x = self.tr("Registered at X for this App")
        self._view.scopes.render_state(
            ScopesState(
                scopes=self._choice.states(),
                presets=self._choice.presets(),
                redirect_uri=app.redirect_uri or "",
                redirect_note=at_x if app.redirect_uri else self.tr("Set it in Settings"),
                warning=NoticeState(
                    self.tr("This ends other sign-ins of the same account with this App."),
                    self.tr(
                        "If a server already runs as that account, its tokens stop working. "
                        "Use a second App for it."
                    ),
                ),
                error=missing,
                can_start=missing is None and bool(self._choice.chosen),
            )
        )
        self._view.show_step("scopes")
        self._view.scopes.here.setFocus()

    def _missing(self, app: App) -> NoticeState | None:
        if app.client is None or not app.client.client_id:
            return NoticeState(
                self.tr("This App has no Client ID here."),
                self.tr(
                    "X shows it under Keys and tokens once User authentication settings are set up."
                ),
                "error",
                self.tr("Open Settings"),
            )
        if not app.redirect_uri:
            return NoticeState(
                self.tr("No redirect URI is known for this App."),
                self.tr("Enter one that is registered at X as a callback, character by character."),
                "error",
                self.tr("Open Settings"),
            )
        return None

    def _toggle(self, scope: str, wanted: bool) -> None:
        self._choice.toggle(scope, wanted)
        self._show_scopes_again()

    def _preset(self, key: str) -> None:
        self._choice.preset(key)
        self._show_scopes_again()

    def _show_scopes_again(self) -> None:
        focus = self._view.focusWidget()
        self._show_scopes()
        if focus is not None:
            focus.setFocus()

    def _copy_redirect(self) -> None:
        if self._app is not None and self._app.redirect_uri:
            self._desk.copied.emit(self._app.redirect_uri, self.tr("redirect URI"))

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
        self._drop_attempt()
        self._show_consent(ConsentState(busy=self.tr("Preparing…")))
        job = self._run(lambda _cancel: self._desk.world.vault.preflight())
        job.succeeded.connect(lambda _none: self._opened(here=here))

    def _opened(self, *, here: bool) -> None:
        app = self._app
        if app is None:
            return
        try:
            self._attempt = self._desk.world.sign_in.begin(app, self._choice.scopes())
        except KeypaneError as error:
            self._show_consent(ConsentState(notice=notice_for(error, "sign_in")))
            return
        if here:
            self._show_consent(ConsentState())
            # The page of step 2 is painted first; loading Chromium takes a moment.
            QTimer.singleShot(0, self, self._open_here)
        else:
            self._to_system_browser()

    def _open_here(self) -> None:
        from ui.browser.sign_in_view import SignInBrowser

        app, attempt = self._app, self._attempt
        if app is None or attempt is None:
            return
        browser = SignInBrowser(
            partial(is_redirect_to, attempt.redirect_uri),
            app.environment.sign_in_origins,
            app.environment.is_loopback,
        )
        self._browser = browser
        browser.redirect_caught.connect(self._complete)
        browser.left_allowed_pages.connect(self._left_pages)
        browser.popup_refused.connect(self._popup_refused)
        browser.download_refused.connect(
            lambda: self._desk.toast(self.tr("The page wanted to save a file. It was refused."))
        )
        browser.load_failed.connect(self._load_failed)
        browser.page_stuck.connect(self._page_stuck)
        browser.renderer_died.connect(self._renderer_died)
        browser.refused_without_sandbox.connect(self._no_sandbox)
        self._view.consent.set_browser(browser)
        self._show_consent(ConsentState())
        browser.open(attempt.authorize_url)
        browser.setFocus()

    def _to_system_browser(self) -> None:
        if self._attempt is None:
            return
        opened = QDesktopServices.openUrl(QUrl(self._attempt.authorize_url))
        note = self.tr(
            "Your browser shows X's page. After you authorize the App it goes to the redirect "
            "URI, where perhaps nothing answers: that is fine. Copy the whole address from the "
            "address bar and paste it here within 30 seconds."
        )
        if not opened:
            note = self.tr("No browser could be opened. Copy the address from Keypane instead.")
        self._show_consent(ConsentState(mode="paste", paste_note=note))
        self._view.consent.focus_paste()

    def _to_paste(self) -> None:
        note = self.tr(
            "Open the page in any browser, authorize the App, then copy the whole address that "
            "the browser ends at and paste it here within 30 seconds."
        )
        self._show_consent(ConsentState(mode="paste", paste_note=note))
        self._view.consent.focus_paste()

    def _back_here(self) -> None:
        self._show_consent(ConsentState())

    def _show_consent(self, state: ConsentState) -> None:
        self._consent = state
        self._view.consent.render_state(state)
        self._view.show_step("consent", self._choice.scopes())

    def _notice(self, title: str, text: str, action: str = "", key: str = "") -> None:
        state = self._consent
        self._show_consent(
            ConsentState(
                mode=state.mode,
                notice=NoticeState(title, text, "warn", action, key),
                paste_note=state.paste_note,
            )
        )

    def _left_pages(self, origin: str) -> None:
        self._notice(
            self.tr("The page wanted to go to {origin}.").format(origin=origin),
            self.tr(
                "Keypane shows only X's own pages. Sign-in with Google or Apple works in your "
                "browser, with the same attempt."
            ),
            self.tr("Continue in my browser"),
            "browser",
        )

    def _popup_refused(self) -> None:
        self._notice(
            self.tr("The page wanted to open another window."),
            self.tr("That is refused here. If you need it to log in, use your own browser."),
            self.tr("Continue in my browser"),
            "browser",
        )

    def _load_failed(self, reason: str) -> None:
        sentences = {
            "certificate": self.tr("Its certificate is not valid, so nothing was sent to it."),
            "dns": self.tr("Its address was not found. Are you online?"),
            "connection": self.tr("No connection could be made. Are you online?"),
        }
        self._notice(
            self.tr("The sign-in page did not load."),
            sentences.get(reason, self.tr("The server answered with an error.")),
            self.tr("Try again"),
            "again",
        )

    def _page_stuck(self) -> None:
        self._notice(
            self.tr("The page has not finished loading for a minute."),
            self.tr("The attempt is still good. Try again, or continue in your browser."),
            self.tr("Try again"),
            "again",
        )

    def _renderer_died(self) -> None:
        self._notice(
            self.tr("The process that draws the page ended."),
            self.tr("Nothing was sent and nothing is stored. Open the page again."),
            self.tr("Try again"),
            "again",
        )

    def _no_sandbox(self) -> None:
        self._drop_browser()
        self._show_consent(
            ConsentState(
                notice=NoticeState(
                    self.tr("X is not shown here, because Chromium's own sandbox is off."),
                    self.tr(
                        "It cannot run as root. Start Keypane as an ordinary user, or continue "
                        "in your browser."
                    ),
                    "error",
                    self.tr("Continue in my browser"),
                    "browser",
                )
            )
        )

    def _act(self, key: str) -> None:
        match key:
            case "browser":
                self._to_system_browser()
            case "again":
                self._try_again()
            case "start":
                self._open(here=True)
            case "settings":
                self._to_settings()

    def _try_again(self) -> None:
        if self._browser is not None and self._attempt is not None:
            self._show_consent(ConsentState())
            self._browser.open(self._attempt.authorize_url)

    # --- the redirect ------------------------------------------------------------------------

    def _complete(self, url: str) -> None:
        attempt = self._attempt
        if attempt is None or self._job is not None:
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
        self._token = token
        self._view.show_step("who")
        self._render_who()
        self._view.who.focus_first()

    def _run(self, work: object, *, changes: bool = False) -> Job:
        job = self._desk.submit(work, changes=changes)  # type: ignore[arg-type]  # a closure
        self._job = job
        job.failed.connect(self._failed)
        job.cancelled.connect(self._stopped)
        job.finished.connect(self._job_over)
        return job

    def _job_over(self) -> None:
        self._job = None

    def _failed(self, error: object) -> None:
        if self._view.step == "who":
            self._render_who(notice=notice_for(error, "revoke"))
            return
        found = notice_for(error, "sign_in")
        notice = NoticeState(found.title, found.text, found.kind, self.tr("Start again"), "start")
        if isinstance(error, StateMismatch):
            # The attempt goes on: the true redirect may still come, or be pasted.
            self._drop_browser()
            self._show_consent(replace(self._consent, notice=notice, busy=""))
            return
        log.info("a sign-in ended: %s", type(error).__name__)
        self._drop_attempt()
        self._show_consent(ConsentState(notice=notice))

    def _stopped(self) -> None:
        self._desk.toast(self.tr("Stopped the sign-in. Nothing new is stored."))

    # --- step 3 ------------------------------------------------------------------------------

    def _render_who(self, busy: str = "", notice: NoticeState | None = None) -> None:
        token = self._token
        if token is None:
            return
        self._view.who.render_state(
            WhoState(
                account=token.label,
                account_note=self.tr("User ID {id}").format(id=token.user_id)
                if token.user_id
                else self.tr("X has not named the account yet; Check asks again."),
                scopes=token.scopes,
                difference=self._difference(token),
                lifetime=self._lifetime(token),
                notice=notice,
                busy=busy,
            )
        )

    def _difference(self, token: UserToken) -> NoticeState | None:
        missing, extra = compare_scopes(token.requested_scopes, token.scopes)
        if missing:
            return NoticeState(
                self.tr("X granted less than was asked for."),
                self.tr("Missing: {scopes}.").format(scopes=", ".join(missing)),
            )
        if extra:
            return NoticeState(
                self.tr("X granted more than was asked for."),
                self.tr("More: {scopes}.").format(scopes=", ".join(extra)),
            )
        return None

    def _lifetime(self, token: UserToken) -> str:
        left = time_left(seconds_until(token.expires_at))
        if token.refresh_token is not None:
            return self.tr("Lives {left}; Keypane refreshes it when it is used.").format(left=left)
        return self.tr(
            "Lives {left}, then you sign in again: offline.access was not granted."
        ).format(left=left)

    def _keep(self) -> None:
        if self._token is not None:
            self._desk.toast(
                self.tr("{account} is kept on this computer.").format(account=self._token.label)
            )
        self._leave()

    def _to_server(self) -> None:
        token = self._token
        if token is not None:
            self._drop_attempt()
            self.hand_over_wanted.emit(token.token_id)

    def _ask_not_me(self) -> None:
        token = self._token
        if token is None:
            return
        self._desk.confirm(
            ConfirmState(
                self.tr("Revoke {account}?").format(account=token.label),
                (
                    self.tr("X ends both tokens of this sign-in. Then you start again."),
                    self.tr(
                        "In the view here you are logged out already; in your own browser, "
                        "switch the account at X first."
                    ),
                ),
                self.tr("Revoke"),
            ),
            self._revoke_and_retry,
        )

    def _revoke_and_retry(self) -> None:
        token = self._token
        if token is None:
            return
        sign_in = self._desk.world.sign_in
        self._render_who(busy=self.tr("Revoking…"))
        job = self._run(lambda cancel: sign_in.revoke(token.token_id, cancel), changes=True)
        job.succeeded.connect(lambda _receipt: self._show_scopes())

    # --- the end -----------------------------------------------------------------------------

    def cancel(self) -> None:
        """End the attempt wherever it stands; what X already granted stays."""
        if self._job is not None:
            self._job.cancel()
            return
        if self._attempt is not None:
            self._stopped()
        self._leave()

    def _leave(self) -> None:
        self._drop_attempt()
        self._token = None
        self._app = None
        self.left.emit()

    def _drop_attempt(self) -> None:
        self._attempt = None
        self._drop_browser()

    def _drop_browser(self) -> None:
        browser, self._browser = self._browser, None
        if browser is not None:
            self._view.consent.set_browser(None)
            browser.dispose()
            browser.deleteLater()
