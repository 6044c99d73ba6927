"""`--self-test`: does this installation work? One JSON document on stdout, whatever happens.

What needs Qt and Chromium runs in a child process, since either may end its process when a
library or a display is missing, and then there is still a report to be printed.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, MutableMapping
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

from core.findings import Finding
from core.world import RunningSandbox

Trials = Mapping[str, Callable[[], Finding]]
StartSandbox = Callable[[Path], RunningSandbox]

CHILD_WORD: Final = "window"
_CHILD_SECONDS: Final = 25.0
_WINDOW_CHECKS: Final = ("qt", "chromium", "resources", "fonts", "webengine")


def main(arguments: list[str], trials: Trials, start_sandbox: StartSandbox) -> int:
    """Run all checks, or in the child those of the window; return 1 if one failed.

    Args:
        arguments: what follows `--self-test`.
        trials: the checks that need adapters, by name.
        start_sandbox: starts the embedded sandbox with its state in the given folder.
    """
    with _CleanOutput() as answer:
        if arguments == [CHILD_WORD]:
            from ui.self_test_window import window_findings

            answer.write(_rows(window_findings(start_sandbox)))
            return 0
        if arguments:
            sys.stderr.write("keypane: --self-test takes no further arguments\n")
            return 2
        report = run_self_test(trials)
        answer.write(report)
        return 0 if report["ok"] else 1


def run_self_test(trials: Trials) -> dict[str, object]:
    """Return `{"ok", "checks": [{"name", "state", "detail"}]}`; a warning is no failure."""
    child = _start_child()
    findings = {name: _finding_of(trial) for name, trial in trials.items()}
    rows = _rows(findings) + _rows_of_child(child)
    return {"ok": all(row["state"] != "fail" for row in rows), "checks": rows}


def choose_platform(environ: MutableMapping[str, str], platform: str = sys.platform) -> None:
    """Draw offscreen where nobody could see a window; only Linux can be without a display."""
    has_display = environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")
    if platform.startswith("linux") and not has_display and not environ.get("QT_QPA_PLATFORM"):
        environ["QT_QPA_PLATFORM"] = "offscreen"


def _finding_of(trial: Callable[[], Finding]) -> Finding:
    try:
        return trial()
    except Exception as bug:  # noqa: BLE001 - a report is due whatever broke
        return Finding("fail", f"the check itself failed: {type(bug).__name__}")


def _rows(findings: Mapping[str, Finding]) -> list[dict[str, str]]:
    return [
        {"name": name, "state": found.state, "detail": found.detail}
        for name, found in findings.items()
    ]


# --- the child -----------------------------------------------------------------------------------


def _start_child() -> subprocess.Popen[bytes]:
    environ = dict(os.environ)
    choose_platform(environ)
    program = [sys.executable]
    if not getattr(sys, "frozen", False):
        program.append(str(Path(sys.argv[0]).absolute()))
    return subprocess.Popen(  # noqa: S603 - ourselves, with constant arguments
        [*program, "--self-test", CHILD_WORD],
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )


def _rows_of_child(child: subprocess.Popen[bytes]) -> list[dict[str, str]]:
    try:
        answer, _ = child.communicate(timeout=_CHILD_SECONDS)
        rows: list[dict[str, str]] = json.loads(answer)
    except subprocess.TimeoutExpired:
        trouble = f"the window's part did not end within {_CHILD_SECONDS:.0f} s"
    except ValueError:
        trouble = f"the window's part ended before its answer ({_ending(child.returncode)})"
    else:
        return rows
    finally:
        _end(child)
    return _rows(dict.fromkeys(_WINDOW_CHECKS, Finding("fail", trouble)))


def _ending(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"


def _end(child: subprocess.Popen[bytes]) -> None:
    """End the child and Chromium's helpers, which are in its session."""
    if os.name == "posix":
        # They may have ended by themselves; macOS says so with EPERM.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
    elif child.poll() is None:
        child.kill()
    child.communicate()


class _CleanOutput:
    """Keeps stdout for the answer: what Chromium or Qt print there goes to stderr."""

    def __enter__(self) -> Self:
        self._answer = -1
        with suppress(OSError):  # a window program of Windows may have neither
            self._answer = os.dup(1)
            os.dup2(2, 1)
        return self

    def write(self, document: object) -> None:
        """Print one JSON document on a line of its own."""
        line = json.dumps(document).encode() + b"\n"
        while line and self._answer >= 0:
            line = line[os.write(self._answer, line) :]

    def __exit__(self, *_: object) -> None:
        if self._answer >= 0:
            os.dup2(self._answer, 1)
            os.close(self._answer)
            self._answer = -1
