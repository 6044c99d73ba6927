"""Assistive technology types, chooses and opens through Qt's bridge, and the program hears it."""

import pytest
from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QListView, QMenu, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ui.views.answer_json import JsonTree
from ui.widgets import Choice, ComboBox, LineEdit
from ui.widgets.assistive import AssistiveAct, AssistiveChoice, let_be_found
from ui.widgets.busy import BusyIndicator

_TREE = ["1", "data: [2]", "0: {1}", 'id: "1"', "1: {2}", 'id: "2"', 'text: "x"']


def _bridge(widget: QWidget) -> QAccessibleInterface:
    interface = QAccessible.queryAccessibleInterface(widget)
    assert interface is not None
    return interface


def _heard(view: QWidget) -> list[str]:
    bridge = _bridge(view)
    items = [bridge.child(place) for place in range(bridge.childCount())]
    return [item.text(QAccessible.Text.Name) for item in items]


def _toggle(view: QWidget, name: str) -> None:
    """Do the action of an item, as AT-SPI's DoAction does."""
    bridge = _bridge(view)
    items = [bridge.child(place) for place in range(bridge.childCount())]
    item = next(item for item in items if item.text(QAccessible.Text.Name) == name)
    item.actionInterface().doAction("Toggle")


@pytest.fixture
def listed(qtbot: QtBot) -> QListView:
    view = QListView()
    view.setModel(QStringListModel(["one", "two", "three"], view))
    qtbot.addWidget(view)
    view.show()
    return view


def test_text_put_in_counts_as_edited_and_finished(qtbot: QtBot) -> None:
    line = LineEdit("Request URL")
    qtbot.addWidget(line)
    edited: list[str] = []
    finished: list[bool] = []
    line.textEdited.connect(edited.append)
    line.editingFinished.connect(lambda: finished.append(line.isModified()))

    _bridge(line).editableTextInterface().replaceText(0, 0, "/2/users/me")

    assert edited == ["/2/users/me"]
    assert finished == [True]


def test_text_that_is_typed_is_told_once_and_text_that_is_set_never(qtbot: QtBot) -> None:
    line = LineEdit("Request URL")
    qtbot.addWidget(line)
    edited: list[str] = []
    line.textEdited.connect(edited.append)
    line.textEdited.connect(lambda text: line.setText(text.upper()))

    QTest.keyClicks(line, "ab")
    line.setText("set")
    line.clear()

    assert edited == ["a", "Ab"]


def test_a_selected_item_becomes_the_current_one_and_is_told(
    qtbot: QtBot, listed: QListView
) -> None:
    listed.setCurrentIndex(listed.model().index(0, 0))
    choice = AssistiveChoice(listed)

    with qtbot.waitSignal(choice.chosen) as told:
        _toggle(listed, "three")

    assert told.args is not None
    assert told.args[0].row() == listed.currentIndex().row() == 2


def test_where_choosing_acts_even_the_current_item_is_told_again_and_again(
    qtbot: QtBot, listed: QListView
) -> None:
    act = AssistiveAct(listed)
    rows: list[int] = []
    act.chosen.connect(lambda index: rows.append(index.row()))
    act.move_to(listed.model().index(1, 0))
    qtbot.waitUntil(lambda: not act._timer.isActive())

    for name in ("two", "two", "three"):
        with qtbot.waitSignal(act.chosen):
            _toggle(listed, name)

    assert rows == [1, 1, 2]
    assert listed.currentIndex().row() == 2


def test_where_choosing_acts_mouse_and_keys_are_not_told(qtbot: QtBot, listed: QListView) -> None:
    act = AssistiveAct(listed)
    act.move_to(listed.model().index(0, 0))
    spot = listed.visualRect(listed.model().index(0, 0)).center()

    with qtbot.assertNotEmitted(act.chosen, wait=50):
        QTest.mouseClick(listed.viewport(), Qt.MouseButton.LeftButton, pos=spot)
        qtbot.waitUntil(lambda: not act._timer.isActive())
        QTest.keyClick(listed, Qt.Key.Key_Down)

    assert listed.currentIndex().row() == 1


def test_keys_and_vanishing_rows_are_not_taken_for_a_choice(
    qtbot: QtBot, listed: QListView
) -> None:
    listed.setCurrentIndex(listed.model().index(0, 0))
    choice = AssistiveChoice(listed)

    with qtbot.assertNotEmitted(choice.chosen, wait=50):
        QTest.keyClick(listed, Qt.Key.Key_Down)
        assert listed.currentIndex().row() == 1
        listed.model().removeRows(1, 1)


def test_an_entry_of_a_closed_box_is_chosen(qtbot: QtBot) -> None:
    holder = QWidget()
    box = ComboBox("Environment")
    QVBoxLayout(holder).addWidget(box)
    qtbot.addWidget(holder)
    box.show_choices((Choice("x", "X"), Choice("s", "Sandbox")), "x")
    holder.show()

    with qtbot.waitSignal(box.chosen) as told:
        _toggle(box.view(), "Sandbox")

    assert told.args == ["s"]
    assert box.currentText() == "Sandbox"


def test_a_box_without_a_label_beside_it_has_one_that_is_heard(qtbot: QtBot) -> None:
    holder = QWidget()
    box = ComboBox("Credential")
    QVBoxLayout(holder).addWidget(box)
    qtbot.addWidget(holder)
    holder.show()

    labels = [
        end for end, kind in _bridge(box).relations() if kind == QAccessible.RelationFlag.Label
    ]

    assert [label.text(QAccessible.Text.Name) for label in labels] == ["Credential"]


def test_the_line_that_is_chosen_in_the_tree_is_the_one_that_was_meant(qtbot: QtBot) -> None:
    tree = JsonTree()
    qtbot.addWidget(tree)
    tree.show()
    tree.show_document({"data": [{"id": "1"}, {"id": "2", "text": "x"}]})
    tree.expandAll()
    qtbot.waitUntil(lambda: _heard(tree) == _TREE)

    with qtbot.waitSignal(tree.path_changed, check_params_cb=lambda p: p == "$.data[1].text"):
        _toggle(tree, 'text: "x"')


def test_a_menu_stays_a_popup_where_nobody_listens(qtbot: QtBot) -> None:
    menu = QMenu()
    qtbot.addWidget(menu)

    let_be_found(menu, "More for API Key")

    assert menu.accessibleName() == "More for API Key"
    assert menu.windowType() is Qt.WindowType.Popup


def test_what_is_under_way_is_named_without_dots(qtbot: QtBot) -> None:
    busy = BusyIndicator()
    qtbot.addWidget(busy)

    busy.render_state("Unlocking…")

    assert _bridge(busy).text(QAccessible.Text.Name) == "Unlocking"
