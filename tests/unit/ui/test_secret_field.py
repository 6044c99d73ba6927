"""A secret on the screen: masked, revealed for a moment, never selected or heard."""

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QAccessible, QClipboard, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.unit.ui.support import heard
from ui.widgets import (
    REVEAL_SECONDS,
    SecretField,
    mask,
)

SECRET = "nobodys-secret-" * 6


@pytest.fixture
def field(qtbot: QtBot) -> SecretField:
    """A shown field with a mask."""
    widget = SecretField("API Key")
    qtbot.addWidget(widget)
    widget.show_mask(mask("FPHBog"))
    widget.resize(300, 80)
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


def told(widget: QWidget) -> str:
    """Return all that assistive technology can read of a widget."""
    interface = QAccessible.queryAccessibleInterface(widget)
    assert interface is not None
    kinds = (QAccessible.Text.Name, QAccessible.Text.Value, QAccessible.Text.Description)
    inside = widget.toPlainText() if isinstance(widget, SecretField) else ""
    return " ".join((*(interface.text(kind) for kind in kinds), inside))


def test_a_mask_tells_no_length() -> None:
    assert len(mask()) == len(mask()) == 12
    assert mask("abc") == "•" * 12 + "abc"


def test_assistive_technology_hears_the_mask_and_never_the_secret(field: SecretField) -> None:
    assert mask("FPHBog") in told(field)
    assert heard(field) == "API Key"
    assert SECRET not in told(field)


def test_a_revealed_secret_is_masked_when_its_time_is_over(
    field: SecretField, qtbot: QtBot
) -> None:
    field.reveal(SECRET)
    assert field.toPlainText() == SECRET
    assert field._timer.interval() == REVEAL_SECONDS * 1000 == 30_000

    with qtbot.waitSignal(field.masked):
        field._timer.timeout.emit()

    assert field.toPlainText() == mask("FPHBog")
    assert not field._timer.isActive()


@pytest.mark.parametrize("kind", [QEvent.Type.WindowDeactivate, QEvent.Type.WindowStateChange])
def test_a_revealed_secret_is_masked_when_the_window_is_left(
    field: SecretField, kind: QEvent.Type
) -> None:
    field.reveal(SECRET)

    QApplication.sendEvent(field.window(), QEvent(kind))

    assert SECRET not in told(field)


def test_a_revealed_secret_is_masked_when_it_is_hidden(field: SecretField) -> None:
    field.reveal(SECRET)

    field.hide()

    assert field.toPlainText() == mask("FPHBog")


def test_a_new_mask_ends_the_reveal_of_the_old_secret(field: SecretField) -> None:
    field.reveal(SECRET)

    field.show_mask(mask("8avbi"))

    assert field.toPlainText() == mask("8avbi")
    assert not field.is_revealed


@pytest.mark.qt_log_ignore("not accepted by receiving widget", extend=True)
@pytest.mark.parametrize("is_revealed", [False, True])
def test_a_secret_cannot_be_selected_dragged_or_copied(
    field: SecretField, qtbot: QtBot, is_revealed: bool
) -> None:
    if is_revealed:
        field.reveal(SECRET)
    before = QGuiApplication.clipboard().text()

    QTest.mouseDClick(field.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, 5))
    field.selectAll()
    field.copy()

    assert field.focusPolicy() == Qt.FocusPolicy.NoFocus
    assert field.createMimeDataFromSelection().formats() == []
    assert SECRET not in QGuiApplication.clipboard().text()
    assert QGuiApplication.clipboard().text() in {before, ""}
    if QGuiApplication.clipboard().supportsSelection():
        assert SECRET not in QGuiApplication.clipboard().text(QClipboard.Mode.Selection)


def test_input_methods_are_told_to_keep_away_from_a_secret(field: SecretField) -> None:
    hints = field.inputMethodHints()

    assert hints & Qt.InputMethodHint.ImhSensitiveData
    assert hints & Qt.InputMethodHint.ImhHiddenText
    assert hints & Qt.InputMethodHint.ImhNoPredictiveText


def test_a_long_secret_wraps_within_its_width(field: SecretField) -> None:
    one_line = field.heightForWidth(300)

    field.reveal(SECRET)

    assert field.heightForWidth(300) >= 2 * one_line
