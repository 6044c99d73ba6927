"""The guided pages through X's console: a first App, a package, credits."""

from __future__ import annotations

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from core.credits import Balance
from core.environment import X_CONSOLE
from core.errors import BadInput
from core.pasted import LABELS, read_pasted
from core.ports import CancelToken
from core.readiness import StepKey, StepState, steps_of
from core.secret import Secret
from ui.desk import Desk
from ui.jobs import Job, Work
from ui.notices import notice_for
from ui.presenters import guide_words as words
from ui.presenters.page_job import PageJob
from ui.presenters.readiness_words import USUAL_CALLBACK
from ui.views.guide import GuideView
from ui.widgets import Status


class FirstAppWalk(QObject):
    """Walks beside the console until there are keys to keep.

    Signals:
        pasted: everything that was pasted, as one text, is ready to be named and kept.
        left: the person goes back.
    """

    pasted = Signal(str)
    left = Signal()

    def __init__(self, desk: Desk, view: GuideView) -> None:
        super().__init__(view)
        self._desk = desk
        self._view = view
        self._texts: list[Secret] = []
        view.action_wanted.connect(self._act)
        view.copy_wanted.connect(self._copy)
        view.pasted.connect(self._paste)
        view.left.connect(self.left)
        self.render()

    def render(self) -> None:
        """Show the steps and what was found so far."""
        fields = self._fields()
        found = None
        if fields:
            found = Status(self.tr("Found {n}").format(n=len(fields)), "ok")
        elif self._texts:
            found = Status(self.tr("No key or token was recognised in it."), "warn")
        names = ", ".join(LABELS[name] for name in fields)
        self._view.render_state(
            words.no_app_state(found, f"{names}." if names else "", can_go_on=bool(fields))
        )

    def _act(self, key: str) -> None:
        if key == "open":
            QDesktopServices.openUrl(QUrl(X_CONSOLE))
        elif key == "keep" and self._texts:
            self.pasted.emit("\n".join(text.reveal() for text in self._texts))

    def _copy(self, _key: str) -> None:
        self._desk.copied.emit(USUAL_CALLBACK, self.tr("callback"))

    def _paste(self, _key: str, text: str) -> None:
        self._texts.append(Secret(text))
        self.render()

    def _fields(self) -> tuple[str, ...]:
        try:
            found = read_pasted("\n".join(text.reveal() for text in self._texts)).fields
        except BadInput:
            return ()
        return tuple(found)


class ReadinessFix(QObject):
    """The page behind an open step that only X's console can close: Package or Credits.

    Signals:
        left: the person goes back, or the step is done.
        requests_wanted: a call that costs shall be composed.
    """

    left = Signal()
    requests_wanted = Signal()

    def __init__(self, desk: Desk, view: GuideView, key: StepKey) -> None:
        super().__init__(view)
        self._desk = desk
        self._view = view
        self._key = key
        self._job = PageJob(desk, self)
        self._job.changed.connect(self.render)
        view.action_wanted.connect(self._act)
        view.left.connect(self.left)
        view.cancel_wanted.connect(self._job.cancel)
        desk.snapshot_changed.connect(self._follow)
        desk.app_changed.connect(self._turn)
        self.render()

    def render(self) -> None:
        """Show what to click, and how the check goes."""
        app = self._desk.app
        if app is None:
            return
        busy, notice = self._job.busy, self._job.notice
        if self._key is StepKey.PACKAGE:
            state = words.package_state(app, busy, notice, can_check=bool(self._subject()))
        else:
            is_open = self._state() is StepState.OPEN
            can_ask = self._subject() == "bearer"
            state = words.credits_state(app, busy, notice, is_open=is_open, can_ask=can_ask)
        self._view.render_state(state)

    def _state(self) -> StepState:
        app, snapshot = self._desk.app, self._desk.snapshot
        if app is None:
            return StepState.DONE
        mine = snapshot.users_of(app.app_id)
        known = snapshot.enrolment(app.app_id)
        steps = steps_of(app, snapshot.bearer(app.app_id), mine, known)
        found = [step.state for step in steps if step.key is self._key]
        return found[0] if found else StepState.DONE

    def _subject(self) -> str:
        """Return what the free call can be made with: "bearer", a token's id, or ""."""
        app, snapshot = self._desk.app, self._desk.snapshot
        if app is None:
            return ""
        bearer = snapshot.bearer(app.app_id)
        if bearer is not None and bearer.token is not None:
            return "bearer"
        users = [user for user in snapshot.users_of(app.app_id) if user.access_token]
        return users[0].token_id if users else ""

    def _turn(self, _app_id: str) -> None:
        self.left.emit()

    def _follow(self) -> None:
        if self._state() is StepState.DONE:
            self._desk.toast(self.tr("Done: the check went through."))
            self.left.emit()
        else:
            self.render()

    def _act(self, key: str) -> None:
        match key:
            case "open" | "billing":
                QDesktopServices.openUrl(QUrl(X_CONSOLE))
            case "call":
                self.requests_wanted.emit()
            case "check":
                self._check()
            case "ask":
                self._ask()

    def _ask(self) -> None:
        app, world = self._desk.app, self._desk.world
        if app is None or self._job.is_running:
            return
        job = self._run(lambda cancel: world.credits.ask(app.app_id, cancel))
        job.succeeded.connect(self._told)

    def _told(self, balance: Balance) -> None:
        self._job.notice = words.balance_notice(balance)

    def _check(self) -> None:
        app, subject, world = self._desk.app, self._subject(), self._desk.world
        if app is None or not subject or self._job.is_running:
            return

        def work(cancel: CancelToken) -> object:
            if subject == "bearer":
                return world.bearer_tokens.check(app.app_id, cancel)
            return world.sign_in.check(subject, cancel)

        self._run(work)

    def _run(self, work: Work) -> Job:
        busy = self.tr("Checking with one free call…")
        return self._job.run(work, busy, lambda error: notice_for(error, "check"), changes=True)
