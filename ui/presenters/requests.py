"""Requests: a draft becomes a call with a credential, and X's answer a state."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from core.catalogue import catalogue
from core.environment import X_CONSOLE
from core.kept_requests import KeptRequest
from core.model import BEARER, App
from core.preflight import Fix
from core.request_draft import Draft, drafted
from ui.desk import Desk
from ui.presenters import requests_rows as rows
from ui.presenters.answer_media import AnswerMedia
from ui.presenters.requests_book import RequestsBook
from ui.presenters.requests_calls import Calls
from ui.presenters.requests_code import RequestCode
from ui.presenters.requests_credential import ChosenCredential
from ui.presenters.requests_drafts import Drafts
from ui.presenters.requests_price import price_words
from ui.presenters.requests_sending import Sending, is_paged, price_of
from ui.views.requests import RequestsPane
from ui.views.requests_state import BodyState, OperationRow, RequestsState

if TYPE_CHECKING:
    from ui.views.answer_state import AnswerState


class RequestsPresenter(QObject):
    """Shows the draft, what may send it, and the answer of the last call.

    Attributes:
        sending: asks before a call, and sends.

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
        self._calls = Calls(desk, pane)
        self._drafts = Drafts(desk, self)
        self._credential = ChosenCredential(desk)
        self.sending = Sending(desk, self._calls, self._drafts, self._credential, self)
        self._book = RequestsBook(desk, pane.side, self.sending.kept)
        self._code = RequestCode(desk, self)
        self._media = AnswerMedia(desk, pane.answer)
        self._rows_key: object = None
        self._rows: tuple[OperationRow, ...] = ()
        self._last_answer: AnswerState | None = None
        self._connect()
        self.render()

    def _connect(self) -> None:
        pane, drafts, sending, calls = self._pane, self._drafts, self.sending, self._calls
        pane.operation_chosen.connect(drafts.choose)
        pane.credential_chosen.connect(self._choose_credential)
        pane.parameter_changed.connect(drafts.change)
        pane.url_edited.connect(drafts.edit_url)
        pane.url_finished.connect(drafts.finish_url)
        pane.body_edited.connect(drafts.edit_body)
        pane.send_wanted.connect(sending.want_send)
        pane.send_confirmed.connect(sending.send_confirmed)
        pane.send_declined.connect(sending.decline)
        pane.asking_unwanted.connect(sending.ask_no_more)
        pane.next_page_wanted.connect(sending.next_page)
        pane.all_pages_wanted.connect(sending.want_pages)
        pane.bounds_accepted.connect(sending.take_bounds)
        pane.bounds_declined.connect(sending.decline_bounds)
        pane.cancel_wanted.connect(calls.cancel)
        pane.stop_wanted.connect(calls.cancel)
        pane.pause_wanted.connect(calls.pause)
        pane.resume_wanted.connect(calls.resume)
        pane.way_chosen.connect(self._choose_way)
        pane.action_wanted.connect(self._act)
        pane.copy_wanted.connect(lambda _kind, text: self._desk.copied.emit(text, _kind))
        pane.language_chosen.connect(self._choose_language)
        pane.link_wanted.connect(lambda url: QDesktopServices.openUrl(QUrl(url)))
        for part in (drafts, sending, calls):
            part.changed.connect(self.render)
        calls.call_made.connect(self.call_made)
        self._book.open_wanted.connect(self._open)
        self._desk.snapshot_changed.connect(sending.read_rules)
        self._desk.snapshot_changed.connect(self.render)
        self._desk.app_changed.connect(self._turn)
        sending.read_rules()

    # --- rendering ---------------------------------------------------------------------------

    def render(self) -> None:
        """Make the pane look like the draft, the snapshot and the last answer."""
        app = self._desk.app
        if app is None:
            return
        snapshot = self._desk.snapshot
        credential = self._credential.usable(app)
        draft = self._drafts.of(app)
        found = rows.verdict(draft.operation, credential, app.app_id, snapshot)
        body_error, error_line = draft.body_problem()
        short, detail = price_words(price_of(draft), app.environment.kind)
        answer = self._answer(app, draft, credential)
        self._pane.render_state(
            RequestsState(
                operations=self._operation_rows(app, credential),
                chosen=draft.operation.operation_id,
                credentials=rows.credential_options(app.app_id, snapshot),
                credential=credential,
                method=draft.operation.method,
                url=self._drafts.address.text(draft, app.environment.api_url),
                url_error=self._drafts.url_error(app),
                price=short,
                price_detail=detail,
                send_label=self.tr("Read stream") if draft.operation.streaming else "",
                more_ways=self._ways(draft),
                parameters=rows.parameter_states(draft, touched=self._drafts.is_touched),
                body=BodyState(draft.body, "", body_error, error_line)
                if draft.operation.body is not None
                else None,
                preflight=rows.preflight_problem(draft.operation, found),
                remarks=rows.remarks(draft.operation),
                is_busy=self._calls.is_busy,
                confirmation=self.sending.confirmation,
                can_stop_asking=self.sending.can_stop_asking,
                bounds=self.sending.bounds,
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

    def _answer(self, app: App, draft: Draft, credential: str) -> AnswerState:
        answer = self._calls.answer(app.app_id, draft.operation.operation_id)
        can_walk = bool(answer.next_page) and is_paged(draft)
        code = self._code.state(app, draft, credential)
        answer = replace(answer, code=code, can_walk=can_walk)
        if self._last_answer is None or answer != self._last_answer:
            self._last_answer = answer
        return self._last_answer

    def _turn(self) -> None:
        self._calls.cancel()
        self._drafts.turn()

    # --- what is chosen ----------------------------------------------------------------------

    def _choose_credential(self, key: str) -> None:
        self._credential.key = key
        self.render()

    def _choose_language(self, key: str) -> None:
        self._code.choose(key)
        self.render()

    def _ways(self, draft: Draft) -> tuple[tuple[str, str], ...]:
        ways = [("save", self.tr("Save this request…"))]
        if is_paged(draft):
            ways.insert(0, ("all_pages", self.tr("All pages…")))
        return tuple(ways)

    def _choose_way(self, key: str) -> None:
        if key == "save":
            self._book.ask_name()
        elif key == "all_pages":
            self.sending.want_pages()

    def _open(self, request: KeptRequest) -> None:
        """Fill the form with a kept request; nothing is sent."""
        app = self._desk.app
        operation = catalogue().find(request.method, request.target)
        if app is None or operation is None:
            self._desk.toast(self.tr("X has no such operation any more; nothing was opened."))
            return
        self._credential.take_kind(app, request.credential)
        found = drafted(Draft(operation, body=request.body), request.target)
        if found is None:
            self._drafts.choose(operation.operation_id)
        else:
            self._drafts.take(found)
        if request.is_masked:
            self._desk.toast(self.tr("A secret in it was masked; fill it in again."), 8)
        elif request.is_cut:
            self._desk.toast(self.tr("Its body was too long to be kept; fill it in again."), 8)

    # --- fixes -------------------------------------------------------------------------------

    def _act(self, key: str) -> None:
        app = self._desk.app
        if app is None:
            return
        found = rows.verdict(
            self._drafts.of(app).operation, self._credential.key, app.app_id, self._desk.snapshot
        )
        match key:
            case Fix.USE_BEARER:
                self._choose_credential(BEARER.key)
            case Fix.USE_USER:
                self._use_user(app)
            case Fix.GENERATE:
                self._desk.pane_wanted.emit("keys")
            case Fix.SIGN_IN | Fix.SIGN_IN_WITH_SCOPES:
                token = self._desk.snapshot.user(self._credential.key)
                former = token.requested_scopes if token else ()
                self.sign_in_wanted.emit(tuple(dict.fromkeys((*former, *found.scopes))))
            case "console":
                # A sandbox has no console; the clicks are the same at X.
                QDesktopServices.openUrl(QUrl(app.environment.console_url or X_CONSOLE))
            case "doctor" | "limits":
                self._desk.pane_wanted.emit(key)

    def _use_user(self, app: App) -> None:
        users = self._desk.snapshot.users_of(app.app_id)
        operation = self._drafts.of(app).operation
        for token in users:
            if rows.verdict(operation, token.token_id, app.app_id, self._desk.snapshot).can_call:
                self._choose_credential(token.token_id)
                return
        self.sign_in_wanted.emit(operation.scopes)
