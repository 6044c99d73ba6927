"""A guided page: numbered steps, each with what to do, a value to copy, and its button."""

from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ui.theme import icon, theme
from ui.widgets import (
    Banner,
    BusyIndicator,
    Button,
    Card,
    CheckBox,
    Hairline,
    Label,
    NoticeState,
    PageView,
    Status,
    StatusChip,
    TextArea,
    end_widgets,
    line_of,
)


@dataclass(frozen=True, slots=True)
class GuideStep:
    """One step.

    Attributes:
        key: goes out with every signal of the step.
        title: what to do, as an order: "Set up User authentication".
        text: how, and why.
        value: what to copy from here, shown as it is; never a secret.
        action, action_kind: the button of the step, "" for none, and its look.
        second: a quieter button beside it.
        owner: ends the buttons' accessible names where a label alone is ambiguous.
        is_enabled: whether its buttons can be clicked yet.
        status: how it went.
        ticks: what to tick off, each with whether it is ticked.
        paste: the words in the step's paste box, "" for none.
    """

    key: str
    title: str
    text: str = ""
    value: str = ""
    action: str = ""
    action_kind: str = "plain"
    second: str = ""
    owner: str = ""
    is_enabled: bool = True
    is_done: bool = False
    status: Status | None = None
    ticks: tuple[tuple[str, bool], ...] = ()
    paste: str = ""


@dataclass(frozen=True, slots=True)
class GuideState:
    """All that the page shows.

    Attributes:
        intro: why these steps, and what they cost.
        busy: what is under way, with Cancel.
        leave: the label of the button that leaves the page.
    """

    title: str = ""
    intro: str = ""
    steps: tuple[GuideStep, ...] = ()
    notice: NoticeState | None = None
    busy: str = ""
    leave: str = ""


