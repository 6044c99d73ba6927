"""The tour: the main job in the real window, on the embedded sandbox, with a picture per step.

It presses what a person presses: buttons by their accessible names, keys in the consent
page. Nothing of it knows a service. Ends with `tour.json` beside the pictures.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from core.world import World
from ui.application import GarbageTimer, Program, make_application
from ui.tour_hands import Hands
from ui.tour_steps import Step, TourSteps

__all__ = ["Hands", "Tour", "run_tour"]

_STEP_SECONDS: Final = 30.0
_POLL_MS: Final = 40
_SETTLE_MS: Final = 350


@dataclass(slots=True)
class Result:
    """What came of a step."""

    name: str
    ok: bool
    seconds: float
    screenshot: str
    detail: str


class Tour(QObject):
    """Runs the steps one after the other and stops at the first that fails."""

    def __init__(self, program: Program, folder: Path) -> None:
        super().__init__(program.window)
        self._program = program
        self._folder = folder
        self._does = TourSteps(program)
        self._all = self._does.in_order()
        self._steps = iter(self._all)
        self._step: Step | None = None
        self._began = 0.0
        self.results: list[Result] = []
        self._timer = QTimer(self)
        self._timer.setInterval(_POLL_MS)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        """Begin with the first step."""
        self._next()

    @property
    def is_done(self) -> bool:
        """True when each step was tried."""
        return len(self.results) == len(self._all)

    def note_call(self, status: int) -> None:
        """Note what a call was answered with."""
        self._does.note_call(status)

    def _next(self) -> None:
        step = next(self._steps, None)
        if step is None:
            self._finish()
            return
        self._step, self._began = step, time.monotonic()
        self._does.current = step.name
        try:
            step.act()
        except LookupError as missing:
            self._record(step, ok=False, detail=str(missing))
            self._finish()
            return
        self._timer.start()

    def _look(self) -> None:
        step = self._step
        if step is None:
            return
        if step.is_done():
            self._timer.stop()
            # Let the screen settle, so that the picture shows what the step led to.
            QTimer.singleShot(_SETTLE_MS, self, lambda: self._passed(step))
        elif time.monotonic() - self._began > _STEP_SECONDS:
            self._timer.stop()
            self._record(step, ok=False, detail="it was not seen to be done in time")
            self._finish()

    def _passed(self, step: Step) -> None:
        self._record(step, ok=True, detail=step.detail())
        self._next()

    def _record(self, step: Step, *, ok: bool, detail: str) -> None:
        number = len(self.results) + 1
        name = f"{number:02d}-{step.name.lower().replace(' ', '-').replace('/', '-')}.png"
        name = name.replace("--", "-").replace("'", "")
        self._picture(self._folder / name)
        seconds = round(time.monotonic() - self._began, 3)
        self.results.append(Result(step.name, ok, seconds, name, detail))

    def _picture(self, path: Path) -> None:
        window = self._program.window
        picture = window.grab()
        dialog = QApplication.activeModalWidget()
        if dialog is not None:
            from PySide6.QtGui import QPainter

            painter = QPainter(picture)
            painter.drawPixmap(window.mapFromGlobal(dialog.pos()), dialog.grab())
            painter.end()
        picture.save(str(path), "PNG")

    def _finish(self) -> None:
        self._step = None
        self._does.current = ""
        QApplication.exit(0)


def run_tour(folder: Path, build_world: Callable[[Path | None], World]) -> int:
    """Make the tour into `folder`; return 0 only if every step held."""
    folder.mkdir(parents=True, exist_ok=True)
    app = make_application()
    GarbageTimer(app)
    with tempfile.TemporaryDirectory(prefix="keypane-tour-") as home:
        program = Program(build_world(Path(home)))
        tour = Tour(program, folder)
        program.panes.call_made.connect(tour.note_call)
        program.start(sandbox=True)
        QTimer.singleShot(0, tour, tour.start)
        app.exec()
        ok = tour.is_done and all(result.ok for result in tour.results)
        program.end()
    report = {"ok": ok, "steps": [asdict(result) for result in tour.results]}
    (folder / "tour.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    for result in tour.results:
        mark = "ok  " if result.ok else "FAIL"
        sys.stderr.write(f"{mark} {result.seconds:6.2f} s  {result.name}  {result.detail}\n")
    sys.stderr.write(f"Pictures and tour.json are in {folder.absolute()}\n")
    return 0 if ok else 1
