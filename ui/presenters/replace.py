"""Replace it, or *I leaked it*: end, prove, make anew, check, tick off, receipt, in this order."""

from __future__ import annotations

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from core.errors import ApiRefused, KeypaneError, RateLimited, Refused
from core.model import App, BearerToken, CredentialState, UserToken
from core.notes import receipt_text
from core.pasted import read_pasted
from core.ports import CancelToken
from core.secret import Secret
from ui.desk import Desk
from ui.jobs import Job
from ui.notices import notice_for
from ui.presenters.keys_notes import label_of, subject_of
from ui.presenters.replace_words import Progress, replace_state
from ui.views.guide import GuideView
from ui.widgets import NoticeState

_REVOKED = CredentialState.REVOKED


class ReplacePresenter(QObject):
    """Leads the replacement of one credential.

    Signals:
        left: the person leaves the page.
        used_by_wanted: where it is used shall be noted; arg: the row's key.
        sign_in_wanted: a user shall sign in again; arg: the scopes.
    """

    left = Signal()
    used_by_wanted = Signal(str)
    sign_in_wanted = Signal(tuple)

    def __init__(self, desk: Desk, view: GuideView, app: App, key: str, *, leaked: bool) -> None:
        super().__init__(view)
        self._desk = desk
        self._view = view
        self._app = app
        self._key = key
        self._token_id = key.removeprefix("user:") if key.startswith("user:") else ""
        self._leaked = leaked
        self._old = self._value()
        self._ended = self._fresh = self._works = self._refused = False
        self._ticked: frozenset[str] = frozenset()
        self._scopes = self._requested()
        self._job: Job | None = None
        self._busy = ""
        self._notice: NoticeState | None = None
        view.action_wanted.connect(self._act)
        view.second_wanted.connect(self._second)
        view.copy_wanted.connect(lambda _key: self._copy_receipt())
        view.ticked.connect(self._tick)
        view.pasted.connect(lambda _key, text: self._paste(text))
        view.left.connect(self.left)
        view.cancel_wanted.connect(self._cancel)
        desk.snapshot_changed.connect(self.render)
        self.render()

    def render(self) -> None:
        """Make the page look like how far the replacement is."""
        fresh = self._value() if self._fresh else None
        self._view.render_state(
            replace_state(
                Progress(
                    what=label_of(self._desk, self._key),
                    app=self._app.name,
                    is_user=bool(self._token_id),
                    leaked=self._leaked,
                    places=self._desk.snapshot.places_of(self._subject()),
                    ticked=self._ticked,
                    tail=self._old.tail(5) if self._old else "",
                    refused=self._refused,
                    ended=self._ended,
                    fresh=self._fresh,
                    fresh_tail=fresh.tail(5) if fresh else "",
                    works=self._works,
                    receipt=self._receipt() if self._ended else "",
                ),
                self._busy,
                self._notice,
            )
        )

    def _subject(self) -> str:
        return subject_of(self._app.app_id, self._key)

    def _value(self) -> Secret | None:
        snapshot = self._desk.snapshot
        if self._token_id:
            token = snapshot.user(self._token_id)
            return token.access_token if token else None
        bearer = snapshot.bearer(self._app.app_id)
        return bearer.token if bearer else None

    def _requested(self) -> tuple[str, ...]:
        token = self._desk.snapshot.user(self._token_id) if self._token_id else None
        return token.requested_scopes if token else ()

    def _receipt(self) -> str:
        receipt = self._desk.snapshot.receipt(self._subject())
        return receipt_text(receipt, self._app.name) if receipt else ""

    # --- what is wanted ----------------------------------------------------------------------

    def _act(self, key: str) -> None:
        match key:
            case "end":
                self._end()
            case "console":
                QDesktopServices.openUrl(QUrl(self._app.environment.console_url))
            case "new":
                self._generate()
            case "check":
                self._check()
            case "place":
                self._copy_fresh()
            case "sign_in":
                self.sign_in_wanted.emit(self._scopes)

    def _second(self, key: str) -> None:
        if key == "stops":
            self.used_by_wanted.emit(self._key)
        elif key == "console":
            self._prove_console()

    def _tick(self, _key: str, place: str, is_on: bool) -> None:
        self._ticked = self._ticked | {place} if is_on else self._ticked - {place}
        self.render()

    # --- ending ------------------------------------------------------------------------------

    def _end(self) -> None:
        world, app_id, token_id = self._desk.world, self._app.app_id, self._token_id

        def work(cancel: CancelToken) -> BearerToken | UserToken:
            if token_id:
                return world.sign_in.revoke(token_id, cancel)
            return world.bearer_tokens.revoke(app_id, cancel)

        job = self._run(self.tr("Revoking at X, then proving it…"), work, "revoke")
        job.succeeded.connect(self._judge_end)
        job.failed.connect(self._judge_refusal)

    def _prove_console(self) -> None:
        world, app_id = self._desk.world, self._app.app_id
        job = self._run(
            self.tr("Calling X once with the old one…"),
            lambda cancel: world.bearer_tokens.check(app_id, cancel),
            "check",
        )
        job.succeeded.connect(self._judge_end)

    def _judge_end(self, token: BearerToken | UserToken) -> None:
        self._ended = token.state is _REVOKED
        if not self._ended:
            self._notice = NoticeState(
                self.tr("The old one still works."),
                self.tr("X answered a call with it. Try once more, or look at the console."),
            )

    def _judge_refusal(self, error: object) -> None:
        # X refuses some Bearer Tokens with 348 or 99 (x-platform notes §1.3): the console can.
        if isinstance(error, Refused) and not isinstance(error, RateLimited):
            code = error.code if isinstance(error, ApiRefused) else None
            self._refused = not self._token_id
            if self._refused:
                self._notice = NoticeState(
                    self.tr("X refuses to end it by a call ({why}).").format(
                        why=self.tr("code {n}").format(n=code) if code else str(error.status)
                    ),
                    self.tr("It is alive still. X's console can end it; the steps are below."),
                )

    # --- the new one -------------------------------------------------------------------------

    def _generate(self) -> None:
        world, app_id = self._desk.world, self._app.app_id
        job = self._run(
            self.tr("Asking X for the Bearer Token…"),
            lambda cancel: world.bearer_tokens.generate(app_id, cancel),
            "generate",
        )
        job.succeeded.connect(self._judge_fresh)

    def _judge_fresh(self, bearer: BearerToken) -> None:
        self._fresh = bearer.token is not None and bearer.token != self._old
        if not self._fresh:
            self._notice = NoticeState(
                self.tr("X still answers with the old one."),
                self.tr("Regenerate it in the console, then paste the new one here."),
            )

    def _paste(self, text: str) -> None:
        try:
            found = read_pasted(text).fields.get("bearer_token")
        except KeypaneError:
            found = None
        token = found or Secret("".join(text.split()))
        if token == self._old:
            self._notice = NoticeState(
                self.tr("This is the old one."), self.tr("Copy the one the console shows now.")
            )
            self.render()
            return
        vault, clock, app_id = self._desk.world.vault, self._desk.world.clock, self._app.app_id

        def work(_cancel: CancelToken) -> BearerToken:
            fresh = BearerToken(app_id, token, clock.now(), tail=token.tail(5))
            vault.save(fresh)
            return fresh

        job = self._run(self.tr("Keeping it…"), work, "save")
        job.succeeded.connect(self._judge_fresh)

    def _check(self) -> None:
        world, app_id = self._desk.world, self._app.app_id
        job = self._run(
            self.tr("Checking with one free call…"),
            lambda cancel: world.bearer_tokens.check(app_id, cancel),
            "check",
        )
        job.succeeded.connect(self._judge_check)

    def _judge_check(self, bearer: BearerToken) -> None:
        self._works = bearer.state is CredentialState.OK
        if not self._works:
            self._notice = NoticeState(
                self.tr("X answered 401: this one does not work either."),
                self.tr("Generate once more, or paste what the console shows."),
            )
            self._fresh = False

    # --- copying and waiting ---------------------------------------------------------------------

    def _copy_fresh(self) -> None:
        fresh = self._value()
        if fresh is not None and self._fresh:
            self._desk.copied.emit(fresh, self.tr("the Bearer Token"))

    def _copy_receipt(self) -> None:
        self._desk.copied.emit(self._receipt(), self.tr("the receipt"))

    def _run(self, words: str, work: object, operation: str) -> Job:
        self._busy, self._notice = words, None
        job = self._desk.submit(work, changes=True)  # type: ignore[arg-type]  # a closure
        self._job = job
        job.failed.connect(lambda error: self._fail(error, operation))
        job.finished.connect(self._over)
        self.render()
        return job

    def _fail(self, error: object, operation: str) -> None:
        self._notice = notice_for(error, operation)

    def _over(self) -> None:
        self._job, self._busy = None, ""
        self.render()

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()
