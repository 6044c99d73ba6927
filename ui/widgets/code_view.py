"""Read-only text of any length in a monospaced font, filled in small steps."""

from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QTextCursor, QTextDocument, QTextOption
from PySide6.QtWidgets import QFrame, QPlainTextDocumentLayout, QPlainTextEdit, QWidget

from ui.theme import TextSize, theme
from ui.widgets.json_highlight import RECOLOURED_AT_ONCE, JsonHighlighter

_SHRED_LINES: Final = 400
_STEP: Final = 12_000  # letters; about 5 ms on a slow machine


class _Shredder(QObject):
    """Ends a document that is shown no more, some lines at a time.

    Freeing two hundred thousand lines at once would hold the window for a tenth of a second.
    """

    def __init__(self, document: QTextDocument, parent: QObject) -> None:
        super().__init__(parent)
        self._document = document
        document.setParent(self)
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._shred)

    def start(self) -> None:
        """Begin, once the document has been replaced."""
        self._timer.start()

    def _shred(self) -> None:
        rest = self._document.blockCount() - _SHRED_LINES
        if rest <= 0:
            self._timer.stop()
            self.deleteLater()
            return
        cursor = QTextCursor(self._document)
        cursor.movePosition(QTextCursor.MoveOperation.End)
        start = self._document.findBlockByNumber(rest).position()
        cursor.setPosition(start, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()


class CodeView(QPlainTextEdit):
    """Shows text that can be selected and copied. A long one arrives over several turns."""

    def __init__(self, name: str, *, is_json: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setViewportMargins(20, 12, 8, 8)
        self._is_json = is_json
        self._text = ""
        self._filled = 0
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._fill)
        theme().changed.connect(self._dress)
        self._dress()
        self.setDocument(self._new_document())

    @property
    def is_whole(self) -> bool:
        """True when all of the text has arrived."""
        return self._filled >= len(self._text)

    def show_text(self, text: str) -> None:
        """Show `text` from its beginning."""
        if text == self._text:
            return
        self._text = text
        self._refill()

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

    def _refill(self) -> None:
        self._filled = 0
        if self.blockCount() > RECOLOURED_AT_ONCE:
            old = _Shredder(self.document(), self)
            self.setDocument(self._new_document())
            old.start()
        else:
            self.clear()
        self._fill()

    def _new_document(self) -> QTextDocument:
        document = QTextDocument(self)
        document.setDocumentLayout(QPlainTextDocumentLayout(document))
        document.setDocumentMargin(0)
        document.setUndoRedoEnabled(False)
        document.setDefaultFont(self.font())
        if self._is_json:
            JsonHighlighter(document)
        return document

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
        if self._is_json and self.blockCount() > RECOLOURED_AT_ONCE:
            self._refill()
