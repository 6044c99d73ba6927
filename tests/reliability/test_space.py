"""A disk without room, a disk that fails, and one that may not be written to any more.

A process refreshes a token while its writes fail for real: the system's calls are made to
fail from outside, its file system is filled or turned read-only in the moment after X has
rotated the token, or its files may not grow. Whatever happens, the new token lands or the
process says that something is wrong, and then the vault says the same.
"""

import contextlib
import os
import resource
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from core.adapters.sqlite_store import SqliteStores
from core.model import CredentialState, UserToken
from sandbox.exchange import Call
from tests.e2e.command_line import clean_environment
from tests.fakes.keys import FakeKeys
from tests.reliability.computer import Program
from tests.reliability.counts import note
from tests.reliability.desk_x import ListeningX
from tests.reliability.facts import OLD_PASSPHRASE
from tests.reliability.oracle import judged
from tests.reliability.recording import strace_works

pytestmark = [
    pytest.mark.counted,
    pytest.mark.usefixtures("quiet"),
    pytest.mark.skipif(sys.platform != "linux", reason="the ways to fail are Linux's"),
]
NEEDS_STRACE: Final = pytest.mark.skipif(
    not strace_works(), reason="strace is not installed, or not allowed"
)
_SCRIPT: Final = Path(__file__).with_name("refreshing.py")
_TOLD: Final = {"VaultUnavailable", "VaultBusy", "VaultCorrupt", "AnswerUnkept"}
_SECONDS: Final = 60


@dataclass
class Bench:
    """A vault with one user signed in, and X."""

    home: Path
    x: ListeningX

    def program(self) -> Program:
        """Start Keypane here, on a disk that works."""
        return Program(self.x, SqliteStores(self.home), FakeKeys("missing"))

    def prepare(self) -> None:
        """Make the vault and sign the user in."""
        program = self.program()
        program.vault.create_with_passphrase(OLD_PASSPHRASE)
        program.vault.save(self.x.app(self.x.origin))
        program.sign_a_user_in()
        program.vault.close()

    def judge(self) -> bool:
        """Start Keypane beside the failing process, judge, follow the next steps."""
        program = self.program()
        program.vault.unlock(OLD_PASSPHRASE)
        program.recover()
        flagged = judged(program)
        states = [token.state for token in program.vault.all(UserToken)]
        assert states == [CredentialState.OK]
        program.vault.close()
        return flagged


@pytest.fixture
def bench(quick_folder: Path) -> Iterator[Bench]:
    with ListeningX() as x:
        made = Bench(quick_folder / "home", x)
        made.prepare()
        yield made


class Refresher:
    """The process whose disk fails."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.pid = process.pid

    def refresh(self) -> str:
        """Let it refresh once; return what it says."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("go\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()


@contextlib.contextmanager
def refresher(home: Path, *before: str) -> Iterator[Refresher]:
    process = subprocess.Popen(
        [*before, sys.executable, str(_SCRIPT), str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=clean_environment(),
    )
    try:
        yield Refresher(process)
    finally:
        process.communicate(timeout=_SECONDS)
    assert process.returncode == 0


# --- calls that fail -----------------------------------------------------------------------------


def with_failing(bench: Bench, calls: str, error: str, when: str, times: int) -> Counter[str]:
    """Refresh so often while calls fail; judge after each. Returns what was said how often."""
    trace = bench.home.with_name("trace")
    inject = f"inject={calls}:error={error}:when={when}"
    strace = ["strace", "-f", "-qq", "-e", f"trace={calls}", "-e", inject, "-o", str(trace)]
    said = Counter[str]()
    with refresher(bench.home, *strace) as failing:
        for _ in range(times):
            outcome = failing.refresh()
            assert outcome == "ok" or outcome in _TOLD, outcome
            flagged = bench.judge()
            assert not (outcome == "ok" and flagged), "it said that all went well"
            said[outcome] += 1
            said["flagged"] += flagged
    said["injected"] = trace.read_text("utf-8").count("(INJECTED)")
    return said


def note_failures(what: str, said: Counter[str], times: int) -> None:
    note(
        f"Disk: {what}",
        refreshes=times,
        failed_calls=said["injected"],
        landed=said["ok"],
        told=times - said["ok"],
        flagged=said["flagged"],
        silent=0,
    )


FAILURES: Final = [
    ("pwrite64", "EIO", "9+17"),
    ("pwrite64", "ENOSPC", "10+19"),
    ("pwrite64", "EDQUOT", "11+23"),
    ("pwrite64", "EROFS", "12+13"),
    ("fsync,fdatasync", "EIO", "3+4"),
    ("fsync,fdatasync", "ENOSPC", "4+5"),
]


@NEEDS_STRACE
@pytest.mark.parametrize(("calls", "error", "when"), FAILURES)
def test_a_write_that_fails_now_and_then_loses_nothing(
    bench: Bench, calls: str, error: str, when: str
) -> None:
    said = with_failing(bench, calls, error, when, 20)

    assert said["injected"] >= 10
    note_failures(f"{calls} fails with {error} now and then", said, 20)


@NEEDS_STRACE
@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("calls", "error"), sorted({(c, e) for c, e, _ in FAILURES}))
def test_each_write_may_be_the_one_that_fails(bench: Bench, calls: str, error: str) -> None:
    total, times = Counter[str](), 0
    for step in range(2, 26):
        total += with_failing(bench, calls, error, f"{step}+{step}", 20)
        times += 20

    note_failures(f"{calls} fails with {error} now and then", total, times)


