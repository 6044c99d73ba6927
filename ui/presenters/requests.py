"""Requests: a draft becomes a call with a credential, and X's answer a state."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from core.catalogue import catalogue
from core.environment import X_CONSOLE
from core.field_family import chosen_family
from core.field_names import FIELDS
from core.forecast import Forecast, forecast
from core.model import App
from core.page_walk import MOST_PAGES, USUAL_PAGES, Bounds
from core.preflight import Fix
from core.request_book import KeptRequest
from core.request_draft import Draft, body_template, drafted
from core.requester import BEARER, OAUTH1, CredentialRef, RequestSpec
from core.stream_tail import StopAt
from ui.desk import Desk
from ui.presenters import requests_rows as rows
from ui.presenters.answer_media import AnswerMedia
from ui.presenters.requests_address import AddressLine, operation_id_at, target_in
from ui.presenters.requests_book import RequestsBook
from ui.presenters.requests_calls import Calls, Outgoing
from ui.presenters.requests_code import RequestCode
from ui.presenters.requests_price import (
    Asked,
    Rules,
    dollars_from,
    price_words,
    rules_from,
    sum_words,
)
from ui.presenters.requests_question import question
from ui.views.requests import RequestsPane
from ui.views.requests_bounds import BoundsState
from ui.views.requests_state import BodyState, OperationRow, RequestsState
from ui.widgets import ConfirmState

if TYPE_CHECKING:
    from ui.views.answer_state import AnswerState

FIRST_OPERATION: Final = "getPostsByIds"
_PRACTICE_IDS: Final = ("1261326399320715264", "1278347468690915330")


class RequestsPresenter(QObject):
    """Keeps one draft per App and operation, and the answer of the last call.

    Signals:
        call_made: args: the Exchange, what it cost in dollars (a Decimal).
        sign_in_wanted: arg: the scopes that a call needs.
    """

    call_made = Signal(object, object)
    sign_in_wanted = Signal(tuple)

    def __init__(self, desk: Desk, pane: RequestsPane) -> None:
        super().__init__(pane)
        self._desk = desk
        self._pane = pane
        self._drafts: dict[tuple[str, str], Draft] = {}
        self._calls = Calls(desk, pane)
        self._book = RequestsBook(desk, pane.side, self._kept)
        self._rules = Rules()
        self._chosen = FIRST_OPERATION
        self._credential = BEARER.key
        self._code = RequestCode(desk, self)
        self._media = AnswerMedia(desk, pane.answer)
        self._touched = False
        self._address = AddressLine()
        self._confirmation: ConfirmState | None = None
        self._asked = Asked.NO
        self._bounds: BoundsState | None = None
        self._rows_key: object = None
        self._rows: tuple[OperationRow, ...] = ()
        self._connect()
        self.render()

    def _connect(self) -> None:
        pane = self._pane
        pane.operation_chosen.connect(self._choose)
        pane.credential_chosen.connect(self._choose_credential)
        pane.parameter_changed.connect(self._change)
        pane.url_edited.connect(self._edit_url)
        pane.url_finished.connect(self._finish_url)
        pane.body_edited.connect(self._edit_body)
        pane.send_wanted.connect(self._want_send)
        pane.send_confirmed.connect(self._send_confirmed)
        pane.send_declined.connect(self._decline)
        pane.asking_unwanted.connect(self._ask_no_more)
        pane.cancel_wanted.connect(self._calls.cancel)
        pane.stop_wanted.connect(self._calls.cancel)
        pane.pause_wanted.connect(self._calls.pause)
        pane.resume_wanted.connect(self._calls.resume)
        pane.next_page_wanted.connect(self._next_page)
        pane.all_pages_wanted.connect(self._want_pages)
        pane.bounds_accepted.connect(self._take_bounds)
        pane.bounds_declined.connect(self._decline_bounds)
        pane.way_chosen.connect(self._choose_way)
        pane.action_wanted.connect(self._act)
        pane.copy_wanted.connect(lambda _kind, text: self._desk.copied.emit(text, _kind))
        pane.language_chosen.connect(self._choose_language)
        pane.link_wanted.connect(lambda url: QDesktopServices.openUrl(QUrl(url)))
        self._calls.changed.connect(self.render)
        self._calls.call_made.connect(self.call_made)
        self._book.open_wanted.connect(self._open)
        self._desk.snapshot_changed.connect(self._follow_vault)
        self._desk.app_changed.connect(self._turn)
        self._read_rules()

    # --- rendering ---------------------------------------------------------------------------

    def render(self) -> None:
        """Make the pane look like the draft, the snapshot and the last answer."""
        app = self._desk.app
        if app is None:
            return
        snapshot = self._desk.snapshot
        credential = self._usable_credential(app)
        draft = self._draft(app)
        found = rows.verdict(draft.operation, credential, app.app_id, snapshot)
        body_error, error_line = draft.body_problem()
        short, detail = price_words(self._forecast(draft), app.environment.kind)
        answer = self._answer(app, draft, credential)
        self._pane.render_state(
            RequestsState(
                operations=self._operation_rows(app, credential),
                chosen=self._chosen,
                credentials=rows.credential_options(app.app_id, snapshot),
                credential=credential,
                method=draft.operation.method,
                url=self._address.text(draft, app.environment.api_url),
                url_error=self._url_error(app),
                price=short,
                price_detail=detail,
                send_label=self.tr("Read stream") if draft.operation.streaming else "",
                more_ways=self._ways(draft),
                parameters=rows.parameter_states(draft, touched=self._touched),
                body=BodyState(draft.body, "", body_error, error_line)
                if draft.operation.body is not None
                else None,
                preflight=rows.preflight_problem(draft.operation, found),
                remarks=rows.remarks(draft.operation),
                is_busy=self._calls.is_busy,
                confirmation=self._confirmation,
                can_stop_asking=self._asked is Asked.WRITE,
                bounds=self._bounds,
                answer=answer,
            )
        )
        self._media.follow(app.environment, answer.cards)

    def _operation_rows(self, app: App, credential: str) -> tuple[OperationRow, ...]:
        """Return the list, made anew only when what it depends on has changed."""
        snapshot = self._desk.snapshot
        key = (app.app_id, credential, snapshot, catalogue())
        if key != self._rows_key:
            self._rows_key = key
            self._rows = rows.operation_rows(
                lambda operation: rows.verdict(operation, credential, app.app_id, snapshot)
            )
        return self._rows

    def _usable_credential(self, app: App) -> str:
        known = {o.key for o in rows.credential_options(app.app_id, self._desk.snapshot)}
        if self._credential not in known:
            self._credential = BEARER.key
        return self._credential

    def _answer(self, app: App, draft: Draft, credential: str) -> AnswerState:
        answer = self._calls.answer(app.app_id, draft.operation.operation_id)
        can_walk = bool(answer.next_page) and _is_paged(draft)
        code = self._code.state(app, draft, credential)
        answer = replace(answer, code=code, can_walk=can_walk)
        if answer == getattr(self, "_last_answer", None):
            return self._last_answer
        self._last_answer: AnswerState = answer
        return answer

    # --- the draft ---------------------------------------------------------------------------

    def _draft(self, app: App) -> Draft:
        key = (app.app_id, self._chosen)
        if key not in self._drafts:
            self._drafts[key] = self._fresh(app)
        return self._drafts[key]

    def _fresh(self, app: App) -> Draft:
        # A newer catalogue may no longer have the operation that was chosen.
        operation = catalogue().by_id(self._chosen) or rows.ordered_operations()[0]
        self._chosen = operation.operation_id
        values: dict[str, tuple[str, ...]] = {}
        if operation.operation_id == FIRST_OPERATION and app.environment.kind == "sandbox":
            values["ids"] = _PRACTICE_IDS
        names = {parameter.name for parameter in operation.parameters}
        gives_posts = operation.tag == "Posts" or operation.streaming
        if names & _FIELDS and gives_posts and operation.method == "GET":
            values[FIELDS[chosen_family()]] = ("created_at", "public_metrics")
            values["expansions"] = ("author_id",)
        return Draft(operation, values, body=body_template(operation))

    def _keep(self, draft: Draft) -> None:
        app = self._desk.app
        if app is not None:
            self._drafts[app.app_id, self._chosen] = draft
            self._address.clear()
            self.render()

    def _turn(self) -> None:
        self._calls.cancel()
        self._touched = False
        self._address.clear()
        self.render()

    def _choose(self, operation_id: str) -> None:
        self._chosen = operation_id
        self._touched = False
        self._address.clear()
        self.render()

    def _choose_credential(self, key: str) -> None:
        self._credential = key
        self.render()

    def _choose_language(self, key: str) -> None:
        self._code.choose(key)
        self.render()

    def _change(self, name: str, value: object) -> None:
        app = self._desk.app
        if app is not None:
            self._keep(self._draft(app).with_value(name, value))

    def _edit_url(self, text: str) -> None:
        app = self._desk.app
        if app is None:
            return
        before = self._draft(app)
        target = target_in(text, app.environment.api_url)
        found = drafted(before, target)
        if found is None and (other := operation_id_at(before.operation.method, target)):
            self._chosen = other
            found = drafted(self._draft(app), target)
        if found is not None:
            self._drafts[app.app_id, self._chosen] = found
        self._address.note(text, found or before, is_wrong=found is None)
        self.render()

    def _finish_url(self) -> None:
        self._address.finish()
        self.render()

    def _url_error(self, app: App) -> str:
        if not self._address.is_wrong:
            return ""
        if self._address.is_elsewhere:
            text = self.tr("The requests of this App go to {origin} only.")
            return text.format(origin=app.environment.api_url)
        return self.tr("X has no such operation. Choose it in the list.")

    def _edit_body(self, text: str) -> None:
        app = self._desk.app
        if app is not None and text != self._draft(app).body:
            self._keep(replace(self._draft(app), body=text))

    # --- sending -----------------------------------------------------------------------------

    def _want_send(self) -> None:
        app = self._desk.app
        if app is None or self._calls.is_busy or not self._is_fit(app):
            self.render()
            return
        draft = self._draft(app)
        if draft.operation.streaming:
            self._want_stream(app, draft)
            return
        price = self._forecast(draft)
        self._asked = self._rules.asked(draft.operation.method, price, app.environment.kind)
        if self._asked is Asked.NO:
            self._send(draft.query())
            return
        kind = app.environment.kind
        self._confirmation = question(draft, self._account(app), price, self._asked, kind)
        self.render()

    def _is_fit(self, app: App) -> bool:
        """Return whether the draft can be sent; what is missing is named from now on."""
        self._touched = True
        draft = self._draft(app)
        return not (draft.problems() or draft.body_problem()[0] or self._address.is_wrong)

    def _send_confirmed(self) -> None:
        app = self._desk.app
        self._confirmation = None
        if app is not None:
            self._send(self._draft(app).query())

    def _decline(self) -> None:
        self._confirmation = None
        self.render()

    def _ask_no_more(self) -> None:
        self._rules = replace(self._rules, writes=False)

    def _send(self, query: tuple[tuple[str, str], ...]) -> None:
        app = self._desk.app
        if app is not None and not self._calls.is_busy:
            self._calls.send(self._outgoing(app, query))
        self.render()

    def _next_page(self) -> None:
        app = self._desk.app
        token = self._calls.next_token(app.app_id) if app else ""
        if app is None or not token or self._calls.is_busy:
            return
        others = [(n, v) for n, v in self._draft(app).query() if n not in _PAGING]
        self._send((*others, ("pagination_token", token)))

    def _outgoing(self, app: App, query: tuple[tuple[str, str], ...]) -> Outgoing:
        draft = self._draft(app)
        body = draft.body if draft.operation.body is not None else ""
        method, path = draft.operation.method, draft.path()
        spec = RequestSpec(app.app_id, method, path, self._reference(), query, body)
        kept = replace(self._kept_from(draft), target=target_of(path, query))
        return Outgoing(app, draft.operation, spec, kept, self._account(app))

    def _reference(self) -> CredentialRef:
        if self._credential in {BEARER.key, OAUTH1.key}:
            return BEARER if self._credential == BEARER.key else OAUTH1
        pair_id = rows.pair_id_of(self._credential, self._desk.app_id)
        if pair_id is not None:
            return CredentialRef("oauth1", pair_id)
        return CredentialRef("user", self._credential)

    def _account(self, app: App) -> str:
        options = rows.credential_options(app.app_id, self._desk.snapshot)
        return next((each.label for each in options if each.key == self._credential), "")

    # --- many calls --------------------------------------------------------------------------

    def _want_pages(self) -> None:
        app = self._desk.app
        if app is None or self._calls.is_busy or not self._is_fit(app):
            self.render()
            return
        price = self._forecast(self._draft(app))
        sentences = [self.tr("Each page is a call. What came is kept when you stop.")]
        if price.is_known and app.environment.kind == "x":
            text = self.tr("A page costs up to {sum} by X's price list of {day}.")
            sentences.append(text.format(sum=sum_words(price.most), day=price.read_at))
        self._bounds = BoundsState(
            self.tr("Fetch all pages?"),
            tuple(sentences),
            self.tr("Fetch"),
            self.tr("Stop after pages"),
            str(USUAL_PAGES),
            _USUAL_DOLLARS if app.environment.kind == "x" else "",
        )
        self.render()

    def _want_stream(self, app: App, draft: Draft) -> None:
        if app.environment.kind != "x":
            self._calls.stream(self._outgoing(app, draft.query()), Decimal(0), StopAt())
            return
        price = self._forecast(draft)
        text = self.tr("X charges each Post that it delivers: {sum} by its price list of {day}.")
        self._bounds = BoundsState(
            self.tr("Read {title}?").format(title=draft.operation.title),
            (text.format(sum=sum_words(price.per_unit), day=price.read_at),),
            self.tr("Read stream"),
            self.tr("Stop after Posts"),
            "",
            _USUAL_DOLLARS,
        )
        self.render()

    def _take_bounds(self, count: str, dollars: str) -> None:
        app, asked, self._bounds = self._desk.app, self._bounds, None
        if app is None or asked is None:
            return
        typed, most = count.strip().replace(",", ""), dollars_from(dollars)
        is_count = not typed or (typed.isascii() and typed.isdigit() and int(typed[:9]) > 0)
        if not is_count or (dollars.strip() and most is None):
            wrong = self.tr("Whole numbers and sums of money, or nothing for no bound.")
            self.render()  # closes the dialog that was answered
            self._bounds = replace(asked, count=count, dollars=dollars, error=wrong)
            self.render()
            return
        draft = self._draft(app)
        call = self._outgoing(app, draft.query())
        number = int(typed[:9]) if typed else None
        price = self._forecast(draft)
        if draft.operation.streaming:
            self._calls.stream(call, price.per_unit, StopAt(number, most))
        else:
            pages = min(number or MOST_PAGES, MOST_PAGES)
            self._calls.walk(call, Bounds(pages, most, price.most))
        self.render()

    def _decline_bounds(self) -> None:
        self._bounds = None
        self.render()

    def _ways(self, draft: Draft) -> tuple[tuple[str, str], ...]:
        ways = [("save", self.tr("Save this request…"))]
        if _is_paged(draft):
            ways.insert(0, ("all_pages", self.tr("All pages…")))
        return tuple(ways)

    def _choose_way(self, key: str) -> None:
        if key == "save":
            self._book.ask_name()
        elif key == "all_pages":
            self._want_pages()

    # --- kept requests -----------------------------------------------------------------------

    def _kept(self) -> KeptRequest | None:
        app = self._desk.app
        return self._kept_from(self._draft(app)) if app is not None else None

    def _kept_from(self, draft: Draft) -> KeptRequest:
        body = draft.body if draft.operation.body is not None else ""
        kind = self._reference().kind
        return KeptRequest(draft.operation.method, draft.target(), body, kind)

    def _open(self, request: KeptRequest) -> None:
        """Fill the form with a kept request; nothing is sent."""
        app = self._desk.app
        operation = catalogue().find(request.method, request.target)
        if app is None or operation is None:
            self._desk.toast(self.tr("X has no such operation any more; nothing was opened."))
            return
        self._chosen = operation.operation_id
        found = drafted(Draft(operation, body=request.body), request.target)
        self._touched = False
        if not _fits(self._credential, request.credential, app.app_id):
            self._take_credential(app, request.credential)
        if found is not None:
            self._keep(found)
        if request.is_masked:
            self._desk.toast(self.tr("A secret in it was masked; fill it in again."), 8)
        elif request.is_cut:
            self._desk.toast(self.tr("Its body was too long to be kept; fill it in again."), 8)

    def _take_credential(self, app: App, kind: str) -> None:
        options = rows.credential_options(app.app_id, self._desk.snapshot)
        for option in options:
            if option.can_use and _fits(option.key, kind, app.app_id):
                self._credential = option.key
                return

    # --- rules -------------------------------------------------------------------------------

    def _follow_vault(self) -> None:
        self._read_rules()
        self.render()

    def _read_rules(self) -> None:
        vault = self._desk.world.vault
        writes = self._rules.writes
        job = self._desk.submit(lambda _cancel: rules_from(vault.setting, writes=writes))
        job.succeeded.connect(self._take_rules)

    def _take_rules(self, rules: Rules) -> None:
        self._rules = replace(rules, writes=self._rules.writes)

    @staticmethod
    def _forecast(draft: Draft) -> Forecast:
        return forecast(draft.operation, draft.values, draft.body)

    # --- fixes -------------------------------------------------------------------------------

    def _act(self, key: str) -> None:
        app = self._desk.app
        if app is None:
            return
        found = rows.verdict(
            self._draft(app).operation, self._credential, app.app_id, self._desk.snapshot
        )
        match key:
            case Fix.USE_BEARER:
                self._choose_credential(BEARER.key)
            case Fix.USE_USER:
                self._use_user(app)
            case Fix.GENERATE:
                self._desk.pane_wanted.emit("keys")
            case Fix.SIGN_IN | Fix.SIGN_IN_WITH_SCOPES:
                token = self._desk.snapshot.user(self._credential)
                former = token.requested_scopes if token else ()
                self.sign_in_wanted.emit(tuple(dict.fromkeys((*former, *found.scopes))))
            case "console":
                # A sandbox has no console; the clicks are the same at X.
                QDesktopServices.openUrl(QUrl(app.environment.console_url or X_CONSOLE))
            case "doctor" | "limits":
                self._desk.pane_wanted.emit(key)

    def _use_user(self, app: App) -> None:
        users = self._desk.snapshot.users_of(app.app_id)
        operation = self._draft(app).operation
        for token in users:
            if rows.verdict(operation, token.token_id, app.app_id, self._desk.snapshot).can_call:
                self._choose_credential(token.token_id)
                return
        self.sign_in_wanted.emit(operation.scopes)


def target_of(path: str, query: tuple[tuple[str, str], ...]) -> str:
    """Return path and query as one text."""
    encoded = urlencode(query, safe=",:", quote_via=quote)
    return f"{path}?{encoded}" if encoded else path


def _is_paged(draft: Draft) -> bool:
    names = {parameter.name for parameter in draft.parameters}
    return bool(names & _PAGING) and draft.operation.method == "GET"


def _fits(key: str, kind: str, app_id: str) -> bool:
    """Return whether the credential of a key is of a kind."""
    if rows.pair_id_of(key, app_id) is not None:
        return kind == "oauth1"
    return kind == ("bearer" if key == BEARER.key else "user")


_FIELDS: Final = frozenset({"post.fields", "tweet.fields"})
_PAGING: Final = frozenset({"pagination_token", "next_token"})
_USUAL_DOLLARS: Final = "1.00"
