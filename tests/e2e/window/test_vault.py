"""The vault behind the window: locking, passphrases, dead folders, and who else changes it."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.adapters.sqlite_store import SqliteStores
from core.adapters.system_clock import SystemClock
from core.model import App
from core.practice import keep_practice_app
from core.secret import Secret
from core.vault.vault import Vault
from tests.e2e.window.bench import Bench, Start
from tests.fakes.keys import FakeKeys
from tests.fakes.vaults import CHEAP
from tests.timing import within

ROOT = Path(__file__).resolve().parents[3]
PASSPHRASE = "correct horse battery"


def filled_vault(bench: Bench) -> None:
    """Put a passphrase vault with the Practice App into the bench's home, and close it."""
    vault = another_vault(bench.home)
    vault.create_with_passphrase(Secret(PASSPHRASE))
    keep_practice_app(vault, SystemClock(), bench.sandbox)
    vault.close()


def another_vault(home: Path) -> Vault:
    return Vault(SqliteStores(home), FakeKeys(), SystemClock(), CHEAP)


@pytest.fixture
def closed(prepare: Start) -> Bench:
    """A bench on a passphrase vault that has just been started."""
    bench = prepare()
    filled_vault(bench)
    bench.program.start(sandbox=False)
    bench.person.wait(lambda: bench.person.can_press("Unlock"), "the question")
    return bench


@pytest.fixture
def opened(closed: Bench) -> Bench:
    """The same, unlocked."""
    closed.person.type_into("Passphrase", PASSPHRASE)
    closed.person.press("Unlock")
    closed.person.wait(lambda: closed.person.can_press("Generate Bearer Token"), "the App")
    return closed


def test_a_wrong_passphrase_is_said_to_be_wrong_and_the_right_one_opens(closed: Bench) -> None:
    person = closed.person
    person.type_into("Passphrase", "wrong horse battery")
    person.press("Unlock")
    person.reads("That is not the passphrase. The vault stays locked.")
    assert closed.vault.status().state == "locked"

    person.type_into("Passphrase", PASSPHRASE)
    person.press("Unlock")

    person.wait(lambda: person.can_press("Generate Bearer Token"), "the App")
    person.reads("Practice App", "Passphrase vault · unlocked")
    closed.generate()


def test_going_elsewhere_leaves_a_way_back_to_the_passphrase(closed: Bench) -> None:
    person = closed.person
    person.press("Add App")
    person.press("Cancel")
    person.reads("The vault is locked.", "Nothing is lost.")

    person.type_into("Passphrase", PASSPHRASE)
    person.press("Unlock")

    person.wait(lambda: person.can_press("Generate Bearer Token"), "the App")


def test_locking_hides_everything_and_the_passphrase_brings_it_back(opened: Bench) -> None:
    person = opened.person
    token = opened.generate()
    opened.show("Settings")

    person.press("Lock")

    person.reads("The vault is locked.", "Vault locked")
    person.wait(lambda: not person.sees("Practice App"), "an empty sidebar")
    assert opened.vault.status().state == "locked"

    person.press("Unlock")
    person.type_into("Passphrase", PASSPHRASE)
    person.press("Unlock")
    opened.person.reads("Practice App")
    opened.show("Keys and tokens")
    person.wait(lambda: person.can_press("Check Bearer Token"), "the token")
    assert opened.bearer == token


@pytest.mark.expected_log("the previous generation took its place", "the outcome of", "doubt")
def test_a_vault_that_is_older_than_it_was_says_so_until_it_is_put_away(prepare: Start) -> None:
    bench = prepare()
    filled_vault(bench)
    again = another_vault(bench.home)
    again.unlock(Secret(PASSPHRASE))
    again.close()
    with (bench.home / "vault.db").open("r+b") as file:
        file.seek(4096)
        file.write(b"damage" * 500)
    bench.program.start(sandbox=False)
    bench.person.type_into("Passphrase", PASSPHRASE)
    bench.person.press("Unlock")

    bench.person.reads("The vault is older than it was", "in the folder quarantine", "Practice App")
    bench.person.press("Close")
    bench.person.wait(lambda: not bench.person.sees("older than it was"), "the notice put away")
    assert list((bench.home / "quarantine").glob("*.db"))


