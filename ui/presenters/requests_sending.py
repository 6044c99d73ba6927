"""Sending in Requests: what is asked before, at which price, and what then goes out."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

from PySide6.QtCore import QObject, Signal

from core.exchange import RequestSpec
from core.forecast import Forecast, forecast
from core.kept_requests import KeptRequest
from core.page_walk import MOST_PAGES, USUAL_PAGES, Bounds
from core.stream_tail import StopAt
from ui.presenters.requests_calls import Calls, Outgoing
from ui.presenters.requests_price import Asked, Rules, dollars_from, rules_from, sum_words
from ui.presenters.requests_question import question
from ui.views.requests_bounds import BoundsState

if TYPE_CHECKING:
    from core.model import App
    from core.request_draft import Draft
    from ui.desk import Desk
    from ui.presenters.requests_credential import ChosenCredential
    from ui.presenters.requests_drafts import Drafts
    from ui.widgets import ConfirmState

_PAGING: Final = frozenset({"pagination_token", "next_token"})
_USUAL_DOLLARS: Final = "1.00"


class Sending(QObject):
    """Sends the draft that shows: once, page by page or as a stream, asking where rules say so.

    Attributes:
        confirmation: the question before a call, None for none.
        bounds: the question before pages or a stream, None for none.
        rules: what is asked about; read from the vault.

    Signals:
        changed: a question came or went, or something was sent.
    """

    changed = Signal()

    def __init__(
        self,
        desk: Desk,
        calls: Calls,
        drafts: Drafts,
        credential: ChosenCredential,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._calls = calls
        self._drafts = drafts
        self._credential = credential
        self._asked = Asked.NO
        self.confirmation: ConfirmState | None = None
        self.bounds: BoundsState | None = None
        self.rules = Rules()

    @property
    def can_stop_asking(self) -> bool:
        """Whether the question is one that can be put off for good."""
        return self._asked is Asked.WRITE

    def kept(self) -> KeptRequest | None:
        """Return the draft as it can be kept, None without an App."""
        app = self._desk.app
        return self._kept_from(self._drafts.of(app)) if app is not None else None

    def _kept_from(self, draft: Draft) -> KeptRequest:
        body = draft.body if draft.operation.body is not None else ""
        kind = self._credential.reference().kind
        return KeptRequest(draft.operation.method, draft.target(), body, kind)

    def want_send(self) -> None:
        """Send the draft, or ask before; what is missing is named."""
        app = self._desk.app
        if app is None or self._calls.is_busy or not self._drafts.is_fit(app):
            self.changed.emit()
            return
        draft = self._drafts.of(app)
        if draft.operation.streaming:
            self._want_stream(app, draft)
            return
        price = price_of(draft)
        self._asked = self.rules.asked(draft.operation.method, price, app.environment.kind)
        if self._asked is Asked.NO:
            self._send(draft.query())
            return
        kind = app.environment.kind
        self.confirmation = question(draft, self._credential.account(app), price, self._asked, kind)
        self.changed.emit()

    def send_confirmed(self) -> None:
        """Send what was asked about."""
        app = self._desk.app
        self.confirmation = None
        if app is not None:
            self._send(self._drafts.of(app).query())

    def decline(self) -> None:
        """Take the question back; nothing is sent."""
        self.confirmation = None
        self.changed.emit()

    def ask_no_more(self) -> None:
        """Ask about no write any more, until the program ends."""
        self.rules = replace(self.rules, writes=False)

    def _send(self, query: tuple[tuple[str, str], ...]) -> None:
        app = self._desk.app
        if app is not None and not self._calls.is_busy:
            self._calls.send(self._outgoing(app, query))
        self.changed.emit()

    def next_page(self) -> None:
        """Send the call once more, for the page after the last one."""
        app = self._desk.app
        token = self._calls.next_token(app.app_id) if app else ""
        if app is None or not token or self._calls.is_busy:
            return
        others = [(n, v) for n, v in self._drafts.of(app).query() if n not in _PAGING]
        self._send((*others, ("pagination_token", token)))

    def _outgoing(self, app: App, query: tuple[tuple[str, str], ...]) -> Outgoing:
        draft = self._drafts.of(app)
        body = draft.body if draft.operation.body is not None else ""
        method, path = draft.operation.method, draft.path()
        spec = RequestSpec(app.app_id, method, path, self._credential.reference(), query, body)
        kept = replace(self._kept_from(draft), target=target_of(path, query))
        return Outgoing(app, draft.operation, spec, kept, self._credential.account(app))

    # --- many calls --------------------------------------------------------------------------

    def want_pages(self) -> None:
        """Ask how far all pages may go."""
        app = self._desk.app
        if app is None or self._calls.is_busy or not self._drafts.is_fit(app):
            self.changed.emit()
            return
        price = price_of(self._drafts.of(app))
        sentences = [self.tr("Each page is a call. What came is kept when you stop.")]
        if price.is_known and app.environment.kind == "x":
            text = self.tr("A page costs up to {sum} by X's price list of {day}.")
            sentences.append(text.format(sum=sum_words(price.most), day=price.read_at))
        self.bounds = BoundsState(
            self.tr("Fetch all pages?"),
            tuple(sentences),
            self.tr("Fetch"),
            self.tr("Stop after pages"),
            str(USUAL_PAGES),
            _USUAL_DOLLARS if app.environment.kind == "x" else "",
        )
        self.changed.emit()

    def _want_stream(self, app: App, draft: Draft) -> None:
        if app.environment.kind != "x":
            self._calls.stream(self._outgoing(app, draft.query()), Decimal(0), StopAt())
            return
        price = price_of(draft)
        text = self.tr("X charges each Post that it delivers: {sum} by its price list of {day}.")
        self.bounds = BoundsState(
            self.tr("Read {title}?").format(title=draft.operation.title),
            (text.format(sum=sum_words(price.per_unit), day=price.read_at),),
            self.tr("Read stream"),
            self.tr("Stop after Posts"),
            "",
            _USUAL_DOLLARS,
        )
        self.changed.emit()

    def take_bounds(self, count: str, dollars: str) -> None:
        """Begin with these bounds, or name what is wrong with them."""
        app, asked, self.bounds = self._desk.app, self.bounds, None
        if app is None or asked is None:
            return
        typed, most = count.strip().replace(",", ""), dollars_from(dollars)
        is_count = not typed or (typed.isascii() and typed.isdigit() and int(typed[:9]) > 0)
        if not is_count or (dollars.strip() and most is None):
            wrong = self.tr("Whole numbers and sums of money, or nothing for no bound.")
            self.changed.emit()  # closes the dialog that was answered
            self.bounds = replace(asked, count=count, dollars=dollars, error=wrong)
            self.changed.emit()
            return
        draft = self._drafts.of(app)
        call = self._outgoing(app, draft.query())
        number = int(typed[:9]) if typed else None
        price = price_of(draft)
        if draft.operation.streaming:
            self._calls.stream(call, price.per_unit, StopAt(number, most))
        else:
            pages = min(number or MOST_PAGES, MOST_PAGES)
            self._calls.walk(call, Bounds(pages, most, price.most))
        self.changed.emit()

    def decline_bounds(self) -> None:
        """Take the question back; nothing is sent."""
        self.bounds = None
        self.changed.emit()

    # --- rules -------------------------------------------------------------------------------

    def read_rules(self) -> None:
        """Read from the vault what is to be asked about."""
        vault = self._desk.world.vault
        writes = self.rules.writes
        job = self._desk.submit(lambda _cancel: rules_from(vault.setting, writes=writes))
        job.succeeded.connect(self._take_rules)

    def _take_rules(self, rules: Rules) -> None:
        self.rules = replace(rules, writes=self.rules.writes)


def price_of(draft: Draft) -> Forecast:
    """Return what the draft will cost."""
    return forecast(draft.operation, draft.values, draft.body)


def target_of(path: str, query: tuple[tuple[str, str], ...]) -> str:
    """Return path and query as one text."""
    encoded = urlencode(query, safe=",:", quote_via=quote)
    return f"{path}?{encoded}" if encoded else path


def is_paged(draft: Draft) -> bool:
    """Return whether the operation gives its answer page by page."""
    names = {parameter.name for parameter in draft.parameters}
    return bool(names & _PAGING) and draft.operation.method == "GET"
