"""The Requests pane: choose an operation, fill it in, send it, read the answer."""

from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.theme import theme
from ui.views.answer import AnswerView
from ui.views.requests_bounds import BoundsDialog, BoundsState
from ui.views.requests_confirm import SendDialog
from ui.views.requests_form import RequestForm
from ui.views.requests_line import RequestLine
from ui.views.requests_side import RequestsSide
from ui.views.requests_splitter import CalmSplitter
from ui.views.requests_state import RequestsState
from ui.widgets import ConfirmDialog, ConfirmState

_LIST_WIDTH: Final = 264
_FORM_SHARE: Final = 0.55


class RequestsPane(QWidget):
    """Shows a RequestsState; says what was wanted. Decides nothing.

    Signals:
        operation_chosen: arg is the operation_id.
        credential_chosen: arg is the credential's key.
        parameter_changed: args are the name and the value (see `ParameterKind`).
        url_edited, body_edited: arg is the whole text; url_finished: nobody types it any more.
        send_wanted, cancel_wanted.
        send_confirmed, send_declined: the answer to `RequestsState.confirmation`.
        asking_unwanted: the person wants no such question in this session; before the answer.
        bounds_accepted: args are the count and the dollars as typed; bounds_declined.
        way_chosen: arg is the key of one of `RequestsState.more_ways`.
        action_wanted: arg is the key of an action of a problem.
        copy_wanted: args are a kind and the text to copy (see `AnswerView`).
        language_chosen: arg is the key of a language of the Code tab.
        link_wanted: arg is the address of a link in a Post.
        next_page_wanted, all_pages_wanted.
        pause_wanted, resume_wanted, stop_wanted: of what is under way.
        tab_chosen: arg is an AnswerTab, as a string.

    Attributes:
        side: the left column, with the operations and the kept requests.
    """

    operation_chosen = Signal(str)
    credential_chosen = Signal(str)
    parameter_changed = Signal(str, object)
    url_edited = Signal(str)
    url_finished = Signal()
    body_edited = Signal(str)
    send_wanted = Signal()
    cancel_wanted = Signal()
    send_confirmed = Signal()
    send_declined = Signal()
    asking_unwanted = Signal()
    bounds_accepted = Signal(str, str)
    bounds_declined = Signal()
    way_chosen = Signal(str)
    action_wanted = Signal(str)
    copy_wanted = Signal(str, str)
    language_chosen = Signal(str)
    link_wanted = Signal(str)
    next_page_wanted = Signal()
    all_pages_wanted = Signal()
    pause_wanted = Signal()
    resume_wanted = Signal()
    stop_wanted = Signal()
    tab_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = RequestsState()
        self._dialog: SendDialog | None = None
        self._bounds: BoundsDialog | None = None
        self._has_dragged = False
        self._has_width = False
        self.side = RequestsSide()
        self.operations = self.side.operations
        self.line = RequestLine()
        self.form = RequestForm()
        self.answer = AnswerView()
        self._upper = QWidget()
        self._rows = CalmSplitter(Qt.Orientation.Vertical)
        self._lay_out()
        self.form.follow(self.line.last_stop)
        self._connect()
        self._add_shortcuts()

    def render_state(self, state: RequestsState) -> None:
        """Make the pane look like `state`; parts that did not change are left alone."""
        old, self._state = self._state, state
        if old.chosen != state.chosen:
            self._has_dragged = False
        if old.operations is not state.operations or old.chosen != state.chosen:
            self.operations.render_rows(state.operations, state.chosen)
        self.line.render_state(state)
        self.form.render_form(state.chosen, state.parameters, state.body)
        if old.answer is not state.answer:
            self.answer.render_state(state.answer)
        self._ask(state.confirmation, can_stop=state.can_stop_asking)
        self._ask_bounds(state.bounds)

    def focus_search(self) -> None:
        """Put the keyboard into "Find an operation"."""
        self.side.show_tab("operations")
        self.operations.search.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def event(self, event: QEvent) -> bool:
        """Keep Esc from the window's own shortcut while something runs here: two would be none."""
        is_override = event.type() is QEvent.Type.ShortcutOverride
        if is_override and isinstance(event, QKeyEvent) and self._is_stop(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Stop what runs with Esc, wherever in the pane the keyboard is."""
        if self._is_stop(event):
            self.cancel_wanted.emit()
            return
        super().keyPressEvent(event)

    def _is_stop(self, event: QKeyEvent) -> bool:
        return event.key() == Qt.Key.Key_Escape and self._state.is_busy

    def sizeHint(self) -> QSize:
        """Ask for no more than a window of the usual size gives."""
        return QSize(theme().px(1_000), theme().px(700))

    def showEvent(self, event: QShowEvent) -> None:
        """Give the list its width before the first look; later it is the person's."""
        super().showEvent(event)
        if not self._has_width:
            self._has_width = True
            width = theme().px(_LIST_WIDTH)
            self._columns.setSizes([width - 1, max(self.width() - width, 1)])
        self._fit_form()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the form keep its share."""
        super().resizeEvent(event)
        self._fit_form()

    def _lay_out(self) -> None:
        upper = QVBoxLayout(self._upper)
        upper.setContentsMargins(0, 0, 0, 0)
        upper.setSpacing(0)
        upper.addWidget(self.line)
        upper.addWidget(self.form, 1)
        self._rows.addWidget(self._upper)
        self._rows.addWidget(self.answer)
        self._rows.setStretchFactor(0, 0)
        self._rows.setStretchFactor(1, 1)
        self._columns = CalmSplitter(Qt.Orientation.Horizontal)
        self._columns.addWidget(self.side)
        self._columns.addWidget(self._rows)
        self._columns.setStretchFactor(0, 0)
        self._columns.setStretchFactor(1, 1)
        tabs = self.side.tabs.sizeHint().width() + 28
        self.side.setMinimumWidth(max(theme().px(_LIST_WIDTH) * 3 // 4, tabs))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._columns)

    def _connect(self) -> None:
        self.operations.operation_chosen.connect(self.operation_chosen)
        self.line.credential_chosen.connect(self.credential_chosen)
        self.line.url_edited.connect(self.url_edited)
        self.line.url_finished.connect(self.url_finished)
        self.line.send_wanted.connect(self.send_wanted)
        self.line.cancel_wanted.connect(self.cancel_wanted)
        self.line.way_chosen.connect(self.way_chosen)
        self.line.action_wanted.connect(self.action_wanted)
        self.form.parameter_changed.connect(self.parameter_changed)
        self.form.body_edited.connect(self.body_edited)
        self.form.height_changed.connect(self._fit_form)
        self.answer.action_wanted.connect(self.action_wanted)
        self.answer.copy_wanted.connect(self.copy_wanted)
        self.answer.language_chosen.connect(self.language_chosen)
        self.answer.link_wanted.connect(self.link_wanted)
        self.answer.next_page_wanted.connect(self.next_page_wanted)
        self.answer.all_pages_wanted.connect(self.all_pages_wanted)
        self.answer.pause_wanted.connect(self.pause_wanted)
        self.answer.resume_wanted.connect(self.resume_wanted)
        self.answer.stop_wanted.connect(self.stop_wanted)
        self.answer.tab_chosen.connect(self.tab_chosen)
        self._rows.splitterMoved.connect(self._note_drag)

    def _add_shortcuts(self) -> None:
        inside = Qt.ShortcutContext.WidgetWithChildrenShortcut
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(inside)
            shortcut.activated.connect(self._send)

    def _send(self) -> None:
        if self.line.send.isVisible() and self.line.send.isEnabled():
            self.line.send.click()

    def _note_drag(self) -> None:
        self._has_dragged = True

    def _fit_form(self) -> None:
        """Give the form the height it wants, up to its share, until somebody drags."""
        whole = self._rows.height()
        if self._has_dragged or whole <= 0:
            return
        wanted = self.line.wanted_height() + self.form.wanted_height()
        upper = min(wanted, round(whole * _FORM_SHARE))
        self._rows.setSizes([upper, whole - upper])

    def _ask(self, confirmation: ConfirmState | None, *, can_stop: bool) -> None:
        if confirmation is None:
            if self._dialog is not None:
                dialog, self._dialog = self._dialog, None
                dialog.close()
            return
        if self._dialog is None:
            self._dialog = SendDialog(confirmation, self, can_stop=can_stop)
            self._dialog.finished.connect(self._answer_question)
            self._dialog.open()

    def _answer_question(self, result: int) -> None:
        dialog, self._dialog = self._dialog, None
        if dialog is None:  # the presenter took the question back
            return
        if result == ConfirmDialog.DialogCode.Accepted:
            if dialog.is_enough:
                self.asking_unwanted.emit()
            self.send_confirmed.emit()
        else:
            self.send_declined.emit()

    def _ask_bounds(self, state: BoundsState | None) -> None:
        if state is None:
            dialog, self._bounds = self._bounds, None
            if dialog is not None:
                dialog.close()
        elif self._bounds is None:
            self._bounds = BoundsDialog(state, self)
            self._bounds.finished.connect(self._answer_bounds)
            self._bounds.open()

    def _answer_bounds(self, result: int) -> None:
        dialog, self._bounds = self._bounds, None
        if dialog is None:
            return
        if result == BoundsDialog.DialogCode.Accepted:
            self.bounds_accepted.emit(dialog.count.text(), dialog.dollars.text())
        else:
            self.bounds_declined.emit()
