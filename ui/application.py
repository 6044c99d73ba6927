"""The window as a program: the application object, its shared parts, start and end."""

from __future__ import annotations

import gc
import logging
import os
import sys
from pathlib import Path
from typing import Final

from PySide6.QtCore import QLocale, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from core.secret import Secret
from core.world import World
from ui import theme as look
from ui.ahead import Ahead
from ui.desk import Desk
from ui.end_signals import EndSignals
from ui.main_window import MainWindow
from ui.one_window import OneWindow

log = logging.getLogger(__name__)

_COLLECT_EVERY_MS: Final = 4_000
ICON: Final = Path(__file__).parent.parent / "resources" / "app" / "keypane.svg"


class GarbageTimer(QObject):
    """Collects garbage on the GUI thread only.

    A QObject in a reference cycle must not die on whichever worker happens to collect.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(_COLLECT_EVERY_MS)
        self._timer.timeout.connect(gc.collect)
        self._timer.start()


def make_application() -> QApplication:
    """Return the application object, dressed; nothing of argv reaches Qt."""
    # QtWebEngine is loaded late, at the first sign-in, and wants this before the start.
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    QGuiApplication.setDesktopFileName("io.keypane.Keypane")
    app = QApplication(sys.argv[:1])
    if QLocale.system().language() is QLocale.Language.C:
        # No language is set: figures are grouped as in English, not run together.
        QLocale.setDefault(QLocale(QLocale.Language.English))
    app.setApplicationName("Keypane")
    app.setApplicationDisplayName("Keypane")
    look.install(app)
    return app


class Program:
    """A window on a world, with everything that must end in order.

    Attributes:
        window, desk, runner: for the tour and for tests.
    """

    def __init__(self, world: World, ahead: Ahead | None = None) -> None:
        from ui.presenters.panes import Panes

        self.world = world
        self._ahead = ahead or Ahead(world)
        self.runner = self._ahead.runner
        self.desk = Desk(world, self.runner)
        self.panes = Panes(self.desk)
        self.window: MainWindow = self.panes.window

    def start(self, *, sandbox: bool, passphrase: Secret | None = None) -> None:
        """Show the window at once and open what there is behind it."""
        self.window.show()
        self.window.activateWindow()  # where no window manager does it, focus has no name
        QTimer.singleShot(0, self.window, self._dress)
        job, self._ahead.job = self._ahead.job, None
        self.panes.opening.start(sandbox=sandbox, passphrase=passphrase, ahead=job)

    def come_forward(self, sandbox: bool, token: str) -> None:
        """Come to the front: the program was started once more.

        Args:
            sandbox: whether that start wanted the sandbox.
            token: what the desktop gave it for this, "" for nothing.
        """
        if token:
            os.environ["XDG_ACTIVATION_TOKEN"] = token  # Qt takes it from here, once
        if self.window.isMinimized():
            self.window.showNormal()
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()
        if sandbox:
            self.panes.opening.start_sandbox()

    def end(self) -> bool:
        """Stop everything; return whether all workers came back in time."""
        self.desk.stop_looking()
        self.panes.end()
        clean = self.runner.shut_down()
        self.panes.opening.stop_sandbox()
        if self.world.vault.status().state == "session":
            self.world.browser_sessions.forget_all()  # its records end here
        self.world.close()
        if not clean:
            log.warning("a worker did not come back in time")
        return clean

    def _dress(self) -> None:
        self.window.setWindowIcon(QIcon(str(ICON)))


def run_program(
    world: World,
    ahead: Ahead,
    one: OneWindow,
    *,
    sandbox: bool,
    passphrase: Secret | None = None,
) -> int:
    """Run the window on a world until it is closed; return the exit code."""
    app = make_application()
    GarbageTimer(app)
    ending = EndSignals(app)
    program = Program(world, ahead)
    ending.asked.connect(program.window.close)
    ending.asked.connect(app.quit)
    program.start(sandbox=sandbox, passphrase=passphrase)
    one.asked.connect(program.come_forward)
    QTimer.singleShot(0, program.window, one.listen)
    restart: list[bool] = []
    program.desk.restart_wanted.connect(lambda: restart.append(True))
    program.desk.restart_wanted.connect(program.window.close)
    program.desk.restart_wanted.connect(app.quit)
    code = app.exec()
    one.close()
    program.end()
    ending.close()
    if restart:
        from ui.restart import start_again

        start_again()
    return ending.exit_code or code
