"""The form: every kind of parameter is filled in by mouse, keyboard and paste."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.unit.ui.requests.conftest import PARAMETERS, Heard, named, ready
from ui.views.requests import RequestsPane
from ui.views.requests_chips import ChipEditor, ValueChip
from ui.views.requests_chooser import Chooser
from ui.views.requests_dress import holds_focus
from ui.views.requests_state import ParameterKind, ParameterState
from ui.widgets import ComboBox, LineEdit

# Qt without a display says what it cannot do with every window, menu and popup.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

FIRST, SECOND = "1261326399320715264", "1278347468690915330"


def visible_rows(pane: RequestsPane) -> list[str]:
    """Return the names of the parameters that are shown."""
    return [row.state.name for row in pane.form._rows.values()]


def heard_in(widget: QWidget) -> list[str]:
    """Return the names of the buttons and fields in a widget, as assistive technology reads on."""
    found = []
    for child in widget.children():
        if isinstance(child, QWidget) and child.isVisible():
            stops = isinstance(child, QPushButton | QLineEdit)
            found += [child.accessibleName()] if stops else heard_in(child)
    return found


def test_rows_that_come_later_are_read_in_their_place(pane: RequestsPane, qtbot: QtBot) -> None:
    late = replace(PARAMETERS[2], values=("10",))
    pane.render_state(replace(ready(), parameters=(*PARAMETERS[:2], late, *PARAMETERS[3:])))
    more = replace(PARAMETERS[0], values=(FIRST, "7", SECOND))
    pane.render_state(replace(ready(), parameters=(more, PARAMETERS[1], late, *PARAMETERS[3:])))
    qtbot.waitUntil(lambda: "max_results" in heard_in(pane.form))

    assert heard_in(pane.form) == [
        f"Remove {FIRST} from ids",
        "Remove 7 from ids",
        f"Remove {SECOND} from ids",
        "Add ids",
        "Remove created_at from tweet.fields",
        "Add tweet.fields",
        "max_results",
        "Add parameter",
    ]


def test_a_chip_is_taken_away_by_click_and_by_delete(
    pane: RequestsPane, heard: Heard, qtbot: QtBot
) -> None:
    QTest.mouseClick(named(pane, f"Remove {FIRST} from ids"), Qt.MouseButton.LeftButton)
    QTest.keyClick(named(pane, f"Remove {SECOND} from ids"), Qt.Key.Key_Delete)

    assert heard.calls == [
        ("parameter_changed", "ids", (SECOND,)),
        ("parameter_changed", "ids", (FIRST,)),
    ]


def test_the_focus_stays_beside_a_chip_that_was_taken_away(
    pane: RequestsPane, qtbot: QtBot
) -> None:
    named(pane, f"Remove {FIRST} from ids").setFocus()
    fewer = (replace(PARAMETERS[0], values=(SECOND,)), *PARAMETERS[1:])
    pane.render_state(replace(ready(), parameters=fewer))

    qtbot.waitUntil(lambda: holds_focus(named(pane, f"Remove {SECOND} from ids")))


def test_ids_are_added_one_by_one_and_by_paste(
    pane: RequestsPane, heard: Heard, qtbot: QtBot
) -> None:
    QTest.mouseClick(named(pane, "Add ids"), Qt.MouseButton.LeftButton)
    field = pane.form._rows["ids"].findChild(LineEdit)
    assert field is not None
    assert field.accessibleName() == "ids"
    QTest.keyClicks(field, "20")
    QTest.keyClick(field, Qt.Key.Key_Return)
    QApplication.clipboard().setText(f"30, 31\n{FIRST} 30")
    field.paste()
    QTest.keyClick(field, Qt.Key.Key_Return)

    assert heard.calls == [
        ("parameter_changed", "ids", (FIRST, SECOND, "20")),
        ("parameter_changed", "ids", (FIRST, SECOND, "30", "31")),
    ]


def test_esc_closes_the_field_without_adding(
    pane: RequestsPane, heard: Heard, qtbot: QtBot
) -> None:
    QTest.mouseClick(named(pane, "Add ids"), Qt.MouseButton.LeftButton)
    field = pane.form._rows["ids"].findChild(LineEdit)
    assert field is not None
    QTest.keyClicks(field, "20")
    QTest.keyClick(field, Qt.Key.Key_Escape)

    assert not field.isVisible()
    assert heard.calls == []


def test_a_list_without_values_offers_its_field_at_once(pane: RequestsPane) -> None:
    empty = replace(PARAMETERS[0], values=(), placeholder="1261326399320715264")
    pane.render_state(replace(ready(), parameters=(empty,)))

    field = pane.form._rows["ids"].findChild(LineEdit)
    assert field is not None
    assert field.isVisible()


def test_a_full_list_takes_no_more(pane: RequestsPane) -> None:
    pane.render_state(replace(ready(), parameters=(replace(PARAMETERS[0], can_add=False),)))

    assert not named(pane, "Add ids").isEnabled()


def test_a_thousand_values_do_not_make_a_thousand_chips(pane: RequestsPane) -> None:
    many = tuple(str(number) for number in range(1_000))
    pane.render_state(replace(ready(), parameters=(replace(PARAMETERS[0], values=many),)))

    row = pane.form._rows["ids"]
    editor = row.findChild(ChipEditor)
    assert editor is not None
    assert editor.values == many
    few = len([chip for chip in row.findChildren(ValueChip) if chip.isVisibleTo(row)])
    QTest.mouseClick(named(pane, "and 988 more ids"), Qt.MouseButton.LeftButton)
    many_shown = len([chip for chip in row.findChildren(ValueChip) if chip.isVisibleTo(row)])
    assert (few, many_shown) == (12, 100)


def test_the_chooser_narrows_ticks_and_unticks_with_the_keyboard(
    pane: RequestsPane, heard: Heard, qtbot: QtBot
) -> None:
    QTest.mouseClick(named(pane, "Add tweet.fields"), Qt.MouseButton.LeftButton)
    chooser = pane.findChild(Chooser)
    assert chooser is not None
    qtbot.waitUntil(chooser.isVisible)
    search = named(chooser, "Find a value for tweet.fields")
    QTest.keyClicks(search, "metr")
    assert chooser.model.rowCount() == 1
    QTest.keyClick(chooser, Qt.Key.Key_Return)
    QTest.keyClick(chooser, Qt.Key.Key_Return)
    QTest.keyClick(chooser, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: pane.findChild(Chooser) is None)

    assert heard.calls == [
        ("parameter_changed", "tweet.fields", ("created_at", "public_metrics")),
        ("parameter_changed", "tweet.fields", ("created_at",)),
    ]


def test_optional_empty_parameters_wait_until_they_are_wanted(
    pane: RequestsPane, qtbot: QtBot
) -> None:
    assert visible_rows(pane) == ["ids", "tweet.fields"]

    menu = pane.form._more.open_menu()
    assert isinstance(menu, QMenu)
    names = [action.text() for action in menu.actions()]
    menu.actions()[0].trigger()
    menu.close()
    pane.render_state(ready())

    assert names == ["max_results", "sort_order", "dry_run"]
    assert visible_rows(pane) == ["ids", "tweet.fields", "max_results"]
    qtbot.waitUntil(lambda: holds_focus(named(pane, "max_results")))
    pane.render_state(replace(ready(), chosen="getUsage"))
    assert visible_rows(pane) == ["ids", "tweet.fields"]


@pytest.mark.parametrize("kind", [ParameterKind.TEXT, ParameterKind.NUMBER, ParameterKind.DATE])
def test_a_line_says_each_letter_and_keeps_its_cursor(
    pane: RequestsPane, heard: Heard, qtbot: QtBot, kind: ParameterKind
) -> None:
    state = ParameterState("query", kind, ("ac",), is_pinned=True)
    pane.render_state(replace(ready(), parameters=(state,)))
    line = named(pane, "query")
    assert isinstance(line, LineEdit)
    line.setCursorPosition(1)
    QTest.keyClicks(line, "b")
    pane.render_state(replace(ready(), parameters=(replace(state, values=("abc",)),)))

    assert heard.calls == [("parameter_changed", "query", "abc")]
    assert line.cursorPosition() == 2


@pytest.mark.parametrize(
    ("state", "steps", "value"),
    [
        (
            ParameterState("sort", ParameterKind.CHOICE, choices=PARAMETERS[1].choices),
            2,
            "created_at",
        ),
        (ParameterState("dry_run", ParameterKind.SWITCH), 2, "false"),
        (ParameterState("dry_run", ParameterKind.SWITCH, ("true",)), -1, ""),
    ],
)
def test_a_choice_and_a_switch_say_their_value(
    pane: RequestsPane, heard: Heard, qtbot: QtBot, state: ParameterState, steps: int, value: str
) -> None:
    pane.render_state(replace(ready(), parameters=(replace(state, is_pinned=True),)))
    combo = named(pane, state.name)
    assert isinstance(combo, ComboBox)
    for _ in range(abs(steps)):
        QTest.keyClick(combo, Qt.Key.Key_Down if steps > 0 else Qt.Key.Key_Up)

    assert heard.calls[-1] == ("parameter_changed", state.name, value)


def test_an_error_and_a_reason_are_spoken_with_the_field(pane: RequestsPane) -> None:
    wrong = ParameterState("max_results", ParameterKind.NUMBER, ("5",), error="At least 10.")
    off = ParameterState("until_id", disabled_reason="end_time is set.", is_pinned=True)
    pane.render_state(replace(ready(), parameters=(wrong, off)))

    assert "At least 10." in named(pane, "max_results").accessibleDescription()
    assert not named(pane, "until_id").isEnabled()
    assert "end_time is set." in named(pane, "until_id").accessibleDescription()
