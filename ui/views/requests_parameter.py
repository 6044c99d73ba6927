"""One row of the form: a parameter's name, its editor, and "+ Add" where it is a list."""

from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ui.theme import theme
from ui.views.requests_chips import ChipEditor, add_button
from ui.views.requests_chooser import Chooser
from ui.views.requests_date import DatePicker
from ui.views.requests_dress import compact
from ui.views.requests_state import ParameterKind, ParameterState
from ui.widgets import Button, ComboBox, FlowLayout, Label, LineEdit, Row

_ROW: Final = 38
_ALL: Final = 4_000
_SHORT_FIELD: Final = 220
_LISTS: Final = frozenset({ParameterKind.LIST, ParameterKind.CHOICES})
_PICKS: Final = frozenset({ParameterKind.CHOICE, ParameterKind.SWITCH})


class _Values(QWidget):
    """Holds an editor and wants all the width there is."""

    def __init__(self) -> None:
        super().__init__()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def sizeHint(self) -> QSize:
        return QSize(_ALL, super().sizeHint().height())


class ParameterRow(Row):
    """Shows a ParameterState; says what it should become. Its kind never changes.

    Signals:
        changed: args are the name and the value, as `ParameterKind` describes it.
    """

    changed = Signal(str, object)

    def __init__(self, state: ParameterState, parent: QWidget | None = None) -> None:
        super().__init__(state.name, parent=parent)
        self.state = state
        self._hint = Label("", "dim")
        self._error = Label("", "error", wraps=True)
        self._put_hint_beside_name()
        self.setMinimumHeight(theme().px(_ROW))
        grid = self.layout()
        if grid is not None:
            grid.setContentsMargins(16, 5, 16, 5)
        editor = self._make_editor(state)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        holder = _Values()
        holder.setLayout(column)
        column.setSpacing(2)
        column.addWidget(editor)
        column.addWidget(self._error)
        self.values.addWidget(holder)
        self.render_state(state)

    def render_state(self, state: ParameterState) -> None:
        """Show `state`; what the person is typing is left alone."""
        self.state = state
        self._hint.show_text(state.hint or (self.tr("required") if state.is_required else ""))
        self._error.show_text(state.error)
        can_edit = not state.disabled_reason
        why = state.disabled_reason or state.meaning
        self.setToolTip(why)
        self._render_value(state, can_edit=can_edit)
        if self._editor is not None:
            described = " ".join(filter(None, (state.error, why, state.hint)))
            self._editor.setAccessibleDescription(described)
        if self._pick is not None:
            self._pick.setEnabled(can_edit)
            self._pick.setToolTip(why)
        if self._add is not None:
            self._add.setEnabled(can_edit and state.can_add)
            self._add.setToolTip("" if state.can_add else state.hint)

    def stops(self) -> tuple[QWidget, ...]:
        """Return what the Tab key stops at, in the order in which it stands there."""
        chips = self._chips.stops() if self._chips is not None else ()
        others = (self._combo, self._line, self._pick, self._add)
        return (*chips, *(each for each in others if each is not None))

    def begin(self) -> None:
        """Put the keyboard where the value is entered."""
        if self._add is not None:
            self._add.click()
        elif self._editor is not None:
            self._editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _put_hint_beside_name(self) -> None:
        names = self.label.parentWidget()
        left = names.layout() if names is not None else None
        assert isinstance(left, QVBoxLayout)
        line = QWidget()
        flow = FlowLayout(line, gap=5, line_gap=0)
        left.removeWidget(self.label)
        self.label.setWordWrap(False)
        flow.addWidget(self.label)
        flow.addWidget(self._hint)
        left.insertWidget(0, line)

    def _make_editor(self, state: ParameterState) -> QWidget:
        self._chips: ChipEditor | None = None
        self._combo: ComboBox | None = None
        self._line: LineEdit | None = None
        self._editor: QWidget | None = None
        self._pick: Button | None = None
        self._add = add_button(state.name) if state.kind in _LISTS else None
        if self._add is not None:
            is_typed = state.kind is ParameterKind.LIST
            self._chips = ChipEditor(state.name, can_type=is_typed)
            compact(self._chips.field, 24)
            self._chips.values_changed.connect(self._tell)
            self._add.clicked.connect(self._chips.open_field if is_typed else self._choose)
            self.buttons.addWidget(self._add)
            self._editor = self._chips.field if is_typed else None
            return self._chips
        if state.kind in _PICKS:
            self._editor = self._combo = self._make_combo(state)
            return self._combo
        if state.kind is ParameterKind.DATE:
            self._pick = Button(self.tr("Pick…"), "ghost", owner=state.name)
            self._pick.clicked.connect(self._choose_moment)
            self.buttons.addWidget(self._pick)
        self._editor = self._line = LineEdit(state.name, kind="mono")
        compact(self._line)
        if state.kind is not ParameterKind.TEXT:
            self._line.setMaximumWidth(theme().px(_SHORT_FIELD))
        self._line.textEdited.connect(self._tell)
        return self._line

    def _make_combo(self, state: ParameterState) -> ComboBox:
        combo = ComboBox(state.name)
        compact(combo)
        combo.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        combo.addItem(self.tr("Not set"), "")
        known = [(choice.value, choice.meaning) for choice in state.choices]
        for value, meaning in known or [("true", ""), ("false", "")]:
            combo.addItem(value, value)
            combo.setItemData(combo.count() - 1, meaning, Qt.ItemDataRole.ToolTipRole)
        combo.activated.connect(lambda _row: self._tell(combo.currentData()))
        return combo

    def _render_value(self, state: ParameterState, *, can_edit: bool) -> None:
        value = state.values[0] if state.values else ""
        if self._chips is not None:
            self._chips.render_values(
                state.values, can_edit=can_edit, placeholder=state.placeholder
            )
        if self._combo is not None:
            self._combo.setCurrentIndex(max(self._combo.findData(value), 0))
            self._combo.setEnabled(can_edit)
        if self._line is not None:
            self._line.setEnabled(can_edit)
            self._line.setPlaceholderText(state.disabled_reason or state.placeholder)
            if self._line.text() != value:
                self._line.setText(value)

    def _choose(self) -> None:
        assert self._add is not None
        chooser = Chooser(self.state.name, self.state.choices, self.state.values, self)
        chooser.values_changed.connect(self._tell)
        chooser.open_below(self._add)

    def _choose_moment(self) -> None:
        assert self._pick is not None
        value = self.state.values[0] if self.state.values else ""
        picker = DatePicker(self.state.name, value, self)
        picker.picked.connect(self._tell)
        picker.open_below(self._pick)

    def _tell(self, value: object) -> None:
        self.changed.emit(self.state.name, value)
