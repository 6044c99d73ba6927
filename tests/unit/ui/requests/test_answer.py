"""The answer area: four phases, five tabs, and heavy answers that never hold the window."""

import gc
import json
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.cards import cards_from_answer
from tests.unit.ui.requests.conftest import SIGNALS, Heard, done, named
from ui.theme import Scheme, theme
from ui.views.answer import AnswerView
from ui.views.answer_state import (
    Action,
    AnswerPhase,
    AnswerState,
    CodeState,
    Language,
    PartialBanner,
    Problem,
    StatusKind,
    TimingBar,
)
from ui.widgets import Label
from ui.widgets.code_view import CodeView

# Qt without a display says what it cannot do with every window, menu and popup.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

# The figure to hold is 50 ms on a usual machine (benchmarks); laying all out at once takes seconds.
STALL_SECONDS = 0.4
POST = {
    "id": "1278347468690915330",
    "text": "Read https://t.co/a about #XAPI",
    "author_id": "7",
    "entities": {
        "hashtags": [{"start": 26, "end": 31, "tag": "XAPI"}],
        "urls": [
            {
                "start": 5,
                "end": 19,
                "url": "https://t.co/a",
                "display_url": "docs.example/limits",
                "expanded_url": "https://docs.example/limits",
            }
        ],
    },
    "public_metrics": {"reply_count": 1, "like_count": 311},
}
DOCUMENT: dict[str, object] = {
    "data": [POST, {"id": "2", "text": "Another one"}],
    "includes": {"users": [{"id": "7", "name": "Acme", "username": "acme"}]},
}
USERS: dict[str, object] = {"data": {"id": "7", "name": "Acme", "username": "acme"}}


def answer_with(document: dict[str, object], **changes: object) -> AnswerState:
    return done(
        cards=cards_from_answer(document),
        document=document,
        raw_text=json.dumps(document, indent=2),
        **changes,
    )


@pytest.fixture
def answer(qtbot: QtBot) -> Iterator[AnswerView]:
    """The answer area by itself, shown."""
    made = AnswerView()
    qtbot.addWidget(made)
    made.resize(760, 420)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.render_state(AnswerState())


@pytest.fixture
def heard(answer: AnswerView) -> Heard:
    """What the area says from now on."""
    return Heard(answer, *(name for name in SIGNALS if hasattr(answer, name)))


def words(answer: AnswerView) -> str:
    """Return all labels in sight, one per line."""
    QApplication.processEvents()
    return "\n".join(label.text() for label in answer.findChildren(Label) if label.isVisible())


def test_before_anything_was_sent_the_area_says_how_to_send(answer: AnswerView) -> None:
    assert "Nothing sent yet" in words(answer)
    assert not answer.status.isVisible()


def test_while_waiting_it_says_so_on_every_tab_but_code(answer: AnswerView, qtbot: QtBot) -> None:
    code = CodeState((Language("curl", "curl"),), "curl", "curl https://api.x.com/2/tweets")
    answer.render_state(AnswerState(AnswerPhase.BUSY, busy_text="Waiting for X", code=code))

    assert "Waiting for X" in words(answer)
    answer.tabs.setCurrentIndex(4)
    assert "Waiting for X" not in words(answer)
    assert answer.code.code.toPlainText() == code.text


def test_the_tabs_and_the_status_are_named_as_shown(answer: AnswerView) -> None:
    answer.render_state(answer_with(DOCUMENT))

    tabs = [answer.tabs.tabText(place) for place in range(answer.tabs.count())]
    assert tabs == ["Posts", "JSON", "Headers", "Timing", "Code"]
    assert answer.status.isVisible()
    assert answer.status.accessibleName() == "200 OK"


def test_a_refusal_shows_cause_next_step_and_says_which_action_was_wanted(
    answer: AnswerView, heard: Heard
) -> None:
    problem = Problem(
        "This App may not call this",
        "X answered 403.",
        "Move the App to Pay-per-use.",
        (Action("console", "Open the Developer Console ↗"),),
        (("Reason", "client-not-enrolled"),),
        steps=("Choose Manage apps.", "Choose Pay-per-use."),
    )
    answer.render_state(
        done(
            phase=AnswerPhase.FAILED,
            status="403 Forbidden",
            status_kind=StatusKind.BAD,
            problem=problem,
            document={"title": "Client Forbidden"},
        )
    )
    shown = words(answer)
    QTest.mouseClick(named(answer, "Open the Developer Console"), Qt.MouseButton.LeftButton)

    for text in (problem.title, problem.sentence, problem.next_step, "client-not-enrolled"):
        assert text in shown
    for step in problem.steps:
        assert step in shown
    assert answer.status.accessibleName() == "403 Forbidden"
    assert heard.calls == [("action_wanted", "console")]


