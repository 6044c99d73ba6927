"""The values of a list parameter as chips that can be taken away and added to."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from ui.theme import CHIP_RADIUS, TextSize, theme
from ui.views.requests_dress import holds_focus
from ui.widgets import Button, FlowLayout, LineEdit

_HEIGHT: Final = 20
_INSET: Final = 6
_CROSS: Final = 5
_CROSS_GAP: Final = 7
_WIDEST: Final = 340
_SHOWN_FIRST: Final = 12
_SHOWN_AT_MOST: Final = 100


class ValueChip(QPushButton):
    """One value and a cross. A click on the cross takes it away; so do Space and Delete.

    Signals:
        remove_wanted: arg is the value.
    """

    remove_wanted = Signal(str)

    def __init__(self, value: str, owner: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.value = value
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        name = self.tr("Remove {value} from {owner}").format(value=value, owner=owner)
        self.setAccessibleName(name)
        self.setToolTip(value if len(value) > 30 else "")
        self.clicked.connect(lambda: self.remove_wanted.emit(self.value))
        theme().changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """Ask for the value and the cross."""
        words = min(self._metrics().horizontalAdvance(self.value), _WIDEST)
        return QSize(words + 2 * _INSET + _CROSS_GAP + theme().px(_CROSS), theme().px(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """Need the same, so that no value is cut without a reason."""
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the value away with Delete, Backspace or Enter as well as with Space."""
        keys = {Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if event.key() in keys and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the chip."""
        current = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        has_focus = self.hasFocus()
        width = 2.0 if has_focus else 1.0
        painter.setPen(QPen(current.colour("accent" if has_focus else "line"), width))
        painter.setBrush(current.colour("hover" if self.underMouse() else "field"))
        box = QRectF(self.rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2)
        painter.drawRoundedRect(box, CHIP_RADIUS, CHIP_RADIUS)
        painter.setFont(current.font(TextSize.SMALL, mono=True))
        painter.setPen(current.colour("dim" if self.isEnabled() else "faint"))
        words = self.rect().adjusted(_INSET, 0, -_INSET - theme().px(_CROSS) - _CROSS_GAP, 0)
        middle = Qt.TextElideMode.ElideMiddle
        text = self._metrics().elidedText(self.value, middle, words.width() + 2)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        self._paint_cross(painter)
        painter.end()

    def _paint_cross(self, painter: QPainter) -> None:
        colour = "text" if self.underMouse() and self.isEnabled() else "dim"
        painter.setPen(QPen(theme().colour(colour), 1.1))
        size = theme().px(_CROSS)
        left, top = self.width() - _INSET - size, round((self.height() - size) / 2)
        painter.drawLine(left, top, left + size, top + size)
        painter.drawLine(left + size, top, left, top + size)

    @staticmethod
    def _metrics() -> QFontMetrics:
        return QFontMetrics(theme().font(TextSize.SMALL, mono=True))


class ChipEditor(QWidget):
    """Chips, and a field for more of them that opens when it is wanted.

    Signals:
        values_changed: arg is the new tuple of strings.
    """

    values_changed = Signal(object)

    def __init__(self, name: str, *, can_type: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._can_type = can_type
        self._values: tuple[str, ...] = ()
        self._chips: list[ValueChip] = []
        self._flow = FlowLayout(self, gap=4, line_gap=4)
        self._shows_many = False
        self._rest = Button("", "link")
        self._rest.clicked.connect(self._show_many)
        self.field = _AddField(name)
        self.field.setVisible(False)
        self.field.entered.connect(self._add)
        self.field.closed.connect(self._close_field)
        self._flow.addWidget(self._rest)
        self._flow.addWidget(self.field)
        self._rest.hide()
        self.setAccessibleName(name)

    @property
    def values(self) -> tuple[str, ...]:
        """What is shown now."""
        return self._values

    def stops(self) -> tuple[QWidget, ...]:
        """Return what the Tab key stops at, in the order in which it stands there."""
        return (*self._chips, self._rest, self.field)

    def render_values(self, values: tuple[str, ...], *, can_edit: bool, placeholder: str) -> None:
        """Show `values`; chips that stay keep their focus."""
        self.setEnabled(can_edit)
        self.field.setPlaceholderText(placeholder)
        if values != self._values:
            self._values = values
            self._lay_chips()
        if self._can_type and not values:
            self.field.setVisible(True)

    def open_field(self) -> None:
        """Let the person type more values."""
        self.field.setVisible(True)
        self.updateGeometry()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_chips(self) -> None:
        shown = self._values[: _SHOWN_AT_MOST if self._shows_many else _SHOWN_FIRST]
        kept = {chip.value: chip for chip in self._chips}
        had_focus = next((n for n, chip in enumerate(self._chips) if holds_focus(chip)), -1)
        while self._flow.takeAt(0) is not None:
            pass
        self._chips = [kept.pop(value) if value in kept else self._chip(value) for value in shown]
        for chip in (*self._chips, self._rest, self.field):
            self._flow.addWidget(chip)
        for chip in self._chips:
            chip.show()
            chip.raise_()
        self._rest.raise_()
        self.field.raise_()
        for gone in kept.values():
            gone.hide()
            gone.deleteLater()
        rest = len(self._values) - len(shown)
        self._rest.relabel(self.tr("and {n} more").format(n=rest), self._name)
        self._rest.setEnabled(not self._shows_many)
        self._rest.setVisible(rest > 0)
        if had_focus >= 0:
            self._focus_near(had_focus)
        self.updateGeometry()

    def _show_many(self) -> None:
        self._shows_many = True
        self._lay_chips()

    def _focus_near(self, place: int) -> None:
        """Stay where the person was, so that Delete can be pressed again."""
        if self._chips:
            self._chips[min(place, len(self._chips) - 1)].setFocus()
        elif self.field.isVisible():
            self.field.setFocus()

    def _chip(self, value: str) -> ValueChip:
        chip = ValueChip(value, self._name, self)
        chip.remove_wanted.connect(self._remove)
        return chip

    def _remove(self, value: str) -> None:
        self.values_changed.emit(tuple(kept for kept in self._values if kept != value))

    def _add(self, text: str) -> None:
        typed = [word for word in text.replace(",", " ").split() if word]
        fresh = tuple(dict.fromkeys(word for word in typed if word not in self._values))
        if fresh:
            self.values_changed.emit((*self._values, *fresh))

    def _close_field(self) -> None:
        if self._values:
            self.field.setVisible(False)
            self.updateGeometry()


class _AddField(LineEdit):
    """Takes one value, or many at once from a paste: commas, spaces and lines part them.

    Signals:
        entered: arg is what was typed.
        closed: the person is done.
    """

    entered = Signal(str)
    closed = Signal()

    def __init__(self, name: str) -> None:
        super().__init__(name, kind="mono")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.returnPressed.connect(self._enter)
        self.editingFinished.connect(self._leave)

    def sizeHint(self) -> QSize:
        """Ask for room for an id of 19 digits."""
        return QSize(theme().px(220), super().sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter a value with a comma or a space, and give up with Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.clear()
            self.closed.emit()
            return
        if event.text() in {",", " "} and self.text().strip():
            self._enter()
            return
        super().keyPressEvent(event)

    def _enter(self) -> None:
        text = self.text()
        self.clear()
        self.entered.emit(text)

    def _leave(self) -> None:
        if self.text().strip():
            self._enter()
        if not self.hasFocus():
            self.closed.emit()


def add_button(owner: str, parent: QWidget | None = None) -> Button:
    """Return the "+ Add" of a row."""
    button = Button("", "ghost", parent=parent)
    button.setText("+ " + button.tr("Add"))
    button.setAccessibleName(f"{button.tr('Add')} {owner}")
    return button
