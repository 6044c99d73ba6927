"""How a view arranges its widgets: one page, buttons beside each other, and taking all out."""

from PySide6.QtWidgets import QHBoxLayout, QLayout, QVBoxLayout, QWidget

from ui.theme import theme
from ui.widgets.basics import Page


class PageView(QWidget):
    """A view that is one scrolling column, centred where the window is wide.

    Attributes:
        page: the column's page.
    """

    def __init__(self, parent: QWidget | None = None, *, max_width: int = 720) -> None:
        super().__init__(parent)
        self.page = Page(max_width=max_width)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.page, 1)

    def put_below(self, foot: QWidget) -> None:
        """Put a widget below the page, where it does not scroll."""
        self._column.addWidget(foot)

    def arrange(self, *parts: QWidget | QLayout) -> None:
        """Put these into the column, below each other."""
        for part in parts:
            if isinstance(part, QWidget):
                self.page.column.addWidget(part)
            else:
                self.page.column.addLayout(part)


def centred(view: QWidget, max_width: int = 720) -> QWidget:
    """Return a page that keeps the lines of a view readable where the window is wide."""
    outer = QWidget()
    outer.setObjectName("page")
    view.setMaximumWidth(theme().px(max_width))
    line = QHBoxLayout(outer)
    line.setContentsMargins(24, 12, 24, 16)
    line.addStretch(1)
    line.addWidget(view, 100)
    line.addStretch(1)
    return outer


def line_of(*parts: QWidget | None, spacing: int = 8) -> QHBoxLayout:
    """Return these beside each other; None takes the room that is left."""
    line = QHBoxLayout()
    line.setSpacing(spacing)
    for part in parts:
        if part is None:
            line.addStretch(1)
        else:
            line.addWidget(part)
    return line


def end_widgets(layout: QLayout) -> None:
    """Take every widget out of a layout, at once from the screen, and end it."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
