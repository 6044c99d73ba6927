"""Step 3 of a sign-in: whose token came, what it may do, and who will use it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from core.model import UserToken
from core.scopes import compare_scopes
from ui.desk import Desk
from ui.notices import notice_for
from ui.presenters.sign_in_jobs import SignInJobs
from ui.presenters.sign_in_words import kept_words
from ui.presenters.stay_signed_in import StaySignedIn
from ui.views.sign_in_who import WhoState, WhoView
from ui.widgets import ConfirmState, NoticeState
from ui.widgets.times import seconds_until, time_left


class WhoStep(QObject):
    """Leads the last step.

    Signals:
        kept: the token stays here; the sign-in is over.
        server_wanted: a server shall have it; arg: its id.
        revoked: it was somebody else's and is ended at X; begin again.
        stopped: the person waits for the revocation no longer.
    """

    kept = Signal()
    server_wanted = Signal(str)
    revoked = Signal()
    stopped = Signal()

    def __init__(self, desk: Desk, view: WhoView, stay: StaySignedIn, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._view = view
        self._stay = stay
        self._token: UserToken | None = None
        self._jobs = SignInJobs(desk, self)
        view.keep_wanted.connect(self._keep)
        view.server_wanted.connect(self._to_server)
        view.not_me_wanted.connect(self._ask_not_me)

    def show(self, token: UserToken | None) -> None:
        """Show this token; None forgets the one before."""
        self._token = token
        self._render()
        if token is not None:
            self._view.focus_first()

    def cancel(self) -> bool:
        """Stop what is under way; return whether anything was."""
        return self._jobs.cancel()

    def _render(self, busy: str = "", notice: NoticeState | None = None) -> None:
        token = self._token
        if token is None:
            return
        self._view.render_state(
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
            self._desk.toast(kept_words(self._token.label))
        self.kept.emit()

    def _to_server(self) -> None:
        if self._token is not None:
            self.server_wanted.emit(self._token.token_id)

    # --- not this account ----------------------------------------------------------------------

    def _ask_not_me(self) -> None:
        token = self._token
        if token is None:
            return
        self._desk.confirm(
            ConfirmState(
                self.tr("Revoke {account}?").format(account=token.label),
                (
                    self.tr("X ends both tokens of this sign-in. Then you start again."),
                    self._switch_words(),
                ),
                self.tr("Revoke"),
            ),
            self._revoke,
        )

    def _switch_words(self) -> str:
        if self._stay.is_kept:
            return self.tr(
                "The browser session of this App is forgotten too, so that X asks who you are; "
                "in your own browser, switch the account at X first."
            )
        return self.tr(
            "In the view here you are logged out already; in your own browser, "
            "switch the account at X first."
        )

    def _revoke(self) -> None:
        token = self._token
        if token is None:
            return
        sign_in = self._desk.world.sign_in
        self._render(busy=self.tr("Revoking…"))
        job = self._jobs.run(lambda cancel: sign_in.revoke(token.token_id, cancel), changes=True)
        job.succeeded.connect(lambda _receipt: self._revoked())
        job.failed.connect(lambda error: self._render(notice=notice_for(error, "revoke")))
        job.cancelled.connect(self.stopped)

    def _revoked(self) -> None:
        if self._stay.is_kept:
            self._stay.forget()
        self.revoked.emit()
