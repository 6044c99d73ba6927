"""No secret of the main job is found anywhere outside the sealed vault and the program's memory.

Kinds of secrets times encodings times sinks; each sink and each encoding is first seen to be
found out when something is planted there.
"""

import json
import os
import re
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from core.adapters.sqlite_store import SqliteStores
from core.adapters.system_clock import SystemClock
from core.model import Activity, App, BearerToken, UserToken
from core.secret import Secret
from core.vault.vault import Vault
from tests.canary.child import PASSPHRASE
from tests.canary.encodings import ENCODINGS, in_encoding
from tests.canary.sinks import INSIDE
from tests.canary.watch import Canary, Haystack, Watch
from tests.fakes.keys import FakeKeys
from tests.reliability.counts import note

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
    pytest.mark.timeout(600),
]
CHILD_SECONDS: Final = 500  # twenty when the machine has nothing else to do

ROOT: Final = Path(__file__).resolve().parents[2]
CHILD: Final = "tests.canary.child"
FOLDERS: Final = ("home", "temp", "data", "pictures", "runtime", "work")
OUTSIDE: Final = (
    "cmdline", "environ", "comm", "child's cmdline", "child's environ", "child's comm",
    *(f"files in {name}" for name in FOLDERS), "file names", "stdout", "stderr",
)  # fmt: skip
GIVEN_OUT: Final = (
    "activity", "settings", "history", "reprs", "doctor's report", "snippets", "sandbox's ledger",
)  # fmt: skip
KINDS: Final = frozenset(
    (
        "API Key", "API Key Secret", "Client ID", "Client Secret", "owner's Access Token",
        "owner's Access Token Secret", "Bearer Token", "user's access token", "refresh token",
        "code", "state", "code_verifier", "passphrase", "recovery passphrase", "proxy password",
        "data key",
    )
)  # fmt: skip
# Names of an App that X shows in its console and in every authorize address: no secrets, and
# yet kept out of logs. The screen says them, and the address carries the state.
ON_SCREEN: Final = frozenset(("accessibility tree", "tooltips", "drag data"))
ALLOWED: Final = {
    "Client ID": ON_SCREEN | {"sandbox's ledger", "reprs"},
    "API Key": ON_SCREEN,
    "state": frozenset({"sandbox's ledger"}),
}


@dataclass
class Outcome:
    """What a run of the child left behind."""

    code: int
    facts: dict[str, Any]
    haystack: Haystack
    home: Path
    stdout: bytes
    stderr: bytes

    @property
    def canaries(self) -> list[Canary]:
        """All secrets of the run."""
        found = [
            Canary(value.encode(), kind, ALLOWED.get(kind, frozenset()))
            for value, kind in self.facts["secrets"].items()
        ]
        if self.facts["key"]:
            found.append(Canary(bytes.fromhex(self.facts["key"]), "data key"))
        return found


