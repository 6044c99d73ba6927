"""What Requests has under way: one call, all pages, or a stream; and the last answers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from core.errors import Cancelled, KeypaneError
from core.kept_requests import KeptRequest, Outcome
from core.model import App
from core.page_walk import Bounds, PageWalk, Walked
from core.stream_tail import StopAt, StreamTail, TailState
from core.streams import follow
from ui.presenters.requests_answer import answer_state, failed_state, walked_state
from ui.presenters.requests_run import over_words, stream_over, stream_run, walk_run
from ui.views.answer_state import AnswerPhase, AnswerState

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from core.catalogue import Operation
    from core.exchange import Exchange, RequestSpec
    from core.ports import CancelToken
    from ui.desk import Desk
    from ui.jobs import Job
    from ui.views.requests import RequestsPane

_LOOK_EVERY_MS: Final = 100


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A call that is to go.

    Attributes:
        kept: what the history keeps of it.
        account: the credential as a person names it.
    """

    app: App
    operation: Operation
    spec: RequestSpec
    kept: KeptRequest
    account: str


class Calls(QObject):
    """Sends, one thing at a time, and keeps the last answer of each App.

    Signals:
        changed: there is another answer, or something began or ended.
        call_made: args: the Exchange, what it cost in dollars (a Decimal).
    """

    changed = Signal()
    call_made = Signal(object, object)
    _page_came = Signal(object, object)

    def __init__(self, desk: Desk, pane: RequestsPane) -> None:
        super().__init__(pane)
        self._desk = desk
        self._pane = pane
        self._answers: dict[str, tuple[str, AnswerState]] = {}  # one per App: they may be large
        self._job: Job | None = None
        self._walk: PageWalk | None = None
        self._tail: StreamTail | None = None
        self._is_held = False
        self._seen_lines = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)
        # Emitted on the worker; told here, on the window's thread.
        self._page_came.connect(self.call_made, Qt.ConnectionType.QueuedConnection)

    @property
    def is_busy(self) -> bool:
        """Whether something is under way."""
        return self._job is not None

    def answer(self, app_id: str, operation_id: str) -> AnswerState:
        """Return what the area shows for an App and the operation that is chosen now."""
        if self._tail is not None:
            waiting = self.tr("Opening the stream…")
            return AnswerState(AnswerPhase.BUSY, busy_text=waiting, is_stream=True)
        if self._walk is not None:
            return AnswerState(AnswerPhase.BUSY, busy_text=self.tr("Fetching pages…"))
        if self._job is not None:
            return AnswerState(AnswerPhase.BUSY, busy_text=self.tr("Waiting for X…"))
        asked, found = self._answers.get(app_id, ("", AnswerState()))
        return found if asked == operation_id else AnswerState()

    def next_token(self, app_id: str) -> str:
        """Return the token of the page behind the last answer, "" for none."""
        _, found = self._answers.get(app_id, ("", AnswerState()))
        return found.cards.next_token

    # --- one call ----------------------------------------------------------------------------

    def send(self, call: Outgoing) -> None:
        """Send once."""
        requester, book = self._desk.world.requester, self._desk.world.request_book
        spending = self._desk.world.spending
        environment = call.app.environment
        is_billed = environment.kind == "x"

        def work(cancel: CancelToken) -> tuple[Exchange, AnswerState, Decimal]:
            try:
                exchange = requester.send(call.spec, cancel)
            except (KeypaneError, Cancelled) as error:
                outcome = Outcome(words=type(error).__name__, account=call.account)
                book.note(call.app.app_id, environment, call.kept, outcome)
                raise
            state, dollars = answer_state(exchange, call.operation, is_billed=is_billed)
            outcome = outcome_of(exchange, dollars, call.account)
            book.note(call.app.app_id, environment, call.kept, outcome)
            charged = spending.note(
                call.app.app_id,
                environment,
                call.operation,
                exchange.response.status,
                state.document,
                call.spec.body,
            )
            return exchange, state, charged

        job = self._begin(work)
        self._follow(job, call)
        job.succeeded.connect(lambda outcome: self._answered(call, *outcome))

    def _answered(
        self, call: Outgoing, exchange: Exchange, answer: AnswerState, dollars: Decimal
    ) -> None:
        self._keep(call, answer)
        self.call_made.emit(exchange, dollars)

    # --- all pages -----------------------------------------------------------------------------

    def walk(self, call: Outgoing, bounds: Bounds) -> None:
        """Fetch page after page within bounds."""
        book, environment = self._desk.world.request_book, call.app.environment
        spending = self._desk.world.spending
        walk = PageWalk(self._desk.world.requester, call.operation, call.spec, bounds)
        is_billed = environment.kind == "x"

        def came(exchange: Exchange, document: Mapping[str, Any]) -> None:
            status = exchange.response.status
            charged = spending.note(call.app.app_id, environment, call.operation, status, document)
            self._page_came.emit(exchange, charged)

        def work(cancel: CancelToken) -> tuple[Walked, AnswerState]:
            walked = walk.run(cancel, came)
            progress = walked.progress
            outcome = Outcome(
                walked.last.response.status,
                "",
                round(walked.milliseconds),
                progress.size,
                f"{progress.dollars:.3f}",
                call.account,
            )
            book.note(call.app.app_id, environment, call.kept, outcome)
            return walked, walked_state(walked, is_billed=is_billed)

        self._walk = walk
        job = self._begin(work)
        self._follow(job, call)
        job.succeeded.connect(lambda outcome: self._walked(call, *outcome))
        self._timer.start()
        self._look()

    def _walked(self, call: Outgoing, walked: Walked, answer: AnswerState) -> None:
        self._keep(call, answer)
        self._desk.toast(over_words(walked))

    # --- streams -------------------------------------------------------------------------------

    def stream(self, call: Outgoing, per_post: Decimal, stop_at: StopAt) -> None:
        """Follow a stream until it is stopped, a bound is reached, or X ends it for good."""
        world = self._desk.world
        tail = StreamTail(world.clock, per_post, stop_at)

        def work(cancel: CancelToken) -> str:
            reached = ""
            try:
                for event in follow(
                    lambda: world.requester.open_stream(call.spec, cancel), cancel, world.clock
                ):
                    reached = tail.take(event)
                    if reached:
                        break
            finally:
                state = tail.state()
                world.spending.note_stream(call.app.app_id, call.app.environment, state.dollars)
                words = "" if state.connections else "Cancelled"
                world.request_book.note(
                    call.app.app_id,
                    call.app.environment,
                    call.kept,
                    Outcome(200 if state.connections else 0, words, account=call.account),
                )
            return reached

        self._tail, self._seen_lines, self._is_held = tail, 0, False
        job = self._begin(work)
        job.succeeded.connect(lambda reached: self._stream_ended(call, tail, reached=reached))
        job.failed.connect(lambda error: self._stream_ended(call, tail, error=error))
        job.cancelled.connect(lambda: self._stream_ended(call, tail))
        self._timer.start()
        self._look()

    def _stream_ended(
        self, call: Outgoing, tail: StreamTail, *, reached: str = "", error: object = None
    ) -> None:
        self._is_held = False
        self._look()
        state = tail.state()
        self._keep(call, stream_over(state, reached, error))
        if call.app.environment.kind == "x" and state.dollars:
            self.stream_cost(state)

    def stream_cost(self, state: TailState) -> None:
        """Say what a stream cost; its Posts are no exchanges of their own."""
        text = self.tr("The stream brought {n} Posts, {sum} by X's price list.")
        self._desk.toast(text.format(n=f"{state.total:,}", sum=f"${state.dollars:.3f}"))

    # --- all of them ---------------------------------------------------------------------------

    def cancel(self) -> None:
        """Stop what is under way; of a walk, what came stays."""
        if self._job is not None:
            self._job.cancel()

    def pause(self) -> None:
        """Hold a walk before its next page, or the picture of a stream."""
        if self._walk is not None:
            self._walk.pause()
        self._is_held = True
        self._look()

    def resume(self) -> None:
        """Go on."""
        self._is_held = False
        if self._walk is not None:
            self._walk.resume()
        self._look()

    def _begin(self, work: Callable[[CancelToken], object]) -> Job:
        job = self._job = self._desk.submit(work)
        job.finished.connect(self._over)
        self.changed.emit()
        return job

    def _follow(self, job: Job, call: Outgoing) -> None:
        """Show what becomes of a job that ends without an answer."""
        job.failed.connect(lambda error: self._failed(call, error))
        job.cancelled.connect(lambda: self._stopped(call))

    def _failed(self, call: Outgoing, error: object) -> None:
        self._keep(call, failed_state(error))

    def _keep(self, call: Outgoing, answer: AnswerState) -> None:
        self._answers[call.app.app_id] = (call.operation.operation_id, answer)

    def _stopped(self, call: Outgoing) -> None:
        """Say so; of a call that may have changed something, say what is not known."""
        self._desk.toast(self.tr("Stopped waiting."))
        if call.spec.method != "GET" and self._job is not None and not self._job.nothing_sent:
            self._keep(call, failed_state(Cancelled()))

    def _over(self) -> None:
        self._job = self._walk = self._tail = None
        self._is_held = False
        self._timer.stop()
        self._pane.answer.render_run(None)
        self.changed.emit()

    def _look(self) -> None:
        """Show how far what is under way has come."""
        answer = self._pane.answer
        if self._walk is not None:
            answer.render_run(walk_run(self._walk.progress, is_paused=self._walk.is_paused))
        elif self._tail is not None:
            if not self._is_held:
                self._seen_lines, lines = self._tail.newer_than(self._seen_lines)
                if lines:
                    answer.add_lines(lines)
            answer.render_run(stream_run(self._tail.state(), is_paused=self._is_held))


def outcome_of(exchange: Exchange, dollars: Decimal, account: str) -> Outcome:
    """Return what the history keeps of an answer."""
    response = exchange.response
    return Outcome(
        response.status,
        "",
        round(exchange.milliseconds),
        len(response.body),
        f"{dollars:.3f}",
        account,
    )
