"""A program of its own that does the main job in the window, and tells what must be nowhere.

Composed by `main.py` itself. Its secrets leave by a pipe, never by disk, argument or
environment: argv is a data folder, a folder for pictures and a descriptor.
"""

import json
import os
import runpy
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from core import hostile_start
from core.secret import Secret
from sandbox import Sandbox

ROOT: Final = Path(__file__).resolve().parents[3]
PASSPHRASE: Final = "canary horse battery staple"
OF_READY_APP: Final = (
    "api_key",
    "api_secret",
    "client_id",
    "client_secret",
    "access_token",
    "access_token_secret",
)
TOKENS: Final = ("access_token", "refresh_token")


class Ears:
    """Hears at the sandbox whatever secret it gives out, and sees every window's title."""

    def __init__(self) -> None:
        self.secrets: dict[str, str] = {PASSPHRASE: "passphrase"}
        self.titles: set[str] = set()

    def listen(self, sandbox: Sandbox) -> None:
        """Hear everything from now on."""
        ready = sandbox.ready_app
        self.secrets.update({getattr(ready, name): name for name in OF_READY_APP})
        sandbox.faults.add("*", "*", times=-1, rewrite=self._hear_body)
        sandbox.tamper_redirect(self._hear_redirect)

    def look(self) -> None:
        """Note the titles that can be read now."""
        self.titles.update(top.windowTitle() for top in QApplication.topLevelWidgets())

    def _hear_body(self, body: bytes) -> bytes:
        try:
            document = json.loads(body)
        except ValueError:
            return body
        if isinstance(document, dict):
            for name in TOKENS:
                if name in document:
                    self.secrets[document[name]] = name
        return body

    def _hear_redirect(self, pairs: Iterable[tuple[str, str]]) -> Any:
        pairs = list(pairs)
        self.secrets.update({value: name for name, value in pairs})
        return pairs


def main(home: Path, pictures: Path, descriptor: int) -> int:
    """Make the tour over a vault that stays, and tell the secrets through `descriptor`."""
    hostile_start.scrub_process(sys.argv)
    from ui.application import GarbageTimer, Program, make_application
    from ui.tour import Tour

    build_world = runpy.run_path(str(ROOT / "main.py"), run_name="composition")["build_world"]
    pictures.mkdir(parents=True)
    app = make_application()
    GarbageTimer(app)
    program = Program(build_world(home))
    tour = Tour(program, pictures)
    ears = Ears()
    program.panes.call_made.connect(tour.note_call)
    program.panes.opening.sandbox_ready.connect(
        lambda _app_id: ears.listen(program.panes.opening.sandbox)  # type: ignore[arg-type]
    )
    looking = QTimer(app)
    looking.timeout.connect(ears.look)
    looking.start(50)
    program.start(sandbox=True, passphrase=Secret(PASSPHRASE))
    QTimer.singleShot(0, tour, tour.start)
    app.exec()
    is_clean = program.end()
    failed = [f"{result.name}: {result.detail}" for result in tour.results if not result.ok]
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        facts = {
            "secrets": ears.secrets,
            "titles": sorted(ears.titles),
            "failed": failed,
            "steps": len(tour.results),
        }
        json.dump(facts, out)
    return 0 if is_clean and not failed else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])))
