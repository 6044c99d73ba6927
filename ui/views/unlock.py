"""The page of a locked vault: how to open it, and what to do when nothing opens it any more."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ui.theme import icon, theme
from ui.widgets import BusyIndicator, Button, Card, Field, Label, LineEdit, PageView, line_of


@dataclass(frozen=True, slots=True)
class UnlockState:
    """All that the page shows.

    Attributes:
        title, text: what is so, and what to do.
        asks: whether a passphrase opens it; otherwise one button does.
        can_ask: whether a passphrase may be used in that button's place.
        action, key: that button's label, and what goes out with it.
        error: what is wrong with the passphrase that was typed.
        busy: what is under way, "" for nothing.
        can_help: whether *Restore a backup* and *Erase everything* are offered.
    """

    title: str
    text: str = ""
    asks: bool = False
    can_ask: bool = False
    action: str = ""
    key: str = ""
    error: str = ""
    busy: str = ""
    can_help: bool = True


class UnlockView(PageView):
    """Shows an UnlockState; decides nothing. Nothing of the vault is on it.

    Signals:
        unlock_wanted: arg is the passphrase as typed.
        action_wanted: the one button; arg is its key.
        passphrase_wanted: to be asked for a passphrase instead.
        stop_wanted: the Cancel of what is under way.
        restore_wanted, erase_wanted: the ways out where nothing opens it.
    """

    unlock_wanted = Signal(str)
    action_wanted = Signal(str)
    passphrase_wanted = Signal()
    stop_wanted = Signal()
    restore_wanted = Signal()
    erase_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, max_width=520)
        self._key = ""
        page = self.page
        page.column.addSpacing(theme().px(72))
        head = QHBoxLayout()
        head.setSpacing(12)
        self._picture = QLabel()
        self._draw()
        theme().changed.connect(self._draw)
        self._title = Label("", "title", wraps=True)
        head.addWidget(self._picture)
        head.addWidget(self._title, 1)
        self._text = Label("", "dim", wraps=True)
        page.column.addLayout(head)
        page.column.addWidget(self._text)
        page.column.addWidget(self._door())
        page.column.addSpacing(16)
        page.column.addWidget(self._help())

    def render_state(self, state: UnlockState) -> None:
        """Make the page look like `state`; a passphrase being typed stays."""
        self._key = state.key
        self._title.setText(state.title)
        self._text.show_text(state.text)
        self._field.setVisible(state.asks)
        self._field.warn(state.error, "error")
        self._unlock.setVisible(state.asks)
        self._line.setEnabled(not state.busy)
        self._unlock.setEnabled(not state.busy)
        self._busy.render_state(state.busy)
        self._action.setText(state.action)
        self._action.setAccessibleName(state.action.rstrip("…"))
        self._action.setVisible(bool(state.action) and not state.asks)
        self._instead.setVisible(state.can_ask)
        self._help_card.setVisible(state.can_help)
        if state.error:
            self._line.selectAll()
        if state.asks and not state.busy:
            self._line.setFocus()
            self.setFocusProxy(self._line)
        elif state.action:
            self.setFocusProxy(self._action)

    def _door(self) -> QWidget:
        door = Card()
        box = QVBoxLayout()
        box.setContentsMargins(16, 16, 16, 16)
        box.setSpacing(12)
        self._line = LineEdit(self.tr("Passphrase"), secret=True)
        self._field = Field(self.tr("Passphrase"), self._line)
        self._line.returnPressed.connect(self._send)
        self._busy = BusyIndicator(self.tr("unlocking"))
        self._busy.cancel_wanted.connect(self.stop_wanted)
        self._unlock = Button(self.tr("Unlock"), "primary")
        self._unlock.clicked.connect(self._send)
        self._action = Button("", "primary")
        self._action.clicked.connect(lambda: self.action_wanted.emit(self._key))
        self._instead = Button(self.tr("Use a passphrase…"), "ghost")
        self._instead.clicked.connect(self.passphrase_wanted)
        box.addWidget(self._field)
        box.addLayout(line_of(self._action, self._unlock, self._instead, self._busy, None))
        door.body.addLayout(box)
        door.setAccessibleName(self.tr("Unlock the vault"))
        return door

    def _help(self) -> QWidget:
        self._help_card = Card(self.tr("Nothing opens it any more?"))
        box = self._help_card.inside(12)
        words = self.tr(
            "Nobody can open a vault without its passphrase or key, Keypane's makers included. "
            "A backup brings back what was in it; the vault that is here is set aside, whole. Or "
            "begin anew: at X nothing is lost, and every token can be made again there."
        )
        box.addWidget(Label(words, "small", wraps=True))
        restore = Button(self.tr("Restore a backup…"))
        erase = Button(self.tr("Erase everything on this computer…"))
        restore.clicked.connect(self.restore_wanted)
        erase.clicked.connect(self.erase_wanted)
        box.addLayout(line_of(restore, erase, None))
        return self._help_card

    def _send(self) -> None:
        if self._line.text():
            self.unlock_wanted.emit(self._line.text())

    def _draw(self) -> None:
        size = theme().px(24)
        self._picture.setPixmap(icon("lock", "dim", 24).pixmap(QSize(size, size)))
