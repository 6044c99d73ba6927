"""A list of kept requests: search, open with a click or Enter, and what can be done with one."""

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QListView, QMenu, QVBoxLayout, QWidget

from ui.theme import theme
from ui.views.requests_book_model import BookDelegate, BookModel
from ui.views.requests_book_state import BookRow
from ui.widgets import Button, CopyForm, Label, LineEdit, MenuButton
from ui.widgets.assistive import AssistiveAct


@dataclass(frozen=True, slots=True)
class BookWords:
    """The words of a list, and what can be done with a row and with all of it.

    Attributes:
        name: of the list.
        find: of its search field.
        empty: what stands there while it holds nothing.
        act: the button below the list, as (key, label).
        row_acts: key and label of what the menu of a row offers.
        more_acts: what the ⋯ menu offers beside it.
        delete: the row act that the Delete key means.
    """

    name: str
    find: str
    empty: str
    act: tuple[str, str]
    row_acts: tuple[tuple[str, str], ...]
    more_acts: tuple[tuple[str, str], ...] = ()
    delete: str = ""


class _Rows(QListView):
    """The rows. Enter, Space and a click open; Delete deletes; the menu key offers the rest.

    Signals:
        opened: arg is the index.
        delete_wanted: of the current row.
        menu_wanted: arg is the global position.
    """

    opened = Signal(QModelIndex)
    delete_wanted = Signal()
    menu_wanted = Signal(object)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        here = self.currentIndex()
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Space if here.isValid():
                self.opened.emit(here)
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace if here.isValid():
                self.delete_wanted.emit()
            case _:
                super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            self.setCurrentIndex(self.indexAt(event.pos()))
        if self.currentIndex().isValid():
            self.menu_wanted.emit(event.globalPos())


class BookList(QWidget):
    """Search field, list, and the buttons below it.

    Signals:
        opened: arg is the key of the request to fill the form with.
        act_wanted: args are the key of an act, and of the request ("" for the list's acts).
    """

    opened = Signal(str)
    act_wanted = Signal(str, str)

    def __init__(self, words: BookWords, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._rows: tuple[BookRow, ...] | None = None
        self.search = LineEdit(words.find, placeholder=words.find)
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._narrow)
        self.model = BookModel(self)
        self.list = self._make_list()
        self._nothing = Label("", "small", wraps=True)
        self._nothing.setContentsMargins(8, 8, 8, 0)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.act = Button(words.act[1])
        self.act.clicked.connect(lambda: self.act_wanted.emit(words.act[0], ""))
        self.more = MenuButton("⋯", "ghost")
        self.more.setAccessibleName(self.tr("More for {list}").format(list=words.name))
        self.more.setToolTip(self.more.accessibleName())
        self.more.chosen.connect(self._more)
        foot = QHBoxLayout()
        foot.setSpacing(6)
        foot.addWidget(self.act)
        foot.addStretch(1)
        foot.addWidget(self.more)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 12)
        column.setSpacing(8)
        column.addWidget(self.search)
        column.addWidget(self._nothing)
        column.addWidget(self.list, 1)
        column.addLayout(foot)
        self.render_rows(())

    def render_rows(self, rows: tuple[BookRow, ...]) -> None:
        """Show `rows`; the current one stays current while it is there."""
        if rows == self._rows:
            return
        self._rows = rows
        here = self.model.row(self.list.currentIndex())
        place = self.list.currentIndex().row()
        self.model.set_rows(rows)
        found = self.model.place_of(here.key) if here is not None else -1
        if here is not None and self.model.rowCount():
            # Where the row is gone, its neighbour: Delete can be pressed again.
            place = found if found >= 0 else min(place, self.model.rowCount() - 1)
            self._assistive.move_to(self.model.index(place))
        self._say_nothing()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from the search field down into the list."""
        if event.key() == Qt.Key.Key_Down and self.search.hasFocus() and self.model.rowCount():
            self.list.setFocus(Qt.FocusReason.TabFocusReason)
            if not self.list.currentIndex().isValid():
                self._assistive.move_to(self.model.index(0))
            return
        super().keyPressEvent(event)

    def open_menu(self, position: QPoint | None = None) -> QMenu:
        """Open the menu of the current row and return it. It dies when it closes."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for key, label in self._words.row_acts:
            menu.addAction(label).setData(key)
        menu.triggered.connect(lambda action: self._act_here(str(action.data())))
        corner = self.list.mapToGlobal(self.list.visualRect(self.list.currentIndex()).bottomLeft())
        menu.popup(position or corner)
        return menu

    def _make_list(self) -> _Rows:
        view = _Rows()
        view.setAccessibleName(self._words.name)
        view.setModel(self.model)
        view.setItemDelegate(BookDelegate(view))
        view.setFrameShape(QListView.Shape.NoFrame)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setUniformItemSizes(True)
        view.setMouseTracking(True)
        view.viewport().setBackgroundRole(QPalette.ColorRole.Window)
        self._assistive = AssistiveAct(view)
        self._assistive.chosen.connect(self._open)
        view.clicked.connect(self._open)
        view.opened.connect(self._open)
        view.delete_wanted.connect(lambda: self._act_here(self._words.delete))
        view.menu_wanted.connect(self.open_menu)
        view.selectionModel().currentChanged.connect(lambda *_: self._offer())
        theme().changed.connect(view.scheduleDelayedItemsLayout)
        return view

    def _offer(self) -> None:
        """Let ⋯ hold what can be done with the current row, then what the list can do."""
        acts = self._words.more_acts
        if self.list.currentIndex().isValid():
            acts = (*self._words.row_acts, *acts)
        self.more.set_choices(tuple(CopyForm(key, label) for key, label in acts))
        self.more.setVisible(bool(acts))

    def _more(self, key: str) -> None:
        if key in dict(self._words.row_acts):
            self._act_here(key)
        else:
            self.act_wanted.emit(key, "")

    def _act_here(self, act: str) -> None:
        row = self.model.row(self.list.currentIndex())
        if row is not None and act == "open":
            self.opened.emit(row.key)
        elif row is not None and act:
            self.act_wanted.emit(act, row.key)

    def _open(self, index: QModelIndex) -> None:
        row = self.model.row(index)
        if row is not None:
            self.opened.emit(row.key)

    def _narrow(self, text: str) -> None:
        self.model.search(text)
        self._say_nothing()

    def _say_nothing(self) -> None:
        has_some = bool(self._rows)
        words = self.tr("Nothing has these words.") if has_some else self._words.empty
        self._nothing.show_text("" if self.model.rowCount() else words)
        self.list.setVisible(bool(self.model.rowCount()))
        self.search.setVisible(has_some)
        self._nothing.setMinimumHeight(0)
        self._offer()
