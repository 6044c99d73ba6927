"""What the tests of views share: finding a control by the name a person hears."""

from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAbstractButton, QWidget


def heard(widget: QWidget) -> str:
    """Return the accessible name, as assistive technology is told it."""
    interface = QAccessible.queryAccessibleInterface(widget)
    assert isinstance(interface, QAccessibleInterface)
    return interface.text(QAccessible.Text.Name)


def button(root: QWidget, name: str) -> QAbstractButton:
    """Return the one visible button that is heard as `name`."""
    found = [
        child
        for child in root.findChildren(QAbstractButton)
        if heard(child) == name and child.isVisibleTo(root)
    ]
    assert len(found) == 1, f"{len(found)} buttons are called {name!r}"
    return found[0]


def names(root: QWidget) -> list[str]:
    """Return the accessible names of all buttons that can be seen."""
    buttons = root.findChildren(QAbstractButton)
    return [heard(child) for child in buttons if child.isVisibleTo(root)]
