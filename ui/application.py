"""The window as a program: the application object, its shared parts, start and end."""

from __future__ import annotations

import gc
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QLocale, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from core.errors import BadInput
from core.page_window import ARGUMENT as PAGE_WINDOW
from core.secret import Secret
from core.start_options import StartOptions
from core.world import World
from ui import theme as look
from ui.desk import Desk
from ui.jobs import JobRunner
from ui.main_window import MainWindow

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

    def __init__(self, world: World) -> None:
        from ui.presenters.panes import Panes

        self.world = world
        self.runner = JobRunner()
        self.desk = Desk(world, self.runner)
        self.panes = Panes(self.desk)
        self.window: MainWindow = self.panes.window

    def start(self, *, sandbox: bool, passphrase: Secret | None = None) -> None:
        """Show the window at once and open what there is behind it."""
        self.window.show()
        self.window.activateWindow()  # where no window manager does it, focus has no name
        QTimer.singleShot(0, self.window, self._dress)
        self.panes.opening.start(sandbox=sandbox, passphrase=passphrase)

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


def run_window(
    options: StartOptions, rest: list[str], build_world: Callable[[Path | None], World]
) -> int:
    """Run the window or the tour; return the exit code."""
    if rest[:1] == ["--tour"]:
        from ui.tour import run_tour

        return run_tour(Path(rest[1] if len(rest) > 1 else "tour"), build_world)
    if rest[:1] == [PAGE_WINDOW]:
        from ui.page_window import run_page_window

        return run_page_window(sys.stdin, sys.stdout)
    try:
        passphrase = options.read_passphrase()
    except BadInput as wrong:
        sys.stderr.write(f"keypane: {wrong.where}: {wrong.detail}\n")
        return 2
    app = make_application()
    GarbageTimer(app)
    program = Program(build_world(options.home))
    program.start(sandbox="--sandbox" in rest, passphrase=passphrase)
    code = app.exec()
    program.end()
    return code
