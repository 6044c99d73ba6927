"""The window never stands still for a tenth of a second, in whatever mood the keyring is.

A real window in a process of its own beats every few milliseconds, from its first moment on,
while a Secret Service on a bus of its own answers, or does not. `dev.py test --slow` holds the
longest pause between two beats to the figure and publishes it, without the time for which the
kernel says that the window was ready and another program had the processor.
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from jeepney import (  # type: ignore[import-untyped]
    HeaderFields,
    Message,
    new_error,
    new_method_return,
)

from tests.contract.test_key_store_moods import FakeSecrets, bus
from tests.fakes.keys import FakeKeys
from tests.fakes.vaults import vault_in
from tests.reliability.counts import note_longest
from tests.timing import SLACK_SECONDS, exact_times

__all__ = ["bus"]
pytestmark = [
    pytest.mark.timed,
    pytest.mark.serial,
    pytest.mark.skipif(
        shutil.which("dbus-daemon") is None or not sys.platform.startswith("linux"),
        reason="NOT PROVEN: this machine has no dbus-daemon",
    ),
]
REAL_KEYRING: Final = pytest.mark.skipif(
    shutil.which("gnome-keyring-daemon") is None,
    reason="NOT PROVEN: this machine has no gnome-keyring-daemon",
)
ROOT: Final = Path(__file__).parents[2]
WINDOW: Final = Path(__file__).with_name("beating.py")
STANDSTILL: Final = "The window stands still while the keyring is"
LONGEST_SECONDS: Final = 0.1
_SECONDS: Final = 110


class Window:
    """The window of another process; its person is the test."""

    def __init__(self, home: Path, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(WINDOW), str(home)],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.heard: list[dict[str, Any]] = []

    def does(self, wish: str) -> None:
        """Let the person do something."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{wish}\n")
        self._process.stdin.flush()

    def hears(self, *events: str) -> dict[str, Any]:
        """Wait for one of these events, and return it; each is heard once."""
        assert self._process.stdout is not None
        while not (found := [each for each in self.heard if each["event"] in events]):
            line = self._process.stdout.readline()
            if not line:
                break
            self.heard.append(json.loads(line))
        if found:
            self.heard.remove(found[0])
            return found[0]
        _, errors = self._process.communicate(timeout=_SECONDS)
        raise AssertionError(f"never came: {events}; {self.heard}; {errors[-2000:]}")

    def close(self) -> None:
        """End it, whatever it does."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.communicate(timeout=_SECONDS)


@contextlib.contextmanager
def window(tmp_path: Path, bus: str, **more: str) -> Iterator[Window]:
    """Open a window on the test's data directory."""
    environment = {
        **os.environ,
        "HOME": str(tmp_path),
        "DBUS_SESSION_BUS_ADDRESS": bus,
        "QTWEBENGINE_DISABLE_SANDBOX": "1",
        **more,
    }
    opened = Window(tmp_path / "home", environment)
    try:
        opened.hears("shown")
        yield opened
    finally:
        opened.close()


@contextlib.contextmanager
def mood(bus: str, name: str, delay: float = 0.0) -> Iterator[FakeSecrets]:
    """Put a Secret Service of that mood on the bus."""
    kind = {"refuses": Refusing, "slow": Late}.get(name, FakeSecrets)
    secrets = kind(bus, name, delay)
    try:
        yield secrets
    finally:
        secrets.close()


class Late(FakeSecrets):
    """Takes its time for the first answer, as one that is just starting."""

    def _answer(self, message: Message) -> None:
        self._delay = 0.0
        super()._answer(message)


class Refusing(FakeSecrets):
    """Answers all, and takes no value."""

    def _answer(self, message: Message) -> None:
        member = str(message.header.fields.get(HeaderFields.member))
        if member == "OpenSession" and "plain" not in message.body:
            name = "org.freedesktop.DBus.Error.NotSupported"
            self._connection.send(new_error(message, name))
        elif member == "OpenSession":
            body = (("s", ""), "/org/freedesktop/secrets/session/1")
            self._connection.send(new_method_return(message, "vo", body))
        elif member == "CreateItem":
            self._connection.send(new_error(message, "org.freedesktop.DBus.Error.Failed"))
        else:
            super()._answer(message)


def locked_vault(tmp_path: Path) -> None:
    """Make a vault whose key is in a keyring."""
    vault = vault_in(tmp_path / "home", FakeKeys())
    vault.create_with_keyring()
    vault.close()


def is_alive_all_the_while(opened: Window, keyring: str) -> None:
    """End the window; its longest standstill is no longer than promised."""
    opened.does("end")
    ended = opened.hears("ended")

    assert ended["clean"], ended
    assert ended["beats"] > 60, ended
    assert ended["standstill"] < LONGEST_SECONDS + (0.0 if exact_times() else SLACK_SECONDS), ended
    note_longest(STANDSTILL, ended["standstill"], at=keyring)


# --- a Secret Service in each mood ---------------------------------------------------------------


def test_absent(tmp_path: Path, bus: str) -> None:
    locked_vault(tmp_path)
    with window(tmp_path, bus) as opened:
        failed = opened.hears("failed")

        assert "no keyring that Keypane can use" in failed["title"]
        is_alive_all_the_while(opened, "absent")


def test_denied_in_its_prompt(tmp_path: Path, bus: str) -> None:
    locked_vault(tmp_path)
    with mood(bus, "dismissed"), window(tmp_path, bus) as opened:
        failed = opened.hears("failed")

        assert "keyring" in failed["title"]
        is_alive_all_the_while(opened, "denied in its prompt")


