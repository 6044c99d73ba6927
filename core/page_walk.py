"""All pages of a request, one after the other, until there are no more or a bound is reached.

Each page is a call that X charges, so a walk has bounds from its start. What came is kept,
whatever ended the walk.
"""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from core.catalogue import Operation
from core.errors import Cancelled, KeypaneError
from core.exchange import Exchange, RequestSpec
from core.ports import CancelToken
from core.pricing import cost_of
from core.requester import Requester

USUAL_PAGES: Final = 10
MOST_PAGES: Final = 1_000
MOST_BYTES: Final = 32 << 20
_KEYS: Final = ("id", "media_key", "name")


class Ended(StrEnum):
    """Why a walk is over."""

    NO_MORE = "no_more"
    PAGES = "pages"
    PRICE = "price"
    SIZE = "size"
    STOPPED = "stopped"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Bounds:
    """When a walk stops by itself.

    Attributes:
        pages: at most so many.
        dollars: no further page is asked for when it could bring the sum above this; None for
            no such bound. The first page goes in any case: it is what *Send* would send.
        page_dollars: what one page costs at most.
    """

    pages: int = USUAL_PAGES
    dollars: Decimal | None = None
    page_dollars: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a walk has come."""

    pages: int = 0
    items: int = 0
    dollars: Decimal = Decimal(0)
    size: int = 0


@dataclass(frozen=True, slots=True)
class Walked:
    """What a walk brought.

    Attributes:
        document: one answer in X's shape, with the data of all pages.
        last: the exchange of the last page, the refused one if one was refused.
        failure: what ended it, for FAILED.
        next_token: of the page that was not asked for, "" where there is none.
        milliseconds: of all calls.
    """

    document: Mapping[str, Any] = field(repr=False)
    progress: Progress
    ended: Ended
    last: Exchange
    next_token: str = ""
    milliseconds: float = 0.0
    failure: KeypaneError | None = None


class PageWalk:
    """Walks on a worker, while its face looks at `progress` and pauses it.

    Attributes:
        progress: how far it has come; read from any thread.
    """

    def __init__(
        self, requester: Requester, operation: Operation, spec: RequestSpec, bounds: Bounds
    ) -> None:
        self.progress = Progress()
        self._requester = requester
        self._operation = operation
        self._spec = spec
        self._bounds = bounds
        self._may_go = threading.Event()
        self._may_go.set()

    @property
    def is_paused(self) -> bool:
        """Whether the next page waits for `resume`."""
        return not self._may_go.is_set()

    def pause(self) -> None:
        """Ask for no further page until `resume`. One under way comes whole."""
        self._may_go.clear()

    def resume(self) -> None:
        """Go on."""
        self._may_go.set()

    def exchanges(self, cancel: CancelToken) -> Iterator[Exchange]:
        """Yield page after page; waits while paused. Raises as `Requester.pages`."""
        pages = self._requester.pages(self._spec, cancel)
        forget = cancel.on_cancel(self._may_go.set)
        try:
            while True:
                self._may_go.wait()
                if cancel.is_raised:
                    raise Cancelled(nothing_sent=False)
                exchange = next(pages, None)
                if exchange is None:
                    return
                yield exchange
        finally:
            forget()

    def run(
        self,
        cancel: CancelToken,
        on_page: Callable[[Exchange, Mapping[str, Any]], None] | None = None,
    ) -> Walked:
        """Fetch the pages and return what they hold together.

        Args:
            cancel: raise it to stop.
            on_page: is told each page and its document, on this thread.

        Raises:
            Cancelled, KeypaneError: before the first page was there; later they end the walk,
                and what came is returned.
        """
        merged = _Merged()
        last: Exchange | None = None
        taken = 0.0
        ended, failure = Ended.NO_MORE, None
        try:
            for exchange in self.exchanges(cancel):
                last = exchange
                taken += exchange.milliseconds
                if not exchange.was_accepted:
                    ended = Ended.REFUSED
                    break
                document = _document(exchange.response.body)
                self._count(exchange, document, merged)
                if on_page is not None:
                    on_page(exchange, document)
                if bound := self._bound(merged):
                    ended = bound
                    break
        except Cancelled:
            if last is None:
                raise
            ended = Ended.STOPPED
        except KeypaneError as error:
            if last is None:
                raise
            ended, failure = Ended.FAILED, error
        if last is None:
            raise LookupError("a walk without a page")
        return Walked(
            merged.document(), self.progress, ended, last, merged.next_token, taken, failure
        )

    def _count(self, exchange: Exchange, document: Mapping[str, Any], merged: "_Merged") -> None:
        merged.add(document)
        cost = cost_of(self._operation, exchange.response.status, document)
        dollars = cost.dollars if cost is not None else Decimal(0)
        size = len(exchange.response.body)
        now = self.progress
        self.progress = Progress(
            now.pages + 1, merged.count, now.dollars + dollars, now.size + size
        )

    def _bound(self, merged: "_Merged") -> Ended | None:
        if not merged.next_token:
            return None
        now, bounds = self.progress, self._bounds
        if now.pages >= bounds.pages:
            return Ended.PAGES
        if bounds.dollars is not None and now.dollars + bounds.page_dollars > bounds.dollars:
            return Ended.PRICE
        return Ended.SIZE if now.size > MOST_BYTES else None


class _Merged:
    """Several answers of X as one: data in order, what was included once."""

    def __init__(self) -> None:
        self.next_token = ""
        self._data: list[Any] = []
        self._errors: list[Any] = []
        self._meta: dict[str, Any] = {}
        self._included: dict[str, dict[object, Any]] = {}

    @property
    def count(self) -> int:
        """How many resources came."""
        return len(self._data)

    def add(self, document: Mapping[str, Any]) -> None:
        """Take one page."""
        data = document.get("data")
        self._data += data if isinstance(data, list) else [data] if data else []
        errors = document.get("errors")
        self._errors += errors if isinstance(errors, list) else []
        includes = document.get("includes")
        for kind, items in includes.items() if isinstance(includes, dict) else ():
            known = self._included.setdefault(str(kind), {})
            for item in items if isinstance(items, list) else ():
                known.setdefault(_identity(item), item)
        self._take_meta(document.get("meta"))

    def _take_meta(self, meta: object) -> None:
        facts = meta if isinstance(meta, dict) else {}
        newest = self._meta.get("newest_id", facts.get("newest_id"))
        self._meta.update(facts)
        if newest is not None:
            self._meta["newest_id"] = newest
        token = facts.get("next_token")
        self.next_token = token if isinstance(token, str) else ""
        if not self.next_token:
            self._meta.pop("next_token", None)

    def document(self) -> dict[str, Any]:
        """Return all pages as one answer."""
        whole: dict[str, Any] = {"data": self._data}
        if self._included:
            whole["includes"] = {k: list(items.values()) for k, items in self._included.items()}
        if self._errors:
            whole["errors"] = self._errors
        whole["meta"] = {**self._meta, "result_count": len(self._data)}
        return whole


def _identity(item: object) -> object:
    if isinstance(item, dict):
        for key in _KEYS:
            if isinstance(item.get(key), str):
                return item[key]
    return id(item)


def _document(body: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
