from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QEvent, QLocale, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QClipboard, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from tests.unit.ui.support import button, heard
from ui.widgets import (
    REVEAL_SECONDS,
    Banner,
    BusyIndicator,
    Button,
    ConfirmDialog,
    ConfirmState,
    CopyButton,
    CopyForm,
    Countdown,
    FlowLayout,
    Label,
    NoticeState,
    Row,
    ScopeChips,
    SecretField,
    Status,
    StatusChip,
    Toast,
    ToastState,
    mask,
    spoken,
    time_ago,
    time_left,
)
from ui.widgets.times import absolute

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


@pytest.mark.parametrize(
    ("label", "owner", "expected"),
    [
        ("Revoke…", "Bearer Token", "Revoke Bearer Token"),
        ("+ Add App", "", "Add App"),
        ("Why?", "@acme", "Why? @acme"),
        ("Developer Console ↗", "", "Developer Console"),
    ],
)
def test_a_spoken_name_has_no_signs(label: str, owner: str, expected: str) -> None:
    assert spoken(label, owner) == expected


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


@pytest.fixture
def copy(qtbot: QtBot) -> CopyButton:
    """A Copy button with two forms."""
    widget = CopyButton("API Key")
    qtbot.addWidget(widget)
    widget.set_forms((CopyForm("value", "Copy value"), CopyForm("env", "Copy as .env line")))
    widget.show()
    return widget


def test_a_click_on_copy_copies_the_value(copy: CopyButton, qtbot: QtBot) -> None:
    with qtbot.waitSignal(copy.copy_wanted) as wanted:
        QTest.mouseClick(copy, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))

    assert wanted.args == ["value"]
    assert heard(copy) == "Copy API Key"


def test_the_menu_of_copy_offers_the_other_forms(copy: CopyButton, qtbot: QtBot) -> None:
    menu = copy.open_menu()

    with qtbot.waitSignal(copy.copy_wanted) as wanted:
        menu.actions()[1].trigger()

    assert wanted.args == ["env"]
    menu.close()


@pytest.mark.parametrize("by_keyboard", [True, False])
def test_the_arrow_of_copy_opens_the_menu(
    copy: CopyButton, qtbot: QtBot, by_keyboard: bool
) -> None:
    if by_keyboard:
        QTest.keyClick(copy, Qt.Key.Key_Down)
    else:
        arrow = QPoint(copy.width() - 8, 8)
        QTest.mouseClick(copy, Qt.MouseButton.LeftButton, pos=arrow)

    menus = copy.findChildren(QMenu)
    assert [action.text() for action in menus[0].actions()] == ["Copy value", "Copy as .env line"]
    menus[0].close()


def test_copy_of_a_pair_asks_which_half(copy: CopyButton, qtbot: QtBot) -> None:
    copy.set_forms((CopyForm("token", "Access Token"), CopyForm("secret", "Secret")), default="")

    with qtbot.assertNotEmitted(copy.copy_wanted):
        copy.click()

    assert len(copy.findChildren(QMenu)) == 1
    copy.findChildren(QMenu)[0].close()


def test_a_menu_is_freed_when_it_closes(copy: CopyButton, qtbot: QtBot) -> None:
    menu = copy.open_menu()

    menu.close()

    qtbot.waitUntil(lambda: not isValid(menu))


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


def test_scope_chips_name_all_scopes_and_show_what_fits(qtbot: QtBot) -> None:
    chips = ScopeChips()
    qtbot.addWidget(chips)
    scopes = ("tweet.read", "users.read", "offline.access", "dm.read", "like.read")

    chips.set_scopes(scopes)
    chips.resize(chips.sizeHint())

    assert heard(chips) == "Scopes: " + ", ".join(scopes)
    assert chips._fitting() == [*scopes[:3], "+2"]
    chips.resize(120, 20)
    assert chips._fitting() == ["tweet.read", "+4"]


def test_a_notice_is_told_whole_and_its_button_says_which(qtbot: QtBot) -> None:
    banner = Banner()
    qtbot.addWidget(banner)
    banner.render_state(
        NoticeState(
            "<b>Refused</b>", "a & b", action="Sign in again…", key="user:3", owner="@acme_ops"
        )
    )

    with qtbot.waitSignal(banner.action_wanted) as wanted:
        button(banner, "Sign in again @acme_ops").click()

    assert wanted.args == ["user:3"]
    assert banner.accessibleName() == "<b>Refused</b> a & b"
    assert "&lt;b&gt;Refused" in banner._words.text()


def test_a_busy_indicator_offers_to_stop(qtbot: QtBot) -> None:
    busy = BusyIndicator("Bearer Token")
    qtbot.addWidget(busy)
    busy.render_state("Asking X…")

    with qtbot.waitSignal(busy.cancel_wanted):
        button(busy, "Cancel Bearer Token").click()


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


def test_a_flow_breaks_its_line_where_the_room_ends(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    flow = FlowLayout(holder, gap=4, line_gap=2)
    for _ in range(4):
        child = QWidget()
        child.setFixedSize(50, 20)
        flow.addWidget(child)

    assert flow.heightForWidth(400) == 20
    assert flow.heightForWidth(110) == 42


def test_actions_of_a_row_drop_below_where_it_is_narrow(qtbot: QtBot) -> None:
    row = Row("Bearer Token", "Fetched 23 Nov")
    qtbot.addWidget(row)
    value = QWidget()
    value.setFixedSize(170, 17)
    row.values.addWidget(value)
    actions = [Button(text) for text in ("Reveal", "Check", "Regenerate…", "Revoke…")]
    for action in actions:
        row.buttons.addWidget(action)
    row.show()

    row.resize(900, row.heightForWidth(900))
    wide = actions[0].mapTo(row, QPointF(0, 0).toPoint())
    row.resize(560, row.heightForWidth(560))
    QApplication.processEvents()
    narrow = actions[0].mapTo(row, QPointF(0, 0).toPoint())

    assert narrow.y() > wide.y()
    assert all(action.width() >= action.sizeHint().width() for action in actions)
    assert row.rect().contains(row.button_box.geometry())


class _Paints(QObject):
    """Counts how often a widget is painted."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        self.count += event.type() == QEvent.Type.Paint
        return False


def test_a_shown_banner_comes_to_rest(qtbot: QtBot) -> None:
    banner = Banner()
    qtbot.addWidget(banner)
    banner.render_state(NoticeState("What happened.", "What to do about it, in many words. " * 6))
    banner.resize(300, 200)
    with qtbot.waitExposed(banner):
        banner.show()
    paints = _Paints()
    for label in banner.findChildren(Label):
        label.installEventFilter(paints)

    for _ in range(200):
        QApplication.processEvents()

    assert paints.count < 5