def run_child(root: Path, pictures: str = "") -> Outcome:
    """Run the child while somebody reads along."""
    folders = {name: root / name for name in FOLDERS}
    for name in ("home", "temp", "runtime", "work"):
        folders[name].mkdir(mode=0o700)
    environment = {k: v for k, v in os.environ.items() if "KEYPANE" not in k} | {
        "HOME": str(folders["home"]),
        "XDG_CONFIG_HOME": str(folders["home"] / "config"),
        "XDG_CACHE_HOME": str(folders["home"] / "cache"),
        "XDG_DATA_HOME": str(folders["home"] / "share"),
        "XDG_RUNTIME_DIR": str(folders["runtime"]),
        "TMPDIR": str(folders["temp"]),
        "PYTHONPATH": str(ROOT),
    }
    reader, writer = os.pipe()
    places = [str(folders["data"]), pictures or str(folders["pictures"])]
    command = ["sh", "-c", 'ulimit -c unlimited; exec "$@"', "sh"]
    command += [sys.executable, "-m", CHILD, *places, str(writer)]
    watch = Watch(folders)
    ended = threading.Event()
    told: list[bytes] = []
    with subprocess.Popen(
        command,
        cwd=folders["work"],
        env=environment,
        pass_fds=(writer,),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as child:
        os.close(writer)
        listener = threading.Thread(target=lambda: told.append(_read_all(reader)), daemon=True)
        follower = threading.Thread(target=watch.follow, args=(child.pid, ended), daemon=True)
        listener.start()
        follower.start()
        try:
            stdout, stderr = child.communicate(timeout=CHILD_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            stdout, stderr = child.communicate()
        ended.set()
        follower.join()
        listener.join()
    watch.look(child.pid)
    facts: dict[str, Any] = json.loads(told[0]) if told and told[0] else {}
    watch.haystack.put("stdout", stdout)
    watch.haystack.put("stderr", stderr)
    for sink, texts in facts.get("sinks", {}).items():
        watch.haystack.put(sink, b"")
        for text in texts:
            watch.haystack.put(sink, text.encode("utf-8", "replace"))
    return Outcome(child.returncode, facts, watch.haystack, folders["data"], stdout, stderr)


def _read_all(descriptor: int) -> bytes:
    with os.fdopen(descriptor, "rb") as pipe:
        return pipe.read()


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """The main job, done once in a program of its own."""
    return run_child(tmp_path_factory.mktemp("canary"))


def test_the_main_job_was_done_and_every_kind_of_secret_was_heard(outcome: Outcome) -> None:
    assert re.findall(rb"^\w+(?:Error|Exception)\b", outcome.stderr, re.MULTILINE) == []
    assert outcome.facts["failed"] == []
    assert outcome.code == 0
    assert {canary.kind for canary in outcome.canaries} == KINDS
    assert outcome.stdout == b""


@pytest.mark.counted
def test_every_sink_was_read(outcome: Outcome) -> None:
    sinks = {*OUTSIDE, *INSIDE, *GIVEN_OUT}

    assert sinks - outcome.haystack.sinks == set()
    assert len(KINDS) >= 14
    assert len(ENCODINGS) >= 13
    assert len(sinks) >= 25
    note("Canary: the main job, watched", kinds=len(KINDS))
    note("Canary: the main job, watched", encodings=len(ENCODINGS), sinks=len(sinks))


@pytest.mark.counted
def test_no_secret_was_found_in_any_encoding_in_any_sink(outcome: Outcome) -> None:
    assert outcome.haystack.finds(outcome.canaries) == []
    note("Canary: the main job, watched", secrets=len(outcome.canaries), leaked=0)


def test_the_vault_holds_them_all_the_same_sealed(outcome: Outcome) -> None:
    vault = Vault(SqliteStores(outcome.home), FakeKeys(), SystemClock())
    vault.unlock(Secret(PASSPHRASE))
    apps = {app.name: app for app in vault.all(App)}
    consumer = apps["Tour App"].consumer
    assert consumer is not None
    assert outcome.facts["secrets"][consumer.api_secret.reveal()] == "API Key Secret"
    assert len(vault.all(BearerToken)) == 1
    assert len(vault.all(UserToken)) == 1
    assert vault.all(Activity) != ()
    vault.close()


@pytest.mark.counted
def test_a_planted_mark_is_found_in_every_sink_of_the_program(tmp_path: Path) -> None:
    outcome = run_child(tmp_path, "plant")

    found = {line.removeprefix("planted in ") for line in outcome.haystack.finds(outcome.canaries)}
    for sink in (*INSIDE, "stdout", "stderr"):
        assert any(line.startswith(f"{sink} ") for line in found), sink
        note("Canary: planted, and found out", sinks=1)


@pytest.mark.counted
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_planted_secret_is_found_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    planted = b"planted/Secret+value=0123456789&<more>"
    folder = tmp_path / "deep" / "er"
    folder.mkdir(parents=True)
    hidden = in_encoding(encoding, planted)
    (folder / "log").write_bytes(b"so it was " + hidden + b", they say")
    watch = Watch({"here": tmp_path})

    watch.look(os.getpid())

    found = watch.haystack.finds([Canary(planted, "planted")])
    assert any(line.startswith("planted in files in here deep/er/log") for line in found)
    note("Canary: planted, and found out", encodings=1)


@pytest.mark.counted
@pytest.mark.parametrize("sink", ["cmdline", "environ", "comm", "core file", "file names"])
def test_a_secret_planted_outside_is_found(tmp_path: Path, sink: str) -> None:
    planted = "planted-0123456"
    program = "import sys; open('/proc/self/comm', 'w').write(sys.argv[1]); sys.stdin.read()"
    where = tmp_path / (planted if sink == "file names" else "core.123")
    where.write_text(planted if sink == "core file" else "")
    watch = Watch({"here": tmp_path})
    environment = {**os.environ, "MARK": planted} if sink == "environ" else dict(os.environ)
    argument = planted if sink in {"cmdline", "comm"} else "other"
    command = [sys.executable, "-c", program, argument]
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE) as child:
        comm = Path(f"/proc/{child.pid}/comm")
        while comm.read_text().strip() not in {planted, "other"}:
            threading.Event().wait(0.01)
        watch.look(os.getpid())
        child.communicate()

    found = watch.haystack.finds([Canary(planted.encode(), "planted")])
    said = (f"planted in {sink}", f"planted in child's {sink}")
    assert any(line.startswith(said) for line in found)
    note("Canary: planted, and found out", sinks=1)
