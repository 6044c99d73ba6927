"""Sizes of the request form's controls, which are denser than those of a dialog.

Only sizes: the colours come from the window's own style sheet.
"""

from string import Template
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.theme import theme

CONTROL: Final = 28
_SHEET: Final = Template("""
$kind { font-size: ${text}px; min-height: ${inner}px; max-height: ${inner}px; }
$kind:focus { min-height: ${focused}px; max-height: ${focused}px; }
""")


class _Dresser(QObject):
    """Gives its widget the sizes again when the theme changes. Dies with the widget."""

    def __init__(self, widget: QWidget, height: int) -> None:
        super().__init__(widget)
        self._widget = widget
        self._height = height
        theme().changed.connect(self.dress)
        self.dress()

    def dress(self) -> None:
        """Set the sizes of the text size in force."""
        current = theme()
        inner = current.px(self._height - 2)
        sheet = _SHEET.substitute(
            kind=self._widget.metaObject().className(),
            text=current.px(12),
            inner=inner,
            focused=inner - 2,
        )
        self._widget.setStyleSheet(sheet)


def compact(widget: QWidget, height: int = CONTROL) -> None:
    """Make an input `height` pixels tall at 100 %, its frame included, focused or not."""
    _Dresser(widget, height)


def inset(view: QWidget, left: int = 12, top: int = 8) -> QWidget:
    """Return a holder that keeps a list or tree off the pane's edge, in pixels."""
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(left, top, 0, 0)
    column.addWidget(view)
    return holder


def holds_focus(widget: QWidget) -> bool:
    """Say whether the keyboard is at `widget`, or will be once its window is active again."""
    return widget.window().focusWidget() is widget
