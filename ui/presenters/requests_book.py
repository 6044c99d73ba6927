"""Saved requests and the history: lists to open requests from. Nothing here sends."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from PySide6.QtCore import QDate, QLocale, QObject, Signal
from PySide6.QtWidgets import QFileDialog

from core.catalogue import catalogue
from core.errors import BadInput
from core.kept_requests import HistoryEntry, KeptRequest, SavedEntry
from ui.notices import notice_for
from ui.presenters.requests_answer import size_words
from ui.views.requests_book_state import BookRow, BookState, BookTone, SaveState
from ui.widgets import ConfirmState

if TYPE_CHECKING:
    from collections.abc import Callable

    from ui.desk import Desk
    from ui.views.requests_side import RequestsSide

_MOST_FILE: Final = 4 << 20
_WAITS: Final = frozenset({402, 429})


class RequestsBook(QObject):
    """Fills both lists while one of them is shown, and does what their buttons say.

    Signals:
        open_wanted: arg: the KeptRequest that the form is to hold.
    """

    open_wanted = Signal(object)

    def __init__(
        self, desk: Desk, side: RequestsSide, here: Callable[[], KeptRequest | None]
    ) -> None:
        super().__init__(side)
        self._desk = desk
        self._side = side
        self._here = here
        self._saved: tuple[SavedEntry, ...] = ()
        self._history: tuple[HistoryEntry, ...] = ()
        self._save: SaveState | None = None
        self._to_save: KeptRequest | None = None
        self._is_stale = True
        side.shown.connect(lambda _tab: self._refresh())
        side.saved_opened.connect(self._open_saved)
        side.history_opened.connect(self._open_history)
        side.saved_act.connect(self._act_on_saved)
        side.history_act.connect(self._act_on_history)
        side.save_accepted.connect(self._save_as)
        side.save_declined.connect(self._close_dialog)
        desk.snapshot_changed.connect(self._go_stale)
        desk.app_changed.connect(self._go_stale)

    def ask_name(self) -> None:
        """Ask under which name the request in the form is to be saved."""
        self._ask_to_save(self._here())

    def _ask_to_save(self, request: KeptRequest | None) -> None:
        if request is None:
            return
        self._to_save = request
        self._save = SaveState(
            self.tr("Save this request"), self.tr("Save"), title_of(request), key=""
        )
        self._render()

    # --- the lists -----------------------------------------------------------------------------

    def _go_stale(self) -> None:
        self._is_stale = True
        self._refresh()

    def _refresh(self) -> None:
        """Read both lists on a worker if they are looked at and something changed."""
        app = self._desk.app
        if app is None or not self._is_stale or self._side.tab == "operations":
            return
        self._is_stale = False
        book, environment = self._desk.world.request_book, app.environment
        job = self._desk.submit(lambda _cancel: (book.saved(), book.history(environment)))
        job.succeeded.connect(lambda lists: self._take(*lists))
        job.failed.connect(self._failed)

    def _take(self, saved: tuple[SavedEntry, ...], history: tuple[HistoryEntry, ...]) -> None:
        self._saved, self._history = saved, history
        self._render()

    def _render(self) -> None:
        now = self._desk.world.clock.now()
        self._side.render_book(
            BookState(
                tuple(self._saved_row(entry) for entry in self._saved),
                tuple(self._history_row(entry, now) for entry in self._history),
                save=self._save,
            )
        )

    def _saved_row(self, entry: SavedEntry) -> BookRow:
        request = entry.request
        shown = unquote(request.target)
        parts = [f"{request.method} {shown}", entry.note]
        return BookRow(
            entry.saved_id,
            request.method,
            entry.name,
            " ".join(entry.note.split()) or shown,
            tooltip="\n".join(part for part in parts if part),
            hay=request.body,
        )

    def _history_row(self, entry: HistoryEntry, now: datetime) -> BookRow:
        request, outcome = entry.request, entry.outcome
        when = _when(entry.sent_at, now)
        status = str(outcome.status) if outcome.status else self.tr("no answer")
        facts = [status, when, outcome.account]
        more = [f"{outcome.milliseconds} ms", size_words(outcome.size)] if outcome.status else []
        if outcome.dollars and outcome.dollars != "0.000":
            more.append(f"${outcome.dollars}")
        app = self._desk.snapshot.app(entry.app_id)
        tooltip = [
            f"{request.method} {unquote(request.target)}",
            " · ".join(part for part in (*facts, *more) if part),
            app.name if app is not None else "",
            self.tr("A secret in it was masked.") if request.is_masked else "",
            self.tr("Its body was too long to be kept.") if request.is_cut else "",
        ]
        return BookRow(
            entry.entry_id,
            request.method,
            title_of(request),
            " · ".join(part for part in (status, when, _subject(request)) if part),
            _tone(outcome.status),
            "\n".join(line for line in tooltip if line),
            request.body,
        )

    # --- acts ----------------------------------------------------------------------------------

    def _open_saved(self, key: str) -> None:
        entry = self._saved_entry(key)
        if entry is not None:
            self.open_wanted.emit(entry.request)

    def _open_history(self, key: str) -> None:
        entry = self._history_entry(key)
        if entry is not None:
            self.open_wanted.emit(entry.request)

    def _act_on_saved(self, act: str, key: str) -> None:
        book, entry = self._desk.world.request_book, self._saved_entry(key)
        match act:
            case "save":
                self.ask_name()
            case "export":
                self._export()
            case "import":
                self._import()
            case "rename" if entry is not None:
                title = self.tr("Rename {name}").format(name=entry.name)
                self._save = SaveState(title, self.tr("Save"), entry.name, entry.note, key)
                self._render()
            case "duplicate":
                self._change(lambda: book.duplicate(key))
            case "replace":
                request = self._here()
                if request is not None:
                    self._change(lambda: book.replace(key, request))
                    self._desk.toast(self.tr("Saved."))
            case "remove" if entry is not None:
                question = ConfirmState(
                    self.tr("Delete {name}?").format(name=entry.name),
                    (self.tr("The saved request goes. Nothing is sent to X."),),
                    self.tr("Delete"),
                    is_dangerous=False,
                )
                self._desk.confirm(question, lambda: self._change(lambda: book.remove(key)))

    def _act_on_history(self, act: str, key: str) -> None:
        book, entry, app = self._desk.world.request_book, self._history_entry(key), self._desk.app
        match act:
            case "save" if entry is not None:
                self._ask_to_save(entry.request)
            case "forget":
                self._change(lambda: book.forget(key))
            case "forget_all" if app is not None:
                question = ConfirmState(
                    self.tr("Delete the history of {environment}?").format(
                        environment=app.environment.name
                    ),
                    (
                        self.tr("The list of sent requests goes. Saved requests stay."),
                        self.tr("Nothing is sent to X."),
                    ),
                    self.tr("Delete all"),
                    is_dangerous=False,
                )
                environment = app.environment
                self._desk.confirm(
                    question, lambda: self._change(lambda: book.forget_all(environment))
                )

    def _save_as(self, key: str, name: str, note: str) -> None:
        book, request = self._desk.world.request_book, self._to_save
        self._close_dialog()
        if key:
            self._change(lambda: book.rename(key, name, note))
        elif request is not None:
            self._change(lambda: book.save(name, request, note))
            self._desk.toast(self.tr("Saved under “{name}”.").format(name=name.strip()))
            self._side.show_tab("saved")

    def _close_dialog(self) -> None:
        self._save = None
        self._render()

    def _change(self, how: Callable[[], object]) -> None:
        job = self._desk.submit(lambda _cancel: how())
        job.failed.connect(self._failed)
        job.succeeded.connect(lambda _result: self._go_stale())

    def _export(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self._side.window(), self.tr("Export requests"), "requests.json", "JSON (*.json)"
        )
        if not name:
            return
        book = self._desk.world.request_book

        def work(_cancel: object) -> int:
            try:
                Path(name).write_text(book.exported(), encoding="utf-8")
            except OSError:
                raise BadInput("file", "it cannot be written") from None
            return len(book.saved())

        job = self._desk.submit(work)
        job.failed.connect(self._failed)
        said = self.tr("Exported {n} requests; no secret is in the file.")
        job.succeeded.connect(lambda count: self._desk.toast(said.format(n=count)))

    def _import(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self._side.window(), self.tr("Import requests"), "", "JSON (*.json)"
        )
        if not name:
            return
        book = self._desk.world.request_book

        def work(_cancel: object) -> int:
            try:
                with Path(name).open("rb") as file:
                    text = file.read(_MOST_FILE + 1).decode("utf-8")
            except (OSError, UnicodeError):
                raise BadInput("file", "it cannot be read as text") from None
            return book.take_over(text)

        job = self._desk.submit(work)
        job.failed.connect(self._failed)
        said = self.tr("Imported {n} requests.")
        job.succeeded.connect(lambda count: self._desk.toast(said.format(n=count)))
        job.succeeded.connect(lambda _count: self._go_stale())

    def _failed(self, error: object) -> None:
        notice = notice_for(error)
        self._desk.toast(f"{notice.title} {notice.text}", 8)

    def _saved_entry(self, key: str) -> SavedEntry | None:
        return next((entry for entry in self._saved if entry.saved_id == key), None)

    def _history_entry(self, key: str) -> HistoryEntry | None:
        return next((entry for entry in self._history if entry.entry_id == key), None)


def title_of(request: KeptRequest) -> str:
    """Return what a request asks for, in words: the operation's title, else its path."""
    path = request.target.partition("?")[0]
    operation = catalogue().find(request.method, path)
    return operation.title if operation is not None else path


def _subject(request: KeptRequest) -> str:
    """Return what tells a request from others of its operation: its query, else its path."""
    path, _, query = request.target.partition("?")
    return unquote(query) or path


def _tone(status: int) -> BookTone:
    if 200 <= status < 300:
        return BookTone.OK
    return BookTone.WARN if status in _WAITS else BookTone.BAD


def _when(moment: datetime, now: datetime) -> str:
    local, today = moment.astimezone(), now.astimezone()
    if local.date() == today.date():
        return f"{local:%H:%M}"
    day = QDate(local.year, local.month, local.day)
    return QLocale().toString(day, "d MMM") + f" {local:%H:%M}"
