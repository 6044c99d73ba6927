"""Promise: the window is there as soon as KeePassXC's, and takes hardly more when idle."""

import contextlib
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from benchmarks.rows import Row
from benchmarks.screen import Screen
from benchmarks.watching import Program, Seen, watch
from core.adapters.os_keyring import OsKeyring
from core.adapters.sqlite_store import SqliteStores
from core.adapters.system_clock import SystemClock
from core.environment import Environment
from core.errors import VaultError
from core.model import App, BearerToken, ConsumerKeys, UserToken
from core.secret import Secret
from core.vault.vault import Vault

ROOT: Final = Path(__file__).parent.parent
SIZES: Final = (0, 50, 1_000)
ROUNDS: Final = 5
TIME_AIM: Final = 1.3
MEMORY_AIM: Final = 1.4
KEEPASSXC: Final = "KeePassXC"
BARE: Final = "bare PySide6 window"
_PASSPHRASE: Final = "a passphrase of the benchmark"  # noqa: S105 - of a vault that is thrown away


def measure() -> list[Row]:
    """Return start time and idle memory with 0, 50 and 1,000 Apps, beside both peers."""
    try:
        screen = Screen(os.environ.get("DISPLAY", ""))
    except OSError as error:
        print(f"window: not measured, {error}", file=sys.stderr)
        return _rows({})
    with contextlib.closing(screen), tempfile.TemporaryDirectory(prefix="kp-bench-") as name:
        programs = [*_keypanes(Path(name)), *_peers(Path(name))]
        return _rows(_run(programs, screen))


def _run(programs: Sequence[Program], screen: Screen) -> dict[str, list[Seen]]:
    seen: dict[str, list[Seen]] = {program.name: [] for program in programs}
    for turn in range(ROUNDS + 1):
        for program in programs:
            try:
                run = watch(program, screen)
            except TimeoutError as error:
                print(f"window: {error}", file=sys.stderr)
                continue
            if turn:  # the first round fills the caches of the disk, for everyone
                seen[program.name].append(run)
    return seen


def _rows(seen: dict[str, list[Seen]]) -> list[Row]:
    rows = []
    for apps in SIZES:
        ours = seen.get(_name(apps), [])
        for peer, aim in ((KEEPASSXC, TIME_AIM), (BARE, None)):
            rows.append(
                Row(
                    f"start to usable window, {apps:,} Apps", "ms", _milliseconds(ours),
                    peer, _milliseconds(seen.get(peer, [])), aim,
                )
            )  # fmt: skip
    for apps in SIZES:
        ours = seen.get(_name(apps), [])
        measure_name = ours[0].measure if ours else "PSS"
        for peer, aim in ((KEEPASSXC, MEMORY_AIM), (BARE, None)):
            rows.append(
                Row(
                    f"idle memory ({measure_name}), {apps:,} Apps", "MB", _megabytes(ours),
                    peer, _megabytes(seen.get(peer, [])), aim,
                )
            )  # fmt: skip
    return rows


def _milliseconds(runs: Sequence[Seen]) -> float | None:
    return statistics.median(run.seconds for run in runs) * 1000 if runs else None


def _megabytes(runs: Sequence[Seen]) -> float | None:
    return statistics.median(run.megabytes for run in runs) if runs else None


def _name(apps: int) -> str:
    return f"Keypane with {apps} Apps"


# --- the programs --------------------------------------------------------------------------------


def _keypanes(folder: Path) -> Iterator[Program]:
    for apps in SIZES:
        home = folder / f"keypane-{apps}"
        command = [sys.executable, str(ROOT / "main.py"), "--home", str(home)]
        given = b""
        if apps and not _fill(home, apps):
            command += ["--vault-passphrase-fd", "{given}"]
            given = _PASSPHRASE.encode() + b"\n"
        yield Program(_name(apps), command, given=given)


def _peers(folder: Path) -> Iterator[Program]:
    yield Program(BARE, [sys.executable, str(ROOT / "benchmarks" / "bare_window.py")])
    keepassxc = shutil.which("keepassxc")
    if keepassxc is None:
        print("window: KeePassXC is not installed, so there is no peer", file=sys.stderr)
        return
    home = folder / "keepassxc"
    settings = home / ".config" / "keepassxc" / "keepassxc.ini"
    settings.parent.mkdir(parents=True)
    # Its first start asks whether it may look for updates, in a dialog of its own.
    settings.write_text("[General]\nUpdateCheckMessageShown=true\nSingleInstance=false\n")
    yield Program(
        KEEPASSXC,
        [keepassxc],
        {"HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config"),
         "XDG_CACHE_HOME": str(home / ".cache")},
    )  # fmt: skip


def _fill(home: Path, apps: int) -> bool:
    """Make a vault of so many Apps; return whether the keyring opens it, else a passphrase."""
    vault = Vault(SqliteStores(home), OsKeyring(seconds=5), SystemClock())
    try:
        try:
            vault.create_with_keyring()
            in_keyring = True
        except VaultError:
            vault.create_with_passphrase(Secret(_PASSPHRASE))
            in_keyring = False
        vault.save(*nouns(apps))
    finally:
        vault.close()
    return in_keyring


def nouns(apps: int) -> list[object]:
    """Return so many Apps, each with a Bearer Token and one user."""
    now = datetime.now(UTC)
    made: list[object] = []
    for number in range(apps):
        key, app_id = Secret(f"{number:025d}"), f"app-{number}"
        made += [
            App(app_id, f"App {number:04d}", Environment.x(), now, ConsumerKeys(key, key)),
            BearerToken(app_id, Secret("A" * 110), now, now),
            UserToken(
                f"token-{number}", app_id, key, key, ("users.read",), ("users.read",), now,
                now + timedelta(hours=2), str(number), f"user_{number}",
            ),
        ]  # fmt: skip
    return made
