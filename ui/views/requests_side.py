"""The left column of Requests: the operations, the saved requests, and the history."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from ui.views.requests_book import BookList, BookWords
from ui.views.requests_book_state import BookState, SaveState
from ui.views.requests_operations import OperationList
from ui.views.requests_save import SaveDialog
from ui.widgets import Dialog, TabBar


class RequestsSide(QWidget):
    """Three lists behind three tabs.

    Signals:
        shown: arg is the tab: "operations", "saved" or "history".
        saved_opened, history_opened: arg is the key of the request to fill the form with.
        saved_act, history_act: args are the key of an act, and of the request or "".
        save_accepted: args are the key ("" for a new one), the name and the note.
        save_declined.
    """

    shown = Signal(str)
    saved_opened = Signal(str)
    history_opened = Signal(str)
    saved_act = Signal(str, str)
    history_act = Signal(str, str)
    save_accepted = Signal(str, str, str)
    save_declined = Signal()

    TABS = ("operations", "saved", "history")

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dialog: SaveDialog | None = None
        self.tabs = TabBar(self.tr("Lists"))
        for label in (self.tr("Operations"), self.tr("Saved"), self.tr("History")):
            self.tabs.addTab(label)
        self.operations = OperationList()
        self.saved = BookList(self._saved_words())
        self.history = BookList(self._history_words())
        self._stack = QStackedWidget()
        for page in (self.operations, self.saved, self.history):
            self._stack.addWidget(page)
        self.tabs.currentChanged.connect(self._turn)
        self.saved.opened.connect(self.saved_opened)
        self.saved.act_wanted.connect(self.saved_act)
        self.history.opened.connect(self.history_opened)
        self.history.act_wanted.connect(self.history_act)
        head = QVBoxLayout()
        head.setContentsMargins(20, 4, 8, 0)
        head.addWidget(self.tabs)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._stack, 1)

    @property
    def tab(self) -> str:
        """Which list is shown."""
        return self.TABS[self.tabs.currentIndex()]

    def show_tab(self, tab: str) -> None:
        """Show one of the lists."""
        self.tabs.setCurrentIndex(self.TABS.index(tab))

    def render_book(self, state: BookState) -> None:
        """Show the saved requests, the history, and the dialog that is open."""
        self.saved.render_rows(state.saved)
        self.history.render_rows(state.history)
        self.history.act.setEnabled(bool(state.history))
        self._ask(state.save)

    def _turn(self, place: int) -> None:
        self._stack.setCurrentIndex(place)
        self.shown.emit(self.TABS[place])

    def _ask(self, state: SaveState | None) -> None:
        if state is None:
            dialog, self._dialog = self._dialog, None
            if dialog is not None:
                dialog.close()
        elif self._dialog is None:
            self._dialog = SaveDialog(state, self)
            self._dialog.finished.connect(self._answer)
            self._dialog.open()

    def _answer(self, result: int) -> None:
        dialog, self._dialog = self._dialog, None
        if dialog is None:  # the presenter took the question back
            return
        if result == Dialog.DialogCode.Accepted:
            self.save_accepted.emit(dialog.key, dialog.name.text(), dialog.note.toPlainText())
        else:
            self.save_declined.emit()

    def _saved_words(self) -> BookWords:
        return BookWords(
            self.tr("Saved requests"),
            self.tr("Find a saved request"),
            self.tr("Requests that you save by name are kept here, without any secret."),
            ("save", self.tr("Save this request…")),
            (
                ("open", self.tr("Open")),
                ("replace", self.tr("Replace by this request")),
                ("rename", self.tr("Rename…")),
                ("duplicate", self.tr("Duplicate")),
                ("remove", self.tr("Delete…")),
            ),
            (("export", self.tr("Export all…")), ("import", self.tr("Import…"))),
            "remove",
        )

    def _history_words(self) -> BookWords:
        return BookWords(
            self.tr("Sent requests"),
            self.tr("Find a sent request"),
            self.tr(
                "What you send from here is listed, without any secret; opening sends nothing."
            ),
            ("forget_all", self.tr("Delete all…")),
            (
                ("open", self.tr("Open")),
                ("save", self.tr("Save…")),
                ("forget", self.tr("Delete")),
            ),
            (),
            "forget",
        )
