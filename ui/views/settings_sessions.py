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
        graphics_card_wanted: draw with the graphics card again.
    """

    forget_wanted = Signal(str)
    graphics_card_wanted = Signal()

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
        self._drawing = Row(self.tr("Drawing"), self.tr("In the embedded view"))
        drawn = Label(self.tr("In software, without the graphics card"), "body")
        self._drawing.values.addWidget(drawn)
        card = Button(self.tr("Use the graphics card again"))
        card.clicked.connect(self.graphics_card_wanted)
        self._drawing.buttons.addWidget(card)
        self.add_row(self._drawing)
        self.show_software(in_software=False)
        self._shown: tuple[SessionState, ...] = ()
        self._session_rows: list[Row] = []

    def show_software(self, *, in_software: bool) -> None:
        """Show that pages are drawn in software here, or nothing of it."""
        self._drawing.setVisible(in_software)
        self.divide()

    def render_state(self, sessions: tuple[SessionState, ...]) -> None:
        """Show these sessions."""
        self._none.setVisible(not sessions)
        if sessions == self._shown:
            return
        self._shown = sessions
        for row in self._session_rows:
            self.remove_row(row)
        self._session_rows = [self._row(session) for session in sessions]
        for place, row in enumerate(self._session_rows, start=1):
            self.add_row(row, place)

    def _row(self, session: SessionState) -> Row:
        row = Row(self.tr("Browser session"), session.app)
        row.values.addWidget(Label(session.since, "body"))
        forget = Button(self.tr("Forget this browser session"), owner=session.app)
        forget.setEnabled(not session.busy)
        forget.clicked.connect(lambda: self.forget_wanted.emit(session.app_id))
        row.buttons.addWidget(forget)
        return row
