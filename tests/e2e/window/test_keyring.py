"""Where real keys are kept: the question, a missing keyring, and one that waits for its prompt."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QElapsedTimer, QTimer

from core.model import App
from tests.e2e.window.bench import Bench, Start
from tests.fakes.keys import FakeKeys
from tests.timing import SLACK_SECONDS, exact_times

# Nobody is asked anything in these tests: the keys are made up, and never sent.
LINES = "API Key: {key}\nAPI Key Secret: {secret}\n"
PASSPHRASE = "correct horse battery"


def longest_gap_ms() -> float:
    """Return for how long a window may stand still: 100 ms, and what a busy machine adds."""
    return 100 if exact_times() else 100 + SLACK_SECONDS * 1000


class Heartbeat:
    """Measures the longest time for which the window did not breathe."""

    def __init__(self) -> None:
        self._watch = QElapsedTimer()
        self._timer = QTimer()
        self._timer.setInterval(10)
        self._timer.timeout.connect(self._beat)
        self._gaps_ms: list[int] = []

    def start(self) -> None:
        self._watch.start()
        self._timer.start()

    @property
    def beats(self) -> int:
        """How often it has beaten."""
        return len(self._gaps_ms)

    def _beat(self) -> None:
        self._gaps_ms.append(self._watch.restart())

    def stop(self) -> int:
        """Return the longest gap; a call of the keyring on this thread would last for ever."""
        self._timer.stop()
        return max(self._gaps_ms, default=0)


@pytest.fixture
def heartbeat() -> Iterator[Heartbeat]:
    heart = Heartbeat()
    yield heart
    heart.stop()


def add_real_app(bench: Bench) -> None:
    """Fill Add App in with keys for X and press Save."""
    ready = bench.sandbox.ready_app
    bench.program.start(sandbox=False)
    bench.person.press("I have keys")
    lines = LINES.format(key=ready.api_key, secret=ready.api_secret)
    bench.person.type_into("Paste", lines)
    bench.person.type_into("Name", "Real App")
    bench.person.press("Save")


def is_kept(bench: Bench, state: str, key: str) -> None:
    bench.person.wait(lambda: bench.program.window.page is None, "the pane")
    status = bench.vault.status()
    assert (status.state, status.key) == (state, key)
    assert [app.name for app in bench.vault.all(App)] == ["Real App"]


def test_yes_keeps_the_first_real_app_under_a_key_in_the_keyring(prepare: Start) -> None:
    keys = FakeKeys()
    bench = prepare(keys=keys)
    add_real_app(bench)

    bench.person.reads("Keep your keys in Fake Keyring?")
    assert bench.vault.status().state == "none"
    bench.person.press("Yes")

    is_kept(bench, "open", "keyring")
    assert len(keys.items) == 1
    bench.person.reads("Fake Keyring · unlocked")


def test_without_a_keyring_only_passphrase_and_forgetting_are_offered(prepare: Start) -> None:
    bench = prepare(keys=FakeKeys("missing"))
    add_real_app(bench)

    bench.person.reads("Where should your keys be kept?", "No keyring of this desktop answers")
    assert not bench.person.can_press("Yes")
    bench.person.press("Passphrase")
    bench.person.type_into("Passphrase", PASSPHRASE)
    assert not bench.person.can_press("Use this passphrase")
    bench.person.type_into("Passphrase again", PASSPHRASE)
    bench.person.press("Use this passphrase")

    is_kept(bench, "open", "passphrase")


def test_forget_on_quit_writes_nothing(prepare: Start) -> None:
    bench = prepare(keys=FakeKeys("missing"))
    add_real_app(bench)

    bench.person.press("Forget on quit")

    is_kept(bench, "session", "session")
    bench.person.reads("This session only · forgotten on quit")
    assert not list(bench.home.rglob("*")) if bench.home.exists() else True


def test_closing_the_question_keeps_nothing_and_loses_nothing_typed(prepare: Start) -> None:
    from PySide6.QtWidgets import QApplication, QDialog, QLineEdit

    bench = prepare(keys=FakeKeys("missing"))
    add_real_app(bench)
    bench.person.reads("Where should your keys be kept?")
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, QDialog)

    dialog.reject()

    assert bench.vault.status().state == "none"
    ready = bench.sandbox.ready_app
    assert bench.person.find("API Key Secret", QLineEdit).text() == ready.api_secret
    bench.person.press("Save")
    bench.person.press("Forget on quit")
    is_kept(bench, "session", "session")


@pytest.mark.serial
def test_a_keyring_that_waits_for_its_prompt_stops_nothing_and_can_be_left(
    prepare: Start, heartbeat: Heartbeat
) -> None:
    keys = FakeKeys("held")
    bench = prepare(keys=keys)
    add_real_app(bench)
    keys.wait_for_a_call()
    heartbeat.start()
    bench.person.wait(lambda: heartbeat.beats > 60, "a second of breathing")
    assert heartbeat.stop() < longest_gap_ms()
    bench.person.reads("Waiting for the keyring.")

    bench.person.press("Stop waiting")

    bench.person.reads("Where should your keys be kept?")
    bench.person.press("Forget on quit")
    is_kept(bench, "session", "session")


def locked_home(prepare: Start, keys: FakeKeys) -> Bench:
    """Return a bench over a vault whose key is in the keyring; nothing is open yet."""
    first = prepare(keys=keys)
    first.world.vault.create_with_keyring()
    add_real_app(first)
    first.person.wait(lambda: first.program.window.page is None, "the pane")
    first.end()
    return prepare(keys=keys)


@pytest.mark.serial
def test_a_locked_keyring_at_start_is_waited_for_visibly_and_cancel_loses_nothing(
    prepare: Start, heartbeat: Heartbeat
) -> None:
    keys = FakeKeys()
    bench = locked_home(prepare, keys)
    keys.mode = "held"
    bench.program.start(sandbox=False)
    keys.wait_for_a_call()
    heartbeat.start()
    bench.person.wait(lambda: heartbeat.beats > 60, "a second of breathing")
    assert heartbeat.stop() < longest_gap_ms()
    bench.person.reads("Waiting for the keyring.", "Your desktop may be asking you to unlock it.")

    bench.person.press("Stop waiting")
    bench.person.reads("The vault is locked.", "Nothing is lost.")

    keys.mode = "ok"
    bench.person.press("Unlock")
    is_kept(bench, "open", "keyring")
    bench.person.reads("Real App")


@pytest.mark.parametrize(
    ("mode", "sentence"),
    [
        ("locked", "The keyring of this computer is locked."),
        ("denied", "The keyring did not let Keypane in."),
        ("missing", "This computer has no keyring that Keypane can use."),
        ("timeout", "The keyring did not answer in time."),
    ],
)
def test_a_keyring_that_fails_at_start_is_named_and_tried_again(
    prepare: Start, mode: str, sentence: str
) -> None:
    keys = FakeKeys()
    bench = locked_home(prepare, keys)
    keys.mode = mode
    bench.program.start(sandbox=False)

    bench.person.reads(sentence, "What is in the vault stays there, sealed.")

    keys.mode = "ok"
    bench.person.press("Try again")
    is_kept(bench, "open", "keyring")


def test_closing_the_window_while_the_keyring_waits_ends_at_once(prepare: Start) -> None:
    keys = FakeKeys()
    bench = locked_home(prepare, keys)
    keys.mode = "held"
    bench.program.start(sandbox=False)
    keys.wait_for_a_call()

    bench.end()


def test_leaving_add_app_while_the_keyring_is_asked_keeps_nothing(prepare: Start) -> None:
    keys = FakeKeys("held")
    bench = prepare(keys=keys)
    add_real_app(bench)
    keys.wait_for_a_call()
    bench.person.press("Cancel")
    keys.release()

    bench.person.press("Forget on quit")

    bench.person.wait(lambda: bench.vault.status().state == "session", "the session")
    bench.person.wait(lambda: bench.program.runner.count == 0, "the end of all jobs")
    assert bench.vault.all(App) == ()
