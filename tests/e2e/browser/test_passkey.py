"""A passkey's questions in Keypane's own dialog: which account, which PIN, touch, try again (V8).

What Chromium asks is played by a stand-in, since no security key is plugged into a test; the
dialog, the page and the view around it are real.
"""

from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtTest import QTest
from PySide6.QtWebEngineCore import QWebEngineWebAuthUxRequest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from tests.conftest import Canaries
from tests.e2e.browser.conftest import Attempt
from tests.e2e.browser.sites import Site
from ui.browser.passkey import passkey_state
from ui.browser.passkey_dialog import PasskeyDialog

State = QWebEngineWebAuthUxRequest.WebAuthUxState
Failure = QWebEngineWebAuthUxRequest.RequestFailureReason
PinError = QWebEngineWebAuthUxRequest.PinEntryError
Reason = QWebEngineWebAuthUxRequest.PinEntryReason


class Key(QObject):
    """Plays Chromium's request for a security key."""

    stateChanged = Signal(object)  # noqa: N815  Qt's name

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.now = State.FinishTokenCollection
        self.names = ["@acme", "@acme_ops"]
        self.pin = SimpleNamespace(
            reason=Reason.Challenge, error=PinError.NoError, minPinLength=4, remainingAttempts=8
        )
        self.failure = Failure.Timeout
        self.told: list[tuple[str, str]] = []

    def turn(self, state: Any) -> None:
        self.now = state
        self.stateChanged.emit(state)

    def state(self) -> Any:
        return self.now

    def relyingPartyId(self) -> str:  # noqa: N802  Qt's name
        return "x.com"

    def userNames(self) -> list[str]:  # noqa: N802  Qt's name
        return self.names

    def pinRequest(self) -> Any:  # noqa: N802  Qt's name
        return self.pin

    def requestFailureReason(self) -> Any:  # noqa: N802  Qt's name
        return self.failure

    def setPin(self, pin: str) -> None:  # noqa: N802  Qt's name
        self.told.append(("pin", pin))

    def setSelectedAccount(self, account: str) -> None:  # noqa: N802  Qt's name
        self.told.append(("account", account))

    def retry(self) -> None:
        self.told.append(("retry", ""))

    def cancel(self) -> None:
        self.told.append(("cancel", ""))


@pytest.fixture
def key(qapp: QApplication) -> Key:
    return Key(qapp)


@pytest.fixture
def asked(attempt: Attempt, site: Site, key: Key, qtbot: QtBot) -> Attempt:
    """A page that asks for a passkey."""
    attempt.open(f"{site.origin}/settled")
    qtbot.waitUntil(lambda: attempt.addresses != [], timeout=40_000)
    attempt.browser._ask_passkey(key)  # type: ignore[arg-type]  # the stand-in
    return attempt


def dialogs() -> list[PasskeyDialog]:
    return [
        w for w in QApplication.topLevelWidgets() if isinstance(w, PasskeyDialog) and w.isVisible()
    ]


def words() -> str:
    (dialog,) = dialogs()
    return "\n".join(label.text() for label in dialog.findChildren(QLabel) if label.isVisible())


def press(name: str) -> None:
    QApplication.processEvents()  # what was just added becomes visible
    (dialog,) = dialogs()
    button = next(
        b
        for b in dialog.findChildren(QAbstractButton)
        if b.accessibleName() == name and b.isVisible()
    )
    button.click()


def line(name: str) -> QLineEdit:
    (dialog,) = dialogs()
    return next(each for each in dialog.findChildren(QLineEdit) if each.accessibleName() == name)


def test_touching_the_key_is_asked_for_and_the_dialog_goes_when_it_is_done(
    asked: Attempt, key: Key
) -> None:
    assert "Passkey for x.com" in words()
    assert "Touch your security key" in words()

    key.turn(State.Completed)

    assert dialogs() == []
    assert key.told == []
    assert asked.said == []


