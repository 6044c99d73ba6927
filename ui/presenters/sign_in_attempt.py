"""The attempt under way in a sign-in's window: its deadline, its steps, and how it was given up."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from core.abandoned import STOPPED, TIME_UP, Abandonable, write_down
from core.timeline import Timeline
from ui.desk import Desk


class HeldAttempt(QObject):
    """Keeps one attempt at a time until its deadline, which no change of browser moves.

    An attempt that ends without an answer of X is written down, so that Activity tells of it.

    Signals:
        time_is_up: the deadline of the attempt passed.
    """

    time_is_up = Signal()

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._attempt: Abandonable | None = None
        self._timeline: Timeline | None = None
        self._deadline = QTimer(self)
        self._deadline.setSingleShot(True)
        self._deadline.timeout.connect(self.time_is_up)

    @property
    def timeline(self) -> Timeline | None:
        """The steps of the latest attempt, after its end too."""
        return self._timeline

    def hold(self, attempt: Abandonable) -> None:
        """Keep this attempt; it is the latest from now on."""
        if attempt is not self._attempt:
            self._attempt = attempt
            self._timeline = attempt.timeline
            left = attempt.deadline_at - self._desk.world.clock.now()
            self._deadline.start(max(int(left.total_seconds() * 1000), 0))

    def forget_steps(self) -> None:
        """Begin without the steps of an earlier attempt."""
        self._timeline = None

    def tell(self, what: str, url: str = "") -> None:
        """Add a step of the window's own to the latest attempt's timeline."""
        if self._timeline is not None:
            self._timeline.note(self._desk.world.clock.now(), what, url)

    def drop(self, because: str = STOPPED) -> None:
        """Let go of the attempt; one that X never answered is written down."""
        attempt, self._attempt = self._attempt, None
        self._deadline.stop()
        if attempt is None or attempt.gate.is_settled:
            return
        world = self._desk.world
        job = self._desk.submit(
            lambda _cancel: write_down(world.vault, world.clock.now(), attempt, because)
        )
        job.finished.connect(self._desk.look)

    def drop_late(self) -> None:
        """Let go of it because its time was up."""
        self.drop(TIME_UP)
