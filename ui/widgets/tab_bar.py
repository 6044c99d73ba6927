"""Tabs as words over a line, known to assistive technology as a tab list."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QTabBar, QWidget

from ui.theme import TextSize, Weight, theme


class TabBar(QTabBar):
    """A row of tabs; the chosen one is bold and underlined. Arrow keys move along it."""

    _GAP = 24
    _HEIGHT = 36

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(False)
        self.setElideMode(Qt.TextElideMode.ElideNone)
        theme().changed.connect(self.update)

    def tabSizeHint(self, index: int) -> QSize:
        """Ask for the width of the bold text, so that choosing a tab moves none."""
        return QSize(self._text_width(index) + self._GAP, theme().px(self._HEIGHT))

    def minimumTabSizeHint(self, index: int) -> QSize:
        """Need the whole text."""
        return self.tabSizeHint(index)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the words, the line under the chosen tab and the focus."""
        current = theme()
        painter = QPainter(self)
        for index in range(self.count()):
            if not self.isTabVisible(index):
                continue
            box = self._text_box(index)
            is_on = index == self.currentIndex()
            weight = Weight.BOLD if is_on else Weight.REGULAR
            painter.setFont(current.font(TextSize.BODY, weight))
            is_lit = is_on or self.tabRect(index).contains(self.mapFromGlobal(self.cursor().pos()))
            colour = "text" if is_lit and self.isTabEnabled(index) else "dim"
            painter.setPen(current.colour(colour))
            painter.drawText(
                box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.tabText(index)
            )
            if is_on:
                line = QRect(box.left(), self.height() - 2, box.width(), 2)
                painter.fillRect(line, current.colour("accent"))
                if self.hasFocus():
                    painter.setPen(QPen(current.colour("accent"), 2))
                    painter.drawRoundedRect(box.adjusted(-5, 5, 5, -7), 4, 4)
        painter.end()

    def _text_width(self, index: int) -> int:
        from PySide6.QtGui import QFontMetrics

        bold = QFontMetrics(theme().font(TextSize.BODY, Weight.BOLD))
        return bold.horizontalAdvance(self.tabText(index))

    def _text_box(self, index: int) -> QRect:
        tab = self.tabRect(index)
        return QRect(tab.left(), tab.top(), self._text_width(index), self.height())
