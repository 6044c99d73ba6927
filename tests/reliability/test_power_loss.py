"""A kill after every system call, and a power loss at random ones: what is left still opens.

One life of a vault is recorded from outside: its creation, sign-ins, refreshes, the Bearer
Token's whole way, a change of passphrase, a migration, damage and the return of a copy. From
the recording come the images that a kill or a power loss at any moment would have left. Each
is opened by Keypane and held against what X knew at that moment and what the person had been
told.
"""

import shutil
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest

from core.adapters.sqlite_connection import MIGRATIONS
from core.adapters.sqlite_store import SqliteStores
from core.errors import BadInput, KeypaneError
from tests.fakes.keys import FakeKeys
from tests.reliability.computer import Program
from tests.reliability.counts import note
from tests.reliability.facts import LATER, NEW_PASSPHRASE, OLD_PASSPHRASE, facts_of
from tests.reliability.oracle import judged
from tests.reliability.recorded_life import RecordedLife, Told
from tests.reliability.recording import Recording, strace_works

pytestmark = [
    pytest.mark.counted,
    pytest.mark.usefixtures("quiet"),
    pytest.mark.skipif(not strace_works(), reason="strace is not installed, or not allowed"),
]
SEEDS: Final = 1600
_CHUNKS: Final = 8
_FIRST_WITH_NEW_PASSPHRASE: Final = 7
_FIRST_MIGRATED: Final = 10
_RESTORES: Final = "12 restore"


# --- judging an image ----------------------------------------------------------------------------


def judge(home: Path, life: RecordedLife, seen: Recording, told: Told) -> bool:
    """Open what is left, and hold it against X and against what was told.

    Returns:
        Whether something was flagged as uncertain. Fails where something was lost silently,
        where the vault does not open, or where it holds less than the person was told.
    """
    life.x.put_back(life.moments[seen.requests])
    number = int(told.begun.split()[0])
    migrations = (*MIGRATIONS, LATER) if number >= _FIRST_MIGRATED else MIGRATIONS
    program = Program(life.x, SqliteStores(home, migrations), FakeKeys("missing"))
    if program.vault.status().state == "none":
        assert told.facts is None, "a vault that was told to be there is gone"
        return False
    restored = open_vault(program, number)
    assert not restored or told.begun == _RESTORES, "a sound vault was taken for an older one"
    program.recover()
    flagged = judged_against(program, told)
    program.vault.close()
    return flagged


def open_vault(program: Program, number: int) -> bool:
    """Open it with the passphrase of its time; while that is changed, either may be right."""
    if number > _FIRST_WITH_NEW_PASSPHRASE:
        return program.vault.unlock(NEW_PASSPHRASE).restored
    if number < _FIRST_WITH_NEW_PASSPHRASE:
        return program.vault.unlock(OLD_PASSPHRASE).restored
    try:
        return program.vault.unlock(OLD_PASSPHRASE).restored
    except BadInput:
        return program.vault.unlock(NEW_PASSPHRASE).restored


def judged_against(program: Program, told: Told) -> bool:
    found = facts_of(program.vault)
    old = told.facts or {"apps": [], "users": [], "bearers": []}
    assert set(old["apps"]) <= set(found["apps"]), "an App that was told to be kept is gone"
    if told.unsent and told.begun != _RESTORES:
        for kind in ("users", "bearers"):
            values = [each[1:] for each in found[kind] if any(each[1:])]
            wanted = [
                [each[1:] for each in facts[kind] if any(each[1:])] for facts in (old, told.done)
            ]
            assert values in wanted, f"{kind} are neither as before nor as after"
    return judged(program)


# --- a kill after every call ---------------------------------------------------------------------


@pytest.mark.parametrize("chunk", range(4))
def test_a_kill_after_any_system_call_loses_nothing_silently(
    life: RecordedLife, quick_folder: Path, chunk: int
) -> None:
    crashes = flagged = 0
    for number, (seen, told) in enumerate(life.events()):
        if number % 4 == chunk:
            flagged += with_image(life, seen, told, quick_folder / str(number), None)
            crashes += 1

    assert crashes > 100
    note("Recorded life: kill after each call", crashes=crashes, flagged=flagged, silent=0)