class _Number(QLabel):
    """The number of a step, or a check once it is done."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number
        self._is_done = False
        self.setProperty("kind", "strong")
        self.setFixedWidth(theme().px(24))
        self.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
        theme().changed.connect(self._draw)
        self._draw()

    def mark(self, *, is_done: bool) -> None:
        """Show the check, or the number."""
        self._is_done = is_done
        self._draw()

    def _draw(self) -> None:
        if self._is_done:
            size = theme().px(16)
            self.setPixmap(icon("check", "ok", 16).pixmap(QSize(size, size)))
            self.setAccessibleName(self.tr("Step {n}, done").format(n=self.number))
        else:
            self.setText(f"{self.number}.")
            self.setAccessibleName(self.tr("Step {n}").format(n=self.number))


class _Step(QWidget):
    """Shows a GuideStep."""

    def __init__(self, number: int, view: "GuideView", key: str) -> None:
        super().__init__()
        self._view = view
        self._key = key
        self._number = _Number(number)
        self._title = Label("", "strong", wraps=True)
        self._text = Label("", "body", wraps=True)
        self._value = Label("", "mono")
        self._value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._copy = Button(self.tr("Copy"), icon_name="copy")
        self._copy.clicked.connect(lambda: view.copy_wanted.emit(key))
        self._status = StatusChip()
        self._action, self._second = Button(""), Button("")
        self._action.clicked.connect(lambda: view.action_wanted.emit(key))
        self._second.clicked.connect(lambda: view.second_wanted.emit(key))
        self._paste: TextArea | None = None
        self._ticks: dict[str, CheckBox] = {}
        self._middle = QVBoxLayout()
        self._middle.setSpacing(6)
        value_line = QHBoxLayout()
        value_line.setSpacing(8)
        value_line.addWidget(self._value)
        value_line.addWidget(self._copy)
        value_line.addStretch(1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self._action)
        buttons.addWidget(self._second)
        buttons.addStretch(1)
        self._middle.addWidget(self._title)
        self._middle.addWidget(self._text)
        self._middle.addLayout(value_line)
        self._middle.addWidget(self._status, 0, Qt.AlignmentFlag.AlignLeft)
        self._middle.addLayout(buttons)
        line = QHBoxLayout(self)
        line.setContentsMargins(12, 12, 16, 12)
        line.setSpacing(8)
        line.addWidget(self._number, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(self._middle, 1)

    def render_state(self, step: GuideStep, *, busy: bool) -> None:
        self._number.mark(is_done=step.is_done)
        self._title.setText(step.title)
        self._text.show_text(step.text)
        self._value.show_text(step.value)
        self._copy.setVisible(bool(step.value))
        self._copy.relabel(self.tr("Copy"), step.owner or step.title)
        self._status.render_state(step.status)
        self._status.setVisible(step.status is not None)
        for button, label in ((self._action, step.action), (self._second, step.second)):
            button.relabel(label, step.owner)
            button.setVisible(bool(label))
            button.setEnabled(step.is_enabled and not busy)
        self._action.set_kind(step.action_kind)
        self._render_ticks(step.ticks)
        self._render_paste(step.paste)

    def _render_ticks(self, ticks: tuple[tuple[str, bool], ...]) -> None:
        wanted = [label for label, _ in ticks]
        for label in [label for label in self._ticks if label not in wanted]:
            self._ticks.pop(label).deleteLater()
        for label, is_on in ticks:
            if label not in self._ticks:
                box = CheckBox(label)
                box.setAccessibleName(label)
                box.toggled.connect(lambda on, label=label: self._tick(label, on=on))
                self._ticks[label] = box
                self._middle.insertWidget(3 + len(self._ticks) - 1, box)
            self._ticks[label].setChecked(is_on)

    def _tick(self, label: str, *, on: bool) -> None:
        self._view.ticked.emit(self._key, label, on)

    def _render_paste(self, words: str) -> None:
        if words and self._paste is None:
            name = self.tr("Paste, step {n}").format(n=self._number.number)
            area = TextArea(name, kind="mono", secret=True, placeholder=words)
            area.setFixedHeight(theme().px(72))
            area.textChanged.connect(lambda: self._pasted(area))
            self._paste = area
            self._middle.addWidget(area)
        if self._paste is not None:
            self._paste.setVisible(bool(words))

    def _pasted(self, area: TextArea) -> None:
        text = area.toPlainText()
        if text.strip():
            # No secret stays in the open: what was pasted is handed on and gone from here.
            area.blockSignals(True)
            area.clear()
            area.blockSignals(False)
            self._view.pasted.emit(self._key, text)


class GuideView(PageView):
    """Shows a GuideState; decides nothing.

    Signals, with the step's key:
        action_wanted, second_wanted: its buttons. copy_wanted: its value.
        ticked: args besides: the label and whether it is ticked now.
        pasted: arg besides: the text.
        left: the person leaves the page. cancel_wanted: stop what is under way.
        notice_action_wanted: arg is the notice's key.
    """

    action_wanted = Signal(str)
    second_wanted = Signal(str)
    copy_wanted = Signal(str)
    ticked = Signal(str, str, bool)
    pasted = Signal(str, str)
    left = Signal()
    cancel_wanted = Signal()
    notice_action_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps: dict[str, _Step] = {}
        self._title = Label("", "title", wraps=True)
        self._intro = Label("", "body", wraps=True)
        self._notice = Banner()
        self._notice.action_wanted.connect(self.notice_action_wanted)
        self._card = Card()
        self._busy = BusyIndicator()
        self._busy.cancel_wanted.connect(self.cancel_wanted)
        self._leave = Button("", "ghost")
        self._leave.clicked.connect(self.left)
        foot = line_of(self._leave, self._busy, None)
        self.arrange(self._title, self._intro, self._notice, self._card, foot)

    def render_state(self, state: GuideState) -> None:
        """Make the page look like `state`; what stays keeps its focus."""
        self._title.setText(state.title)
        self.setAccessibleName(state.title)
        self._intro.show_text(state.intro)
        self._notice.render_state(state.notice)
        self._busy.render_state(state.busy)
        self._leave.relabel(state.leave or self.tr("Back"))
        if list(self._steps) != [step.key for step in state.steps]:
            self._rebuild(state.steps)
        for step in state.steps:
            self._steps[step.key].render_state(step, busy=bool(state.busy))

    def _rebuild(self, steps: tuple[GuideStep, ...]) -> None:
        end_widgets(self._card.body)
        self._steps = {}
        for place, step in enumerate(steps, start=1):
            if place > 1:
                self._card.body.addWidget(Hairline())
            made = _Step(place, self, step.key)
            self._steps[step.key] = made
            self._card.body.addWidget(made)
