"""Progress: told once something is waited for, again now and then, and never afterwards."""

import threading

import pytest

from cli import progress
from cli.progress import VAULT, Progress, X


class Ear:
    """Hears what is said, and can wait for it."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self._came = threading.Condition()

    def __call__(self, text: str) -> None:
        with self._came:
            self.heard.append(text)
            self._came.notify()

    def hears(self, count: int) -> bool:
        with self._came:
            return self._came.wait_for(lambda: len(self.heard) >= count, 30)


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "FIRST_SECONDS", 0.02)
    monkeypatch.setattr(progress, "_AGAIN_SECONDS", 0.03)


def test_what_is_waited_for_is_told_again_and_again() -> None:
    ear = Ear()
    told = Progress(ear)

    with told.waiting(X):
        assert ear.hears(3)
    told.stop()

    assert set(ear.heard) == {"Waiting for X, 0 s so far …"}


def test_the_inner_wait_is_told_and_then_the_outer_again() -> None:
    ear = Ear()
    told = Progress(ear)

    with told.waiting(X):
        with told.waiting(VAULT):
            assert ear.hears(1)
            inner = ear.heard[-1]
        count = len(ear.heard)
        assert ear.hears(count + 1)
    told.stop()

    assert "the key of the vault" in inner
    assert "for X" in ear.heard[-1]


def test_nothing_is_told_of_what_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "FIRST_SECONDS", 60.0)
    ear = Ear()
    told = Progress(ear)
    with told.waiting(X), told.waiting(""):
        pass
    told.stop()

    assert ear.heard == []
    assert not [each for each in threading.enumerate() if each.name == "keypane-progress"]


def test_after_the_end_no_thread_is_started() -> None:
    told = Progress(Ear())
    told.stop()

    with told.waiting(X):
        assert not [each for each in threading.enumerate() if each.name == "keypane-progress"]
