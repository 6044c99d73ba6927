"""What lies over the window: the question before something ends, and the toast."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from tests.unit.ui.support import button, heard
from ui.widgets import (
    ConfirmDialog,
    ConfirmState,
    Toast,
    ToastState,
)


def confirm(parent: QWidget, *, is_dangerous: bool = True) -> ConfirmDialog:
    state = ConfirmState(
        "Revoke the Bearer Token?",
        ("Every program that uses this Bearer Token stops working.",),
        "Revoke",
        affected=("fly.io acme-prod",),
        is_dangerous=is_dangerous,
    )
    dialog = ConfirmDialog(state, parent)
    dialog.open()
    return dialog


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    """A window to ask over."""
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.resize(600, 400)
    widget.show()
    return widget


def test_the_accepting_button_is_exactly_the_verb(parent: QWidget, qtbot: QtBot) -> None:
    dialog = confirm(parent)
    accept = button(dialog, "Revoke")

    with qtbot.waitSignal(dialog.accepted):
        accept.click()

    assert accept.text() == "Revoke"


def test_escape_rejects_and_the_dialog_is_freed(parent: QWidget, qtbot: QtBot) -> None:
    dialog = confirm(parent)

    with qtbot.waitSignal(dialog.rejected):
        QTest.keyClick(dialog, Qt.Key.Key_Escape)

    qtbot.waitUntil(lambda: not isValid(dialog))


@pytest.mark.parametrize(("is_dangerous", "expected"), [(True, "Cancel"), (False, "Revoke")])
def test_the_keyboard_starts_on_the_harmless_button(
    parent: QWidget, is_dangerous: bool, expected: str
) -> None:
    dialog = confirm(parent, is_dangerous=is_dangerous)

    focused = dialog.focusWidget()

    assert focused is not None
    assert heard(focused) == expected
    dialog.reject()


def test_a_dialog_says_what_breaks_to_assistive_technology(parent: QWidget) -> None:
    dialog = confirm(parent)

    assert "stops working" in dialog.accessibleDescription()
    assert "fly.io acme-prod" in dialog.accessibleDescription()
    dialog.reject()


def test_a_toast_counts_its_seconds_down_and_leaves(parent: QWidget, qtbot: QtBot) -> None:
    toast = Toast(parent)
    toast.show_state(ToastState("Cleared in {left} s.", 2))
    assert toast.accessibleName() == "Cleared in 2 s."

    toast._timer.timeout.emit()
    assert toast.accessibleName() == "Cleared in 1 s."
    with qtbot.waitSignal(toast.closed):
        toast._timer.timeout.emit()

    assert toast.isHidden()
    assert not toast._timer.isActive()
