"""No secret of the main job is found anywhere outside the sealed vault and the program's memory."""

import base64
import binascii
import json
import os
import re
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pytest

from core.adapters.sqlite_store import SqliteStores
from core.adapters.system_clock import SystemClock
from core.model import Activity, App, BearerToken, UserToken
from core.secret import Secret
from core.vault.vault import Vault
from tests.e2e.window.canary_child import PASSPHRASE
from tests.fakes.keys import FakeKeys

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

ROOT: Final = Path(__file__).resolve().parents[2]
CHILD: Final = "tests.e2e.window.canary_child"
_LOOK_EVERY_SECONDS: Final = 0.15
_LARGEST: Final = 32 << 20


def spellings(value: str) -> set[bytes]:
    """Return what a value may look like on disk: in every coding that a program might give it."""
    raw = value.encode()
    found = {raw, raw[::-1], raw.hex().encode(), raw.hex().upper().encode()}
    found |= {quote(value, safe="").encode(), quote(quote(value, safe=""), safe="").encode()}
    found |= {value.encode("utf-16-le"), value.encode("utf-16-be")}
    found.add(json.dumps(value)[1:-1].encode())
    for before in range(3):  # inside a longer text the value begins at any of three places
        whole = base64.b64encode(b"\0" * before + raw)
        inner = whole[4 if before else 0 : -4]
        found |= {inner, inner.translate(bytes.maketrans(b"+/", b"-_"))}
    return found


class Haystack:
    """Everything that was read, piece by piece, and where from."""

    def __init__(self) -> None:
        self._pieces: dict[bytes, str] = {}

    def put(self, where: str, what: bytes) -> None:
        """Keep a piece; the same one only once."""
        self._pieces.setdefault(what, where)

    def finds(self, secrets: dict[str, str]) -> list[str]:
        """Return which kind of secret stands where; no value is told."""
        wanted = [(kind, form) for value, kind in secrets.items() for form in spellings(value)]
        return sorted(
            {
                f"{kind} in {where}"
                for what, where in self._pieces.items()
                for kind, form in wanted
                if form in what
            }
        )

    def names(self) -> set[str]:
        """Return where all of it came from."""
        return set(self._pieces.values())


@dataclass
class Watch:
    """Reads, while a program runs, all that others could: its files, arguments, environment."""

    folders: tuple[Path, ...]
    haystack: Haystack = field(default_factory=Haystack)

    def look(self, pid: int) -> None:
        """Read everything once."""
        for process in family(pid):
            for name in ("cmdline", "environ", "comm"):
                content = contents(Path(f"/proc/{process}/{name}"))
                self.haystack.put(f"/proc {name}", content)
        for folder in self.folders:
            for path in folder.rglob("*"):
                self.haystack.put(str(path.relative_to(folder.parent)), contents(path))
                self.haystack.put("a file's name", os.fsencode(path))

    def follow(self, pid: int, ended: threading.Event) -> None:
        """Read everything again and again until the program has ended."""
        while not ended.wait(_LOOK_EVERY_SECONDS):
            self.look(pid)


def contents(path: Path) -> bytes:
    """Return a file's bytes; nothing for what is no file, or is gone, or not for us."""
    try:
        if path.is_file() and not path.is_symlink() and path.stat().st_size <= _LARGEST:
            return path.read_bytes()
    except OSError:
        pass
    return b""


