"""A person before the window: presses what is seen by its name, and reads what is said."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QEvent, QModelIndex, Qt
from PySide6.QtGui import QKeyEvent, QTextDocumentFragment
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tests.conftest import Canaries

W = TypeVar("W", bound=QWidget)
PATIENCE_MS = 40_000


class Person:
    """Acts and reads as somebody who hears names and sees words. Looks for secrets, too."""

    def __init__(self, qtbot: QtBot, window: QWidget, unseen: Canaries) -> None:
        """Sit down before `window`; none of `unseen` may ever be on the screen."""
        self._qtbot = qtbot
        self._window = window
        self._unseen = unseen

    # --- waiting and reading -----------------------------------------------------------------

    def wait(self, condition: Callable[[], object], why: str) -> None:
        """Wait until something is so."""
        try:
            self._qtbot.waitUntil(lambda: bool(condition()), timeout=PATIENCE_MS)
        except Exception:  # noqa: BLE001 - pytest-qt's own timeout says nothing
            seen = "\n".join(self.screen().splitlines()[:60])
            raise AssertionError(f"never came: {why}; on the screen:\n{seen}") from None

    def reads(self, *texts: str) -> None:
        """Wait until all of these can be read somewhere on the screen."""
        for text in texts:
            self.wait(lambda text=text: text in self.screen(), text)  # type: ignore[misc]
        self.look_for_secrets()

    def sees(self, text: str) -> bool:
        """Return whether this can be read now."""
        return text in self.screen()

    def screen(self) -> str:
        """Return every word on the screen, and every word that is only heard or pointed at."""
        words = (part for top in tops() for part in _words(top))
        return "\n".join(dict.fromkeys(part for part in words if part.strip()))

    def look_for_secrets(self) -> None:
        """Fail if a secret is on the screen, without printing it."""
        assert not self._unseen.is_in(self.screen()), "a secret is on the screen"

    def can_press(self, name: str) -> bool:
        """Return whether there is such a button, and it is enabled."""
        return self._find(name, QAbstractButton) is not None

    # --- acting ------------------------------------------------------------------------------

    def press(self, name: str) -> None:
        """Press the button of this name as soon as it can be pressed."""
        self.wait(lambda: self.can_press(name), f"a button {name!r}")
        self.look_for_secrets()
        self.find(name, QAbstractButton).click()

    def press_from_menu(self, name: str, choice: str) -> None:
        """Open the menu of a button and take one of its choices."""
        self.press(name)
        menus = [top for top in QApplication.topLevelWidgets() if isinstance(top, QMenu)]
        menu = next(menu for menu in menus if menu.isVisible())
        # While a screen reader listens, a choice is called as it is heard, without dots.
        heard = choice.rstrip("…")
        action = next(act for act in menu.actions() if act.text().rstrip("…") == heard)
        menu.close()
        action.trigger()

    def type_into(self, name: str, text: str) -> None:
        """Fill a field from its beginning, as a paste over everything does."""
        self.wait(lambda: self._find(name, QWidget) is not None, f"a field {name!r}")
        line, area = self._find(name, QLineEdit), self._find(name, QPlainTextEdit)
        if line is not None:
            line.setFocus()
            line.selectAll()
            line.insert(text)
            line.textEdited.emit(text)
        else:
            assert area is not None, f"{name!r} takes no text"
            area.setFocus()
            area.selectAll()
            area.insertPlainText(text)

    def enter(self, name: str) -> None:
        """Press Return in a field."""
        QTest.keyClick(self.find(name, QLineEdit), Qt.Key.Key_Return)

    def choose(self, name: str, label: str) -> None:
        """Pick an entry of a drop-down list."""
        box = self.find(name, QComboBox)
        self.wait(lambda: box.findText(label) >= 0, f"{label!r} in {name!r}")
        box.setCurrentIndex(box.findText(label))
        box.activated.emit(box.currentIndex())

    def pick(self, name: str, words: str) -> None:
        """Click the line of a list that says this."""
        view = self.find(name, QAbstractItemView)
        self.wait(lambda: _row_that_says(view.model(), words) is not None, f"a line {words!r}")
        index = _row_that_says(view.model(), words)
        assert index is not None
        view.scrollTo(index)
        spot = view.visualRect(index).center()
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)

    def key(self, widget: QWidget, *keys: Qt.Key) -> None:
        """Press and release keys over a widget, the consent page included."""
        for key in keys:
            text = {Qt.Key.Key_Return: "\r", Qt.Key.Key_Space: " "}.get(key, "")
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text)
                QApplication.sendEvent(widget, event)

    def find(self, name: str, kind: type[W]) -> W:
        """Return the widget of this name, waiting until it can be used."""
        self.wait(lambda: self._find(name, kind) is not None, f"{name!r}")
        found = self._find(name, kind)
        assert found is not None
        return found

    def _find(self, name: str, kind: type[W]) -> W | None:
        """Return it from the front: while a dialog asks, what lies behind cannot be used."""
        modal = QApplication.activeModalWidget()
        roots = [modal] if modal is not None else tops()
        for root in roots:
            for found in root.findChildren(kind):
                if found.accessibleName() == name and found.isVisible() and found.isEnabled():
                    return found
        return None


def tops() -> list[QWidget]:
    """Return all windows, dialogs and menus that are open."""
    return [top for top in QApplication.topLevelWidgets() if top.isVisible()]


def _words(top: QWidget) -> Iterator[str]:
    yield top.windowTitle()
    for widget in (top, *top.findChildren(QWidget)):
        if not widget.isVisible():
            continue
        yield from (widget.accessibleName(), widget.accessibleDescription(), widget.toolTip())
        if isinstance(widget, QLabel):
            yield _plain(widget)
        elif isinstance(widget, QAbstractButton):
            yield widget.text()
        elif isinstance(widget, QLineEdit):
            yield widget.displayText()
        elif isinstance(widget, QPlainTextEdit):
            yield widget.toPlainText()
        elif isinstance(widget, QComboBox):
            yield widget.currentText()
        elif isinstance(widget, QAbstractItemView):
            yield from _lines(widget.model())


def _plain(label: QLabel) -> str:
    if label.textFormat() is Qt.TextFormat.RichText:
        return QTextDocumentFragment.fromHtml(label.text()).toPlainText()
    return label.text()


def _lines(model: QAbstractItemModel | None, parent: QModelIndex | None = None) -> Iterator[str]:
    if model is None:
        return
    parent = parent or QModelIndex()
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount(parent)
    for row in range(min(model.rowCount(parent), 300)):
        cells = [model.index(row, column, parent) for column in range(columns)]
        yield " ".join(str(cell.data()) for cell in cells if cell.data() is not None)
        yield str(cells[0].data(Qt.ItemDataRole.AccessibleTextRole) or "")
        yield from _lines(model, cells[0])


def _row_that_says(model: QAbstractItemModel, words: str) -> QModelIndex | None:
    for row in range(model.rowCount()):
        index = model.index(row, 0)
        spoken = (index.data(), index.data(Qt.ItemDataRole.AccessibleTextRole))
        if any(words in str(text) for text in spoken if text is not None):
            return index
    return None
