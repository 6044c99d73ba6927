"""The last step of a sign-in by OAuth 1.0a: whose pair came, and whether it is the right one."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from core.model import AccessTokenPair
from ui.desk import Desk
from ui.notices import notice_for
from ui.presenters.keys_rows import level_words
from ui.presenters.sign_in_jobs import SignInJobs
from ui.presenters.sign_in_words import kept_words
from ui.views.sign_in_pair import PairState, SignInPairView
from ui.widgets import ConfirmState, NoticeState


class PairWhoStep(QObject):
    """Leads the last step.

    Signals:
        kept: the pair stays here; the sign-in is over.
        revoked: it was somebody else's and is ended at X; begin again.
    """

    kept = Signal()
    revoked = Signal()

    def __init__(self, desk: Desk, view: SignInPairView, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._view = view
        self._title = ""
        self._pair: AccessTokenPair | None = None
        self._jobs = SignInJobs(desk, self)
        view.keep_wanted.connect(self._keep)
        view.not_me_wanted.connect(self._ask_not_me)

    @property
    def is_shown(self) -> bool:
        """True while the step shows a pair."""
        return self._pair is not None

    def show(self, title: str, pair: AccessTokenPair) -> None:
        """Show this pair below the title of the sign-in."""
        self._title, self._pair = title, pair
        self._render()
        self._view.focus_done()

    def forget(self) -> None:
        """Forget the pair that is shown; what X granted stays."""
        self._pair = None

    def cancel(self) -> bool:
        """Stop the revocation under way; return whether there was one."""
        return self._jobs.cancel()

    def _render(self, busy: str = "", notice: NoticeState | None = None) -> None:
        pair = self._pair
        if pair is None:
            return
        level = level_words(pair.access_level)
        self._view.render_state(
            PairState(
                self._title,
                notice=notice,
                busy=busy,
                account=pair.label or self.tr("An account"),
                account_note=self.tr("User ID {id}").format(id=pair.account_id),
                level=level or self.tr("X did not tell; Check asks again."),
            )
        )

    def _keep(self) -> None:
        if self._pair is not None:
            self._desk.toast(kept_words(self._pair.label))
        self.kept.emit()

    def _ask_not_me(self) -> None:
        pair = self._pair
        if pair is None:
            return
        self._desk.confirm(
            ConfirmState(
                self.tr("Revoke {account}?").format(account=pair.label),
                (
                    self.tr("X ends the Access Token and Secret, wherever they are used."),
                    self.tr("Then you start again; switch the account in X's page first."),
                ),
                self.tr("Revoke"),
            ),
            partial(self._revoke, pair),
        )

    def _revoke(self, pair: AccessTokenPair) -> None:
        owners = self._desk.world.owner_tokens
        self._render(busy=self.tr("Revoking…"))
        job = self._jobs.run(lambda cancel: owners.revoke(pair.pair_id, cancel), changes=True)
        job.succeeded.connect(self._revoked)
        job.failed.connect(lambda error: self._render(notice=notice_for(error, "revoke_pair")))
        job.cancelled.connect(self._render)

    def _revoked(self, _pair: AccessTokenPair) -> None:
        self._pair = None
        self.revoked.emit()
