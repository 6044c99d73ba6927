"""Background work: the window's only place that starts a thread.

Work runs on one QThreadPool. A *lane* (one per App) runs its jobs one after the
other: what changes credentials goes there, reads and test calls run beside it.
A job reports once, through a private signal that is connected before the work
starts and queued to the GUI thread, so a caller that connects before it goes back
to the event loop misses nothing, however fast the work was.
"""

import logging
from collections import deque
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal

from core.errors import Cancelled, KeypaneError
from core.ports import CancelToken

log = logging.getLogger(__name__)

Work = Callable[[CancelToken], object]
_SHUT_DOWN_MS: Final = 2_000
_THREADS: Final = 8


class Job(QObject):
    """One piece of work under way. Exactly one of the first three signals, then `finished`.

    Attributes:
        nothing_sent: after `cancelled`: whether the work stopped before anything left.

    Signals:
        succeeded: arg: what the work returned.
        failed: arg: a KeypaneError, or the bug that escaped.
        cancelled: the work stopped because it was asked to.
        finished: after each of the above.
    """

    succeeded = Signal(object)
    failed = Signal(object)
    cancelled = Signal()
    finished = Signal()
    _settled = Signal(str, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.token = CancelToken()
        self.nothing_sent = False
        self._settled.connect(self._announce, Qt.ConnectionType.QueuedConnection)

    def cancel(self) -> None:
        """Ask the work to stop. If its answer is already here, the answer wins."""
        self.token.cancel()

    def settle(self, how: str, value: object = None) -> None:
        """Report the outcome; called once, on the worker."""
        self._settled.emit(how, value)

    def _announce(self, how: str, value: object) -> None:
        if how == "succeeded":
            self.succeeded.emit(value)
        elif how == "failed":
            self.failed.emit(value)
        else:
            self.nothing_sent = bool(value)
            self.cancelled.emit()
        self.finished.emit()
        self.deleteLater()


class _Runnable(QRunnable):
    def __init__(self, job: Job, work: Work) -> None:
        super().__init__()
        self._job = job
        self._work = work

    def run(self) -> None:
        """Do the work on a worker thread and report how it ended."""
        job, work = self._job, self._work
        try:
            job.token.check()
            job.settle("succeeded", work(job.token))
        except Cancelled as stopped:
            job.settle("cancelled", stopped.nothing_sent)
        except KeypaneError as error:
            job.settle("failed", error)
        except Exception as bug:
            log.exception("a job died of a bug")
            job.settle("failed", bug)


class JobRunner(QObject):
    """Submits work and keeps count of it.

    Signals:
        busy_changed: arg: how many jobs are under way or wait in a lane.
    """

    busy_changed = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(_THREADS)
        self._jobs: set[Job] = set()
        self._standing: set[Job] = set()
        self._lanes: dict[str, deque[_Runnable]] = {}
        self._closing = False

    def submit(self, work: Work, lane: str = "") -> Job:
        """Run `work` on a worker and return its Job; connect to it before returning to Qt.

        Args:
            work: gets the job's CancelToken.
            lane: jobs of one lane run one after the other; "" runs at once.
        """
        job = Job(self)
        self._jobs.add(job)
        job.finished.connect(lambda: self._finished(job, lane))
        runnable = _Runnable(job, work)
        if self._closing:
            job.cancel()
        if lane and lane in self._lanes:
            self._lanes[lane].append(runnable)
        else:
            if lane:
                self._lanes[lane] = deque()
            self._pool.start(runnable)
        self.busy_changed.emit(len(self._jobs))
        return job

    def attend(self, work: Work) -> Job:
        """Run standing work, which lasts until the window closes, on a worker of its own.

        It is not counted, and `cancel_all` leaves it alone.
        """
        job = Job(self)
        self._standing.add(job)
        self._pool.setMaxThreadCount(self._pool.maxThreadCount() + 1)
        job.finished.connect(lambda: self._stood(job))
        if self._closing:
            job.cancel()
        self._pool.start(_Runnable(job, work))
        return job

    @property
    def count(self) -> int:
        """How many jobs have not reported yet."""
        return len(self._jobs)

    def cancel_all(self) -> None:
        """Ask every job to stop."""
        for job in tuple(self._jobs):
            job.cancel()

    def shut_down(self) -> bool:
        """Cancel all and wait at most 2 s; return whether every worker came back."""
        self._closing = True
        self.cancel_all()
        for job in tuple(self._standing):
            job.cancel()
        self._lanes.clear()
        return self._pool.waitForDone(_SHUT_DOWN_MS)

    def _stood(self, job: Job) -> None:
        self._standing.discard(job)
        self._pool.setMaxThreadCount(self._pool.maxThreadCount() - 1)

    def _finished(self, job: Job, lane: str) -> None:
        self._jobs.discard(job)
        if lane in self._lanes:
            waiting = self._lanes[lane]
            if waiting:
                self._pool.start(waiting.popleft())
            else:
                del self._lanes[lane]
        self.busy_changed.emit(len(self._jobs))
