"""Short trials of what the program stands on: database, sealing, TLS and keyring, for real.

Each uses the adapters that the program itself uses, touches nothing that is the person's,
and answers with a Finding; none raises for what it found out.
"""

import sqlite3
import ssl
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from core.adapters.http_settings import TransportSettings
from core.adapters.http_tls import context_maker
from core.adapters.os_keyring import OsKeyring
from core.adapters.requests_transport import RequestsTransport
from core.adapters.sqlite_store import SqliteStores
from core.adapters.system_clock import SystemClock
from core.adapters.trial_server import TrialServer
from core.environment import Environment
from core.errors import BadInput, ConnectFailed, VaultError, VaultLocked, VaultUnavailable
from core.findings import Finding
from core.model import App, ConsumerKeys, HttpRequest
from core.ports import CancelToken
from core.secret import Secret
from core.vault.vault import Vault

_KEYRING_SECONDS: Final = 3.0
_DEADLINE_SECONDS: Final = 3.0
_VALUE: Final = "trial-value-that-must-not-be-readable"
_PASSPHRASE: Final = Secret("a passphrase for this trial only")
# A keyring that is absent, locked or slow is the person's matter, and there is the passphrase.
_KEYRING_WARNINGS: Final = frozenset({"no_keyring", "keyring_denied", "keyring_timeout"})


def all_trials() -> dict[str, Callable[[], Finding]]:
    """Return the trials by name, in the order in which they are told."""
    return {"keyring": keyring, "sqlite": sqlite, "vault": vault, "tls": tls}


def keyring() -> Finding:
    """Write, read and delete a value in the OS keyring; nothing is asked for long."""
    keys = OsKeyring(seconds=_KEYRING_SECONDS)
    try:
        keys.probe()
    except VaultLocked:
        return Finding("warn", "the keyring is locked")
    except VaultUnavailable as error:
        return Finding("warn" if error.reason in _KEYRING_WARNINGS else "fail", error.detail)
    return Finding("ok", keys.label)


def sqlite() -> Finding:
    """Say which SQLite this is, and that it can do what the vault needs of it."""
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("CREATE TABLE trial (id INTEGER PRIMARY KEY) STRICT")
    except sqlite3.Error as error:
        return Finding("fail", f"SQLite {sqlite3.sqlite_version}: {type(error).__name__}")
    finally:
        connection.close()
    return Finding("ok", f"SQLite {sqlite3.sqlite_version}")


def vault() -> Finding:
    """Create, seal, close, unlock and read a vault under a passphrase, in a folder of its own."""
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="keypane-trial-") as name:
        folder = Path(name)
        try:
            trouble = _vault_trouble(folder)
        except VaultError as error:
            trouble = f"{type(error).__name__}: {error.detail}"
    if trouble:
        return Finding("fail", trouble)
    taken_ms = (time.perf_counter() - began) * 1000
    return Finding("ok", f"created, sealed, unlocked and read in {taken_ms:.0f} ms")


def _vault_trouble(folder: Path) -> str:
    kept = App(
        "trial", "Trial", Environment.x(), SystemClock().now(),
        ConsumerKeys(Secret(_VALUE), Secret(_VALUE)),
    )  # fmt: skip
    first = _vault_in(folder)
    try:
        first.create_with_passphrase(_PASSPHRASE)
        first.save(kept)
    finally:
        first.close()
    files = [path for path in folder.rglob("*") if path.is_file()]
    if any(_VALUE.encode() in path.read_bytes() for path in files):
        return "a value can be read in the vault's file"
    return _reading_trouble(_vault_in(folder), kept)


def _reading_trouble(vault: Vault, kept: App) -> str:
    try:
        try:
            vault.unlock(Secret("another passphrase"))
        except BadInput:
            vault.unlock(_PASSPHRASE)
        else:
            return "a wrong passphrase opened the vault"
        read = vault.get(App, kept.app_id)
    finally:
        vault.close()
    return "" if read == kept else "what was read is not what was kept"


def _vault_in(folder: Path) -> Vault:
    return Vault(SqliteStores(folder), OsKeyring(), SystemClock())


def tls() -> Finding:
    """Refuse a server whom nobody vouches for, and accept it once its authority is trusted."""
    least = context_maker(TransportSettings())().minimum_version
    if least < ssl.TLSVersion.TLSv1_2:
        return Finding("fail", f"{least.name} would be accepted")
    with (
        tempfile.TemporaryDirectory(prefix="keypane-trial-") as name,
        TrialServer(Path(name)) as server,
    ):
        refused = _answer_of(server.origin, TransportSettings(proxy="off"))
        trusting = TransportSettings(proxy="off", ca="file", ca_file=str(server.authority))
        accepted = _answer_of(server.origin, trusting)
    if refused != "tls":
        return Finding("fail", f"an unknown certificate was not refused ({refused})")
    if accepted != "200":
        return Finding("fail", f"a trusted certificate was not accepted ({accepted})")
    return Finding("ok", f"{ssl.OPENSSL_VERSION}, {least.name} or newer, certificates checked")


def _answer_of(origin: str, settings: TransportSettings) -> str:
    """Return the status, or why there is none."""
    transport = RequestsTransport(settings=settings)
    request = HttpRequest("GET", f"{origin}/", deadline_seconds=_DEADLINE_SECONDS)
    try:
        return str(transport.send(request, CancelToken()).status)
    except ConnectFailed as error:
        return error.reason
    except Exception as error:  # noqa: BLE001 - told as the finding
        return type(error).__name__
    finally:
        transport.close()
