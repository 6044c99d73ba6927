"""What assistive technology does without mouse and keyboard counts as the person's own act.

Qt's bridge stops half-way (measured on 6.11.3, AT-SPI): the action of an item selects it, but
makes it neither current nor clicked; text put into a field changes it, but is no edit; and
windows of the popup kind are in nobody's tree.
"""

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QMenu, QWidget

_Flag = QItemSelectionModel.SelectionFlag


class _Watch(QObject):
    """Looks at a view's selection once the event that changed it is dealt with.

    Signals:
        chosen: assistive technology chose; arg is the index.
    """

    chosen = Signal(QModelIndex)

    def __init__(self, view: QAbstractItemView) -> None:
        """Watch `view`, which has its model already, for as long as it lives."""
        super().__init__(view)
        self._selection = view.selectionModel()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._look)
        self._selection.selectionChanged.connect(self._look_later)
        self._selection.currentChanged.connect(self._look_later)

    def _look_later(self) -> None:
        self._timer.start()

    def _look(self) -> None:
        raise NotImplementedError


class AssistiveChoice(_Watch):
    """Makes the item that assistive technology selected the current one, and tells of it.

    Mouse and keyboard move selection and current item together. So a selection that
    does not hold the current item, once the event is dealt with, is neither's.
    """

    def _look(self) -> None:
        picked = self._selection.selectedIndexes()
        if picked and not self._selection.isSelected(self._selection.currentIndex()):
            self._selection.setCurrentIndex(picked[0], _Flag.ClearAndSelect | _Flag.Rows)
            self.chosen.emit(picked[0])


class AssistiveAct(_Watch):
    """Tells which item assistive technology acts on, in a list where choosing does something.

    Qt lets it select only what is not selected, so nothing stays selected here: move with
    `move_to`, and paint the current item as the chosen one.
    """

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._is_told = False
        self._selection.currentChanged.connect(self._tell)
        view.pressed.connect(self._tell)

    def move_to(self, index: QModelIndex) -> None:
        """Make the item the current one, as the arrow keys do."""
        self._selection.setCurrentIndex(index, _Flag.NoUpdate)

    def _tell(self) -> None:
        self._is_told = True  # by mouse or key, which have signals of their own

    def _look(self) -> None:
        picked = self._selection.selectedIndexes()
        is_told, self._is_told = self._is_told, False
        if picked:
            self._selection.clearSelection()
        if picked and not is_told:
            self.move_to(picked[0])
            self._is_told = False
            self.chosen.emit(picked[0])


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