def with_image(
    life: RecordedLife, seen: Recording, told: Told, image: Path, chance: Random | None
) -> bool:
    seen.leave(image, chance)
    home = image / "home"
    try:
        return judge(home, life, seen, told)
    except (AssertionError, KeypaneError) as error:
        told_by = f"{type(error).__name__}: {error}"
        raise AssertionError(f"{image.name}, during {told.begun}: {told_by}") from error
    finally:
        shutil.rmtree(image)


# --- a power loss at random ----------------------------------------------------------------------


@pytest.mark.parametrize("chunk", range(_CHUNKS))
def test_a_power_loss_loses_nothing_silently(
    life: RecordedLife, quick_folder: Path, chunk: int
) -> None:
    crashes, flagged = losses(life, quick_folder, range(chunk, SEEDS, _CHUNKS))

    assert crashes == SEEDS // _CHUNKS
    note("Recorded life: power loss", crashes=crashes, flagged=flagged, silent=0)


@pytest.mark.slow
def test_ten_thousand_power_losses_lose_nothing_silently(
    life: RecordedLife, quick_folder: Path
) -> None:
    crashes, flagged = losses(life, quick_folder, range(SEEDS, SEEDS + 10_000))

    note("Recorded life: power loss", crashes=crashes, flagged=flagged, silent=0)


def losses(life: RecordedLife, folder: Path, seeds: range) -> tuple[int, int]:
    """Take the power away once per seed; return how often, and how often that was flagged.

    Operations are met equally often, however many calls they make.
    """
    events = [told.begun for _, told in life.events()]
    by_name = {name: [n for n, begun in enumerate(events) if begun == name] for name in set(events)}
    names = sorted(by_name)
    plan: dict[int, list[int]] = {}
    for seed in seeds:
        at = Random(seed).choice(by_name[names[seed % len(names)]])  # noqa: S311 - to be replayed
        plan.setdefault(at, []).append(seed)
    crashes = flagged = 0
    for number, (seen, told) in enumerate(life.events()):
        for seed in plan.get(number, ()):
            image = folder / f"seed {seed}"
            flagged += with_image(life, seen, told, image, Random(seed))  # noqa: S311 - as above
            crashes += 1
    return crashes, flagged


# --- the model itself ----------------------------------------------------------------------------


def test_the_recording_holds_every_operation_and_ends_as_the_disk_did(
    life: RecordedLife, quick_folder: Path
) -> None:
    seen, operations = None, Counter[str]()
    for moment, told in life.events():
        operations[told.begun] += 1
        seen = moment
    assert seen is not None
    seen.leave(quick_folder / "image", None)

    real = {path.relative_to(life.root) for path in life.root.rglob("*") if path.is_file()}
    last = {path.name for path in real} - {"vault.db-wal", "vault.db-shm"}
    assert len(operations) == 15
    assert min(operations.values()) > 10, operations
    assert len(life.moments) == seen.requests + 1
    image = {path.name for path in (quick_folder / "image").rglob("*") if path.is_file()}
    assert last <= image
    for path in real:
        if "backups" in path.parts or path.name == "reserve":
            assert (quick_folder / "image" / path).read_bytes() == (life.root / path).read_bytes()


@pytest.mark.parametrize("sync", ["fdatasync", "fsync"])
def test_without_its_syncs_the_same_life_would_lose_something(
    life: RecordedLife, quick_folder: Path, sync: str
) -> None:
    """Otherwise the images would not be those of a power loss."""
    careless = RecordedLife(
        life.root, [c for c in life.calls if c[0] != sync], life.x, life.moments, life.facts
    )
    with pytest.raises(AssertionError, match="seed"):
        losses(careless, quick_folder, range(300))


def test_facts_hold_no_value(life: RecordedLife) -> None:
    def longest(facts: Any) -> int:
        if isinstance(facts, str):
            return len(facts)
        inner = facts.values() if isinstance(facts, dict) else facts
        return max((longest(each) for each in inner if not isinstance(each, int)), default=0)

    assert longest(life.facts) <= 16
