"""Promise: a script that asks for a token waits no longer than for HTTPie to say its version.

With a keyring, as people have it: a real one where the session has one. The commands are run in
turn, so that a machine that is busy for a moment slows all of them.
"""

import importlib.util
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from benchmarks.rows import Row
from core.adapters.os_keyring import OsKeyring
from core.adapters.sqlite_store import SqliteStores
from core.adapters.system_clock import SystemClock
from core.environment import Environment
from core.errors import VaultError
from core.model import App, BearerToken
from core.secret import Secret
from core.vault.vault import Vault

ROOT: Final = Path(__file__).parent.parent
ROUNDS: Final = 15
HTTPIE: Final = "http --version"
XDK: Final = 'python -c "import xdk"'
AIM: Final = 1.0
_PASSPHRASE: Final = "a passphrase of the benchmark"  # noqa: S105 - of a vault that is thrown away
_NO_KEYRING: Final = "a passphrase"
_TOKEN: Final = "AAAA-of-the-benchmark"  # noqa: S105 - nobody's


def measure() -> list[Row]:
    """Return the wall time of `keypane token` beside HTTPie's and xdk's."""
    with tempfile.TemporaryDirectory(prefix="kp-bench-") as name:
        home = Path(name) / "home"
        kind = _make_vault(home)
        commands: dict[str, Sequence[str]] = {"keypane": _keypane(home, "token", "Bench")}
        if importlib.util.find_spec("httpie"):
            commands[HTTPIE] = (sys.executable, "-m", "httpie", "--version")
        if importlib.util.find_spec("xdk"):
            commands[XDK] = (sys.executable, "-c", "import xdk")
        times = _run(commands, _Passphrases(wanted=kind == _NO_KEYRING))
    label = f"keypane token, with {kind}"
    ours = times["keypane"]
    return [
        Row(label, "ms", ours, HTTPIE, times.get(HTTPIE), AIM),
        Row(label, "ms", ours, XDK, times.get(XDK), AIM),
    ]


def _make_vault(home: Path) -> str:
    keys = OsKeyring()
    vault = Vault(SqliteStores(home), keys, SystemClock())
    try:
        vault.create_with_keyring()
        kind = keys.label
    except VaultError:
        vault.create_with_passphrase(Secret(_PASSPHRASE))
        kind = _NO_KEYRING
    now = datetime.now(UTC)
    app = App("bench", "Bench", Environment.x(), now)
    vault.save(app, replace(BearerToken("bench", Secret(_TOKEN), now), tail="bench"))
    vault.close()
    return kind


def _keypane(home: Path, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, str(ROOT / "main.py"), "--home", str(home), *arguments)


class _Passphrases:
    """A descriptor per run that gives the passphrase; none where a keyring has the key."""

    def __init__(self, *, wanted: bool) -> None:
        self._wanted = wanted

    def arguments(self) -> tuple[tuple[str, ...], tuple[int, ...]]:
        """Return what the command needs besides, and the descriptors it inherits."""
        if not self._wanted:
            return (), ()
        reader, writer = os.pipe()
        os.write(writer, _PASSPHRASE.encode())
        os.close(writer)
        return ("--vault-passphrase-fd", str(reader)), (reader,)


def _run(commands: Mapping[str, Sequence[str]], passphrases: _Passphrases) -> dict[str, float]:
    seen: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(ROUNDS + 1):
        for name, command in commands.items():
            more, fds = passphrases.arguments() if name == "keypane" else ((), ())
            began = time.perf_counter()
            done = subprocess.run(
                [*command, *more], capture_output=True, check=True, pass_fds=fds, timeout=60
            )
            took = time.perf_counter() - began
            for fd in fds:
                os.close(fd)
            if name == "keypane":
                assert done.stdout.decode().strip() == _TOKEN, "another answer than the token"
            if turn:  # the first round fills the caches of the disk, for everyone
                seen[name].append(took)
    return {name: statistics.median(times) * 1000 for name, times in seen.items()}
