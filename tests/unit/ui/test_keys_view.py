from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from scripts import gallery_states as samples
from tests.unit.ui.support import button, heard, names
from ui.views.credential_row import CredentialRow, act_hint
from ui.views.keys_and_tokens import Act, CredentialState, KeysAndTokensView, KeysState
from ui.widgets import NoticeState, SecretField


@pytest.fixture
def view(qtbot: QtBot) -> KeysAndTokensView:
    """The pane as in the mockup, shown."""
    widget = KeysAndTokensView()
    qtbot.addWidget(widget)
    widget.resize(1000, 1100)
    widget.render_state(samples.KEYS)
    with qtbot.waitExposed(widget):
        widget.show()
    widget.activateWindow()
    return widget


def with_bearer(**changes: object) -> KeysState:
    bearer = replace(samples.BEARER, **changes)  # type: ignore[arg-type]
    return replace(samples.KEYS, authentication=(bearer, samples.PAIR))


@pytest.mark.parametrize(
    "name",
    [
        "Reveal API Key",
        "Copy API Key",
        "Copy API Key Secret",
        "Reveal Bearer Token",
        "Copy Bearer Token",
        "Check Bearer Token",
        "Regenerate Bearer Token",
        "Revoke Bearer Token",
        "Check Access Token and Secret",
        "Revoke Access Token and Secret",
        "Sign in a user",
        "Copy @acme",
        "Check @acme",
        "Refresh @acme",
        "Revoke @acme",
        "Take back @acme_prod",
        "Forget here @acme_ops",
        "Why? @acme_ops",
        "Copy Client ID",
        "More for API Key",
    ],
)
def test_a_control_is_heard_under_its_promised_name(view: KeysAndTokensView, name: str) -> None:
    assert button(view, name).isEnabled()


def test_an_app_without_a_bearer_token_offers_generate(
    view: KeysAndTokensView, qtbot: QtBot
) -> None:
    view.render_state(samples.EMPTY_KEYS)

    with qtbot.waitSignal(view.generate_wanted) as wanted:
        button(view, "Generate Bearer Token").click()

    assert wanted.args == ["bearer"]
    assert "Revoke Bearer Token" not in names(view)


def test_no_name_is_shared_or_has_an_ellipsis(view: KeysAndTokensView) -> None:
    every = names(view)

    # The notice at the top and the row below may both offer the same way out.
    twice = {name for name in every if every.count(name) > 1} - {"Sign in again @acme_ops"}
    assert twice == set()
    assert [name for name in every if not name or "…" in name or "▾" in name] == []


@pytest.mark.parametrize(
    ("name", "signal", "key"),
    [
        ("Reveal Bearer Token", "reveal_wanted", "bearer"),
        ("Check Bearer Token", "check_wanted", "bearer"),
        ("Regenerate Bearer Token", "regenerate_wanted", "bearer"),
        ("Revoke Bearer Token", "revoke_wanted", "bearer"),
        ("Refresh @acme", "refresh_wanted", "user:1"),
        ("Revoke @acme", "revoke_wanted", "user:1"),
        ("Take back @acme_prod", "take_back_wanted", "user:2"),
        ("Why? @acme_ops", "why_wanted", "user:3"),
        ("Forget here @acme_ops", "forget_wanted", "user:3"),
    ],
)
def test_a_click_says_what_is_wanted_and_for_which_row(
    view: KeysAndTokensView, qtbot: QtBot, name: str, signal: str, key: str
) -> None:
    with qtbot.waitSignal(getattr(view, signal)) as wanted:
        button(view, name).click()

    assert wanted.args == [key]


def test_every_act_says_what_it_does_before_it_is_clicked(view: KeysAndTokensView) -> None:
    revoke, forget = button(view, "Revoke @acme"), button(view, "Forget here @acme_ops")

    assert "Ends it at X" in revoke.accessibleDescription() == revoke.toolTip()
    assert "this computer only" in forget.accessibleDescription()
    assert all(act_hint(act) for act in Act)