def family(pid: int) -> set[int]:
    """Return a process and all below it."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            rest = stat.read_text("utf-8", "replace").rpartition(")")[2].split()
        except OSError:
            continue  # it has ended
        parents[int(stat.parent.name)] = int(rest[1])
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


@dataclass
class Outcome:
    """What a run of the child left behind."""

    code: int
    facts: dict[str, Any]
    haystack: Haystack
    home: Path
    stdout: bytes
    stderr: bytes


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """The main job, done once in a program of its own while somebody reads along."""
    root = tmp_path_factory.mktemp("canary")
    folders = {name: root / name for name in ("home", "tmp", "data", "pictures", "run")}
    for name in ("home", "tmp", "run"):
        folders[name].mkdir(mode=0o700)
    environment = {k: v for k, v in os.environ.items() if "KEYPANE" not in k} | {
        "HOME": str(folders["home"]),
        "XDG_CONFIG_HOME": str(folders["home"] / "config"),
        "XDG_CACHE_HOME": str(folders["home"] / "cache"),
        "XDG_DATA_HOME": str(folders["home"] / "share"),
        "XDG_RUNTIME_DIR": str(folders["run"]),
        "TMPDIR": str(folders["tmp"]),
    }
    reader, writer = os.pipe()
    places = [str(folders["data"]), str(folders["pictures"])]
    command = [sys.executable, "-m", CHILD, *places, str(writer)]
    watch = Watch(tuple(folders[name] for name in ("home", "tmp", "data", "pictures", "run")))
    ended = threading.Event()
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        pass_fds=(writer,),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as child:
        os.close(writer)
        follower = threading.Thread(target=watch.follow, args=(child.pid, ended), daemon=True)
        follower.start()
        stdout, stderr = child.communicate(timeout=100)
        ended.set()
        follower.join()
    with os.fdopen(reader, encoding="utf-8") as told:
        facts = json.load(told)
    watch.look(child.pid)
    watch.haystack.put("stdout", stdout)
    watch.haystack.put("stderr", stderr)
    for title in facts["titles"]:
        watch.haystack.put("a window's title", title.encode())
    return Outcome(child.returncode, facts, watch.haystack, folders["data"], stdout, stderr)


def test_the_main_job_was_done_and_every_kind_of_secret_was_heard(outcome: Outcome) -> None:
    assert re.findall(rb"^\w+(?:Error|Exception)\b", outcome.stderr, re.MULTILINE) == []
    assert outcome.facts["failed"] == []
    assert outcome.code == 0
    kinds = set(outcome.facts["secrets"].values())
    assert {"api_secret", "client_secret", "access_token", "refresh_token", "code"} <= kinds
    assert len(outcome.facts["secrets"]) >= 13
    assert outcome.stdout == b""
    assert {"/proc cmdline", "/proc environ", "stderr", "data/vault.db"} <= outcome.haystack.names()


def test_no_secret_was_found_in_any_spelling_anywhere(outcome: Outcome) -> None:
    assert outcome.haystack.finds(outcome.facts["secrets"]) == []


def test_the_vault_holds_them_all_the_same_sealed(outcome: Outcome) -> None:
    vault = Vault(SqliteStores(outcome.home), FakeKeys(), SystemClock())
    vault.unlock(Secret(PASSPHRASE))
    apps = {app.name: app for app in vault.all(App)}
    consumer = apps["Tour App"].consumer
    assert consumer is not None
    assert outcome.facts["secrets"][consumer.api_secret.reveal()] == "api_secret"
    assert len(vault.all(BearerToken)) == 1
    assert len(vault.all(UserToken)) == 1
    assert vault.all(Activity) != ()
    vault.close()


@pytest.mark.parametrize(
    "hide",
    [
        lambda raw: raw,
        lambda raw: raw[::-1],
        binascii.hexlify,
        base64.b64encode,
        lambda raw: base64.b64encode(b"id:" + raw + b"\n"),
        lambda raw: base64.urlsafe_b64encode(b"user:" + raw),
        lambda raw: raw.decode().encode("utf-16"),
        lambda raw: quote(raw.decode(), safe="").encode(),
    ],
    ids=["raw", "reversed", "hex", "base64", "basic", "base64url", "utf-16", "percent"],
)
def test_a_planted_secret_is_found(tmp_path: Path, hide: Any) -> None:
    planted = "planted/Secret+value=0123456789"
    folder = tmp_path / "deep" / "er"
    folder.mkdir(parents=True)
    (folder / "log").write_bytes(b"so it was " + hide(planted.encode()) + b", they say")
    watch = Watch((tmp_path,))

    watch.look(os.getpid())

    assert watch.haystack.finds({planted: "planted"}) == [f"planted in {tmp_path.name}/deep/er/log"]


def test_a_secret_in_an_argument_is_found() -> None:
    planted = "planted-argument-0123456789"
    program = "import sys; sys.stdin.read()"
    watch = Watch(())
    with subprocess.Popen([sys.executable, "-c", program, planted], stdin=subprocess.PIPE) as child:
        watch.look(os.getpid())
        child.communicate()

    assert watch.haystack.finds({planted: "planted"}) == ["planted in /proc cmdline"]
