"""A lock in the real window: nothing of the vault stays in a widget, and there is a way back."""

import gc
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from core.model import App, CredentialState, Setting
from core.redaction import forms_of
from core.secret import Secret
from core.vault.backups import Backups
from tests.e2e.window.bench import Bench, Start
from tests.e2e.window.test_vault import PASSPHRASE, another_vault, filled_vault
from tests.fakes.keys import FakeKeys
from ui.presenters.locking import IDLE_SETTING
from ui.shell import Tab

ROOT = Path(__file__).resolve().parents[3]
NEW = "another horse battery"


@pytest.fixture
def opened(prepare: Start) -> Bench:
    """A window on a passphrase vault with the Practice App, unlocked."""
    bench = prepare()
    filled_vault(bench)
    bench.program.start(sandbox=False)
    unlock(bench)
    return bench


def unlock(bench: Bench, passphrase: str = PASSPHRASE) -> None:
    bench.person.type_into("Passphrase", passphrase)
    bench.person.press("Unlock")
    bench.person.wait(lambda: bench.program.window.page is None, "the pane")


def is_locked(bench: Bench) -> None:
    bench.person.reads("The vault is locked.")
    bench.person.wait(lambda: not bench.program.desk.snapshot.apps, "an empty snapshot")
    assert bench.vault.status().state == "locked"


def everything_in_widgets() -> str:
    """Return every text that any widget holds, shown or not."""
    for _ in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QApplication.processEvents()
    gc.collect()
    texts = []
    for widget in QApplication.allWidgets():
        texts += [widget.accessibleName(), widget.accessibleDescription(), widget.toolTip()]
        if isinstance(widget, QLabel | QLineEdit):
            texts.append(widget.text())
        if isinstance(widget, QPlainTextEdit):
            texts.append(widget.toPlainText())
    return "\n".join(texts)


def test_after_a_lock_no_widget_holds_a_token_or_an_answer(opened: Bench) -> None:
    person = opened.person
    token = opened.generate()
    assert token.token is not None
    opened.show("Requests")
    person.press("Send")
    person.reads("200 OK")
    answer = "1261326399320715264"
    assert answer in everything_in_widgets(), "the positive control: an answer is in the widgets"

    opened.show("Settings")
    person.press("Lock")
    is_locked(opened)

    texts = everything_in_widgets()
    assert answer not in texts
    assert "Practice App" not in texts
    assert not any(form in texts for form in forms_of(token.token.reveal()))
    unlock(opened)
    person.reads("Practice App")


def test_a_revealed_and_copied_token_is_gone_with_the_lock(opened: Bench) -> None:
    person = opened.person
    token = opened.generate()
    assert token.token is not None
    value = token.token.reveal()
    opened.shows(value)  # the person asks to see it
    person.press("Reveal Bearer Token")
    person.wait(lambda: value in everything_in_widgets(), "the value, the positive control")
    person.press("Copy Bearer Token")
    person.wait(lambda: QGuiApplication.clipboard().text() == value, "the copy")

    opened.program.panes.vault.locking.lock()
    is_locked(opened)

    assert value not in everything_in_widgets()
    assert QGuiApplication.clipboard().text() != value


def test_an_open_dialog_closes_with_the_lock(opened: Bench) -> None:
    opened.generate()
    opened.person.press("Revoke Bearer Token")
    opened.person.wait(lambda: QApplication.activeModalWidget() is not None, "the question")

    opened.program.panes.vault.locking.lock()

    is_locked(opened)
    assert QApplication.activeModalWidget() is None
    assert opened.asked("/oauth2/invalidate_token") == []


def test_what_is_typed_elsewhere_goes_with_the_lock(opened: Bench) -> None:
    secret = "CanaryTyped0123456789"
    opened.person.press("Add App")
    opened.person.type_into("API Key Secret", secret)
    assert secret in everything_in_widgets()

    opened.program.panes.vault.locking.lock()

    is_locked(opened)
    assert secret not in everything_in_widgets()


