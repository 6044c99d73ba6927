"""A window that is told to end by a signal ends as if it were closed."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.command_line import clean_environment

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 60
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A private runtime folder, in which an open window has a socket."""
    folder = tmp_path / "run"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def window(tmp_path: Path, run: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A window of another process, which is open and serves programs."""
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "main.py"), "--home", str(tmp_path / "home"), "--sandbox"],
        env={
            **clean_environment(),
            "XDG_RUNTIME_DIR": str(run),
            "QT_QPA_PLATFORM": "offscreen",
            "QTWEBENGINE_DISABLE_SANDBOX": "1",
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        # A test behind an ampersand has them ignored, which every child inherits.
        preexec_fn=_hear_all,  # noqa: PLW1509 - it takes no lock
    )
    wait(lambda: (tmp_path / "home" / "helper.sock").exists() and bool(sockets(run)), process)
    yield process
    if process.poll() is None:
        process.kill()
    process.communicate(timeout=SECONDS)


def _hear_all() -> None:
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        signal.signal(getattr(signal, name), signal.SIG_DFL)


def wait(condition: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + SECONDS
    while not condition():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        threading.Event().wait(0.02)


def sockets(run: Path) -> list[Path]:
    return [path for path in run.iterdir() if path.is_socket()]


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_to_end_closes_the_window_in_order(
    window: subprocess.Popen[bytes], run: Path, tmp_path: Path, name: str
) -> None:
    number = getattr(signal, name)

    window.send_signal(number)

    _, errors = window.communicate(timeout=SECONDS)
    assert window.returncode == 128 + number
    assert errors == b""
    assert sockets(run) == []
    assert not (tmp_path / "home" / "helper.sock").exists()
