"""Read-only text of any length in a monospaced font, filled in small steps."""

from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QTextCursor, QTextDocument, QTextOption
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

from ui.theme import TextSize, theme
from ui.widgets.json_highlight import JsonHighlighter

_STEP: Final = 12_000  # letters; about 5 ms on a slow machine


class CodeView(QPlainTextEdit):
    """Shows text that can be selected and copied. A long one arrives over several turns."""

    def __init__(self, name: str, *, is_json: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.document().setDocumentMargin(0)
        self.setViewportMargins(20, 12, 8, 8)
        self._highlighter = JsonHighlighter(self.document()) if is_json else None
        self._text = ""
        self._filled = 0
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._fill)
        theme().changed.connect(self._dress)
        self._dress()

    @property
    def is_whole(self) -> bool:
        """True when all of the text has arrived."""
        return self._filled >= len(self._text)

    def show_text(self, text: str) -> None:
        """Show `text` from its beginning."""
        if text == self._text:
            return
        self._text = text
        self._filled = 0
        self.clear()
        self._fill()

    def find_next(self, needle: str, *, backward: bool = False) -> bool:
        """Choose the next place that holds `needle`, going round at the end."""
        flags = QTextDocument.FindFlag.FindBackward if backward else QTextDocument.FindFlag(0)
        if self.find(needle, flags):
            return True
        before = self.textCursor()
        end = QTextCursor.MoveOperation.End if backward else QTextCursor.MoveOperation.Start
        self.moveCursor(end)
        if self.find(needle, flags):
            return True
        self.setTextCursor(before)
        return False

    def _fill(self) -> None:
        end = self._text.find("\n", self._filled + _STEP)
        piece = self._text[self._filled : end] if end >= 0 else self._text[self._filled :]
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(piece)
        self._filled += len(piece)
        if self.is_whole:
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()

    def _dress(self) -> None:
        self.setFont(theme().font(TextSize.SMALL, mono=True))
