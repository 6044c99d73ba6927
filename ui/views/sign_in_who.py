"""Sign-in, step 3: which account it was, what was granted, and who will use it."""

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.theme import GAP
from ui.widgets import (
    Banner,
    BusyIndicator,
    Button,
    Card,
    Label,
    NoticeState,
    Row,
    ScopeChips,
    line_of,
)


@dataclass(frozen=True, slots=True)
class WhoState:
    """All that step 3 shows.

    Attributes:
        account: "@acme", or what stands for it while X has not named it.
        account_note: its id.
        scopes: as granted.
        difference: how the grant differs from what was asked for, "" if it does not.
        lifetime: how long it lives and whether it is refreshed.
    """

    account: str = ""
    account_note: str = ""
    scopes: tuple[str, ...] = ()
    difference: NoticeState | None = None
    lifetime: str = ""
    notice: NoticeState | None = None
    busy: str = ""


class WhoView(QWidget):
    """Shows a WhoState; decides nothing.

    Signals:
        keep_wanted: this computer keeps and refreshes the token.
        server_wanted: another program shall have it.
        not_me_wanted: revoke what was granted and sign in again.
        cancel_wanted: stop what is under way.
    """

    keep_wanted = Signal()
    server_wanted = Signal()
    not_me_wanted = Signal()
    cancel_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = Label("", "title", wraps=True)
        self._difference = Banner()
        self._notice = Banner()
        words = self.tr(
            "Exactly one place may refresh this token. Keep it here, and Keypane does; "
            "give it to a server, and only the server does. A second sign-in of this "
            "account with this App, anywhere, ends this one."
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(self._title)
        column.addWidget(self._notice)
        column.addWidget(self._card())
        column.addWidget(self._difference)
        column.addWidget(Label(self.tr("Who will use it?"), "heading"))
        column.addWidget(Label(words, "dim", wraps=True))
        column.addLayout(self._buttons())
        column.addStretch(1)

    def _card(self) -> Card:
        self._account = Label("", "strong")
        self._scopes = ScopeChips()
        self._lifetime = Label("", "body", wraps=True)
        self._account_row = Row(self.tr("Account"))
        self._account_row.values.addWidget(self._account)
        scopes_row = Row(self.tr("Granted scopes"))
        scopes_row.values.addWidget(self._scopes)
        life_row = Row(self.tr("Access Token"))
        life_row.values.addWidget(self._lifetime)
        card = Card()
        for row in (self._account_row, scopes_row, life_row):
            card.add_row(row)
        return card

    def _buttons(self) -> QHBoxLayout:
        self._busy = BusyIndicator(self.tr("sign-in"))
        self._busy.cancel_wanted.connect(self.cancel_wanted)
        self._keep = Button(self.tr("Keep on this computer"), "primary")
        self._server = Button(self.tr("A server…"))
        self._server.setAccessibleDescription(
            self.tr("Hands the token over to another program, which refreshes it from then on")
        )
        self._not_me = Button(self.tr("Not you? Revoke and retry…"), "danger")
        self._keep.clicked.connect(self.keep_wanted)
        self._server.clicked.connect(self.server_wanted)
        self._not_me.clicked.connect(self.not_me_wanted)
        line = line_of(self._keep, self._server, self._not_me, self._busy, None)
        line.insertSpacing(2, 8)  # what cannot be undone keeps its distance
        return line

    def render_state(self, state: WhoState) -> None:
        """Make the step look like `state`."""
        self._title.setText(self.tr("{account} signed in").format(account=state.account))
        self._account.setText(state.account)
        self._account_row.sub.show_text(state.account_note)
        self._scopes.set_scopes(state.scopes, most=len(state.scopes))
        self._lifetime.setText(state.lifetime)
        self._difference.render_state(state.difference)
        self._notice.render_state(state.notice)
        self._busy.render_state(state.busy)
        self._keep.setEnabled(not state.busy)
        self._server.setEnabled(not state.busy)
        self._not_me.setEnabled(not state.busy)

    def focus_first(self) -> None:
        """Put the keyboard on the accepting button."""
        self._keep.setFocus()
