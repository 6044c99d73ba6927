"""The top line: which credential, which address, what it costs, and Send."""

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QStandardItemModel,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSizePolicy,
    QStyle,
    QStyleOptionFrame,
    QVBoxLayout,
    QWidget,
)

from ui.theme import theme
from ui.views.answer_state import Problem
from ui.views.requests_dress import compact, holds_focus
from ui.views.requests_state import CredentialOption, RequestsState
from ui.widgets import (
    Banner,
    Button,
    ComboBox,
    CopyForm,
    Label,
    LineEdit,
    MenuButton,
    NoticeState,
)

_NARROW: Final = 560


class AddressEdit(LineEdit):
    """An address; while nobody edits it, its host and its end are shown, cut in the middle."""

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show both ends again."""
        super().focusOutEvent(event)
        self.update()

    def shown(self) -> str:
        """Return what can be read of it: all, or both ends where it is too long."""
        text, metrics = self.text(), self.fontMetrics()
        if self.hasFocus() or metrics.horizontalAdvance(text) <= self._room():
            return text
        # The font is monospaced. Host and path want more room than the end does.
        signs = len(text) * self._room() // metrics.horizontalAdvance(text)
        while signs > 2 and metrics.horizontalAdvance(_both_ends(text, signs)) > self._room():
            signs -= 1
        return _both_ends(text, signs)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint an address that is too long with its middle cut; the tooltip has the whole."""
        shown = self.shown()
        if shown == self.text():
            super().paintEvent(event)
            return
        painter = QPainter(self)
        option = QStyleOptionFrame()
        self.initStyleOption(option)
        style = self.style()
        style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelLineEdit, option, painter, self)
        room = self._room()
        box = QRect((self.width() - room) // 2, 0, room, self.height())
        painter.setPen(theme().colour("text" if self.isEnabled() else "faint"))
        place = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(box, place, shown)
        painter.end()

    def _room(self) -> int:
        return self.width() - 2 * theme().px(11)


def _both_ends(text: str, signs: int) -> str:
    end = signs // 3
    return f"{text[: signs - end]}…{text[len(text) - end :]}"


class _CancelButton(Button):
    """Takes Send's place, so the second half of a double click must not press it."""

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()


class RequestLine(QWidget):
    """The line of controls, and below it what speaks against sending.

    Signals:
        credential_chosen: arg is the credential's key.
        url_edited: arg is the whole text, while it is typed; url_finished: it is typed.
        send_wanted, cancel_wanted.
        way_chosen: arg is the key of another way to send, or to keep, this request.
        action_wanted: arg is the key of the action of the preflight notice.
    """

    credential_chosen = Signal(str)
    url_edited = Signal(str)
    url_finished = Signal()
    send_wanted = Signal()
    cancel_wanted = Signal()
    way_chosen = Signal(str)
    action_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._options: tuple[CredentialOption, ...] = ()
        self.credential = ComboBox(self.tr("Credential"))
        self.url = AddressEdit(self.tr("Request URL"), kind="mono")
        self._price = Label("", "small")
        self.send = Button(self.tr("Send"), "primary")
        self.cancel = _CancelButton(self.tr("Cancel"))
        self.cancel.hide()
        self.ways = MenuButton("⋯", "ghost")
        self.ways.setAccessibleName(self.tr("More for this request"))
        self.ways.setToolTip(self.ways.accessibleName())
        self.ways.chosen.connect(self.way_chosen)
        self._url_error = Label("", "error", wraps=True)
        self._notice = Banner()
        self._remarks = Label("", "small", wraps=True)
        self._remarks.hide()
        for control in (self.credential, self.url):
            compact(control)
        fits = QSizePolicy.Policy.Maximum
        self.credential.setSizePolicy(fits, QSizePolicy.Policy.Fixed)
        self.credential.setMaximumWidth(theme().px(220))
        self.credential.setSizeAdjustPolicy(ComboBox.SizeAdjustPolicy.AdjustToContents)
        self._price.setSizePolicy(fits, QSizePolicy.Policy.Preferred)
        self._lay_out()
        self.credential.activated.connect(self._choose)
        self.url.textEdited.connect(self.url_edited)
        self.url.editingFinished.connect(self.url_finished)
        self.send.clicked.connect(self.send_wanted)
        self.cancel.clicked.connect(self.cancel_wanted)
        self._notice.action_wanted.connect(self.action_wanted)

    def wanted_height(self) -> int:
        """Return the height that shows it whole at its present width, in pixels."""
        layout = self.layout()
        if layout is not None and layout.hasHeightForWidth():
            return layout.totalHeightForWidth(self.width())
        return self.sizeHint().height()

    @property
    def last_stop(self) -> QWidget:
        """What the Tab key stops at last."""
        return self._notice.last_stop

    def render_state(self, state: RequestsState) -> None:
        """Show the line of `state`."""
        self._render_credentials(state.credentials, state.credential)
        if self.url.text() != state.url:
            self.url.setText(state.url)
        self.url.setToolTip(f"{state.method} {state.url}" if state.url else "")
        self.url.setAccessibleDescription(" ".join(filter(None, (state.method, state.url_error))))
        self._url_error.show_text(state.url_error)
        self._price.show_text(state.price)
        self._price.setToolTip(state.price_detail)
        self._price.setAccessibleDescription(state.price_detail)
        label = state.send_label or self.tr("Send")
        if self.send.text() != label:
            self.send.relabel(label)
        self.ways.set_choices(tuple(CopyForm(key, words) for key, words in state.more_ways))
        self.ways.setVisible(bool(state.more_ways))
        self.send.setEnabled(not state.cannot_send)
        self.send.setToolTip(state.cannot_send)
        self.send.setAccessibleDescription(state.cannot_send or state.price)
        self._swap(is_busy=state.is_busy)
        self._notice.render_state(_notice(state.preflight))
        self._remarks.show_text("\n".join(state.remarks))

    def _lay_out(self) -> None:
        self._line, self._second = QHBoxLayout(), QHBoxLayout()
        for line in (self._line, self._second):
            line.setSpacing(8)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 13, 20, 10)
        column.setSpacing(8)
        column.addLayout(self._line)
        column.addLayout(self._second)
        self._arrange(is_narrow=False)
        self.setMinimumWidth(theme().px(320))
        column.addWidget(self._url_error)
        column.addWidget(self._notice)
        column.addWidget(self._remarks)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the address a line of its own where there is little room."""
        super().resizeEvent(event)
        is_narrow = self.width() < theme().px(_NARROW)
        if is_narrow != self._is_narrow:
            self._arrange(is_narrow=is_narrow)

    def _arrange(self, *, is_narrow: bool) -> None:
        """Lay the controls on one line or on two; the Tab key's order is the same on both."""
        self._is_narrow = is_narrow
        for line in (self._line, self._second):
            while line.takeAt(0) is not None:
                pass
        address = self._second if is_narrow else self._line
        self._line.addWidget(self.credential)
        if is_narrow:
            self._line.addStretch(1)
            self._line.addWidget(self._price)
        address.addWidget(self.url, 1)
        if not is_narrow:
            self._line.addWidget(self._price)
        for control in (self.send, self.cancel, self.ways):
            address.addWidget(control)

    def _render_credentials(self, options: Iterable[CredentialOption], chosen: str) -> None:
        options = tuple(options)
        if options != self._options:
            self._options = options
            self.credential.clear()
            for option in options:
                self.credential.addItem(option.label, option.key)
                row = self.credential.count() - 1
                self.credential.setItemData(row, option.detail, Qt.ItemDataRole.ToolTipRole)
                model = self.credential.model()
                if isinstance(model, QStandardItemModel):
                    model.item(row).setEnabled(option.can_use)
        self.credential.setCurrentIndex(self.credential.findData(chosen))
        detail = next((option.detail for option in options if option.key == chosen), "")
        self.credential.setToolTip(detail)
        self.credential.setAccessibleDescription(detail)

    def _swap(self, *, is_busy: bool) -> None:
        """Let Cancel stand where Send stood; the keyboard's focus goes with it."""
        leaving, coming = (self.send, self.cancel) if is_busy else (self.cancel, self.send)
        had_focus = holds_focus(leaving)
        coming.setMinimumWidth(max(leaving.sizeHint().width(), coming.sizeHint().width()))
        leaving.setMinimumWidth(coming.minimumWidth())
        coming.show()
        if had_focus:
            coming.setFocus(Qt.FocusReason.OtherFocusReason)
        leaving.hide()

    def _choose(self, row: int) -> None:
        self.credential_chosen.emit(str(self.credential.itemData(row)))


def _notice(problem: Problem | None) -> NoticeState | None:
    if problem is None:
        return None
    first = problem.actions[0] if problem.actions else None
    return NoticeState(
        problem.title,
        f"{problem.sentence} {problem.next_step}".strip(),
        kind="warn" if problem.is_warning else "error",
        action=first.label if first else "",
        key=first.key if first else "",
    )
