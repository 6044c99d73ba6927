"""The palette (Ctrl+K): type a few letters, press Enter, and it is done."""

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QStandardItem,
    QStandardItemModel,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from ui.theme import TextSize, theme
from ui.widgets.assistive import AssistiveAct
from ui.widgets.basics import Hairline, Label, draw_words
from ui.widgets.inputs import LineEdit
from ui.widgets.offers import Command

_MOST_SHOWN = 50
_HINT_GAP = 16
_KEY_ROLE = int(Qt.ItemDataRole.UserRole)
_HINT_ROLE = _KEY_ROLE + 1


def matching(commands: tuple[Command, ...], typed: str) -> list[Command]:
    """Return the commands in which every typed word occurs, the best first.

    A label that begins with what was typed comes before one in which a word does,
    and that before the rest; equals keep their order.
    """
    words = typed.casefold().split()
    ranked = []
    for place, command in enumerate(commands):
        text = command.label.casefold()
        if not all(word in text for word in words):
            continue
        starts = [part.startswith(words[0]) for part in text.split()] if words else [True]
        rank = 0 if text.startswith(" ".join(words)) else 1 if any(starts) else 2
        ranked.append((rank, place, command))
    return [command for _, _, command in sorted(ranked, key=lambda entry: entry[:2])]


class _CommandDelegate(QStyledItemDelegate):
    """Paints a label, and its hint at the right."""

    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(
        self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(100, theme().px(32))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        current = theme()
        rect: QRect = option.rect
        is_on = index == self._view.currentIndex()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if is_on:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(current.colour("accent"))
            painter.drawRoundedRect(rect, 6, 6)
        words = rect.adjusted(10, 0, -10, 0)
        hint = str(index.data(_HINT_ROLE) or "")
        painter.setFont(current.font(TextSize.SMALL))
        painter.setPen(current.colour("accent_text" if is_on else "dim"))
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(words, right, hint)
        taken = painter.fontMetrics().horizontalAdvance(hint) + _HINT_GAP if hint else 0
        painter.setFont(current.font())
        painter.setPen(current.colour("accent_text" if is_on else "text"))
        draw_words(painter, words.adjusted(0, 0, -taken, 0), str(index.data()))
        painter.restore()


class CommandPalette(QWidget):
    """Lies over the window while it is open; Esc or a click beside it closes it.

    Signals:
        chosen: a command was run; arg is its key. The palette is closed by then.
    """

    chosen = Signal(str)
    _WIDTH = 560
    _HEIGHT = 380

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._host = parent
        self._commands: tuple[Command, ...] = ()
        self._before: QWidget | None = None
        self._box = QFrame(self)
        self._box.setObjectName("paletteBox")
        self.search = LineEdit(
            self.tr("Find"), kind="bare", placeholder=self.tr("Find an App or an action")
        )
        self.search.textChanged.connect(self._filter)
        self.search.installEventFilter(self)
        self._model = QStandardItemModel(self)
        self.list = QListView()
        self.list.setObjectName("paletteList")
        self.list.setAccessibleName(self.tr("Results"))
        self.list.setModel(self._model)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setUniformItemSizes(True)
        self.list.setItemDelegate(_CommandDelegate(self.list))
        self.list.clicked.connect(lambda _index: self._run())
        self._assistive = AssistiveAct(self.list)
        self._assistive.chosen.connect(lambda _index: self._run())
        self._nothing = Label(self.tr("Nothing is called that."), "dim")
        self._nothing.setContentsMargins(8, 8, 8, 8)
        column = QVBoxLayout(self._box)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        for part in (self.search, Hairline(), self._nothing):
            column.addWidget(part)
        column.addWidget(self.list, 1)
        parent.installEventFilter(self)
        self.hide()

    def open_with(self, commands: tuple[Command, ...]) -> None:
        """Open with these commands, empty search, first one chosen."""
        self._commands = commands
        self._before = self._host.window().focusWidget()
        self.search.clear()
        self._filter("")
        self._place()
        self.show()
        self.raise_()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_now(self) -> None:
        """Close and give the focus back to where it was."""
        if self.isHidden():
            return
        self.hide()
        if self._before is not None:
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)
            self._before = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the window's size, and let the arrows move the choice while typing."""
        if watched is self._host and event.type() == QEvent.Type.Resize:
            self._place()
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return watched is self.search and self._key(event.key())
        return super().eventFilter(watched, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Close on a click beside the box."""
        if not self._box.geometry().contains(event.position().toPoint()):
            self.close_now()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Dim what lies behind."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(0, 0, 0, 70))
        painter.end()

    def _key(self, key: int) -> bool:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(key), 0)
        if step:
            row = min(max(self.list.currentIndex().row() + step, 0), self._model.rowCount() - 1)
            self._assistive.move_to(self._model.index(row, 0))
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._run()
        elif key == Qt.Key.Key_Escape:
            self.close_now()
        else:
            return False
        return True

    def _filter(self, typed: str) -> None:
        self._model.clear()
        found = matching(self._commands, typed)[:_MOST_SHOWN]
        for command in found:
            item = QStandardItem(command.label)
            item.setData(command.key, _KEY_ROLE)
            item.setData(command.hint, _HINT_ROLE)
            item.setAccessibleText(command.label)
            item.setAccessibleDescription(command.hint)
            self._model.appendRow(item)
        self._nothing.setVisible(not found)
        self._assistive.move_to(self._model.index(0, 0))

    def _run(self) -> None:
        key = self.list.currentIndex().data(_KEY_ROLE)
        if key is None:
            return
        self.close_now()
        self.chosen.emit(str(key))

    def _place(self) -> None:
        self.resize(self._host.size())
        width = min(theme().px(self._WIDTH), self.width() - 32)
        height = min(theme().px(self._HEIGHT), self.height() - 96)
        self._box.setGeometry((self.width() - width) // 2, 64, width, height)
