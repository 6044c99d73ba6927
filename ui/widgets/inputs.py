"""What a person types into or picks from, and a field with its label and warning."""

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from ui.theme import Mark, TextSize, draw_mark, icon, theme
from ui.widgets.assistive import AssistiveChoice
from ui.widgets.basics import Label, set_kind

_BESIDE = Qt.FindChildOption.FindDirectChildrenOnly

_SECRET_HINTS = (
    Qt.InputMethodHint.ImhSensitiveData
    | Qt.InputMethodHint.ImhHiddenText
    | Qt.InputMethodHint.ImhNoPredictiveText
    | Qt.InputMethodHint.ImhNoAutoUppercase
)


class LineEdit(QLineEdit):
    """A line of text. Kinds: plain, mono, bare. With `secret` what is typed shows as dots.

    Text that assistive technology puts in counts as typed: `textEdited` tells of it, and
    `editingFinished`, for there is no Return to wait for.
    """

    def __init__(
        self,
        name: str,
        *,
        kind: str = "plain",
        placeholder: str = "",
        secret: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("kind", kind)
        if kind == "mono":
            self.setFont(theme().font(TextSize.SMALL, mono=True))
        self.setAccessibleName(name)
        self.setPlaceholderText(placeholder)
        if secret:
            self.setEchoMode(QLineEdit.EchoMode.Password)
            self.setInputMethodHints(_SECRET_HINTS)
            self.setDragEnabled(False)
        self._is_ours = False
        self._edited: str | None = None
        self.textEdited.connect(self._note_edit)
        self.textChanged.connect(self._note_change)

    def setText(self, text: str | None) -> None:
        """Show a text that nobody typed."""
        self._is_ours = True
        super().setText(text)
        self._is_ours = False

    def clear(self) -> None:
        """Empty the line; nobody typed that."""
        self._is_ours = True
        super().clear()
        self._is_ours = False

    def _note_edit(self, text: str) -> None:
        self._edited = text

    def _note_change(self, text: str) -> None:
        # Qt tells of an edit before it tells of the change; what is neither an edit nor set
        # by the program came through the bridge to assistive technology.
        if not self._is_ours and text != self._edited:
            self.setModified(True)
            self.textEdited.emit(text)
            self.editingFinished.emit()
        if not self._is_ours:
            self._edited = None


class TextArea(QPlainTextEdit):
    """Several lines of text. Kinds: plain, mono. Tab leaves it, as everywhere in the window."""

    def __init__(
        self,
        name: str,
        *,
        kind: str = "plain",
        placeholder: str = "",
        secret: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("kind", kind)
        if kind == "mono":
            self.setFont(theme().font(TextSize.SMALL, mono=True))
        self.setAccessibleName(name)
        self.setPlaceholderText(placeholder)
        self.setTabChangesFocus(True)
        if secret:
            self.setInputMethodHints(_SECRET_HINTS)


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to pick: `key` goes out, `label` is shown."""

    key: str
    label: str


class ComboBox(QComboBox):
    """A list to pick one from, with an arrow in the palette's colour.

    Signals:
        chosen: the person picked; arg is the choice's key.
    """

    chosen = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._choices: tuple[Choice, ...] = ()
        self.activated.connect(lambda _place: self.chosen.emit(self.chosen_key()))
        self._assistive: AssistiveChoice | None = None

    def show_choices(self, choices: tuple[Choice, ...], key: str) -> None:
        """Offer these with the one of this key picked. Says nothing: nobody picked."""
        if choices != self._choices:
            self._choices = choices
            self.clear()
            for choice in choices:
                self.addItem(choice.label, choice.key)
        self.setCurrentIndex(self.findData(key))

    def chosen_key(self) -> str:
        """Return the key of what is picked, "" for nothing."""
        return str(self.currentData() or "")

    def showEvent(self, event: QShowEvent) -> None:
        """Become ready for assistive technology when first seen."""
        super().showEvent(event)
        if self._assistive is None:
            self.view().setAccessibleName(self.accessibleName())
            self._assistive = AssistiveChoice(self.view())
            self._assistive.chosen.connect(self._take)
            self._have_label()

    def _have_label(self) -> None:
        """Have one: on Linux, Qt gives the choice as the box's name, and the name as a label's."""
        parent = self.parentWidget()
        labels = parent.findChildren(QLabel, options=_BESIDE) if parent is not None else []
        if parent is not None and not any(label.buddy() is self for label in labels):
            label = QLabel(self.accessibleName(), parent)
            label.setBuddy(self)
            label.hide()

    def _take(self, index: QModelIndex) -> None:
        self.hidePopup()
        self.setCurrentIndex(index.row())
        self.activated.emit(index.row())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the box, then the arrow."""
        super().paintEvent(event)
        size = theme().px(16)
        arrow = icon("chevron-down", "dim").pixmap(QSize(size, size), self.devicePixelRatioF())
        painter = QPainter(self)
        painter.drawPixmap(self.width() - size - 8, (self.height() - size) // 2, arrow)
        painter.end()


_BOX = 16
_TEXT_GAP = 8


class CheckBox(QCheckBox):
    """A check box drawn from the palette, so that its edge is seen in every theme."""

    def sizeHint(self) -> QSize:
        """Ask for the box, a gap and the words."""
        return _box_hint(self)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint box, check and words."""
        painter = QPainter(self)
        box = _paint_box(self, painter, radius=4)
        if self.isChecked():
            inset = 3.5 * theme().scale
            mark = box.adjusted(inset, inset, -inset, -inset)
            draw_mark(painter, Mark.CHECK, mark, _mark_colour(self))
        painter.end()


class RadioButton(QRadioButton):
    """A radio button drawn from the palette."""

    def sizeHint(self) -> QSize:
        """Ask for the circle, a gap and the words."""
        return _box_hint(self)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint circle, dot and words."""
        painter = QPainter(self)
        box = _paint_box(self, painter, radius=theme().px(_BOX) / 2)
        if self.isChecked():
            inset = theme().px(5)
            mark = box.adjusted(inset, inset, -inset, -inset)
            draw_mark(painter, Mark.DISC, mark, _mark_colour(self))
        painter.end()


def _mark_colour(button: QAbstractButton) -> QColor:
    return theme().colour("accent_text" if button.isEnabled() else "dim")


def _box_hint(button: QAbstractButton) -> QSize:
    metrics = button.fontMetrics()
    words = metrics.horizontalAdvance(button.text())
    gap = _TEXT_GAP if words else 0
    box = theme().px(_BOX)
    return QSize(box + 12 + gap + words, max(metrics.height(), box) + 4)


def _paint_box(button: QAbstractButton, painter: QPainter, radius: float) -> QRectF:
    """Paint the frame and the words; return where the mark goes."""
    current = theme()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    size = current.px(_BOX)
    box = QRectF(2, (button.height() - size) / 2, size, size)
    is_on, is_live = button.isChecked(), button.isEnabled()
    fill = ("accent" if is_on else "panel") if is_live else "pressed" if is_on else "bg"
    painter.setPen(QPen(current.colour("accent" if is_on and is_live else "edge"), 1))
    painter.setBrush(current.colour(fill))
    frame = box.adjusted(0.5, 0.5, -0.5, -0.5)
    painter.drawRoundedRect(frame, min(radius, frame.width() / 2), min(radius, frame.height() / 2))
    if button.hasFocus():
        painter.setPen(QPen(current.colour("text" if is_on else "accent"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.adjusted(-1, -1, 1, 1), radius + 1, radius + 1)
    painter.setPen(current.colour("text" if button.isEnabled() else "faint"))
    painter.setFont(button.font())
    metrics = button.fontMetrics()
    baseline = (button.height() + metrics.ascent() - metrics.descent()) / 2
    painter.drawText(QPointF(box.right() + 2 + _TEXT_GAP, baseline), button.text())
    return box


class Field(QWidget):
    """A label above an input, and one line below it for a hint or a warning.

    Attributes:
        input: the widget inside.
    """

    def __init__(
        self, label: str, inner: QWidget, hint: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.input = inner
        self._hint = hint
        title = Label(label, "strong")
        title.setBuddy(inner)
        self._below = Label("", "small", wraps=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(title)
        column.addWidget(inner)
        column.addWidget(self._below)
        column.addStretch(1)
        self.warn("")

    def warn(self, warning: str, kind: str = "warning") -> None:
        """Show a warning below the input, or the hint again when it is empty."""
        set_kind(self._below, kind if warning else "small")
        self._below.show_text(warning or self._hint)
        self.input.setAccessibleDescription(warning or self._hint)