def test_a_partial_answer_keeps_its_posts_and_unfolds_its_problem(answer: AnswerView) -> None:
    problem = Problem("Not Found Error", "No Post with the ID 20.", "Take it out.")
    banner = PartialBanner("1 of 3 not returned.", "20: no Post with this ID.", problem)
    answer.render_state(answer_with(DOCUMENT, banner=banner))
    before = words(answer)
    QTest.mouseClick(named(answer, "Show the problem"), Qt.MouseButton.LeftButton)
    unfolded = words(answer)
    QTest.mouseClick(named(answer, "Hide the problem"), Qt.MouseButton.LeftButton)

    assert "1 of 3 not returned." in before
    assert answer.cards.model_of_cards.rowCount() == 2
    assert "Take it out." not in before
    assert "Take it out." in unfolded
    assert "Take it out." not in words(answer)


def test_the_chosen_tab_stays_with_the_next_answer(answer: AnswerView, heard: Heard) -> None:
    answer.render_state(answer_with(DOCUMENT, headers=(("a", "b"),)))
    answer.tabs.setCurrentIndex(2)
    answer.render_state(AnswerState(AnswerPhase.BUSY))
    answer.render_state(answer_with(USERS, headers=(("a", "c"),)))

    assert answer.tabs.currentIndex() == 2
    assert answer.headers.isVisible()
    assert heard.calls == [("tab_chosen", "headers")]


def test_an_answer_without_cards_opens_its_json_and_the_next_one_its_posts(
    answer: AnswerView, heard: Heard
) -> None:
    answer.render_state(answer_with({"data": {"project_cap": "3000000"}}))
    fallback = answer.tabs.currentIndex()
    answer.render_state(answer_with(DOCUMENT))

    assert fallback == 1
    assert answer.tabs.currentIndex() == 0
    assert heard.calls == []


def test_users_name_the_first_tab(answer: AnswerView) -> None:
    answer.render_state(answer_with(USERS))

    assert answer.tabs.tabText(0) == "Users"
    index = answer.cards.model_of_cards.index(0)
    assert "@acme" in str(index.data(Qt.ItemDataRole.AccessibleTextRole))


def test_a_card_speaks_author_text_and_counts(answer: AnswerView) -> None:
    answer.render_state(answer_with(DOCUMENT))

    spoken = str(answer.cards.model_of_cards.index(0).data(Qt.ItemDataRole.AccessibleTextRole))

    for text in ("Acme", "@acme", "docs.example/limits about #XAPI", "1 reply", "311 likes"):
        assert text in spoken


def test_a_click_on_a_link_says_where_it_leads_and_beside_it_nothing(
    answer: AnswerView, heard: Heard
) -> None:
    answer.render_state(answer_with(DOCUMENT))
    QApplication.processEvents()
    cards = answer.cards
    layout = cards._delegate.layout_of(0)
    spots = [
        QPointF(x, y)
        for y in range(0, int(layout.height), 4)
        for x in range(0, 700, 4)
        if layout.link_at(QPointF(x, y))
    ]
    viewport = cards.viewport()
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=spots[len(spots) // 2].toPoint())
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=QPointF(700, 60).toPoint())

    assert heard.calls == [("link_wanted", "https://docs.example/limits")]
    assert max(spot.x() for spot in spots) < 400


def test_next_page_is_there_when_there_is_one(answer: AnswerView, heard: Heard) -> None:
    answer.render_state(answer_with(DOCUMENT))
    assert not answer._next.isVisible()

    answer.render_state(answer_with(DOCUMENT, next_page="Next page"))
    QTest.mouseClick(named(answer, "Next page"), Qt.MouseButton.LeftButton)

    assert heard.calls == [("next_page_wanted",)]


def test_copying_says_what_and_in_which_form(answer: AnswerView, heard: Heard) -> None:
    code = CodeState((Language("curl", "curl"), Language("py", "Python")), "curl", "curl X")
    answer.render_state(answer_with(DOCUMENT, headers=(("x-rate-limit-limit", "3500"),), code=code))
    control = Qt.KeyboardModifier.ControlModifier
    answer.cards.setCurrentIndex(answer.cards.model_of_cards.index(1))
    QTest.keyClick(answer.cards, Qt.Key.Key_C, control)
    answer.tabs.setCurrentIndex(1)
    answer.json.tree.choose(("data", 0, "id"))
    QTest.keyClick(answer.json.tree, Qt.Key.Key_C, control)
    QTest.mouseClick(named(answer, "Copy path"), Qt.MouseButton.LeftButton)
    answer.tabs.setCurrentIndex(2)
    headers = answer.headers
    headers.setCurrentIndex(headers.model().index(0, 0, headers.model().index(0, 0)))
    QTest.keyClick(headers, Qt.Key.Key_C, control)
    answer.tabs.setCurrentIndex(4)
    QTest.mouseClick(named(answer, "Copy code"), Qt.MouseButton.LeftButton)

    assert [call for call in heard.calls if call[0] == "copy_wanted"] == [
        ("copy_wanted", "text", "Another one"),
        ("copy_wanted", "value", "1278347468690915330"),
        ("copy_wanted", "path", "$.data[0].id"),
        ("copy_wanted", "header", "x-rate-limit-limit: 3500"),
        ("copy_wanted", "code", "curl X"),
    ]


