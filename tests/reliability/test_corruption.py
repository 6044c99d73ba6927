"""Every byte of a vault's files may be wrong, and every end of them may be missing.

A reference vault is damaged in one place at a time and opened. Either it still holds all it
held, or an older state of it opens and says so, with what was damaged set aside whole, or the
damage is told and the files stay as they are. It never crashes and never starts empty.
"""

import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest

from core.errors import VaultCorrupt
from core.model import CredentialState, Setting, UserToken
from core.secret import Secret
from core.vault.intents import Intent
from core.vault.vault import Vault
from tests.fakes.clock import START
from tests.fakes.keys import FakeKeys
from tests.fakes.nouns import activity, app, bearer, owner, user
from tests.fakes.vaults import vault_in
from tests.reliability.conftest import quick_place
from tests.reliability.counts import note
from tests.reliability.facts import facts_of

pytestmark = [pytest.mark.counted, pytest.mark.usefixtures("quiet")]
NORMAL_FLIPS: Final = 700  # of each reference vault, spread over all files
_SLOW_CHUNKS: Final = 32
LOG: Final = "vault.db-wal"
_MEANINGLESS: Final = {"reserve", "vault.db-shm", "keyring-items"}


# --- the reference vaults ------------------------------------------------------------------------


@dataclass(frozen=True)
class Reference:
    """A vault's files, and what they hold.

    Attributes:
        files: contents by relative path, without those whose bytes mean nothing to it.
        held: what it holds when all is well.
        kept: what its newest copy holds.
    """

    files: dict[str, bytes]
    keys: FakeKeys
    held: dict[str, Any]
    kept: dict[str, Any]

    def lay_out(self, home: Path) -> None:
        """Write all files into a new folder."""
        for name, content in self.files.items():
            path = home / name
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.write_bytes(content)
            path.chmod(0o600)


def everything_in(vault: Vault) -> dict[str, Any]:
    return {
        **facts_of(vault),
        "settings": sorted((each.name, each.value) for each in vault.all(Setting)),
        "activities": [(each.what, each.outcome) for each in vault.activities()],
    }


def make_reference(home: Path, *, killed: bool) -> Reference:
    """Make a vault with one copy, and changes after it; killed, these are in its log."""
    keys = FakeKeys()
    vault = vault_in(home, keys)
    vault.create_with_keyring()
    vault.save(app(), bearer(), owner(), user("u"), Setting("theme", "dark"), activity())
    vault.add_passphrase(Secret("a passphrase"))
    vault.close()
    vault.open()
    kept = everything_in(vault)
    vault.save(user("u", access_token=Secret("newer"), refresh_token=Secret("rotated")))
    with vault.change() as change:
        change.open_operation("bearer:app-1", Intent("generate", "app-1", "app-1", START))
    vault.save(app("second"), activity())
    held = everything_in(vault)
    if not killed:
        vault.close()
    files = {
        str(path.relative_to(home)): path.read_bytes()
        for path in home.rglob("*")
        if path.is_file() and path.name not in _MEANINGLESS
    }
    vault.close()
    return Reference(files, keys, held, kept)


@pytest.fixture(scope="session", params=["closed", "killed"])
def reference(request: pytest.FixtureRequest) -> Iterator[Reference]:
    with quick_place() as path:
        yield make_reference(path / "home", killed=request.param == "killed")


# --- one damage ----------------------------------------------------------------------------------


def outcome_of(reference: Reference, home: Path, name: str, damaged: bytes) -> str:
    """Open the vault with one damaged file; return how that went, or fail."""
    reference.lay_out(home)
    (home / name).write_bytes(damaged)
    vault = vault_in(home, reference.keys)
    assert vault.status().state == "locked", "a damaged vault looks as if there were none"
    try:
        restored = vault.open().restored
    except VaultCorrupt:
        now = {each: (home / each).read_bytes() for each in reference.files}
        assert now == {**reference.files, name: damaged}, "a file was changed"
        return "told"
    found = everything_in(vault)
    vault.close()
    if not restored:
        assert found == reference.held, "it opened as sound and holds something else"
        return "as before"
    assert_older(reference, found)
    set_aside = [path.read_bytes() for path in (home / "quarantine").iterdir()]
    if not name.startswith(("backups/", "commits")):
        assert damaged in set_aside, "the damaged file was not set aside whole"
    return "older, and told"


def assert_older(reference: Reference, found: dict[str, Any]) -> None:
    """What came back is a state that once was, with its refresh tokens in doubt."""
    assert "app-1" in found["apps"], "it started empty"
    assert set(found["apps"]) <= set(reference.held["apps"])
    assert [state for state, *_ in found["users"]] == [CredentialState.UNCERTAIN.value]
    marks = [each[1:] for each in found["users"]]
    assert marks in [[each[1:] for each in state["users"]] for state in states(reference)]


def states(reference: Reference) -> list[dict[str, Any]]:
    return [reference.held, reference.kept]


# --- where, and how ------------------------------------------------------------------------------


Damage = tuple[str, Callable[[bytes], bytes], str]


def flip_at(at: int, bits: int) -> Callable[[bytes], bytes]:
    return lambda content: content[:at] + bytes([content[at] ^ bits]) + content[at + 1 :]


def cut_at(at: int) -> Callable[[bytes], bytes]:
    return lambda content: content[:at]


