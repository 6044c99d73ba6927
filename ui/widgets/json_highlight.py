"""Colours for JSON text: names, strings, numbers and words, from the palette."""

import re
from typing import Final

from PySide6.QtGui import QSyntaxHighlighter, QTextCharFormat, QTextDocument

from ui.theme import theme

_TOKEN: Final = re.compile(
    r'(?P<name>"(?:[^"\\]|\\.)*")(?=\s*:)'
    r'|(?P<string>"(?:[^"\\]|\\.)*"?)'
    r"|(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)"
    r"|(?P<word>\b(?:true|false|null)\b)"
)
_COLOURS: Final = {"name": "accent", "string": "text", "number": "warn", "word": "warn"}
_LONGEST_LINE: Final = 20_000
RECOLOURED_AT_ONCE: Final = 1_000
"""Lines; a view of more fills itself anew when the theme changes."""


class JsonHighlighter(QSyntaxHighlighter):
    """Colours a document that holds JSON, whole or half written."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._formats: dict[str, QTextCharFormat] = {}
        self._take_colours()
        theme().changed.connect(self._recolour)

    def highlightBlock(self, text: str) -> None:
        """Colour one line. A line longer than any program writes stays plain."""
        if len(text) > _LONGEST_LINE:
            return
        for found in _TOKEN.finditer(text):
            kind = found.lastgroup
            if kind is not None:
                self.setFormat(found.start(), found.end() - found.start(), self._formats[kind])

    def _take_colours(self) -> None:
        for kind, colour in _COLOURS.items():
            style = QTextCharFormat()
            style.setForeground(theme().colour(colour))
            self._formats[kind] = style

    def _recolour(self) -> None:
        self._take_colours()
        if self.document().blockCount() <= RECOLOURED_AT_ONCE:
            self.rehighlight()
