"""Many programs and one token: each expiry brings one refresh, and everyone has its token.

Half of the processes keep the vault open as a window does, half open it anew each time as
the command line does. X's ledger says how often the token was rotated and replayed.
"""

import contextlib
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from core.adapters.sqlite_store import SqliteStores
from core.model import Setting, UserToken
from core.secret import Secret
from tests.e2e.command_line import clean_environment
from tests.fakes.keys import FakeKeys
from tests.reliability.computer import Program
from tests.reliability.counts import note
from tests.reliability.desk_x import ListeningX
from tests.reliability.facts import OLD_PASSPHRASE
from tests.reliability.oracle import silent_losses

pytestmark = [pytest.mark.counted, pytest.mark.usefixtures("quiet")]
LIFE_SECONDS: Final = 7200
_SCRIPT: Final = Path(__file__).with_name("racing.py")
_SECONDS: Final = 100


class Race:
    """A vault with one user, X, and processes that want the token."""

    def __init__(self, folder: Path, x: ListeningX) -> None:
        self.x = x
        self.home = folder / "home"
        self.clock = folder / "clock"
        self.clock.write_text("0", "utf-8")
        self._passed = 0
        program = self.program()
        program.vault.create_with_passphrase(OLD_PASSPHRASE)
        program.vault.save(x.app(x.origin))
        program.sign_a_user_in()
        program.vault.close()

    def program(self) -> Program:
        """Start Keypane in this process."""
        return Program(self.x, SqliteStores(self.home), FakeKeys("missing"))

    def expire(self) -> None:
        """Let the access token's life pass, here and at X."""
        self._passed += LIFE_SECONDS
        self.clock.write_text(str(self._passed), "utf-8")
        self.x.world.clock.advance(LIFE_SECONDS)

    @contextlib.contextmanager
    def processes(self, many: int) -> Iterator[list[subprocess.Popen[str]]]:
        """Run so many programs."""
        with contextlib.ExitStack() as stack:
            yield [stack.enter_context(self._process(number)) for number in range(many)]

    @contextlib.contextmanager
    def _process(self, number: int) -> Iterator[subprocess.Popen[str]]:
        kind = "window" if number % 2 else "command"
        process = subprocess.Popen(
            [sys.executable, str(_SCRIPT), str(self.home), str(self.clock), kind],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=clean_environment(),
        )
        try:
            yield process
            process.communicate(timeout=_SECONDS)
        finally:
            if process.poll() is None:
                process.kill()
                process.communicate()

    def run(self, many: int, expiries: int) -> None:
        """Let so many processes live through so many expiries; check each."""
        counters = self.x.world.grants.counters
        with self.processes(many) as processes:
            for number in range(1, expiries + 1):
                self.expire()
                got = ask(processes)
                assert set(got) == {self.token().fingerprint()}, f"expiry {number}"
                assert counters.rotations == number, f"expiry {number}"
        assert counters.replays == counters.revoked_families == 0
        program = self.program()
        program.vault.unlock(OLD_PASSPHRASE)
        assert silent_losses(program) == []
        assert program.vault.open_operations() == ()
        refreshes = [line for line in program.vault.activities() if line.what == "refresh"]
        assert len(refreshes) == expiries, "an update of the vault was lost"
        program.vault.close()

    def token(self) -> Secret:
        """Return the access token that the vault has now; X takes it."""
        program = self.program()
        program.vault.unlock(OLD_PASSPHRASE)
        access = program.vault.all(UserToken)[0].access_token
        program.vault.close()
        assert access is not None
        assert self.x.is_alive(access)
        return access


def ask(processes: list[subprocess.Popen[str]]) -> list[str]:
    """Ask all at once for a fresh token; return what each says."""
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    return [answer_of(process) for process in processes]


def answer_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


@pytest.fixture
def race(quick_folder: Path) -> Iterator[Race]:
    with ListeningX() as x:
        yield Race(quick_folder, x)


def test_six_programs_refresh_once_per_expiry(race: Race) -> None:
    race.run(6, 10)

    note("Races", rounds=10, asked=60, refreshes=10, replays=0, lost_updates=0)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_twenty_programs_refresh_once_per_expiry_fifty_times(race: Race) -> None:
    race.run(20, 50)

    note("Races", rounds=50, asked=1000, refreshes=50, replays=0, lost_updates=0)


def test_a_killed_holder_frees_the_lock_at_once_and_the_others_go_on(race: Race) -> None:
    arrived, killed = threading.Event(), threading.Event()

    def hold_the_first(_call: object) -> None:
        if not arrived.is_set():
            arrived.set()
            killed.wait(60)

    with race.processes(4) as processes:
        race.expire()
        race.x.after = hold_the_first
        first, *others = processes
        assert first.stdin is not None
        first.stdin.write("go\n")
        first.stdin.flush()
        assert arrived.wait(60), "the first never reached X"
        for other in others:
            assert other.stdin is not None
            other.stdin.write("go\n")
            other.stdin.flush()
        first.kill()
        first.wait(60)
        killed.set()
        got = [answer_of(other) for other in others]
    program = race.program()
    program.vault.unlock(OLD_PASSPHRASE)
    program.recover()

    # X had rotated for the dead one, whose answer nobody has: the one recovery is a replay,
    # and everyone is told that the user has to sign in again. Nobody waited for the dead.
    assert race.x.world.grants.counters.replays == 1
    assert all("NoCredential" in each for each in got), got
    assert silent_losses(program) == []
    assert [token.state.value for token in program.vault.all(UserToken)] == ["needs_sign_in"]
    program.vault.close()
    note("Races: the holder of the lock is killed", rounds=1, replays_after_the_kill=1)


def test_threads_of_many_vaults_lose_no_update_of_one_record(race: Race) -> None:
    program = race.program()
    program.vault.unlock(OLD_PASSPHRASE)
    program.vault.save(Setting("count", "0"))

    def add() -> None:
        mine = race.program()
        mine.vault.unlock(OLD_PASSPHRASE)
        for _ in range(25):
            mine.vault.update(
                Setting, "count", lambda before: Setting("count", str(int(before.value) + 1))
            )
        mine.vault.close()

    threads = [threading.Thread(target=add) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert program.vault.setting("count") == "200"
    program.vault.close()
    note("Races: updates of one record", updates=200, lost_updates=0)
