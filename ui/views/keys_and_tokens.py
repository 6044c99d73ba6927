"""The pane "Keys and tokens": the portal's sections, words and order, with real actions."""

from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from ui.views.credential_row import Act, CredentialRow, CredentialState, act_label
from ui.views.notice_stack import NoticeStack
from ui.views.set_up_card import SetUpCard
from ui.widgets import (
    Banner,
    BusyIndicator,
    Button,
    Card,
    EmptyState,
    Label,
    NoticeState,
    Page,
    stops_in,
)

__all__ = ["Act", "CredentialState", "KeysAndTokensView", "KeysState", "act_label"]


@dataclass(frozen=True, slots=True)
class KeysState:
    """All that the pane shows.

    Attributes:
        notices: across the top, the most pressing first.
        consumer_keys, authentication, users, client: the rows of the four sections.
        users_text: the words where no user has signed in.
        users_notice: what to do before a user can sign in, such as a redirect URI.
        can_sign_in: whether *Sign in a user…* can be clicked.
        is_sign_in_first: whether that button is the one to click next.
        loading: what is being fetched before anything can be shown.
        error: why nothing can be shown, with the next step as its action.
    """

    notices: tuple[NoticeState, ...] = ()
    consumer_keys: tuple[CredentialState, ...] = ()
    authentication: tuple[CredentialState, ...] = ()
    users: tuple[CredentialState, ...] = ()
    client: tuple[CredentialState, ...] = ()
    users_text: str = ""
    users_notice: NoticeState | None = None
    can_sign_in: bool = True
    is_sign_in_first: bool = True
    loading: str = ""
    error: NoticeState | None = None


class _Section(Card):
    """A card whose rows follow a tuple of states. Rows that stay keep their widgets."""

    row_added = Signal(object)

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self.rows: dict[str, CredentialRow] = {}

    def render_rows(self, states: tuple[CredentialState, ...]) -> None:
        """Show these rows."""
        keys = [state.key for state in states]
        for key in [key for key in self.rows if key not in keys]:
            self.remove_row(self.rows.pop(key))
        for place, state in enumerate(states):
            row = self.rows.get(state.key)
            if row is not None and row.accessibleName() != state.label:
                # Every button is heard with the row's name, so a renamed row is another row:
                # an account is unknown until X has said whose token it is.
                self.remove_row(row)
                row = None
            if row is None:
                row = self.rows[state.key] = CredentialRow(state)
                self.add_row(row, place)
                self.row_added.emit(row)
            else:
                row.render_state(state)
                self.move_row(row, place)
        self.rows = {key: self.rows[key] for key in keys}