def test_slow_by_half_a_minute(tmp_path: Path, bus: str) -> None:
    """Its answer is late; normally by less, since the others wait for this test."""
    locked_vault(tmp_path)
    with mood(bus, "slow", 30.0 if exact_times() else 0.6), window(tmp_path, bus) as opened:
        opened.hears("waiting")
        failed = opened.hears("failed")

        assert "no longer has the key" in failed["title"]
        is_alive_all_the_while(opened, "slow by 30 s")


@pytest.mark.parametrize("how", ["silent", "prompts"])
def test_hanging_for_ever(tmp_path: Path, bus: str, how: str) -> None:
    """It is given up after a minute; normally the person stops waiting before."""
    locked_vault(tmp_path)
    with mood(bus, how), window(tmp_path, bus) as opened:
        opened.hears("waiting")
        if not exact_times():
            opened.does("stop")
        failed = opened.hears("failed")

        wanted = "did not answer in time" if exact_times() else "The vault is locked."
        assert wanted in failed["title"]
        is_alive_all_the_while(opened, "hanging for ever")


def test_a_null_backend_that_is_planted(tmp_path: Path, bus: str) -> None:
    planted = "keyring.backends.null.Keyring"
    config = tmp_path / "config" / "python_keyring"
    config.mkdir(parents=True)
    (config / "keyringrc.cfg").write_text(f"[backend]\ndefault-keyring={planted}\n")
    locked_vault(tmp_path)
    hostile = {
        "PYTHON_KEYRING_BACKEND": planted,
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
    }
    with window(tmp_path, bus, **hostile) as opened:
        failed = opened.hears("failed")

        assert "no keyring that Keypane can use" in failed["title"]
        is_alive_all_the_while(opened, "a planted null backend")


def test_one_that_refuses_the_value(tmp_path: Path, bus: str) -> None:
    with mood(bus, "refuses") as secrets, window(tmp_path, bus) as opened:
        opened.does("save")
        opened.does("Forget on quit")
        kept = opened.hears("kept", "opened")

        assert secrets.asked.is_set()
        assert kept.get("key", "session") == "session"
        is_alive_all_the_while(opened, "refusing the value")


def test_killed_in_mid_call(tmp_path: Path, bus: str) -> None:
    locked_vault(tmp_path)
    with mood(bus, "leaves"), window(tmp_path, bus) as opened:
        failed = opened.hears("failed")

        assert "keyring" in failed["title"]
        is_alive_all_the_while(opened, "killed in mid-call")


# --- the real gnome-keyring ----------------------------------------------------------------------


class Daemon:
    """A real gnome-keyring-daemon, which keeps what it has in the test's folder."""

    def __init__(self, tmp_path: Path, bus: str) -> None:
        runtime = tmp_path / "run"
        runtime.mkdir(mode=0o700, exist_ok=True)
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "XDG_RUNTIME_DIR": str(runtime),
            "DBUS_SESSION_BUS_ADDRESS": bus,
            "LANG": "C.UTF-8",
        }

    @contextlib.contextmanager
    def runs(self, *, unlocked: bool) -> Iterator[subprocess.Popen[bytes]]:
        """Run it until it is on the bus, and to the end of the block."""
        command = ["gnome-keyring-daemon", "--foreground", "--components=secrets"]
        process = subprocess.Popen(
            [*command, *(["--unlock"] if unlocked else [])],
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            assert process.stdin is not None
            if unlocked:
                process.stdin.write(b"pw")
            process.stdin.close()
            self._wait_until_it_is_there()
            yield process
        finally:
            process.kill()
            process.wait(_SECONDS)

    def _wait_until_it_is_there(self) -> None:
        script = (
            "import secretstorage, time\n"
            "bus = secretstorage.dbus_init()\n"
            "until = time.monotonic() + 60\n"
            "while not secretstorage.check_service_availability(bus):\n"
            "    assert time.monotonic() < until\n"
            "    time.sleep(0.05)\n"
        )
        command = [sys.executable, "-c", script]
        subprocess.run(command, env=self._environment, check=True, timeout=_SECONDS)


@REAL_KEYRING
def test_the_real_one_well_locked_killed_and_restarted(tmp_path: Path, bus: str) -> None:
    daemon = Daemon(tmp_path, bus)
    with daemon.runs(unlocked=True):
        with window(tmp_path, bus) as opened:
            opened.does("save")
            opened.does("Yes")
            assert opened.hears("opened")["key"] == "keyring"
            is_alive_all_the_while(opened, "well, at the first save")
        with window(tmp_path, bus) as opened:
            assert opened.hears("opened")["key"] == "keyring"
            is_alive_all_the_while(opened, "well, at the start")
    with daemon.runs(unlocked=False), window(tmp_path, bus) as opened:
        assert "keyring" in _failed(opened)["title"].lower()
        is_alive_all_the_while(opened, "locked")
    with window(tmp_path, bus) as opened:  # it was killed
        assert "no keyring that Keypane can use" in opened.hears("failed")["title"]
        with daemon.runs(unlocked=True):
            opened.does("again")
            assert opened.hears("opened")["key"] == "keyring"
            is_alive_all_the_while(opened, "killed and restarted")


def _failed(opened: Window) -> dict[str, Any]:
    """Wait for the failure; a desktop without anything that prompts may keep silent."""
    event = opened.hears("failed", "waiting")
    return event if event["event"] == "failed" else opened.hears("failed")
