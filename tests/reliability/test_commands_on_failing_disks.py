"""Every command that changes something, on a disk that fails at any of its calls.

The system's calls are made to fail from outside, one or all from one on. What the command says
is then held against what it left, and both against X: it is done, or the old state stands and
the person is told, or it is flagged.
"""

import json
from collections import Counter
from pathlib import Path
from random import Random
from typing import Final

import pytest

from tests.reliability.counts import note
from tests.reliability.desk_x import ListeningX
from tests.reliability.recording import strace_works
from tests.reliability.seeds import seed_of_this_run, tell
from tests.reliability.test_commands_killed import (
    COMMANDS,
    Bench,
    Command,
    consent,
    judge,
    words_of,
)

pytestmark = [
    pytest.mark.counted,
    pytest.mark.usefixtures("quiet"),
    pytest.mark.skipif(not strace_works(), reason="strace is not installed, or not allowed"),
]
FAULTS: Final = (
    ("pwrite64", "ENOSPC"),
    ("pwrite64", "EIO"),
    ("pwrite64", "EDQUOT"),
    ("fsync,fdatasync", "EIO"),
    ("rename,renameat,renameat2,link,linkat", "EIO"),
    ("unlink,unlinkat", "EIO"),
    ("ftruncate", "EIO"),
)
TOLD: Final = {"vault_unavailable", "vault_busy", "vault_corrupt", "answer_unkept"}
_LATEST: Final = 25
_FEW, _MANY = 1, 28
_SECONDS: Final = 100


def try_one(bench: Bench, command: Command, fault: str, trace: Path) -> tuple[str, int]:
    """Run the command with a fault; return what it said, and how many calls failed."""
    calls = fault.partition(":")[0]
    trace.unlink(missing_ok=True)
    strace = ["strace", "-f", "-qq", "-e", f"trace={calls}", "-e", f"inject={fault}"]
    bench.put_back()
    with bench.command(*words_of(command), before=[*strace, "-o", str(trace)]) as process:
        last = consent(bench, process) if command.words.startswith("sign-in") else {}
        out, _ = process.communicate(timeout=_SECONDS)
        if out.strip():
            last = json.loads(out.splitlines()[-1])
    said = "ok" if process.returncode == 0 else str(last.get("error", {}).get("kind", last))
    return said, trace.read_text("utf-8").count("(INJECTED)")


def run(folder: Path, name: str, times: int, seed: int) -> Counter[str]:
    """Run a command so often on a failing disk; return what it said, and what was flagged."""
    chance, total, command = Random(seed), Counter[str](), COMMANDS[name]  # noqa: S311 - replayed
    with ListeningX() as x:
        bench = Bench(folder, x)
        bench.prepare(command.begin)
        for number in range(times):
            calls, error = FAULTS[number % len(FAULTS)]
            when = f"{chance.randint(1, _LATEST)}{chance.choice(['', '+'])}"
            fault = f"{calls}:error={error}:when={when}"
            said, failed = try_one(bench, command, fault, folder / "trace")
            where = f"{name}, seed {seed}, {fault}: it said {said}"
            assert said == "ok" or (said in TOLD and failed), where
            try:
                flagged = judge(bench, command)
            except Exception as wrong:
                raise AssertionError(f"{where}; {type(wrong).__name__}: {wrong}") from wrong
            assert not (said == "ok" and flagged), where
            total[said] += 1
            total["flagged"] += flagged
            total["failed calls"] += failed
    return total


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_on_a_failing_disk_is_done_or_told(quick_folder: Path, name: str) -> None:
    run(quick_folder, name, _FEW, seed_of_this_run())


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_on_a_disk_that_fails_again_and_again_is_done_or_told(
    quick_folder: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    seed = seed_of_this_run()
    total = run(quick_folder, name, _MANY, seed)
    tell(capsys, f"{name}: {_MANY} failing disks, seed {seed}: {dict(total)}")

    assert total["failed calls"] > 0
    note(
        f"Disk: commands: {name}",
        runs=_MANY,
        failed_calls=total["failed calls"],
        done=total["ok"],
        told=_MANY - total["ok"],
        flagged=total["flagged"],
        silent=0,
    )
