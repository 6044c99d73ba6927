"""What X answered, as the states of the answer area. Runs on the worker: it parses."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from PySide6.QtCore import QCoreApplication

from core.answer_bodies import read_body, unusable
from core.answers import looks_like_html, refusal
from core.cards import cards_from_answer
from core.catalogue import Operation
from core.errors import (
    BadAnswer,
    Cancelled,
    KeypaneError,
    PaymentRequired,
    RateLimited,
    TransportError,
)
from core.exchange import Exchange
from core.explain import Explanation, explain
from core.model import HttpResponse, Timing
from core.page_walk import Ended, Walked
from core.pricing import cost_of
from ui.notices import translated
from ui.views.answer_state import (
    Action,
    AnswerPhase,
    AnswerState,
    PartialBanner,
    Problem,
    StatusKind,
    TimingBar,
)
from ui.widgets.times import time_left


def answer_state(
    exchange: Exchange, operation: Operation, *, is_billed: bool
) -> tuple[AnswerState, Decimal]:
    """Return what the area shows for an answer, and what X's price list says of the call."""
    response = exchange.response
    read = read_body(response.body)
    raw, document = read.text, read.value
    cards = cards_from_answer(document)
    fault = unusable(response.status, response.headers, read) if exchange.was_accepted else None
    is_good = exchange.was_accepted and fault is None
    problem = None if is_good else _problem(fault or _refusal(exchange), exchange.sent_at)
    cost = cost_of(operation, response.status, document)
    dollars = cost.dollars if cost is not None else Decimal(0)
    return (
        AnswerState(
            phase=AnswerPhase.DONE if is_good else AnswerPhase.FAILED,
            status=_status(response, is_usable=fault is None),
            status_kind=_kind(response.status) if fault is None else StatusKind.BAD,
            facts=_facts(response, dollars if cost else None, is_billed=is_billed),
            facts_detail=_facts_detail(exchange, dollars),
            banner=_banner(document, cards.errors, read.repeated)
            if exchange.was_accepted
            else None,
            problem=problem,
            cards=cards,
            document=document,
            raw_text=raw,
            headers=tuple(response.headers.items()),
            timing=_timing(response.timing),
            next_page=_tr("Next page") if cards.next_token else "",
            holds_nothing=is_good and _holds_nothing(document),
        ),
        dollars,
    )


def walked_state(walked: Walked, *, is_billed: bool) -> AnswerState:
    """Return what the area shows for all pages that came, and what ended the walk."""
    response = walked.last.response
    document = walked.document
    cards = replace(cards_from_answer(document), next_token=walked.next_token)
    progress = walked.progress
    failure = walked.failure
    if walked.ended is Ended.REFUSED:
        failure = _refusal(walked.last)
    problem = None if failure is None else _problem(failure, walked.last.sent_at)
    banner = _banner(document, cards.errors)
    if problem is not None and progress.pages:
        title = _pages_came(progress.pages)
        banner = PartialBanner(title, problem.title, problem)
    return AnswerState(
        phase=AnswerPhase.DONE if progress.pages else AnswerPhase.FAILED,
        status=_ended(walked.ended) or _status(response),
        status_kind=StatusKind.OFF if _ended(walked.ended) else _kind(response.status),
        facts=" · ".join(
            [
                _pages(progress.pages),
                size_words(progress.size),
                _price(progress.dollars, is_billed=is_billed),
            ]
        ),
        facts_detail=f"{walked.milliseconds:,.0f} ms",
        banner=banner,
        problem=problem,
        cards=cards,
        document=document,
        raw_text=_raw_of(document),
        headers=tuple(response.headers.items()),
        timing=_timing(response.timing),
        next_page=_tr("Next page") if walked.next_token else "",
        holds_nothing=failure is None and _holds_nothing(document),
    )


