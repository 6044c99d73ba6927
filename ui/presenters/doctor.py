"""The doctor's presenter: checks on a worker, and findings while the person pastes."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal

from core.doctor import Check, report
from core.errors import KeypaneError
from core.explain import Explanation, explain_card
from core.inspector import Note, Piece, inspect
from core.pasted import FIELDS, LABELS
from core.ports import CancelToken
from ui.desk import Desk
from ui.jobs import Job
from ui.main_window import MainWindow
from ui.notices import notice_for, translated
from ui.views.doctor import DoctorDialog, DoctorView, ReportDialog
from ui.views.doctor_state import DoctorState, Remark
from ui.widgets import NoticeState

_CONTEXT: Final = "words"
_PAUSE_MS: Final = 150
_KINDS: Final = {"ok": "ok", "warn": "warn", "fail": "bad"}
_RANK: Final = {"fail": 0, "warn": 1, "ok": 2}


class DoctorPresenter(QObject):
    """Fills one doctor's page.

    Signals:
        left: the person went back.
        add_wanted: make an App of a pasted text; arg: the text.
    """

    left = Signal()
    add_wanted = Signal(str)

    def __init__(self, desk: Desk, view: DoctorView, *, can_leave: bool = True) -> None:
        super().__init__(view)
        self._desk = desk
        self._view = view
        self._can_leave = can_leave
        self._checks: tuple[Check, ...] = ()
        self._job: Job | None = None
        self._notice: NoticeState | None = None
        self._pieces: tuple[Piece, ...] = ()
        self._about: Explanation | None = None
        self._text = ""
        self._inspection: Job | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._inspect)
        view.pasted.connect(self._pasted)
        view.again_wanted.connect(lambda: self.examine(asks_keyring=True))
        view.online_wanted.connect(lambda: self.examine(asks_keyring=True, is_online=True))
        view.report_wanted.connect(self._show_report)
        view.add_wanted.connect(lambda: self.add_wanted.emit(self._text))
        view.copy_wanted.connect(self._copy_call)
        view.cancel_wanted.connect(self._cancel)
        view.back_wanted.connect(self.left)
        desk.app_changed.connect(self._app_changed)

    # --- the checks --------------------------------------------------------------------------

    def examine(self, *, asks_keyring: bool = False, is_online: bool = False) -> None:
        """Run the checks on a worker.

        Without `asks_keyring` a keyring is tried only where it holds this vault's key already,
        so that opening the page brings no prompt.
        """
        if self._job is not None:
            return
        world, app = self._desk.world, self._desk.app
        status = world.vault.status()
        asks = asks_keyring or (status.key == "keyring" and status.state == "open")

        def work(cancel: CancelToken) -> tuple[Check, ...]:
            return world.doctor.examine(app, cancel, is_online=is_online, asks_keyring=asks)

        job = self._desk.submit(work)
        self._job = job
        job.succeeded.connect(self._examined)
        job.failed.connect(self._failed)
        job.finished.connect(self._finished)
        self.render()

    def tell_first(self, about: Explanation) -> None:
        """Tell one failure before everything else."""
        self._about = about
        self.render()

    def render(self) -> None:
        """Make the page look like what was found."""
        app = self._desk.app
        subject = app.name if app is not None else self.tr("this computer")
        checks = sorted(self._checks, key=lambda check: _RANK[check.state])
        about = [self._explained(self._about, self._about.key)] if self._about is not None else []
        findings = [self._finding(piece, n) for n, piece in enumerate(self._pieces)]
        self._view.render_state(
            DoctorState(
                subject=subject,
                checks=(*about, *(self._check(check) for check in checks)),
                busy=self.tr("Checking…") if self._job is not None else "",
                notice=self._notice,
                findings=tuple(findings),
                hint="" if findings else self.tr("Keypane says what it is, and what is wrong."),
                can_add=any(piece.field in FIELDS for piece in self._pieces),
                can_leave=self._can_leave,
            )
        )

    def _examined(self, checks: tuple[Check, ...]) -> None:
        self._checks = checks
        self._notice = None

    def _failed(self, error: object) -> None:
        if isinstance(error, KeypaneError):
            self._notice = replace(notice_for(error, "check"), why=None)  # this is the place

    def _finished(self) -> None:
        self._job = None
        self.render()

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def _app_changed(self, _app_id: str) -> None:
        self._checks = ()
        self.examine()

    # --- what is pasted ----------------------------------------------------------------------

    def _pasted(self, text: str) -> None:
        self._text = text
        self._pause.start()

    def _inspect(self) -> None:
        if self._inspection is not None:
            return  # it looks again when it is done
        text, clock = self._text, self._desk.world.clock
        job = self._desk.runner.submit(lambda _cancel: (text, inspect(text, clock.now())))
        self._inspection = job
        job.succeeded.connect(self._inspected)
        job.finished.connect(self._looked)

    def _inspected(self, found: tuple[str, tuple[Piece, ...]]) -> None:
        self._pieces = found[1]
        if found[0] != self._text:
            self._pause.start()
        self.render()

    def _looked(self) -> None:
        self._inspection = None

    # --- words -------------------------------------------------------------------------------

    def _check(self, check: Check) -> Remark:
        def told(template: str) -> str:
            return check.filled(QCoreApplication.translate(_CONTEXT, template)) if template else ""

        is_well = check.state == "ok"
        return Remark(
            check.name,
            told(check.title),
            _KINDS[check.state],
            self._state_words(check.state),
            (told(check.detail),),
            "" if is_well else told(check.cause),
            () if is_well else tuple(map(told, check.clicks)),
            "" if is_well else told(check.next_step),
        )

    def _state_words(self, state: str) -> str:
        words = {"ok": self.tr("In order"), "warn": self.tr("Look at this")}
        return words.get(state, self.tr("Wrong"))

    def _finding(self, piece: Piece, place: int) -> Remark:
        if piece.kind == "failure" and piece.explanation is not None:
            return self._explained(piece.explanation, f"{place}")
        title = QCoreApplication.translate(_CONTEXT, piece.title)
        lines = [_note(note) for note in piece.notes]
        if piece.field in LABELS:
            label = LABELS[piece.field]
            lines.insert(0, self.tr("Belongs into the field {label}.").format(label=label))
        steps: tuple[str, ...] = ()
        cause = next_step = ""
        if piece.explanation is not None:
            told = self._explained(piece.explanation, "")
            cause, steps, next_step = told.cause, told.steps, told.next_step
        return Remark(
            f"{place}",
            f"{title} …{piece.tail}" if piece.tail else title,
            self._kind(piece),
            self._kind_words(piece),
            tuple(lines),
            cause,
            steps,
            next_step,
            code=piece.corrected,
        )

    def _kind(self, piece: Piece) -> str:
        if piece.kind == "unknown":
            return "off"
        return "warn" if piece.is_warning or not piece.is_sure else "ok"

    def _kind_words(self, piece: Piece) -> str:
        if piece.kind == "unknown":
            return self.tr("Unknown")
        if piece.is_warning:
            return self.tr("Look at this")
        return self.tr("Recognised") if piece.is_sure else self.tr("By its shape only")

    def _explained(self, told: Explanation, key: str) -> Remark:
        words = told.words
        return Remark(
            key,
            translated(words.message, words),
            "bad",
            self.tr("Failure"),
            (),
            translated(told.cause, words),
            tuple(translated(click, words) for click in told.clicks),
            translated(words.next_step, words) if words.next_step else "",
            self._source(told),
        )

    def _source(self, told: Explanation) -> str:
        if not told.source:
            return ""
        how = {
            "documented": self.tr("Documented by X, {date}"),
            "reported": self.tr("Reported by developers, {date}"),
        }.get(told.certainty, self.tr("Not certain, {date}"))
        return how.format(date=told.source)

    # --- copying -----------------------------------------------------------------------------

    def _copy_call(self, call: str) -> None:
        self._desk.copied.emit(call, self.tr("the corrected call"))

    def _show_report(self) -> None:
        text = report(self._checks)
        dialog = ReportDialog(text, self._view)
        dialog.copy_wanted.connect(
            lambda: self._desk.copied.emit(text, self.tr("the doctor's report"))
        )
        dialog.open()


def show_doctor(desk: Desk, window: MainWindow) -> DoctorPresenter:
    """Show the doctor as a page of the window and run the checks; return its presenter."""
    view = DoctorView()
    presenter = DoctorPresenter(desk, view)
    window.show_page(view, hides_header=True)
    presenter.examine()
    return presenter


def open_doctor_over(desk: Desk, window: MainWindow, told: Explanation | None = None) -> None:
    """Open the doctor over the page, which goes on below it.

    Told first is `told`, or X's card without a reason, of which no program is told.
    """
    dialog = DoctorDialog(window)
    presenter = DoctorPresenter(desk, dialog.view, can_leave=False)
    presenter.tell_first(told or explain_card())
    presenter.examine()
    dialog.open()


def _note(note: Note) -> str:
    return note.filled(QCoreApplication.translate(_CONTEXT, note.template))
