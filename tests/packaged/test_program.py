"""The packaged program does what the tree does, wherever it is and whoever starts it."""

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.packaged.conftest import Done, Start

pytestmark = pytest.mark.packaged

ON_LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux alone")
AS_ROOT = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root becomes another user"
)
# What Chromium and Qt say of a machine without a graphics card or a system bus.
NOISE = re.compile(
    r"(?i)sandboxing disabled|qrhi|failed to create|vulkan|gbm is not|gpu|bus\.cc|system_bus_socket"
)


def report_of(done: Done) -> dict[str, Any]:
    assert done.stdout.count("\n") == 1, done.stdout + done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def unexpected(text: str) -> list[str]:
    return [line for line in text.splitlines() if line and not NOISE.search(line)]


@pytest.mark.parametrize("name", ["keypane", "keypane-cli"])
def test_both_programs_pass_the_self_test_and_say_nothing_else(start: Start, name: str) -> None:
    done = start("--self-test", name=name)

    assert report_of(done)["ok"] is True, done.stdout
    assert done.returncode == 0
    assert unexpected(done.stderr) == []


@ON_LINUX
@pytest.mark.skipif("KEYPANE_TEST_KEYRING" not in os.environ, reason="no keyring of our own")
def test_the_keyring_of_the_desktop_is_found(start: Start) -> None:
    done = start("--self-test")

    keyring = report_of(done)["checks"][0]
    assert (keyring["name"], keyring["state"]) == ("keyring", "ok"), keyring


@ON_LINUX
@AS_ROOT
def test_an_ordinary_user_runs_it_with_the_sandbox_of_chromium_on(
    start: Start, tmp_path: Path
) -> None:
    home = tmp_path / "nobody"
    home.mkdir()
    for folder in (home, *tmp_path.parents[:2], tmp_path, tmp_path / "home"):
        folder.chmod(0o755)
    os.chown(home, 65534, 65534)
    offscreen = {"DISPLAY": "", "QT_QPA_PLATFORM": "offscreen", "DBUS_SESSION_BUS_ADDRESS": ""}

    done = start("--self-test", user="nobody", environment={"HOME": str(home), **offscreen})

    report = report_of(done)
    details = {check["name"]: check["detail"] for check in report["checks"]}
    assert report["ok"] is True, report
    assert details["chromium"].endswith("its sandbox is on")


def test_the_command_line_runs_the_main_job_against_its_own_sandbox(start: Start) -> None:
    operations = json.loads(start("operations", "--json").stdout)
    vault = start("vault", "status", "--json")
    unknown = start("no-such-command")

    assert {"findTweetsById", "findMyUser"} & {operation["id"] for operation in operations} or len(
        operations
    ) > 100
    assert json.loads(vault.stdout)["state"] == "none"
    assert vault.stderr == ""
    assert unknown.returncode == 2
    assert unknown.stdout == ""


def test_a_vault_is_made_under_a_passphrase_and_read_again(start: Start, tmp_path: Path) -> None:
    secret = tmp_path / "passphrase"
    secret.write_text("a passphrase of this test\n")
    home = str(tmp_path / "vault")

    def run(*arguments: str, given: str = "") -> Done:
        with secret.open() as file:
            return start_with(start, file.fileno(), "--home", home, *arguments, given=given)

    added = run("app", "add", "Acme", "--json", given=json.dumps({"api_key": "k" * 25}))
    listed = run("app", "list", "--json")

    assert added.returncode == 0, added.stdout + added.stderr
    assert [app["name"] for app in json.loads(listed.stdout)] == ["Acme"]


def start_with(start: Start, descriptor: int, *arguments: str, given: str = "") -> Done:
    os.set_inheritable(descriptor, True)
    return start(
        "--vault-passphrase-fd", str(descriptor), *arguments, given=given, keep=(descriptor,)
    )
