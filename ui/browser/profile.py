"""The memory of one sign-in attempt: a profile that writes nothing, and its request filter.

A nameless profile is off the record. Cookies, storage and cache stay in memory and go
with it, so the next attempt starts signed out (Qt WebEngine 6.11 documentation; files
under HOME counted after a login: none).
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtWebEngineCore import (
    QWebEngineDownloadRequest,
    QWebEngineProfile,
    QWebEngineSettings,
    QWebEngineUrlRequestInfo,
    QWebEngineUrlRequestInterceptor,
)

from ui.browser.policy import SignInPolicy

log = logging.getLogger(__name__)

_Attribute = QWebEngineSettings.WebAttribute
_Kind = QWebEngineUrlRequestInfo.ResourceType

# X's sign-in is a script application, so scripts and local storage stay on.
_SWITCHED_ON = (
    _Attribute.JavascriptEnabled,
    _Attribute.LocalStorageEnabled,
    _Attribute.WebRTCPublicInterfacesOnly,
    _Attribute.PlaybackRequiresUserGesture,
)
_SWITCHED_OFF = (
    _Attribute.JavascriptCanOpenWindows,
    _Attribute.JavascriptCanAccessClipboard,
    _Attribute.JavascriptCanPaste,
    _Attribute.LocalContentCanAccessRemoteUrls,
    _Attribute.LocalContentCanAccessFileUrls,
    _Attribute.HyperlinkAuditingEnabled,
    _Attribute.ErrorPageEnabled,
    _Attribute.PluginsEnabled,
    _Attribute.PdfViewerEnabled,
    _Attribute.FullScreenSupportEnabled,
    _Attribute.ScreenCaptureEnabled,
    _Attribute.AllowRunningInsecureContent,
    _Attribute.AllowGeolocationOnInsecureOrigins,
    _Attribute.AllowWindowActivationFromJavaScript,
    _Attribute.NavigateOnDropEnabled,
    _Attribute.DnsPrefetchEnabled,
    _Attribute.AutoLoadIconsForPage,
    _Attribute.TouchIconsEnabled,
    _Attribute.BackForwardCacheEnabled,
)


class RequestFilter(QWebEngineUrlRequestInterceptor):
    """Blocks what the policy does not allow, whatever the page's part in it.

    PySide lets a request pass when `interceptRequest` raises (measured on 6.11.3), so
    every exception is turned into a block.
    """

    def __init__(
        self, policy: SignInPolicy, is_redirect: Callable[[str], bool], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._policy = policy
        self._is_redirect = is_redirect

    def interceptRequest(self, info: QWebEngineUrlRequestInfo) -> None:
        """Block the request unless it is allowed beyond doubt."""
        try:
            blocked = not self._allows(info)
        except Exception:  # noqa: BLE001  whatever broke, the request must not pass
            # Without the traceback: its frames and messages may quote the address.
            log.error("blocked a request, since judging it failed")  # noqa: TRY400
            blocked = True
        if blocked:
            info.block(True)

    def _allows(self, info: QWebEngineUrlRequestInfo) -> bool:
        url = info.requestUrl()
        if self._is_redirect(address(url)):
            return False
        kind = info.resourceType()
        if kind in {_Kind.ResourceTypeMainFrame, _Kind.ResourceTypeNavigationPreloadMainFrame}:
            return self._policy.may_visit(url)
        if kind in {_Kind.ResourceTypeSubFrame, _Kind.ResourceTypeNavigationPreloadSubFrame}:
            return self._policy.may_frame(url)
        return self._policy.may_fetch(url)


class AttemptProfile(QWebEngineProfile):
    """An off-the-record profile for one attempt, hardened before a page can use it.

    Signals:
        download_refused: the page tried to leave a file on this computer.
    """

    download_refused = Signal()

    def __init__(
        self, policy: SignInPolicy, is_redirect: Callable[[str], bool], parent: QObject
    ) -> None:
        super().__init__(parent)
        self.setHttpCacheType(QWebEngineProfile.HttpCacheType.MemoryHttpCache)
        self.setPersistentCookiesPolicy(
            QWebEngineProfile.PersistentCookiesPolicy.NoPersistentCookies
        )
        self.setPersistentPermissionsPolicy(
            QWebEngineProfile.PersistentPermissionsPolicy.AskEveryTime
        )
        self.setSpellCheckEnabled(False)
        self.setPushServiceEnabled(False)
        settings = self.settings()
        for attribute in _SWITCHED_ON:
            settings.setAttribute(attribute, True)
        for attribute in _SWITCHED_OFF:
            settings.setAttribute(attribute, False)
        settings.setUnknownUrlSchemePolicy(
            QWebEngineSettings.UnknownUrlSchemePolicy.DisallowUnknownUrlSchemes
        )
        self._filter = RequestFilter(policy, is_redirect, self)
        self.setUrlRequestInterceptor(self._filter)
        self.downloadRequested.connect(self._refuse_download)

    def _refuse_download(self, download: QWebEngineDownloadRequest) -> None:
        download.cancel()
        self.download_refused.emit()


def address(url: QUrl) -> str:
    """Return the whole address as it would go over the wire."""
    return bytes(url.toEncoded().data()).decode("ascii")
