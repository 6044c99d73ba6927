"""What X answered, as the states of the answer area. Runs on the worker: it parses."""

import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from PySide6.QtCore import QCoreApplication

from core.answer_bodies import read_body, unusable
from core.answers import refusal
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
from core.explain import Explanation, explain
from core.model import HttpResponse, Timing
from core.page_walk import Ended, Walked
from core.pricing import cost_of
from core.requester import Exchange
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
    problem = None if is_good else _problem(fault or _refusal(response))
    cost = cost_of(operation, response.status, document)
    dollars = cost.dollars if cost is not None else Decimal(0)
    return (
        AnswerState(
            phase=AnswerPhase.DONE if is_good else AnswerPhase.FAILED,
            status=f"{response.status} {response.reason}".strip(),
            status_kind=_kind(response.status) if fault is None else StatusKind.BAD,
            facts=_facts(response, dollars, is_billed=is_billed),
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
        failure = _refusal(response)
    price = f"${progress.dollars:.3f}" if is_billed else _at_x(progress.dollars)
    took = f"{walked.milliseconds:,.0f} ms"
    problem = None if failure is None else _problem(failure)
    banner = _banner(document, cards.errors)
    if problem is not None and progress.pages:
        title = _pages_came(progress.pages)
        banner = PartialBanner(title, problem.title, problem)
    return AnswerState(
        phase=AnswerPhase.DONE if progress.pages else AnswerPhase.FAILED,
        status=f"{response.status} {response.reason}".strip(),
        status_kind=_kind(response.status),
        facts=" · ".join(
            [_tr("{n} pages").format(n=progress.pages), took, size_words(progress.size), price]
        ),
        banner=banner,
        problem=problem,
        cards=cards,
        document=document,
        raw_text=_raw_of(document),
        headers=tuple(response.headers.items()),
        timing=_timing(response.timing),
        next_page=_tr("Next page") if walked.next_token else "",
    )


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


def _at_x(dollars: Decimal) -> str:
    return _tr("${sum} at X").format(sum=f"{dollars:.3f}")


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


def _refusal(response: HttpResponse) -> KeypaneError:
    return refusal(response.status, response.headers, response.body)


def _problem(error: BaseException) -> Problem:
    told = explain(error, operation="request")
    words = told.words
    return Problem(
        translated(words.message, words),
        " ".join(translated(part, words) for part in (told.cause, words.kept) if part),
        translated(words.next_step, words) if words.next_step else "",
        steps=tuple(translated(click, words) for click in told.clicks),
        actions=_actions(error, told),
        is_warning=isinstance(error, RateLimited | PaymentRequired),
    )


def _actions(error: BaseException, told: Explanation) -> tuple[Action, ...]:
    if told.clicks:
        return (Action("console", _tr("Open the console")),)
    if isinstance(error, TransportError | BadAnswer):
        return (Action("doctor", _tr("Check the set-up")),)
    return ()


def _kind(status: int) -> StatusKind:
    if 200 <= status < 300:
        return StatusKind.OK
    return StatusKind.WARN if status in {402, 429} else StatusKind.BAD


def _facts(response: HttpResponse, dollars: Decimal, *, is_billed: bool) -> str:
    parts = [f"{response.timing.total_ms:.0f} ms", size_words(len(response.body))]
    price = f"${dollars:.3f}" if is_billed else _at_x(dollars)
    return " · ".join([*parts, price])


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
