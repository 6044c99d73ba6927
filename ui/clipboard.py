"""The clipboard, by the rules for secrets: hinted, for 30 seconds, and only if still ours.

Clipboard managers are asked not to keep the value: KDE and those that follow it by
`x-kde-passwordManagerHint`, Windows by three registered formats, macOS by
`org.nspasteboard.ConcealedType`. The X11 primary selection is never touched. After a
`kill -9` nothing can clear it; the manual says so.
"""

import hashlib
from typing import Final

from PySide6.QtCore import QMimeData, QObject, QTimer, Signal
from PySide6.QtGui import QClipboard, QGuiApplication

from core.secret import Secret

CLEAR_AFTER_SECONDS: Final = 30
_HINTS: Final = {
    "x-kde-passwordManagerHint": b"secret",
    "application/x-nspasteboard-concealed-type": b"1",
    "org.nspasteboard.ConcealedType": b"1",
    # Qt registers a Windows clipboard format for each of these; a DWORD each.
    'application/x-qt-windows-mime;value="ExcludeClipboardContentFromMonitorProcessing"': bytes(4),
    'application/x-qt-windows-mime;value="CanIncludeInClipboardHistory"': bytes(4),
    'application/x-qt-windows-mime;value="CanUploadToCloudClipboard"': bytes(4),
}


class Clipboard(QObject):
    """Copies secrets and takes them back.

    Signals:
        cleared: our value was removed from the clipboard.
    """

    cleared = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ours = b""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(CLEAR_AFTER_SECONDS * 1000)
        self._timer.timeout.connect(self.clear)

    def copy_secret(self, value: Secret) -> None:
        """Put a secret on the clipboard for 30 seconds, marked as one."""
        content = QMimeData()
        content.setText(value.reveal())
        for kind, hint in _HINTS.items():
            content.setData(kind, hint)
        _clipboard().setMimeData(content, QClipboard.Mode.Clipboard)
        self._ours = _digest(value.reveal())
        self._timer.start()

    def copy_plain(self, text: str) -> None:
        """Put something harmless on the clipboard, to stay."""
        _clipboard().setText(text, QClipboard.Mode.Clipboard)
        self._forget()

    def clear(self) -> None:
        """Empty the clipboard if our secret is still on it; leave anything else alone."""
        if not self._ours:
            return
        if _digest(_clipboard().text(QClipboard.Mode.Clipboard)) == self._ours:
            _clipboard().clear(QClipboard.Mode.Clipboard)
            self.cleared.emit()
        self._forget()

    def _forget(self) -> None:
        self._ours = b""
        self._timer.stop()


def _clipboard() -> QClipboard:
    return QGuiApplication.clipboard()


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode(errors="replace")).digest()