def test_timing_says_each_step_and_which_was_not_needed(answer: AnswerView) -> None:
    bars = (
        TimingBar("DNS", None),
        TimingBar("First byte", 0, 112),
        TimingBar("Total", 0, 182, is_total=True),
    )
    answer.render_state(answer_with(DOCUMENT, timing=bars))
    answer.tabs.setCurrentIndex(3)

    names = {label.accessibleName() for label in answer.timing.findChildren(Label)}
    assert {"DNS: not needed", "First byte: 112 ms", "Total: 182 ms"} <= names


def test_the_same_answer_rendered_again_keeps_place_and_choice(
    answer: AnswerView, qtbot: QtBot
) -> None:
    many: dict[str, object] = {"data": [{"id": str(n), "text": f"Post {n}"} for n in range(100)]}
    state = answer_with(many)
    answer.render_state(state)
    sixtieth = answer.cards.model_of_cards.index(60)
    qtbot.waitUntil(lambda: answer.cards.visualRect(sixtieth).isValid())
    answer.cards.setCurrentIndex(sixtieth)
    answer.cards.scrollTo(sixtieth)
    place = answer.cards.verticalScrollBar().value()

    answer.render_state(replace(state, facts="183 ms"))

    assert answer.cards.currentIndex().row() == 60
    assert answer.cards.verticalScrollBar().value() == place > 0


def test_a_theme_that_changes_is_worn_by_an_answer_in_sight(answer: AnswerView) -> None:
    look = theme()
    before = look.choice
    answer.render_state(answer_with(DOCUMENT))
    try:
        look.choose(Scheme.DARK.value)
        QApplication.processEvents()
        ground = answer.grab().toImage().pixelColor(5, answer.height() - 5)
        assert ground == look.colour("panel")
    finally:
        look.choose(before)


class Turns:
    """Runs the event loop and remembers the longest turn in seconds of this thread's work.

    The thread's own clock: what other programs do to the machine is not our stall.
    """

    def __init__(self) -> None:
        self.longest = 0.0

    def time(self, work: object) -> None:
        assert callable(work)
        start = time.thread_time()
        work()
        self.longest = max(self.longest, time.thread_time() - start)

    def until(self, is_so: object, turns: int = 20_000) -> bool:
        assert callable(is_so)
        for _ in range(turns):
            if is_so():
                return True
            self.time(QApplication.processEvents)
        return False


@pytest.fixture
def no_collection() -> Iterator[None]:
    """As in the program, which collects from a timer of its own."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_collection")
def test_ten_thousand_posts_open_without_holding_the_window(answer: AnswerView) -> None:
    posts = [{**POST, "id": str(number)} for number in range(10_000)]
    state = answer_with({**DOCUMENT, "data": posts})
    QApplication.processEvents()
    turns = Turns()

    turns.time(lambda: answer.render_state(state))
    cards = answer.cards
    last = cards.model_of_cards.index(9_999)
    assert turns.until(lambda: cards.visualRect(last).isValid())
    answer.tabs.setCurrentIndex(1)
    turns.time(lambda: answer.json._choose_page(is_raw=True))
    assert turns.until(lambda: answer.json.raw.is_whole)
    turns.time(lambda: answer.render_state(AnswerState()))
    assert turns.until(
        lambda: len(answer.json.raw.findChildren(type(answer.json.raw.document()))) < 3
    )

    assert turns.longest < STALL_SECONDS


def test_of_ten_thousand_posts_the_first_are_on_the_screen_at_once(
    answer: AnswerView, qtbot: QtBot
) -> None:
    posts = [{**POST, "id": str(n), "text": "word " * (n % 90)} for n in range(10_000)]
    state = answer_with({**DOCUMENT, "data": posts})
    cards = answer.cards

    answer.render_state(state)
    QApplication.processEvents()

    assert cards.indexAt(QPoint(5, 5)).row() == 0
    cards.verticalScrollBar().setValue(cards.verticalScrollBar().maximum() // 2)
    QApplication.processEvents()
    middle = cards.indexAt(QPoint(5, 5)).row()
    assert 1_000 < middle < 9_000
    # What comes into sight is put right: each card is as tall as it is laid out.
    rows = list(cards.pictures.rows_in_sight())
    assert rows
    qtbot.waitUntil(
        lambda: all(
            cards.visualRect(cards.model_of_cards.index(row)).height()
            == round(cards._delegate.layout_of(row).height) + 1
            for row in cards.pictures.rows_in_sight()
        ),
        timeout=30_000,
    )


def test_a_long_text_arrives_whole_and_can_be_searched(qtbot: QtBot) -> None:
    view = CodeView("Raw JSON", is_json=True)
    qtbot.addWidget(view)
    text = json.dumps([{"id": number} for number in range(5_000)], indent=1)
    view.show_text(text)
    qtbot.waitUntil(lambda: view.is_whole)
    has_found = view.find_next('"id": 4999')

    assert view.toPlainText() == text
    assert has_found
    assert view.textCursor().selectedText() == '"id": 4999'
    assert not view.find_next("not in it")
    view.show_text("[]")
    qtbot.waitUntil(lambda: view.toPlainText() == "[]")
