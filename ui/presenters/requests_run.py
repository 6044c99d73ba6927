"""Words for what is under way in Requests: pages that are walked, and streams."""

from decimal import Decimal
from typing import Final

from PySide6.QtCore import QCoreApplication

from core.errors import RateLimited, ServerFault
from core.page_walk import Ended, Progress, Walked
from core.stream_tail import TailState
from ui.presenters.requests_answer import failed_state
from ui.presenters.requests_price import sum_words
from ui.views.answer_run import RunState
from ui.views.answer_state import AnswerPhase, AnswerState, StatusKind

_QUIET: Final = 5.0


def walk_run(progress: Progress, *, is_paused: bool) -> RunState:
    """Return the bar of a walk."""
    return RunState(
        progress_words(progress),
        is_paused=is_paused,
        status=_tr("Paused") if is_paused else "",
        status_kind="warn",
        pause_hint=_tr("The page under way comes whole; no further one is asked for."),
    )


def progress_words(progress: Progress) -> str:
    """Return how far a walk has come, such as "3 pages · 240 results · $1.200"."""
    if progress.pages == 1:
        text = _tr("1 page · {items} results · {sum}")
    else:
        text = _tr("{pages} pages · {items} results · {sum}")
    return text.format(
        pages=f"{progress.pages:,}", items=f"{progress.items:,}", sum=sum_words(progress.dollars)
    )


def over_words(walked: Walked) -> str:
    """Return why a walk ended, for a passing notice."""
    reasons = {
        Ended.NO_MORE: _tr("All pages are here: {progress}."),
        Ended.PAGES: _tr("Stopped at the number of pages: {progress}."),
        Ended.PRICE: _tr("Stopped before the sum was passed: {progress}."),
        Ended.SIZE: _tr("Stopped at 32 MiB: {progress}."),
        Ended.STOPPED: _tr("Stopped. What came is kept: {progress}."),
        Ended.REFUSED: _tr("X refused a page. What came is kept: {progress}."),
        Ended.FAILED: _tr("A page did not come. What came is kept: {progress}."),
    }
    return reasons[walked.ended].format(progress=progress_words(walked.progress))


def stream_run(state: TailState, *, is_paused: bool) -> RunState:
    """Return the bar of a stream."""
    status, kind = _stream_status(state, is_paused=is_paused)
    parts = [_tr("{n} Posts").format(n=f"{state.total:,}")]
    if state.is_open:
        parts.append(_tr("{n}/s").format(n=_rate(state.rate)))
    if state.dollars:
        parts.append(sum_words(state.dollars))
    parts += _remarks(state)
    return RunState(
        " · ".join(parts),
        _stream_detail(state),
        status,
        kind,
        is_paused,
        _tr("Holds the picture. The stream is read on, and the latest 1,000 Posts are kept."),
        is_working=state.is_open,
    )


def _stream_status(state: TailState, *, is_paused: bool) -> tuple[str, str]:
    if state.is_open:
        return (_tr("Paused"), "warn") if is_paused else (_tr("Open"), "ok")
    if state.attempt:
        left = max(round(state.waiting_seconds), 0)
        return _tr("Opens again in {n} s").format(n=left), "warn"
    return _tr("Opening"), "off"


def _remarks(state: TailState) -> list[str]:
    found = []
    if not state.is_open and state.attempt:
        found.append(_why_down(state))
    if state.is_open and state.quiet_seconds is not None and state.quiet_seconds >= _QUIET:
        found.append(_tr("quiet for {n} s").format(n=int(state.quiet_seconds)))
    if state.keep_alives:
        found.append(_tr("{n} keep-alives").format(n=f"{state.keep_alives:,}"))
    if state.unreadable:
        found.append(_tr("{n} lines not readable").format(n=f"{state.unreadable:,}"))
    if state.problem:
        found.append(state.problem)
    return found


def _why_down(state: TailState) -> str:
    if state.why is None:
        return _tr("X ended it")
    if isinstance(state.why, RateLimited):
        return _tr("X was asked too often (429)")
    if isinstance(state.why, ServerFault):
        return _tr("X had a fault ({status})").format(status=state.why.status)
    return _tr("the connection broke")


def _stream_detail(state: TailState) -> str:
    text = _tr("{total} Posts since the start, {kept} kept, opened {times} times.")
    return text.format(
        total=f"{state.total:,}", kept=f"{state.kept:,}", times=f"{state.connections:,}"
    )


def _rate(rate: float) -> str:
    return f"{rate:,.0f}" if rate >= 10 else f"{rate:.1f}"


def stream_over(state: TailState, reached: str, error: object) -> AnswerState:
    """Return what the area shows when a stream is over.

    Args:
        state: its last.
        reached: the bound that ended it, "" for none.
        error: what ended it, None when the person did.
    """
    if error is not None:
        failed = failed_state(error)
        return AnswerState(
            AnswerPhase.FAILED,
            failed.status,
            failed.status_kind,
            problem=failed.problem,
            is_stream=True,
        )
    words = {
        "posts": _tr("Stopped at the bound"),
        "dollars": _tr("Stopped at the sum"),
    }.get(reached, _tr("Stopped"))
    facts = [_tr("{n} Posts").format(n=f"{state.total:,}")]
    if state.dollars > Decimal(0):
        facts.append(sum_words(state.dollars))
    return AnswerState(
        AnswerPhase.DONE,
        words,
        StatusKind.OFF,
        " · ".join(facts),
        _stream_detail(state),
        is_stream=True,
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("requests", text)
