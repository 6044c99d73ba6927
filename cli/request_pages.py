"""`keypane request --all-pages`: the pages as one answer, as far as a bound, X or Ctrl-C lets."""

import json
import shlex
from decimal import Decimal
from typing import Any, Final

from cli.command_run import CommandRun
from cli.outcome import CANCELLED, DONE, error_facts, exit_code
from cli.request_answer import (
    answer_facts,
    flaw_of,
    list_price,
    note_cost,
    oddities,
    printed,
    read_answer,
    readable,
    seen,
    shown,
)
from cli.request_bounds import Bounds
from core.errors import BadAnswer, Cancelled, KeypaneError
from core.exchange import Exchange, RequestSpec
from core.model import App
from core.next_page import next_page_of

_OK: Final = 200
_ENDS: Final = {
    "pages": "as --max-pages says",
    "cost": "as --max-cost says",
    "refused": "because X refused the next",
    "failed": "because the next did not come",
    "cancelled": "because you stopped it",
}


class _Pages:
    """What came so far."""

    def __init__(self) -> None:
        self.bodies: list[Any] = []
        self.milliseconds = 0.0
        self.dollars = Decimal(0)
        self.page_dollars = Decimal(0)
        self.last: Exchange | None = None
        self.refusal: Exchange | None = None
        self.next_token = ""
        self.stopped = ""

    def take(self, run: CommandRun, app: App, exchange: Exchange) -> None:
        """Take one page, and tell of it."""
        read = read_answer(exchange)
        self.milliseconds += exchange.milliseconds
        note_cost(run, run.world.vault, exchange, read.value)
        if not exchange.was_accepted:
            self.refusal, self.stopped = exchange, "refused"
            return
        if not isinstance(read.value, dict):
            raise flaw_of(exchange, read) or BadAnswer("it is no page", status=_OK)
        for line in oddities(read):
            run.say(line)
        self.last = exchange
        self.bodies.append(read.value)
        self.page_dollars = list_price(exchange, read.value)
        self.dollars += self.page_dollars
        self.next_token = next_page_of(exchange)
        count = sum(_count(each) for each in self.bodies)
        price = f", ${self.dollars} at X's list price" if app.environment.kind == "x" else ""
        run.say(f"Page {len(self.bodies)}: {count} so far{price}.")


def all_pages(run: CommandRun, app: App, spec: RequestSpec, bounds: Bounds) -> int:
    """Follow the pages and print them as one answer; return the exit code.

    What stops early prints the pages that came: "stopped" says why ("pages", "cost",
    "refused", "failed" or "cancelled"), and "next_token" where to go on.
    """
    pages = _Pages()
    failure: BaseException | None = None
    try:
        for exchange in run.world.requester.pages(spec, run.cancel):
            pages.take(run, app, exchange)
            if pages.next_token and not pages.stopped:
                next_dollars = pages.dollars + pages.page_dollars
                pages.stopped = bounds.reached(pages=len(pages.bodies), dollars=pages.dollars)
                pages.stopped = pages.stopped or bounds.passed(next_dollars)
            if pages.stopped:
                break
    except (Cancelled, KeyboardInterrupt) as cancelled:
        run.cancel.cancel()
        failure, pages.stopped = cancelled, "cancelled"
    except KeypaneError as error:
        failure, pages.stopped = error, "failed"
    at = pages.last or pages.refusal
    if at is None:
        raise failure or Cancelled()
    run.answer(*_answer(run, pages, at, failure), is_foreign=True)
    return _code(run, pages, failure)


def _answer(
    run: CommandRun, pages: _Pages, at: Exchange, failure: BaseException | None
) -> tuple[dict[str, Any], list[str]]:
    body = joined(pages.bodies) if pages.bodies else printed(read_answer(at))
    facts = answer_facts(run, pages.refusal or at, body, pages.milliseconds)
    facts |= {"pages": len(pages.bodies), "cost": str(pages.dollars)}
    if pages.stopped:
        facts["stopped"] = pages.stopped
    if pages.stopped and pages.next_token:
        facts["next_token"] = pages.next_token
    if pages.refusal is not None and pages.bodies:
        facts["refusal"] = printed(read_answer(pages.refusal))
    if isinstance(failure, KeypaneError):
        facts["error"] = error_facts(failure, run.operation)
    run.say(_last_words(pages, at, facts))
    if pages.bodies:
        return facts, [readable(body)]
    return facts, shown(read_answer(at), on_terminal=run.stdout.isatty())


def _last_words(pages: _Pages, at: Exchange, facts: dict[str, Any]) -> str:
    response = (pages.refusal or at).response
    told = seen(f"{response.status} {response.reason}".strip())
    if "error" in facts:
        told = f"{facts['error']['message']} {facts['error']['next_step']}".strip()
    if pages.stopped and pages.next_token:
        count = len(pages.bodies)
        told += f"\nStopped after {count} {'page' if count == 1 else 'pages'}, "
        told += f"{_ENDS[pages.stopped]}. "
        told += f"Go on with -q {shlex.quote(f'{_token_name(at)}={pages.next_token}')}"
    return told


def _token_name(exchange: Exchange) -> str:
    from core.catalogue import catalogue

    operation = catalogue().find(exchange.spec.method, exchange.spec.path)
    names = {each.name for each in operation.parameters} if operation else set()
    return "pagination_token" if "pagination_token" in names else "next_token"


def _code(run: CommandRun, pages: _Pages, failure: BaseException | None) -> int:
    if isinstance(failure, KeypaneError):
        return exit_code(failure)
    if failure is not None:
        return CANCELLED
    if pages.refusal is None:
        return DONE
    from cli.request_refusal import say_refusal

    return say_refusal(run, pages.refusal)


def joined(bodies: list[Any]) -> Any:
    """Return pages as one answer: lists appended, what is included once, the count summed."""
    if len(bodies) == 1 or not all(isinstance(body, dict) for body in bodies):
        return bodies[-1]
    whole: dict[str, Any] = {}
    for body in bodies:
        for name, value in body.items():
            if name == "includes" and isinstance(value, dict):
                _include(whole.setdefault("includes", {}), value)
            elif isinstance(value, list) and isinstance(whole.get(name), list):
                whole[name] = [*whole[name], *value]
            else:
                whole[name] = value
    metas = [body["meta"] for body in bodies if isinstance(body.get("meta"), dict)]
    if metas:
        whole["meta"] = {**metas[-1]}
        if any("result_count" in meta for meta in metas):
            whole["meta"]["result_count"] = sum(_whole(meta.get("result_count")) for meta in metas)
        if "newest_id" in metas[0]:
            whole["meta"]["newest_id"] = metas[0]["newest_id"]
        whole["meta"].pop("previous_token", None)
    return whole


def _include(kept: dict[str, Any], more: dict[str, Any]) -> None:
    for kind, items in more.items():
        if not isinstance(items, list):
            continue
        known = {_key(item) for item in kept.get(kind, [])}
        kept[kind] = [*kept.get(kind, []), *(item for item in items if _key(item) not in known)]


def _key(item: object) -> str:
    if isinstance(item, dict) and ("id" in item or "media_key" in item):
        return str(item.get("id") or item.get("media_key"))
    return json.dumps(item, sort_keys=True)


def _count(body: object) -> int:
    data = body.get("data") if isinstance(body, dict) else None
    return len(data) if isinstance(data, list) else int(bool(data))


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
