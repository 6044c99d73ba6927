"""A copied secret is hinted, is taken back, and foreign content is left alone."""

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from core.secret import Secret
from ui.clipboard import Clipboard


@pytest.fixture
def clipboard(qtbot: QtBot) -> Iterator[Clipboard]:
    QGuiApplication.clipboard().clear()
    yield Clipboard()
    QGuiApplication.clipboard().clear()


def test_a_copied_secret_asks_histories_not_to_keep_it(clipboard: Clipboard) -> None:
    clipboard.copy_secret(Secret("copied-value-for-the-clipboard"))

    content = QGuiApplication.clipboard().mimeData()
    assert content.text() == "copied-value-for-the-clipboard"
    assert content.data("x-kde-passwordManagerHint").data() == b"secret"


def test_our_secret_is_cleared(clipboard: Clipboard, qtbot: QtBot) -> None:
    clipboard.copy_secret(Secret("copied-value-for-the-clipboard"))

    with qtbot.waitSignal(clipboard.cleared):
        clipboard.clear()

    assert QGuiApplication.clipboard().text() == ""


def test_what_the_person_copied_meanwhile_stays(clipboard: Clipboard) -> None:
    clipboard.copy_secret(Secret("copied-value-for-the-clipboard"))
    QGuiApplication.clipboard().setText("a shopping list")

    clipboard.clear()

    assert QGuiApplication.clipboard().text() == "a shopping list"


def test_a_secret_copied_twice_is_cleared_thirty_seconds_after_the_second(
    clipboard: Clipboard,
) -> None:
    clipboard.copy_secret(Secret("first-value-for-the-clipboard"))
    clipboard.copy_secret(Secret("second-value-for-the-clipboard"))

    assert clipboard._timer.isActive()
    assert clipboard._timer.interval() == 30_000
    assert clipboard._timer.remainingTime() > 29_000