def _ended(ended: Ended) -> str:
    """Return the bound that ended a walk, "" where X did or there are no more pages."""
    words = {
        Ended.PAGES: _tr("Stopped at the bound"),
        Ended.PRICE: _tr("Stopped at the sum"),
        Ended.SIZE: _tr("Stopped at 32 MiB"),
        Ended.STOPPED: _tr("Stopped"),
    }
    return words.get(ended, "")


def _pages(count: int) -> str:
    return _tr("1 page") if count == 1 else _tr("{n} pages").format(n=count)


def _holds_nothing(document: object) -> bool:
    """Return whether an answer is whole and found nothing: no data, and X counts none."""
    if not isinstance(document, dict) or document.get("errors"):
        return False
    if "data" in document:
        return bool(document["data"] == [])
    meta = document.get("meta")
    return isinstance(meta, dict) and meta.get("result_count") == 0


def _pages_came(count: int) -> str:
    if count == 1:
        return _tr("1 page came, the next did not.")
    return _tr("{n} pages came, the next did not.").format(n=count)


def _raw_of(document: Mapping[str, object]) -> str:
    """Return merged pages as text, a line per resource; in small steps, so that others can run."""
    parts = []
    for name, value in document.items():
        if isinstance(value, list):
            lines = ",\n".join(json.dumps(each, ensure_ascii=False) for each in value)
            text = f"[\n{lines}\n]" if value else "[]"
        else:
            text = json.dumps(value, ensure_ascii=False)
        parts.append(f"{json.dumps(name)}: {text}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _price(dollars: Decimal, *, is_billed: bool) -> str:
    if not dollars:
        return _tr("free") if is_billed else _tr("free at X")
    shown = f"${dollars:.3f}"
    return shown if is_billed else _tr("{sum} at X").format(sum=shown)


def failed_state(error: object) -> AnswerState:
    """Return what the area shows when there is no answer to show."""
    if not isinstance(error, BaseException):
        raise TypeError("not an error")
    return AnswerState(
        phase=AnswerPhase.FAILED,
        status=_tr("No answer") if isinstance(error, KeypaneError | Cancelled) else _tr("Failed"),
        status_kind=StatusKind.BAD,
        problem=_problem(error),
    )


def _refusal(exchange: Exchange) -> KeypaneError:
    response = exchange.response
    return refusal(response.status, response.headers, response.body, exchange.sent_at)


def _problem(error: BaseException, at: datetime | None = None) -> Problem:
    """Return the words for an error; `at` is when the call was sent, in UTC."""
    told = explain(error, operation="request")
    words = told.words
    again = _again(error, at)
    return Problem(
        translated(words.message, words),
        " ".join(translated(part, words) for part in (told.cause, words.kept) if part),
        again or (translated(words.next_step, words) if words.next_step else ""),
        steps=tuple(translated(click, words) for click in told.clicks),
        actions=_actions(error, told),
        is_warning=isinstance(error, RateLimited | PaymentRequired),
    )


def _again(error: BaseException, at: datetime | None) -> str:
    """Return from when X takes the call again, on the person's own clock; "" if not known."""
    reset_at = error.reset_at if isinstance(error, RateLimited) else None
    if reset_at is None or at is None:
        return ""
    local, today = reset_at.astimezone(), at.astimezone().date()
    clock = f"{local:%H:%M}" if local.date() == today else f"{local:%H:%M, %d %b}"
    text = _tr("X takes this call again at {time}, {span} after it was sent.")
    return text.format(time=clock, span=time_left((reset_at - at).total_seconds()))


def _actions(error: BaseException, told: Explanation) -> tuple[Action, ...]:
    if told.clicks:
        return (Action("console", _tr("Open the console")),)
    if isinstance(error, TransportError | BadAnswer):
        return (Action("doctor", _tr("Check the set-up")),)
    if isinstance(error, RateLimited):
        return (Action("limits", _tr("Show the limits")),)
    return ()


def _status(response: HttpResponse, *, is_usable: bool = True) -> str:
    """Return X's status; behind it what is wrong with a body that came with a yes."""
    status = f"{response.status} {response.reason}".strip()
    if is_usable:
        return status
    if looks_like_html(response.body, response.headers.get("content-type", "")):
        return _tr("{status}, but HTML").format(status=status)
    return _tr("{status}, but no usable JSON").format(status=status)


def _kind(status: int) -> StatusKind:
    if 200 <= status < 300:
        return StatusKind.OK
    return StatusKind.WARN if status in {402, 429} else StatusKind.BAD


def _facts(response: HttpResponse, dollars: Decimal | None, *, is_billed: bool) -> str:
    parts = [f"{response.timing.total_ms:.0f} ms", size_words(len(response.body))]
    if dollars is not None:  # X publishes no price of some operations
        parts.append(_price(dollars, is_billed=is_billed))
    return " · ".join(parts)


def _facts_detail(exchange: Exchange, dollars: Decimal) -> str:
    text = _tr("{ms} milliseconds in all, {bytes} bytes, ${dollars} by X's price list.")
    detail = text.format(
        ms=f"{exchange.milliseconds:.0f}",
        bytes=len(exchange.response.body),
        dollars=f"{dollars:.3f}",
    )
    if exchange.refreshed:
        detail += " " + _tr("The token was refreshed first, because X had answered 401.")
    return detail


def size_words(count: int) -> str:
    """Return a size with its unit: "812 B", "3.1 kB", "1.2 MB"."""
    if count < 1_000:
        return f"{count} B"
    if count < 1_000_000:
        return f"{count / 1_000:.1f} kB"
    return f"{count / 1_000_000:.1f} MB"


def _banner(
    document: object, errors: tuple[object, ...], repeated: tuple[str, ...] = ()
) -> PartialBanner | None:
    if not errors and repeated:
        text = _tr("{names}: the last of each is shown; Raw has all of it.")
        headline = _tr("Names stand twice in this JSON.")
        return PartialBanner(headline, text.format(names=", ".join(repeated)))
    if not errors:
        return None
    from core.card_model import PartialError

    partial = [error for error in errors if isinstance(error, PartialError)]
    data = document.get("data") if isinstance(document, dict) else None
    came = len(data) if isinstance(data, list) else int(bool(data))
    headline = _tr("{missing} of {all} not returned.").format(
        missing=len(partial), all=came + len(partial)
    )
    first = partial[0]
    text = _tr("{value}: {reason}").format(value=first.value or "?", reason=_reason(first.kind))
    details = tuple((error.value or "?", error.detail or error.title) for error in partial)
    return PartialBanner(headline, text, Problem(headline, text, details=details))


def _reason(kind: str) -> str:
    reasons = {
        "resource-not-found": _tr("nothing with this ID, or not visible to this App."),
        "not-authorized-for-resource": _tr("this credential may not see it."),
        "not-authorized-for-field": _tr("this credential may not see that field."),
        "resource-unavailable": _tr("it is not available any more."),
    }
    return reasons.get(kind, _tr("X left it out."))


def _timing(timing: Timing) -> tuple[TimingBar, ...]:
    steps = (
        (_tr("Name look-up"), timing.dns_ms),
        (_tr("Connect"), timing.connect_ms),
        (_tr("TLS"), timing.tls_ms),
        (_tr("First byte"), timing.first_byte_ms),
    )
    bars: list[TimingBar] = []
    start = 0.0
    for label, duration in steps:
        bars.append(TimingBar(label, None if duration is None else start, duration or 0.0))
        start += duration or 0.0
    bars.append(TimingBar(_tr("Download"), start, max(timing.total_ms - start, 0.0)))
    bars.append(TimingBar(_tr("Total"), 0.0, timing.total_ms, is_total=True))
    return tuple(bars)


def _tr(text: str) -> str:
    return QCoreApplication.translate("requests", text)
