"""X's "User authentication settings" as the person's own record of them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QWidget

from ui.widgets import Button, Card, Choice, ComboBox, Label, LineEdit, RadioButton, Row


@dataclass(frozen=True, slots=True)
class AuthSettings:
    """What the person noted of X's settings; X tells none of it by an API.

    Attributes:
        permissions, permission: what *App permissions* offers, and the one noted.
        permission_warning: what X's answers say instead, and what to click.
        kinds, kind: what *Type of App* offers, and the one noted, "" while unknown.
        kind_note: what follows from it, as "Public client: it has no Client Secret".
        website: the Website URL; website_warning: what X dislikes about it.
        has_console: whether *Edit in console* leads anywhere.
    """

    permissions: tuple[Choice, ...] = ()
    permission: str = ""
    permission_warning: str = ""
    kinds: tuple[Choice, ...] = ()
    kind: str = ""
    kind_note: str = ""
    website: str = ""
    website_warning: str = ""
    has_console: bool = True


class AuthCard(Card):
    """Shows AuthSettings; says what was changed.

    Signals:
        permission_chosen, kind_chosen: arg is the choice's key.
        website_changed: arg is the text.
        console_wanted: one of the *Edit in console*.
    """

    permission_chosen = Signal(str)
    kind_chosen = Signal(str)
    website_changed = Signal(str)
    console_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent=parent)
        self._consoles: list[Button] = []
        self._kinds: dict[str, RadioButton] = {}
        self._group = QButtonGroup(self)
        self._permission = ComboBox(self.tr("App permissions"))
        self._permission.setMinimumWidth(280)
        self._permission.chosen.connect(self.permission_chosen)
        permissions = self._row(self.tr("App permissions"), self.tr("For OAuth 1.0a only"))
        permissions.values.addWidget(self._permission)
        self._permission_warning = Label("", "warning", wraps=True)
        self._permission_warning.setMinimumWidth(280)
        permissions.values.addWidget(self._permission_warning)
        self._kind_row = self._row(self.tr("Type of App"), self.tr("As set at X"))
        website = self._row(self.tr("Website URL"), self.tr("Must not be localhost"))
        self._website = LineEdit(self.tr("Website URL"), kind="mono")
        self._website.setMinimumWidth(280)
        self._website.editingFinished.connect(self._website_edited)
        self._warning = Label("", "warning", wraps=True)
        self._warning.setMinimumWidth(280)
        website.values.addWidget(self._website)
        website.values.addWidget(self._warning)
        for row in (permissions, self._kind_row, website):
            self.add_row(row)

    def render_state(self, state: AuthSettings) -> None:
        """Make the card look like `state`; a website being typed stays."""
        self._permission.show_choices(state.permissions, state.permission)
        self._permission_warning.show_text(state.permission_warning)
        self._render_kinds(state)
        self._kind_row.sub.show_text(state.kind_note or self.tr("As set at X"))
        if not self._website.hasFocus():
            self._website.setText(state.website)
        self._warning.show_text(state.website_warning)
        for button in self._consoles:
            button.setVisible(state.has_console)

    def _row(self, label: str, sub: str) -> Row:
        row = Row(label, sub)
        console = Button(self.tr("Edit in console"), owner=label, icon_name="external")
        console.clicked.connect(self.console_wanted)
        self._consoles.append(console)
        row.buttons.addWidget(console)
        return row

    def _render_kinds(self, state: AuthSettings) -> None:
        for choice in state.kinds:
            if choice.key not in self._kinds:
                radio = RadioButton(choice.label)
                radio.setAccessibleName(choice.label)
                radio.clicked.connect(lambda _on=False, key=choice.key: self.kind_chosen.emit(key))
                self._group.addButton(radio)
                self._kinds[choice.key] = radio
                self._kind_row.values.addWidget(radio)
                self._order_focus()
        chosen = self._kinds.get(state.kind)
        if chosen is not None:
            chosen.setChecked(True)
            return
        self._group.setExclusive(False)  # else one of them stays checked for good
        for radio in self._kinds.values():
            radio.setChecked(False)
        self._group.setExclusive(True)

    def _order_focus(self) -> None:
        first, second, third = self._consoles
        kinds = self._kinds.values()
        for before, after in pairwise(
            (self._permission, first, *kinds, second, self._website, third)
        ):
            QWidget.setTabOrder(before, after)

    def _website_edited(self) -> None:
        if self._website.isModified():
            self._website.setModified(False)
            self.website_changed.emit(self._website.text())
