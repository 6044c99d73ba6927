"""What happened in a sign-in, as a list that folds and as lines of Activity."""

from datetime import timedelta

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from core.timeline import EXPLANATIONS, Timeline
from tests.fakes.clock import START
from tests.unit.ui.support import button
from ui.presenters.activity import detail_line
from ui.presenters.sign_in_timeline import step_states
from ui.views.sign_in_timeline import TimelineView


@pytest.fixture
def view(qtbot: QtBot) -> TimelineView:
    """The list without any step."""
    widget = TimelineView()
    qtbot.addWidget(widget)
    return widget


def two_steps() -> Timeline:
    timeline = Timeline()
    timeline.note(START, "begun", "https://x.com/authorize")
    timeline.note(START + timedelta(seconds=3), "answered", "https://api.x.com/token", 200)
    return timeline


def shown(view: TimelineView) -> list[str]:
    """Return the texts that can be seen."""
    return [label.text() for label in view.findChildren(QLabel) if label.isVisible()]


def test_nothing_can_be_unfolded_before_something_happened(view: TimelineView) -> None:
    view.render_steps(step_states(None))

    assert not view.isVisible()


def test_the_folded_list_names_the_latest_step_only(view: TimelineView) -> None:
    view.render_steps(step_states(two_steps()))

    assert shown(view) == [EXPLANATIONS["answered"].title]


def test_the_unfolded_list_says_when_where_and_why(view: TimelineView) -> None:
    view.render_steps(step_states(two_steps()))

    button(view, "What happened").click()

    assert shown(view) == [
        EXPLANATIONS["begun"].title,
        "+0.0 s · x.com",
        EXPLANATIONS["begun"].why,
        EXPLANATIONS["answered"].title,
        "+3.0 s · api.x.com · 200",
        EXPLANATIONS["answered"].why,
    ]
    button(view, "Hide what happened").click()
    assert shown(view) == [EXPLANATIONS["answered"].title]


def test_a_new_attempt_takes_the_place_of_the_old_steps(view: TimelineView, qtbot: QtBot) -> None:
    view.render_steps(step_states(two_steps()))
    button(view, "What happened").click()
    fresh = Timeline()
    fresh.note(START, "begun", "https://other.example/authorize")

    view.render_steps(step_states(fresh))

    title, why = EXPLANATIONS["begun"].title, EXPLANATIONS["begun"].why
    qtbot.waitUntil(lambda: shown(view) == [title, "+0.0 s · other.example", why])


def test_activity_tells_a_step_by_its_title_and_other_facts_by_their_name() -> None:
    told = [detail_line(name, value) for name, value in two_steps().as_facts()]

    assert told == [
        "An attempt began · +0.0 s · x.com",
        "X answered the exchange · +3.0 s · api.x.com · 200",
    ]
    assert detail_line("proof_status", "401") == "proof status: 401"
