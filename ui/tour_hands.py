"""The hands of the tour: they find and press what is on the screen, as a person would."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)


class Hands:
    """Finds and presses what is on the screen, by the names that a person hears."""

    def __init__(self, window: QWidget) -> None:
        self._window = window

    def widget(self, name: str, kind: type[QWidget] = QWidget) -> QWidget | None:
        """Return the visible, enabled widget of this accessible name, or None."""
        roots = [w for w in QApplication.topLevelWidgets() if w.isVisible()]
        # A dialog over the window is what the person sees first.
        for root in sorted(roots, key=lambda w: not isinstance(w, QDialog)):
            for found in root.findChildren(kind):
                if found.accessibleName() == name and found.isVisible() and found.isEnabled():
                    return found
        return None

    def sees(self, name: str) -> bool:
        """Return whether a button of this name can be pressed."""
        return self.widget(name, QAbstractButton) is not None

    def reads(self, text: str) -> bool:
        """Return whether a visible label says this."""
        labels = self._window.findChildren(QLabel)
        return any(text in label.text() for label in labels if label.isVisible())

    def press(self, name: str) -> None:
        """Press the button of this name."""
        button = self.widget(name, QAbstractButton)
        if not isinstance(button, QAbstractButton):
            raise LookupError(f"no button {name!r} can be pressed")  # noqa: TRY004 - as above
        button.click()

    def type_into(self, name: str, text: str) -> None:
        """Fill a field."""
        line = self.widget(name, QLineEdit)
        area = self.widget(name, QPlainTextEdit)
        if isinstance(line, QLineEdit):
            line.setText(text)
        elif isinstance(area, QPlainTextEdit):
            area.setPlainText(text)
        else:
            raise LookupError(f"no field {name!r} can be filled")  # noqa: TRY004 - not a type's fault

    def choose(self, name: str, label: str) -> None:
        """Pick an entry of a list as the keyboard would."""
        box = self.widget(name, QComboBox)
        if not isinstance(box, QComboBox) or box.findText(label) < 0:
            raise LookupError(f"{name!r} does not offer {label!r}")
        box.setCurrentIndex(box.findText(label))
        box.activated.emit(box.currentIndex())

    def key(self, target: QWidget, key: Qt.Key) -> None:
        """Press and release a key over a widget."""
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            text = "\r" if key is Qt.Key.Key_Return else ""
            event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text)
            QApplication.sendEvent(target, event)