def test_a_real_app_typed_while_the_vault_is_locked_is_saved_after_unlocking(
    closed: Bench,
) -> None:
    person, ready = closed.person, closed.sandbox.ready_app
    person.press("Add App")
    person.type_into("API Key", ready.api_key)
    person.type_into("API Key Secret", ready.api_secret)
    person.type_into("Name", "Typed")
    person.press("Save")
    person.wait(lambda: person.can_press("Unlock"), "the passphrase's question")
    person.press("Cancel")
    person.reads("Unlock it to see your Apps.")

    person.press("Save")
    person.type_into("Passphrase", PASSPHRASE)
    person.press("Unlock")

    person.wait(lambda: closed.program.window.page is None, "the pane")
    person.reads("Typed")
    assert "Typed" in [app.name for app in closed.vault.all(App)]


def test_a_file_in_the_place_of_the_folder_is_said_and_nothing_typed_is_lost(
    prepare: Start, tmp_path: Path
) -> None:
    from PySide6.QtWidgets import QLineEdit

    (tmp_path / "home").write_text("not a folder")
    bench = prepare()
    bench.program.start(sandbox=False)
    person, ready = bench.person, bench.sandbox.ready_app
    person.press("I have keys")
    person.type_into("API Key", ready.api_key)
    person.type_into("API Key Secret", ready.api_secret)
    person.press("Save")
    person.press("Yes")

    person.reads("The folder of the vault cannot be used.", "Make sure that the folder exists")

    assert person.find("API Key", QLineEdit).text() == ready.api_key
    assert (tmp_path / "home").read_text() == "not a folder"


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="root may write everywhere"
)
def test_a_folder_that_may_not_be_written_is_said_so(opened: Bench) -> None:
    opened.home.chmod(0o500)
    try:
        opened.person.press("Generate Bearer Token")
        opened.person.reads("cannot be written to")
        assert opened.asked("/oauth2/token") == []
    finally:
        opened.home.chmod(0o700)


def test_a_lost_folder_is_said_and_nothing_of_the_vault_stays_on_the_screen(opened: Bench) -> None:
    shutil.rmtree(opened.home)
    opened.home.write_text("gone")

    opened.person.reads("The vault is gone from its folder.", "Bring that back")

    assert not opened.person.can_press("Generate Bearer Token")
    assert opened.vault.status().state == "none"
    opened.home.unlink()


def test_what_another_window_changes_is_seen_within_a_second(opened: Bench) -> None:
    other = another_vault(opened.home)
    other.unlock(Secret(PASSPHRASE))
    from dataclasses import replace

    began = time.monotonic()
    other.update(App, opened.app.app_id, lambda app: replace(app, name="Renamed elsewhere"))
    opened.person.reads("Renamed elsewhere")
    assert within(1.5, since=began)
    other.close()


def test_what_the_command_line_removes_leaves_the_window(opened: Bench, tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.write(writer, f"{PASSPHRASE}\n".encode())
    os.close(writer)
    command = [sys.executable, "main.py", "--home", str(opened.home), "--json"]
    command += ["--vault-passphrase-fd", str(reader), "app", "remove", "Practice App"]

    answer = subprocess.run(
        command, cwd=ROOT, pass_fds=(reader,), capture_output=True, text=True, check=False
    )
    os.close(reader)

    assert (answer.returncode, answer.stdout) == (0, '{"removed":"Practice App"}\n')
    opened.person.wait(lambda: not opened.person.sees("Practice App"), "an empty sidebar")
    opened.person.reads("Welcome to Keypane")
