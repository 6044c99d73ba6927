"""The real window, whose heart is listened to. Run as a program: `beating.py HOME`.

It is put together as `main.py` and `ui.start` do, over the real adapters. Each line of standard
input is something that a person does; each line of standard output is something that the window
said, and the last tells its longest standstill.
"""

import gc
import json
import sys
import threading
import time
from pathlib import Path
from typing import Any, Final

_BEAT_MS: Final = 5
_LOOK_MS: Final = 20
_AFTER_MS: Final = 500  # what the last answer set going is heard, too


def say(event: str, **facts: object) -> None:
    """Tell the test."""
    sys.stdout.write(json.dumps({"event": event, **facts}) + "\n")
    sys.stdout.flush()


class Heart:
    """Beats on the window's thread, and remembers its longest pause.

    Attributes:
        longest: seconds between two beats, by the clock.
        standstill: the same, without what the thread waited for a processor that others had.
    """

    def __init__(self) -> None:
        from PySide6.QtCore import Qt, QTimer

        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._at = self._queued = 0.0
        self.beats, self.longest, self.standstill = 0, 0.0, 0.0

    def start(self) -> None:
        self._at, self._queued = time.perf_counter(), queued_seconds()
        self._timer.start(_BEAT_MS)

    def _beat(self) -> None:
        at, queued = time.perf_counter(), queued_seconds()
        pause = at - self._at
        self.longest = max(self.longest, pause)
        self.standstill = max(self.standstill, pause - (queued - self._queued))
        self._at, self._queued = at, queued
        self.beats += 1


def queued_seconds() -> float:
    """Return how long this thread was ready and had no processor; 0.0 where nobody counts it.

    Source: Linux, Documentation/scheduler/sched-stats.rst, read 2026-11-24.
    """
    try:
        return int(Path("/proc/thread-self/schedstat").read_text("ascii").split()[1]) / 1e9
    except (OSError, IndexError):
        return 0.0


class Person:
    """Does at the window what the test says."""

    def __init__(self, program: Any, heart: Heart) -> None:
        from PySide6.QtCore import QTimer

        self._program = program
        self._heart = heart
        self._wishes: list[str] = []
        threading.Thread(target=self._listen, daemon=True).start()
        self._timer = QTimer()
        self._timer.timeout.connect(self._look)
        self._timer.start(_LOOK_MS)

    def _listen(self) -> None:
        for line in sys.stdin:
            self._wishes.append(line.strip())

    def _look(self) -> None:
        from PySide6.QtCore import QTimer
        from PySide6.QtWidgets import QAbstractButton, QApplication

        if not self._wishes:
            return
        wish = self._wishes.pop(0)
        opening = self._program.panes.opening
        if wish == "save":
            opening.keep(lambda: say("kept"))
        elif wish == "again":
            opening.open_vault()
        elif wish == "stop":
            opening.stop_waiting()
        elif wish == "end":
            QTimer.singleShot(_AFTER_MS, QApplication.quit)
        else:  # a button of the question in front
            dialog = QApplication.activeModalWidget()
            buttons = dialog.findChildren(QAbstractButton) if dialog is not None else []
            found = [b for b in buttons if b.accessibleName() == wish and b.isEnabled()]
            if found:
                found[0].click()
            else:
                self._wishes.insert(0, wish)


def main() -> None:
    """Open the window on the folder that is named."""
    from core import hostile_start

    hostile_start.scrub_process(sys.argv)
    from main import build_world  # noqa: TID251 - this is a program of its own, as main.py is

    gc.disable()
    sys.setswitchinterval(0.0005)
    world = build_world(Path(sys.argv[1]))
    from ui.ahead import Ahead

    ahead = Ahead(world)
    ahead.begin()
    from PySide6.QtCore import QTimer

    from ui.application import GarbageTimer, Program, make_application

    app = make_application()
    GarbageTimer(app)
    program = Program(world, ahead)
    opening = program.panes.opening
    opening.opened.connect(lambda: say("opened", key=world.vault.status().key))
    opening.failed.connect(lambda notice: say("failed", title=notice.title))
    opening.waiting.connect(lambda notice: say("waiting" if notice else "answered"))
    program.desk.toast_wanted.connect(lambda toast: say("toast", text=toast.text))
    heart = Heart()
    person = Person(program, heart)
    program.start(sandbox=False)
    QTimer.singleShot(0, heart.start)
    QTimer.singleShot(0, lambda: say("shown"))
    app.exec()
    facts = {"beats": heart.beats, "longest": heart.longest, "standstill": heart.standstill}
    clean = program.end()
    del person
    say("ended", clean=clean, **facts)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    main()