@pytest.mark.parametrize("act", list(Act))
def test_every_act_has_words_and_a_signal(qtbot: QtBot, act: Act) -> None:
    view = KeysAndTokensView()
    qtbot.addWidget(view)
    row = CredentialState("k", "Thing", mask="•", acts=(act,), copy_forms=samples.FORMS)
    view.render_state(KeysState(client=(row,)))
    signals = {
        Act.COPY: "copy_wanted",
        Act.REPLACE: "paste_wanted",
    }

    with qtbot.waitSignal(getattr(view, signals.get(act, f"{act}_wanted"))) as wanted:
        view.findChild(CredentialRow)._acts[act].click()  # type: ignore[union-attr]

    assert wanted.args is not None
    assert wanted.args[0] == "k"


def test_a_new_state_of_a_row_keeps_its_widgets_and_the_focus(view: KeysAndTokensView) -> None:
    rows = view.findChildren(CredentialRow)
    check = button(view, "Check Bearer Token")
    check.setFocus()
    everything = set(view.findChildren(QWidget))

    view.render_state(with_bearer(sub="Fetched 24 Nov 2026"))

    assert view.findChildren(CredentialRow) == rows
    assert QApplication.focusWidget() is check
    assert set(view.findChildren(QWidget)) == everything


def test_a_new_user_does_not_remake_the_other_rows(view: KeysAndTokensView, qtbot: QtBot) -> None:
    refresh = button(view, "Refresh @acme")
    refresh.setFocus()
    other = replace(samples.USER, key="user:9", label="@newcomer")

    view.render_state(replace(samples.KEYS, users=(other, *samples.KEYS.users)))

    assert button(view, "Refresh @acme") is refresh
    assert QApplication.focusWidget() is refresh
    qtbot.waitUntil(lambda: "Refresh @newcomer" in names(view))
    qtbot.waitUntil(lambda: view._row("user:9").y() < view._row("user:1").y())  # type: ignore[union-attr]


def test_a_row_whose_account_is_learnt_is_heard_under_its_name(
    view: KeysAndTokensView, qtbot: QtBot
) -> None:
    users = samples.KEYS.users
    unknown = replace(users[0], label="unknown account")

    view.render_state(replace(samples.KEYS, users=(unknown, *users[1:])))
    qtbot.waitUntil(lambda: "Refresh unknown account" in names(view))
    view.render_state(samples.KEYS)

    qtbot.waitUntil(lambda: "Refresh @acme" in names(view))
    assert not [name for name in names(view) if "unknown account" in name]


def test_the_keyboard_goes_to_cancel_while_busy_and_comes_back(
    view: KeysAndTokensView, qtbot: QtBot
) -> None:
    button(view, "Check Bearer Token").setFocus()

    view.render_state(with_bearer(busy="Asking X…"))
    during = QApplication.focusWidget()
    with qtbot.waitSignal(view.cancel_wanted) as wanted:
        button(view, "Cancel Bearer Token").click()
    view.render_state(samples.KEYS)

    assert during is not None
    assert heard(during) == "Cancel Bearer Token"
    assert wanted.args == ["bearer"]
    assert QApplication.focusWidget() is button(view, "Check Bearer Token")


def test_a_row_that_is_done_does_not_call_the_keyboard_back(view: KeysAndTokensView) -> None:
    button(view, "Check Bearer Token").setFocus()
    view.render_state(with_bearer(busy="Asking X…"))
    elsewhere = button(view, "Refresh @acme")
    elsewhere.setFocus()

    view.render_state(samples.KEYS)

    assert QApplication.focusWidget() is elsewhere


def test_the_keyboard_stays_in_the_row_when_its_button_goes(view: KeysAndTokensView) -> None:
    view.render_state(samples.EMPTY_KEYS)
    button(view, "Generate Bearer Token").setFocus()

    bearer = replace(samples.EMPTY_KEYS.authentication[0], busy="Asking X…")
    view.render_state(
        replace(samples.EMPTY_KEYS, authentication=(bearer, samples.EMPTY_KEYS.authentication[1]))
    )
    view.render_state(samples.KEYS)

    focused = QApplication.focusWidget()
    assert focused is not None
    assert heard(focused) == "Reveal Bearer Token"


