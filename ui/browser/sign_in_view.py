"""The widget of the sign-in pane that shows X's consent page and catches the redirect.

Chromium is loaded when the first address is opened, not with this module. QtWebEngine
may be imported late, as long as `Qt.ApplicationAttribute.AA_ShareOpenGLContexts` was set
before the application object; `main` sets it, which costs nothing (Qt WebEngine 6.11
documentation; loading took 0.2 to 0.5 s on two cores, November 2026).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, QUrl, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.hostile_start import readable_to_own_children
from ui.browser.address_line import AddressLine
from ui.browser.chromium import SandboxState, apply_proxy, prepare_for_chromium, sandbox_state
from ui.browser.policy import SignInPolicy, origin_of
from ui.browser.settings import PROFILE_NAME, ViewSettings

if TYPE_CHECKING:
    from PySide6.QtWebEngineCore import (
        QWebEngineLoadingInfo,
        QWebEnginePage,
        QWebEngineWebAuthUxRequest,
    )

    from ui.browser.page import SignInPage, SignInPageView
    from ui.browser.passkey import PasskeyTalk
    from ui.browser.profile import AttemptProfile

STUCK_AFTER_SECONDS = 60.0
_LOOK_AGAIN_MS: Final = 20


def is_session_live(name: str) -> bool:
    """Tell whether Chromium still uses the session's folder of this name, in this program."""
    application = QCoreApplication.instance()
    return (
        application is not None
        and application.findChild(QObject, f"{PROFILE_NAME} {name}") is not None
    )


