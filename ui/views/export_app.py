"""Export: what another tool needs to use an App's credentials, by reference or with values."""

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.theme import theme
from ui.widgets import (
    Banner,
    BusyIndicator,
    Button,
    Card,
    CheckBox,
    Choice,
    ComboBox,
    Field,
    Label,
    LineEdit,
    NoticeState,
    PageView,
    TextArea,
    line_of,
)


@dataclass(frozen=True, slots=True)
class ExportState:
    """All that the page shows, but for the name being typed.

    Attributes:
        app: whose credentials.
        tools, tool: what can be written for, and the one chosen.
        target_label: what a host wants to be told, as "Repository, as owner/name"; "" for nothing.
        reveals: whether the values stand in it.
        text: what will be copied or saved; with values, words in their place.
        warnings: sentences to read before it is used.
        can_use: whether there is something to copy or save.
    """

    app: str = ""
    tools: tuple[Choice, ...] = ()
    tool: str = ""
    target_label: str = ""
    reveals: bool = False
    text: str = ""
    warnings: tuple[str, ...] = ()
    can_use: bool = False
    busy: str = ""
    notice: NoticeState | None = None


class ExportView(PageView):
    """Shows an ExportState; decides nothing.

    Signals:
        tool_chosen: arg is the key. target_typed: arg is the text.
        reveal_toggled: arg is whether the values are wanted.
        copy_wanted, save_wanted, left: the buttons.
    """

    tool_chosen = Signal(str)
    target_typed = Signal(str)
    reveal_toggled = Signal(bool)
    copy_wanted = Signal()
    save_wanted = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = Label("", "title", wraps=True)
        self._notice = Banner()
        self._warnings = Label("", "warning", wraps=True)
        self.arrange(
            self._title,
            self._notice,
            self._form(),
            self._warnings,
            self._preview(),
            self._foot(),
        )
        self.setFocusProxy(self._tool)

    def render_state(self, state: ExportState) -> None:
        """Make the page look like `state`; a name being typed stays."""
        self._title.setText(self.tr("Export {app}").format(app=state.app))
        self.setAccessibleName(self._title.text())
        self._notice.render_state(state.notice)
        self._tool.show_choices(state.tools, state.tool)
        self._target_field.setVisible(bool(state.target_label))
        self._target.setPlaceholderText(state.target_label)
        self._reveals.setChecked(state.reveals)
        self._warnings.show_text("\n\n".join(state.warnings))
        if self._text.toPlainText() != state.text:
            self._text.setPlainText(state.text)
        for button in (self._copy, self._save):
            button.setEnabled(state.can_use and not state.busy)
        self._busy.render_state(state.busy)

    def _form(self) -> Card:
        card = Card()
        inside = card.inside(10)
        self._tool = ComboBox(self.tr("For"))
        self._tool.chosen.connect(self.tool_chosen)
        self._target = LineEdit(self.tr("Name there"), kind="mono")
        self._target.textEdited.connect(self.target_typed)
        self._target_field = Field(self.tr("Name there"), self._target)
        self._reveals = CheckBox(self.tr("With the values themselves"))
        self._reveals.setAccessibleName(self._reveals.text())
        self._reveals.clicked.connect(self.reveal_toggled)
        words = self.tr(
            "Without them it refers to Keypane: variables that keypane exec sets, commands that "
            "print a fresh token, or the other tool's own vault."
        )
        inside.addWidget(Field(self.tr("For"), self._tool))
        inside.addWidget(self._target_field)
        inside.addWidget(self._reveals)
        inside.addWidget(Label(words, "small", wraps=True))
        return card

    def _preview(self) -> Card:
        card = Card(self.tr("Preview"))
        self._text = TextArea(self.tr("Preview"), kind="mono")
        self._text.setReadOnly(True)
        self._text.setMinimumHeight(theme().px(200))
        card.inside().addWidget(self._text)
        return card

    def _foot(self) -> QHBoxLayout:
        self._save = Button(self.tr("Save to a file…"), "primary")
        self._copy = Button(self.tr("Copy"), owner=self.tr("export"), icon_name="copy")
        leave = Button(self.tr("Back"), "ghost")
        self._busy = BusyIndicator(self.tr("export"))
        self._save.clicked.connect(self.save_wanted)
        self._copy.clicked.connect(self.copy_wanted)
        leave.clicked.connect(self.left)
        self._busy.cancel_wanted.connect(self.left)
        return line_of(self._save, self._copy, leave, self._busy, None)
