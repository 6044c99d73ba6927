"""`keypane agent` as a process: the manual's clients ask it, and its end leaves nothing."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.adapters.sqlite_store import SqliteStores
from core.adapters.system_clock import SystemClock
from core.model import UserToken
from core.secret import Secret
from core.vault.vault import Vault
from tests.e2e.command_line import PASSPHRASE, ROOT, CommandLine, SandboxProcess
from tests.fakes.keys import FakeKeys
from tests.timing import within
from tests.unit.vault.test_ways_in import copies_in_memory

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Unix sockets")
MANUAL = ROOT / "docs" / "manual" / "agent.md"


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


def test_an_agent_that_nobody_asks_drops_its_key_within_a_second_of_a_lock(
    keypane: CommandLine,
) -> None:
    with agent(keypane, "--allow", "Practice") as running:
        assert running.stderr is not None
        running.stderr.readline()
        before = copies_of_key(keypane, running.pid)
        locked = keypane.json("vault", "lock")
        since = time.monotonic()
        told = running.stderr.readline()
        in_time = within(1.0, since=since)
        after = copies_of_key(keypane, running.pid)
        refused = ask(keypane)

    assert locked.code == 0
    assert told == "The vault was locked. Programs are refused until the agent starts anew.\n"
    assert in_time
    if before is not None:
        assert before > 0, "the positive control: the scan finds the key of an open vault"
        assert after == 0
    assert refused["error"]["kind"] == "vault_locked"


def copies_of_key(keypane: CommandLine, pid: int) -> int | None:
    """Count the data key in a process's memory, or return None where nobody may look."""
    vault = Vault(SqliteStores(keypane.home), FakeKeys(), SystemClock())
    vault.unlock(Secret(PASSPHRASE))
    try:
        with vault.lease() as opened:
            return copies_in_memory(pid, bytes(opened.sealer.key.raw))
    except PermissionError:
        return None
    finally:
        vault.close()


def ask(keypane: CommandLine, who: str = "bearer") -> dict[str, Any]:
    """Ask the agent as a program of this process does."""
    with socket.socket(socket.AF_UNIX) as helper:
        helper.settimeout(90)
        helper.connect(str(keypane.home / "helper.sock"))
        helper.sendall(json.dumps({"app": "Practice", "as": who}).encode() + b"\n")
        with helper.makefile("rb") as answers:
            found: dict[str, Any] = json.loads(answers.readline())
    return found


class Terminal:
    """`keypane agent` on a terminal, with a person who reads and types."""

    def __init__(self, keypane: CommandLine) -> None:
        self._ours, theirs = os.openpty()
        reader, writer = os.pipe()
        os.write(writer, f"{PASSPHRASE}\n".encode())
        os.close(writer)
        command = [sys.executable, str(ROOT / "main.py"), "--home", str(keypane.home), "agent"]
        self.process = subprocess.Popen(
            [*command, "--vault-passphrase-fd", str(reader)],
            stdin=theirs, stdout=theirs, stderr=theirs, pass_fds=(reader,),
            env=keypane.environment, start_new_session=True,
        )  # fmt: skip
        os.close(theirs)
        os.close(reader)
        self.shown = ""

    def reads(self, words: str) -> None:
        """Wait until something more is shown, and these words in it."""
        seen = ""
        while words not in seen:
            seen += os.read(self._ours, 65536).decode()
        self.shown += seen

    def types(self, words: str) -> None:
        os.write(self._ours, words.encode())

    def end(self) -> int:
        self.process.terminate()
        code = self.process.wait(30)
        os.close(self._ours)
        return code


@pytest.fixture
def terminal(keypane: CommandLine) -> Iterator[Terminal]:
    assert keypane.json("agent", "--forget", "Practice").code == 0
    running = Terminal(keypane)
    running.reads("The agent is running")
    yield running
    if running.process.poll() is None:
        running.end()


def test_on_a_terminal_the_person_is_asked_and_told_who_asks(
    keypane: CommandLine, terminal: Terminal
) -> None:
    with ThreadPoolExecutor(1) as pool:
        for typed, is_given in (("y\n", True), ("no\n", False)):
            asking = pool.submit(ask, keypane)
            terminal.reads("Allow it?")
            terminal.types(typed)
            assert ("token" in asking.result(60)) is is_given
        refused_at_once = ask(keypane)

    program = str(Path(sys.executable).resolve())
    assert f"{program} (process {os.getpid()} of " in terminal.shown
    assert "asks for a token of the Bearer Token of Practice." in terminal.shown
    assert refused_at_once["error"]["kind"] == "not_allowed"
    assert terminal.end() == 0


def test_a_program_that_is_remembered_on_the_terminal_is_not_asked_about_again(
    keypane: CommandLine, terminal: Terminal
) -> None:
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(ask, keypane)
        terminal.reads("Allow it?")
        terminal.types("r\n")
        assert "token" in asking.result(60)
    assert "token" in ask(keypane)

    assert terminal.end() == 0
    assert keypane.json("agent", "--forget", "Practice").answer == {"apps": []}


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="NOT PROVEN: needs root")
def test_a_process_of_another_user_is_turned_away_by_the_kernels_word(x: SandboxProcess) -> None:
    program = (
        "import os, socket, sys\n"
        "os.setgid(65534); os.setuid(65534)\n"
        "helper = socket.socket(socket.AF_UNIX)\n"
        "try: helper.connect(sys.argv[1])\n"
        "except OSError as error: sys.exit(f'connect: {error.strerror}')\n"
        'helper.sendall(b\'{"app": "Practice", "as": "bearer"}\\n\')\n'
        "print(helper.recv(4096).decode())\n"
    )
    with tempfile.TemporaryDirectory(prefix="kp-") as name:
        Path(name).chmod(0o755)
        keypane = CommandLine(Path(name) / "home")
        keypane.add_app(x)
        with agent(keypane, "--allow", "Practice"):
            path = keypane.home / "helper.sock"
            shut = client(keypane, sys.executable, "-c", program, str(path))
            # As if somebody had opened the folder: the kernel still says who it is.
            keypane.home.chmod(0o755)
            path.chmod(0o666)
            refused = client(keypane, sys.executable, "-c", program, str(path))

    assert shut == "connect: Permission denied"
    assert json.loads(refused)["error"] == {
        "kind": "not_allowed",
        "message": "The helper answers only programs of its own user.",
        "next_step": "",
    }


def test_fifty_programs_that_ask_at_once_cause_one_refresh_at_x(
    x: SandboxProcess, keypane: CommandLine
) -> None:
    assert keypane.sign_in(x).code == 0
    expire(keypane)
    before = x.control("state")["rotations"]
    with agent(keypane, "--allow", "Practice"), ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _number: ask(keypane, "@acme"), range(50)))

    assert len({answer["token"] for answer in answers}) == 1
    assert x.control("state")["rotations"] == before + 1


def expire(keypane: CommandLine) -> None:
    """Let the time of every user's Access Token be over, as this computer sees it."""
    vault = Vault(SqliteStores(keypane.home), FakeKeys(), SystemClock())
    vault.unlock(Secret(PASSPHRASE))
    past = datetime.now(UTC) - timedelta(hours=1)
    for token in vault.all(UserToken):
        vault.update(UserToken, token.token_id, lambda found: replace(found, expires_at=past))
    vault.close()
