"""What a program shows of itself to those who sit before it, and writes where it may.

Each sink is read the way that others would read it. `plant` puts a text there by the same
way, so that a test can see every sink found out.
"""

import contextlib
import io
import logging
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from typing import Final

from PySide6.QtCore import (
    QMessageLogContext,
    QModelIndex,
    Qt,
    QtMsgType,
    qInstallMessageHandler,
    qWarning,
)
from PySide6.QtGui import QAccessible, QClipboard
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from core import redaction

INSIDE: Final = (
    "log at DEBUG",
    "exception hook",
    "thread's exception hook",
    "unraisable hook",
    "warnings",
    "Qt messages",
    "window titles",
    "accessibility tree",
    "status bar",
    "tooltips",
    "clipboard afterwards",
    "primary selection",
    "drag data",
)
_MOST_LINES: Final = 500
_SPOKEN: Final = (QAccessible.Text.Name, QAccessible.Text.Description, QAccessible.Text.Value)
_ROLES: Final = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.AccessibleTextRole,
    Qt.ItemDataRole.AccessibleDescriptionRole,
)


class Sinks:
    """Collects from inside: what was seen in each sink, every text once."""

    def __init__(self) -> None:
        self.seen: dict[str, set[str]] = {name: set() for name in INSIDE}
        self._lines: dict[str, io.StringIO] = {}
        self._log = self._handler("log at DEBUG")
        self._uninstall = redaction.install(self._log, logging.DEBUG)
        self._before = qInstallMessageHandler(self._hear_qt)

    def add(self, sink: str, text: str) -> None:
        """Note a text that was read in a sink."""
        self.seen.setdefault(sink, set()).add(text)

    def look(self) -> None:
        """Read what stands on the screen and on the clipboards now."""
        for top in QApplication.topLevelWidgets():
            self.add("window titles", top.windowTitle())
            self._read_widget(top)
        clipboard = QApplication.clipboard()
        if clipboard.supportsSelection():
            self.add("primary selection", clipboard.text(QClipboard.Mode.Selection))

    def look_closely(self) -> None:
        """Read the accessibility tree and what could be dragged: slower, so less often."""
        for top in QApplication.topLevelWidgets():
            if top.isVisible():
                self.seen["accessibility tree"].update(_texts_below(top))
                for text in _draggable(top):
                    self.add("drag data", text)

    def break_down(self, secrets: list[str]) -> None:
        """Let errors with secrets in them escape by every way that Python has."""
        for secret in secrets:
            with self._into("exception hook"):
                try:
                    _raise(secret)
                except KeyError:
                    sys.excepthook(*sys.exc_info())
            with self._into("thread's exception hook"):
                thread = threading.Thread(target=_raise, args=(secret,), name="canary")
                thread.start()
                thread.join()
            with self._into("unraisable hook"):
                _let_go(secret)
            with self._into("warnings"):
                warnings.warn(f"about {secret}", stacklevel=1)
            logging.getLogger("core.canary").debug("with %s and %r", secret, {"key": secret})
            logging.getLogger("urllib3").error("https://x/?access_token=%s", secret)

    def end(self) -> dict[str, list[str]]:
        """Read what stays, and return all that was seen."""
        self.add("clipboard afterwards", QApplication.clipboard().text(QClipboard.Mode.Clipboard))
        self.look()
        qInstallMessageHandler(self._before)
        for name, lines in self._lines.items():
            self.add(name, lines.getvalue())
        self._uninstall()
        return {name: sorted(texts) for name, texts in self.seen.items()}

    def plant(self, text: str) -> None:
        """Put a text into each of the sinks by the way that leads there."""
        window = QWidget()
        window.setWindowTitle(text)
        label = QLabel(text, window)
        label.setToolTip(text)
        bar = QLabel(text, window)
        bar.setObjectName("statusBar")
        field = QLineEdit(text, window)
        window.show()
        field.selectAll()
        field.setDragEnabled(True)
        clipboard = QApplication.clipboard()
        clipboard.setText(text, QClipboard.Mode.Selection)
        clipboard.setText(text, QClipboard.Mode.Clipboard)
        qWarning(text)
        self.break_down([text])
        self.look()
        self.look_closely()

    def _handler(self, name: str) -> logging.StreamHandler[io.StringIO]:
        self._lines[name] = io.StringIO()
        return logging.StreamHandler(self._lines[name])

    @contextlib.contextmanager
    def _into(self, name: str) -> Iterator[None]:
        """Let what the log's handler writes for now count for one sink."""
        lines = self._lines.setdefault(name, io.StringIO())
        before = self._log.setStream(lines)
        try:
            yield
        finally:
            if before is not None:
                self._log.setStream(before)

    def _hear_qt(self, kind: QtMsgType, _where: QMessageLogContext, message: str) -> None:
        self.add("Qt messages", f"{kind.name}: {message}")

    def _read_widget(self, top: QWidget) -> None:
        for widget in _widgets_of(top):
            if widget.toolTip():
                self.add("tooltips", widget.toolTip())
            if widget.objectName() == "statusBar":
                labels = [*widget.findChildren(QLabel), widget]
                self.seen["status bar"].update(str(getattr(x, "text", str)()) for x in labels)


class _Unraisable:
    def __init__(self, secret: str) -> None:
        self._secret = secret

    def __del__(self) -> None:
        raise RuntimeError(f"the last words of {self._secret}")


def _let_go(secret: str) -> None:
    thing = _Unraisable(secret)
    del thing


def _raise(secret: str) -> None:
    raise KeyError(f"token={secret}") from ValueError(secret, {"a": secret})


def _texts_below(top: QWidget) -> Iterator[str]:
    """Return what a screen reader is told of every widget and of every line in a list.

    Chromium's own tree is left alone: the page is X's, and is no text of ours.
    """
    for widget in _widgets_of(top):
        if not widget.isVisible():
            continue
        interface = QAccessible.queryAccessibleInterface(widget)
        # Qt has none for some widgets, which PySide's types deny.
        if getattr(interface, "isValid", bool)():
            for kind in _SPOKEN:
                yield interface.text(kind)
        if isinstance(widget, QAbstractItemView) and widget.model() is not None:
            model = widget.model()
            for row in range(min(model.rowCount(), _MOST_LINES)):
                for column in range(model.columnCount()):
                    yield from _spoken_of(model.index(row, column))


def _widgets_of(top: QWidget) -> Iterator[QWidget]:
    """Return a window's widgets, but for what Chromium has made below its view."""
    yield top
    if "WebEngine" in top.metaObject().className():
        return
    for child in top.children():
        if isinstance(child, QWidget):
            yield from _widgets_of(child)


def _spoken_of(index: QModelIndex) -> Iterator[str]:
    for role in _ROLES:
        yield str(index.data(role) or "")


def _draggable(top: QWidget) -> Iterator[str]:
    """Return what a drag out of the fields that allow it would carry."""
    widgets = list(_widgets_of(top))
    for line in (widget for widget in widgets if isinstance(widget, QLineEdit)):
        if line.dragEnabled() and line.isVisible():
            yield line.displayText()
    for area in (widget for widget in widgets if isinstance(widget, QPlainTextEdit)):
        if area.isVisible() and type(area).__name__ == "SecretField":
            area.selectAll()
            carried: Callable[[], object] = area.createMimeDataFromSelection
            yield str(getattr(carried(), "text", str)())
