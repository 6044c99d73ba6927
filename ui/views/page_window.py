"""A window with X's page and nothing else: the embedded view of the command line's sign-in."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMainWindow, QVBoxLayout, QWidget

from ui.widgets import Banner, Button, Label, NoticeState

_SIZE = (980, 760)


class PageWindow(QMainWindow):  # a plain widget is no window to a screen reader
    """Holds the browser that it is given; says what was wanted.

    Signals:
        browser_wanted: continue the same attempt in the person's own browser.
        cancelled: end the attempt; the window was closed, or Esc or Cancel pressed.
        action_wanted: arg: the key of the notice whose button was pressed.
    """

    browser_wanted = Signal()
    cancelled = Signal()
    action_wanted = Signal(str)

    def __init__(self, app_name: str, browser: QWidget) -> None:
        super().__init__()
        self.setWindowTitle(self.tr("Sign in a user: {app}").format(app=app_name))
        self.resize(*_SIZE)
        central = QWidget()
        self.setCentralWidget(central)
        self.notice = Banner(square=True)
        self.notice.action_wanted.connect(self.action_wanted)
        column = QVBoxLayout(central)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notice)
        column.addWidget(browser, 1)
        column.addWidget(self._foot(app_name))
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        escape.activated.connect(self.close)

    def say(self, notice: NoticeState | None) -> None:
        """Show a notice above the page, or none."""
        self.notice.render_state(notice)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Say so: closing the window ends the attempt."""
        self.cancelled.emit()
        super().closeEvent(event)

    def _foot(self, app_name: str) -> QWidget:
        foot = QFrame()
        foot.setObjectName("foot")
        text = self.tr("The command line asked for this sign-in to {app}.").format(app=app_name)
        own = Button(self.tr("Continue in my browser"))
        cancel = Button(self.tr("Cancel"), "ghost", name=self.tr("Cancel sign-in"))
        own.clicked.connect(self.browser_wanted)
        cancel.clicked.connect(self.close)
        line = QHBoxLayout(foot)
        line.setContentsMargins(24, 8, 24, 8)
        line.setSpacing(8)
        line.addWidget(Label(text, "small", wraps=True), 1)
        line.addWidget(own)
        line.addWidget(cancel)
        return foot
