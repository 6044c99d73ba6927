"""A dialog that asks for one value, or the two halves of a pair, pasted from X."""

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.widgets import Button, Dialog, Field, Label, LineEdit


@dataclass(frozen=True, slots=True)
class PasteValueState:
    """What the dialog asks.

    Attributes:
        title: such as "Paste the API Key Secret".
        text: where at X the value is, and that X shows it once.
        fields: name and label of each value.
    """

    title: str
    text: str
    fields: tuple[tuple[str, str], ...]


class PasteValueDialog(Dialog):
    """Asks for the values; nothing of them outlives the dialog.

    Signals:
        given: *Save* was clicked; arg maps each field's name to its text.
        console_wanted: the person wants to fetch the value at X.
        changed: a field changed; args are its name and its text.
    """

    given = Signal(dict)
    console_wanted = Signal()
    changed = Signal(str, str)

    def __init__(self, state: PasteValueState, parent: QWidget) -> None:
        super().__init__(state.title, parent, width=520)
        self.column.addWidget(Label(state.text, "dim", wraps=True))
        self.column.addSpacing(8)
        self._fields: dict[str, Field] = {}
        self._lines: dict[str, LineEdit] = {}
        for name, label in state.fields:
            line = LineEdit(label, kind="mono", secret=True)
            line.textChanged.connect(lambda text, name=name: self.changed.emit(name, text))
            line.textChanged.connect(self._check)
            self._lines[name] = line
            self._fields[name] = Field(label, line)
            self.column.addWidget(self._fields[name])
        console = Button(self.tr("Open the console"), "link", icon_name="external")
        cancel = Button(self.tr("Cancel"))
        self._save = Button(self.tr("Save"), "primary")
        console.clicked.connect(self.console_wanted)
        cancel.clicked.connect(self.reject)
        self._save.clicked.connect(self._give)
        self._save.setDefault(True)
        self.foot.insertWidget(0, console)
        self.foot.addWidget(cancel)
        self.foot.addWidget(self._save)
        self._check()
        next(iter(self._lines.values())).setFocus()

    def warn(self, name: str, warning: str) -> None:
        """Show what looks wrong about a value; it can be saved all the same."""
        self._fields[name].warn(warning)

    def _check(self) -> None:
        self._save.setEnabled(all(line.text().strip() for line in self._lines.values()))

    def _give(self) -> None:
        values = {name: line.text() for name, line in self._lines.items()}
        self.accept()
        self.given.emit(values)
