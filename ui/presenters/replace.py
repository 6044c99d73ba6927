"""Replace it, or *I leaked it*: end, prove, make anew, check, tick off, receipt, in this order."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from core.errors import ApiRefused, RateLimited, Refused
from core.model import App, CredentialState
from core.notes import Replacement, receipt_text
from core.ports import CancelToken
from core.secret import Secret
from ui.desk import Desk
from ui.jobs import Job, Work
from ui.notices import notice_for
from ui.presenters.keys_copy import copied_secret
from ui.presenters.keys_notes import label_of, subject_of
from ui.presenters.page_job import PageJob
from ui.presenters.replace_subject import BEARER, OWNER, PAIR, Record, Subject, value_of
from ui.presenters.replace_words import Progress, replace_state, resumed_notice
from ui.views.guide import GuideView
from ui.widgets import NoticeState

_REVOKED = CredentialState.REVOKED
_TAIL = 5


class ReplacePresenter(QObject):
    """Leads the replacement of one credential.

    How far it is outlives the page and the program, until every place has the new one.

    Signals:
        left: the person leaves the page.
        used_by_wanted: where it is used shall be noted; arg: the row's key.
        sign_in_wanted: a user shall sign in again; arg: the scopes.
        sign_in_pair_wanted: an account shall sign in again by OAuth 1.0a.
    """

    left = Signal()
    used_by_wanted = Signal(str)
    sign_in_wanted = Signal(tuple)
    sign_in_pair_wanted = Signal()

    def __init__(self, desk: Desk, view: GuideView, app: App, key: str, *, leaked: bool) -> None:
        super().__init__(view)
        self._desk = desk
        self._view = view
        self._app = app
        self._key = key
        self._subject = Subject(desk.world, app, key)
        self._leaked = leaked
        self._old = self._value()
        self._tail = self._old.tail(_TAIL) if self._old else ""
        self._fresh = self._works = self._refused = False
        self._ended = self._subject.is_dead(desk.snapshot)
        self._ticked: frozenset[str] = frozenset()
        self._scopes = self._subject.requested_scopes(desk.snapshot)
        self._job = PageJob(desk, self)
        self._job.changed.connect(self.render)
        self._begun_at = desk.world.clock.now()
        view.action_wanted.connect(self._act)
        view.second_wanted.connect(self._second)
        view.copy_wanted.connect(lambda _key: self._copy_receipt())
        view.ticked.connect(self._tick)
        view.pasted.connect(lambda _key, text: self._paste(text))
        view.left.connect(self.left)
        view.cancel_wanted.connect(self._job.cancel)
        desk.snapshot_changed.connect(self.render)
        self.render()
        self._look_back()

    def render(self) -> None:
        """Make the page look like how far the replacement is."""
        fresh = self._value() if self._fresh else None
        self._view.render_state(
            replace_state(
                Progress(
                    what=label_of(self._desk, self._key),
                    app=self._app.name,
                    kind=self._subject.kind,
                    leaked=self._leaked,
                    places=self._places(),
                    ticked=self._ticked,
                    tail=self._tail,
                    refused=self._refused,
                    ended=self._ended,
                    fresh=self._fresh,
                    fresh_tail=fresh.tail(_TAIL) if fresh else "",
                    works=self._works,
                    receipt=self._receipt() if self._ended else "",
                ),
                self._job.busy,
                self._job.notice,
            )
        )

    def _subject_id(self) -> str:
        return subject_of(self._app.app_id, self._key)

    def _places(self) -> tuple[str, ...]:
        return self._desk.snapshot.places_of(self._subject_id())

    def _value(self) -> Secret | None:
        return self._subject.value(self._desk.snapshot)

    def _receipt(self) -> str:
        receipt = self._desk.snapshot.receipt(self._subject_id())
        return receipt_text(receipt, self._app.name) if receipt else ""

    # --- what is wanted ----------------------------------------------------------------------

    def _act(self, key: str) -> None:
        match key:
            case "end":
                self._end()
            case "console":
                self._open_console()
            case "new" if self._subject.kind == BEARER:
                self._generate()
            case "new":
                self._open_console()
            case "check":
                self._check()
            case "place":
                self._copy_fresh()
            case "sign_in" if self._subject.kind == PAIR:
                self.sign_in_pair_wanted.emit()
            case "sign_in":
                self.sign_in_wanted.emit(self._scopes)

    def _second(self, key: str) -> None:
        if key == "stops":
            self.used_by_wanted.emit(self._key)
        elif key == "console":
            self._prove_console()
        elif key == "place":
            self._begin_anew()

    def _open_console(self) -> None:
        QDesktopServices.openUrl(QUrl(self._app.environment.console_url))

    def _tick(self, _key: str, place: str, is_on: bool) -> None:
        ticked = self._ticked | {place} if is_on else self._ticked - {place}
        if ticked != self._ticked:
            self._ticked = ticked
            self._remember()
        self.render()

    # --- what was begun before -----------------------------------------------------------------

    def _look_back(self) -> None:
        """Go on where an earlier page of this replacement was left."""
        if not self._subject.is_replaced_here:
            return
        vault, subject_id = self._desk.world.vault, self._subject_id()
        # In the lane of the App's changes: a tick of a moment ago is kept before this reads.
        job = self._desk.submit(lambda _cancel: vault.get(Replacement, subject_id), changes=True)
        job.succeeded.connect(self._resume)

    def _resume(self, before: Replacement | None) -> None:
        if before is None or self._fresh or self._job.is_running:
            return
        now = self._value()
        is_newer = now is not None and now.tail(_TAIL) != before.tail
        self._ended, self._leaked = True, before.leaked
        self._fresh = is_newer
        self._works = is_newer and before.works
        self._ticked = frozenset(before.ticked)
        self._tail, self._begun_at = before.tail, before.begun_at
        self._old = None if is_newer else self._old
        self._job.notice = resumed_notice(before.begun_at)
        self.render()

    def _remember(self) -> None:
        """Keep how far it is; once every place has the new one there is nothing to keep."""
        if not (self._ended and self._subject.is_replaced_here):
            return
        if self._works and set(self._places()) <= self._ticked:
            self._forget()
            return
        vault = self._desk.world.vault
        note = Replacement(
            self._subject_id(),
            self._app.app_id,
            self._begun_at,
            self._leaked,
            self._tail,
            self._works,
            tuple(sorted(self._ticked)),
        )
        self._desk.submit(lambda _cancel: vault.save(note), changes=True)

    def _forget(self) -> None:
        vault, subject_id = self._desk.world.vault, self._subject_id()

        def work(_cancel: CancelToken) -> None:
            with vault.change() as change:
                change.remove(Replacement, subject_id)

        self._desk.submit(work, changes=True)

    def _begin_anew(self) -> None:
        self._forget()
        self._old = self._value()
        self._tail = self._old.tail(_TAIL) if self._old else ""
        self._ended = self._fresh = self._works = self._refused = False
        self._ticked, self._job.notice = frozenset(), None
        self._begun_at = self._desk.world.clock.now()
        self.render()

    # --- ending ------------------------------------------------------------------------------

    def _end(self) -> None:
        job = self._run(self.tr("Revoking at X, then proving it…"), self._subject.end, "revoke")
        job.succeeded.connect(self._judge_end)
        job.failed.connect(self._judge_refusal)

    def _prove_console(self) -> None:
        job = self._run(self.tr("Calling X once with the old one…"), self._subject.check, "check")
        job.succeeded.connect(self._judge_end)

    def _judge_end(self, record: Record) -> None:
        self._ended = record.state is _REVOKED
        if self._ended:
            self._remember()
        else:
            self._job.notice = NoticeState(
                self.tr("The old one still works."),
                self.tr("X answered a call with it. Try once more, or look at the console."),
            )

    def _judge_refusal(self, error: object) -> None:
        # X refuses some Bearer Tokens with 348 or 99 (x-platform notes §1.3): the console can.
        if isinstance(error, Refused) and not isinstance(error, RateLimited):
            code = error.code if isinstance(error, ApiRefused) else None
            self._refused = self._subject.is_replaced_here
            if self._refused:
                self._job.notice = NoticeState(
                    self.tr("X refuses to end it by a call ({why}).").format(
                        why=self.tr("code {n}").format(n=code) if code else str(error.status)
                    ),
                    self.tr("It is alive still. X's console can end it; the steps are below."),
                )

    # --- the new one -------------------------------------------------------------------------

    def _generate(self) -> None:
        job = self._run(
            self.tr("Asking X for the Bearer Token…"), self._subject.generate, "generate"
        )
        job.succeeded.connect(self._judge_fresh)

    def _judge_fresh(self, record: Record) -> None:
        value = value_of(record)
        self._fresh = value is not None and value != self._old
        if self._fresh:
            self._remember()
        else:
            self._job.notice = NoticeState(
                self.tr("X still answers with the old one."),
                self.tr("Regenerate it in the console, then paste the new one here."),
            )

    def _paste(self, text: str) -> None:
        fields = self._subject.read(text)
        if not self._subject.is_whole(fields):
            self._say(
                self.tr("That is only one of the two values."),
                self.tr("Copy Access Token and Access Token Secret; X shows both only once."),
            )
        elif self._old in fields.values():
            self._say(
                self.tr("This is the old one."), self.tr("Copy the one the console shows now.")
            )
        else:
            subject = self._subject
            job = self._run(self.tr("Keeping it…"), lambda _cancel: subject.keep(fields), "save")
            job.succeeded.connect(self._judge_fresh)

    def _say(self, title: str, text: str) -> None:
        self._job.say(NoticeState(title, text))

    def _check(self) -> None:
        job = self._run(self.tr("Checking with one free call…"), self._subject.check, "check")
        job.succeeded.connect(self._judge_check)

    def _judge_check(self, record: Record) -> None:
        self._works = record.state is CredentialState.OK
        if self._works:
            self._remember()
        else:
            self._job.notice = NoticeState(
                self.tr("X answered 401: this one does not work either."),
                self.tr("Generate once more, or paste what the console shows."),
            )
            self._fresh = False

    # --- copying and waiting ---------------------------------------------------------------------

    def _copy_fresh(self) -> None:
        if not self._fresh:
            return
        form = "env" if self._subject.kind == OWNER else "value"
        fresh, label = copied_secret(self._key, form, self._app, self._desk.snapshot)
        if fresh is not None:
            self._desk.copied.emit(fresh, label)

    def _copy_receipt(self) -> None:
        self._desk.copied.emit(self._receipt(), self.tr("the receipt"))

    def _run(self, words: str, work: Work, operation: str) -> Job:
        told = partial(notice_for, operation=operation)
        return self._job.run(work, words, told, changes=True)
