"""Vaults for tests: a running session, or one in a folder with cheap key derivation."""

from pathlib import Path
from typing import Final

from core.adapters.sqlite_store import SqliteStores
from core.vault.vault import Vault
from core.vault.wraps import Cost
from tests.fakes.clock import FakeClock
from tests.fakes.keys import FakeKeys

CHEAP: Final = Cost(memory_kib=32, iterations=1, lanes=1)


def session_vault(folder: Path, clock: FakeClock | None = None) -> Vault:
    """Return a vault whose session is running; nothing is written to `folder`."""
    vault = vault_in(folder, FakeKeys(), clock)
    vault.start_session()
    return vault


def vault_in(folder: Path, keys: FakeKeys | None = None, clock: FakeClock | None = None) -> Vault:
    """Return a vault over `folder` that is not opened yet."""
    return Vault(SqliteStores(folder), keys or FakeKeys(), clock or FakeClock(), CHEAP)
