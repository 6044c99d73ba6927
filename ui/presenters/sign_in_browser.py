"""The person's own browser in a sign-in: somebody listens first, then it opens."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from core.authorization import AuthorizationAttempt
from core.model import App
from core.pair_attempt import PairAttempt
from core.ports import CancelToken, Listener
from ui.desk import Desk
from ui.jobs import Job

log = logging.getLogger(__name__)

Attempt = AuthorizationAttempt | PairAttempt
Bound = tuple[Attempt, Listener | None]


class SystemBrowser(QObject):
    """Listens for one attempt at a time and opens its page in the system browser.

    The listener lives on a worker from its first moment to its last, so that ending the
    job ends it, whatever the window does meanwhile.

    Signals:
        bound: args: the attempt; whether somebody listens at its redirect URI. Only now
            may a browser be opened.
        came_back: arg: the redirected address.
        time_is_up: nobody came back.
        failed: arg: why there is no attempt, or nobody can listen.
    """

    bound = Signal(object, bool)
    came_back = Signal(str)
    time_is_up = Signal()
    failed = Signal(object)
    _bound = Signal(object, object, bool)

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._job: Job | None = None
        self._run = object()
        self._is_bound = False
        self._bound.connect(self._announce, Qt.ConnectionType.QueuedConnection)

    @property
    def is_listening(self) -> bool:
        """True while somebody listens for the attempt under way."""
        return self._job is not None and self._is_bound

    def begin(self, app: App, scopes: tuple[str, ...]) -> None:
        """Begin a fresh attempt and listen for it, once what it brings can be stored."""
        world = self._desk.world

        def bind() -> Bound:
            world.vault.preflight()
            return world.browser_sign_in.begin(app, scopes)

        self._listen(bind)

    def join(self, attempt: Attempt) -> None:
        """Listen for an attempt that is under way already."""
        browser_sign_in = self._desk.world.browser_sign_in
        self._listen(lambda: (attempt, browser_sign_in.listen_for(attempt)))

    def open_page(self, attempt: Attempt) -> bool:
        """Show the attempt's page in the system browser; return whether one was found."""
        # The address goes as it is: no shell, and no repair of what needs none.
        page = QUrl.fromEncoded(attempt.authorize_url.encode(), QUrl.ParsingMode.StrictMode)
        return QDesktopServices.openUrl(page)

    def stop(self) -> None:
        """Listen no more."""
        job, self._job = self._job, None
        if job is not None:
            job.cancel()

    def _listen(self, bind: Callable[[], Bound]) -> None:
        self.stop()
        # The worker names this run by an object of its own: it may be over before the job
        # is known here.
        run = object()
        job = self._desk.submit(partial(self._work, bind, run))
        self._job, self._run, self._is_bound = job, run, False
        job.succeeded.connect(partial(self._heard, job))
        job.failed.connect(partial(self._failed, job))

    def _work(self, bind: Callable[[], Bound], run: object, cancel: CancelToken) -> object:
        attempt, listener = bind()
        self._bound.emit(run, attempt, listener is not None)
        return listener.wait(cancel) if listener is not None else attempt

    def _announce(self, run: object, attempt: Attempt, is_listening: bool) -> None:
        if self._job is not None and run is self._run:
            self._is_bound = is_listening
            self.bound.emit(attempt, is_listening)

    def _heard(self, job: Job, found: object) -> None:
        if job is not self._job:
            return
        self._job = None
        if isinstance(found, str):
            self.came_back.emit(found)
        elif found is None:
            self.time_is_up.emit()

    def _failed(self, job: Job, error: object) -> None:
        if job is self._job:
            self._job = None
            log.info("nobody listens for the browser: %s", type(error).__name__)
            self.failed.emit(error)
