"""Where the keys are kept: the question at the first save, and the unlock prompt."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.widgets import BusyIndicator, Button, Dialog, Field, Label, LineEdit

LEAST_CHARS: Final = 8


@dataclass(frozen=True, slots=True)
class KeyringQuestionState:
    """What the question says.

    Attributes:
        title: as "Keep your keys in GNOME Keyring?".
        text: what each answer means for the person.
        can_use_keyring: False where there is no keyring; then *Yes* is not offered.
        least_chars: the shortest passphrase that is taken.
    """

    title: str
    text: str
    can_use_keyring: bool = True
    least_chars: int = LEAST_CHARS


class KeyringQuestion(Dialog):
    """Asks once. Esc answers nothing: `rejected`, and nothing is kept.

    Signals:
        keyring_chosen: *Yes*.
        passphrase_chosen: arg is the passphrase, given twice alike.
        session_chosen: *Forget on quit*.
    """

    keyring_chosen = Signal()
    passphrase_chosen = Signal(str)
    session_chosen = Signal()

    def __init__(self, state: KeyringQuestionState, parent: QWidget) -> None:
        super().__init__(state.title, parent, width=480)
        self._question = Label(state.text, "body", wraps=True)
        self._fields = PassphraseFields(state.least_chars)
        self._fields.changed.connect(self._check)
        self.column.addWidget(self._question)
        self.column.addWidget(self._fields)
        self._yes = Button(self.tr("Yes"), "primary")
        self._ask = Button(self.tr("Passphrase"))
        self._session = Button(self.tr("Forget on quit"))
        self._back = Button(self.tr("Back"))
        self._use = Button(self.tr("Use this passphrase"), "primary")
        self._yes.clicked.connect(lambda: self._answer(self.keyring_chosen.emit))
        self._session.clicked.connect(lambda: self._answer(self.session_chosen.emit))
        self._ask.clicked.connect(lambda: self._turn(asks=True))
        self._back.clicked.connect(lambda: self._turn(asks=False))
        self._use.clicked.connect(self._use_passphrase)
        for button in (self._session, self._ask, self._back, self._yes, self._use):
            self.foot.addWidget(button)
        self._has_keyring = state.can_use_keyring
        self._title = state.title
        self._turn(asks=False)
        self._check()

    def _turn(self, *, asks: bool) -> None:
        self.set_title(self.tr("Choose a passphrase for the vault") if asks else self._title)
        self._question.setVisible(not asks)
        self._fields.setVisible(asks)
        for button in (self._ask, self._session):
            button.setVisible(not asks)
        self._yes.setVisible(not asks and self._has_keyring)
        for button in (self._back, self._use):
            button.setVisible(asks)
        chosen = self._use if asks else self._yes if self._has_keyring else self._ask
        chosen.setDefault(True)
        (self._fields if asks else chosen).setFocus()
        self.adjustSize()

    def _check(self) -> None:
        self._use.setEnabled(self._fields.is_good)

    def _use_passphrase(self) -> None:
        passphrase = self._fields.passphrase
        self._answer(lambda: self.passphrase_chosen.emit(passphrase))

    def _answer(self, tell: Callable[[], object]) -> None:
        self.accept()
        tell()


class PassphraseFields(QWidget):
    """Asks for a new passphrase twice, and says what is wrong with the two.

    Signals:
        changed: something was typed.
    """

    changed = Signal()

    def __init__(self, least_chars: int = LEAST_CHARS, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._least_chars = least_chars
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        words = self.tr(
            "Keypane asks for it at each start. Nobody can restore it, so keep it somewhere safe."
        )
        column.addWidget(Label(words, "body", wraps=True))
        self._first = LineEdit(self.tr("Passphrase"), secret=True)
        self._second = LineEdit(self.tr("Passphrase again"), secret=True)
        self._again = Field(self.tr("Passphrase again"), self._second)
        column.addWidget(Field(self.tr("Passphrase"), self._first))
        column.addWidget(self._again)
        self.setFocusProxy(self._first)
        for line in (self._first, self._second):
            line.textChanged.connect(self._say)

    @property
    def passphrase(self) -> str:
        """What was typed."""
        return self._first.text()

    @property
    def is_good(self) -> bool:
        """Whether both are alike and long enough."""
        first, second = self._first.text(), self._second.text()
        return len(first) >= self._least_chars and first == second

    def _say(self) -> None:
        first, second = self._first.text(), self._second.text()
        warning = ""
        if second and not first.startswith(second):
            warning = self.tr("The two are not alike.")
        elif first and second == first and not self.is_good:
            warning = self.tr("At least {n} characters.").format(n=self._least_chars)
        self._again.warn(warning)
        self.changed.emit()


class UnlockDialog(Dialog):
    """Asks for the vault's passphrase until it is right or the person gives up.

    Signals:
        unlock_wanted: arg is the passphrase as typed.
        stop_wanted: the Cancel of an unlocking under way.
    """

    unlock_wanted = Signal(str)
    stop_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__("", parent, width=420)
        self.set_title(self.tr("Unlock the vault"))
        self._line = LineEdit(self.tr("Passphrase"), secret=True)
        self._field = Field(self.tr("Passphrase"), self._line)
        self.column.addWidget(self._field)
        self._busy = BusyIndicator(self.tr("unlocking"))
        self._busy.cancel_wanted.connect(self.stop_wanted)
        self._cancel = Button(self.tr("Cancel"))
        self._unlock = Button(self.tr("Unlock"), "primary")
        self._unlock.setDefault(True)
        self._cancel.clicked.connect(self.reject)
        self._unlock.clicked.connect(lambda: self.unlock_wanted.emit(self._line.text()))
        for part in (self._busy, self._cancel, self._unlock):
            self.foot.addWidget(part)
        self._line.setFocus()

    def render_state(self, *, error: str = "", busy: str = "") -> None:
        """Show what is wrong, or what is under way."""
        self._field.warn(error, "error")
        self._busy.render_state(busy)
        self._cancel.setVisible(not busy)
        self._unlock.setEnabled(not busy)
        self._line.setEnabled(not busy)
        if error:
            self._line.selectAll()
            self._line.setFocus()
