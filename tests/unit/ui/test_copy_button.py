"""The button that copies, and its menu of forms."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from tests.unit.ui.support import heard
from ui.widgets import (
    CopyButton,
    CopyForm,
)


@pytest.fixture
def copy(qtbot: QtBot) -> CopyButton:
    """A Copy button with two forms."""
    widget = CopyButton("API Key")
    qtbot.addWidget(widget)
    widget.set_forms((CopyForm("value", "Copy value"), CopyForm("env", "Copy as .env line")))
    widget.show()
    return widget


def test_a_click_on_copy_copies_the_value(copy: CopyButton, qtbot: QtBot) -> None:
    with qtbot.waitSignal(copy.copy_wanted) as wanted:
        QTest.mouseClick(copy, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))

    assert wanted.args == ["value"]
    assert heard(copy) == "Copy API Key"


def test_the_menu_of_copy_offers_the_other_forms(copy: CopyButton, qtbot: QtBot) -> None:
    menu = copy.open_menu()

    with qtbot.waitSignal(copy.copy_wanted) as wanted:
        menu.actions()[1].trigger()

    assert wanted.args == ["env"]
    menu.close()


@pytest.mark.parametrize("by_keyboard", [True, False])
def test_the_arrow_of_copy_opens_the_menu(
    copy: CopyButton, qtbot: QtBot, by_keyboard: bool
) -> None:
    if by_keyboard:
        QTest.keyClick(copy, Qt.Key.Key_Down)
    else:
        arrow = QPoint(copy.width() - 8, 8)
        QTest.mouseClick(copy, Qt.MouseButton.LeftButton, pos=arrow)

    menus = copy.findChildren(QMenu)
    assert [action.text() for action in menus[0].actions()] == ["Copy value", "Copy as .env line"]
    menus[0].close()


def test_copy_of_a_pair_asks_which_half(copy: CopyButton, qtbot: QtBot) -> None:
    copy.set_forms((CopyForm("token", "Access Token"), CopyForm("secret", "Secret")), default="")

    with qtbot.assertNotEmitted(copy.copy_wanted):
        copy.click()

    assert len(copy.findChildren(QMenu)) == 1
    copy.findChildren(QMenu)[0].close()


def test_a_menu_is_freed_when_it_closes(copy: CopyButton, qtbot: QtBot) -> None:
    menu = copy.open_menu()

    menu.close()

    qtbot.waitUntil(lambda: not isValid(menu))
