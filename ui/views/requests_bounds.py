"""The dialog before many calls: when to stop by itself."""

from dataclasses import dataclass

from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.widgets import Button, Dialog, Field, Label, LineEdit


@dataclass(frozen=True, slots=True)
class BoundsState:
    """What is asked before all pages or a stream.

    Attributes:
        title, sentences: the question, and what it costs.
        verb: the label of the accepting button.
        count_label, count: the bound in pages or Posts, "" for none.
        dollars: the bound in dollars, "" for none.
        error: why what was typed is no bound; "" while it is one.
    """

    title: str
    sentences: tuple[str, ...]
    verb: str
    count_label: str
    count: str = ""
    dollars: str = ""
    error: str = ""


class BoundsDialog(Dialog):
    """Asks for two bounds, of which each may be left empty.

    Attributes:
        count, dollars: the fields.
    """

    def __init__(self, state: BoundsState, parent: QWidget) -> None:
        super().__init__(state.title, parent)
        for sentence in state.sentences:
            self.column.addWidget(Label(sentence, "body", wraps=True))
        self.setAccessibleDescription(" ".join(state.sentences))
        self.count = LineEdit(state.count_label, placeholder=self.tr("no bound"))
        self.count.setText(state.count)
        self.dollars = LineEdit(self.tr("Stop at $"), placeholder=self.tr("no bound"))
        self.dollars.setText(state.dollars)
        line = QHBoxLayout()
        line.setSpacing(12)
        line.addWidget(Field(state.count_label, self.count))
        line.addWidget(Field(self.tr("Stop at $"), self.dollars))
        self.column.addLayout(line)
        self._error = Label("", "error", wraps=True)
        self.column.addWidget(self._error)
        self._error.show_text(state.error)
        cancel, accept = Button(self.tr("Cancel")), Button(state.verb, "primary")
        cancel.clicked.connect(self.reject)
        accept.clicked.connect(self.accept)
        accept.setDefault(True)
        self.foot.addWidget(cancel)
        self.foot.addWidget(accept)
        self.count.setFocus()
        self.count.selectAll()
