"""Child processes of dev.py: their exit codes, and that nothing of theirs is left."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scripts.devtools import ground

_SPAWNS_AND_SLEEPS = """
import pathlib, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
pathlib.Path(sys.argv[1]).write_text(str(child.pid))
if sys.argv[2] == "stay":
    time.sleep(60)
"""


def _is_alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def _until_gone(process: int) -> bool:
    deadline = time.monotonic() + 10
    while _is_alive(process) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not _is_alive(process)


def test_the_exit_code_of_a_child_is_handed_on() -> None:
    assert ground.run_child([sys.executable, "-c", "raise SystemExit(7)"]) == 7


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals")
def test_a_child_that_died_of_a_signal_counts_from_128() -> None:
    code = ground.run_child(
        [sys.executable, "-c", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"]
    )

    assert code == 128 + signal.SIGKILL


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads /proc")
def test_what_a_child_left_running_is_ended_with_it(tmp_path: Path) -> None:
    note = tmp_path / "pid"

    assert ground.run_child([sys.executable, "-c", _SPAWNS_AND_SLEEPS, note, "leave"]) == 0

    assert _until_gone(int(note.read_text("ascii")))


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads /proc")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stopped_dev_py_takes_its_children_along(tmp_path: Path, number: int) -> None:
    note = tmp_path / "pid"
    code = (
        "import sys; from scripts.devtools import ground;"
        "ground.turn_signals_into_exceptions();"
        "ground.run_child([sys.executable, '-c', *sys.argv[1:]])"
    )
    command = [sys.executable, "-c", code, _SPAWNS_AND_SLEEPS, str(note), "stay"]
    ours = subprocess.Popen(command, cwd=ground.ROOT, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 20
    while not (note.exists() and note.read_text("ascii")) and time.monotonic() < deadline:
        time.sleep(0.01)

    ours.send_signal(number)

    assert ours.wait(20) != 0
    assert _until_gone(int(note.read_text("ascii")))
