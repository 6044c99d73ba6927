"""A page's wish for a passkey or a security key, led through Keypane's own dialog.

Chromium talks to the key; this only asks the person what Chromium wants to know: which
account, which PIN, to touch the key, and whether to try again. On Windows and macOS the
system shows its own dialog instead, and nothing arrives here (Qt WebEngine 6.11
documentation, "WebAuthn").
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtWebEngineCore import QWebEngineWebAuthUxRequest
from PySide6.QtWidgets import QWidget

from ui.browser.passkey_dialog import PasskeyDialog, PasskeyState

_Request = QWebEngineWebAuthUxRequest
_State = _Request.WebAuthUxState
_Failure = _Request.RequestFailureReason
_PinError = _Request.PinEntryError
_Reason = _Request.PinEntryReason

_OVER: Final = frozenset({_State.Completed, _State.Cancelled, _State.NotStarted})
# Another try with the same key cannot end otherwise.
_FINAL: Final = frozenset(
    {
        _Failure.HardPinBlock,
        _Failure.SoftPinBlock,
        _Failure.AuthenticatorMissingResidentKeys,
        _Failure.AuthenticatorMissingUserVerification,
        _Failure.AuthenticatorMissingLargeBlob,
        _Failure.NoCommonAlgorithms,
        _Failure.StorageFull,
    }
)


class PasskeyTalk(QObject):
    """Leads one request from its first question to its end."""

    def __init__(self, request: QWebEngineWebAuthUxRequest, parent: QWidget) -> None:
        super().__init__(parent)
        self._request: QWebEngineWebAuthUxRequest | None = request
        self._window = parent
        self._dialog: PasskeyDialog | None = None
        request.stateChanged.connect(self._follow)
        request.destroyed.connect(self._lost)
        self._follow(request.state())

    def end(self) -> None:
        """Cancel the request: its page is going away."""
        if self._request is not None:
            self._request.cancel()
        self._close()

    def _follow(self, state: QWebEngineWebAuthUxRequest.WebAuthUxState) -> None:
        if self._request is None:
            return
        if state in _OVER:
            self._close()
            return
        shown = passkey_state(self._request, state)
        if self._dialog is not None:
            self._dialog.render_state(shown)
            return
        dialog = self._dialog = PasskeyDialog(shown, self._window)
        dialog.pin_given.connect(self._give_pin)
        dialog.account_chosen.connect(self._choose)
        dialog.retry_wanted.connect(self._retry)
        dialog.rejected.connect(self._cancelled)
        dialog.open()

    def _give_pin(self, pin: str) -> None:
        if self._request is not None:
            self._request.setPin(pin)

    def _choose(self, account: str) -> None:
        if self._request is not None:
            self._request.setSelectedAccount(account)

    def _retry(self) -> None:
        if self._request is not None:
            self._request.retry()

    def _cancelled(self) -> None:
        self._dialog = None
        request, self._request = self._request, None
        if request is not None:
            request.cancel()
        self.deleteLater()

    def _lost(self) -> None:
        self._request = None
        self._close()

    def _close(self) -> None:
        dialog, self._dialog = self._dialog, None
        self._request = None
        if dialog is not None:
            dialog.accept()
        self.deleteLater()


def passkey_state(
    request: QWebEngineWebAuthUxRequest, state: QWebEngineWebAuthUxRequest.WebAuthUxState
) -> PasskeyState:
    """Return what the dialog shows for what the request wants now."""
    host = request.relyingPartyId()
    heading = _tr("Passkey for {host}").format(host=host)
    if state == _State.SelectAccount:
        names = tuple(request.userNames())
        text = _tr("The key holds several accounts of {host}. Which one?").format(host=host)
        return PasskeyState("account", heading, text, accounts=names)
    if state == _State.CollectPin:
        return _pin_state(request, heading)
    if state == _State.RequestFailed:
        reason = request.requestFailureReason()
        return PasskeyState("failed", heading, _failure(reason), can_retry=reason not in _FINAL)
    text = _tr("Touch your security key, or confirm on the device that holds your passkey.")
    return PasskeyState("touch", heading, text)


def _pin_state(request: QWebEngineWebAuthUxRequest, heading: str) -> PasskeyState:
    pin = request.pinRequest()
    texts = {
        _Reason.Set: _tr(
            "This security key has no PIN yet. Choose one, of at least {n} characters."
        ),
        _Reason.Change: _tr(
            "The PIN of this security key must be changed. Choose a new one, of at "
            "least {n} characters."
        ),
    }
    text = texts.get(pin.reason, _tr("The key asks for its PIN. It goes to the key alone."))
    warning = _pin_warning(pin.error, pin.remainingAttempts)
    is_new = pin.reason in texts
    return PasskeyState(
        "pin", heading, text.format(n=pin.minPinLength), warning=warning, is_new_pin=is_new
    )


def _pin_warning(error: QWebEngineWebAuthUxRequest.PinEntryError, attempts: int) -> str:
    words = {
        _PinError.InternalUvLocked: _tr("Its own check, such as a fingerprint, is locked."),
        _PinError.WrongPin: _tr("That is not its PIN."),
        _PinError.TooShort: _tr("The PIN is too short."),
        _PinError.InvalidCharacters: _tr("The PIN holds a character that the key does not take."),
        _PinError.SameAsCurrentPin: _tr("The new PIN is the old one."),
    }
    warning = words.get(error, "")
    if warning and attempts > 0:
        warning += " " + _tr("{n} more tries, then the key locks itself.").format(n=attempts)
    return warning


def _failure(reason: QWebEngineWebAuthUxRequest.RequestFailureReason) -> str:
    words = {
        _Failure.Timeout: _tr("Nothing was touched in time."),
        _Failure.KeyNotRegistered: _tr("This key is not registered with that account."),
        _Failure.KeyAlreadyRegistered: _tr("This key is registered with that account already."),
        _Failure.SoftPinBlock: _tr(
            "Too many wrong PINs. Take the key out, put it in again, and start again."
        ),
        _Failure.HardPinBlock: _tr("The key has locked itself. Only resetting it helps."),
        _Failure.AuthenticatorRemovedDuringPinEntry: _tr("The key was taken out meanwhile."),
        _Failure.AuthenticatorMissingResidentKeys: _tr("This key cannot hold passkeys."),
        _Failure.AuthenticatorMissingUserVerification: _tr(
            "This key cannot check who you are, which X asks for."
        ),
        _Failure.AuthenticatorMissingLargeBlob: _tr("This key cannot store what X asks for."),
        _Failure.NoCommonAlgorithms: _tr("The key and X share no method of signing."),
        _Failure.StorageFull: _tr("The key has no room for another passkey."),
        _Failure.UserConsentDenied: _tr("It was declined on the device."),
        _Failure.WinUserCancelled: _tr("It was cancelled in the system's dialog."),
    }
    other = _tr("The key gave no usable answer.")
    way_out = _tr("Passkeys of your own browser work there: choose Continue in my browser.")
    return f"{words.get(reason, other)} {way_out}"


def _tr(text: str) -> str:
    return QCoreApplication.translate("passkey", text)
