"""A screen and a session bus of one's own, for tests that drive whole programs.

With `Desktop() as desktop`, give `desktop.environment` to every program that shall meet on
it, and to `ScreenReader`. Nothing of the person's own session is touched, and nothing of it
is left: display, bus and home go at the end.
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from scripts.devtools.display import start_display
from scripts.devtools.ground import end_group

_TOOLS = ("Xvfb", "dbus-daemon")
# Stands before the machine's own keyring, which the bus would start, and which would ask.
_NO_KEYRING = "[D-BUS Service]\nName=org.freedesktop.secrets\nExec=/bin/false\n"


class Desktop:
    """Xvfb on a display of its own, and a session bus without a keyring."""

    def __init__(self) -> None:
        self._running: list[subprocess.Popen[str]] = []
        self._screen: subprocess.Popen[bytes] | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="keypane-desktop-")
        self.home = Path(self._folder.name)
        self.environment: dict[str, str] = {}

    def __enter__(self) -> Self:
        missing = [tool for tool in _TOOLS if shutil.which(tool) is None]
        if missing:
            self._folder.cleanup()
            pytest.skip(f"NOT PROVEN: this machine has no {', '.join(missing)}")
        runtime = self.home / "run"
        runtime.mkdir(mode=0o700)
        services = self.home / "data" / "dbus-1" / "services"
        services.mkdir(parents=True)
        (services / "org.freedesktop.secrets.service").write_text(_NO_KEYRING)
        started = start_display(screen="1280x1024x24")
        assert started, "Xvfb did not start"
        self._screen, display = started
        plain = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("QT_", "XDG_", "DBUS_", "AT_SPI", "WAYLAND", "XAUTHORITY"))
        }
        self.environment = {
            **plain,
            "HOME": str(self.home),
            "XDG_DATA_HOME": str(self.home / "data"),
            "XDG_RUNTIME_DIR": str(runtime),
            "DISPLAY": display,
            "QT_QPA_PLATFORM": "xcb",
        }
        bus = self._first_line("dbus-daemon", "--session", "--nofork", "--print-address=1")
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = bus
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for process in reversed(self._running):
            process.terminate()
            process.communicate(timeout=30)
        if self._screen is not None:
            end_group(self._screen)
        self._folder.cleanup()

    def _first_line(self, *command: str) -> str:
        process = subprocess.Popen(
            command,
            env=self.environment or None,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._running.append(process)
        assert process.stdout is not None
        line = process.stdout.readline().strip()
        assert line, f"{command[0]} did not start"
        return line
