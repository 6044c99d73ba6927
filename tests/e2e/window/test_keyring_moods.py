"""The keyring in all moods, and a window that never waits for it on its own thread.

Whether the window stands still is not measured in seconds, which a busy machine makes longer:
each call of the keyring notes its thread, and a call that hangs is outlived by a count of
beats of the window.
"""

import threading
from collections.abc import Callable
from typing import Final

import pytest
from PySide6.QtCore import QTimer

from core.model import Setting
from core.secret import Secret
from tests.e2e.window.bench import Bench, Start
from tests.e2e.window.test_keyring import add_real_app, is_kept, locked_home
from tests.fakes.keys import FakeKeys

BEATS: Final = 50


class NotingKeys(FakeKeys):
    """Notes on which thread each call came."""

    def __init__(self) -> None:
        super().__init__()
        self.threads: set[int] = set()

    def _enter(self, call: str) -> None:
        self.threads.add(threading.get_ident())
        super()._enter(call)


@pytest.fixture
def keys() -> NotingKeys:
    return NotingKeys()


def never_on_this_thread(keys: NotingKeys) -> None:
    assert keys.threads, "the keyring was asked"
    assert threading.get_ident() not in keys.threads


def beats_while_it_hangs(bench: Bench, is_hanging: Callable[[], bool]) -> int:
    """Count beats of the window until there were enough; the call hangs all the while."""
    beats: list[bool] = []
    timer = QTimer()
    timer.setInterval(1)
    timer.timeout.connect(lambda: beats.append(is_hanging()))
    timer.start()
    bench.person.wait(lambda: len(beats) >= BEATS, "beats of the window")
    timer.stop()
    assert all(beats), "the call was still waiting at every beat"
    return len(beats)


AT_START: Final = [
    ("locked", "The keyring of this computer is locked."),
    ("denied", "The keyring did not let Keypane in."),
    ("missing", "This computer has no keyring that Keypane can use."),
    ("timeout", "The keyring did not answer in time."),
    ("broken", "The keyring took the key and did not give it back."),
    ("garbage", "A part of the vault does not open with its key: it was damaged."),
]


@pytest.mark.parametrize(("mood", "sentence"), AT_START)
def test_at_start_each_mood_has_its_sentence_and_the_good_one_opens(
    prepare: Start, keys: NotingKeys, mood: str, sentence: str
) -> None:
    bench = locked_home(prepare, keys)
    keys.threads.clear()  # a vault was made for the test, on its own thread
    keys.mode = mood
    bench.program.start(sandbox=False)
    bench.person.reads(sentence)
    bench.person.reads("Restore a backup…", "Erase everything on this computer…")

    keys.mode = "ok"
    bench.person.press("Try again")

    is_kept(bench, "open", "keyring")
    never_on_this_thread(keys)


def test_a_keyring_that_lost_the_key_is_no_dead_end(prepare: Start, keys: NotingKeys) -> None:
    bench = locked_home(prepare, keys)
    keys.threads.clear()  # a vault was made for the test, on its own thread
    keys.items.clear()
    bench.program.start(sandbox=False)
    bench.person.reads("The keyring no longer has the key of this vault.")

    bench.person.press("Erase everything on this computer")
    bench.person.press("Erase")

    bench.person.reads("Everything is erased.")
    assert not bench.home.exists()


def test_a_lost_key_is_made_good_by_the_recovery_passphrase(
    prepare: Start, keys: NotingKeys
) -> None:
    first = prepare(keys=keys)
    first.vault.create_with_keyring()
    first.world.ways_in.set_passphrase(Secret("written on paper"), recovery=True)
    first.vault.save(Setting("theme", "light"))
    first.end()
    keys.items.clear()
    bench = prepare(keys=keys)
    bench.program.start(sandbox=False)

    bench.person.type_into("Passphrase", "written on paper")
    bench.person.press("Unlock")

    bench.person.reads("Welcome to Keypane")
    assert bench.vault.setting("theme") == "light"


def test_a_recovery_passphrase_may_be_used_while_the_keyring_refuses(
    prepare: Start, keys: NotingKeys
) -> None:
    first = prepare(keys=keys)
    first.vault.create_with_keyring()
    first.world.ways_in.set_passphrase(Secret("written on paper"), recovery=True)
    first.end()
    keys.mode = "denied"
    bench = prepare(keys=keys)
    bench.program.start(sandbox=False)
    bench.person.reads("The keyring did not let Keypane in.")

    bench.person.press("Use a passphrase")
    bench.person.type_into("Passphrase", "written on paper")
    bench.person.press("Unlock")

    bench.person.reads("Welcome to Keypane")
    assert bench.vault.status().state == "open"


def test_a_keyring_that_hangs_stops_nothing_and_one_that_is_slow_opens(
    prepare: Start, keys: NotingKeys
) -> None:
    bench = locked_home(prepare, keys)
    keys.threads.clear()  # a vault was made for the test, on its own thread
    keys.mode = "held"
    bench.program.start(sandbox=False)
    keys.wait_for_a_call()
    vault = bench.vault
    assert beats_while_it_hangs(bench, lambda: vault.status().state == "locked") >= BEATS
    bench.person.reads("Waiting for the keyring.")

    keys.release()

    is_kept(bench, "open", "keyring")
    never_on_this_thread(keys)


@pytest.mark.parametrize(
    ("call", "mood"), [(2, "denied"), (2, "broken"), (3, "locked"), (3, "missing")]
)
def test_a_keyring_that_dies_in_the_middle_of_a_first_save_keeps_nothing_and_loses_nothing(
    prepare: Start, keys: NotingKeys, call: int, mood: str
) -> None:
    bench = prepare(keys=keys)
    add_real_app(bench)
    bench.person.reads("Keep your keys in Fake Keyring?")
    keys.fail_on_call(len(keys.calls) + call, mood)
    bench.person.press("Yes")
    bench.person.wait(lambda: bench.program.runner.count == 0, "the end of all jobs")
    assert bench.vault.status().state == "none"
    assert keys.items == {}

    keys.fail_at = None
    bench.person.press("Save")
    bench.person.press("Yes")

    is_kept(bench, "open", "keyring")
    never_on_this_thread(keys)


def test_a_keyring_that_keeps_nothing_is_found_out_before_anything_is_trusted_to_it(
    prepare: Start, keys: NotingKeys
) -> None:
    keys.mode = "forgetful"
    bench = prepare(keys=keys)
    add_real_app(bench)
    bench.person.press("Yes")

    bench.person.reads("The keyring took the key and did not give it back.")
    assert bench.vault.status().state == "none"
    assert bench.vault.inside.stores.exists() is False
    bench.person.press("Save")
    bench.person.press("Forget on quit")
    is_kept(bench, "session", "session")


@pytest.mark.expected_log("an item of the keyring is left")
def test_erasing_with_a_keyring_that_hangs_erases_the_rest_and_says_so(
    prepare: Start, keys: NotingKeys
) -> None:
    bench = locked_home(prepare, keys)
    keys.threads.clear()  # a vault was made for the test, on its own thread
    bench.program.start(sandbox=False)
    bench.person.reads("Real App")
    keys.mode = "timeout"
    bench.program.panes.vault.care.erase()
    bench.person.press("Erase")

    bench.person.reads("Everything is erased.", "The keyring did not answer")
    assert [path.name for path in bench.home.iterdir()] == ["keyring-left"]
    assert "Real App" not in bench.person.screen()
    never_on_this_thread(keys)
