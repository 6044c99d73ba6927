"""Promise: a vault of 10,000 records opens and is searched without a pause that is felt.

The key comes from a keyring in memory: what a desktop's keyring or Argon2id take on top is
theirs, and the latter is slow on purpose.
"""

import statistics
import tempfile
import time
from pathlib import Path
from typing import Final

from benchmarks.rows import Row
from benchmarks.window import nouns
from core.adapters.sqlite_store import SqliteStores
from core.adapters.system_clock import SystemClock
from core.model import App, BearerToken, UserToken
from core.secret import Secret
from core.vault.vault import Vault

RECORDS: Final = 10_000
ROUNDS: Final = 5
OPEN_AIM_MS: Final = 1_000.0
SEARCH_AIM_MS: Final = 100.0


class Keys:
    """The keyring, in memory."""

    label = "memory"

    def __init__(self) -> None:
        self._items: dict[tuple[str, str], Secret] = {}

    def probe(self) -> None:
        """Work always."""

    def read(self, service: str, user: str) -> Secret | None:
        """Return the value, or None."""
        return self._items.get((service, user))

    def write(self, service: str, user: str, value: Secret) -> None:
        """Keep the value."""
        self._items[service, user] = value

    def delete(self, service: str, user: str) -> None:
        """Forget the value."""
        self._items.pop((service, user), None)

    def stop_waiting(self) -> None:
        """Nothing ever waits."""


def measure() -> list[Row]:
    """Return how long opening with reading all takes, and finding an App by its name."""
    opened, found = [], []
    with tempfile.TemporaryDirectory(prefix="kp-bench-") as name:
        keys, folder = Keys(), Path(name) / "vault"
        apps = RECORDS // 3 + 1  # three records each
        vault = Vault(SqliteStores(folder), keys, SystemClock())
        vault.create_with_keyring()
        vault.save(*nouns(apps)[:RECORDS])
        vault.close()
        for _ in range(ROUNDS):
            vault = Vault(SqliteStores(folder), keys, SystemClock())
            began = time.perf_counter()
            vault.open()
            records = [*vault.all(App), *vault.all(BearerToken), *vault.all(UserToken)]
            opened.append(time.perf_counter() - began)
            assert len(records) == RECORDS, "not every record was read"
            began = time.perf_counter()
            assert vault.app_named("app 1234").app_id == "app-1234"
            found.append(time.perf_counter() - began)
            vault.close()
    return [
        Row(f"open a vault and read {RECORDS:,} records", "ms",
            statistics.median(opened) * 1000, aim=OPEN_AIM_MS),
        Row(f"find an App by name among {RECORDS:,} records", "ms",
            statistics.median(found) * 1000, aim=SEARCH_AIM_MS),
    ]  # fmt: skip
