"""The read-only line above the page: where the person really is.

Drawn by Keypane from the address of the page, never from its title, so that a page
cannot pretend to be another one. Names in other scripts appear as punycode.
"""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QRectF, QSize, Qt, QUrl
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from ui.browser.policy import is_loopback, origin_of


class _Padlock(QWidget):
    """A closed padlock in the colour of the text, for an https page without a TLS error."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("addressPadlock")
        self.setAccessibleName("Secure connection")
        self.setFixedSize(self.sizeHint())

    def sizeHint(self) -> QSize:
        """Return 16 by 16 device-independent pixels."""
        return QSize(16, 16)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002  Qt's name
        """Draw a bow and a body."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = self.palette().color(QPalette.ColorRole.WindowText)
        painter.setPen(QPen(colour, 1.4))
        painter.drawArc(QRectF(5, 2.2, 6, 8), 0, 180 * 16)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(QRectF(3.5, 7, 9, 6.5), 1.5, 1.5)


class AddressLine(QFrame):
    """Shows the origin of the page: padlock or sandbox mark, scheme, bold host, port."""

    def __init__(self, parent: QWidget, *, is_private: bool = True) -> None:
        super().__init__(parent)
        self.setObjectName("addressLine")
        self._padlock = _Padlock(self)
        self._sandbox_mark = QLabel(self.tr("Sandbox"), self)
        self._sandbox_mark.setObjectName("addressSandboxMark")
        self._text = QLabel(self)
        self._text.setObjectName("addressText")
        self._text.setTextFormat(Qt.TextFormat.RichText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 8, 24, 8)
        row.setSpacing(8)
        for part in (self._padlock, self._sandbox_mark, self._text):
            row.addWidget(part)
        row.addStretch(1)
        private = self.tr("private view · nothing is kept")
        note = QLabel(private if is_private else self.tr("you stay signed in for this App"), self)
        note.setObjectName("addressNote")
        row.addWidget(note)
        self.show_address(QUrl())

    def show_address(self, url: QUrl) -> str:
        """Show the origin of `url` and return it; an empty address empties the line."""
        origin = origin_of(url) if url.host() else ""
        self._padlock.setVisible(origin.startswith("https://"))
        self._sandbox_mark.setVisible(bool(origin) and is_loopback(url))
        self._text.setText(_with_bold_host(origin, url) if origin else "")
        self._text.setAccessibleName(origin)
        return origin


def _with_bold_host(origin: str, url: QUrl) -> str:
    scheme, _, rest = origin.partition("://")
    host = url.host(QUrl.ComponentFormattingOption.FullyEncoded).lower()
    before, _, after = rest.partition(host)
    return f"{escape(scheme)}://{escape(before)}<b>{escape(host)}</b>{escape(after)}"
