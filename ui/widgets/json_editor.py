"""An editor for a JSON body: monospaced, coloured, with one line marked when it is wrong."""

from typing import Final

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QTextCursor

from ui.theme import theme
from ui.widgets.inputs import TextArea
from ui.widgets.json_highlight import JsonHighlighter

_INDENT: Final = "  "
_PAIRS: Final = {"{": "}", "[": "]"}


class JsonEditor(TextArea):
    """Edits JSON text. Enter keeps the indentation; Tab leaves, as everywhere.

    Signals:
        edited: the person changed the text; arg is all of it.
    """

    edited = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__(name, kind="mono")
        self._error_line = 0
        self._is_rendering = False
        self._highlighter = JsonHighlighter(self.document())
        self.textChanged.connect(self._tell)

    def show_text(self, text: str) -> None:
        """Show `text`; the cursor stays where it is when it is what stands there."""
        if text == self.toPlainText():
            return
        self._is_rendering = True
        self.setPlainText(text)
        self._is_rendering = False

    def mark_line(self, line: int) -> None:
        """Mark the line with this 1-based number, or none with 0."""
        self._error_line = line
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keep the indentation on a new line, one step deeper after an opening bracket."""
        is_enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()  # Ctrl+Enter sends; the pane listens for it
            return
        if is_enter and not event.modifiers():
            self._break_line()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the mark of the wrong line below the text."""
        block = self.document().findBlockByNumber(self._error_line - 1)
        if self._error_line and block.isValid():
            top = self.blockBoundingGeometry(block).translated(self.contentOffset())
            painter = QPainter(self.viewport())
            line = QRect(0, round(top.y()), self.viewport().width(), round(top.height()))
            painter.fillRect(line, theme().colour("bad_bg"))
            painter.end()
        super().paintEvent(event)

    def _break_line(self) -> None:
        cursor = self.textCursor()
        before = cursor.block().text()[: cursor.positionInBlock()]
        after = cursor.block().text()[cursor.positionInBlock() :]
        indent = before[: len(before) - len(before.lstrip())]
        opening = before.rstrip()[-1:]
        cursor.beginEditBlock()
        if opening in _PAIRS:
            cursor.insertText("\n" + indent + _INDENT)
            if after.lstrip().startswith(_PAIRS[opening]):
                here = cursor.position()
                cursor.insertText("\n" + indent)
                cursor.setPosition(here, QTextCursor.MoveMode.MoveAnchor)
        else:
            cursor.insertText("\n" + indent)
        cursor.endEditBlock()
        self.setTextCursor(cursor)

    def _tell(self) -> None:
        if not self._is_rendering:
            self.edited.emit(self.toPlainText())