@NEEDS_STRACE
@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("calls", "error"), sorted({(c, e) for c, e, _ in FAILURES}))
def test_from_any_write_on_all_may_fail(bench: Bench, calls: str, error: str) -> None:
    total, times = Counter[str](), 0
    for first in range(1, 41):
        total += with_failing(bench, calls, error, f"{first}+", 1)
        times += 1

    note_failures(f"{calls} fails with {error} from one call on", total, times)


# --- no room, and no right to write, from the moment on in which X has rotated -------------------


@contextlib.contextmanager
def small_disk(place: Path, kibibytes: int = 1500) -> Iterator[Path]:
    """Mount a file system of its own; skip where that is not allowed."""
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={kibibytes}k", "tmpfs", str(place)]
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except FileNotFoundError:
        done = None
    if done is None or done.returncode:
        pytest.skip("a file system may not be mounted here")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], capture_output=True, check=True)


def fill(disk: Path) -> None:
    """Take all room that is left."""
    with contextlib.suppress(OSError), (disk / "filling").open("ab", buffering=0) as file:
        for size in (4096, 512, 1):
            with contextlib.suppress(OSError):
                while True:
                    file.write(bytes(size))


def once(act: Callable[[], object]) -> Callable[[Call], None]:
    """Act in the moment after the first rotation, before its answer leaves."""
    done: list[str] = []

    def after(call: Call) -> None:
        if call.path == "/2/oauth2/token" and not done:
            done.append(call.path)
            act()

    return after


def test_on_a_disk_that_fills_up_the_rotated_token_lands_in_the_reserve(
    quick_folder: Path,
) -> None:
    with small_disk(quick_folder / "disk") as disk, ListeningX() as x:
        bench = Bench(disk / "home", x)
        bench.prepare()
        with refresher(bench.home) as filled:
            assert filled.refresh() == "ok"  # which makes the reserve
            x.after = once(lambda: fill(disk))
            outcome = filled.refresh()
            again = filled.refresh()
        assert outcome == "ok", "the answer had room in the reserve"
        assert again in {"ok", "VaultUnavailable"}
        assert (disk / "filling").stat().st_size > 0
        (disk / "filling").unlink()
        assert not bench.judge()
    note("Disk: full, for real", refreshes=3, landed=1 + (again == "ok"), silent=0)


def test_on_a_full_disk_nothing_is_sent(quick_folder: Path) -> None:
    with small_disk(quick_folder / "disk") as disk, ListeningX() as x:
        bench = Bench(disk / "home", x)
        bench.prepare()
        with refresher(bench.home) as filled:
            assert filled.refresh() == "ok"
            fill(disk)
            rotations = x.world.grants.counters.rotations
            outcome = filled.refresh()
            sent = x.world.grants.counters.rotations - rotations
        assert (outcome, sent) in {("VaultUnavailable", 0), ("ok", 1)}, "the log may have had room"
        (disk / "filling").unlink()
        assert not bench.judge()


@NEEDS_STRACE
@pytest.mark.parametrize("first", [4, 12, 20, 28])
def test_from_one_write_on_all_may_fail(bench: Bench, first: int) -> None:
    said = with_failing(bench, "pwrite64", "EROFS", f"{first}+", 2)

    assert said["injected"] >= 1
    note_failures("pwrite64 fails with EROFS from one call on", said, 2)


def test_files_that_may_not_grow_are_told(bench: Bench) -> None:
    """A quota on files, as every user may set one: the write fails, the process lives on."""
    with refresher(bench.home) as limited:
        assert limited.refresh() == "ok"
        small = (4096, resource.RLIM_INFINITY)
        free = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        bench.x.after = once(lambda: resource.prlimit(limited.pid, resource.RLIMIT_FSIZE, small))
        outcome = limited.refresh()
        again = limited.refresh()
        resource.prlimit(limited.pid, resource.RLIMIT_FSIZE, free)
        at_last = limited.refresh()
    assert outcome == "AnswerUnkept"
    assert again == "VaultUnavailable"
    assert at_last == "ok"
    assert not bench.judge()
    assert bench.x.world.grants.counters.replays == 0
    note("Disk: files that may not grow", refreshes=4, landed=2, told=2, silent=0)


def test_a_folder_of_somebody_else_sends_nothing(bench: Bench) -> None:
    rotations = bench.x.world.grants.counters.rotations
    with refresher(bench.home, *as_nobody(bench.home)) as powerless:
        outcome = powerless.refresh()

    assert outcome == "VaultUnavailable"
    assert bench.x.world.grants.counters.rotations == rotations
    assert not bench.judge()


def as_nobody(home: Path) -> list[str]:
    """Return what runs a program as somebody who may read the folder and not write to it.

    Its owner would only give themselves the right again, as Keypane does at each start.
    """
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("only root can be somebody else")
    probe = [*nobody, sys.executable, "-c", "import sys; sys.path.insert(0, sys.argv[1])"]
    tried = [*probe, str(_SCRIPT)], [*nobody, "cat", str(_SCRIPT)]
    if any(subprocess.run(each, capture_output=True, check=False).returncode for each in tried):
        pytest.skip("somebody else may not read this checkout")
    for path in (home.parent, *home.parent.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return nobody
