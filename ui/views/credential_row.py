"""One credential as a row: what it is, its masked value, how it stands, what can be done."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QPushButton, QWidget

from ui.views.credential_acts import Act, act_hint, act_label
from ui.widgets import (
    Banner,
    BusyIndicator,
    Button,
    CopyButton,
    CopyForm,
    ElidedLabel,
    Label,
    MenuButton,
    NoticeState,
    Row,
    ScopeChips,
    SecretField,
    Status,
    StatusChip,
)


@dataclass(frozen=True, slots=True)
class CredentialState:
    """All that one row shows. No secret is in it: `mask` is the mask.

    Attributes:
        key: goes out with every signal of the row.
        label: its name, which also ends the accessible names: "Bearer Token", "@acme".
        sub: the quiet line below the name; sub_tooltip has the absolute time.
        mask: as `ui.widgets.mask` makes it, "" where nothing secret is kept.
        value: a public value shown as it is, such as the Client ID.
        absent: the words where there is no value.
        scopes: a user token's scopes, the most telling first.
        scopes_note: which of them were of use, in a sentence below them.
        statuses: chips after the value.
        acts: the buttons, left to right. more: what the ⋯ menu holds.
        copy_forms, copy_default: see `CopyButton.set_forms`.
        busy: what is under way; buttons give way to it and to Cancel.
        notice: what went wrong and what to do, below the row.
    """

    key: str
    label: str
    sub: str = ""
    sub_tooltip: str = ""
    mask: str = ""
    value: str = ""
    absent: str = ""
    scopes: tuple[str, ...] = ()
    scopes_note: str = ""
    statuses: tuple[Status, ...] = ()
    acts: tuple[Act, ...] = ()
    more: tuple[Act, ...] = ()
    copy_forms: tuple[CopyForm, ...] = ()
    copy_default: str = "value"
    busy: str = ""
    can_cancel: bool = True
    notice: NoticeState | None = None


__all__ = ["Act", "CredentialRow", "CredentialState", "act_hint", "act_label"]

_KINDS: Final = {
    Act.REVEAL: "ghost",
    Act.WHY: "ghost",
    Act.GENERATE: "primary",
    Act.REVOKE: "danger",
}
_SET_APART: Final = {Act.REGENERATE, Act.REVOKE}
_APART_PIXELS: Final = 8


class CredentialRow(Row):
    """Shows a CredentialState. A new state changes what differs and keeps the focus.

    Signals:
        act_wanted: args are the row's key and the Act's value.
        copy_wanted: args are the row's key and the form to copy in.
        cancel_wanted: arg is the row's key.
        notice_action_wanted: args are the row's key and the notice's key.
        notice_closed: the person put the notice away; arg is the row's key.
    """

    act_wanted = Signal(str, str)
    copy_wanted = Signal(str, str)
    cancel_wanted = Signal(str)
    notice_action_wanted = Signal(str, str)
    notice_closed = Signal(str)

    def __init__(self, state: CredentialState, parent: QWidget | None = None) -> None:
        super().__init__(state.label, parent=parent)
        self.key = state.key
        self._owner = state.label
        self._state: CredentialState | None = None
        self._acts: dict[Act, QPushButton] = {}
        self._focus_after: Act | None = None
        self._chips: list[StatusChip] = []
        self._field: SecretField | None = None
        self._value = Label("", "mono")
        self._value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._absent = Label("", "small")
        self._scopes = ScopeChips()
        # Few rows ever need these, so they are made when the first state asks for them.
        self._more: MenuButton | None = None
        self._busy: BusyIndicator | None = None
        self._notice: Banner | None = None
        self._scopes_note: ElidedLabel | None = None
        for part in (self._value, self._absent, self._scopes):
            self.values.addWidget(part)
            part.hide()
        self.setAccessibleName(state.label)
        self.render_state(state)

    def render_state(self, state: CredentialState) -> None:
        """Make the row look like `state`."""
        before, self._state = self._state, state
        if state == before:
            return
        self.label.setText(state.label)
        self.sub.show_text(state.sub)
        self.sub.setToolTip(state.sub_tooltip)
        self._render_value(state)
        self._render_statuses(state.statuses)
        self._render_scopes_note(state.scopes_note)
        focused = self._focused_act()
        if before is None or (state.acts, state.more, bool(state.busy)) != (
            before.acts,
            before.more,
            bool(before.busy),
        ):
            self._arrange(state)
        if self._busy is not None:
            self._busy.render_state(state.busy, can_cancel=state.can_cancel)
        self._render_copy(state)
        self._render_notice(state.notice)
        self._keep_focus(focused, state)

    def reveal(self, secret: str) -> None:
        """Show the secret for a while; see `SecretField`."""
        if self._field is not None:
            self._field.reveal(secret)
            self._relabel_reveal()

    def mask_again(self) -> None:
        """Show the mask in place of a revealed secret."""
        if self._field is not None:
            self._field.mask_again()

    def controls(self) -> list[QWidget]:
        """Return what takes the focus, in the order of the eye."""
        acts = self._state.acts if self._state else ()
        made = [self._acts[act] for act in acts if act in self._acts]
        more = [self._more] if self._more else []
        notice = self._notice.stops if self._notice else []
        return [*made, *more, *([self._busy.cancel] if self._busy else []), *notice]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy with Ctrl+C from wherever in the row the keyboard is, as *Copy* does."""
        copy = self._acts.get(Act.COPY)
        if event.matches(QKeySequence.StandardKey.Copy) and copy is not None and copy.isVisible():
            copy.click()
            return
        super().keyPressEvent(event)

    def _render_value(self, state: CredentialState) -> None:
        if state.mask and self._field is None:
            self._field = SecretField(self._owner)
            self._field.masked.connect(self._relabel_reveal)
            self.values.addWidget(self._field)
        if self._field is not None:
            self._field.show_mask(state.mask)
            self._field.setVisible(bool(state.mask))
        self._value.show_text(state.value)
        self._absent.show_text(state.absent)
        self._scopes.set_scopes(state.scopes)

    def _render_statuses(self, statuses: tuple[Status, ...]) -> None:
        while len(self._chips) < len(statuses):
            chip = StatusChip(self)
            self._chips.append(chip)
        for place, chip in enumerate(self._chips):
            chip.render_state(statuses[place] if place < len(statuses) else None)
            # Chips stand after whatever kind of value came to the row meanwhile.
            self.values.removeWidget(chip)
            self.values.addWidget(chip)

    def _render_scopes_note(self, text: str) -> None:
        if self._scopes_note is None and text:
            self._scopes_note = ElidedLabel("", "small")
            self.values.addWidget(self._scopes_note)
        if self._scopes_note is not None:
            self._scopes_note.show_text(text)
            self.values.removeWidget(self._scopes_note)
            self.values.addWidget(self._scopes_note)  # last, after whatever chips came

    def _arrange(self, state: CredentialState) -> None:
        while (item := self.buttons.takeAt(0)) is not None:
            if (widget := item.widget()) is not None and widget not in self._kept(state):
                widget.hide()
        if state.busy:
            self.buttons.addWidget(self._busy_indicator())
            return
        for place, act in enumerate(state.acts):
            if place and act in _SET_APART and state.acts[place - 1] not in _SET_APART:
                self.buttons.addSpacing(_APART_PIXELS)
            button = self._button(act)
            self.buttons.addWidget(button)
            button.show()
        if state.more:
            more = self._more_button()
            more.set_choices(tuple(CopyForm(act, act_label(act)) for act in state.more))
            self.buttons.addWidget(more)
            more.show()
        for before, after in pairwise(self.controls()):
            QWidget.setTabOrder(before, after)

    def _kept(self, state: CredentialState) -> list[QWidget]:
        if state.busy:
            return [self._busy] if self._busy else []
        acts = [self._acts[act] for act in state.acts if act in self._acts]
        return [*acts, *([self._more] if state.more and self._more else [])]

    def _more_button(self) -> MenuButton:
        if self._more is None:
            name = _tr("More for {owner}").format(owner=self._owner)
            self._more = MenuButton("", "icon", name=name, icon_name="more", parent=self.button_box)
            self._more.owner = self._owner
            self._more.chosen.connect(lambda act: self.act_wanted.emit(self.key, act))
        return self._more

    def _busy_indicator(self) -> BusyIndicator:
        if self._busy is None:
            self._busy = BusyIndicator(self._owner, self.button_box)
            self._busy.cancel_wanted.connect(lambda: self.cancel_wanted.emit(self.key))
        return self._busy

    def _render_notice(self, notice: NoticeState | None) -> None:
        if self._notice is None and notice is not None:
            self._notice = Banner(about=self._owner)
            self._notice.action_wanted.connect(
                lambda key: self.notice_action_wanted.emit(self.key, key)
            )
            self._notice.close_wanted.connect(lambda _key: self.notice_closed.emit(self.key))
            self.add_below(self._notice)
        if self._notice is not None:
            self._notice.render_state(notice)

    def _button(self, act: Act) -> QPushButton:
        if act not in self._acts:
            made = self._acts[act] = self._make_button(act)
            made.setToolTip(act_hint(act))
            made.setAccessibleDescription(act_hint(act))
        return self._acts[act]

    def _make_button(self, act: Act) -> QPushButton:
        if act is Act.COPY:
            copy = CopyButton(self._owner, self.button_box)
            copy.copy_wanted.connect(lambda form: self.copy_wanted.emit(self.key, form))
            return copy
        icon_name = "eye" if act is Act.REVEAL else ""
        kind = _KINDS.get(act, "plain")
        button = Button(
            act_label(act), kind, owner=self._owner, icon_name=icon_name, parent=self.button_box
        )
        if act is Act.REVEAL:
            button.clicked.connect(self._toggle_reveal)
        else:
            button.clicked.connect(lambda: self.act_wanted.emit(self.key, act.value))
        return button

    def _render_copy(self, state: CredentialState) -> None:
        copy = self._acts.get(Act.COPY)
        if isinstance(copy, CopyButton):
            copy.set_forms(state.copy_forms, state.copy_default)

    def _toggle_reveal(self) -> None:
        if self._field is not None and self._field.is_revealed:
            self._field.mask_again()
        else:
            self.act_wanted.emit(self.key, Act.REVEAL.value)

    def _relabel_reveal(self) -> None:
        button = self._acts.get(Act.REVEAL)
        if isinstance(button, Button) and self._field is not None:
            is_open = self._field.is_revealed
            button.relabel(_tr("Hide") if is_open else _tr("Reveal"), self._owner)
            button.set_icon("eye-off" if is_open else "eye")

    def _focused_act(self) -> Act | None:
        """Return the act whose button has the focus, or whose Cancel has it now."""
        focused = self.window().focusWidget()
        if self._busy is not None and focused is self._busy.cancel:
            return self._focus_after
        return next((act for act, button in self._acts.items() if button is focused), None)

    def _keep_focus(self, focused: Act | None, state: CredentialState) -> None:
        """Carry the keyboard from a button to its Cancel and back again."""
        if focused is None:
            return
        if state.busy:
            self._focus_after = focused
            self._busy_indicator().cancel.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        target = focused if focused in state.acts else next(iter(state.acts), None)
        if target is not None:
            self._acts[target].setFocus(Qt.FocusReason.OtherFocusReason)


def _tr(text: str) -> str:
    return QCoreApplication.translate("CredentialRow", text)
