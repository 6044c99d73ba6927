"""Faults of issue 5, each from outside: a sentence, the exit code of the contract, nothing half."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.redaction import forms_of
from tests.e2e.command_line import ROOT, CommandLine, SandboxProcess

SLOW_SECONDS = 1.5


WAITING = {
    "bearer generate": ("POST", "/oauth2/token"),
    "bearer check": ("GET", "/2/usage/tweets"),
    "user refresh": ("POST", "/2/oauth2/token"),
    "user check": ("GET", "/2/users/me"),
    "request GET /2/users/me --as acme --app": ("GET", "/2/users/me"),
    "usage": ("GET", "/2/usage/tweets"),
}


@pytest.mark.parametrize("command", WAITING)
def test_a_wait_of_more_than_a_second_is_told_on_stderr(
    keypane: CommandLine, x: SandboxProcess, command: str
) -> None:
    method, path = WAITING[command]
    user = ["acme"] if command.startswith("user") else []
    x.fault(method, path, delay_seconds=SLOW_SECONDS, times=2)

    told = keypane.json(*command.split(), "Practice", *user)
    silent = keypane.json(*command.split(), "Practice", *user, "--quiet")
    x.control("faults", [])

    assert told.code == silent.code == 0, told.stdout
    assert "Waiting for X, " in told.stderr
    assert "Waiting" not in silent.stderr
    assert "Waiting" not in told.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("token", "Nobody"),
        ("exec", "Nobody", "--", "true"),
        ("export", "Nobody", "--to", "env"),
        ("user", "list", "Nobody"),
        ("agent", "--allow", "Nobody"),
        ("request", "GET", "/2/users/me", "--app", "Nobody"),
    ],
)
def test_an_unknown_app_is_told(keypane: CommandLine, arguments: tuple[str, ...]) -> None:
    refused = keypane.json(*arguments)

    assert (refused.code, refused.error["kind"]) == (2, "bad_input")
    assert refused.error["next_step"] != ""


@pytest.mark.parametrize(
    "arguments",
    [
        ("token", "Practice", "--as", "@nobody"),
        ("exec", "Practice", "--as", "nobody", "--", "true"),
        ("user", "refresh", "Practice", "@nobody"),
        ("user", "hand-over", "Practice", "nobody"),
        ("request", "GET", "/2/users/me", "--app", "Practice", "--as", "@nobody"),
    ],
)
def test_an_unknown_user_is_told(keypane: CommandLine, arguments: tuple[str, ...]) -> None:
    refused = keypane.json(*arguments)

    assert (refused.code, refused.error["kind"]) == (6, "no_credential")


def test_an_ambiguous_name_is_told_and_nothing_is_chosen(
    keypane: CommandLine, x: SandboxProcess, tmp_path: Path
) -> None:
    from core.adapters.sqlite_store import SqliteStores
    from core.adapters.system_clock import SystemClock
    from core.environment import Environment
    from core.new_app import new_app
    from core.secret import Secret
    from core.vault.vault import Vault
    from tests.e2e.command_line import PASSPHRASE
    from tests.fakes.keys import FakeKeys

    twins = CommandLine(tmp_path / "home")
    twins.add_app(x, "Twin")
    vault, clock = Vault(SqliteStores(twins.home), FakeKeys(), SystemClock()), SystemClock()
    vault.unlock(Secret(PASSPHRASE))
    vault.save(new_app("Twin", Environment.x(), {}, clock.now())[0])  # as the window may
    vault.close()

    refused = twins.json("token", "Twin")

    assert (refused.code, refused.error["kind"]) == (2, "bad_input")
    assert "2 Apps" in refused.error["message"] or "several" in refused.error["message"]


@pytest.mark.parametrize(
    "arguments",
    [("token", "Practice"), ("exec", "Practice", "--", "true"), ("agent", "--allow", "Practice")],
)
def test_a_locked_vault_without_a_terminal_is_told(
    keypane: CommandLine, arguments: tuple[str, ...]
) -> None:
    refused = keypane.json(*arguments, passphrase=None)

    assert (refused.code, refused.error["kind"]) == (5, "vault_locked")
    assert refused.error["next_step"] != ""


@pytest.mark.parametrize(
    ("content", "mode", "why"),
    [(None, 0, "there is no such program"), (b"\x7fELF broken", 0o755, "not a program"),
     (b"#!/bin/sh\n", 0o644, "may not be run")],
    ids=["absent", "broken", "not executable"],
)  # fmt: skip
def test_a_child_that_cannot_start_is_told(
    keypane: CommandLine, tmp_path: Path, content: bytes | None, mode: int, why: str
) -> None:
    program = tmp_path / "program"
    if content is not None:
        program.write_bytes(content)
        program.chmod(mode)

    refused = keypane.json("exec", "Practice", "--as", "bearer", "--", str(program))

    assert (refused.code, refused.error["kind"]) == (2, "bad_input")
    assert why in refused.error["message"]


@pytest.mark.skipif(os.name != "posix", reason="a shell of POSIX")
@pytest.mark.parametrize("command", ["operations --json", "operations", "--help"])
def test_a_reader_that_has_enough_leaves_no_noise(keypane: CommandLine, command: str) -> None:
    line = f"{sys.executable} {ROOT / 'main.py'} --home {keypane.home} {command} | head -c 1"

    ran = subprocess.run(
        ["sh", "-c", line], capture_output=True, env=keypane.environment, timeout=100, check=True
    )

    assert len(ran.stdout) == 1
    assert ran.stderr == b""


def test_no_line_of_all_this_held_a_secret(keypane: CommandLine, x: SandboxProcess) -> None:
    tokens = [
        keypane.run("token", "Practice", "--as", who).stdout.strip() for who in ("bearer", "@acme")
    ]
    secrets = [*tokens, x.facts["api_secret"], x.facts["client_secret"], x.facts["api_key"]]

    assert all(secrets)
    printed = "".join(keypane.printed)
    assert not [form for secret in secrets for form in forms_of(secret) if form in printed]
