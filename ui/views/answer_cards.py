"""The Posts and users of an answer as a list of cards that is laid out as it is needed."""

from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from core.card_model import CardsState, PostCard
from ui.theme import theme
from ui.views.answer_card_layout import lay_out
from ui.views.answer_card_model import CardModel
from ui.views.answer_pictures import AnyCard, CardPictures
from ui.widgets.picture_tile import PictureLook
from ui.widgets.post_card import CardLayout

_Index = QModelIndex | QPersistentModelIndex
_MEASURED_AT_ONCE: Final = 12
_USUAL_HEIGHT: Final = 96
_LAYOUTS_KEPT: Final = 200
_TRY_KEYS: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space})


class _CardDelegate(QStyledItemDelegate):
    """Paints cards; keeps the layouts of those in sight, and the heights of those that were.

    Ten thousand cards take seconds to lay out, and Qt paints none before it has the height of
    all. So a card that nobody has seen is taken to be as tall as the first one, and put right when
    it comes into sight.
    """

    def __init__(self, view: "CardList") -> None:
        super().__init__(view)
        self._view = view
        self._width = 0
        self._usual = QSize(0, theme().px(_USUAL_HEIGHT))
        self._sizes: dict[int, QSize] = {}
        self._layouts: dict[int, CardLayout] = {}
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(view.scheduleDelayedItemsLayout)

    def forget(self) -> None:
        """Lay everything out anew; what was measured stands until it comes into sight."""
        self._layouts.clear()

    def start(self) -> None:
        """Know nothing: these are other cards."""
        self._layouts.clear()
        self._sizes.clear()

    def layout_of(self, row: int) -> CardLayout:
        """Return the layout of a row at the view's width."""
        width = self._view.viewport().width()
        if width != self._width:
            self._width = width
            self.forget()
        found = self._layouts.get(row)
        if found is None:
            if len(self._layouts) >= _LAYOUTS_KEPT:
                self._layouts.clear()
            card, shown = self._view.model_of_cards.card(row), self._view.pictures.shown
            found = self._layouts[row] = lay_out(card, width, with_pictures=shown)
            self._note(row, round(found.height))
        return found

    def _note(self, row: int, height: int) -> None:
        """Remember how tall a card is, and have the others moved if it was taken for another."""
        size = QSize(0, height + 1)  # one more pixel for the hairline below
        if self._sizes.get(row, self._usual) != size:
            self._later.start()
        if not self._sizes:
            self._usual = size  # once: whatever lies above the cards in sight would move them
        self._sizes[row] = size

    def sizeHint(self, _option: QStyleOptionViewItem, index: _Index) -> QSize:
        row = index.row()
        if row < _MEASURED_AT_ONCE:
            self.layout_of(row)
        return self._sizes.get(row, self._usual)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        current = theme()
        box = QRect(option.rect)
        state = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, current.colour("hover"))
            if state & QStyle.StateFlag.State_HasFocus:
                edge = QRect(box.left(), box.top(), 2, box.height())
                painter.fillRect(edge, current.colour("accent"))
        layout = self.layout_of(index.row())
        layout.paint(painter, QPointF(box.topLeft()), self._view.pictures.looks)
        if index.row() < self._view.model_of_cards.rowCount() - 1:
            line = QRect(box.left(), box.bottom(), box.width(), 1)
            painter.fillRect(line, current.colour("line"))


