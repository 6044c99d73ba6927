"""The list of operations: groups, methods in colour, and a mark for the chosen credential."""

from typing import Final

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPalette, QPen
from PySide6.QtWidgets import (
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from ui.theme import CONTROL_RADIUS, Mark, TextSize, Weight, draw_mark, theme
from ui.views.requests_operation_model import OperationModel
from ui.views.requests_state import Openness, OperationRow
from ui.widgets import FlowLayout, Label, LineEdit
from ui.widgets.assistive import AssistiveChoice

_Index = QModelIndex | QPersistentModelIndex
_ROW: Final = 28
_HEADING: Final = 34
_INSET: Final = 8
_METHOD_COLUMN: Final = 42
_MARK_SIZE: Final = 9
_SHORT_METHODS: Final = {"DELETE": "DEL", "PATCH": "PTCH"}
_MARKS: Final = {
    Openness.CAN_CALL: (Mark.DISC, "ok"),
    Openness.NEEDS: (Mark.TRIANGLE, "warn"),
    Openness.NOT_OPEN: (Mark.SQUARE, "bad"),
}


def method_colour(method: str) -> str:
    """Return the palette's name for a method: reading is calm, changing is not."""
    return "accent" if method in {"GET", "HEAD"} else "warn"


class _OperationDelegate(QStyledItemDelegate):
    """Paints one row: method, title, mark. The chosen row is a small card."""

    def sizeHint(self, _option: QStyleOptionViewItem, index: _Index) -> QSize:
        is_heading = self._model(index).operation(index) is None
        return QSize(0, theme().px(_HEADING if is_heading else _ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        box = QRect(option.rect)
        painter.save()
        operation = self._model(index).operation(index)
        if operation is None:
            self._paint_heading(painter, box, self._model(index).heading(index))
        else:
            state = option.state
            is_on = bool(state & QStyle.StateFlag.State_Selected)
            has_focus = bool(state & QStyle.StateFlag.State_HasFocus)
            is_hovered = bool(state & QStyle.StateFlag.State_MouseOver)
            self._paint_card(painter, box, is_on=is_on, has_focus=has_focus, is_hovered=is_hovered)
            self._paint_row(painter, box.adjusted(_INSET, 0, -_INSET, 0), operation, is_on=is_on)
        painter.restore()

    @staticmethod
    def _model(index: _Index) -> OperationModel:
        model = index.model()
        assert isinstance(model, OperationModel)
        return model

    @staticmethod
    def _paint_heading(painter: QPainter, box: QRect, text: str) -> None:
        painter.setFont(theme().font(TextSize.SMALL, Weight.BOLD))
        painter.setPen(theme().colour("faint"))
        inside = box.adjusted(_INSET, 0, -_INSET, -5)
        painter.drawText(inside, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, text)

    @staticmethod
    def _paint_card(
        painter: QPainter, box: QRect, *, is_on: bool, has_focus: bool, is_hovered: bool
    ) -> None:
        if not (is_on or is_hovered):
            return
        current = theme()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inset = 1.0 if is_on and has_focus else 0.5
        edge = "accent" if has_focus else "line"
        painter.setPen(QPen(current.colour(edge), 2 * inset) if is_on else Qt.PenStyle.NoPen)
        painter.setBrush(current.colour("panel" if is_on else "hover"))
        rounded = QRectF(box).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(rounded, CONTROL_RADIUS, CONTROL_RADIUS)

    @staticmethod
    def _paint_row(painter: QPainter, box: QRect, row: OperationRow, *, is_on: bool) -> None:
        current = theme()
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        small = current.font(TextSize.SMALL, mono=True)
        painter.setFont(small)
        painter.setPen(current.colour(method_colour(row.method)))
        painter.drawText(box, middle, _SHORT_METHODS.get(row.method, row.method))
        font = current.font(TextSize.BODY, Weight.BOLD if is_on else Weight.REGULAR)
        painter.setFont(font)
        painter.setPen(current.colour("text"))
        size = current.px(_MARK_SIZE)
        room = box.adjusted(current.px(_METHOD_COLUMN), 0, -size - _INSET, 0)
        title = QFontMetrics(font).elidedText(
            row.title, Qt.TextElideMode.ElideRight, max(room.width(), 0)
        )
        painter.drawText(room, middle, title)
        mark, colour = _MARKS[row.openness]
        spot = QRectF(box.right() - size, box.center().y() - size / 2 + 0.5, size, size)
        draw_mark(painter, mark, spot, current.colour(colour))


class _MarkSwatch(QWidget):
    """One mark of the legend; the words beside it name it."""

    def __init__(self, openness: Openness) -> None:
        super().__init__()
        self._openness = openness
        self.setFixedSize(theme().px(_MARK_SIZE) + 2, theme().px(18))
        theme().changed.connect(self.update)

    def paintEvent(self, _event: object) -> None:
        mark, colour = _MARKS[self._openness]
        painter = QPainter(self)
        size = theme().px(_MARK_SIZE)
        box = QRectF(1, (self.height() - size) / 2, size, size)
        draw_mark(painter, mark, box, theme().colour(colour))
        painter.end()


class OperationList(QWidget):
    """Search field, list and legend.

    Signals:
        operation_chosen: arg is the operation_id.
    """

    operation_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.search = LineEdit(
            self.tr("Find an operation"), placeholder=self.tr("Find an operation")
        )
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._narrow)
        self.search.returnPressed.connect(self._choose_best)
        self.model = OperationModel(self)
        self.list = _make_list(self.model, self.tr("Operations"))
        self.list.selectionModel().selectionChanged.connect(self._announce)
        AssistiveChoice(self.list)
        self._nothing = Label(self.tr("No operation has these words."), "small", wraps=True)
        self._nothing.setContentsMargins(_INSET, _INSET, _INSET, 0)
        self._nothing.hide()
        self._chosen = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 16)
        column.setSpacing(_INSET)
        column.addWidget(self.search)
        column.addWidget(self._nothing)
        column.addWidget(self.list, 1)
        column.addWidget(self._legend())

    def render_rows(self, rows: tuple[OperationRow, ...], chosen: str) -> None:
        """Show `rows` with the operation `chosen` marked as chosen."""
        self._chosen = chosen
        self.model.set_rows(rows)
        self._show_chosen()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from the search field down into the list."""
        if event.key() == Qt.Key.Key_Down and self.search.hasFocus():
            self.list.setFocus(Qt.FocusReason.TabFocusReason)
            if not self.list.currentIndex().isValid():
                self.list.setCurrentIndex(self.model.best())
            return
        super().keyPressEvent(event)

    def _legend(self) -> QWidget:
        legend = QWidget()
        flow = FlowLayout(legend, gap=12, line_gap=0)
        flow.setContentsMargins(_INSET, 0, 0, 0)
        for openness, words in (
            (Openness.CAN_CALL, self.tr("can call")),
            (Openness.NEEDS, self.tr("needs something")),
            (Openness.NOT_OPEN, self.tr("not open to you")),
        ):
            entry = QWidget()
            inner = FlowLayout(entry, gap=4)
            inner.addWidget(_MarkSwatch(openness))
            inner.addWidget(Label(words, "small"))
            flow.addWidget(entry)
        return legend

    def _narrow(self, text: str) -> None:
        self.model.search(text)
        self._nothing.setVisible(self.model.rowCount() == 0 and bool(text))
        self._show_chosen()

    def _show_chosen(self) -> None:
        row = self.model.row_of(self._chosen)
        selection = self.list.selectionModel()
        index = self.model.index(row) if row >= 0 else QModelIndex()
        if selection.isSelected(index) and selection.currentIndex() == index:
            return
        selection.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.list.scrollTo(index)

    def _choose_best(self) -> None:
        index = self.model.best()
        if index.isValid():
            self.list.setCurrentIndex(index)

    def _announce(self, selected: QItemSelection, _gone: QItemSelection) -> None:
        for index in selected.indexes():
            operation = self.model.operation(index)
            if operation is not None and operation.operation_id != self._chosen:
                self._chosen = operation.operation_id
                self.operation_chosen.emit(operation.operation_id)


def _make_list(model: OperationModel, name: str) -> QListView:
    view = QListView()
    view.setAccessibleName(name)
    view.setModel(model)
    view.setItemDelegate(_OperationDelegate(view))
    view.setFrameShape(QListView.Shape.NoFrame)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
    view.setSelectionMode(QListView.SelectionMode.SingleSelection)
    view.setMouseTracking(True)
    view.setResizeMode(QListView.ResizeMode.Adjust)
    view.viewport().setBackgroundRole(QPalette.ColorRole.Window)
    theme().changed.connect(view.scheduleDelayedItemsLayout)
    return view
