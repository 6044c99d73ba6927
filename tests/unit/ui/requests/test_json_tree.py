"""The JSON tree: branches on demand, paths as RFC 9535 writes them, and a search that pauses."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from pytestqt.qtbot import QtBot

from ui.views.answer_json import JsonView
from ui.widgets.json_tree import RANGE, JsonTreeModel, find_paths, path_text

DOCUMENT = {
    "data": [{"id": str(number), "note": {"text": f"Post {number}"}} for number in range(250)],
    "meta": {"result_count": 250, "odd key": None},
}


@pytest.fixture
def model() -> JsonTreeModel:
    made = JsonTreeModel()
    made.set_document(DOCUMENT)
    return made


@pytest.fixture
def view(qtbot: QtBot) -> JsonView:
    made = JsonView()
    qtbot.addWidget(made)
    made.resize(700, 400)
    with qtbot.waitExposed(made):
        made.show()
    made.render_json(DOCUMENT, json.dumps(DOCUMENT, indent=2))
    return made


def test_the_model_keeps_qts_rules(model: JsonTreeModel) -> None:
    mode = QAbstractItemModelTester.FailureReportingMode.Fatal
    tester = QAbstractItemModelTester(model, mode)

    model.set_document({"a": [1, {"b": None}], "c": list(range(RANGE + 1))})
    model.set_document(None)

    assert tester.model() is model


def test_a_long_list_is_cut_into_ranges_and_branches_are_made_when_opened(
    model: JsonTreeModel,
) -> None:
    data = model.index(0, 0)
    root = model.node(QModelIndex())

    assert data.data() == "data: [250]"
    assert root.children is not None
    assert root.children[0].children is None
    ranges = [model.index(row, 0, data).data() for row in range(model.rowCount(data))]
    assert ranges == ["0 … 99", "100 … 199", "200 … 249"]
    assert model.node(model.index(0, 0, data)).children is None


def test_a_path_leads_to_its_index_through_ranges_and_back(model: JsonTreeModel) -> None:
    path = ("data", 123, "note", "text")

    index = model.index_of(path)

    assert index.data() == 'text: "Post 123"'
    assert model.node(index).path() == path
    assert index.data(Qt.ItemDataRole.ToolTipRole) == "$.data[123].note.text"


def test_names_that_are_no_identifiers_stand_in_brackets() -> None:
    assert path_text(("meta", "odd key", 0)) == '$.meta["odd key"][0]'


KEYS = st.text(max_size=4)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(KEYS, JSON, max_size=4))
def test_every_path_that_the_search_finds_is_in_the_tree(document: dict[str, object]) -> None:
    model = JsonTreeModel()
    model.set_document(document)

    paths = [path for path in find_paths(document, "") if path is not None]

    for path in paths:
        assert model.node(model.index_of(path)).path() == path


def test_the_search_goes_from_hit_to_hit_and_round(view: JsonView, qtbot: QtBot) -> None:
    view.needle.setText("POST 24")
    hits = []
    for _ in range(12):
        before = view.tree.here()
        QTest.keyClick(view.needle, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda before=before: view.tree.here() != before)  # type: ignore[misc]
        hits.append(view.tree.here()[1])

    assert hits == [24, *range(240, 250), 24]


def test_the_search_says_when_there_is_nothing(view: JsonView, qtbot: QtBot) -> None:
    view.needle.setText("nowhere")
    QTest.keyClick(view.needle, Qt.Key.Key_Return)

    qtbot.waitUntil(lambda: view.found.text() == "Not found")
    assert view.tree.here() == ()


def test_a_body_that_is_no_json_shows_as_raw_text(view: JsonView) -> None:
    view.render_json(None, "upstream connect error")

    assert view.raw.isVisible()
    assert view.raw.toPlainText() == "upstream connect error"
    view.render_json(DOCUMENT, "{}")
    assert view.tree.isVisible()
