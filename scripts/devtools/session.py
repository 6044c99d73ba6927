"""A screen, a home, a session bus and a keyring of their own for tests and pictures."""

import contextlib
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from scripts.devtools.display import start_display
from scripts.devtools.ground import (
    PATIENCE_SECONDS,
    chromium_environment,
    end_group,
    say,
    venv_python,
)

# What would tie the tests to the person's own session, or make them differ from machine to machine.
_FORGOTTEN = (
    "AT_SPI_BUS_ADDRESS", "DBUS_SESSION_BUS_ADDRESS", "DESKTOP_SESSION", "DISPLAY",
    "GNOME_KEYRING_CONTROL", "KDE_FULL_SESSION", "NO_AT_BRIDGE", "PYTHONPATH", "QT_PLUGIN_PATH",
    "QT_QPA_PLATFORMTHEME", "QT_SCALE_FACTOR", "QT_STYLE_OVERRIDE", "SESSION_MANAGER",
    "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_CURRENT_DESKTOP", "XDG_SESSION_TYPE",
)  # fmt: skip
_KEYRING_WORKS = """
import secretstorage
bus = secretstorage.dbus_init()
print(secretstorage.get_default_collection(bus).is_locked())
"""


def clean_environment(base: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return `base` without what belongs to the person's session, in a UTF-8 locale."""
    kept = {
        name: value
        for name, value in base.items()
        if name not in _FORGOTTEN and not name.startswith("KEYPANE_")
    }
    return kept | {"LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"} | chromium_environment()


@contextlib.contextmanager
def private_home() -> Iterator[dict[str, str]]:
    """Make an empty home for the time of the `with`; yield the variables that point to it."""
    # Short, because socket addresses below it may have 107 bytes at most.
    with tempfile.TemporaryDirectory(prefix="kp-", ignore_cleanup_errors=True) as name:
        home = Path(name)
        places = {
            "HOME": home,
            "USERPROFILE": home,
            "XDG_CACHE_HOME": home / "cache",
            "XDG_CONFIG_HOME": home / "config",
            "XDG_DATA_HOME": home / "data",
            "XDG_STATE_HOME": home / "state",
            "XDG_RUNTIME_DIR": home / "run",
        }
        for place in places.values():
            place.mkdir(mode=0o700, exist_ok=True)
        yield {variable: str(place) for variable, place in places.items()}


@contextlib.contextmanager
def screen() -> Iterator[dict[str, str]]:
    """Start Xvfb on a free display; without Xvfb, or off Linux, draw as this machine can."""
    if not sys.platform.startswith("linux"):
        yield {}
        return
    if shutil.which("Xvfb") is None:
        say("No Xvfb: windows are drawn offscreen; focus and clipboard are not covered.")
        yield {"QT_QPA_PLATFORM": "offscreen"}
        return
    started = start_display()
    if started is None:
        say("Xvfb did not start: windows are drawn offscreen.")
        yield {"QT_QPA_PLATFORM": "offscreen"}
        return
    server, display = started
    try:
        yield {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    finally:
        end_group(server)


@contextlib.contextmanager
def second_screen(environment: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Start another Xvfb if `environment` names one; two workers would steal each other's focus.

    Yields:
        `KEYPANE_SECOND_DISPLAY` for every second worker; see tests/conftest.py.
    """
    started = start_display() if environment.get("QT_QPA_PLATFORM") == "xcb" else None
    if started is None:
        yield {}
        return
    server, display = started
    try:
        yield {"KEYPANE_SECOND_DISPLAY": display}
    finally:
        end_group(server)


@contextlib.contextmanager
def bus_and_keyring(environment: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Start a session bus and, on it, an empty unlocked gnome-keyring, as far as installed.

    Yields:
        `DBUS_SESSION_BUS_ADDRESS`, and `KEYPANE_TEST_KEYRING=gnome-keyring`
        when a keyring answers: then no test may skip for want of one.
    """
    if not sys.platform.startswith("linux") or shutil.which("dbus-daemon") is None:
        say("No session bus of our own: the OS keyring and accessibility are not covered.")
        yield {}
        return
    reader, writer = os.pipe()
    command = ["dbus-daemon", "--session", "--nofork", "--nopidfile", f"--print-address={writer}"]
    with _service(command, environment, pass_fds=(writer,)):
        os.close(writer)
        bus = {"DBUS_SESSION_BUS_ADDRESS": _read_line(reader)}
        with _keyring(dict(environment) | bus) as works:
            yield bus | ({"KEYPANE_TEST_KEYRING": "gnome-keyring"} if works else {})


@contextlib.contextmanager
def _keyring(environment: Mapping[str, str]) -> Iterator[bool]:
    if shutil.which("gnome-keyring-daemon") is None:
        say("No gnome-keyring: the adapter to the OS keyring is not covered.")
        yield False
        return
    command = ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"]
    with _service(command, environment, answer=b"\n"):
        works = _wait_for_keyring(environment)
        if not works:
            say("gnome-keyring did not open: the adapter to the OS keyring is not covered.")
        yield works


def _wait_for_keyring(environment: Mapping[str, str]) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(subprocess.TimeoutExpired):
            answer = subprocess.run(
                [str(venv_python()), "-c", _KEYRING_WORKS],
                env=dict(environment),
                capture_output=True,
                text=True,
                timeout=PATIENCE_SECONDS,
                check=False,
            )
            if answer.stdout.strip() == "False":
                return True
    return False


@contextlib.contextmanager
def _service(
    command: Sequence[str],
    environment: Mapping[str, str] | None = None,
    *,
    pass_fds: Sequence[int] = (),
    answer: bytes = b"",
) -> Iterator[None]:
    """Run a daemon in the foreground for the time of the `with`, with `answer` on its stdin."""
    daemon = subprocess.Popen(
        command,
        env=None if environment is None else dict(environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=pass_fds,
        start_new_session=True,
    )
    try:
        if daemon.stdin is not None:
            daemon.stdin.write(answer)
            daemon.stdin.close()
        yield
    finally:
        end_group(daemon)


def _read_line(descriptor: int) -> str:
    """Return the first line that arrives within 10 s; nothing if none does."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    text = b""
    with os.fdopen(descriptor, "rb", buffering=0) as pipe:
        while b"\n" not in text:
            patience = max(0.0, deadline - time.monotonic())
            ready, _, _ = select.select([pipe], [], [], patience)
            part = pipe.read(256) if ready else b""
            if not part:
                break
            text += part
    return text.decode().strip()


@contextlib.contextmanager
def everything() -> Iterator[dict[str, str]]:
    """Yield the environment of a whole private session: home, screen, bus, keyring."""
    with contextlib.ExitStack() as stack:
        environment = clean_environment()
        environment |= stack.enter_context(private_home())
        environment |= stack.enter_context(screen())
        environment |= stack.enter_context(bus_and_keyring(environment))
        yield environment
