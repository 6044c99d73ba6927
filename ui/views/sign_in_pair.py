"""The sign-in of an account by OAuth 1.0a: X's page, a line for the PIN, and who it was."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from ui.theme import GAP, theme
from ui.views.sign_in_timeline import TimelineView
from ui.widgets import (
    Banner,
    BusyIndicator,
    Button,
    Card,
    EmptyState,
    Label,
    LineEdit,
    NoticeState,
    Row,
    centred,
    line_of,
)

_PIN_PIXELS: Final = 160


@dataclass(frozen=True, slots=True)
class PairState:
    """All that the page shows beside X's own.

    Attributes:
        title: what is being done, and for which App.
        wants: what the person gives by hand: "pin", "address", or "" for nothing.
        note: what to do, in the middle while no page of X is shown here.
        hint: the same in a few words, before the field.
        account, account_note, level: whose pair was added and what it may do; "" before.
        can_use_pin: whether *Use a PIN instead* is offered.
    """

    title: str = ""
    wants: str = ""
    note: str = ""
    hint: str = ""
    notice: NoticeState | None = None
    busy: str = ""
    account: str = ""
    account_note: str = ""
    level: str = ""
    can_use_pin: bool = False


class SignInPairView(QWidget):
    """Holds the browser that the presenter gives it; shows a PairState. Decides nothing.

    Attributes:
        timeline: what happened so far, below everything else.

    Signals:
        given: arg: the PIN or the redirected address as the person gave it.
        browser_wanted: open X's page of this attempt in the system browser.
        pin_wanted: start again with a PIN.
        keep_wanted: the pair stays on this computer.
        not_me_wanted: revoke the pair and start again.
        cancel_wanted: leave, wherever it stands.
        action_wanted: arg: the key of the notice whose button was pressed.
    """

    given = Signal(str)
    browser_wanted = Signal()
    pin_wanted = Signal()
    keep_wanted = Signal()
    not_me_wanted = Signal()
    cancel_wanted = Signal()
    action_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._browser: QWidget | None = None
        self._state = PairState()
        self._title = Label("", "strong")
        self.notice = Banner(square=True)
        self.notice.action_wanted.connect(self.action_wanted)
        self._waiting = EmptyState("")
        self._done = self._done_page()
        self._stack = QStackedWidget()
        self._stack.addWidget(self._waiting)
        self._stack.addWidget(self._done)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head())
        column.addWidget(self.notice)
        column.addWidget(self._stack, 1)
        self._hand = self._hand_line()
        column.addWidget(self._hand)
        self._foot_line = self._foot()
        column.addWidget(self._foot_line)
        self.timeline = TimelineView()
        column.addWidget(self.timeline)

    def set_browser(self, browser: QWidget | None) -> None:
        """Show this browser; None after it was disposed of."""
        if self._browser is not None:
            self._stack.removeWidget(self._browser)
        self._browser = browser
        if browser is not None:
            self._stack.addWidget(browser)
        self.render_state(self._state)

    def escape(self) -> None:
        """Leave with Esc, as with *Cancel*."""
        self.cancel_wanted.emit()

    def render_state(self, state: PairState) -> None:
        """Make the page look like `state`."""
        self._state = state
        is_done = bool(state.account)
        self._title.setText(state.title)
        self.notice.render_state(state.notice)
        self.busy.render_state(state.busy)
        self._waiting.render_words(state.note)
        self._render_hand(state)
        self._account.setText(state.account)
        self._account_row.sub.show_text(state.account_note)
        self._level.setText(state.level)
        self._done_title.setText(self.tr("{account} signed in").format(account=state.account))
        self._stack.setCurrentWidget(self._done if is_done else self._browser or self._waiting)
        for button in (self._keep, self._not_me):
            button.setEnabled(not state.busy)
        self._in_browser.setVisible(not is_done)
        self._use_pin.setVisible(state.can_use_pin and not is_done)
        self._cancel.setVisible(not is_done)
        self._foot_line.setVisible(not is_done or bool(state.busy))

    def focus_hand(self) -> None:
        """Put the keyboard where the PIN or the address goes."""
        (self.pin if self._state.wants == "pin" else self.address).setFocus()

    def focus_done(self) -> None:
        """Put the keyboard on the accepting button."""
        self._keep.setFocus()

    def clear_hand(self) -> None:
        """Forget what was given: it works once."""
        self.pin.clear()
        self.address.clear()

    def _render_hand(self, state: PairState) -> None:
        self._hand.setVisible(bool(state.wants))
        self._hint.setText(state.hint)
        self.pin.setVisible(state.wants == "pin")
        self.address.setVisible(state.wants == "address")
        use_pin, use_address = self.tr("Use this PIN"), self.tr("Use this address")
        self._use.relabel(use_pin if state.wants == "pin" else use_address)
        self._use.setEnabled(not state.busy)

    def _emit_given(self) -> None:
        field = self.pin if self._state.wants == "pin" else self.address
        if (text := field.text().strip()) and not self._state.busy:
            self.given.emit(text)

    def _head(self) -> QWidget:
        head = QFrame()
        head.setObjectName("steps")
        line = QHBoxLayout(head)
        line.setContentsMargins(24, 10, 24, 10)
        line.addWidget(self._title)
        line.addStretch(1)
        return head

    def _hand_line(self) -> QWidget:
        hand = QFrame()
        hand.setObjectName("foot")
        self._hint = Label("", "small", wraps=True)
        self.pin = LineEdit(self.tr("PIN"), kind="mono", placeholder="1234567")
        self.pin.setMaximumWidth(theme().px(_PIN_PIXELS))
        self.pin.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly)
        self.address = LineEdit(self.tr("Redirected address"), kind="mono", secret=True)
        self._use = Button(self.tr("Use this PIN"), "primary")
        for field in (self.pin, self.address):
            field.returnPressed.connect(self._emit_given)
        self._use.clicked.connect(self._emit_given)
        line = QHBoxLayout(hand)
        line.setContentsMargins(24, 8, 24, 8)
        line.setSpacing(8)
        line.addWidget(self._hint, 1)
        line.addWidget(self.pin)
        line.addWidget(self.address, 2)
        line.addWidget(self._use)
        return hand

    def _foot(self) -> QWidget:
        foot = QFrame()
        foot.setObjectName("foot")
        self._in_browser = Button(self.tr("Continue in my browser"))
        self._use_pin = Button(self.tr("Use a PIN instead"))
        self._cancel = Button(self.tr("Cancel"), "ghost", name=self.tr("Cancel sign-in"))
        self.busy = BusyIndicator(self.tr("sign-in"))
        self._in_browser.clicked.connect(self.browser_wanted)
        self._use_pin.clicked.connect(self.pin_wanted)
        self._cancel.clicked.connect(self.cancel_wanted)
        self.busy.cancel_wanted.connect(self.cancel_wanted)
        line = QHBoxLayout(foot)
        line.setContentsMargins(24, 8, 24, 8)
        line.setSpacing(8)
        line.addWidget(self._in_browser)
        line.addWidget(self._use_pin)
        line.addStretch(1)
        line.addWidget(self.busy)
        line.addWidget(self._cancel)
        return foot

    def _done_page(self) -> QWidget:
        holder = QWidget()
        self._done_title = Label("", "title", wraps=True)
        self._account = Label("", "strong")
        self._level = Label("", "body", wraps=True)
        self._account_row = Row(self.tr("Account"))
        self._account_row.values.addWidget(self._account)
        level_row = Row(self.tr("Permissions"))
        level_row.values.addWidget(self._level)
        card = Card()
        card.add_row(self._account_row)
        card.add_row(level_row)
        note = Label(
            self.tr(
                "The Access Token and Secret act for this account until somebody revokes them; "
                "they do not expire by themselves."
            ),
            "dim",
            wraps=True,
        )
        self._keep = Button(self.tr("Keep on this computer"), "primary")
        self._not_me = Button(self.tr("Not you? Revoke and retry…"), "danger")
        self._keep.clicked.connect(self.keep_wanted)
        self._not_me.clicked.connect(self.not_me_wanted)
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        for part in (self._done_title, card, note):
            column.addWidget(part)
        column.addLayout(line_of(self._keep, self._not_me, None))
        column.addStretch(1)
        return centred(holder)
