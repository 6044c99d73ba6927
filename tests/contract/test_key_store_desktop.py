"""The vault on a real gnome-keyring in a desktop session of its own: open, locked, killed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(
    shutil.which("dbus-run-session") is None or shutil.which("gnome-keyring-daemon") is None,
    reason="THE REAL KEYRING IS NOT TESTED: dbus-run-session or gnome-keyring-daemon is missing",
)

START: Final = """
import os, signal, sys, time
from pathlib import Path
from core.adapters.os_keyring import OsKeyring
from core.adapters.sqlite_store import SqliteStores
from core.adapters.system_clock import SystemClock
from core.errors import VaultError, VaultLocked, VaultUnavailable
from core.model import Setting
from core.vault.vault import Vault

def vault():
    return Vault(SqliteStores(Path(sys.argv[1])), OsKeyring(seconds=50), SystemClock())

def attempt(act):
    try:
        print(act().state)
    except VaultUnavailable as error:
        print(error.reason)
    except VaultLocked as error:
        print("locked", error.needs)
"""
CREATE: Final = """
first = vault()
print(first.create_with_keyring().backend)
first.save(Setting("theme", "dark"))
first.close()
"""
OPEN: Final = """
second = vault()
attempt(second.open)
print(second.status().state)
"""
READ: Final = """
print(second.setting("theme"))
second.close()
"""
KILL: Final = """
from jeepney import DBusAddress, new_method_call
from jeepney.io.blocking import open_dbus_connection
bus = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
ask = new_method_call(bus, "GetConnectionUnixProcessID", "s", ("org.freedesktop.secrets",))
with open_dbus_connection() as connection:
    os.kill(connection.send_and_get_reply(ask).body[0], signal.SIGKILL)
"""
BOTH_WAYS: Final = """
from keyring.backends.SecretService import Keyring
from core.adapters.secret_service import SecretService
theirs, ours = Keyring(), SecretService()
theirs.set_password("Keypane/a", "user", "by keyring")
print(ours.get_password("Keypane/a", "user"))
ours.set_password("Keypane/b", "user", "by us, at first")
ours.set_password("Keypane/b", "user", "by us")
print(theirs.get_password("Keypane/b", "user"))
print(ours.get_password("Keypane/b", "another user"))
ours.delete_password("Keypane/b", "user")
print(theirs.get_password("Keypane/b", "user"))
"""
LIGHT: Final = """
from core.secret import Secret
keys = OsKeyring(seconds=50)
keys.probe()
keys.write("Keypane/a", "user", Secret("kept"))
print(keys.read("Keypane/a", "user") == Secret("kept"), keys.label)
print([m for m in ("keyring", "importlib_metadata", "email", "ssl", "http") if m in sys.modules])
"""
UNLOCKED: Final = "printf %s pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null && "


def in_a_session(folder: Path, script: str, *, before: str = "") -> list[str]:
    """Run a script in a desktop session with its own home; return the lines it printed."""
    run, home = folder / "run", folder / "home"
    run.mkdir(mode=0o700)
    home.mkdir()
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(run),
        "LANG": "C.UTF-8",
    }
    ran = subprocess.run(
        [
            *("dbus-run-session", "--", "sh", "-c", before + 'exec "$@"', "sh"),
            *(sys.executable, "-c", START + script, str(folder / "vault")),
        ],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.splitlines()


def test_a_vault_is_created_and_opened_with_the_real_keyring(tmp_path: Path) -> None:
    lines = in_a_session(tmp_path, CREATE + OPEN + READ, before=UNLOCKED)

    assert lines == ["GNOME Keyring", "open", "open", "dark"]


def test_keyring_and_we_find_what_the_other_kept(tmp_path: Path) -> None:
    lines = in_a_session(tmp_path, BOTH_WAYS, before=UNLOCKED)

    assert lines == ["by keyring", "by us", "None", "None"]


def test_the_secret_service_is_asked_without_loading_the_keyring_library(tmp_path: Path) -> None:
    lines = in_a_session(tmp_path, LIGHT, before=UNLOCKED)

    assert lines == ["True GNOME Keyring", "[]"]


def test_a_locked_keyring_that_nobody_unlocks_creates_nothing(tmp_path: Path) -> None:
    lines = in_a_session(tmp_path, "attempt(vault().create_with_keyring)")

    assert lines in (["keyring_denied"], ["keyring_timeout"], ["locked keyring"])
    assert not (tmp_path / "vault" / "vault.db").exists()


def test_a_killed_keyring_leaves_the_vault_locked_and_whole(tmp_path: Path) -> None:
    lines = in_a_session(tmp_path, CREATE + KILL + OPEN, before=UNLOCKED)

    assert lines[0] == "GNOME Keyring"
    assert lines[1] in {"no_keyring", "keyring_denied", "keyring_broken", "locked keyring"}
    assert lines[2] == "locked"
    assert (tmp_path / "vault" / "vault.db").exists()


ERASE: Final = """
from core.vault.erase import Erase
from core.vault.ways_in import WaysIn
import secretstorage

def kept():
    with secretstorage.dbus_init() as bus:
        collection = secretstorage.get_default_collection(bus)
        return [item.get_label() for item in collection.get_all_items()]

one = vault()
one.create_with_keyring()
print(len([label for label in kept() if "Keypane" in label]))
print(Erase(one).everything(), kept())
print(Path(sys.argv[1]).exists())
"""
MOVE: Final = """
from core.secret import Secret
from core.vault.ways_in import WaysIn
import secretstorage

def kept():
    with secretstorage.dbus_init() as bus:
        collection = secretstorage.get_default_collection(bus)
        return len(list(collection.get_all_items()))

one = vault()
one.create_with_passphrase(Secret("correct horse battery"))
print(WaysIn(one).use_keyring().backend, kept())
one.close()
attempt(one.open)
print(WaysIn(one).use_passphrase(Secret("another horse battery")).key, kept())
one.close()
"""
RESTART: Final = """
import subprocess
subprocess.run(
    ["gnome-keyring-daemon", "--replace", "--unlock", "--components=secrets"],
    input=b"pw", stdout=subprocess.DEVNULL, check=True,
)
"""


def test_erasing_everything_leaves_no_item_in_the_real_keyring(tmp_path: Path) -> None:
    lines = in_a_session(tmp_path, ERASE, before=UNLOCKED)

    assert lines == ["1", "0 []", "False"]


def test_a_vault_moves_into_the_real_keyring_and_out_of_it(tmp_path: Path) -> None:
    lines = in_a_session(tmp_path, MOVE, before=UNLOCKED)

    assert lines == ["GNOME Keyring 1", "open", "passphrase 0"]


def test_a_restarted_keyring_opens_the_vault_again(tmp_path: Path) -> None:
    lines = in_a_session(tmp_path, CREATE + KILL + OPEN + RESTART + OPEN + READ, before=UNLOCKED)

    assert lines[2] == "locked"
    assert lines[3:] == ["open", "open", "dark"]
