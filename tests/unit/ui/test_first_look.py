"""What the first look at the Apps costs beyond what it shows: nothing that a test can count."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

ROOT: Final = Path(__file__).parents[3]
LOOK: Final = """
import json, sys, time
from datetime import UTC, datetime
from pathlib import Path
import core.adapters.os_keyring, main
from PySide6 import QtWidgets
from core.environment import Environment
from core.model import App, BearerToken, ConsumerKeys
from core.secret import Secret
from tests.fakes.keys import FakeKeys
from ui.ahead import Ahead
from ui.application import Program, make_application
from ui.widgets.chips import StatusChip

now = datetime.now(UTC)
core.adapters.os_keyring.OsKeyring = FakeKeys
world = main.build_world(Path(sys.argv[1]))
world.vault.create_with_keyring()
keys = ConsumerKeys(Secret("k" * 25), Secret("s" * 50))
world.vault.save(
    App("a", "First", Environment.x(), now, keys), BearerToken("a", Secret("A" * 110), now, now)
)
world.vault.lock_up()
ahead = Ahead(world)
ahead.begin()
while world.vault.status().state != "open":
    time.sleep(0.01)
windows = []

def noted(self, event):  # by no filter on the application: it would be handed all of Qt's objects
    if self.isWindow():
        windows.append(type(self).__name__)
    return showing(self, event)

showing, StatusChip.showEvent = StatusChip.showEvent, noted
app = make_application()
program = Program(world, ahead)
program.start(sandbox=False)
until = time.monotonic() + 60
while not program.desk.app_id and time.monotonic() < until:
    app.processEvents()
for _ in range(20):
    app.processEvents()
print(json.dumps({
    "windows": windows,
    "has_wizard": "QWizard" in vars(QtWidgets),
    "app": program.desk.app_id,
}))
program.end()
"""


@pytest.fixture(scope="module")
def look(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return what was seen when a window with one App was first shown."""
    done = subprocess.run(
        [sys.executable, "-c", LOOK, str(tmp_path_factory.mktemp("look") / "home")],
        cwd=ROOT,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    seen: dict[str, Any] = json.loads(done.stdout)
    return seen


def test_the_app_that_was_read_ahead_is_on_the_desk(look: dict[str, Any]) -> None:
    assert look["app"] == "a"


def test_no_chip_comes_as_a_window_of_its_own(look: dict[str, Any]) -> None:
    assert look["windows"] == []


def test_no_class_of_qt_is_made_that_nobody_uses(look: dict[str, Any]) -> None:
    """PySide6 makes each one when it is first needed, and all of them to wrap a strange widget."""
    assert not look["has_wizard"]
