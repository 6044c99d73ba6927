"""The session that tests run in is a whole one, is nobody else's, and is gone afterwards."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from scripts.devtools import session
from scripts.devtools.display import start_display
from scripts.devtools.ground import end_group
from tests.conftest import screen_of_worker

_HAS_ALL = all(shutil.which(name) for name in ("Xvfb", "dbus-daemon", "gnome-keyring-daemon"))
_STORES = """
import secretstorage
bus = secretstorage.dbus_init()
box = secretstorage.get_default_collection(bus)
box.create_item("a label", {"kind": "canary"}, b"kept")
print(next(box.search_items({"kind": "canary"})).get_secret().decode())
"""


def test_the_home_is_empty_private_and_gone_afterwards() -> None:
    with session.private_home() as variables:
        home = Path(variables["HOME"])
        assert home != Path.home()
        assert not [path for path in home.rglob("*") if path.is_file()]
        assert all(Path(place).is_relative_to(home) for place in variables.values())
        assert Path(variables["XDG_RUNTIME_DIR"]).stat().st_mode & 0o777 == 0o700

    assert not home.exists()


def test_nothing_of_the_persons_session_comes_along() -> None:
    mine = {"DISPLAY": ":7", "NO_AT_BRIDGE": "1", "KEYPANE_HOME": "/x", "PATH": "/bin"}

    clean = session.clean_environment(mine)

    assert not {"DISPLAY", "NO_AT_BRIDGE", "KEYPANE_HOME"} & set(clean)
    assert (clean["PATH"], clean["LC_ALL"]) == ("/bin", "C.UTF-8")


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="nobody is root on Windows")
def test_chromiums_sandbox_is_switched_off_for_root_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert session.clean_environment({})["QTWEBENGINE_DISABLE_SANDBOX"] == "1"

    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert "QTWEBENGINE_DISABLE_SANDBOX" not in session.clean_environment({})


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Xvfb is looked for on Linux")
def test_without_xvfb_windows_are_drawn_offscreen_and_it_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)

    with session.screen() as variables:
        assert variables == {"QT_QPA_PLATFORM": "offscreen"}

    assert "not covered" in capsys.readouterr().err


def test_without_a_bus_daemon_the_keyring_is_said_not_to_be_covered(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)

    with session.bus_and_keyring({}) as variables:
        assert variables == {}

    assert "keyring and accessibility are not covered" in capsys.readouterr().err


@pytest.mark.skipif(not _HAS_ALL, reason="Xvfb, dbus-daemon or gnome-keyring is not installed")
def test_a_whole_session_has_a_screen_and_a_real_keyring_and_ends() -> None:
    with session.everything() as variables:
        display = variables["DISPLAY"].removeprefix(":")
        assert Path(f"/tmp/.X11-unix/X{display}").exists()
        assert variables["KEYPANE_TEST_KEYRING"] == "gnome-keyring"
        answer = subprocess.run(
            [sys.executable, "-c", _STORES],
            env=variables,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (answer.stdout, answer.returncode) == ("kept\n", 0)

    assert not Path(f"/tmp/.X11-unix/X{display}").exists()
    assert not Path(variables["HOME"]).exists()


@pytest.mark.skipif(not _HAS_ALL, reason="Xvfb, dbus-daemon or gnome-keyring is not installed")
def test_screens_started_at_once_are_different_and_outlive_their_last_client() -> None:
    with contextlib.ExitStack() as stack, ThreadPoolExecutor(4) as pool:
        started = [one for one in pool.map(lambda _: start_display(), range(4)) if one]
        for server, _ in started:
            stack.callback(end_group, server)
        addresses = [f"/tmp/.X11-unix/X{display.removeprefix(':')}" for _, display in started]

        assert len(set(addresses)) == 4
        for address in addresses * 5:
            with socket.socket(socket.AF_UNIX) as client:
                assert client.connect_ex(address) == 0

    assert not [address for address in addresses if Path(address).exists()]


@pytest.mark.skipif(not _HAS_ALL, reason="needs Xvfb")
def test_two_workers_draw_on_two_screens_and_one_alone_on_the_first() -> None:
    with session.screen() as first, session.second_screen(first) as second:
        environment = first | second
        drawn_on = [
            (environment | screen_of_worker(environment | worker))["DISPLAY"]
            for worker in ({}, *({"PYTEST_XDIST_WORKER": f"gw{number}"} for number in range(3)))
        ]

    assert drawn_on[0] == drawn_on[1] == drawn_on[3] == first["DISPLAY"]
    assert drawn_on[2] == second["KEYPANE_SECOND_DISPLAY"] != first["DISPLAY"]


def test_where_windows_are_drawn_offscreen_there_is_no_second_screen() -> None:
    with session.second_screen({"QT_QPA_PLATFORM": "offscreen"}) as second:
        assert second == {}
