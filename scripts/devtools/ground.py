"""What every part of dev.py stands on: paths, speech, child processes."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv"
OLDEST = (3, 11)
NEWEST = (3, 13)
FAILED = 1
NOT_LANDED = 2
PATIENCE_SECONDS = 10


class Trouble(Exception):
    """A sentence for the person, and the exit code to leave with."""

    def __init__(self, sentence: str, code: int = FAILED) -> None:
        super().__init__(sentence)
        self.code = code


def say(text: str) -> None:
    """Print progress to stderr; stdout belongs to the answer of the command."""
    print(text, file=sys.stderr, flush=True)


def venv_python(venv: Path = VENV) -> Path:
    """Return where the interpreter of `venv` is on this system."""
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def is_root() -> bool:
    """Tell whether we run as root; nobody is root on Windows."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def chromium_environment() -> dict[str, str]:
    """Return what Qt WebEngine needs from us: as root, Chromium's sandbox refuses to start."""
    return {"QTWEBENGINE_DISABLE_SANDBOX": "1"} if is_root() else {}


def run_child(
    command: Sequence[str | Path],
    environment: Mapping[str, str] | None = None,
    *,
    stdout: int | None = None,
) -> int:
    """Run `command` in the project folder and return its exit code.

    The child leads a process group of its own, so that whatever it started
    goes with it, also when we are interrupted. A child that died of a signal
    gives 128 plus the signal's number, as a shell would.
    """
    child = subprocess.Popen(
        [str(part) for part in command],
        cwd=ROOT,
        env=None if environment is None else dict(environment),
        stdout=stdout,
        start_new_session=True,
    )
    try:
        code = child.wait()
    except KeyboardInterrupt:
        end_group(child, signal.SIGINT)
        raise
    finally:
        end_group(child)
    return code if code >= 0 else 128 - code


def end_group(child: "subprocess.Popen[bytes]", first: int = signal.SIGTERM) -> None:
    """End `child` and all of its process group: kindly, and after 10 s for good."""
    if os.name == "nt":
        child.kill()
        return
    _signal_group(child, first)
    try:
        child.wait(PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        _signal_group(child, signal.SIGKILL)
        child.wait()


def _signal_group(child: "subprocess.Popen[bytes]", number: int) -> None:
    try:
        os.killpg(child.pid, number)
    except (ProcessLookupError, PermissionError):
        # Nobody of the group is left; macOS says so with EPERM.
        return


def turn_signals_into_exceptions() -> None:
    """Let SIGTERM and SIGHUP unwind the stack, so that what we started is ended too."""

    def unwind(number: int, _frame: object) -> None:
        raise SystemExit(128 + number)

    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), unwind)
