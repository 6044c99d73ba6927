"""The page and the view of one sign-in attempt, with every way out shut but the redirect.

The redirect is caught in `acceptNavigationRequest`, which Qt asks before a connection is
made. The request filter comes too late for it: a 303 after a POST had reached the server
although the filter blocked it (measured on 6.11.3). Qt does not tell GET from POST there,
so a form that goes straight to the redirect URI is refused whatever its method: X answers
with a redirect (RFC 6749 §4.1.2), and a POST would carry its answer where we do not look.

A redirect URI with a scheme of its own is out: Chromium drops it without a word unless
the scheme was registered before the application object, and then changes its spelling.

The program never looks into the page: no web channel, no script of ours, no copy of its
text. A test over the source keeps it so.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QContextMenuEvent, QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtNetwork import QAuthenticator
from PySide6.QtWebEngineCore import (
    QWebEngineCertificateError,
    QWebEngineClientCertificateSelection,
    QWebEngineDesktopMediaRequest,
    QWebEngineFileSystemAccessRequest,
    QWebEngineFullScreenRequest,
    QWebEnginePage,
    QWebEnginePermission,
    QWebEngineRegisterProtocolHandlerRequest,
)
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QMenu, QWidget

from ui.browser.policy import SignInPolicy, origin_of
from ui.browser.profile import AttemptProfile, address
from ui.browser.settings import ViewProxy

log = logging.getLogger(__name__)

_MOST_PROXY_ANSWERS: Final = 8
_FORM = QWebEnginePage.NavigationType.NavigationTypeFormSubmitted


class SignInPage(QWebEnginePage):
    """Goes where the policy allows and refuses everything else the page may ask for.

    Signals:
        redirect_caught: the page was about to leave for the redirect URI.
            arg: the whole address. Emitted once; afterwards the page goes nowhere.
        left_allowed_pages: the main frame wanted to go elsewhere and stayed. arg: origin.
        form_refused: the page sent a form to the redirect URI; it went nowhere.
        popup_refused: the page wanted another window.
        password_dialog_refused: the server asked for HTTP authentication.
        proxy_refused: the proxy wants a user and password, and those of the settings, if
            there are any, are not the ones.
    """

    redirect_caught = Signal(str)
    left_allowed_pages = Signal(str)
    form_refused = Signal()
    popup_refused = Signal()
    password_dialog_refused = Signal()
    proxy_refused = Signal()

    def __init__(
        self,
        policy: SignInPolicy,
        is_redirect: Callable[[str], bool],
        profile: AttemptProfile,
        parent: QObject,
        proxy: ViewProxy | None = None,
    ) -> None:
        super().__init__(profile.engine, parent)
        self._policy = policy
        self._is_redirect = is_redirect
        self._finished = False
        self._proxy = proxy
        self._proxy_answers = 0
        self.certificateError.connect(_refuse_certificate)
        self.permissionRequested.connect(_deny_permission)
        self.fullScreenRequested.connect(_refuse_full_screen)
        self.registerProtocolHandlerRequested.connect(_refuse_protocol_handler)
        self.fileSystemAccessRequested.connect(_refuse_files)
        self.selectClientCertificate.connect(_offer_no_certificate)
        self.desktopMediaRequested.connect(_refuse_screen)
        # Left unanswered, both dialogs count as cancelled.
        self.authenticationRequired.connect(self.password_dialog_refused)
        self.proxyAuthenticationRequired.connect(self._answer_proxy)

    def acceptNavigationRequest(
        self,
        url: QUrl | str,
        type: QWebEnginePage.NavigationType,  # noqa: A002  Qt's name
        isMainFrame: bool,  # noqa: N803  Qt's name
    ) -> bool:
        """Catch the redirect, and else ask the policy."""
        try:
            return self._may_navigate(QUrl(url), type, is_main_frame=isMainFrame)
        except Exception:  # noqa: BLE001  whatever broke, the page must stay
            # Without the traceback: its frames and messages may quote the address.
            log.error("refused a navigation, since judging it failed")  # noqa: TRY400
            return False

    def _answer_proxy(self, _url: QUrl, authenticator: QAuthenticator, host: str) -> None:
        """Tell the proxy of the settings its user and password; nobody else, and not for ever.

        Several connections may ask before the first of them was let through.
        """
        proxy = self._proxy
        is_ours = proxy is not None and proxy.password is not None and host == proxy.host
        if not is_ours or self._proxy_answers >= _MOST_PROXY_ANSWERS:
            self.proxy_refused.emit()
            return
        assert proxy is not None, "it is ours"
        assert proxy.password is not None, "it is ours"
        self._proxy_answers += 1
        authenticator.setUser(proxy.user)
        authenticator.setPassword(proxy.password.reveal())

    def _may_navigate(
        self, url: QUrl, kind: QWebEnginePage.NavigationType, *, is_main_frame: bool
    ) -> bool:
        if self._finished:
            return False
        if self._is_redirect(address(url)):
            if is_main_frame:
                self._end_at_redirect(url, kind)
            return False
        if not is_main_frame:
            return self._policy.may_frame(url)
        if self._policy.may_visit(url):
            return True
        self.left_allowed_pages.emit(origin_of(url))
        return False

    def _end_at_redirect(self, url: QUrl, kind: QWebEnginePage.NavigationType) -> None:
        if kind == _FORM:
            self.form_refused.emit()
            return
        self._finished = True
        self.redirect_caught.emit(address(url))

    def createWindow(
        self,
        type: QWebEnginePage.WebWindowType,  # noqa: A002, ARG002  Qt's name
    ) -> QWebEnginePage:
        """Refuse every further window: None is Qt's way to say so."""
        self.popup_refused.emit()
        return None  # type: ignore[return-value]

    def chooseFiles(
        self,
        mode: QWebEnginePage.FileSelectionMode,  # noqa: ARG002
        oldFiles: Sequence[str],  # noqa: ARG002, N803  Qt's name
        acceptedMimeTypes: Sequence[str],  # noqa: ARG002, N803  Qt's name
    ) -> list[str]:
        """Give the page no file."""
        return []

    def javaScriptAlert(self, securityOrigin: QUrl | str, msg: str) -> None:  # noqa: N803
        """Show nothing: a dialog with the page's words would look like ours."""

    def javaScriptConfirm(self, securityOrigin: QUrl | str, msg: str) -> bool:  # noqa: ARG002, N803
        """Answer no."""
        return False

    def javaScriptPrompt(
        self,
        securityOrigin: QUrl | str,  # noqa: ARG002, N803  Qt's name
        msg: str,  # noqa: ARG002
        defaultValue: str,  # noqa: ARG002, N803  Qt's name
    ) -> tuple[bool, str]:
        """Answer nothing."""
        return (False, "")

    def javaScriptConsoleMessage(
        self,
        level: QWebEnginePage.JavaScriptConsoleMessageLevel,
        message: str,
        lineNumber: int,  # noqa: N803  Qt's name
        sourceID: str,  # noqa: N803  Qt's name
    ) -> None:
        """Drop it: a page may write a code or a password there."""


