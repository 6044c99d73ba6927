"""`main.py --self-test` as a person or a build job starts it, and its checks one by one."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from core.adapters import trials
from core.adapters.os_keyring import OsKeyring
from core.errors import VaultLocked, VaultUnavailable
from core.findings import Finding
from ui.self_test import choose_platform, run_self_test

ROOT = Path(__file__).parents[2]
NAMES = ("keyring", "sqlite", "vault", "tls", "qt", "chromium", "resources", "fonts", "webengine")


def start(
    *arguments: str, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "main.py"), "--self-test", *arguments],
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


def only_document(output: str) -> dict[str, Any]:
    assert output.count("\n") == 1, output
    document: dict[str, Any] = json.loads(output)
    return document


def test_it_prints_one_document_and_all_checks_hold(tmp_path: Path) -> None:
    done = start(environment={"HOME": str(tmp_path), "KEYPANE_HOME": str(tmp_path / "kept")})

    report = only_document(done.stdout)
    states = {check["name"]: check["state"] for check in report["checks"]}
    assert tuple(states) == NAMES
    assert {name for name, state in states.items() if state == "fail"} == set(), report
    assert report["ok"] is True
    assert done.returncode == 0
    assert not (tmp_path / "kept").exists(), "the person's own data folder was touched"


def test_without_a_display_it_draws_offscreen() -> None:
    done = start(environment={"DISPLAY": "", "WAYLAND_DISPLAY": "", "QT_QPA_PLATFORM": ""})

    assert done.returncode == 0, done.stdout
    assert "offscreen" in {c["name"]: c["detail"] for c in json.loads(done.stdout)["checks"]}["qt"]


def test_a_window_that_cannot_start_is_a_failure_with_a_document() -> None:
    done = start(environment={"QT_QPA_PLATFORM": "xcb", "DISPLAY": ":4095"})

    report = only_document(done.stdout)
    failed = {check["name"] for check in report["checks"] if check["state"] == "fail"}
    assert failed == {"qt", "chromium", "resources", "fonts", "webengine"}
    assert report["ok"] is False
    assert done.returncode == 1


def test_a_check_that_breaks_is_told_and_the_others_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Finding:
        raise ZeroDivisionError

    monkeypatch.setattr(sys, "argv", [str(ROOT / "main.py")])
    report = run_self_test({"broken": broken, "sqlite": trials.sqlite})

    rows: Any = report["checks"]
    assert rows[0] == {
        "name": "broken",
        "state": "fail",
        "detail": "the check itself failed: ZeroDivisionError",
    }
    assert rows[1]["state"] == "ok"
    assert report["ok"] is False


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (VaultUnavailable("no_keyring"), "warn"),
        (VaultUnavailable("keyring_timeout"), "warn"),
        (VaultLocked("keyring"), "warn"),
        (VaultUnavailable("keyring_broken"), "fail"),
    ],
)
def test_an_absent_keyring_is_a_warning_and_a_broken_one_a_failure(
    monkeypatch: pytest.MonkeyPatch, error: Exception, state: str
) -> None:
    def probe(_self: OsKeyring) -> None:
        raise error

    monkeypatch.setattr(OsKeyring, "probe", probe)

    assert trials.keyring().state == state


def test_a_client_that_trusts_everybody_fails_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trials, "_answer_of", lambda _origin, _settings: "200")

    found = trials.tls()

    assert found.state == "fail"
    assert "not refused" in found.detail


def test_a_vault_that_keeps_values_readable_fails_the_check(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sealed = trials._vault_in

    def leaking(folder: Path) -> Any:
        (folder / "leak").write_text(trials._VALUE)
        return sealed(folder)

    monkeypatch.setattr(trials, "_vault_in", leaking)

    assert trials.vault() == Finding("fail", "a value can be read in the vault's file")


@pytest.mark.parametrize(
    ("environ", "chosen"),
    [
        ({}, "offscreen"),
        ({"DISPLAY": ""}, "offscreen"),
        ({"DISPLAY": ":0"}, None),
        ({"WAYLAND_DISPLAY": "wayland-0"}, None),
        ({"QT_QPA_PLATFORM": "minimal"}, "minimal"),
    ],
)
def test_a_platform_is_chosen_only_where_nobody_could_see_a_window(
    environ: dict[str, str], chosen: str | None
) -> None:
    choose_platform(environ, "linux")

    assert environ.get("QT_QPA_PLATFORM") == chosen
