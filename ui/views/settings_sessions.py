"""Settings: which Apps stay signed in at X in the embedded view."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.widgets import Button, Card, Label, Row


@dataclass(frozen=True, slots=True)
class SessionState:
    """One App that keeps a session; `since` says for how long, in words."""

    app_id: str
    app: str
    since: str
    busy: bool = False


class SessionsCard(Card):
    """Shows the kept sessions; decides nothing.

    Signals:
        forget_wanted: arg: the App's id.
    """

    forget_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent=parent)
        title = self.tr("Browser sessions")
        self.setAccessibleName(title)
        self._none = Row(title, self.tr("In the embedded view"))
        text = Label(
            self.tr("None. Every sign-in here is private unless you choose to stay signed in."),
            "small",
            wraps=True,
        )
        text.setMinimumWidth(320)
        self._none.values.addWidget(text)
        self.add_row(self._none)
        self._shown: tuple[SessionState, ...] = ()
        self._session_rows: list[Row] = []

    def render_state(self, sessions: tuple[SessionState, ...]) -> None:
        """Show these sessions."""
        self._none.setVisible(not sessions)
        if sessions == self._shown:
            return
        self._shown = sessions
        for row in self._session_rows:
            self.remove_row(row)
        self._session_rows = [self._row(session) for session in sessions]
        for row in self._session_rows:
            self.add_row(row)

    def _row(self, session: SessionState) -> Row:
        row = Row(self.tr("Browser session"), session.app)
        row.values.addWidget(Label(session.since, "body"))
        forget = Button(self.tr("Forget this browser session"), owner=session.app)
        forget.setEnabled(not session.busy)
        forget.clicked.connect(lambda: self.forget_wanted.emit(session.app_id))
        row.buttons.addWidget(forget)
        return row
