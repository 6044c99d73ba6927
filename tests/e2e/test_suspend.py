"""Sleep is told by logind: a fake one, on a system bus of its own."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jeepney import (  # type: ignore[import-untyped]
    DBusAddress,
    HeaderFields,
    MessageType,
    new_method_return,
    new_signal,
)
from jeepney.bus_messages import message_bus  # type: ignore[import-untyped]
from jeepney.io.blocking import DBusConnection, open_dbus_connection  # type: ignore[import-untyped]

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 60
pytestmark = pytest.mark.skipif(
    shutil.which("dbus-daemon") is None or not sys.platform.startswith("linux"),
    reason="NOT PROVEN: this machine has no dbus-daemon",
)
MANAGER = DBusAddress(
    "/org/freedesktop/login1", "org.freedesktop.login1", "org.freedesktop.login1.Manager"
)
WATCHER = """
import sys
from PySide6.QtCore import QCoreApplication, QSocketNotifier
from ui.suspend import SuspendWatch

app = QCoreApplication([])
watch = SuspendWatch(app)

def say(word):
    print(word, flush=True)

def asleep():
    say("sleeping")
    watch.let_sleep()

watch.sleeping.connect(asleep)
watch.start()
say(watch.source)
quits = QSocketNotifier(0, QSocketNotifier.Type.Read)
quits.activated.connect(app.quit)
app.exec()
watch.stop()
say("stopped")
"""


class FakeLogind:
    """Takes the name of logind, hands inhibitors out, and announces a sleep.

    Attributes:
        asked: the arguments of each Inhibit. pipe: the reading end of the last inhibitor.
    """

    def __init__(self, address: str) -> None:
        self._connection: DBusConnection = open_dbus_connection(address, enable_fds=True)
        self._connection.send_and_get_reply(message_bus.RequestName("org.freedesktop.login1"))
        self.asked: list[tuple[Any, ...]] = []
        self.pipe = -1
        self.is_held = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def announce(self, *, is_ahead: bool) -> None:
        """Tell everybody that a sleep is ahead, or over."""
        self._connection.send(new_signal(MANAGER, "PrepareForSleep", "b", (is_ahead,)))

    def close(self) -> None:
        """Leave the bus."""
        import socket

        self._connection.sock.shutdown(socket.SHUT_RDWR)
        self._thread.join(PATIENCE_SECONDS)
        self._connection.close()

    def _serve(self) -> None:
        while True:
            try:
                message = self._connection.receive()
            except (OSError, EOFError):
                return
            fields = message.header.fields
            is_call = message.header.message_type is MessageType.method_call
            if is_call and fields.get(HeaderFields.member) == "Inhibit":
                self.asked.append(message.body)
                self.pipe, theirs = os.pipe()
                self._connection.send(new_method_return(message, "h", (theirs,)))
                os.close(theirs)
                self.is_held.set()


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[str]:
    """The address of a bus that stands for the system's."""
    daemon = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=tmp_path,
    )
    assert daemon.stdout is not None
    yield daemon.stdout.readline().strip()
    daemon.terminate()
    daemon.communicate(timeout=PATIENCE_SECONDS)


def watcher(address: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WATCHER],
        cwd=ROOT,
        env={**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": address},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def line_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_a_sleep_ahead_is_told_and_held_back_until_the_vault_is_locked(bus: str) -> None:
    logind = FakeLogind(bus)
    listening = watcher(bus)
    try:
        assert line_of(listening) == "logind"
        assert logind.is_held.wait(PATIENCE_SECONDS)
        assert logind.asked == [("sleep", "Keypane", "The vault is being locked", "delay")]
        held = logind.pipe

        logind.announce(is_ahead=True)

        assert line_of(listening) == "sleeping"
        assert os.read(held, 1) == b"", "the inhibitor was given back, so the sleep goes on"
        logind.is_held.clear()
        logind.announce(is_ahead=False)
        assert logind.is_held.wait(PATIENCE_SECONDS), "and taken again after waking"
        logind.announce(is_ahead=True)
        assert line_of(listening) == "sleeping"
    finally:
        listening.communicate("end\n", timeout=PATIENCE_SECONDS)
        logind.close()


def test_without_a_bus_only_the_clock_is_watched(tmp_path: Path) -> None:
    listening = watcher(f"unix:path={tmp_path}/nothing")

    assert line_of(listening) == "clock"
    out, _ = listening.communicate("end\n", timeout=PATIENCE_SECONDS)
    assert out == "stopped\n"


def test_a_jump_of_the_clock_counts_as_a_sleep(monkeypatch: pytest.MonkeyPatch) -> None:
    from PySide6.QtCore import QObject

    from ui import suspend

    told: list[str] = []
    now = [1000.0]
    monkeypatch.setattr("ui.suspend.time.time", lambda: now[0])
    parent = QObject()
    watch = suspend._ClockWatch(parent, lambda: told.append("slept"))
    for step in (5.0, 30.0, -3600.0, 7200.0, 5.0):
        now[0] += step
        watch.look()

    assert told == ["slept"]


def test_the_windows_message_of_a_suspend_is_told_from_others() -> None:
    import ctypes

    from ui import suspend

    told: list[str] = []
    listener = suspend._PowerFilter(lambda: told.append("slept"))
    for message, wparam in ((0x0218, 0x0004), (0x0218, 0x0012), (0x0010, 0x0004)):
        event = suspend._Message(None, message, wparam, 0)
        passed = listener.nativeEventFilter(b"windows_generic_MSG", ctypes.addressof(event))
        assert passed == (False, 0)
    listener.nativeEventFilter(b"xcb_generic_event_t", 0)

    assert told == ["slept"]
