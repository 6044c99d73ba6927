"""Other programs of this person: they ask on the helper socket, and the person is asked here.

The socket is served on a worker of its own. Each program that asks has a thread there, which
waits for the answer; the window is never waited for, and never waits.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from core.ports import CancelToken
from ui.desk import Desk
from ui.jobs import Job
from ui.notices import notice_for

if TYPE_CHECKING:
    from core.consents import Answer, Peer, Question
    from ui.main_window import MainWindow
    from ui.views.helper_consent import ConsentDialog, ConsentState

_AGAIN_MS = 300


class Programs(QObject):
    """Serves the helper while no agent does, and puts its questions to the person.

    Attributes:
        is_serving: whether programs can ask this window now.
        trouble: why nobody can ask, as a sentence; "" where that is not so.

    Signals:
        changed: `is_serving` or `trouble` is another.
    """

    changed = Signal()
    _asked = Signal(object)
    _over = Signal(object)
    _turned = Signal(bool)

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        self._job: Job | None = None
        self._dialogs: dict[_Pending, ConsentDialog] = {}
        self.is_serving = False
        self.trouble = ""
        queued = Qt.ConnectionType.QueuedConnection  # they come from the programs' threads
        self._asked.connect(self._put, queued)
        self._over.connect(self._take_away, queued)
        self._turned.connect(self._note, queued)

    def start(self) -> None:
        """Serve from now on, until the window closes. Calling it again does nothing."""
        if self._job is None and self._desk.world.serve_helper is not None:
            self._job = self._desk.runner.attend(self._serve)
            self._job.failed.connect(self._failed)
            self._job.finished.connect(self._ended)

    # --- on the worker, and on the threads of programs ---------------------------------------

    def _serve(self, cancel: CancelToken) -> None:
        from core.consents import Gate
        from core.error_facts import error_facts
        from core.helper import Helper

        world = self._desk.world
        serve = world.serve_helper
        assert serve is not None, "looked at in `start`"

        def ask(question: Question) -> Answer:
            return self._ask(question, cancel)

        helper = Helper(
            world.vault,
            lambda: world.sign_in,
            Gate(world.vault, world.clock, ask),
            lambda problem: error_facts(problem, "refresh"),
            cancel,
        )
        serve(world.home, helper.answer, cancel, self._turned.emit, gives_way=True)

    def _ask(self, question: Question, cancel: CancelToken) -> Answer:
        from core.consents import ANSWER_SECONDS

        pending = _Pending(question)
        forget = cancel.on_cancel(pending.settle)
        try:
            self._asked.emit(pending)
            pending.settled.wait(ANSWER_SECONDS)
            pending.settle()
            self._over.emit(pending)
        except RuntimeError:
            pass  # the window went meanwhile
        finally:
            forget()
        return pending.answer

    # --- on the window's thread --------------------------------------------------------------

    def _put(self, pending: _Pending) -> None:
        if pending.settled.is_set():
            return
        if QApplication.activeModalWidget() is not None:
            # A person in the middle of another question finishes that one first.
            QTimer.singleShot(_AGAIN_MS, self, lambda: self._put(pending))
            return
        from core.consents import Answer
        from ui.views.helper_consent import ConsentDialog

        dialog = ConsentDialog(self._state(pending.question), self._window)
        dialog.answered.connect(lambda answer: pending.settle(Answer(answer)))
        self._dialogs[pending] = dialog
        dialog.open()
        QApplication.alert(self._window)

    def _state(self, question: Question) -> ConsentState:
        from core.consents import ANSWER_SECONDS
        from ui.views.helper_consent import ConsentState

        token = (
            self.tr("Bearer Token")
            if question.credential == "bearer"
            else self.tr("Access Token of {user}").format(user=question.credential)
        )
        peer = question.peer
        return ConsentState(
            question.app.name, peer.program, self._process(peer), token, int(ANSWER_SECONDS)
        )

    def _process(self, peer: Peer) -> str:
        number = "?" if peer.pid is None else str(peer.pid)
        if not peer.user:
            return self.tr("process {number}").format(number=number)
        return self.tr("process {number} of {user}").format(number=number, user=peer.user)

    def _take_away(self, pending: _Pending) -> None:
        dialog = self._dialogs.pop(pending, None)
        if dialog is not None and isValid(dialog) and dialog.isVisible():
            dialog.reject()

    def _note(self, serving: bool) -> None:
        self.is_serving = serving
        self.changed.emit()

    def _failed(self, error: object) -> None:
        notice = notice_for(error, "helper")
        self.trouble = f"{notice.title} {notice.text}".strip()

    def _ended(self) -> None:
        self._job = None
        self._note(False)


class _Pending:
    """One question, and whoever waits for its answer. The first answer counts."""

    def __init__(self, question: Question) -> None:
        from core.consents import Answer

        self.question = question
        self.answer = Answer.REFUSE
        self.settled = threading.Event()
        self._guard = threading.Lock()

    def settle(self, answer: Answer | None = None) -> None:
        """Give the answer; without one it is a refusal."""
        with self._guard:
            if not self.settled.is_set():
                self.answer = answer or self.answer
                self.settled.set()
