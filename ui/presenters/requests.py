"""Requests: a draft becomes a call with a credential, and X's answer a state."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Final

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from core.catalogue import catalogue
from core.environment import X_CONSOLE
from core.errors import Cancelled
from core.model import App
from core.ports import CancelToken
from core.preflight import Fix
from core.request_draft import Draft, body_template, drafted
from core.requester import BEARER, OAUTH1, CredentialRef, Exchange, RequestSpec
from ui.desk import Desk
from ui.jobs import Job
from ui.presenters import requests_rows as rows
from ui.presenters.requests_answer import answer_state, failed_state
from ui.presenters.requests_code import RequestCode
from ui.views.answer_state import AnswerPhase, AnswerState
from ui.views.requests import RequestsPane
from ui.views.requests_state import BodyState, OperationRow, RequestsState
from ui.widgets import ConfirmState

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
        self._answers: dict[str, AnswerState] = {}
        self._next_tokens: dict[str, str] = {}
        self._chosen = FIRST_OPERATION
        self._credential = BEARER.key
        self._code = RequestCode(desk, self)
        self._touched = False
        self._url_error = ""
        self._confirmation: ConfirmState | None = None
        self._job: Job | None = None
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
        pane.body_edited.connect(self._edit_body)
        pane.send_wanted.connect(self._want_send)
        pane.send_confirmed.connect(self._send_confirmed)
        pane.send_declined.connect(self._decline)
        pane.cancel_wanted.connect(self._cancel)
        pane.next_page_wanted.connect(self._next_page)
        pane.action_wanted.connect(self._act)
        pane.copy_wanted.connect(lambda _kind, text: self._desk.copied.emit(text, _kind))
        pane.language_chosen.connect(self._choose_language)
        pane.link_wanted.connect(lambda url: QDesktopServices.openUrl(QUrl(url)))
        self._desk.snapshot_changed.connect(self.render)
        self._desk.app_changed.connect(self._turn)

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
        self._pane.render_state(
            RequestsState(
                operations=self._operation_rows(app, credential),
                chosen=self._chosen,
                credentials=rows.credential_options(app.app_id, snapshot),
                credential=credential,
                method=draft.operation.method,
                url=draft.target(),
                url_error=self._url_error,
                parameters=rows.parameter_states(draft, touched=self._touched),
                body=BodyState(draft.body, "", body_error, error_line)
                if draft.operation.body is not None
                else None,
                preflight=rows.preflight_problem(found),
                is_busy=self._job is not None,
                confirmation=self._confirmation,
                answer=self._answer(app, draft, credential),
            )
        )

    def _operation_rows(self, app: App, credential: str) -> tuple[OperationRow, ...]:
        """Return the list, made anew only when what it depends on has changed."""
        snapshot = self._desk.snapshot
        key = (app.app_id, credential, snapshot)
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
        if self._job is not None:
            answer = AnswerState(AnswerPhase.BUSY, busy_text=self.tr("Waiting for X…"))
        else:
            answer = self._answers.get(app.app_id, AnswerState())
        answer = replace(answer, code=self._code.state(app, draft, credential))
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
        operation = catalogue().by_id(self._chosen)
        if operation is None:
            raise LookupError(self._chosen)
        values: dict[str, tuple[str, ...]] = {}
        if operation.operation_id == FIRST_OPERATION and app.environment.kind == "sandbox":
            values["ids"] = _PRACTICE_IDS
        names = {parameter.name for parameter in operation.parameters}
        if "post.fields" in names and operation.tag == "Posts" and operation.method == "GET":
            values["tweet.fields"] = ("created_at", "public_metrics")
            values["expansions"] = ("author_id",)
        return Draft(operation, values, body=body_template(operation))

    def _keep(self, draft: Draft) -> None:
        app = self._desk.app
        if app is not None:
            self._drafts[app.app_id, self._chosen] = draft
            self._url_error = ""
            self.render()

    def _turn(self) -> None:
        self._cancel()
        self._touched = False
        self.render()

    def _choose(self, operation_id: str) -> None:
        self._chosen = operation_id
        self._touched = False
        self._url_error = ""
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
        draft = self._draft(app)
        target = text.strip().removeprefix(app.environment.api_url)
        found = drafted(draft, target)
        if found is None:
            other = catalogue().find(draft.operation.method, target)
            if other is not None:
                self._chosen = other.operation_id
                found = drafted(self._draft(app), target)
        if found is not None:
            self._keep(found)
        elif target != draft.target():
            self._url_error = self.tr("X has no such operation. Choose it in the list.")
            self.render()

    def _edit_body(self, text: str) -> None:
        app = self._desk.app
        if app is not None and text != self._draft(app).body:
            self._keep(replace(self._draft(app), body=text))

    # --- sending -----------------------------------------------------------------------------

    def _want_send(self) -> None:
        app = self._desk.app
        if app is None or self._job is not None:
            return
        self._touched = True
        draft = self._draft(app)
        if draft.problems() or draft.body_problem()[0] or self._url_error:
            self.render()
        elif draft.operation.method == "GET":
            self._send(draft.query())
        else:
            self._confirmation = self._question(app, draft)
            self.render()

    def _question(self, app: App, draft: Draft) -> ConfirmState:
        who = next(
            (
                option.label
                for option in rows.credential_options(app.app_id, self._desk.snapshot)
                if option.key == self._credential
            ),
            "",
        )
        where = (
            self.tr("This is the sandbox; nothing reaches X.")
            if app.environment.kind == "sandbox"
            else self.tr("This changes something at X, at once and for everyone to see.")
        )
        return ConfirmState(
            self.tr("Send {method} {path} as {who}?").format(
                method=draft.operation.method, path=draft.path(), who=who
            ),
            (where,),
            self.tr("Send"),
            is_dangerous=app.environment.kind != "sandbox",
        )

    def _send_confirmed(self) -> None:
        app = self._desk.app
        self._confirmation = None
        if app is not None:
            self._send(self._draft(app).query())

    def _decline(self) -> None:
        self._confirmation = None
        self.render()

    def _send(self, query: tuple[tuple[str, str], ...]) -> None:
        app = self._desk.app
        if app is None:
            return
        draft = self._draft(app)
        spec = RequestSpec(
            app.app_id,
            draft.operation.method,
            draft.path(),
            self._reference(),
            query,
            draft.body if draft.operation.body is not None else "",
        )
        requester, spending = self._desk.world.requester, self._desk.world.spending
        is_billed = app.environment.kind == "x"

        def work(cancel: CancelToken) -> tuple[Exchange, AnswerState, Decimal]:
            exchange = requester.send(spec, cancel)
            answer, _ = answer_state(exchange, draft.operation, is_billed=is_billed)
            status = exchange.response.status
            charged = spending.note(
                app.app_id, app.environment, draft.operation, status, answer.document, spec.body
            )
            return exchange, answer, charged

        self._job = self._desk.submit(work)
        self._job.succeeded.connect(lambda outcome: self._answered(app.app_id, *outcome))
        self._job.failed.connect(lambda error: self._failed(app.app_id, error))
        self._job.cancelled.connect(lambda: self._stopped(app.app_id, spec.method))
        self._job.finished.connect(self._over)
        self.render()

    def _reference(self) -> CredentialRef:
        if self._credential in {BEARER.key, OAUTH1.key}:
            return BEARER if self._credential == BEARER.key else OAUTH1
        pair_id = rows.pair_id_of(self._credential, self._desk.app_id)
        if pair_id is not None:
            return CredentialRef("oauth1", pair_id)
        return CredentialRef("user", self._credential)

    def _answered(
        self, app_id: str, exchange: Exchange, answer: AnswerState, dollars: Decimal
    ) -> None:
        self._answers[app_id] = answer
        self._next_tokens[app_id] = answer.cards.next_token
        self.call_made.emit(exchange, dollars)

    def _failed(self, app_id: str, error: object) -> None:
        self._answers[app_id] = failed_state(error)

    def _stopped(self, app_id: str, method: str) -> None:
        """Say so; of a call that may have changed something, say what is not known."""
        self._desk.toast(self.tr("Stopped waiting."))
        if method != "GET" and self._job is not None and not self._job.nothing_sent:
            self._answers[app_id] = failed_state(Cancelled())

    def _over(self) -> None:
        self._job = None
        self.render()

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def _next_page(self) -> None:
        app = self._desk.app
        token = self._next_tokens.get(app.app_id, "") if app else ""
        if app is None or not token or self._job is not None:
            return
        others = [(n, v) for n, v in self._draft(app).query() if n not in _PAGING]
        self._send((*others, ("pagination_token", token)))

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
            case "doctor":
                self._desk.pane_wanted.emit("doctor")

    def _use_user(self, app: App) -> None:
        users = self._desk.snapshot.users_of(app.app_id)
        operation = self._draft(app).operation
        for token in users:
            if rows.verdict(operation, token.token_id, app.app_id, self._desk.snapshot).can_call:
                self._choose_credential(token.token_id)
                return
        self.sign_in_wanted.emit(operation.scopes)


_PAGING: Final = frozenset({"pagination_token", "next_token"})