class KeysAndTokensView(QWidget):
    """Shows a KeysState; says what was clicked. Decides nothing.

    A secret reaches the screen through `reveal` only and leaves it by itself.

    Attributes:
        set_up: the card shown before the first sign-in, which has a presenter of its own.

    Signals, with the row's key unless said otherwise:
        reveal_wanted, check_wanted, generate_wanted, regenerate_wanted, revoke_wanted,
        refresh_wanted, forget_wanted, hand_over_wanted, take_back_wanted, why_wanted,
        sign_in_again_wanted, used_by_wanted; sign_in_pair_wanted, sign_in_pin_wanted: by
        OAuth 1.0a; paste_wanted: a value is to be given, for the first time or anew;
        console_wanted: X offers this in its console only; cancel_wanted: stop what the row
        is busy with.
        receipt_wanted, replace_it_wanted, leaked_wanted: show its receipt, replace it step by
            step, the same because it leaked.
        copy_wanted: the row's key and the form to copy in.
        sign_in_wanted: nothing.
        notice_action_wanted: the notice's key; notice_closed: the same.
        row_notice_action_wanted: the row's key and the notice's key.
        row_notice_closed: the notice of the row was put away.
    """

    reveal_wanted = Signal(str)
    copy_wanted = Signal(str, str)
    check_wanted = Signal(str)
    generate_wanted = Signal(str)
    regenerate_wanted = Signal(str)
    revoke_wanted = Signal(str)
    refresh_wanted = Signal(str)
    forget_wanted = Signal(str)
    hand_over_wanted = Signal(str)
    take_back_wanted = Signal(str)
    why_wanted = Signal(str)
    sign_in_wanted = Signal()
    sign_in_again_wanted = Signal(str)
    sign_in_pair_wanted = Signal(str)
    sign_in_pin_wanted = Signal(str)
    used_by_wanted = Signal(str)
    receipt_wanted = Signal(str)
    replace_it_wanted = Signal(str)
    leaked_wanted = Signal(str)
    paste_wanted = Signal(str)
    console_wanted = Signal(str)
    cancel_wanted = Signal(str)
    notice_action_wanted = Signal(str)
    notice_closed = Signal(str)
    row_notice_action_wanted = Signal(str, str)
    row_notice_closed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state: KeysState | None = None
        self._chain: list[QWidget] = []
        self._page = Page()
        self._notices = NoticeStack()
        self._notices.action_wanted.connect(self.notice_action_wanted)
        self._notices.close_wanted.connect(self.notice_closed)
        self._page.column.addWidget(self._notices)
        self._consumer = self._section(self.tr("Consumer Keys"))
        self._authentication = self._section(self.tr("Authentication Tokens"))
        self._users = self._section(self.tr("User access tokens"))
        self._client = self._section(self.tr("OAuth 2.0 Client ID and Client Secret"))
        self._sign_in = Button(self.tr("Sign in a user…"), "primary")
        self._sign_in.clicked.connect(self.sign_in_wanted)
        self._users.add_head_button(self._sign_in)
        self._add_users_words()
        self.set_up = SetUpCard()
        self._users.body.addWidget(self.set_up)
        self._busy = BusyIndicator()
        self._busy.cancel_wanted.connect(lambda: self.cancel_wanted.emit(""))
        self._error = EmptyState("")
        self._error.action_wanted.connect(self._error_action)
        self._stack = QStackedWidget()
        for part in (self._page, _centred(self._busy), self._error):
            self._stack.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)

    def render_state(self, state: KeysState) -> None:
        """Make the pane look like `state`, touching only what differs."""
        if state == self._state:
            return
        self._state = state
        self._stack.setCurrentIndex(1 if state.loading else 2 if state.error else 0)
        self._busy.render_state(state.loading)
        if state.error is not None:
            self._error.render_words(state.error.title, state.error.text, state.error.action)
        self._notices.render_notices(state.notices)
        self._users_text.show_text(state.users_text)
        self._users_notice.render_state(state.users_notice)
        self._users_words.setVisible(bool(state.users_text or state.users_notice))
        self._sign_in.setEnabled(state.can_sign_in)
        self._sign_in.set_kind("primary" if state.is_sign_in_first else "plain")
        for section, rows in (
            (self._consumer, state.consumer_keys),
            (self._authentication, state.authentication),
            (self._users, state.users),
            (self._client, state.client),
        ):
            section.render_rows(rows)
        self._order_focus()

    def reveal(self, key: str, secret: str) -> None:
        """Show a row's secret for 30 seconds at most."""
        row = self._row(key)
        if row is not None:
            row.reveal(secret)

    def mask_all(self) -> None:
        """Mask every secret now, as on lock."""
        for section in self._sections():
            for row in section.rows.values():
                row.mask_again()

    def _section(self, title: str) -> _Section:
        section = _Section(title)
        section.row_added.connect(self._connect_row)
        self._page.column.addWidget(section)
        return section

    def _sections(self) -> tuple[_Section, ...]:
        return (self._consumer, self._authentication, self._users, self._client)

    def _row(self, key: str) -> CredentialRow | None:
        return next((s.rows[key] for s in self._sections() if key in s.rows), None)

    def _connect_row(self, row: CredentialRow) -> None:
        row.act_wanted.connect(self._act)
        row.copy_wanted.connect(self.copy_wanted)
        row.cancel_wanted.connect(self.cancel_wanted)
        row.notice_action_wanted.connect(self.row_notice_action_wanted)
        row.notice_closed.connect(self.row_notice_closed)

    def _act(self, key: str, act: str) -> None:
        signals = {
            Act.REVEAL: self.reveal_wanted,
            Act.CHECK: self.check_wanted,
            Act.GENERATE: self.generate_wanted,
            Act.REGENERATE: self.regenerate_wanted,
            Act.REVOKE: self.revoke_wanted,
            Act.REFRESH: self.refresh_wanted,
            Act.FORGET: self.forget_wanted,
            Act.HAND_OVER: self.hand_over_wanted,
            Act.TAKE_BACK: self.take_back_wanted,
            Act.WHY: self.why_wanted,
            Act.SIGN_IN_AGAIN: self.sign_in_again_wanted,
            Act.SIGN_IN_PAIR: self.sign_in_pair_wanted,
            Act.SIGN_IN_PIN: self.sign_in_pin_wanted,
            Act.USED_BY: self.used_by_wanted,
            Act.RECEIPT: self.receipt_wanted,
            Act.REPLACE_IT: self.replace_it_wanted,
            Act.LEAKED: self.leaked_wanted,
            Act.PASTE: self.paste_wanted,
            Act.REPLACE: self.paste_wanted,
            Act.CONSOLE: self.console_wanted,
        }
        signals[Act(act)].emit(key)

    def _error_action(self) -> None:
        if self._state is not None and self._state.error is not None:
            self.notice_action_wanted.emit(self._state.error.key)

    def _add_users_words(self) -> None:
        self._users_text = Label("", "dim", wraps=True)
        self._users_notice = Banner()
        self._users_notice.action_wanted.connect(self.notice_action_wanted)
        self._users_words = QWidget()
        column = QVBoxLayout(self._users_words)
        column.setContentsMargins(16, 4, 16, 14)
        column.setSpacing(8)
        column.addWidget(self._users_notice)
        column.addWidget(self._users_text)
        self._users.body.addWidget(self._users_words)

    def _order_focus(self) -> None:
        """Let Tab go down the pane as the eye does, whatever was made first."""
        chain = self._notices.stops
        for section in self._sections():
            if section is self._users:
                chain.append(self._sign_in)
            for row in section.rows.values():
                chain.extend(row.controls())
            if section is self._users:
                chain.extend((*self._users_notice.stops, *stops_in(self.set_up)))
        if chain != self._chain:
            self._chain = chain
            for before, after in pairwise(chain):
                QWidget.setTabOrder(before, after)


def _centred(widget: QWidget) -> QWidget:
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.addWidget(widget, 0, Qt.AlignmentFlag.AlignCenter)
    return holder
