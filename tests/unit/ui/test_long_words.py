from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from scripts import gallery_states as samples
from ui.theme import theme
from ui.views.doctor import DoctorView
from ui.views.doctor_state import DoctorState
from ui.views.notice_stack import MOST_SHOWN, NoticeStack
from ui.views.settings import SettingsView
from ui.views.sign_in_consent import ConsentState, ConsentView
from ui.widgets import Banner, Button, CheckBox, Label, NoticeState, Page, PageView
from ui.widgets.basics import draw_words

RTL = "\u0628\u0648\u062a"
ROOM = QRect(10, 0, 100, 24)


def drawn(words: str) -> QImage:
    image = QImage(400, 24, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    draw_words(painter, ROOM, words)
    painter.end()
    return image


def inked(image: QImage) -> list[int]:
    """Return the columns on which something is drawn."""
    white = QColor(Qt.GlobalColor.white).rgb()
    columns = range(image.width())
    return [x for x in columns if any(image.pixel(x, y) != white for y in range(image.height()))]


def test_a_long_name_stays_within_its_room(qtbot: QtBot) -> None:
    columns = inked(drawn("A name that nobody would give and somebody did"))

    assert max(columns) <= ROOM.right() + 1
    assert min(columns) >= ROOM.left()


def test_a_name_written_from_the_right_stands_at_the_left_too(qtbot: QtBot) -> None:
    assert min(inked(drawn(RTL))) < ROOM.left() + 10


def test_a_name_of_two_scripts_is_ordered_by_the_first(qtbot: QtBot) -> None:
    mixed, other = drawn(f"{RTL} ab"), drawn(f"ab {RTL}")

    # Read from the right, "ab" comes last and so stands at the left; as in "ab ...".
    assert mixed.copy(ROOM.left(), 0, 8, 24) == other.copy(ROOM.left(), 0, 8, 24)


def test_a_name_without_a_space_widens_no_pane(qtbot: QtBot) -> None:
    name = "x" * 200
    settings, doctor = SettingsView(), DoctorView()
    inside = settings.page.widget()
    assert inside is not None
    assert samples.SETTINGS.app is not None
    for view in (settings, doctor):
        qtbot.addWidget(view)

    settings.render_state(replace(samples.SETTINGS, app=replace(samples.SETTINGS.app, name=name)))
    doctor.render_state(DoctorState(subject=name))

    assert max(part.minimumSizeHint().width() for part in (inside, doctor)) < 720


# --- many notices ---------------------------------------------------------------------------


def notices(count: int) -> tuple[NoticeState, ...]:
    return tuple(NoticeState(f"@user{n} needs to sign in again.", key=str(n)) for n in range(count))


def shown(stack: NoticeStack) -> list[str]:
    banners = [banner for banner in stack.findChildren(Banner) if banner.isVisibleTo(stack)]
    return [banner.accessibleName() for banner in sorted(banners, key=lambda each: each.y())]


def fold_of(stack: NoticeStack) -> Button:
    return next(b for b in stack.findChildren(Button) if b.text().startswith("Show"))


def test_a_few_notices_are_all_shown(qtbot: QtBot) -> None:
    stack = NoticeStack()
    qtbot.addWidget(stack)

    stack.render_notices(notices(MOST_SHOWN))

    assert len(shown(stack)) == MOST_SHOWN
    assert not fold_of(stack).isVisibleTo(stack)


def test_many_notices_are_folded_to_two_and_a_button(qtbot: QtBot) -> None:
    stack = NoticeStack()
    qtbot.addWidget(stack)
    stack.render_notices(notices(8))
    before = (shown(stack), fold_of(stack).text())

    fold_of(stack).click()

    assert before == (
        ["@user0 needs to sign in again.", "@user1 needs to sign in again."],
        "Show 6 more notices",
    )
    assert len(shown(stack)) == 8
    assert fold_of(stack).text() == "Show fewer notices"


def test_without_notices_there_is_no_gap(qtbot: QtBot) -> None:
    stack = NoticeStack()
    qtbot.addWidget(stack)
    stack.render_notices(samples.KEYS.notices)

    stack.render_notices(())

    assert stack.isHidden()


# --- the smallest window --------------------------------------------------------------------

SMALLEST_BODY = 720


def test_the_doctor_fits_the_smallest_window(qtbot: QtBot) -> None:
    doctor = DoctorView()
    qtbot.addWidget(doctor)
    doctor.resize(SMALLEST_BODY, 500)
    with qtbot.waitExposed(doctor):
        doctor.show()

    bars = [page.horizontalScrollBar().maximum() for page in doctor.findChildren(Page)]
    assert bars == [0, 0]
    assert doctor.minimumSizeHint().width() <= SMALLEST_BODY


def test_the_ways_out_of_a_sign_in_are_whole_in_the_smallest_window(qtbot: QtBot) -> None:
    consent = ConsentView()
    qtbot.addWidget(consent)
    consent.render_state(ConsentState(deadline_at=datetime(2030, 1, 1, tzinfo=UTC)))
    consent.resize(SMALLEST_BODY, 400)
    with qtbot.waitExposed(consent):
        consent.show()

    shown = [each for each in consent.findChildren(Button) if each.isVisible()]
    assert {"Continue in my browser", "Check the set-up"} <= {each.text() for each in shown}
    assert [each.text() for each in shown if each.width() < each.sizeHint().width()] == []
    ends = [each.mapTo(consent, each.rect().topRight()).x() for each in shown]
    assert max(ends) < SMALLEST_BODY


def test_a_box_grows_with_the_text(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    box = CheckBox("")
    qtbot.addWidget(box)
    usual = box.sizeHint()

    monkeypatch.setattr(theme(), "scale", 2 * theme().scale)

    assert box.sizeHint().height() > 1.5 * usual.height()


def test_a_page_grows_as_wide_as_its_text(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(theme(), "scale", 2.0)
    page = PageView(max_width=720)
    qtbot.addWidget(page)
    wide = Label("x")
    page.arrange(wide)
    page.resize(1600, 400)
    with qtbot.waitExposed(page):
        page.show()

    assert wide.width() == 1440
