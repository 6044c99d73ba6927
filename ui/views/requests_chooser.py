"""The chooser of enumerated values: a small window with a search and ticks."""

from typing import Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from ui.theme import Mark, TextSize, draw_mark, theme
from ui.views.requests_state import Choice
from ui.widgets import LineEdit
from ui.widgets.assistive import AssistiveAct, let_be_found

_Index = QModelIndex | QPersistentModelIndex
_ROW: Final = 28
_BOX: Final = 14
_WIDTH: Final = 320
_ROWS_SHOWN: Final = 10


class ChoiceModel(QAbstractListModel):
    """Choices with a tick each, narrowed by a search.

    Signals:
        ticked: the person changed a tick; arg is the tuple of ticked values, those
            ticked before in their old order.
    """

    ticked = Signal(object)

    def __init__(self, choices: tuple[Choice, ...], ticked: tuple[str, ...]) -> None:
        super().__init__()
        self._all = choices
        self._shown = choices
        self._values = ticked

    def search(self, text: str) -> None:
        """Show only the choices that hold `text`."""
        needle = text.casefold()
        self.beginResetModel()
        self._shown = tuple(
            choice
            for choice in self._all
            if needle in choice.value.casefold() or needle in choice.meaning.casefold()
        )
        self.endResetModel()

    def choice(self, index: _Index) -> Choice:
        """Return the choice at an index."""
        return self._shown[index.row()]

    def is_ticked(self, index: _Index) -> bool:
        """Say whether the choice at an index is ticked."""
        return self.choice(index).value in self._values

    def toggle(self, index: _Index) -> None:
        """Tick, or untick, the choice at an index."""
        value = self.choice(index).value
        if value in self._values:
            self._values = tuple(kept for kept in self._values if kept != value)
        else:
            self._values = (*self._values, value)
        self.dataChanged.emit(index, index)
        self.ticked.emit(self._values)

    def rowCount(self, parent: _Index | None = None) -> int:
        """Return how many choices are shown."""
        return 0 if parent is not None and parent.isValid() else len(self._shown)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Say that every row can be ticked."""
        return super().flags(index) | Qt.ItemFlag.ItemIsUserCheckable

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return value, meaning and tick."""
        if not index.isValid():
            return None
        choice = self.choice(index)
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return choice.value
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleDescriptionRole:
                return choice.meaning
            case Qt.ItemDataRole.CheckStateRole:
                is_on = self.is_ticked(index)
                return Qt.CheckState.Checked if is_on else Qt.CheckState.Unchecked
        return None

    def setData(self, index: _Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Tick or untick for assistive technology."""
        if role != Qt.ItemDataRole.CheckStateRole:
            return False
        wanted = value in {Qt.CheckState.Checked, Qt.CheckState.Checked.value}
        if wanted != self.is_ticked(index):
            self.toggle(index)
        return True


class _ChoiceDelegate(QStyledItemDelegate):
    """Paints a tick box, the value and, where there is room, what it means."""

    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        return QSize(0, theme().px(_ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        model = index.model()
        assert isinstance(model, ChoiceModel)
        current = theme()
        box = QRect(option.rect)
        state = option.state
        is_lit = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if is_lit or index == self._view.currentIndex():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(current.colour("hover"))
            painter.drawRoundedRect(QRectF(box), 4, 4)
        self._paint_tick(painter, box, is_on=model.is_ticked(index))
        choice = model.choice(index)
        words = box.adjusted(8 + _BOX + 8, 0, -8, 0)
        font = current.font(TextSize.SMALL, mono=True)
        painter.setFont(font)
        painter.setPen(current.colour("text"))
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(words, middle, choice.value)
        left = QFontMetrics(font).horizontalAdvance(choice.value) + 10
        small = current.font(TextSize.SMALL)
        painter.setFont(small)
        painter.setPen(current.colour("dim"))
        room = words.adjusted(left, 0, 0, 0)
        meaning = QFontMetrics(small).elidedText(
            choice.meaning, Qt.TextElideMode.ElideRight, max(room.width(), 0)
        )
        painter.drawText(room, middle, meaning)
        painter.restore()

    @staticmethod
    def _paint_tick(painter: QPainter, box: QRect, *, is_on: bool) -> None:
        current = theme()
        top = box.center().y() - _BOX / 2 + 0.5
        tick = QRectF(box.left() + 8, top, _BOX, _BOX)
        painter.setPen(QPen(current.colour("accent" if is_on else "edge"), 1))
        painter.setBrush(current.colour("accent" if is_on else "panel"))
        painter.drawRoundedRect(tick.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        if is_on:
            mark = tick.adjusted(3, 3, -3, -3)
            draw_mark(painter, Mark.CHECK, mark, current.colour("accent_text"))


class Chooser(QFrame):
    """A small window below a button: type to narrow, Enter or a click ticks, Esc closes.

    Signals:
        values_changed: arg is the new tuple of strings.
    """

    values_changed = Signal(object)

    def __init__(
        self,
        name: str,
        choices: tuple[Choice, ...],
        ticked: tuple[str, ...],
        parent: QWidget,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        # The style sheet's frame of everything that floats above the pane.
        self.setObjectName("paletteBox")
        let_be_found(self, self.tr("Values of {name}").format(name=name))
        self.model = ChoiceModel(choices, ticked)
        self.model.setParent(self)
        self.model.ticked.connect(self.values_changed)
        find = self.tr("Find a value for {name}").format(name=name)
        self.search = LineEdit(find, placeholder=self.tr("Find"))
        self.search.textChanged.connect(self._narrow)
        self.list = _make_list(self.model, self.accessibleName())
        self.list.clicked.connect(self.model.toggle)
        self._assistive = AssistiveAct(self.list)
        self._assistive.chosen.connect(self.model.toggle)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        column.addWidget(self.search)
        column.addWidget(self.list)
        rows = min(len(choices), _ROWS_SHOWN)
        self.list.setFixedHeight(rows * theme().px(_ROW))
        self.setFixedWidth(theme().px(_WIDTH))
        self._assistive.move_to(self.model.index(0))

    def open_below(self, anchor: QWidget) -> None:
        """Show the chooser with its right edge at that of `anchor`, inside the screen."""
        self.adjustSize()
        corner = anchor.mapToGlobal(QPoint(anchor.width() - self.width(), anchor.height() + 4))
        room = anchor.screen().availableGeometry()
        corner.setX(max(room.left(), min(corner.x(), room.right() - self.width())))
        if corner.y() + self.height() > room.bottom():
            corner.setY(max(room.top(), anchor.mapToGlobal(QPoint(0, -self.height() - 4)).y()))
        self.move(corner)
        self.show()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move through the list and tick while the search field keeps the focus."""
        rows = self.model.rowCount()
        here = self.list.currentIndex().row()
        match event.key():
            case Qt.Key.Key_Down if rows:
                self._assistive.move_to(self.model.index(min(here + 1, rows - 1)))
            case Qt.Key.Key_Up if rows:
                self._assistive.move_to(self.model.index(max(here - 1, 0)))
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if here >= 0:
                self.model.toggle(self.list.currentIndex())
            case Qt.Key.Key_Escape:
                self.close()
            case _:
                super().keyPressEvent(event)

    def _narrow(self, text: str) -> None:
        self.model.search(text)
        self._assistive.move_to(self.model.index(0))


def _make_list(model: ChoiceModel, name: str) -> QListView:
    view = QListView()
    view.setAccessibleName(name)
    view.setModel(model)
    view.setItemDelegate(_ChoiceDelegate(view))
    view.setFrameShape(QFrame.Shape.NoFrame)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.setMouseTracking(True)
    view.setUniformItemSizes(True)
    return view
