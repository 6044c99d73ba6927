"""A secret shown as a mask of one length, and for at most 30 seconds as itself."""

import math
from typing import Final

from PySide6.QtCore import QEvent, QMimeData, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QFontMetricsF,
    QHideEvent,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
    QTextOption,
)
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSizePolicy, QWidget

from ui.theme import TextSize, theme

REVEAL_SECONDS: Final = 30
DOTS: Final = "•" * 12


def mask(tail: str = "", head: str = "") -> str:
    """Return the mask: always twelve dots, so that no length is told, and known ends."""
    return f"{head}{DOTS}{tail}"


class SecretField(QPlainTextEdit):
    """Shows a mask; `reveal` shows the secret until it must not be seen any more.

    It masks itself after 30 seconds, when it is hidden and when the window loses
    the focus. What it shows is what assistive technology reads, so a masked field
    gives the mask. It cannot be selected, dragged or copied: *Copy* is for that,
    and keeps the secret out of clipboard histories.

    Signals:
        masked: the secret has gone from the screen again.
    """

    masked = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFont(theme().font(TextSize.SMALL, mono=True))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setAcceptDrops(False)
        self.setInputMethodHints(
            Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhHiddenText
            | Qt.InputMethodHint.ImhNoPredictiveText
        )
        self.setWordWrapMode(QTextOption.WrapMode.WrapAnywhere)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(0)
        policy = QSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._mask = ""
        self._is_revealed = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REVEAL_SECONDS * 1000)
        self._timer.timeout.connect(self.mask_again)
        theme().changed.connect(self._theme_changed)

    @property
    def is_revealed(self) -> bool:
        """Whether the secret itself is on the screen."""
        return self._is_revealed

    def show_mask(self, mask_text: str) -> None:
        """Show this mask. A secret that is revealed stays until its time is over,
        unless the mask changed, which means that the secret did.
        """  # noqa: D205 - one sentence
        if mask_text == self._mask:
            return
        self._mask = mask_text
        self._is_revealed = False
        self._timer.stop()
        self._show(mask_text)

    def reveal(self, secret: str) -> None:
        """Show the secret for 30 seconds at most."""
        self._is_revealed = True
        self._show(secret)
        self._timer.start()
        self.window().installEventFilter(self)

    def mask_again(self) -> None:
        """Show the mask in place of a revealed secret."""
        self._timer.stop()
        if self._is_revealed:
            self._is_revealed = False
            self.window().removeEventFilter(self)
            self._show(self._mask)
            self.masked.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Mask when the window is left or minimised."""
        if event.type() in {QEvent.Type.WindowDeactivate, QEvent.Type.WindowStateChange}:
            self.mask_again()
        return super().eventFilter(watched, event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Point with an arrow: there is no text to put a cursor into."""
        # Not before: to wrap a widget of Qt's own, PySide6 makes every class it might be.
        self.viewport().setCursor(Qt.CursorShape.ArrowCursor)
        super().enterEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Mask what is not seen any more."""
        super().hideEvent(event)
        self.mask_again()

    def createMimeDataFromSelection(self) -> QMimeData:
        """Give nothing away to a drag or a copy."""
        return QMimeData()

    def sizeHint(self) -> QSize:
        """Ask for one line as wide as the text."""
        return QSize(self._text_width(), self.heightForWidth(self._text_width()))

    def minimumSizeHint(self) -> QSize:
        """Need room for a short mask."""
        few = math.ceil(self._advance() * 14)
        return QSize(min(self._text_width(), few), self._line_height())

    def hasHeightForWidth(self) -> bool:
        """Grow taller where a revealed secret needs lines."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of as many lines as the text needs at this width."""
        per_line = max(int(width / self._advance()), 1)
        halves = self.toPlainText().split("\n")
        lines = sum(max(math.ceil(len(half) / per_line), 1) for half in halves)
        return lines * self._line_height()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the first line at the top."""
        super().resizeEvent(event)
        self.verticalScrollBar().setValue(0)

    def _show(self, text: str) -> None:
        self.setPlainText(text)
        if not self._is_revealed:
            self._dim_dots(text)
        self.updateGeometry()

    def _dim_dots(self, text: str) -> None:
        """Draw the dots fainter than the known ends."""
        start = text.find(DOTS)
        if start < 0:
            return
        cursor = QTextCursor(self.document())
        cursor.setPosition(start)
        cursor.setPosition(start + len(DOTS), QTextCursor.MoveMode.KeepAnchor)
        faint = QTextCharFormat()
        faint.setForeground(theme().colour("faint"))
        cursor.setCharFormat(faint)

    def _theme_changed(self) -> None:
        if not self._is_revealed:
            self._show(self._mask)

    def _advance(self) -> float:
        return max(self._metrics().horizontalAdvance("0"), 1.0)

    def _text_width(self) -> int:
        longest = max(len(half) for half in self.toPlainText().split("\n"))
        return math.ceil(self._advance() * max(longest, 1)) + 2

    def _line_height(self) -> int:
        return math.ceil(self._metrics().lineSpacing()) + 1

    @staticmethod
    def _metrics() -> QFontMetricsF:
        return QFontMetricsF(theme().font(TextSize.SMALL, mono=True))