def test_a_call_to_lock_from_the_command_line_locks_the_window(opened: Bench) -> None:
    answer = subprocess.run(
        [sys.executable, "main.py", "--home", str(opened.home), "--json", "vault", "lock"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (answer.returncode, answer.stdout) == (0, '{"state":"locked","key":"passphrase"}\n')
    is_locked(opened)


# --- nobody is there, or the computer sleeps ----------------------------------------------------


def test_an_idle_window_locks_and_one_that_is_used_does_not(opened: Bench) -> None:
    locking = opened.program.panes.vault.locking
    assert locking.minutes == 15
    locking.idle.wait_for(60_000)
    locking.idle._deadline.setRemainingTime(30_000)
    handle = opened.program.window.windowHandle()
    locking.idle._follow(handle)  # as when the window has the keyboard
    locking.idle._deadline.setRemainingTime(30_000)
    QTest.keyClick(handle, Qt.Key.Key_Shift)
    assert locking.idle._deadline.remainingTime() > 50_000

    locking.idle.wait_for(1)

    is_locked(opened)


def test_the_choice_of_idle_minutes_is_kept_and_read_at_the_next_start(opened: Bench) -> None:
    opened.show("Settings")
    opened.person.choose("Lock when idle", "After 5 minutes")

    opened.person.wait(lambda: opened.vault.setting(IDLE_SETTING) == "5", "the setting")
    locking = opened.program.panes.vault.locking
    locking.lock()
    is_locked(opened)
    locking.take({})
    unlock(opened)
    assert locking.minutes == 5


@pytest.mark.parametrize("locks", [True, False])
def test_the_computers_sleep_locks_if_the_person_wants_that(opened: Bench, locks: bool) -> None:
    locking = opened.program.panes.vault.locking
    locking.choose_sleep(locks=locks)
    locking.listen()
    assert locking.sleep is not None

    locking.sleep.sleeping.emit()

    if locks:
        is_locked(opened)
    else:
        opened.person.wait(lambda: opened.program.runner.count == 0, "the end of all jobs")
        assert opened.vault.status().state == "open"


def test_a_session_never_locks_by_itself(bench: Bench) -> None:
    bench.program.panes.vault.locking.lock()

    assert bench.vault.status().state == "session"
    assert bench.program.panes.vault.locking.minutes == 0


# --- what opens it ------------------------------------------------------------------------------


def give(bench: Bench, passphrase: str, verb: str) -> None:
    bench.person.type_into("Passphrase", passphrase)
    bench.person.type_into("Passphrase again", passphrase)
    bench.person.press(verb)


def test_the_passphrase_is_changed_in_settings(opened: Bench) -> None:
    opened.show("Settings")
    opened.person.reads("Your passphrase")
    opened.person.press("Change passphrase")
    give(opened, NEW, "Use this passphrase")
    opened.person.reads("The copies of the vault open the same way.")

    opened.person.press("Lock")
    opened.person.type_into("Passphrase", PASSPHRASE)
    opened.person.press("Unlock")
    opened.person.reads("That is not the passphrase.")
    unlock(opened, NEW)


def test_a_recovery_passphrase_opens_the_window_until_it_is_removed(opened: Bench) -> None:
    person = opened.person
    opened.show("Settings")
    person.press("Set recovery passphrase")
    give(opened, NEW, "Set")
    person.reads("It opens the vault when all else is lost.", "Set. It opens")
    person.press("Lock")
    unlock(opened, NEW)

    opened.show("Settings")
    person.press("Remove recovery passphrase")
    person.press("Remove")
    person.reads("None. It would open the vault when all else is lost.")


def test_the_keyring_takes_the_place_of_the_passphrase_and_back(prepare: Start) -> None:
    keys = FakeKeys()
    bench = prepare(keys=keys)
    filled_vault(bench)
    bench.program.start(sandbox=False)
    unlock(bench)
    bench.show("Settings")
    bench.person.press("Use the keyring")
    bench.person.press("Use the keyring")  # the verb of the question
    bench.person.wait(lambda: bench.vault.status().key == "keyring", "the keyring")
    bench.person.reads("Fake Keyring · unlocked")
    assert len(keys.items) == 1

    bench.person.press("Use a passphrase")
    give(bench, NEW, "Use this passphrase")

    bench.person.wait(lambda: bench.vault.status().key == "passphrase", "the passphrase")
    assert keys.items == {}


# --- backups ------------------------------------------------------------------------------------


@pytest.fixture
def chosen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The file that the person names in every file dialog."""
    path = tmp_path / "mine.keypane"
    answer: Callable[..., tuple[str, str]] = lambda *_: (str(path), "")  # noqa: E731
    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", answer)
    return path


def test_a_backup_is_written_and_brings_a_forgotten_app_back(opened: Bench, chosen: Path) -> None:
    person = opened.person
    opened.show("Settings")
    person.press("Back up")
    give(opened, NEW, "Back up")
    person.reads("Backed up 1 App and 0 users to mine.keypane.")
    opened.vault.forget_app(opened.app.app_id)
    person.reads("Welcome to Keypane")

    opened.program.panes.vault.care.restoring.restore_file()
    person.type_into("Passphrase", "not this one")
    person.press("Open")
    person.reads("That is not the passphrase of this backup.")
    person.type_into("Passphrase", NEW)
    person.press("Open")
    person.reads("Restore this backup?", "Practice App, new here: no users")
    assert opened.vault.all(App) == ()
    person.press("Restore")

    person.reads("Restored.", "Practice App")
    assert chosen.read_bytes().startswith(b"Keypane backup")


def test_a_preview_that_is_closed_changes_nothing(opened: Bench, chosen: Path) -> None:
    Backups(opened.vault).save(chosen, Secret(NEW))
    opened.vault.save(Setting("later", "1"))
    mark = opened.vault.mark()
    opened.show("Settings")
    opened.person.press("Restore a backup")
    opened.person.type_into("Passphrase", NEW)
    opened.person.press("Open")
    opened.person.reads("Make the vault as it was then")

    opened.person.press("Cancel")

    assert opened.vault.mark() == mark


def test_a_file_that_is_no_backup_is_said_to_be_none(opened: Bench, chosen: Path) -> None:
    chosen.write_text("a letter")
    opened.show("Settings")
    opened.person.press("Restore a backup")
    opened.person.type_into("Passphrase", NEW)
    opened.person.press("Open")

    opened.person.reads("this is no backup of Keypane")


def test_yesterdays_copy_is_offered_and_restored(opened: Bench) -> None:
    (copy,) = (opened.home / "backups").glob("*-*.db")
    day_before = copy.stat().st_mtime - 86_400
    os.utime(copy, (day_before, day_before))
    opened.vault.save(Setting("later", "1"))
    opened.show("Settings")

    opened.person.press("Restore from yesterday")
    opened.person.reads("Restore this copy?", "Made on yesterday")
    opened.person.press("Restore")

    opened.person.reads("Restored.")
    assert opened.vault.get(Setting, "later") is None
    assert len(Backups(opened.vault).copies()) == 2


@pytest.mark.expected_log("the outcome of refresh")
def test_a_forgotten_passphrase_leads_to_a_restore_from_the_locked_page(
    opened: Bench, chosen: Path
) -> None:
    person = opened.person
    opened.sign_in()
    Backups(opened.vault).save(chosen, Secret(NEW))
    opened.program.panes.vault.locking.lock()
    is_locked(opened)

    person.press("Restore a backup")
    person.type_into("Passphrase", NEW)
    person.press("Open")
    person.reads("The vault that is here is set aside", "opens with the passphrase of this backup")
    person.press("Restore")

    person.reads("Practice App", "Uncertain")
    (user,) = opened.users
    assert user.state is CredentialState.UNCERTAIN
    assert list((opened.home / "quarantine").glob("*.db"))
    person.press("Refresh @acme")
    person.reads("Refreshed. The new pair is stored.")
    opened.program.panes.vault.locking.lock()
    is_locked(opened)
    unlock(opened, NEW)


# --- erasing ------------------------------------------------------------------------------------


def files(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file()] if folder.exists() else []


def test_erasing_from_settings_leaves_nothing_and_begins_anew(prepare: Start) -> None:
    keys = FakeKeys()
    bench = prepare(keys=keys)
    bench.vault.create_with_keyring()
    bench.program.start(sandbox=True)
    bench.person.wait(lambda: bench.person.can_press("Generate Bearer Token"), "the App")
    bench.generate()
    bench.show("Settings")

    bench.person.press("Erase everything on this computer")
    bench.person.reads("Revoke first what must die.")
    bench.person.press("Erase")

    bench.person.reads("Everything is erased.", "Welcome to Keypane")
    assert files(bench.home) == []
    assert keys.items == {}
    assert "Practice App" not in everything_in_widgets()
    assert bench.sandbox.bearer_token is not None


def test_a_forgotten_passphrase_leads_to_a_fresh_start_too(opened: Bench) -> None:
    opened.program.panes.vault.locking.lock()
    is_locked(opened)
    opened.person.press("Erase everything on this computer")
    opened.person.press("Erase")

    opened.person.reads("Everything is erased.")
    assert files(opened.home) == []


@pytest.mark.parametrize("passphrase", [None, NEW])
def test_an_erasing_that_was_cut_off_is_finished_when_the_window_starts(
    prepare: Start, passphrase: str | None
) -> None:
    bench = prepare()
    filled_vault(bench)
    bench.vault.inside.stores.begin_erasing()

    bench.program.start(sandbox=False, passphrase=Secret(passphrase) if passphrase else None)

    note = bench.home / "erasing"
    bench.person.wait(lambda: not note.exists(), "the end of the erasing")
    bench.person.reads("Welcome to Keypane")
    if passphrase is None:
        bench.person.wait(lambda: bench.program.runner.count == 0, "the end of all jobs")
        assert files(bench.home) == []
    else:
        bench.person.wait(lambda: bench.vault.status().state == "open", "the new vault")
        assert bench.vault.all(App) == ()


def test_an_erasing_in_another_program_is_seen_by_the_window(opened: Bench) -> None:
    from core.vault.erase import Erase

    Erase(another_vault(opened.home)).everything()

    opened.person.reads("The vault is gone from its folder.")
    assert "Practice App" not in everything_in_widgets()


def test_a_pane_is_made_anew_after_the_lock(opened: Bench) -> None:
    before: QWidget = opened.pane(Tab.KEYS)
    opened.program.panes.vault.locking.lock()
    is_locked(opened)
    unlock(opened)

    assert opened.pane(Tab.KEYS) is not before
    opened.generate()
