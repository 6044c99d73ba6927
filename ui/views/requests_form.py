"""The form of a request: one row per parameter, more on demand, and the JSON body."""

from itertools import pairwise
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from ui.theme import theme
from ui.views.requests_parameter import ParameterRow
from ui.views.requests_state import BodyState, ParameterState
from ui.widgets import Card, CopyForm, Label, MenuButton
from ui.widgets.json_editor import JsonEditor

_BODY_LINES: Final = 7


class _Body(QWidget):
    """The JSON body: what it is for, the editor, and what is wrong with it."""

    def __init__(self) -> None:
        super().__init__()
        self._hint = Label("", "dim")
        self._error = Label("", "error", wraps=True)
        self.editor = JsonEditor(self.tr("JSON body"))
        head = QHBoxLayout()
        head.setSpacing(5)
        head.addWidget(Label(self.tr("JSON body"), "strong"))
        head.addWidget(self._hint)
        head.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 16, 12)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.editor)
        column.addWidget(self._error)

    def render_state(self, state: BodyState | None) -> None:
        self.setVisible(state is not None)
        if state is None:
            return
        lines = max(_BODY_LINES, min(state.text.count("\n") + 2, 16))
        self.editor.setMinimumHeight(theme().px(18) * lines)
        self.editor.show_text(state.text)
        self.editor.mark_line(state.error_line)
        self._hint.show_text(state.hint)
        self._error.show_text(state.error)
        self.editor.setAccessibleDescription(f"{state.error} {state.hint}".strip())


class RequestForm(QScrollArea):
    """The card of parameters. Empty optional ones wait behind "Add parameter".

    Signals:
        parameter_changed: args are the name and the value.
        body_edited: arg is the whole text.
        height_changed: the form wants another height.
    """

    parameter_changed = Signal(str, object)
    body_edited = Signal(str)
    height_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._operation = ""
        self._before: QWidget | None = None
        self._stops: tuple[QWidget, ...] = ()
        self._states: tuple[ParameterState, ...] = ()
        self._revealed: set[str] = set()
        self._rows: dict[str, ParameterRow] = {}
        self._had_body = False
        self._card = Card()
        self._body = _Body()
        self._body.editor.edited.connect(self.body_edited)
        self._more = MenuButton("+ " + self.tr("Add parameter"), "ghost")
        self._more.chosen.connect(self._reveal)
        self._none = Label(self.tr("This operation takes no parameters."), "dim")
        self._none.setContentsMargins(16, 10, 16, 10)
        self._foot = QWidget()
        foot = QHBoxLayout(self._foot)
        foot.setContentsMargins(6, 4, 16, 4)
        foot.addWidget(self._more)
        foot.addStretch(1)
        self._card.body.addWidget(self._body)
        self._card.body.addWidget(self._none)
        self._card.body.addWidget(self._foot)
        page = QWidget()
        page.setObjectName("page")
        self._column = QVBoxLayout(page)
        self._column.setContentsMargins(20, 0, 20, 12)
        self._column.addWidget(self._card)
        self._column.addStretch(1)
        self.setWidget(page)

    def render_form(
        self, operation: str, parameters: tuple[ParameterState, ...], body: BodyState | None
    ) -> None:
        """Show the parameters of `operation`; rows that stay keep focus and cursor."""
        if operation != self._operation:
            self._operation = operation
            self._revealed.clear()
            for name in list(self._rows):
                self._drop(name)
        self._states = parameters
        self._lay_rows()
        self._body.render_state(body)
        self._none.setVisible(not parameters and body is None)
        QTimer.singleShot(0, self, self.height_changed.emit)

    def follow(self, before: QWidget) -> None:
        """Let the Tab key come here from `before`: rows are made later than what is below them."""
        self._before = before

    def wanted_height(self) -> int:
        """Return the height that shows the whole form at this width, in pixels."""
        width = self.viewport().width()
        if self._column.hasHeightForWidth():
            return self._column.totalHeightForWidth(width)
        return self._column.totalSizeHint().height()

    def _lay_rows(self) -> None:
        shown = [state for state in self._states if self._is_shown(state)]
        names = {state.name for state in shown}
        for name in [name for name in self._rows if name not in names]:
            self._drop(name)
        for place, state in enumerate(shown):
            row = self._rows.get(state.name)
            if row is not None and row.state.kind is not state.kind:
                self._drop(state.name)
                row = None
            if row is None:
                row = self._rows[state.name] = ParameterRow(state)
                row.changed.connect(self.parameter_changed)
                self._card.add_row(row, place)
                continue
            self._card.move_row(row, place)
            if row.state != state:
                row.render_state(state)
        hidden = [state for state in self._states if state.name not in names]
        self._more.set_choices(tuple(CopyForm(state.name, state.name) for state in hidden))
        self._foot.setVisible(bool(hidden))
        self._order(tuple(stop for state in shown for stop in self._rows[state.name].stops()))

    def _order(self, stops: tuple[QWidget, ...]) -> None:
        """Let the Tab key go through the rows as they stand, then to the body and beyond."""
        if self._before is None or stops == self._stops:
            return
        self._stops = stops
        for part in (*self._shown_rows(), self._body, self._none, self._foot):
            part.raise_()  # assistive technology reads children from the lowest up
        for before, after in pairwise((self._before, *stops)):
            QWidget.setTabOrder(before, after)

    def _shown_rows(self) -> list[ParameterRow]:
        return [self._rows[state.name] for state in self._states if state.name in self._rows]

    def _is_shown(self, state: ParameterState) -> bool:
        is_wanted = state.is_required or state.is_pinned or state.name in self._revealed
        return is_wanted or bool(state.values or state.error)

    def _reveal(self, name: str) -> None:
        self._revealed.add(name)
        self._lay_rows()
        QTimer.singleShot(0, self, lambda: self._begin(name))
        QTimer.singleShot(0, self, self.height_changed.emit)

    def _begin(self, name: str) -> None:
        row = self._rows.get(name)
        if row is not None:
            self.ensureWidgetVisible(row)
            row.begin()

    def _drop(self, name: str) -> None:
        self._card.remove_row(self._rows.pop(name))
