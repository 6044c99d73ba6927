"""What assistive technology does without mouse and keyboard counts as the person's own act.

Qt's bridge stops half-way (measured on 6.11.3, AT-SPI): the action of an item selects it, but
makes it neither current nor clicked; text put into a field changes it, but is no edit; and
windows of the popup kind are in nobody's tree.
"""

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QMenu, QWidget


class AssistiveChoice(QObject):
    """Makes the item that assistive technology selected the current one, and tells of it.

    Mouse and keyboard move selection and current item together. So a selection that
    does not hold the current item, once the event is dealt with, is neither's.
    Selecting what is selected lets go of it at first; that is undone, and told as well.

    Signals:
        chosen: arg is the index.
    """

    chosen = Signal(QModelIndex)

    def __init__(self, view: QAbstractItemView) -> None:
        """Watch `view`, which has its model already, for as long as it lives."""
        super().__init__(view)
        self._selection = view.selectionModel()
        self._let_go = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._look)
        self._selection.selectionChanged.connect(self._note)

    def _note(self, _selected: QItemSelection, gone: QItemSelection) -> None:
        self._let_go = self._let_go or gone.contains(self._selection.currentIndex())
        self._timer.start()

    def _look(self) -> None:
        let_go, self._let_go = self._let_go, False
        current = self._selection.currentIndex()
        if self._selection.isSelected(current):
            return
        picked = self._selection.selectedIndexes()
        index = picked[0] if picked else current
        if index.isValid() and (picked or let_go):
            flag = QItemSelectionModel.SelectionFlag
            self._selection.setCurrentIndex(index, flag.ClearAndSelect | flag.Rows)
            self.chosen.emit(index)


def let_be_found(popup: QWidget, name: str) -> None:
    """Let assistive technology find a popup by this name; call it before the popup is shown.

    On X11, while somebody listens, it becomes a tool window: one that takes the keyboard,
    closes when it is left and gives the keyboard back. Elsewhere it stays what it is.
    """
    popup.setAccessibleName(name)
    if not QAccessible.isActive() or QGuiApplication.platformName() != "xcb":
        return
    popup.setWindowFlags(Qt.WindowType.Tool | Qt.WindowType.FramelessWindowHint)
    popup.setWindowTitle(name)
    popup.installEventFilter(_PopupManners(popup))
    if isinstance(popup, QMenu):
        popup.triggered.connect(popup.close)


class _PopupManners(QObject):
    """Gives a tool window the manners of a popup."""

    def __init__(self, popup: QWidget) -> None:
        super().__init__(popup)
        self._has_keyboard = False
        self._gives_back = False

    def eventFilter(self, popup: QObject, event: QEvent) -> bool:
        """Take the keyboard, close when left, give the keyboard back when closed."""
        if not isinstance(popup, QWidget):
            return False
        match event.type():
            case QEvent.Type.Show:
                popup.activateWindow()
            case QEvent.Type.WindowActivate:
                self._has_keyboard = True
            case QEvent.Type.Close:
                self._gives_back, self._has_keyboard = self._has_keyboard, False
            case QEvent.Type.WindowDeactivate if self._has_keyboard:
                self._has_keyboard = False
                popup.close()
            case QEvent.Type.Hide if self._gives_back:
                give_keyboard_back(popup)
            case QEvent.Type.ShortcutOverride:
                # The shortcuts of the window behind stay alive in a tool window, Esc among them.
                event.accept()
                return True
        return False


def give_keyboard_back(window: QWidget) -> None:
    """Activate the window behind one that closes, as window managers do; not all screens have one.

    A screen reader that is on its own otherwise hears of no focus any more.
    """
    parent = window.parentWidget()
    if parent is not None:
        parent.window().activateWindow()
