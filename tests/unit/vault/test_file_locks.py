"""Locks across processes: the dead free them, links are refused, files stay."""

import errno
import hashlib
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from core.adapters.file_locks import FileLocks
from core.errors import Cancelled, VaultBusy, VaultUnavailable
from core.ports import CancelToken

ROOT: Final = Path(__file__).parents[3]
HOLD: Final = """
import sys
from pathlib import Path
from core.adapters.file_locks import FileLocks
from core.ports import CancelToken
with FileLocks(Path(sys.argv[1])).hold("bearer", CancelToken(), 10):
    print("held", flush=True)
    sys.stdin.read()
"""
COUNT: Final = """
import sys
from pathlib import Path
from core.adapters.file_locks import FileLocks
from core.ports import CancelToken
locks, counter = FileLocks(Path(sys.argv[1])), Path(sys.argv[2])
for _ in range(25):
    with locks.hold("counter", CancelToken(), 60):
        counter.write_text(str(int(counter.read_text()) + 1))
"""


def start(script: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Run another process that holds the lock "bearer"."""
    with start(HOLD, tmp_path) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def lock_file(folder: Path, name: str = "bearer") -> Path:
    return folder / (hashlib.sha256(name.encode()).hexdigest()[:32] + ".lock")


@pytest.mark.usefixtures("holder")
def test_another_process_keeps_us_out(tmp_path: Path) -> None:
    with pytest.raises(VaultBusy), FileLocks(tmp_path).hold("bearer", CancelToken(), 0.1):
        pass
    with FileLocks(tmp_path).hold("another", CancelToken(), 0.1):
        pass


def test_a_killed_holder_frees_the_lock_at_once(
    tmp_path: Path, holder: subprocess.Popen[str]
) -> None:
    holder.send_signal(signal.SIGKILL)
    holder.wait()

    with FileLocks(tmp_path).hold("bearer", CancelToken(), 0.1):
        pass


@pytest.mark.usefixtures("holder")
def test_waiting_for_another_process_can_be_cancelled(tmp_path: Path) -> None:
    cancel = CancelToken()
    cancel.cancel()

    with pytest.raises(Cancelled), FileLocks(tmp_path).hold("bearer", cancel, 20):
        pass


def test_processes_that_count_together_lose_nothing(tmp_path: Path) -> None:
    counter = tmp_path / "counter"
    counter.write_text("0")
    running = [start(COUNT, tmp_path, counter) for _ in range(4)]
    for each in running:
        each.communicate(timeout=60)
        assert each.returncode == 0

    assert counter.read_text() == "100"


def test_the_file_stays_and_tells_no_name(tmp_path: Path) -> None:
    with FileLocks(tmp_path).hold("bearer:app-1", CancelToken(), 1):
        pass

    (left,) = tmp_path.iterdir()
    assert "bearer" not in left.name
    assert left.read_bytes() == b""
    if os.name == "posix":
        assert stat.S_IMODE(left.stat().st_mode) == 0o600


@pytest.mark.skipif(os.name != "posix", reason="links and FIFOs as POSIX has them")
@pytest.mark.parametrize("kind", ["symlink", "hard link", "fifo", "folder"])
def test_what_is_no_plain_file_of_ours_is_refused(tmp_path: Path, kind: str) -> None:
    victim, planted = tmp_path / "victim", tmp_path / "locks"
    victim.write_text("precious")
    planted.mkdir()
    path = lock_file(planted)
    match kind:
        case "symlink":
            path.symlink_to(victim)
        case "hard link":
            path.hardlink_to(victim)
        case "fifo":
            os.mkfifo(path)
        case _:
            path.mkdir()

    with pytest.raises(VaultUnavailable), FileLocks(planted).hold("bearer", CancelToken(), 0.1):
        pass
    assert victim.read_text() == "precious"


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    locks = FileLocks(tmp_path / "nowhere")

    with pytest.raises(VaultUnavailable), locks.hold("bearer", CancelToken(), 0.1):
        pass


@pytest.mark.parametrize(
    ("number", "reason"), [(errno.EROFS, "read_only"), (errno.EACCES, "directory")]
)
def test_a_lock_file_that_cannot_be_opened_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, reason: str
) -> None:
    def refuse(*_args: object) -> int:
        raise OSError(number, os.strerror(number), "/a/path")

    monkeypatch.setattr(os, "open", refuse)
    with (
        pytest.raises(VaultUnavailable) as told,
        FileLocks(tmp_path).hold("bearer", CancelToken(), 0.1),
    ):
        pass
    assert told.value.reason == reason
    assert "path" not in str(told.value)


def test_a_file_system_without_locks_is_told_and_no_soft_lock_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fcntl = pytest.importorskip("fcntl")

    def missing(_descriptor: int, _how: int) -> None:
        raise OSError(errno.ENOSYS, "not implemented")

    monkeypatch.setattr(fcntl, "flock", missing)
    with (
        pytest.raises(VaultUnavailable) as told,
        FileLocks(tmp_path).hold("bearer", CancelToken(), 0.1),
    ):
        pass
    assert told.value.reason == "directory"


@pytest.mark.skipif(os.name != "posix", reason="permission bits are POSIX's")
def test_a_lock_file_that_others_may_write_is_closed_again(tmp_path: Path) -> None:
    lock_file(tmp_path).touch()
    lock_file(tmp_path).chmod(0o666)
    with FileLocks(tmp_path).hold("bearer", CancelToken(), 1):
        assert stat.S_IMODE(lock_file(tmp_path).stat().st_mode) == 0o600
