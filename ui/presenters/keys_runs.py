"""What is under way in the rows of *Keys and tokens*, and what came of the last of each."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from ui.desk import Desk
from ui.jobs import Job, Work
from ui.notices import notice_for
from ui.widgets import NoticeState

Place = tuple[str, str]


class RowRuns(QObject):
    """Runs one changing call at a time for each row of each App, and keeps its notice.

    Signals:
        changed: a row became busy or idle, or its notice came or went.
    """

    changed = Signal()

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._busy: dict[Place, tuple[str, Job]] = {}
        self._notices: dict[Place, NoticeState] = {}

    def busy(self, app_id: str) -> dict[str, str]:
        """Return what is under way in an App's rows."""
        return {key: text for (of, key), (text, _) in self._busy.items() if of == app_id}

    def notices(self, app_id: str) -> dict[str, NoticeState]:
        """Return what an App's rows say."""
        return {key: notice for (of, key), notice in self._notices.items() if of == app_id}

    def run(self, key: str, text: str, work: Work, operation: str, done: str = "") -> Job | None:
        """Run a changing call for a row of the App on the desk; None where one is under way.

        Args:
            key: the row.
            text: what it says meanwhile.
            work: the call.
            operation: what the core calls it: the next step after silence differs.
            done: what is said in passing when it went well.
        """
        app = self._desk.app
        if app is None or (app.app_id, key) in self._busy:
            return None
        place = (app.app_id, key)
        self._notices.pop(place, None)
        job = self._desk.submit(work, changes=True)
        self._busy[place] = (text, job)
        job.failed.connect(lambda error: self._failed(place, error, operation))
        job.cancelled.connect(lambda: self._desk.toast(self.tr("Stopped waiting.")))
        job.finished.connect(lambda: self._over(place))
        if done:
            job.succeeded.connect(lambda _value: self._desk.toast(done))
        self.changed.emit()
        return job

    def cancel(self, key: str) -> None:
        """Wait for a row's call no longer."""
        if (running := self._busy.get((self._desk.app_id, key))) is not None:
            running[1].cancel()

    def say(self, key: str, notice: NoticeState) -> None:
        """Say something in a row of the App on the desk."""
        self._notices[self._desk.app_id, key] = notice
        self.changed.emit()

    def unsay(self, key: str) -> None:
        """Take a row's notice away."""
        self._notices.pop((self._desk.app_id, key), None)
        self.changed.emit()

    def _failed(self, place: Place, error: object, operation: str) -> None:
        self._notices[place] = notice_for(error, operation, key="dismiss")

    def _over(self, place: Place) -> None:
        self._busy.pop(place, None)
        self.changed.emit()