class SignInPageView(QWebEngineView):
    """The page on the screen. Takes no drops and offers a short context menu."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("signInPage")
        self.setAcceptDrops(False)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer editing, going back and reloading; no source, no saving, no tools."""
        menu = QMenu(self)
        for kind in (
            QWebEnginePage.WebAction.Back,
            QWebEnginePage.WebAction.Reload,
            QWebEnginePage.WebAction.Cut,
            QWebEnginePage.WebAction.Copy,
            QWebEnginePage.WebAction.Paste,
            QWebEnginePage.WebAction.SelectAll,
        ):
            action = self.page().action(kind)
            if action.isEnabled():
                menu.addAction(action)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(event.globalPos())

    def dragEnterEvent(self, e: QDragEnterEvent) -> None:
        """Ignore what is dragged in."""
        e.ignore()

    def dragMoveEvent(self, e: QDragMoveEvent) -> None:
        """Ignore what is dragged over."""
        e.ignore()

    def dropEvent(self, e: QDropEvent) -> None:
        """Ignore what is dropped."""
        e.ignore()


def _refuse_certificate(error: QWebEngineCertificateError) -> None:
    error.rejectCertificate()


def _deny_permission(permission: QWebEnginePermission) -> None:
    permission.deny()


def _refuse_full_screen(request: QWebEngineFullScreenRequest) -> None:
    request.reject()


def _refuse_protocol_handler(request: QWebEngineRegisterProtocolHandlerRequest) -> None:
    request.reject()


def _refuse_files(request: QWebEngineFileSystemAccessRequest) -> None:
    request.reject()


def _offer_no_certificate(selection: QWebEngineClientCertificateSelection) -> None:
    selection.selectNone()


def _refuse_screen(request: QWebEngineDesktopMediaRequest) -> None:
    request.cancel()