class SignInBrowser(QWidget):
    """A browser for one sign-in attempt: its own address line above a hardened page.

    Every attempt needs a new one; no cookie survives it unless it was given a folder.

    Signals:
        redirect_caught: the page was about to leave for the redirect URI. Once at most.
            arg: the whole address. It is never fetched, so nothing listens there.
        left_allowed_pages: the page wanted to go where this view does not; it stayed.
            arg: the refused origin. Offer the system browser.
        popup_refused: the page wanted another window.
        download_refused: the page wanted to save a file.
        load_failed: the page did not arrive.
            arg: certificate, dns, proxy (it is not there or refuses, or none is known),
            connection, http, password (the server wants HTTP authentication), form (it sent
            the answer where nobody reads it) or other.
        page_shown: a page arrived whole.
        page_stuck: nothing finished within `stuck_after_seconds`.
        renderer_died: the page's process ended; `open` starts it anew.
        address_changed: arg: the origin now shown in the address line.
        refused_without_sandbox: Chromium's sandbox cannot be on, so X is not shown here.
    """

    redirect_caught = Signal(str)
    left_allowed_pages = Signal(str)
    popup_refused = Signal()
    download_refused = Signal()
    load_failed = Signal(str)
    page_shown = Signal()
    page_stuck = Signal()
    renderer_died = Signal()
    address_changed = Signal(str)
    refused_without_sandbox = Signal()

    def __init__(
        self,
        is_redirect: Callable[[str], bool],
        allowed_origins: Sequence[str],
        loopback_only: bool,
        parent: QWidget | None = None,
        *,
        settings: ViewSettings | None = None,
        stuck_after_seconds: float = STUCK_AFTER_SECONDS,
    ) -> None:
        """Prepare an attempt; nothing is loaded yet.

        Args:
            is_redirect: whether an address is the redirect URI of this attempt.
            allowed_origins: the origins that the main frame may show.
            loopback_only: the environment is the sandbox on this computer; only then
                may Chromium run without its own sandbox.
            parent: Qt's owner.
            settings: where it may keep its session, and its way to the network.
            stuck_after_seconds: how long a page may take to arrive.

        Raises:
            ValueError: `allowed_origins` does not fit, see `SignInPolicy`.
        """
        super().__init__(parent)
        self.setObjectName("signInBrowser")
        self._is_redirect = is_redirect
        self._policy = SignInPolicy(allowed_origins, loopback_only=loopback_only)
        self._loopback_only = loopback_only
        self._settings = settings or ViewSettings()
        self._profile: AttemptProfile | None = None
        self._page: SignInPage | None = None
        self._view: SignInPageView | None = None
        self._passkey: PasskeyTalk | None = None
        self._address_line = AddressLine(self, is_private=self._settings.folder is None)
        self._watchdog = QTimer(self)
        self._watchdog.setSingleShot(True)
        self._watchdog.setInterval(round(stuck_after_seconds * 1000))
        self._watchdog.timeout.connect(self.page_stuck)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self._address_line)

    def open(self, url: str) -> None:
        """Show `url`, or emit why not: refused_without_sandbox, left_allowed_pages.

        The first call loads Chromium, which takes up to half a second. Calling it again
        within the attempt keeps the cookies, for a retry.
        """
        target = QUrl(url, QUrl.ParsingMode.StrictMode)
        if not self._policy.may_visit(target):
            self.left_allowed_pages.emit(origin_of(target))
            return
        if not self._loopback_only and sandbox_state() is not SandboxState.ON:
            self.refused_without_sandbox.emit()
            return
        if self._settings.has_failed and not self._loopback_only:
            self.load_failed.emit("proxy")
            return
        if self._page is None and self._is_in_use():
            self._watchdog.start()
            waiting = QTimer(self)
            waiting.setSingleShot(True)
            waiting.timeout.connect(partial(self.open, url))
            waiting.timeout.connect(waiting.deleteLater)
            waiting.start(_LOOK_AGAIN_MS)
            return
        if self._page is None:
            was_active = self.isActiveWindow()
            self._page = self._load_chromium()
            if was_active:
                # Its first page gives the window another surface, so Qt makes the window anew;
                # where no window manager does it, the keyboard would be lost.
                QTimer.singleShot(0, self, self.window().activateWindow)
        self._watchdog.start()
        self._page.load(target)

    def dispose(self) -> None:
        """End the attempt: the view goes first, then the page, then its profile.

        Safe to call twice and from any of the signals.
        """
        self._watchdog.stop()
        if self._passkey is not None:
            self._passkey.end()
        view, self._view = self._view, None
        page, self._page = self._page, None
        self._profile = None  # it goes when its page is destroyed
        if view is not None and page is not None:
            # `destroyed` is emitted even so; what is already queued stops at ours.
            page.blockSignals(True)
            self.blockSignals(True)
            view.hide()
            view.deleteLater()
            page.deleteLater()

    def _is_in_use(self) -> bool:
        """Tell whether an attempt that has just ended still holds the session's folder."""
        folder = self._settings.folder
        return folder is not None and is_session_live(folder.name)

    def _load_chromium(self) -> SignInPage:
        # Chromium reads the environment when its library is loaded, and sets its
        # sandbox up with the first profile; both happen here.
        prepare_for_chromium(in_software=self._settings.in_software)
        apply_proxy(self._settings.proxy)
        with readable_to_own_children():
            from ui.browser.page import SignInPage, SignInPageView
            from ui.browser.profile import AttemptProfile

            # The application owns the profile, because Qt wants the page to go first
            # whichever way this widget dies.
            owner = QCoreApplication.instance()
            assert owner is not None, "a widget exists, so the application does"
            profile = AttemptProfile(self._policy, self._is_redirect, owner, self._settings)
        view = SignInPageView(self)
        page = SignInPage(self._policy, self._is_redirect, profile, view, self._settings.proxy)
        page.destroyed.connect(profile.deleteLater)
        view.setPage(page)
        self._connect(page, profile)
        # While an event loop still runs: Chromium does not survive a wrong order at the end.
        owner.aboutToQuit.connect(self.dispose)
        self._column.addWidget(view, 1)
        self.setFocusProxy(view)
        self._profile, self._view = profile, view
        return page

    def _connect(self, page: SignInPage, profile: AttemptProfile) -> None:
        # Queued: a slot may dispose of this browser, and the page must not die inside
        # Chromium's own call.
        queued = Qt.ConnectionType.QueuedConnection
        page.redirect_caught.connect(self._announce_redirect, queued)
        page.left_allowed_pages.connect(self.left_allowed_pages, queued)
        page.popup_refused.connect(self.popup_refused, queued)
        page.password_dialog_refused.connect(self._note_password, queued)
        page.proxy_refused.connect(self._note_proxy, queued)
        page.form_refused.connect(self._note_form, queued)
        profile.download_refused.connect(self.download_refused, queued)
        page.urlChanged.connect(self._show_address, queued)
        page.loadingChanged.connect(self._follow_loading, queued)
        page.renderProcessTerminated.connect(self._note_renderer, queued)
        page.webAuthUxRequested.connect(self._ask_passkey)

    def _ask_passkey(self, request: QWebEngineWebAuthUxRequest) -> None:
        """Lead a passkey's questions; a second request takes the place of the first."""
        from ui.browser.passkey import PasskeyTalk

        if self._passkey is not None:
            self._passkey.end()
        self._watchdog.stop()  # a person who looks for a key is not a page that is stuck
        talk = self._passkey = PasskeyTalk(request, self)
        talk.destroyed.connect(partial(self._passkey_over, talk))

    def _passkey_over(self, talk: PasskeyTalk) -> None:
        if self._passkey is talk:
            self._passkey = None

    def _announce_redirect(self, url: str) -> None:
        self._watchdog.stop()
        self.redirect_caught.emit(url)

    def _show_address(self, url: QUrl) -> None:
        self.address_changed.emit(self._address_line.show_address(url))

    def _follow_loading(self, info: QWebEngineLoadingInfo) -> None:
        from ui.browser.loading import failure_of, has_ended, has_succeeded

        if not has_ended(info):
            self._watchdog.start()
            return
        self._watchdog.stop()
        reason = failure_of(info)
        if reason is not None:
            self.load_failed.emit(reason)
        elif has_succeeded(info):
            self.page_shown.emit()

    def _note_password(self) -> None:
        self.load_failed.emit("password")

    def _note_proxy(self) -> None:
        self.load_failed.emit("proxy")

    def _note_form(self) -> None:
        self.load_failed.emit("form")

    def _note_renderer(self, status: QWebEnginePage.RenderProcessTerminationStatus) -> None:
        if status != type(status).NormalTerminationStatus:
            self._watchdog.stop()
            self.renderer_died.emit()
