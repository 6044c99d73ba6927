"""Time in words, and the widgets that count it."""

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QLocale
from pytestqt.qtbot import QtBot

from tests.unit.ui.support import heard
from ui.widgets import (
    Countdown,
    Status,
    StatusChip,
    time_ago,
    time_left,
)
from ui.widgets.times import absolute


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (5520, "1 h 32 min"),
        (360, "6 min"),
        (45, "45 s"),
        (-3, "0 s"),
        (86400 * 3, "3 days"),
        (86400, "24 h 0 min"),
    ],
)
def test_time_left_is_said_in_words(seconds: float, expected: str) -> None:
    assert time_left(seconds) == expected


MOMENT = datetime(2026, 11, 3, 21, 4, 5).astimezone()


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (QLocale.Language.English, "Tuesday, November 3, 2026 9:04:05\u202fPM"),
        (QLocale.Language.German, "Dienstag, 3. November 2026 21:04:05"),
        (QLocale.Language.Basque, "2026(e)ko azaroaren 3(a), asteartea 21:04:05"),
    ],
)
def test_an_absolute_time_is_the_persons_own_in_their_format(
    language: QLocale.Language, expected: str
) -> None:
    before = QLocale()
    QLocale.setDefault(QLocale(language))
    try:
        assert absolute(MOMENT).replace("\u202f", " ") == expected.replace("\u202f", " ")
    finally:
        QLocale.setDefault(before)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(3, "just now"), (130, "2 min ago"), (3600 * 5, "5 h ago"), (86400, "1 day ago")],
)
def test_time_ago_is_said_in_words(seconds: float, expected: str) -> None:
    assert time_ago(seconds) == expected


def test_a_countdown_says_when_it_ran_out(qtbot: QtBot) -> None:
    chip = Countdown()
    qtbot.addWidget(chip)
    chip.show()

    with qtbot.waitSignal(chip.ran_out, timeout=5000):
        chip.count_to(datetime.now(UTC) + timedelta(seconds=0.3), "Expired")

    assert chip.text() == "Expired"
    assert heard(chip) == "Expired"


def test_a_status_is_heard_as_it_is_shown_and_its_tooltip_has_the_time(qtbot: QtBot) -> None:
    chip = StatusChip()
    qtbot.addWidget(chip)

    chip.render_state(
        Status("Works · checked {ago}", at=datetime.now(UTC) - timedelta(seconds=130))
    )

    assert chip.text() == "Works · checked 2 min ago"
    assert heard(chip) == chip.text()
    assert str(datetime.now(UTC).year) in chip.toolTip() or "20" in chip.toolTip()


def test_a_hidden_status_does_not_tick(qtbot: QtBot) -> None:
    chip = StatusChip()
    qtbot.addWidget(chip)
    chip.render_state(Status("{left} left", at=datetime.now(UTC) + timedelta(hours=1)))
    chip.show()
    assert chip._timer.isActive()

    chip.hide()

    assert not chip._timer.isActive()
