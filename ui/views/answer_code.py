"""The Code tab: the call as a program in a language of choice, ready to copy."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.views.answer_state import CodeState, Language
from ui.views.requests_dress import compact
from ui.widgets import Button, ComboBox, ElidedLabel, Hairline
from ui.widgets.code_view import CodeView


class AnswerCode(QWidget):
    """Shows a CodeState.

    Signals:
        language_chosen: arg is the language's key.
        copy_wanted: args are "code" and the text.
    """

    language_chosen = Signal(str)
    copy_wanted = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._languages: tuple[Language, ...] = ()
        self._text = ""
        self._language = ComboBox(self.tr("Language"))
        self._note = ElidedLabel("", "small")
        self._copy = Button(self.tr("Copy"), name=self.tr("Copy code"), icon_name="copy")
        self.code = CodeView(self.tr("Code"))
        compact(self._language, 26)
        self._language.activated.connect(
            lambda row: self.language_chosen.emit(str(self._language.itemData(row)))
        )
        self._copy.clicked.connect(lambda: self.copy_wanted.emit("code", self._text))
        line = QHBoxLayout()
        line.setContentsMargins(20, 8, 20, 8)
        line.setSpacing(10)
        line.addWidget(self._language)
        line.addWidget(self._note)
        line.addStretch(1)
        line.addWidget(self._copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(line)
        column.addWidget(Hairline())
        column.addWidget(self.code, 1)

    def render_state(self, state: CodeState) -> None:
        """Show the program of `state`."""
        if state.languages != self._languages:
            self._languages = state.languages
            self._language.clear()
            for language in state.languages:
                self._language.addItem(language.label, language.key)
        self._language.setCurrentIndex(self._language.findData(state.language))
        self._note.setText(state.note)
        self._text = state.text
        self._copy.setEnabled(bool(state.text))
        self.code.show_text(state.text)
