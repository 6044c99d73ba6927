"""A second start brings the first window to the front, and never opens a vault twice."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QDeadlineTimer
from pytestqt.qtbot import QtBot

from tests.e2e.command_line import clean_environment
from ui import one_window
from ui.one_window import FIRST, SHOWN, SILENT, OneWindow

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 60
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="looks at sockets in a folder")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A private runtime folder, as a desktop session has one."""
    folder = tmp_path / "run"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    monkeypatch.setattr(sys, "platform", "linux")
    return folder


@contextmanager
def first_window(home: Path) -> Iterator[tuple[OneWindow, list[tuple[bool, str]]]]:
    asked: list[tuple[bool, str]] = []
    first = OneWindow(home)
    first.asked.connect(lambda sandbox, token: asked.append((sandbox, token)))
    assert first.claim(sandbox=False) == FIRST
    first.listen()
    yield first, asked
    first.close()


def second_start(home: Path, *arguments: str, run: Path) -> subprocess.Popen[str]:
    environ = {
        **clean_environment(),
        "XDG_RUNTIME_DIR": str(run),
        "QT_QPA_PLATFORM": "offscreen",
        "QTWEBENGINE_DISABLE_SANDBOX": "1",
    }
    return subprocess.Popen(
        [sys.executable, str(ROOT / "main.py"), "--home", str(home), *arguments],
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: subprocess.Popen[str], qtbot: QtBot) -> int:
    """Let this thread's window answer until the other program has ended."""
    qtbot.waitUntil(lambda: process.poll() is not None, timeout=PATIENCE_SECONDS * 1000)
    process.communicate()
    return process.returncode


def test_a_second_start_asks_the_first_to_come_forward_and_ends(
    run: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    home = tmp_path / "home"
    with first_window(home) as (_, asked):
        code = ended(second_start(home, "--sandbox", run=run), qtbot)

        assert (code, asked) == (0, [(True, "")])
    assert not home.exists()


def test_the_desktops_token_goes_over_and_nothing_else_of_the_environment(
    run: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_ACTIVATION_TOKEN", "token-of-the-desktop")
    monkeypatch.setenv("QTWEBENGINE_CHROMIUM_FLAGS", "--evil")
    with first_window(tmp_path) as (_, asked):
        assert ended(second_start(tmp_path, run=run), qtbot) == 0

        assert asked == [(False, "token-of-the-desktop")]
    monkeypatch.setenv("XDG_ACTIVATION_TOKEN", "two words\nand a line")
    message = json.loads(one_window._message(sandbox=False))
    assert message == {"v": 1, "sandbox": False, "token": ""}


def test_another_data_directory_has_a_window_of_its_own(run: Path, tmp_path: Path) -> None:
    assert run.is_dir()
    with first_window(tmp_path / "one"):
        other = OneWindow(tmp_path / "other")

        assert other.claim(sandbox=False) == FIRST
        other.close()


def test_a_window_that_hangs_is_said_so_with_exit_4(run: Path, tmp_path: Path) -> None:
    with first_window(tmp_path):  # nobody turns its event loop meanwhile
        second = second_start(tmp_path, run=run)
        assert second.stderr is not None
        line = second.stderr.readline()
        second.terminate()  # the box that says it too waits to be closed
        second.communicate(timeout=PATIENCE_SECONDS)

    assert line.startswith("keypane: Keypane is open already")
    assert "does not answer" in line


def test_a_window_that_is_just_starting_is_waited_for(
    run: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    first = OneWindow(tmp_path)
    asked: list[bool] = []
    first.asked.connect(lambda sandbox, _token: asked.append(sandbox))
    assert first.claim(sandbox=False) == FIRST
    second = second_start(tmp_path, run=run)
    until = QDeadlineTimer(300)
    qtbot.waitUntil(until.hasExpired, timeout=PATIENCE_SECONDS * 1000)
    first.listen()

    assert ended(second, qtbot) == 0
    assert asked == [False]
    first.close()


def test_a_killed_window_leaves_the_place_to_the_next_start(run: Path, tmp_path: Path) -> None:
    def started() -> subprocess.Popen[str]:
        window = second_start(tmp_path / "home", run=run)
        until = time.monotonic() + PATIENCE_SECONDS
        while not list(run.glob("keypane-*[0-9a-f]")) and time.monotonic() < until:
            assert window.poll() is None, window.communicate()
            QCoreApplication.processEvents()
        return window

    first = started()
    first.send_signal(signal.SIGKILL)
    first.communicate(timeout=PATIENCE_SECONDS)
    next_window = OneWindow(tmp_path / "home")

    assert next_window.claim(sandbox=False) == FIRST
    next_window.listen()
    assert next_window._server is not None
    next_window.close()


@pytest.mark.parametrize(
    "message",
    [
        b"\n",
        b"{}\n",
        b'{"sandbox": 1, "token": ""}\n',
        b'{"sandbox": true}\n',
        b"[" * 3_000 + b"\n",
        b"x" * 100_000,
        b"\xff\xfe\n",
    ],
)
def test_what_is_no_message_of_a_start_changes_nothing(
    run: Path, tmp_path: Path, qtbot: QtBot, message: bytes
) -> None:
    with first_window(tmp_path) as (_, asked):
        (address,) = [path for path in run.iterdir() if path.suffix != ".lock"]
        assert address.stat().st_mode & 0o777 == 0o600 or address.stat().st_mode & 0o077 == 0
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(address))
            client.sendall(message)
            client.setblocking(False)

            def is_closed() -> bool:
                try:
                    return client.recv(10) == b""
                except BlockingIOError:
                    return False
                except ConnectionResetError:
                    return True

            qtbot.waitUntil(is_closed, timeout=PATIENCE_SECONDS * 1000)

        assert asked == []
        assert OneWindow(tmp_path).claim(sandbox=False, wait_ms=1) in {SILENT, SHOWN}


@pytest.mark.parametrize("mode", [0o777, 0o750, 0o705])
def test_a_folder_that_others_may_enter_is_not_used(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int
) -> None:
    run.chmod(mode)
    monkeypatch.setattr(os, "geteuid", lambda: 4_000_000 if mode == 0o705 else os.getuid())
    monkeypatch.setattr(
        one_window, "_RUNTIME", str(tmp_path / "no-such-folder-{user}"), raising=True
    )

    claims = [OneWindow(tmp_path) for _ in range(2)]

    assert [each.claim(sandbox=False) for each in claims] == [FIRST, FIRST]
    assert list(run.iterdir()) == []
    assert not re.search("keypane", " ".join(os.listdir(tmp_path)))  # noqa: PTH208