def test_a_pin_goes_to_the_key_and_stays_nowhere_else(
    asked: Attempt, key: Key, canaries: Canaries, qtbot: QtBot
) -> None:
    pin = canaries.secret("pin").reveal()
    key.turn(State.CollectPin)
    entry = line("PIN of the security key")
    qtbot.waitUntil(entry.isVisible)
    assert entry.echoMode() is QLineEdit.EchoMode.Password
    entry.setText(pin)
    QTest.keyClick(entry, Qt.Key.Key_Return)

    assert key.told == [("pin", pin)]
    assert entry.text() == ""


def test_a_wrong_pin_says_how_many_tries_are_left(asked: Attempt, key: Key) -> None:
    key.pin.error, key.pin.remainingAttempts = PinError.WrongPin, 3
    key.turn(State.CollectPin)

    assert "That is not its PIN. 3 more tries, then the key locks itself." in words()
    assert "not its PIN" in dialogs()[0].accessibleDescription()


def test_a_new_pin_is_typed_twice(asked: Attempt, key: Key) -> None:
    key.pin.reason = Reason.Set
    key.turn(State.CollectPin)
    assert "at least 4 characters" in words()
    line("PIN of the security key").setText("1234")
    line("The same PIN again").setText("1235")
    press("Continue")
    assert "The two PINs differ." in words()
    assert key.told == []

    line("The same PIN again").setText("1234")
    press("Continue")

    assert key.told == [("pin", "1234")]


def test_an_account_is_chosen_by_name(asked: Attempt, key: Key) -> None:
    key.turn(State.SelectAccount)
    press("@acme_ops")
    press("Use this account")

    assert key.told == [("account", "@acme_ops")]


def test_a_failure_is_said_and_can_be_tried_again(asked: Attempt, key: Key) -> None:
    key.turn(State.RequestFailed)
    assert "Nothing was touched in time." in words()
    press("Try again")
    key.turn(State.FinishTokenCollection)

    assert key.told == [("retry", "")]
    assert "Touch your security key" in words()


@pytest.mark.parametrize("how", ["button", "escape"])
def test_cancel_ends_the_request_and_the_page_stays(how: str, asked: Attempt, key: Key) -> None:
    if how == "button":
        press("Cancel the passkey")
    else:
        QTest.keyClick(dialogs()[0], Qt.Key.Key_Escape)

    assert key.told == [("cancel", "")]
    assert dialogs() == []
    assert asked.browser._page is not None


def test_the_end_of_the_page_ends_the_request(asked: Attempt, key: Key) -> None:
    asked.browser.dispose()

    assert key.told == [("cancel", "")]
    assert dialogs() == []


def test_a_request_that_vanishes_takes_its_dialog_along(
    asked: Attempt, key: Key, qtbot: QtBot
) -> None:
    key.deleteLater()

    qtbot.waitUntil(lambda: dialogs() == [], timeout=30_000)


def test_a_second_request_takes_the_place_of_the_first(asked: Attempt, key: Key) -> None:
    other = Key(QApplication.instance())
    asked.browser._ask_passkey(other)  # type: ignore[arg-type]  # the stand-in

    assert key.told == [("cancel", "")]
    assert len(dialogs()) == 1


@pytest.mark.parametrize("reason", list(Failure))
def test_every_failure_has_its_words_and_hopeless_ones_no_second_try(reason: Any, key: Key) -> None:
    key.failure = reason
    shown = passkey_state(key, State.RequestFailed)  # type: ignore[arg-type]  # the stand-in

    assert not shown.text.startswith("The key gave no usable answer"), reason
    assert "Continue in my browser" in shown.text
    assert shown.can_retry == (
        reason.name
        in {
            *("Timeout", "KeyNotRegistered", "KeyAlreadyRegistered", "UserConsentDenied"),
            *("AuthenticatorRemovedDuringPinEntry", "WinUserCancelled"),
        }
    )


@pytest.mark.parametrize("error", [each for each in PinError if each is not PinError.NoError])
def test_every_error_of_a_pin_has_its_words(error: Any, key: Key) -> None:
    key.pin.error = error

    assert passkey_state(key, State.CollectPin).warning  # type: ignore[arg-type]  # the stand-in
