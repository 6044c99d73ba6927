"""`keypane user refresh`, killed for real at any moment, with any signal, a thousand times.

Every second kill is SIGKILL, the others go through all signals that the system has. After each
the vault is opened and held against X: the token works, or its row says that it is uncertain,
and the next step leads to one that works. Everything that chance decides follows from the seed
that is printed: KEYPANE_SEED replays it, though the system's own timing is not ours to repeat.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Final

import pytest

from core.adapters.sqlite_store import SqliteStores
from core.model import CredentialState, UserToken
from sandbox.exchange import Call
from tests.e2e.command_line import ROOT, clean_environment
from tests.fakes.keys import FakeKeys
from tests.reliability.computer import Program
from tests.reliability.counts import note
from tests.reliability.desk_x import ListeningX
from tests.reliability.facts import OLD_PASSPHRASE
from tests.reliability.oracle import judged
from tests.reliability.seeds import seed_of_this_run, tell

pytestmark = [
    pytest.mark.counted,
    pytest.mark.usefixtures("quiet"),
    pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's"),
]
# All that the system has, those that are ignored or only stop a program included.
_SIGNALS: Final = sorted(signal.valid_signals()) if sys.platform != "win32" else []
_STOPPING: Final = {"SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU"}
_PARTS: Final = 16
_KILLS: Final = 80  # in each part; every second one is SIGKILL, which nobody can prepare for
_SECONDS: Final = 60


class Bench:
    """A vault with one user, X, and the moments at which a run is at its delicate point."""

    def __init__(self, folder: Path, x: ListeningX) -> None:
        self.x = x
        self.home = folder / "home"
        self.arrivals = 0
        x.after = self._arrived
        program = self.program()
        program.vault.create_with_passphrase(OLD_PASSPHRASE)
        program.vault.save(x.app(x.origin))
        program.sign_a_user_in()
        program.vault.close()

    def _arrived(self, _call: Call) -> None:
        self.arrivals += 1

    def program(self) -> Program:
        """Start Keypane in this process."""
        return Program(self.x, SqliteStores(self.home), FakeKeys("missing"))

    @contextlib.contextmanager
    def refreshing(self) -> Iterator[subprocess.Popen[bytes]]:
        """Run `keypane user refresh` as a person's shell would."""
        reader, writer = os.pipe()
        os.write(writer, OLD_PASSPHRASE.reveal().encode() + b"\n")
        os.close(writer)
        command = [sys.executable, str(ROOT / "main.py"), "--home", str(self.home)]
        process = subprocess.Popen(
            [
                *command,
                *("user", "refresh", "Acme Bot", "@acme", "--json", "--quiet"),
                *("--vault-passphrase-fd", str(reader)),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pass_fds=(reader,),
            env=clean_environment(),
        )
        os.close(reader)
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
            process.communicate(timeout=_SECONDS)

    def life_seconds(self) -> float:
        """Return how long a run takes that nobody kills."""
        begun = time.monotonic()
        with self.refreshing() as process:
            assert process.wait(_SECONDS) == 0
        return time.monotonic() - begun

    def kill(self, number: int, chance: Random, life_seconds: float) -> int:
        """Kill one run by a signal, at a moment that chance chooses; return the exit code.

        One that the signal only stopped is killed where it stands.

        Half of the kills come at any moment of its life, half within milliseconds of the
        moment in which X acts, where tokens are lost if anywhere.
        """
        wait_for_x, pause = chance.random() < 0.5, chance.random()
        before = self.arrivals
        with self.refreshing() as process:
            deadline = time.monotonic() + _SECONDS
            if wait_for_x:
                while self.arrivals == before and process.poll() is None:
                    assert time.monotonic() < deadline
                    time.sleep(0.0005)
                time.sleep(pause * 0.02)
            else:
                time.sleep(pause * life_seconds)
            if process.poll() is None:
                process.send_signal(number)
                if called(number) in _STOPPING:
                    process.kill()
            return process.wait(_SECONDS)

    def judge(self) -> bool:
        """Open what is left, judge it, follow the next steps; return whether it was flagged."""
        program = self.program()
        program.vault.unlock(OLD_PASSPHRASE)
        program.recover()
        flagged = judged(program)
        states = [token.state for token in program.vault.all(UserToken)]
        assert states == [CredentialState.OK], states
        program.vault.close()
        return flagged


def called(number: int) -> str:
    """Return the name of a signal; real-time signals have numbers only."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def run(folder: Path, kills: int, seed: int, first: int = 0) -> Counter[str]:
    """Kill so many runs, beginning with the first of all signals or a later; return what came."""
    chance, total = Random(seed), Counter[str]()  # noqa: S311 - to be replayed
    with ListeningX() as x:
        bench = Bench(folder, x)
        life = bench.life_seconds()
        for number in range(kills):
            other = _SIGNALS[(first + number // 2) % len(_SIGNALS)]
            signalled = other if number % 2 else signal.SIGKILL
            code = bench.kill(signalled, chance, life)
            total[called(signalled)] += 1
            total["died"] += code != 0
            try:
                total["flagged"] += bench.judge()
            except Exception as error:
                where = f"seed {seed}, kill {number} by {called(signalled)}"
                raise AssertionError(f"{where}: {type(error).__name__}: {error}") from error
        total["rotations"] = x.world.grants.counters.rotations
    return total


def test_some_real_kills_lose_nothing_silently(quick_folder: Path) -> None:
    total = run(quick_folder, 5, seed_of_this_run())

    assert total["died"] > 0


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("part", range(_PARTS))
def test_a_thousand_real_kills_lose_nothing_silently(
    quick_folder: Path, capsys: pytest.CaptureFixture[str], part: int
) -> None:
    seed = seed_of_this_run() + part
    total = run(quick_folder, _KILLS, seed, first=part * _KILLS // 2)
    counts = ", ".join(f"{name} {count}" for name, count in sorted(total.items()))
    tell(capsys, f"{_KILLS} kills, seed {seed}: {counts}")

    by_name = {called(number): total[called(number)] for number in _SIGNALS}
    assert sum(count > 0 for count in by_name.values()) >= min(len(_SIGNALS), _KILLS // 2)
    note(
        "Real kills of `keypane user refresh`",
        kills=_KILLS,
        by_SIGKILL=by_name["SIGKILL"],
        by_SIGTERM_SIGINT_SIGHUP_or_SIGQUIT=sum(
            by_name[name] for name in ("SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT")
        ),
        by_any_other_signal=_KILLS
        - sum(by_name[n] for n in ("SIGKILL", "SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT")),
        died_of_it=total["died"],
        flagged=total["flagged"],
        silent=0,
        unreadable=0,
    )
