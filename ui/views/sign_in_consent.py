"""Sign-in, step 2: the consent page at full width, our own line above and ways out below."""

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from ui.theme import theme
from ui.widgets import (
    Banner,
    BusyIndicator,
    Button,
    Countdown,
    EmptyState,
    Field,
    FlowLayout,
    Label,
    LineEdit,
    NoticeState,
    Spinner,
    line_of,
)


@dataclass(frozen=True, slots=True)
class ConsentState:
    """All that step 2 shows beside the page itself.

    Attributes:
        mode: "here" (the embedded page), "wait" (the person's own browser comes back by
            itself), "paste" (the address comes by hand).
        notice: what went wrong or what to do, if anything.
        busy: what is under way after consent, "" if nothing.
        note: what the person does in the other browser.
        deadline_at: when the attempt ends; None where there is none under way.
    """

    mode: str = "here"
    notice: NoticeState | None = None
    busy: str = ""
    note: str = ""
    deadline_at: datetime | None = None


class ConsentView(QWidget):
    """Holds the browser that the presenter gives it; shows a ConsentState.

    Signals:
        browser_wanted: continue the same attempt in the system browser.
        paste_wanted: paste the address by hand.
        check_wanted: look at what must be set up at X.
        pasted: arg: the redirected address as the person pasted it.
        copy_page_wanted: copy the address of X's page, to open it somewhere else.
        back_here_wanted: return to the embedded page.
        cancel_wanted: end the attempt.
        action_wanted: arg: the key of the notice whose button was pressed.
    """

    browser_wanted = Signal()
    paste_wanted = Signal()
    check_wanted = Signal()
    pasted = Signal(str)
    copy_page_wanted = Signal()
    back_here_wanted = Signal()
    cancel_wanted = Signal()
    action_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.notice = Banner(square=True)
        self.notice.action_wanted.connect(self.action_wanted)
        self.busy = BusyIndicator(self.tr("sign-in"))
        self.busy.cancel_wanted.connect(self.cancel_wanted)
        self._stack = QStackedLayout()
        self._waiting = EmptyState(self.tr("Opening the sign-in page…"))
        self._elsewhere = self._elsewhere_page()
        self._stack.addWidget(self._waiting)
        self._stack.addWidget(self._elsewhere)
        self._browser: QWidget | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notice)
        column.addLayout(self._stack, 1)
        column.addWidget(self._foot())

    def set_browser(self, browser: QWidget | None) -> None:
        """Show this browser; None after it was disposed of."""
        if self._browser is not None:
            self._stack.removeWidget(self._browser)
        self._browser = browser
        if browser is not None:
            self._stack.addWidget(browser)

    def render_state(self, state: ConsentState) -> None:
        """Make the step look like `state`."""
        self.notice.render_state(state.notice)
        self.busy.render_state(state.busy)
        # What went wrong stands above; nothing is being opened then.
        opening = self.tr("Opening the sign-in page…") if state.notice is None else ""
        self._waiting.render_words(opening)
        if state.mode == "here":
            self._stack.setCurrentWidget(self._browser or self._waiting)
        else:
            self._render_elsewhere(state)
            self._stack.setCurrentWidget(self._elsewhere)
        has_attempt = state.deadline_at is not None
        self._back.setVisible(state.mode != "here" and has_attempt)
        self._paste_button.setVisible(state.mode == "here")
        again = self.tr("Open my browser again")
        self._own_browser.setText(again if state.mode == "wait" else self._continue)
        self._own_browser.setAccessibleName(self._own_browser.text())
        for button in (self._own_browser, self._paste_button, self._back):
            button.setEnabled(not state.busy)
        self._use.setEnabled(has_attempt and not state.busy)

    def _render_elsewhere(self, state: ConsentState) -> None:
        waits = state.mode == "wait"
        self._spinner.setVisible(waits and not state.busy)
        titles = (self.tr("Paste the address"), self.tr("Waiting for your browser"))
        self._title.setText(titles[waits])
        self._note.setText(state.note)
        self._or_paste.setVisible(waits)
        self._countdown.setVisible(state.deadline_at is not None)
        if state.deadline_at is not None:
            self._countdown.count_to(state.deadline_at, self.tr("Time is up"), "off")
        self._copy_page.setEnabled(state.deadline_at is not None)

    def focus_paste(self) -> None:
        """Put the keyboard where the address is pasted."""
        self.address.setFocus()

    def clear_paste(self) -> None:
        """Forget the pasted address: it holds a code."""
        self.address.clear()

    def _elsewhere_page(self) -> QWidget:
        page = QWidget()
        page.setObjectName("page")
        self._spinner, self._title = Spinner(), Label("", "large")
        self._note = Label("", "dim", wraps=True)
        self._countdown = Countdown()
        self._or_paste = Label(
            self.tr("Nothing happens here? Then paste the address that the browser ended at."),
            "dim",
            wraps=True,
        )
        self.address = LineEdit(self.tr("Redirected address"), kind="mono", secret=True)
        self._use = Button(self.tr("Use this address"), "primary")
        self._use.clicked.connect(self._emit_pasted)
        self.address.returnPressed.connect(self._emit_pasted)
        self._copy_page = Button(self.tr("Copy the address of X's page"))
        self._copy_page.clicked.connect(self.copy_page_wanted)
        holder = QWidget()
        holder.setMaximumWidth(theme().px(720))
        column = QVBoxLayout(holder)
        column.setSpacing(12)
        column.addLayout(line_of(self._spinner, self._title, None, self._countdown))
        column.addWidget(self._note)
        column.addWidget(self._or_paste)
        column.addWidget(Field(self.tr("Redirected address"), self.address))
        column.addLayout(line_of(self._use, self._copy_page, None))
        column.addStretch(1)
        outer = QHBoxLayout(page)
        outer.setContentsMargins(24, 32, 24, 24)
        outer.addStretch(1)
        outer.addWidget(holder, 6)
        outer.addStretch(1)
        return page

    def _emit_pasted(self) -> None:
        if text := self.address.text().strip():
            self.pasted.emit(text)

    def _foot(self) -> QWidget:
        foot = QFrame()
        foot.setObjectName("foot")
        stuck = Label(self.tr("Stuck on a check, or “Something went wrong”?"), "small")
        self._continue = self.tr("Continue in my browser")
        self._own_browser = Button(self._continue)
        self._paste_button = Button(self.tr("Paste the address…"))
        self._back = Button(self.tr("Back to the page here"))
        check = Button(self.tr("Check the set-up"))
        cancel = Button(self.tr("Cancel"), "ghost", name=self.tr("Cancel sign-in"))
        self._own_browser.clicked.connect(self.browser_wanted)
        self._paste_button.clicked.connect(self.paste_wanted)
        check.clicked.connect(self.check_wanted)
        self._back.clicked.connect(self.back_here_wanted)
        cancel.clicked.connect(self.cancel_wanted)
        line = QHBoxLayout(foot)
        line.setContentsMargins(24, 8, 24, 8)
        line.setSpacing(8)
        ways_out = FlowLayout(gap=8, line_gap=4)
        for part in (stuck, self._own_browser, self._paste_button, self._back, check):
            ways_out.addWidget(part)
        line.addLayout(ways_out, 1)
        line.addWidget(self.busy)
        line.addWidget(cancel)
        return foot
