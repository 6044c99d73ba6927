"""Settings: what opens the vault, when it locks, backups and copies, and erasing everything."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.widgets import Button, Card, CheckBox, Choice, ComboBox, Label, Row

_VALUE_WIDTH = 300


@dataclass(frozen=True, slots=True)
class CopyLine:
    """One of the copies that the vault keeps.

    Attributes:
        key: goes out with its button. label: as "Today, 09:12".
        verb: of its button, as "Restore from yesterday".
        name: what the button is called where the verb alone is another's too.
    """

    key: str
    label: str
    verb: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class VaultSettings:
    """All that this part shows.

    Attributes:
        is_open: whether there is an open vault with a file; otherwise little can be done.
        opens: what opens it, as "GNOME Keyring" or "Your passphrase".
        has_passphrase, has_recovery: which passphrases there are.
        idle_choices, idle: after how many minutes it locks.
        locks_on_sleep: whether it locks when the computer sleeps.
        sleep_text: whether this desktop tells of that.
        copies: those that are kept, newest first.
        busy: what is under way, "" for nothing.
    """

    is_open: bool = False
    opens: str = ""
    has_passphrase: bool = False
    has_recovery: bool = False
    idle_choices: tuple[Choice, ...] = ()
    idle: str = ""
    locks_on_sleep: bool = True
    sleep_text: str = ""
    copies: tuple[CopyLine, ...] = ()
    busy: str = ""


class VaultPart(QWidget):
    """Shows VaultSettings; decides nothing.

    Signals:
        passphrase_wanted, keyring_wanted: let that open the vault from now on.
        recovery_wanted, recovery_removed: about the recovery passphrase.
        idle_chosen: arg is the choice's key. sleep_toggled: arg is a bool.
        back_up_wanted, restore_wanted, erase_wanted: the buttons.
        copy_wanted: arg is the copy's key.
    """

    passphrase_wanted = Signal()
    keyring_wanted = Signal()
    recovery_wanted = Signal()
    recovery_removed = Signal()
    idle_chosen = Signal(str)
    sleep_toggled = Signal(bool)
    back_up_wanted = Signal()
    restore_wanted = Signal()
    copy_wanted = Signal(str)
    erase_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[CopyLine, ...] = ()
        self._copy_rows: list[Row] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        for part in (self._lock_card(), self._backup_card(), self._erase_card()):
            column.addWidget(part)

    def render_state(self, state: VaultSettings) -> None:
        """Make it look like `state`."""
        is_free = state.is_open and not state.busy
        self._opens.setText(state.opens)
        self._passphrase.setText(
            self.tr("Change passphrase…") if state.has_passphrase else self.tr("Use a passphrase…")
        )
        self._passphrase.setAccessibleName(self._passphrase.text().rstrip("…"))
        self._keyring.setVisible(state.has_passphrase)
        self._recovery_text.setText(
            self.tr("Set. It opens the vault when all else is lost.")
            if state.has_recovery
            else self.tr("None. It would open the vault when all else is lost.")
        )
        self._recovery.setText(self.tr("Change…") if state.has_recovery else self.tr("Set…"))
        verb = self.tr("Change") if state.has_recovery else self.tr("Set")
        self._recovery.setAccessibleName(self.tr("{verb} recovery passphrase").format(verb=verb))
        self._no_recovery.setVisible(state.has_recovery)
        self._idle.show_choices(state.idle_choices, state.idle)
        self._sleep.setChecked(state.locks_on_sleep)
        self._sleep_row.sub.show_text(state.sleep_text)
        self._busy.show_text(state.busy)
        controls: tuple[QWidget, ...] = (
            *(self._passphrase, self._keyring, self._recovery, self._no_recovery),
            *(self._idle, self._sleep, self._back_up, self._restore),
        )
        for control in controls:
            control.setEnabled(is_free)
        self._render_copies(state.copies)
        for row in self._copy_rows:
            row.button_box.setEnabled(is_free)

    def _lock_card(self) -> Card:
        card = Card(self.tr("What opens the vault"))
        way = Row(self.tr("Opens with"))
        self._opens = _words()
        self._passphrase = Button(self.tr("Use a passphrase…"))
        self._keyring = Button(self.tr("Use the keyring…"))
        self._passphrase.clicked.connect(self.passphrase_wanted)
        self._keyring.clicked.connect(self.keyring_wanted)
        way.values.addWidget(self._opens)
        for button in (self._keyring, self._passphrase):
            way.buttons.addWidget(button)
        spare = Row(self.tr("Recovery passphrase"))
        self._recovery_text = _words()
        self._recovery = Button(self.tr("Set…"))
        self._no_recovery = Button(self.tr("Remove"), owner=self.tr("recovery passphrase"))
        self._recovery.clicked.connect(self.recovery_wanted)
        self._no_recovery.clicked.connect(self.recovery_removed)
        spare.values.addWidget(self._recovery_text)
        for button in (self._no_recovery, self._recovery):
            spare.buttons.addWidget(button)
        idle = Row(self.tr("Lock when idle"))
        self._idle = ComboBox(self.tr("Lock when idle"))
        self._idle.setMinimumWidth(200)
        self._idle.chosen.connect(self.idle_chosen)
        idle.values.addWidget(self._idle)
        self._sleep_row = Row(self.tr("Lock on sleep"))
        self._sleep_row.sub.setWordWrap(True)
        self._sleep = CheckBox(self.tr("Lock when the computer goes to sleep"))
        self._sleep.clicked.connect(self.sleep_toggled)
        self._sleep_row.values.addWidget(self._sleep)
        for row in (way, spare, idle, self._sleep_row):
            card.add_row(row)
        return card

    def _backup_card(self) -> Card:
        self._backups = Card(
            self.tr("Backups"), self.tr("encrypted; nothing in them is readable without you")
        )
        row = Row(self.tr("Backup file"))
        text = _words()
        text.setText(self.tr("Everything in one file, under a passphrase of its own."))
        self._back_up = Button(self.tr("Back up…"))
        self._restore = Button(self.tr("Restore…"), owner=self.tr("a backup"))
        self._back_up.clicked.connect(self.back_up_wanted)
        self._restore.clicked.connect(self.restore_wanted)
        self._busy = Label("", "small", wraps=True)
        row.values.addWidget(text)
        row.values.addWidget(self._busy)
        for button in (self._restore, self._back_up):
            row.buttons.addWidget(button)
        self._backups.add_row(row)
        return self._backups

    def _erase_card(self) -> Card:
        card = Card()
        row = Row(self.tr("Erase everything"))
        text = _words()
        text.setText(
            self.tr(
                "Vault, copies, sandbox, browser sessions, settings and the key in the keyring."
            )
        )
        # Local, and so not red, as on the page of a locked vault; it asks first.
        erase = Button(self.tr("Erase everything on this computer…"))
        erase.clicked.connect(self.erase_wanted)
        row.values.addWidget(text)
        row.buttons.addWidget(erase)
        card.add_row(row)
        return card

    def _render_copies(self, copies: tuple[CopyLine, ...]) -> None:
        if copies == self._shown:
            return
        self._shown = copies
        for row in self._copy_rows:
            self._backups.remove_row(row)
        self._copy_rows = [self._copy_row(copy) for copy in copies]
        for row in self._copy_rows:
            self._backups.add_row(row)

    def _copy_row(self, copy: CopyLine) -> Row:
        row = Row(self.tr("Copy"), self.tr("kept by itself"))
        row.values.addWidget(Label(copy.label, "body"))
        button = Button(copy.verb, name=copy.name or copy.verb.rstrip("…"))
        button.clicked.connect(lambda: self.copy_wanted.emit(copy.key))
        row.buttons.addWidget(button)
        return row


def _words() -> Label:
    label = Label("", "small", wraps=True)
    label.setMinimumWidth(_VALUE_WIDTH)
    return label
