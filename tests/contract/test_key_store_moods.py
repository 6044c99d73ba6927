"""A Secret Service in bad moods, on a bus of its own: silent, slow, asking, gone, back again.

Each runs in a process of its own, since the bus is chosen once per process.
"""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import pytest
from jeepney import (  # type: ignore[import-untyped]
    DBusAddress,
    HeaderFields,
    Message,
    MessageType,
    new_error,
    new_method_return,
    new_signal,
)
from jeepney.bus_messages import message_bus  # type: ignore[import-untyped]
from jeepney.io.blocking import open_dbus_connection  # type: ignore[import-untyped]

ROOT: Final = Path(__file__).parents[2]
PATIENCE_SECONDS: Final = 60
COLLECTION: Final = "/org/freedesktop/secrets/collection/login"
PROMPT: Final = DBusAddress(
    "/org/freedesktop/secrets/prompt/1", "org.freedesktop.secrets", "org.freedesktop.Secret.Prompt"
)
pytestmark = pytest.mark.skipif(
    shutil.which("dbus-daemon") is None or not sys.platform.startswith("linux"),
    reason="NOT PROVEN: this machine has no dbus-daemon",
)
ASK: Final = """
import sys, threading
from core.adapters.os_keyring import OsKeyring
from core.errors import Cancelled, VaultLocked, VaultUnavailable

def say(*words):
    print(*words, flush=True)

def attempt(keys):
    try:
        say("read", keys.read("Keypane/x", "vault-key-v1"))
    except VaultUnavailable as error:
        say(error.reason)
    except VaultLocked as error:
        say("locked", error.needs)
    except Cancelled:
        say("cancelled")

def workers_end():
    for thread in threading.enumerate():
        if thread.name == "keypane-keyring":
            thread.join(30)
    left = [t.name for t in threading.enumerate() if t.name == "keypane-keyring"]
    say("left", left)
"""


class FakeSecrets:
    """A Secret Service with a locked collection, answering as its mood says.

    Moods: "silent" answers nothing; "prompts" asks and nobody answers; "dismissed" asks and
    the person says no; "slow" answers an unlocked, empty collection after `delay` seconds;
    "leaves" goes away in the middle of the first call.
    """

    def __init__(self, address: str, mood: str, delay: float = 0.0) -> None:
        self._connection = open_dbus_connection(address)
        self._connection.send_and_get_reply(message_bus.RequestName("org.freedesktop.secrets"))
        self._mood = mood
        self._pause = threading.Event()
        self._delay = delay
        self.asked = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Leave the bus."""
        import socket

        self._pause.set()
        with suppress(OSError):
            self._connection.sock.shutdown(socket.SHUT_RDWR)
        self._thread.join(PATIENCE_SECONDS)
        self._connection.close()

    def _serve(self) -> None:
        import socket

        while True:
            try:
                message = self._connection.receive()
            except (OSError, EOFError):
                return
            if message.header.message_type is not MessageType.method_call:
                continue
            self.asked.set()
            if self._mood == "leaves":
                self._connection.sock.shutdown(socket.SHUT_RDWR)
                return
            if self._mood != "silent":
                self._pause.wait(self._delay)
                self._answer(message)

    def _answer(self, message: Message) -> None:
        member = message.header.fields.get(HeaderFields.member)
        is_locked = self._mood in {"prompts", "dismissed"}
        answers: dict[str, tuple[str, tuple[Any, ...]]] = {
            "ReadAlias": ("o", (COLLECTION,)),
            "Get": ("v", (("b", is_locked) if "Locked" in message.body else ("s", "Login"),)),
            "Unlock": ("aoo", ([], PROMPT.object_path)),
            "Prompt": ("", ()),
            "SearchItems": ("ao", ([],)),
        }
        if member not in answers:
            name = "org.freedesktop.DBus.Error.UnknownMethod"
            self._connection.send(new_error(message, name))
            return
        signature, body = answers[str(member)]
        self._connection.send(new_method_return(message, signature or None, body))
        if member == "Prompt" and self._mood == "dismissed":
            body = (True, ("ao", []))
            self._connection.send(new_signal(PROMPT, "Completed", "bv", body))


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[str]:
    """The address of a session bus without any service."""
    (tmp_path / "bus.conf").write_text(
        "<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen>"
        "<auth>EXTERNAL</auth><policy context='default'><allow send_destination='*'"
        " eavesdrop='true'/><allow eavesdrop='true'/><allow own='*'/></policy></busconfig>"
    )
    daemon = subprocess.Popen(
        ["dbus-daemon", f"--config-file={tmp_path}/bus.conf", "--nofork", "--print-address=1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert daemon.stdout is not None
    yield daemon.stdout.readline().strip()
    daemon.terminate()
    daemon.communicate(timeout=PATIENCE_SECONDS)


def ask(bus: str, script: str, **more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", ASK + script],
        cwd=ROOT,
        env={**os.environ, "DBUS_SESSION_BUS_ADDRESS": bus, **more},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def lines_of(process: subprocess.Popen[str]) -> list[str]:
    out, _ = process.communicate("", timeout=PATIENCE_SECONDS)
    assert process.returncode == 0
    return out.splitlines()


@pytest.mark.parametrize("mood", ["silent", "prompts"])
def test_a_keyring_that_never_answers_is_given_up_and_no_thread_is_left(
    bus: str, mood: str
) -> None:
    secrets = FakeSecrets(bus, mood)
    try:
        lines = lines_of(ask(bus, "attempt(OsKeyring(seconds=1.5)); workers_end()"))
    finally:
        secrets.close()

    assert lines == ["keyring_timeout", "left []"]


def test_a_prompt_that_the_person_no_longer_waits_for_ends_its_thread(bus: str) -> None:
    secrets = FakeSecrets(bus, "prompts")
    script = """
