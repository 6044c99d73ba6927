"""Notices: what happened, what to do, and the way to why."""

import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from core.errors import BadInput, Cancelled, KeypaneError
from core.explain import Explanation, explain
from tests.unit.core.test_explain import ERRORS
from tests.unit.ui.support import button, names
from ui.notices import notice_for
from ui.widgets import Banner, NoticeState

# Their notice says all there is; there is nothing to look up.
SAYS_IT_ALL = (BadInput, Cancelled)


class Teller(QWidget):
    """Stands above a notice and keeps what it is asked to tell."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[object] = []
        pane = QWidget(self)
        self.banner = Banner(pane)
        QVBoxLayout(pane).addWidget(self.banner)
        QVBoxLayout(self).addWidget(pane)

    def tell_why(self, failure: object) -> None:
        """Keep it."""
        self.asked.append(failure)


@pytest.mark.parametrize("key", ERRORS)
def test_each_failure_says_what_to_do_and_leads_to_its_own_cause(key: str) -> None:
    error = ERRORS[key]
    notice = notice_for(error, "check")

    assert notice.title
    if isinstance(error, Cancelled):
        return
    assert notice.text
    if isinstance(error, SAYS_IT_ALL):
        assert notice.why is None
        return
    assert isinstance(notice.why, Explanation)
    assert notice.why == explain(error, operation="check")
    assert notice.why.key == key


def test_a_bug_leads_to_a_cause_too() -> None:
    why = notice_for(ZeroDivisionError()).why

    assert isinstance(why, Explanation)
    assert why.key == "bug"


def test_a_notice_that_asks_for_its_button_is_not_put_away() -> None:
    error = KeypaneError("x")

    assert notice_for(error).can_close
    assert not notice_for(error, key="start", action="Start again").can_close
    assert notice_for(error, key="start", action="Start again").action == "Start again"


def test_why_rises_to_the_first_above_that_can_tell(qtbot: QtBot) -> None:
    teller = Teller()
    qtbot.addWidget(teller)
    notice = notice_for(ERRORS["state-mismatch"], "sign_in")
    teller.banner.render_state(notice)

    button(teller, "Why?").click()

    assert teller.asked == [notice.why]


def test_a_notice_without_a_failure_has_no_why(qtbot: QtBot) -> None:
    teller = Teller()
    qtbot.addWidget(teller)

    teller.banner.render_state(NoticeState("Nothing is wrong.", action="Go on"))

    assert names(teller) == ["Go on"]
