"""Every command that changes something, killed for real at any moment, with any signal.

The window does the same work by the same services. After each kill the vault opens, what it
holds is held against X, and what the command does in one step is done or not: never half.
KEYPANE_SEED replays what chance decides, though the system's own timing is not ours to repeat.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest

from core.adapters.sqlite_store import SqliteStores
from core.errors import BadInput, VaultLocked
from core.model import App, ConsumerKeys
from core.secret import Secret
from sandbox.exchange import Call
from tests.e2e.command_line import ROOT, clean_environment
from tests.fakes.keys import FakeKeys
from tests.fakes.nouns import app
from tests.reliability.computer import Program
from tests.reliability.counts import note
from tests.reliability.desk_x import APP_ID, ListeningX
from tests.reliability.facts import NEW_PASSPHRASE, OLD_PASSPHRASE, facts_of
from tests.reliability.oracle import judged
from tests.reliability.seeds import seed_of_this_run, tell
from tests.reliability.test_real_kills import _SIGNALS, _STOPPING, called

pytestmark = [
    pytest.mark.counted,
    pytest.mark.usefixtures("quiet"),
    pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's"),
]
_SECONDS: Final = 60
_FEW, _MANY = 2, 65  # of many, every second by SIGKILL
ENV_FILE: Final = "API_KEY={key}\nAPI_SECRET={secret}\n"
IMPORTED: Final = ("k" * 25, "s" * 50)
APPS: Final = ["Acme Bot", "Second App"]


@dataclass
class Bench:
    """A data directory and X at one moment, to begin from again and again.

    Attributes:
        backup: a backup file, which has what the vault had before anybody signed in.
    """

    folder: Path
    x: ListeningX
    arrivals: int = 0
    number: int = 0
    home: Path = field(init=False)

    def __post_init__(self) -> None:
        self.home = self.folder / "home"
        self.backup = self.folder / "keys.keypane"
        self.env_file = self.folder / "my.env"
        self.env_file.write_text(ENV_FILE.format(key=IMPORTED[0], secret=IMPORTED[1]), "utf-8")
        self.x.after = self._arrived

    def _arrived(self, _call: Call) -> None:
        self.arrivals += 1

    def program(self) -> Program:
        """Start Keypane in this process."""
        return Program(self.x, SqliteStores(self.home), FakeKeys("missing"))

    def prepare(self, begin: Callable[[Program], object]) -> None:
        """Make the vault, with two Apps and a backup file of them; then begin."""
        program = self.program()
        program.vault.create_with_passphrase(OLD_PASSPHRASE)
        program.vault.save(self.x.app(self.x.origin), app("second", name=APPS[1]))
        program.vault.close()
        with self.command("backup", str(self.backup)) as made:
            assert made.wait(_SECONDS) == 0
        program.vault.unlock(OLD_PASSPHRASE)
        begin(program)
        self.before = facts_of(program.vault)
        program.vault.close()
        self.moment = self.x.snapshot()
        self.home.rename(self.folder / "prepared")

    def put_back(self) -> None:
        """Be as prepared."""
        shutil.rmtree(self.home, ignore_errors=True)
        shutil.copytree(self.folder / "prepared", self.home)
        self.x.put_back(self.moment)

    @contextlib.contextmanager
    def command(self, *words: str, before: Sequence[str] = ()) -> Iterator[subprocess.Popen[str]]:
        """Run a command as a person's shell would, or another program, which is given `before`."""
        fds = [_descriptor(OLD_PASSPHRASE), _descriptor(NEW_PASSPHRASE)]
        named = [word.format(new=fds[1], backup=self.backup, env=self.env_file) for word in words]
        process = subprocess.Popen(
            [
                *(*before, sys.executable, str(ROOT / "main.py"), "--home", str(self.home)),
                *("--json", "--vault-passphrase-fd", str(fds[0]), *named),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            pass_fds=fds,
            env=clean_environment(),
        )
        for each in fds:
            os.close(each)
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
            process.communicate(timeout=_SECONDS)


def _descriptor(passphrase: Secret) -> int:
    reader, writer = os.pipe()
    os.write(writer, passphrase.reveal().encode() + b"\n")
    os.close(writer)
    return reader


# --- the commands --------------------------------------------------------------------------------

Judge = Callable[[Bench, Program], None]


def _nothing(_program: Program) -> None:
    """Begin with the vault as it is."""


def _generate(program: Program) -> None:
    program.bearers.generate(APP_ID, program.never)


def _whatever(_bench: Bench, _program: Program) -> None:
    """What X and the oracle say is all there is to say."""


def _imported_whole_or_not(_bench: Bench, program: Program) -> None:
    new = [each for each in program.vault.all(App) if each.name == "Imported"]
    keys = ConsumerKeys(Secret(IMPORTED[0]), Secret(IMPORTED[1]))
    assert [each.consumer for each in new] in ([], [keys])


def _as_before_but_for_the_passphrase(bench: Bench, program: Program) -> None:
    assert facts_of(program.vault) == bench.before


def _second_app_gone_or_not(_bench: Bench, program: Program) -> None:
    names = [each.name for each in program.vault.all(App)]
    assert names in (APPS, APPS[:1])


def _merged_or_not(_bench: Bench, program: Program) -> None:
    names = sorted(each.name for each in program.vault.all(App))
    assert names in ([APPS[0], "Newer App"], sorted([*APPS, "Newer App"]))


def _replaced_or_not(_bench: Bench, program: Program) -> None:
    names = sorted(each.name for each in program.vault.all(App))
    assert names in ([APPS[0], "Newer App"], APPS)


def _a_newer_app_and_no_second(program: Program) -> None:
    program.vault.forget_app("second")
    program.vault.save(app("newer", name="Newer App"))


@dataclass(frozen=True)
class Command:
    """A command, from a prepared moment on, and what must be true of what it leaves."""

    words: str
    begin: Callable[[Program], object] = _nothing
    judge: Judge = _whatever


COMMANDS: Final = {
    "generate": Command("bearer generate {app}"),
    "regenerate": Command("bearer regenerate {app}", _generate),
    "revoke a Bearer Token": Command("bearer revoke {app}", _generate),
    "sign in": Command("sign-in {app} --browser paste"),
    "refresh": Command("user refresh {app} @acme", Program.sign_a_user_in),
    "revoke a user": Command("user revoke {app} @acme", Program.sign_a_user_in),
    "import": Command("import {env} --from env --app Imported --yes", judge=_imported_whole_or_not),
    "change of the passphrase": Command(
        "vault passphrase --new-passphrase-fd {new}",
        Program.sign_a_user_in,
        _as_before_but_for_the_passphrase,
    ),
    "removal of an App": Command("app remove {second}", judge=_second_app_gone_or_not),
    "restore, merging": Command(
        "restore {backup} --yes", _a_newer_app_and_no_second, _merged_or_not
    ),
    "restore, replacing": Command(
        "restore {backup} --replace --yes", _a_newer_app_and_no_second, _replaced_or_not
    ),
    "erasing": Command("vault erase --yes"),
}


def words_of(command: Command) -> list[str]:
    names = {"{app}": APPS[0], "{second}": APPS[1]}
    return [names.get(word, word) for word in command.words.split()]


# --- a kill, and what it leaves ------------------------------------------------------------------


def kill_one(bench: Bench, command: Command, number: int, chance: Random, life: float) -> int:
    """Run it and kill it: half the time near the moment in which X acts, if it does."""
    wait_for_x, pause = chance.random() < 0.5, chance.random()
    before = bench.arrivals
    with bench.command(*words_of(command)) as process:
        begun = time.monotonic()
        if command.words.startswith("sign-in"):
            consent(bench, process)
        while wait_for_x and bench.arrivals == before and process.poll() is None:
            if time.monotonic() > begun + life * 2:
                break  # this one does not ask X
            time.sleep(0.0005)
        due = pause * 0.02 if wait_for_x else begun + pause * life - time.monotonic()
        time.sleep(max(0.0, due))
        if process.poll() is None:
            process.send_signal(number)
            if called(number) in _STOPPING:
                process.kill()
        return process.wait(_SECONDS)


def consent(bench: Bench, process: subprocess.Popen[str]) -> dict[str, Any]:
    """Be the user in the browser, and the one who pastes the address; return the first answer."""
    assert process.stdin is not None
    assert process.stdout is not None
    told: dict[str, Any] = json.loads(process.stdout.readline() or "{}")
    if "authorize_url" in told:  # else it was refused before it began
        attempt: Any = type("Shown", (), {"authorize_url": told["authorize_url"]})
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(bench.x.consent(attempt) + "\n")
            process.stdin.flush()
    return told


def opened(bench: Bench) -> Program:
    """Start Keypane anew on what is left; one of the two passphrases opens it."""
    program = bench.program()
    try:
        program.vault.unlock(OLD_PASSPHRASE)
    except BadInput:
        program.vault.unlock(NEW_PASSPHRASE)
    program.recover()
    return program


def judge(bench: Bench, command: Command) -> bool:
    """Hold what is left against X and against what is promised; return whether it is flagged."""
    if command.words.startswith("vault erase"):
        return judge_erasing(bench)
    program = opened(bench)
    try:
        command.judge(bench, program)
        return judged(program)
    finally:
        program.vault.close()


def judge_erasing(bench: Bench) -> bool:
    """Either nothing happened, or whoever starts next finishes it; nothing of ours is left."""
    with bench.command("vault", "status") as status:
        out, _ = status.communicate(timeout=_SECONDS)
    state = json.loads(out)["state"]
    assert state in {"open", "none"}
    if state == "open":
        program = opened(bench)
        assert facts_of(program.vault) == bench.before
        program.vault.close()
    else:
        with pytest.raises(VaultLocked):
            bench.program().vault.open()
        left = [path for path in bench.home.rglob("*") if path.is_file()]
        assert all(path.stat().st_size == 0 for path in left), left
    return False


def run(folder: Path, name: str, kills: int, seed: int) -> Counter[str]:
    """Kill so many runs of a command; return what came of them."""
    chance, total, command = Random(seed), Counter[str](), COMMANDS[name]  # noqa: S311 - replayed
    with ListeningX() as x:
        bench = Bench(folder, x)
        bench.prepare(command.begin)
        bench.put_back()
        life = life_seconds(bench, command)
        for number in range(kills):
            signalled = _SIGNALS[number // 2 % len(_SIGNALS)] if number % 2 else signal.SIGKILL
            bench.put_back()
            total["died"] += kill_one(bench, command, signalled, chance, life) != 0
            try:
                total["flagged"] += judge(bench, command)
            except Exception as error:
                where = f"{name}, seed {seed}, kill {number} by {called(signalled)}"
                raise AssertionError(f"{where}: {type(error).__name__}: {error}") from error
    return total


def life_seconds(bench: Bench, command: Command) -> float:
    """Return how long a run takes that nobody kills; it does what it says."""
    begun = time.monotonic()
    with bench.command(*words_of(command)) as process:
        if command.words.startswith("sign-in"):
            consent(bench, process)
        out, _ = process.communicate(timeout=_SECONDS)
        assert process.returncode == 0, out
    return time.monotonic() - begun


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_that_is_killed_loses_nothing_silently(quick_folder: Path, name: str) -> None:
    run(quick_folder, name, _FEW, seed_of_this_run())


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_that_is_killed_again_and_again_loses_nothing_silently(
    quick_folder: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    seed = seed_of_this_run()
    total = run(quick_folder, name, _MANY, seed)
    tell(capsys, f"{name}: {_MANY} kills, seed {seed}: {dict(total)}")

    assert total["died"] > _MANY // 4
    note(
        f"Real kills of commands: {name}",
        kills=_MANY,
        died_of_it=total["died"],
        flagged=total["flagged"],
        silent=0,
        unreadable=0,
    )
