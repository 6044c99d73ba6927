"""The dialog that asks for the name of a request, and for a note about it."""

from PySide6.QtWidgets import QWidget

from ui.views.requests_book_state import SaveState
from ui.widgets import Button, Dialog, Field, LineEdit, TextArea


class SaveDialog(Dialog):
    """Asks for a name and a note.

    Attributes:
        name, note: the fields.
    """

    def __init__(self, state: SaveState, parent: QWidget) -> None:
        super().__init__(state.title, parent)
        self.key = state.key
        self.name = LineEdit(self.tr("Name of the request"))
        self.name.setMaxLength(120)
        self.name.setText(state.name)
        self.note = TextArea(self.tr("Note about the request"))
        self.note.setPlainText(state.note)
        self.note.setFixedHeight(72)
        self.column.addWidget(Field(self.tr("Name"), self.name))
        self.column.addWidget(Field(self.tr("Note"), self.note, self.tr("optional")))
        cancel = Button(self.tr("Cancel"))
        self._save = Button(state.verb, "primary")
        cancel.clicked.connect(self.reject)
        self._save.clicked.connect(self.accept)
        self._save.setDefault(True)
        self.foot.addWidget(cancel)
        self.foot.addWidget(self._save)
        self.name.textChanged.connect(lambda _text: self._check())
        self._check()
        self.name.selectAll()
        self.name.setFocus()

    def _check(self) -> None:
        self._save.setEnabled(bool(self.name.text().strip()))
