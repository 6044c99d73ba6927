"""No secret of the commands that give credentials away is found where it was not asked for."""

import json
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from core.adapters.sqlite_store import SqliteStores
from core.adapters.system_clock import SystemClock
from core.model import BearerToken, UserToken
from core.secret import Secret
from core.vault.vault import Vault
from tests.canary.watch import Canary, Watch
from tests.e2e.command_line import PASSPHRASE, CommandLine, SandboxProcess, sandbox_process
from tests.fakes.keys import FakeKeys

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

TOOLS: Final = ("env", "xurl", "postman", "github", "fly", "docker", "kubernetes", "twurl", "json")
SHOWN: Final = ("stdout", "stderr")


class Witness:
    """The command line in folders of its own, and somebody who reads along."""

    def __init__(self, root: Path) -> None:
        folders = {name: root / name for name in ("data", "home", "temp", "work")}
        for name in ("home", "temp", "work"):
            folders[name].mkdir(mode=0o700)
        self.outside = root / "outside"  # where files with values belong
        self.outside.mkdir()
        self.watch = Watch(folders)
        self.keypane = CommandLine(folders["data"])
        self.keypane.environment |= {"HOME": str(folders["home"]), "TMPDIR": str(folders["temp"])}
        self.codes: dict[str, int] = {}

    def run(self, *arguments: str, stdin: str = "", answers: bool = False) -> str:
        """Run a command while everything is read; with `answers` its stdout is for the asker."""
        with self.reading():
            done = self.keypane.run(*arguments, stdin=stdin)
        self.codes[" ".join(arguments[:4])] = done.code
        self.watch.haystack.put("stdout", b"" if answers else done.stdout.encode())
        self.watch.haystack.put("stderr", done.stderr.encode())
        return done.stdout

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Read files, arguments and environments again and again."""
        ended = threading.Event()
        follower = threading.Thread(target=self.watch.follow, args=(os.getpid(), ended))
        follower.start()
        try:
            yield
        finally:
            ended.set()
            follower.join()
            self.watch.look(os.getpid())

    def secrets(self, x: SandboxProcess) -> list[Canary]:
        """Return every secret that the vault holds now, and what opens it."""
        vault = Vault(SqliteStores(self.keypane.home), FakeKeys(), SystemClock())
        vault.unlock(Secret(PASSPHRASE))
        held = {"passphrase": PASSPHRASE, "API Key": x.facts["api_key"]}
        held |= {"API Key Secret": x.facts["api_secret"], "Client Secret": x.facts["client_secret"]}
        for bearer in vault.all(BearerToken):
            held["Bearer Token"] = bearer.token.reveal() if bearer.token else ""
        for token in vault.all(UserToken):
            held["Access Token"] = token.access_token.reveal() if token.access_token else ""
            held["Refresh Token"] = token.refresh_token.reveal() if token.refresh_token else ""
        vault.close()
        assert all(held.values())
        return [Canary(value.encode(), kind) for kind, value in held.items()]


@pytest.fixture(scope="module")
def x() -> Iterator[SandboxProcess]:
    with sandbox_process() as running:
        yield running


@pytest.fixture(scope="module")
def witness(x: SandboxProcess, tmp_path_factory: pytest.TempPathFactory) -> Witness:
    """All commands that import, export, hand over and give away, run once."""
    seen = Witness(tmp_path_factory.mktemp("canary"))
    environment = f"sandbox:{x.origin}"
    seen.run("app", "add", "Practice", "--environment", environment, stdin=x.fields)
    seen.run("bearer", "generate", "Practice")
    assert seen.keypane.sign_in(x).code == 0
    for tool in TOOLS:
        seen.run("export", "Practice", "--to", tool)
    file = seen.outside / "auth.yml"
    seen.run("export", "Practice", "--to", "xurl", "--reveal", "--output", str(file))
    seen.run("import", str(file), "--app", "Practice", "--yes")
    seen.run("import", str(file), "--environment", environment, "--app", "Copy", "--yes", "--json")
    seen.run("import", str(file), "--app", "Nobody")  # refused: there is no terminal
    seen.run("app", "remove", "Copy")
    seen.run("user", "hand-over", "Practice", "@acme", "--to", "fly.io")
    seen.run("user", "take-back", "Practice", "@acme", "--json")
    seen.run("token", "Practice", "--as", "@acme", answers=True)
    seen.run("token", "Practice", "--as", "@nobody")
    seen.run("exec", "Practice", "--as", "@nobody", "--", "true")
    with_agent(seen)
    return seen


def with_agent(seen: Witness) -> None:
    """Let a program ask an agent, as itself and for what it may not have."""
    with seen.reading(), seen.keypane.started("agent", "--allow", "Practice") as agent:
        assert agent.stdout is not None
        address = agent.stdout.readline().strip()
        assert address, agent.stderr and agent.stderr.read()
        for question in ({"app": "Practice", "as": "@acme"}, {"app": "Nobody"}, {"nonsense": 1}):
            with socket.socket(socket.AF_UNIX) as program:
                program.connect(address)
                program.sendall(json.dumps(question).encode() + b"\n")
                answer = json.loads(program.makefile("rb").readline())
            is_answer = "token" in answer
            assert is_answer is ("as" in question)
            seen.watch.haystack.put("refusal", b"" if is_answer else json.dumps(answer).encode())
        agent.send_signal(signal.SIGTERM)
        out, err = agent.communicate(timeout=60)
    seen.watch.haystack.put("stdout", out.encode())
    seen.watch.haystack.put("stderr", err.encode())


def test_all_of_it_was_done(witness: Witness) -> None:
    wrong = {name: code for name, code in witness.codes.items() if code}

    assert wrong == {
        f"import {witness.outside / 'auth.yml'} --app Nobody": 2,
        "token Practice --as @nobody": 6,
        "exec Practice --as @nobody": 6,
    }
    assert "refresh_token" in (witness.outside / "auth.yml").read_text()


def test_no_secret_was_found_where_it_was_not_asked_for(
    witness: Witness, x: SandboxProcess
) -> None:
    read = {*SHOWN, "refusal", "child's cmdline", "child's environ", "files in data", "file names"}

    assert read <= witness.watch.haystack.sinks
    assert witness.watch.haystack.finds(witness.secrets(x)) == []


def test_under_exec_the_childs_environment_alone_holds_what_was_asked_for(
    witness: Witness, x: SandboxProcess
) -> None:
    watch = Watch(witness.watch.folders)
    ended = threading.Event()
    follower = threading.Thread(target=watch.follow, args=(os.getpid(), ended))
    follower.start()
    ran = witness.keypane.run("exec", "Practice", "--as", "@acme", "--", "sleep", "1")
    ended.set()
    follower.join()
    found = watch.haystack.finds(witness.secrets(x))

    assert ran.code == 0
    assert found
    assert {line.split(" (")[0].strip() for line in found} == {"Access Token in child's environ"}
