"""The dialog of a passkey or a security key: drawn by Keypane, since a page must not draw it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QButtonGroup, QVBoxLayout, QWidget

from ui.widgets import Button, Dialog, Field, Label, LineEdit, RadioButton, Spinner


@dataclass(frozen=True, slots=True)
class PasskeyState:
    """All that the dialog shows.

    Attributes:
        step: "touch", "pin", "account" or "failed".
        heading: what it is about, the host in it.
        text: what to do.
        warning: what was wrong with the last try, "" for nothing.
        accounts: to choose from, in the step "account".
        is_new_pin: a PIN is being set or changed, and typed twice.
        can_retry: another try may succeed.
    """

    step: str
    heading: str
    text: str
    warning: str = ""
    accounts: tuple[str, ...] = ()
    is_new_pin: bool = False
    can_retry: bool = False


class PasskeyDialog(Dialog):
    """Shows a PasskeyState; decides nothing. Esc and *Cancel* reject it.

    Signals:
        pin_given: arg: the PIN. It is not kept here.
        account_chosen: arg: the account's name.
        retry_wanted: try again.
    """

    pin_given = Signal(str)
    account_chosen = Signal(str)
    retry_wanted = Signal()

    def __init__(self, state: PasskeyState, parent: QWidget) -> None:
        super().__init__(state.heading, parent)
        self._state = state
        self._text = Label("", "body", wraps=True)
        self._warning = Label("", "warning", wraps=True)
        self._spinner = Spinner()
        self._pin = LineEdit(self.tr("PIN of the security key"), secret=True)
        self._again = LineEdit(self.tr("The same PIN again"), secret=True)
        self._pin_field = Field(self.tr("PIN of the security key"), self._pin)
        self._again_field = Field(self.tr("The same PIN again"), self._again)
        self._accounts = QVBoxLayout()
        self._group = QButtonGroup(self)
        for widget in (self._text, self._warning, self._spinner, self._pin_field):
            self.column.addWidget(widget)
        self.column.addWidget(self._again_field)
        self.column.addLayout(self._accounts)
        self.column.addStretch(1)
        self._cancel = Button(self.tr("Cancel"), name=self.tr("Cancel the passkey"))
        self._go = Button("", "primary")
        self._cancel.clicked.connect(self.reject)
        self._go.clicked.connect(self._proceed)
        self._pin.returnPressed.connect(self._proceed)
        self._again.returnPressed.connect(self._proceed)
        self.foot.addWidget(self._cancel)
        self.foot.addWidget(self._go)
        self.render_state(state)

    def render_state(self, state: PasskeyState) -> None:
        """Make the dialog look like `state`; a PIN that was typed is gone."""
        self._state = state
        self.set_title(state.heading)
        self._text.setText(state.text)
        self.setAccessibleDescription(" ".join(filter(None, (state.warning, state.text))))
        self._warning.show_text(state.warning)
        self._spinner.setVisible(state.step == "touch")
        self._pin.clear()
        self._again.clear()
        self._pin_field.setVisible(state.step == "pin")
        self._again_field.setVisible(state.step == "pin" and state.is_new_pin)
        self._render_accounts(state)
        QTimer.singleShot(0, self, self.adjustSize)  # what was hidden gives its room back
        verbs = {
            "pin": self.tr("Continue"),
            "account": self.tr("Use this account"),
            "failed": self.tr("Try again"),
        }
        verb = verbs.get(state.step, "")
        self._go.setText(verb)
        self._go.setAccessibleName(verb)
        self._go.setVisible(bool(verb) and (state.step != "failed" or state.can_retry))
        self._go.setDefault(True)
        first = {"pin": self._pin, "failed": self._go if state.can_retry else self._cancel}
        first.get(state.step, self._cancel).setFocus()

    def _render_accounts(self, state: PasskeyState) -> None:
        for button in self._group.buttons():
            self._group.removeButton(button)
            button.hide()
            button.deleteLater()
        for place, account in enumerate(state.accounts if state.step == "account" else ()):
            radio = RadioButton(account)
            radio.setAccessibleName(account)
            radio.setChecked(place == 0)
            self._group.addButton(radio)
            self._accounts.addWidget(radio)

    def _proceed(self) -> None:
        step = self._state.step
        if step == "account" and (chosen := self._group.checkedButton()) is not None:
            self.account_chosen.emit(chosen.accessibleName())
        elif step == "failed":
            self.retry_wanted.emit()
        elif step == "pin":
            self._give_pin()

    def _give_pin(self) -> None:
        pin, again = self._pin.text(), self._again.text()
        if self._state.is_new_pin and pin != again:
            self._warning.show_text(self.tr("The two PINs differ."))
            self._again.setFocus()
        elif pin:
            self._pin.clear()
            self._again.clear()
            self.pin_given.emit(pin)