def flips(reference: Reference) -> list[Damage]:
    """Return a flip of each byte of each file; which bits is drawn by the place."""
    return [
        (name, flip_at(at, Random(at).randrange(1, 256)), f"{name}, byte {at}")  # noqa: S311
        for name, content in sorted(reference.files.items())
        for at in range(len(content))
    ]


def cuts(reference: Reference) -> list[Damage]:
    """Return a cut at each length of each file."""
    return [
        (name, cut_at(at), f"{name}, cut to {at}")
        for name, content in sorted(reference.files.items())
        for at in range(len(content))
    ]


def all_of(reference: Reference, damages: list[Damage]) -> list[Damage]:
    """Return those that the long job tries: all, but what a closed vault has as well only once.

    Of a vault whose program was killed that is its log, and the file that knows of commits.
    """
    if LOG not in reference.files:
        return damages
    return [each for each in damages if each[0] in {LOG, "commits"}]


def try_all(reference: Reference, damages: Iterable[Damage], folder: Path) -> Counter[str]:
    outcomes = Counter[str]()
    for number, (name, spoil, where) in enumerate(damages):
        home = folder / str(number)
        try:
            outcomes[outcome_of(reference, home, name, spoil(reference.files[name]))] += 1
        except Exception as error:
            raise AssertionError(f"{where}: {type(error).__name__}: {error}") from error
        shutil.rmtree(home)
    return outcomes


def note_outcomes(what: str, outcomes: Counter[str]) -> None:
    note(
        f"Corruption: {what}",
        tried=outcomes.total(),
        unharmed=outcomes["as before"],
        older_and_told=outcomes["older, and told"],
        told=outcomes["told"],
        crashed=0,
        started_empty=0,
        overwritten=0,
    )


def some_of(damages: list[Damage], many: int, files: Iterable[str]) -> list[Damage]:
    """Return all of the small files' and so many of the others', from a random first on."""
    small = [each for each in damages if each[0] in files]
    large = [each for each in damages if each[0] not in files]
    step = max(1, len(large) // many)
    return [*small, *large[Random(many).randrange(step) :: step]]  # noqa: S311 - to be replayed


# --- the tests -----------------------------------------------------------------------------------


def test_bytes_all_over_a_vault_may_be_wrong(reference: Reference, quick_folder: Path) -> None:
    chosen = some_of(flips(reference), NORMAL_FLIPS, ["commits"])
    outcomes = try_all(reference, chosen, quick_folder)

    assert outcomes["as before"] > 0
    assert outcomes["older, and told"] > 20
    note_outcomes("flips", outcomes)


def test_the_end_of_a_vaults_files_may_be_missing(reference: Reference, quick_folder: Path) -> None:
    chosen = some_of(cuts(reference), NORMAL_FLIPS // 2, ["commits"])
    outcomes = try_all(reference, chosen, quick_folder)

    assert outcomes["older, and told"] > 20
    note_outcomes("truncations", outcomes)


def test_without_a_copy_damage_is_told_and_nothing_is_touched(
    reference: Reference, quick_folder: Path
) -> None:
    alone = {name: content for name, content in reference.files.items() if "backups" not in name}
    bare = Reference(alone, reference.keys, reference.held, reference.held)
    damages = [each for each in flips(bare) if each[0] == "vault.db"]
    outcomes = try_all(bare, damages[:: len(damages) // 150], quick_folder)

    assert outcomes["told"] > 2
    note_outcomes("flips without a copy", outcomes)


def test_damage_in_the_vault_and_in_its_copy_is_told(
    reference: Reference, quick_folder: Path
) -> None:
    (copy,) = copies_of(reference)
    spoilt = {**reference.files, copy: b"spoilt"}
    both = Reference(spoilt, reference.keys, reference.held, reference.kept)

    assert outcome_of(both, quick_folder / "a", "vault.db", b"spoilt as well") == "told"
    assert (quick_folder / "a" / copy).read_bytes() == b"spoilt"


def test_the_files_hold_a_log_where_the_program_was_killed(reference: Reference) -> None:
    names = {name for name in reference.files if not name.startswith("locks/")}

    assert names - {"vault.db-wal"} == {"vault.db", "commits", *copies_of(reference)}
    assert reference.held != reference.kept
    assert len(reference.held["users"]) == 1


def copies_of(reference: Reference) -> list[str]:
    return [name for name in reference.files if name.startswith("backups/")]


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("chunk", range(_SLOW_CHUNKS))
def test_every_byte_of_a_vault_may_be_wrong(
    reference: Reference, quick_folder: Path, chunk: int
) -> None:
    outcomes = try_all(
        reference, all_of(reference, flips(reference))[chunk::_SLOW_CHUNKS], quick_folder
    )

    note_outcomes("flips", outcomes)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("chunk", range(_SLOW_CHUNKS))
def test_every_end_of_a_vaults_files_may_be_missing(
    reference: Reference, quick_folder: Path, chunk: int
) -> None:
    outcomes = try_all(
        reference, all_of(reference, cuts(reference))[chunk::_SLOW_CHUNKS], quick_folder
    )

    note_outcomes("truncations", outcomes)


def test_a_user_token_in_the_vault_is_what_this_is_about(
    reference: Reference, quick_folder: Path
) -> None:
    reference.lay_out(quick_folder / "home")
    vault = vault_in(quick_folder / "home", reference.keys)
    vault.open()

    assert [token.refresh_token for token in vault.all(UserToken)] == [Secret("rotated")]
    vault.close()
