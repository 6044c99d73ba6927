"""The sandbox in this window: started off the GUI thread, its Practice App made known."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from core.vault.vault import VaultStatus
from core.world import RunningSandbox
from ui.desk import Desk

Outcome = tuple[RunningSandbox, VaultStatus, str]


class EmbeddedSandbox(QObject):
    """Runs at most one sandbox.

    Attributes:
        running: the sandbox, None while none runs.

    Signals:
        started: args: the VaultStatus that its App is kept in, the id of that App.
        failed: arg: why it does not run.
    """

    started = Signal(object, str)
    failed = Signal(object)

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self.running: RunningSandbox | None = None

    def start(self) -> None:
        """Start it, unless it runs."""
        if self.running is not None:
            return
        job = self._desk.submit(lambda _cancel: self._start())
        job.succeeded.connect(self._started)
        job.failed.connect(self.failed)

    def stop(self) -> None:
        """Stop it; what it kept stays on disk."""
        running, self.running = self.running, None
        if running is not None:
            running.stop()

    def _start(self) -> Outcome:
        world = self._desk.world
        if world.vault.status().state == "none":
            world.browser_sessions.sweep()  # what an earlier session in memory left behind
            # Sandbox records never ask for a keyring; a session holds them until there is a vault.
            world.vault.start_session()
        from core.practice import keep_practice_app

        running = world.start_sandbox()
        app = keep_practice_app(world.vault, world.clock, running)
        return running, world.vault.status(), app.app_id

    def _started(self, outcome: Outcome) -> None:
        self.running, status, app_id = outcome
        self.started.emit(status, app_id)
