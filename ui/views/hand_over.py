"""Handing a user's token over: to whom, by which way, and what to run there."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.widgets import (
    Banner,
    BusyIndicator,
    Button,
    Card,
    Choice,
    ComboBox,
    Field,
    Label,
    LineEdit,
    NoticeState,
    PageView,
    line_of,
)


@dataclass(frozen=True, slots=True)
class HandOverState:
    """All that the page shows, but for what is typed.

    Attributes:
        account: whose token goes: "@acme".
        hosts, host: the ways, and the one chosen.
        target_label: what the way wants to be told, as "App at fly.io"; "" for nothing.
        file: the .env file that will be or was written.
        file_warning: such as that no .gitignore covers it.
        names: the variables that go, without values.
        command: what to run afterwards, "" for nothing.
        is_done: whether the token is handed over already.
    """

    account: str = ""
    hosts: tuple[Choice, ...] = ()
    host: str = ""
    target_label: str = ""
    file: str = ""
    file_warning: str = ""
    names: tuple[str, ...] = ()
    command: str = ""
    can_hand_over: bool = False
    is_done: bool = False
    busy: str = ""
    notice: NoticeState | None = None


class HandOverView(PageView):
    """Shows a HandOverState; decides nothing.

    Signals:
        holder_typed, target_typed: arg is the text. host_chosen: arg is the way's key.
        file_wanted: choose another file. hand_over_wanted: do it.
        copy_command_wanted, copy_values_wanted, write_wanted: once it is handed over.
        left, cancel_wanted: leave the page; stop what is under way.
    """

    holder_typed = Signal(str)
    target_typed = Signal(str)
    host_chosen = Signal(str)
    file_wanted = Signal()
    hand_over_wanted = Signal()
    copy_command_wanted = Signal()
    copy_values_wanted = Signal()
    write_wanted = Signal()
    left = Signal()
    cancel_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = Label("", "title", wraps=True)
        self._notice = Banner()
        self.arrange(
            self._title, self._words(), self._notice, self._form(), self._after(), self._foot()
        )
        self.setFocusProxy(self._holder)

    def render_state(self, state: HandOverState) -> None:
        """Make the page look like `state`; what was typed stays."""
        done = self.tr("{account} is handed over")
        ask = self.tr("Hand over {account}")
        self._title.setText((done if state.is_done else ask).format(account=state.account))
        self.setAccessibleName(self._title.text())
        self._notice.render_state(state.notice)
        self._host.show_choices(state.hosts, state.host)
        self._target_field.setVisible(bool(state.target_label))
        self._target_field.rename(state.target_label)
        self._file.setText(state.file)
        self._file_warning.show_text(state.file_warning)
        self._names.setText(", ".join(state.names))
        for widget in (self._holder, self._host, self._target):
            widget.setEnabled(not state.is_done and not state.busy)
        self._choose.setEnabled(not state.busy)
        self._after_card.setVisible(state.is_done)
        self._command.show_text(state.command)
        self._copy_command.setVisible(bool(state.command))
        self._busy.render_state(state.busy)
        self._go.setVisible(not state.is_done)
        self._go.setEnabled(state.can_hand_over and not state.busy)
        self._leave.relabel(self.tr("Done") if state.is_done else self.tr("Back"))

    def _words(self) -> Label:
        return Label(
            self.tr(
                "X's refresh tokens work once, so exactly one place may refresh. From then on that "
                "is the other program; Keypane keeps its copy and never refreshes it, until you "
                "take it back."
            ),
            "body",
            wraps=True,
        )

    def _form(self) -> Card:
        card = Card()
        inside = card.inside(10)
        self._holder = LineEdit(
            self.tr("Who takes it over"), placeholder=self.tr("fly.io acme-prod")
        )
        self._holder.textChanged.connect(self.holder_typed)
        inside.addWidget(Field(self.tr("Who takes it over"), self._holder))
        self._host = ComboBox(self.tr("How it gets there"))
        self._host.chosen.connect(self.host_chosen)
        inside.addWidget(Field(self.tr("How it gets there"), self._host))
        self._target = LineEdit(self.tr("Name there"), kind="mono")
        self._target.textChanged.connect(self.target_typed)
        self._target_field = _Named(self._target)
        inside.addWidget(self._target_field)
        self._file = Label("", "mono", wraps=True)
        self._choose = Button(self.tr("Choose…"), owner=self.tr("file"))
        self._choose.clicked.connect(self.file_wanted)
        line = QHBoxLayout()
        line.addWidget(self._file, 1)
        line.addWidget(self._choose)
        inside.addWidget(Label(self.tr("File, readable by you alone"), "strong"))
        inside.addLayout(line)
        self._file_warning = Label("", "warning", wraps=True)
        inside.addWidget(self._file_warning)
        self._names = Label("", "mono", wraps=True)
        inside.addWidget(Label(self.tr("What goes into it"), "strong"))
        inside.addWidget(self._names)
        return card

    def _after(self) -> Card:
        self._after_card = card = Card(self.tr("Give it to the other program"))
        inside = card.inside(10)
        self._command = Label("", "mono", wraps=True)
        self._command.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._copy_command = Button(self.tr("Copy"), owner=self.tr("command"), icon_name="copy")
        self._copy_command.clicked.connect(self.copy_command_wanted)
        copy_values = Button(self.tr("Copy as .env lines"), icon_name="copy")
        copy_values.clicked.connect(self.copy_values_wanted)
        write = Button(self.tr("Write the file again"))
        write.clicked.connect(self.write_wanted)
        inside.addWidget(self._command)
        inside.addLayout(line_of(self._copy_command, copy_values, write, None))
        return card

    def _foot(self) -> QHBoxLayout:
        self._go = Button(self.tr("Hand over"), "primary")
        self._leave = Button("", "ghost")
        self._busy = BusyIndicator(self.tr("handing over"))
        self._go.clicked.connect(self.hand_over_wanted)
        self._leave.clicked.connect(self.left)
        self._busy.cancel_wanted.connect(self.cancel_wanted)
        return line_of(self._go, self._leave, self._busy, None)


class _Named(QWidget):
    """A field whose label follows what is chosen above it."""

    def __init__(self, line: LineEdit) -> None:
        super().__init__()
        self._line = line
        self._label = Label("", "strong")
        self._label.setBuddy(line)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._label)
        column.addWidget(line)

    def rename(self, label: str) -> None:
        """Call the field something else."""
        self._label.setText(label)
        self._line.setAccessibleName(label)
