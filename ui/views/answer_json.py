"""The JSON tab: a tree and the raw text, with a search and the path of what is chosen."""

from collections.abc import Iterator
from time import perf_counter
from typing import Final

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from ui.theme import TextSize, theme
from ui.views.requests_dress import compact, inset
from ui.widgets import Button, ElidedLabel, Hairline, LineEdit, set_kind
from ui.widgets.assistive import AssistiveChoice
from ui.widgets.code_view import CodeView
from ui.widgets.json_tree import JsonTreeModel, Path, find_paths, path_text, value_text

_Index = QModelIndex | QPersistentModelIndex
_ROW: Final = 22
_OPEN_AT_MOST: Final = 12
_SEARCH_SLICE_SECONDS: Final = 0.012


class _NodeDelegate(QStyledItemDelegate):
    """Paints "key: value" in the colours of JSON text."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        return QSize(0, theme().px(_ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        model = index.model()
        assert isinstance(model, JsonTreeModel)
        node = model.node(index)
        current = theme()
        box = QRect(option.rect)
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, current.colour("soft"))
        font = current.font(TextSize.SMALL, mono=True)
        painter.setFont(font)
        metrics = QFontMetrics(font)
        left = box.left() + 4
        is_name = isinstance(node.key, str)
        value = value_text(node)
        label = node.label() + (":" if value else "")
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.setPen(current.colour("accent" if is_name else "dim"))
        painter.drawText(box.adjusted(left - box.left(), 0, 0, 0), middle, label)
        left += metrics.horizontalAdvance(label) + metrics.horizontalAdvance(" ")
        painter.setPen(current.colour(_value_colour(node.value)))
        room = box.adjusted(left - box.left(), 0, -8, 0)
        elided = Qt.TextElideMode.ElideRight
        painter.drawText(room, middle, metrics.elidedText(value, elided, max(room.width(), 0)))
        painter.restore()


def _value_colour(value: object) -> str:
    if isinstance(value, dict | list):
        return "faint"
    return "text" if isinstance(value, str) else "warn"


class JsonTree(QTreeView):
    """The tree. Ctrl+C copies the value, Ctrl+Shift+C its path.

    Signals:
        copy_wanted: args are "value" or "path", and the text.
        path_changed: arg is the path of what is chosen, as text.
    """

    copy_wanted = Signal(str, str)
    path_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model_of_json = JsonTreeModel(self)
        self.setAccessibleName(self.tr("JSON tree"))
        self.setModel(self.model_of_json)
        self.setItemDelegate(_NodeDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setAnimated(False)
        self.setIndentation(18)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        # Of a tree that selects rows, Qt 6.11 lets assistive technology select the wrong ones.
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        theme().changed.connect(self.scheduleDelayedItemsLayout)
        self.selectionModel().currentChanged.connect(self._tell_path)
        AssistiveChoice(self)

    def show_document(self, document: object) -> None:
        """Show `document`, with its short branches open."""
        self.model_of_json.set_document(document)
        model = self.model_of_json
        for row in range(min(model.rowCount(), _OPEN_AT_MOST)):
            branch = model.index(row, 0)
            if model.rowCount(branch) <= _OPEN_AT_MOST:
                self.setExpanded(branch, True)
                for below in range(min(model.rowCount(branch), 3)):
                    self.setExpanded(model.index(below, 0, branch), True)
        self.path_changed.emit("$")

    def choose(self, path: Path) -> None:
        """Open the way to a path and choose it."""
        index = self.model_of_json.index_of(path)
        above = index.parent()
        while above.isValid():
            self.setExpanded(above, True)
            above = above.parent()
        self.setCurrentIndex(index)
        self.scrollTo(index, QAbstractItemView.ScrollHint.EnsureVisible)

    def here(self) -> Path:
        """Return the path of what is chosen, the root's when nothing is."""
        return self.model_of_json.node(self.currentIndex()).path()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy the value or its path."""
        if event.matches(QKeySequence.StandardKey.Copy):
            node = self.model_of_json.node(self.currentIndex())
            text = node.value if isinstance(node.value, str) else value_text(node)
            self.copy_wanted.emit("value", text)
            return
        super().keyPressEvent(event)

    def _tell_path(self, index: QModelIndex) -> None:
        self.path_changed.emit(path_text(self.model_of_json.node(index).path()))


class JsonView(QWidget):
    """Tree and raw text under one line of controls.

    Signals:
        copy_wanted: args are "value", "path" or "raw", and the text.
    """

    copy_wanted = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document: object = None
        self._is_raw = False
        self._raw_text = ""
        self._walk: Iterator[Path | None] | None = None
        self._searched = ""
        self._has_found = False
        self.tree = JsonTree()
        self.raw = CodeView(self.tr("Raw JSON"), is_json=True)
        self.needle = LineEdit(self.tr("Find in JSON"), placeholder=self.tr("Find in JSON"))
        self.needle.setClearButtonEnabled(True)
        self.found = ElidedLabel("", "small")
        self._path = ElidedLabel("$", "mono")
        self._show_tree = Button(self.tr("Tree"), "chosen")
        self._show_raw = Button(self.tr("Raw"))
        self._copy_path = Button(self.tr("Copy path"), "ghost")
        self._copy = Button(self.tr("Copy JSON"), "ghost")
        self._stack = QStackedWidget()
        self._stack.addWidget(inset(self.tree))
        self._stack.addWidget(self.raw)
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._search_on)
        self._lay_out()
        self._connect()

    def render_json(self, document: object, raw_text: str) -> None:
        """Show another answer; without a document only its raw text."""
        self._timer.stop()
        self._walk = None
        self._document = document
        self._raw_text = raw_text
        self.found.setText("")
        self.tree.show_document(document)
        self._show_tree.setEnabled(document is not None)
        self._show_page(is_raw=document is None or self._is_raw)

    def search(self) -> None:
        """Go to the next place that holds what is searched for."""
        needle = self.needle.text()
        if not needle:
            self.found.setText("")
        elif self.raw.isVisible():
            self._say_found(is_found=self.raw.find_next(needle))
        else:
            if needle != self._searched or self._walk is None:
                self._searched = needle
                self._has_found = False
                self._walk = find_paths(self._document, needle)
            self._timer.start()

    def _lay_out(self) -> None:
        compact(self.needle, 26)
        self.needle.setMaximumWidth(theme().px(220))
        line = QHBoxLayout()
        line.setContentsMargins(20, 8, 20, 8)
        line.setSpacing(6)
        for part in (self._show_tree, self._show_raw, self.needle, self.found):
            line.addWidget(part)
        line.addStretch(1)
        for part in (self._path, self._copy_path, self._copy):
            line.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(line)
        column.addWidget(Hairline())
        column.addWidget(self._stack, 1)

    def _connect(self) -> None:
        self._show_tree.clicked.connect(lambda: self._choose_page(is_raw=False))
        self._show_raw.clicked.connect(lambda: self._choose_page(is_raw=True))
        self._copy.clicked.connect(lambda: self.copy_wanted.emit("raw", self._raw_text))
        self._copy_path.clicked.connect(
            lambda: self.copy_wanted.emit("path", path_text(self.tree.here()))
        )
        self.needle.returnPressed.connect(self.search)
        self.tree.copy_wanted.connect(self.copy_wanted)
        self.tree.path_changed.connect(self._path.setText)

    def _choose_page(self, *, is_raw: bool) -> None:
        self._is_raw = is_raw
        self._show_page(is_raw=is_raw)

    def _show_page(self, *, is_raw: bool) -> None:
        if is_raw:
            # Only now: most people never look, and a long text costs seconds to colour.
            self.raw.show_text(self._raw_text)
        self._stack.setCurrentIndex(int(is_raw))
        set_kind(self._show_raw, "chosen" if is_raw else "plain")
        set_kind(self._show_tree, "plain" if is_raw else "chosen")
        self._path.setVisible(not is_raw)
        self._copy_path.setVisible(not is_raw)

    def _search_on(self) -> None:
        """Search for a few milliseconds, then let the window breathe."""
        end = perf_counter() + _SEARCH_SLICE_SECONDS
        while self._walk is not None and perf_counter() < end:
            try:
                path = next(self._walk)
            except StopIteration:
                self._go_round()
                return
            if path is not None:
                self._timer.stop()
                self._has_found = True
                self.tree.choose(path)
                self._say_found(is_found=True)
                return

    def _go_round(self) -> None:
        """Begin again at the top, once something was found on the way down."""
        if self._has_found:
            self._walk = find_paths(self._document, self._searched)
            return
        self._walk = None
        self._timer.stop()
        self._say_found(is_found=False)

    def _say_found(self, *, is_found: bool) -> None:
        words = self.tr("Enter for the next") if is_found else self.tr("Not found")
        self.found.setText(words)
