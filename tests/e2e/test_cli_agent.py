"""`keypane agent` as a process: the manual's clients ask it, and its end leaves nothing."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.command_line import ROOT, CommandLine, SandboxProcess, sandbox_process

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Unix sockets")
MANUAL = ROOT / "docs" / "manual" / "agent.md"


@pytest.fixture(scope="module")
def x() -> Iterator[SandboxProcess]:
    with sandbox_process() as running:
        yield running


@pytest.fixture(scope="module")
def keypane(x: SandboxProcess, tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    command_line = CommandLine(tmp_path_factory.mktemp("agent") / "home")
    command_line.add_app(x)
    assert command_line.json("bearer", "generate", "Practice").code == 0
    return command_line


@contextmanager
def agent(keypane: CommandLine, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    with keypane.started("agent", *arguments, "--json") as process:
        assert process.stdout is not None
        facts = json.loads(process.stdout.readline())
        assert facts == {"socket": str(keypane.home / "helper.sock"), "apps": ["Practice"]}
        yield process


def manuals(language: str) -> str:
    """Return the first client of a language that the manual shows."""
    found = re.search(rf"```{language}\n(.*?)```", MANUAL.read_text("utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


def client(keypane: CommandLine, *command: str) -> str:
    environment = {**keypane.environment, "KEYPANE_HOME": str(keypane.home)}
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    return (done.stdout + done.stderr).strip()


def test_the_manuals_clients_get_a_token_and_a_refusal(keypane: CommandLine) -> None:
    token = keypane.run("token", "Practice", "--as", "bearer").stdout.strip()
    python = manuals("python") + "\nimport sys\nprint(fresh_token(sys.argv[1]))"
    js = manuals("js") + "\nfreshToken(process.argv[1]).then(console.log, console.error)"

    with agent(keypane, "--allow", "Practice"):
        given = client(keypane, sys.executable, "-c", python, "Practice")
        refused = client(keypane, sys.executable, "-c", python, "Nobody")
        node = client(keypane, "node", "-e", js, "Practice") if shutil.which("node") else token

    assert given == node == token
    assert "RuntimeError" in refused


def test_a_second_agent_says_so_and_sigterm_ends_the_first_cleanly(keypane: CommandLine) -> None:
    with agent(keypane, "--allow", "Practice") as first:
        second = keypane.json("agent", "--allow", "Practice")
        first.send_signal(signal.SIGTERM)

        assert first.wait(20) == 0
    assert (second.code, second.error["kind"]) == (2, "bad_input")
    assert "another agent" in second.error["message"]
    assert not (keypane.home / "helper.sock").exists()


def test_a_killed_agents_socket_is_in_nobodys_way(keypane: CommandLine) -> None:
    with agent(keypane, "--allow", "Practice") as first:
        first.kill()
        first.wait(20)
    assert (keypane.home / "helper.sock").exists()

    with agent(keypane, "--allow", "Practice"):
        assert (keypane.home / "helper.sock").exists()


def test_consent_is_needed_and_remembered_until_it_is_forgotten(keypane: CommandLine) -> None:
    before = keypane.json("agent")
    with agent(keypane, "--allow", "Practice", "--remember"):
        pass
    with agent(keypane):
        pass
    forgotten = keypane.json("agent", "--forget", "Practice")

    assert (before.code, before.error["kind"]) == (2, "bad_input")
    assert forgotten.answer == {"apps": []}
    assert keypane.json("agent").code == 2


def test_ctrl_c_ends_it_as_cancelled(keypane: CommandLine, tmp_path: Path) -> None:
    with agent(keypane, "--allow", "Practice") as running:
        running.send_signal(signal.SIGINT)

        assert running.wait(20) == 130
    assert not (keypane.home / "helper.sock").exists()
