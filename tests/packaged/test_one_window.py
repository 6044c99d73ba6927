"""The packaged window: a second start brings it forward, and one that hangs is named."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.packaged,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a runtime folder is Linux's"),
]
PATIENCE_SECONDS = 90


@pytest.fixture
def first(program: Path, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A window that is up and listens."""
    run = tmp_path / "run"
    run.mkdir(mode=0o700)
    window = start(program, tmp_path)
    until = time.monotonic() + PATIENCE_SECONDS
    while not [path for path in run.iterdir() if path.is_socket()]:
        assert window.poll() is None, window.communicate()
        assert time.monotonic() < until, "the window never listened"
    yield window
    window.send_signal(signal.SIGCONT)
    window.kill()
    window.communicate(timeout=PATIENCE_SECONDS)


def start(program: Path, tmp_path: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = {
        "HOME": str(tmp_path),
        "PATH": "/usr/bin:/bin",
        "LC_ALL": "C.UTF-8",
        "XDG_RUNTIME_DIR": str(tmp_path / "run"),
        "QT_QPA_PLATFORM": "offscreen",
        "QTWEBENGINE_DISABLE_SANDBOX": os.environ.get("QTWEBENGINE_DISABLE_SANDBOX", ""),
    }
    return subprocess.Popen(
        [str(program / "keypane"), "--home", str(tmp_path / "data"), *arguments],
        cwd=tmp_path,
        env={name: value for name, value in environment.items() if value},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_second_start_of_the_package_ends_and_the_first_goes_on(
    first: subprocess.Popen[str], program: Path, tmp_path: Path
) -> None:
    second = start(program, tmp_path)
    second.communicate(timeout=PATIENCE_SECONDS)

    assert second.returncode == 0
    assert first.poll() is None


def test_a_package_that_hangs_is_said_to_hang(
    first: subprocess.Popen[str], program: Path, tmp_path: Path
) -> None:
    first.send_signal(signal.SIGSTOP)
    second = start(program, tmp_path)
    assert second.stderr is not None
    said = second.stderr.readline()
    second.terminate()
    second.communicate(timeout=PATIENCE_SECONDS)

    assert "does not answer" in said