def test_reveal_shows_and_hide_masks_again(view: KeysAndTokensView) -> None:
    view.reveal("bearer", "nobodys-bearer")
    field = next(f for f in view.findChildren(SecretField) if heard(f) == "Bearer Token")
    shown = field.toPlainText()

    button(view, "Hide Bearer Token").click()

    assert shown == "nobodys-bearer"
    assert field.toPlainText() == samples.BEARER.mask
    assert button(view, "Reveal Bearer Token").isVisible()


def test_control_c_in_a_row_copies_without_showing(view: KeysAndTokensView, qtbot: QtBot) -> None:
    check = button(view, "Check Bearer Token")

    with qtbot.waitSignal(view.copy_wanted) as wanted:
        QTest.keyClick(check, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)

    assert wanted.args == ["bearer", "value"]
    assert all(not field.is_revealed for field in view.findChildren(SecretField))


def test_control_c_where_nothing_is_to_copy_says_nothing(
    view: KeysAndTokensView, qtbot: QtBot
) -> None:
    with qtbot.assertNotEmitted(view.copy_wanted):
        QTest.keyClick(
            button(view, "Take back @acme_prod"), Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier
        )


def test_lock_masks_every_secret(view: KeysAndTokensView) -> None:
    view.reveal("bearer", "nobodys-bearer")
    view.reveal("api_key", "nobodys-key")

    view.mask_all()

    shown = " ".join(field.toPlainText() for field in view.findChildren(SecretField))
    assert "nobodys" not in shown


def test_no_secret_field_takes_the_focus_and_tab_goes_down_the_pane(
    view: KeysAndTokensView, qtbot: QtBot
) -> None:
    first = button(view, "Reveal API Key")
    first.setFocus()
    heard_in_order = []
    for _ in range(60):
        focused = QApplication.focusWidget()
        assert focused is not None
        if not isinstance(focused, QAbstractButton) or heard(focused) in heard_in_order:
            break
        heard_in_order.append(heard(focused))
        QTest.keyClick(focused, Qt.Key.Key_Tab)

    wanted = [
        "Reveal API Key",
        "Copy API Key",
        "More for API Key",
        "Reveal API Key Secret",
        "Reveal Bearer Token",
        "Copy Bearer Token",
        "Check Bearer Token",
        "Regenerate Bearer Token",
        "Revoke Bearer Token",
        "Sign in a user",
        "Copy @acme",
        "Check @acme",
        "Refresh @acme",
        "Revoke @acme",
        "Take back @acme_prod",
        "Copy Client ID",
    ]
    places = [heard_in_order.index(name) for name in wanted]
    assert places == sorted(places)


def test_loading_and_error_take_the_place_of_the_sections(
    view: KeysAndTokensView, qtbot: QtBot
) -> None:
    view.render_state(KeysState(loading="Opening the vault…"))
    assert names(view) == ["Cancel"]

    view.render_state(samples.LOCKED_KEYS)
    with qtbot.waitSignal(view.notice_action_wanted) as wanted:
        button(view, "Unlock").click()

    assert wanted.args == ["unlock"]


def test_a_rows_notice_offers_the_next_step(view: KeysAndTokensView, qtbot: QtBot) -> None:
    notice = NoticeState("X refused this token.", action="Open the console", key="console")
    view.render_state(with_bearer(notice=notice))

    with qtbot.waitSignal(view.row_notice_action_wanted) as wanted:
        button(view, "Open the console").click()

    assert wanted.args == ["bearer", "console"]


def test_no_button_is_cut_off_in_the_smallest_window(view: KeysAndTokensView, qtbot: QtBot) -> None:
    view.resize(720, 500)
    buttons = [child for child in view.findChildren(QAbstractButton) if child.isVisible()]

    def right_ends() -> list[int]:
        return [b.mapTo(view, b.rect().topRight()).x() for b in buttons]

    qtbot.waitUntil(lambda: max(right_ends()) < view.width())
    assert [b.text() for b in buttons if b.width() < b.sizeHint().width()] == []