class CardList(QListView):
    """Cards below each other. Opening ten thousand of them costs what is in sight.

    Signals:
        copy_wanted: args are "text" or "id", and the value to copy.
        link_wanted: arg is the address of a link in a Post that was clicked.
        pictures_seen: arg is a tuple of the addresses of the pictures in sight.
        picture_wanted: arg is the address of a picture that is to be tried again.

    Attributes:
        pictures: those of the cards, as they look now.
    """

    copy_wanted = Signal(str, str)
    link_wanted = Signal(str)
    pictures_seen = Signal(tuple)
    picture_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pictures = CardPictures(self)
        self.model_of_cards = CardModel(self.pictures)
        self.pictures.seen.connect(self.pictures_seen)
        self._delegate = _CardDelegate(self)
        self.setAccessibleName(self.tr("Posts"))
        self.setModel(self.model_of_cards)
        self.setItemDelegate(self._delegate)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.verticalScrollBar().setSingleStep(20)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMouseTracking(True)
        theme().changed.connect(self._measure_anew)

    def render_cards(self, cards: CardsState) -> None:
        """Show these cards from the first one on, without pictures."""
        self.pictures.show(shown=False)
        self._delegate.start()
        self.setAccessibleName(self.tr("Posts") if cards.posts else self.tr("Users"))
        self.model_of_cards.set_cards(cards)
        self.scrollToTop()

    def show_pictures(self, *, shown: bool) -> None:
        """Have frames for pictures, or placeholders that describe them."""
        if shown != self.pictures.shown:
            self.pictures.show(shown=shown)
            self._measure_anew()

    def show_picture(self, address: str, look: PictureLook | None) -> None:
        """Let a picture look so; None forgets it."""
        self.pictures.take(address, look)
        for row in self.pictures.rows_in_sight():
            if address in self.pictures.failed(self.model_of_cards.card(row)):
                index = self.model_of_cards.index(row)
                role = Qt.ItemDataRole.AccessibleTextRole
                self.model_of_cards.dataChanged.emit(index, index, [role])

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what is in sight, and note that it is."""
        super().paintEvent(event)
        self.pictures.look_soon()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy the chosen card's text, or try its pictures again."""
        if event.matches(QKeySequence.StandardKey.Copy) and self.currentIndex().isValid():
            self.copy_wanted.emit("text", self._card_here().text)
            return
        if event.key() in _TRY_KEYS and self._try_again():
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be copied of the card."""
        index = self.currentIndex()
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            index = self.indexAt(event.pos())
            self.setCurrentIndex(index)
        if not index.isValid():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for key, label, value in self._copies():
            action = menu.addAction(label)
            action.setData((key, value))
        menu.triggered.connect(self._do)
        if self.pictures.failed(self._card_here()):
            menu.addSeparator()
            menu.addAction(self.tr("Try pictures again"))
        menu.popup(event.globalPos())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show a hand over links."""
        super().mouseMoveEvent(event)
        spot = event.position().toPoint()
        is_link = bool(self._link_at(spot) or self._failed_at(spot))
        shape = Qt.CursorShape.PointingHandCursor if is_link else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Follow a link, or try a picture again."""
        super().mouseReleaseEvent(event)
        link = self._link_at(event.position().toPoint())
        if link and event.button() == Qt.MouseButton.LeftButton:
            self.link_wanted.emit(link)
        failed = self._failed_at(event.position().toPoint())
        if failed and event.button() == Qt.MouseButton.LeftButton:
            self.picture_wanted.emit(failed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the cards out for the new width."""
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def changeEvent(self, event: QEvent) -> None:
        """Measure anew when the font changes."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._measure_anew()

    def _measure_anew(self) -> None:
        self._delegate.forget()
        self.scheduleDelayedItemsLayout()

    def _card_here(self) -> AnyCard:
        return self.model_of_cards.card(self.currentIndex().row())

    def _copies(self) -> Iterator[tuple[str, str, str]]:
        card = self._card_here()
        number = card.post_id if isinstance(card, PostCard) else card.user_id
        yield "text", self.tr("Copy text"), card.text
        yield "id", self.tr("Copy ID"), number

    def _do(self, action: QAction) -> None:
        if action.data() is None:
            self._try_again()
        else:
            self.copy_wanted.emit(*action.data())

    def _try_again(self) -> bool:
        """Ask for the failed pictures of the chosen card; return whether there are any."""
        index = self.currentIndex()
        failed = self.pictures.failed(self._card_here()) if index.isValid() else []
        for address in failed:
            self.picture_wanted.emit(address)
        return bool(failed)

    def _failed_at(self, point: QPoint) -> str:
        """Return the address of the picture at a point if it can be tried again, else ""."""
        index = self.indexAt(point)
        if not index.isValid() or not self.pictures.shown:
            return ""
        inside = QPointF(point - self.visualRect(index).topLeft())
        found = self._delegate.layout_of(index.row()).picture_at(inside)
        failed = self.pictures.failed(self.model_of_cards.card(index.row()))
        return found if found in failed else ""

    def _link_at(self, point: QPoint) -> str:
        index = self.indexAt(point)
        if not index.isValid():
            return ""
        inside = QPointF(point - self.visualRect(index).topLeft())
        return self._delegate.layout_of(index.row()).link_at(inside)
