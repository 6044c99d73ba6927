"""The dialog that asks which operations will be called, to ask for the fewest scopes."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from ui.widgets import Button, CheckBox, Dialog, Label, LineEdit, ScopeChips


@dataclass(frozen=True, slots=True)
class OperationPick:
    """One operation that a person may mean to call.

    Attributes:
        group: the heading it stands under, as "Posts".
        call: method and path.
    """

    operation_id: str
    group: str
    title: str
    call: str
    is_chosen: bool = False


class _PickLine(QWidget):
    """A check box with the call behind it."""

    def __init__(self, pick: OperationPick) -> None:
        super().__init__()
        self.pick = pick
        self.box = CheckBox(pick.title)
        self.box.setAccessibleDescription(pick.call)
        self.box.setChecked(pick.is_chosen)
        call = Label(pick.call, "small", wraps=True)
        call.setContentsMargins(28, 0, 12, 0)  # below the words of the check box
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 3, 0, 3)
        column.setSpacing(1)
        column.addWidget(self.box)
        column.addWidget(call)

    def fits(self, words: list[str]) -> bool:
        """Return whether every word occurs in the operation's words."""
        pick = self.pick
        hay = f"{pick.group} {pick.title} {pick.call} {pick.operation_id}".casefold()
        return all(word in hay for word in words)


class OperationsDialog(Dialog):
    """Lists operations with a check box each; decides nothing.

    Signals:
        changed: arg: the ids of the checked operations, in the order of the list.
        chosen: the person takes this choice; arg as of `changed`.
    """

    changed = Signal(tuple)
    chosen = Signal(tuple)

    def __init__(self, picks: tuple[OperationPick, ...], parent: QWidget) -> None:
        super().__init__(self.tr("Which operations will you call?"), parent, width=560)
        self.column.addWidget(
            Label(
                self.tr("Keypane then asks X for the scopes that these need, and for no others."),
                "dim",
                wraps=True,
            )
        )
        find = self.tr("Find an operation")
        self.search = LineEdit(find, placeholder=find)
        self.search.textChanged.connect(self._narrow)
        self.column.addWidget(self.search)
        self._lines: list[_PickLine] = []
        self._headings: dict[str, Label] = {}
        self.column.addWidget(self._list(picks), 1)
        self._nothing = Label(self.tr("No operation has these words."), "dim")
        self._nothing.hide()
        self._scopes = ScopeChips()
        self._note = Label("", "small", wraps=True)
        for part in (self._nothing, self._scopes, self._note):
            self.column.addWidget(part)
        cancel = Button(self.tr("Cancel"))
        self._use = Button(self.tr("Use these scopes"), "primary")
        cancel.clicked.connect(self.reject)
        self._use.clicked.connect(self._take)
        self._use.setDefault(True)
        self.foot.addWidget(cancel)
        self.foot.addWidget(self._use)
        self.search.setFocus()

    def render_scopes(self, scopes: tuple[str, ...], note: str) -> None:
        """Show what the checked operations need; `note` is a doubt about it, or ""."""
        self._scopes.set_scopes(scopes, most=8)
        self._note.show_text(note)
        self._use.setEnabled(bool(self.checked()))

    def checked(self) -> tuple[str, ...]:
        """Return the ids of the checked operations."""
        return tuple(line.pick.operation_id for line in self._lines if line.box.isChecked())

    def _list(self, picks: tuple[OperationPick, ...]) -> QScrollArea:
        inside = QWidget()
        inside.setObjectName("page")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for pick in picks:
            if pick.group not in self._headings:
                heading = Label(pick.group, "strong")
                heading.setContentsMargins(0, 8, 0, 4)
                self._headings[pick.group] = heading
                column.addWidget(heading)
            line = _PickLine(pick)
            line.box.toggled.connect(lambda _on: self.changed.emit(self.checked()))
            self._lines.append(line)
            column.addWidget(line)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setMinimumHeight(320)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setAccessibleName(self.tr("Operations"))
        area.setWidget(inside)
        return area

    def _narrow(self, text: str) -> None:
        words = text.casefold().split()
        groups: set[str] = set()
        for line in self._lines:
            shown = line.fits(words)
            line.setVisible(shown)
            if shown:
                groups.add(line.pick.group)
        for group, heading in self._headings.items():
            heading.setVisible(group in groups)
        self._nothing.setVisible(not groups)

    def _take(self) -> None:
        picked = self.checked()
        self.accept()
        self.chosen.emit(picked)