keys = OsKeyring(seconds=60)
stopper = threading.Thread(target=lambda: (sys.stdin.readline(), keys.stop_waiting()))
stopper.start()
attempt(keys)
workers_end()
"""
    asking = ask(bus, script)
    try:
        assert secrets.asked.wait(PATIENCE_SECONDS)
        assert lines_of(asking) == ["cancelled", "left []"]
    finally:
        secrets.close()


def test_a_prompt_that_is_dismissed_is_told_as_such(bus: str) -> None:
    secrets = FakeSecrets(bus, "dismissed")
    try:
        (line, _left) = lines_of(ask(bus, "attempt(OsKeyring(seconds=30)); workers_end()"))
    finally:
        secrets.close()

    assert line in {"locked keyring", "keyring_denied"}


def test_a_slow_keyring_is_waited_for(bus: str) -> None:
    secrets = FakeSecrets(bus, "slow", delay=0.4)
    try:
        lines = lines_of(ask(bus, "attempt(OsKeyring(seconds=50)); workers_end()"))
    finally:
        secrets.close()

    assert lines == ["read None", "left []"]


def test_a_keyring_that_dies_in_mid_call_is_told_and_found_again_when_it_is_back(
    bus: str,
) -> None:
    dying = FakeSecrets(bus, "leaves")
    script = """
keys = OsKeyring(seconds=30)
attempt(keys)
sys.stdin.readline()
attempt(keys)
workers_end()
"""
    asking = ask(bus, script)
    assert asking.stdout is not None
    first = asking.stdout.readline().strip()
    dying.close()
    back = FakeSecrets(bus, "slow")
    try:
        rest = lines_of(asking)
    finally:
        back.close()

    assert first in {"keyring_broken", "no_keyring", "keyring_timeout"}
    assert rest == ["read None", "left []"]


def test_a_bus_without_a_keyring_says_so(bus: str) -> None:
    assert lines_of(ask(bus, "attempt(OsKeyring(seconds=30)); workers_end()")) == [
        "no_keyring",
        "left []",
    ]


def test_a_planted_null_backend_takes_no_ones_place(bus: str, tmp_path: Path) -> None:
    planted = "keyring.backends.null.Keyring"
    config = tmp_path / "config" / "python_keyring"
    config.mkdir(parents=True)
    (config / "keyringrc.cfg").write_text(f"[backend]\ndefault-keyring={planted}\n")
    secrets = FakeSecrets(bus, "slow")
    try:
        asking = ask(
            bus,
            "attempt(OsKeyring(seconds=30)); say('keyring.backends.null' in sys.modules)",
            PYTHON_KEYRING_BACKEND=planted,
            XDG_CONFIG_HOME=str(tmp_path / "config"),
        )
        assert lines_of(asking) == ["read None", "False"]
        assert secrets.asked.is_set()
    finally:
        secrets.close()
